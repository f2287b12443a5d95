//! Step 1 without a reader: birth date and start of the birth name, typed from the document without seeing the record.
//! Tries are counted for the person, whatever the handover; what the record holds is never said.

use jiff::{Timestamp, ToSpan};

use super::identity::doubtful_birth;
use super::open::{OpenHandover, ReadingShown};
use super::views::HandoverView;
use super::{view, with_open};
use crate::domain::birth_date::parse_french;
use crate::domain::identity_check::{
    BLIND_TRIES, BLIND_TRIES_HOURS, BlindProblem, ComparedEvidence,
};
use crate::domain::person::PersonId;
use crate::domain::travel_document::DocumentKind;
use crate::operations::counter::today;
use crate::operations::office::now;
use crate::operations::session::{Notice, Tone};
use crate::operations::{Office, OperationError};
use crate::texts;

/// Birth date typed blind from the document, and the first letters of the birth name.
///
/// # Errors
/// `notOpen`; a wrong date is a notice, and counts.
pub async fn check_birth_date(
    office: &Office,
    handover: &str,
    document: &str,
    typed: &str,
    name_start: &str,
) -> Result<HandoverView, OperationError> {
    office.clerk()?;
    let at = now();
    let today = today(office, at);
    let clock = texts::clock(at, &office.zone);
    let kind = kind_of(document)?;
    let mut outcome = Ok(());
    let id = with_open(office, handover, |open| {
        if open.check.is_some() {
            return;
        }
        // Another handover of this person may have used some.
        let left = match tries_left(office, open.person.id, at) {
            Ok(left) => left,
            Err(error) => {
                outcome = Err(error);
                return;
            }
        };
        open.tries_left = left;
        open.evidence = None;
        open.difference = None;
        open.reading = ReadingShown {
            aside: format!("{} · tapé · {clock}", kind.label()),
            ..ReadingShown::default()
        };
        open.identity_notice = Some(match typed_blind(open, kind, typed, name_start, today) {
            Ok(()) => {
                open.identity_notice = doubtful_birth(open.evidence.as_ref());
                return;
            }
            Err(sentence) => Notice {
                tone: Tone::Bad,
                strong: String::new(),
                text: sentence,
            },
        });
        if open.tries_left < left {
            outcome = note_try(office, open.person.id, at);
        }
    })?;
    outcome?;
    view(office, id)
}

/// How many times a birth date may still be typed for this person, whatever the handover.
///
/// # Errors
/// `store`.
pub(super) fn tries_left(
    office: &Office,
    person: PersonId,
    at: Timestamp,
) -> Result<u8, OperationError> {
    let used = office
        .store
        .read(|reader| reader.blind_tries(person, still_counted(at)))?;
    Ok(BLIND_TRIES.saturating_sub(used))
}

fn note_try(office: &Office, person: PersonId, at: Timestamp) -> Result<(), OperationError> {
    Ok(office
        .store
        .write(|writer| writer.note_blind_try(person, at, still_counted(at)))?)
}

fn still_counted(at: Timestamp) -> Timestamp {
    at.checked_sub(BLIND_TRIES_HOURS.hours()).unwrap_or(at)
}

fn typed_blind(
    open: &mut OpenHandover,
    kind: DocumentKind,
    typed: &str,
    name_start: &str,
    today: jiff::civil::Date,
) -> Result<(), String> {
    if open.tries_left == 0 {
        return Err(
            "Deux essais déjà pour cette personne. Passez la pièce dans le lecteur, ou appelez un responsable.".into(),
        );
    }
    let birth = parse_french(typed, today).map_err(|problem| problem.sentence())?;
    match ComparedEvidence::typed_blind(kind, &open.person, birth, name_start) {
        Ok(evidence) => {
            open.evidence = Some(evidence);
            Ok(())
        }
        Err(BlindProblem::NameTooShort) => {
            Err("Tapez aussi les trois premières lettres du nom de naissance.".into())
        }
        Err(BlindProblem::NoBirthDate) => Err(
            "La fiche n’a pas de date de naissance. Rien n’a été généré. Prévenez le service qui la gère.".into(),
        ),
        Err(problem @ (BlindProblem::OtherDate | BlindProblem::OtherName)) => {
            open.tries_left -= 1;
            let what = if problem == BlindProblem::OtherDate {
                "Ce n’est pas la date de la fiche. Relisez la pièce\u{a0}: jour, mois, année."
            } else {
                "Ce n’est pas le début du nom de naissance. Relisez la pièce."
            };
            Err(match open.tries_left {
                0 => format!("{what} Plus d’essai\u{a0}: passez la pièce, ou appelez un responsable."),
                _ => format!("{what} Encore un essai."),
            })
        }
    }
}

/// Codes of the keyboard way, as the window and the command line give them.
pub const DOCUMENTS: [(&str, DocumentKind); 4] = [
    ("identity-card", DocumentKind::IdentityCard),
    ("passport", DocumentKind::Passport),
    ("residence-permit", DocumentKind::ResidencePermit),
    ("driving-licence", DocumentKind::DrivingLicence),
];

fn kind_of(code: &str) -> Result<DocumentKind, OperationError> {
    DOCUMENTS
        .iter()
        .find(|(name, _)| *name == code)
        .map(|(_, kind)| *kind)
        .ok_or_else(|| OperationError::new("document", "Choisissez le type de pièce."))
}
