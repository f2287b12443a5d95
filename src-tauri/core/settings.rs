//! The one settings file of a post, deployable by the IT office: TOML, checked when read, with the line at fault.
//! Holds names of things that are local (portal, desks, antennas) and where the directory is; never a password.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::foreign_text::{file_reason, quoted};
use crate::domain::password::PasswordForm;
use crate::vault::{NotAKey, Recipient};

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    pub establishment: EstablishmentSettings,
    pub post: PostSettings,
    pub directory: DirectorySettings,
    #[serde(default)]
    pub handover: HandoverSettings,
    pub letter: LetterSettings,
    #[serde(default)]
    pub mail: Option<MailSettings>,
    /// Without it a lost keyring loses the post's data, and nothing is handed over offline.
    #[serde(default)]
    pub recovery: Option<RecoverySettings>,
    /// Set by `rehearsal start`: the window then says that this is the training university.
    #[serde(default)]
    pub rehearsal: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EstablishmentSettings {
    pub name: String,
    /// For the rail of the window.
    pub short_name: String,
    /// Self-service portal, e.g. « Sésame ».
    pub portal: String,
    /// In English letters, where the portal has an English name.
    #[serde(default)]
    pub portal_en: Option<String>,
    pub activation_url: String,
    /// Where graduates whose account ended are sent, as a French noun phrase; « le service des diplômés » otherwise.
    #[serde(default)]
    pub alumni_desk: Option<String>,
    pub contact: String,
    pub dpo: String,
    /// How long the record of a handover is kept, said in every letter: 6 to 12 months (CNIL 2021-122).
    #[serde(default = "twelve_months")]
    pub retention_months: u8,
}

fn twelve_months() -> u8 {
    12
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PostSettings {
    /// 1 to 99: the two digits after the year in a handover's number, so that posts never share one.
    pub number: u8,
    /// Folder of the encrypted store.
    pub folder: PathBuf,
    #[serde(default = "two_minutes")]
    pub idle_lock_seconds: u32,
    /// Hours that the copy of a clerk's perimeter lives once nothing refreshes it; 72 by default, 168 at most.
    #[serde(default = "three_days")]
    pub copy_hours: i64,
    #[serde(default)]
    pub printer: Option<String>,
    /// Hours during which a clerk whom the directory accepted here may sign in without it: 72 at most, 0 for never.
    #[serde(default = "longest_alone")]
    pub offline_hours: u8,
}

fn two_minutes() -> u32 {
    120
}

fn three_days() -> i64 {
    72
}

fn longest_alone() -> u8 {
    72
}

/// The key pair of the IT office (`age-keygen`, Debian package age). Its private half stays away from the posts.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RecoverySettings {
    /// The public half, `age1…`: the database key and each waiting password are sealed to it as well.
    pub recipient: Recipient,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DirectorySettings {
    /// `ldaps://host[:port]`, or `ldap://host[:port]` which then means StartTLS before anything else.
    pub uris: Vec<String>,
    /// PEM file of the site's certificate authority; the system's authorities otherwise.
    #[serde(default)]
    pub authority: Option<PathBuf>,
    pub people: String,
    #[serde(default)]
    pub structures: Option<String>,
    /// Branch of the handover records.
    pub records: String,
    /// DN of a clerk, `{login}` standing for what was typed, escaped. This or `read-account`, never both.
    #[serde(default)]
    pub clerk_pattern: Option<String>,
    /// Where DNs do not follow from logins: an account that finds the clerk's own before their bind.
    #[serde(default)]
    pub read_account: Option<ReadAccountSettings>,
    /// DN of the policy in force where an entry names none.
    #[serde(default)]
    pub default_policy: Option<String>,
    /// DN of the group of accounts no desk may touch.
    #[serde(default)]
    pub protected_group: Option<String>,
    /// Who hashes a provisional password.
    #[serde(default)]
    pub hashing: Hashing,
    /// For `guichet doctor --canary`.
    #[serde(default)]
    pub canary: Option<CanarySettings>,
    pub roles: Vec<RoleSettings>,
    #[serde(default = "five_seconds")]
    pub timeout_seconds: u64,
    /// Minutes after which what one server acknowledged has reached the others, 1 to 1440: before, what another server
    /// does not show is not taken for absent. Matters with several `uris` only.
    #[serde(default = "ten_minutes")]
    pub replication_minutes: u16,
}

/// Who hashes a provisional password. `guichet doctor --canary` proves which one a server needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hashing {
    /// The server, which receives it in clear inside TLS: OpenLDAP with `ppolicy_hash_cleartext`.
    #[default]
    Server,
    /// Guichet, as `{ARGON2}$argon2id$…`, where the server would keep the clear text and knows that scheme (module
    /// `argon2`). The server's policy then measures the hash and not the password: it checks neither length nor
    /// quality, and refuses it with `pwdCheckQuality: 2` or a `pwdMaxLength` under 120. The strength is the one
    /// Guichet draws, nothing else.
    Argon2id,
}

