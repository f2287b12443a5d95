//! The identity check: which evidence was seen, by whom, when, with which verdict.
//! An `IdentityCheck` cannot be built without them; document number, strip, sex and nationality never enter it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::birth_date::{self, DateDoubt, DateVerdict, PartialDate};
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
    birth_doubt: Option<DateDoubt>,
}

impl ComparedEvidence {
    /// Evidence from a zone whose names, birth date and validity were compared with the record.
    /// `birth`: the date read, and the record's. `None` unless everything agrees: a difference is for a human with more
    /// rights. A French licence carries neither birth date nor given names: it is not enough alone.
    pub fn from_zone(
        document: DocumentKind,
        family: Verdict,
        given: Option<Verdict>,
        birth: Option<(PartialDate, PartialDate)>,
        validity_accepted: bool,
    ) -> Option<Self> {
        let (read, record) = birth?;
        let agrees = family.agrees()
            && given.is_none_or(Verdict::agrees)
            && birth_agrees(&read, &record)
            && validity_accepted;
        let birth_doubt = birth_date::doubt(&read, &record);
        agrees.then(|| ComparedEvidence {
            document,
            way: EvidenceWay::Zone,
            verdicts: [
                Some(format!("nom\u{a0}: {}", family.text())),
                given.map(|given| format!("prénoms\u{a0}: {}", given.text())),
                Some(birth_words("naissance\u{a0}: identique", birth_doubt)),
            ]
            .into_iter()
            .flatten()
            .collect(),
            birth_doubt,
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
        let typed = PartialDate::from(birth);
        if !birth_agrees(&typed, record) {
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
        let birth_doubt = birth_date::doubt(&typed, record);
        Ok(ComparedEvidence {
            document,
            way: EvidenceWay::TypedBlind,
            verdicts: vec![
                birth_words(
                    "naissance\u{a0}: identique, tapée sans voir la fiche",
                    birth_doubt,
                ),
                "nom de naissance\u{a0}: début identique".to_owned(),
            ],
            birth_doubt,
        })
    }

    pub fn document(&self) -> DocumentKind {
        self.document
    }

    pub fn way(&self) -> EvidenceWay {
        self.way
    }

    /// What the birth date leaves in doubt, for the clerk to look further before confirming.
    pub fn birth_doubt(&self) -> Option<DateDoubt> {
        self.birth_doubt
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

fn birth_agrees(read: &PartialDate, record: &PartialDate) -> bool {
    match birth_date::compare(read, record) {
        DateVerdict::Same | DateVerdict::KnownPartsSame { .. } => true,
        DateVerdict::Different { .. } => false,
    }
}

fn birth_words(identical: &str, doubt: Option<DateDoubt>) -> String {
    doubt.map_or_else(
        || identical.to_owned(),
        |doubt| format!("{identical}, {}", doubt.words()),
    )
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlindProblem {
    OtherDate,
    OtherName,
    NameTooShort,
    /// The record holds no birth date: the desk cannot compare.
    NoBirthDate,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the check keeps of a birth date read on a strip where the names are the same.
    fn kept(read: &str, record: &str) -> Option<String> {
        let date = |text| PartialDate::from_supann(text).unwrap();
        let evidence = ComparedEvidence::from_zone(
            DocumentKind::Passport,
            Verdict::Same,
            Some(Verdict::Same),
            Some((date(read), date(record))),
            true,
        )?;
        let check = evidence.confirm("uid=croux", Timestamp::UNIX_EPOCH);
        check.verdicts().last().cloned()
    }

    #[test]
    fn the_check_keeps_what_the_birth_date_leaves_in_doubt() {
        for (read, record, words) in [
            ("2002-05-15", "2002-05-15", ""),
            (
                "2002-05-15",
                "2002-00-00",
                ", jour et mois inconnus de la fiche",
            ),
            ("2002-05-15", "2002-05-00", ", jour inconnu de la fiche"),
            ("2002-05-15", "2002-00-15", ", mois inconnu de la fiche"),
            ("2002-00-00", "2002-05-15", ", date incomplète sur la pièce"),
            ("2002-01-01", "2002-01-01", ", jour possiblement présumé"),
            // What the record lacks says more than what the document presumes.
            (
                "2002-01-01",
                "2002-00-00",
                ", jour et mois inconnus de la fiche",
            ),
        ] {
            assert_eq!(
                kept(read, record),
                Some(format!("naissance\u{a0}: identique{words}")),
                "{read} / {record}"
            );
        }
        assert_eq!(
            kept("2002-05-15", "2003-00-00"),
            None,
            "a known part differs"
        );
    }
}
