//! Find a person and see what blocks the connection.

mod find;
mod mirror;
mod policies;
mod read_document;
mod search;
mod sheet;
mod views;

pub use find::{find, find_in_directory, identified};
pub use mirror::{MirrorView, mirror_of_sign_in, mirror_status, refresh_mirror, wait_for_index};
pub(crate) use read_document::people_of;
pub use read_document::{DocumentArrival, ReadingRequest, read_document};
pub use search::{Found, SearchOutcome, search};
pub use sheet::show;
pub use views::*;

pub(crate) use mirror::{MirrorPass, fill_index, keep_in_copy, owner, refresh_when_due};
pub(crate) use sheet::{Seen, diagnosis, person_id, read, row, today};
