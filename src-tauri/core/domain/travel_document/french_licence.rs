//! The French driving licence, one line of 30: number, expiry and the first eight letters of the surname.
//! It tells neither given name nor birth date, so it needs other data beside it; its last digit covers the whole line.
//! Never read for another state: the layout is French.

use jiff::civil::Date;

use super::band::{Marks, SegmentKind};
use super::check_digit::{self, CheckedField, Tally};
use super::zone::{Class, Line};
use super::{DocumentKind, DocumentReading, ReadingProblem, name_field, six_digits};

pub(super) fn read(line: Line<'_>, today: Date) -> Result<DocumentReading, ReadingProblem> {
    line.expect(&[
        (1..=2, Class::Any),
        (3..=5, Class::Letters),
        (6..=14, Class::Any),
        (15..=21, Class::Date),
        (22..=29, Class::Letters),
        (30..=30, Class::Date),
    ])?;
    let check_digits = Tally::default()
        // The digit of the number covers the document code and the state as well.
        .add(
            CheckedField::Number,
            1,
            check_digit::holds(&[line.at(1..=14)], line.at(15..=15)),
        )
        .add(
            CheckedField::Composite,
            1,
            check_digit::holds(&[line.at(1..=29)], line.at(30..=30)),
        )
        .verdict()?;
    let expiry = six_digits::expiry(line.at(16..=21), today).map_err(|_| {
        ReadingProblem::ImpossibleDate {
            line: 1,
            field: CheckedField::Expiry,
        }
    })?;
    let family = name_field::alone(line.at(22..=29));
    let band = vec![
        Marks::new()
            .put(6..=15, SegmentKind::Masked)
            .put(16..=21, SegmentKind::Expiry)
            .name(
                22,
                family.as_ref().map(|(_, place)| place),
                SegmentKind::FamilyName,
            )
            .cut(line.text()),
    ];
    Ok(DocumentReading {
        kind: DocumentKind::DrivingLicence,
        issuing_state: line.at(3..=5).to_owned(),
        family_name: family.map(|(name, _)| name),
        given_names: None,
        birth: None,
        expiry,
        issued: None,
        check_digits,
        keyboard_corrected: false,
        band,
    })
}
