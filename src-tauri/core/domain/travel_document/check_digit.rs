//! Check digits of ICAO 9303 part 3 §4.9: weights 7, 3, 1, modulo 10, and the tally shown to the clerk.
//! They catch every single misread character whose value differs modulo 10 in a covered position, and
//! no other: K for A, or a letter of a name on a passport, passes unseen.
//! Never says "authentic": only that what was read is coherent.

use super::problem::ReadingProblem;

/// A field that a check digit protects.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CheckedField {
    Number,
    Birth,
    Expiry,
    /// The optional data of a passport.
    Optional,
    /// The last digit, over several fields or the whole band.
    Composite,
}

/// « 4 chiffres de contrôle sur 4 ». A reading is only handed out when all are good.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CheckDigits {
    pub good: u8,
    pub total: u8,
}

/// The value of a character: digits as they are, `A` = 10 to `Z` = 35, filler 0. `None` outside the alphabet.
pub(super) fn value(character: u8) -> Option<u32> {
    match character {
        b'0'..=b'9' => Some(u32::from(character - b'0')),
        b'A'..=b'Z' => Some(u32::from(character - b'A') + 10),
        b'<' => Some(0),
        _ => None,
    }
}

/// The check digit over the parts put end to end.
pub(super) fn check_digit(parts: &[&str]) -> Option<u32> {
    let mut sum = 0;
    for (character, weight) in parts
        .iter()
        .flat_map(|part| part.bytes())
        .zip([7, 3, 1].into_iter().cycle())
    {
        sum += value(character)? * weight;
    }
    Some(sum % 10)
}

/// True when `printed` is the digit computed over `parts`. A filler is not a digit, though it counts for zero.
pub(super) fn holds(parts: &[&str], printed: &str) -> bool {
    matches!(printed.as_bytes(), [digit @ b'0'..=b'9'] if check_digit(parts) == value(*digit))
}

/// A number longer than its nine positions puts a filler where its digit should be, and goes on in the optional data
/// up to the true digit (ICAO 9303 part 5 note j). Issuers disagree whether that filler is counted: both are accepted.
pub(super) fn number_holds(number: &str, printed: &str, optional: &str) -> bool {
    if printed != "<" {
        return holds(&[number], printed);
    }
    let rest = optional.split('<').next().unwrap_or("");
    match rest.split_at_checked(rest.len().saturating_sub(1)) {
        Some((more, digit)) if !number.ends_with('<') && !more.is_empty() => {
            holds(&[number, more], digit) || holds(&[number, "<", more], digit)
        }
        Some(_) | None => false,
    }
}

/// Collects the result of each digit of one band.
#[derive(Default)]
pub(super) struct Tally {
    results: Vec<(CheckedField, u8, bool)>,
}

impl Tally {
    /// `line` is where the digit is printed, from 1.
    pub(super) fn add(&mut self, field: CheckedField, line: u8, good: bool) -> &mut Self {
        self.results.push((field, line, good));
        self
    }

    /// # Errors
    /// `BadCheckDigits`, naming the line to look at: the composite digit accuses its own line only when no other digit is wrong.
    pub(super) fn verdict(&self) -> Result<CheckDigits, ReadingProblem> {
        let failed: Vec<_> = self.results.iter().filter(|(_, _, good)| !good).collect();
        let total = u8::try_from(self.results.len()).unwrap_or(u8::MAX);
        let accused = failed
            .iter()
            .find(|(field, _, _)| *field != CheckedField::Composite)
            .or_else(|| failed.first());
        match accused {
            None => Ok(CheckDigits { good: total, total }),
            Some((_, line, _)) => Err(ReadingProblem::BadCheckDigits {
                line: *line,
                fields: failed.iter().map(|(field, _, _)| *field).collect(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_examples_of_icao_9303() {
        assert_eq!(check_digit(&["520727"]), Some(3));
        assert_eq!(check_digit(&["AB2134<<<"]), Some(5));
        assert_eq!(
            check_digit(&["HA672242<6", "5802254", "9601086", "<<<<<<<"]),
            Some(8)
        );
        assert_eq!(check_digit(&["AB 134"]), None);
    }

    #[test]
    fn a_filler_is_not_a_check_digit() {
        assert!(holds(&["<<<<<<"], "0"));
        assert!(!holds(&["<<<<<<"], "<"));
        assert!(!holds(&["<<<<<<"], "A"));
        assert!(!holds(&["<<<<<<"], ""));
    }

    #[test]
    fn long_numbers_are_accepted_under_both_conventions() {
        let skipped = check_digit(&["D23145890", "125"]).expect("alphabet");
        let counted = check_digit(&["D23145890", "<", "125"]).expect("alphabet");
        assert_ne!(
            skipped, counted,
            "the example must tell the conventions apart"
        );
        assert!(number_holds(
            "D23145890",
            "<",
            &format!("125{skipped}<<<<<<<<<<<")
        ));
        assert!(number_holds(
            "D23145890",
            "<",
            &format!("125{counted}<<<<<<<<<<<")
        ));
        let wrong = (0..10)
            .find(|digit| *digit != skipped && *digit != counted)
            .expect("ten digits");
        assert!(!number_holds(
            "D23145890",
            "<",
            &format!("125{wrong}<<<<<<<<<<<")
        ));
        assert!(!number_holds("D23145890", "<", "<<<<<<<<<<<<<<<"));
        assert!(!number_holds("D23145890", "<", "7<<<<<<<<<<<<<<"));
    }

    #[test]
    fn the_accused_line_is_that_of_the_narrowest_digit() {
        let mut tally = Tally::default();
        tally
            .add(CheckedField::Composite, 2, false)
            .add(CheckedField::Number, 1, false)
            .add(CheckedField::Birth, 2, true);
        assert_eq!(
            tally.verdict(),
            Err(ReadingProblem::BadCheckDigits {
                line: 1,
                fields: vec![CheckedField::Composite, CheckedField::Number]
            })
        );
    }
}
