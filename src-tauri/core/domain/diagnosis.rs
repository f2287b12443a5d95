//! « Ce qui bloque la connexion »: from what the directory says to what stands in the way and the one thing that helps.
//! A pure table: facts in, findings out. Never a sentence (see `texts`), never a password.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::domain::account::{PasswordLock, PasswordPolicy, ResourceState, SubState};
use crate::domain::person::{Person, Population};

/// How a finding weighs on the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Blocks,
    Warns,
    Fine,
}

/// One thing found, with the data its sentence needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    NeverHandedOver,
    /// A provisional password was handed over and its holder has not used it.
    ProvisionalPending {
        handed_over: Option<Timestamp>,
        expires: Option<Timestamp>,
    },
    ProvisionalExpired {
        handed_over: Option<Timestamp>,
        expired: Timestamp,
    },
    /// Must change, and no handover of ours explains it.
    MustChange,
    LockedByAttempts {
        failures: u32,
        since: Timestamp,
        until: Option<Timestamp>,
    },
    LockedUntilAdministrator,
    PasswordTooOld {
        since: Timestamp,
    },
    PasswordNotYetUsable {
        from: Timestamp,
    },
    PasswordEnded {
        since: Timestamp,
    },
    SuspendedAdministratively,
    LockedTechnically,
    Suspended,
    Inactive,
    AwaitingDeletion,
    NotYetStarted {
        from: Option<Date>,
    },
    AccountExpired {
        since: Option<Date>,
    },
    GraceUntil {
        end: Option<Date>,
    },
    /// Every rattachement has ended.
    AttachmentsEnded {
        population: Population,
        since: Option<Date>,
    },
    AttachmentInOrder {
        population: Population,
        until: Option<Date>,
    },
    EndsSoon {
        end: Date,
        days: i32,
    },
    NoAccountState,
    NoRecovery,
    RecoveryOnFile,
    LastSuccess {
        at: Timestamp,
    },
    Protected,
    NoLogin,
    PolicyDoesNotForceChange,
    OutsidePerimeter,
    OwnAccount,
}

/// Why a handover is refused. Each has its neutral sentence and its next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefusalReason {
    AdministrativeLock,
    TechnicalLock,
    Suspended,
    Inactive,
    Expired,
    NotYetStarted,
    Protected,
    OwnAccount,
    OutsidePerimeter,
    NoLogin,
    PolicyDoesNotForceChange,
}

/// The one action that helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// The account needs a password handed over.
    HandOver,
    /// A provisional one is still valid: handing over again voids its letter.
    HandOverAgain,
    /// The account works: a handover is possible, not the main way.
    HandOverIfAsked,
    Refused(RefusalReason),
}

/// State of the account in one word; the words are in `texts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    NeverHandedOver,
    ProvisionalPending { expires: Option<Timestamp> },
    ProvisionalExpired { expired: Timestamp },
    Active,
    NoRecovery,
    LockedByAttempts { since: Timestamp },
    Disabled,
    Expired { since: Option<Date> },
    NotYetStarted { from: Option<Date> },
    GracePeriod { end: Option<Date> },
    StudiesEnded,
    AccessEnding { days: i32 },
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    pub state: AccountState,
    pub findings: Vec<(Weight, Finding)>,
    pub remedy: Remedy,
}

/// What the rule table needs besides the person.
#[derive(Debug, Clone, Copy)]
pub struct DiagnosisContext<'a> {
    pub now: Timestamp,
    pub today: Date,
    /// `None` when neither the server nor a setting tells the policy in force.
    pub policy: Option<&'a PasswordPolicy>,
    /// Hours a provisional password lives (decision 10).
    pub provisional_hours: i64,
    /// The clerk's own DN: nobody resets their own account at the desk.
    pub clerk_dn: &'a str,
}

const ENDS_SOON_DAYS: i32 = 14;

/// Applies the table. Reasons that refuse a handover come first, whatever else is true (decision 4).
pub fn diagnose(person: &Person, context: &DiagnosisContext<'_>) -> Diagnosis {
    if !person.within_perimeter {
        return Diagnosis {
            state: AccountState::Unknown,
            findings: vec![(Weight::Warns, Finding::OutsidePerimeter)],
            remedy: Remedy::Refused(RefusalReason::OutsidePerimeter),
        };
    }
    let mut findings = Vec::new();
    let refusal = refusal(person, context, &mut findings);
    let password_state = password_state(person, context, &mut findings);
    attachments(person, context, &mut findings);
    recovery(person, &mut findings);
    if let Some(at) = person.account.last_success
        && password_state == PasswordState::Works
    {
        findings.push((Weight::Fine, Finding::LastSuccess { at }));
    }
    let remedy = match (refusal.map(|(reason, _)| reason), password_state) {
        (Some(reason), _) => Remedy::Refused(reason),
        (None, PasswordState::Works) => Remedy::HandOverIfAsked,
        (None, PasswordState::Pending { .. }) => Remedy::HandOverAgain,
        (
            None,
            PasswordState::Never
            | PasswordState::ExpiredProvisional { .. }
            | PasswordState::MustChange
            | PasswordState::Unusable
            | PasswordState::Locked { .. },
        ) => Remedy::HandOver,
    };
    let state = state_word(
        person,
        context,
        refusal.map(|(_, state)| state),
        password_state,
    );
    findings.sort_by_key(|(weight, _)| match weight {
        Weight::Blocks => 0,
        Weight::Warns => 1,
        Weight::Fine => 2,
    });
    Diagnosis {
        state,
        findings,
        remedy,
    }
}

