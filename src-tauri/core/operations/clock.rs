//! What this post knows of the server's clock: listens at each contact, and tells the hour that an act, a sign-in or an
//! expiry is counted in. The post's own clock is shown to people, and trusted with nothing.
//! Never sets a clock, and never fails an act: an hour that could not be kept is logged.

use jiff::{SignedDuration, Timestamp};

use super::office::{now, reading};
use crate::directory::ClerkAccount;
use crate::domain::server_clock::{self, Heard, Made, Reading, ServerClock, Span};
use crate::faults::{Fault, broken};
use crate::operations::Office;
use crate::store::Store;

/// The post's wall clock stands apart from the server's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClockIsOff(SignedDuration);

impl ClockIsOff {
    /// « avance de 2 h 05 ».
    pub(crate) fn words(self) -> String {
        let minutes = self.0.abs().as_mins();
        let verb = if self.0.is_negative() {
            "retarde"
        } else {
            "avance"
        };
        match (minutes / 60, minutes % 60) {
            (0, minutes) => format!("{verb} de {minutes}\u{a0}min"),
            (hours, minutes) if hours < 48 => format!("{verb} de {hours}\u{a0}h\u{a0}{minutes:02}"),
            (hours, _) => format!("{verb} de {}\u{a0}jours", hours / 24),
        }
    }
}

impl Office {
    fn server_clock(&self) -> Option<ServerClock> {
        kept(&self.store)
    }

    /// The clerk's bind was just accepted: the hour it was written with, or any other word of the server.
    pub(crate) async fn listen(&self, clerk: &ClerkAccount) {
        let heard = match clerk.bound_at {
            Some(at) => Some(Heard::AtBind(at)),
            None => match self.directory.server_time().await {
                Ok(time) => time.map(Heard::AtLeast),
                Err(_) => None,
            },
        };
        if let Some(heard) = heard {
            self.heard(&heard);
        }
    }

    fn heard(&self, heard: &Heard) {
        let now = reading();
        let kept = self.store.write(|writer| {
            let former = writer.reader().server_clock()?;
            writer.put_server_clock(&ServerClock::hear(former.as_ref(), heard, &now))
        });
        if let Err(error) = kept {
            tracing::warn!(%error, "the server's hour is not kept");
        }
    }

    /// Our own change, read back: `asked` was read before the request left.
    pub(crate) fn heard_written(&self, changed: Option<Timestamp>, asked: Reading) {
        if let Some(at) = changed {
            self.heard(&Heard::Written { at, asked });
        }
    }

    /// What the server's clock shows now.
    pub(crate) fn server_span(&self) -> Span {
        self.made_now().span
    }

    /// For an act being made.
    pub(crate) fn made_now(&self) -> Made {
        let reading = reading();
        let span = if broken(Fault::PostClockTrusted) {
            exactly(reading.wall)
        } else {
            server_clock::span(self.server_clock().as_ref(), &reading)
        };
        Made { reading, span }
    }

    /// When an act was made, as it is known by now; one sealed by an earlier version has its post's clock alone.
    pub(crate) fn when_made(&self, made: Option<&Made>, recorded: Timestamp) -> Span {
        match made {
            Some(made) if broken(Fault::PostClockTrusted) => exactly(made.reading.wall),
            Some(made) => made.known_now(self.server_clock().as_ref()),
            None => Span {
                earliest: None,
                best: recorded,
                latest: recorded,
            },
        }
    }

    /// The hour, in the server's time as nearly as it is known.
    pub(crate) fn hour(&self) -> Timestamp {
        hour(&self.store)
    }

    /// A moment by this post's clock, in the server's time as far as the two stand apart now.
    pub(crate) fn in_server_time(&self, at: Timestamp) -> Timestamp {
        at.checked_add(self.clock_behind()).unwrap_or(at)
    }

    /// How far this post's clock is behind the server's, as far as it is known.
    pub(crate) fn clock_behind(&self) -> SignedDuration {
        self.hour().duration_since(now())
    }

    /// Beyond two minutes. `certain` leaves out what a server that does not write each bind could explain.
    pub(crate) fn clock_is_off(&self, certain: bool) -> Option<ClockIsOff> {
        self.server_clock()?
            .wall_is_off(&reading(), certain)
            .map(ClockIsOff)
    }
}

/// As [`Office::hour`], before there is one.
pub(super) fn hour(store: &Store) -> Timestamp {
    if broken(Fault::PostClockTrusted) {
        return now();
    }
    server_clock::hour(kept(store).as_ref(), &reading())
}

fn kept(store: &Store) -> Option<ServerClock> {
    store
        .read(|reader| reader.server_clock())
        .unwrap_or_else(|error| {
            tracing::warn!(%error, "the server's hour is not read");
            None
        })
}

fn exactly(at: Timestamp) -> Span {
    Span {
        earliest: Some(at),
        best: at,
        latest: at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_clock_is_said_in_words() {
        let words = |seconds| ClockIsOff(SignedDuration::from_secs(seconds)).words();
        assert_eq!(words(-300), "retarde de 5\u{a0}min");
        assert_eq!(words(7_500), "avance de 2\u{a0}h\u{a0}05");
        assert_eq!(words(-180_000), "retarde de 2\u{a0}jours");
    }
}
