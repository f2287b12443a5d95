//! Birth dates: as the directory and documents hold them, as clerks type them (`typed`), and how they compare (`verdict`).
//! A date may be partly unknown: some civil registers only know the year, and 1 January often stands for "we do not
//! know". Reads no clock.

mod typed;
mod verdict;

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use typed::{BirthDateProblem, parse_french};
pub use verdict::{DateDoubt, DateVerdict, compare, doubt, mask_revealing_only_equal_parts};

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

#[cfg(test)]
mod tests;
