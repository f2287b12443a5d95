//! The trial that an IT account runs on a test entry before a site goes live: what the server does with a provisional
//! password, a marker and a record. The write is the very one of a handover.
//! Touches no entry but the test entry and the record it adds; never reads a stored password, only compares.

use std::collections::HashSet;

use ldap3::{LdapResult, Mod, Scope};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::error::{DirectoryError, SignInRefusal, WriteProblem};
use super::filter::Filter;
use super::openldap::{OpenLdap, refused, refused_error};
use super::person_entry::{self, MARKER_ATTRIBUTE, PERSON_ATTRIBUTES};
use super::record::{self, HandoverEntry};
use super::session::{Link, Session};
use super::write::{PasswordWrite, Proof};
use crate::domain::password::ProvisionalPassword;
use crate::domain::person::Person;

/// How the server keeps a password it was sent, as a compare tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    Hashed,
    /// Equal to the clear text: whoever reads a backup reads the password.
    InClear,
    /// The account may not compare, or the server does not: nothing is proven.
    NotComparable(DirectoryError),
}

/// What the test entry showed after one handover's write.
#[derive(Debug, Clone, PartialEq)]
pub struct CanaryFindings {
    pub stored: Stored,
    pub proof: Result<Proof, DirectoryError>,
    /// `pwdReset` was read back.
    pub must_change: bool,
    /// So was the marker.
    pub marked: bool,
    /// A label that is not Guichet's was refused, and is not there.
    pub refuses_other_labels: bool,
}

/// What a clerk may do to a record once it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordFindings {
    /// Changes that the server let through, by name; none is right.
    pub allowed: Vec<&'static str>,
    /// The record is what it was when it was added.
    pub unchanged: bool,
}

impl OpenLdap {
    /// Binds with an account that has no role at a counter; later calls are its own until `sign_out`.
    ///
    /// # Errors
    /// As a sign-in.
    pub async fn bind_account(
        &self,
        dn: &str,
        password: Zeroizing<String>,
    ) -> Result<(), SignInRefusal> {
        if password.is_empty() {
            return Err(SignInRefusal::InvalidCredentials);
        }
        let (ldap, server) = self.anonymous().await?;
        let ldap = self.bind_as(ldap, dn, &password).await?;
        *self.session.lock().await = Some(Session::new(
            Link::new(ldap),
            server,
            dn.to_owned(),
            password,
        ));
        Ok(())
    }

    /// The entry at `dn`, as the account reads it.
    ///
    /// # Errors
    /// `NotFound` also when it bears no entryUUID: it could not be handed anything.
    pub async fn entry_at(&self, dn: &str) -> Result<Person, DirectoryError> {
        let everything = Filter::present("objectClass");
        let found = self
            .search(dn, Scope::Base, &everything, PERSON_ATTRIBUTES, 1)
            .await?;
        let entry = found.into_iter().next().ok_or(DirectoryError::NotFound)?;
        person_entry::person(&entry.dn, entry.attrs).ok_or(DirectoryError::NotFound)
    }

    /// Writes as a handover does, then looks at what the server made of it.
    ///
    /// # Errors
    /// The write's own: nothing else was then tried.
    pub async fn try_write(&self, write: &PasswordWrite) -> Result<CanaryFindings, WriteProblem> {
        self.modify_password(write).await?;
        let stored = match self.compares(&write.person_dn, &write.password).await {
            Ok(true) => Stored::InClear,
            Ok(false) => Stored::Hashed,
            Err(error) => Stored::NotComparable(error),
        };
        let proof = self.trial_bind(&write.person_dn, &write.password).await;
        let refuses_other_labels = self.refuses_other_labels(write).await;
        let after = self.entry_at(&write.person_dn).await.ok();
        let account = after.map(|person| person.account);
        Ok(CanaryFindings {
            stored,
            proof,
            must_change: account.as_ref().is_some_and(|account| account.must_change),
            marked: account.is_some_and(|account| account.markers.contains(&write.operation)),
            refuses_other_labels,
        })
    }

