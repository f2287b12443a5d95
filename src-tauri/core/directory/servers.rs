//! What a post remembers of each server of the settings: which did not answer a moment ago, which only reads, and which
//! one comes first. Held in memory for a short while only; never a reason to leave out a server when no other answers.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::person_entry::generalized_time;
use crate::domain::directory_server::DirectoryServer;

/// A server that did not answer is asked last for this long, so that a request does not wait for it.
const SILENT_FOR: Duration = Duration::from_secs(15);
/// A server that refused to write is not asked to for this long: it may be promoted meanwhile.
const READS_ONLY_FOR: Duration = Duration::from_mins(10);
/// Waited for one server when another may answer instead.
pub(super) const SHORT_PATIENCE: Duration = Duration::from_secs(2);

pub(super) struct Servers {
    known: Vec<DirectoryServer>,
    notes: Mutex<Vec<Note>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Note {
    silent_until: Option<Instant>,
    reads_only_until: Option<Instant>,
    /// It answers, and lacks what the others have: not come back to before.
    behind_until: Option<Instant>,
}

fn still(until: Option<Instant>) -> bool {
    until.is_some_and(|until| Instant::now() < until)
}

impl Servers {
    pub fn new(uris: &[String]) -> Self {
        let known: Vec<_> = uris.iter().map(DirectoryServer::new).collect();
        let notes = Mutex::new(vec![Note::default(); known.len()]);
        Servers { known, notes }
    }

    pub fn all(&self) -> &[DirectoryServer] {
        &self.known
    }

    pub fn are_several(&self) -> bool {
        self.known.len() > 1
    }

    /// Those that may answer first, each part in the order of the settings.
    pub fn in_order(&self) -> Vec<DirectoryServer> {
        let notes = self.notes();
        let (silent, answering): (Vec<_>, Vec<_>) = self
            .known
            .iter()
            .zip(notes.iter())
            .partition(|(_, note)| still(note.silent_until));
        answering
            .into_iter()
            .chain(silent)
            .map(|(server, _)| server.clone())
            .collect()
    }

    /// A server that the settings prefer to `current`, and that may be tried again.
    pub fn better_than(&self, current: &DirectoryServer) -> Option<DirectoryServer> {
        let notes = self.notes();
        self.known
            .iter()
            .zip(notes.iter())
            .take_while(|(server, _)| *server != current)
            .find(|(_, note)| !still(note.silent_until) && !still(note.behind_until))
            .map(|(server, _)| server.clone())
    }

    /// It did not answer a moment ago, and another may.
    pub fn is_silent(&self, server: &DirectoryServer) -> bool {
        let notes = self.notes();
        let mut all = self.known.iter().zip(notes.iter());
        self.are_several() && all.any(|(known, note)| known == server && still(note.silent_until))
    }

    pub fn reads_only(&self, server: &DirectoryServer) -> bool {
        let notes = self.notes();
        let mut all = self.known.iter().zip(notes.iter());
        all.any(|(known, note)| known == server && still(note.reads_only_until))
    }

    pub fn answered(&self, server: &DirectoryServer) {
        self.note(server, |note| note.silent_until = None);
    }

    pub fn did_not_answer(&self, server: &DirectoryServer) {
        self.note(server, |note| {
            note.silent_until = Instant::now().checked_add(SILENT_FOR);
        });
    }

    pub fn is_behind(&self, server: &DirectoryServer) {
        self.note(server, |note| {
            note.behind_until = Instant::now().checked_add(SILENT_FOR);
        });
    }

    pub fn refused_to_write(&self, server: &DirectoryServer) {
        self.note(server, |note| {
            note.reads_only_until = Instant::now().checked_add(READS_ONLY_FOR);
        });
    }

    fn note(&self, server: &DirectoryServer, change: impl FnOnce(&mut Note)) {
        let mut notes = self.notes();
        let mut all = self.known.iter().zip(notes.iter_mut());
        if let Some((_, note)) = all.find(|(known, _)| *known == server) {
            change(note);
        }
    }

    fn notes(&self) -> MutexGuard<'_, Vec<Note>> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a server whose `contextCSN` are `here` has every change that one with `there` had: for each origin (the third
/// field), one as late. Values of one origin compare as text.
pub(super) fn has_all(here: &[String], there: &[String]) -> bool {
    let origin = |csn: &str| csn.split('#').nth(2).map(str::to_owned);
    there.iter().all(|needed| {
        here.iter()
            .any(|csn| origin(csn) == origin(needed) && csn >= needed)
    })
}

/// Where one server stands beside the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// One of its naming contexts holds the people of the settings.
    pub holds_people: bool,
    /// `contextCSN`: the last change of each origin that it has; empty when it does not tell.
    pub changes: Vec<String>,
}

/// When the earliest of the last changes that `there` has and `here` lacks was made; `None` when it lacks nothing.
pub fn missing(here: &Standing, there: &Standing) -> Option<Timestamp> {
    let lacking = there
        .changes
        .iter()
        .filter(|csn| !has_all(&here.changes, std::slice::from_ref(csn)));
    lacking
        .filter_map(|csn| generalized_time(csn.split('#').next()?))
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_server_is_asked_last_and_a_better_one_is_come_back_to() {
        let servers = Servers::new(&["ldaps://a".to_owned(), "ldaps://b".to_owned()]);
        let [a, b] = ["ldaps://a", "ldaps://b"].map(DirectoryServer::new);
        assert_eq!(servers.in_order(), [a.clone(), b.clone()]);
        servers.did_not_answer(&a);
        assert_eq!(servers.in_order(), [b.clone(), a.clone()]);
        assert_eq!(servers.better_than(&b), None, "not yet");
        servers.answered(&a);
        assert_eq!(servers.better_than(&b), Some(a.clone()));
        assert_eq!(servers.better_than(&a), None);
        servers.is_behind(&a);
        assert_eq!(servers.better_than(&b), None, "it has not caught up");
        assert_eq!(servers.in_order(), [a, b], "and still answers");
    }

    #[test]
    fn all_changes_means_those_of_each_origin() {
        let csn = |second: u8, origin: u8| {
            format!("202611240831{second:02}.000000Z#000000#{origin:03}#000000")
        };
        let there = [csn(10, 1), csn(20, 2)];
        assert!(has_all(&[csn(10, 1), csn(20, 2), csn(5, 0)], &there));
        assert!(has_all(&[csn(11, 1), csn(20, 2)], &there));
        assert!(!has_all(&[csn(30, 1), csn(19, 2)], &there), "late for one");
        assert!(!has_all(&[csn(30, 1)], &there), "never heard of the other");
        assert!(has_all(&[], &[]));
        let standing = |changes: &[String]| Standing {
            holds_people: true,
            changes: changes.to_vec(),
        };
        let late = standing(&[csn(10, 1), csn(19, 2)]);
        assert_eq!(
            missing(&late, &standing(&there)),
            "2026-11-24T08:31:20Z".parse().ok(),
            "the change it lacks"
        );
        assert_eq!(missing(&standing(&there), &late), None);
    }
}
