//! The one write of a handover: marker, password and must-change in a single Modify, with its record; then the proof.
//! Replaces the password, never adds one; never takes a result code as proof that an earlier attempt was applied.

use std::collections::HashSet;

use jiff::Timestamp;
use ldap3::controls::{Assertion, MakeCritical, RawControl, TxnSpec};
use ldap3::exop::{EndTxn, StartTxn};
use ldap3::{Ldap, LdapResult, Mod};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::connection::{classify, run};
use super::error::{DirectoryError, WriteProblem, WriteRefusal};
use super::filter::Filter;
use super::openldap::OpenLdap;
use super::person_entry::{MARKER_ATTRIBUTE, MARKER_LABEL};
use super::ppolicy::{self, PolicyError};
use super::record::{self, HandoverNote};
use crate::domain::password::ProvisionalPassword;
use crate::domain::person::{Person, PersonId};

/// One handover to write.
#[derive(Debug, Clone)]
pub struct PasswordWrite {
    pub operation: Uuid,
    pub person_dn: String,
    pub password: ProvisionalPassword,
    /// `pwdChangedTime` as the clerk's sheet read it: a change since then wins (invariant I5).
    pub seen_change: Option<Timestamp>,
    pub note: HandoverNote,
}

/// What the trial bind answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The password opens, and the server demands a change.
    OpensAndMustChange,
    /// It opens, and nothing forces the change: the letter must not leave.
    OpensWithoutChange,
    DoesNotOpen,
}

impl OpenLdap {
    /// Sends the handover: Modify and record in one transaction where the server offers it (RFC 5805), else one
    /// after the other. Four exchanges.
    ///
    /// # Errors
    /// `NotSent` is certain; `AnswerLost` is not: read the marker before anything else.
    pub async fn write_password(&self, write: PasswordWrite) -> Result<(), WriteProblem> {
        let (ldap, author) = self.bound().await.map_err(WriteProblem::NotSent)?;
        let transactions = {
            let session = self.session.lock().await;
            session.as_ref().is_some_and(|session| session.transactions)
        };
        if transactions {
            self.in_transaction(ldap, &author, write).await
        } else {
            self.one_after_the_other(ldap, &author, write).await
        }
    }

    async fn in_transaction(
        &self,
        mut ldap: Ldap,
        author: &str,
        write: PasswordWrite,
    ) -> Result<(), WriteProblem> {
        let patience = self.patience();
        self.count();
        let mut opening = ldap.clone();
        let started = run(async move {
            opening
                .with_timeout(patience)
                .extended(StartTxn)
                .await
                .map(|answer| (answer.1.rc, answer.1.text, answer.0.val))
        })
        .await
        .map_err(WriteProblem::NotSent)?
        .map_err(|error| WriteProblem::NotSent(classify(&error)))?;
        let (code, text, identifier) = started;
        if code != 0 {
            return Err(WriteProblem::NotSent(DirectoryError::Refused {
                code,
                text,
            }));
        }
        let Some(identifier) = identifier else {
            return Err(WriteProblem::NotSent(DirectoryError::Unreachable(
                "no transaction".into(),
            )));
        };
        let identifier = String::from_utf8_lossy(&identifier).into_owned();

        let modify = self.modify_controls(&write);
        let changes = changes(&write);
        let record_dn = record::dn(write.operation, &self.settings.records);
        let attributes = record::attributes(write.operation, author, &write.person_dn, &write.note);
        let person_dn = write.person_dn.clone();
        self.count();
        self.count();
        self.count();
        let outcome = run(async move {
            let in_transaction = || -> RawControl {
                TxnSpec {
                    txn_id: &identifier,
                }
                .into()
            };
            let mut controls = modify;
            controls.push(in_transaction());
            let queued = ldap
                .with_timeout(patience)
                .with_controls(controls)
                .modify(&person_dn, changes)
                .await;
            let queued = match queued {
                Ok(result) if result.rc == 0 => {
                    ldap.with_timeout(patience)
                        .with_controls(in_transaction())
                        .add(&record_dn, attributes)
                        .await
                }
                other => other,
            };
            // Any reply before the end that is not 0 ends the transaction without commit: a rejected Modify must
            // not leave its record behind.
            let commit = matches!(&queued, Ok(result) if result.rc == 0);
            let ended = ldap
                .with_timeout(patience)
                .extended(EndTxn {
                    txn_id: &identifier,
                    commit,
                })
                .await
                .map(|answer| answer.1);
            (queued, ended, commit)
        })
        .await;
        // A panic of the parser after sending is a lost answer.
        let (queued, ended, commit) = outcome.map_err(|_| WriteProblem::AnswerLost)?;
        self.answered();
        match (queued, ended, commit) {
            (_, Ok(end), true) => check(&end),
            (Ok(refused), _, false) => check(&refused),
            // Nothing was committed if the link died before the end was asked for, yet only the marker proves it.
            (Err(_), _, _) | (_, Err(_), _) => Err(WriteProblem::AnswerLost),
        }
    }

