//! TD3, two lines of 44 (ICAO 9303 part 4): passports and travel documents of passport size.
//! No digit covers the first line, names included: it is only checked for its alphabet.
//! Never used for visas, which share the size and prove no identity.

use jiff::civil::Date;

use super::band::{Marks, SegmentKind};
use super::check_digit::{self, CheckedField, Tally};
use super::zone::{Class, Line};
use super::{DocumentKind, DocumentReading, ReadingProblem, name_field, six_digits};

pub(super) fn read(
    [first, second]: [Line<'_>; 2],
    today: Date,
) -> Result<DocumentReading, ReadingProblem> {
    first.expect(&[(1..=44, Class::Letters)])?;
    second.expect(&[
        (1..=10, Class::Any),
        (11..=13, Class::Letters),
        (14..=20, Class::Date),
        (21..=21, Class::Sex),
        (22..=28, Class::Date),
        (29..=42, Class::Any),
        (43..=44, Class::Date),
    ])?;

    let optional = second.at(29..=42);
    let composite = [second.at(1..=10), second.at(14..=20), second.at(22..=43)];
    let mut tally = Tally::default();
    tally
        .add(
            CheckedField::Number,
            2,
            check_digit::number_holds(second.at(1..=9), second.at(10..=10), optional),
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
        );
    // The digit of an empty field may be a filler, at the issuer's choice: then there is no such digit.
    if !(second.at(43..=43) == "<" && optional.bytes().all(|c| c == b'<')) {
        tally.add(
            CheckedField::Optional,
            2,
            check_digit::holds(&[optional], second.at(43..=43)),
        );
    }
    tally.add(
        CheckedField::Composite,
        2,
        check_digit::holds(&composite, second.at(44..=44)),
    );
    let check_digits = tally.verdict()?;

    let birth = six_digits::birth(second.at(14..=19), today);
    let expiry = six_digits::expiry(second.at(22..=27), today);
    let names = name_field::both(first.at(6..=44));
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
            .optional(29, optional)
            .cut(second.text()),
    ];
    Ok(DocumentReading {
        kind: DocumentKind::of_passport_code(first.at(1..=2)),
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
