//! The clerk leaves: what is under way ends, then the program starts again in the same process, on the same spot of the
//! screen, and no copy of what was typed is left. A start that fails ends the program rather than keep them.

use std::sync::Arc;

use guichet_core::operations::Office;
use guichet_core::operations::session::{self, Left};
use guichet_core::post::relaunch::taken_over;
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Manager, Runtime, WebviewWindow};

use super::Host;

/// What one start of the window hands to the next: no secret, no visitor's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Handed {
    pub left: Left,
    pub spot: Option<Spot>,
}

/// Where the window was, in logical pixels, and whether the clerk was at it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spot {
    pub width: f64,
    pub height: f64,
    /// Unknown under Wayland, which keeps it to itself.
    pub at: Option<(f64, f64)>,
    pub maximized: bool,
    pub minimized: bool,
    pub focused: bool,
}

/// What the start before handed over; a text that is not ours is no reason not to start.
pub fn handed() -> Option<Handed> {
    let text = taken_over()?;
    serde_json::from_slice(&text)
        .map_err(|error| tracing::warn!(%error, "the start before left nothing to read"))
        .ok()
}

pub fn begin<R: Runtime>(app: AppHandle<R>, office: Arc<Office>) {
    tauri::async_runtime::spawn(async move {
        let left = session::leave(&office).await;
        let spot = app
            .get_webview_window("main")
            .and_then(|window| spot(&window));
        let error = match serde_json::to_vec(&Handed { left, spot }) {
            Ok(text) => app.state::<Arc<Host>>().start_anew(&text),
            Err(error) => error.into(),
        };
        tracing::error!(%error, "the program does not start again: it ends instead");
        app.exit(1);
    });
}

fn spot<R: Runtime>(window: &WebviewWindow<R>) -> Option<Spot> {
    let scale = window.scale_factor().ok()?;
    let size = window.inner_size().ok()?.to_logical::<f64>(scale);
    let at = window
        .outer_position()
        .ok()
        .map(|at| at.to_logical::<f64>(scale));
    Some(Spot {
        width: size.width,
        height: size.height,
        at: at.map(|at| (at.x, at.y)),
        maximized: window.is_maximized().unwrap_or(false),
        minimized: window.is_minimized().unwrap_or(false),
        focused: window.is_focused().unwrap_or(true),
    })
}
