//! The commands of the window, one line each: the operation of the same name.

use std::sync::Arc;

use guichet_core::operations::Office;
use guichet_core::operations::counter::{
    self, DocumentArrival, FindView, PersonSheet, ReadingRequest,
};
use guichet_core::operations::handover::{self, HandoverRow, HandoverView, LanguageView, Outlet};
use guichet_core::operations::outbox::{self, OutboxView};
use guichet_core::operations::session::{self, LinkView, SessionView, StartView};
use tauri::ipc::Invoke;
use tauri::{AppHandle, Runtime, State};
use zeroize::Zeroizing;

use super::error::Answer;
use super::{Host, departure};

type Desk<'a> = State<'a, Arc<Host>>;

fn office(host: &Desk<'_>) -> Answer<Arc<Office>> {
    host.office()
}

#[tauri::command]
pub async fn start(host: Desk<'_>) -> Answer<StartView> {
    Ok(host.start().await)
}

/// Tries again to open a post in trouble.
#[tauri::command]
pub async fn open_again<R: Runtime>(app: AppHandle<R>, host: Desk<'_>) -> Answer<()> {
    if office(&host).is_err_and(|error| error.code == "trouble") {
        super::open(app);
    }
    Ok(())
}

#[tauri::command]
pub async fn sign_in(host: Desk<'_>, login: String, password: String) -> Answer<SessionView> {
    let (office, password) = (office(&host)?, Zeroizing::new(password));
    host.note_typing();
    let entered = session::sign_in(&office, &login, password).await?;
    settle(office);
    Ok(entered)
}

#[tauri::command]
pub async fn unlock(host: Desk<'_>, password: String) -> Answer<SessionView> {
    let (office, password) = (office(&host)?, Zeroizing::new(password));
    host.note_typing();
    let entered = session::unlock(&office, password).await?;
    settle(office);
    Ok(entered)
}

#[tauri::command]
pub async fn give_previous_password(host: Desk<'_>, previous: String) -> Answer<SessionView> {
    let (office, previous) = (office(&host)?, Zeroizing::new(previous));
    host.note_typing();
    session::give_previous_password(&office, previous).await
}

#[tauri::command]
pub async fn replace_sealing_key(host: Desk<'_>) -> Answer<SessionView> {
    session::replace_sealing_key(office(&host)?.as_ref())
}

fn settle(office: Arc<Office>) {
    tauri::async_runtime::spawn(async move { session::settle_left(&office).await });
}

#[tauri::command]
pub async fn lock(host: Desk<'_>) -> Answer<SessionView> {
    session::lock(office(&host)?.as_ref()).await
}

/// What was typed here, right or wrong, ends with the process.
#[tauri::command]
pub async fn sign_out<R: Runtime>(app: AppHandle<R>, host: Desk<'_>) -> Answer<SessionView> {
    let office = office(&host)?;
    let left = session::sign_out(&office).await?;
    if !host.has_typed() {
        return Ok(left);
    }
    departure::begin(app, office);
    Ok(SessionView::SignedOut { closing: true })
}

#[tauri::command]
pub async fn link(host: Desk<'_>) -> Answer<LinkView> {
    session::link(&office(&host)?).await
}

#[tauri::command]
pub fn keep_awake(host: Desk<'_>) -> Answer<()> {
    office(&host).map(|office| office.touch())
}

#[tauri::command]
pub async fn find(host: Desk<'_>, text: String) -> Answer<FindView> {
    counter::find(office(&host)?.as_ref(), &text).await
}

#[tauri::command]
pub async fn find_in_directory(host: Desk<'_>, text: String) -> Answer<FindView> {
    counter::find_in_directory(office(&host)?.as_ref(), &text).await
}

#[tauri::command]
pub async fn show(host: Desk<'_>, person: String) -> Answer<PersonSheet> {
    counter::show(office(&host)?.as_ref(), &person).await
}

#[tauri::command]
pub async fn read_document(host: Desk<'_>, reading: ReadingRequest) -> Answer<DocumentArrival> {
    counter::read_document(office(&host)?.as_ref(), reading.into()).await
}

