//! The other server of a pair, as `slapd.conf` names it: two that both write (N-way multi-provider), or a copy that only
//! reads. Replication goes over TLS with the rehearsal's own authority; never a model for a real site's replication account,
//! which is not its administrator.

use std::fmt::Write as _;

use super::{ADMINISTRATOR_PASSWORD, BASE_DN, administrator_dn};

/// Where this server's changes come from, and what it is in the pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replication {
    /// 1 to 4095, each server its own: the third field of its `entryCSN`.
    pub server_id: u16,
    /// `ldaps://` of the other server.
    pub provider: String,
    pub role: ReplicaRole,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplicaRole {
    /// It writes too.
    Provider,
    /// It refuses to write: 10 with this address, or 53 without one.
    ReadOnly { referral: Option<String> },
}

/// The line before the first database.
pub(super) fn global(replication: &Replication) -> String {
    format!("serverID {}\n", replication.server_id)
}

/// The lines of the database.
pub(super) fn database(replication: &Replication) -> String {
    let mut text = format!(
        "syncrepl rid={:03} provider={} type=refreshAndPersist retry=\"1 +\" searchbase=\"{BASE_DN}\" bindmethod=simple \
         binddn=\"{}\" credentials={ADMINISTRATOR_PASSWORD} tls_cacert=tls/ca.pem tls_reqcert=demand timeout=5\n",
        replication.server_id,
        replication.provider,
        administrator_dn(),
    );
    match &replication.role {
        ReplicaRole::Provider => text.push_str("multiprovider on\n"),
        ReplicaRole::ReadOnly { referral } => {
            if let Some(uri) = referral {
                let _ = writeln!(text, "updateref {uri}");
            }
        }
    }
    text
}
