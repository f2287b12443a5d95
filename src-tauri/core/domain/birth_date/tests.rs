//! Tables of typed dates, of the directory's form and of comparisons.
//! Each row says what a clerk would expect; refused dates keep what is needed to say why.
//! Never a date that depends on the day the tests run.

use super::*;
use jiff::civil::date;

const TODAY: Date = date(2026, 3, 2);

#[test]
fn every_form_a_clerk_types_is_understood() {
    #[rustfmt::skip]
    let table = [
        ("16/03/1998", date(1998, 3, 16)),
        ("16.03.98", date(1998, 3, 16)),
        ("16-3-1998", date(1998, 3, 16)),
        ("160398", date(1998, 3, 16)),
        ("16031998", date(1998, 3, 16)),
        ("1998-03-16", date(1998, 3, 16)),
        ("1998/3/16", date(1998, 3, 16)),
        ("16 mars 1998", date(1998, 3, 16)),
        ("16 MARS 1998", date(1998, 3, 16)),
        ("  16  03  1998 ", date(1998, 3, 16)),
        ("16\u{a0}03\u{202f}1998", date(1998, 3, 16)),
        ("le 16 mars 1998", date(1998, 3, 16)),
        ("16/mars/1998", date(1998, 3, 16)),
        ("1er avril 2001", date(2001, 4, 1)),
        ("1 er avril 2001", date(2001, 4, 1)),
        ("1ᵉʳ avril 2001", date(2001, 4, 1)),
        ("12 févr. 2001", date(2001, 2, 12)),
        ("12 fevr 2001", date(2001, 2, 12)),
        ("12 fe\u{301}vrier 01", date(2001, 2, 12)),
        ("5 août 1999", date(1999, 8, 5)),
        ("5 AOUT 1999", date(1999, 8, 5)),
        ("31 déc. 1960", date(1960, 12, 31)),
        ("14 juil. 1989", date(1989, 7, 14)),
        ("14 juin 1989", date(1989, 6, 14)),
        ("29/02/2000", date(2000, 2, 29)),
        ("29 février 2004", date(2004, 2, 29)),
        ("3/4/05", date(2005, 4, 3)),
        ("04/03/1998", date(1998, 3, 4)),
        ("01/01/00", date(2000, 1, 1)),
        ("02/03/26", date(2026, 3, 2)),
        ("03/03/26", date(1926, 3, 3)),
        ("31/12/27", date(1927, 12, 31)),
        ("01/01/1900", date(1900, 1, 1)),
    ];
    for (typed, expected) in table {
        assert_eq!(parse_french(typed, TODAY), Ok(expected), "typed: {typed}");
    }
}

#[test]
fn what_cannot_be_a_birth_date_is_named_and_never_corrected() {
    #[rustfmt::skip]
    let table = [
        ("", BirthDateProblem::Empty),
        (" / ", BirthDateProblem::Empty),
        ("16", BirthDateProblem::NotADate),
        ("16/03", BirthDateProblem::NotADate),
        ("16/03/998", BirthDateProblem::NotADate),
        ("1998", BirthDateProblem::NotADate),
        ("1603199", BirthDateProblem::NotADate),
        ("seize mars 1998", BirthDateProblem::NotADate),
        ("16 brumaire 1998", BirthDateProblem::NotADate),
        ("16/03/1998/2", BirthDateProblem::NotADate),
        ("١٦/٠٣/١٩٩٨", BirthDateProblem::NotADate),
        ("-1/03/1998 er", BirthDateProblem::NotADate),
        ("32 mars 1998", BirthDateProblem::NoSuchDay { day: 32, month: 3, year: 1998 }),
        ("32/03/1998", BirthDateProblem::NoSuchDay { day: 32, month: 3, year: 1998 }),
        ("00/03/1998", BirthDateProblem::NoSuchDay { day: 0, month: 3, year: 1998 }),
        ("31/04/1998", BirthDateProblem::NoSuchDay { day: 31, month: 4, year: 1998 }),
        ("29/02/1999", BirthDateProblem::NoSuchDay { day: 29, month: 2, year: 1999 }),
        ("30/02/2000", BirthDateProblem::NoSuchDay { day: 30, month: 2, year: 2000 }),
        ("03/16/1998", BirthDateProblem::NoSuchMonth { month: 16 }),
        ("16/00/1998", BirthDateProblem::NoSuchMonth { month: 0 }),
        ("19980316", BirthDateProblem::NoSuchMonth { month: 98 }),
        ("16/03/2027", BirthDateProblem::InTheFuture),
        ("03/03/2026", BirthDateProblem::InTheFuture),
        ("16/03/1898", BirthDateProblem::TooOld { year: 1898 }),
        ("16/03/0098", BirthDateProblem::TooOld { year: 98 }),
    ];
    for (typed, expected) in table {
        assert_eq!(parse_french(typed, TODAY), Err(expected), "typed: {typed}");
    }
    assert_eq!(
        parse_french(&"1".repeat(5000), TODAY),
        Err(BirthDateProblem::NotADate)
    );
}