#[tauri::command]
pub async fn begin_handover(host: Desk<'_>, person: String) -> Answer<HandoverView> {
    handover::begin(office(&host)?.as_ref(), &person).await
}

#[tauri::command]
pub async fn check_document(
    host: Desk<'_>,
    handover: String,
    reading: ReadingRequest,
) -> Answer<HandoverView> {
    handover::check_document(office(&host)?.as_ref(), &handover, reading.into()).await
}

#[tauri::command]
pub async fn check_birth_date(
    host: Desk<'_>,
    handover: String,
    document: String,
    typed: String,
    name_start: String,
) -> Answer<HandoverView> {
    handover::check_birth_date(
        office(&host)?.as_ref(),
        &handover,
        &document,
        &typed,
        &name_start,
    )
    .await
}

#[tauri::command]
pub async fn confirm_photo(host: Desk<'_>, handover: String, alike: bool) -> Answer<HandoverView> {
    handover::confirm_photo(office(&host)?.as_ref(), &handover, alike).await
}

#[tauri::command]
pub async fn redraw_password(host: Desk<'_>, handover: String) -> Answer<HandoverView> {
    handover::redraw_password(office(&host)?.as_ref(), &handover).await
}

#[tauri::command]
pub async fn set_language(
    host: Desk<'_>,
    handover: String,
    language: LanguageView,
) -> Answer<HandoverView> {
    handover::set_language(office(&host)?.as_ref(), &handover, language).await
}

#[tauri::command]
pub async fn set_printer(
    host: Desk<'_>,
    handover: String,
    printer: String,
) -> Answer<HandoverView> {
    handover::set_printer(office(&host)?.as_ref(), &handover, &printer).await
}

#[tauri::command]
pub async fn hand_over(host: Desk<'_>, handover: String) -> Answer<HandoverView> {
    handover::hand_over(&office(&host)?, &handover, Outlet::Printer).await
}

#[tauri::command]
pub async fn print_again(host: Desk<'_>, handover: String) -> Answer<HandoverView> {
    handover::print_again(&office(&host)?, &handover).await
}

#[tauri::command]
pub async fn save_letter(host: Desk<'_>, handover: String) -> Answer<HandoverView> {
    handover::save_letter(&office(&host)?, &handover, None).await
}

#[tauri::command]
pub async fn finish_handover(host: Desk<'_>, handover: String) -> Answer<HandoverView> {
    handover::finish(&office(&host)?, &handover).await
}

#[tauri::command]
pub async fn abandon_handover(host: Desk<'_>, handover: String) -> Answer<HandoverView> {
    handover::abandon(&office(&host)?, &handover).await
}

#[tauri::command]
pub async fn resume_handover(host: Desk<'_>, handover: String) -> Answer<HandoverView> {
    handover::resume(office(&host)?.as_ref(), &handover).await
}

#[tauri::command]
pub async fn handovers(host: Desk<'_>) -> Answer<Vec<HandoverRow>> {
    handover::handovers(office(&host)?.as_ref()).await
}

#[tauri::command]
pub async fn outbox(host: Desk<'_>) -> Answer<OutboxView> {
    outbox::outbox(office(&host)?.as_ref())
}

#[tauri::command]
pub async fn void_waiting(host: Desk<'_>, handover: String) -> Answer<OutboxView> {
    outbox::void_waiting(office(&host)?.as_ref(), &handover)
}

#[tauri::command]
pub async fn decide_to_send(host: Desk<'_>, handover: String) -> Answer<OutboxView> {
    outbox::decide_to_send(office(&host)?.as_ref(), &handover)
}

/// Every command of the window, and no other.
pub fn all<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        start,
        open_again,
        sign_in,
        unlock,
        lock,
        sign_out,
        give_previous_password,
        replace_sealing_key,
        link,
        keep_awake,
        find,
        find_in_directory,
        show,
        read_document,
        begin_handover,
        check_document,
        check_birth_date,
        confirm_photo,
        redraw_password,
        set_language,
        set_printer,
        hand_over,
        print_again,
        save_letter,
        finish_handover,
        abandon_handover,
        resume_handover,
        handovers,
        outbox,
        void_waiting,
        decide_to_send,
    ]
}
