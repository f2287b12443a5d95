//! The French identity card issued until 2021, two lines of 36: surname on the first, given names on the second.
//! It bears no expiry, only year and month of issue at the head of its number; validity is computed elsewhere.
//! Its composite digit covers both lines, names included, unlike any ICAO layout.
//! Never mistaken for TD2: its first five characters are `IDFRA`.

use jiff::civil::Date;

use super::band::{Marks, SegmentKind};
use super::check_digit::{self, CheckedField, Tally};
use super::zone::{Class, Line};
use super::{DocumentKind, DocumentReading, ReadingProblem, name_field, six_digits};

pub(super) fn read(
    [first, second]: [Line<'_>; 2],
    today: Date,
) -> Result<DocumentReading, ReadingProblem> {
    first.expect(&[(1..=30, Class::Letters), (31..=36, Class::Any)])?;
    second.expect(&[
        (1..=4, Class::Date),
        (5..=12, Class::Any),
        (13..=13, Class::Date),
        (14..=27, Class::Letters),
        (28..=34, Class::Date),
        (35..=35, Class::Sex),
        (36..=36, Class::Date),
    ])?;

    let check_digits = Tally::default()
        .add(
            CheckedField::Number,
            2,
            check_digit::holds(&[second.at(1..=12)], second.at(13..=13)),
        )
        .add(
            CheckedField::Birth,
            2,
            check_digit::holds(&[second.at(28..=33)], second.at(34..=34)),
        )
        .add(
            CheckedField::Composite,
            2,
            check_digit::holds(&[first.text(), second.at(1..=35)], second.at(36..=36)),
        )
        .verdict()?;

    let issued =
        six_digits::issue(second.at(1..=4), today).map_err(|_| ReadingProblem::ImpossibleDate {
            line: 2,
            field: CheckedField::Number,
        })?;
    // Nobody is born after their card: that settles the century of a card issued to a very old person.
    let last_of_issue = Date::new(issued.year, issued.month, 1).map_or(today, Date::last_of_month);
    let birth = six_digits::birth(second.at(28..=33), today.min(last_of_issue)).map_err(|_| {
        ReadingProblem::ImpossibleDate {
            line: 2,
            field: CheckedField::Birth,
        }
    })?;
    let family = name_field::alone(first.at(6..=30));
    let given = name_field::alone(second.at(14..=27));
    let band = vec![
        Marks::new()
            .name(
                6,
                family.as_ref().map(|(_, place)| place),
                SegmentKind::FamilyName,
            )
            .optional(31, first.at(31..=36))
            .cut(first.text()),
        Marks::new()
            .put(1..=13, SegmentKind::Masked)
            .name(
                14,
                given.as_ref().map(|(_, place)| place),
                SegmentKind::GivenNames,
            )
            .put(28..=33, SegmentKind::Birth)
            .put(35..=35, SegmentKind::Masked)
            .cut(second.text()),
    ];
    Ok(DocumentReading {
        kind: DocumentKind::FormerIdentityCard,
        issuing_state: first.at(3..=5).to_owned(),
        family_name: family.map(|(name, _)| name),
        given_names: given.map(|(name, _)| name),
        birth,
        expiry: None,
        issued: Some(issued),
        check_digits,
        keyboard_corrected: false,
        band,
    })
}
