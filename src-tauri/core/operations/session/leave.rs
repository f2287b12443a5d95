//! The clerk leaves the desk: the screen closes at once, what is under way ends, and what was open is put aside.
//! A locked post never opens again in the same process: a window and a heap keep copies of what was typed, so the host
//! starts anew with a `Left`, which carries no secret and names no visitor.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::sign_in::{clerk_view, session_view};
use super::{ClerkKey, ClerkView, Notice, SessionView, Tone};
use crate::directory::ClerkAccount;
use crate::operations::handover::{PutAside, SyncReport, any_busy, catch_up, put_aside};
use crate::operations::outbox::look_elsewhere;
use crate::operations::{Office, OfficeNotice, OperationError};

const WARNING_SECONDS: i64 = 15;
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(50);

/// What the next start of the window has to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "camelCase")]
pub enum Left {
    SignedOut,
    Locked { clerk: ClerkView, left: Vec<Notice> },
}

/// The clerk whose password opens the desk again.
pub(crate) struct LockedDesk {
    pub clerk: ClerkView,
    pub closing: bool,
    pub left: Vec<Notice>,
}

/// Closes the screen at once; the clerk and their key are forgotten, an act under way goes on to its end.
pub async fn lock(office: &Office) -> Result<SessionView, OperationError> {
    close(office, Vec::new()).await;
    Ok(session_view(office))
}

/// Locks, and the lock screen says why.
pub(super) async fn lock_because(office: &Office, why: Notice) {
    close(office, vec![why]).await;
}

async fn close(office: &Office, left: Vec<Notice>) {
    let clerk = forget_clerk(office);
    if let Some(clerk) = clerk {
        let clerk = clerk_view(office, &clerk);
        office.desk().locked = Some(LockedDesk {
            clerk,
            closing: true,
            left,
        });
        if !any_busy(office) {
            office.directory().sign_out().await;
        }
        office.publish(OfficeNotice::SessionChanged(session_view(office)));
    }
}

/// Nobody is at the desk any more, and no key is open. The hour counts: a clock set back later buys no time.
fn forget_clerk(office: &Office) -> Option<ClerkAccount> {
    let hour = office.hour();
    if let Err(error) = office.store.write(|writer| writer.note_hour(hour)) {
        tracing::warn!(%error, "the hour is not noted");
    }
    let mut desk = office.desk();
    desk.key = ClerkKey::None;
    desk.offline_since = None;
    desk.clerk.take()
}

/// The clerk leaves for another one. Refused while a locked post still ends what is under way.
///
/// # Errors
/// `closing`.
pub async fn sign_out(office: &Office) -> Result<SessionView, OperationError> {
    refuse_while_closing(office)?;
    // First: what is still reading for this clerk ends without a word.
    forget_clerk(office);
    office.directory().sign_out().await;
    put_aside(office);
    office.desk().locked = None;
    Ok(session_view(office))
}

/// The post has been locked in this process: the host has to start anew.
pub fn is_closing(office: &Office) -> bool {
    office
        .desk()
        .locked
        .as_ref()
        .is_some_and(|locked| locked.closing)
}

pub(super) fn refuse_while_closing(office: &Office) -> Result<(), OperationError> {
    if is_closing(office) {
        return Err(OperationError::new(
            "closing",
            "La session se ferme encore. Rien n’est perdu. Attendez l’écran de verrouillage.",
        ));
    }
    Ok(())
}

/// Waits for what is under way, thirty seconds at most, puts aside what was open, and tells what the next start shows.
pub async fn leave(office: &Office) -> Left {
    let ended = async {
        while any_busy(office) {
            tokio::time::sleep(LOOK).await;
        }
    };
    if tokio::time::timeout(PATIENCE, ended).await.is_err() {
        tracing::warn!("the session closed with an act under way");
    }
    let aside = notices(put_aside(office));
    office.directory().sign_out().await;
    match &office.desk().locked {
        None => Left::SignedOut,
        Some(locked) => Left::Locked {
            clerk: locked.clerk.clone(),
            left: [locked.left.clone(), aside].concat(),
        },
    }
}

