//! Which letter opens the account, when a person was handed several: the one of the last password written.
//! Pure; never says that a letter holds against what was read, and an entry read before the letter says nothing of it.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::account::{AccountRecord, expiry_of, marker_time};
use super::late_sending::CLOCK_UNCERTAINTY;

/// A handover whose password was written in the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    pub operation: Uuid,
    /// When the directory acknowledged it, by this post's clock; unknown for another post's.
    pub at: Option<Timestamp>,
    /// A clerk has said that it holds against another of about the same time.
    pub decided: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Holds,
    /// Another handover, or another console, has replaced its password.
    Replaced,
    /// Its owner has chosen a password since.
    Used,
    /// Nobody used it in time: a counter has destroyed it.
    Expired,
}

/// `others`: the handovers of this person that this post has written. `account`: the entry as last read, if it was.
pub fn standing(letter: &Written, others: &[Uuid], account: Option<&AccountRecord>) -> Standing {
    let read = account.map(AccountRecord::handovers).into_iter().flatten();
    let uncertainty = SignedDuration::from_secs(CLOCK_UNCERTAINTY);
    let later = |other: &Uuid| {
        let apart = marker_time(other)
            .zip(marker_time(&letter.operation))
            .map(|(other, own)| other.duration_since(own));
        // What a clerk has decided stands against what was there.
        let overruled = letter.decided && apart.is_some_and(|apart| apart <= uncertainty);
        *other > letter.operation && !overruled
    };
    if others
        .iter()
        .copied()
        .chain(read)
        .any(|other| later(&other))
    {
        return Standing::Replaced;
    }
    let Some(account) = account.filter(|account| account.markers.contains(&letter.operation))
    else {
        return Standing::Holds;
    };
    let since = account.password_changed.zip(letter.at);
    let changed_since = since.is_some_and(|(changed, at)| changed.duration_since(at) > uncertainty);
    if account.markers.contains(&expiry_of(letter.operation)) {
        Standing::Expired
    } else if !account.must_change {
        Standing::Used
    } else if changed_since {
        Standing::Replaced
    } else {
        Standing::Holds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + second).unwrap()
    }

    fn marker(second: u64) -> Uuid {
        Uuid::new_v7(uuid::Timestamp::from_unix(
            uuid::NoContext,
            1_790_000_000 + second,
            0,
        ))
    }

    fn letter(second: u64) -> Written {
        Written {
            operation: marker(second),
            at: Some(at(i64::try_from(second).unwrap() + 1)),
            decided: false,
        }
    }

    fn account(markers: &[Uuid], changed: i64) -> AccountRecord {
        AccountRecord {
            must_change: true,
            markers: markers.to_vec(),
            password_changed: Some(at(changed)),
            ..AccountRecord::default()
        }
    }

    #[test]
    fn the_last_letter_holds_and_no_other() {
        let (first, second) = (letter(0), letter(600));
        let both = account(&[second.operation, first.operation], 601);
        assert_eq!(standing(&first, &[], Some(&both)), Standing::Replaced);
        assert_eq!(standing(&second, &[], Some(&both)), Standing::Holds);
        let here = [first.operation, second.operation];
        assert_eq!(standing(&first, &here, None), Standing::Replaced);
        assert_eq!(standing(&second, &here, None), Standing::Holds);
        let elsewhere = account(&[second.operation], 601);
        assert_eq!(
            standing(&first, &[], Some(&elsewhere)),
            Standing::Replaced,
            "its own marker has been pruned since"
        );
        let before = account(&[first.operation], 1);
        assert_eq!(
            standing(&second, &[], Some(&before)),
            Standing::Holds,
            "a copy made before the letter says nothing of it"
        );
    }

    #[test]
    fn what_happened_to_the_password_since_is_told() {
        let letter = letter(0);
        let now = |account: AccountRecord| standing(&letter, &[], Some(&account));
        let given = account(&[letter.operation], 1);
        assert_eq!(now(given.clone()), Standing::Holds);
        let used = AccountRecord {
            must_change: false,
            ..given.clone()
        };
        assert_eq!(now(used), Standing::Used);
        let expired = account(&[letter.operation, expiry_of(letter.operation)], 900);
        assert_eq!(now(expired), Standing::Expired);
        assert_eq!(
            now(account(&[letter.operation], 900)),
            Standing::Replaced,
            "another console gave a password after it"
        );
    }

    #[test]
    fn what_a_clerk_decided_holds_against_the_other_of_the_same_time() {
        let own = Written {
            decided: true,
            at: Some(at(7_200)),
            ..letter(0)
        };
        let with = |second: u64| account(&[marker(second), own.operation], 7_200);
        assert_eq!(standing(&own, &[], Some(&with(60))), Standing::Holds);
        assert_eq!(standing(&own, &[], Some(&with(600))), Standing::Replaced);
    }
}
