//! A person as the counter knows them: names, keys, populations, rattachements.
//! Built from directory attributes by `directory::person_entry`; never decides a login, only reads it.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::account::AccountRecord;
use crate::domain::birth_date::PartialDate;

/// `entryUUID` of the person's entry: survives renames and moves, unlike the DN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(pub Uuid);

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for PersonId {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text.trim()).map(PersonId)
    }
}

/// `uid`. LDAP compares it without case, so does this type.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Login(String);

impl Login {
    /// # Errors
    /// `None` for an empty or blank login.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Login(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialEq for Login {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_lowercase() == other.0.to_lowercase()
    }
}

impl Eq for Login {}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The populations a desk meets, from `eduPersonAffiliation` and SupAnn profiles (counter reference §2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Population {
    Student,
    Staff,
    Doctoral,
    Alumni,
    Guest,
    Unknown,
}

/// `supannCivilite`, only to agree words on screen (« née en »). Sex is never read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Civility {
    Mister,
    Madam,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonNames {
    /// `sn`: the name used.
    pub family: String,
    /// `givenName`: the first name used.
    pub given: String,
    /// `displayName`, accented.
    pub display: Option<String>,
    /// `cn` values, often unaccented.
    pub common: Vec<String>,
    /// `supannNomDeNaissance`.
    pub birth_family: Option<String>,
    /// `supannPrenomsEtatCivil`, separated by spaces. Shown only inside the evidence panel.
    pub civil_given: Option<String>,
}

impl PersonNames {
    /// « Lefèvre-Nuñez Inès », whichever part exists (mononyms).
    pub fn full(&self) -> String {
        match (self.family.is_empty(), self.given.is_empty()) {
            (false, false) => format!("{} {}", self.family, self.given),
            (false, true) => self.family.clone(),
            (true, false) => self.given.clone(),
            (true, true) => self.display.clone().unwrap_or_default(),
        }
    }
}

/// A number people bring to the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonNumber {
    pub kind: NumberKind,
    pub value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NumberKind {
    /// `supannEtuId`.
    Student,
    /// `supannEmpId`.
    Staff,
    /// `supannCodeINE`.
    Ine,
}

/// One rattachement: what the person is, where, until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub population: Population,
    /// Code of the structure (`supannCodeEntite`).
    pub structure: Option<String>,
    /// « L2 », « D1 », corps, reason of a guest.
    pub detail: Option<String>,
    /// Last day, when the directory gives one.
    pub end: Option<Date>,
}

/// Means of online recovery. The mirror keeps only whether they exist.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovery {
    /// `supannMailPrive {SECOURS}` then `{PERSO}`, then `supannMailPerso`; never `{PARENTS}`.
    #[serde(skip)]
    pub mail: Option<String>,
    /// `supannTelephonePrive {MOBPERSO}` or `{SECOURS}`; never the parents'.
    #[serde(skip)]
    pub mobile: Option<String>,
    pub has_mail: bool,
    pub has_mobile: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    pub id: PersonId,
    pub dn: String,
    pub login: Option<Login>,
    pub names: PersonNames,
    pub civility: Option<Civility>,
    pub numbers: Vec<PersonNumber>,
    pub mail: Option<String>,
    pub birth: Option<PartialDate>,
    /// `eduPersonAffiliation`, lower case.
    pub affiliations: Vec<String>,
    pub main_structure: Option<String>,
    pub structures: Vec<String>,
    pub attachments: Vec<Attachment>,
    /// `supannParrainDN`.
    pub sponsor: Option<String>,
    pub recovery: Recovery,
    pub account: AccountRecord,
    /// `preferredLanguage`, lower case, as `fr` or `en-gb`.
    pub language: Option<String>,
    /// False when only name and structure could be read: the person is outside the clerk's perimeter.
    pub within_perimeter: bool,
}

impl Person {
    /// The population whose colour and icon the person bears first: a doctorant before a student,
    /// a current rattachement before an ended one.
    pub fn main_population(&self, today: Date) -> Population {
        let rank = |population: Population| match population {
            Population::Doctoral => 0,
            Population::Staff => 1,
            Population::Student => 2,
            Population::Guest => 3,
            Population::Alumni => 4,
            Population::Unknown => 5,
        };
        self.attachments
            .iter()
            .min_by_key(|attachment| {
                (
                    attachment.end.is_some_and(|end| end < today),
                    rank(attachment.population),
                )
            })
            .map_or(Population::Unknown, |attachment| attachment.population)
    }
}
