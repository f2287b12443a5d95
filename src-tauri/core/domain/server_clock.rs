//! What the server's clock shows, as nearly as a post can tell: from what the server itself wrote, and the time that has
//! passed since by a clock nobody sets (it counts from the boot, suspends included). The clock of the wall may be set at
//! any moment: it only serves across a boot, and widens the span. Pure: never reads a clock.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Seconds that this post's wall clock may be off before it is said.
pub const CLOCK_TOLERANCE: i64 = 120;
/// How far a clock may go in one boot: 100 parts in a million.
const DRIFT: i32 = 10_000;
/// A boot without contact: nothing tells what its wall clock is worth.
const UNTOLD: SignedDuration = SignedDuration::from_hours(24);
/// The server writes whole seconds.
const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// The post's clocks, read together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub wall: Timestamp,
    /// Which boot of the machine; empty when it cannot be told, and then never the same as another.
    pub boot: String,
    /// Milliseconds.
    pub since_boot: i64,
}

impl Reading {
    fn since(&self, former: &Reading) -> Option<SignedDuration> {
        (!self.boot.is_empty() && self.boot == former.boot)
            .then(|| SignedDuration::from_millis(self.since_boot - former.since_boot))
    }
}

/// When something happened, in the server's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Certainly not before; `None` when nothing tells.
    pub earliest: Option<Timestamp>,
    pub best: Timestamp,
    pub latest: Timestamp,
}

/// An act's moment, as it was known when it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    pub reading: Reading,
    pub span: Span,
}

impl Made {
    /// As it is known now: a contact in the same boot tells more.
    #[must_use]
    pub fn known_now(&self, clock: Option<&ServerClock>) -> Span {
        let again = clock
            .filter(|clock| self.reading.since(&clock.reading).is_some())
            .map(|clock| clock.at(&self.reading));
        let Some(again) = again else {
            return self.span;
        };
        let earliest = self.span.earliest.max(again.earliest);
        let latest = self.span.latest.min(again.latest);
        Span {
            earliest,
            best: again.best,
            latest: earliest.map_or(latest, |earliest| latest.max(earliest)),
        }
    }
}

/// What the server told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Its clock had passed this (`contextCSN`).
    AtLeast(Timestamp),
    /// It wrote this at the clerk's bind (`pwdLastSuccess`); a server that does not write each one tells an older time.
    AtBind(Timestamp),
    /// It wrote this for a request that left no earlier than `asked` (`pwdChangedTime` of our own change).
    Written { at: Timestamp, asked: Reading },
}

/// The last contact: what the server's clock showed when the post's showed `reading`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerClock {
    reading: Reading,
    earliest: Timestamp,
    best: Timestamp,
    latest: Timestamp,
    /// `best` is the server's word, and not only this post's wall clock.
    told: bool,
}

impl ServerClock {
    /// After one more word of the server, which came by `now`.
    #[must_use]
    pub fn hear(former: Option<&ServerClock>, heard: &Heard, now: &Reading) -> Self {
        let same_boot = former.filter(|former| now.since(&former.reading).is_some());
        let known = span(former, now);
        let clock = |earliest: Timestamp, best: Timestamp, latest: Timestamp, told| {
            let earliest = known.earliest.map_or(earliest, |known| known.max(earliest));
            ServerClock {
                reading: now.clone(),
                earliest,
                best: best.max(earliest),
                latest: latest.max(earliest),
                told,
            }
        };
        match heard {
            Heard::Written { at, asked } => {
                let under_way = now.since(asked).unwrap_or(SignedDuration::ZERO);
                let latest = later(later(*at, SECOND), under_way);
                let (earliest, latest) = match known.earliest {
                    // Written by a request of long before, or by a server whose own clock was put right since.
                    Some(known_earliest) if known_earliest > latest => {
                        (*at, latest.max(known.latest))
                    }
                    Some(earliest) if same_boot.is_some() => (earliest.max(*at), latest),
                    Some(_) | None => (*at, latest),
                };
                ServerClock {
                    reading: now.clone(),
                    earliest,
                    best: earliest,
                    latest,
                    told: true,
                }
            }
            Heard::AtBind(at) => match same_boot.filter(|former| former.told) {
                Some(_) => clock(*at, known.best.max(*at), known.latest, true),
                None => clock(*at, *at, later(*at, SECOND).max(now.wall), true),
            },
            Heard::AtLeast(at) => match same_boot {
                Some(former) => clock(*at, known.best.max(*at), known.latest, former.told),
                None => clock(*at, known.best.max(*at), now.wall, false),
            },
        }
    }

