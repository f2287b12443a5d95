//! What surrounds the people: branches of the tree, password policies, groups of clerks, accounts of the IT office.
//! The default policy is the one a post expects (lockout, must-change, no history); a stricter one exists beside it.
//! Never holds a person: see `people`.

use std::io::{self, Write};

use super::cast::{CANARY, PROTECTED};
use super::clerks::{CLERKS, Role};
use super::ldif::{Entry, ssha};
use super::structures;
use super::{
    BASE_DN, CHECKPOINTS_DN, GROUPS_DN, GUICHET_DN, PEOPLE_DN, POLICIES_DN, PROTECTED_GROUP,
    RECORDS_DN, SERVICES_DN, STRUCTURES_DN, group_dn, person_dn, policy_dn,
};

/// The account that finds a clerk's DN from a login; reads nothing else.
pub const LOOKUP_SERVICE: &str = "guichet-recherche";
/// The IT office: purges records, compares the canary's password.
pub const OPERATIONS_SERVICE: &str = "guichet-exploitation";
/// Password of both service accounts.
pub const SERVICE_PASSWORD: &str = "Service-de-Repetition-2026";
/// Name of the default policy's entry, under `ou=politiques`.
pub const DEFAULT_POLICY: &str = "ordinaire";

/// DN of a service account.
pub fn service_dn(name: &str) -> String {
    format!("cn={name},{SERVICES_DN}")
}

/// Writes everything but the people, parents first.
///
/// # Errors
/// Whatever the destination answers.
pub fn write(out: &mut impl Write) -> io::Result<()> {
    structures::university().write_to(out)?;
    for dn in [
        PEOPLE_DN,
        GROUPS_DN,
        STRUCTURES_DN,
        POLICIES_DN,
        SERVICES_DN,
        GUICHET_DN,
        RECORDS_DN,
        CHECKPOINTS_DN,
    ] {
        branch(dn).write_to(out)?;
    }
    for policy in policies() {
        policy.write_to(out)?;
    }
    for service in [LOOKUP_SERVICE, OPERATIONS_SERVICE] {
        Entry::new(
            service_dn(service),
            &["applicationProcess", "simpleSecurityObject"],
        )
        .with("cn", service)
        .with("userPassword", ssha(SERVICE_PASSWORD, service))
        .with("pwdPolicySubentry", policy_dn("services"))
        .write_to(out)?;
    }
    for structure in structures::entries() {
        structure.write_to(out)?;
    }
    for group in groups() {
        group.write_to(out)?;
    }
    Ok(())
}

fn branch(dn: &str) -> Entry {
    let first = dn.split(',').next().unwrap_or(dn);
    let name = first.strip_prefix("ou=").unwrap_or(first);
    Entry::new(dn, &["organizationalUnit"]).with("ou", name)
}

/// What a policy changes of the default one.
struct PolicyFacts {
    name: &'static str,
    changes: &'static [(&'static str, &'static str)],
}

const ORDINARY: &[(&str, &str)] = &[
    ("pwdAttribute", "userPassword"),
    ("pwdMustChange", "TRUE"),
    ("pwdAllowUserChange", "TRUE"),
    ("pwdSafeModify", "FALSE"),
    ("pwdCheckQuality", "1"),
    ("pwdMinLength", "12"),
    // With a history, slapd answers before the access rules and becomes an oracle for the current password.
    ("pwdInHistory", "0"),
    ("pwdLockout", "TRUE"),
    ("pwdMaxFailure", "5"),
    ("pwdFailureCountInterval", "600"),
    ("pwdLockoutDuration", "900"),
    ("pwdMaxAge", "0"),
    ("pwdGraceAuthnLimit", "0"),
];

const POLICIES: &[PolicyFacts] = &[
    PolicyFacts {
        name: DEFAULT_POLICY,
        changes: &[],
    },
    PolicyFacts {
        name: "renforcee",
        changes: &[
            ("pwdInHistory", "5"),
            ("pwdMinLength", "14"),
            ("pwdMaxFailure", "3"),
            ("pwdLockoutDuration", "0"),
        ],
    },
    PolicyFacts {
        name: "semestrielle",
        changes: &[("pwdMaxAge", "15552000")],
    },
    PolicyFacts {
        name: "verrou-journee",
        changes: &[("pwdLockoutDuration", "86400")],
    },
    PolicyFacts {
        name: "services",
        changes: &[("pwdMustChange", "FALSE"), ("pwdLockout", "FALSE")],
    },
];

fn policies() -> impl Iterator<Item = Entry> {
    POLICIES.iter().map(|policy| {
        let mut entry = Entry::new(policy_dn(policy.name), &["namedPolicy", "pwdPolicy"])
            .with("cn", policy.name);
        for (attribute, ordinary) in ORDINARY {
            let changed = policy.changes.iter().find(|(name, _)| name == attribute);
            entry.push(attribute, changed.map_or(*ordinary, |(_, value)| value));
        }
        entry
    })
}

fn groups() -> Vec<Entry> {
    let mut groups: Vec<Entry> = Role::ALL
        .into_iter()
        .map(|role| {
            let members = CLERKS.iter().filter(|clerk| clerk.role == Some(role));
            let mut group =
                Entry::new(group_dn(role.group()), &["groupOfNames"]).with("cn", role.group());
            group.push_all("member", members.map(super::clerks::Clerk::dn));
            group
        })
        .collect();

    // A clerk whom another clerk could reset would be a way into the other's rights.
    let mut protected = Entry::new(group_dn(PROTECTED_GROUP), &["groupOfNames"])
        .with("cn", PROTECTED_GROUP)
        .with("member", person_dn(PROTECTED));
    let clerks = CLERKS.iter().filter(|clerk| clerk.role.is_some());
    protected.push_all("member", clerks.map(super::clerks::Clerk::dn));
    groups.push(protected);
    groups
}

/// DN of the directory's own administrator, for tests and for whoever leads a training.
pub fn administrator_dn() -> String {
    format!("cn=admin,{BASE_DN}")
}

/// DN of the canary's entry.
pub fn canary_dn() -> String {
    person_dn(CANARY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_come_before_children() {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let mut seen: Vec<&str> = Vec::new();
        for dn in text.lines().filter_map(|line| line.strip_prefix("dn: ")) {
            if dn != BASE_DN {
                let parent = dn.split_once(',').unwrap().1;
                assert!(seen.contains(&parent), "{dn} comes before {parent}");
            }
            seen.push(dn);
        }
        assert!(!text.contains(SERVICE_PASSWORD));
    }

    #[test]
    fn policies_change_only_what_they_name() {
        for policy in POLICIES {
            for (attribute, value) in policy.changes {
                let ordinary = ORDINARY.iter().find(|(name, _)| name == attribute);
                let (_, ordinary) = ordinary.unwrap();
                assert_ne!(ordinary, value, "{} {attribute}", policy.name);
            }
        }
    }
}
