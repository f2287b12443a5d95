//! `guichet recover key`: the IT office's private key puts the database key back into the keyring of this session.
//! Read from a file or the standard input, used once, never copied to the post.

use std::io::Read;
use std::process::ExitCode;

use guichet_core::domain::foreign_text::file_reason;
use guichet_core::operations::{self, OperationError};
use guichet_core::settings::Settings;
use zeroize::Zeroizing;

use super::answer::Answer;
use super::arguments::RecoverAct;

pub async fn run(act: &RecoverAct, settings: &Settings, answer: &Answer) -> ExitCode {
    let RecoverAct::Key { identity_file } = act;
    let done = match read(identity_file) {
        Ok(identity) => operations::recover_key(settings, identity).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => {
            answer.one(&serde_json::json!({ "done": true }), |_| {
                "La clé des données de ce poste est de nouveau dans le trousseau de cette session. Ouvrez Guichet, et retirez \
                 la clé privée de ce poste."
                    .to_owned()
            });
            ExitCode::SUCCESS
        }
        Err(error) => answer.error(&error),
    }
}

fn read(file: &std::path::Path) -> Result<Zeroizing<String>, OperationError> {
    // Room for more than age-keygen writes, so that growing leaves no copy behind.
    let mut text = Zeroizing::new(String::with_capacity(16 << 10));
    let read = if file.as_os_str() == "-" {
        std::io::stdin().lock().read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|mut file| file.read_to_string(&mut text))
    };
    match read {
        Ok(_) => Ok(text),
        Err(error) => Err(OperationError {
            code: "recovery".to_owned(),
            message: format!(
                "Le fichier de la clé privée ne se lit pas ({}). Rien n’a été modifié. Vérifiez son nom et ses droits.",
                file_reason(&error)
            ),
        }),
    }
}
