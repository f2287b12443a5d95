//! The counter's words and rules: people, accounts, identity, passwords, handovers, letters.
//! Pure: no I/O, no clock (time arrives as an argument), no directory protocol.
//! The same rules serve the window, the command line and the tests.

pub mod account;
pub mod birth_date;
pub mod diagnosis;
pub mod directory_server;
pub mod foreign_text;
pub mod handover;
pub mod identity_check;
pub mod late_sending;
pub mod letter;
pub mod letter_standing;
pub mod name_match;
pub mod password;
pub mod person;
pub mod query;
pub mod server_clock;
pub mod travel_document;
