//! The rehearsal university, « Université de Rivemer »: a real slapd on the loopback interface, filled with
//! fictitious people in every population, state and nasty case. Clerks train on it before the rentrée; every suite
//! that needs a directory starts one.
//! Never reachable from the network, and never a model for where a real site keeps its keys.

mod access_rules;
mod account;
mod calendar;
pub mod cast;
pub mod certificates;
pub mod clerks;
mod configuration;
mod error;
mod institution;
mod ldif;
mod names;
pub mod nasty_cases;
mod nasty_people;
pub mod people;
mod person;
mod platform;
mod post;
mod preparation;
mod randomness;
mod replication;
mod schema;
mod server;
mod structures;
mod temporary;
mod town_hall;

use std::path::PathBuf;

use jiff::Timestamp;

pub use calendar::Calendar;
pub use certificates::CertificateFault;
pub use configuration::PasswordHashing;
pub use error::RehearsalError;
pub use institution::{
    DEFAULT_POLICY, LOOKUP_SERVICE, OPERATIONS_SERVICE, SERVICE_PASSWORD, administrator_dn,
    canary_dn, service_dn,
};
pub use post::post_settings;
pub use preparation::{Preparation, RECOVERY_FILE, TRAINING_SHEET, write_ldif};
pub use replication::{ReplicaRole, Replication};
pub use server::{Rehearsal, RunningRehearsal};
pub use structures::{STRUCTURES, Structure, structure_dn};
pub use temporary::TemporaryRehearsal;

pub const BASE_DN: &str = "dc=univ-rivemer,dc=example";
pub const PEOPLE_DN: &str = "ou=people,dc=univ-rivemer,dc=example";
pub const GROUPS_DN: &str = "ou=groupes,dc=univ-rivemer,dc=example";
pub const STRUCTURES_DN: &str = "ou=structures,dc=univ-rivemer,dc=example";
pub const POLICIES_DN: &str = "ou=politiques,dc=univ-rivemer,dc=example";
pub const SERVICES_DN: &str = "ou=services,dc=univ-rivemer,dc=example";
pub const GUICHET_DN: &str = "ou=guichet,dc=univ-rivemer,dc=example";
/// Records of handovers, add-only.
pub const RECORDS_DN: &str = "ou=remises,ou=guichet,dc=univ-rivemer,dc=example";
/// Signed checkpoints of the posts' journals, add-only.
pub const CHECKPOINTS_DN: &str = "ou=jalons,ou=guichet,dc=univ-rivemer,dc=example";
/// Group of the accounts that no counter may reset.
pub const PROTECTED_GROUP: &str = "comptes-proteges";
pub const MAIL_DOMAIN: &str = "univ-rivemer.example";
/// The establishment's code; its department does not exist.
pub const UAI: &str = "0990001A";
/// The recovery pair of the fictitious university's posts, public like every other secret of the rehearsal.
pub const RECOVERY_RECIPIENT: &str =
    "age1slppmk7lrrnwa4mullz6jpdqd309mjqfg8dpd7nt9qk3nna4ty3syp72dw";
/// Its private half, as `age-keygen` writes it.
pub const RECOVERY_IDENTITY: &str =
    "AGE-SECRET-KEY-17MYXRR7LM5HVC9UDKF2VYMTUWK7V2VY07SWS85VZSF9Y9PJJHA7SML348N";
/// Password of the directory's own administrator. Opens nothing but a rehearsal.
pub const ADMINISTRATOR_PASSWORD: &str = "Administration-de-Repetition";

/// DN of a person.
pub fn person_dn(login: &str) -> String {
    format!("uid={login},{PEOPLE_DN}")
}

/// DN of a group.
pub fn group_dn(name: &str) -> String {
    format!("cn={name},{GROUPS_DN}")
}

/// DN of a password policy.
pub fn policy_dn(name: &str) -> String {
    format!("cn={name},{POLICIES_DN}")
}

/// Whether the slapd installed here can verify `{ARGON2}` values, as a post that hashes by itself needs.
pub fn knows_argon2() -> bool {
    platform::Installation::find()
        .is_ok_and(|installation| configuration::knows_argon2(&installation.modules))
}

/// The certificate the server presents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ServerCertificate {
    #[default]
    Sound,
    /// One that a post must refuse.
    Faulty(CertificateFault),
}

/// What to prepare and how to run it.
#[derive(Debug, Clone)]
pub struct RehearsalOptions {
    /// The rehearsal's own folder, created if absent.
    pub folder: PathBuf,
    /// How many people, the named ones included. Five thousand load in two seconds, a hundred thousand in half a minute.
    pub people: usize,
    pub seed: u64,
    /// The instant that "ten days ago" and "next month" count from: now, for whoever starts it.
    pub now: Timestamp,
    /// `None`: a free high port.
    pub ldaps_port: Option<u16>,
    /// Port of `ldap://`, where binds need StartTLS first. `None`: a free high port.
    pub ldap_port: Option<u16>,
    pub hashing: PasswordHashing,
    /// `ppolicy_hash_cleartext`. Without it the server keeps passwords as they come: what a canary must see.
    pub hashes_cleartext: bool,
    /// The server has content synchronisation (RFC 4533, slapo-syncprov), as most in production.
    pub content_sync: bool,
    pub certificate: ServerCertificate,
    /// Flush each write to disk. A training directory wants it, a test does not.
    pub durable: bool,
    /// The server writes each request it gets in `slapd.log`, filters and DNs as it understood them. For a test only:
    /// a training directory keeps no trace of who was looked for.
    pub log_requests: bool,
    /// The other server of a pair. For a test only: a training directory is alone.
    pub replication: Option<Replication>,
}

impl RehearsalOptions {
    /// Five thousand people of seed 2026, free ports, a sound certificate, writes flushed.
    pub fn new(folder: impl Into<PathBuf>, now: Timestamp) -> Self {
        RehearsalOptions {
            folder: folder.into(),
            people: 5000,
            seed: 2026,
            now,
            ldaps_port: None,
            ldap_port: None,
            hashing: PasswordHashing::default(),
            hashes_cleartext: true,
            content_sync: true,
            certificate: ServerCertificate::default(),
            durable: true,
            log_requests: false,
            replication: None,
        }
    }
}
