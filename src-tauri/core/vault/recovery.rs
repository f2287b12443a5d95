//! The copy of the database key for the IT office: a file beside the database, sealed to the recovery recipient, whose
//! private half never stays on the post. It brings a lost keyring's key back, and nothing else.
//! Never makes a key, and gives back only the one that the key check beside the database accepts.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::key::DatabaseKey;
use super::key_check::KeyCheck;
use super::problem::VaultProblem;
use super::sealing::unseal;
use super::sealing_key::{Recipient, SealingKey};
use crate::faults::point;

/// Contents of the file, as JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Copy {
    /// Whose private half opens it: age itself does not say.
    recipient: Recipient,
    /// Of which key it is a copy, without opening it.
    key: KeyCheck,
    /// The 32 bytes of the key, sealed with age, in base64.
    sealed: String,
    /// SHA-256 of `sealed`, in base64: the post cannot open its own copy, and has to see that it is damaged.
    #[serde(default)]
    sum: String,
}

impl Copy {
    fn is_good(&self, key: &DatabaseKey, recipient: &Recipient) -> bool {
        self.recipient == *recipient && self.key.accepts(key) && self.sum == sum(&self.sealed)
    }
}

fn sum(sealed: &str) -> String {
    BASE64.encode(Sha256::digest(sealed))
}

/// Where it is kept: `guichet.db` has `guichet.db.recovery`.
#[must_use]
pub fn recovery_copy(database: &Path) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(".recovery");
    PathBuf::from(path)
}

/// Makes the copy, or makes it anew for another recipient, another key or a file that is none; leaves a good one alone.
///
/// # Errors
/// `CopyUnwritable`: the post works without it, but not offline.
pub fn keep_recovery_copy(
    database: &Path,
    key: &DatabaseKey,
    recipient: &Recipient,
) -> Result<(), VaultProblem> {
    let path = recovery_copy(database);
    let unwritable = |detail: String| VaultProblem::CopyUnwritable {
        path: path.clone(),
        detail,
    };
    let good = read(&path)
        .ok()
        .flatten()
        .is_some_and(|copy| copy.is_good(key, recipient));
    if good {
        return Ok(());
    }
    let sealed = age::encrypt(recipient.as_age(), key.expose())
        .map_err(|error| unwritable(error.to_string()))?;
    let sealed = BASE64.encode(sealed);
    let copy = Copy {
        recipient: recipient.clone(),
        key: KeyCheck::of(key, "recovery")?,
        sum: sum(&sealed),
        sealed,
    };
    replace(&path, &copy).map_err(|error| unwritable(error.to_string()))
}

/// The database's key out of its copy.
///
/// # Errors
/// `NoCopy`, `CopyUnreadable`; `NotTheRecoveryKey` when the private key does not open it; `WrongKey` when what it opens
/// is not the key of the database beside.
pub fn open_recovery_copy(database: &Path, key: &SealingKey) -> Result<DatabaseKey, VaultProblem> {
    let path = recovery_copy(database);
    let unreadable = |detail: &str| VaultProblem::CopyUnreadable {
        path: path.clone(),
        detail: detail.to_owned(),
    };
    let Some(copy) = read(&path)? else {
        return Err(VaultProblem::NoCopy { path });
    };
    if copy.recipient != key.recipient() {
        return Err(VaultProblem::NotTheRecoveryKey {
            recipient: copy.recipient.to_string(),
        });
    }
    let sealed = BASE64
        .decode(&copy.sealed)
        .map_err(|_| unreadable("not base64"))?;
    let opened = unseal(&sealed, key).map_err(|error| unreadable(&error.to_string()))?;
    let bytes = <[u8; 32]>::try_from(opened.as_slice()).map_err(|_| unreadable("not a key"))?;
    let key = DatabaseKey::from_bytes(bytes);
    let accepted = copy.key.accepts(&key)
        && KeyCheck::beside(database)?.is_none_or(|check| check.accepts(&key));
    if accepted {
        Ok(key)
    } else {
        Err(VaultProblem::WrongKey)
    }
}

