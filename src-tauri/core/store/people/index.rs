//! Reading the mirror: words of the vocabulary, people by word, by exact key or by birth date, and the people themselves.
//! Open only to the owner of the rows. Everything is bounded by the caller; nothing here ranks or chooses.

use jiff::civil::Date;
use rusqlite::{OptionalExtension, params};

use super::{BIRTH_KEY, MirrorOwner, NameKind, key_code};
use crate::domain::birth_date::PartialDate;
use crate::domain::name_match::damerau_within;
use crate::domain::person::{Person, PersonId};
use crate::domain::query::KeyKind;
use crate::store::{Reader, StoreError};

/// A word of the vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WordId(i64);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameWord {
    pub kind: NameKind,
    /// Folded.
    pub text: String,
}

/// A person as far as a search compares them; the whole person costs more and is read for the few shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    pub row: i64,
    pub words: Vec<NameWord>,
    pub birth: Option<PartialDate>,
}

/// The mirror, open to its owner.
pub struct PeopleIndex<'a> {
    reader: &'a Reader<'a>,
}

impl Reader<'_> {
    /// The mirror of this owner; `None` when it holds another's, or nobody's.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn people_index<'a>(
        &'a self,
        owner: &MirrorOwner,
    ) -> Result<Option<PeopleIndex<'a>>, StoreError> {
        Ok(self
            .is_owner(owner)?
            .then_some(PeopleIndex { reader: self }))
    }

    /// One person of this owner's mirror.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn person(&self, owner: &MirrorOwner, id: PersonId) -> Result<Option<Person>, StoreError> {
        if !self.is_owner(owner)? {
            return Ok(None);
        }
        let mut statement = self
            .connection()
            .prepare_cached("SELECT json FROM people WHERE id = ?1")?;
        let json: Option<String> = statement
            .query_row(params![id.0.as_bytes()], |row| row.get(0))
            .optional()?;
        json.as_deref().map(parsed).transpose()
    }

    /// Every person of the mirror, one by one, in no particular order.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read, or what `each` returns.
    pub fn each_person(
        &self,
        owner: &MirrorOwner,
        mut each: impl FnMut(Person) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if !self.is_owner(owner)? {
            return Ok(());
        }
        let mut statement = self
            .connection()
            .prepare("SELECT json FROM people ORDER BY person")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            each(parsed(
                row.get_ref(0)?
                    .as_str()
                    .map_err(|_| StoreError::unreadable("people.json"))?,
            )?)?;
        }
        Ok(())
    }
}

