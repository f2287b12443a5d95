//! The register of this post as lines for the screen, and as entries for the directory.
//! Never shows or sends a password: it holds none.

use std::collections::HashSet;

use jiff::Timestamp;
use uuid::Uuid;

use super::open::OpenHandover;
use super::standing::{Known, Worth};
use super::views::HandoverRow;
use crate::directory::{ClerkAccount, HandoverEntry, HandoverNote};
use crate::domain::diagnosis::same_dn;
use crate::domain::handover::{DirectorySide, Ending, PaperSide, Progress};
use crate::domain::identity_check::EvidenceWay;
use crate::operations::session::Tone;
use crate::operations::{Office, OperationError};
use crate::store::HandoverRecord;
use crate::texts;

/// Handovers made on this post today, newest first: the clerk's own. Another's may be of people whom this one may not
/// see; what waits of another's is in the outbox.
///
/// # Errors
/// `signedOut`, `locked`, `store`.
pub async fn handovers(office: &Office) -> Result<Vec<HandoverRow>, OperationError> {
    let clerk = office.clerk()?;
    let hour = office.hour();
    let midnight = hour
        .to_zoned(office.zone.clone())
        .start_of_day()
        .map_or(hour, |day| day.timestamp());
    let records = office
        .store
        .read(|reader| reader.handovers_since(midnight))?;
    let barred = office.store.read(|reader| reader.barred_acts())?;
    let open: HashSet<Uuid> = office.open_handovers().keys().copied().collect();
    records
        .iter()
        .filter(|record| same_dn(&record.clerk_dn, &clerk.dn))
        .map(|record| {
            let here = open.contains(&record.id) || super::aside::confirmable(record.progress);
            row(office, record, here, barred.contains(&record.id))
        })
        .collect()
}

fn row(
    office: &Office,
    record: &HandoverRecord,
    open: bool,
    barred: bool,
) -> Result<HandoverRow, OperationError> {
    let worth = Known::from_copy(office, record)?.worth(record.id);
    let (tone, state) = if barred {
        let kept = "Refusée, l’envoi est gardé\u{a0}: voyez «\u{202f}À synchroniser\u{202f}»";
        (Tone::Bad, kept.to_owned())
    } else {
        state(record, worth.as_ref(), "Accès remis")
    };
    Ok(HandoverRow {
        id: record.id.to_string(),
        number: record.number.clone(),
        person: record.person_name.clone(),
        when: texts::clock(record.made_at, &office.zone),
        clerk: record.clerk_name.clone(),
        tone,
        state,
        open,
    })
}

