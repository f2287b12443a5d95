//! The sheet: sent to a CUPS queue from memory, or saved as an owner-only PDF where the site allows it.
//! The same letter may come out again until « Remise faite »; a printer fault never undoes the access.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;
use zeroize::Zeroizing;

use super::hand_over::{advance, hand_over, publish};
use super::views::HandoverView;
use super::{letter, view, with_open};
use crate::domain::foreign_text::{file_reason, shortened};
use crate::domain::handover::{DirectorySide, Event};
use crate::domain::letter::LetterStatus;
use crate::faults::point;
use crate::operations::office::now;
use crate::operations::session::{Notice, Tone};
use crate::operations::{Office, OperationError};
use crate::post::printing::{JobOutcome, PrintJob, Sides};

const PRINT_PATIENCE: Duration = Duration::from_secs(20);

/// Where the sheet comes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outlet {
    /// The queue chosen for this handover, else the post's default one.
    Printer,
    /// A PDF that only its owner can read; in the post's folder, under the letter's number, when no file is named.
    File(Option<PathBuf>),
}

/// Whether the sheet can come out there; says why when it cannot. Asked before anything is sent: a password that
/// nobody can hand out must not replace one that works.
///
/// # Errors
/// `notAllowed`, `file`: nothing has left.
pub(super) async fn ready(
    office: &Office,
    id: Uuid,
    outlet: &Outlet,
) -> Result<bool, OperationError> {
    match outlet {
        Outlet::Printer => {
            let problem = match queue(office, id).await {
                Ok(queue) => match office.printers.printer(&queue).await {
                    Ok(printer) if printer.state.can_print() => None,
                    Ok(printer) => Some((
                        printer.state.sentence(&queue),
                        printer.state.remedy().to_owned(),
                    )),
                    Err(problem) => Some((problem.sentence(), problem.remedy().to_owned())),
                },
                Err(()) => Some((
                    "Aucune imprimante choisie.".to_owned(),
                    choose(office).to_owned(),
                )),
            };
            if let Some((what, remedy)) = &problem {
                tell(office, id, what, format!("Rien n’a été envoyé. {remedy}"));
            }
            Ok(problem.is_none())
        }
        Outlet::File(file) => {
            allowed(office)?;
            let file = file_of(office, id, file.as_deref())?;
            writable(&file).map_err(|error| unsaved(&file, &error, "Rien n’a été envoyé"))?;
            Ok(true)
        }
    }
}

/// Brings the letter out; what becomes of it is a notice of its own, apart from the directory's. The caller has claimed
/// the sheet (`printing`).
pub(super) async fn bring_out(office: &Arc<Office>, id: Uuid, outlet: &Outlet) {
    match outlet {
        Outlet::Printer => print(office, id).await,
        Outlet::File(file) => {
            if let Err(error) = save(office, id, file.as_deref()) {
                tell(office, id, "", error.message);
            }
        }
    }
    let _ = with_open(office, &id.to_string(), |open| open.printing = false);
}

/// The queue the sheet goes to, when there is one.
async fn queue(office: &Office, id: Uuid) -> Result<String, ()> {
    let chosen = office
        .open_handovers()
        .get(&id)
        .and_then(|open| open.printer.clone());
    match chosen {
        Some(queue) => Ok(queue),
        None => office
            .printers
            .default_queue()
            .await
            .ok()
            .flatten()
            .ok_or(()),
    }
}

