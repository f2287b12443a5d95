//! The name field of a band: surname, `<<`, given names; or one name alone.
//! An issuer cuts what does not fit, so a field filled to its last position may hide the end of a name.
//! Never restores what the band lost: accents, hyphens, apostrophes.

use std::ops::Range;

/// A name as the band bears it: capitals A to Z, words separated by one space.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MrzName {
    pub text: String,
    /// The field is full: the name may go on beyond it, and is compared by its beginning.
    pub maybe_truncated: bool,
}

/// Both names, with their places in the field (from 0) for the strip on the screen.
#[derive(Default, PartialEq, Eq, Debug)]
pub(super) struct Names {
    pub(super) family: Option<(MrzName, Range<usize>)>,
    pub(super) given: Option<(MrzName, Range<usize>)>,
}

/// Reads a field that holds surname and given names. A full field may have lost the end of the given names; it may
/// have lost the end of the surname too, but an issuer only cuts a surname that takes most of the field, hence the
/// rule of half the width: without it MARTIN would be compared by its beginning beside a long list of given names.
pub(super) fn both(field: &str) -> Names {
    let end = field.trim_end_matches('<').len();
    let full = end == field.len();
    let printed = field.get(..end).unwrap_or("");
    match printed.split_once("<<") {
        None => Names {
            family: name(printed, 0..end, full),
            given: None,
        },
        Some((family, given)) => {
            // The separator may be longer than two fillers where no surname stands before it.
            let start = end - given.trim_start_matches('<').len();
            Names {
                family: name(
                    family,
                    0..family.len(),
                    full && family.len() * 2 > field.len(),
                ),
                given: name(field.get(start..end).unwrap_or(""), start..end, full),
            }
        }
    }
}

/// Reads a field that holds one kind of name only, as on the former French card.
pub(super) fn alone(field: &str) -> Option<(MrzName, Range<usize>)> {
    let end = field.trim_end_matches('<').len();
    let start = field.len() - field.trim_start_matches('<').len();
    name(
        field.get(start..end).unwrap_or(""),
        start..end,
        end == field.len(),
    )
}

fn name(
    printed: &str,
    place: Range<usize>,
    maybe_truncated: bool,
) -> Option<(MrzName, Range<usize>)> {
    let words: Vec<&str> = printed.split('<').filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| {
        (
            MrzName {
                text: words.join(" "),
                maybe_truncated,
            },
            place,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    type Shown = Option<(String, bool)>;

    fn shown(names: Names) -> (Shown, Shown) {
        let show = |name: Option<(MrzName, Range<usize>)>| {
            name.map(|(name, _)| (name.text, name.maybe_truncated))
        };
        (show(names.family), show(names.given))
    }

    #[test]
    fn names_are_split_at_the_double_filler() {
        #[rustfmt::skip]
        let table = [
            ("ERIKSSON<<ANNA<MARIA<<<<<<<<<<<", Some(("ERIKSSON", false)), Some(("ANNA MARIA", false))),
            ("LE<GOFF<KERGUELEN<<YANN<<<<<<<<", Some(("LE GOFF KERGUELEN", false)), Some(("YANN", false))),
            ("MARTIN<<CHRISTELLE<HELENE<LAURA", Some(("MARTIN", false)), Some(("CHRISTELLE HELENE LAURA", true))),
            ("BRZECZYSZCZYKIEWICZ<ZOLC<<MARIA", Some(("BRZECZYSZCZYKIEWICZ ZOLC", true)), Some(("MARIA", true))),
            ("SUKARNO<<<<<<<<<<<<<<<<<<<<<<<<", Some(("SUKARNO", false)), None),
            ("<<FIRST<NAME<<<<<<<<<<<<<<<<<<<", None, Some(("FIRST NAME", false))),
            ("RAJAGOPALACHARI<VENKATARAMANATH", Some(("RAJAGOPALACHARI VENKATARAMANATH", true)), None),
            ("<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", None, None),
            ("", None, None),
        ];
        for (field, family, given) in table {
            let owned = |name: Option<(&str, bool)>| name.map(|(text, cut)| (text.to_owned(), cut));
            assert_eq!(
                shown(both(field)),
                (owned(family), owned(given)),
                "field: {field}"
            );
        }
    }

    #[test]
    fn the_place_covers_the_name_and_no_filler() {
        let names = both("ERIKSSON<<ANNA<MARIA<<<<<<<<<<<");
        assert_eq!(names.family.map(|(_, place)| place), Some(0..8));
        assert_eq!(names.given.map(|(_, place)| place), Some(10..20));
        assert_eq!(
            alone("HUGO<<NINO<<<<").map(|(name, place)| (name.text, place)),
            Some(("HUGO NINO".to_owned(), 0..10))
        );
        assert_eq!(alone("<<<<"), None);
    }
}
