//! Guichet's core: everything the counter does, without a window and without a command line.
//!
//! Everything points right: operations → sync → store, directory, vault → domain; letters, post and settings serve
//! the operations. `store`, `directory`, `vault`, `letters` never import each other (the store takes its key's type
//! from the vault): only `operations` and `sync` combine them. `rehearsal` is the training university, and the fixture
//! of the suites; `faults`, the defects and boundaries that they switch on, does nothing in a product. The suite
//! `architecture` checks these arrows on the parsed source.

pub mod directory;
pub mod domain;
pub mod faults;
pub mod letters;
pub mod operations;
pub mod post;
pub mod rehearsal;
pub mod settings;
pub mod store;
pub mod sync;
mod texts;
pub mod vault;
