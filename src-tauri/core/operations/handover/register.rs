//! The handovers of the day, and those that a restart or a cut left unsettled.
//! Settling reads markers only: a password lost with its process is never sent again.

use jiff::Timestamp;
use serde::Serialize;

use super::views::HandoverRow;
use crate::domain::handover::{DirectorySide, Ending, Event, PaperSide, step};
use crate::operations::office::now;
use crate::operations::session::Tone;
use crate::operations::{Office, OperationError};
use crate::store::HandoverRecord;
use crate::{sync, texts};

/// Handovers made on this post today, newest first.
///
/// # Errors
/// `signedOut`, `locked`, `store`.
pub async fn handovers(office: &Office) -> Result<Vec<HandoverRow>, OperationError> {
    let clerk = office.clerk()?;
    let midnight = now()
        .to_zoned(office.zone.clone())
        .start_of_day()
        .map_or_else(|_| now(), |day| day.timestamp());
    let records = office
        .store
        .read(|reader| reader.handovers_since(midnight))?;
    let open = office.open_handovers();
    Ok(records
        .iter()
        .map(|record| {
            let mine = record.clerk_dn == clerk.dn && open.contains_key(&record.id);
            row(office, record, mine)
        })
        .collect())
}

fn row(office: &Office, record: &HandoverRecord, open: bool) -> HandoverRow {
    let (tone, state) = match (
        record.progress.ending,
        record.progress.directory,
        record.progress.paper,
    ) {
        (Ending::HandedOver, _, _) => (Tone::Ok, "Accès remis"),
        (Ending::Voided, DirectorySide::Applied, _) => (
            Tone::Warn,
            "Abandonnée après l’envoi\u{a0}: la lettre ne doit pas circuler",
        ),
        (Ending::Voided, _, _) => (Tone::Off, "Abandonnée"),
        (Ending::Open, DirectorySide::Refused, _) => (Tone::Bad, "Refusée par l’annuaire"),
        (Ending::Open, DirectorySide::Unknown | DirectorySide::Sending, _) => {
            (Tone::Wait, "Réponse non reçue, vérification en cours")
        }
        (Ending::Open, DirectorySide::NotSent, PaperSide::None | PaperSide::Printing) => {
            (Tone::Wait, "Préparée, pas envoyée")
        }
        (Ending::Open, DirectorySide::NotSent, PaperSide::Out | PaperSide::Reprinting) => (
            Tone::Warn,
            "Lettre sortie, pas encore envoyée\u{a0}: elle n’ouvre rien",
        ),
        (Ending::Open, DirectorySide::Applied, PaperSide::Out | PaperSide::Reprinting) => {
            (Tone::Wait, "Lettre sortie, remise à confirmer")
        }
        (Ending::Open, DirectorySide::Applied, PaperSide::None | PaperSide::Printing) => {
            (Tone::Warn, "Accès écrit, lettre à sortir")
        }
    };
    HandoverRow {
        id: record.id.to_string(),
        number: record.number.clone(),
        person: record.person_name.clone(),
        when: texts::clock(record.made_at, &office.zone),
        clerk: record.clerk_name.clone(),
        tone,
        state: state.to_owned(),
        open,
    }
}

/// What settling found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncReport {
    /// Acts whose request had reached the directory: their letter is lost, a new handover is needed.
    pub applied_without_letter: Vec<String>,
    /// Acts that never reached it.
    pub voided: Vec<String>,
    /// Acts that the directory could not answer about yet.
    pub unsettled: Vec<String>,
}

/// Settles what a restart left open: reads each marker, then closes the act, for its password went with its process.
///
/// # Errors
/// `signedOut`, `locked`, `store`.
pub async fn settle_open(office: &Office) -> Result<SyncReport, OperationError> {
    office.clerk()?;
    let records = office.store.read(|reader| reader.open_handovers())?;
    let mut report = SyncReport::default();
    for record in records {
        if office.open_handovers().contains_key(&record.id) {
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
        match sync::resolve(office.directory(), record.person, record.id).await {
            None => {
                report.unsettled.push(record.number.clone());
                return Ok(());
            }
            Some(true) => progress = write(office, record, progress, Event::MarkerSeen, at)?,
            Some(false) => progress = write(office, record, progress, Event::MarkerAbsent, at)?,
        }
    }
    let list = if progress.directory == DirectorySide::Applied {
        &mut report.applied_without_letter
    } else {
        &mut report.voided
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
