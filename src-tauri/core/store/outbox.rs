//! Passwords that wait on this post for the directory, sealed: one row an act, erased in the transaction that ends it.
//! Cannot be read with the database alone: the seal opens with the clerk's key or the recovery key.

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

use super::handovers::{from_json, json};
use super::{HandoverRecord, Reader, StoreError, Writer};
use crate::domain::late_sending::PasswordSeen;
use crate::domain::person::PersonId;
use crate::domain::server_clock::Made;

/// In which order acts were made on this post, whatever its clock showed.
const ORDER_MADE: &str = "min(sequence)";

pub(super) const MIGRATION: &str = "
CREATE TABLE outbox (
    handover TEXT PRIMARY KEY REFERENCES handovers (id),
    sealed BLOB NOT NULL,
    known TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    contested_by TEXT,
    decided_against TEXT
) STRICT;
ALTER TABLE handovers ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
";

/// DN of the clerk whom the directory did not let write the act.
pub(super) const BARRED: &str = "ALTER TABLE outbox ADD COLUMN barred TEXT;";

/// What one act needs to be sent late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingPassword {
    pub handover: Uuid,
    pub sealed: Vec<u8>,
    /// The password as this post knew it when the act was made, or left it since by sending an earlier one.
    pub known: PasswordSeen,
    /// `None` for an act sealed before this was kept.
    pub made: Option<Made>,
    pub expires_at: Timestamp,
    /// A clerk has said that this letter holds against that one.
    pub decided_against: Option<PasswordSeen>,
    /// DN of the clerk whose rights did not reach this person at the last try.
    pub barred: Option<String>,
}

impl Writer<'_> {
    /// # Errors
    /// `StoreError` when the store cannot be written.
    pub fn put_waiting(&self, waiting: &WaitingPassword) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT OR REPLACE INTO outbox (handover, sealed, known, expires_at, decided_against, made)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                waiting.handover.to_string(),
                waiting.sealed,
                json(&waiting.known)?,
                waiting.expires_at.to_string(),
                waiting.decided_against.as_ref().map(json).transpose()?,
                waiting.made.as_ref().map(json).transpose()?,
            ],
        )?;
        Ok(())
    }

    /// `sent` has reached the directory: what this person's later acts of this post find there is its doing.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be written.
    pub fn note_known(
        &self,
        sent: Uuid,
        person: PersonId,
        seen: &PasswordSeen,
    ) -> Result<(), StoreError> {
        self.connection().execute(
            &format!(
                "UPDATE outbox SET known = ?3 WHERE handover IN (SELECT id FROM handovers WHERE person = ?2)
                 AND (SELECT {ORDER_MADE} FROM transitions WHERE handover = outbox.handover)
                   > (SELECT {ORDER_MADE} FROM transitions WHERE handover = ?1)"
            ),
            params![sent.to_string(), person.to_string(), json(seen)?],
        )?;
        Ok(())
    }

    /// The change that a clerk has to compare the act with.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be written.
    pub fn note_contested(&self, handover: Uuid, by: &PasswordSeen) -> Result<(), StoreError> {
        self.connection().execute(
            "UPDATE outbox SET contested_by = ?2 WHERE handover = ?1",
            params![handover.to_string(), json(by)?],
        )?;
        Ok(())
    }

    /// A clerk has decided that the act is sent in spite of the change that contests it.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be written.
    pub fn mark_decided(&self, handover: Uuid) -> Result<(), StoreError> {
        self.connection().execute(
            "UPDATE outbox SET decided_against = contested_by WHERE handover = ?1",
            params![handover.to_string()],
        )?;
        Ok(())
    }

    /// Whom the directory did not let write it; nobody once it is tried again.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be written.
    pub fn note_barred(&self, handover: Uuid, clerk_dn: Option<&str>) -> Result<(), StoreError> {
        self.connection().execute(
            "UPDATE outbox SET barred = ?2 WHERE handover = ?1",
            params![handover.to_string(), clerk_dn],
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
                "SELECT sealed, known, expires_at, decided_against, barred, made FROM outbox WHERE handover = ?1",
                params![handover.to_string()],
                |row| {
                    Ok((
                        row.get::<_, Vec<u8>>(0)?,
                        row.get::<_, String>(1)?,
                        row.get::<_, String>(2)?,
                        row.get::<_, Option<String>>(3)?,
                        row.get::<_, Option<String>>(4)?,
                        row.get::<_, Option<String>>(5)?,
                    ))
                },
            )
            .optional()?;
        let Some((sealed, known, expires_at, decided_against, barred, made)) = row else {
            return Ok(None);
        };
        Ok(Some(WaitingPassword {
            handover,
            sealed,
            known: from_json(&known)?,
            expires_at: expires_at
                .parse()
                .map_err(|_| StoreError::unreadable("outbox"))?,
            decided_against: decided_against.as_deref().map(from_json).transpose()?,
            barred,
            made: made.as_deref().map(from_json).transpose()?,
        }))
    }

    /// Acts that the rights of whoever tried last did not reach.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be read.
    pub fn barred_acts(&self) -> Result<HashSet<Uuid>, StoreError> {
        let mut statement = self
            .connection()
            .prepare("SELECT handover FROM outbox WHERE barred IS NOT NULL")?;
        let ids = statement.query_map([], |row| row.get::<_, String>(0))?;
        ids.map(|id| Uuid::parse_str(&id?).map_err(|_| StoreError::unreadable("outbox")))
            .collect()
    }

    /// What was noted of an act; empty when nothing was.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be read.
    pub fn outcome(&self, handover: Uuid) -> Result<String, StoreError> {
        let found = self
            .connection()
            .query_row(
                "SELECT outcome FROM handovers WHERE id = ?1",
                params![handover.to_string()],
                |row| row.get(0),
            )
            .optional()?;
        Ok(found.unwrap_or_default())
    }

    /// Every act whose password is sealed here, whoever made it, confirmed or not, oldest first.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be read.
    pub fn sealed_acts(&self) -> Result<Vec<(HandoverRecord, WaitingPassword)>, StoreError> {
        let mut statement = self.connection().prepare(&format!(
            "SELECT handover FROM outbox ORDER BY (SELECT {ORDER_MADE} FROM transitions t WHERE t.handover = outbox.handover)",
        ))?;
        let ids = statement.query_map([], |row| row.get::<_, String>(0))?;
        let mut acts = Vec::new();
        for id in ids {
            let id = Uuid::parse_str(&id?).map_err(|_| StoreError::unreadable("outbox"))?;
            acts.extend(self.handover(id)?.zip(self.waiting(id)?));
        }
        Ok(acts)
    }

    /// Acts handed over without the directory, or that a lost server alone had, voided since or not, those made since `since` that are settled included, with what was noted of
    /// each; oldest first, the order they are sent in.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be read.
    pub fn sent_late(&self, since: Timestamp) -> Result<Vec<(HandoverRecord, String)>, StoreError> {
        let mut statement = self.connection().prepare(&format!(
            "SELECT id, outcome FROM handovers
             WHERE (json_extract(progress, '$.sealed') AND json_extract(progress, '$.ending') = 'handed-over'
                 OR json_extract(progress, '$.ending') IN ('handed-over', 'voided') AND outcome <> '')
               AND (made_at >= ?1 OR json_extract(progress, '$.directory') = 'stranded'
                 OR EXISTS (SELECT 1 FROM outbox WHERE handover = id))
             ORDER BY (SELECT {ORDER_MADE} FROM transitions WHERE handover = id)",
        ))?;
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
