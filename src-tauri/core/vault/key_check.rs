//! The file beside the database that tells a wrong key from a damaged database: SQLCipher says the same
//! of both. It holds no secret: a digest of a random 256-bit key, under the database's own identifier.
//! It never decides that a key may be created.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::key::DatabaseKey;
use super::problem::VaultProblem;
use crate::faults::point;

const PURPOSE: &[u8] = b"guichet key check 1";

/// Contents of the file, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyCheck {
    /// Drawn with the key.
    database: Uuid,
    /// Which keyring took the key.
    pub(super) backend: String,
    /// First 16 bytes of SHA-256(purpose ‖ database ‖ key), in hexadecimal. The key being random and as
    /// long as the digest, nothing about it can be searched for.
    check: String,
}

impl KeyCheck {
    /// Where it is kept: `guichet.db` has `guichet.db.key-check`.
    #[must_use]
    pub fn path(database: &Path) -> PathBuf {
        let mut path = database.as_os_str().to_owned();
        path.push(".key-check");
        PathBuf::from(path)
    }

    pub(super) fn of(key: &DatabaseKey, backend: &str) -> Result<Self, VaultProblem> {
        let mut bytes = [0u8; 16];
        getrandom::fill(&mut bytes).map_err(|error| VaultProblem::Failed {
            detail: error.to_string(),
        })?;
        let database = uuid::Builder::from_random_bytes(bytes).into_uuid();
        Ok(KeyCheck {
            database,
            backend: backend.to_owned(),
            check: digest(database, key),
        })
    }

    pub(super) fn accepts(&self, key: &DatabaseKey) -> bool {
        self.check == digest(self.database, key)
    }

    /// `None` when there is no such file.
    pub(super) fn beside(database: &Path) -> Result<Option<Self>, VaultProblem> {
        let path = KeyCheck::path(database);
        match std::fs::read(&path) {
            // A damaged check proves nothing about the key, and must not pass for an absent one.
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| {
                VaultProblem::CheckUnreadable {
                    path,
                    detail: error.to_string(),
                }
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(VaultProblem::CheckUnreadable {
                path,
                detail: error.to_string(),
            }),
        }
    }

    /// Written whole or not at all, for its owner only, and never over another.
    pub(super) fn write_beside(&self, database: &Path) -> Result<(), VaultProblem> {
        let path = KeyCheck::path(database);
        self.write_to(&path)
            .map_err(|error| VaultProblem::CheckUnwritable {
                path,
                detail: error.to_string(),
            })
    }

    fn write_to(&self, path: &Path) -> std::io::Result<()> {
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(".new");
        let unfinished = PathBuf::from(unfinished);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&unfinished)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_all()?;
        point("vault: before the key check is there");
        // A link, unlike a rename, does not replace a file that came in between.
        let linked = std::fs::hard_link(&unfinished, path);
        point("vault: after the key check is there");
        std::fs::remove_file(&unfinished)?;
        linked?;
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}

fn digest(database: Uuid, key: &DatabaseKey) -> String {
    let mut hash = Sha256::new();
    hash.update(PURPOSE);
    hash.update(database.as_bytes());
    hash.update(key.expose());
    hash.finalize()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> DatabaseKey {
        DatabaseKey::from_bytes([byte; 32])
    }

    #[test]
    fn the_right_key_and_no_other_is_accepted() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("guichet.db");
        assert_eq!(KeyCheck::beside(&database).unwrap(), None);
        let check = KeyCheck::of(&key(1), "secret-service").unwrap();
        check.write_beside(&database).unwrap();

        let read = KeyCheck::beside(&database).unwrap().unwrap();
        assert_eq!(read, check);
        assert!(read.accepts(&key(1)));
        assert!(!read.accepts(&key(2)));
    }

    #[test]
    fn it_is_for_its_owner_and_never_replaced() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("guichet.db");
        KeyCheck::of(&key(1), "secret-service")
            .unwrap()
            .write_beside(&database)
            .unwrap();
        let path = KeyCheck::path(&database);
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let second = KeyCheck::of(&key(2), "secret-service")
            .unwrap()
            .write_beside(&database);
        assert!(matches!(second, Err(VaultProblem::CheckUnwritable { .. })));
        assert!(
            KeyCheck::beside(&database)
                .unwrap()
                .unwrap()
                .accepts(&key(1))
        );
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            1,
            "no half-written file is left"
        );
    }

    #[test]
    fn a_damaged_check_is_not_an_absent_one() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("guichet.db");
        for damaged in ["", "{", "{}", "{\"check\":1}"] {
            std::fs::write(KeyCheck::path(&database), damaged).unwrap();
            assert!(
                matches!(
                    KeyCheck::beside(&database),
                    Err(VaultProblem::CheckUnreadable { .. })
                ),
                "{damaged:?}"
            );
        }
    }
}
