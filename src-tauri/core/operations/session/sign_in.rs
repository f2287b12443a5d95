//! Signing in is a bind as the clerk, and so is opening a locked post; while the directory is away, the post itself
//! recognises a clerk whom it knows (`offline`).
//! Never keeps a password beyond the directory session, never answers while the session before still closes.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::leave::{look_at_other_servers, refuse_while_closing, settle_left};
use super::offline::{close_refused, may_work_offline, return_online, sign_in_alone};
use super::sealing_key::{ClerkKey, open_after_bind};
use super::start::post_name;
use super::{ClerkView, LinkView, SessionView, Tone};
use crate::directory::{ClerkAccount, DirectoryError, SignInRefusal, Structures};
use crate::domain::person::Login;
use crate::operations::counter::{fill_index, owner, refresh_when_due};
use crate::operations::handover::{back_online, resolve_unknown};
use crate::operations::office::now;
use crate::operations::{Office, OperationError, outbox};
use crate::texts;
use crate::vault::ClerkPassword;

const TRIES_BEFORE_WAIT: u32 = 5;
const WAIT_SECONDS: i64 = 60;
const CATCH_UP_EVERY: Duration = Duration::from_mins(15);

pub(super) fn clerk_view(office: &Office, clerk: &ClerkAccount) -> ClerkView {
    let role = clerk.roles.first().map_or("", |role| role.label.as_str());
    ClerkView {
        login: clerk.login.clone(),
        name: clerk.name.clone(),
        desk: format!("{role} · {}", post_name(&office.settings)),
    }
}

pub(super) fn session_view(office: &Office) -> SessionView {
    let (clerk, locked, offline, asks_previous_password) = {
        let desk = office.desk();
        let locked = desk.locked.as_ref().map(|locked| SessionView::Locked {
            clerk: locked.clerk.clone(),
            clock: texts::clock(now(), &office.zone),
            closing: locked.closing,
            left: locked.left.clone(),
        });
        let former = matches!(desk.key, ClerkKey::Former(_));
        (
            desk.clerk.clone(),
            locked,
            desk.offline_since.is_some(),
            former,
        )
    };
    match (locked, clerk) {
        (Some(locked), _) => locked,
        (None, None) => SessionView::SignedOut { closing: false },
        (None, Some(clerk)) => SessionView::SignedIn {
            clerk: clerk_view(office, &clerk),
            offline,
            asks_previous_password,
        },
    }
}

/// Binds as the clerk, opens their sealing key, then fills the index of their perimeter in the background. Without an
/// answer of the directory, a clerk whom this post knows signs in with the password it last accepted.
///
/// # Errors
/// The code says which remedy: `invalidCredentials`, `mustChangePassword`, `passwordExpired`, `accountLocked`,
/// `notAClerk`, `unreachable`, `certificate`; offline also `offlineTooLong`, `clockSetBack`, and `tooManyTries` after five
/// wrong passwords, for a minute.
pub async fn sign_in(
    office: &Arc<Office>,
    login: &str,
    password: Zeroizing<String>,
) -> Result<SessionView, OperationError> {
    refuse_while_closing(office)?;
    // On a post that is not locked the directory itself counts the tries.
    let locked = office.desk().locked.is_some();
    if locked {
        refuse_too_many_tries(office)?;
    }
    let portal = &office.settings.establishment.portal;
    let refused = |refusal: &SignInRefusal| {
        let (code, message) = texts::sign_in(refusal, portal);
        OperationError::new(code, message)
    };
    let Some(login) = Login::new(login) else {
        return Err(refused(&SignInRefusal::InvalidCredentials));
    };
    let clerk = match office.directory.sign_in(&login, password.clone()).await {
        Ok(clerk) => clerk,
        Err(SignInRefusal::Directory(DirectoryError::Unreachable(why))) => {
            tracing::info!(why, "sign-in without the directory");
            return sign_in_alone(office, &login, password).await;
        }
        Err(refusal) => {
            tracing::info!(%refusal, "sign-in refused");
            if locked && refusal == SignInRefusal::InvalidCredentials {
                note_failed_try(office);
            }
            return Err(refused(&refusal));
        }
    };
    office.listen(&clerk).await;
    let structures = office.directory.structures().await.unwrap_or_default();
    let password = ClerkPassword::new(password);
    let key = open_after_bind(office, &clerk, &structures, &password).await;
    enter(
        office,
        Entering {
            clerk,
            structures,
            key,
            offline_since: None,
        },
    );
    fill_in_background(office);
    Ok(session_view(office))
}