/// What is true of an act; of its letter `worth` says it, once the directory has the password.
pub(super) fn state(record: &HandoverRecord, worth: Option<&Worth>, holds: &str) -> (Tone, String) {
    let progress = record.progress;
    if let Some(worth @ (Worth::Replaced(_) | Worth::Used | Worth::Expired)) = worth
        && progress.directory == DirectorySide::Applied
        && progress.ending != Ending::Voided
        && progress.paper.is_out()
    {
        return worth.said(holds);
    }
    let (tone, state) = match (
        record.progress.ending,
        record.progress.directory,
        record.progress.paper,
    ) {
        (Ending::HandedOver, DirectorySide::Applied, _) => {
            return worth.map_or((Tone::Ok, holds.to_owned()), |worth| worth.said(holds));
        }
        (Ending::HandedOver, DirectorySide::NotSent, _) => (
            Tone::Wait,
            "Remise, pas encore active\u{a0}: l’envoi attend",
        ),
        (Ending::HandedOver, DirectorySide::Sending | DirectorySide::Unknown, _) => {
            (Tone::Wait, "Remise, vérification en cours")
        }
        (Ending::HandedOver | Ending::Open, DirectorySide::Stranded, _) => (
            Tone::Warn,
            "À trancher\u{a0}: acceptée par un serveur perdu, la lettre n’ouvre rien",
        ),
        (Ending::HandedOver | Ending::Open, DirectorySide::Contested, _) => {
            (Tone::Warn, "À trancher")
        }
        (_, DirectorySide::Superseded, _) => (
            Tone::Warn,
            "Un changement plus récent vaut\u{a0}: cette lettre est annulée",
        ),
        (Ending::HandedOver, DirectorySide::Refused, _) => (
            Tone::Bad,
            "Refusée par l’annuaire\u{a0}: la lettre n’ouvre rien",
        ),
        (Ending::HandedOver, DirectorySide::Unsound, _) => {
            (Tone::Bad, "Écrite, mais l’accès ne fonctionne pas")
        }
        (
            Ending::Voided,
            DirectorySide::Applied | DirectorySide::Unsound,
            PaperSide::None | PaperSide::Printing,
        ) => (
            Tone::Warn,
            "Accès écrit, aucune lettre sortie\u{a0}: à remettre de nouveau",
        ),
        (
            Ending::Voided,
            DirectorySide::NotSent | DirectorySide::Contested,
            PaperSide::Out | PaperSide::Reprinting,
        ) if progress.sealed => (
            Tone::Warn,
            "Annulée avant l’envoi\u{a0}: cette lettre n’ouvre rien",
        ),
        (Ending::Voided, _, PaperSide::Out | PaperSide::Reprinting) => (
            Tone::Warn,
            "Abandonnée après l’impression\u{a0}: la lettre ne doit pas circuler",
        ),
        (Ending::Voided, _, PaperSide::None | PaperSide::Printing) => (Tone::Off, "Abandonnée"),
        (Ending::Open, DirectorySide::Unsound, _) => {
            (Tone::Bad, "Écrite, mais l’accès ne fonctionne pas")
        }
        (Ending::Open, DirectorySide::Refused, _) => (Tone::Bad, "Refusée par l’annuaire"),
        (Ending::Open, DirectorySide::Unknown | DirectorySide::Sending, _) => {
            (Tone::Wait, "Réponse non reçue, vérification en cours")
        }
        (Ending::Open, DirectorySide::NotSent, PaperSide::Printing) if record.progress.sealed => {
            (Tone::Wait, "La feuille est-elle sortie\u{202f}?")
        }
        (Ending::Open, DirectorySide::NotSent, PaperSide::Out | PaperSide::Reprinting)
            if record.progress.sealed =>
        {
            (Tone::Wait, "Lettre sortie, remise à confirmer")
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
        (Ending::Open, DirectorySide::Applied, PaperSide::Printing) => {
            (Tone::Wait, "La feuille est-elle sortie\u{202f}?")
        }
        (Ending::Open, DirectorySide::Applied, PaperSide::None) => {
            (Tone::Warn, "Accès écrit, lettre à sortir")
        }
    };
    (tone, state.to_owned())
}

/// The act of an open handover as this post records it; `None` before its identity check.
/// `at` is the post's hour and not its clock's: a list of days would lose what was made while the clock was wrong.
pub(super) fn new_record(
    open: &OpenHandover,
    clerk: &ClerkAccount,
    at: Timestamp,
) -> Option<HandoverRecord> {
    Some(HandoverRecord {
        id: open.id,
        number: open.number.clone(),
        person: open.person.id,
        person_dn: open.person.dn.clone(),
        person_name: open.person.names.full(),
        person_login: open.person.login.clone(),
        clerk_dn: clerk.dn.clone(),
        clerk_name: clerk.name.clone(),
        language: open.language,
        check: open.check.clone()?,
        progress: Progress::PREPARED,
        copies: 0,
        sent_by: None,
        recorded: false,
        made_at: at,
        changed_at: at,
    })
}

/// What the directory keeps of an act (decision 14). `author`: DN of the clerk whose bind writes it.
pub(crate) fn entry_of(record: &HandoverRecord, post: u8, author: &str) -> HandoverEntry {
    let another = !same_dn(&record.clerk_dn, author);
    HandoverEntry {
        operation: record.id,
        person_dn: record.person_dn.clone(),
        note: HandoverNote {
            person: record.person.to_string(),
            number: record.number.clone(),
            post,
            document: record.check.document().to_owned(),
            evidence: match record.check.way() {
                EvidenceWay::Zone => "zone".to_owned(),
                EvidenceWay::TypedBlind => "typed-blind".to_owned(),
            },
            verdicts: record.check.verdicts().to_vec(),
            at: record.made_at.to_string(),
            handed_over_by: another.then(|| record.clerk_dn.clone()),
        },
    }
}
