//! Names: search keys, and the comparison of a document's band with the names the directory holds.
//! The band writes capitals without accent, cuts what is too long, and in France bears the birth name; the directory
//! holds birth and usage names, civil and usual given names. The machine proposes a verdict with its reason,
//! the clerk decides, and the reason is kept.
//! Never accepts a surname and a given name glued together, and never picks a person by name alone.

use self::spelling::Spelling;
use super::travel_document::MrzName;

mod distance;
mod family;
mod fold;
mod given;
mod phonetic;
mod spelling;
mod verdict;

#[cfg(test)]
mod tests;

pub use distance::damerau_within;
pub use family::compare_family;
pub use fold::{fold, mrz_key, token_key, unaccented};
pub use given::compare_given;
pub use phonetic::french_phonetic_key;
pub use verdict::{Comparison, Reason, Verdict};

/// Where a name of the directory comes from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum NameSource {
    /// `supannNomDeNaissance`, or `supannPrenomsEtatCivil` for given names: what French documents bear.
    CivilStatus,
    /// `sn`, or `givenName`: what the person is called.
    Usage,
    /// A part of `displayName`.
    Display,
}

/// A name the directory holds for the person, as written there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordName {
    pub text: String,
    pub source: NameSource,
}

impl RecordName {
    #[must_use]
    pub fn new(text: impl Into<String>, source: NameSource) -> Self {
        Self {
            text: text.into(),
            source,
        }
    }
}

/// Everything the directory knows of a person's name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RecordNames {
    pub family: Vec<RecordName>,
    pub given: Vec<RecordName>,
}

/// One comparison for each half of the name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NameComparison {
    pub family: Comparison,
    pub given: Comparison,
}

/// Compares both names of a document with those of a record, so that a single name and names in each other's place
/// are recognised as such; [`compare_family`] and [`compare_given`] see one half only.
#[must_use]
pub fn compare_names(
    family: Option<&MrzName>,
    given: Option<&MrzName>,
    record: &RecordNames,
) -> NameComparison {
    let record_family = spelling::meaningful(&record.family);
    let record_given = spelling::meaningful(&record.given);
    match (family, given) {
        (Some(family), Some(given)) => both_names(family, given, &record_family, &record_given),
        (Some(only), None) => single_name(only, &record_family, &record_given),
        (None, Some(only)) => name_among_given(only, &record_family, &record_given),
        (None, None) => both(Verdict::ToCheck(Reason::NoNameOnDocument)),
    }
}

fn both(verdict: Verdict) -> NameComparison {
    NameComparison {
        family: Comparison::of(verdict),
        given: Comparison::of(verdict),
    }
}

fn both_names(
    family: &MrzName,
    given: &MrzName,
    record_family: &[RecordName],
    record_given: &[RecordName],
) -> NameComparison {
    let straight = NameComparison {
        family: compare_family(family, record_family),
        given: compare_given(Some(given), record_given),
    };
    if straight.family.verdict.agrees() && straight.given.verdict.agrees() {
        return straight;
    }
    let crossed = [
        compare_family(given, record_family),
        compare_given(Some(family), record_given),
    ];
    if crossed.iter().all(|comparison| comparison.verdict.agrees()) {
        return both(Verdict::ToCheck(Reason::SwappedFamilyAndGiven));
    }
    straight
}

/// One name on the document. It is the whole name when the record knows no other one, or says the same one twice.
fn single_name(
    only: &MrzName,
    record_family: &[RecordName],
    record_given: &[RecordName],
) -> NameComparison {
    let as_family = compare_family(only, record_family);
    let as_given = compare_given(Some(only), record_given);
    let twice_or_alone = |mine: &Comparison, other: &Comparison, others: &[RecordName]| {
        mine.verdict.agrees() && (others.is_empty() || other.verdict.agrees())
    };
    if twice_or_alone(&as_family, &as_given, record_given)
        || twice_or_alone(&as_given, &as_family, record_family)
    {
        return both(Verdict::Compatible(Reason::SingleName));
    }
    NameComparison {
        family: as_family,
        given: compare_given(None, record_given),
    }
}

/// A document without surname, as passports of people who have none: everything stands among the given names.
fn name_among_given(
    only: &MrzName,
    record_family: &[RecordName],
    record_given: &[RecordName],
) -> NameComparison {
    let single = single_name(only, record_family, record_given);
    if single.family.verdict == Verdict::Compatible(Reason::SingleName) {
        return single;
    }
    let letters: String = only.text.split(' ').collect();
    let whole = |first: &[RecordName], second: &[RecordName]| {
        let pairs = first.iter().flat_map(|first| {
            second
                .iter()
                .map(move |second| format!("{} {}", first.text, second.text))
        });
        pairs
            .map(|pair| Spelling::of(&pair))
            .any(|pair| pair.fit(&letters, only.maybe_truncated).is_some())
    };
    if whole(record_given, record_family) || whole(record_family, record_given) {
        return both(Verdict::ToCheck(Reason::WholeNameInOneField));
    }
    NameComparison {
        family: Comparison::of(Verdict::ToCheck(Reason::NoFamilyNameOnDocument)),
        given: compare_given(Some(only), record_given),
    }
}
