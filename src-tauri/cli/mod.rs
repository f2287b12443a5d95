//! The command line: the same operations as the window, for the IT office, for scripts and for a post without a display.
//! Passwords of clerks come from a prompt, a file or the keyring, never from an argument.

mod answer;
mod arguments;
mod clerk;
mod doctor;
mod evidence;
mod find;
mod hand_over;
mod help;
mod mirror;
mod outbox;
mod read_account;
mod recover;
mod rehearsal;
mod turn;

use std::process::ExitCode;
use std::sync::Arc;

use clap::FromArgMatches;
use guichet_core::operations::{self, Office, OperationError, TroubleCause};
use guichet_core::settings::Settings;

pub use answer::Exit;

use answer::Answer;
use arguments::{Arguments, Verb};

/// Runs one verb; the exit codes are listed in `Exit`.
pub fn run() -> ExitCode {
    let parsed = help::command()
        .try_get_matches()
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => {
            if error.use_stderr() {
                let json = std::env::args_os().any(|argument| argument == "--json");
                return Answer::new(json).fail(Exit::Usage, &help::refusal(&error));
            }
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
    };
    let answer = Answer::new(arguments.json);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return answer.fail(Exit::Trouble, &error.to_string()),
    };
    runtime.block_on(act(arguments, answer))
}

async fn act(arguments: Arguments, answer: Answer) -> ExitCode {
    if let Verb::Rehearsal { act } = &arguments.verb {
        return rehearsal::run(act, answer);
    }
    if let Verb::ReadAccount { act } = &arguments.verb {
        // Before the post opens: without this password it may have nobody to open for.
        return read_account::run(act, &arguments, &answer).await;
    }
    let file = crate::settings_file::locate(arguments.settings.clone());
    let mut settings = match Settings::read(&file) {
        Ok(settings) => settings,
        Err(problem) => return answer.fail(Exit::Settings, &problem.sentence()),
    };
    if let Some(folder) = arguments.verb.folder() {
        if !folder.is_dir() {
            return answer.fail(
                Exit::Refused,
                &format!(
                    "Il n’y a pas de base dans ce dossier\u{a0}: {}. Rien n’a été modifié. Vérifiez son nom.",
                    folder.display()
                ),
            );
        }
        settings.post.folder = folder;
    }
    // Kept until the verb ends.
    let _turn = if arguments.verb.acts() {
        match turn::take(&settings.post.folder).await {
            Ok(turn) => Some(turn),
            Err(refusal) => return answer.fail(refusal.exit, &refusal.sentence),
        }
    } else {
        None
    };
    if let Verb::Recover { act } = &arguments.verb {
        // Instead of opening the post, which cannot open without it.
        return recover::run(act, settings, &arguments, &answer).await;
    }
    if let Verb::Doctor(request) = &arguments.verb
        && request.canary
    {
        // Before the post opens: the IT office may try a directory from anywhere.
        return doctor::canary(&settings, request, &arguments, &answer).await;
    }
    let office = match Office::open(settings).await {
        Ok(office) => Arc::new(office),
        Err(trouble) => {
            let exit = match trouble.cause {
                TroubleCause::Settings => Exit::Settings,
                TroubleCause::Post => Exit::Trouble,
            };
            return answer.fail(exit, &format!("{} {}", trouble.strong, trouble.text));
        }
    };
    let exit = match perform(&arguments, &office, &answer).await {
        Ok(exit) => exit,
        Err(error) => answer.error(&error),
    };
    let _ = operations::session::sign_out(&office).await;
    exit
}

