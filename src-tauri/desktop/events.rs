//! From the office's notices to the window's events, the idle lock's second hand, and the end of a session.

use std::sync::Arc;
use std::time::Duration;

use guichet_core::operations::{Office, OfficeNotice, session};
use serde::Serialize;
use tauri::{AppHandle, Emitter, Runtime};

use super::departure;

#[derive(Clone, Serialize)]
struct IdleWarning {
    seconds: u32,
}

pub fn forward<R: Runtime>(app: AppHandle<R>, office: Arc<Office>) {
    let mut notices = office.notices();
    let leaving = Arc::clone(&office);
    tauri::async_runtime::spawn(async move {
        let mut left = false;
        loop {
            match notices.recv().await {
                Ok(notice) => emit(&app, notice),
                // The window reads the state again by itself; a missed notice is not a lost act.
                Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
                Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
            }
            // Looked at after each notice, a missed one included: a locked post always starts anew.
            if !left && session::is_closing(&leaving) {
                left = true;
                departure::begin(app.clone(), Arc::clone(&leaving));
            }
        }
    });
    tauri::async_runtime::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            session::idle(&office).await;
        }
    });
}

fn emit<R: Runtime>(app: &AppHandle<R>, notice: OfficeNotice) {
    let sent = match notice {
        OfficeNotice::HandoverChanged(view) => app.emit("handover-changed", view),
        OfficeNotice::LinkChanged(view) => app.emit("link-changed", view),
        OfficeNotice::SessionChanged(view) => app.emit("session-changed", view),
        OfficeNotice::IdleWarning { seconds } => app.emit("idle-warning", IdleWarning { seconds }),
        OfficeNotice::Settled(notices) => app.emit("handovers-settled", notices),
    };
    if let Err(error) = sent {
        tracing::warn!(%error, "an event did not reach the window");
    }
}
