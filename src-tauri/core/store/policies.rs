//! Password policies as last read, by DN: without the directory a letter is drawn by the one in force when it answered.
//! Names nobody, and never says more than what was read and when.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, params};

use super::handovers::{from_json, json};
use super::{Reader, StoreError, Writer};
use crate::domain::account::PasswordPolicy;

pub(super) const MIGRATION: &str = "
CREATE TABLE policies (dn TEXT PRIMARY KEY, policy TEXT NOT NULL, read_at TEXT NOT NULL) STRICT;
";

impl Writer<'_> {
    /// The policy of that entry as just read; `None` when it cannot be read any more.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be written.
    pub fn put_policy(
        &self,
        dn: &str,
        policy: Option<&PasswordPolicy>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let dn = dn.to_lowercase();
        match policy {
            Some(policy) => self.connection().execute(
                "INSERT OR REPLACE INTO policies (dn, policy, read_at) VALUES (?1, ?2, ?3)",
                params![dn, json(policy)?, at.to_string()],
            )?,
            None => self
                .connection()
                .execute("DELETE FROM policies WHERE dn = ?1", params![dn])?,
        };
        Ok(())
    }
}

impl Reader<'_> {
    /// The policy of that entry, when it was read in the `age` before `now`; one dated after `now` is of an unknown age.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be read.
    pub fn policy(
        &self,
        dn: &str,
        now: Timestamp,
        age: SignedDuration,
    ) -> Result<Option<PasswordPolicy>, StoreError> {
        let mut statement = self
            .connection()
            .prepare_cached("SELECT policy, read_at FROM policies WHERE dn = ?1")?;
        let kept = statement
            .query_row(params![dn.to_lowercase()], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
            })
            .optional()?;
        let Some((policy, read_at)) = kept else {
            return Ok(None);
        };
        let read_at: Timestamp = read_at
            .parse()
            .map_err(|_| StoreError::unreadable("policies.read_at"))?;
        let elapsed = now.duration_since(read_at);
        if elapsed.is_negative() || elapsed > age {
            return Ok(None);
        }
        Ok(Some(from_json(&policy)?))
    }
}
