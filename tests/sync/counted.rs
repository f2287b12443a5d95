//! What all seeds together reached, and what they must have: every event, every hazard, and every state of the machine
//! that a counter can be in. A thing never reached was never tried, and fails.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use guichet_core::domain::handover::{DirectorySide, Ending, Event, PaperSide, Progress, step};

use crate::hazard::{Counts, HAZARDS, Hazard};

/// The simulated directory is one server: what only a lost one had is not simulated.
pub const EVENTS: [Event; 20] = [
    Event::Sealed,
    Event::SendingBegan,
    Event::NothingLeft,
    Event::AnswerLost,
    Event::MarkerSeen,
    Event::MarkerAbsent,
    Event::AcknowledgedAndReadBack,
    Event::ProofFailed,
    Event::PasswordRefused,
    Event::ServerRefused,
    Event::RightsRefused,
    Event::PrintBegan,
    Event::PrintBeganOffline,
    Event::SheetOut,
    Event::PrinterFailed,
    Event::HandedOver,
    Event::FoundSuperseded,
    Event::FoundContested,
    Event::DecidedToSend,
    Event::Voided,
];

/// How many seeds reached it, and how many times in all.
type Reached<T> = HashMap<T, (u64, u64)>;

#[derive(Default)]
pub struct Total {
    pub seeds: u64,
    states: Reached<Progress>,
    events: Reached<Event>,
    hazards: Reached<Hazard>,
    acts: u64,
    handed_over: u64,
    written: u64,
    over_console: u64,
    decided: u64,
    /// The lowest seed that broke an invariant.
    pub failed: Option<u64>,
}

impl Total {
    pub fn add(&mut self, seed: u64, counts: Counts, broken: bool) {
        self.seeds += 1;
        self.acts += counts.acts;
        self.handed_over += counts.handed_over;
        self.written += counts.written;
        self.over_console += counts.over_console;
        self.decided += counts.decided;
        reach(&mut self.states, counts.states);
        reach(&mut self.events, counts.events);
        reach(&mut self.hazards, counts.hazards);
        if broken {
            self.failed = Some(self.failed.map_or(seed, |lowest| lowest.min(seed)));
        }
    }

    #[must_use]
    pub fn join(mut self, other: Total) -> Total {
        self.seeds += other.seeds;
        self.acts += other.acts;
        self.handed_over += other.handed_over;
        self.written += other.written;
        self.over_console += other.over_console;
        self.decided += other.decided;
        join(&mut self.states, other.states);
        join(&mut self.events, other.events);
        join(&mut self.hazards, other.hazards);
        self.failed = match (self.failed, other.failed) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        self
    }

    /// One line a thing, then the sum.
    pub fn report(&self) -> String {
        let mut states: Vec<(String, (u64, u64))> = self
            .states
            .iter()
            .map(|(state, count)| (name(*state), *count))
            .collect();
        states.sort();
        let events = EVENTS
            .iter()
            .map(|event| (format!("{event:?}"), of(&self.events, event)));
        let hazards = HAZARDS
            .iter()
            .map(|hazard| (format!("{hazard:?}"), of(&self.hazards, hazard)));
        let mut lines = vec![format!("{:>9} {:>9}", "seeds", "times")];
        for (name, (seeds, times)) in states.into_iter().chain(events).chain(hazards) {
            lines.push(format!("{seeds:>9} {times:>9} {name}"));
        }
        lines.push(format!(
            "{} seeds: {} acts, {} handed over, {} written, {} states of the machine; 0 lost, 0 doubled; {} resets by \
             another console written over by a late sending (open fault, see docs/reliability.md); {} changes written over by a clerk's decision",
            self.seeds,
            self.acts,
            self.handed_over,
            self.written,
            self.states.len(),
            self.over_console,
            self.decided,
        ));
        lines.join("\n")
    }

    /// What no seed reached though it can be.
    pub fn never_reached(&self) -> Vec<String> {
        let events = EVENTS
            .iter()
            .filter(|event| !self.events.contains_key(event));
        let hazards = HAZARDS
            .iter()
            .filter(|hazard| !self.hazards.contains_key(hazard));
        let states = reachable()
            .into_iter()
            .filter(|state| !self.states.contains_key(state) && !is_out_of_reach(*state))
            .map(name);
        events
            .map(|event| format!("{event:?}"))
            .chain(hazards.map(|hazard| format!("{hazard:?}")))
            .chain(states)
            .collect()
    }
}

/// The machine would let a clerk give up an act that is at the printer; no screen does, and the end of a session leaves it
/// to the question whether the sheet came out.
fn is_out_of_reach(state: Progress) -> bool {
    let printing = matches!(state.paper, PaperSide::Printing | PaperSide::Reprinting);
    let left_to_the_question = state.directory == DirectorySide::Unknown
        || state.directory == DirectorySide::NotSent && state.sealed
        || state.directory == DirectorySide::Applied && state.paper == PaperSide::Reprinting;
    state.ending == Ending::Voided && printing && left_to_the_question
}

fn of<T: Eq + Hash>(reached: &Reached<T>, what: &T) -> (u64, u64) {
    reached.get(what).copied().unwrap_or_default()
}

fn name(state: Progress) -> String {
    let sealed = if state.sealed { " sealed" } else { "" };
    format!(
        "{:?} {:?} {:?}{sealed}",
        state.directory, state.paper, state.ending
    )
}

fn reach<T: Eq + Hash>(total: &mut Reached<T>, seed: HashMap<T, u64>) {
    for (what, times) in seed {
        let (seeds, all) = total.entry(what).or_default();
        *seeds += 1;
        *all += times;
    }
}

fn join<T: Eq + Hash>(total: &mut Reached<T>, other: Reached<T>) {
    for (what, (more, times)) in other {
        let (seeds, all) = total.entry(what).or_default();
        *seeds += more;
        *all += times;
    }
}

/// Every state of the machine, by exhaustion.
fn reachable() -> Vec<Progress> {
    let mut next = vec![Progress::PREPARED, Progress::SEALED];
    let mut seen: HashSet<Progress> = next.iter().copied().collect();
    while let Some(state) = next.pop() {
        for event in EVENTS {
            if let Ok((after, _)) = step(state, event)
                && seen.insert(after)
            {
                next.push(after);
            }
        }
    }
    seen.into_iter().collect()
}
