//! The sheet: sent to a CUPS queue from memory, or saved as an owner-only PDF where the site allows it.
//! The same letter may come out again until « Remise faite »; a printer fault never undoes the access.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;
use zeroize::Zeroizing;

use super::hand_over::{advance, publish};
use super::views::HandoverView;
use super::{letter, view, with_open};
use crate::domain::foreign_text::{file_reason, shortened};
use crate::domain::handover::{DirectorySide, Event};
use crate::domain::letter::LetterStatus;
use crate::operations::office::now;
use crate::operations::session::{Notice, Tone};
use crate::operations::{Office, OperationError};
use crate::post::printing::{JobOutcome, PrintJob, Sides};

const PRINT_PATIENCE: Duration = Duration::from_secs(20);

/// Sends the letter to the chosen queue; the outcome is a notice of its own, apart from the directory's. The caller
/// has claimed the sheet (`printing`).
pub(super) async fn print(office: &Arc<Office>, id: Uuid) {
    print_claimed(office, id).await;
    let _ = with_open(office, &id.to_string(), |open| open.printing = false);
}

async fn print_claimed(office: &Arc<Office>, id: Uuid) {
    let queue = {
        let open = office.open_handovers();
        let Some(open) = open.get(&id) else { return };
        open.printer.clone()
    };
    let letter = match letter_to_print(office, id) {
        Ok(letter) => letter,
        Err(error) => {
            tell(office, id, "La lettre ne peut pas sortir.", error.message);
            return;
        }
    };
    let queue = match queue {
        Some(queue) => queue,
        None => match office.printers.default_queue().await {
            Ok(Some(queue)) => queue,
            Ok(None) | Err(_) => {
                tell(
                    office,
                    id,
                    "Aucune imprimante choisie.",
                    without_printer(office, id),
                );
                return;
            }
        },
    };
    if advance(office, id, Event::PrintBegan, &queue).is_err() {
        return;
    }
    publish(office, id);
    match send(office, id, &queue, &letter).await {
        Ok(()) => {
            let _ = with_open(office, &id.to_string(), |open| {
                open.copies += 1;
                open.printed_at = Some(now());
                open.letter_notice = None;
                open.printer = Some(queue.clone());
            });
            let _ = advance(office, id, Event::SheetOut, &queue);
        }
        Err((strong, text)) => {
            let _ = advance(office, id, Event::PrinterFailed, &queue);
            tell(office, id, &strong, text);
        }
    }
}

/// The letter as laid out before the sending; while the outcome is unknown, one that says so.
fn letter_to_print(office: &Office, id: Uuid) -> Result<Zeroizing<Vec<u8>>, OperationError> {
    let open = office.open_handovers();
    let open = open.get(&id).ok_or_else(super::not_open)?;
    let unknown = open
        .progress
        .is_some_and(|progress| progress.directory == DirectorySide::Unknown);
    if unknown {
        return letter::lay_out(office, open, now(), LetterStatus::NotYetConfirmed);
    }
    open.letter.clone().ok_or_else(super::not_open)
}

/// What is true whatever the printer did.
fn kept(office: &Office, id: Uuid) -> &'static str {
    let open = office.open_handovers();
    let applied = open
        .get(&id)
        .and_then(|open| open.progress)
        .is_some_and(|progress| progress.directory == DirectorySide::Applied);
    if applied {
        "L’accès est actif et la lettre est gardée"
    } else {
        "La lettre est gardée"
    }
}

fn without_printer(office: &Office, id: Uuid) -> String {
    let kept = kept(office, id);
    if office.settings.handover.may_save {
        format!("{kept}\u{a0}: choisissez une imprimante, ou enregistrez-la en PDF.")
    } else {
        format!("{kept}\u{a0}: choisissez une imprimante.")
    }
}

