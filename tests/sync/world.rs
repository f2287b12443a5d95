//! The simulated world: one directory, its counters, and the ledger of what really happened.
//! The ledger sees what no counter does, and says at once when an invariant is broken; counters never read it.

use std::collections::BTreeMap;

use guichet_core::directory::PasswordWrite;
use guichet_core::domain::handover::{Action, DirectorySide, Event, Progress, step};
use guichet_core::domain::late_sending::PasswordSeen;
use guichet_core::domain::server_clock::{Heard, Made, Reading, ServerClock, Span, span};
use uuid::Uuid;

use crate::chance::Chance;
use crate::hazard::{Counts, Hazard};
use crate::model::{Model, Rights, time};

/// What the counters follow: the product's rule, or one broken on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    Sound,
    /// After a lost answer, sends again without reading the marker, and takes 19 and 20 for success.
    NaiveRetry,
    /// The Modify leaves without its marker.
    MarkerDropped,
    /// After a crash, a sheet that nobody confirmed is sent.
    UnconfirmedSent,
    /// A counter's own clock is taken for the server's.
    PostClockTrusted,
    /// A late sending does not look at what became of the password meanwhile.
    ChangesIgnored,
    /// The product's own rule, without the allowance that the simulation makes for one of its open faults.
    Without(Allowance),
}

/// What the simulation lets pass, because the product does not hold it yet. A test shows each one to be needed: once the
/// product is mended that test fails, and the allowance goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    /// `decide` takes a reset by another console for the older handover whose marker is on the entry: such writings over
    /// are counted and shown.
    OtherConsole,
}

/// An act on a counter's disk: what a crash leaves.
#[derive(Debug, Clone)]
pub struct Record {
    pub operation: Uuid,
    pub person: usize,
    pub made: Made,
    /// The password as this counter knew it.
    pub known: PasswordSeen,
    pub progress: Progress,
    /// Erased by `DestroySecret` and by a crash.
    pub in_memory: Option<String>,
    /// Erased when the act is over.
    pub sealed: Option<String>,
    /// What this act was found contested with.
    pub contested: Option<PasswordSeen>,
    /// The clerk has said that this letter holds against that change.
    pub decided: bool,
}

impl Record {
    /// Only its marker tells what became of it.
    pub fn is_unsettled(&self) -> bool {
        matches!(
            self.progress.directory,
            DirectorySide::Sending | DirectorySide::Unknown
        )
    }

    pub fn password(&self) -> Option<String> {
        self.in_memory.clone().or_else(|| self.sealed.clone())
    }
}

#[derive(Debug, Clone)]
pub struct Post {
    /// Seconds that this clock is ahead of the server's.
    pub skew: i64,
    /// Which start of the machine.
    pub boot: u32,
    /// What it last heard of the server's clock.
    pub heard: Option<ServerClock>,
    pub link: bool,
    pub rights: Rights,
    pub disk: Vec<Record>,
    /// The password of each person as this counter's copy has it.
    pub copies: Vec<PasswordSeen>,
    /// On the counter.
    pub open: Option<Uuid>,
    /// Being sent or settled: the clerk waits.
    pub under_way: Option<Uuid>,
    /// Requests of the delivery under way.
    pub requests: u32,
}

/// Who gave a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Owner,
    Console,
    Handover(Uuid),
}

#[derive(Debug, Clone, Copy)]
pub struct Change {
    /// True time.
    pub at: i64,
    pub by: Who,
}

/// What really happened of one act.
#[derive(Debug, Clone)]
pub struct Act {
    pub post: usize,
    pub person: usize,
    /// True times.
    pub begun: i64,
    pub made: i64,
    /// How far the time in its marker is from the true one.
    pub error: i64,
    /// How much too early its counter held it to be over, when it decided.
    pub too_early: i64,
    /// Its sheet says « pas encore actif ».
    pub offline: bool,
    /// The clerk has said that the person has the sheet.
    pub confirmed: bool,
    /// What the printer was given last.
    pub spool: Option<String>,
    /// The sheet that exists, and the password on it.
    pub sheet: Option<String>,
    /// The password the directory took, and how many times.
    pub written: Option<String>,
    pub effects: u32,
    /// The server did not keep must-change: from outside, it looks as if its owner had chosen it.
    pub unforced: bool,
}