/// Takes the desk up where the process before left it.
pub fn take_up(office: &Office, left: Left) {
    office.desk().locked = match left {
        Left::SignedOut => None,
        Left::Locked { clerk, left } => Some(LockedDesk {
            clerk,
            closing: false,
            left,
        }),
    };
}

/// After the window's sign-in: settles what an earlier process left open, and says what is true of it.
pub async fn settle_left(office: &Arc<Office>) {
    match catch_up(office).await {
        Ok(report) => {
            let settled = notices(PutAside {
                abandoned: count(&report.voided),
                without_letter: count(&report.applied_without_letter),
                to_confirm: 0,
                dead_letters: count(&report.dead_letters),
                unsettled: count(&report.unsettled),
            });
            let settled = [late_notices(&report), settled].concat();
            if !settled.is_empty() {
                office.publish(OfficeNotice::Settled(settled));
            }
        }
        Err(error) => tracing::warn!(?error, "what was left open is not settled"),
    }
}

/// Asks the other servers about what one acknowledged, and says what is lost.
pub(crate) async fn look_at_other_servers(office: &Office) {
    let mut report = SyncReport::default();
    if let Err(error) = look_elsewhere(office, &mut report).await {
        tracing::warn!(?error, "the other servers were not asked");
    }
    let found = late_notices(&report);
    if !found.is_empty() {
        office.publish(OfficeNotice::Settled(found));
    }
}

