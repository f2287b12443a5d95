//! Each defect put in on purpose must be seen by the suite that claims to guard against it; without one the same suite
//! passes. Run under `.ci/session`, with the feature `faults`. One line of `GUARDED` a defect.
//! Never two defects at once: a switch holds for the whole process.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a suite stops at the first surprise, and says what it saw"
)]

#[allow(dead_code, reason = "shared with the operations' own suite")]
#[path = "../operations/desk.rs"]
mod desk;
#[allow(
    dead_code,
    unused_imports,
    reason = "shared with the operations' own suite"
)]
#[path = "../support/hostile/mod.rs"]
mod hostile_suite;
#[allow(dead_code, reason = "shared with the operations' own suite")]
#[path = "../support/sheet.rs"]
mod sheet;

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};

use desk::Post;
use guichet_core::faults::{Fault, break_on_purpose};

/// A suite: what it asked, or what it found wrong. One that asserts instead goes through [`asserting`].
type Suite = fn() -> Result<String, String>;

/// The defect, the suite that guards against it, and words that what it finds must contain: a suite that fails for
/// another reason has seen nothing.
const GUARDED: &[(Fault, Suite, &str)] = &[
    (
        Fault::UnescapedFilter,
        || {
            run(async {
                hostile_suite::filters_sent(&Post::watched())
                    .await
                    .verdict()
            })
        },
        "the directory was asked",
    ),
    (
        Fault::UnescapedDn,
        || run(async { hostile_suite::clerk_dns(&Post::watched()).await.verdict() }),
        "a bind was tried as",
    ),
];

fn run(suite: impl Future<Output = Result<String, String>>) -> Result<String, String> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(suite)
}

/// For a suite that panics where it finds something.
fn asserting(suite: impl FnOnce()) -> Result<String, String> {
    catch_unwind(AssertUnwindSafe(suite))
        .map(|()| String::new())
        .map_err(|panic| match panic.downcast::<String>() {
            Ok(words) => *words,
            Err(panic) => (*panic.downcast::<&str>().unwrap_or_default()).to_owned(),
        })
}

#[test]
fn each_defect_is_seen_and_its_absence_too() {
    for (fault, suite, words) in GUARDED {
        let sound = suite();
        assert!(
            sound.is_ok(),
            "{fault:?}: the suite fails on a sound build: {sound:?}"
        );
        let broken = break_on_purpose(*fault);
        let found = suite();
        drop(broken);
        let found = found.expect_err("the suite passed on a broken build");
        let seen: Vec<&str> = found.lines().filter(|line| line.contains(words)).collect();
        assert!(
            !seen.is_empty(),
            "{fault:?}: nothing says « {words} »: {found}"
        );
        println!(
            "{fault:?}: {} lines, {} of them « {words} »",
            found.lines().count(),
            seen.len()
        );
    }
}

#[test]
fn a_suite_that_asserts_can_be_demanded_to_fail() {
    assert_eq!(asserting(|| ()), Ok(String::new()));
    assert_eq!(asserting(|| panic!("vu {}", 1)), Err("vu 1".to_owned()));
    assert_eq!(asserting(|| panic!("vu")), Err("vu".to_owned()));
}
