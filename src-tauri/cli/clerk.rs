//! The clerk who acts from the command line, and the person they name.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;

use guichet_core::domain::foreign_text::file_reason;
use guichet_core::operations::session::SessionView;
use guichet_core::operations::{self, Office, OperationError};
use zeroize::Zeroizing;

use super::arguments::Arguments;

fn refused(code: &str, message: impl Into<String>) -> OperationError {
    OperationError {
        code: code.to_owned(),
        message: message.into(),
    }
}

/// From a file, else the keyring, else a prompt on the terminal.
pub async fn password(
    arguments: &Arguments,
    office: &Office,
) -> Result<Zeroizing<String>, OperationError> {
    if let Some(file) = &arguments.password_file {
        return first_line(file);
    }
    let login = arguments.clerk.as_deref().unwrap_or_default();
    if let Ok(Some(password)) = office.vault().clerk_password(login).await {
        return Ok(Zeroizing::new(password.expose().to_owned()));
    }
    prompt(&format!("Mot de passe de {login} : "))
}

/// The first line of a password file.
pub fn first_line(file: &Path) -> Result<Zeroizing<String>, OperationError> {
    let text = Zeroizing::new(std::fs::read_to_string(file).map_err(|error| {
        refused(
            "signedOut",
            format!(
                "Le fichier de mot de passe ne se lit pas ({}).",
                file_reason(&error)
            ),
        )
    })?);
    Ok(Zeroizing::new(
        text.lines().next().unwrap_or_default().to_owned(),
    ))
}

/// Asks on the terminal, without echo.
pub fn prompt(question: &str) -> Result<Zeroizing<String>, OperationError> {
    rpassword::prompt_password(question)
        .map(Zeroizing::new)
        .map_err(|_| refused("signedOut", "Aucun mot de passe : donnez --password-file."))
}

/// Who acts.
pub fn login(arguments: &Arguments) -> Result<&str, OperationError> {
    arguments
        .clerk
        .as_deref()
        .ok_or_else(|| refused("signedOut", "Dites qui agit : --as IDENTIFIANT."))
}

pub async fn sign_in(arguments: &Arguments, office: &Arc<Office>) -> Result<(), OperationError> {
    let login = login(arguments)?;
    let password = password(arguments, office).await?;
    let session = operations::session::sign_in(office, login, password).await?;
    match session {
        SessionView::SignedIn {
            asks_previous_password: true,
            ..
        } => reopen_key(arguments, office, login).await,
        SessionView::SignedIn { .. }
        | SessionView::Locked { .. }
        | SessionView::SignedOut { .. } => Ok(()),
    }
}

/// The clerk's own password has changed: their key needs the former one, or is replaced.
async fn reopen_key(
    arguments: &Arguments,
    office: &Office,
    login: &str,
) -> Result<(), OperationError> {
    let previous = match &arguments.previous_password_file {
        Some(file) => first_line(file)?,
        None if std::io::stdin().is_terminal() && std::io::stderr().is_terminal() => {
            prompt(&format!(
                "Le mot de passe de {login} a changé. Mot de passe précédent (vide s’il est oublié\u{a0}: une nouvelle clé le remplace, \
             et ce qui attendait sous l’ancienne demande la clé de secours)\u{a0}: "
            ))?
        }
        // Asked again at the next sign-in.
        None => return Ok(()),
    };
    if previous.is_empty() {
        operations::session::replace_sealing_key(office)?;
    } else {
        operations::session::give_previous_password(office, previous).await?;
    }
    Ok(())
}

/// entryUUID of the one person named by a login, a number, a mail or an entryUUID.
pub async fn person(office: &Office, named: &str) -> Result<String, OperationError> {
    if named.len() == 36 && named.matches('-').count() == 4 {
        return Ok(named.to_owned());
    }
    operations::counter::identified(office, named).await
}
