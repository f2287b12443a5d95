//! The window: the only folder that knows Tauri. A thin shell over the operations; it decides nothing.
//! The window opens first, the post behind it.

mod commands;
mod departure;
mod error;
mod events;
mod host;
mod second_start;

use std::sync::Arc;

use guichet_core::post::desktop_theme::{DesktopTheme, desktop_theme};
use guichet_core::post::presence::{Hold, Presence};
use guichet_core::post::relaunch::relaunch;
use guichet_core::settings::Settings;
use tauri::webview::{Color, NewWindowResponse};
use tauri::{
    App, AppHandle, Builder, Context, Manager, Runtime, Url, WebviewUrl, WebviewWindowBuilder,
};

pub use departure::{Handed, Spot, handed};
pub use host::Host;

/// How a start of the window ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Closed,
    /// Another window has this post; whether it came forward.
    AlreadyOpen {
        shown: bool,
    },
}

/// Opens the window and runs until it closes.
///
/// # Errors
/// When no window can be opened: no display, or a broken WebKit.
pub fn run(handed: Option<Handed>) -> Result<Ending, tauri::Error> {
    let file = crate::settings_file::locate(None);
    let theme = tauri::async_runtime::spawn(async {
        desktop_theme(std::env::var("GTK_THEME").ok().as_deref()).await
    });
    let place = match place(&file) {
        Place::Taken(place) => Some(place),
        Place::Elsewhere(presence) => {
            return Ok(Ending::AlreadyOpen {
                shown: second_start::call(&presence),
            });
        }
        Place::Unknown => None,
    };
    let theme = tauri::async_runtime::block_on(theme).unwrap_or_default();
    let spot = handed.as_ref().and_then(|handed| handed.spot);
    let host = Host::new(file, place, handed.map(|handed| handed.left), relaunch);
    builder(Builder::default(), host)
        .setup(move |app| {
            show(app, theme, spot)?;
            open(app.handle().clone());
            Ok(())
        })
        .run(context())?;
    Ok(Ending::Closed)
}

/// The commands over any runtime: the suite runs them over Tauri's own double.
pub fn builder<R: Runtime>(builder: Builder<R>, host: Host) -> Builder<R> {
    builder
        .manage(Arc::new(host))
        .invoke_handler(commands::all())
}

/// The pages, the content policy and the capabilities, as `tauri.conf.json` has them.
pub fn context<R: Runtime>() -> Context<R> {
    tauri::generate_context!()
}

/// Opens the post behind the window, and lets it speak once it is open.
pub fn open<R: Runtime>(app: AppHandle<R>) {
    let host = Arc::clone(&app.state::<Arc<Host>>());
    tauri::async_runtime::spawn(async move {
        if let Some(office) = host.open().await {
            if let Ok(presence) = Presence::on(&office.settings().post.folder) {
                second_start::listen(app.clone(), &presence);
            }
            events::forward(app, office);
        }
    });
}

enum Place {
    Taken(Hold),
    Elsewhere(Presence),
    /// The settings or the folder are in trouble: the window opens to say so.
    Unknown,
}

fn place(file: &std::path::Path) -> Place {
    let Some(presence) = Settings::read(file)
        .ok()
        .and_then(|settings| Presence::on(&settings.post.folder).ok())
    else {
        return Place::Unknown;
    };
    match presence.window() {
        Ok(Some(place)) => Place::Taken(place),
        Ok(None) => Place::Elsewhere(presence),
        Err(_) => Place::Unknown,
    }
}

fn show<R: Runtime>(
    app: &App<R>,
    theme: DesktopTheme,
    spot: Option<Spot>,
) -> Result<(), tauri::Error> {
    // `--bg` of the two themes: the ground before the first paint, so that a dark desk sees no white flash.
    let (theme, ground) = match theme {
        DesktopTheme::Dark => ("dark", Color(0x0E, 0x14, 0x12, 0xFF)),
        DesktopTheme::Light => ("light", Color(0xF3, 0xF5, 0xF1, 0xFF)),
    };
    let mut window = WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
        .title("Guichet")
        .inner_size(1280.0, 800.0)
        .min_inner_size(1280.0, 720.0)
        .background_color(ground)
        .initialization_script(format!(
            "document.documentElement.dataset.theme = \"{theme}\";"
        ))
        .devtools(cfg!(debug_assertions))
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false);
    if let Some(spot) = spot {
        window = window
            .inner_size(spot.width, spot.height)
            .maximized(spot.maximized)
            .focused(spot.focused);
        if let Some((x, y)) = spot.at {
            window = window.position(x, y);
        }
    }
    let window = window.build()?;
    if spot.is_some_and(|spot| spot.minimized) {
        window.minimize()?;
    }
    Ok(())
}

/// The window never leaves its own pages.
fn is_ours(url: &Url) -> bool {
    // `tauri dev` serves the pages from Vite.
    if cfg!(debug_assertions) && tauri::is_dev() && url.host_str() == Some("localhost") {
        return true;
    }
    url.scheme() == "tauri" || (url.scheme() == "http" && url.host_str() == Some("tauri.localhost"))
}
