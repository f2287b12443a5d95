//! One process at a time makes the database's key. Two first starts side by side would each find no key and each
//! write one: the store made with the first would then be unreadable.
//! Holds nothing but the turn: the file is empty, and the lock ends with the process that took it.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Waits for the turn and keeps it until dropped.
///
/// # Errors
/// When the lock's file cannot be made.
pub(super) fn take(database: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(place(database))?;
    file.lock()?;
    Ok(file)
}

/// The session's own folder, since the keyring is the session's too; else beside the database.
fn place(database: &Path) -> PathBuf {
    std::env::var_os("XDG_RUNTIME_DIR")
        .map(PathBuf::from)
        .filter(|folder| folder.is_dir())
        .map_or_else(
            || database.with_extension("turn"),
            |folder| folder.join("guichet-keyring.turn"),
        )
}