#[test]
fn the_sentence_names_the_impossible_day() {
    let sentence = |typed| {
        parse_french(typed, TODAY)
            .expect_err("impossible date")
            .sentence()
    };
    assert_eq!(
        sentence("32/03/1998"),
        "Le 32 mars n’existe pas. Exemple\u{a0}: 16/03/1998."
    );
    assert_eq!(
        sentence("29/02/1999"),
        "Le 29 février 1999 n’existe pas. Exemple\u{a0}: 16/03/1998."
    );
    assert_eq!(
        sentence("03/16/1998"),
        "Le mois 16 n’existe pas\u{a0}: le jour d’abord, puis le mois. Exemple\u{a0}: 16/03/1998."
    );
}

#[test]
fn the_directory_form_keeps_unknown_parts_unknown() {
    let read = |value| PartialDate::from_supann(value).map(|date| date.to_string());
    assert_eq!(read("1998-03-16").as_deref(), Some("16/03/1998"));
    assert_eq!(read("1998-03-00").as_deref(), Some("--/03/1998"));
    assert_eq!(read("1998-00-00").as_deref(), Some("--/--/1998"));
    for refused in [
        "",
        "0000-00-00",
        "1998-13-01",
        "1998-02-30",
        "1998-3-16",
        "16/03/1998",
        "1998-03-16T",
        "199\u{e9}-03-1",
        "+998-03-16",
    ] {
        assert_eq!(read(refused), None, "value: {refused}");
    }
}

#[test]
fn comparing_names_what_differs_and_masks_the_answer() {
    let supann = |value| PartialDate::from_supann(value).expect("valid date");
    let different = |day, month, year| DateVerdict::Different { day, month, year };
    #[rustfmt::skip]
    let table = [
        ("1994-03-16", "1994-03-16", DateVerdict::Same, "16/03/1994"),
        ("1994-03-16", "1994-05-16", different(false, true, false), "16/••/1994"),
        ("1994-03-16", "1994-03-17", different(true, false, false), "••/03/1994"),
        ("1994-03-16", "1995-03-16", different(false, false, true), "16/03/••••"),
        ("1994-03-04", "1994-04-03", different(true, true, false), "••/••/1994"),
        ("1994-03-16", "1981-11-02", different(true, true, true), "••/••/••••"),
        ("1994-01-01", "1994-01-01", DateVerdict::KnownPartsSame { presumed: true }, "01/01/1994"),
        ("1994-00-00", "1994-01-01", DateVerdict::KnownPartsSame { presumed: true }, "••/••/1994"),
        ("1994-00-00", "1994-03-16", DateVerdict::KnownPartsSame { presumed: false }, "••/••/1994"),
        ("1994-03-00", "1994-03-16", DateVerdict::KnownPartsSame { presumed: false }, "••/03/1994"),
        ("1994-03-16", "1994-00-00", DateVerdict::KnownPartsSame { presumed: false }, "••/••/1994"),
        ("1994-00-00", "1993-03-16", different(false, false, true), "••/••/••••"),
        ("1994-01-01", "1994-03-16", different(true, true, false), "••/••/1994"),
    ];
    for (document, record, verdict, mask) in table {
        let (document, record) = (supann(document), supann(record));
        assert_eq!(
            compare(&document, &record),
            verdict,
            "{document} / {record}"
        );
        assert_eq!(
            mask_revealing_only_equal_parts(&document, &record),
            mask,
            "{document} / {record}"
        );
    }
    assert_eq!(different(false, true, false).text(), "Mois différent");
}

#[test]
fn a_partial_date_is_always_possible() {
    assert!(PartialDate::new(1998, Some(2), Some(29)).is_none());
    assert!(PartialDate::new(1998, None, Some(31)).is_some());
    assert!(PartialDate::new(1998, Some(0), None).is_none());
    assert!(PartialDate::new(1998, Some(4), Some(31)).is_none());
}

#[test]
fn a_stored_date_keeps_its_unknown_parts() {
    for value in ["1998-03-16", "1998-03-00", "1998-00-00", "0998-01-01"] {
        let json = format!("\"{value}\"");
        let date: PartialDate = serde_json::from_str(&json).expect("a stored date");
        assert_eq!(serde_json::to_string(&date).expect("a date"), json);
    }
    assert!(serde_json::from_str::<PartialDate>("\"1998-02-30\"").is_err());
}
