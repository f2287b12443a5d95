//! Every command of the window through Tauri's own IPC, over its double of a window: capabilities, arguments, the shape
//! of an error, events, and what an answer must not hold. Run under `.ci/session`; opens no window.

#![allow(clippy::expect_used, reason = "a suite stops at the first surprise")]

mod commands;
mod desk;
mod session;
