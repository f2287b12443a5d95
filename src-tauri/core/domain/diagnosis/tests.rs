//! Table of the diagnosis: one line per state that counter reference §2.3 and the design §3.4 name.

use jiff::civil::date;
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

use super::*;
use crate::domain::account::{AccountRecord, AccountResource, PasswordLock};
use crate::domain::person::{Attachment, Login, PersonId, PersonNames, Recovery};

fn now() -> Timestamp {
    "2026-11-24T09:31:00Z".parse().unwrap()
}

fn policy() -> PasswordPolicy {
    PasswordPolicy {
        must_change: true,
        lockout: true,
        max_failure: 5,
        lockout_seconds: 900,
        min_length: 12,
        max_length: 0,
        max_age_seconds: 0,
        in_history: 0,
    }
}

pub(crate) fn somebody() -> Person {
    Person {
        id: PersonId(Uuid::from_u128(7)),
        dn: "uid=b21704588,ou=people,dc=univ-rivemer,dc=example".into(),
        login: Login::new("b21704588"),
        names: PersonNames {
            family: "Belkacem".into(),
            given: "Nadia".into(),
            ..Default::default()
        },
        civility: None,
        numbers: vec![],
        mail: None,
        birth: None,
        affiliations: vec!["student".into()],
        main_structure: None,
        structures: vec![],
        attachments: vec![Attachment {
            population: Population::Student,
            structure: None,
            detail: None,
            end: Some(date(2027, 8, 31)),
        }],
        sponsor: None,
        recovery: Recovery {
            has_mail: true,
            ..Default::default()
        },
        account: AccountRecord {
            resource: AccountResource::parse("{COMPTE}A:SupannActif::20270831"),
            password_changed: Some("2026-09-01T08:00:00Z".parse().unwrap()),
            ..Default::default()
        },
        language: None,
        within_perimeter: true,
    }
}

fn run(person: &Person) -> Diagnosis {
    let policy = policy();
    diagnose(
        person,
        &DiagnosisContext {
            now: now(),
            today: date(2026, 11, 24),
            policy: Some(&policy),
            provisional_hours: 72,
            clerk_dn: "uid=croux,ou=people,dc=univ-rivemer,dc=example",
        },
    )
}

fn with(change: impl FnOnce(&mut Person)) -> Diagnosis {
    let mut person = somebody();
    change(&mut person);
    run(&person)
}

fn resource(text: &str) -> impl FnOnce(&mut Person) {
    let resource = AccountResource::parse(text);
    assert!(
        resource.is_some(),
        "the test's own value must be readable: {text}"
    );
    move |person| person.account.resource = resource
}

fn marker(hours_ago: i64) -> Uuid {
    let at = now().checked_sub(hours_ago.hours()).unwrap();
    Uuid::new_v7(uuid::Timestamp::from_unix(
        uuid::NoContext,
        u64::try_from(at.as_second()).unwrap(),
        0,
    ))
}

#[test]
fn a_working_account_is_not_offered_a_reset_as_the_main_way() {
    let diagnosis = run(&somebody());
    assert_eq!(diagnosis.state, AccountState::Active);
    assert_eq!(diagnosis.remedy, Remedy::HandOverIfAsked);
    assert!(
        diagnosis
            .findings
            .iter()
            .all(|(weight, _)| *weight == Weight::Fine)
    );
}

#[test]
fn supann_states_that_a_password_would_not_open_are_refused() {
    let table = [
        (
            "{COMPTE}S:SupannVerrouAdministratif::",
            RefusalReason::AdministrativeLock,
        ),
        (
            "{COMPTE}S:SupannVerrouTechnique::",
            RefusalReason::TechnicalLock,
        ),
        ("{COMPTE}S:SupannVerrouille::", RefusalReason::Suspended),
        ("{COMPTE}S", RefusalReason::Suspended),
        ("{COMPTE}I:SupannExpire::20260831", RefusalReason::Expired),
        ("{COMPTE}I:SupannInactif::", RefusalReason::Inactive),
        ("{COMPTE}I:SupannSupprDonnees::", RefusalReason::Inactive),
        ("{COMPTE}I:SupannSupprCompte::", RefusalReason::Inactive),
        ("{COMPTE}I:Local::", RefusalReason::Inactive),
        (
            "{COMPTE}I:SupannPrecree:20270901:",
            RefusalReason::NotYetStarted,
        ),
        ("{COMPTE}A:SupannActif::20261123", RefusalReason::Expired),
        ("{COMPTE}A:SupannSursis::20261123", RefusalReason::Expired),
        (
            "{COMPTE}A:SupannActif:20261125:",
            RefusalReason::NotYetStarted,
        ),
    ];
    for (value, reason) in table {
        let diagnosis = with(resource(value));
        assert_eq!(diagnosis.remedy, Remedy::Refused(reason), "{value}");
        assert_eq!(
            diagnosis.findings[0].0,
            Weight::Blocks,
            "{value}: what blocks comes first"
        );
    }
}

#[test]
fn supann_states_that_a_handover_serves_are_allowed() {
    for value in [
        "{COMPTE}I:SupannCree::",
        "{COMPTE}I:SupannCree:20261201:",
        "{COMPTE}A:SupannAnticipe:20261201:",
        "{COMPTE}A:SupannActif::20261124",
        "{COMPTE}A:SupannSursis::20261231",
        "{COMPTE}A",
    ] {
        let diagnosis = with(resource(value));
        assert!(
            !matches!(diagnosis.remedy, Remedy::Refused(_)),
            "{value}: {:?}",
            diagnosis.remedy
        );
    }
}

