//! A test that needs a process of its own (another environment, settings that cannot be undone) runs
//! itself again: the parent prepares and starts, the child, told by a variable, does and checks.
//! The child never runs any other test than the one that started it.

#![allow(
    clippy::expect_used,
    dead_code,
    reason = "a fixture stops at the first surprise, and each suite uses the part it needs"
)]

use std::process::{Command, Output};

const STEP: &str = "GUICHET_TEST_STEP";

/// What the parent asked of this process; `None` in the parent.
pub fn step() -> Option<String> {
    std::env::var(STEP).ok()
}

/// This test binary, ready to run `test` (its full path, as `cargo test` prints it) as a child.
pub fn command(test: &str, step: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this test's program"));
    command
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(STEP, step);
    command
}

/// Runs the child and fails with its words if it failed, or if it ran no test at all (a wrong name).
pub fn run(mut command: Command) -> String {
    let output = command.output().expect("the child");
    checked(&output)
}

pub fn checked(output: &Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the child failed:\n{out}\n{err}");
    assert!(
        out.contains("1 passed"),
        "the child ran nothing:\n{out}\n{err}"
    );
    out
}
