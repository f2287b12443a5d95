//! The register of handovers of this post: one row an act, one row a transition, and the numbers of the letters.
//! Holds no password: an online act's lives in memory only, one made offline waits sealed in the outbox.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Reader, StoreError, Writer};
use crate::domain::handover::Progress;
use crate::domain::identity_check::IdentityCheck;
use crate::domain::letter::LetterLanguage;
use crate::domain::person::{Login, PersonId};

pub(super) const MIGRATION: &str = "
CREATE TABLE handovers (
    id TEXT PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    person TEXT NOT NULL,
    person_dn TEXT NOT NULL,
    person_name TEXT NOT NULL,
    clerk_dn TEXT NOT NULL,
    clerk_name TEXT NOT NULL,
    language TEXT NOT NULL,
    check_made TEXT NOT NULL,
    progress TEXT NOT NULL,
    open INTEGER NOT NULL,
    copies INTEGER NOT NULL DEFAULT 0,
    made_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT;
CREATE INDEX handovers_open ON handovers (open, made_at);
CREATE INDEX handovers_made ON handovers (made_at);
CREATE TABLE transitions (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    handover TEXT NOT NULL REFERENCES handovers (id),
    event TEXT NOT NULL,
    progress TEXT NOT NULL,
    at TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE TABLE letter_numbers (year INTEGER PRIMARY KEY, last INTEGER NOT NULL) STRICT;
";

/// Acts made before this column are taken as recorded: whoever made them was told when they were not.
pub(super) const RECORDED: &str = "
ALTER TABLE handovers ADD COLUMN recorded INTEGER NOT NULL DEFAULT 1;
CREATE INDEX handovers_recorded ON handovers (recorded) WHERE recorded = 0;
";

/// Acts sent under another clerk's bind than that of the clerk who handed them over: JSON of [`Sender`].
pub(super) const SENT_BY: &str = "ALTER TABLE handovers ADD COLUMN sent_by TEXT;";

/// Acts made before this column name their person by entry alone.
pub(super) const PERSON_LOGIN: &str = "
ALTER TABLE handovers ADD COLUMN person_login TEXT;
CREATE INDEX handovers_person ON handovers (person);
";

/// Who sent an act in the place of the clerk who handed it over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    pub dn: String,
    pub name: String,
}

/// One act as recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct HandoverRecord {
    pub id: Uuid,
    pub number: String,
    pub person: PersonId,
    pub person_dn: String,
    pub person_name: String,
    /// As the letter prints it.
    pub person_login: Option<Login>,
    pub clerk_dn: String,
    pub clerk_name: String,
    pub language: LetterLanguage,
    pub check: IdentityCheck,
    pub progress: Progress,
    /// Sheets sent to a printer.
    pub copies: u32,
    /// Another clerk sent it, with the recovery key.
    pub sent_by: Option<Sender>,
    /// Its entry is in the directory too.
    pub recorded: bool,
    pub made_at: Timestamp,
    pub changed_at: Timestamp,
}

impl HandoverRecord {
    /// DN of the clerk whose bind wrote it, or will.
    #[must_use]
    pub fn sender_dn(&self) -> &str {
        self.sent_by
            .as_ref()
            .map_or(&self.clerk_dn, |sender| &sender.dn)
    }
}

impl Writer<'_> {
    /// Takes the next number of the year: `R-2026-04127` is post 4, 127th letter.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be written.
    pub fn next_letter_number(&self, year: i16, post: u8) -> Result<String, StoreError> {
        let last: i64 = self.connection().query_row(
            "INSERT INTO letter_numbers (year, last) VALUES (?1, 1)
             ON CONFLICT (year) DO UPDATE SET last = last + 1 RETURNING last",
            params![year],
            |row| row.get(0),
        )?;
        Ok(format!("R-{year}-{post:02}{last:03}"))
    }

    /// # Errors
    /// `StoreError` when the act exists already or the store cannot be written.
    pub fn put_handover(&self, record: &HandoverRecord) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT INTO handovers (id, number, person, person_dn, person_name, clerk_dn, clerk_name, language,
                 check_made, progress, open, copies, made_at, changed_at, recorded, person_login)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
            params![
                record.id.to_string(),
                record.number,
                record.person.to_string(),
                record.person_dn,
                record.person_name,
                record.clerk_dn,
                record.clerk_name,
                json(&record.language)?,
                json(&record.check)?,
                json(&record.progress)?,
                record.progress.is_open(),
                record.copies,
                record.made_at.to_string(),
                record.changed_at.to_string(),
                record.recorded,
                record.person_login.as_ref().map(ToString::to_string),
            ],
        )?;
        self.note(record.id, "prepared", record.progress, record.made_at, "")
    }

    /// Records one arrow: the state and its transition together.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be written.
    pub fn move_handover(
        &self,
        id: Uuid,
        event: &str,
        progress: Progress,
        copies: u32,
        at: Timestamp,
        detail: &str,
    ) -> Result<(), StoreError> {
        self.connection().execute(
            "UPDATE handovers SET progress = ?2, open = ?3, copies = ?4, changed_at = ?5 WHERE id = ?1",
            params![id.to_string(), json(&progress)?, progress.is_open(), copies, at.to_string()],
        )?;
        if progress.is_over() || !progress.sealed {
            self.erase_waiting(id)?;
        }
        self.note(id, event, progress, at, detail)
    }

    /// Whose bind sends the act: another clerk's, or again that of the clerk who handed it over.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be written.
    pub fn note_sender(&self, id: Uuid, sender: Option<&Sender>) -> Result<(), StoreError> {
        self.connection().execute(
            "UPDATE handovers SET sent_by = ?2 WHERE id = ?1",
            params![id.to_string(), sender.map(json).transpose()?],
        )?;
        Ok(())
    }

    /// The act's entry is in the directory.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be written.
    pub fn mark_recorded(&self, id: Uuid) -> Result<(), StoreError> {
        self.connection().execute(
            "UPDATE handovers SET recorded = 1 WHERE id = ?1",
            params![id.to_string()],
        )?;
        Ok(())
    }

    fn note(
        &self,
        id: Uuid,
        event: &str,
        progress: Progress,
        at: Timestamp,
        detail: &str,
    ) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT INTO transitions (handover, event, progress, at, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![id.to_string(), event, json(&progress)?, at.to_string(), detail],
        )?;
        Ok(())
    }
}

