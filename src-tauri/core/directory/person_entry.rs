//! From the attributes of an entry to a `Person`: SupAnn, eduPerson and password-policy values, read tolerantly.
//! Pure. Never reads sex, place of birth or any attribute it was not asked for.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use uuid::Uuid;

use crate::domain::account::{AccountRecord, AccountResource, PasswordLock, PasswordPolicy};
use crate::domain::birth_date::PartialDate;
use crate::domain::person::{
    Attachment, Civility, Login, NumberKind, Person, PersonId, PersonNames, PersonNumber,
    Population, Recovery,
};

pub(super) const MARKER_ATTRIBUTE: &str = "supannRefId";
pub(super) const MARKER_LABEL: &str = "{GUICHET}";

/// Everything a sheet needs, asked for by name: operational attributes do not come by themselves.
pub(super) const PERSON_ATTRIBUTES: &[&str] = &[
    "entryUUID",
    "uid",
    "sn",
    "givenName",
    "displayName",
    "cn",
    "supannNomDeNaissance",
    "supannPrenomsEtatCivil",
    "supannCivilite",
    "supannEtuId",
    "supannEmpId",
    "supannCodeINE",
    "supannAliasLogin",
    "mail",
    "supannOIDCDateDeNaissance",
    "eduPersonAffiliation",
    "supannEntiteAffectationPrincipale",
    "supannEntiteAffectation",
    "supannEtuCursusAnnee",
    "supannEtuDateFin",
    "supannEmpDateFin",
    "supannExtDateFin",
    "supannParrainDN",
    "supannMailPrive",
    "supannMailPerso",
    "supannTelephonePrive",
    "preferredLanguage",
    "supannRessourceEtatDate",
    "supannRefId",
    "pwdReset",
    "pwdChangedTime",
    "pwdFailureTime",
    "pwdAccountLockedTime",
    "pwdStartTime",
    "pwdEndTime",
    "pwdLastSuccess",
    "pwdPolicySubentry",
];

/// Attributes of one entry, names compared without case as LDAP does.
pub(super) struct Attributes(HashMap<String, Vec<String>>);

impl Attributes {
    pub(super) fn new(attributes: HashMap<String, Vec<String>>) -> Self {
        Attributes(
            attributes
                .into_iter()
                .map(|(name, values)| (name.to_lowercase(), values))
                .collect(),
        )
    }

    pub(super) fn all(&self, name: &str) -> &[String] {
        self.0.get(&name.to_lowercase()).map_or(&[], Vec::as_slice)
    }

    pub(super) fn one(&self, name: &str) -> Option<&str> {
        self.all(name)
            .first()
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    }

    fn time(&self, name: &str) -> Option<Timestamp> {
        generalized_time(self.one(name)?)
    }

    fn number(&self, name: &str) -> u64 {
        self.one(name)
            .and_then(|value| value.parse().ok())
            .unwrap_or(0)
    }
}

/// GeneralizedTime (RFC 4517 §3.3.13) in UTC, with or without a fraction of second.
pub(super) fn generalized_time(value: &str) -> Option<Timestamp> {
    let digits = value.trim().strip_suffix('Z')?;
    let digits = digits.split(['.', ',']).next()?;
    let moment = DateTime::strptime("%Y%m%d%H%M%S", digits).ok()?;
    moment
        .to_zoned(TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp())
}

pub(super) fn person(dn: &str, attributes: HashMap<String, Vec<String>>) -> Option<Person> {
    let entry = Attributes::new(attributes);
    let id: PersonId = entry.one("entryUUID")?.parse().ok()?;
    let login = entry.one("uid").and_then(Login::new);
    let text = |name: &str| entry.one(name).map(str::to_owned);
    let affiliations: Vec<String> = entry
        .all("eduPersonAffiliation")
        .iter()
        .map(|value| value.to_lowercase())
        .collect();
    Some(Person {
        id,
        dn: dn.to_owned(),
        // Outside the perimeter the server hides the login with the rest.
        within_perimeter: login.is_some(),
        login,
        names: PersonNames {
            family: text("sn").unwrap_or_default(),
            given: text("givenName").unwrap_or_default(),
            display: text("displayName"),
            common: entry.all("cn").to_vec(),
            birth_family: text("supannNomDeNaissance"),
            civil_given: text("supannPrenomsEtatCivil"),
        },
        civility: entry
            .one("supannCivilite")
            .and_then(|civility| match civility {
                "M." | "M" => Some(Civility::Mister),
                "Mme" | "Mlle" => Some(Civility::Madam),
                _ => None,
            }),
        numbers: numbers(&entry),
        mail: text("mail"),
        birth: entry
            .one("supannOIDCDateDeNaissance")
            .and_then(PartialDate::from_supann),
        main_structure: text("supannEntiteAffectationPrincipale"),
        structures: entry.all("supannEntiteAffectation").to_vec(),
        attachments: attachments(&entry, &affiliations),
        affiliations,
        sponsor: text("supannParrainDN"),
        recovery: recovery(&entry),
        account: account(&entry),
        language: entry.one("preferredLanguage").map(str::to_lowercase),
    })
}

