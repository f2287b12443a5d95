//! The number of the last commit, kept in the database and once more in a small file beside it. A damaged or missing
//! write-ahead log makes `SQLite` fall back, without a word, on an earlier state: then the database is behind its witness.
//! Never in the way of a commit, never synced by itself: it may say less than is on the disk, never more.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};

use super::StoreError;

pub(super) const MIGRATION: &str = "
CREATE TABLE commits (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL) STRICT;
INSERT INTO commits (one, number) VALUES (1, 0);
";

/// A number and its complement, both little-endian.
const LENGTH: usize = 16;

/// `guichet.db` has `guichet.db.commits`.
pub(super) struct Witness {
    path: PathBuf,
    file: Option<File>,
}

impl Witness {
    pub(super) fn beside(database: &Path) -> Self {
        let mut path = database.as_os_str().to_owned();
        path.push(".commits");
        Witness {
            path: PathBuf::from(path),
            file: None,
        }
    }

    /// There is one, readable or not: a database was here.
    pub(super) fn exists(&self) -> bool {
        // A file that cannot be looked at is one that may exist.
        self.path.try_exists().unwrap_or(true)
    }

    /// Refuses a database that has lost commits. A witness that is missing or damaged says nothing, and is made anew.
    pub(super) fn check(&self, connection: &Connection) -> Result<(), StoreError> {
        if crate::faults::broken(crate::faults::Fault::CommitsUnwitnessed) {
            return Ok(());
        }
        match (self.read(), last_commit(connection)?) {
            (Some(witnessed), Some(kept)) if kept < witnessed => Err(StoreError::CommitsLost),
            // A log that is lost whole, with the table itself.
            (Some(_), None) => Err(StoreError::CommitsLost),
            (Some(_), Some(_)) | (None, _) => Ok(()),
        }
    }

    /// After the commit. What it could not write makes it say less, not the act fail.
    pub(super) fn note(&mut self, number: u64) {
        if let Err(error) = self.write(number) {
            tracing::warn!(%error, "the witness of the last commit was not written");
        }
    }

    fn read(&self) -> Option<u64> {
        let bytes: [u8; LENGTH] = std::fs::read(&self.path).ok()?.try_into().ok()?;
        let (number, complement) = bytes.split_at(LENGTH / 2);
        let number = u64::from_le_bytes(number.try_into().ok()?);
        let complement = u64::from_le_bytes(complement.try_into().ok()?);
        (number == !complement).then_some(number)
    }

    fn write(&mut self, number: u64) -> io::Result<()> {
        use std::os::unix::fs::FileExt;
        let mut bytes = [0; LENGTH];
        bytes[..LENGTH / 2].copy_from_slice(&number.to_le_bytes());
        bytes[LENGTH / 2..].copy_from_slice(&(!number).to_le_bytes());
        let file = match self.file.take() {
            Some(file) => file,
            None => open(&self.path)?,
        };
        file.write_all_at(&bytes, 0)?;
        self.file = Some(file);
        Ok(())
    }
}

/// For its owner only, and no longer than it should be.
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)?;
    file.set_len(u64::try_from(LENGTH).unwrap_or_default())?;
    Ok(file)
}

/// Counts this transaction, which has changed something. Answers its number.
pub(super) fn count(connection: &Connection) -> Result<u64, StoreError> {
    let number: i64 = connection.query_row(
        "UPDATE commits SET number = number + 1 RETURNING number",
        [],
        |row| row.get(0),
    )?;
    u64::try_from(number).map_err(|_| StoreError::unreadable("commits.number"))
}

/// `None` where the table is not there yet.
fn last_commit(connection: &Connection) -> Result<Option<u64>, StoreError> {
    let there = connection
        .query_row(
            "SELECT 1 FROM sqlite_schema WHERE name = 'commits'",
            [],
            |_| Ok(()),
        )
        .optional()?;
    if there.is_none() {
        return Ok(None);
    }
    let number: i64 = connection.query_row("SELECT number FROM commits", [], |row| row.get(0))?;
    let number = u64::try_from(number).map_err(|_| StoreError::unreadable("commits.number"))?;
    Ok(Some(number))
}
