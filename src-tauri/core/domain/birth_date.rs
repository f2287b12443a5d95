//! Birth dates: what a clerk types, what the directory holds, what a document says, and how they compare.
//! A date may be partly unknown: some civil registers only know the year, and 1 January often stands for
//! "we do not know". What differs can be named and masked, so that the screen never gives the answer away.
//! Never guesses the order of day and month: the day always comes first, as on a French document, except
//! in the year-first form of the directory. Reads no clock: today is an argument.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The example given with every refusal.
const EXAMPLE: &str = "Exemple\u{a0}: 16/03/1998.";
/// No living person was born before this year; an older one is a slip of the keyboard.
const OLDEST_YEAR: i16 = 1900;
/// A typed date is never longer; more is refused unread.
const LONGEST_INPUT: usize = 64;

/// January first.
pub const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// As lists and letters shorten them.
pub const SHORT_MONTHS: [&str; 12] = [
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
    "déc.",
];

/// A date whose month and day may be unknown (ICAO 9303 part 3 §4.8 writes `<<`, `SupAnn` and 2D-Doc `00`).
/// Always possible: the month is 1 to 12, and the day exists in its month. Stored and sent as `AAAA-MM-JJ`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartialDate {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

impl PartialDate {
    /// `None` when the known parts cannot be a date (month 13, 30 February).
    #[must_use]
    pub fn new(year: i16, month: Option<i8>, day: Option<i8>) -> Option<Self> {
        if !(1..=9999).contains(&year) || month.is_some_and(|month| !(1..=12).contains(&month)) {
            return None;
        }
        if day.is_some_and(|day| day < 1 || day > days_in(year, month)) {
            return None;
        }
        Some(Self { year, month, day })
    }

    /// Reads `supannOIDCDateDeNaissance`: `AAAA-MM-JJ`, where `00` is an unknown part (`SupAnn` 2020).
    #[must_use]
    pub fn from_supann(value: &str) -> Option<Self> {
        let bytes = value.trim().as_bytes();
        let separators =
            bytes.len() == 10 && bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-');
        if !separators {
            return None;
        }
        let year = digits(bytes.get(..4)?)?;
        let part = |range: std::ops::Range<usize>| -> Option<Option<i8>> {
            let value = i8::try_from(digits(bytes.get(range)?)?).ok()?;
            Some((value != 0).then_some(value))
        };
        Self::new(year, part(5..7)?, part(8..10)?)
    }

    /// `AAAA-MM-JJ`, with `00` for an unknown part: what [`PartialDate::from_supann`] reads.
    #[must_use]
    pub fn to_supann(&self) -> String {
        format!(
            "{:04}-{:02}-{:02}",
            self.year,
            self.month.unwrap_or(0),
            self.day.unwrap_or(0)
        )
    }

    #[must_use]
    pub fn year(&self) -> i16 {
        self.year
    }

    #[must_use]
    pub fn month(&self) -> Option<i8> {
        self.month
    }

    #[must_use]
    pub fn day(&self) -> Option<i8> {
        self.day
    }

    /// The full date, when every part is known.
    #[must_use]
    pub fn to_date(&self) -> Option<Date> {
        Date::new(self.year, self.month?, self.day?).ok()
    }

    /// 1 January: by convention often written where the true day is unknown, so it proves little alone.
    #[must_use]
    pub fn is_possibly_presumed(&self) -> bool {
        self.month == Some(1) && self.day == Some(1)
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> Self {
        date.to_supann()
    }
}

impl TryFrom<String> for PartialDate {
    type Error = NotAPartialDate;

    fn try_from(value: String) -> Result<Self, Self::Error> {
        Self::from_supann(&value).ok_or(NotAPartialDate)
    }
}

/// A stored value is not a date of the form `AAAA-MM-JJ`. Does not repeat the value, which is personal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a date of the form AAAA-MM-JJ")]
pub struct NotAPartialDate;

impl From<Date> for PartialDate {
    fn from(date: Date) -> Self {
        Self {
            year: date.year(),
            month: Some(date.month()),
            day: Some(date.day()),
        }
    }
}

/// French order, `16/03/1998`; an unknown part is `--`.
impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in [self.day, self.month] {
            match part {
                Some(value) => write!(f, "{value:02}/")?,
                None => f.write_str("--/")?,
            }
        }
        write!(f, "{:04}", self.year)
    }
}

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

/// The French name of a month, 1 to 12; empty for another number.
#[must_use]
pub fn month_name(month: i8) -> &'static str {
    name_in(&MONTHS, month)
}

