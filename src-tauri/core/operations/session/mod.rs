//! Who is at the desk: signing in (without the directory, too), locking, signing out, and how the directory answers.

mod leave;
mod offline;
mod sealing_key;
mod sign_in;
mod start;
mod views;

pub use leave::{Left, idle, is_closing, leave, lock, settle_left, sign_out, take_up};
pub use offline::{OfflineBar, OfflineKeys, may_work_offline};
pub use sealing_key::{give_previous_password, replace_sealing_key};
pub use sign_in::{link, sign_in, unlock};
pub use start::{start, start_in_trouble, start_opening};
pub use views::*;

pub(crate) use leave::LockedDesk;
pub(crate) use sealing_key::ClerkKey;
pub(crate) use sign_in::sign_in_to_send;
pub(crate) use start::post_name;
