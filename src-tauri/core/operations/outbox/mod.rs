//! « À synchroniser »: what was handed over on this post without the directory, whose it is, what became of it.
//! Never shows a password, and sends only what its own clerk sealed; anybody at this post may void what waits.

mod elsewhere;
mod report;
mod send;
mod waiting;

use std::time::Duration;

use jiff::ToSpan;
use serde::Serialize;
use uuid::Uuid;

pub(crate) use elsewhere::{look_elsewhere, look_is_due, resolve_sent};
pub(crate) use send::{Opener, send_waiting};
pub(crate) use waiting::waiting_here;

use crate::domain::diagnosis::same_dn;
use crate::domain::handover::{DirectorySide, Ending, Event, Progress, step};
use crate::operations::handover::{Known, Worth};
use crate::operations::office::now;
use crate::operations::session::Tone;
use crate::operations::{Office, OperationError};
use crate::store::HandoverRecord;
use crate::texts;

/// Days that an act which is settled stays in the list: the person may have to be called back.
const DAYS_SHOWN: i64 = 7;
/// Between two tries of what did not leave.
const SEND_EVERY: Duration = Duration::from_secs(15);

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct OutboxView {
    pub items: Vec<OutboxItem>,
    /// Acts that have not reached the directory.
    pub waiting: u32,
    /// Acts about which a clerk has to decide.
    pub to_decide: u32,
}

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct OutboxItem {
    pub id: String,
    pub number: String,
    pub person: String,
    pub person_id: String,
    /// « 28 nov., 09:41 ».
    pub when: String,
    pub clerk: String,
    /// Sealed to the clerk at the desk: sent by their session.
    pub mine: bool,
    pub tone: Tone,
    /// « Part au retour du réseau », « À trancher », « Refusé », « Synchronisé ».
    pub state: String,
    /// What became of it, and what to do.
    pub outcome: String,
    pub may_void: bool,
    pub may_decide: bool,
    /// « Transmettre »: what to copy for the IT desk, when the directory did not take it. No secret in it.
    pub report: Option<String>,
    /// The letter opens nothing and nothing can be sent: voiding it says that the person is called back.
    pub recall: bool,
    /// Somebody has something to do about it: decide, pass it on, call the person back.
    pub to_do: bool,
}

/// # Errors
/// `signedOut`, `locked`, `store`.
pub fn outbox(office: &Office) -> Result<OutboxView, OperationError> {
    let clerk = office.clerk()?;
    let hour = office.hour();
    let since = hour.checked_sub((DAYS_SHOWN * 24).hours()).unwrap_or(hour);
    let acts = office.store.read(|reader| reader.sent_late(since))?;
    let barred = office.store.read(|reader| reader.barred_acts())?;
    let items: Vec<OutboxItem> = acts
        .iter()
        .rev()
        .map(|(record, outcome)| {
            let act = Act {
                record,
                outcome,
                mine: same_dn(&record.clerk_dn, &clerk.dn),
                barred: barred.contains(&record.id),
            };
            item(office, &act)
        })
        .collect::<Result<_, OperationError>>()?;
    let (waiting, to_decide) = counts(office)?;
    Ok(OutboxView {
        items,
        waiting,
        to_decide,
    })
}

/// « Transmettre »: the text for the IT desk about one act that the directory did not take.
///
/// # Errors
/// `notFound` when there is nothing to pass on under that name; as `outbox`.
pub fn report(office: &Office, handover: &str) -> Result<String, OperationError> {
    let named = |item: &OutboxItem| {
        item.number.eq_ignore_ascii_case(handover.trim()) || item.id == handover.trim()
    };
    let items = outbox(office)?.items;
    let found = items.into_iter().find(named);
    found.and_then(|item| item.report).ok_or_else(|| {
        OperationError::new(
            "notFound",
            "Il n’y a rien à transmettre sous ce numéro\u{a0}: l’annuaire n’a refusé aucun envoi qui le porte.",
        )
    })
}

