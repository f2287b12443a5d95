//! Dates and numbers as the letter writes them, in French and in English.
//! French typography: superscript « 1ᵉʳ », no-break spaces inside a date or a number, « 18 h », « 18 h 30 ».
//! Never numbers only: 01/12 means two different days to two different readers.

use super::ColumnLanguage;
use crate::domain::birth_date::{MONTHS, SHORT_MONTHS, name_in};

const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const ENGLISH_SHORT: [&str; 12] = [
    "Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.",
    "Dec.",
];

/// « 24 novembre 2026 », “24 November 2026”.
pub fn long_date(date: jiff::civil::Date, language: ColumnLanguage) -> String {
    let months = match language {
        ColumnLanguage::French => &MONTHS,
        ColumnLanguage::English => &ENGLISH_MONTHS,
    };
    day_month_year(date, months, language)
}

/// « 1ᵉʳ déc. 2026, 18 h », “1 Dec. 2026, 18:00”, in the moment's own time zone.
pub fn short_moment(moment: &jiff::Zoned, language: ColumnLanguage) -> String {
    let (hour, minute) = (moment.hour(), moment.minute());
    match language {
        ColumnLanguage::French => {
            let day = day_month_year(moment.date(), &SHORT_MONTHS, language);
            if minute == 0 {
                format!("{day}, {hour}\u{a0}h")
            } else {
                format!("{day}, {hour}\u{a0}h\u{a0}{minute:02}")
            }
        }
        ColumnLanguage::English => {
            format!(
                "{}, {hour}:{minute:02}",
                day_month_year(moment.date(), &ENGLISH_SHORT, language)
            )
        }
    }
}

/// « 12 mois », “12 months”, “1 month”: « mois » has one form.
pub fn months(count: u8, language: ColumnLanguage) -> String {
    let word = match (language, count) {
        (ColumnLanguage::French, _) => "mois",
        (ColumnLanguage::English, 1) => "month",
        (ColumnLanguage::English, _) => "months",
    };
    format!("{count}\u{a0}{word}")
}

/// « 1 284 » with a no-break space, “1,284”.
pub fn thousands(number: u64, language: ColumnLanguage) -> String {
    let separator = match language {
        ColumnLanguage::French => '\u{a0}',
        ColumnLanguage::English => ',',
    };
    let digits = number.to_string();
    let mut written = String::new();
    for (rank, digit) in digits.chars().enumerate() {
        if rank > 0 && (digits.len() - rank).is_multiple_of(3) {
            written.push(separator);
        }
        written.push(digit);
    }
    written
}

fn day_month_year(
    date: jiff::civil::Date,
    months: &[&'static str; 12],
    language: ColumnLanguage,
) -> String {
    let month = name_in(months, date.month());
    let day = match (language, date.day()) {
        (ColumnLanguage::French, 1) => "1ᵉʳ".to_owned(),
        (ColumnLanguage::French | ColumnLanguage::English, day) => day.to_string(),
    };
    format!("{day}\u{a0}{month}\u{a0}{}", date.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paris(text: &str) -> jiff::Zoned {
        text.parse().unwrap()
    }

    #[test]
    fn the_first_of_the_month_is_an_ordinal_in_french_only() {
        let date = jiff::civil::date(2026, 12, 1);
        assert_eq!(
            long_date(date, ColumnLanguage::French),
            "1ᵉʳ\u{a0}décembre\u{a0}2026"
        );
        assert_eq!(
            long_date(date, ColumnLanguage::English),
            "1\u{a0}December\u{a0}2026"
        );
        let other = jiff::civil::date(2026, 11, 24);
        assert_eq!(
            long_date(other, ColumnLanguage::French),
            "24\u{a0}novembre\u{a0}2026"
        );
    }

    #[test]
    fn a_number_of_months_agrees_with_its_noun() {
        for (count, french, english) in [
            (1, "1\u{a0}mois", "1\u{a0}month"),
            (12, "12\u{a0}mois", "12\u{a0}months"),
        ] {
            assert_eq!(months(count, ColumnLanguage::French), french);
            assert_eq!(months(count, ColumnLanguage::English), english);
        }
    }

    #[test]
    fn digits_go_by_three() {
        for (number, french, english) in [
            (7, "7", "7"),
            (284, "284", "284"),
            (1284, "1\u{a0}284", "1,284"),
            (12_345_678, "12\u{a0}345\u{a0}678", "12,345,678"),
        ] {
            assert_eq!(thousands(number, ColumnLanguage::French), french);
            assert_eq!(thousands(number, ColumnLanguage::English), english);
        }
    }

    #[test]
    fn minutes_are_said_only_when_there_are_some() {
        let sharp = paris("2026-12-01T18:00[+01:00]");
        let half = paris("2026-08-21T08:05[+02:00]");
        assert_eq!(
            short_moment(&sharp, ColumnLanguage::French),
            "1ᵉʳ\u{a0}déc.\u{a0}2026, 18\u{a0}h"
        );
        assert_eq!(
            short_moment(&half, ColumnLanguage::French),
            "21\u{a0}août\u{a0}2026, 8\u{a0}h\u{a0}05"
        );
        assert_eq!(
            short_moment(&half, ColumnLanguage::English),
            "21\u{a0}Aug.\u{a0}2026, 8:05"
        );
    }
}
