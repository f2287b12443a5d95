//! The small acts around a handover: begin, choose, redraw, finish, abandon. Nothing here reaches the directory's writes.

use std::sync::Arc;

use jiff::Timestamp;
use uuid::{NoContext, Uuid};

use super::offline::not_yet_active;
use super::open::{OpenHandover, language_of};
use super::views::{HandoverView, LanguageView};
use super::{not_open, view, with_open};
use crate::domain::diagnosis::Remedy;
use crate::domain::foreign_text::shortened;
use crate::domain::handover::{DirectorySide, Event, PaperSide, step};
use crate::domain::letter::LetterLanguage;
use crate::domain::password::{PasswordForm, Recipe};
use crate::operations::counter::{diagnosis, person_id, read};
use crate::operations::office::now;
use crate::operations::session::may_work_offline;
use crate::operations::{Office, OperationError};
use crate::store::{StoreError, Writer};
use crate::texts;

/// Opens a handover for a person, read afresh. Refused where a reset would harm or not help (decision 4).
///
/// # Errors
/// `refused` with the neutral sentence; `unreachable` when the directory does not answer.
pub async fn begin(office: &Office, person: &str) -> Result<HandoverView, OperationError> {
    office.clerk()?;
    let id = person_id(person)?;
    let already = office
        .open_handovers()
        .values()
        .find(|open| open.person.id == id)
        .map(|open| open.id);
    if let Some(open) = already {
        return view(office, open);
    }
    let seen = read(office, id).await?;
    if !seen.fresh
        && let Err(bar) = may_work_offline(office)
    {
        return Err(OperationError::new(
            "unreachable",
            format!("L’annuaire ne répond pas. {}", bar.sentence()),
        ));
    }
    if let Remedy::Refused(reason) = diagnosis(office, &seen).remedy {
        return Err(OperationError::new("refused", texts::refusal(reason)));
    }
    let at = now();
    let year = at.to_zoned(office.zone.clone()).year();
    let post = office.settings.post.number;
    let number = office
        .store
        .write(|writer| writer.next_letter_number(year, post))?;
    let recipe = recipe(office, seen.policy.as_ref(), LetterLanguage::French);
    let operation = marker_of(office.server_span().best);
    let mut open = OpenHandover::new(operation, number, seen.person, seen.policy, recipe, at);
    if !seen.fresh {
        open.offline = true;
        open.directory_notice = Some(not_yet_active());
    }
    if open.language == LetterLanguage::English {
        open.recipe = self::recipe(office, open.policy.as_ref(), open.language);
    }
    open.printer = office.settings.post.printer.clone();
    open.tries_left = super::typed_blind::tries_left(office, id, at)?;
    office.open_handovers().insert(operation, open);
    super::screen::refresh_printers(office).await;
    view(office, operation)
}

/// The act's identifier: other counters order handovers by the time in it (UUIDv7).
fn marker_of(at: jiff::Timestamp) -> Uuid {
    let seconds = u64::try_from(at.as_second()).unwrap_or_default();
    let nanos = u32::try_from(at.subsec_nanosecond()).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, nanos))
}

/// A letter in English only carries a code: its reader may not know French words (decision 8).
pub(super) fn recipe(
    office: &Office,
    policy: Option<&crate::domain::account::PasswordPolicy>,
    language: LetterLanguage,
) -> Recipe {
    let form = match language {
        LetterLanguage::English => PasswordForm::Code,
        LetterLanguage::French | LetterLanguage::Both => office.settings.handover.form,
    };
    Recipe::for_policy(form, policy, office.settings.handover.demands_classes)
}

/// # Errors
/// `notOpen`; once sent, the letter's language no longer changes and the view says the one it has.
pub async fn set_language(
    office: &Office,
    handover: &str,
    language: LanguageView,
) -> Result<HandoverView, OperationError> {
    office.clerk()?;
    let language = language_of(language);
    let mut drawn = Ok(());
    let id = with_open(office, handover, |open| {
        if open.progress.is_some() {
            return;
        }
        open.language = language;
        let recipe = recipe(office, open.policy.as_ref(), language);
        if recipe != open.recipe {
            open.recipe = recipe;
            if open.password.is_some() {
                drawn = open.draw(now());
            }
        }
    })?;
    drawn.map_err(no_random)?;
    view(office, id)
}

pub(super) fn no_random(error: getrandom::Error) -> OperationError {
    tracing::error!(%error, "no random source");
    OperationError::new(
        "random",
        "Ce poste ne fournit pas de hasard. Rien n’a été généré. Prévenez l’antenne numérique.",
    )
}

/// Draws another password while nothing has left.
///
/// # Errors
/// `notOpen`.
pub async fn redraw_password(
    office: &Office,
    handover: &str,
) -> Result<HandoverView, OperationError> {
    office.clerk()?;
    let mut drawn = Ok(());
    let id = with_open(office, handover, |open| {
        if open.progress.is_none() && open.password.is_some() {
            drawn = open.draw(now());
        }
    })?;
    drawn.map_err(no_random)?;
    view(office, id)
}