#[test]
fn an_account_never_activated_asks_for_a_handover() {
    let diagnosis = with(|person| {
        person.account.resource = AccountResource::parse("{COMPTE}I:SupannCree::");
        person.account.password_changed = None;
    });
    assert_eq!(diagnosis.state, AccountState::NeverHandedOver);
    assert_eq!(diagnosis.remedy, Remedy::HandOver);
}

#[test]
fn a_provisional_password_is_pending_then_expired() {
    let pending = with(|person| {
        person.account.must_change = true;
        person.account.markers = vec![marker(10)];
        person.account.password_changed = Some(now().checked_sub(10.hours()).unwrap());
    });
    assert_eq!(pending.remedy, Remedy::HandOverAgain);
    assert!(matches!(
        pending.state,
        AccountState::ProvisionalPending { expires: Some(_) }
    ));
    let expired = with(|person| {
        person.account.must_change = true;
        person.account.markers = vec![marker(240)];
        person.account.password_changed = Some(now().checked_sub(240.hours()).unwrap());
    });
    assert_eq!(expired.remedy, Remedy::HandOver);
    assert!(matches!(
        expired.state,
        AccountState::ProvisionalExpired { .. }
    ));
    let foreign = with(|person| person.account.must_change = true);
    assert!(
        foreign
            .findings
            .contains(&(Weight::Blocks, Finding::MustChange))
    );
}

#[test]
fn a_lock_by_attempts_names_its_end_and_a_permanent_one_is_refused() {
    let since = now().checked_sub(5.minutes()).unwrap();
    let locked = with(|person| {
        person.account.lock = Some(PasswordLock::Since(since));
        person.account.failures = 5;
    });
    assert_eq!(locked.state, AccountState::LockedByAttempts { since });
    assert_eq!(
        locked.findings[0].1,
        Finding::LockedByAttempts {
            failures: 5,
            since,
            until: Some(since.checked_add(900.seconds()).unwrap())
        }
    );
    let over = with(|person| {
        person.account.lock = Some(PasswordLock::Since(now().checked_sub(1.hour()).unwrap()));
    });
    assert_eq!(over.state, AccountState::Active, "the lock has run out");
    let permanent = with(|person| person.account.lock = Some(PasswordLock::Permanent));
    assert_eq!(
        permanent.remedy,
        Remedy::Refused(RefusalReason::AdministrativeLock)
    );
}

#[test]
fn an_administrative_lock_wins_over_every_other_reason() {
    let diagnosis = with(|person| {
        person.account.resource = AccountResource::parse("{COMPTE}S:SupannVerrouAdministratif::");
        person.account.password_changed = None;
        person.recovery = Recovery::default();
    });
    assert_eq!(
        diagnosis.remedy,
        Remedy::Refused(RefusalReason::AdministrativeLock)
    );
    assert_eq!(diagnosis.state, AccountState::Disabled);
}

#[test]
fn an_account_the_desk_may_not_touch_is_not_said_to_be_disabled() {
    let own_dn = "uid=croux,ou=people,dc=univ-rivemer,dc=example";
    for diagnosis in [
        with(|person| person.account.protected = true),
        with(|person| person.dn = own_dn.into()),
    ] {
        assert_eq!(
            diagnosis.state,
            AccountState::Active,
            "it works for its owner"
        );
        assert!(
            diagnosis
                .findings
                .iter()
                .all(|(weight, _)| *weight != Weight::Blocks),
            "nothing stands in the way of the connection: {:?}",
            diagnosis.findings
        );
    }
    let suspended = with(|person| {
        person.account.protected = true;
        person.account.resource = AccountResource::parse("{COMPTE}S:SupannVerrouAdministratif::");
    });
    assert_eq!(suspended.state, AccountState::Disabled);
}

#[test]
fn protected_own_and_outside_accounts_are_refused() {
    assert_eq!(
        with(|person| person.account.protected = true).remedy,
        Remedy::Refused(RefusalReason::Protected)
    );
    assert_eq!(
        with(|person| person.dn = "UID=croux, OU=people,dc=univ-rivemer,dc=example".into()).remedy,
        Remedy::Refused(RefusalReason::OwnAccount),
        "DNs compare without case or spaces"
    );
    let outside = with(|person| person.within_perimeter = false);
    assert_eq!(
        outside.remedy,
        Remedy::Refused(RefusalReason::OutsidePerimeter)
    );
    assert_eq!(outside.findings.len(), 1, "nothing else is told of them");
    assert_eq!(
        with(|person| person.login = None).remedy,
        Remedy::Refused(RefusalReason::NoLogin)
    );
}

#[test]
fn a_policy_that_would_not_force_the_change_is_refused() {
    let mut policy = policy();
    policy.must_change = false;
    let diagnosis = diagnose(
        &somebody(),
        &DiagnosisContext {
            now: now(),
            today: date(2026, 11, 24),
            policy: Some(&policy),
            provisional_hours: 72,
            clerk_dn: "",
        },
    );
    assert_eq!(
        diagnosis.remedy,
        Remedy::Refused(RefusalReason::PolicyDoesNotForceChange)
    );
}

#[test]
fn words_of_working_accounts() {
    let no_recovery = with(|person| person.recovery = Recovery::default());
    assert_eq!(no_recovery.state, AccountState::NoRecovery);
    let ending = with(|person| person.attachments[0].end = Some(date(2026, 11, 30)));
    assert_eq!(ending.state, AccountState::AccessEnding { days: 6 });
    let ended = with(|person| person.attachments[0].end = Some(date(2026, 8, 31)));
    assert_eq!(ended.state, AccountState::StudiesEnded);
    let grace = with(resource("{COMPTE}A:SupannSursis::20261231"));
    assert_eq!(
        grace.state,
        AccountState::GracePeriod {
            end: Some(date(2026, 12, 31))
        }
    );
}
