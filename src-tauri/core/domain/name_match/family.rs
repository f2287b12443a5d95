//! Surnames: the one of the band against each one of the record, birth name and usage name.
//! Equal letters, another accepted transliteration, words joined or split, a particle more or less, and a name cut by
//! the band are compatible; half of a compound name, another order and a close spelling are to be checked.
//! Never matches across fields: given names are compared elsewhere.

use super::distance::damerau_within;
use super::fold::without_particles;
use super::spelling::{Fit, Spelling};
use super::{Comparison, NameSource, Reason, RecordName, Verdict};
use crate::domain::travel_document::MrzName;

/// One slip is tolerated for each run of so many letters.
pub(super) const LETTERS_PER_SLIP: usize = 6;

/// Compares the surname of a document with every surname the record holds, and keeps the closest.
#[must_use]
pub fn compare_family(document: &MrzName, record: &[RecordName]) -> Comparison {
    let compared = record.iter().map(|name| Comparison {
        verdict: compare(document, &name.text),
        against: Some(name.source),
    });
    let Some(closest) = Comparison::closest(compared) else {
        return Comparison::of(Verdict::ToCheck(Reason::NoNameInRecord));
    };
    Comparison {
        verdict: with_source(closest, record),
        ..closest
    }
}

/// Says that another name is on display, when that is what the clerk will wonder about.
fn with_source(closest: Comparison, record: &[RecordName]) -> Verdict {
    let plain = matches!(
        closest.verdict,
        Verdict::Same | Verdict::Compatible(Reason::AccentsAndHyphen | Reason::Apostrophe)
    );
    let letters = |source| {
        record
            .iter()
            .filter(move |name| name.source == source)
            .map(|name| Spelling::of(&name.text).letters())
    };
    let another = |mine, other| {
        letters(mine)
            .next()
            .is_some_and(|mine| letters(other).any(|other| other != mine))
    };
    match closest.against {
        Some(NameSource::CivilStatus)
            if plain && another(NameSource::CivilStatus, NameSource::Usage) =>
        {
            Verdict::Compatible(Reason::BirthName)
        }
        Some(NameSource::Usage) if plain && another(NameSource::Usage, NameSource::CivilStatus) => {
            Verdict::Compatible(Reason::UsageName)
        }
        Some(_) | None => closest.verdict,
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
    if document.maybe_truncated && spelling.fit(&band, true).is_some() {
        return Verdict::Compatible(Reason::FamilyNameCut);
    }
    let mine = without_particles(words(&document.text));
    let theirs = without_particles(Spelling::with_apostrophes_apart(record).words());
    if mine == theirs {
        return Verdict::Compatible(Reason::Particle);
    }
    if document.maybe_truncated
        && (theirs.concat().starts_with(&mine.concat()) || cut_word_by_word(&mine, &theirs))
    {
        return Verdict::Compatible(Reason::FamilyNameCut);
    }
    if sorted(&mine) == sorted(&theirs) {
        return Verdict::ToCheck(Reason::FamilyNameReordered);
    }
    if contains_all(&mine, &theirs) || contains_all(&theirs, &mine) {
        return Verdict::ToCheck(Reason::PartOfCompoundName);
    }
    close(&band, &spelling.letters(), document.maybe_truncated)
}

/// The verdict when the letters are the same, whatever stands between them.
pub(super) fn equal_letters(
    document: &MrzName,
    record: &str,
    spelling: &Spelling,
    band: &str,
) -> Option<Verdict> {
    let fit = spelling.fit(band, false)?;
    let upper = record.to_uppercase();
    let reason = if upper == document.text {
        return Some(Verdict::Same);
    } else if fit == Fit::Variant {
        Reason::Transliteration
    } else if spelling.words() != words(&document.text) {
        Reason::JoinedOrSplit
    } else if upper
        .chars()
        .filter(|c| !super::fold::is_apostrophe(*c))
        .eq(document.text.chars())
    {
        Reason::Apostrophe
    } else {
        Reason::AccentsAndHyphen
    };
    Some(Verdict::Compatible(reason))
}

/// A close spelling is to be checked. A cut name is compared with as many letters of the record.
pub(super) fn close(band: &str, record: &str, cut: bool) -> Verdict {
    let record: String = if cut {
        record.chars().take(band.len()).collect()
    } else {
        record.to_owned()
    };
    let tolerated = band.len().max(record.len()) / LETTERS_PER_SLIP;
    match damerau_within(band, &record, tolerated).and_then(|letters| u8::try_from(letters).ok()) {
        Some(letters @ 1..) => Verdict::ToCheck(Reason::CloseSpelling { letters }),
        Some(0) | None => Verdict::Different,
    }
}

/// An issuer may shorten each word of a name that does not fit, down to an initial (ICAO 9303 part 4 §4.2.3).
pub(super) fn cut_word_by_word(mine: &[String], theirs: &[String]) -> bool {
    mine.len() > 1
        && mine.len() <= theirs.len()
        && mine
            .iter()
            .zip(theirs)
            .all(|(cut, word)| word.starts_with(cut.as_str()))
}

pub(super) fn words(text: &str) -> Vec<String> {
    text.split(' ')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

pub(super) fn sorted(words: &[String]) -> Vec<&String> {
    let mut sorted: Vec<_> = words.iter().collect();
    sorted.sort_unstable();
    sorted
}

/// Whether every word of `part`, counted, is in `whole`.
pub(super) fn contains_all(whole: &[String], part: &[String]) -> bool {
    let count =
        |words: &[String], word: &String| words.iter().filter(|other| *other == word).count();
    !part.is_empty()
        && part
            .iter()
            .all(|word| count(whole, word) >= count(part, word))
}
