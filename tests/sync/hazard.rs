//! What may go wrong in a seed, and how often one seed met each thing. Draws nothing by itself.

use std::collections::HashMap;

use guichet_core::domain::handover::{Event, Progress};

/// What goes wrong, or at least not as the clerk would like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Hazard {
    LinkCut,
    RequestLost,
    AnswerLost,
    CarriedOutLate,
    PolicyRefused,
    RightsRefused,
    RightsLost,
    Busy,
    ChangedSince,
    PersonDeleted,
    Gone,
    MustChangeNotKept,
    PrinterFailed,
    Crash,
    CrashWhilePrinting,
    SheetHiddenByCrash,
    PatienceOver,
    SessionEnded,
    ClockStep,
    ClockBeyondUncertainty,
    MachineRestarted,
    NeverHeard,
    OwnChoice,
    OwnChoiceWhileWaiting,
    OtherConsole,
    DeletedWhileWaiting,
}

pub const HAZARDS: [Hazard; 26] = [
    Hazard::LinkCut,
    Hazard::RequestLost,
    Hazard::AnswerLost,
    Hazard::CarriedOutLate,
    Hazard::PolicyRefused,
    Hazard::RightsRefused,
    Hazard::RightsLost,
    Hazard::Busy,
    Hazard::ChangedSince,
    Hazard::PersonDeleted,
    Hazard::Gone,
    Hazard::MustChangeNotKept,
    Hazard::PrinterFailed,
    Hazard::Crash,
    Hazard::CrashWhilePrinting,
    Hazard::SheetHiddenByCrash,
    Hazard::PatienceOver,
    Hazard::SessionEnded,
    Hazard::ClockStep,
    Hazard::ClockBeyondUncertainty,
    Hazard::MachineRestarted,
    Hazard::NeverHeard,
    Hazard::OwnChoice,
    Hazard::OwnChoiceWhileWaiting,
    Hazard::OtherConsole,
    Hazard::DeletedWhileWaiting,
];

/// How often each thing was reached in one seed.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    pub states: HashMap<Progress, u64>,
    pub events: HashMap<Event, u64>,
    pub hazards: HashMap<Hazard, u64>,
    pub acts: u64,
    pub handed_over: u64,
    pub written: u64,
    /// Writings over a change that a clerk had compared the letter with.
    pub decided: u64,
    /// Resets by another console that a late sending wrote over.
    pub over_console: u64,
}

impl Counts {
    pub fn hazard(&mut self, hazard: Hazard) {
        *self.hazards.entry(hazard).or_default() += 1;
    }
}
