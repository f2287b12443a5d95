//! What becomes of a handover made offline when the directory answers again: the later human act wins. A change made
//! before the handover is written over (that is why the person came); one made after it voids the letter.
//! Pure, and never settles what the clocks cannot: that is a clerk's decision.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::account::{AccountRecord, marker_time};
use super::server_clock::Span;

/// What is left to doubt beside the span of an act, in seconds: two counters' estimates may stand apart by so much.
pub const CLOCK_UNCERTAINTY: i64 = 120;

/// A handover whose password has not been sent yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Late {
    pub operation: Uuid,
    /// When it was made, in the server's time.
    pub made: Span,
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
    /// Its owner has not chosen their own yet: they may do so in the very second.
    #[serde(default)]
    pub must_change: bool,
}

impl PasswordSeen {
    pub fn of(account: &AccountRecord) -> Self {
        PasswordSeen {
            changed: account.password_changed,
            handovers: account.handovers().collect(),
            must_change: account.must_change,
        }
    }

    /// The same password. Old markers may have been taken off since; a new one is another change, in the same second.
    fn is_still(&self, former: &PasswordSeen) -> bool {
        self.changed == former.changed
            && self.must_change == former.must_change
            && self
                .handovers
                .iter()
                .all(|handover| former.handovers.contains(handover))
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
    let known = |former: &PasswordSeen| seen.is_still(former);
    let Some(at) = seen
        .changed
        .filter(|_| !known(&late.known) && !late.decided_against.as_ref().is_some_and(known))
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
    let before = |earliest: Timestamp| other.duration_since(earliest) < -uncertainty;
    // A counter that destroyed an unused password did no human act, and nobody has the one it left: when it did is not in
    // the entry, so that whatever came after is for the clerk to ask about.
    let destroyed = sent.is_none() && account.must_change && account.letter_expired();
    if late.made.earliest.is_some_and(before) {
        send
    } else if other.duration_since(late.made.latest) > uncertainty && !destroyed {
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
            made: Span {
                earliest: Some(at(0)),
                best: at(0),
                latest: at(0),
            },
            known: PasswordSeen {
                changed: Some(at(-9_000)),
                ..PasswordSeen::default()
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
    fn a_password_is_known_again_whatever_was_pruned_and_never_once_its_owner_has_chosen() {
        let sent_here = AccountRecord {
            must_change: true,
            markers: vec![marker(-60), marker(-9_000)],
            ..changed(3_600)
        };
        let kept = sent_here.markers[0];
        let late = Late {
            known: PasswordSeen::of(&sent_here),
            ..late()
        };
        let pruned = AccountRecord {
            markers: vec![kept],
            ..sent_here.clone()
        };
        assert_eq!(decide(&late, &pruned), send(3_600));
        let chosen = AccountRecord {
            must_change: false,
            ..sent_here
        };
        assert_eq!(
            decide(&late, &chosen),
            Decision::Superseded,
            "in that very second"
        );
    }

    #[test]
    fn within_what_a_post_knows_of_the_hour_nothing_is_written_over() {
        let doubtful = |earliest: Option<i64>, latest: i64| Late {
            made: Span {
                earliest: earliest.map(at),
                best: at(0),
                latest: at(latest),
            },
            ..late()
        };
        // Two hours ahead, perhaps: what was chosen meanwhile may be later than the act.
        let ahead = doubtful(Some(-7_200), 0);
        for (second, expected) in [
            (-7_400, send(-7_400)),
            (-7_300, Decision::Contested),
            (-3_600, Decision::Contested),
            (120, Decision::Contested),
            (130, Decision::Superseded),
        ] {
            assert_eq!(decide(&ahead, &changed(second)), expected, "{second}");
        }
        let unknown = doubtful(None, 86_400);
        assert_eq!(decide(&unknown, &changed(-800_000)), Decision::Contested);
        assert_eq!(
            decide(&unknown, &changed(-9_000)),
            send(-9_000),
            "as it was known"
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
            must_change: true,
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
    fn an_unused_letter_that_a_counter_destroyed_voids_no_later_one() {
        let former = marker(-259_000);
        let known = Late {
            known: PasswordSeen {
                changed: Some(at(-259_000)),
                must_change: true,
                handovers: vec![former],
            },
            ..late()
        };
        let destroyed = AccountRecord {
            must_change: true,
            markers: vec![former, super::super::account::expiry_of(former)],
            ..changed(5_400)
        };
        assert_eq!(decide(&known, &destroyed), Decision::Contested);
        let chosen = AccountRecord {
            must_change: false,
            ..destroyed
        };
        assert_eq!(
            decide(&known, &chosen),
            Decision::Superseded,
            "a person's own choice since"
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
