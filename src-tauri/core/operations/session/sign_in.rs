//! Signing in is a bind as the clerk; locking closes the screen at once and forgets the clerk's password.
//! Never keeps a password beyond the directory session, never answers while locked.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use zeroize::Zeroizing;

use super::{ClerkView, LinkView, RehearsalClerkView, SessionView, StartView, Tone};
use crate::directory::ClerkAccount;
use crate::domain::person::Login;
use crate::operations::counter::fill_index;
use crate::operations::handover::{catch_up, resolve_unknown};
use crate::operations::office::now;
use crate::operations::{Office, OfficeNotice, OperationError, Trouble};
use crate::texts;

const TRIES_BEFORE_WAIT: u32 = 5;
const WAIT_SECONDS: i64 = 60;
const WARNING_SECONDS: i64 = 15;
const CATCH_UP_EVERY: Duration = Duration::from_mins(15);

/// First thing a window asks.
pub fn start(office: &Office, theme: &str) -> StartView {
    let settings = &office.settings;
    StartView {
        establishment: settings.establishment.name.clone(),
        establishment_short: settings.establishment.short_name.clone(),
        portal: settings.establishment.portal.clone(),
        post: post_name(office),
        session: session_view(office),
        rehearsal: settings.rehearsal,
        rehearsal_clerks: rehearsal_clerks(settings.rehearsal),
        idle_lock_seconds: settings.post.idle_lock_seconds,
        trouble: None,
        theme: theme.to_owned(),
    }
}

/// The first view of a post that cannot work: the window opens, and says why.
pub fn start_in_trouble(trouble: &Trouble, theme: &str) -> StartView {
    StartView {
        establishment: "Guichet".into(),
        establishment_short: String::new(),
        portal: String::new(),
        post: String::new(),
        session: SessionView::SignedOut,
        rehearsal: false,
        rehearsal_clerks: Vec::new(),
        idle_lock_seconds: 120,
        trouble: Some(trouble.notice()),
        theme: theme.to_owned(),
    }
}

fn rehearsal_clerks(rehearsal: bool) -> Vec<RehearsalClerkView> {
    if !rehearsal {
        return Vec::new();
    }
    crate::rehearsal::clerks::CLERKS
        .iter()
        .filter(|clerk| {
            clerk.role.is_some() && matches!(clerk.sign_in, crate::rehearsal::clerks::SignIn::Opens)
        })
        .map(|clerk| RehearsalClerkView {
            login: clerk.login.to_owned(),
            name: format!("{} {}", clerk.given, clerk.family),
            desk: clerk.structure.to_owned(),
        })
        .collect()
}

fn post_name(office: &Office) -> String {
    format!("poste\u{a0}{}", office.settings.post.number)
}

fn clerk_view(office: &Office, clerk: &ClerkAccount) -> ClerkView {
    let role = clerk.roles.first().map_or("", |role| role.label.as_str());
    ClerkView {
        login: clerk.login.clone(),
        name: clerk.name.clone(),
        desk: format!("{role} · {}", post_name(office)),
    }
}

fn session_view(office: &Office) -> SessionView {
    let clerk = office.desk().clerk.clone();
    match clerk {
        None => SessionView::SignedOut,
        Some(clerk) if office.locked.load(Ordering::Acquire) => SessionView::Locked {
            clerk: clerk_view(office, &clerk),
            clock: texts::clock(now(), &office.zone),
        },
        Some(clerk) => SessionView::SignedIn {
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
        desk.structures = structures;
        desk.failed_unlocks = 0;
        desk.caught_up = None;
        drop(desk);
        if other {
            office.open_handovers().clear();
        }
    }
    office.locked.store(false, Ordering::Release);
    office.touch();
    let filling = Arc::clone(office);
    tokio::spawn(async move {
        if let Err(error) = fill_index(&filling).await {
            tracing::warn!(?error, "the index was not filled");
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
    let (clerk, waiting) = {
        let desk = office.desk();
        let waiting = desk.failed_unlocks >= TRIES_BEFORE_WAIT
            && desk
                .last_failed_unlock
                .is_some_and(|last| now().as_second() - last.as_second() < WAIT_SECONDS);
        (desk.clerk.clone(), waiting)
    };
    let Some(clerk) = clerk else {
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
    let result = sign_in(office, &clerk.login, password).await;
    if let Err(error) = &result
        && error.code == "invalidCredentials"
    {
        let mut desk = office.desk();
        desk.failed_unlocks += 1;
        desk.last_failed_unlock = Some(now());
    }
    result
}

/// Closes the screen at once; the clerk's password is forgotten, an act under way goes on to its end.
pub async fn lock(office: &Office) -> Result<SessionView, OperationError> {
    if office.desk().clerk.is_some() {
        office.locked.store(true, Ordering::Release);
        let sending = office
            .open_handovers()
            .values()
            .any(|open| open.is_sending());
        if !sending {
            office.directory.sign_out().await;
        }
    }
    let view = session_view(office);
    office.publish(OfficeNotice::SessionChanged(view.clone()));
    Ok(view)
}

pub async fn sign_out(office: &Office) -> Result<SessionView, OperationError> {
    office.directory.sign_out().await;
    office.open_handovers().clear();
    office.desk().clerk = None;
    office.locked.store(false, Ordering::Release);
    Ok(SessionView::SignedOut)
}

/// One look at the idle time, once a second: warns in the last fifteen seconds, then locks.
pub async fn idle(office: &Office) {
    if office.clerk().is_err() {
        return;
    }
    let left = i64::from(office.settings.post.idle_lock_seconds) - office.idle_seconds();
    if left <= 0 {
        let _ = lock(office).await;
    } else if left <= WARNING_SECONDS {
        let seconds = u32::try_from(left).unwrap_or(0);
        office.publish(OfficeNotice::IdleWarning { seconds });
    }
}

/// Once after signing in, then every quarter of an hour.
fn catch_up_is_due(office: &Office) -> bool {
    office
        .desk()
        .caught_up
        .is_none_or(|last| last.elapsed() >= CATCH_UP_EVERY)
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
            if due && let Err(error) = catch_up(&working).await {
                tracing::info!(?error, "what waits was not sent");
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
