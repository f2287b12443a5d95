//! The harnesses that break what stands around a handover, on real parts: one file a harness, each with its claim, its
//! counts printed, and the proof that it sees a build with the defect it guards against (docs/reliability.md).
//! Short counts by default, long ones with `GUICHET_LONG=1`; `SEED=n` replays a draw. Run under `.ci/session` with the
//! feature `faults`. Never asserts on time.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a suite stops at the first surprise, and says what it saw"
)]

mod act;
mod calls;
#[path = "../sync/chance.rs"]
mod chance;
#[path = "../support/child.rs"]
mod child;
mod clock;
mod counters;
#[path = "../support/cut.rs"]
mod cut;
mod cuts;
#[allow(dead_code, reason = "shared with the operations' own suite")]
#[path = "../operations/desk.rs"]
mod desk;
mod disk;
mod entries;
mod failover;
mod ground;
mod judge;
mod kill;
mod ledger;
#[path = "../support/pair.rs"]
mod pair;
mod process;
mod rot;
mod server_log;
#[allow(dead_code, reason = "shared with the operations' own suite")]
#[path = "../support/sheet.rs"]
mod sheet;
mod slapd_killed;
mod whole;
#[path = "../support/wire.rs"]
mod wire;

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use guichet_core::faults::{Broken, Fault, break_on_purpose};

/// A defect holds for the whole process: no sound harness runs meanwhile.
static BUILD: RwLock<()> = RwLock::new(());

/// The build as it is, for as long as this is held.
pub struct Sound(#[allow(dead_code, reason = "held")] RwLockReadGuard<'static, ()>);

pub fn sound() -> Sound {
    Sound(BUILD.read().unwrap_or_else(PoisonError::into_inner))
}

/// The build with one defect, alone, for as long as this is held.
#[allow(dead_code, reason = "held; the defect is dropped first")]
pub struct Defect(Broken, RwLockWriteGuard<'static, ()>);

pub fn defect(fault: Fault) -> Defect {
    let alone = BUILD.write().unwrap_or_else(PoisonError::into_inner);
    Defect(break_on_purpose(fault), alone)
}

/// How often a harness plays: `short` in `make test`, `long` in `make torture`.
pub fn times(short: u64, long: u64) -> u64 {
    if std::env::var_os("GUICHET_LONG").is_some() {
        long
    } else {
        short
    }
}

/// The draw to begin with: `SEED`, or always the same one.
pub fn seed() -> u64 {
    std::env::var("SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(1)
}