async fn send(
    office: &Office,
    id: Uuid,
    queue: &str,
    letter: &Zeroizing<Vec<u8>>,
) -> Result<(), (String, String)> {
    let kept = format!("{}.", kept(office, id));
    let job = PrintJob {
        operation: id,
        copies: 1,
        sides: Sides::One,
    };
    let receipt = office
        .printers
        .print(queue, letter, &job)
        .await
        .map_err(|problem| (problem.sentence(), format!("{kept} {}", problem.remedy())))?;
    let report = office
        .printers
        .job_outcome(&receipt, PRINT_PATIENCE)
        .await
        .map_err(|problem| (problem.sentence(), format!("{kept} {}", problem.remedy())))?;
    // Whatever came of it, the spooler must not keep the letter: a stopped job would come out with nobody there.
    let forgotten = office.printers.forget(&receipt).await;
    if let Err(problem) = forgotten {
        tracing::warn!(problem = %problem.sentence(), "the print server keeps the letter");
    }
    match report.outcome {
        JobOutcome::Completed => Ok(()),
        JobOutcome::Stopped(state) | JobOutcome::StillPrinting(state) => {
            Err((state.sentence(queue), format!("{kept} {}", state.remedy())))
        }
        JobOutcome::Held => Err((format!("{queue} retient la lettre."), kept)),
        JobOutcome::Canceled => Err((format!("L’impression sur {queue} a été annulée."), kept)),
        JobOutcome::Aborted(_) | JobOutcome::Unknown => {
            Err((format!("{queue} n’a pas imprimé la lettre."), kept))
        }
    }
}

fn tell(office: &Office, id: Uuid, strong: &str, text: String) {
    let _ = with_open(office, &id.to_string(), |open| {
        open.letter_notice = Some(Notice {
            tone: Tone::Bad,
            strong: strong.to_owned(),
            text,
        });
    });
}

/// Sends the same letter again, as one more copy; while the outcome is unknown, marked « pas encore confirmé ».
///
/// # Errors
/// `notOpen`; `notYet` before the request left.
pub async fn print_again(
    office: &Arc<Office>,
    handover: &str,
) -> Result<HandoverView, OperationError> {
    office.clerk()?;
    let id = claim(office, handover)?;
    print(office, id).await;
    view(office, id)
}

fn claim(office: &Office, handover: &str) -> Result<Uuid, OperationError> {
    let mut ready = false;
    let id = with_open(office, handover, |open| {
        ready = open.may_print_confirmed() || open.may_print_unconfirmed();
        open.printing |= ready;
    })?;
    if ready {
        Ok(id)
    } else {
        Err(OperationError::new(
            "notYet",
            "La lettre ne peut pas encore sortir. Attendez la réponse de l’annuaire.",
        ))
    }
}

/// Saves the letter as a PDF that only its owner can read: the one file where the secret may stand.
///
/// # Errors
/// `notAllowed` where the site forbids it; `notYet`; `store` when the file cannot be written.
pub async fn save_letter(
    office: &Arc<Office>,
    handover: &str,
    to: Option<PathBuf>,
) -> Result<HandoverView, OperationError> {
    office.clerk()?;
    if !office.settings.handover.may_save {
        return Err(OperationError::new(
            "notAllowed",
            "L’établissement n’autorise pas l’enregistrement des lettres.",
        ));
    }
    let id = claim(office, handover)?;
    let outcome = save(office, id, to);
    with_open(office, handover, |open| open.printing = false)?;
    outcome?;
    publish(office, id);
    view(office, id)
}

fn save(office: &Office, id: Uuid, to: Option<PathBuf>) -> Result<(), OperationError> {
    let number = {
        let open = office.open_handovers();
        open.get(&id).ok_or_else(super::not_open)?.number.clone()
    };
    let letter = letter_to_print(office, id)?;
    let file = to.unwrap_or_else(|| office.settings.post.folder.join(format!("{number}.pdf")));
    advance(office, id, Event::PrintBegan, "pdf")?;
    match write_private(&file, &letter) {
        Ok(()) => {
            with_open(office, &id.to_string(), |open| {
                open.copies += 1;
                open.printed_at = Some(now());
                open.saved_to = Some(file.display().to_string());
                open.letter_notice = None;
            })?;
            advance(office, id, Event::SheetOut, "pdf")
        }
        Err(error) => {
            advance(office, id, Event::PrinterFailed, "pdf")?;
            Err(OperationError::new(
                "file",
                format!(
                    "La lettre n’a pas pu être enregistrée dans {} ({}). {}. Choisissez un autre dossier, ou imprimez-la.",
                    shortened(&file.display().to_string(), 160),
                    file_reason(&error),
                    kept(office, id)
                ),
            ))
        }
    }
}

fn write_private(file: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let mut out = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(file)?;
    out.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    out.write_all(bytes)?;
    out.sync_all()
}
