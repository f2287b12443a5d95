//! The register of this post as lines for the screen, and as entries for the directory.
//! Never shows or sends a password: it holds none.

use jiff::Timestamp;

use super::open::OpenHandover;
use super::views::HandoverRow;
use crate::directory::{ClerkAccount, HandoverEntry, HandoverNote};
use crate::domain::diagnosis::same_dn;
use crate::domain::handover::{DirectorySide, Ending, PaperSide, Progress};
use crate::domain::identity_check::EvidenceWay;
use crate::operations::office::now;
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
        .filter(|record| same_dn(&record.clerk_dn, &clerk.dn))
        .map(|record| {
            let here = open.contains_key(&record.id) || super::aside::confirmable(record.progress);
            row(office, record, here)
        })
        .collect())
}

fn row(office: &Office, record: &HandoverRecord, open: bool) -> HandoverRow {
    let (tone, state) = match (
        record.progress.ending,
        record.progress.directory,
        record.progress.paper,
    ) {
        (Ending::HandedOver, DirectorySide::Applied, _) => (Tone::Ok, "Accès remis"),
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
        (_, DirectorySide::Contested, _) => (Tone::Warn, "À trancher"),
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

/// The act of an open handover as this post records it; `None` before its identity check.
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
