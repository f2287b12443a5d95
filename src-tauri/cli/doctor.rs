//! `guichet doctor`: each check on a line, and an exit code that tells whether all of them passed.
//! The password of the canary's account is asked for or read from a file, never an argument.

use std::process::ExitCode;

use guichet_core::operations::{self, Check, OperationError};
use guichet_core::settings::Settings;

use super::answer::{Answer, Exit};
use super::arguments::{Arguments, DoctorArguments};
use super::clerk;

pub fn report(checks: &[Check], answer: &Answer) -> ExitCode {
    answer.list(checks, |check| {
        let mark = if check.ok { "✓" } else { "✕" };
        format!(
            "{mark} {:<11} {} ({}\u{a0}ms)",
            check.name, check.sentence, check.milliseconds
        )
    });
    if checks.iter().all(|check| check.ok) {
        ExitCode::SUCCESS
    } else {
        Exit::Unsound.into()
    }
}

pub async fn canary(
    settings: &Settings,
    request: &DoctorArguments,
    arguments: &Arguments,
    answer: &Answer,
) -> ExitCode {
    match tried(settings, request, arguments).await {
        Ok(checks) => report(&checks, answer),
        Err(error) => answer.error(&error),
    }
}

async fn tried(
    settings: &Settings,
    request: &DoctorArguments,
    arguments: &Arguments,
) -> Result<Vec<Check>, OperationError> {
    let password = match &request.canary_password_file {
        Some(file) => clerk::first_line(file)?,
        None => clerk::prompt("Mot de passe du compte d’essai\u{a0}: ")?,
    };
    let clerk = match (&arguments.clerk, &arguments.password_file) {
        (Some(login), Some(file)) => Some((login.as_str(), clerk::first_line(file)?)),
        (Some(login), None) => {
            let asked = clerk::prompt(&format!("Mot de passe de {login} : "))?;
            Some((login.as_str(), asked))
        }
        (None, _) => None,
    };
    operations::canary(settings, password, clerk).await
}
