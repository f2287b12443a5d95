//! Passwords that wait on this post for the directory, sealed: one row an act, erased in the transaction that ends it.
//! Cannot be read with the database alone: the seal opens with the clerk's key or the recovery key.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

use super::{HandoverRecord, Reader, StoreError, Writer};

pub(super) const MIGRATION: &str = "
CREATE TABLE outbox (
    handover TEXT PRIMARY KEY REFERENCES handovers (id),
    sealed BLOB NOT NULL,
    known_change TEXT,
    expires_at TEXT NOT NULL,
    decided INTEGER NOT NULL DEFAULT 0
) STRICT;
ALTER TABLE handovers ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
";

/// What one act needs to be sent late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingPassword {
    pub handover: Uuid,
    pub sealed: Vec<u8>,
    /// `pwdChangedTime` as this post knew it when the act was made.
    pub known_change: Option<Timestamp>,
    pub expires_at: Timestamp,
    /// A clerk has said that this letter holds against a change of about the same time.
    pub decided: bool,
}

impl Writer<'_> {
    /// # Errors
    /// `StoreError` when the store cannot be written.
    pub fn put_waiting(&self, waiting: &WaitingPassword) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT INTO outbox (handover, sealed, known_change, expires_at, decided) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (handover) DO UPDATE SET sealed = ?2, known_change = ?3, expires_at = ?4, decided = ?5",
            params![
                waiting.handover.to_string(),
                waiting.sealed,
                waiting.known_change.map(|at| at.to_string()),
                waiting.expires_at.to_string(),
                waiting.decided,
            ],
        )?;
        Ok(())
    }

    /// A clerk has decided that the act is sent all the same.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be written.
    pub fn mark_decided(&self, handover: Uuid) -> Result<(), StoreError> {
        self.connection().execute(
            "UPDATE outbox SET decided = 1 WHERE handover = ?1",
            params![handover.to_string()],
        )?;
        Ok(())
    }

    /// What became of a late sending, as the clerk reads it.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be written.
    pub fn note_outcome(&self, handover: Uuid, outcome: &str) -> Result<(), StoreError> {
        self.connection().execute(
            "UPDATE handovers SET outcome = ?2 WHERE id = ?1",
            params![handover.to_string(), outcome],
        )?;
        Ok(())
    }

    /// The act is over, or its password was refused: nothing opens the seal any more, for there is none.
    pub(super) fn erase_waiting(&self, handover: Uuid) -> Result<(), StoreError> {
        self.connection().execute(
            "DELETE FROM outbox WHERE handover = ?1",
            params![handover.to_string()],
        )?;
        Ok(())
    }
}

impl Reader<'_> {
    /// # Errors
    /// `StoreError` when the store cannot be read.
    pub fn waiting(&self, handover: Uuid) -> Result<Option<WaitingPassword>, StoreError> {
        let row = self
            .connection()
            .query_row(
                "SELECT sealed, known_change, expires_at, decided FROM outbox WHERE handover = ?1",
                params![handover.to_string()],
                |row| {
                    Ok((
                        row.get::<_, Vec<u8>>(0)?,
                        row.get::<_, Option<String>>(1)?,
                        row.get::<_, String>(2)?,
                        row.get::<_, bool>(3)?,
                    ))
                },
            )
            .optional()?;
        let Some((sealed, known_change, expires_at, decided)) = row else {
            return Ok(None);
        };
        let at = |text: String| {
            text.parse::<Timestamp>()
                .map_err(|_| StoreError::unreadable("outbox"))
        };
        Ok(Some(WaitingPassword {
            handover,
            sealed,
            known_change: known_change.map(at).transpose()?,
            expires_at: at(expires_at)?,
            decided,
        }))
    }

    /// Acts handed over without the directory, those made since `since` that are settled included, with what was noted of
    /// each; oldest first, the order they are sent in.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be read.
    pub fn sent_late(&self, since: Timestamp) -> Result<Vec<(HandoverRecord, String)>, StoreError> {
        let mut statement = self.connection().prepare(
            "SELECT id, outcome FROM handovers
             WHERE json_extract(progress, '$.ending') = 'handed-over' AND json_extract(progress, '$.sealed')
               AND (made_at >= ?1 OR EXISTS (SELECT 1 FROM outbox WHERE handover = id))
             ORDER BY made_at, number",
        )?;
        let rows = statement.query_map(params![since.to_string()], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        let mut acts = Vec::new();
        for row in rows {
            let (id, outcome) = row?;
            let id = Uuid::parse_str(&id).map_err(|_| StoreError::unreadable("handovers.id"))?;
            if let Some(record) = self.handover(id)? {
                acts.push((record, outcome));
            }
        }
        Ok(acts)
    }
}
