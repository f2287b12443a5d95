//! What the directory in memory remembers of its changes, as a server with content synchronisation does: who changed in
//! which order, the deleted included, until it forgets. Never remembers what changed in an entry, only that it did.

use std::collections::BTreeMap;

use super::super::content_sync::{SyncCookie, SyncEnd, SyncPart};
use super::super::filter::Filter;
use super::server::State;
use super::session::seen;
use crate::domain::person::PersonId;

#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Last change of each entry, the deleted ones too.
    last: BTreeMap<PersonId, u64>,
    count: u64,
    /// Deletions before this one are forgotten.
    remembered_from: u64,
    /// A cookie serves the database it comes from.
    database: u64,
}

impl Changes {
    pub fn note(&mut self, id: PersonId) {
        self.count += 1;
        self.last.insert(id, self.count);
    }

    pub fn forget(&mut self) {
        self.remembered_from = self.count;
    }

    pub fn begin_anew(&mut self) {
        self.database += 1;
    }

    pub fn cookie(&self) -> SyncCookie {
        SyncCookie::from_bytes(format!("{}:{}", self.database, self.count).into_bytes())
    }

    /// Where a cookie stands; `None` when it is another database's, or later than anything here.
    fn position(&self, cookie: &SyncCookie) -> Option<u64> {
        let text = std::str::from_utf8(cookie.as_bytes()).ok()?;
        let (database, count) = text.split_once(':')?;
        let count: u64 = count.parse().ok()?;
        (database.parse() == Ok(self.database) && count <= self.count).then_some(count)
    }
}

impl State {
    /// What an answer to `asker` holds, in order.
    pub fn changes_since(
        &self,
        asker: &str,
        perimeter: &Filter,
        cookie: &SyncCookie,
    ) -> (Vec<SyncPart>, SyncEnd) {
        let Some(from) = self.changes.position(cookie) else {
            return (Vec::new(), SyncEnd::ReadAnew);
        };
        let changed = |id: &PersonId| self.changes.last.get(id).is_some_and(|at| *at > from);
        let there: BTreeMap<PersonId, _> = self
            .search(asker, &self.rules.people, perimeter)
            .into_iter()
            .filter_map(|entry| seen(self, asker, entry))
            .map(|person| (person.id, person))
            .collect();
        let everybody = from < self.changes.remembered_from;
        let mut parts = Vec::new();
        if everybody {
            parts.push(SyncPart::Present(
                there.keys().filter(|id| !changed(id)).copied().collect(),
            ));
        } else {
            let gone = |id: &&PersonId| changed(id) && !there.contains_key(id);
            parts.push(SyncPart::Gone(
                self.changes.last.keys().filter(gone).copied().collect(),
            ));
        }
        let people: Vec<_> = there
            .into_values()
            .filter(|person| changed(&person.id))
            .collect();
        parts.extend(
            people
                .chunks(100)
                .map(|some| SyncPart::People(some.to_vec())),
        );
        let cookie = self.changes.cookie();
        (parts, SyncEnd::Followed { cookie, everybody })
    }
}