/// How many acts of this post leave by themselves, and how many do not without a clerk's word.
pub(crate) fn counts(office: &Office) -> Result<(u32, u32), OperationError> {
    let acts = office.store.read(|reader| reader.sent_late(now()))?;
    let barred = office.store.read(|reader| reader.barred_acts())?;
    let (mut waiting, mut to_decide) = (0, 0);
    for (act, _) in acts.iter().filter(|(act, _)| act.progress.waits()) {
        if act.progress.is_to_decide() || barred.contains(&act.id) {
            to_decide += 1;
        } else {
            waiting += 1;
        }
    }
    Ok((waiting, to_decide))
}

/// Something of this clerk's waits, and was not tried in the last seconds.
pub(crate) fn is_due(office: &Office) -> Result<bool, OperationError> {
    // Gone meanwhile: nothing of theirs is due.
    let Ok(clerk) = office.clerk() else {
        return Ok(false);
    };
    let tried = office.desk().sent_late;
    if tried.is_some_and(|last| last.elapsed() < SEND_EVERY) {
        return Ok(false);
    }
    let acts = office.store.read(|reader| reader.sent_late(now()))?;
    // Rights do not come back in seconds: the next catch-up tries again.
    let barred = office.store.read(|reader| reader.barred_acts())?;
    Ok(acts.iter().any(|(act, _)| {
        act.progress.waits()
            && !act.progress.is_to_decide()
            && !barred.contains(&act.id)
            && same_dn(&act.clerk_dn, &clerk.dn)
    }))
}

fn contested(record: &HandoverRecord) -> bool {
    record.progress.waits() && record.progress.directory == DirectorySide::Contested
}

/// One act with what the list says of it.
struct Act<'a> {
    record: &'a HandoverRecord,
    outcome: &'a str,
    mine: bool,
    barred: bool,
}

fn item(office: &Office, act: &Act<'_>) -> Result<OutboxItem, OperationError> {
    let Act {
        record,
        outcome,
        mine,
        barred,
    } = *act;
    let progress = record.progress;
    let (tone, state) = match progress.directory {
        _ if progress.ending == Ending::Voided => (Tone::Off, "Annulé"),
        DirectorySide::NotSent if barred => (Tone::Bad, "Refusé"),
        DirectorySide::NotSent => (Tone::Wait, "Part au retour du réseau"),
        DirectorySide::Sending | DirectorySide::Unknown => (Tone::Wait, "Vérification en cours"),
        DirectorySide::Contested | DirectorySide::Stranded => (Tone::Warn, "À trancher"),
        DirectorySide::Applied if outcome == texts::ON_ONE_SERVER => {
            (Tone::Warn, "Sur un seul serveur")
        }
        DirectorySide::Applied => (Tone::Ok, "Synchronisé"),
        DirectorySide::Superseded => (Tone::Warn, "Un changement plus récent vaut"),
        DirectorySide::Refused => (Tone::Bad, "Refusé"),
        DirectorySide::Unsound => (Tone::Bad, "L’accès ne fonctionne pas"),
    };
    let recall = progress.waits() && progress.directory == DirectorySide::Stranded;
    let settled = progress.directory == DirectorySide::Superseded;
    let to_do = matches!(tone, Tone::Warn | Tone::Bad) && !settled;
    let theirs = (progress.waits() && !recall && !mine && !barred).then(|| {
        format!(
            "Scellé par {}\u{a0}: part à sa prochaine session sur ce poste.",
            record.clerk_name
        )
    });
    // Sent and proven, then replaced: it opened once, and does no more.
    let since = match Known::from_copy(office, record)?.worth(record.id) {
        Some(worth @ (Worth::Replaced(_) | Worth::Used | Worth::Expired))
            if progress.directory == DirectorySide::Applied && progress.is_over() =>
        {
            Some(format!("{}.", worth.said("").1))
        }
        Some(_) | None => None,
    };
    let outcome = since.as_deref().unwrap_or(outcome);
    Ok(OutboxItem {
        id: record.id.to_string(),
        number: record.number.clone(),
        person: record.person_name.clone(),
        person_id: record.person.to_string(),
        when: texts::moment(record.made_at, office.hour(), &office.zone),
        clerk: record.clerk_name.clone(),
        mine,
        tone,
        state: state.to_owned(),
        outcome: theirs.unwrap_or_else(|| outcome.to_owned()),
        may_void: step(progress, Event::Voided).is_ok(),
        may_decide: mine && contested(record),
        report: report::report(office, record, outcome, barred),
        recall,
        to_do,
    })
}

