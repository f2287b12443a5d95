//! `guichet read-account set|forget`: the password of the account that finds clerks, into or out of the keyring.
//! Asked on the terminal or read from a file, never an argument; never repeated on the screen.

use std::process::ExitCode;

use guichet_core::operations::{self, OperationError};
use zeroize::Zeroizing;

use super::answer::Answer;
use super::arguments::{Arguments, ReadAccountAct};
use super::clerk;

pub async fn run(act: &ReadAccountAct, arguments: &Arguments, answer: &Answer) -> ExitCode {
    let done = match act {
        ReadAccountAct::Set => match secret(arguments) {
            Ok(password) => operations::keep_read_account(password)
                .await
                .map(|()| "Le mot de passe du compte de recherche est dans le trousseau de cette session. Essayez-le : guichet doctor."),
            Err(error) => Err(error),
        },
        ReadAccountAct::Forget => operations::forget_read_account()
            .await
            .map(|()| "Le trousseau de cette session n’a plus ce mot de passe."),
    };
    match done {
        Ok(sentence) => {
            answer.one(&serde_json::json!({ "done": true }), |_| {
                sentence.to_owned()
            });
            ExitCode::SUCCESS
        }
        Err(error) => answer.error(&error),
    }
}

fn secret(arguments: &Arguments) -> Result<Zeroizing<String>, OperationError> {
    match &arguments.password_file {
        Some(file) => clerk::first_line(file),
        None => clerk::prompt("Mot de passe du compte de recherche : "),
    }
}
