//! This post's encrypted database: one file, one writing connection and one reading connection, one file of code per table.
//! A write is one transaction, kept whole or not at all; a read sees one state, even while a long fill is going on.
//! Opens only with the key it is given: never makes, guesses or stores one, and never replaces a file it cannot read.

mod blind_tries;
mod clerks;
mod error;
mod handovers;
mod outbox;
mod people;
mod policies;
mod sendings;
mod server_clock;
mod witness;

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, TransactionBehavior};
use zeroize::Zeroizing;

pub use clerks::{ClerkRecord, KnownClerk};
pub use error::StoreError;
pub use handovers::*;
pub use outbox::WaitingPassword;
pub use people::*;
pub use sendings::Sending;

use crate::faults::point;
use crate::vault::DatabaseKey;
use people::Vocabulary;
use witness::Witness;

/// In order, and never changed once published: `user_version` counts how many a file has.
const MIGRATIONS: &[&str] = &[
    handovers::MIGRATION,
    people::MIGRATION,
    handovers::RECORDED,
    blind_tries::MIGRATION,
    people::FOLLOWED,
    clerks::MIGRATION,
    outbox::MIGRATION,
    witness::MIGRATION,
    outbox::BARRED,
    handovers::SENT_BY,
    handovers::PERSON_LOGIN,
    sendings::MIGRATION,
    policies::MIGRATION,
    server_clock::MIGRATION,
];

/// Milliseconds a connection waits for another process, e.g. a backup.
const BUSY_TIMEOUT: u64 = 5_000;
/// `SQLCipher`'s page, in bytes.
const PAGE: u64 = 4_096;

/// The database, shared by every thread; a clone is the same database.
#[derive(Clone)]
pub struct Store {
    sides: Arc<Sides>,
}

struct Sides {
    writing: Mutex<WritingSide>,
    reading: Mutex<Connection>,
}

struct WritingSide {
    connection: Connection,
    vocabulary: Vocabulary,
    witness: Witness,
    /// A write that the disk did not confirm: trying again would only seem to succeed, for the kernel drops what it could
    /// not write.
    unconfirmed: bool,
}

/// One state of the database, for the length of a closure.
pub struct Reader<'a> {
    connection: &'a Connection,
}

/// One transaction.
pub struct Writer<'a> {
    connection: &'a Connection,
    vocabulary: &'a Vocabulary,
}

impl Reader<'_> {
    fn connection(&self) -> &Connection {
        self.connection
    }
}

