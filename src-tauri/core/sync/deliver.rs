//! Delivers one act to the directory: sends, settles a lost answer by the marker, reads back, records, proves.
//! Idempotent by the marker inside the Modify; never repeats a write before having looked for it.

use std::time::Duration;

use jiff::Timestamp;

use crate::directory::{
    Directory, DirectoryError, HandoverEntry, PasswordWrite, Proof, WriteProblem, WriteRefusal,
};
use crate::domain::handover::Event;
use crate::domain::person::{Person, PersonId};
use crate::faults::{Fault, broken};

/// Where a delivery ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Delivery {
    /// Acknowledged, read back with its marker and must-change, and tried.
    Applied {
        person: Box<Person>,
        proof: Result<Proof, DirectoryError>,
        /// The record of the handover is in the directory too.
        recorded: bool,
    },
    Refused(WriteRefusal),
    /// Certain that nothing was written.
    NothingLeft(DirectoryError),
    /// The link died and has not come back: the truth waits for the next contact.
    Unknown,
    /// Written, but the server did not keep must-change: the letter must not leave.
    NotForced {
        person: Box<Person>,
    },
}

const LOOKS: u32 = 5;
const SENDS: u32 = 3;
/// Handovers whose marker stays on the entry: an act still unsettled at another counter is among them.
const MARKERS_KEPT: usize = 5;

/// Delivers `write`; `record` is told each arrow before the next request leaves.
pub async fn deliver(
    directory: &dyn Directory,
    id: PersonId,
    write: &PasswordWrite,
    entry: &HandoverEntry,
    mut record: impl FnMut(Event) + Send,
) -> Delivery {
    let naive = broken(Fault::NaiveRetry);
    for attempt in 0..SENDS {
        record(Event::SendingBegan);
        match directory.write_password(write).await {
            Ok(()) => return settle(directory, id, write, entry, record).await,
            Err(WriteProblem::Refused(WriteRefusal::Policy(_) | WriteRefusal::Other { .. }))
                if naive && attempt > 0 =>
            {
                return settle(directory, id, write, entry, record).await;
            }
            // An earlier request may still be carried out, however absent its marker was.
            Err(WriteProblem::NotSent(_)) if attempt > 0 && !naive => {
                record(Event::AnswerLost);
                return Delivery::Unknown;
            }
            Err(WriteProblem::NotSent(error)) => {
                record(Event::NothingLeft);
                return Delivery::NothingLeft(error);
            }
            Err(WriteProblem::Refused(refusal)) => {
                // An earlier request of this very act, of this delivery or of one before, may have arrived late: then its
                // marker is there, and the server refuses this one as a change since, or as a password of its history.
                let refusal = match look_for_marker(directory, id, write).await {
                    Look::There => return settle(directory, id, write, entry, record).await,
                    Look::Absent => refusal,
                    // slapd compares what the clerk may not read with the assertion, and calls it a change.
                    Look::Hidden if attempt == 0 => WriteRefusal::Rights,
                    Look::Hidden | Look::Silent => {
                        record(Event::AnswerLost);
                        return Delivery::Unknown;
                    }
                };
                record(match refusal {
                    WriteRefusal::Policy(_) => Event::PasswordRefused,
                    WriteRefusal::Rights => Event::RightsRefused,
                    WriteRefusal::ChangedSince
                    | WriteRefusal::Gone
                    | WriteRefusal::Other { .. } => Event::ServerRefused,
                });
                return Delivery::Refused(refusal);
            }
            Err(WriteProblem::AnswerLost) => {
                record(Event::AnswerLost);
                match look_for_marker(directory, id, write).await {
                    Look::There => return settle(directory, id, write, entry, record).await,
                    Look::Absent => record(Event::MarkerAbsent),
                    Look::Hidden | Look::Silent => return Delivery::Unknown,
                }
            }
        }
    }
    Delivery::Unknown
}

