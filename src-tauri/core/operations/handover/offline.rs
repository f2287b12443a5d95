//! A handover without the directory: the password is sealed on this post, the letter comes out « pas encore actif », and
//! the clerk's word that the sheet is out lets it be sent later. Nothing that could not be sent after a restart is printed.

use std::sync::Arc;

use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

use super::hand_over::{PATIENCE, publish};
use super::open::OpenHandover;
use super::paper::{self, Outlet};
use super::register::new_record;
use super::views::HandoverView;
use super::{letter, view, with_open};
use crate::directory::ClerkAccount;
use crate::domain::handover::{Event, Progress, step};
use crate::domain::late_sending::PasswordSeen;
use crate::domain::letter::LetterStatus;
use crate::domain::person::PersonId;
use crate::faults::{Fault, broken};
use crate::operations::office::now;
use crate::operations::session::{Notice, OfflineKeys, Tone, may_work_offline};
use crate::operations::{Office, OperationError};
use crate::store::WaitingPassword;
use crate::vault::{Envelope, seal};

/// What the desk says when a handover is made without the directory.
pub(super) fn not_yet_active() -> Notice {
    Notice {
        tone: Tone::Wait,
        strong: "Pas encore actif.".into(),
        text: "La lettre le dit. À dire\u{a0}: «\u{202f}votre accès marchera dès le retour du réseau\u{202f}». L’envoi est \
               gardé, chiffré, sur ce poste."
            .into(),
    }
}

/// The directory has just gone: the handover goes on without it where this post may. False when it may not.
pub(super) fn go_offline(office: &Office, id: Uuid) -> bool {
    let may = may_work_offline(office).is_ok();
    if may {
        let _ = with_open(office, &id.to_string(), |open| {
            open.offline = true;
            open.directory_notice = Some(Notice {
                tone: Tone::Warn,
                strong: "L’annuaire ne répond plus.".into(),
                text: "Rien n’est parti. La lettre peut sortir «\u{202f}pas encore actif\u{202f}»\u{a0}: l’envoi, gardé \
                       chiffré sur ce poste, partira au retour du réseau."
                    .into(),
            });
        });
    }
    may
}

/// The directory answers again: what is not on paper yet goes the ordinary way.
pub(crate) fn back_online(office: &Office) {
    let mut changed = Vec::new();
    for open in office.open_handovers().values_mut() {
        let sealed = open.progress.is_some_and(|progress| progress.sealed);
        if open.offline && !sealed && !open.busy() {
            open.offline = false;
            open.directory_notice = None;
            changed.push(open.id);
        }
    }
    for id in changed {
        publish(office, id);
    }
}

/// Seals the password, lays the letter out, brings it out. The caller has claimed the act (`sending`) and found the
/// outlet ready.
///
/// # Errors
/// `offline` when this post may not work without the directory; `letter`, `store`, `random`: nothing was printed.
pub(super) async fn print_first(
    office: &Arc<Office>,
    id: Uuid,
    outlet: Outlet,
    clerk: &ClerkAccount,
) -> Result<HandoverView, OperationError> {
    let keys =
        may_work_offline(office).map_err(|bar| OperationError::new("offline", bar.sentence()))?;
    {
        let mut open = office.open_handovers();
        let open = open.get_mut(&id).ok_or_else(super::not_open)?;
        open.letter = Some(letter::lay_out(
            office,
            open,
            now(),
            LetterStatus::NotYetActive,
        )?);
        if broken(Fault::PrintedBeforeKept)
            && let (Outlet::File(Some(file)), Some(letter)) = (&outlet, &open.letter)
        {
            let _ = paper::write_private(file, letter);
        }
        keep(office, open, &keys, clerk)?;
        open.letter_notice = None;
        open.directory_notice = Some(not_yet_active());
        open.sending = false;
        open.printing = true;
    }
    let working = Arc::clone(office);
    let work = tokio::spawn(async move { paper::bring_out(&working, id, &outlet).await });
    // The view says what is true by then; a slow printer tells the rest.
    let _ = tokio::time::timeout(PATIENCE, work).await;
    view(office, id)
}

/// The act and its sealed password, on the disk before the first printed byte.
fn keep(
    office: &Office,
    open: &mut OpenHandover,
    keys: &OfflineKeys,
    clerk: &ClerkAccount,
) -> Result<(), OperationError> {
    let at = now();
    let not_kept = |detail: String| {
        tracing::error!(detail, "a password was not sealed");
        OperationError::new(
            "trouble",
            "Ce poste n’a pas pu garder l’envoi. Rien n’est imprimé. Réessayez, ou prévenez l’antenne numérique.",
        )
    };
    let password = open.password.as_ref().ok_or_else(super::not_open)?;
    let made = office.made_now();
    let expires = made
        .span
        .best
        .checked_add(office.settings.handover.valid_hours.hours())
        .map_err(|error| not_kept(error.to_string()))?;
    let envelope = envelope(office, open.id, open.person.id, expires);
    let sealed = seal(password, &envelope, &keys.clerk.recipient(), &keys.recovery)
        .map_err(|problem| not_kept(problem.to_string()))?;
    let before = open.progress.unwrap_or(Progress::PREPARED);
    let (next, actions) =
        step(before, Event::Sealed).map_err(|forbidden| not_kept(forbidden.to_string()))?;
    let record = match open.progress {
        Some(_) => None,
        None => Some(new_record(open, clerk, made.span.best).ok_or_else(super::not_open)?),
    };
    let waiting = WaitingPassword {
        handover: open.id,
        sealed,
        known: PasswordSeen::of(&open.person.account),
        expires_at: envelope.expires,
        decided_against: None,
        barred: None,
        made: Some(made),
    };
    office.store.write(|writer| {
        if let Some(record) = &record {
            writer.put_handover(record)?;
        }
        writer.move_handover(open.id, "Sealed", next, open.copies, at, "")?;
        writer.put_waiting(&waiting)
    })?;
    open.enter(next, actions);
    Ok(())
}

/// Which act a sealed password is for; the same when it is opened.
pub(crate) fn envelope(
    office: &Office,
    operation: Uuid,
    person: PersonId,
    expires: Timestamp,
) -> Envelope {
    Envelope {
        operation,
        person,
        directory: office.settings.directory.people.clone(),
        expires,
    }
}
