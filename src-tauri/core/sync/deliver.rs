//! Delivers one act to the directory: sends, settles a lost answer by the marker, reads back, records, proves.
//! Idempotent by the marker inside the Modify; never repeats a write before having looked for it, and everything about one
//! write is asked of the server that it went to: what another server does not show may only not have reached it yet.

use std::time::Duration;

use jiff::Timestamp;

use super::look::{Look, look, look_at};
use crate::directory::{
    Directory, DirectoryError, HandoverEntry, PasswordWrite, Proof, WriteProblem, WriteRefusal,
};
use crate::domain::directory_server::DirectoryServer;
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
    /// Written, as its marker tells; its owner, or a later handover, has changed the password since.
    Overtaken {
        person: Box<Person>,
        recorded: bool,
    },
    /// This post could not write down that the request was about to leave: none has.
    NotRecorded,
}

/// An arrow that this post could not write down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unrecorded;

const LOOKS: u32 = 5;
const SENDS: u32 = 3;
/// Handovers whose marker stays on the entry: an act still unsettled at another counter is among them.
const MARKERS_KEPT: usize = 5;

/// Delivers `write` to a server that writes, the next one when nothing left for the first; `record` is told each arrow
/// and the server it is about, before the next request leaves. What it could not write down does not leave: after a restart
/// nobody would look for its marker.
pub async fn deliver(
    directory: &dyn Directory,
    id: PersonId,
    write: &PasswordWrite,
    entry: &HandoverEntry,
    mut record: impl FnMut(Event, &DirectoryServer) -> Result<(), Unrecorded> + Send,
) -> Delivery {
    let mut last = DirectoryError::NoWriter;
    let mut tried: Vec<DirectoryServer> = Vec::new();
    for _ in directory.servers() {
        let server = match directory.writing_server().await {
            Ok(server) if tried.contains(&server) => break,
            Ok(server) => server,
            Err(error) => return Delivery::NothingLeft(error),
        };
        let act = Act {
            directory,
            server: &server,
            id,
            write,
            entry,
        };
        match act.deliver(|event| record(event, &server)).await {
            Ok(delivery) => return delivery,
            Err(nothing_left) => last = nothing_left,
        }
        tried.push(server);
    }
    Delivery::NothingLeft(last)
}

/// One act and the server it goes to.
struct Act<'a> {
    directory: &'a dyn Directory,
    server: &'a DirectoryServer,
    id: PersonId,
    write: &'a PasswordWrite,
    entry: &'a HandoverEntry,
}

