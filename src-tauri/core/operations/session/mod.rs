//! Who is at the desk: signing in, locking, signing out, and how the directory answers.

mod sign_in;
mod views;

pub use sign_in::{idle, link, lock, sign_in, sign_out, start, start_in_trouble, unlock};
pub use views::*;
