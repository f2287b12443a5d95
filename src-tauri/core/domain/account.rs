//! The account as the directory holds it: SupAnn state, password-policy attributes, markers.
//! Only facts and their reading; what they mean for the person is in `diagnosis`.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// First letter of `supannRessourceEtatDate` for `{COMPTE}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResourceState {
    Active,
    Inactive,
    Suspended,
}

/// Sub-state of SupAnn 2020 (`SupannActif`, `SupannCree`…).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SubState {
    PreCreated,
    /// Operational, but its holder has not taken possession: the handover's own state.
    Created,
    Anticipated,
    Regular,
    Grace,
    Expired,
    InactiveNoReason,
    DataDeletion,
    AccountDeletion,
    LockedNoReason,
    /// Suspension, e.g. abuse of the charter: its reason is not for the desk.
    LockedAdministratively,
    /// Namesake detected, or suspected compromise.
    LockedTechnically,
    None,
    Other(String),
}

/// One value `{COMPTE}E:SousEtat:AAAAMMJJ:AAAAMMJJ` (SupAnn, dates are days, not GeneralizedTime).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountResource {
    pub state: ResourceState,
    pub sub_state: SubState,
    pub begin: Option<Date>,
    pub end: Option<Date>,
}

impl AccountResource {
    /// Reads one value of `supannRessourceEtatDate`; `None` if it is about another resource or malformed.
    pub fn parse(value: &str) -> Option<Self> {
        let rest = value.trim().strip_prefix("{COMPTE}")?;
        let mut parts = rest.split(':');
        let state = match parts.next()?.trim() {
            "A" => ResourceState::Active,
            "I" => ResourceState::Inactive,
            "S" => ResourceState::Suspended,
            _ => return None,
        };
        let sub_state = match parts.next().unwrap_or_default().trim() {
            "" => SubState::None,
            "SupannPrecree" => SubState::PreCreated,
            "SupannCree" => SubState::Created,
            "SupannAnticipe" => SubState::Anticipated,
            "SupannActif" => SubState::Regular,
            "SupannSursis" => SubState::Grace,
            "SupannExpire" => SubState::Expired,
            "SupannInactif" => SubState::InactiveNoReason,
            "SupannSupprDonnees" => SubState::DataDeletion,
            "SupannSupprCompte" => SubState::AccountDeletion,
            "SupannVerrouille" => SubState::LockedNoReason,
            "SupannVerrouAdministratif" => SubState::LockedAdministratively,
            "SupannVerrouTechnique" => SubState::LockedTechnically,
            other => SubState::Other(other.to_owned()),
        };
        let day = |text: Option<&str>| {
            let text = text?.trim();
            (text.len() == 8)
                .then(|| Date::strptime("%Y%m%d", text).ok())
                .flatten()
        };
        let begin = day(parts.next());
        let end = day(parts.next());
        Some(AccountResource {
            state,
            sub_state,
            begin,
            end,
        })
    }
}

/// `pwdAccountLockedTime` (draft-behera-ldap-password-policy-10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PasswordLock {
    /// `000001010000Z`: until an administrator lifts it.
    Permanent,
    Since(Timestamp),
}

/// What the directory says of the account. Times are UTC, to the second.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AccountRecord {
    pub resource: Option<AccountResource>,
    /// `pwdReset: TRUE`: a change is due at the next sign-in.
    pub must_change: bool,
    pub password_changed: Option<Timestamp>,
    /// Latest value of `pwdFailureTime`, and how many there are.
    pub last_failure: Option<Timestamp>,
    pub failures: u32,
    pub lock: Option<PasswordLock>,
    /// `pwdStartTime` and `pwdEndTime`.
    pub password_start: Option<Timestamp>,
    pub password_end: Option<Timestamp>,
    /// `pwdLastSuccess`, erased by each password change.
    pub last_success: Option<Timestamp>,
    /// `pwdPolicySubentry` when the entry names its own policy.
    pub policy_dn: Option<String>,
    /// Markers of earlier handovers (UUIDv7 carry their time) and of their expiries.
    pub markers: Vec<Uuid>,
    /// Member of the group of accounts that no desk may touch.
    pub protected: bool,
}

impl AccountRecord {
    /// When the newest marker was made; UUIDv7 carries milliseconds since 1970.
    pub fn newest_marker_time(&self) -> Option<Timestamp> {
        self.newest_handover().as_ref().and_then(marker_time)
    }

    /// The handover whose letter is the last one.
    pub fn newest_handover(&self) -> Option<Uuid> {
        self.handovers().next()
    }

    /// A counter has destroyed the last letter's password because nobody used it in time (decision 10).
    pub fn letter_expired(&self) -> bool {
        self.newest_handover()
            .is_some_and(|handover| self.markers.contains(&expiry_of(handover)))
    }

