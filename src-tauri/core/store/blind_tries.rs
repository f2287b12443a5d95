//! Birth dates typed wrong, by person: closing a handover and opening another gives no more tries.
//! Keeps when, never what was typed nor by whom.

use jiff::Timestamp;
use rusqlite::params;

use super::{Reader, StoreError, Writer};
use crate::domain::person::PersonId;

pub(super) const MIGRATION: &str = "
CREATE TABLE blind_tries (person TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX blind_tries_person ON blind_tries (person, at);
";

impl Writer<'_> {
    /// Notes a wrong try, and forgets those before `since`, of anybody.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be written.
    pub fn note_blind_try(
        &self,
        person: PersonId,
        at: Timestamp,
        since: Timestamp,
    ) -> Result<(), StoreError> {
        self.connection().execute(
            "DELETE FROM blind_tries WHERE at < ?1",
            params![since.as_second()],
        )?;
        self.connection().execute(
            "INSERT INTO blind_tries (person, at) VALUES (?1, ?2)",
            params![person.to_string(), at.as_second()],
        )?;
        Ok(())
    }

    /// The person's identity is established: what went wrong before no longer counts.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be written.
    pub fn forget_blind_tries(&self, person: PersonId) -> Result<(), StoreError> {
        self.connection().execute(
            "DELETE FROM blind_tries WHERE person = ?1",
            params![person.to_string()],
        )?;
        Ok(())
    }
}

impl Reader<'_> {
    /// Wrong tries for this person since `since`; one dated in the future, by a clock since set back, counts.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be read.
    pub fn blind_tries(&self, person: PersonId, since: Timestamp) -> Result<u8, StoreError> {
        let tries: i64 = self.connection().query_row(
            "SELECT count(*) FROM blind_tries WHERE person = ?1 AND at >= ?2",
            params![person.to_string(), since.as_second()],
            |row| row.get(0),
        )?;
        Ok(u8::try_from(tries).unwrap_or(u8::MAX))
    }
}