/// The month, 1 to 12, in a table that begins with January; empty for another number.
#[must_use]
pub fn name_in(months: &[&'static str; 12], month: i8) -> &'static str {
    usize::try_from(month)
        .ok()
        .and_then(|month| month.checked_sub(1))
        .and_then(|index| months.get(index))
        .copied()
        .unwrap_or("")
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

/// The longest month is assumed when the month is unknown.
fn days_in(year: i16, month: Option<i8>) -> i8 {
    month.map_or(31, |month| {
        Date::new(year, month, 1).map_or(0, Date::days_in_month)
    })
}

fn digits(bytes: &[u8]) -> Option<i16> {
    if bytes.is_empty() || bytes.len() > 4 || !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(
        bytes
            .iter()
            .fold(0, |value, digit| value * 10 + i16::from(digit - b'0')),
    )
}

/// What comparing two birth dates tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DateVerdict {
    /// Every part is known on both sides and equal, and it is not 1 January.
    Same,
    /// The parts known on both sides are equal, which is not enough alone: ask for a second datum.
    /// `presumed`: one side bears 1 January, perhaps only because the true day is unknown.
    KnownPartsSame { presumed: bool },
    /// At least one part known on both sides differs; each flag names one that does.
    Different { day: bool, month: bool, year: bool },
}

impl DateVerdict {
    /// A few French words for the verdict column; names what differs, never the value.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Same => "Identique",
            Self::KnownPartsSame { presumed: true } => "Identique, jour possiblement présumé",
            Self::KnownPartsSame { presumed: false } => "Identique pour les parties connues",
            Self::Different {
                day: true,
                month: false,
                year: false,
            } => "Jour différent",
            Self::Different {
                day: false,
                month: true,
                year: false,
            } => "Mois différent",
            Self::Different {
                day: false,
                month: false,
                year: true,
            } => "Année différente",
            Self::Different {
                day: true,
                month: true,
                year: false,
            } => "Jour et mois différents",
            Self::Different {
                day: true,
                month: false,
                year: true,
            } => "Jour et année différents",
            Self::Different {
                day: false,
                month: true,
                year: true,
            } => "Mois et année différents",
            Self::Different { .. } => "Date différente",
        }
    }
}

/// Compares the birth date read on a document with the one in the directory.
#[must_use]
pub fn compare(document: &PartialDate, record: &PartialDate) -> DateVerdict {
    let differs = |left: Option<i8>, right: Option<i8>| matches!((left, right), (Some(left), Some(right)) if left != right);
    let day = differs(document.day, record.day);
    let month = differs(document.month, record.month);
    let year = document.year != record.year;
    if day || month || year {
        return DateVerdict::Different { day, month, year };
    }
    let presumed = document.is_possibly_presumed() || record.is_possibly_presumed();
    let all_known = document.to_date().is_some() && record.to_date().is_some();
    if all_known && !presumed {
        DateVerdict::Same
    } else {
        DateVerdict::KnownPartsSame { presumed }
    }
}

/// Why two dates that compare well prove less than they seem: a second datum is needed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DateDoubt {
    /// The record lacks the day, the month, or both.
    UnknownInRecord { day: bool, month: bool },
    /// The record is whole; the document lacks a part of it.
    UnknownOnDocument,
    /// Both are whole, and bear 1 January: perhaps only because the true day is unknown.
    Presumed,
}

impl DateDoubt {
    /// The words that the identity check keeps.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::UnknownInRecord {
                day: true,
                month: true,
            } => "jour et mois inconnus de la fiche",
            Self::UnknownInRecord { month: true, .. } => "mois inconnu de la fiche",
            Self::UnknownInRecord { .. } => "jour inconnu de la fiche",
            Self::UnknownOnDocument => "date incomplète sur la pièce",
            Self::Presumed => "jour possiblement présumé",
        }
    }
}

/// What two dates that compare well leave in doubt; `None` when every part is known, equal, and not 1 January.
#[must_use]
pub fn doubt(document: &PartialDate, record: &PartialDate) -> Option<DateDoubt> {
    let (day, month) = (record.day.is_none(), record.month.is_none());
    if day || month {
        Some(DateDoubt::UnknownInRecord { day, month })
    } else if document.to_date().is_none() {
        Some(DateDoubt::UnknownOnDocument)
    } else {
        record.is_possibly_presumed().then_some(DateDoubt::Presumed)
    }
}

/// The record's date with every part masked that the document does not already bear: `16/••/1994` tells the
/// clerk that the month differs without telling which month would do.
#[must_use]
pub fn mask_revealing_only_equal_parts(document: &PartialDate, record: &PartialDate) -> String {
    let part = |left: Option<i8>, right: Option<i8>| match (left, right) {
        (Some(left), Some(right)) if left == right => format!("{right:02}"),
        (Some(_) | None, Some(_) | None) => "••".to_owned(),
    };
    let year = if document.year == record.year {
        format!("{:04}", record.year)
    } else {
        "••••".to_owned()
    };
    format!(
        "{}/{}/{year}",
        part(document.day, record.day),
        part(document.month, record.month)
    )
}

#[cfg(test)]
mod tests;