    async fn one_after_the_other(
        &self,
        mut ldap: Ldap,
        author: &str,
        write: PasswordWrite,
    ) -> Result<(), WriteProblem> {
        let patience = self.patience();
        let controls = self.modify_controls(&write);
        let changes = changes(&write);
        let person_dn = write.person_dn.clone();
        self.count();
        let mut modifying = ldap.clone();
        let result = run(async move {
            modifying
                .with_timeout(patience)
                .with_controls(controls)
                .modify(&person_dn, changes)
                .await
        })
        .await
        .map_err(|_| WriteProblem::AnswerLost)?
        .map_err(|_| WriteProblem::AnswerLost)?;
        check(&result)?;
        let record_dn = record::dn(write.operation, &self.settings.records);
        let attributes = record::attributes(write.operation, author, &write.person_dn, &write.note);
        self.count();
        let added = run(async move {
            ldap.with_timeout(patience)
                .add(&record_dn, attributes)
                .await
        })
        .await
        .map_err(|_| WriteProblem::AnswerLost)?
        .map_err(|_| WriteProblem::AnswerLost)?;
        match added.rc {
            // 68: an earlier attempt of this very act wrote it.
            0 | 68 => Ok(()),
            _ => Err(WriteProblem::AnswerLost),
        }
    }

    fn modify_controls(&self, write: &PasswordWrite) -> Vec<RawControl> {
        let unseen = Filter::equals(MARKER_ATTRIBUTE, &marker(write.operation)).negated();
        let unchanged = match write.seen_change {
            Some(seen) => Filter::equals("pwdChangedTime", &generalized(seen)),
            None => Filter::present("pwdChangedTime").negated(),
        };
        let filter = Filter::all([unseen, unchanged]).to_string();
        vec![
            RawControl::from(Assertion { filter }.critical()),
            ppolicy::request(),
        ]
    }

    /// Reads the entry again after a write: one exchange.
    ///
    /// # Errors
    /// As any read; the write itself is not in doubt because of it.
    pub async fn read_back(&self, id: PersonId) -> Result<Person, DirectoryError> {
        self.person_alone(id).await
    }

    /// Binds once, on a connection of its own, with the new password.
    ///
    /// # Errors
    /// `Unreachable` when the proof could not be made: the access is then written, not proven.
    pub async fn prove(
        &self,
        person_dn: &str,
        password: &ProvisionalPassword,
    ) -> Result<Proof, DirectoryError> {
        let mut ldap = self.anonymous().await?;
        let dn = person_dn.to_owned();
        let secret = Zeroizing::new(password.expose().to_owned());
        let patience = self.patience();
        self.count();
        let result = run(async move {
            let result = ldap
                .with_timeout(patience)
                .with_controls(ppolicy::request())
                .simple_bind(&dn, &secret)
                .await;
            let _ = ldap.unbind().await;
            result
        })
        .await?
        .map_err(|error| classify(&error))?;
        self.answered();
        Ok(match (result.rc, ppolicy::error_in(&result.ctrls)) {
            (0, Some(PolicyError::ChangeAfterReset)) => Proof::OpensAndMustChange,
            (0, _) => Proof::OpensWithoutChange,
            _ => Proof::DoesNotOpen,
        })
    }
}

fn marker(operation: Uuid) -> String {
    format!("{MARKER_LABEL}{operation}")
}

fn generalized(at: Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::UTC)
        .strftime("%Y%m%d%H%M%SZ")
        .to_string()
}

fn changes(write: &PasswordWrite) -> Vec<Mod<String>> {
    let one = |value: String| HashSet::from([value]);
    vec![
        Mod::Add(MARKER_ATTRIBUTE.to_owned(), one(marker(write.operation))),
        // Replace: a second value would leave the old password alive. In clear inside TLS, the server hashes it.
        Mod::Replace(
            "userPassword".to_owned(),
            one(write.password.expose().to_owned()),
        ),
        Mod::Replace("pwdReset".to_owned(), one("TRUE".to_owned())),
    ]
}

fn check(result: &LdapResult) -> Result<(), WriteProblem> {
    let refusal = match (result.rc, ppolicy::error_in(&result.ctrls)) {
        (0, _) => return Ok(()),
        (_, Some(PolicyError::Password(_))) | (19, _) => WriteRefusal::Policy(result.text.clone()),
        (50, _) => WriteRefusal::Rights,
        (122, _) => WriteRefusal::ChangedSince,
        (32, _) => WriteRefusal::Gone,
        (code, _) => WriteRefusal::Other {
            code,
            text: result.text.clone(),
        },
    };
    Err(WriteProblem::Refused(refusal))
}
