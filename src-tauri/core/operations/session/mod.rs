//! Who is at the desk: signing in, locking, signing out.
mod views;
pub use views::*;
