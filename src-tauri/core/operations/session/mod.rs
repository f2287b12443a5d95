//! Who is at the desk: signing in, locking, signing out, and how the directory answers.

mod leave;
mod sign_in;
mod start;
mod views;

pub use leave::{Left, idle, is_closing, leave, lock, settle_left, sign_out, take_up};
pub use sign_in::{link, sign_in, unlock};
pub use start::{start, start_in_trouble, start_opening};
pub use views::*;

pub(crate) use leave::LockedDesk;