/// What came of the acts made without the directory.
fn late_notices(report: &SyncReport) -> Vec<Notice> {
    let say = |numbers: &[&[String]], tone, one: &str, several: &str, text: &str| {
        let numbers = numbers.concat();
        let strong = match numbers.len() {
            0 => return None,
            1 => one.replace("{number}", &numbers[0]),
            many => several.replace("{n}", &many.to_string()),
        };
        Some(Notice {
            tone,
            strong,
            text: text.to_owned(),
        })
    };
    [
        say(
            &[&report.sent],
            Tone::Ok,
            "L’accès de la remise {number} est actif.",
            "{n}\u{a0}accès remis hors ligne sont actifs.",
            "",
        ),
        say(
            &[&report.contested],
            Tone::Warn,
            "La remise {number} est à trancher.",
            "{n}\u{a0}remises sont à trancher.",
            "Voyez «\u{202f}À synchroniser\u{202f}».",
        ),
        say(
            &[&report.on_one_server],
            Tone::Warn,
            "L’accès de la remise {number} n’est que sur un serveur d’annuaire.",
            "{n}\u{a0}accès ne sont que sur un serveur d’annuaire.",
            "Prévenez l’antenne numérique\u{a0}: voyez «\u{202f}À synchroniser\u{202f}».",
        ),
        say(
            &[&report.stranded],
            Tone::Bad,
            "La lettre de la remise {number} n’ouvre plus rien\u{a0}: un serveur d’annuaire l’a perdue.",
            "{n}\u{a0}lettres n’ouvrent plus rien\u{a0}: un serveur d’annuaire les a perdues.",
            "Rappelez la personne\u{a0}: voyez «\u{202f}À synchroniser\u{202f}».",
        ),
        say(
            &[&report.refused, &report.superseded],
            Tone::Bad,
            "La lettre de la remise {number} n’ouvre rien.",
            "{n}\u{a0}lettres remises hors ligne n’ouvrent rien.",
            "Rappelez la personne\u{a0}: voyez «\u{202f}À synchroniser\u{202f}».",
        ),
        say(
            &[&report.barred],
            Tone::Bad,
            "L’annuaire n’a pas pris la remise {number}.",
            "L’annuaire n’a pas pris {n}\u{a0}remises.",
            "Rien n’est perdu\u{a0}: voyez «\u{202f}À synchroniser\u{202f}».",
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn count(numbers: &[String]) -> u32 {
    u32::try_from(numbers.len()).unwrap_or(u32::MAX)
}

/// One sentence for each kind of act; nothing when nothing was open.
fn notices(aside: PutAside) -> Vec<Notice> {
    let say = |count: u32, tone: Tone, one: (&str, &str), several: (&str, &str)| {
        let (strong, text) = if count == 1 { one } else { several };
        (count > 0).then(|| Notice {
            tone,
            strong: strong.replace("{n}", &count.to_string()),
            text: text.to_owned(),
        })
    };
    [
        say(
            aside.to_confirm,
            Tone::Wait,
            (
                "Une lettre est sortie, sa remise est à confirmer.",
                "Elle se reprend depuis le Guichet.",
            ),
            (
                "{n}\u{a0}lettres sont sorties, leur remise est à confirmer.",
                "Elles se reprennent depuis le Guichet.",
            ),
        ),
        say(
            aside.dead_letters,
            Tone::Bad,
            (
                "Une lettre sortie n’ouvrira rien.",
                "Son envoi n’est jamais arrivé\u{a0}: reprenez-la, puis faites une nouvelle remise.",
            ),
            (
                "{n}\u{a0}lettres sorties n’ouvriront rien.",
                "Leurs envois ne sont jamais arrivés\u{a0}: reprenez-les, puis faites de nouvelles remises.",
            ),
        ),
        say(
            aside.without_letter,
            Tone::Warn,
            (
                "Un accès est écrit, mais sa lettre n’est pas sortie.",
                "Le mot de passe est détruit\u{a0}: faites une nouvelle remise.",
            ),
            (
                "{n}\u{a0}accès sont écrits, mais leur lettre n’est pas sortie.",
                "Les mots de passe sont détruits\u{a0}: faites de nouvelles remises.",
            ),
        ),
        say(
            aside.unsettled,
            Tone::Wait,
            (
                "Un envoi attend la réponse de l’annuaire.",
                "Elle sera lue à votre prochaine ouverture de session.",
            ),
            (
                "{n}\u{a0}envois attendent la réponse de l’annuaire.",
                "Elle sera lue à votre prochaine ouverture de session.",
            ),
        ),
        say(
            aside.abandoned,
            Tone::Off,
            (
                "Une remise non envoyée est abandonnée.",
                "Rien n’était parti, son mot de passe est détruit.",
            ),
            (
                "{n}\u{a0}remises non envoyées sont abandonnées.",
                "Rien n’était parti, leurs mots de passe sont détruits.",
            ),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_act_has_its_sentence_and_nothing_else_is_said() {
        assert_eq!(notices(PutAside::default()), []);
        let all = notices(PutAside {
            abandoned: 1,
            without_letter: 2,
            to_confirm: 1,
            dead_letters: 1,
            unsettled: 3,
        });
        let strong: Vec<&str> = all.iter().map(|notice| notice.strong.as_str()).collect();
        assert_eq!(
            strong,
            [
                "Une lettre est sortie, sa remise est à confirmer.",
                "Une lettre sortie n’ouvrira rien.",
                "2\u{a0}accès sont écrits, mais leur lettre n’est pas sortie.",
                "3\u{a0}envois attendent la réponse de l’annuaire.",
                "Une remise non envoyée est abandonnée.",
            ]
        );
    }

    #[test]
    fn what_is_handed_to_the_next_start_comes_back_whole() {
        let left = Left::Locked {
            clerk: ClerkView {
                login: "croux".into(),
                name: "Camille Roux".into(),
                desk: "RH · poste\u{a0}2".into(),
            },
            left: notices(PutAside {
                abandoned: 1,
                ..PutAside::default()
            }),
        };
        let text = serde_json::to_string(&left).unwrap();
        assert_eq!(serde_json::from_str::<Left>(&text).unwrap(), left);
    }
}