fn five_seconds() -> u64 {
    5
}

fn ten_minutes() -> u16 {
    10
}

impl DirectorySettings {
    /// Exactly one way to a clerk's DN, and the login in it.
    fn check_clerks(&self) -> Result<(), String> {
        let (named, text) = match (&self.clerk_pattern, &self.read_account) {
            (Some(pattern), None) => ("clerk-pattern", pattern),
            (None, Some(account)) => ("read-account.filter", &account.filter),
            (Some(_), Some(_)) => {
                return Err("directory.clerk-pattern et directory.read-account s’excluent".into());
            }
            (None, None) => {
                return Err(
                    "directory.clerk-pattern ou directory.read-account doit dire où sont les agents"
                        .into(),
                );
            }
        };
        if text.contains("{login}") {
            Ok(())
        } else {
            Err(format!("directory.{named} doit contenir {{login}}"))
        }
    }
}

/// What the IT office tries a directory with. The account writes and compares `userPassword`, writes `pwdReset` and
/// Guichet's markers on the test entry, and removes records; nothing more. Its password is asked for, never in here.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CanarySettings {
    /// DN of a test entry that is nobody's.
    pub entry: String,
    /// DN of the IT account.
    pub account: String,
}

/// The account that finds a clerk's DN: it needs to read `entry` and the attributes of `filter` below `search-base`,
/// nothing else. Its password is in the keyring of the session (`guichet read-account set`: entry `read-account` of the
/// service `guichet`), or on the first line of `password-file`, which nobody but its owner may read. Never in here.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReadAccountSettings {
    pub dn: String,
    pub search_base: String,
    /// LDAP filter, `{login}` standing for what was typed, escaped: `(uid={login})`.
    pub filter: String,
    /// For posts that several sessions share; the keyring otherwise.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RoleSettings {
    /// « RH », « Scolarité ».
    pub label: String,
    /// DN of the group whose members hold the role.
    pub group: String,
    /// LDAP filter of its population; `{structures}` stands for the clerk's own structures.
    pub population: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct HandoverSettings {
    pub form: PasswordForm,
    /// Hours a provisional password lives, 168 at most (decision 10).
    pub valid_hours: i64,
    /// The directory demands a digit and a sign.
    pub demands_classes: bool,
    /// « Enregistrer en PDF » exists.
    pub may_save: bool,
    pub accept_expired_documents: bool,
    /// National cards issued to adults from 2004 to 2013 count five years more.
    pub former_card_extension: bool,
}

