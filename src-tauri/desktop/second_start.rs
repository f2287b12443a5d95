//! A second start of the window: the first one is shown, and the second ends. Nothing is read from the caller, and
//! nothing is brought down.

use std::os::unix::net::UnixStream;

use guichet_core::post::presence::Presence;
use tauri::{AppHandle, Manager, Runtime};

/// Calls the window that has this post; true when it heard.
pub fn call(presence: &Presence) -> bool {
    UnixStream::connect(presence.bell()).is_ok()
}

/// Shows the window at each call. Without a bell a second start still ends with its sentence.
pub fn listen<R: Runtime>(app: AppHandle<R>, presence: &Presence) {
    let bell = presence.bell();
    // The place is ours: what lies there is of a start that ended.
    let _ = std::fs::remove_file(&bell);
    let listener = {
        let _in_runtime = tauri::async_runtime::handle().inner().enter();
        tokio::net::UnixListener::bind(&bell)
    };
    let listener = match listener {
        Ok(listener) => listener,
        Err(error) => {
            tracing::warn!(%error, "no bell for a second start");
            return;
        }
    };
    tauri::async_runtime::spawn(async move {
        while listener.accept().await.is_ok() {
            if let Some(window) = app.get_webview_window("main") {
                let shown = window
                    .unminimize()
                    .and_then(|()| window.show())
                    .and_then(|()| window.set_focus());
                if let Err(error) = shown {
                    tracing::warn!(%error, "the window did not come forward");
                }
            }
        }
    });
}