/// Binds as the clerk, for an act of the IT office on somebody's post: neither a key of theirs nor a copy is made here, and
/// without the directory nobody is recognised.
///
/// # Errors
/// As `sign_in`.
pub(crate) async fn sign_in_to_send(
    office: &Office,
    login: &str,
    password: Zeroizing<String>,
) -> Result<ClerkAccount, OperationError> {
    let refused = |refusal: &SignInRefusal| {
        let portal = &office.settings.establishment.portal;
        let (code, message) = texts::sign_in(refusal, portal);
        OperationError::new(code, message)
    };
    let login = Login::new(login).ok_or_else(|| refused(&SignInRefusal::InvalidCredentials))?;
    let clerk = office
        .directory
        .sign_in(&login, password)
        .await
        .map_err(|refusal| refused(&refusal))?;
    enter(
        office,
        Entering {
            clerk: clerk.clone(),
            structures: office.directory.structures().await.unwrap_or_default(),
            key: ClerkKey::None,
            offline_since: None,
        },
    );
    Ok(clerk)
}

/// Who takes the desk.
pub(super) struct Entering {
    pub clerk: ClerkAccount,
    pub structures: Structures,
    pub key: ClerkKey,
    /// Recognised by the post alone: when the directory last accepted their password.
    pub offline_since: Option<Timestamp>,
}

pub(super) fn enter(office: &Office, entering: Entering) {
    {
        let mut desk = office.desk();
        let other = desk
            .clerk
            .as_ref()
            .is_some_and(|previous| previous.dn != entering.clerk.dn);
        let owner = owner(&entering.clerk);
        desk.clerk = Some(entering.clerk);
        desk.locked = None;
        desk.structures = entering.structures;
        desk.key = entering.key;
        desk.offline_since = entering.offline_since;
        desk.failed_tries = 0;
        desk.caught_up = None;
        desk.mirror = None;
        drop(desk);
        if other {
            office.open_handovers().clear();
        }
        if entering.offline_since.is_some() {
            // Nothing is filled meanwhile: what an earlier session copied is what there is.
            let counts = office.store.read(|reader| reader.counts(&owner));
            let people = counts.map_or(0, |counts| counts.people);
            let people = u32::try_from(people).unwrap_or(u32::MAX);
            office.people.store(people, Ordering::Relaxed);
        }
    }
    office.touch();
}

pub(super) fn fill_in_background(office: &Arc<Office>) {
    let filling = Arc::clone(office);
    tokio::spawn(async move {
        match fill_index(&filling).await {
            Err(error) if error.code != "signedOut" && filling.clerk().is_ok() => {
                tracing::warn!(?error, "the index was not filled");
            }
            // The clerk has left: nobody needs it.
            Ok(()) | Err(_) => {}
        }
    });
}

/// Opens a locked post for the same clerk.
///
/// # Errors
/// As `sign_in`; `tooManyTries` after five wrong passwords, for a minute.
pub async fn unlock(
    office: &Arc<Office>,
    password: Zeroizing<String>,
) -> Result<SessionView, OperationError> {
    let login = office
        .desk()
        .locked
        .as_ref()
        .map(|locked| locked.clerk.login.clone());
    let Some(login) = login else {
        return Err(OperationError::new(
            "signedOut",
            "Aucun agent n’est identifié.",
        ));
    };
    sign_in(office, &login, password).await
}

