//! How a name of the directory may be written in a band: each letter with its accepted transliterations.
//! ICAO 9303 part 3 §6 leaves a choice to the issuer (Ü as U, UE or UXX), so one name has several right spellings.
//! Never guesses across scripts: a name without Latin letters has no spelling here.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::fold::is_apostrophe;
use super::{Reason, RecordName};

/// The accepted writings of one letter, the default first.
type Letter = Vec<String>;

/// A name as words of letters.
pub(super) struct Spelling {
    words: Vec<Vec<Letter>>,
    /// Some letter has no writing in the band.
    foreign: bool,
}

/// How well the letters of a band fit a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fit {
    /// The default transliteration.
    Default,
    /// Another accepted one.
    Variant,
}

impl Spelling {
    /// Words end at spaces, hyphens and signs; an apostrophe joins, as in the band (`D’ALMEIDA` is `DALMEIDA`).
    pub(super) fn of(name: &str) -> Self {
        Self::read(name, false)
    }

    /// Words end at apostrophes too, so that the particle of `d’Estaing` is a word.
    pub(super) fn with_apostrophes_apart(name: &str) -> Self {
        Self::read(name, true)
    }

    fn read(name: &str, apostrophe_ends_word: bool) -> Self {
        let mut spelling = Self {
            words: vec![Vec::new()],
            foreign: false,
        };
        for character in name.nfc() {
            let apostrophe = is_apostrophe(character);
            if is_combining_mark(character) || (apostrophe && !apostrophe_ends_word) {
                continue;
            }
            match (letters(character), spelling.words.last_mut()) {
                (Some(letters), Some(word)) => word.extend(letters),
                (None, _) if character.is_alphabetic() && !apostrophe => spelling.foreign = true,
                (Some(_) | None, _) => spelling.words.push(Vec::new()),
            }
        }
        spelling.words.retain(|word| !word.is_empty());
        spelling
    }

    /// The words in the default transliteration.
    pub(super) fn words(&self) -> Vec<String> {
        let default = |word: &Vec<Letter>| {
            word.iter()
                .filter_map(|letter| letter.first())
                .map(String::as_str)
                .collect()
        };
        self.words.iter().map(default).collect()
    }

    /// All letters in the default transliteration.
    pub(super) fn letters(&self) -> String {
        self.words().concat()
    }

    /// Why this name cannot be compared: in another script, even in part, or empty.
    pub(super) fn obstacle(&self) -> Option<Reason> {
        if self.foreign {
            Some(Reason::NotInLatinLetters)
        } else {
            self.words.is_empty().then_some(Reason::NoNameInRecord)
        }
    }

    /// Whether `band`, letters only, writes this whole name; with `cut`, whether it writes the beginning of it.
    pub(super) fn fit(&self, band: &str, cut: bool) -> Option<Fit> {
        let default = self.letters();
        if default == band || (cut && !band.is_empty() && default.starts_with(band)) {
            return Some(Fit::Default);
        }
        fits(self.words.iter().flatten(), band, cut).then_some(Fit::Variant)
    }
}

/// Walks the letters and keeps every place of the band that some choice of writings reaches.
fn fits<'a>(letters: impl Iterator<Item = &'a Letter>, band: &str, cut: bool) -> bool {
    if band.is_empty() {
        return false;
    }
    let mut reached = vec![0];
    for letter in letters {
        let mut next: Vec<usize> = Vec::new();
        for rest in reached.iter().filter_map(|place| band.get(*place..)) {
            for writing in letter {
                if rest.starts_with(writing.as_str()) {
                    next.push(band.len() - rest.len() + writing.len());
                } else if cut && writing.starts_with(rest) {
                    return true;
                }
            }
        }
        next.sort_unstable();
        next.dedup();
        if next.is_empty() {
            return false;
        }
        if cut && next.contains(&band.len()) {
            return true;
        }
        reached = next;
    }
    reached.contains(&band.len())
}

