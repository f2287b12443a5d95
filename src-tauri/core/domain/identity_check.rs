//! The identity check: which evidence was seen, by whom, when, with which verdict.
//! An `IdentityCheck` cannot be built without them; document number, strip, sex and nationality never enter it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::birth_date::{DateVerdict, PartialDate};
use crate::domain::name_match::{Verdict, fold};
use crate::domain::person::Person;
use crate::domain::travel_document::DocumentKind;

/// Tries for a birth date typed blind, for one person, before a supervisor is needed (design §4.2).
pub const BLIND_TRIES: u8 = 2;
/// Hours after which a wrong try no longer counts: the person may come back the next day.
pub const BLIND_TRIES_HOURS: i64 = 20;

/// Bytes of a name that one types: more is no beginning of a name, and is not read.
const LONGEST_NAME_START: usize = 256;

/// How the document reached the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceWay {
    /// Machine-readable zone, check digits coherent.
    Zone,
    /// Birth date and the start of the birth name typed blind from the document.
    TypedBlind,
}

/// The proof that a handover needs. Fields are private: only `confirm` makes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityCheck {
    document: String,
    way: EvidenceWay,
    /// Short words of each verdict, e.g. « nom : accents et tiret ignorés ».
    verdicts: Vec<String>,
    seen_by: String,
    seen_at: Timestamp,
}

impl IdentityCheck {
    pub fn document(&self) -> &str {
        &self.document
    }

    pub fn way(&self) -> EvidenceWay {
        self.way
    }

    pub fn verdicts(&self) -> &[String] {
        &self.verdicts
    }

    pub fn seen_by(&self) -> &str {
        &self.seen_by
    }

    pub fn seen_at(&self) -> Timestamp {
        self.seen_at
    }
}

/// Evidence that compares well: only the photo is left to judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedEvidence {
    document: DocumentKind,
    way: EvidenceWay,
    verdicts: Vec<String>,
}

impl ComparedEvidence {
    /// Evidence from a zone whose names, birth date and validity were compared with the record.
    /// `None` unless everything agrees: a difference is for a human with more rights.
    pub fn from_zone(
        document: DocumentKind,
        family: Verdict,
        given: Option<Verdict>,
        birth: Option<DateVerdict>,
        validity_accepted: bool,
    ) -> Option<Self> {
        let birth_agrees = match birth {
            Some(DateVerdict::Same | DateVerdict::KnownPartsSame { .. }) => true,
            Some(DateVerdict::Different { .. }) => false,
            // A French licence carries neither birth date nor given names: it is not enough alone.
            None => return None,
        };
        let agrees = family.agrees()
            && given.is_none_or(Verdict::agrees)
            && birth_agrees
            && validity_accepted;
        agrees.then(|| ComparedEvidence {
            document,
            way: EvidenceWay::Zone,
            verdicts: [
                Some(format!("nom : {}", family.text())),
                given.map(|given| format!("prénoms : {}", given.text())),
                birth.map(|birth| format!("naissance : {}", birth.text())),
            ]
            .into_iter()
            .flatten()
            .collect(),
        })
    }

    /// Evidence typed blind: the whole birth date, and the first letters of the birth name.
    pub fn typed_blind(
        document: DocumentKind,
        person: &Person,
        birth: jiff::civil::Date,
        name_start: &str,
    ) -> Result<Self, BlindProblem> {
        let record = person.birth.as_ref().ok_or(BlindProblem::NoBirthDate)?;
        if record.to_date() != Some(birth) && !matches_known_parts(record, birth) {
            return Err(BlindProblem::OtherDate);
        }
        if name_start.len() > LONGEST_NAME_START {
            return Err(BlindProblem::OtherName);
        }
        let start = fold(name_start);
        let letters = start
            .chars()
            .filter(|letter| letter.is_alphanumeric())
            .count();
        let family = person
            .names
            .birth_family
            .as_deref()
            .unwrap_or(&person.names.family);
        let name = if family.is_empty() {
            &person.names.given
        } else {
            family
        };
        let needed = fold(name)
            .chars()
            .filter(|letter| letter.is_alphanumeric())
            .count()
            .min(3);
        if letters < needed {
            return Err(BlindProblem::NameTooShort);
        }
        let compact = |text: &str| fold(text).replace(' ', "");
        if !compact(name).starts_with(&start.replace(' ', "")) {
            return Err(BlindProblem::OtherName);
        }
        Ok(ComparedEvidence {
            document,
            way: EvidenceWay::TypedBlind,
            verdicts: vec![
                "naissance : identique, tapée sans voir la fiche".to_owned(),
                "nom de naissance : début identique".to_owned(),
            ],
        })
    }

    pub fn document(&self) -> DocumentKind {
        self.document
    }

    pub fn way(&self) -> EvidenceWay {
        self.way
    }

    /// The clerk has looked at the face: the check exists.
    pub fn confirm(self, seen_by: &str, seen_at: Timestamp) -> IdentityCheck {
        IdentityCheck {
            document: self.document.label().to_owned(),
            way: self.way,
            verdicts: self.verdicts,
            seen_by: seen_by.to_owned(),
            seen_at,
        }
    }
}

fn matches_known_parts(record: &PartialDate, typed: jiff::civil::Date) -> bool {
    PartialDate::new(typed.year(), Some(typed.month()), Some(typed.day())).is_some_and(|typed| {
        matches!(
            crate::domain::birth_date::compare(&typed, record),
            DateVerdict::Same | DateVerdict::KnownPartsSame { .. }
        )
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlindProblem {
    OtherDate,
    OtherName,
    NameTooShort,
    /// The record holds no birth date: the desk cannot compare.
    NoBirthDate,
}
