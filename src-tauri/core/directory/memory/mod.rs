//! The double of the directory: in memory, deterministic, shared by as many sessions as a suite has counters, with
//! faults chosen call by call. Compiled into the library and not behind `cfg(test)`, because suites outside the crate
//! (contract, simulation, desktop) hand it to an office; nothing in the product makes one.
//! Held to slapd by the contract suite: never more lenient than the server it stands for.

mod changes;
mod entry;
mod faults;
mod matching;
mod policy;
mod rights;
mod server;
mod session;

pub use entry::LdifProblem;
pub use faults::{Call, Fault};
pub use policy::Bind;
pub use server::{Clock, MemoryServer};
pub use session::MemoryDirectory;
