//! The machine-readable zone of identity documents: from the keys a reader "types" to a checked reading.
//! TD1, TD2, TD3 (ICAO 9303), the former French identity card and the French driving licence.
//! A reading exists only when every check digit agrees; that proves the reading, never the document:
//! the clerk judges the document and the face.
//! Never keeps the document number, the nationality or the sex, and never repairs a misread character.

use std::fmt;

use jiff::civil::Date;

use super::birth_date::PartialDate;

mod band;
mod check_digit;
mod french_card;
mod french_licence;
mod kind;
mod name_field;
mod problem;
mod six_digits;
mod td1;
mod td2;
mod td3;
mod validity;
mod visa;
mod wedge;
mod zone;

#[cfg(test)]
mod corruption_tests;
#[cfg(test)]
mod keyboard_tests;
#[cfg(test)]
pub(in crate::domain) mod specimens;
#[cfg(test)]
mod tests;

pub use band::{BandSegment, SegmentKind};
pub use check_digit::{CheckDigits, CheckedField};
pub use kind::{DocumentKind, EvidenceStrength};
pub use name_field::MrzName;
pub use problem::ReadingProblem;
pub use validity::{LastDay, Validity, ValidityRules, validity};
pub use wedge::RawReading;

/// A month of a year, all that the band of the former French card tells of its issue.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct YearMonth {
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
}

/// What one pass of a document tells, every check digit being right.
///
/// It cannot be built elsewhere, so that holding one means that a band was read. [`fmt::Debug`] leaves out
/// everything that identifies the person.
#[derive(Clone, PartialEq, Eq)]
pub struct DocumentReading {
    kind: DocumentKind,
    issuing_state: String,
    family_name: Option<MrzName>,
    given_names: Option<MrzName>,
    birth: Option<PartialDate>,
    expiry: Option<PartialDate>,
    issued: Option<YearMonth>,
    check_digits: CheckDigits,
    keyboard_corrected: bool,
    band: Vec<Vec<BandSegment>>,
}

impl DocumentReading {
    #[must_use]
    pub fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// The issuing state or organisation as printed, without fillers: `FRA`, `D`, `UTO`.
    #[must_use]
    pub fn issuing_state(&self) -> &str {
        &self.issuing_state
    }

    /// « Carte d’identité FR », « Passeport ITA ».
    #[must_use]
    pub fn label(&self) -> String {
        let state = if self.issuing_state == "FRA" {
            "FR"
        } else {
            &self.issuing_state
        };
        format!("{} {state}", self.kind.label())
            .trim_end()
            .to_owned()
    }

    /// The name before `<<`, in France the birth name. `None` when the document puts the whole name of a
    /// person with a single name, or without surname, among the given names.
    #[must_use]
    pub fn family_name(&self) -> Option<&MrzName> {
        self.family_name.as_ref()
    }

    /// `None` for a single name, and always for the driving licence, whose band has no room for it.
    #[must_use]
    pub fn given_names(&self) -> Option<&MrzName> {
        self.given_names.as_ref()
    }

    /// `None` on the driving licence, and where the register knows no part of it.
    #[must_use]
    pub fn birth(&self) -> Option<PartialDate> {
        self.birth
    }

    /// The last day of validity as printed; the former French card bears none in its band.
    #[must_use]
    pub fn expiry(&self) -> Option<PartialDate> {
        self.expiry
    }

    /// Only the former French card tells it.
    #[must_use]
    pub fn issued(&self) -> Option<YearMonth> {
        self.issued
    }

    #[must_use]
    pub fn check_digits(&self) -> CheckDigits {
        self.check_digits
    }

    /// The characters were wrong and the physical keys right: the reader is set to a QWERTY keyboard.
    #[must_use]
    pub fn keyboard_corrected(&self) -> bool {
        self.keyboard_corrected
    }

    /// The band line by line for the screen, number, nationality, sex and optional data masked.
    #[must_use]
    pub fn band(&self) -> &[Vec<BandSegment>] {
        &self.band
    }
}

impl fmt::Debug for DocumentReading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DocumentReading")
            .field("kind", &self.kind)
            .field("issuing_state", &self.issuing_state)
            .field("check_digits", &self.check_digits)
            .field("keyboard_corrected", &self.keyboard_corrected)
            .finish_non_exhaustive()
    }
}

/// Reads what the wedge reader typed: once from the characters, once from the physical keys through a US QWERTY
/// table, and keeps the one whose check digits are right. When both are, the characters win: they are what the
/// post's own layout meant.
///
/// Two-digit years are resolved against `today`: a birth is never in the future, an expiry is at most fifty years away.
///
/// # Errors
/// [`ReadingProblem`], which says what the clerk can do. Nothing of a failed reading is returned.
pub fn read(raw: &RawReading, today: Date) -> Result<DocumentReading, ReadingProblem> {
    let texts = wedge::decode(raw)?;
    let typed = zone::read(&texts.typed, today);
    let Some(keys) = texts.from_keys.filter(|keys| *keys != texts.typed) else {
        return typed;
    };
    match (typed, zone::read(&keys, today)) {
        (Ok(reading), _) => Ok(reading),
        (Err(_), Ok(reading)) => Ok(DocumentReading {
            keyboard_corrected: true,
            ..reading
        }),
        (Err(from_typed), Err(from_keys)) => Err(from_typed.or_more_telling(from_keys)),
    }
}
