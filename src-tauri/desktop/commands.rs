//! The commands of the window, one line each: the operation of the same name.

use std::sync::Arc;

use guichet_core::domain::travel_document::RawReading;
use guichet_core::operations::Office;
use guichet_core::operations::counter::{self, DocumentArrival, FindView, PersonSheet};
use guichet_core::operations::handover::{self, HandoverRow, HandoverView, LanguageView};
use guichet_core::operations::session::{self, LinkView, SessionView, StartView};
use serde::Deserialize;
use tauri::State;
use tauri::ipc::Invoke;
use zeroize::Zeroizing;

use super::Host;
use super::error::{Answer, trouble};

type Desk<'a> = State<'a, Host>;

/// What a reader or a hand typed: characters, and the physical keys behind them.
#[derive(Deserialize)]
pub struct ReadingRequest {
    characters: String,
    keys: Vec<String>,
}

impl From<ReadingRequest> for RawReading {
    fn from(request: ReadingRequest) -> Self {
        RawReading {
            characters: request.characters,
            physical_keys: (!request.keys.is_empty()).then_some(request.keys),
        }
    }
}

fn office<'a>(host: &'a Desk<'_>) -> Answer<&'a Arc<Office>> {
    host.office.as_ref().map_err(trouble)
}

#[tauri::command]
pub fn start(host: Desk<'_>) -> StartView {
    match &host.office {
        Ok(office) => session::start(office, host.theme),
        Err(trouble) => session::start_in_trouble(trouble, host.theme),
    }
}

#[tauri::command]
pub async fn sign_in(host: Desk<'_>, login: String, password: String) -> Answer<SessionView> {
    session::sign_in(office(&host)?, &login, Zeroizing::new(password)).await
}

#[tauri::command]
pub async fn unlock(host: Desk<'_>, password: String) -> Answer<SessionView> {
    session::unlock(office(&host)?, Zeroizing::new(password)).await
}

#[tauri::command]
pub async fn lock(host: Desk<'_>) -> Answer<SessionView> {
    session::lock(office(&host)?).await
}

#[tauri::command]
pub async fn sign_out(host: Desk<'_>) -> Answer<SessionView> {
    session::sign_out(office(&host)?).await
}

#[tauri::command]
pub async fn link(host: Desk<'_>) -> Answer<LinkView> {
    session::link(office(&host)?).await
}

#[tauri::command]
pub fn keep_awake(host: Desk<'_>) -> Answer<()> {
    office(&host).map(|office| office.touch())
}

#[tauri::command]
pub async fn find(host: Desk<'_>, text: String) -> Answer<FindView> {
    counter::find(office(&host)?, &text).await
}

#[tauri::command]
pub async fn find_in_directory(host: Desk<'_>, text: String) -> Answer<FindView> {
    counter::find_in_directory(office(&host)?, &text).await
}

#[tauri::command]
pub async fn show(host: Desk<'_>, person: String) -> Answer<PersonSheet> {
    counter::show(office(&host)?, &person).await
}

#[tauri::command]
pub async fn read_document(host: Desk<'_>, reading: ReadingRequest) -> Answer<DocumentArrival> {
    counter::read_document(office(&host)?, reading.into()).await
}

#[tauri::command]
pub async fn begin_handover(host: Desk<'_>, person: String) -> Answer<HandoverView> {
    handover::begin(office(&host)?, &person).await
}

#[tauri::command]
pub async fn check_document(
    host: Desk<'_>,
    handover: String,
    reading: ReadingRequest,
) -> Answer<HandoverView> {
    handover::check_document(office(&host)?, &handover, reading.into()).await
}

#[tauri::command]
pub async fn check_birth_date(
    host: Desk<'_>,
    handover: String,
    document: String,
    typed: String,
    name_start: String,
) -> Answer<HandoverView> {
    handover::check_birth_date(office(&host)?, &handover, &document, &typed, &name_start).await
}

#[tauri::command]
pub async fn confirm_photo(host: Desk<'_>, handover: String, alike: bool) -> Answer<HandoverView> {
    handover::confirm_photo(office(&host)?, &handover, alike).await
}

#[tauri::command]
pub async fn redraw_password(host: Desk<'_>, handover: String) -> Answer<HandoverView> {
    handover::redraw_password(office(&host)?, &handover).await
}

#[tauri::command]
pub async fn set_language(
    host: Desk<'_>,
    handover: String,
    language: LanguageView,
) -> Answer<HandoverView> {
    handover::set_language(office(&host)?, &handover, language).await
}

#[tauri::command]
pub async fn set_printer(
    host: Desk<'_>,
    handover: String,
    printer: String,
) -> Answer<HandoverView> {
    handover::set_printer(office(&host)?, &handover, &printer).await
}

#[tauri::command]
pub async fn hand_over(host: Desk<'_>, handover: String) -> Answer<HandoverView> {
    handover::hand_over(office(&host)?, &handover, true).await
}

#[tauri::command]
pub async fn print_again(host: Desk<'_>, handover: String) -> Answer<HandoverView> {
    handover::print_again(office(&host)?, &handover).await
}

#[tauri::command]
pub async fn save_letter(host: Desk<'_>, handover: String) -> Answer<HandoverView> {
    handover::save_letter(office(&host)?, &handover, None).await
}

#[tauri::command]
pub async fn finish_handover(host: Desk<'_>, handover: String) -> Answer<HandoverView> {
    handover::finish(office(&host)?, &handover).await
}

#[tauri::command]
pub async fn abandon_handover(host: Desk<'_>, handover: String) -> Answer<HandoverView> {
    handover::abandon(office(&host)?, &handover).await
}

#[tauri::command]
pub async fn resume_handover(host: Desk<'_>, handover: String) -> Answer<HandoverView> {
    handover::resume(office(&host)?, &handover).await
}

#[tauri::command]
pub async fn handovers(host: Desk<'_>) -> Answer<Vec<HandoverRow>> {
    handover::handovers(office(&host)?).await
}

/// Every command of the window, and no other.
pub fn all() -> impl Fn(Invoke) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        start,
        sign_in,
        unlock,
        lock,
        sign_out,
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
    ]
}
