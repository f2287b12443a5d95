//! What can keep a rehearsal from starting, in words that lead to a remedy.
//! Carries no secret: the tools' own messages name files and ports, nothing else.

use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum RehearsalError {
    /// slapd, its modules or its schemas are not on this post (packages `slapd`, `openldap-servers`).
    #[error("{0} is missing: install the OpenLDAP server package")]
    NotInstalled(String),
    /// Started as root, but neither `openldap` nor `nobody` exists to run the server as.
    #[error("no unprivileged account to run slapd as")]
    NoUnprivilegedAccount,
    #[error("{action} {}: {source}", path.display())]
    File {
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A tool answered by a failure; `message` is what it wrote last.
    #[error("{tool} failed: {message}")]
    Tool { tool: &'static str, message: String },
    /// The server did not answer a search; `message` is the end of its log.
    #[error("the directory does not answer: {message}")]
    NoAnswer { message: String },
    /// A named port is already used by something else.
    #[error("port {0} is taken")]
    PortTaken(u16),
    /// The folder holds something that no rehearsal made.
    #[error("{} is not a rehearsal folder", .0.display())]
    NotOurs(PathBuf),
    /// Fewer people asked for than the named ones, who are always there.
    #[error("a rehearsal holds at least {minimum} people")]
    TooFewPeople { minimum: usize },
}

impl RehearsalError {
    pub(super) fn file<'a>(
        action: &'static str,
        path: &'a Path,
    ) -> impl FnOnce(io::Error) -> RehearsalError + use<'a> {
        move |source| RehearsalError::File {
            action,
            path: path.to_owned(),
            source,
        }
    }
}
