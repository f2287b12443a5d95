//! Hardening, checked from outside the hardened process where it can be: each in a child of its own,
//! since none of it can be undone.

use std::ffi::OsString;

use guichet_core::post::hardening::{clean_environment_needed, harden, reexec_clean};

use crate::child;

#[test]
fn a_hardened_process_leaves_no_core_and_is_not_dumpable() {
    if child::step().is_some() {
        let core = || {
            std::fs::read_to_string("/proc/self/limits")
                .unwrap()
                .lines()
                .find(|line| line.starts_with("Max core file size"))
                .unwrap()
                .to_owned()
        };
        harden().unwrap();
        let limit = core();
        assert_eq!(
            limit.split_whitespace().skip(4).take(2).collect::<Vec<_>>(),
            ["0", "0"],
            "{limit}"
        );
        assert_eq!(
            rustix::process::dumpable_behavior().unwrap(),
            rustix::process::DumpableBehavior::NotDumpable
        );
        return;
    }
    child::run(child::command(
        "hardening::a_hardened_process_leaves_no_core_and_is_not_dumpable",
        "harden",
    ));
}

#[test]
fn the_new_start_is_clean_and_keeps_the_rest() {
    if child::step().is_some() {
        let dropped = clean_environment_needed(std::env::vars_os().map(|(name, _)| name));
        if !dropped.is_empty() {
            let mut names: Vec<OsString> = dropped.clone();
            names.sort();
            assert_eq!(
                names,
                [
                    "GTK_MODULES",
                    "JSC_dumpOptions",
                    "TAURI_WEBVIEW_AUTOMATION",
                    "WEBKIT_INSPECTOR_SERVER"
                ]
            );
            panic!("not started anew: {}", reexec_clean(&dropped));
        }
        assert_eq!(std::env::var("CUPS_SERVER").unwrap(), "localhost:9");
        return;
    }
    let mut command = child::command(
        "hardening::the_new_start_is_clean_and_keeps_the_rest",
        "start",
    );
    for name in std::env::vars_os().map(|(name, _)| name) {
        // cargo runs tests with LD_LIBRARY_PATH; the list above is to be exact.
        if name.to_string_lossy().starts_with("LD_") {
            command.env_remove(name);
        }
    }
    command
        .env("TAURI_WEBVIEW_AUTOMATION", "true")
        .env("WEBKIT_INSPECTOR_SERVER", "127.0.0.1:1")
        .env("GTK_MODULES", "x");
    command
        .env("JSC_dumpOptions", "1")
        .env("CUPS_SERVER", "localhost:9");
    child::run(command);
}
