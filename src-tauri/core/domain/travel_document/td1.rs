//! TD1, three lines of 30 (ICAO 9303 part 5): the French identity card of 2021, residence permits, most cards of Europe.
//! No digit covers the names, the state, the nationality and the sex: those are only checked for their alphabet.
//! Never used for the former French card nor the driving licence, whose lines have other widths.

use jiff::civil::Date;

use super::band::{Marks, SegmentKind};
use super::check_digit::{self, CheckedField, Tally};
use super::zone::{Class, Line};
use super::{DocumentKind, DocumentReading, ReadingProblem, name_field, six_digits};

pub(super) fn read(
    [first, second, third]: [Line<'_>; 3],
    today: Date,
) -> Result<DocumentReading, ReadingProblem> {
    first.expect(&[
        (1..=2, Class::Any),
        (3..=5, Class::Letters),
        (6..=30, Class::Any),
    ])?;
    second.expect(&[
        (1..=6, Class::Date),
        (7..=7, Class::Date),
        (8..=8, Class::Sex),
        (9..=14, Class::Date),
        (15..=15, Class::Date),
        (16..=18, Class::Letters),
        (19..=29, Class::Any),
        (30..=30, Class::Date),
    ])?;
    third.expect(&[(1..=30, Class::Letters)])?;

    let composite = [
        first.at(6..=30),
        second.at(1..=7),
        second.at(9..=15),
        second.at(19..=29),
    ];
    let check_digits = Tally::default()
        .add(
            CheckedField::Number,
            1,
            check_digit::number_holds(first.at(6..=14), first.at(15..=15), first.at(16..=30)),
        )
        .add(
            CheckedField::Birth,
            2,
            check_digit::holds(&[second.at(1..=6)], second.at(7..=7)),
        )
        .add(
            CheckedField::Expiry,
            2,
            check_digit::holds(&[second.at(9..=14)], second.at(15..=15)),
        )
        .add(
            CheckedField::Composite,
            2,
            check_digit::holds(&composite, second.at(30..=30)),
        )
        .verdict()?;

    let birth = six_digits::birth(second.at(1..=6), today);
    let expiry = six_digits::expiry(second.at(9..=14), today);
    let names = name_field::both(third.text());
    let band = vec![
        Marks::new()
            .put(6..=15, SegmentKind::Masked)
            .optional(16, first.at(16..=30))
            .cut(first.text()),
        Marks::new()
            .put(1..=6, SegmentKind::Birth)
            .put(8..=8, SegmentKind::Masked)
            .put(9..=14, SegmentKind::Expiry)
            .put(16..=18, SegmentKind::Masked)
            .optional(19, second.at(19..=29))
            .cut(second.text()),
        Marks::new()
            .name(
                1,
                names.family.as_ref().map(|(_, place)| place),
                SegmentKind::FamilyName,
            )
            .name(
                1,
                names.given.as_ref().map(|(_, place)| place),
                SegmentKind::GivenNames,
            )
            .cut(third.text()),
    ];
    Ok(DocumentReading {
        kind: DocumentKind::of_card_code(first.at(1..=2)),
        issuing_state: first.at(3..=5).trim_end_matches('<').to_owned(),
        family_name: names.family.map(|(name, _)| name),
        given_names: names.given.map(|(name, _)| name),
        birth: birth.map_err(|_| ReadingProblem::ImpossibleDate {
            line: 2,
            field: CheckedField::Birth,
        })?,
        expiry: expiry.map_err(|_| ReadingProblem::ImpossibleDate {
            line: 2,
            field: CheckedField::Expiry,
        })?,
        issued: None,
        check_digits,
        keyboard_corrected: false,
        band,
    })
}
