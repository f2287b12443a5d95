//! Working while the directory is away: a clerk whom it accepted here not long ago signs in with the same password, and the
//! session becomes an ordinary one as soon as it answers again.
//! Rights are as last seen, and the directory decides again at each write; a clock set back buys no time.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

use super::leave::lock_because;
use super::sealing_key::{ClerkKey, open_alone, seen_again};
use super::sign_in::{
    Entering, enter, fill_in_background, note_failed_try, refuse_too_many_tries, session_view,
};
use super::{Notice, SessionView, Tone};
use crate::directory::{ClerkAccount, DirectoryError, SignInRefusal};
use crate::domain::person::Login;
use crate::operations::office::now;
use crate::operations::recovery::RecoveryCopy;
use crate::operations::{Office, OfficeNotice, OperationError};
use crate::store::ClerkRecord;
use crate::texts;
use crate::vault::{ClerkPassword, Recipient, SealingKey, StaysClosed};

/// A clock may be put right by so much.
const SLACK: SignedDuration = SignedDuration::from_mins(5);

/// Why a known clerk may not sign in without the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bar {
    /// Not verified by the directory since then.
    TooLong(Timestamp),
    /// The post has known a later hour than its clock's.
    ClockSetBack,
}

/// Why nothing may be handed over while the directory is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfflineBar {
    /// `recovery.recipient` is not set.
    NoRecoveryRecipient,
    /// It is set, and the copy of the database key could not be made.
    NoRecoveryCopy,
    /// The clerk's sealing key is not open.
    NoSealingKey,
}

impl OfflineBar {
    /// What is missing, and what to do.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            OfflineBar::NoRecoveryRecipient => {
                "Ce poste n’a pas de clé de secours\u{a0}: rien ne se remet hors ligne. L’antenne numérique la met dans recovery.recipient."
            }
            OfflineBar::NoRecoveryCopy => {
                "La copie de secours de la clé n’a pas pu être faite\u{a0}: rien ne se remet hors ligne. L’antenne numérique lance guichet doctor."
            }
            OfflineBar::NoSealingKey => {
                "Votre clé n’est pas ouverte sur ce poste\u{a0}: rien ne se remet hors ligne. Ouvrez une session quand l’annuaire répond."
            }
        }
    }
}

/// What a password is sealed to while it waits here.
#[derive(Debug)]
pub struct OfflineKeys {
    /// The clerk's own, open: it seals and it opens.
    pub clerk: SealingKey,
    pub recovery: Recipient,
}

/// Whether a password may be sealed and wait here, and under which keys: the recovery key exists, and the clerk's own is
/// open.
///
/// # Errors
/// What is missing.
pub fn may_work_offline(office: &Office) -> Result<OfflineKeys, OfflineBar> {
    let recovery = office.settings.recovery.as_ref();
    let recovery = match (&office.recovery, recovery) {
        (RecoveryCopy::Kept, Some(recovery)) => recovery.recipient.clone(),
        (RecoveryCopy::NotKept(_), Some(_)) => return Err(OfflineBar::NoRecoveryCopy),
        (RecoveryCopy::NoRecipient, _) | (_, None) => return Err(OfflineBar::NoRecoveryRecipient),
    };
    let desk = office.desk();
    match (&desk.clerk, &desk.key) {
        (Some(_), ClerkKey::Open(key)) => Ok(OfflineKeys {
            clerk: key.clone(),
            recovery,
        }),
        (_, ClerkKey::None | ClerkKey::Open(_) | ClerkKey::Former(_)) => {
            Err(OfflineBar::NoSealingKey)
        }
    }
}

/// The directory did not answer: the post itself recognises the clerk, or says why it cannot.
pub(super) async fn sign_in_alone(
    office: &Arc<Office>,
    login: &Login,
    password: Zeroizing<String>,
) -> Result<SessionView, OperationError> {
    refuse_too_many_tries(office)?;
    let hours = office.settings.post.offline_hours;
    let known = if hours == 0 {
        None
    } else {
        office.store.read(|reader| reader.clerk_of_login(login))?
    };
    let Some(known) = known else {
        return Err(never_seen(hours));
    };
    let Some(validated_at) = known.validated_at else {
        return Err(OperationError::new(
            "unreachable",
            "L’annuaire ne répond pas, et votre mot de passe a changé depuis votre dernière session ici. Rien n’est perdu. \
             Réessayez dès que l’annuaire répond.",
        ));
    };
    let at = office.hour();
    let latest = office.store.read(|reader| reader.latest_hour())?;
    if let Some(bar) = bar(validated_at, latest, at, hours) {
        return Err(barred(office, bar, hours));
    }
    let key = match open_alone(office, &known, &ClerkPassword::new(password.clone())).await? {
        Ok(key) => key,
        Err(StaysClosed::Password) => {
            note_failed_try(office);
            let portal = &office.settings.establishment.portal;
            let (code, message) = texts::sign_in(&SignInRefusal::InvalidCredentials, portal);
            return Err(OperationError::new(code, message));
        }
        Err(StaysClosed::OtherDevice | StaysClosed::Failed(_)) => return Err(never_seen(hours)),
    };
    let clerk = as_last_seen(office, &known.account);
    if clerk.roles.is_empty() {
        let portal = &office.settings.establishment.portal;
        let (code, message) = texts::sign_in(&SignInRefusal::NoRole, portal);
        return Err(OperationError::new(code, message));
    }
    office.store.write(|writer| writer.note_hour(at))?;
    office.directory.stand_by(login, password).await;
    enter(
        office,
        Entering {
            clerk,
            structures: known.account.structure_names,
            key: ClerkKey::Open(key),
            offline_since: Some(validated_at),
        },
    );
    Ok(session_view(office))
}