impl PeopleIndex<'_> {
    /// The word itself, folded.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn word(&self, text: &str) -> Result<Option<WordId>, StoreError> {
        let mut statement = self
            .reader
            .connection()
            .prepare_cached("SELECT word FROM words WHERE text = ?1")?;
        Ok(statement
            .query_row(params![text], |row| row.get(0).map(WordId))
            .optional()?)
    }

    /// Words that begin so, the word itself included, in order; `limit` at most.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn words_beginning(&self, prefix: &str, limit: u32) -> Result<Vec<WordId>, StoreError> {
        let mut statement = self.reader.connection().prepare_cached(
            "SELECT word FROM words WHERE text >= ?1 AND text < ?2 ORDER BY text LIMIT ?3",
        )?;
        let rows = statement.query_map(
            params![prefix, format!("{prefix}\u{10ffff}"), limit],
            |row| row.get(0).map(WordId),
        )?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Words at most `slips` apart from this one, the nearest first.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn words_near(
        &self,
        text: &str,
        slips: usize,
    ) -> Result<Vec<(WordId, String, usize)>, StoreError> {
        let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
        let margin = i64::try_from(slips).unwrap_or(i64::MAX);
        let mut statement = self
            .reader
            .connection()
            .prepare_cached("SELECT word, text FROM words WHERE length BETWEEN ?1 AND ?2")?;
        let mut rows = statement.query(params![
            length.saturating_sub(margin),
            length.saturating_add(margin)
        ])?;
        let letters = letter_set(text);
        // One slip changes at most two letters of the set: most words are left aside without being compared.
        let most_changes = u32::try_from(2 * slips).unwrap_or(u32::MAX);
        let mut near = Vec::new();
        while let Some(row) = rows.next()? {
            let word = row
                .get_ref(1)?
                .as_str()
                .map_err(|_| StoreError::unreadable("words.text"))?;
            if (letter_set(word) ^ letters).count_ones() > most_changes {
                continue;
            }
            if let Some(distance) = damerau_within(text, word, slips) {
                near.push((WordId(row.get(0)?), word.to_owned(), distance));
            }
        }
        near.sort_by(|a, b| (a.2, &a.1).cmp(&(b.2, &b.1)));
        Ok(near)
    }

    /// Words with this sound key.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn words_sounding(
        &self,
        sound: &str,
        limit: u32,
    ) -> Result<Vec<(WordId, String)>, StoreError> {
        if sound.is_empty() {
            return Ok(Vec::new());
        }
        let mut statement = self.reader.connection().prepare_cached(
            "SELECT word, text FROM words WHERE sound = ?1 ORDER BY text LIMIT ?2",
        )?;
        let rows = statement.query_map(params![sound, limit], |row| {
            Ok((WordId(row.get(0)?), row.get(1)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many filings these words have, counted up to `limit`: which word narrows most.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn filings(&self, words: &[WordId], limit: u32) -> Result<u32, StoreError> {
        let mut statement = self.reader.connection().prepare_cached(
            "SELECT count(*) FROM (SELECT 1 FROM postings WHERE word = ?1 LIMIT ?2)",
        )?;
        let mut total = 0_u32;
        for word in words {
            total = total.saturating_add(
                statement.query_row(params![word.0, limit], |row| row.get::<_, u32>(0))?,
            );
            if total >= limit {
                return Ok(limit);
            }
        }
        Ok(total)
    }

    /// People who bear one of these words in a name of one of these kinds, in the order of words, kinds and names.
    /// `take` says whether more are wanted.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn candidates(
        &self,
        words: &[WordId],
        kinds: &[NameKind],
        mut take: impl FnMut(
            i64,
            &mut dyn FnMut() -> Result<Candidate, StoreError>,
        ) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = self.reader.connection().prepare_cached(
            "SELECT person FROM postings WHERE word = ?1 AND kind = ?2 ORDER BY name, person",
        )?;
        for word in words {
            for kind in kinds {
                let mut rows = statement.query(params![word.0, kind.code()])?;
                while let Some(row) = rows.next()? {
                    let person: i64 = row.get(0)?;
                    if !take(person, &mut || self.candidate(person))? {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    /// # Errors
    /// [`StoreError`] when the store cannot be read or has no such row.
    pub fn candidate(&self, row: i64) -> Result<Candidate, StoreError> {
        let mut statement = self
            .reader
            .connection()
            .prepare_cached("SELECT words, birth FROM person_names WHERE person = ?1")?;
        let (words, birth): (String, Option<String>) =
            statement.query_row(params![row], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let words = words.split(' ').filter_map(|word| {
            let kind = word.get(..1)?.parse().ok().and_then(NameKind::of_code)?;
            Some(NameWord {
                kind,
                text: word.get(1..)?.to_owned(),
            })
        });
        Ok(Candidate {
            row,
            words: words.collect(),
            birth: birth.as_deref().and_then(PartialDate::from_supann),
        })
    }

    /// Rows filed under this exact key.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn with_key(&self, kind: KeyKind, key: &str) -> Result<Vec<i64>, StoreError> {
        let mut statement = self
            .reader
            .connection()
            .prepare_cached("SELECT person FROM person_keys WHERE key = ?1 AND kind = ?2")?;
        let rows = statement.query_map(params![key, key_code(kind)], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Rows of people born that day, or that year with `None`; `limit` at most.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn born(&self, year: i16, day: Option<Date>, limit: u32) -> Result<Vec<i64>, StoreError> {
        let (from, to) = match day {
            Some(day) => (
                PartialDate::from(day).to_supann(),
                PartialDate::from(day).to_supann(),
            ),
            None => (format!("{year:04}-00-00"), format!("{year:04}-99-99")),
        };
        let mut statement = self.reader.connection().prepare_cached(
            "SELECT person FROM person_keys WHERE key BETWEEN ?1 AND ?2 AND kind = ?3 LIMIT ?4",
        )?;
        let rows = statement.query_map(params![from, to, BIRTH_KEY, limit], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// # Errors
    /// [`StoreError`] when the store cannot be read or has no such row.
    pub fn whole_person(&self, row: i64) -> Result<Person, StoreError> {
        let mut statement = self
            .reader
            .connection()
            .prepare_cached("SELECT json FROM people WHERE person = ?1")?;
        let json: String = statement.query_row(params![row], |row| row.get(0))?;
        parsed(&json)
    }
}

fn parsed(json: &str) -> Result<Person, StoreError> {
    serde_json::from_str(json).map_err(|_| StoreError::unreadable("people.json"))
}

/// A bit for each letter from a to z, one for everything else.
fn letter_set(text: &str) -> u32 {
    text.bytes().fold(0, |set, byte| {
        set | if byte.is_ascii_lowercase() {
            1 << (byte - b'a')
        } else {
            1 << 26
        }
    })
}
