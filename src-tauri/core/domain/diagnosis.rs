//! « Ce qui bloque la connexion »: from what the directory says to what stands in the way and the one thing that helps.
//! A pure table: facts in, findings out. Never a sentence (see `texts`), never a password.

mod password_state;
mod refusal;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::account::{PasswordPolicy, SubState};
use crate::domain::person::{Person, Population};
use password_state::{PasswordState, password_state};
use refusal::refusal;

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
pub(crate) mod tests;
