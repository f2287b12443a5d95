//! The handover: verify, generate, send, print, hand over.
mod views;
pub use views::*;