    /// When the post's clocks show, or showed in the same boot, `reading`.
    #[must_use]
    pub fn at(&self, reading: &Reading) -> Span {
        match reading.since(&self.reading) {
            Some(passed) => {
                let drift = passed.abs() / DRIFT;
                Span {
                    earliest: Some(later(self.earliest, passed - drift)),
                    best: later(self.best, passed),
                    latest: later(self.latest, passed + drift),
                }
            }
            None => {
                let [still, right] = self.across_a_boot(reading);
                Span {
                    earliest: Some(self.earliest),
                    best: self.hour(reading).max(self.earliest),
                    latest: later(still.max(right).max(self.earliest), UNTOLD),
                }
            }
        }
    }

    /// As `at`, for what is counted in hours: across a boot a wall clock set back shows.
    fn hour(&self, reading: &Reading) -> Timestamp {
        match reading.since(&self.reading) {
            Some(passed) => later(self.best, passed),
            None => {
                let [still, right] = self.across_a_boot(reading);
                [still, right]
                    .into_iter()
                    .filter(|hour| *hour >= self.earliest)
                    .min()
                    .unwrap_or(still.max(right))
            }
        }
    }

    /// A wall clock that was wrong at the last contact is still as wrong, or was put right since.
    fn across_a_boot(&self, reading: &Reading) -> [Timestamp; 2] {
        let wrong = reading.wall.duration_since(self.reading.wall);
        [later(self.best, wrong), reading.wall]
    }

    /// How far the wall clock is ahead of the server's, or behind it when negative, beyond the tolerance. `certain`: no
    /// server that merely wrote late could explain it.
    #[must_use]
    pub fn wall_is_off(&self, now: &Reading, certain: bool) -> Option<SignedDuration> {
        let passed = now.since(&self.reading)?;
        let at = self.at(now);
        let (least, most) = if certain || !self.told {
            (at.earliest?, at.latest)
        } else {
            (at.best, later(later(self.best, SECOND), passed))
        };
        let tolerance = SignedDuration::from_secs(CLOCK_TOLERANCE);
        let (behind, ahead) = (
            now.wall.duration_since(least),
            now.wall.duration_since(most),
        );
        if behind < -tolerance {
            Some(behind)
        } else if ahead > tolerance {
            Some(ahead)
        } else {
            None
        }
    }
}

/// What the server's clock shows now. A post that has never heard it knows nothing.
#[must_use]
pub fn span(clock: Option<&ServerClock>, now: &Reading) -> Span {
    clock.map_or_else(
        || Span {
            earliest: None,
            best: now.wall,
            latest: later(now.wall, UNTOLD),
        },
        |clock| clock.at(now),
    )
}

/// The hour, for what lasts days.
#[must_use]
pub fn hour(clock: Option<&ServerClock>, now: &Reading) -> Timestamp {
    clock.map_or(now.wall, |clock| clock.hour(now))
}