/// « Annuler »: the password is erased, and the letter must be taken back.
///
/// # Errors
/// `notFound`; `notYet` while its sending is under way or its outcome is not known.
pub fn void_waiting(office: &Office, handover: &str) -> Result<OutboxView, OperationError> {
    let clerk = office.clerk()?;
    void(office, find(office, handover)?.id, &clerk.name)?;
    outbox(office)
}

/// Erases what is sealed of one act. `by`: who says so.
///
/// # Errors
/// As `void_waiting`.
pub(crate) fn void(office: &Office, act: Uuid, by: &str) -> Result<(), OperationError> {
    let number = of_id(office, act)?.number;
    let outcome = format!("Annulé par {by}. {}", texts::recall_letter(&number));
    advance(office, act, Event::Voided, &outcome)
}

/// « Cette lettre vaut »: an act found contested is sent at the next pass.
///
/// # Errors
/// `notFound`; `notYet` when there is nothing to decide.
pub fn decide_to_send(office: &Office, handover: &str) -> Result<OutboxView, OperationError> {
    let clerk = office.clerk()?;
    let record = find(office, handover)?;
    if record.progress.directory == DirectorySide::Stranded {
        return Err(OperationError::new(
            "notYet",
            "Son mot de passe n’existe plus\u{a0}: rien ne peut être renvoyé. Rappelez la personne et faites une nouvelle remise.",
        ));
    }
    if !same_dn(&record.clerk_dn, &clerk.dn) {
        return Err(not_yet());
    }
    advance(office, record.id, Event::DecidedToSend, "")?;
    outbox(office)
}

/// By its identifier, or by the number on the letter.
fn find(office: &Office, handover: &str) -> Result<HandoverRecord, OperationError> {
    let acts = office.store.read(|reader| reader.sent_late(now()))?;
    acts.into_iter()
        .map(|(record, _)| record)
        .find(|record| {
            record.number.eq_ignore_ascii_case(handover.trim())
                || Uuid::parse_str(handover).is_ok_and(|id| id == record.id)
        })
        .ok_or_else(not_here)
}

fn of_id(office: &Office, act: Uuid) -> Result<HandoverRecord, OperationError> {
    let record = office.store.read(|reader| reader.handover(act))?;
    record.ok_or_else(not_here)
}

pub(crate) fn not_here() -> OperationError {
    OperationError::new(
        "notFound",
        "Cet envoi n’attend pas sur ce poste. Rien n’a changé.",
    )
}

fn advance(office: &Office, act: Uuid, event: Event, outcome: &str) -> Result<(), OperationError> {
    let Ok(_turn) = office.sending_late.try_lock() else {
        return Err(not_yet());
    };
    // Read under the turn: what a sending has just done counts.
    let record = of_id(office, act)?;
    let (next, _) = step(record.progress, event).map_err(|_| not_yet())?;
    write_down(office, &record, (event, next), "outbox", outcome)
}

/// An arrow and what it means for the clerk, in one transaction.
fn write_down(
    office: &Office,
    record: &HandoverRecord,
    (event, next): (Event, Progress),
    detail: &str,
    outcome: &str,
) -> Result<(), OperationError> {
    let name = format!("{event:?}");
    office.store.write(|writer| {
        writer.move_handover(record.id, &name, next, record.copies, now(), detail)?;
        if event == Event::DecidedToSend {
            writer.mark_decided(record.id)?;
        }
        writer.note_outcome(record.id, outcome)
    })?;
    Ok(())
}

fn not_yet() -> OperationError {
    OperationError::new(
        "notYet",
        "Cet envoi n’en est pas là. Attendez la fin de la vérification, puis réessayez.",
    )
}
