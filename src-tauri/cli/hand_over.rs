//! A whole handover from the command line, on the same evidence as the window; no flag skips it.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use guichet_core::domain::foreign_text::{file_reason, shortened};
use guichet_core::domain::travel_document::RawReading;
use guichet_core::operations::handover::{
    self, HandoverView, LanguageView, NextCode, Outlet, StepState,
};
use guichet_core::operations::{self, Office, OperationError};
use serde::Serialize;

use super::answer::{Answer, Exit};
use super::arguments::{HandOverArguments, LanguageArgument};
use super::clerk;
use super::evidence::{Evidence, Seen, read_evidence};

/// How long the truth about an act is waited for before `sync` is left to tell it.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// What is true at the end, without any secret.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Receipt<'a> {
    number: &'a str,
    operation: &'a str,
    person: String,
    identity: &'a str,
    password: Option<&'a str>,
    directory: &'a str,
    written: bool,
    proven: bool,
    letter: &'a str,
    saved_to: Option<&'a str>,
    handed_over: bool,
    notices: Vec<String>,
}

async fn compare(
    office: &Arc<Office>,
    person: &str,
    evidence: &Evidence,
) -> Result<HandoverView, OperationError> {
    let id = clerk::person(office, person).await?;
    let opened = handover::begin(office, &id).await?;
    match &evidence.seen {
        Seen::Zone(lines) => {
            let reading = RawReading {
                characters: lines.join("\n"),
                physical_keys: None,
            };
            handover::check_document(office, &opened.id, reading).await
        }
        Seen::Typed {
            document,
            birth_date,
            name_start,
        } => handover::check_birth_date(office, &opened.id, document, birth_date, name_start).await,
    }
}

pub async fn check_identity(
    office: &Arc<Office>,
    person: &str,
    evidence: &Path,
    answer: &Answer,
) -> Result<ExitCode, OperationError> {
    let evidence = read_evidence(evidence)?;
    let view = compare(office, person, &evidence).await?;
    let established = view.identity.awaits_photo;
    answer.one(&view.identity, |identity| {
        let mut lines = vec![identity.title.clone()];
        lines.extend(
            identity
                .rows
                .iter()
                .map(|row| format!("  {:<10} {} {}", row.label, row.verdict, row.reason)),
        );
        lines.extend(
            identity
                .notice
                .iter()
                .map(|notice| format!("{} {}", notice.strong, notice.text)),
        );
        lines.join("\n")
    });
    handover::abandon(office, &view.id).await?;
    Ok(if established {
        ExitCode::SUCCESS
    } else {
        Exit::IdentityNotEstablished.into()
    })
}

