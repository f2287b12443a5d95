//! Why a pass of a document gives no reading, and the French sentence that tells the clerk what to do next.
//! Every problem is harmless to log or show: it names lines and fields.
//! Never carries a character of what was read.

use super::check_digit::CheckedField;

const AGAIN_OR_TYPE: &str = "Repassez la pièce, ou tapez la date de naissance.";
const NOT_SURE: &str =
    "Rien n’est comparé tant que la lecture n’est pas sûre. Repassez la pièce (F7).";

/// What went wrong. Lines are numbered from 1.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ReadingProblem {
    #[error("no machine-readable zone in the input")]
    NotAnMrz,
    /// `missing` names the lines that did not come.
    #[error("{have} lines of {expected}")]
    MissingLines {
        have: u8,
        expected: u8,
        missing: Vec<u8>,
    },
    #[error("line {line} has {have} characters instead of {expected}")]
    BadLineLength { line: u8, have: u8, expected: u8 },
    /// A character that cannot stand where it stands: a digit in a name, a letter in a date, a sign.
    #[error("line {line} holds a character that cannot be there")]
    BadCharacter { line: u8 },
    #[error("wrong check digit on line {line}: {fields:?}")]
    BadCheckDigits { line: u8, fields: Vec<CheckedField> },
    /// The digits are coherent but name no day: 31 February.
    #[error("line {line} holds an impossible date: {field:?}")]
    ImpossibleDate { line: u8, field: CheckedField },
    #[error("a visa is no identity document")]
    Visa,
    #[error("more than 2 KiB of input")]
    TooLong,
}

impl ReadingProblem {
    /// The French sentence for the counter screen.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::NotAnMrz => format!("Ce n’est pas la bande d’une pièce d’identité. {AGAIN_OR_TYPE}"),
            Self::MissingLines { missing, .. } => match missing.as_slice() {
                [] => AGAIN_OR_TYPE.to_owned(),
                [only] => format!("Il manque la {} ligne. {AGAIN_OR_TYPE}", ordinal(*only)),
                [first @ .., last] => {
                    let first: Vec<_> = first.iter().map(|line| ordinal(*line)).collect();
                    format!("Il manque les {} et {} lignes. {AGAIN_OR_TYPE}", first.join(", "), ordinal(*last))
                }
            },
            Self::BadLineLength { line, have, expected } if have < expected => {
                format!("La {} ligne est incomplète. {AGAIN_OR_TYPE}", ordinal(*line))
            }
            Self::BadLineLength { line, .. }
            | Self::BadCharacter { line }
            | Self::BadCheckDigits { line, .. }
            | Self::ImpossibleDate { line, .. } => format!("Ligne {line} mal lue. {NOT_SURE}"),
            Self::Visa => "Un visa n’est pas une pièce d’identité. Passez la page du passeport qui porte la photo.".to_owned(),
            Self::TooLong => format!("Lecture trop longue pour une pièce d’identité. {AGAIN_OR_TYPE}"),
        }
    }

    /// Of two decodings of the same pass, the problem that came closest to a reading; the first when equal.
    pub(super) fn or_more_telling(self, other: Self) -> Self {
        if other.closeness() > self.closeness() {
            other
        } else {
            self
        }
    }

    fn closeness(&self) -> u8 {
        match self {
            Self::TooLong | Self::NotAnMrz => 0,
            Self::BadLineLength { .. } => 1,
            Self::MissingLines { .. } => 2,
            Self::BadCharacter { .. } => 3,
            Self::BadCheckDigits { .. } => 4,
            Self::ImpossibleDate { .. } | Self::Visa => 5,
        }
    }
}

fn ordinal(line: u8) -> String {
    if line == 1 {
        "1ʳᵉ".to_owned()
    } else {
        format!("{line}ᵉ")
    }
}
