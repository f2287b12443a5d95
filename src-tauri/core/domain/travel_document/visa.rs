//! Visas, two lines of 44 or 36 (ICAO 9303 part 7): recognised only to be refused.
//! A visa is stuck in a passport, so the clerk is told to pass the page with the photo instead.
//! Never reads a name from one.

use super::ReadingProblem;
use super::check_digit::{self, CheckedField, Tally};
use super::zone::Line;

/// `Visa` when its digits are right, else what was misread: a passport whose first letter was misread is no visa.
pub(super) fn refusal(second: Line<'_>) -> ReadingProblem {
    Tally::default()
        .add(
            CheckedField::Number,
            2,
            check_digit::holds(&[second.at(1..=9)], second.at(10..=10)),
        )
        .add(
            CheckedField::Birth,
            2,
            check_digit::holds(&[second.at(14..=19)], second.at(20..=20)),
        )
        .add(
            CheckedField::Expiry,
            2,
            check_digit::holds(&[second.at(22..=27)], second.at(28..=28)),
        )
        .verdict()
        .err()
        .unwrap_or(ReadingProblem::Visa)
}