pub struct World {
    /// True time, which is the server's.
    pub now: i64,
    pub chance: Chance,
    pub rule: Rule,
    pub model: Model,
    pub posts: Vec<Post>,
    pub acts: BTreeMap<Uuid, Act>,
    /// Of each person, oldest first.
    pub changes: Vec<Vec<Change>>,
    /// Passwords each person knows.
    pub known: Vec<Vec<String>>,
    /// Requests that the server has and will carry out later.
    pub late: Vec<(usize, PasswordWrite)>,
    /// Nothing goes wrong any more.
    pub calm: bool,
    pub yielded: bool,
    pub counts: Counts,
    /// The server does not write every bind.
    pub lazy_binds: bool,
    pub trace: Option<Vec<String>>,
    pub broken: Option<String>,
}

fn exactly(reading: &Reading) -> Span {
    Span {
        earliest: Some(reading.wall),
        best: reading.wall,
        latest: reading.wall,
    }
}

pub fn person_of(dn: &str) -> usize {
    dn.trim_start_matches("uid=p")
        .split(',')
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or(usize::MAX)
}

impl World {
    pub fn tell(&mut self, words: impl FnOnce() -> String) {
        let now = self.now;
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{now} {}", words()));
        }
    }

    pub fn breaks(&mut self, words: impl FnOnce() -> String) {
        let words = words();
        self.tell(|| format!("BROKEN: {words}"));
        self.broken.get_or_insert(words);
    }

    /// Whether this hazard strikes here.
    pub fn goes_wrong(&mut self, percent: usize, hazard: Hazard) -> bool {
        let struck = !self.calm && self.chance.percent(percent);
        if struck {
            self.counts.hazard(hazard);
        }
        struck
    }

    pub fn reading(&self, post: usize) -> Reading {
        let here = &self.posts[post];
        Reading {
            wall: time(self.now + here.skew),
            boot: here.boot.to_string(),
            since_boot: self.now * 1_000,
        }
    }

    pub fn made_now(&self, post: usize) -> Made {
        let reading = self.reading(post);
        let span = if self.rule == Rule::PostClockTrusted {
            exactly(&reading)
        } else {
            span(self.posts[post].heard.as_ref(), &reading)
        };
        Made { reading, span }
    }

    pub fn when_made(&self, post: usize, made: &Made) -> Span {
        if self.rule == Rule::PostClockTrusted {
            exactly(&made.reading)
        } else {
            made.known_now(self.posts[post].heard.as_ref())
        }
    }

    /// The clerk's bind: the server writes its hour, or left an older one there.
    pub fn bind(&mut self, post: usize) {
        let late = if self.lazy_binds {
            self.chance.between(0, 3_600)
        } else {
            0
        };
        self.hear(post, &Heard::AtBind(time(self.now - late)));
    }

    pub fn hear(&mut self, post: usize, heard: &Heard) {
        let now = self.reading(post);
        let here = &mut self.posts[post];
        here.heard = Some(ServerClock::hear(here.heard.as_ref(), heard, &now));
    }

    /// Whether this is the last request of a delivery, which the server then never carries out late.
    pub fn is_last_request(&mut self, post: usize) -> bool {
        /// `deliver` sends that many times at most.
        const SENDS: u32 = 3;
        let requests = &mut self.posts[post].requests;
        *requests += 1;
        *requests >= SENDS
    }

    /// Whether this counter may lose its rights now: an act in doubt would stay so until they come back.
    pub fn rights_may_go(&self, post: usize) -> bool {
        !self.posts[post].disk.iter().any(Record::is_unsettled)
    }

    pub fn somebody(&mut self) -> usize {
        let people = self.known.len();
        self.chance.below(people)
    }

    pub fn record(&mut self, post: usize, operation: Uuid) -> Option<&mut Record> {
        self.posts
            .get_mut(post)?
            .disk
            .iter_mut()
            .find(|record| record.operation == operation)
    }

    pub fn progress(&mut self, post: usize, operation: Uuid) -> Option<Progress> {
        self.record(post, operation).map(|record| record.progress)
    }

    /// One arrow, written to disk as a whole. An arrow that the machine forbids is a fault of the counter.
    pub fn arrow(&mut self, post: usize, operation: Uuid, event: Event) {
        self.tell(|| format!("post {post}: {} {event:?}", short(operation)));
        let fresh = new_password(&mut self.chance);
        let Some(record) = self.record(post, operation) else {
            return self.breaks(|| format!("{operation}: no such act"));
        };
        match step(record.progress, event) {
            Ok((next, actions)) => {
                record.progress = next;
                if event == Event::Sealed {
                    record.sealed = record.in_memory.clone();
                }
                for action in actions {
                    record.in_memory = match action {
                        Action::DestroySecret => None,
                        Action::ReplaceSecret => Some(fresh.clone()),
                    };
                }
                if !next.sealed || next.is_over() {
                    record.sealed = None;
                }
                *self.counts.states.entry(next).or_default() += 1;
                *self.counts.events.entry(event).or_default() += 1;
                self.after(post, operation, event);
            }
            Err(forbidden) => self.breaks(|| format!("{}: {forbidden}", short(operation))),
        }
    }

    /// What an arrow means outside the counter.
    fn after(&mut self, post: usize, operation: Uuid, event: Event) {
        let password = self
            .record(post, operation)
            .and_then(|record| record.password());
        let Some(act) = self.acts.get_mut(&operation) else {
            return;
        };
        if matches!(event, Event::PrintBegan | Event::PrintBeganOffline) {
            act.spool = password;
        }
        if event == Event::PrintBeganOffline {
            act.offline = true;
        } else if event == Event::PrinterFailed && act.sheet.is_none() {
            act.offline = false;
        }
        if event == Event::HandedOver {
            act.confirmed = true;
            self.counts.handed_over += 1;
            match act.sheet.clone() {
                Some(sheet) => self.known[act.person].push(sheet),
                None => self.breaks(|| format!("{}: no sheet was given", short(operation))),
            }
        }
        let progress = self.progress(post, operation);
        if progress.is_some_and(Progress::waits)
            && self
                .record(post, operation)
                .is_some_and(|record| record.sealed.is_none())
        {
            self.breaks(|| format!("{}: waits without its password", short(operation)));
        }
    }

    /// A sheet comes out of the printer.
    pub fn paper(&mut self, post: usize, operation: Uuid) {
        let spooled = self.acts.get(&operation).and_then(|act| act.spool.clone());
        let Some(password) = spooled else {
            return self.breaks(|| format!("{}: printed without password", short(operation)));
        };
        self.tell(|| format!("post {post}: {} on paper: {password}", short(operation)));
        let Some(act) = self.acts.get_mut(&operation) else {
            return;
        };
        let other = |known: &Option<String>| known.as_ref().is_some_and(|known| *known != password);
        let differs = other(&act.sheet) || other(&act.written);
        act.sheet = Some(password);
        if differs {
            self.breaks(|| format!("{}: two passwords for one act", short(operation)));
        }
    }
}

/// The end of an identifier: what tells acts apart in a trace.
pub fn short(operation: Uuid) -> String {
    format!("act {}", operation.as_u128() & 0xffff)
}

/// Long enough for the policy, most of the time.
pub fn new_password(chance: &mut Chance) -> String {
    let drawn = chance.draw();
    if drawn.is_multiple_of(20) {
        format!("court{:06x}", drawn >> 40)
    } else {
        format!("assez-long-{:010x}", drawn >> 24)
    }
}
