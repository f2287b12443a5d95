//! Which directory server: a replicated directory has several, and what one has acknowledged another may not have yet.
//! Never the directory as a whole, and never where a server's data are.

use std::fmt;

/// One server, by its address in the settings (`ldaps://ldap1.example`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DirectoryServer(String);

impl DirectoryServer {
    #[must_use]
    pub fn new(uri: impl Into<String>) -> Self {
        DirectoryServer(uri.into())
    }

    #[must_use]
    pub fn uri(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DirectoryServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