pub(super) fn refuse_too_many_tries(office: &Office) -> Result<(), OperationError> {
    let desk = office.desk();
    let waiting = desk.failed_tries >= TRIES_BEFORE_WAIT
        && desk
            .last_failed_try
            .is_some_and(|last| now().as_second() - last.as_second() < WAIT_SECONDS);
    if waiting {
        return Err(OperationError::new(
            "tooManyTries",
            "Attendez 60\u{a0}s, puis réessayez.",
        ));
    }
    Ok(())
}

pub(super) fn note_failed_try(office: &Office) {
    let mut desk = office.desk();
    desk.failed_tries += 1;
    desk.last_failed_try = Some(now());
}

/// After the window's sign-in, then every quarter of an hour.
fn catch_up_is_due(office: &Office) -> bool {
    office
        .desk()
        .caught_up
        .is_some_and(|last| last.elapsed() >= CATCH_UP_EVERY)
}

/// How the directory answers, for the foot of the rail.
pub async fn link(office: &Arc<Office>) -> Result<LinkView, OperationError> {
    return_online(office).await;
    let signed_in = office.clerk().is_ok();
    let offline_since = office.desk().offline_since;
    let works_offline = may_work_offline(office).is_ok();
    let answer = if signed_in {
        office.directory.ping().await
    } else {
        Ok(())
    };
    let forgotten = match &answer {
        // 49: the connection had died, and their password is no longer the one that opened it.
        Err(DirectoryError::SignedOut | DirectoryError::Refused { code: 49, .. }) => signed_in,
        Ok(()) | Err(_) => false,
    };
    if forgotten && office.clerk().is_ok() {
        close_refused(office, &SignInRefusal::InvalidCredentials).await;
    }
    // After the answer, which may have taken its time: a fill that ended meanwhile has ended.
    let people = office.people.load(Ordering::Relaxed);
    let filling = office.filling.load(Ordering::Acquire);
    let (waiting, to_decide) = if signed_in {
        outbox::counts(office)?
    } else {
        (0, 0)
    };
    if signed_in && answer.is_ok() {
        back_online(office);
        let working = Arc::clone(office);
        let due = (!filling && catch_up_is_due(office)) || outbox::is_due(office)?;
        let look = outbox::look_is_due(office)?;
        tokio::spawn(async move {
            resolve_unknown(&working).await;
            refresh_when_due(&working).await;
            if due {
                settle_left(&working).await;
            } else if look {
                look_at_other_servers(&working).await;
            }
        });
    }
    let clock = office.clock_is_off(true).map(|off| {
        format!(
            "l’horloge de ce poste {}\u{a0}: prévenez l’antenne numérique",
            off.words()
        )
    });
    Ok(match answer {
        Ok(()) if !signed_in => LinkView {
            tone: Tone::Wait,
            title: "Annuaire".into(),
            detail: "en attente d’un agent".into(),
            reachable: true,
            people,
            filling,
            waiting,
            to_decide,
            works_offline,
        },
        Ok(()) => LinkView {
            tone: if clock.is_some() {
                Tone::Warn
            } else {
                Tone::Ok
            },
            title: "Annuaire joignable".into(),
            detail: clock.unwrap_or_else(|| {
                let silence = office.directory.silence();
                format!(
                    "dernier échange\u{a0}: {}\u{a0}s",
                    silence.map_or(0, |silence| silence.as_secs())
                )
            }),
            reachable: true,
            people,
            filling,
            waiting,
            to_decide,
            works_offline,
        },
        Err(_) => LinkView {
            tone: Tone::Off,
            title: "Annuaire injoignable".into(),
            detail: match (offline_since, office.directory.silence()) {
                (Some(since), _) => format!(
                    "identité vérifiée {}",
                    texts::day_and_clock(since, now(), &office.zone)
                ),
                (None, None) => "aucun échange encore".to_owned(),
                (None, Some(silence)) => {
                    format!("dernier échange il y a {}\u{a0}s", silence.as_secs())
                }
            },
            reachable: false,
            people,
            filling,
            waiting,
            to_decide,
            works_offline,
        },
    })
}
