//! What the password itself allows: never handed over, provisional, expired, locked by attempts, working.
//! Times come from the server's attributes and the caller's `now`; the policy may be unknown.

use jiff::{Timestamp, ToSpan};

use super::{DiagnosisContext, Finding, Weight};
use crate::domain::account::PasswordLock;
use crate::domain::person::Person;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PasswordState {
    Never,
    Pending { expires: Option<Timestamp> },
    ExpiredProvisional { expired: Timestamp },
    MustChange,
    Locked { since: Timestamp },
    Unusable,
    Works,
}

pub(super) fn password_state(
    person: &Person,
    context: &DiagnosisContext<'_>,
    findings: &mut Vec<(Weight, Finding)>,
) -> PasswordState {
    let account = &person.account;
    let handed_over = account.newest_marker_time();
    let locked = match account.lock {
        Some(PasswordLock::Since(since)) => {
            let seconds = context.policy.map_or(0, |policy| policy.lockout_seconds);
            let until = (seconds > 0)
                .then(|| i64::try_from(seconds).ok())
                .flatten()
                .and_then(|seconds| since.checked_add(seconds.seconds()).ok());
            (until.is_none_or(|until| until > context.now)).then_some((since, until))
        }
        Some(PasswordLock::Permanent) | None => None,
    };
    if let Some((since, until)) = locked {
        findings.push((
            Weight::Blocks,
            Finding::LockedByAttempts {
                failures: account.failures,
                since,
                until,
            },
        ));
    }
    let state = match (account.password_changed, account.must_change) {
        (None, _) => {
            findings.push((Weight::Blocks, Finding::NeverHandedOver));
            PasswordState::Never
        }
        (Some(changed), true) => match handed_over {
            // What nobody used in time, a counter has destroyed.
            Some(given) if account.letter_expired() => {
                // The time that the letter says, not that of the counter's pass.
                let due = given.checked_add(context.provisional_hours.hours());
                let expired = due.unwrap_or(changed).min(changed);
                findings.push((
                    Weight::Blocks,
                    Finding::ProvisionalExpired {
                        handed_over: Some(given),
                        expired,
                    },
                ));
                PasswordState::ExpiredProvisional { expired }
            }
            Some(_) => {
                let expires = changed.checked_add(context.provisional_hours.hours()).ok();
                match expires.filter(|expires| *expires <= context.now) {
                    Some(expired) => {
                        findings.push((
                            Weight::Blocks,
                            Finding::ProvisionalExpired {
                                handed_over: Some(changed),
                                expired,
                            },
                        ));
                        PasswordState::ExpiredProvisional { expired }
                    }
                    None => {
                        findings.push((
                            Weight::Blocks,
                            Finding::ProvisionalPending {
                                handed_over: Some(changed),
                                expires,
                            },
                        ));
                        PasswordState::Pending { expires }
                    }
                }
            }
            None => {
                findings.push((Weight::Blocks, Finding::MustChange));
                PasswordState::MustChange
            }
        },
        (Some(changed), false) => match too_old(changed, context) {
            Some(since) => {
                findings.push((Weight::Blocks, Finding::PasswordTooOld { since }));
                PasswordState::Unusable
            }
            None => PasswordState::Works,
        },
    };
    match (state, locked) {
        (PasswordState::Works, Some((since, _))) => PasswordState::Locked { since },
        (state, _) => state,
    }
}

fn too_old(changed: Timestamp, context: &DiagnosisContext<'_>) -> Option<Timestamp> {
    let seconds = context.policy?.max_age_seconds;
    if seconds == 0 {
        return None;
    }
    let end = changed
        .checked_add(i64::try_from(seconds).ok()?.seconds())
        .ok()?;
    (end <= context.now).then_some(end)
}
