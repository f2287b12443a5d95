//! The operations of the counter on a real slapd, a real keyring and a real encrypted store.
//! Run under `.ci/session`, which gives a private D-Bus session with a keyring of its own.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a suite stops at the first surprise, and says what it asked"
)]

mod catch_up;
#[path = "../support/cut.rs"]
mod cut;
#[allow(dead_code, reason = "shared with the harnesses")]
mod desk;
mod hand_over;
mod hostile;
#[path = "../support/hostile/mod.rs"]
mod hostile_suite;
mod in_memory;
mod letters_held;
mod mirror;
mod offline;
mod offline_sign_in;
#[path = "../support/pair.rs"]
mod pair;
mod recovered_letters;
mod servers;
#[path = "../support/sheet.rs"]
mod sheet;
mod sign_in;
mod unanswered;
#[path = "../support/wire.rs"]
mod wire;
