//! What becomes of a handover made offline when the directory answers again: the later human act wins. A change made
//! before the handover is written over (that is why the person came); one made after it voids the letter.
//! Pure, and never settles what the clocks cannot: that is a clerk's decision.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::account::AccountRecord;

/// How far this post's clock and the server's may stand apart, and two counters' clocks, in seconds.
pub const CLOCK_UNCERTAINTY: i64 = 120;

/// A handover whose password has not been sent yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Late {
    pub operation: Uuid,
    /// When it was made, by this post's clock.
    pub made_at: Timestamp,
    /// `pwdChangedTime` as this post knew it then, perhaps from an old copy.
    pub known_change: Option<Timestamp>,
    /// The newest handover on the entry as this post knew it then.
    pub known_handover: Option<Uuid>,
    /// A clerk has said that this letter holds against the change of that time; against no other.
    pub decided_against: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Its marker is there: it was sent before.
    AlreadyApplied,
    /// Send it, asserting that the password still dates from this.
    Send { unchanged_since: Option<Timestamp> },
    /// A later handover, or the person's own choice, holds.
    Superseded,
    /// Both within the clocks' uncertainty.
    Contested,
}

/// `account` as just read.
pub fn decide(late: Late, account: &AccountRecord) -> Decision {
    if account.markers.contains(&late.operation) {
        return Decision::AlreadyApplied;
    }
    let changed = account.password_changed;
    let send = Decision::Send {
        unchanged_since: changed,
    };
    let Some(at) = changed.filter(|_| changed != late.known_change) else {
        return send;
    };
    if late.decided_against == changed {
        return send;
    }
    // Another counter's provisional password, still waiting for its owner: handovers are compared by when they were made,
    // for they may have been sent in another order. Without a new marker, another console gave it.
    let newest = account.newest_handover();
    let other = if account.must_change && newest != late.known_handover {
        account.newest_marker_time().unwrap_or(at)
    } else {
        at
    };
    let uncertainty = SignedDuration::from_secs(CLOCK_UNCERTAINTY);
    let apart = other.duration_since(late.made_at);
    if apart < -uncertainty {
        send
    } else if apart > uncertainty {
        Decision::Superseded
    } else {
        Decision::Contested
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MADE: i64 = 1_790_000_000;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(MADE + second).unwrap()
    }

    fn marker(second: i64) -> Uuid {
        let seconds = u64::try_from(MADE + second).unwrap();
        Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, 0))
    }

    fn late() -> Late {
        Late {
            operation: marker(0),
            made_at: at(0),
            known_change: Some(at(-9_000)),
            known_handover: Some(marker(-9_000)),
            decided_against: None,
        }
    }

    fn decision(account: &AccountRecord) -> Decision {
        decide(late(), account)
    }

    fn changed(second: i64) -> AccountRecord {
        AccountRecord {
            password_changed: Some(at(second)),
            ..AccountRecord::default()
        }
    }

    fn send(second: i64) -> Decision {
        Decision::Send {
            unchanged_since: Some(at(second)),
        }
    }

    #[test]
    fn the_later_human_act_wins() {
        assert_eq!(decision(&changed(-9_000)), send(-9_000), "as it was known");
        assert_eq!(
            decision(&changed(-3_600)),
            send(-3_600),
            "changed before the person came: that is why they came"
        );
        assert_eq!(
            decision(&changed(3_600)),
            Decision::Superseded,
            "the person chose a password after the handover"
        );
        for second in [-120, 0, 120] {
            assert_eq!(decision(&changed(second)), Decision::Contested, "{second}");
        }
        let decided = Late {
            decided_against: Some(at(10)),
            ..late()
        };
        assert_eq!(decide(decided, &changed(10)), send(10));
        assert_eq!(
            decide(decided, &changed(30)),
            Decision::Contested,
            "decided against another change than this one"
        );
    }

    #[test]
    fn handovers_of_two_counters_are_ordered_by_when_they_were_made() {
        let handover = |made: i64, sent: i64| AccountRecord {
            must_change: true,
            markers: vec![marker(made)],
            ..changed(sent)
        };
        assert_eq!(
            decision(&handover(-3_600, 7_200)),
            send(7_200),
            "made before this one, sent after it, and not used yet"
        );
        assert_eq!(decision(&handover(3_600, 7_200)), Decision::Superseded);
        assert_eq!(decision(&handover(30, 7_200)), Decision::Contested);
        let console = AccountRecord {
            must_change: true,
            markers: vec![marker(-9_000)],
            ..changed(7_200)
        };
        let known = Late {
            known_handover: console.newest_handover(),
            ..late()
        };
        assert_eq!(
            decide(known, &console),
            Decision::Superseded,
            "no new handover: another console gave this password, after ours"
        );
        let used = AccountRecord {
            must_change: false,
            ..handover(-3_600, 7_200)
        };
        assert_eq!(
            decision(&used),
            Decision::Superseded,
            "its owner has chosen a password since"
        );
    }

    #[test]
    fn an_act_sent_before_is_recognised_whatever_came_since() {
        let late = late();
        let account = AccountRecord {
            markers: vec![marker(5), late.operation],
            ..changed(9)
        };
        assert_eq!(decide(late, &account), Decision::AlreadyApplied);
    }
}