/// Whether an act whose outcome was unknown had been applied; `None` when it cannot be told yet.
pub async fn resolve(
    directory: &dyn Directory,
    id: PersonId,
    operation: uuid::Uuid,
) -> Option<bool> {
    match look(directory, id, operation).await {
        Look::There => Some(true),
        Look::Absent => Some(false),
        Look::Hidden | Look::Silent => None,
    }
}

/// What reading an act's marker told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    There,
    Absent,
    /// Outside the perimeter nobody reads a marker: its absence says nothing.
    Hidden,
    Silent,
}

async fn look(directory: &dyn Directory, id: PersonId, operation: uuid::Uuid) -> Look {
    match directory.read_back(id).await {
        Ok(person) if person.account.markers.contains(&operation) => Look::There,
        Ok(person) if person.within_perimeter => Look::Absent,
        Ok(_) => Look::Hidden,
        Err(DirectoryError::NotFound) => Look::Absent,
        Err(
            DirectoryError::Unreachable(_)
            | DirectoryError::Certificate(_)
            | DirectoryError::Plain
            | DirectoryError::SignedOut
            | DirectoryError::Refused { .. }
            | DirectoryError::NotHashed(_),
        ) => Look::Silent,
    }
}

async fn look_for_marker(directory: &dyn Directory, id: PersonId, write: &PasswordWrite) -> Look {
    if broken(Fault::NaiveRetry) {
        return Look::Absent;
    }
    for wait in 0..LOOKS {
        let seen = look(directory, id, write.operation).await;
        if seen != Look::Silent {
            return seen;
        }
        tokio::time::sleep(Duration::from_millis(200 << wait)).await;
    }
    Look::Silent
}

/// After an acknowledgement or a marker seen: reads back, writes the record, tries the password once.
pub async fn settle(
    directory: &dyn Directory,
    id: PersonId,
    write: &PasswordWrite,
    entry: &HandoverEntry,
    mut record: impl FnMut(Event) + Send,
) -> Delivery {
    let mut read = directory.read_back(id).await;
    for _ in 1..LOOKS {
        if read.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        read = directory.read_back(id).await;
    }
    let Ok(person) = read else {
        return Delivery::Unknown;
    };
    let person = Box::new(person);
    if !person.account.markers.contains(&write.operation) {
        return Delivery::Unknown;
    }
    if !person.account.must_change {
        record(Event::ProofFailed);
        return Delivery::NotForced { person };
    }
    let recorded = record_in_directory(directory, entry).await;
    let proof = directory.prove(&write.person_dn, &write.password).await;
    record(match &proof {
        Ok(Proof::OpensAndMustChange) | Err(_) => Event::AcknowledgedAndReadBack,
        Ok(Proof::OpensWithoutChange | Proof::DoesNotOpen) => Event::ProofFailed,
    });
    prune(directory, &person).await;
    Delivery::Applied {
        person,
        proof,
        recorded,
    }
}

/// Writes the record, again after a cut: its identifier is the act's, so a second writing changes nothing.
async fn record_in_directory(directory: &dyn Directory, entry: &HandoverEntry) -> bool {
    for look in 0..SENDS {
        match directory.write_record(entry).await {
            Ok(()) => return true,
            Err(error) => tracing::warn!(%error, "the record was not written"),
        }
        tokio::time::sleep(Duration::from_millis(200 << look)).await;
    }
    false
}

/// Takes markers that nothing will ask for off the entry, best effort.
async fn prune(directory: &dyn Directory, person: &Person) {
    let old = person.account.old_markers(MARKERS_KEPT);
    if old.is_empty() {
        return;
    }
    if let Err(error) = directory.remove_markers(&person.dn, &old).await {
        tracing::info!(%error, "old markers stay");
    }
}

/// When the provisional password ends: counted from the server's own time of the change.
pub fn valid_until(person: &Person, hours: i64) -> Option<Timestamp> {
    use jiff::ToSpan;
    person
        .account
        .password_changed?
        .checked_add(hours.hours())
        .ok()
}
