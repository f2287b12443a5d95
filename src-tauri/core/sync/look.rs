//! Looks for an act's marker: at the server it was sent to, then at the others.
//! A marker seen anywhere settles the act. One that another server does not show proves nothing: it may not have reached it
//! yet. Never writes.

use uuid::Uuid;

use crate::directory::{Directory, DirectoryError};
use crate::domain::directory_server::DirectoryServer;
use crate::domain::person::{Person, PersonId};
use crate::faults::{Fault, broken};

/// What reading an act's marker told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Look {
    There(DirectoryServer),
    /// The server it was sent to does not have it, or none of all does.
    Absent,
    /// Servers that it was not sent to do not have it; where it was sent does not answer.
    AbsentElsewhere,
    /// Outside the perimeter nobody reads a marker: its absence says nothing.
    Hidden,
    Silent,
}

/// What became of an act whose answer was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// That server has it.
    Applied(DirectoryServer),
    /// Not applied: the same payload may be sent again.
    NotApplied,
    /// Those that answer do not have it, and may only not have heard of it: not to be sent again.
    NotHeardYet,
    /// Nobody could tell.
    Unanswered,
}

/// Whether an act whose answer was lost had been applied. `sent_to` is where its request went, when it is known;
/// `window_over` says that what that server wrote would have reached the others by now (reliability §3.4).
pub async fn resolve(
    directory: &dyn Directory,
    sent_to: Option<&DirectoryServer>,
    id: PersonId,
    operation: Uuid,
    window_over: bool,
) -> Resolution {
    match look(directory, sent_to, id, operation).await {
        Look::There(server) => Resolution::Applied(server),
        Look::Absent => Resolution::NotApplied,
        Look::AbsentElsewhere if window_over => Resolution::NotApplied,
        Look::AbsentElsewhere => Resolution::NotHeardYet,
        Look::Hidden | Look::Silent => Resolution::Unanswered,
    }
}

/// Reads somebody at the server that a write of theirs would go to, and so learns that a server has just died before
/// anything is sent to it.
///
/// # Errors
/// As any read.
pub async fn read_to_write(
    directory: &dyn Directory,
    id: PersonId,
) -> Result<Person, DirectoryError> {
    let mut last = DirectoryError::NoWriter;
    for _ in directory.servers() {
        let server = directory.writing_server().await?;
        match directory.at(&server).await?.read_back(id).await {
            Err(lost @ DirectoryError::Unreachable(_)) => last = lost,
            read => return read,
        }
    }
    Err(last)
}

/// Whether nobody of that identifier is on any server: on one alone, they may only not have reached it yet.
pub async fn is_gone(directory: &dyn Directory, id: PersonId) -> bool {
    let servers = directory.servers();
    if servers.len() < 2 {
        return true;
    }
    for server in servers {
        let read = match directory.at(&server).await {
            Ok(there) => there.read_back(id).await,
            Err(error) => Err(error),
        };
        if read != Err(DirectoryError::NotFound) {
            return false;
        }
    }
    true
}

/// Every server of the settings is asked, the one it was sent to first.
pub(super) async fn look(
    directory: &dyn Directory,
    sent_to: Option<&DirectoryServer>,
    id: PersonId,
    operation: Uuid,
) -> Look {
    let mut servers = directory.servers();
    servers.sort_by_key(|server| Some(server) != sent_to);
    let (mut absent, mut absent_there, mut hidden, mut silent) = (false, false, false, false);
    for server in servers {
        match look_at(directory, &server, id, operation).await {
            there @ Look::There(_) => return there,
            Look::Absent | Look::AbsentElsewhere => {
                absent = true;
                absent_there |= Some(&server) == sent_to;
            }
            Look::Hidden => hidden = true,
            Look::Silent => silent = true,
        }
    }
    if hidden {
        Look::Hidden
    } else if !absent {
        Look::Silent
    } else if absent_there || !silent || broken(Fault::AbsentElsewhereTrusted) {
        Look::Absent
    } else {
        Look::AbsentElsewhere
    }
}

pub(super) async fn look_at(
    directory: &dyn Directory,
    server: &DirectoryServer,
    id: PersonId,
    operation: Uuid,
) -> Look {
    let read = match directory.at(server).await {
        Ok(there) => there.read_back(id).await,
        Err(error) => Err(error),
    };
    match read {
        Ok(person) if person.account.markers.contains(&operation) => Look::There(server.clone()),
        Ok(person) if person.within_perimeter => Look::Absent,
        Ok(_) => Look::Hidden,
        Err(DirectoryError::NotFound) => Look::Absent,
        Err(
            DirectoryError::Unreachable(_)
            | DirectoryError::Certificate(_)
            | DirectoryError::Plain
            | DirectoryError::SignedOut
            | DirectoryError::NoWriter
            | DirectoryError::Refused { .. }
            | DirectoryError::NotHashed(_),
        ) => Look::Silent,
    }
}