/// The clerk with the roles that the settings still give to the groups they were seen in.
fn as_last_seen(office: &Office, account: &ClerkRecord) -> ClerkAccount {
    ClerkAccount {
        dn: account.dn.clone(),
        login: account.login.clone(),
        name: account.name.clone(),
        structures: account.structures.clone(),
        roles: office
            .settings
            .directory
            .roles
            .iter()
            .filter(|role| account.groups.contains(&role.group))
            .cloned()
            .collect(),
        bound_at: None,
    }
}

/// Tries the directory again for an offline session.
pub(super) async fn return_online(office: &Arc<Office>) {
    let Some(former) = offline_clerk(office) else {
        return;
    };
    match office.directory.resume().await {
        Ok(clerk) => {
            office.listen(&clerk).await;
            let structures = office.directory.structures().await.unwrap_or_default();
            if offline_clerk(office).as_ref() != Some(&former) {
                return;
            }
            if let Err(error) = seen_again(office, &clerk, &structures, &former) {
                tracing::warn!(?error, "the clerk is not kept as seen");
            }
            {
                let mut desk = office.desk();
                desk.clerk = Some(clerk);
                desk.structures = structures;
                desk.offline_since = None;
                desk.caught_up = None;
            }
            office.publish(OfficeNotice::SessionChanged(session_view(office)));
            fill_in_background(office);
            super::settle_left(office).await;
        }
        // Still away, or not the server expected; or another caller took the answer.
        Err(SignInRefusal::Directory(_)) => {}
        Err(refusal) => {
            tracing::info!(%refusal, "the directory refuses the clerk of an offline session");
            close_refused(office, &refusal).await;
        }
    }
}

/// The directory does not accept the clerk any more: the post locks, and says why.
pub(super) async fn close_refused(office: &Office, refusal: &SignInRefusal) {
    let text = if *refusal == SignInRefusal::InvalidCredentials {
        "Si vous avez changé de mot de passe, donnez le nouveau.".to_owned()
    } else {
        texts::sign_in(refusal, &office.settings.establishment.portal).1
    };
    let why = Notice {
        tone: Tone::Bad,
        strong: "L’annuaire n’accepte plus votre session.".into(),
        text,
    };
    lock_because(office, why).await;
}

/// DN of the clerk of an offline session.
fn offline_clerk(office: &Office) -> Option<String> {
    let desk = office.desk();
    let offline = desk.offline_since.is_some() && desk.locked.is_none();
    desk.clerk
        .as_ref()
        .filter(|_| offline)
        .map(|clerk| clerk.dn.clone())
}

fn bar(
    validated_at: Timestamp,
    latest: Option<Timestamp>,
    now: Timestamp,
    hours: u8,
) -> Option<Bar> {
    let latest = latest.map_or(validated_at, |latest| latest.max(validated_at));
    if now.duration_since(latest) < -SLACK {
        return Some(Bar::ClockSetBack);
    }
    let elapsed = now.max(latest).duration_since(validated_at);
    (elapsed > SignedDuration::from_hours(i64::from(hours))).then_some(Bar::TooLong(validated_at))
}

fn barred(office: &Office, bar: Bar, hours: u8) -> OperationError {
    match bar {
        Bar::TooLong(since) => OperationError::new(
            "offlineTooLong",
            format!(
                "Vous n’avez pas pu être vérifié auprès de l’annuaire depuis {}, et un poste ne travaille sans lui que {hours}\u{a0}h. \
                 Rien n’est perdu. Réessayez dès qu’il répond, ou prévenez l’antenne numérique.",
                texts::day_and_clock(since, now(), &office.zone)
            ),
        ),
        Bar::ClockSetBack => OperationError::new(
            "clockSetBack",
            "L’horloge de ce poste a reculé\u{a0}: il ne peut pas compter le temps passé sans l’annuaire. Rien n’est perdu. \
             Remettez-la à l’heure, ou réessayez dès que l’annuaire répond.",
        ),
    }
}

fn never_seen(hours: u8) -> OperationError {
    let (code, sentence) = texts::directory(&DirectoryError::Unreachable(String::new()));
    let message = if hours == 0 {
        sentence
    } else {
        format!(
            "L’annuaire ne répond pas, et ce poste ne vous connaît pas encore\u{a0}: travailler sans lui demande d’y avoir ouvert \
             une session dans les {hours}\u{a0}dernières heures. Réessayez dans un instant."
        )
    };
    OperationError::new(code, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seventy_two_hours_and_no_clock_that_goes_back() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let validated = at("2026-11-24T09:00:00Z");
        let cases = [
            (None, "2026-11-24T09:00:00Z", None),
            (None, "2026-11-27T09:00:00Z", None),
            (None, "2026-11-27T09:00:01Z", Some(Bar::TooLong(validated))),
            (None, "2026-11-24T08:56:00Z", None),
            (None, "2026-11-24T08:54:00Z", Some(Bar::ClockSetBack)),
            (
                Some("2026-11-26T09:00:00Z"),
                "2026-11-24T10:00:00Z",
                Some(Bar::ClockSetBack),
            ),
            (Some("2026-11-26T09:00:00Z"), "2026-11-26T08:58:00Z", None),
            (
                Some("2026-11-27T09:02:00Z"),
                "2026-11-27T08:59:00Z",
                Some(Bar::TooLong(validated)),
            ),
        ];
        for (latest, now, expected) in cases {
            let latest = latest.map(at);
            assert_eq!(
                bar(validated, latest, at(now), 72),
                expected,
                "{latest:?} {now}"
            );
        }
        assert_eq!(
            bar(validated, None, at("2026-11-24T13:00:01Z"), 4),
            Some(Bar::TooLong(validated)),
            "a site may allow less"
        );
    }
}