fn read(path: &Path) -> Result<Option<Copy>, VaultProblem> {
    let unreadable = |detail: String| VaultProblem::CopyUnreadable {
        path: path.to_owned(),
        detail,
    };
    match std::fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| unreadable(error.to_string())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(error.to_string())),
    }
}

/// Whole or not at all, for its owner only; the copy before stays until the new one is on the disk.
fn replace(path: &Path, copy: &Copy) -> std::io::Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".new");
    let unfinished = PathBuf::from(unfinished);
    // One that a cut left behind may have other rights.
    match std::fs::remove_file(&unfinished) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    file.write_all(&serde_json::to_vec_pretty(copy)?)?;
    file.sync_all()?;
    point("vault: before the recovery copy is there");
    std::fs::rename(&unfinished, path)?;
    point("vault: after the recovery copy is there");
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> DatabaseKey {
        DatabaseKey::from_bytes([byte; 32])
    }

    #[test]
    fn the_recovery_key_brings_the_database_key_back() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("guichet.db");
        let office = SealingKey::generate();
        KeyCheck::of(&key(1), "secret-service")
            .unwrap()
            .write_beside(&database)
            .unwrap();
        let none = open_recovery_copy(&database, &office).unwrap_err();
        assert!(matches!(none, VaultProblem::NoCopy { .. }));

        keep_recovery_copy(&database, &key(1), &office.recipient()).unwrap();
        let path = recovery_copy(&database);
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(
            open_recovery_copy(&database, &office).unwrap().expose(),
            key(1).expose()
        );
        let other = open_recovery_copy(&database, &SealingKey::generate()).unwrap_err();
        assert!(matches!(other, VaultProblem::NotTheRecoveryKey { .. }));

        let before = std::fs::read(&path).unwrap();
        keep_recovery_copy(&database, &key(1), &office.recipient()).unwrap();
        assert_eq!(
            std::fs::read(&path).unwrap(),
            before,
            "a good copy is left alone"
        );
    }

    #[test]
    fn the_copy_follows_the_recipient_and_heals() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("guichet.db");
        let (first, second) = (SealingKey::generate(), SealingKey::generate());
        keep_recovery_copy(&database, &key(1), &first.recipient()).unwrap();
        keep_recovery_copy(&database, &key(1), &second.recipient()).unwrap();
        assert!(open_recovery_copy(&database, &first).is_err());
        assert!(open_recovery_copy(&database, &second).is_ok());

        let path = recovery_copy(&database);
        let whole = std::fs::read_to_string(&path).unwrap();
        let place = whole.find("\"sealed\"").unwrap() + 200;
        let mut flipped = whole.into_bytes();
        flipped[place] = if flipped[place] == b'A' { b'B' } else { b'A' };
        std::fs::write(&path, flipped).unwrap();
        assert!(open_recovery_copy(&database, &second).is_err());
        keep_recovery_copy(&database, &key(1), &second.recipient()).unwrap();
        assert!(
            open_recovery_copy(&database, &second).is_ok(),
            "a damage inside the seal is seen without opening it"
        );

        std::fs::write(&path, "{\"cut").unwrap();
        let cut = open_recovery_copy(&database, &second).unwrap_err();
        assert!(matches!(cut, VaultProblem::CopyUnreadable { .. }));
        keep_recovery_copy(&database, &key(1), &second.recipient()).unwrap();
        assert!(open_recovery_copy(&database, &second).is_ok());
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            1,
            "no half-written file is left"
        );
    }

    #[test]
    fn a_copy_of_another_databases_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("guichet.db");
        let office = SealingKey::generate();
        keep_recovery_copy(&database, &key(2), &office.recipient()).unwrap();
        KeyCheck::of(&key(1), "secret-service")
            .unwrap()
            .write_beside(&database)
            .unwrap();
        assert_eq!(
            open_recovery_copy(&database, &office).unwrap_err(),
            VaultProblem::WrongKey
        );
    }
}
