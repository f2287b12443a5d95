//! Handovers that the end of a session interrupts: what is put aside with the clerk's password, and what is taken up
//! again after. A password never outlives its process: only a letter already out can still be confirmed.

use uuid::Uuid;

use super::acts::recipe;
use super::hand_over::advance;
use super::offline::not_yet_active;
use super::open::OpenHandover;
use crate::domain::handover::{DirectorySide, Event, PaperSide, Progress};
use crate::operations::counter::read;
use crate::operations::{Office, OperationError};
use crate::sync::valid_until;

/// How many acts the end of a session interrupted, by what is true of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PutAside {
    /// Nothing had left.
    pub abandoned: u32,
    /// Written in the directory, no letter out: a new handover is needed.
    pub without_letter: u32,
    /// The letter is out, or may be: « Remise faite » can still be said.
    pub to_confirm: u32,
    /// The letter is out and will open nothing: it must be taken back.
    pub dead_letters: u32,
    /// The directory's answer is not known: settled at the next sign-in.
    pub unsettled: u32,
}

/// An act, a printing or a settling is under way.
pub(crate) fn any_busy(office: &Office) -> bool {
    office.open_handovers().values().any(OpenHandover::busy)
}

/// Ends what cannot be taken up again, destroys every password, and counts.
pub(crate) fn put_aside(office: &Office) -> PutAside {
    let open: Vec<(Uuid, Option<Progress>, bool)> = office
        .open_handovers()
        .values()
        .map(|open| (open.id, open.progress, open.untouched()))
        .collect();
    let mut aside = PutAside::default();
    for (id, progress, untouched) in open {
        let Some(progress) = progress.filter(|progress| progress.is_open()) else {
            aside.abandoned += u32::from(!untouched);
            continue;
        };
        let (count, ends) = match (progress.directory, progress.paper) {
            // Sealed: the clerk's word that the sheet is out sends it, even after a restart.
            (
                DirectorySide::NotSent,
                PaperSide::Printing | PaperSide::Out | PaperSide::Reprinting,
            ) if progress.sealed => (&mut aside.to_confirm, false),
            (
                DirectorySide::NotSent | DirectorySide::Refused,
                PaperSide::None | PaperSide::Printing,
            ) => (&mut aside.abandoned, true),
            (
                DirectorySide::NotSent | DirectorySide::Refused | DirectorySide::Unsound,
                PaperSide::Out | PaperSide::Reprinting,
            ) => (&mut aside.dead_letters, true),
            (
                DirectorySide::Applied,
                PaperSide::Printing | PaperSide::Out | PaperSide::Reprinting,
            ) => (&mut aside.to_confirm, false),
            (DirectorySide::Applied, PaperSide::None)
            | (DirectorySide::Unsound, PaperSide::None | PaperSide::Printing) => {
                (&mut aside.without_letter, true)
            }
            (DirectorySide::Sending | DirectorySide::Unknown, _) => (&mut aside.unsettled, false),
            // Only acts already handed over come there, and they are not on the counter.
            (DirectorySide::Superseded | DirectorySide::Contested | DirectorySide::Stranded, _) => {
                continue;
            }
        };
        *count += 1;
        if ends && let Err(error) = advance(office, id, Event::Voided, "put aside") {
            tracing::error!(?error, "an interrupted act was not ended");
        }
    }
    office.open_handovers().clear();
    aside
}

/// The letter came out before the password was lost, or may have: the act can still be confirmed or taken back.
pub(super) fn confirmable(progress: Progress) -> bool {
    let out = progress.paper.is_out();
    // A crash while printing: « La feuille est-elle sortie ? »
    let in_doubt = progress.paper == PaperSide::Printing;
    progress.is_open()
        && match progress.directory {
            DirectorySide::Applied => out || in_doubt,
            DirectorySide::NotSent => progress.sealed && (out || in_doubt),
            DirectorySide::Sending
            | DirectorySide::Unknown
            | DirectorySide::Unsound
            | DirectorySide::Refused
            | DirectorySide::Superseded
            | DirectorySide::Contested
            | DirectorySide::Stranded => false,
        }
}

/// Puts an act of this clerk whose letter is out back on the counter, without its password.
///
/// # Errors
/// `notOpen` when there is nothing to take up; `unreachable`: the person is read afresh.
pub(super) async fn take_up(office: &Office, id: Uuid) -> Result<(), OperationError> {
    let clerk = office.clerk()?;
    let record = office
        .store
        .read(|reader| reader.handover(id))?
        .filter(|record| record.clerk_dn == clerk.dn && confirmable(record.progress))
        .ok_or_else(super::not_open)?;
    let seen = read(office, record.person).await?;
    let recipe = recipe(office, seen.policy.as_ref(), record.language);
    let synced_at = seen.person.account.password_changed;
    let until = valid_until(&seen.person, office.settings.handover.valid_hours);
    let mut open = OpenHandover::new(
        record.id,
        record.number,
        seen.person,
        seen.policy,
        recipe,
        record.made_at,
    );
    open.check = Some(record.check);
    open.language = record.language;
    open.progress = Some(record.progress);
    open.copies = record.copies;
    open.printed_at = Some(record.changed_at);
    open.synced_at = synced_at;
    open.valid_until = until;
    if record.progress.sealed {
        open.offline = true;
        open.directory_notice = Some(not_yet_active());
    }
    office.open_handovers().entry(id).or_insert(open);
    Ok(())
}
