//! The mirror of the clerk's perimeter: each person as read from the directory, the words of their names, their exact keys.
//! Rows belong to one clerk with one set of groups and structures: begun for another, the mirror is emptied first, and nobody
//! else is answered from it. Holds no recovery address: only whether there is one.

mod index;
mod mirror;

use std::cell::RefCell;
use std::collections::HashMap;

use rusqlite::{OptionalExtension, params};

use super::{StoreError, Writer};
use crate::domain::name_match::{fold, french_phonetic_key};
use crate::domain::person::{NumberKind, Person, PersonId};
use crate::domain::query::{KeyKind, login_key, number_key};

pub use index::{Candidate, NameWord, PeopleIndex, WordId};
pub use mirror::{MirrorCounts, MirrorOwner, MirrorState};

pub(super) const MIGRATION: &str = "
CREATE TABLE mirror (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    clerk_dn TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    fill INTEGER NOT NULL,
    filling INTEGER NOT NULL,
    filled_at TEXT
) STRICT;
CREATE TABLE people (
    person INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    fill INTEGER NOT NULL,
    json TEXT NOT NULL
) STRICT;
CREATE TABLE person_names (
    person INTEGER PRIMARY KEY REFERENCES people (person) ON DELETE CASCADE,
    words TEXT NOT NULL,
    birth TEXT
) STRICT;
CREATE TABLE words (
    word INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE,
    length INTEGER NOT NULL,
    sound TEXT NOT NULL
) STRICT;
CREATE INDEX words_length ON words (length, text);
CREATE INDEX words_sound ON words (sound);
CREATE TABLE postings (
    word INTEGER NOT NULL REFERENCES words (word),
    kind INTEGER NOT NULL,
    name TEXT NOT NULL,
    person INTEGER NOT NULL REFERENCES people (person) ON DELETE CASCADE,
    PRIMARY KEY (word, kind, name, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX postings_person ON postings (person);
CREATE TABLE person_keys (
    key TEXT NOT NULL,
    kind INTEGER NOT NULL,
    person INTEGER NOT NULL REFERENCES people (person) ON DELETE CASCADE,
    PRIMARY KEY (key, kind, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_keys_person ON person_keys (person);
";

/// Up to where the mirror follows the directory, and when it was last read whole.
pub(super) const FOLLOWED: &str = "
ALTER TABLE mirror ADD COLUMN cookie BLOB;
ALTER TABLE mirror ADD COLUMN whole_at TEXT;
";

/// Letters of the folded full name that order the answers.
const ORDER_LETTERS: usize = 32;
/// A birth date among the exact keys.
const BIRTH_KEY: u8 = 6;

/// Which name a word stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameKind {
    Family,
    BirthFamily,
    Given,
    CivilGiven,
    /// `displayName` and `cn`, when they say more than the others.
    Display,
}

impl NameKind {
    const ALL: [NameKind; 5] = [
        NameKind::Family,
        NameKind::BirthFamily,
        NameKind::Given,
        NameKind::CivilGiven,
        NameKind::Display,
    ];

    fn code(self) -> u8 {
        match self {
            NameKind::Family => 0,
            NameKind::BirthFamily => 1,
            NameKind::Given => 2,
            NameKind::CivilGiven => 3,
            NameKind::Display => 4,
        }
    }

    fn of_code(code: u8) -> Option<NameKind> {
        NameKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

fn key_code(kind: KeyKind) -> u8 {
    match kind {
        KeyKind::Login => 0,
        KeyKind::Alias => 1,
        KeyKind::Student => 2,
        KeyKind::Staff => 3,
        KeyKind::Ine => 4,
        KeyKind::Mail => 5,
    }
}

/// Words already numbered, so that a fill asks the table once for each. What an undone transaction numbered is dropped.
#[derive(Default)]
pub(super) struct Vocabulary {
    numbers: RefCell<HashMap<String, i64>>,
    whole: bool,
}

impl Vocabulary {
    pub(super) fn begin(&mut self) {
        if !self.whole {
            self.numbers.borrow_mut().clear();
        }
        self.whole = false;
    }

    pub(super) fn keep(&mut self) {
        self.whole = true;
    }
}

impl Writer<'_> {
    /// Adds or replaces people, in one go: a page of the directory's answer, or thousands.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be written, or no fill ever began.
    pub fn put_people(&self, people: &[Person]) -> Result<(), StoreError> {
        let fill = self.fill()?.ok_or(StoreError::unreadable("mirror.fill"))?;
        for person in people {
            self.put(person, fill)?;
        }
        Ok(())
    }

    /// One person read again, outside a fill or during one.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be written, or no fill ever began.
    pub fn upsert(&self, person: &Person) -> Result<(), StoreError> {
        self.put_people(std::slice::from_ref(person))
    }

    /// The directory no longer shows this person: nothing of them stays, the words nobody else bears included.
    /// Tells whether they were there.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be written.
    pub fn forget(&self, id: PersonId) -> Result<bool, StoreError> {
        let person = self.row_of(id)?.map(|(person, _)| person);
        if let Some(person) = person {
            self.remove(person)?;
        }
        Ok(person.is_some())
    }

    fn row_of(&self, id: PersonId) -> Result<Option<(i64, String)>, StoreError> {
        let mut statement = self
            .connection()
            .prepare_cached("SELECT person, json FROM people WHERE id = ?1")?;
        Ok(statement
            .query_row(params![id.0.as_bytes()], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?)
    }

    fn put(&self, person: &Person, fill: i64) -> Result<(), StoreError> {
        let json =
            serde_json::to_string(person).map_err(|_| StoreError::unreadable("people.json"))?;
        let row = match self.row_of(person.id)? {
            Some((row, known)) => {
                self.run(
                    "UPDATE people SET fill = ?2, json = ?3 WHERE person = ?1",
                    params![row, fill, json],
                )?;
                if known == json {
                    return Ok(());
                }
                let words = self.words_of(row)?;
                self.unfile(row)?;
                self.file(row, person)?;
                self.prune(&words)?;
                return Ok(());
            }
            None => {
                self.run(
                    "INSERT INTO people (id, fill, json) VALUES (?1, ?2, ?3)",
                    params![person.id.0.as_bytes(), fill, json],
                )?;
                self.connection().last_insert_rowid()
            }
        };
        self.file(row, person)
    }

    fn file(&self, row: i64, person: &Person) -> Result<(), StoreError> {
        let names = name_words(person);
        let mut order = fold(&person.names.full());
        if let Some((end, _)) = order.char_indices().nth(ORDER_LETTERS) {
            order.truncate(end);
        }
        let line: Vec<String> = names
            .iter()
            .map(|(kind, word)| format!("{}{word}", kind.code()))
            .collect();
        let birth = person.birth.map(|birth| birth.to_supann());
        self.run(
            "INSERT INTO person_names (person, words, birth) VALUES (?1, ?2, ?3)",
            params![row, line.join(" "), birth],
        )?;
        for (kind, word) in &names {
            let number = self.number_of(word)?;
            self.run(
                "INSERT OR IGNORE INTO postings (word, kind, name, person) VALUES (?1, ?2, ?3, ?4)",
                params![number, kind.code(), order, row],
            )?;
        }
        for (code, key) in exact_keys(person)
            .iter()
            .chain(birth.map(|birth| (BIRTH_KEY, birth)).iter())
        {
            self.run(
                "INSERT OR IGNORE INTO person_keys (key, kind, person) VALUES (?1, ?2, ?3)",
                params![key, code, row],
            )?;
        }
        Ok(())
    }

    fn number_of(&self, word: &str) -> Result<i64, StoreError> {
        if let Some(number) = self.vocabulary.numbers.borrow().get(word) {
            return Ok(*number);
        }
        let mut statement = self
            .connection()
            .prepare_cached("SELECT word FROM words WHERE text = ?1")?;
        let number = match statement
            .query_row(params![word], |row| row.get(0))
            .optional()?
        {
            Some(number) => number,
            None => {
                let length = i64::try_from(word.chars().count()).unwrap_or(i64::MAX);
                self.run(
                    "INSERT INTO words (text, length, sound) VALUES (?1, ?2, ?3)",
                    params![word, length, french_phonetic_key(word)],
                )?;
                self.connection().last_insert_rowid()
            }
        };
        self.vocabulary
            .numbers
            .borrow_mut()
            .insert(word.to_owned(), number);
        Ok(number)
    }

    fn remove(&self, row: i64) -> Result<(), StoreError> {
        let words = self.words_of(row)?;
        self.unfile(row)?;
        self.run("DELETE FROM people WHERE person = ?1", params![row])?;
        self.prune(&words)
    }

    fn unfile(&self, row: i64) -> Result<(), StoreError> {
        for table in ["postings", "person_keys", "person_names"] {
            self.run(
                &format!("DELETE FROM {table} WHERE person = ?1"),
                params![row],
            )?;
        }
        Ok(())
    }

    fn words_of(&self, row: i64) -> Result<Vec<i64>, StoreError> {
        let mut statement = self
            .connection()
            .prepare_cached("SELECT DISTINCT word FROM postings WHERE person = ?1")?;
        let words = statement
            .query_map(params![row], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        Ok(words)
    }

    /// A word nobody bears any more says that somebody did.
    fn prune(&self, words: &[i64]) -> Result<(), StoreError> {
        for word in words {
            let mut statement = self.connection().prepare_cached(
                "DELETE FROM words WHERE word = ?1 AND NOT EXISTS (SELECT 1 FROM postings WHERE word = ?1) RETURNING text",
            )?;
            let gone: Option<String> = statement
                .query_row(params![word], |row| row.get(0))
                .optional()?;
            if let Some(text) = gone {
                self.vocabulary.numbers.borrow_mut().remove(&text);
            }
        }
        Ok(())
    }

    fn run(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<(), StoreError> {
        self.connection().prepare_cached(sql)?.execute(values)?;
        Ok(())
    }
}

/// Each word with its name, families first; a word of `displayName` or `cn` only when no other name has it.
fn name_words(person: &Person) -> Vec<(NameKind, String)> {
    let names = &person.names;
    let mut words = Vec::new();
    let mut add = |kind: NameKind, text: &str| {
        for word in searched_words(text, kind) {
            let known = words
                .iter()
                .any(|(other, other_word): &(NameKind, String)| {
                    *other_word == word && (*other == kind || kind == NameKind::Display)
                });
            if !known {
                words.push((kind, word));
            }
        }
    };
    add(NameKind::Family, &names.family);
    add(
        NameKind::BirthFamily,
        names.birth_family.as_deref().unwrap_or(""),
    );
    add(NameKind::Given, &names.given);
    add(
        NameKind::CivilGiven,
        names.civil_given.as_deref().unwrap_or(""),
    );
    for display in names.display.iter().chain(&names.common) {
        add(NameKind::Display, display);
    }
    words
}

/// The words as written; « D’Almeida » also as two words, and « Le Goff » also as one.
fn searched_words(text: &str, kind: NameKind) -> Vec<String> {
    let split = |folded: &str| -> Vec<String> {
        folded
            .split(' ')
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let mut words = split(&fold(text));
    let family = matches!(kind, NameKind::Family | NameKind::BirthFamily);
    if family && (2..=4).contains(&words.len()) {
        words.push(words.concat());
    }
    let apart = text.replace(['\'', '’', '`', '´'], " ");
    if apart != text {
        words.extend(split(&fold(&apart)));
    }
    words
}

fn exact_keys(person: &Person) -> Vec<(u8, String)> {
    let mut keys = Vec::new();
    let mut add = |kind: KeyKind, key: String| {
        if !key.is_empty() {
            keys.push((key_code(kind), key));
        }
    };
    if let Some(login) = &person.login {
        add(KeyKind::Login, login_key(login.as_str()));
    }
    if let Some(mail) = &person.mail {
        let mail = login_key(mail);
        add(
            KeyKind::Alias,
            mail.split('@').next().unwrap_or("").to_owned(),
        );
        add(KeyKind::Mail, mail);
    }
    for number in &person.numbers {
        let kind = match number.kind {
            NumberKind::Student => KeyKind::Student,
            NumberKind::Staff => KeyKind::Staff,
            NumberKind::Ine => KeyKind::Ine,
        };
        add(kind, number_key(&number.value));
    }
    keys
}
