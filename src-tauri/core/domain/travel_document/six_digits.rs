//! Dates of the band: two digits for the year, then month and day, unknown parts written `<<` (ICAO 9303 part 3 §4.8).
//! The century is not printed; it is deduced from a day that the date cannot go past.
//! Never invents a part: an unknown month stays unknown.

use jiff::civil::Date;

use super::YearMonth;
use crate::domain::birth_date::PartialDate;

/// The field does not hold a date: a letter, a month 13, a 30 February.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Impossible;

/// An expiry further ahead than this belongs to the previous century.
const FURTHEST_EXPIRY_YEARS: i16 = 50;

/// A birth date: the latest year that puts it on or before `latest`. `None` when no part is known.
pub(super) fn birth(field: &str, latest: Date) -> Result<Option<PartialDate>, Impossible> {
    date(field, |two, month, day| {
        let year = latest.year() - latest.year() % 100 + two;
        let earliest = (year, month.unwrap_or(1), day.unwrap_or(1));
        if earliest > (latest.year(), latest.month(), latest.day()) {
            year - 100
        } else {
            year
        }
    })
}

/// A last day of validity: within the fifty years to come, else in the past. `None` when not printed.
pub(super) fn expiry(field: &str, today: Date) -> Result<Option<PartialDate>, Impossible> {
    date(field, |two, _, _| {
        let year = today.year() - today.year() % 100 + two;
        if year > today.year() + FURTHEST_EXPIRY_YEARS {
            year - 100
        } else if year <= today.year() + FURTHEST_EXPIRY_YEARS - 100 {
            year + 100
        } else {
            year
        }
    })
}

/// Year and month of issue, never in the future.
pub(super) fn issue(field: &str, today: Date) -> Result<YearMonth, Impossible> {
    let (year, month) = field.split_at_checked(2).ok_or(Impossible)?;
    let month = i8::try_from(number(month).ok_or(Impossible)?).map_err(|_| Impossible)?;
    if !(1..=12).contains(&month) {
        return Err(Impossible);
    }
    let year = today.year() - today.year() % 100 + number(year).ok_or(Impossible)?;
    let future = (year, month) > (today.year(), today.month());
    Ok(YearMonth {
        year: if future { year - 100 } else { year },
        month,
    })
}

fn date(
    field: &str,
    century: impl Fn(i16, Option<i8>, Option<i8>) -> i16,
) -> Result<Option<PartialDate>, Impossible> {
    if field == "<<<<<<" {
        return Ok(None);
    }
    let part = |range| field.get(range).ok_or(Impossible);
    let year = number(part(0..2)?).ok_or(Impossible)?;
    let (month, day) = (optional(part(2..4)?)?, optional(part(4..6)?)?);
    PartialDate::new(century(year, month, day), month, day)
        .map(Some)
        .ok_or(Impossible)
}

/// Some issuers write `00` for an unknown part, as 2D-Doc does.
fn optional(part: &str) -> Result<Option<i8>, Impossible> {
    if part == "<<" || part == "00" {
        return Ok(None);
    }
    number(part)
        .and_then(|value| i8::try_from(value).ok())
        .map(Some)
        .ok_or(Impossible)
}

fn number(part: &str) -> Option<i16> {
    part.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| part.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 3, 2);

    fn shown(date: Result<Option<PartialDate>, Impossible>) -> String {
        match date {
            Ok(Some(date)) => date.to_string(),
            Ok(None) => "unknown".to_owned(),
            Err(Impossible) => "impossible".to_owned(),
        }
    }

    #[test]
    fn a_birth_is_never_in_the_future() {
        #[rustfmt::skip]
        let table = [
            ("740812", "12/08/1974"),
            ("260302", "02/03/2026"),
            ("260303", "03/03/1926"),
            ("000229", "29/02/2000"),
            ("010229", "impossible"),
            ("98<<<<", "--/--/1998"),
            ("9803<<", "--/03/1998"),
            ("980000", "--/--/1998"),
            ("26<<<<", "--/--/2026"),
            ("<<<<<<", "unknown"),
            ("<<0316", "impossible"),
            ("981316", "impossible"),
            ("9A0316", "impossible"),
            ("980230", "impossible"),
            ("98031", "impossible"),
        ];
        for (field, expected) in table {
            assert_eq!(shown(birth(field, TODAY)), expected, "field: {field}");
        }
    }

    #[test]
    fn an_expiry_stays_within_a_century_around_today() {
        for (field, expected) in [
            ("120415", "15/04/2012"),
            ("300211", "11/02/2030"),
            ("761231", "31/12/2076"),
            ("770101", "01/01/1977"),
            ("<<<<<<", "unknown"),
        ] {
            assert_eq!(shown(expiry(field, TODAY)), expected, "field: {field}");
        }
        assert_eq!(shown(expiry("040101", date(2085, 1, 1))), "01/01/2104");
    }

    #[test]
    fn an_issue_is_never_in_the_future() {
        assert_eq!(
            issue("8806", TODAY),
            Ok(YearMonth {
                year: 1988,
                month: 6
            })
        );
        assert_eq!(
            issue("2603", TODAY),
            Ok(YearMonth {
                year: 2026,
                month: 3
            })
        );
        assert_eq!(
            issue("2604", TODAY),
            Ok(YearMonth {
                year: 1926,
                month: 4
            })
        );
        assert_eq!(issue("1713", TODAY), Err(Impossible));
        assert_eq!(issue("17<<", TODAY), Err(Impossible));
    }
}
