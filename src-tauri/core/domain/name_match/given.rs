//! Given names: those of the band, in civil order and perhaps cut, against the civil and usual ones of the record.
//! The directory often holds one usual name where a document bears three, so any part of the list is compatible;
//! a part of a hyphenated name is not the same name and is to be checked, as is a list that agrees in part only.
//! Never takes the surname into account.

use super::family::{close, contains_all, cut_word_by_word, equal_letters, sorted, words};
use super::spelling::{Fit, Spelling};
use super::{Comparison, NameSource, Reason, RecordName, Verdict};
use crate::domain::travel_document::MrzName;

/// Compares the given names of a document with those the record holds, and keeps the closest.
/// `None`: the band has no given name, as on a driving licence.
#[must_use]
pub fn compare_given(document: Option<&MrzName>, record: &[RecordName]) -> Comparison {
    let Some(document) = document else {
        return Comparison::of(Verdict::ToCheck(Reason::NoGivenNameOnDocument));
    };
    let compared = record.iter().map(|name| Comparison {
        verdict: compare(document, &name.text),
        against: Some(name.source),
    });
    let Some(closest) = Comparison::closest(compared) else {
        return Comparison::of(Verdict::ToCheck(Reason::NoNameInRecord));
    };
    as_displayed(closest, document, record)
}

/// The clerk reads the displayed name beside the document's: the reason tells those two apart, even where a civil name
/// is closer. A displayed name that is none of the civil ones is a person's right and no discrepancy.
fn as_displayed(closest: Comparison, document: &MrzName, record: &[RecordName]) -> Comparison {
    if closest.against != Some(NameSource::CivilStatus) || !closest.verdict.agrees() {
        return closest;
    }
    let displayed = record
        .iter()
        .filter(|name| name.source == NameSource::Usage)
        .map(|name| Comparison {
            verdict: compare(document, &name.text),
            against: Some(name.source),
        });
    match Comparison::closest(displayed) {
        Some(displayed) if displayed.verdict.agrees() => displayed,
        Some(_) => Comparison {
            verdict: Verdict::Compatible(Reason::CivilGivenNames),
            ..closest
        },
        None => closest,
    }
}

fn compare(document: &MrzName, record: &str) -> Verdict {
    let spelling = Spelling::of(record);
    if let Some(reason) = spelling.obstacle() {
        return Verdict::ToCheck(reason);
    }
    let band: String = document.text.split(' ').collect();
    if let Some(verdict) = equal_letters(document, record, &spelling, &band) {
        return verdict;
    }
    let mine = words(&document.text);
    let theirs = spelling.words();
    if let Some(verdict) = cut_by_the_band(document, &spelling, &band) {
        return verdict;
    }
    if sorted(&mine) == sorted(&theirs) {
        return Verdict::Compatible(Reason::GivenNamesReordered);
    }
    if let Some(place) = place_of(record, &mine) {
        return Verdict::Compatible(surplus(place, words_of(record), mine.len()));
    }
    if contains_all(&theirs, &mine) {
        return partly_hyphenated(record, &mine);
    }
    if contains_all(&mine, &theirs) {
        return Verdict::Compatible(Reason::UsualGivenNameNotFirst);
    }
    match close(&band, &spelling.letters(), document.maybe_truncated) {
        Verdict::Different => first_names(&mine, &theirs),
        verdict @ (Verdict::Same | Verdict::Compatible(_) | Verdict::ToCheck(_)) => verdict,
    }
}

/// The band stops before the record does: whole names first, then the beginning of one.
fn cut_by_the_band(document: &MrzName, spelling: &Spelling, band: &str) -> Option<Verdict> {
    if !document.maybe_truncated {
        return None;
    }
    if spelling.fit(band, true).is_some() {
        return Some(Verdict::Compatible(Reason::GivenNameCut));
    }
    // The record may leave out some of the document's names: all but the last must be there, and the last begin another.
    let mine = words(&document.text);
    let (cut, whole) = mine.split_last()?;
    let theirs = spelling.words();
    let begun = theirs
        .iter()
        .any(|word| !whole.contains(word) && word.starts_with(cut.as_str()));
    let begun = !whole.is_empty() && contains_all(&theirs, whole) && begun;
    (begun || cut_word_by_word(&mine, &theirs)).then_some(Verdict::Compatible(Reason::GivenNameCut))
}

/// Where the record's names stand side by side in the document's list, in any accepted transliteration.
fn place_of(record: &str, mine: &[String]) -> Option<usize> {
    let spelling = Spelling::of(record);
    let whole = |run: &[String]| {
        matches!(
            spelling.fit(&run.concat(), false),
            Some(Fit::Default | Fit::Variant)
        )
    };
    (0..mine.len())
        .find(|start| (*start + 1..=mine.len()).any(|end| mine.get(*start..end).is_some_and(whole)))
}

fn words_of(record: &str) -> usize {
    Spelling::of(record).words().len()
}

fn surplus(place: usize, of_record: usize, of_document: usize) -> Reason {
    match (place, of_document.saturating_sub(of_record)) {
        (0, 1) => Reason::ExtraGivenName {
            rank: u8::try_from(of_document).unwrap_or(u8::MAX),
        },
        (0, _) => Reason::ExtraGivenNames,
        (_, _) => Reason::UsualGivenNameNotFirst,
    }
}

/// The document bears fewer names than the record. JEAN is not Jean-Pierre, though it may be Jean, Pierre.
fn partly_hyphenated(record: &str, mine: &[String]) -> Verdict {
    let broken = record
        .split(|c: char| c.is_whitespace() || c == ',')
        .map(|name| Spelling::of(name).words())
        .any(|parts| {
            parts.len() > 1
                && parts.iter().any(|part| mine.contains(part))
                && !contains_all(mine, &parts)
        });
    if broken {
        Verdict::ToCheck(Reason::PartOfCompoundGivenName)
    } else {
        Verdict::Compatible(Reason::FewerGivenNames)
    }
}

/// The lists differ as wholes: one name in common, or a first name spelled closely, is worth a look.
fn first_names(mine: &[String], theirs: &[String]) -> Verdict {
    if mine.iter().any(|name| theirs.contains(name)) {
        return Verdict::ToCheck(Reason::OtherGivenNamesDiffer);
    }
    match (mine.first(), theirs.first()) {
        (Some(mine), Some(theirs)) => close(mine, theirs, false),
        (Some(_) | None, _) => Verdict::Different,
    }
}