impl Default for HandoverSettings {
    fn default() -> Self {
        HandoverSettings {
            form: PasswordForm::Phrase,
            valid_hours: 72,
            demands_classes: false,
            may_save: false,
            accept_expired_documents: false,
            former_card_extension: true,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LetterSettings {
    /// « Rivemer », before the date.
    pub place: String,
    pub service_lines: Vec<String>,
    pub desk: String,
    /// The same in English; an English letter says the French one otherwise.
    #[serde(default)]
    pub desk_en: Option<String>,
    /// « 8 h 30 – 17 h ».
    pub desk_hours: String,
    #[serde(default)]
    pub desk_hours_en: Option<String>,
    #[serde(default = "yes")]
    pub qr: bool,
    /// PNG at the top of each letter; Guichet's emblem otherwise. 300 KB at most, from 1:2 to 6:1.
    #[serde(default)]
    pub logo: Option<PathBuf>,
    /// The office's own words; ours otherwise.
    #[serde(default)]
    pub template: Option<PathBuf>,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MailSettings {
    pub server: String,
    pub port: u16,
}

/// Bytes of a settings file: ours has two thousand.
const LARGEST_FILE: usize = 256 << 10;

/// Why the settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsProblem {
    pub file: PathBuf,
    pub line: Option<usize>,
    pub what: String,
}

impl SettingsProblem {
    pub fn sentence(&self) -> String {
        let line = self
            .line
            .map_or(String::new(), |line| format!(", ligne {line}"));
        format!(
            "Le fichier de réglages {}{line} ne convient pas\u{a0}: {}. Rien n’a été ouvert. Corrigez-le, puis relancez Guichet.",
            self.file.display(),
            self.what
        )
    }
}

impl Settings {
    /// # Errors
    /// `SettingsProblem` when the file is absent, is not TOML, lacks a key, has an unknown one or a value out of range.
    pub fn read(file: &Path) -> Result<Self, SettingsProblem> {
        let problem = |line, what: String| SettingsProblem {
            file: file.to_owned(),
            line,
            what,
        };
        let text = std::fs::read_to_string(file).map_err(|error| {
            problem(None, format!("il ne se lit pas ({})", file_reason(&error)))
        })?;
        if text.len() > LARGEST_FILE {
            return Err(problem(None, "il est trop grand".to_owned()));
        }
        let settings: Settings = toml::from_str(&text).map_err(|error| {
            let line = error.span().map(|span| {
                1 + text.as_bytes()[..span.start.min(text.len())]
                    .iter()
                    .filter(|byte| **byte == b'\n')
                    .count()
            });
            problem(line, in_french(error.message()))
        })?;
        settings.check().map_err(|what| problem(None, what))?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), String> {
        if !(1..=99).contains(&self.post.number) {
            return Err("post.number va de 1 à 99".into());
        }
        if !(6..=12).contains(&self.establishment.retention_months) {
            return Err(
                "establishment.retention-months va de 6 à 12 (CNIL, délibération 2021-122)".into(),
            );
        }
        if !(60..=300).contains(&self.post.idle_lock_seconds) {
            return Err("post.idle-lock-seconds va de 60 à 300".into());
        }
        if !(1..=168).contains(&self.post.copy_hours) {
            return Err("post.copy-hours va de 1 à 168".into());
        }
        if self.post.offline_hours > 72 {
            return Err("post.offline-hours va de 0 (jamais) à 72".into());
        }
        if !(1..=168).contains(&self.handover.valid_hours) {
            return Err("handover.valid-hours va de 1 à 168".into());
        }
        self.directory.check_clerks()?;
        if self.directory.uris.is_empty() {
            return Err("directory.uris est vide".into());
        }
        for (nth, uri) in self.directory.uris.iter().enumerate() {
            check_uri(uri)?;
            if self.directory.uris[..nth].contains(uri) {
                return Err("directory.uris nomme deux fois le même serveur".into());
            }
        }
        if !(1..=1440).contains(&self.directory.replication_minutes) {
            return Err("directory.replication-minutes va de 1 à 1440".into());
        }
        if self.directory.roles.is_empty() {
            return Err("directory.roles est vide : aucun agent ne pourrait travailler".into());
        }
        Ok(())
    }
}

/// A scheme, a host, perhaps a port: whoever opens the directory is in no address.
fn check_uri(uri: &str) -> Result<(), String> {
    // Its text is not repeated: what precedes the sign may be a password.
    if uri.contains('@') {
        return Err("une adresse de directory.uris porte un compte avant «\u{202f}@\u{202f}»\u{a0}: retirez-le, l’agent s’identifie lui-même".into());
    }
    let (scheme, rest) = uri.split_once("://").unwrap_or_default();
    if scheme != "ldaps" && scheme != "ldap" {
        return Err(format!("{} n’est ni ldaps:// ni ldap://", quoted(uri)));
    }
    let host = rest.trim_end_matches('/');
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        Some(_) | None => (host, None),
    };
    if name.is_empty() {
        return Err(format!(
            "{} ne nomme aucun serveur (directory.uris)",
            quoted(uri)
        ));
    }
    let port_is_one = |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0);
    if name.contains(['/', '?', '#', ' ']) || !port.is_none_or(port_is_one) {
        return Err(format!(
            "{} n’est pas une adresse (directory.uris)\u{a0}: ldaps://, le nom du serveur, et son port s’il le faut",
            quoted(uri)
        ));
    }
    Ok(())
}

/// What the reader of the file found, in the office's words: its own are English.
fn in_french(message: &str) -> String {
    let named = || {
        let mut parts = message.split('`');
        quoted(parts.nth(1).unwrap_or_default())
    };
    if message.starts_with("unknown field") {
        format!("le réglage {} n’existe pas", named())
    } else if message.starts_with("missing field") {
        format!("le réglage {} manque", named())
    } else if message.starts_with("unknown variant") {
        format!("{} n’est pas une des valeurs possibles", named())
    } else if message == NotAKey::Public.to_string() {
        message.to_owned()
    } else if message.starts_with("duplicate") {
        "un réglage ou une section y est deux fois".to_owned()
    } else if message.starts_with("invalid type")
        || message.starts_with("invalid value")
        || message.starts_with("invalid length")
    {
        "une valeur n’a pas la forme attendue (texte entre guillemets, nombre, liste entre crochets)".to_owned()
    } else {
        "ce n’est pas du TOML valable à cet endroit (guillemet, crochet ou signe égal)".to_owned()
    }
}
#[cfg(test)]
mod tests;