async fn perform(
    arguments: &Arguments,
    office: &Arc<Office>,
    answer: &Answer,
) -> Result<ExitCode, OperationError> {
    match &arguments.verb {
        Verb::Rehearsal { .. } | Verb::ReadAccount { .. } | Verb::Recover { .. } => {
            Ok(ExitCode::SUCCESS)
        }
        Verb::Doctor(_) => {
            let clerk = match &arguments.clerk {
                Some(login) => Some((login.as_str(), clerk::password(arguments, office).await?)),
                None => None,
            };
            let checks = operations::doctor(office, clerk).await;
            Ok(doctor::report(&checks, answer))
        }
        Verb::Find { text } => {
            clerk::sign_in(arguments, office).await?;
            operations::counter::wait_for_index(office).await;
            let view = operations::counter::find(office, &text.join(" ")).await?;
            let found = !view.rows.is_empty();
            answer.one(&view, find::text);
            Ok(if found {
                ExitCode::SUCCESS
            } else {
                Exit::NotFound.into()
            })
        }
        Verb::Show { person } => {
            clerk::sign_in(arguments, office).await?;
            let id = clerk::person(office, person).await?;
            let sheet = operations::counter::show(office, &id).await?;
            answer.one(&sheet, |sheet| {
                let mut lines = vec![
                    format!(
                        "{} {} — {}",
                        sheet.family_name.to_uppercase(),
                        sheet.given_name,
                        sheet.state.word
                    ),
                    sheet.subtitle.clone(),
                    format!("{} ({})", sheet.diagnosis.title, sheet.freshness.text),
                ];
                lines.extend(
                    sheet
                        .diagnosis
                        .lines
                        .iter()
                        .map(|line| format!("  {}{}", line.strong, line.text)),
                );
                lines.push(format!(
                    "→ {}. {}",
                    sheet.diagnosis.action.label, sheet.diagnosis.action.note
                ));
                if !sheet.letters.is_empty() {
                    lines.push("Lettres remises\u{a0}:".to_owned());
                }
                lines.extend(sheet.letters.iter().map(|letter| {
                    format!(
                        "  {}, {}{} — {}",
                        letter
                            .number
                            .as_deref()
                            .unwrap_or("Lettre d’un autre poste"),
                        letter.when,
                        letter
                            .clerk
                            .as_ref()
                            .map_or_else(String::new, |clerk| format!(", {clerk}")),
                        letter.state
                    )
                }));
                lines.join("\n")
            });
            Ok(ExitCode::SUCCESS)
        }
        Verb::CheckIdentity { person, evidence } => {
            clerk::sign_in(arguments, office).await?;
            hand_over::check_identity(office, person, evidence, answer).await
        }
        Verb::HandOver(request) => {
            clerk::sign_in(arguments, office).await?;
            hand_over::hand_over(office, request, answer).await
        }
        Verb::Handovers => {
            clerk::sign_in(arguments, office).await?;
            let rows = operations::handover::handovers(office).await?;
            if rows.is_empty() {
                answer.one(&rows, |_| {
                    "Vous n’avez rien remis aujourd’hui sur ce poste.".to_owned()
                });
            } else {
                answer.list(&rows, |row| {
                    format!(
                        "{} {}  {} — {} ({})",
                        row.when, row.number, row.person, row.state, row.clerk
                    )
                });
            }
            Ok(ExitCode::SUCCESS)
        }
        Verb::Mirror { act } => mirror::run(act, arguments, office, answer).await,
        Verb::Outbox { act } => {
            clerk::sign_in(arguments, office).await?;
            outbox::run(act.as_ref(), office, answer).await
        }
        Verb::Sync => {
            clerk::sign_in(arguments, office).await?;
            let report = operations::handover::catch_up(office).await?;
            let waits = !report.unsettled.is_empty() || report.interrupted.is_some();
            answer.one(&report, |report| {
                format!(
                    "Sans lettre, à remettre de nouveau\u{a0}: {}. Jamais parties\u{a0}: {}. Lettres à reprendre\u{a0}: {}. \
                     Remises à confirmer\u{a0}: {}. En attente de l’annuaire\u{a0}: {}. Traces envoyées\u{a0}: {}. \
                     Mots de passe provisoires échus\u{a0}: {}. {}",
                    report.applied_without_letter.len(),
                    report.voided.len(),
                    report.dead_letters.len(),
                    report.to_confirm.len(),
                    report.unsettled.len(),
                    report.recorded.len(),
                    report.expired,
                    report.interrupted.as_deref().unwrap_or_default()
                )
                .trim_end()
                .to_owned()
            });
            Ok(if waits {
                Exit::Unreachable.into()
            } else {
                ExitCode::SUCCESS
            })
        }
    }
}
