//! `hashing = "argon2id"`: the directory keeps the hash it is sent, and the password opens all the same.
//! On a real slapd where its argon2 module is installed, and on the double in memory, with the same assertions.

use std::io::Write as _;
use std::sync::Arc;

use guichet_core::directory::{Directory, OpenLdap, Proof, WriteProblem, WriteRefusal};
use guichet_core::domain::password::PasswordForm;
use guichet_core::rehearsal::cast::NADIA_BELKHIR;
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::people::former_password;
use guichet_core::rehearsal::{knows_argon2, person_dn, policy_dn};
use guichet_core::settings::{DirectorySettings, Hashing};

use crate::contract::ground::{Ground, Memory, Slapd, attempt, password, person, write};

fn by_the_post(mut settings: DirectorySettings) -> DirectorySettings {
    settings.hashing = Hashing::Argon2id;
    settings
}

async fn the_hash_is_kept_and_opens(ground: &dyn Ground, session: Arc<dyn Directory>) {
    let right = clerk("croux").expect("croux").password;
    attempt(&session, "croux", right).await.expect("opens");
    let dn = person_dn(NADIA_BELKHIR);
    let seen = person(&session, NADIA_BELKHIR).await;
    let act = write(&seen, &password(PasswordForm::Phrase, 21));
    assert_eq!(session.write_password(&act).await, Ok(()));
    let stored = ground.values(&dn, "userPassword");
    assert!(
        stored.len() == 1 && stored[0].starts_with("{ARGON2}$argon2id$"),
        "one value, as it was sent: {stored:?}"
    );
    assert_eq!(
        session.prove(&dn, &act.password).await,
        Ok(Proof::OpensAndMustChange),
        "the server verifies our hash, and demands the change"
    );
    assert_eq!(
        ground.opens(&dn, &former_password(NADIA_BELKHIR)),
        None,
        "the former password is dead"
    );
    let after = session.read_back(seen.id).await.expect("read");
    assert!(after.account.must_change && after.account.markers.contains(&act.operation));
    assert_eq!(
        session.write_password(&act).await,
        Err(WriteProblem::Refused(WriteRefusal::ChangedSince)),
        "a replay, hashed with another salt, is still the same act"
    );

    // A policy does not see through a hash: said in the documentation of the setting.
    let policy = policy_dn("ordinaire");
    ground.set(&policy, "pwdMinLength", &["20"]);
    let short = write(&after, &password(PasswordForm::Code, 22));
    assert_eq!(
        session.write_password(&short).await,
        Ok(()),
        "13 letters where 20 are asked for: it measures the hash"
    );
    let again = session.read_back(seen.id).await.expect("read");
    for (attribute, value, why) in [
        ("pwdMaxLength", "60", "a hash is longer than any password"),
        ("pwdCheckQuality", "2", "it cannot look into a hash"),
    ] {
        ground.set(&policy, attribute, &[value]);
        let refused = session
            .write_password(&write(&again, &password(PasswordForm::Phrase, 23)))
            .await;
        assert!(
            matches!(refused, Err(WriteProblem::Refused(WriteRefusal::Policy(_)))),
            "{why}: {refused:?}"
        );
        ground.set(&policy, "pwdMaxLength", &["0"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn argon2id_on_the_double() {
    let memory = Memory::with(by_the_post);
    the_hash_is_kept_and_opens(&memory, memory.session()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn argon2id_on_slapd() {
    if !knows_argon2() {
        let _ = writeln!(
            std::io::stderr(),
            "NOT RUN: argon2id_on_slapd, this slapd has no argon2 module (Debian: in package slapd)"
        );
        return;
    }
    let slapd = Slapd::start();
    let session = OpenLdap::new(by_the_post(slapd.settings())).expect("the authority is read");
    the_hash_is_kept_and_opens(&slapd, Arc::new(session)).await;
}