    /// Markers that no settling will ask for again: all but those of the `kept` newest handovers.
    pub fn old_markers(&self, kept: usize) -> Vec<Uuid> {
        let fresh: Vec<Uuid> = self
            .handovers()
            .take(kept)
            .flat_map(|handover| [handover, expiry_of(handover)])
            .collect();
        self.markers
            .iter()
            .filter(|marker| !fresh.contains(marker))
            .copied()
            .collect()
    }

    /// Newest first.
    pub fn handovers(&self) -> impl Iterator<Item = Uuid> {
        let mut handovers: Vec<Uuid> = self
            .markers
            .iter()
            .filter(|marker| marker_time(marker).is_some())
            .copied()
            .collect();
        handovers.sort_unstable_by(|left, right| right.cmp(left));
        handovers.into_iter()
    }
}

/// The marker of a handover's expiry: the same at every counter, so that two of them expire it once (UUIDv5).
pub fn expiry_of(handover: Uuid) -> Uuid {
    Uuid::new_v5(&handover, b"expiration")
}

/// When a handover was made, by the clock of its post; `None` for the marker of an expiry.
pub fn marker_time(marker: &Uuid) -> Option<Timestamp> {
    let (seconds, nanos) = marker.get_timestamp()?.to_unix();
    Timestamp::new(i64::try_from(seconds).ok()?, i32::try_from(nanos).ok()?).ok()
}

/// The policy in force for a person. Unknown when the server does not tell and no setting names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordPolicy {
    /// `pwdMustChange`: without it OpenLDAP ignores `pwdReset` (slapo-ppolicy).
    pub must_change: bool,
    pub lockout: bool,
    /// `pwdMaxFailure`; 0 means no limit.
    pub max_failure: u32,
    /// `pwdLockoutDuration` in seconds; 0 means until an administrator acts.
    pub lockout_seconds: u64,
    pub min_length: u32,
    pub max_length: u32,
    /// `pwdMaxAge` in seconds; 0 means never.
    pub max_age_seconds: u64,
    pub in_history: u32,
}

impl PasswordPolicy {
    /// CNIL 2022-100 case 2: access restriction by locking after at most 10 failures.
    pub fn limits_attempts(&self) -> bool {
        self.lockout && (1..=10).contains(&self.max_failure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_tell_the_last_letter_and_whether_it_expired() {
        let at = |second: u64| {
            Uuid::new_v7(uuid::Timestamp::from_unix(
                uuid::NoContext,
                1_790_000_000 + second,
                0,
            ))
        };
        let handovers: Vec<Uuid> = (0..7).map(at).collect();
        let mut account = AccountRecord {
            markers: vec![handovers[0], expiry_of(handovers[0]), handovers[1]],
            ..AccountRecord::default()
        };
        assert_eq!(account.newest_handover(), Some(handovers[1]));
        assert!(
            !account.letter_expired(),
            "the expiry of an older letter says nothing of this one"
        );
        account.markers.push(expiry_of(handovers[1]));
        assert!(account.letter_expired());
        assert!(
            account.old_markers(5).is_empty(),
            "few markers are all kept"
        );
        account.markers.extend(&handovers[2..]);
        account.markers.reverse();
        let mut old = account.old_markers(5);
        old.sort_unstable();
        let mut expected = vec![
            handovers[0],
            expiry_of(handovers[0]),
            handovers[1],
            expiry_of(handovers[1]),
        ];
        expected.sort_unstable();
        assert_eq!(old, expected, "an expiry goes with its handover");
    }

    #[test]
    fn reads_every_supann_state() {
        let read = |text: &str| AccountResource::parse(text);
        let active = read("{COMPTE}A:SupannActif:20260901:20270831").unwrap();
        assert_eq!(active.state, ResourceState::Active);
        assert_eq!(active.sub_state, SubState::Regular);
        assert_eq!(active.begin, Some(jiff::civil::date(2026, 9, 1)));
        assert_eq!(active.end, Some(jiff::civil::date(2027, 8, 31)));
        assert_eq!(
            read("{COMPTE}I:SupannCree::").unwrap().sub_state,
            SubState::Created
        );
        assert_eq!(
            read("{COMPTE}S:SupannVerrouTechnique::").unwrap().sub_state,
            SubState::LockedTechnically
        );
        assert_eq!(
            read("{COMPTE}A:Local:x:y").unwrap().sub_state,
            SubState::Other("Local".into())
        );
        assert_eq!(read("{COMPTE}A").unwrap().sub_state, SubState::None);
        assert_eq!(read("{MAIL}A:SupannActif::"), None, "another resource");
        assert_eq!(
            read("{COMPTE}X:SupannActif::"),
            None,
            "unknown state letter"
        );
        assert_eq!(read("COMPTE"), None);
    }
}
