//! From the office's notices to the window's events, and the idle lock's second hand.

use std::sync::Arc;
use std::time::Duration;

use guichet_core::operations::{Office, OfficeNotice, session};
use serde::Serialize;
use tauri::{AppHandle, Emitter};

#[derive(Clone, Serialize)]
struct IdleWarning {
    seconds: u32,
}

pub fn forward(app: AppHandle, office: Arc<Office>) {
    let mut notices = office.notices();
    tauri::async_runtime::spawn(async move {
        loop {
            match notices.recv().await {
                Ok(notice) => emit(&app, notice),
                // The window reads the state again by itself; a missed notice is not a lost act.
                Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
                Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
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

fn emit(app: &AppHandle, notice: OfficeNotice) {
    let sent = match notice {
        OfficeNotice::HandoverChanged(view) => app.emit("handover-changed", view),
        OfficeNotice::LinkChanged(view) => app.emit("link-changed", view),
        OfficeNotice::SessionChanged(view) => app.emit("session-changed", view),
        OfficeNotice::IdleWarning { seconds } => app.emit("idle-warning", IdleWarning { seconds }),
    };
    if let Err(error) = sent {
        tracing::warn!(%error, "an event did not reach the window");
    }
}
