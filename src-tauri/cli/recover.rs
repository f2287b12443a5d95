//! `guichet recover`: the IT office's private key puts the database key back into the keyring of this session, or opens
//! what waits under a clerk's lost key. Read from a file or the standard input, used once, never copied to the post.

use std::io::Read;
use std::process::ExitCode;

use guichet_core::domain::foreign_text::file_reason;
use guichet_core::operations::handover::SyncReport;
use guichet_core::operations::{self, OperationError, RecoveredPost, SealedLetter};
use guichet_core::settings::Settings;
use serde::Serialize;
use zeroize::Zeroizing;

use super::answer::{Answer, Exit};
use super::arguments::{Arguments, RecoverAct};
use super::clerk;

pub async fn run(
    act: &RecoverAct,
    settings: Settings,
    arguments: &Arguments,
    answer: &Answer,
) -> ExitCode {
    let done = match act {
        RecoverAct::Key { identity_file } => key(identity_file, &settings, answer).await,
        RecoverAct::Letters {
            identity_file,
            send,
            void,
            ..
        } => {
            let asked = match send {
                Some(numbers) => Asked::Send(numbers),
                None if void.is_empty() => Asked::List,
                None => Asked::Void(void),
            };
            letters(identity_file, settings, asked, arguments, answer).await
        }
    };
    done.unwrap_or_else(|error| answer.error(&error))
}

async fn key(
    identity_file: &std::path::Path,
    settings: &Settings,
    answer: &Answer,
) -> Result<ExitCode, OperationError> {
    operations::recover_key(settings, read(identity_file)?).await?;
    answer.one(&serde_json::json!({ "done": true }), |_| {
        "La clé des données de ce poste est de nouveau dans le trousseau de cette session. Ouvrez Guichet, et retirez \
         la clé privée de ce poste."
            .to_owned()
    });
    Ok(ExitCode::SUCCESS)
}

#[derive(Clone, Copy)]
enum Asked<'a> {
    List,
    Send(&'a [String]),
    Void(&'a [String]),
}

/// What was done, and what is still sealed here.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Letters {
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<SyncReport>,
    letters: Vec<SealedLetter>,
}

async fn letters(
    identity_file: &std::path::Path,
    settings: Settings,
    asked: Asked<'_>,
    arguments: &Arguments,
    answer: &Answer,
) -> Result<ExitCode, OperationError> {
    let post = RecoveredPost::open(settings, read(identity_file)?).await?;
    let report = match asked {
        Asked::List => None,
        Asked::Send(numbers) => {
            sign_in(&post, arguments).await?;
            Some(post.send(numbers).await?)
        }
        Asked::Void(numbers) => {
            sign_in(&post, arguments).await?;
            post.void(numbers)?;
            None
        }
    };
    let exit = report.as_ref().map_or(ExitCode::SUCCESS, exit);
    let said = Letters {
        report,
        letters: post.letters()?,
    };
    answer.one(&said, text);
    post.close().await?;
    Ok(exit)
}

async fn sign_in(post: &RecoveredPost, arguments: &Arguments) -> Result<(), OperationError> {
    let login = clerk::login(arguments)?;
    let password = clerk::password(arguments, post.office()).await?;
    post.sign_in(login, password).await
}

fn exit(report: &SyncReport) -> ExitCode {
    let none = |lists: &[&Vec<String>]| lists.iter().all(|list| list.is_empty());
    if report.interrupted.is_some() || !report.unsettled.is_empty() {
        Exit::Unreachable.into()
    } else if none(&[
        &report.refused,
        &report.superseded,
        &report.contested,
        &report.barred,
    ]) {
        ExitCode::SUCCESS
    } else {
        Exit::Refused.into()
    }
}

fn text(said: &Letters) -> String {
    let mut lines = Vec::new();
    if let Some(report) = &said.report {
        for (label, numbers) in [
            ("Envoyées, l’accès fonctionne", &report.sent),
            ("Refusées, la lettre n’ouvre rien", &report.refused),
            (
                "Un changement plus récent vaut, la lettre n’ouvre rien",
                &report.superseded,
            ),
            (
                "Hors des droits de l’agent, gardées pour un autre",
                &report.barred,
            ),
            ("À trancher", &report.contested),
            ("Réponse non reçue, à relancer", &report.unsettled),
        ] {
            if !numbers.is_empty() {
                lines.push(format!("{label}\u{a0}: {}.", numbers.join(", ")));
            }
        }
        lines.extend(report.interrupted.clone());
    }
    if said.letters.is_empty() {
        lines.push("Rien n’attend plus sur ce poste. Retirez-en la clé privée.".to_owned());
    }
    for letter in &said.letters {
        lines.push(format!(
            "{}  {} — {} (remise par {} {}, vaut jusqu’au {})",
            letter.number,
            letter.person,
            letter.state,
            letter.clerk,
            letter.made,
            letter.valid.trim_start_matches("le ")
        ));
        if !letter.outcome.is_empty() {
            lines.push(format!("    {}", letter.outcome));
        }
    }
    lines.join("\n")
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
