//! What belongs to the operating system, against the real thing: a cupsd, a D-Bus session with
//! gnome-keyring, processes that harden themselves or share a post. Nothing of the user's own session is touched.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, and a child tells its parent on standard output"
)]

mod hardening;
mod keyring;
mod presence;
mod print_servers;
mod printing;
mod recovery;

#[path = "../support/child.rs"]
mod child;
#[path = "../support/cups.rs"]
mod cups;
#[path = "../support/keyring_session.rs"]
mod keyring_session;
