//! Whose mirror it is, how far it follows the directory, and how a whole reading replaces it.
//! Never leaves another owner's rows beside: begun for another, the mirror is emptied first.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::domain::person::PersonId;
use crate::store::{Reader, StoreError, Writer};

/// Whose perimeter the mirror holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MirrorOwner {
    pub clerk_dn: String,
    /// Changes with the clerk's groups and structures.
    pub fingerprint: String,
}

/// Where the mirror stands, whoever it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MirrorState {
    pub owner: MirrorOwner,
    pub people: u64,
    /// A fill began and has not ended.
    pub filling: bool,
    /// As fresh as this; `None` before the first fill has ended.
    pub filled_at: Option<Timestamp>,
    /// Last end of a whole reading.
    pub whole_at: Option<Timestamp>,
    /// What the directory is to be asked next for changes, as it gave it; `None` when it cannot be followed.
    pub cookie: Option<Vec<u8>>,
}

/// What the mirror holds for its owner.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MirrorCounts {
    pub people: u64,
    /// Different words of names.
    pub words: u64,
    /// A fill began and has not ended.
    pub filling: bool,
}

impl Writer<'_> {
    /// Begins reading a perimeter anew. The rows of the same owner stay and answer until [`Writer::end_fill`]; those of another
    /// are erased now.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be written.
    pub fn begin_fill(&self, owner: &MirrorOwner) -> Result<(), StoreError> {
        if !self.reader().is_owner(owner)? {
            self.erase_mirror()?;
        }
        self.connection().execute(
            "INSERT INTO mirror (one, clerk_dn, fingerprint, fill, filling) VALUES (1, ?1, ?2, 1, 1)
             ON CONFLICT (one) DO UPDATE SET fill = fill + 1, filling = 1, cookie = NULL",
            params![owner.clerk_dn, owner.fingerprint],
        )?;
        Ok(())
    }

    /// Before the end of a fill: forgets some of those it did not bring, `limit` at most, so that no transaction is long.
    /// Tells whether others may be left.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be written.
    pub fn forget_unbrought(&self, limit: u32) -> Result<bool, StoreError> {
        let gone: Vec<i64> = {
            let mut statement = self.connection().prepare_cached(
                "SELECT person FROM people WHERE fill <> (SELECT fill FROM mirror) LIMIT ?1",
            )?;
            statement
                .query_map(params![limit], |row| row.get(0))?
                .collect::<Result<_, _>>()?
        };
        for person in &gone {
            self.remove(*person)?;
        }
        Ok(!gone.is_empty())
    }

    /// Ends a fill: whoever it did not bring is forgotten, and the mirror is dated.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be written.
    pub fn end_fill(&self, at: Timestamp) -> Result<(), StoreError> {
        self.forget_unbrought(u32::MAX)?;
        self.connection().execute(
            "UPDATE mirror SET filling = 0, filled_at = ?1, whole_at = ?1",
            params![at.to_string()],
        )?;
        Ok(())
    }

    /// The mirror was brought up to the directory and is as fresh as `at`.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be written.
    pub fn refreshed(&self, at: Timestamp) -> Result<(), StoreError> {
        self.connection().execute(
            "UPDATE mirror SET filled_at = ?1 WHERE filling = 0",
            params![at.to_string()],
        )?;
        Ok(())
    }

    /// Where the next following begins. To be written with the last of the rows it covers, never before them.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be written.
    pub fn keep_cookie(&self, cookie: Option<&[u8]>) -> Result<(), StoreError> {
        self.connection()
            .execute("UPDATE mirror SET cookie = ?1", params![cookie])?;
        Ok(())
    }

    /// Nobody is left, and the mirror belongs to nobody.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be written.
    pub fn erase_mirror(&self) -> Result<(), StoreError> {
        for table in [
            "postings",
            "person_keys",
            "person_names",
            "people",
            "words",
            "mirror",
        ] {
            self.connection()
                .execute(&format!("DELETE FROM {table}"), [])?;
        }
        self.vocabulary.numbers.borrow_mut().clear();
        Ok(())
    }

    pub(super) fn fill(&self) -> Result<Option<i64>, StoreError> {
        let mut statement = self
            .connection()
            .prepare_cached("SELECT fill FROM mirror")?;
        Ok(statement.query_row([], |row| row.get(0)).optional()?)
    }
}

