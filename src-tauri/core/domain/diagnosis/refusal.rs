//! What refuses a handover, whatever else is true: locks, suspensions, dates, protected and own accounts (decision 4).
//! The first reason found is the one given; every one is listed. Never looks at the password's own state.

use super::{AccountState, DiagnosisContext, Finding, RefusalReason, Weight, same_dn};
use crate::domain::account::{PasswordLock, ResourceState, SubState};
use crate::domain::person::Person;

pub(super) fn refusal(
    person: &Person,
    context: &DiagnosisContext<'_>,
    findings: &mut Vec<(Weight, Finding)>,
) -> Option<(RefusalReason, AccountState)> {
    let mut warnings = Vec::new();
    let mut first = None;
    let mut stop = |reason, state, finding| {
        // What keeps the desk from acting need not keep the person from connecting.
        let weight = if matches!(
            finding,
            Finding::Protected | Finding::OwnAccount | Finding::PolicyDoesNotForceChange
        ) {
            Weight::Warns
        } else {
            Weight::Blocks
        };
        findings.push((weight, finding));
        if first.is_none() {
            first = Some((reason, state));
        }
    };
    if let Some(resource) = &person.account.resource {
        let ended = resource.end.filter(|end| *end < context.today);
        let not_begun = resource.begin.filter(|begin| *begin > context.today);
        match (&resource.state, &resource.sub_state) {
            (ResourceState::Suspended, SubState::LockedAdministratively) => stop(
                RefusalReason::AdministrativeLock,
                AccountState::Disabled,
                Finding::SuspendedAdministratively,
            ),
            (ResourceState::Suspended, SubState::LockedTechnically) => stop(
                RefusalReason::TechnicalLock,
                AccountState::Disabled,
                Finding::LockedTechnically,
            ),
            (ResourceState::Suspended, _) => {
                stop(
                    RefusalReason::Suspended,
                    AccountState::Disabled,
                    Finding::Suspended,
                );
            }
            // Operational already: its begin date is that of the activity, and a newcomer collects the access before.
            (ResourceState::Inactive, SubState::Created) => {}
            (ResourceState::Inactive, SubState::PreCreated) => stop(
                RefusalReason::NotYetStarted,
                AccountState::NotYetStarted {
                    from: resource.begin,
                },
                Finding::NotYetStarted {
                    from: resource.begin,
                },
            ),
            (ResourceState::Inactive, SubState::Expired) => stop(
                RefusalReason::Expired,
                AccountState::Expired {
                    since: resource.end,
                },
                Finding::AccountExpired {
                    since: resource.end,
                },
            ),
            (ResourceState::Inactive, SubState::DataDeletion | SubState::AccountDeletion) => {
                stop(
                    RefusalReason::Inactive,
                    AccountState::Disabled,
                    Finding::AwaitingDeletion,
                );
            }
            (ResourceState::Inactive, _) => {
                stop(
                    RefusalReason::Inactive,
                    AccountState::Disabled,
                    Finding::Inactive,
                );
            }
            (ResourceState::Active, SubState::Grace) if ended.is_none() => {
                warnings.push((Weight::Warns, Finding::GraceUntil { end: resource.end }));
            }
            (ResourceState::Active, _) if ended.is_some() => stop(
                RefusalReason::Expired,
                AccountState::Expired { since: ended },
                Finding::AccountExpired { since: ended },
            ),
            (ResourceState::Active, SubState::Anticipated) => {}
            (ResourceState::Active, _) if not_begun.is_some() => stop(
                RefusalReason::NotYetStarted,
                AccountState::NotYetStarted { from: not_begun },
                Finding::NotYetStarted { from: not_begun },
            ),
            (ResourceState::Active, _) => {}
        }
    } else {
        warnings.push((Weight::Warns, Finding::NoAccountState));
    }
    // A reset lifts a permanent lock (measured on slapd): the desk refuses before writing.
    if person.account.lock == Some(PasswordLock::Permanent) {
        stop(
            RefusalReason::AdministrativeLock,
            AccountState::Disabled,
            Finding::LockedUntilAdministrator,
        );
    }
    if let Some(end) = person
        .account
        .password_end
        .filter(|end| *end <= context.now)
    {
        stop(
            RefusalReason::AdministrativeLock,
            AccountState::Disabled,
            Finding::PasswordEnded { since: end },
        );
    }
    if let Some(from) = person
        .account
        .password_start
        .filter(|from| *from > context.now)
    {
        stop(
            RefusalReason::NotYetStarted,
            AccountState::NotYetStarted { from: None },
            Finding::PasswordNotYetUsable { from },
        );
    }
    if person.account.protected {
        stop(
            RefusalReason::Protected,
            AccountState::Active,
            Finding::Protected,
        );
    }
    if same_dn(&person.dn, context.clerk_dn) {
        stop(
            RefusalReason::OwnAccount,
            AccountState::Active,
            Finding::OwnAccount,
        );
    }
    if person.login.is_none() {
        stop(
            RefusalReason::NoLogin,
            AccountState::Unknown,
            Finding::NoLogin,
        );
    }
    if context.policy.is_some_and(|policy| !policy.must_change) {
        stop(
            RefusalReason::PolicyDoesNotForceChange,
            AccountState::Active,
            Finding::PolicyDoesNotForceChange,
        );
    }
    findings.append(&mut warnings);
    first
}
