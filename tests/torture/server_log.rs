//! What slapd itself says it did: the password Modifies that it answered with 0, read from its own log of requests.
//! Counted there and not on the entries, because a second effect of one act would leave one marker all the same.
//! Never reads what our side believes.

use std::collections::{HashMap, HashSet};
use std::path::Path;

/// Successful password Modifies by DN, in lower case. `text` is a log of level `stats`: `MOD dn="…"`, `MOD attr=…`, then
/// `RESULT … err=0`, of one connection and operation.
#[derive(Debug, Default)]
pub struct Writes {
    open: HashMap<String, String>,
    passwords: HashSet<String>,
    pub by_dn: HashMap<String, u64>,
}

impl Writes {
    pub fn of(folder: &Path) -> Writes {
        let mut writes = Writes::default();
        writes.read(folder);
        writes
    }

    /// Adds what a server wrote since it started: each start begins a new log.
    pub fn read(&mut self, folder: &Path) {
        self.open.clear();
        self.passwords.clear();
        let log = std::fs::read(folder.join("serveur/slapd.log")).expect("the server's log");
        String::from_utf8_lossy(&log)
            .lines()
            .for_each(|line| self.line(line));
    }

    fn line(&mut self, line: &str) {
        let Some((operation, rest)) = line
            .split_once("conn=")
            .and_then(|(_, rest)| rest.split_once(' '))
            .and_then(|(connection, rest)| {
                let (operation, rest) = rest.strip_prefix("op=")?.split_once(' ')?;
                Some((format!("{connection}/{operation}"), rest))
            })
        else {
            return;
        };
        if let Some(dn) = rest.strip_prefix("MOD dn=\"") {
            let dn = dn.trim_end().trim_end_matches('"').to_lowercase();
            self.open.insert(operation, dn);
        } else if let Some(attributes) = rest.strip_prefix("MOD attr=") {
            if attributes
                .split_whitespace()
                .any(|name| name == "userPassword")
            {
                self.passwords.insert(operation);
            }
        } else if rest.starts_with("RESULT ")
            && let Some(dn) = self.open.remove(&operation)
            && self.passwords.remove(&operation)
            && rest.contains(" err=0 ")
        {
            *self.by_dn.entry(dn).or_default() += 1;
        }
    }
}
