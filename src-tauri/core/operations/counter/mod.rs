//! Find a person and see what blocks the connection.

mod fill;
mod find;
mod read_document;
mod search;
mod sheet;
mod views;

pub use fill::wait_for_index;
pub use find::{find, find_in_directory};
pub(crate) use read_document::people_of;
pub use read_document::{DocumentArrival, ReadingRequest, read_document};
pub use search::{Found, SearchOutcome, search};
pub use sheet::show;
pub use views::*;

pub(crate) use fill::{fill_index, owner};
pub(crate) use sheet::{Seen, diagnosis, person_id, read, row, today};