/// # Errors
/// `notOpen`.
pub async fn set_printer(
    office: &Office,
    handover: &str,
    printer: &str,
) -> Result<HandoverView, OperationError> {
    office.clerk()?;
    // A queue's name is quoted in the notices: 127 characters at most in CUPS, all of them visible.
    let printer = shortened(printer, 127);
    let id = with_open(office, handover, |open| {
        open.printer = Some(printer);
        if open.unsent() {
            // It spoke of the other one.
            open.letter_notice = None;
        }
    })?;
    super::screen::refresh_printers(office).await;
    view(office, id)
}

/// « Remise faite »: the password and the letter are wiped; a lost letter is a new handover.
///
/// # Errors
/// `notOpen`; `notYet` while the access is not proven written or no sheet is out.
pub async fn finish(office: &Arc<Office>, handover: &str) -> Result<HandoverView, OperationError> {
    office.clerk()?;
    end(office, handover, Event::HandedOver)
}

/// « La feuille est sortie », for an act of this clerk that a restart or the command line left open: by its identifier, or
/// by the number on the letter.
///
/// # Errors
/// `notOpen`; `notYet` while no sheet can be out.
pub async fn confirm_sheet(
    office: &Arc<Office>,
    handover: &str,
) -> Result<HandoverView, OperationError> {
    let open = office.store.read(|reader| reader.open_handovers())?;
    let named = open
        .into_iter()
        .find(|record| record.number.eq_ignore_ascii_case(handover.trim()));
    let id = named.map_or_else(|| handover.to_owned(), |record| record.id.to_string());
    let view = resume(office, &id).await?;
    finish(office, &view.id).await
}

/// Abandons: what was drawn is destroyed; a letter already out must be taken back.
///
/// # Errors
/// `notOpen`; `notYet` while a request is under way.
pub async fn abandon(office: &Arc<Office>, handover: &str) -> Result<HandoverView, OperationError> {
    office.clerk()?;
    let mut recorded = false;
    let id = with_open(office, handover, |open| {
        recorded = open.progress.is_some();
        if !recorded {
            open.forget_secret();
        }
    })?;
    if recorded {
        return end(office, handover, Event::Voided);
    }
    let view = super::screen::closed_view(office, id)?;
    office.open_handovers().remove(&id);
    Ok(view)
}

fn end(office: &Office, handover: &str, event: Event) -> Result<HandoverView, OperationError> {
    let at = now();
    let mut outcome = Err(not_open());
    let mut seen_out = None;
    let id = with_open(office, handover, |open| {
        // The clerk's word is worth a sheet that a restart left in doubt.
        let paper = open.progress.filter(|progress| {
            event == Event::HandedOver
                && (progress.sealed || progress.directory == DirectorySide::Applied)
                && matches!(progress.paper, PaperSide::Printing | PaperSide::Reprinting)
                && !open.busy()
        });
        seen_out = paper
            .and_then(|progress| step(progress, Event::SheetOut).ok())
            .map(|(progress, _)| progress);
        let from = seen_out.or(open.progress);
        outcome = match from.map(|progress| step(progress, event)) {
            Some(Ok((progress, actions))) if !open.busy() => Ok((progress, actions, open.copies)),
            Some(_) | None => Err(OperationError::new(
                "notYet",
                "Cette remise n’en est pas là. Attendez la fin de l’envoi et de l’impression.",
            )),
        };
    })?;
    let (progress, actions, copies) = outcome?;
    let name = if event == Event::HandedOver {
        "handed-over"
    } else {
        "voided"
    };
    // A sending under way ends by itself: what it finds then is compared as any other.
    let turn = office.sending_late.try_lock();
    office.store.write(|writer| {
        if let Some(seen_out) = seen_out {
            writer.move_handover(id, "SheetOut", seen_out, copies, at, "")?;
        }
        writer.move_handover(id, name, progress, copies, at, "")?;
        if event == Event::HandedOver && turn.is_ok() {
            void_former(writer, id, at)?;
        }
        Ok(())
    })?;
    with_open(office, handover, |open| open.enter(progress, actions))?;
    let view = super::screen::closed_view(office, id)?;
    office.open_handovers().remove(&id);
    Ok(view)
}

/// A second letter voids the first, where its password still waits on this post: only the last one may ever open.
fn void_former(writer: &Writer<'_>, id: Uuid, at: Timestamp) -> Result<(), StoreError> {
    let Some(last) = writer.reader().handover(id)? else {
        return Ok(());
    };
    for (former, _) in writer.reader().sealed_acts()? {
        let waits = former.person == last.person && former.id < id && former.progress.waits();
        let Some((next, _)) = waits
            .then(|| step(former.progress, Event::Voided).ok())
            .flatten()
        else {
            continue;
        };
        writer.move_handover(former.id, "Voided", next, former.copies, at, "replaced")?;
        writer.note_outcome(
            former.id,
            &texts::replaced_letter(&former.number, &last.number),
        )?;
    }
    Ok(())
}

/// The view of a handover still open on this counter, or of one whose letter was out when the post was locked.
///
/// # Errors
/// `notOpen`; `unreachable` when the person has to be read again.
pub async fn resume(office: &Office, handover: &str) -> Result<HandoverView, OperationError> {
    office.clerk()?;
    if with_open(office, handover, |_| ()).is_err() {
        let id = Uuid::parse_str(handover).map_err(|_| not_open())?;
        super::aside::take_up(office, id).await?;
    }
    let id = with_open(office, handover, |_| ())?;
    view(office, id)
}
