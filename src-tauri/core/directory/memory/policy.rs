//! Password policy of the directory in memory, as slapo-ppolicy 2.5 applies it: binds, locks, quality, history.
//! Hashes what it receives in clear, like a server with `ppolicy_hash_cleartext`; never keeps a clear password.

use argon2::{Argon2, PasswordHash, PasswordVerifier};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sha1::{Digest, Sha1};

use super::super::person_entry::generalized_time;
use super::entry::Entry;

const FOREVER: &str = "000001010000Z";

/// What a bind answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bind {
    Opens,
    /// It opens, for nothing but a change of password.
    MustChange,
    Invalid,
    Locked,
    Expired,
}

/// The policy entry's own text of its refusal, as slapd words it.
pub(super) struct PolicyRefusal(pub &'static str);

/// `AAAAMMJJHHMMSSZ`: to the second, as `pwdChangedTime`.
pub(super) fn generalized(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC)
        .strftime("%Y%m%d%H%M%SZ")
        .to_string()
}

/// Tries a password. `policy` is the policy entry in force; `nth` tells apart failures of one second.
pub(super) fn bind(
    entry: &mut Entry,
    policy: &Entry,
    password: &str,
    now: Timestamp,
    nth: u64,
) -> Bind {
    if password.is_empty() || entry.all("userPassword").is_empty() {
        return Bind::Invalid;
    }
    if is_locked(entry, policy, now) {
        return Bind::Locked;
    }
    let right = entry
        .all("userPassword")
        .iter()
        .any(|stored| opens(stored, password));
    if !right {
        fail(entry, policy, now, nth);
        return Bind::Invalid;
    }
    entry.set("pwdFailureTime", []);
    entry.set("pwdAccountLockedTime", []);
    let must_change = policy.is_true("pwdMustChange") && entry.is_true("pwdReset");
    if !must_change && is_too_old(entry, policy, now) {
        return Bind::Expired;
    }
    entry.set("pwdLastSuccess", [generalized(now)]);
    if must_change {
        Bind::MustChange
    } else {
        Bind::Opens
    }
}

fn is_locked(entry: &Entry, policy: &Entry, now: Timestamp) -> bool {
    let time = |name: &str| entry.one(name).and_then(generalized_time);
    if time("pwdStartTime").is_some_and(|start| now < start)
        || time("pwdEndTime").is_some_and(|end| now >= end)
    {
        return true;
    }
    if !policy.is_true("pwdLockout") {
        return false;
    }
    let Some(locked) = entry.one("pwdAccountLockedTime") else {
        return false;
    };
    let lasts = policy.number("pwdLockoutDuration");
    locked == FOREVER
        || lasts == 0
        || generalized_time(locked)
            .is_none_or(|since| now < since + SignedDuration::from_secs(lasts))
}

fn fail(entry: &mut Entry, policy: &Entry, now: Timestamp, nth: u64) {
    let interval = policy.number("pwdFailureCountInterval");
    let recent = |value: &String| {
        interval == 0
            || generalized_time(value)
                .is_some_and(|at| now < at + SignedDuration::from_secs(interval))
    };
    let mut failures: Vec<String> = entry
        .all("pwdFailureTime")
        .iter()
        .filter(|value| recent(value))
        .cloned()
        .collect();
    let second = generalized(now);
    failures.push(format!(
        "{}.{:06}Z",
        second.trim_end_matches('Z'),
        nth % 1_000_000
    ));
    let most = policy.number("pwdMaxFailure");
    let reached = most > 0 && i64::try_from(failures.len()).unwrap_or(i64::MAX) >= most;
    if policy.is_true("pwdLockout") && reached {
        entry.set("pwdAccountLockedTime", [second]);
    }
    entry.set("pwdFailureTime", failures);
}

fn is_too_old(entry: &Entry, policy: &Entry, now: Timestamp) -> bool {
    let lasts = policy.number("pwdMaxAge");
    lasts > 0
        && entry
            .one("pwdChangedTime")
            .and_then(generalized_time)
            .is_some_and(|changed| now >= changed + SignedDuration::from_secs(lasts))
}

/// Quality and history. Of a value that is already hashed only the length of its text is seen: quality 1 lets the rest
/// through, 2 refuses it.
pub(super) fn check(entry: &Entry, policy: &Entry, password: &str) -> Result<(), PolicyRefusal> {
    let quality = policy.number("pwdCheckQuality");
    let length = i64::try_from(password.len()).unwrap_or(i64::MAX);
    let most = policy.number("pwdMaxLength");
    let misfit = length < policy.number("pwdMinLength") || most > 0 && length > most;
    if quality >= 1 && misfit || quality >= 2 && is_hashed(password) {
        return Err(PolicyRefusal("Password fails quality checking policy"));
    }
    if policy.number("pwdInHistory") > 0 {
        let used = |name: &str| entry.all(name).iter().any(|stored| opens(stored, password));
        if used("userPassword") {
            return Err(PolicyRefusal(
                "Password is not being changed from existing value",
            ));
        }
        if used("pwdHistory") {
            return Err(PolicyRefusal("Password is in history of old passwords"));
        }
    }
    Ok(())
}

/// Puts a new password in the place of all others, and lifts what a change lifts.
pub(super) fn replace(
    entry: &mut Entry,
    policy: &Entry,
    password: &str,
    hashes: bool,
    now: Timestamp,
    nth: u64,
) {
    let kept = usize::try_from(policy.number("pwdInHistory")).unwrap_or(0);
    let mut history = entry.all("pwdHistory").to_vec();
    history.extend_from_slice(entry.all("userPassword"));
    let dropped = history.len().saturating_sub(kept);
    entry.set("pwdHistory", history.into_iter().skip(dropped));
    let stored = if is_hashed(password) || !hashes {
        password.to_owned()
    } else {
        salted(password, &format!("{}/{nth}", entry.dn))
    };
    entry.set("userPassword", [stored]);
    entry.set("pwdChangedTime", [generalized(now)]);
    for lifted in [
        "pwdAccountLockedTime",
        "pwdFailureTime",
        "pwdGraceUseTime",
        "pwdLastSuccess",
        "pwdReset",
    ] {
        entry.set(lifted, []);
    }
}

fn is_hashed(value: &str) -> bool {
    value.starts_with('{') && value.contains('}')
}

/// Whether `password` is what `stored` was made from.
fn opens(stored: &str, password: &str) -> bool {
    if let Some(sealed) = stored.strip_prefix("{SSHA}") {
        let Ok(bytes) = BASE64.decode(sealed) else {
            return false;
        };
        let Some((digest, salt)) = bytes.split_at_checked(20) else {
            return false;
        };
        return sha1(password.as_bytes(), salt) == digest;
    }
    if let Some(text) = stored.strip_prefix("{ARGON2}") {
        return PasswordHash::new(text).is_ok_and(|hash| {
            Argon2::default()
                .verify_password(password.as_bytes(), &hash)
                .is_ok()
        });
    }
    stored == password
}

/// The salt comes from `owner`: the same acts give the same bytes.
fn salted(password: &str, owner: &str) -> String {
    let salt = &sha1(b"salt", owner.as_bytes())[..8];
    let mut sealed = sha1(password.as_bytes(), salt).to_vec();
    sealed.extend_from_slice(salt);
    format!("{{SSHA}}{}", BASE64.encode(sealed))
}

fn sha1(first: &[u8], second: &[u8]) -> [u8; 20] {
    let mut hash = Sha1::new();
    hash.update(first);
    hash.update(second);
    hash.finalize().into()
}
