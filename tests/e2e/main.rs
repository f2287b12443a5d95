//! The real window, driven by its keyboard, on a real directory and a real print server.
//! Run under `.ci/session`, which gives a private D-Bus session with a keyring of its own. Asserts no duration.

#[path = "../support/cups.rs"]
mod cups;
#[path = "../support/webdriver.rs"]
mod webdriver;
#[path = "../support/window.rs"]
mod window;

mod accessibility;
mod hand_over;
mod hostile_names;
mod reader;
mod sign_in;
