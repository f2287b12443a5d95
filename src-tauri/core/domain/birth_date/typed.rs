//! A birth date as a clerk types it, and why one is refused.
//! Never guesses the order of day and month: the day always comes first, as on a French document, except in the
//! year-first form of the directory. Reads no clock: today is an argument.

use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{days_in, digits, month_name};

/// The example given with every refusal.
const EXAMPLE: &str = "Exemple\u{a0}: 16/03/1998.";
/// No living person was born before this year; an older one is a slip of the keyboard.
const OLDEST_YEAR: i16 = 1900;
/// A typed date is never longer; more is refused unread.
const LONGEST_INPUT: usize = 64;

/// Why a typed birth date is refused. [`BirthDateProblem::sentence`] says it to the clerk.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BirthDateProblem {
    #[error("no date was typed")]
    Empty,
    #[error("not in a known date form")]
    NotADate,
    #[error("no month {month}")]
    NoSuchMonth { month: i16 },
    #[error("no day {day} in month {month} of {year}")]
    NoSuchDay { day: i16, month: i8, year: i16 },
    #[error("the date is still to come")]
    InTheFuture,
    #[error("year {year} is too far back")]
    TooOld { year: i16 },
}

impl BirthDateProblem {
    /// The French sentence shown beside the field; what was typed stays in the field.
    #[must_use]
    pub fn sentence(&self) -> String {
        match *self {
            Self::Empty => format!("Tapez la date de naissance. {EXAMPLE}"),
            Self::NotADate => format!("Cette date n’a pas été comprise. {EXAMPLE}"),
            Self::NoSuchMonth { month } => format!(
                "Le mois {month} n’existe pas\u{a0}: le jour d’abord, puis le mois. {EXAMPLE}"
            ),
            // 29 February needs its year to be wrong; the 32nd of March never exists.
            Self::NoSuchDay {
                day: 29,
                month: 2,
                year,
            } => format!("Le 29 février {year} n’existe pas. {EXAMPLE}"),
            Self::NoSuchDay { day, month, .. } => {
                format!("Le {day} {} n’existe pas. {EXAMPLE}", month_name(month))
            }
            Self::InTheFuture => format!("Cette date est à venir. {EXAMPLE}"),
            Self::TooOld { year } => format!("L’année {year} est trop ancienne. {EXAMPLE}"),
        }
    }
}

/// Reads a date as a French clerk types it: `16/03/1998`, `16.03.98`, `16-3-1998`, `160398`, `16031998`, `16 mars 1998`,
/// `1er avril 2001`, `12 févr. 2001`, or year first `1998-03-16`. Accents and capitals do not matter.
/// A two-digit year is the latest one that is not in the future.
///
/// # Errors
/// [`BirthDateProblem`], with what is needed to say what is wrong; nothing is corrected.
pub fn parse_french(typed: &str, today: Date) -> Result<Date, BirthDateProblem> {
    if typed.len() > LONGEST_INPUT {
        return Err(BirthDateProblem::NotADate);
    }
    let plain: String = typed
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect();
    let mut parts = split_parts(&plain);
    if parts.is_empty() {
        return Err(BirthDateProblem::Empty);
    }
    if parts.first() == Some(&"le") {
        parts.remove(0);
    }
    let (day, month, year) = match parts.as_slice() {
        [run] => glued_digits(run)?,
        [year, month, day] if year.len() == 4 => (number(day)?, number(month)?, year_of(year)?),
        // "1 er", and "1ᵉʳ" which compatibility decomposition turned into "1er" already.
        [day, "er", month, year] | [day, month, year] => {
            (day_number(day)?, month_number(month)?, year_of(year)?)
        }
        [_, ..] | [] => return Err(BirthDateProblem::NotADate),
    };
    check(day, month, year, today)
}

fn split_parts(plain: &str) -> Vec<&str> {
    plain
        .split(|c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    '/' | '.' | '-' | ',' | '\u{2010}' | '\u{2011}' | '\u{2013}'
                )
        })
        .filter(|part| !part.is_empty())
        .collect()
}

/// `160398` or `16031998`: day, month, year. The year of the short form is still two digits.
fn glued_digits(run: &str) -> Result<(i16, i16, Year), BirthDateProblem> {
    let bytes = run.as_bytes();
    let part = |range: std::ops::Range<usize>| {
        bytes
            .get(range)
            .and_then(digits)
            .ok_or(BirthDateProblem::NotADate)
    };
    match bytes.len() {
        6 => Ok((part(0..2)?, part(2..4)?, Year::TwoDigits(part(4..6)?))),
        8 => Ok((part(0..2)?, part(2..4)?, Year::Full(part(4..8)?))),
        _ => Err(BirthDateProblem::NotADate),
    }
}

#[derive(Clone, Copy)]
enum Year {
    Full(i16),
    TwoDigits(i16),
}

fn year_of(part: &str) -> Result<Year, BirthDateProblem> {
    let value = digits(part.as_bytes()).ok_or(BirthDateProblem::NotADate)?;
    match part.len() {
        2 => Ok(Year::TwoDigits(value)),
        4 => Ok(Year::Full(value)),
        _ => Err(BirthDateProblem::NotADate),
    }
}

fn number(part: &str) -> Result<i16, BirthDateProblem> {
    if part.len() > 2 {
        return Err(BirthDateProblem::NotADate);
    }
    digits(part.as_bytes()).ok_or(BirthDateProblem::NotADate)
}

fn day_number(part: &str) -> Result<i16, BirthDateProblem> {
    number(part.strip_suffix("er").unwrap_or(part))
}

fn month_number(part: &str) -> Result<i16, BirthDateProblem> {
    #[rustfmt::skip]
    const NAMES: [&[&str]; 12] = [
        &["janvier", "janv", "jan"],
        &["fevrier", "fevr", "fev"],
        &["mars", "mar"],
        &["avril", "avr"],
        &["mai"],
        &["juin"],
        &["juillet", "juill", "juil"],
        &["aout"],
        &["septembre", "sept", "sep"],
        &["octobre", "oct"],
        &["novembre", "nov"],
        &["decembre", "dec"],
    ];
    match (1i16..).zip(NAMES).find(|(_, names)| names.contains(&part)) {
        Some((month, _)) => Ok(month),
        None => number(part),
    }
}

fn check(day: i16, month: i16, year: Year, today: Date) -> Result<Date, BirthDateProblem> {
    let Ok(month @ 1..=12) = i8::try_from(month) else {
        return Err(BirthDateProblem::NoSuchMonth { month });
    };
    let year = match year {
        Year::Full(year) => year,
        Year::TwoDigits(two) => {
            let this_century = today.year() - today.year() % 100 + two;
            let ordinal = (this_century, i16::from(month), day);
            let now = (
                today.year(),
                i16::from(today.month()),
                i16::from(today.day()),
            );
            if ordinal > now {
                this_century - 100
            } else {
                this_century
            }
        }
    };
    let no_such_day = BirthDateProblem::NoSuchDay { day, month, year };
    if day < 1 || day > i16::from(days_in(year, Some(month))) {
        return Err(no_such_day);
    }
    let day = i8::try_from(day).map_err(|_| no_such_day)?;
    if year < OLDEST_YEAR {
        return Err(BirthDateProblem::TooOld { year });
    }
    let date = Date::new(year, month, day).map_err(|_| no_such_day)?;
    if date > today {
        Err(BirthDateProblem::InTheFuture)
    } else {
        Ok(date)
    }
}
