//! The central directory, spoken to as the clerk: sign in, read, write one password, prove it.
//! One trait, one file per family of server (OpenLDAP 2.5+ so far) and a double in memory held to the same contract.
//! Never follows a referral, never binds with an empty password, never without TLS.

mod canary;
mod clerk;
mod connection;
mod content_sync;
mod error;
mod filter;
mod hashing;
pub mod memory;
mod openldap;
mod person_entry;
mod ppolicy;
mod reading;
mod record;
mod servers;
mod session;
mod sign_in;
mod timestamps;
mod write;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::domain::account::PasswordPolicy;
use crate::domain::directory_server::DirectoryServer;
use crate::domain::password::ProvisionalPassword;
use crate::domain::person::{Login, Person, PersonId};

pub use canary::{CanaryFindings, RecordFindings, Stored};
pub use clerk::{ClerkAccount, Structures};
pub use content_sync::{SyncCookie, SyncEnd, SyncPart};
pub use error::{
    DirectoryError, ReadAccountProblem, SignInRefusal, TlsProblem, WriteProblem, WriteRefusal,
};
pub use filter::Filter;
pub use openldap::OpenLdap;
pub use record::{HandoverEntry, HandoverNote};
pub use servers::{Standing, missing};
pub use write::{PasswordWrite, Proof};

/// One clerk's session with the directory. What each family of server must do is written once, as the contract suite
/// (`tests/directory/contract`), and every implementation runs it.
#[async_trait]
pub trait Directory: Send + Sync {
    /// Binds as the clerk and reads who they are and which roles their groups give.
    ///
    /// # Errors
    /// `SignInRefusal` says what stands in the way of the clerk's own account; nobody is then signed in.
    async fn sign_in(
        &self,
        login: &Login,
        password: Zeroizing<String>,
    ) -> Result<ClerkAccount, SignInRefusal>;

    /// Takes up the session of a clerk whom the post itself recognised while the server was away. Nothing is sent: every
    /// later call but `sign_in` answers `Unreachable` until `resume`.
    async fn stand_by(&self, login: &Login, password: Zeroizing<String>);

    /// Signs in with what `stand_by` was given. Still standing by when the server does not answer; any other refusal
    /// forgets the password, which is never tried twice.
    ///
    /// # Errors
    /// As `sign_in`; `Directory(SignedOut)` when nobody stands by.
    async fn resume(&self) -> Result<ClerkAccount, SignInRefusal>;

    /// Forgets the clerk and their password; every later call but `sign_in` answers `SignedOut`.
    async fn sign_out(&self);

    /// The servers of the settings, the preferred one first. Never empty.
    fn servers(&self) -> Vec<DirectoryServer>;

    /// The server that answers this clerk's readings now.
    ///
    /// # Errors
    /// As any read.
    async fn answering_server(&self) -> Result<DirectoryServer, DirectoryError>;

    /// Where a write of this clerk goes now: a server that answers them and is not known to refuse writes.
    ///
    /// # Errors
    /// As any read; `NoWriter` when those that answer only read.
    async fn writing_server(&self) -> Result<DirectoryServer, DirectoryError>;

    /// This clerk's session with that server and no other, for one act: what is read there was written there.
    /// Every call on it is `Unreachable` while that server is.
    ///
    /// # Errors
    /// `SignedOut`, or `Unreachable` while the clerk stands by. Nothing is sent.
    async fn at(&self, server: &DirectoryServer) -> Result<Arc<dyn Directory>, DirectoryError>;

    /// Asks the server for nothing, to learn whether it answers.
    ///
    /// # Errors
    /// As any read.
    async fn ping(&self) -> Result<(), DirectoryError>;

    /// How long ago the server last answered; `None` before its first answer.
    fn silence(&self) -> Option<Duration>;

    /// Requests sent so far: a handover is bounded in round trips, and tests count them.
    fn exchanges(&self) -> u64;

    /// Reads one person afresh, protection included.
    ///
    /// # Errors
    /// `NotFound` when no entry bears that entryUUID for this clerk.
    async fn person(&self, id: PersonId) -> Result<Person, DirectoryError>;

