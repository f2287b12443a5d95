//! Two real programs on one post: the second is told who is there, and a killed one leaves nothing behind.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use guichet_core::post::presence::{Holder, Presence};

use crate::child;

const TEST: &str = "presence::a_killed_program_gives_its_place_back";

/// A child that takes what `step` says, tells, and stays until killed.
fn taker(step: &str, folder: &Path) -> Child {
    let mut child = child::command(TEST, step)
        .env("GUICHET_TEST_FOLDER", folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.take().unwrap());
    let taken = said
        .lines()
        .map_while(Result::ok)
        .any(|line| line.ends_with("taken"));
    assert!(taken, "the child took its place");
    child
}

#[test]
fn a_killed_program_gives_its_place_back() {
    if let Some(step) = child::step() {
        let folder = std::env::var_os("GUICHET_TEST_FOLDER").unwrap();
        let post = Presence::on(Path::new(&folder)).unwrap();
        let _window = (step == "window").then(|| post.window().unwrap().unwrap());
        let _turn = post.act().unwrap().unwrap();
        println!("taken");
        std::thread::sleep(std::time::Duration::from_secs(60));
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let post = Presence::on(folder.path()).unwrap();
    for (step, holder) in [("verb", Holder::Command), ("window", Holder::Window)] {
        let mut other = taker(step, folder.path());
        assert_eq!(post.act().unwrap().unwrap_err(), holder);
        assert_eq!(
            post.window().unwrap().is_some(),
            step == "verb",
            "a verb never keeps the window from opening"
        );
        other.kill().unwrap();
        other.wait().unwrap();
        assert!(post.act().unwrap().is_ok(), "{step}: given back");
        assert!(post.window().unwrap().is_some(), "{step}: given back");
    }
}