impl Reader<'_> {
    /// # Errors
    /// `StoreError` when the store cannot be read.
    pub fn handover(&self, id: Uuid) -> Result<Option<HandoverRecord>, StoreError> {
        let found = self
            .connection()
            .query_row(
                &format!("{SELECT} WHERE id = ?1"),
                params![id.to_string()],
                row,
            )
            .optional()?;
        found.transpose()
    }

    /// Acts made since `since`, newest first.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be read.
    pub fn handovers_since(&self, since: Timestamp) -> Result<Vec<HandoverRecord>, StoreError> {
        let mut statement = self.connection().prepare(&format!(
            "{SELECT} WHERE made_at >= ?1 ORDER BY made_at DESC, number DESC"
        ))?;
        let rows = statement.query_map(params![since.to_string()], row)?;
        rows.map(|row| row?).collect()
    }

    /// Every act of this post for one person, newest first.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be read.
    pub fn handovers_of(&self, person: PersonId) -> Result<Vec<HandoverRecord>, StoreError> {
        let mut statement = self
            .connection()
            .prepare_cached(&format!("{SELECT} WHERE person = ?1 ORDER BY id DESC"))?;
        let rows = statement.query_map(params![person.to_string()], row)?;
        rows.map(|row| row?).collect()
    }

    /// Acts of any day that are not over.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be read.
    pub fn open_handovers(&self) -> Result<Vec<HandoverRecord>, StoreError> {
        let mut statement = self
            .connection()
            .prepare(&format!("{SELECT} WHERE open = 1 ORDER BY made_at"))?;
        let rows = statement.query_map([], row)?;
        rows.map(|row| row?).collect()
    }

    /// Acts that the directory has and whose entry is not there, oldest first.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be read.
    pub fn unrecorded_handovers(&self) -> Result<Vec<HandoverRecord>, StoreError> {
        let mut statement = self
            .connection()
            .prepare(&format!("{SELECT} WHERE recorded = 0 AND json_extract(progress, '$.directory') IN ('applied', 'unsound') ORDER BY made_at"))?;
        let rows = statement.query_map([], row)?;
        rows.map(|row| row?).collect()
    }

    /// Names of the transitions of an act, in order.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be read.
    pub fn transitions(&self, id: Uuid) -> Result<Vec<(String, Timestamp)>, StoreError> {
        let mut statement = self
            .connection()
            .prepare("SELECT event, at FROM transitions WHERE handover = ?1 ORDER BY sequence")?;
        let rows = statement.query_map(params![id.to_string()], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        rows.map(|row| {
            let (event, at) = row?;
            Ok((
                event,
                at.parse()
                    .map_err(|_| StoreError::unreadable("transitions.at"))?,
            ))
        })
        .collect()
    }
}

const SELECT: &str =
    "SELECT id, number, person, person_dn, person_name, clerk_dn, clerk_name, language, check_made,
    progress, copies, made_at, changed_at, recorded, sent_by, person_login FROM handovers";

fn row(row: &Row<'_>) -> rusqlite::Result<Result<HandoverRecord, StoreError>> {
    let text = |index: usize| row.get::<_, String>(index);
    let (id, number, person, person_dn, person_name) =
        (text(0)?, text(1)?, text(2)?, text(3)?, text(4)?);
    let (clerk_dn, clerk_name, language, check) = (text(5)?, text(6)?, text(7)?, text(8)?);
    let (progress, copies, made_at, changed_at) = (text(9)?, row.get(10)?, text(11)?, text(12)?);
    let recorded = row.get(13)?;
    let sent_by: Option<String> = row.get(14)?;
    let person_login: Option<String> = row.get(15)?;
    Ok((|| {
        Ok(HandoverRecord {
            id: Uuid::parse_str(&id).map_err(|_| StoreError::unreadable("handovers.id"))?,
            number,
            person: person
                .parse()
                .map_err(|_| StoreError::unreadable("handovers.person"))?,
            person_dn,
            person_name,
            person_login: person_login.as_deref().and_then(Login::new),
            clerk_dn,
            clerk_name,
            language: from_json(&language)?,
            check: from_json(&check)?,
            progress: from_json(&progress)?,
            copies,
            sent_by: sent_by.as_deref().map(from_json).transpose()?,
            recorded,
            made_at: made_at
                .parse()
                .map_err(|_| StoreError::unreadable("handovers.made_at"))?,
            changed_at: changed_at
                .parse()
                .map_err(|_| StoreError::unreadable("handovers.changed_at"))?,
        })
    })())
}

pub(super) fn json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::unreadable("json"))
}

pub(super) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::unreadable("json"))
}