    /// Reads the entry alone, as before and after a write: one exchange, protection not looked up.
    ///
    /// # Errors
    /// As any read; the write itself is not in doubt because of it.
    async fn read_back(&self, id: PersonId) -> Result<Person, DirectoryError>;

    /// People by words of a name or by an exact key, a page at the most. No word and no key finds nobody.
    ///
    /// # Errors
    /// As any read.
    async fn find(&self, words: &[String], keys: &[String]) -> Result<Vec<Person>, DirectoryError>;

    /// Pages through the clerk's perimeter; each page goes to `page` as it arrives. Answers how many people came.
    ///
    /// # Errors
    /// As any read; the pages already given stay given.
    async fn read_perimeter(
        &self,
        perimeter: &Filter,
        page: &mut (dyn FnMut(Vec<Person>) + Send),
    ) -> Result<usize, DirectoryError>;

    /// Where following the people of this directory can begin: a cookie of now; `None` when the server keeps none.
    ///
    /// # Errors
    /// As any read.
    async fn sync_cookie(&self) -> Result<Option<SyncCookie>, DirectoryError>;

    /// What changed in the perimeter since `cookie`, and nothing else; each part goes to `part` as it arrives. A change of
    /// the clerk's own rights is not noticed (RFC 4533 follows entries, not who may read them).
    ///
    /// # Errors
    /// As any read; the parts already given are true, and come again from the same cookie.
    async fn changes_since(
        &self,
        perimeter: &Filter,
        cookie: &SyncCookie,
        part: &mut (dyn FnMut(SyncPart) + Send),
    ) -> Result<SyncEnd, DirectoryError>;

    /// The policy in force for a person: their own, or the site's default when the settings name it.
    ///
    /// # Errors
    /// As any read.
    async fn policy(&self, person: &Person) -> Result<Option<PasswordPolicy>, DirectoryError>;

    /// The policy entry `dn`; `None` when it cannot be read.
    ///
    /// # Errors
    /// As any read.
    async fn policy_at(&self, dn: &str) -> Result<Option<PasswordPolicy>, DirectoryError>;

    /// Codes and names of the establishment's structures; none when the settings name no branch.
    ///
    /// # Errors
    /// As any read.
    async fn structures(&self) -> Result<Structures, DirectoryError>;

    /// Marker, password and must-change together, or nothing of them. One exchange.
    ///
    /// # Errors
    /// `NotSent` is certain; `AnswerLost` is not: read the marker before anything else.
    async fn write_password(&self, write: &PasswordWrite) -> Result<(), WriteProblem>;

    /// The record, under the same identifier: writing it again is harmless. One exchange.
    ///
    /// # Errors
    /// As any write; the password itself is not in doubt because of it.
    async fn write_record(&self, record: &HandoverEntry) -> Result<(), DirectoryError>;

    /// The number that the record of a handover bears, for whoever may read it: its author, a supervisor. `None` for
    /// anybody else, and where there is none. One exchange.
    ///
    /// # Errors
    /// As any read.
    async fn letter_number(&self, operation: Uuid) -> Result<Option<String>, DirectoryError>;

    /// Takes old markers of ours off an entry. One exchange.
    ///
    /// # Errors
    /// As any write; nothing depends on it.
    async fn remove_markers(&self, person_dn: &str, markers: &[Uuid])
    -> Result<(), DirectoryError>;

    /// A time the server's clock has passed, as near to now as it tells (`contextCSN`); `None` when it does not.
    ///
    /// # Errors
    /// As any read.
    async fn server_time(&self) -> Result<Option<Timestamp>, DirectoryError>;

    /// Binds once, on a connection of its own, with the new password.
    ///
    /// # Errors
    /// `Unreachable` when the proof could not be made: the access is then written, not proven.
    async fn prove(
        &self,
        person_dn: &str,
        password: &ProvisionalPassword,
    ) -> Result<Proof, DirectoryError>;
}
