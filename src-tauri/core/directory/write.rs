//! The one write of a handover: marker, password and must-change in a single Modify, then its record, then the proof.
//! Replaces the password, never adds one; never takes a result code as proof that an earlier attempt was applied.

use std::collections::HashSet;

use jiff::Timestamp;
use ldap3::controls::{Assertion, MakeCritical, RawControl};
use ldap3::{LdapResult, Mod};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::connection::{classify, run};
use super::error::{DirectoryError, WriteProblem, WriteRefusal};
use super::filter::Filter;
use super::hashing::fresh_value;
use super::openldap::{OpenLdap, refused, refused_error};
use super::person_entry::{MARKER_ATTRIBUTE, MARKER_LABEL};
use super::ppolicy::{self, PolicyError};
use super::record::HandoverEntry;
use super::session::Bound;
use crate::domain::password::ProvisionalPassword;
use crate::faults::{Fault, broken};

/// One provisional password to write.
#[derive(Debug, Clone)]
pub struct PasswordWrite {
    pub operation: Uuid,
    pub person_dn: String,
    pub password: ProvisionalPassword,
    /// `pwdChangedTime` as the clerk's sheet read it: a change since then wins (invariant I5).
    pub seen_change: Option<Timestamp>,
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
    /// The Modify: marker, password and must-change together. One exchange.
    ///
    /// Not within an RFC 5805 transaction: slapd 2.5.13 offers them, and ends with a segmentation fault about once in
    /// thirty commits (seen with our client and with `ldapmodify`). A post must not be able to stop the directory.
    pub(super) async fn modify_password(&self, write: &PasswordWrite) -> Result<(), WriteProblem> {
        let value = fresh_value(&write.password, self.settings.hashing)
            .await
            .map_err(WriteProblem::NotSent)?;
        let Bound {
            mut ldap, server, ..
        } = self.bound().await.map_err(WriteProblem::NotSent)?;
        let patience = self.patience();
        let filter = assertion(write).to_string();
        let mut controls: Vec<RawControl> =
            vec![Assertion { filter }.critical().into(), ppolicy::request()];
        if broken(Fault::AssertionDropped) {
            controls.remove(0);
        }
        let changes = changes(write.operation, &value);
        let person_dn = write.person_dn.clone();
        self.count();
        // From here on, a dead link or a panic of the parser is a lost answer.
        let result = run(async move {
            ldap.with_timeout(patience)
                .with_controls(controls)
                .modify(&person_dn, changes)
                .await
        })
        .await
        .map_err(|_| WriteProblem::AnswerLost)?;
        let result = match result {
            Ok(result) => result,
            Err(error) => {
                self.failed(&server, &error).await;
                return Err(WriteProblem::AnswerLost);
            }
        };
        self.answered();
        let outcome = check(&result);
        if outcome == Err(WriteProblem::Refused(WriteRefusal::ReadOnly)) {
            self.servers.refused_to_write(&server);
        }
        outcome
    }

    pub(super) async fn add_record(&self, record: &HandoverEntry) -> Result<(), DirectoryError> {
        /// entryAlreadyExists: an earlier attempt of this very act wrote it.
        const ALREADY_THERE: u32 = 68;
        let author = self.bound().await?.dn;
        let dn = record.dn(&self.settings.records);
        let attributes = record.attributes(&author);
        let result = self
            .on_connection(|mut ldap| async move { ldap.add(&dn, attributes).await })
            .await?;
        match result.rc {
            0 | ALREADY_THERE => Ok(()),
            _ => Err(refused_error(&result)),
        }
    }

    pub(super) async fn delete_markers(
        &self,
        person_dn: &str,
        markers: &[Uuid],
    ) -> Result<(), DirectoryError> {
        let old = markers.iter().copied().map(marker).collect();
        let change = Mod::Delete(MARKER_ATTRIBUTE.to_owned(), old);
        refused(&self.change(person_dn, change).await?)
    }

    pub(super) async fn trial_bind(
        &self,
        person_dn: &str,
        password: &ProvisionalPassword,
    ) -> Result<Proof, DirectoryError> {
        let (mut ldap, _) = self.anonymous().await?;
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

/// What must still hold for the Modify to apply: not written yet, and nobody changed the password meanwhile.
pub(super) fn assertion(write: &PasswordWrite) -> Filter {
    let unseen = Filter::equals(MARKER_ATTRIBUTE, &marker(write.operation)).negated();
    let unchanged = match write.seen_change {
        Some(seen) => Filter::equals("pwdChangedTime", &generalized(seen)),
        None => Filter::present("pwdChangedTime").negated(),
    };
    Filter::all([unseen, unchanged])
}

pub(super) fn marker(operation: Uuid) -> String {
    format!("{MARKER_LABEL}{operation}")
}

/// RFC 4517 §3.3.13, to the second.
pub(super) fn generalized(at: Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::UTC)
        .strftime("%Y%m%d%H%M%SZ")
        .to_string()
}

fn changes(operation: Uuid, value: &str) -> Vec<Mod<String>> {
    let one = |value: String| HashSet::from([value]);
    let mut changes = vec![
        Mod::Add(MARKER_ATTRIBUTE.to_owned(), one(marker(operation))),
        // Replace: a second value would leave the old password alive.
        Mod::Replace("userPassword".to_owned(), one(value.to_owned())),
        Mod::Replace("pwdReset".to_owned(), one("TRUE".to_owned())),
    ];
    if broken(Fault::MarkerDropped) {
        changes.remove(0);
    }
    changes
}

fn check(result: &LdapResult) -> Result<(), WriteProblem> {
    let refusal = match (result.rc, ppolicy::error_in(&result.ctrls)) {
        (0, _) => return Ok(()),
        (_, Some(PolicyError::Password(_))) | (19, _) => WriteRefusal::Policy(result.text.clone()),
        (50, _) => WriteRefusal::Rights,
        (122, _) => WriteRefusal::ChangedSince,
        (32, _) => WriteRefusal::Gone,
        // A copy that only reads: its referral, or « shadow context ».
        (10 | 53, _) => WriteRefusal::ReadOnly,
        (code, _) => WriteRefusal::Other {
            code,
            text: result.text.clone(),
        },
    };
    Err(WriteProblem::Refused(refusal))
}
