//! The server's `slapd.conf`, with paths relative to its own folder.
//! Plain connections may not bind (`security simple_bind=128`); content sync is there, as in production, unless left out.
//! Never written by hand after preparation: it is written again at each start, so that rules follow the product.

use std::fmt::Write as _;
use std::path::Path;

use super::clerks::Role;
use super::institution::{DEFAULT_POLICY, OPERATIONS_SERVICE, administrator_dn, service_dn};
use super::{
    ADMINISTRATOR_PASSWORD, BASE_DN, PEOPLE_DN, RehearsalOptions, access_rules, group_dn,
    policy_dn, replication,
};

/// How the server hashes passwords it receives in clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PasswordHashing {
    /// Fast: tests and benches.
    #[default]
    SaltedSha1,
    /// As real directories should; `memory` in KiB.
    Argon2 { memory: u32, passes: u32 },
}

/// Where the distribution put slapd's parts.
pub struct Layout<'a> {
    pub modules: &'a Path,
    pub schemas: &'a Path,
}

/// Room for the people (about 9 KiB each with their indexes) and for years of training. Kept close to the need:
/// the loader makes the file that long at once, holes included.
fn size(people: usize) -> usize {
    (32 << 20) + people * (24 << 10)
}

/// Whether the distribution's slapd can verify `{ARGON2}` values.
pub fn knows_argon2(modules: &Path) -> bool {
    modules.join("argon2.so").exists() || modules.join("argon2.la").exists()
}

/// The text of `slapd.conf`.
pub fn text(layout: &Layout<'_>, options: &RehearsalOptions) -> String {
    let mut text = String::new();
    for schema in ["core", "cosine", "inetorgperson", "namedobject"] {
        let _ = writeln!(text, "include {}/{schema}.schema", layout.schemas.display());
    }
    let (scheme, argon2) = match options.hashing {
        // Loaded all the same where it is installed, for posts that hash by themselves.
        PasswordHashing::SaltedSha1 if knows_argon2(layout.modules) => {
            ("{SSHA}", "moduleload argon2\n".to_owned())
        }
        PasswordHashing::SaltedSha1 => ("{SSHA}", String::new()),
        PasswordHashing::Argon2 { memory, passes } => (
            "{ARGON2}",
            format!("moduleload argon2 m={memory} t={passes} p=1\n"),
        ),
    };
    let replicated = options.replication.as_ref();
    let server_id = replicated.map_or_else(String::new, replication::global);
    let envflags = if options.durable {
        ""
    } else {
        "envflags nosync\n"
    };
    let content_sync = if options.content_sync {
        "moduleload syncprov\n"
    } else {
        ""
    };
    let _ = write!(
        text,
        "include schema/eduperson.schema
include schema/supann.schema
pidfile slapd.pid
argsfile slapd.args
loglevel none
modulepath {modules}
moduleload back_mdb
moduleload ppolicy
{content_sync}moduleload unique
moduleload refint
moduleload constraint
{argon2}TLSCACertificateFile tls/ca.pem
TLSCertificateFile tls/server.pem
TLSCertificateKeyFile tls/server.key
TLSVerifyClient never
TLSProtocolMin 3.3
security simple_bind=128
password-hash {scheme}
sizelimit 500
threads 8
{server_id}
database mdb
suffix \"{BASE_DN}\"
rootdn \"{admin}\"
rootpw {ADMINISTRATOR_PASSWORD}
directory data
maxsize {size}
{envflags}checkpoint 1024 5
lastbind on
add_content_acl off
",
        modules = layout.modules.display(),
        admin = administrator_dn(),
        size = size(options.people),
    );
    text.push_str(&limits());
    text.push_str(INDEXES);
    text.push_str(&access_rules::text());
    if let Some(replicated) = replicated {
        text.push_str(&replication::database(replicated));
    }
    text.push_str(&overlays(options));
    text
}

/// A clerk may page through everything and sync; anybody else gets a handful of entries.
fn limits() -> String {
    let mut text = String::new();
    for role in Role::ALL {
        let _ = writeln!(
            text,
            "limits group/groupOfNames/member=\"{}\" size.soft=500 size.hard=unlimited size.prtotal=unlimited \
             time.soft=30 time.hard=unlimited",
            group_dn(role.group())
        );
    }
    let _ = writeln!(
        text,
        "limits dn.exact=\"{}\" size=unlimited time=unlimited",
        service_dn(OPERATIONS_SERVICE)
    );
    text.push_str("limits users size.soft=20 size.hard=50 size.prtotal=50 time=10\n");
    text.push_str("limits anonymous size=1 size.prtotal=disabled time=5\n");
    text
}

const INDEXES: &str = "index objectClass,entryUUID,entryCSN,member eq
index uid,cn,sn,givenName,displayName,mail,supannNomDeNaissance eq,sub
index supannAliasLogin,supannEtuId,supannEmpId,supannCodeINE,supannRefId,supannMailPrive eq
index supannOIDCDateDeNaissance,eduPersonAffiliation,eduPersonPrincipalName,supannEtuCursusAnnee eq
index supannEntiteAffectation,supannEntiteAffectationPrincipale,supannParrainDN,pwdReset eq
index documentIdentifier,documentAuthor,seeAlso,modifyTimestamp eq
";

fn overlays(options: &RehearsalOptions) -> String {
    let mut text = String::new();
    if options.content_sync {
        text.push_str("overlay syncprov\nsyncprov-checkpoint 100 10\nsyncprov-sessionlog 10000\n");
    }
    text.push_str("overlay ppolicy\n");
    let _ = writeln!(text, "ppolicy_default \"{}\"", policy_dn(DEFAULT_POLICY));
    if options.hashes_cleartext {
        text.push_str("ppolicy_hash_cleartext\n");
    }
    text.push_str("ppolicy_use_lockout\noverlay unique\n");
    for attribute in ["uid", "mail", "eduPersonPrincipalName"] {
        let _ = writeln!(text, "unique_uri \"ldap:///{PEOPLE_DN}?{attribute}?sub\"");
    }
    text.push_str("overlay refint\nrefint_attributes member supannParrainDN\n");
    text.push_str(&access_rules::record_constraints());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(hashing: PasswordHashing, durable: bool) -> String {
        let layout = Layout {
            modules: Path::new("/m"),
            schemas: Path::new("/s"),
        };
        let mut options = RehearsalOptions::new("/f", jiff::Timestamp::UNIX_EPOCH);
        options.hashing = hashing;
        options.durable = durable;
        text(&layout, &options)
    }

    #[test]
    fn clear_connections_may_not_bind() {
        let text = written(PasswordHashing::SaltedSha1, true);
        assert!(text.contains("security simple_bind=128"));
        assert!(text.contains("ppolicy_hash_cleartext"));
        assert!(!text.contains("argon2") && !text.contains("nosync"));
    }

    #[test]
    fn hashing_and_durability_are_choices() {
        let text = written(
            PasswordHashing::Argon2 {
                memory: 7168,
                passes: 1,
            },
            false,
        );
        assert!(text.contains("moduleload argon2 m=7168 t=1 p=1"));
        assert!(text.contains("password-hash {ARGON2}"));
        assert!(text.contains("envflags nosync"));
    }
}
