//! The central directory, spoken to as the clerk: sign in, read, write one password, prove it.
//! Only OpenLDAP 2.5+ so far. Never follows a referral, never binds with an empty password, never without TLS.

mod connection;
mod error;
mod filter;
mod openldap;
mod person_entry;
mod ppolicy;
mod record;
mod sign_in;
mod write;

pub use error::{DirectoryError, SignInRefusal, WriteProblem, WriteRefusal};
pub use filter::Filter;
pub use openldap::{ClerkAccount, OpenLdap, Structures};
pub use record::HandoverNote;
pub use write::{PasswordWrite, Proof};