impl Writer<'_> {
    fn connection(&self) -> &Connection {
        self.connection
    }

    /// What this transaction sees, its own changes included.
    #[must_use]
    pub fn reader(&self) -> Reader<'_> {
        Reader {
            connection: self.connection,
        }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    /// Opens the database, or creates it (readable by its owner only, mode 0600), and brings its tables up to date.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`] when no page opens with the key, [`StoreError::Damaged`] when only some do or an emptied
    /// file had something in it, [`StoreError::CommitsLost`] when it is behind its witness, [`StoreError::Newer`] for a
    /// file of a later version of the software; others from the file system. A refused file is left as it was.
    pub fn open(path: &Path, key: &DatabaseKey) -> Result<Store, StoreError> {
        let opened = Store::open_as_it_is(path, key);
        if crate::faults::broken(crate::faults::Fault::DamagedReplaced)
            && matches!(opened, Err(StoreError::Damaged | StoreError::CommitsLost))
        {
            for end in ["", "-wal", "-shm", ".commits"] {
                let mut file = path.as_os_str().to_owned();
                file.push(end);
                let _ = fs::remove_file(file);
            }
            return Store::open_as_it_is(path, key);
        }
        opened
    }

    fn open_as_it_is(path: &Path, key: &DatabaseKey) -> Result<Store, StoreError> {
        let witness = Witness::beside(path);
        refuse_emptied(path, &witness)?;
        let existed = restrict(path)?;
        let key = key.as_raw_key_pragma();
        let mut writing = connect(path, &key, existed)?;
        witness.check(&writing)?;
        writing.pragma_update(None, "journal_mode", "WAL")?;
        migrate(&mut writing)?;
        let reading = connect(path, &key, true)?;
        reading.pragma_update(None, "query_only", true)?;
        for side in [&writing, &reading] {
            side.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
        }
        let writing = Mutex::new(WritingSide {
            connection: writing,
            vocabulary: Vocabulary::default(),
            witness,
            unconfirmed: false,
        });
        Ok(Store {
            sides: Arc::new(Sides {
                writing,
                reading: Mutex::new(reading),
            }),
        })
    }

    /// Runs `work` on one state of the database. Other readers wait for it, the writer does not.
    ///
    /// # Errors
    /// What `work` returns, or [`StoreError`] when the database cannot be read.
    pub fn read<T>(
        &self,
        work: impl FnOnce(&Reader<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut connection = entered(&self.sides.reading);
        let transaction = connection.transaction()?;
        work(&Reader {
            connection: &transaction,
        })
    }

    /// What `SQLite` and each page's own seal say is not as it was written; for the suites.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    #[cfg(feature = "faults")]
    pub fn torn(&self) -> Result<Vec<String>, StoreError> {
        let connection = entered(&self.sides.reading);
        let mut found = Vec::new();
        for (pragma, sound) in [("cipher_integrity_check", ""), ("integrity_check", "ok")] {
            let mut statement = connection.prepare(&format!("PRAGMA {pragma}"))?;
            let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
            for line in lines {
                let line = line?;
                if line != sound {
                    found.push(line);
                }
            }
        }
        let stray = "PRAGMA foreign_key_check";
        if connection.prepare(stray)?.exists([])? {
            found.push("a row refers to none".to_owned());
        }
        Ok(found)
    }

    /// Runs `work` in one transaction, on the disk when this returns; undone whole when `work` fails or panics.
    ///
    /// # Errors
    /// What `work` returns, or [`StoreError`] when the database cannot be written; once the disk has not confirmed a write,
    /// [`StoreError::Unconfirmed`] to the end of this process.
    pub fn write<T>(
        &self,
        work: impl FnOnce(&Writer<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut side = entered(&self.sides.writing);
        let WritingSide {
            connection,
            vocabulary,
            witness,
            unconfirmed,
        } = &mut *side;
        if *unconfirmed {
            return Err(StoreError::Unconfirmed);
        }
        let written = transact(connection, vocabulary, witness, work);
        *unconfirmed = matches!(written, Err(StoreError::Unconfirmed));
        written
    }
}

fn transact<T>(
    connection: &mut Connection,
    vocabulary: &mut Vocabulary,
    witness: &mut Witness,
    work: impl FnOnce(&Writer<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    // What a transaction that was undone had learnt (a panic included) is forgotten before the next one.
    vocabulary.begin();
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let before = transaction.total_changes();
    let done = work(&Writer {
        connection: &transaction,
        vocabulary,
    })?;
    let number = (transaction.total_changes() != before)
        .then(|| witness::count(&transaction))
        .transpose()?;
    point("store: before a commit");
    transaction.commit()?;
    point("store: after a commit");
    if let Some(number) = number {
        witness.note(number);
    }
    vocabulary.keep();
    Ok(done)
}

/// A panic in a transaction undid it: what the lock protects is whole.
fn entered<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An empty file is a new database only where nothing says that one was here: `SQLite` would make one in its place, and
/// erase the log that belongs to it.
fn refuse_emptied(path: &Path, witness: &Witness) -> Result<(), StoreError> {
    let length = |path: &Path| match fs::metadata(path) {
        Ok(metadata) => Ok(metadata.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    };
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    if length(path)? == 0 && (witness.exists() || length(Path::new(&log))? > 0) {
        return Err(StoreError::Damaged);
    }
    Ok(())
}

/// Creates the file before `SQLite` does, so that it never exists with wider rights; its write-ahead log takes the same.
/// Tells whether there was something in it.
fn restrict(path: &Path) -> Result<bool, StoreError> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if metadata.permissions().mode() & 0o077 != 0 {
            fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
        }
    }
    Ok(metadata.len() > 0)
}

fn connect(path: &Path, key: &Zeroizing<String>, existed: bool) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_millis(BUSY_TIMEOUT))?;
    // Until the database is known to be whole, closing it moves nothing from its log.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // SQLCipher's own log goes to the standard error by default, where nobody expects it.
    said(&connection, "cipher_log_level", "NONE")?;
    // Before the key, so that the key itself is held in wiped memory.
    said(&connection, "cipher_memory_security", "ON")?;
    said(&connection, "key", key.as_str())?;
    // Before the settings below, several of which read the file and would say only that it is no database.
    check_key(&connection, path, existed)?;
    for (pragma, value) in [
        ("synchronous", "FULL"),
        ("temp_store", "MEMORY"),
        ("secure_delete", "ON"),
        ("trusted_schema", "OFF"),
        ("foreign_keys", "ON"),
        // In KiB: the names of 100,000 people are read from memory.
        ("cache_size", "-32768"),
        ("journal_size_limit", "67108864"),
    ] {
        said(&connection, pragma, value)?;
    }
    connection.set_prepared_statement_cache_capacity(64);
    // Otherwise a new value in a prepared statement has it parsed and planned again, each allocation being locked and wiped.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}

/// Some of these answer a row and some do not.
fn said(connection: &Connection, pragma: &str, value: &str) -> Result<(), StoreError> {
    let answer = connection
        .pragma_update_and_check(None, pragma, value, |_| Ok(()))
        .optional()?;
    answer.unwrap_or(());
    Ok(())
}

/// `SQLite` says the same of a wrong key and of a damaged first page: then each page is checked against its own seal, and a
/// key that opens one of them is the right one.
fn check_key(connection: &Connection, path: &Path, existed: bool) -> Result<(), StoreError> {
    let first = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| {
        row.get::<_, i64>(0)
    });
    match first {
        Ok(_) => Ok(()),
        Err(rusqlite::Error::SqliteFailure(failure, _))
            if existed && failure.code == ErrorCode::NotADatabase =>
        {
            let length = fs::metadata(path)?.len();
            if length < PAGE || length % PAGE != 0 {
                return Err(StoreError::Damaged);
            }
            let mut statement = connection.prepare("PRAGMA cipher_integrity_check")?;
            let refused = statement.query_map([], |_| Ok(()))?.count();
            let pages = usize::try_from(length / PAGE).unwrap_or(usize::MAX);
            Err(if refused < pages {
                StoreError::Damaged
            } else {
                StoreError::WrongKey
            })
        }
        Err(error) => Err(error.into()),
    }
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let Some(missing) = usize::try_from(version)
        .ok()
        .and_then(|version| MIGRATIONS.get(version..))
    else {
        return Err(StoreError::Newer);
    };
    for (number, migration) in (version + 1..).zip(missing) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "user_version", number)?;
        point("store: before a migration's commit");
        transaction.commit()?;
        point("store: after a migration's commit");
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;