pub async fn hand_over(
    office: &Arc<Office>,
    request: &HandOverArguments,
    answer: &Answer,
) -> Result<ExitCode, OperationError> {
    let evidence = read_evidence(&request.evidence)?;
    if let Some(file) = &request.receipt {
        handover::writable(file).map_err(|error| {
            unwritten(
                file,
                &error,
                "ne peut pas être écrit",
                "Rien n’a été envoyé.",
            )
        })?;
    }
    let view = compare(office, &request.person, &evidence).await?;
    let id = view.id.clone();
    if !view.identity.awaits_photo {
        let notice = view.identity.notice.clone();
        handover::abandon(office, &id).await?;
        let what = notice
            .map(|notice| format!("{} {}", notice.strong, notice.text))
            .unwrap_or_default();
        return Ok(answer.fail(Exit::IdentityNotEstablished, what.trim()));
    }
    let language = match request.language {
        LanguageArgument::French => LanguageView::French,
        LanguageArgument::English => LanguageView::English,
        LanguageArgument::Both => LanguageView::Both,
    };
    handover::set_language(office, &id, language).await?;
    if let Some(printer) = &request.printer {
        handover::set_printer(office, &id, printer).await?;
    }
    let confirmed = handover::confirm_photo(office, &id, evidence.photo).await?;
    if confirmed.identity.state != StepState::Done {
        handover::abandon(office, &id).await?;
        return Ok(answer.fail(
            Exit::IdentityNotEstablished,
            "La photo ne ressemble pas. Rien n’a été remis.",
        ));
    }
    let outlet = match &request.letter {
        Some(file) => Outlet::File(Some(file.clone())),
        None => Outlet::Printer,
    };
    let sent = handover::hand_over(office, &id, outlet).await?;
    let mut view = settled(office, sent).await?;
    if view.letter.state != StepState::Done && view.directory.state == StepState::Todo {
        let why = notices(&view).join(" ");
        let exit = if view.letter.state == StepState::Stopped {
            Exit::Refused
        } else {
            Exit::Unreachable
        };
        handover::abandon(office, &id).await?;
        return Ok(answer.fail(exit, &why));
    }
    // Offline, only somebody's word that the sheet is out sends the password; a file is there or not.
    let word = view.directory.written || request.letter.is_some();
    let out = word
        && view
            .next
            .as_ref()
            .is_some_and(|next| next.code == NextCode::Finish);
    if out {
        view = handover::finish(office, &id).await?;
    }
    let receipt = receipt(&view, out);
    answer.one(&receipt, |receipt| {
        let works = if receipt.proven {
            " L’accès fonctionne."
        } else {
            ""
        };
        let mut lines = vec![
            format!("{} — {}", receipt.number, receipt.person),
            format!("{}.{works}", receipt.directory),
            format!("{}.", receipt.letter),
        ];
        lines.extend(receipt.saved_to.map(|file| format!("  {file}")));
        lines.extend(receipt.notices.iter().cloned());
        if !receipt.handed_over && !receipt.written {
            lines.push(format!(
                "Si la feuille est sortie et remise\u{a0}: guichet outbox confirm {}. Sans cela elle n’ouvrira rien.",
                receipt.number
            ));
        }
        lines.join("\n")
    });
    if let Some(file) = &request.receipt {
        let text = serde_json::to_string_pretty(&receipt).unwrap_or_default();
        if let Err(error) = std::fs::write(file, text) {
            let kept = "Ce qui précède est fait.";
            let error = unwritten(file, &error, "n’a pas été écrit", kept);
            return Ok(answer.fail(Exit::Trouble, &error.message));
        }
    }
    // Not written and not stopped: made offline, and somebody has to confirm the sheet.
    Ok(match (out, view.directory.written, view.directory.state) {
        (true, _, _) => ExitCode::SUCCESS,
        (false, true, _) => Exit::NoLetter.into(),
        (false, false, StepState::Current) => Exit::Unreachable.into(),
        (false, false, StepState::Todo) => ExitCode::SUCCESS,
        (false, false, StepState::Done | StepState::Stopped) => Exit::Refused.into(),
    })
}

fn unwritten(file: &Path, error: &std::io::Error, what: &str, kept: &str) -> OperationError {
    OperationError {
        code: "file".into(),
        message: format!(
            "Le reçu {what} dans {} ({}). {kept}",
            shortened(&file.display().to_string(), 160),
            file_reason(error)
        ),
    }
}

/// Waits for the truth, as the window does; an answer that never comes is left to « guichet sync ».
async fn settled(
    office: &Arc<Office>,
    mut view: HandoverView,
) -> Result<HandoverView, OperationError> {
    let began = std::time::Instant::now();
    while (view.next.is_none() && view.directory.state != StepState::Stopped)
        || (view.directory.state == StepState::Current && began.elapsed() < PATIENCE)
    {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        // Also settles a lost answer, once the directory answers again.
        operations::session::link(office).await?;
        view = handover::resume(office, &view.id).await?;
    }
    Ok(view)
}

fn notices(view: &HandoverView) -> Vec<String> {
    [&view.directory.notice, &view.letter.notice]
        .into_iter()
        .flatten()
        .map(|notice| {
            format!("{} {}", notice.strong, notice.text)
                .trim()
                .to_owned()
        })
        .collect()
}

fn receipt(view: &HandoverView, handed_over: bool) -> Receipt<'_> {
    Receipt {
        number: &view.number,
        operation: &view.id,
        person: format!("{} {}", view.family_name.to_uppercase(), view.given_name),
        identity: &view.identity.title,
        password: view.password.strength.as_deref(),
        directory: &view.directory.title,
        written: view.directory.written,
        proven: view.directory.proven,
        letter: &view.letter.title,
        saved_to: view.letter.saved_to.as_deref(),
        handed_over,
        notices: notices(view),
    }
}