/// A time beyond what is representable stays where it is.
fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_790_000_000;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(START + second).unwrap()
    }

    /// The true second since the start, and how far the wall is ahead.
    fn reading(boot: &str, second: i64, ahead: i64) -> Reading {
        Reading {
            wall: at(second + ahead),
            boot: boot.to_owned(),
            since_boot: second * 1_000,
        }
    }

    fn within(span: Span, second: i64) -> bool {
        span.earliest.is_none_or(|earliest| earliest <= at(second)) && at(second) <= span.latest
    }

    #[test]
    fn the_wall_may_be_set_while_the_boot_lasts() {
        for ahead in [-172_800, -60, 0, 60, 172_800] {
            let clock = ServerClock::hear(None, &Heard::AtBind(at(0)), &reading("a", 0, ahead));
            for jump in [-172_800, 0, 172_800] {
                let span = clock.at(&reading("a", 40_000, jump));
                assert!(within(span, 40_000), "{ahead} {jump} {span:?}");
                assert_eq!(span.best, at(40_000), "{ahead} {jump}");
                assert!(
                    span.earliest.unwrap() >= at(39_990),
                    "only the drift: {span:?}"
                );
            }
        }
    }

    #[test]
    fn a_change_of_our_own_tells_the_hour_to_seconds() {
        let wrong = 7_200;
        let clock = ServerClock::hear(None, &Heard::AtBind(at(0)), &reading("a", 0, wrong));
        assert_eq!(clock.wall_is_off(&reading("a", 1, wrong), true), None);
        let doubtful = clock.wall_is_off(&reading("a", 1, wrong), false);
        assert!(
            doubtful.is_some_and(|off| off.as_secs() > 7_000),
            "{doubtful:?}"
        );
        let written = Heard::Written {
            at: at(100),
            asked: reading("a", 99, wrong),
        };
        let clock = ServerClock::hear(Some(&clock), &written, &reading("a", 102, wrong));
        let span = clock.at(&reading("a", 102, wrong));
        assert!(within(span, 102) && span.latest <= at(105), "{span:?}");
        let off = clock.wall_is_off(&reading("a", 110, wrong), true).unwrap();
        assert!((7_100..7_300).contains(&off.as_secs()), "{off:?}");
        let right = clock.wall_is_off(&reading("a", 110, 0), true);
        assert_eq!(right, None, "put right meanwhile");
    }

    #[test]
    fn a_boot_without_contact_leaves_only_the_last_contact_certain() {
        let clock = ServerClock::hear(None, &Heard::AtBind(at(0)), &reading("a", 0, 0));
        for ahead in [-172_800, 0, 80_000] {
            let span = clock.at(&reading("b", 3_600, ahead));
            assert_eq!(span.earliest, Some(at(0)), "{ahead}");
            assert!(span.best >= at(0), "{ahead}");
        }
        assert!(within(clock.at(&reading("b", 3_600, 0)), 3_600));
        assert!(
            hour(Some(&clock), &reading("b", 3_600, -172_800)) < at(0),
            "a clock set back shows"
        );
        let wrong = ServerClock::hear(None, &Heard::AtBind(at(0)), &reading("a", 0, 172_800));
        for ahead in [0, 172_800] {
            let hour = wrong.hour(&reading("b", 3_600, ahead));
            assert_eq!(hour, at(3_600), "still wrong, or put right: {ahead}");
        }
        let unknown = span(None, &reading("a", 0, 0));
        assert_eq!((unknown.earliest, unknown.best), (None, at(0)));
        let nameless = clock.at(&reading("", 3_600, 0));
        assert_eq!(nameless.earliest, Some(at(0)));
    }

    #[test]
    fn the_next_contact_of_the_same_boot_tells_when_an_act_was_made() {
        let old = ServerClock::hear(None, &Heard::AtBind(at(0)), &reading("a", 0, 0));
        let made = reading("b", 50_000, 172_800);
        let made = Made {
            span: old.at(&made),
            reading: made,
        };
        assert!(
            made.known_now(Some(&old)).best > at(200_000),
            "the wall's word"
        );
        let contact = Heard::AtBind(at(60_000));
        let clock = ServerClock::hear(Some(&old), &contact, &reading("b", 60_000, 172_800));
        let span = made.known_now(Some(&clock));
        assert_eq!(span.best, at(50_000));
        assert!(within(span, 50_000), "{span:?}");
        assert!(span.earliest.unwrap() > at(49_900), "{span:?}");
    }

    #[test]
    fn an_idle_server_tells_only_that_it_is_not_earlier() {
        let clock = ServerClock::hear(None, &Heard::AtLeast(at(-40_000)), &reading("a", 0, 0));
        let span = clock.at(&reading("a", 10, 0));
        assert!(within(span, 10) && span.best == at(10), "{span:?}");
        assert_eq!(clock.wall_is_off(&reading("a", 10, 0), false), None);
        let told = ServerClock::hear(Some(&clock), &Heard::AtBind(at(20)), &reading("a", 20, 0));
        assert_eq!(told.at(&reading("a", 30, 0)).best, at(30));
        let behind = ServerClock::hear(None, &Heard::AtLeast(at(0)), &reading("a", 0, -7_200));
        let off = behind.wall_is_off(&reading("a", 1, -7_200), true).unwrap();
        assert!(off.as_secs() < -7_000, "certain: {off:?}");
    }

    #[test]
    fn a_server_put_right_is_believed() {
        let clock = ServerClock::hear(None, &Heard::AtBind(at(90_000)), &reading("a", 0, 0));
        let written = Heard::Written {
            at: at(10),
            asked: reading("a", 10, 0),
        };
        let clock = ServerClock::hear(Some(&clock), &written, &reading("a", 11, 0));
        assert!(within(clock.at(&reading("a", 20, 0)), 20));
    }
}
