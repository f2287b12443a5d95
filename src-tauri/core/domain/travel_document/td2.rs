//! TD2, two lines of 36 (ICAO 9303 part 6): older identity cards and residence permits of Europe.
//! No digit covers the names, the state, the nationality and the sex: those are only checked for their alphabet.
//! Never used for the former French card, which has the same size and another layout.

use jiff::civil::Date;

use super::band::{Marks, SegmentKind};
use super::check_digit::{self, CheckedField, Tally};
use super::zone::{Class, Line};
use super::{DocumentKind, DocumentReading, ReadingProblem, name_field, six_digits};

pub(super) fn read(
    [first, second]: [Line<'_>; 2],
    today: Date,
) -> Result<DocumentReading, ReadingProblem> {
    first.expect(&[(1..=2, Class::Any), (3..=36, Class::Letters)])?;
    second.expect(&[
        (1..=10, Class::Any),
        (11..=13, Class::Letters),
        (14..=20, Class::Date),
        (21..=21, Class::Sex),
        (22..=28, Class::Date),
        (29..=35, Class::Any),
        (36..=36, Class::Date),
    ])?;

    let composite = [second.at(1..=10), second.at(14..=20), second.at(22..=35)];
    let check_digits = Tally::default()
        .add(
            CheckedField::Number,
            2,
            check_digit::number_holds(second.at(1..=9), second.at(10..=10), second.at(29..=35)),
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
        .add(
            CheckedField::Composite,
            2,
            check_digit::holds(&composite, second.at(36..=36)),
        )
        .verdict()?;

    let birth = six_digits::birth(second.at(14..=19), today);
    let expiry = six_digits::expiry(second.at(22..=27), today);
    let names = name_field::both(first.at(6..=36));
    let band = vec![
        Marks::new()
            .name(
                6,
                names.family.as_ref().map(|(_, place)| place),
                SegmentKind::FamilyName,
            )
            .name(
                6,
                names.given.as_ref().map(|(_, place)| place),
                SegmentKind::GivenNames,
            )
            .cut(first.text()),
        Marks::new()
            .put(1..=13, SegmentKind::Masked)
            .put(14..=19, SegmentKind::Birth)
            .put(21..=21, SegmentKind::Masked)
            .put(22..=27, SegmentKind::Expiry)
            .optional(29, second.at(29..=35))
            .cut(second.text()),
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
