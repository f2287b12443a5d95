//! Dates of the rehearsal, all counted from one instant: "given ten days ago", "arrives next month".
//! Never reads the clock: the same instant gives the same university, to the byte.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// The instant a rehearsal is prepared for. Days are counted in UTC.
#[derive(Debug, Clone, Copy)]
pub struct Calendar {
    now: Timestamp,
}

impl Calendar {
    pub fn new(now: Timestamp) -> Self {
        Calendar { now }
    }

    fn clock(self) -> DateTime {
        TimeZone::UTC.to_datetime(self.now)
    }

    pub fn today(self) -> Date {
        self.clock().date()
    }

    /// The day `days` after today, before it when negative.
    pub fn day(self, days: i64) -> Date {
        self.today()
            .checked_add(Span::new().days(days))
            .unwrap_or(Date::MAX)
    }

    /// First year of the current academic year, counted from September (SupAnn `anneeinsc`).
    pub fn academic_year(self) -> i16 {
        let today = self.today();
        if today.month() >= 9 {
            today.year()
        } else {
            today.year() - 1
        }
    }

    /// Last day of the current academic year.
    pub fn end_of_academic_year(self) -> Date {
        Date::new(self.academic_year() + 1, 8, 31).unwrap_or(Date::MAX)
    }

    /// First day of the month after today: the usual day of arrival of staff.
    pub fn next_arrival(self) -> Date {
        let first = self.today().first_of_month();
        first
            .checked_add(Span::new().months(1))
            .unwrap_or(Date::MAX)
    }

    /// `days` ago at the given UTC time.
    pub fn moment(self, days_ago: i64, hour: i8, minute: i8) -> Moment {
        Moment(self.day(-days_ago).at(hour, minute, 0, 0))
    }

    /// `seconds` before the instant of the rehearsal.
    pub fn seconds_ago(self, seconds: i64) -> Moment {
        let moment = self.clock().checked_sub(Span::new().seconds(seconds));
        Moment(moment.unwrap_or(DateTime::MIN))
    }
}

/// A moment in UTC, to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(DateTime);

impl Moment {
    /// `AAAAMMJJHHMMSSZ` (RFC 4517 GeneralizedTime).
    pub fn generalized(self) -> String {
        self.0.strftime("%Y%m%d%H%M%SZ").to_string()
    }

    /// With the microseconds that `pwdFailureTime` carries, so that several tries are several values.
    pub fn generalized_micros(self, micros: u32) -> String {
        format!("{}.{micros:06}Z", self.0.strftime("%Y%m%d%H%M%S"))
    }

    /// Milliseconds since 1970, as UUIDv7 counts them.
    pub fn unix_millis(self) -> u64 {
        let zoned = TimeZone::UTC
            .to_timestamp(self.0)
            .unwrap_or(Timestamp::UNIX_EPOCH);
        u64::try_from(zoned.as_millisecond()).unwrap_or(0)
    }
}

/// `AAAAMMJJ`, the form of `supannRessourceEtatDate` (SupAnn: days, not GeneralizedTime).
pub fn compact(day: Date) -> String {
    day.strftime("%Y%m%d").to_string()
}

/// The last second of a day as GeneralizedTime, for `supannEmpDateFin` and its siblings.
pub fn end_of_day(day: Date) -> String {
    format!("{}235959Z", compact(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(text: &str) -> Calendar {
        Calendar::new(text.parse().unwrap())
    }

    #[test]
    fn counts_from_the_given_instant() {
        let calendar = calendar("2026-11-24T08:31:00Z");
        assert_eq!(compact(calendar.today()), "20261124");
        assert_eq!(compact(calendar.next_arrival()), "20261201");
        assert_eq!(calendar.moment(10, 15, 52).generalized(), "20261114155200Z");
        assert_eq!(calendar.seconds_ago(90).generalized(), "20261124082930Z");
        assert_eq!(end_of_day(calendar.day(6)), "20261130235959Z");
    }

    #[test]
    fn academic_year_turns_in_september() {
        assert_eq!(calendar("2026-08-31T00:00:00Z").academic_year(), 2025);
        assert_eq!(calendar("2026-09-01T00:00:00Z").academic_year(), 2026);
        assert_eq!(
            compact(calendar("2027-01-05T00:00:00Z").end_of_academic_year()),
            "20270831"
        );
    }
}
