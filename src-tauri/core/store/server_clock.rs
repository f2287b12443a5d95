//! What this post last heard of the server's clock: one row, and with each sealed act the moment it was made.
//! Never interprets it: the domain does.

use rusqlite::{OptionalExtension, params};

use super::handovers::{from_json, json};
use super::{Reader, StoreError, Writer};
use crate::domain::server_clock::ServerClock;

pub(super) const MIGRATION: &str = "
CREATE TABLE server_clock (one INTEGER PRIMARY KEY CHECK (one = 1), heard TEXT NOT NULL) STRICT;
ALTER TABLE outbox ADD COLUMN made TEXT;
CREATE INDEX transitions_handover ON transitions (handover, sequence);
";

impl Writer<'_> {
    /// # Errors
    /// [`StoreError`] when the store cannot be written.
    pub fn put_server_clock(&self, clock: &ServerClock) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT INTO server_clock (one, heard) VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET heard = ?1",
            params![json(clock)?],
        )?;
        Ok(())
    }
}

impl Reader<'_> {
    /// `None` before the first contact.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn server_clock(&self) -> Result<Option<ServerClock>, StoreError> {
        self.connection()
            .query_row("SELECT heard FROM server_clock", [], |row| {
                row.get::<_, String>(0)
            })
            .optional()?
            .as_deref()
            .map(from_json)
            .transpose()
    }
}