fn numbers(entry: &Attributes) -> Vec<PersonNumber> {
    [
        ("supannEtuId", NumberKind::Student),
        ("supannEmpId", NumberKind::Staff),
        ("supannCodeINE", NumberKind::Ine),
    ]
    .into_iter()
    .flat_map(|(name, kind)| {
        entry.all(name).iter().map(move |value| PersonNumber {
            kind,
            value: value.clone(),
        })
    })
    .collect()
}

/// SupAnn: people cumulate affiliations; a doctorant is a student enrolled in a year D1, D2 or D3.
fn attachments(entry: &Attributes, affiliations: &[String]) -> Vec<Attachment> {
    let is = |name: &str| affiliations.iter().any(|affiliation| affiliation == name);
    let last_day = |name: &str| {
        entry
            .all(name)
            .iter()
            .filter_map(|value| generalized_time(value))
            .max()
            .map(|end| end.to_zoned(TimeZone::UTC).date())
    };
    let level = entry
        .all("supannEtuCursusAnnee")
        .iter()
        .find_map(|value| value.strip_prefix("{SUPANN}"))
        .map(str::to_owned);
    let structure = entry
        .one("supannEntiteAffectationPrincipale")
        .map(str::to_owned);
    let others: Vec<&String> = entry.all("supannEntiteAffectation").iter().collect();
    let second = others
        .iter()
        .find(|code| Some(code.as_str()) != structure.as_deref())
        .map(|code| (*code).clone());
    let mut found = Vec::new();
    let doctoral = level.as_deref().is_some_and(|level| level.starts_with('D'));
    if is("student") {
        found.push(Attachment {
            population: if doctoral {
                Population::Doctoral
            } else {
                Population::Student
            },
            structure: structure.clone(),
            detail: level,
            end: last_day("supannEtuDateFin"),
        });
    }
    if is("employee") || is("staff") || is("faculty") || is("teacher") {
        found.push(Attachment {
            population: Population::Staff,
            structure: if is("student") {
                second.or(structure.clone())
            } else {
                structure.clone()
            },
            detail: None,
            end: last_day("supannEmpDateFin"),
        });
    }
    if is("alum") && !is("student") {
        found.push(Attachment {
            population: Population::Alumni,
            structure: structure.clone(),
            detail: last_day("supannEtuDateFin").map(|left| left.year().to_string()),
            end: None,
        });
    }
    if is("affiliate") {
        found.push(Attachment {
            population: Population::Guest,
            structure,
            detail: None,
            end: last_day("supannExtDateFin"),
        });
    }
    found
}

/// `{SECOURS}` first, then `{PERSO}`; never the parents' (counter reference §2.2).
fn recovery(entry: &Attributes) -> Recovery {
    let labelled = |name: &str, labels: &[&str]| {
        labels.iter().find_map(|label| {
            entry.all(name).iter().find_map(|value| {
                value
                    .strip_prefix(label)
                    .map(str::trim)
                    .filter(|rest| !rest.is_empty())
            })
        })
    };
    let mail = labelled("supannMailPrive", &["{SECOURS}", "{PERSO}"])
        .or_else(|| entry.one("supannMailPerso"))
        .map(str::to_owned);
    let mobile = labelled("supannTelephonePrive", &["{SECOURS}", "{MOBPERSO}"]).map(str::to_owned);
    Recovery {
        has_mail: mail.is_some(),
        has_mobile: mobile.is_some(),
        mail,
        mobile,
    }
}