/// The letters a character becomes. `None` for what the band does not write.
fn letters(character: char) -> Option<Vec<Letter>> {
    let upper: String = character.to_uppercase().nfc().collect();
    let choices: &[&str] = match upper.as_str() {
        "Ä" => &["A", "AE"],
        "Å" => &["A", "AA"],
        "Ö" => &["O", "OE"],
        "Ø" => &["OE", "O"],
        "Ü" => &["U", "UE", "UXX"],
        "Ñ" => &["N", "NXX"],
        "Æ" => &["AE"],
        "Œ" => &["OE"],
        "ẞ" | "SS" => &["SS"],
        "Þ" => &["TH"],
        "Ð" => &["D", "DH"],
        "Đ" => &["D", "DJ"],
        "Ɗ" => &["D"],
        "Ł" | "Ŀ" => &["L"],
        "Ħ" => &["H"],
        "Ŧ" => &["T"],
        "Ŋ" | "Ɲ" => &["N"],
        "Ĳ" => &["IJ"],
        "Ə" => &["E", "A"],
        "Ɛ" => &["E"],
        "Ɔ" => &["O"],
        "Ɓ" => &["B"],
        "Ƙ" | "ĸ" => &["K"],
        "Ƴ" => &["Y"],
        _ => {
            let plain: Option<Vec<Letter>> = upper
                .nfd()
                .filter(|c| !is_combining_mark(*c))
                .map(|c| c.is_ascii_uppercase().then(|| vec![c.to_string()]))
                .collect();
            return plain.filter(|letters| !letters.is_empty());
        }
    };
    Some(vec![
        choices.iter().map(|&choice| choice.to_owned()).collect(),
    ])
}

/// Drops the values a record holds in place of a missing name.
pub(super) fn meaningful(names: &[RecordName]) -> Vec<RecordName> {
    const PLACEHOLDERS: [&str; 8] = [
        "X",
        "XX",
        "XXX",
        "FNU",
        "LNU",
        "SANS NOM",
        "SANS PRENOM",
        "SNP",
    ];
    let means = |name: &&RecordName| {
        let spelling = Spelling::of(&name.text);
        let placeholder = PLACEHOLDERS.contains(&spelling.words().join(" ").as_str());
        spelling.foreign || !(spelling.words.is_empty() || placeholder)
    };
    names.iter().filter(means).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::super::NameSource;
    use super::*;

    #[test]
    fn every_accepted_transliteration_fits_and_no_other() {
        #[rustfmt::skip]
        let table = [
            ("Müller", &["MULLER", "MUELLER", "MUXXLLER"][..], &["MOLLER", "MULER", "MUELLERS", "MUXLLER", ""][..]),
            ("Ångström", &["ANGSTROM", "AANGSTROEM", "AANGSTROM", "ANGSTROEM"], &["AENGSTROM"]),
            ("Nuñez", &["NUNEZ", "NUNXXEZ"], &["NUEZ"]),
            ("Sørensen", &["SOERENSEN", "SORENSEN"], &["SRENSEN"]),
            ("Weiß", &["WEISS"], &["WEIS"]),
            ("Đorđević", &["DORDEVIC", "DJORDJEVIC"], &["JORJEVIC"]),
            ("İbrahim", &["IBRAHIM"], &["BRAHIM"]),
        ];
        for (name, accepted, refused) in table {
            for band in accepted {
                assert!(
                    Spelling::of(name).fit(band, false).is_some(),
                    "{name} / {band}"
                );
            }
            for band in refused {
                assert!(
                    Spelling::of(name).fit(band, false).is_none(),
                    "{name} / {band}"
                );
            }
        }
        assert_eq!(
            Spelling::of("Müller").fit("MUELLER", false),
            Some(Fit::Variant)
        );
    }

    #[test]
    fn a_cut_may_fall_inside_a_transliteration() {
        let name = Spelling::of("Kovács-Müller");
        for band in ["KOVACSMU", "KOVACSMUE", "KOVACSMUX", "KOVACSMUEL"] {
            assert!(name.fit(band, true).is_some(), "{band}");
        }
        assert!(name.fit("KOVACSMUA", true).is_none());
        assert!(name.fit("", true).is_none());
        assert!(name.fit("KOVACSMULLERS", true).is_none());
    }

    #[test]
    fn placeholders_are_no_names() {
        let names: Vec<_> = ["-", ".", "", "XX", "Sans nom", "Xu", "Иванов", "Snoussi"]
            .map(|text| RecordName::new(text, NameSource::Usage))
            .into();
        let kept: Vec<_> = meaningful(&names)
            .into_iter()
            .map(|name| name.text)
            .collect();
        assert_eq!(kept, ["Xu", "Иванов", "Snoussi"]);
    }
}
