//! Whether an act that one server acknowledged has reached another one: what only a lost server had is found out, for the
//! person to be called back. Reads markers only; an answer that never came is never taken for an absence.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::directory::{Directory, DirectoryError};
use crate::domain::account::AccountRecord;
use crate::domain::directory_server::DirectoryServer;
use crate::domain::late_sending::CLOCK_UNCERTAINTY;
use crate::domain::person::{Person, PersonId};

/// An act that one server acknowledged.
#[derive(Debug, Clone)]
pub struct Acknowledged {
    pub person: PersonId,
    pub operation: Uuid,
    pub by: DirectoryServer,
    /// When it was sent, by this post's clock.
    pub at: Timestamp,
}

/// What the servers show of an acknowledged act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// Another server has it too.
    Elsewhere,
    /// Only the one that acknowledged it has it, as far as it can be told.
    OnlyThere,
    /// A later change holds: nobody asks for this act any more.
    Overtaken,
    /// The servers that answer do not have it, and the one that acknowledged it does not answer or has lost it.
    Nowhere,
    /// Nothing can be told.
    Unknown,
}

enum Seen {
    There,
    Later,
    Absent,
    Hidden,
    Silent,
}

/// One round over the servers: each is connected to once, and one that did not answer is not asked again.
pub struct Round<'a> {
    directory: &'a dyn Directory,
    sessions: BTreeMap<DirectoryServer, Option<Arc<dyn Directory>>>,
}

impl<'a> Round<'a> {
    pub fn new(directory: &'a dyn Directory) -> Self {
        Round {
            directory,
            sessions: BTreeMap::new(),
        }
    }

    pub async fn spread(&mut self, act: &Acknowledged) -> Spread {
        let (mut absent, mut hidden) = (false, false);
        for server in self.directory.servers() {
            if server == act.by {
                continue;
            }
            match self.see(&server, act).await {
                Seen::There => return Spread::Elsewhere,
                Seen::Later => return Spread::Overtaken,
                Seen::Absent => absent = true,
                Seen::Hidden => hidden = true,
                Seen::Silent => {}
            }
        }
        if hidden || !absent {
            return Spread::Unknown;
        }
        match self.see(&act.by, act).await {
            Seen::There => Spread::OnlyThere,
            Seen::Later => Spread::Overtaken,
            Seen::Absent | Seen::Silent => Spread::Nowhere,
            Seen::Hidden => Spread::Unknown,
        }
    }

    async fn see(&mut self, server: &DirectoryServer, act: &Acknowledged) -> Seen {
        let session = match self.sessions.get(server) {
            Some(session) => session.clone(),
            None => {
                let opened = self.directory.at(server).await.ok();
                self.sessions.insert(server.clone(), opened.clone());
                opened
            }
        };
        let Some(session) = session else {
            return Seen::Silent;
        };
        match session.read_back(act.person).await {
            Ok(person) => seen(&person, act),
            Err(DirectoryError::NotFound) => Seen::Absent,
            Err(error) => {
                tracing::debug!(%server, %error, "not asked again in this round");
                self.sessions.insert(server.clone(), None);
                Seen::Silent
            }
        }
    }
}

fn seen(person: &Person, act: &Acknowledged) -> Seen {
    if person.account.markers.contains(&act.operation) {
        Seen::There
    } else if !person.within_perimeter {
        Seen::Hidden
    } else if is_later(&person.account, act) {
        Seen::Later
    } else {
        Seen::Absent
    }
}

/// A newer handover, or a change that no clock could take for an earlier one.
fn is_later(account: &AccountRecord, act: &Acknowledged) -> bool {
    let newer = account.newest_handover() > Some(act.operation);
    let uncertainty = SignedDuration::from_secs(CLOCK_UNCERTAINTY);
    newer
        || account
            .password_changed
            .is_some_and(|changed| changed.duration_since(act.at) > uncertainty)
}
