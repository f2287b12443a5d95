//! Two birth dates, of a document and of the record: whether they agree, and what that leaves in doubt.
//! Never gives the answer: what the document does not bear stays masked.

use super::PartialDate;

/// What comparing two birth dates tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DateVerdict {
    /// Every part is known on both sides and equal, and it is not 1 January.
    Same,
    /// The parts known on both sides are equal, which is not enough alone: ask for a second datum.
    /// `presumed`: one side bears 1 January, perhaps only because the true day is unknown.
    KnownPartsSame { presumed: bool },
    /// At least one part known on both sides differs; each flag names one that does.
    Different { day: bool, month: bool, year: bool },
}

impl DateVerdict {
    /// A few French words for the verdict column; names what differs, never the value.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Same => "Identique",
            Self::KnownPartsSame { presumed: true } => "Identique, jour possiblement présumé",
            Self::KnownPartsSame { presumed: false } => "Identique pour les parties connues",
            Self::Different {
                day: true,
                month: false,
                year: false,
            } => "Jour différent",
            Self::Different {
                day: false,
                month: true,
                year: false,
            } => "Mois différent",
            Self::Different {
                day: false,
                month: false,
                year: true,
            } => "Année différente",
            Self::Different {
                day: true,
                month: true,
                year: false,
            } => "Jour et mois différents",
            Self::Different {
                day: true,
                month: false,
                year: true,
            } => "Jour et année différents",
            Self::Different {
                day: false,
                month: true,
                year: true,
            } => "Mois et année différents",
            Self::Different { .. } => "Date différente",
        }
    }
}

/// Compares the birth date read on a document with the one in the directory.
#[must_use]
pub fn compare(document: &PartialDate, record: &PartialDate) -> DateVerdict {
    let differs = |left: Option<i8>, right: Option<i8>| matches!((left, right), (Some(left), Some(right)) if left != right);
    let day = differs(document.day, record.day);
    let month = differs(document.month, record.month);
    let year = document.year != record.year;
    if day || month || year {
        return DateVerdict::Different { day, month, year };
    }
    let presumed = document.is_possibly_presumed() || record.is_possibly_presumed();
    let all_known = document.to_date().is_some() && record.to_date().is_some();
    if all_known && !presumed {
        DateVerdict::Same
    } else {
        DateVerdict::KnownPartsSame { presumed }
    }
}

/// Why two dates that compare well prove less than they seem: a second datum is needed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DateDoubt {
    /// The record lacks the day, the month, or both.
    UnknownInRecord { day: bool, month: bool },
    /// The record is whole; the document lacks a part of it.
    UnknownOnDocument,
    /// Both are whole, and bear 1 January: perhaps only because the true day is unknown.
    Presumed,
}

impl DateDoubt {
    /// The words that the identity check keeps.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::UnknownInRecord {
                day: true,
                month: true,
            } => "jour et mois inconnus de la fiche",
            Self::UnknownInRecord { month: true, .. } => "mois inconnu de la fiche",
            Self::UnknownInRecord { .. } => "jour inconnu de la fiche",
            Self::UnknownOnDocument => "date incomplète sur la pièce",
            Self::Presumed => "jour possiblement présumé",
        }
    }
}

/// What two dates that compare well leave in doubt; `None` when every part is known, equal, and not 1 January.
#[must_use]
pub fn doubt(document: &PartialDate, record: &PartialDate) -> Option<DateDoubt> {
    let (day, month) = (record.day.is_none(), record.month.is_none());
    if day || month {
        Some(DateDoubt::UnknownInRecord { day, month })
    } else if document.to_date().is_none() {
        Some(DateDoubt::UnknownOnDocument)
    } else {
        record.is_possibly_presumed().then_some(DateDoubt::Presumed)
    }
}

/// The record's date with every part masked that the document does not already bear: `16/••/1994` tells the
/// clerk that the month differs without telling which month would do.
#[must_use]
pub fn mask_revealing_only_equal_parts(document: &PartialDate, record: &PartialDate) -> String {
    let part = |left: Option<i8>, right: Option<i8>| match (left, right) {
        (Some(left), Some(right)) if left == right => format!("{right:02}"),
        (Some(_) | None, Some(_) | None) => "••".to_owned(),
    };
    let year = if document.year == record.year {
        format!("{:04}", record.year)
    } else {
        "••••".to_owned()
    };
    format!(
        "{}/{}/{year}",
        part(document.day, record.day),
        part(document.month, record.month)
    )
}
