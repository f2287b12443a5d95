//! What becomes of a handover made offline when the directory answers again: the later human act wins. A change made
//! before the handover is written over (that is why the person came); one made after it voids the letter.
//! Pure, and never settles what the clocks cannot: that is a clerk's decision.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::account::{AccountRecord, marker_time};

/// How far this post's clock and the server's may stand apart, and two counters' clocks, in seconds.
pub const CLOCK_UNCERTAINTY: i64 = 120;

/// A handover whose password has not been sent yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Late {
    pub operation: Uuid,
    /// When it was made, by this post's clock.
    pub made_at: Timestamp,
    /// The password as this post knew it then, perhaps from an old copy.
    pub known: PasswordSeen,
    /// A clerk has said that this letter holds against that one; against no other.
    pub decided_against: Option<PasswordSeen>,
}

/// Which password an entry held, as far as it can be told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordSeen {
    /// `pwdChangedTime`, to the second.
    pub changed: Option<Timestamp>,
    /// The handovers on the entry, newest first: two changes may share a second.
    pub handovers: Vec<Uuid>,
}

impl PasswordSeen {
    pub fn of(account: &AccountRecord) -> Self {
        PasswordSeen {
            changed: account.password_changed,
            handovers: account.handovers().collect(),
        }
    }

    /// Still the password of `former`: its old markers may have been taken off since, and a new one is another change, even
    /// of the same second.
    fn is_still(&self, former: &PasswordSeen) -> bool {
        let known = |handover| former.handovers.contains(handover);
        self.changed == former.changed && self.handovers.iter().all(known)
    }

    /// The newest handover that `former` did not have yet: it may have been made long before, and sent since.
    fn newest_since(&self, former: &PasswordSeen) -> Option<Timestamp> {
        self.handovers
            .iter()
            .find(|handover| !former.handovers.contains(handover))
            .and_then(marker_time)
    }
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
pub fn decide(late: &Late, account: &AccountRecord) -> Decision {
    if account.markers.contains(&late.operation) {
        return Decision::AlreadyApplied;
    }
    let seen = PasswordSeen::of(account);
    let send = Decision::Send {
        unchanged_since: seen.changed,
    };
    let decided = late
        .decided_against
        .as_ref()
        .is_some_and(|against| seen.is_still(against));
    let Some(at) = seen
        .changed
        .filter(|_| !seen.is_still(&late.known) && !decided)
    else {
        return send;
    };
    // Another counter's provisional password, still waiting for its owner: handovers are compared by when they were made,
    // for they may have been sent in another order. Without a new marker, another console gave it.
    let sent = seen
        .newest_since(&late.known)
        .filter(|_| account.must_change);
    let other = sent.unwrap_or(at);
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
            known: PasswordSeen {
                changed: Some(at(-9_000)),
                handovers: Vec::new(),
            },
            decided_against: None,
        }
    }

    fn decision(account: &AccountRecord) -> Decision {
        decide(&late(), account)
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
            decided_against: Some(PasswordSeen::of(&changed(10))),
            ..late()
        };
        assert_eq!(decide(&decided, &changed(10)), send(10));
        assert_eq!(
            decide(&decided, &changed(30)),
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
        let newer_known = marker(-1_800);
        let known = Late {
            known: PasswordSeen {
                handovers: vec![newer_known],
                ..late().known
            },
            ..late()
        };
        let older_sent_since = AccountRecord {
            must_change: true,
            markers: vec![newer_known, marker(-3_600)],
            ..changed(7_200)
        };
        assert_eq!(
            decide(&known, &older_sent_since),
            send(7_200),
            "the change is of the handover that was not there, however old"
        );
        let console = AccountRecord {
            must_change: true,
            markers: vec![marker(-9_000)],
            ..changed(7_200)
        };
        let known = Late {
            known: PasswordSeen {
                handovers: console.markers.clone(),
                ..late().known
            },
            ..late()
        };
        assert_eq!(
            decide(&known, &console),
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
    fn old_markers_taken_off_since_are_no_change() {
        let former = marker(-10);
        let known = PasswordSeen {
            changed: Some(at(-10)),
            handovers: vec![former, marker(-9_000)],
        };
        let pruned = AccountRecord {
            must_change: true,
            markers: vec![former],
            ..changed(-10)
        };
        let known = Late { known, ..late() };
        let decided = Late {
            decided_against: Some(known.known.clone()),
            ..late()
        };
        assert_eq!(decide(&known, &pruned), send(-10));
        assert_eq!(decide(&decided, &pruned), send(-10));
        let same_second = AccountRecord {
            markers: vec![marker(-9), former],
            ..pruned
        };
        assert_eq!(
            decide(&known, &same_second),
            Decision::Contested,
            "a new handover is a change, even of the same second"
        );
    }

    #[test]
    fn an_act_sent_before_is_recognised_whatever_came_since() {
        let late = late();
        let account = AccountRecord {
            markers: vec![marker(5), late.operation],
            ..changed(9)
        };
        assert_eq!(decide(&late, &account), Decision::AlreadyApplied);
    }
}
