//! Signing in is a bind as the clerk, and so is opening a locked post.
//! Never keeps a password beyond the directory session, never answers while the session before still closes.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use zeroize::Zeroizing;

use super::leave::{refuse_while_closing, settle_left};
use super::start::post_name;
use super::{ClerkView, LinkView, SessionView, Tone};
use crate::directory::ClerkAccount;
use crate::domain::person::Login;
use crate::operations::counter::{fill_index, refresh_when_due};
use crate::operations::handover::resolve_unknown;
use crate::operations::office::now;
use crate::operations::{Office, OperationError};
use crate::texts;

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
    let (clerk, locked) = {
        let desk = office.desk();
        let locked = desk.locked.as_ref().map(|locked| SessionView::Locked {
            clerk: locked.clerk.clone(),
            clock: texts::clock(now(), &office.zone),
            closing: locked.closing,
            left: locked.left.clone(),
        });
        (desk.clerk.clone(), locked)
    };
    match (locked, clerk) {
        (Some(locked), _) => locked,
        (None, None) => SessionView::SignedOut { closing: false },
        (None, Some(clerk)) => SessionView::SignedIn {
            clerk: clerk_view(office, &clerk),
        },
    }
}

/// Binds as the clerk, then fills the index of their perimeter in the background.
///
/// # Errors
/// The code says which remedy: `invalidCredentials`, `mustChangePassword`, `passwordExpired`, `accountLocked`,
/// `notAClerk`, `unreachable`, `certificate`.
pub async fn sign_in(
    office: &Arc<Office>,
    login: &str,
    password: Zeroizing<String>,
) -> Result<SessionView, OperationError> {
    refuse_while_closing(office)?;
    let portal = &office.settings.establishment.portal;
    let refused = |refusal: &crate::directory::SignInRefusal| {
        let (code, message) = texts::sign_in(refusal, portal);
        OperationError::new(code, message)
    };
    let Some(login) = Login::new(login) else {
        return Err(refused(
            &crate::directory::SignInRefusal::InvalidCredentials,
        ));
    };
    let clerk = office
        .directory
        .sign_in(&login, password)
        .await
        .map_err(|refusal| {
            tracing::info!(%refusal, "sign-in refused");
            refused(&refusal)
        })?;
    let structures = office.directory.structures().await.unwrap_or_default();
    {
        let mut desk = office.desk();
        let other = desk
            .clerk
            .as_ref()
            .is_some_and(|previous| previous.dn != clerk.dn);
        desk.clerk = Some(clerk);
        desk.locked = None;
        desk.structures = structures;
        desk.failed_unlocks = 0;
        desk.caught_up = None;
        desk.mirror = None;
        drop(desk);
        if other {
            office.open_handovers().clear();
        }
    }
    office.touch();
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
    Ok(session_view(office))
}

/// Opens a locked post for the same clerk.
///
/// # Errors
/// As `sign_in`; `tooManyTries` after five wrong passwords, for a minute.
pub async fn unlock(
    office: &Arc<Office>,
    password: Zeroizing<String>,
) -> Result<SessionView, OperationError> {
    let (login, waiting) = {
        let desk = office.desk();
        let waiting = desk.failed_unlocks >= TRIES_BEFORE_WAIT
            && desk
                .last_failed_unlock
                .is_some_and(|last| now().as_second() - last.as_second() < WAIT_SECONDS);
        (
            desk.locked
                .as_ref()
                .map(|locked| locked.clerk.login.clone()),
            waiting,
        )
    };
    let Some(login) = login else {
        return Err(OperationError::new(
            "signedOut",
            "Aucun agent n’est identifié.",
        ));
    };
    if waiting {
        return Err(OperationError::new(
            "tooManyTries",
            "Attendez 60\u{a0}s, puis réessayez.",
        ));
    }
    let result = sign_in(office, &login, password).await;
    if let Err(error) = &result
        && error.code == "invalidCredentials"
    {
        let mut desk = office.desk();
        desk.failed_unlocks += 1;
        desk.last_failed_unlock = Some(now());
    }
    result
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
    let people = office.people.load(Ordering::Relaxed);
    let filling = office.filling.load(Ordering::Relaxed);
    let signed_in = office.clerk().is_ok();
    let answer = if signed_in {
        office.directory.ping().await
    } else {
        Ok(())
    };
    if signed_in && answer.is_ok() {
        let working = Arc::clone(office);
        let due = !filling && catch_up_is_due(office);
        tokio::spawn(async move {
            resolve_unknown(&working).await;
            refresh_when_due(&working).await;
            if due {
                settle_left(&working).await;
            }
        });
    }
    Ok(match answer {
        Ok(()) if !signed_in => LinkView {
            tone: Tone::Wait,
            title: "Annuaire".into(),
            detail: "en attente d’un agent".into(),
            reachable: true,
            people,
            filling,
        },
        Ok(()) => LinkView {
            tone: Tone::Ok,
            title: "Annuaire joignable".into(),
            detail: format!(
                "dernier échange\u{a0}: {}\u{a0}s",
                office
                    .directory
                    .silence()
                    .map_or(0, |silence| silence.as_secs())
            ),
            reachable: true,
            people,
            filling,
        },
        Err(_) => LinkView {
            tone: Tone::Off,
            title: "Annuaire injoignable".into(),
            detail: office.directory.silence().map_or_else(
                || "aucun échange encore".to_owned(),
                |silence| format!("dernier échange il y a {}\u{a0}s", silence.as_secs()),
            ),
            reachable: false,
            people,
            filling,
        },
    })
}
