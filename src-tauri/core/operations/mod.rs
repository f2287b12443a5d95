//! What staff can do, grouped as the screens are. Each act is a file: what it takes, what it answers, what it refuses.
//! Knows neither the window nor the command line; both call the same functions.

mod canary;
mod clock;
pub mod counter;
mod doctor;
mod doctor_servers;
pub mod handover;
mod office;
pub mod outbox;
mod read_account;
mod recovery;
pub mod session;
mod site_files;

pub use canary::canary;
pub use doctor::{Check, doctor};
pub use office::{Office, OfficeNotice, OperationError, Trouble, TroubleCause};
pub use read_account::{forget_read_account, keep_read_account};
pub use recovery::{RecoveredPost, SealedLetter, recover_key};
