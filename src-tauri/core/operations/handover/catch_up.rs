//! What waits for a signed-in clerk: unsettled acts, unsent records, letters past their time.
//! Settling reads markers only: a password lost with its process is never sent again.

use std::time::Instant;

use jiff::Timestamp;
use serde::Serialize;

use super::aside::confirmable;
use super::register::entry_of;
use crate::directory::ClerkAccount;
use crate::domain::diagnosis::same_dn;
use crate::domain::handover::{DirectorySide, Event, step};
use crate::faults::{Fault, broken};
use crate::operations::office::now;
use crate::operations::outbox::{Opener, look_elsewhere, resolve_sent, send_waiting};
use crate::operations::{Office, OperationError};
use crate::store::HandoverRecord;
use crate::sync::{self, Resolution};

/// What one pass did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncReport {
    /// Acts whose request had reached the directory: their letter is lost, a new handover is needed.
    pub applied_without_letter: Vec<String>,
    /// Acts that never reached it.
    pub voided: Vec<String>,
    /// Acts that the directory could not answer about yet.
    pub unsettled: Vec<String>,
    /// Acts whose letter is out, or may be: only the clerk knows whether it was handed over.
    pub to_confirm: Vec<String>,
    /// Acts whose letter is out and will open nothing: it must be taken back.
    pub dead_letters: Vec<String>,
    /// Acts made without the directory that it now has.
    pub sent: Vec<String>,
    /// Acts made without the directory that it will not take: the person has to be called back.
    pub refused: Vec<String>,
    /// Acts made without the directory whose letter a later change has voided.
    pub superseded: Vec<String>,
    /// Acts made without the directory about which a clerk has to decide.
    pub contested: Vec<String>,
    /// Acts made without the directory that this clerk may not write there: they stay for one who may.
    pub barred: Vec<String>,
    /// Acts that only one server has, past the time the others should have had them.
    pub on_one_server: Vec<String>,
    /// Acts that a lost server alone had: the person has to be called back.
    pub stranded: Vec<String>,
    /// Records that had not entered the directory, and now have.
    pub recorded: Vec<String>,
    /// Provisional passwords of the clerk's people that nobody used in time.
    pub expired: u32,
    /// Why the rest waits for the next pass.
    pub interrupted: Option<String>,
}

/// Everything that waits for a signed-in clerk: acts that a restart left open, records not yet in the directory,
/// provisional passwords past their time.
///
/// # Errors
/// `signedOut`, `locked`, `store`.
pub async fn catch_up(office: &Office) -> Result<SyncReport, OperationError> {
    let clerk = office.clerk()?;
    office.desk().caught_up = Some(Instant::now());
    let mut report = settle_open(office, &clerk).await?;
    let passes = async {
        // First: somebody may be at a keyboard, waiting for theirs.
        send_waiting(office, &clerk, Opener::Clerk, &mut report).await?;
        send_records(office, &clerk, &mut report).await?;
        look_elsewhere(office, &mut report).await?;
        expire(office, &clerk, &mut report).await
    };
    let outcome = passes.await;
    report.interrupted = outcome.err().map(|error| error.message);
    Ok(report)
}

async fn expire(
    office: &Office,
    clerk: &ClerkAccount,
    report: &mut SyncReport,
) -> Result<(), OperationError> {
    let Some(perimeter) = clerk.perimeter() else {
        return Ok(());
    };
    let hours = office.settings.handover.valid_hours;
    let pass = sync::expire_due(office.directory(), &perimeter, hours).await?;
    report.expired = pass.expired;
    Ok(())
}

/// A record bears its author's own bind: a clerk writes those of the acts that they sent, and no other.
async fn send_records(
    office: &Office,
    clerk: &ClerkAccount,
    report: &mut SyncReport,
) -> Result<(), OperationError> {
    let records = office.store.read(|reader| reader.unrecorded_handovers())?;
    let mine = records
        .iter()
        .filter(|record| same_dn(record.sender_dn(), &clerk.dn))
        // An act under way sends its own.
        .filter(|record| !office.open_handovers().contains_key(&record.id));
    for record in mine.cloned().collect::<Vec<_>>() {
        let entry = entry_of(&record, office.settings.post.number, &clerk.dn);
        let server = office.directory().writing_server().await?;
        let there = office.directory().at(&server).await?;
        there.write_record(&entry).await?;
        office
            .store
            .write(|writer| writer.mark_recorded(record.id))?;
        report.recorded.push(record.number);
    }
    Ok(())
}

/// Settles what a restart left open of this clerk's acts: reads each marker, then closes the act, for its password went
/// with its process. Another clerk's markers may not be readable by this one: their acts wait for them.
async fn settle_open(office: &Office, clerk: &ClerkAccount) -> Result<SyncReport, OperationError> {
    let records = office.store.read(|reader| reader.open_handovers())?;
    let mut report = SyncReport::default();
    for record in records {
        let mine = same_dn(&record.clerk_dn, &clerk.dn);
        if !mine || office.open_handovers().contains_key(&record.id) {
            continue;
        }
        settle_one(office, &record, &mut report).await?;
    }
    Ok(report)
}

async fn settle_one(
    office: &Office,
    record: &HandoverRecord,
    report: &mut SyncReport,
) -> Result<(), OperationError> {
    let at = now();
    let mut progress = record.progress;
    // A crash leaves « sending » behind: its answer is lost.
    if progress.directory == DirectorySide::Sending {
        progress = write(office, record, progress, Event::AnswerLost, at)?;
    }
    if progress.directory == DirectorySide::Unknown {
        match resolve_sent(office, record.person, record.id).await?.0 {
            Resolution::NotHeardYet | Resolution::Unanswered => {
                report.unsettled.push(record.number.clone());
                return Ok(());
            }
            Resolution::Applied(_) => {
                progress = write(office, record, progress, Event::MarkerSeen, at)?;
            }
            Resolution::NotApplied => {
                progress = write(office, record, progress, Event::MarkerAbsent, at)?;
            }
        }
    }
    if confirmable(progress) {
        if broken(Fault::UnconfirmedSent) {
            for event in [Event::SheetOut, Event::HandedOver] {
                if step(progress, event).is_ok() {
                    progress = write(office, record, progress, event, at)?;
                }
            }
        }
        report.to_confirm.push(record.number.clone());
        return Ok(());
    }
    let written = matches!(
        progress.directory,
        DirectorySide::Applied | DirectorySide::Unsound
    );
    let list = match (written, progress.paper.is_out()) {
        // Applied with its sheet out, or in doubt, was set apart above: this sheet opens nothing.
        (_, true) => &mut report.dead_letters,
        (true, false) => &mut report.applied_without_letter,
        (false, false) => &mut report.voided,
    };
    list.push(record.number.clone());
    write(office, record, progress, Event::Voided, at)?;
    Ok(())
}

fn write(
    office: &Office,
    record: &HandoverRecord,
    progress: crate::domain::handover::Progress,
    event: Event,
    at: Timestamp,
) -> Result<crate::domain::handover::Progress, OperationError> {
    let (next, _) = step(progress, event)
        .map_err(|forbidden| OperationError::new("notYet", forbidden.to_string()))?;
    let name = format!("{event:?}");
    office.store.write(|writer| {
        writer.move_handover(record.id, &name, next, record.copies, at, "settled")
    })?;
    Ok(next)
}
