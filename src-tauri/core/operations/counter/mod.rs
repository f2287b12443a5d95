//! Find a person and see what blocks the connection.
mod views;
pub use views::*;
