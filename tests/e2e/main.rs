//! The real window, driven by its keyboard, on a real directory and a real print server.
//! Run under `.ci/session`, which gives a private D-Bus session with a keyring of its own. Asserts no duration.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a suite stops at the first surprise, and says what it examined"
)]

#[path = "../support/cups.rs"]
mod cups;
#[path = "../support/hostile/french.rs"]
mod french;
#[allow(dead_code, reason = "shared with the operations' suite")]
#[path = "../support/hostile/inputs.rs"]
mod inputs;
#[path = "../support/sheet.rs"]
mod sheet;
#[path = "../support/webdriver.rs"]
mod webdriver;
#[path = "../support/window.rs"]
mod window;
#[path = "../support/wire.rs"]
mod wire;

mod accessibility;
mod canary;
mod command_line;
mod hand_over;
mod hostile_inputs;
mod hostile_names;
mod lock;
mod memory;
mod offline_handover;
mod offline_sign_in;
mod reader;
mod screens;
mod second_start;
mod sign_in;
mod stopped_printer;
mod traces;
mod trouble;
mod without_directory;
