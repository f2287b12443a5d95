//! What a lost keyring leaves: the IT office's private key opens the copy of the database key and puts it back into this
//! session's keyring, or opens what waits here under a clerk's lost key (`letters`).
//! Never makes a key, never keeps the private one, and gives nothing back that does not open the database.

mod letters;

use std::path::PathBuf;

use zeroize::Zeroizing;

pub use letters::{RecoveredPost, SealedLetter};

use super::office::{KEYRING_PATIENCE, KEYRING_SERVICE, OperationError, database};
use crate::settings::Settings;
use crate::store::{Store, StoreError};
use crate::vault::{
    DatabaseKey, SealingKey, Vault, VaultProblem, keep_recovery_copy, open_recovery_copy,
};

/// Whether the post's key can be had again without its keyring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RecoveryCopy {
    /// The settings name no recipient.
    NoRecipient,
    Kept,
    NotKept(VaultProblem),
}

/// Keeps the copy beside the database up to date, at each opening.
pub(super) fn keep_copy(settings: &Settings, key: &DatabaseKey) -> RecoveryCopy {
    let Some(recovery) = &settings.recovery else {
        return RecoveryCopy::NoRecipient;
    };
    match keep_recovery_copy(&database(settings), key, &recovery.recipient) {
        Ok(()) => RecoveryCopy::Kept,
        Err(problem) => {
            tracing::warn!(?problem, "the recovery copy was not made");
            RecoveryCopy::NotKept(problem)
        }
    }
}

/// Puts the database key back into this session's keyring. `identity` is the text of the private key's file.
///
/// # Errors
/// `recovery` with what stands in the way: no database, no copy, another private key, another database's key; `store`
/// when the database is damaged; `keyring`. Nothing was then written.
pub async fn recover_key(
    settings: &Settings,
    identity: Zeroizing<String>,
) -> Result<(), OperationError> {
    let (database, key, _) = opened(settings, &identity)?;
    let restored = match Vault::open(KEYRING_SERVICE, KEYRING_PATIENCE).await {
        Ok(vault) => vault.restore_database_key(&database, key).await,
        Err(problem) => Err(problem),
    };
    restored.map_err(|problem| OperationError::new("keyring", problem.sentence()))
}

/// Where the database is, its key out of the copy beside it, and the private key that gave it. Opens the database once,
/// which has the last word.
fn opened(
    settings: &Settings,
    identity: &str,
) -> Result<(PathBuf, DatabaseKey, SealingKey), OperationError> {
    let refused = |sentence: String| OperationError::new("recovery", sentence);
    let office = SealingKey::from_identity_file(identity).map_err(|_| {
        refused(
            "Ce fichier n’est pas une clé privée age (une seule ligne AGE-SECRET-KEY-1…). Rien n’a été modifié. \
             Donnez celui que age-keygen a écrit."
                .to_owned(),
        )
    })?;
    let database = database(settings);
    if !database.is_file() {
        return Err(refused(format!(
            "Il n’y a pas de base sur ce poste\u{a0}: {}. Rien n’a été modifié. Vérifiez post.folder dans les réglages.",
            database.display()
        )));
    }
    let wrong = || {
        refused(
            "La clé que rend cette copie de secours n’est pas celle des données de ce poste. Rien n’a été modifié. \
             Reprenez d’une sauvegarde de ce poste le fichier .recovery qui est à côté de sa base."
                .to_owned(),
        )
    };
    let key = open_recovery_copy(&database, &office).map_err(|problem| {
        if problem == VaultProblem::WrongKey {
            wrong()
        } else {
            refused(problem.sentence())
        }
    })?;
    // The key check may be gone, too: the database itself has the last word.
    match Store::open(&database, &key) {
        Ok(store) => drop(store),
        Err(StoreError::WrongKey) => return Err(wrong()),
        Err(error) => return Err(error.into()),
    }
    Ok((database, key, office))
}
