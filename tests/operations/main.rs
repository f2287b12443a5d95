//! The operations of the counter on a real slapd, a real keyring and a real encrypted store.
//! Run under `.ci/session`, which gives a private D-Bus session with a keyring of its own.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a suite stops at the first surprise"
)]

mod catch_up;
mod desk;
mod hand_over;
mod hostile;
mod sign_in;
mod unanswered;
#[path = "../support/wire.rs"]
mod wire;
