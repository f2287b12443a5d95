//! The window: the only folder that knows Tauri. A thin shell over the operations; it decides nothing.

mod commands;
mod error;
mod events;

use std::sync::Arc;

use guichet_core::operations::{Office, Trouble};
use guichet_core::post::desktop_theme::desktop_theme;
use guichet_core::settings::Settings;
use tauri::webview::NewWindowResponse;
use tauri::{Url, WebviewUrl, WebviewWindowBuilder};

/// What the commands find: the office, or why there is none.
pub struct Host {
    pub office: Result<Arc<Office>, Trouble>,
    pub theme: &'static str,
}

/// Opens the window and runs until it closes.
///
/// # Errors
/// When no window can be opened: no display, or a broken WebKit.
pub fn run() -> Result<(), tauri::Error> {
    let host = tauri::async_runtime::block_on(open());
    let office = host.office.as_ref().ok().cloned();
    tauri::Builder::default()
        .manage(host)
        .invoke_handler(commands::all())
        .setup(move |app| {
            WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
                .title("Guichet")
                .inner_size(1280.0, 800.0)
                .min_inner_size(1280.0, 720.0)
                .devtools(cfg!(debug_assertions))
                .on_navigation(is_ours)
                .on_new_window(|_, _| NewWindowResponse::Deny)
                .on_download(|_, _| false)
                .build()?;
            if let Some(office) = office {
                events::forward(app.handle().clone(), office);
            }
            Ok(())
        })
        .run(tauri::generate_context!())
}

/// The window never leaves its own pages.
fn is_ours(url: &Url) -> bool {
    // `tauri dev` serves the pages from Vite.
    if cfg!(debug_assertions) && tauri::is_dev() && url.host_str() == Some("localhost") {
        return true;
    }
    url.scheme() == "tauri" || (url.scheme() == "http" && url.host_str() == Some("tauri.localhost"))
}

async fn open() -> Host {
    let theme = match desktop_theme(std::env::var("GTK_THEME").ok().as_deref()).await {
        guichet_core::post::desktop_theme::DesktopTheme::Dark => "dark",
        guichet_core::post::desktop_theme::DesktopTheme::Light => "light",
    };
    let file = crate::settings_file::locate(None);
    let office = match Settings::read(&file) {
        Ok(settings) => Office::open(settings).await.map(Arc::new),
        Err(problem) => Err(Trouble {
            strong: "Les réglages de ce poste ne conviennent pas.".into(),
            text: problem.sentence(),
        }),
    };
    Host { office, theme }
}
