//! The account that finds clerks in the directory: where its password is, and how the IT office puts it there.
//! From the session's keyring or an owner-only file, never from an argument; never shown, never logged.

use zeroize::Zeroizing;

use super::office::{KEYRING_PATIENCE, KEYRING_SERVICE, OperationError};
use crate::directory::ReadAccountProblem;
use crate::post::private_file::{PrivateFileProblem, first_line};
use crate::settings::ReadAccountSettings;
use crate::vault::{ClerkPassword, Vault, VaultProblem};

/// Where the settings say it is.
pub(super) async fn password(
    account: &ReadAccountSettings,
) -> Result<Zeroizing<String>, ReadAccountProblem> {
    if let Some(file) = &account.password_file {
        let named = file.display().to_string();
        return first_line(file).map_err(|problem| match problem {
            PrivateFileProblem::OpenToOthers => ReadAccountProblem::FileOpenToOthers(named),
            PrivateFileProblem::NotReadable(error) => {
                ReadAccountProblem::FileNotReadable(format!("{named}, {error}"))
            }
        });
    }
    let kept = match Vault::open(KEYRING_SERVICE, KEYRING_PATIENCE).await {
        Ok(vault) => vault.read_account().await,
        Err(problem) => Err(problem),
    };
    match kept {
        Ok(Some(password)) => Ok(Zeroizing::new(password.expose().to_owned())),
        // A keyring that does not open is told by the opening of the post itself.
        Ok(None) | Err(_) => Err(ReadAccountProblem::NoPassword),
    }
}

/// Puts the password in this session's keyring.
///
/// # Errors
/// `refused` for an empty one; `keyring` when it cannot be kept.
pub async fn keep_read_account(password: Zeroizing<String>) -> Result<(), OperationError> {
    if password.is_empty() {
        return Err(OperationError::new(
            "refused",
            "Le mot de passe est vide. Rien n’a été enregistré.",
        ));
    }
    let vault = Vault::open(KEYRING_SERVICE, KEYRING_PATIENCE)
        .await
        .map_err(|problem| trouble(&problem))?;
    vault
        .keep_read_account(ClerkPassword::new(password))
        .await
        .map_err(|problem| trouble(&problem))
}

/// Takes the password out of this session's keyring.
///
/// # Errors
/// `keyring` when it does not answer.
pub async fn forget_read_account() -> Result<(), OperationError> {
    let vault = Vault::open(KEYRING_SERVICE, KEYRING_PATIENCE)
        .await
        .map_err(|problem| trouble(&problem))?;
    vault
        .forget_read_account()
        .await
        .map_err(|problem| trouble(&problem))
}

fn trouble(problem: &VaultProblem) -> OperationError {
    OperationError::new("keyring", problem.sentence())
}
