//! The password policy in force for a person: read with their sheet, and known for a while without the directory.
//! An unknown one stays unknown: the letter is then drawn as if attempts were not limited (decision 8).

use jiff::SignedDuration;

use crate::domain::account::PasswordPolicy;
use crate::domain::person::Person;
use crate::operations::Office;
use crate::operations::office::now;

/// A policy seldom changes, and a sheet read with it tells at once.
const FRESH: SignedDuration = SignedDuration::from_hours(1);

/// Which entry holds it: the person's own, or the site's default.
fn dn_of<'a>(office: &'a Office, person: &'a Person) -> Option<&'a str> {
    let default = office.settings.directory.default_policy.as_deref();
    person.account.policy_dn.as_deref().or(default)
}

/// Keeps what a sheet was read with.
pub(super) fn keep_policy(office: &Office, person: &Person, policy: Option<&PasswordPolicy>) {
    if let Some(dn) = dn_of(office, person) {
        keep(office, dn, policy);
    }
}

fn keep(office: &Office, dn: &str, policy: Option<&PasswordPolicy>) {
    let at = now();
    let known = office.store.read(|reader| reader.policy(dn, at, FRESH));
    if policy.is_some() && known.is_ok_and(|known| known.as_ref() == policy) {
        return;
    }
    let kept = office
        .store
        .write(|writer| writer.put_policy(dn, policy, at));
    if let Err(error) = kept {
        tracing::warn!(%error, "a policy is not kept");
    }
}

/// The policy as last read, while a copy of that age may be used (`post.copy-hours`).
pub(super) fn known_policy(office: &Office, person: &Person) -> Option<PasswordPolicy> {
    let dn = dn_of(office, person)?;
    let age = SignedDuration::from_hours(office.settings.post.copy_hours);
    let known = office.store.read(|reader| reader.policy(dn, now(), age));
    known.unwrap_or_else(|error| {
        tracing::warn!(%error, "a kept policy is not read");
        None
    })
}

/// The site's default, for people whose sheet nobody opens before the network goes.
pub(super) async fn keep_default_policy(office: &Office) {
    let Some(dn) = office.settings.directory.default_policy.as_deref() else {
        return;
    };
    let known = office.store.read(|reader| reader.policy(dn, now(), FRESH));
    if known.is_ok_and(|known| known.is_some()) {
        return;
    }
    match office.directory().policy_at(dn).await {
        Ok(policy) => keep(office, dn, policy.as_ref()),
        Err(error) => tracing::info!(%error, "the default policy is not read"),
    }
}
