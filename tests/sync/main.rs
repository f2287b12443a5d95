//! A seeded simulation of several counters, one directory, clocks, disks and printers over the real state machine, the
//! real sending and the real late-sending decision. The invariants I1, I2, I4 and I5 of the acts are looked at after
//! each event and once everything has healed. `SEED=n` replays one seed with its trace, `GUICHET_SEEDS=n` plays more.
//! Never asserts on real time, never reads a clock.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a suite stops at the first surprise, and says what it saw"
)]

mod alike;
mod chance;
mod clerk;
mod counted;
mod counter;
mod hazard;
mod ledger;
mod model;
mod outside;
mod run;
mod session;
mod world;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use counted::Total;
use run::{Outcome, play};
use world::{Allowance, Rule};

const SEEDS: u64 = 10_000;

/// A broken rule is seen within this many seeds, most of them within a hundred.
const SOON: u64 = 100_000;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime")
}

/// Plays seeds 1 to `count`, on as many threads as there are processors; none begins after one that broke an invariant
/// in words that contain `wanted`.
fn play_all(count: u64, rule: Rule, wanted: &str) -> Total {
    let next = AtomicU64::new(1);
    let stopped = AtomicBool::new(false);
    let some = || {
        let mut total = Total::default();
        runtime().block_on(async {
            while !stopped.load(Ordering::Relaxed) {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed > count {
                    break;
                }
                let outcome = play(seed, rule, false).await;
                let broken = outcome.broken.is_some_and(|words| words.contains(wanted));
                stopped.fetch_or(broken, Ordering::Relaxed);
                total.add(seed, outcome.counts, broken);
            }
        });
        total
    };
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(some)).collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("a worker"))
            .fold(Total::default(), Total::join)
    })
}

fn replay(seed: u64, rule: Rule) -> Outcome {
    runtime().block_on(play(seed, rule, true))
}

/// What happened, and what broke.
fn told(seed: u64, outcome: &Outcome) -> String {
    let broken = outcome.broken.as_deref().unwrap_or("nothing broken");
    format!("{}\nseed {seed}: {broken}", outcome.trace.join("\n"))
}

#[test]
fn no_seed_breaks_an_invariant() {
    if let Some(seed) = number("SEED") {
        let outcome = replay(seed, Rule::Sound);
        println!("{}", told(seed, &outcome));
        assert_eq!(outcome.broken, None, "seed {seed}");
        return;
    }
    let total = play_all(number("GUICHET_SEEDS").unwrap_or(SEEDS), Rule::Sound, "");
    if let Some(seed) = total.failed {
        let outcome = replay(seed, Rule::Sound);
        panic!("{}\nSEED={seed} replays it", told(seed, &outcome));
    }
    println!("{}", total.report());
    let missed = total.never_reached();
    assert!(missed.is_empty(), "never tried: {}", missed.join(", "));
}

#[test]
fn the_same_seed_tells_the_same_story() {
    for seed in 1..=200 {
        let (one, two) = (replay(seed, Rule::Sound), replay(seed, Rule::Sound));
        assert_eq!(one.trace, two.trace, "seed {seed}");
    }
}

/// The simulation sees a counter whose rule is broken, by the invariant that this rule guards.
fn is_seen(rule: Rule, broken: &str) {
    let total = play_all(SOON, rule, broken);
    let Some(seed) = total.failed else {
        panic!("{rule:?}: in {SOON} seeds nothing broke « {broken} »");
    };
    let words = replay(seed, rule).broken.unwrap_or_default();
    println!("{rule:?}, seed {seed}: {words}");
}

#[test]
fn a_naive_retry_is_seen() {
    is_seen(Rule::NaiveRetry, "said to be written");
}

#[test]
fn a_dropped_marker_is_seen() {
    is_seen(Rule::MarkerDropped, "said to be void");
}

#[test]
fn an_unconfirmed_sheet_sent_after_a_crash_is_seen() {
    is_seen(Rule::UnconfirmedSent, "I4");
}

#[test]
fn a_late_sending_that_ignores_the_owner_is_seen() {
    is_seen(Rule::ChangesIgnored, "I5");
}

#[test]
fn a_counter_that_trusts_its_own_clock_is_seen() {
    is_seen(Rule::PostClockTrusted, "I5");
}

#[test]
fn open_fault_a_reset_by_another_console_is_taken_for_an_older_handover() {
    is_seen(Rule::Without(Allowance::OtherConsole), "I5");
}
