//! What may go wrong between one session and the directory in memory, chosen call by call.
//! A fault is used once, by the next call of its kind; nothing here is drawn or timed by itself.

use std::collections::BTreeMap;
use std::collections::VecDeque;

use tokio::sync::watch;

/// The calls of a session that a fault can be given to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    SignIn,
    Ping,
    Person,
    ReadBack,
    Find,
    ReadPerimeter,
    SyncCookie,
    ChangesSince,
    Policy,
    Structures,
    WritePassword,
    WriteRecord,
    LetterNumber,
    RemoveMarkers,
    ServerTime,
    Prove,
}

/// How the next call of a kind goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The link is down before anything leaves.
    Unreachable,
    /// The request left, the server never saw it, and the client cannot know.
    LostBeforeApplying,
    /// The server did it, and its answer never came.
    LostAfterApplying,
    /// The server holds the request until `release`, then does it; a client that waited longer than its patience has
    /// lost the answer all the same.
    Frozen,
}

/// The faults of one session.
pub(super) struct Faults {
    next: BTreeMap<Call, VecDeque<Fault>>,
    pub cut: bool,
    releases: watch::Sender<u64>,
}

impl Faults {
    pub fn new() -> Self {
        Faults {
            next: BTreeMap::new(),
            cut: false,
            releases: watch::Sender::new(0),
        }
    }

    pub fn plan(&mut self, call: Call, fault: Fault) {
        self.next.entry(call).or_default().push_back(fault);
    }

    pub fn take(&mut self, call: Call) -> Option<Fault> {
        if self.cut {
            return Some(Fault::Unreachable);
        }
        self.next.get_mut(&call)?.pop_front()
    }

    pub fn release(&self) {
        self.releases.send_modify(|count| *count += 1);
    }

    /// Ends at the first `release` after this call.
    pub fn released(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut releases = self.releases.subscribe();
        async move {
            // A session that is gone holds nothing back any more.
            let _ = releases.changed().await;
        }
    }
}
