//! Why the database of this post could not be opened, read or written, with the sentence for the clerk.
//! Never carries what was being written: a message of `SQLite` names tables, not values.

use std::io;

use rusqlite::ErrorCode;
use rusqlite::ffi::SQLITE_IOERR_FSYNC;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No page of the file opens with this key. A file whose first bytes were overwritten looks the same.
    #[error("the key does not open the store")]
    WrongKey,
    /// The key is right and pages are not as they were written, or the file was cut.
    #[error("the store is damaged")]
    Damaged,
    /// The file is whole and older than its witness: its write-ahead log was damaged or removed, or an old copy of the
    /// database was put in its place.
    #[error("the store has lost its last commits")]
    CommitsLost,
    /// Written by a later version of the software.
    #[error("the store was written by a newer version")]
    Newer,
    #[error("the disk is full")]
    DiskFull,
    #[error("the store is read-only")]
    ReadOnly,
    /// The disk has not confirmed a write: what it holds is not known until the store is opened again.
    #[error("the disk has not confirmed a write")]
    Unconfirmed,
    /// Another process holds the file.
    #[error("the store is in use")]
    InUse,
    /// A stored value is not what its column holds: `table.column`.
    #[error("unreadable value in {0}")]
    Unreadable(&'static str),
    #[error("the store's file: {0}")]
    File(io::Error),
    #[error("the store: {0}")]
    Other(rusqlite::Error),
}

impl StoreError {
    /// `column` is named `table.column`.
    #[must_use]
    pub fn unreadable(column: &'static str) -> Self {
        StoreError::Unreadable(column)
    }

    /// What happened, what is kept, what to do.
    #[must_use]
    pub fn sentence(&self) -> &'static str {
        match self {
            StoreError::WrongKey => {
                "La clé de ce poste n’ouvre pas sa base, ou le début du fichier est abîmé. Rien n’a été modifié\u{202f}; le service informatique peut la rouvrir avec la clé de secours, sinon la reprendre d’une sauvegarde."
            }
            StoreError::Damaged | StoreError::Unreadable(_) => {
                "La base de ce poste est endommagée. Elle est laissée telle quelle\u{202f}; prévenez le service informatique."
            }
            StoreError::CommitsLost => {
                "Il manque à la base de ce poste ses dernières écritures. Elle est laissée telle quelle\u{202f}; prévenez le service informatique (manuel, «\u{202f}Base abîmée\u{202f}»)."
            }
            StoreError::Newer => {
                "La base de ce poste vient d’une version plus récente de Guichet. Rien n’a été modifié\u{202f}; mettez Guichet à jour."
            }
            StoreError::DiskFull => {
                "Le disque de ce poste est plein\u{a0}: rien n’a été enregistré. Libérez de la place, puis recommencez."
            }
            StoreError::ReadOnly => {
                "La base de ce poste est en lecture seule\u{a0}: rien n’a été enregistré. Prévenez le service informatique."
            }
            StoreError::Unconfirmed => {
                "Le disque de ce poste n’a pas confirmé une écriture. Ce qui était enregistré avant est gardé, et plus rien n’est écrit. Redémarrez Guichet, et prévenez le service informatique."
            }
            StoreError::InUse => {
                "La base de ce poste est utilisée par un autre programme\u{a0}: rien n’a été enregistré. Recommencez dans un instant."
            }
            StoreError::File(_) | StoreError::Other(_) => {
                "La base de ce poste ne répond pas. Rien n’a été enregistré\u{202f}; redémarrez Guichet, puis prévenez le service informatique si cela se reproduit."
            }
        }
    }
}

impl From<io::Error> for StoreError {
    #[allow(
        clippy::wildcard_enum_match_arm,
        reason = "an open list: what is not named has the general sentence"
    )]
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly,
            io::ErrorKind::StorageFull => StoreError::DiskFull,
            _ => StoreError::File(error),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let extended = error.sqlite_error().map(|inner| inner.extended_code);
        if extended == Some(SQLITE_IOERR_FSYNC) {
            return StoreError::Unconfirmed;
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Damaged,
            Some(ErrorCode::DiskFull) => StoreError::DiskFull,
            Some(ErrorCode::ReadOnly) => StoreError::ReadOnly,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::InUse,
            _ => StoreError::Other(error),
        }
    }
}