async fn print(office: &Arc<Office>, id: Uuid) {
    let letter = match letter_to_print(office, id) {
        Ok(letter) => letter,
        Err(error) => {
            tell(office, id, "La lettre ne peut pas sortir.", error.message);
            return;
        }
    };
    let Ok(queue) = queue(office, id).await else {
        let text = format!("{}. {}", kept(office, id), choose(office));
        tell(office, id, "Aucune imprimante choisie.", text);
        return;
    };
    if let Err(error) = advance(office, id, began(office, id), &queue) {
        tell(office, id, "La lettre n’est pas sortie.", error.message);
        return;
    }
    publish(office, id);
    point("paper: before the letter leaves");
    let sent = send(office, id, &queue, &letter).await;
    point("paper: after the letter has left");
    match sent {
        Ok(()) => {
            let _ = with_open(office, &id.to_string(), |open| {
                open.copies += 1;
                open.printed_at = Some(now());
                open.letter_notice = None;
                open.printer = Some(queue.clone());
            });
            if let Err(error) = advance(office, id, Event::SheetOut, &queue) {
                tell(
                    office,
                    id,
                    "La lettre est sortie, et ce poste n’a pas pu le noter.",
                    error.message,
                );
            }
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

/// Before the directory has it, the sheet is one of an offline handover.
fn began(office: &Office, id: Uuid) -> Event {
    let all = office.open_handovers();
    let offline = all.get(&id).is_some_and(|open| {
        let side = open.progress.map(|progress| progress.directory);
        open.offline && side == Some(DirectorySide::NotSent)
    });
    if offline {
        Event::PrintBeganOffline
    } else {
        Event::PrintBegan
    }
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

fn choose(office: &Office) -> &'static str {
    if office.settings.handover.may_save {
        "Choisissez une imprimante, ou enregistrez la lettre en PDF."
    } else {
        "Choisissez une imprimante."
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
    bring_out(office, id, &Outlet::Printer).await;
    view(office, id)
}

fn claim(office: &Office, handover: &str) -> Result<Uuid, OperationError> {
    let mut ready = false;
    let id = with_open(office, handover, |open| {
        ready =
            open.may_print_confirmed() || open.may_print_unconfirmed() || open.may_print_offline();
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

/// Saves the letter as a PDF that only its owner can read: the one file where the secret may stand. Before anything has
/// left, sends first, as « Envoyer et imprimer » does.
///
/// # Errors
/// `notAllowed` where the site forbids it; `notYet`; `file` when it cannot be written; as `hand_over` before the sending.
pub async fn save_letter(
    office: &Arc<Office>,
    handover: &str,
    to: Option<PathBuf>,
) -> Result<HandoverView, OperationError> {
    office.clerk()?;
    allowed(office)?;
    let mut unsent = false;
    with_open(office, handover, |open| {
        unsent = open.check.is_some() && open.unsent() && !open.is_out();
    })?;
    if unsent {
        return hand_over(office, handover, Outlet::File(to)).await;
    }
    let id = claim(office, handover)?;
    let outcome = save(office, id, to.as_deref());
    with_open(office, handover, |open| open.printing = false)?;
    outcome?;
    publish(office, id);
    view(office, id)
}

fn allowed(office: &Office) -> Result<(), OperationError> {
    if office.settings.handover.may_save {
        return Ok(());
    }
    Err(OperationError::new(
        "notAllowed",
        "L’établissement n’autorise pas l’enregistrement des lettres. Imprimez-la.",
    ))
}

fn file_of(office: &Office, id: Uuid, to: Option<&Path>) -> Result<PathBuf, OperationError> {
    let open = office.open_handovers();
    let number = &open.get(&id).ok_or_else(super::not_open)?.number;
    Ok(to.map_or_else(
        || office.settings.post.folder.join(format!("{number}.pdf")),
        Path::to_path_buf,
    ))
}

fn save(office: &Office, id: Uuid, to: Option<&Path>) -> Result<(), OperationError> {
    let file = file_of(office, id, to)?;
    let letter = letter_to_print(office, id)?;
    advance(office, id, began(office, id), "pdf")?;
    point("paper: before the letter leaves");
    let written = write_private(&file, &letter);
    point("paper: after the letter has left");
    match written {
        Ok(()) => {
            with_open(office, &id.to_string(), |open| {
                open.copies += 1;
                open.printed_at = Some(now());
                open.saved_to = Some(file.display().to_string());
                open.letter_notice = None;
            })?;
            advance(office, id, Event::SheetOut, "pdf").map_err(|error| {
                let message = format!(
                    "La lettre est enregistrée, et ce poste n’a pas pu le noter. {}",
                    error.message
                );
                OperationError { message, ..error }
            })
        }
        Err(error) => {
            advance(office, id, Event::PrinterFailed, "pdf")?;
            Err(unsaved(&file, &error, kept(office, id)))
        }
    }
}

fn unsaved(file: &Path, error: &std::io::Error, kept: &str) -> OperationError {
    OperationError::new(
        "file",
        format!(
            "La lettre ne peut pas être enregistrée dans {} ({}). {kept}. Choisissez un autre dossier, ou imprimez-la.",
            shortened(&file.display().to_string(), 160),
            file_reason(error),
        ),
    )
}

/// Whether a file could be written there; leaves nothing behind.
///
/// # Errors
/// Of the file system: why it could not.
pub fn writable(file: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    match options.write(true).create_new(true).open(file) {
        Ok(_) => std::fs::remove_file(file),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            std::fs::OpenOptions::new().write(true).open(file).map(drop)
        }
        Err(error) => Err(error),
    }
}

pub(super) fn write_private(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let mut out = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(file)?;
    out.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    point("paper: an empty file");
    out.write_all(bytes)?;
    point("paper: before the file is on the disk");
    out.sync_all()
}