impl Act<'_> {
    /// `Err` when it is certain that nothing was written at this server: the next one may be tried.
    async fn deliver(
        &self,
        mut try_record: impl FnMut(Event) -> Result<(), Unrecorded> + Send,
    ) -> Result<Delivery, DirectoryError> {
        let here = self.directory.at(self.server).await?;
        let naive = broken(Fault::NaiveRetry);
        for attempt in 0..SENDS {
            match try_record(Event::SendingBegan) {
                Ok(()) => {}
                Err(Unrecorded) if attempt > 0 => return Ok(Delivery::Unknown),
                Err(Unrecorded) => return Ok(Delivery::NotRecorded),
            }
            // What came of it is settled by its marker when it could not be written down.
            let mut record = |event| {
                let _ = try_record(event);
            };
            match here.write_password(self.write).await {
                Ok(()) => return Ok(self.settle_at(self.server, record).await),
                Err(WriteProblem::Refused(
                    WriteRefusal::Policy(_) | WriteRefusal::Other { .. },
                )) if naive && attempt > 0 => {
                    return Ok(self.settle_at(self.server, record).await);
                }
                // An earlier request may still be carried out, however absent its marker was.
                Err(WriteProblem::NotSent(_)) if attempt > 0 && !naive => {
                    record(Event::AnswerLost);
                    return Ok(Delivery::Unknown);
                }
                Err(WriteProblem::NotSent(error)) => {
                    record(Event::NothingLeft);
                    return Err(error);
                }
                Err(WriteProblem::Refused(refusal)) => {
                    return self.refused(refusal, attempt, record).await;
                }
                Err(WriteProblem::AnswerLost) => {
                    record(Event::AnswerLost);
                    match self.look_after_silence().await {
                        Look::There(at) => return Ok(self.settle_at(&at, record).await),
                        Look::Absent => record(Event::MarkerAbsent),
                        Look::AbsentElsewhere | Look::Hidden | Look::Silent => {
                            return Ok(Delivery::Unknown);
                        }
                    }
                }
            }
        }
        Ok(Delivery::Unknown)
    }

    async fn refused(
        &self,
        refusal: WriteRefusal,
        attempt: u32,
        mut record: impl FnMut(Event) + Send,
    ) -> Result<Delivery, DirectoryError> {
        // An earlier request of this very act, of this delivery or of one before, may have arrived late: then its
        // marker is there, and the server refuses this one as a change since, or as a password of its history.
        let refusal = match self.look_where_refused().await {
            Look::There(at) => return Ok(self.settle_at(&at, record).await),
            Look::Absent => refusal,
            // slapd compares what the clerk may not read with the assertion, and calls it a change.
            Look::Hidden if attempt == 0 => WriteRefusal::Rights,
            Look::AbsentElsewhere | Look::Hidden | Look::Silent => {
                record(Event::AnswerLost);
                return Ok(Delivery::Unknown);
            }
        };
        let event = match refusal {
            WriteRefusal::Policy(_) => Event::PasswordRefused,
            // What an earlier attempt left behind is not known from here.
            WriteRefusal::ReadOnly if attempt > 0 => {
                record(Event::AnswerLost);
                return Ok(Delivery::Unknown);
            }
            WriteRefusal::ReadOnly => {
                record(Event::NothingLeft);
                return Err(DirectoryError::NoWriter);
            }
            WriteRefusal::Rights => Event::RightsRefused,
            WriteRefusal::ChangedSince | WriteRefusal::Gone | WriteRefusal::Other { .. } => {
                Event::ServerRefused
            }
        };
        record(event);
        Ok(Delivery::Refused(refusal))
    }

    async fn look_where_refused(&self) -> Look {
        if broken(Fault::NaiveRetry) {
            return Look::Absent;
        }
        for wait in 0..LOOKS {
            let seen = look_at(self.directory, self.server, self.id, self.write.operation).await;
            if seen != Look::Silent {
                return seen;
            }
            tokio::time::sleep(Duration::from_millis(200 << wait)).await;
        }
        Look::Silent
    }

    async fn look_after_silence(&self) -> Look {
        if broken(Fault::NaiveRetry) {
            return Look::Absent;
        }
        let (id, operation) = (self.id, self.write.operation);
        let mut seen = Look::Silent;
        for wait in 0..LOOKS {
            seen = look(self.directory, Some(self.server), id, operation).await;
            let may_change = match seen {
                Look::Silent => true,
                // The next contact asks again: whoever waits is told meanwhile.
                Look::AbsentElsewhere => wait < 2,
                Look::There(_) | Look::Absent | Look::Hidden => false,
            };
            if !may_change {
                break;
            }
            tokio::time::sleep(Duration::from_millis(200 << wait)).await;
        }
        seen
    }

    /// Reads back, records and proves at the server that has it.
    async fn settle_at(
        &self,
        server: &DirectoryServer,
        record: impl FnMut(Event) + Send,
    ) -> Delivery {
        match self.directory.at(server).await {
            Ok(there) => settle(there.as_ref(), self.id, self.write, self.entry, record).await,
            Err(_) => Delivery::Unknown,
        }
    }
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

/// As `settle`, for a marker found once the letter had left the post: what was done with it since is no failure.
pub async fn settle_found(
    directory: &dyn Directory,
    id: PersonId,
    write: &PasswordWrite,
    entry: &HandoverEntry,
    mut record: impl FnMut(Event) + Send,
) -> Delivery {
    let Ok(person) = directory.read_back(id).await else {
        return Delivery::Unknown;
    };
    let account = &person.account;
    let holds = account.must_change
        && account.newest_handover() == Some(write.operation)
        && !account.letter_expired();
    if holds || !account.markers.contains(&write.operation) {
        return settle(directory, id, write, entry, record).await;
    }
    let recorded = record_in_directory(directory, entry).await;
    record(Event::MarkerSeen);
    Delivery::Overtaken {
        person: Box::new(person),
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