fn refusal(
    person: &Person,
    context: &DiagnosisContext<'_>,
    findings: &mut Vec<(Weight, Finding)>,
) -> Option<(RefusalReason, AccountState)> {
    let mut warnings = Vec::new();
    let mut first = None;
    let mut stop = |reason, state, finding| {
        findings.push((Weight::Blocks, finding));
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
            AccountState::Disabled,
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

/// DNs compare without case and without the spaces around separators.
pub fn same_dn(left: &str, right: &str) -> bool {
    let fold = |dn: &str| {
        dn.split(',')
            .map(|rdn| rdn.trim().to_lowercase().replace(" = ", "="))
            .collect::<Vec<_>>()
            .join(",")
    };
    !left.is_empty() && fold(left) == fold(right)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PasswordState {
    Never,
    Pending { expires: Option<Timestamp> },
    ExpiredProvisional { expired: Timestamp },
    MustChange,
    Locked { since: Timestamp },
    Unusable,
    Works,
}

fn password_state(
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

fn attachments(
    person: &Person,
    context: &DiagnosisContext<'_>,
    findings: &mut Vec<(Weight, Finding)>,
) {
    let current: Vec<_> = person
        .attachments
        .iter()
        .filter(|attachment| attachment.end.is_none_or(|end| end >= context.today))
        .collect();
    if current.is_empty() {
        if let Some(last) = person
            .attachments
            .iter()
            .max_by_key(|attachment| attachment.end)
        {
            findings.push((
                Weight::Warns,
                Finding::AttachmentsEnded {
                    population: last.population,
                    since: last.end,
                },
            ));
        }
        return;
    }
    for attachment in current {
        let days = attachment
            .end
            .and_then(|end| days_until(context.today, end));
        match (attachment.end, days) {
            (Some(end), Some(days)) if days <= ENDS_SOON_DAYS => {
                findings.push((Weight::Warns, Finding::EndsSoon { end, days }));
            }
            (until, _) => findings.push((
                Weight::Fine,
                Finding::AttachmentInOrder {
                    population: attachment.population,
                    until,
                },
            )),
        }
    }
}

fn days_until(today: Date, end: Date) -> Option<i32> {
    today.until(end).ok().map(|span| span.get_days())
}

fn recovery(person: &Person, findings: &mut Vec<(Weight, Finding)>) {
    // A mobile alone does not open the portal's recovery page on its own: the address is what the desk asks for.
    if person.recovery.has_mail {
        findings.push((Weight::Fine, Finding::RecoveryOnFile));
    } else {
        findings.push((Weight::Warns, Finding::NoRecovery));
    }
}

fn state_word(
    person: &Person,
    context: &DiagnosisContext<'_>,
    refused: Option<AccountState>,
    password: PasswordState,
) -> AccountState {
    if let Some(state) = refused.filter(|state| *state != AccountState::Active) {
        return state;
    }
    match password {
        PasswordState::Never => AccountState::NeverHandedOver,
        PasswordState::Pending { expires } => AccountState::ProvisionalPending { expires },
        PasswordState::ExpiredProvisional { expired } => {
            AccountState::ProvisionalExpired { expired }
        }
        PasswordState::Locked { since } => AccountState::LockedByAttempts { since },
        PasswordState::MustChange => AccountState::ProvisionalPending { expires: None },
        PasswordState::Unusable => AccountState::Expired { since: None },
        PasswordState::Works => works_word(person, context),
    }
}

fn works_word(person: &Person, context: &DiagnosisContext<'_>) -> AccountState {
    if let Some(resource) = &person.account.resource
        && resource.sub_state == SubState::Grace
    {
        return AccountState::GracePeriod { end: resource.end };
    }
    let population = person.main_population(context.today);
    let current_end = person
        .attachments
        .iter()
        .filter(|attachment| attachment.end.is_none_or(|end| end >= context.today))
        .map(|attachment| attachment.end)
        .max_by_key(|end| end.unwrap_or(Date::MAX));
    match current_end {
        None if !person.attachments.is_empty() => return AccountState::StudiesEnded,
        Some(Some(end)) => {
            if let Some(days) =
                days_until(context.today, end).filter(|days| *days <= ENDS_SOON_DAYS)
            {
                return AccountState::AccessEnding { days };
            }
        }
        None | Some(None) => {}
    }
    if population != Population::Guest && !person.recovery.has_mail {
        return AccountState::NoRecovery;
    }
    AccountState::Active
}

#[cfg(test)]
#[path = "diagnosis_tests.rs"]
mod tests;