impl Reader<'_> {
    /// Whether the mirror belongs to `owner`.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn is_owner(&self, owner: &MirrorOwner) -> Result<bool, StoreError> {
        let mut statement = self
            .connection()
            .prepare_cached("SELECT clerk_dn = ?1 AND fingerprint = ?2 FROM mirror")?;
        let same = statement
            .query_row(params![owner.clerk_dn, owner.fingerprint], |row| row.get(0))
            .optional()?;
        Ok(same.unwrap_or(false))
    }

    /// Whose perimeter the mirror holds, if anyone's.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn mirror_owner(&self) -> Result<Option<MirrorOwner>, StoreError> {
        let mut statement = self
            .connection()
            .prepare_cached("SELECT clerk_dn, fingerprint FROM mirror")?;
        let owner = statement.query_row([], |row| {
            Ok(MirrorOwner {
                clerk_dn: row.get(0)?,
                fingerprint: row.get(1)?,
            })
        });
        Ok(owner.optional()?)
    }

    /// Where the mirror stands; `None` when nobody's was ever begun.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn mirror(&self) -> Result<Option<MirrorState>, StoreError> {
        let moment = |text: Option<String>, column| {
            text.map(|text| text.parse().map_err(|_| StoreError::unreadable(column)))
                .transpose()
        };
        let mut statement = self.connection().prepare_cached(
            "SELECT clerk_dn, fingerprint, filling, filled_at, whole_at, cookie, (SELECT count(*) FROM people)
             FROM mirror",
        )?;
        let mut rows = statement.query([])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let people: i64 = row.get(6)?;
        Ok(Some(MirrorState {
            owner: MirrorOwner {
                clerk_dn: row.get(0)?,
                fingerprint: row.get(1)?,
            },
            people: people.unsigned_abs(),
            filling: row.get(2)?,
            filled_at: moment(row.get(3)?, "mirror.filled_at")?,
            whole_at: moment(row.get(4)?, "mirror.whole_at")?,
            cookie: row.get(5)?,
        }))
    }

    /// Everybody the mirror holds for this owner.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn people_ids(&self, owner: &MirrorOwner) -> Result<Vec<PersonId>, StoreError> {
        if !self.is_owner(owner)? {
            return Ok(Vec::new());
        }
        let mut statement = self.connection().prepare("SELECT id FROM people")?;
        let ids = statement.query_map([], |row| row.get(0).map(PersonId))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn counts(&self, owner: &MirrorOwner) -> Result<MirrorCounts, StoreError> {
        if !self.is_owner(owner)? {
            return Ok(MirrorCounts::default());
        }
        let counts = self.connection().query_row(
            "SELECT (SELECT count(*) FROM people), (SELECT count(*) FROM words), filling FROM mirror",
            [],
            |row| {
                let (people, words): (i64, i64) = (row.get(0)?, row.get(1)?);
                Ok(MirrorCounts {
                    people: people.unsigned_abs(),
                    words: words.unsigned_abs(),
                    filling: row.get(2)?,
                })
            },
        )?;
        Ok(counts)
    }

    /// When the mirror was last known whole and fresh; `None` before the first fill has ended, and for another owner.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn filled_at(&self, owner: &MirrorOwner) -> Result<Option<Timestamp>, StoreError> {
        if !self.is_owner(owner)? {
            return Ok(None);
        }
        let at: Option<String> =
            self.connection()
                .query_row("SELECT filled_at FROM mirror", [], |row| row.get(0))?;
        at.map(|at| {
            at.parse()
                .map_err(|_| StoreError::unreadable("mirror.filled_at"))
        })
        .transpose()
    }
}