fn account(entry: &Attributes) -> AccountRecord {
    let failures: Vec<Timestamp> = entry
        .all("pwdFailureTime")
        .iter()
        .filter_map(|value| generalized_time(value))
        .collect();
    AccountRecord {
        resource: entry
            .all("supannRessourceEtatDate")
            .iter()
            .find_map(|value| AccountResource::parse(value)),
        must_change: entry.one("pwdReset") == Some("TRUE"),
        password_changed: entry.time("pwdChangedTime"),
        last_failure: failures.iter().max().copied(),
        failures: u32::try_from(failures.len()).unwrap_or(u32::MAX),
        lock: entry
            .one("pwdAccountLockedTime")
            .and_then(|value| match value {
                "000001010000Z" => Some(PasswordLock::Permanent),
                moment => generalized_time(moment).map(PasswordLock::Since),
            }),
        password_start: entry.time("pwdStartTime"),
        password_end: entry.time("pwdEndTime"),
        last_success: entry.time("pwdLastSuccess"),
        policy_dn: entry.one("pwdPolicySubentry").map(str::to_owned),
        markers: {
            let mut markers: Vec<Uuid> = entry
                .all(MARKER_ATTRIBUTE)
                .iter()
                .filter_map(|value| Uuid::parse_str(value.strip_prefix(MARKER_LABEL)?).ok())
                .collect();
            markers.sort_unstable();
            markers
        },
        protected: false,
    }
}

/// Attributes of a `pwdPolicy` entry (slapo-ppolicy).
pub(super) const POLICY_ATTRIBUTES: &[&str] = &[
    "pwdMustChange",
    "pwdLockout",
    "pwdMaxFailure",
    "pwdLockoutDuration",
    "pwdMinLength",
    "pwdMaxLength",
    "pwdMaxAge",
    "pwdInHistory",
];

pub(super) fn policy(attributes: HashMap<String, Vec<String>>) -> PasswordPolicy {
    let entry = Attributes::new(attributes);
    let small = |name: &str| u32::try_from(entry.number(name)).unwrap_or(u32::MAX);
    PasswordPolicy {
        must_change: entry.one("pwdMustChange") == Some("TRUE"),
        lockout: entry.one("pwdLockout") == Some("TRUE"),
        max_failure: small("pwdMaxFailure"),
        lockout_seconds: entry.number("pwdLockoutDuration"),
        min_length: small("pwdMinLength"),
        max_length: small("pwdMaxLength"),
        max_age_seconds: entry.number("pwdMaxAge"),
        in_history: small("pwdInHistory"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(pairs: &[(&str, &[&str])]) -> HashMap<String, Vec<String>> {
        pairs
            .iter()
            .map(|(name, values)| {
                (
                    (*name).to_owned(),
                    values.iter().map(|value| (*value).to_owned()).collect(),
                )
            })
            .collect()
    }

    #[test]
    fn a_doctorant_has_two_rattachements() {
        let person = person(
            "uid=x",
            entry(&[
                ("entryUUID", &["00000000-0000-4000-8000-000000000001"]),
                ("uid", &["b21704588"]),
                ("eduPersonAffiliation", &["student", "employee", "member"]),
                ("supannEtuCursusAnnee", &["{SUPANN}D2"]),
                ("supannEntiteAffectationPrincipale", &["ED-CALCUL"]),
                ("supannEntiteAffectation", &["ED-CALCUL", "LUMEN"]),
                ("supannEtuDateFin", &["20270831215959Z"]),
            ]),
        )
        .unwrap();
        let populations: Vec<_> = person
            .attachments
            .iter()
            .map(|attachment| attachment.population)
            .collect();
        assert_eq!(populations, [Population::Doctoral, Population::Staff]);
        assert_eq!(person.attachments[1].structure.as_deref(), Some("LUMEN"));
    }

    #[test]
    fn a_hidden_login_means_outside_the_perimeter() {
        let person = person(
            "uid=x",
            entry(&[
                ("entryUUID", &["00000000-0000-4000-8000-000000000001"]),
                ("sn", &["Roux"]),
            ]),
        )
        .unwrap();
        assert!(!person.within_perimeter);
    }

    #[test]
    fn parents_are_never_a_way_back() {
        let person = person(
            "uid=x",
            entry(&[
                ("entryUUID", &["00000000-0000-4000-8000-000000000001"]),
                ("supannMailPrive", &["{PARENTS}p@exemple.example"]),
                ("supannTelephonePrive", &["{MOBPARENTS}+33600000000"]),
            ]),
        )
        .unwrap();
        assert!(!person.recovery.has_mail && !person.recovery.has_mobile);
    }

    #[test]
    fn times_and_locks() {
        assert_eq!(
            generalized_time("20261124112419.388599Z"),
            Some("2026-11-24T11:24:19Z".parse().unwrap())
        );
        assert_eq!(generalized_time("yesterday"), None);
        let locked = account(&Attributes::new(entry(&[(
            "pwdaccountlockedtime",
            &["000001010000Z"],
        )])));
        assert_eq!(locked.lock, Some(PasswordLock::Permanent));
    }
}