    /// Adds a record, then tries to change, move and remove it under the same bind.
    ///
    /// # Errors
    /// The Add's own: nothing else was then tried.
    pub async fn try_record(
        &self,
        record: &HandoverEntry,
    ) -> Result<RecordFindings, DirectoryError> {
        self.add_record(record).await?;
        let dn = record.dn(&self.settings.records);
        let before = self.record_at(&dn).await?;
        let one = |value: &str| HashSet::from([value.to_owned()]);
        let named = |name: &str| name.to_owned();
        let changes = [
            (
                "description, replace",
                Mod::Replace(named("description"), one("{}")),
            ),
            (
                "description, add",
                Mod::Add(named("description"), one("{}")),
            ),
            (
                "description, delete",
                Mod::Delete(named("description"), HashSet::new()),
            ),
            (
                "seeAlso, replace",
                Mod::Replace(named("seeAlso"), one(&self.settings.records)),
            ),
            (
                "seeAlso, add",
                Mod::Add(named("seeAlso"), one(&self.settings.records)),
            ),
            (
                "documentAuthor, add",
                Mod::Add(named("documentAuthor"), one(&record.person_dn)),
            ),
            (
                "documentTitle, add",
                Mod::Add(named("documentTitle"), one("essai")),
            ),
        ];
        let mut allowed = Vec::new();
        for (name, change) in changes {
            if self.change(&dn, change).await?.rc == 0 {
                allowed.push(name);
            }
        }
        let other = format!("documentIdentifier={}", Uuid::nil());
        let renamed = self
            .on_connection(|mut ldap| {
                let dn = dn.clone();
                async move { ldap.modifydn(&dn, &other, false, None).await }
            })
            .await?;
        if renamed.rc == 0 {
            allowed.push("rename");
        }
        let removed = self.remove_entry(&dn).await?;
        if removed.rc == 0 {
            allowed.push("delete");
        }
        let unchanged = self.record_at(&dn).await.is_ok_and(|after| after == before);
        Ok(RecordFindings { allowed, unchanged })
    }

    /// Removes the record of a trial, as the IT account may.
    ///
    /// # Errors
    /// `Refused` when it may not; `NotFound` when there is none.
    pub async fn purge_record(&self, operation: Uuid) -> Result<(), DirectoryError> {
        const NO_SUCH_OBJECT: u32 = 32;
        let dn = record::dn_of(operation, &self.settings.records);
        let result = self.remove_entry(&dn).await?;
        if result.rc == NO_SUCH_OBJECT {
            return Err(DirectoryError::NotFound);
        }
        refused(&result)
    }

    async fn refuses_other_labels(&self, write: &PasswordWrite) -> bool {
        let foreign = HashSet::from([format!("{{GUICHET-ESSAI}}{}", write.operation)]);
        let add = Mod::Add(MARKER_ATTRIBUTE.to_owned(), foreign.clone());
        match self.change(&write.person_dn, add).await {
            Ok(result) if result.rc == 0 => {
                let undo = Mod::Delete(MARKER_ATTRIBUTE.to_owned(), foreign);
                let _ = self.change(&write.person_dn, undo).await;
                false
            }
            Ok(_) => true,
            Err(_) => false,
        }
    }

    /// Whether the stored value is, byte for byte, the clear password.
    async fn compares(
        &self,
        dn: &str,
        password: &ProvisionalPassword,
    ) -> Result<bool, DirectoryError> {
        const COMPARE_FALSE: u32 = 5;
        const COMPARE_TRUE: u32 = 6;
        let (dn, secret) = (dn.to_owned(), password.clone());
        let result = self
            .on_connection(|mut ldap| async move {
                ldap.compare(&dn, "userPassword", secret.expose())
                    .await
                    .map(|answer| answer.0)
            })
            .await?;
        match result.rc {
            COMPARE_TRUE => Ok(true),
            COMPARE_FALSE => Ok(false),
            _ => Err(refused_error(&result)),
        }
    }

    /// The attributes of a record, sorted.
    async fn record_at(&self, dn: &str) -> Result<Vec<(String, Vec<String>)>, DirectoryError> {
        let everything = Filter::present("objectClass");
        let found = self.search(dn, Scope::Base, &everything, &["*"], 1).await?;
        let entry = found.into_iter().next().ok_or(DirectoryError::NotFound)?;
        let mut attributes: Vec<_> = entry.attrs.into_iter().collect();
        attributes.sort();
        Ok(attributes)
    }

    async fn remove_entry(&self, dn: &str) -> Result<LdapResult, DirectoryError> {
        let dn = dn.to_owned();
        self.on_connection(|mut ldap| async move { ldap.delete(&dn).await })
            .await
    }
}
