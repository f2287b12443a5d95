//! Each command of the window: allowed or refused by the capability, before and after a sign-in, with good and bad
//! arguments.

use serde_json::{Value, json};
use tauri::{WebviewUrl, WebviewWindowBuilder};

use super::desk::{Desk, ask};

const NOBODY: &str = "01890000-0000-7000-8000-000000000000";

/// Every command that needs a clerk, with arguments of the right shape.
fn of_a_clerk() -> Vec<(&'static str, Value)> {
    let reading = json!({ "characters": "X", "keys": [] });
    vec![
        ("find", json!({ "text": "lefevre" })),
        ("find_in_directory", json!({ "text": "lefevre" })),
        ("show", json!({ "person": NOBODY })),
        ("read_document", json!({ "reading": reading })),
        ("begin_handover", json!({ "person": NOBODY })),
        (
            "check_document",
            json!({ "handover": NOBODY, "reading": reading }),
        ),
        (
            "check_birth_date",
            json!({ "handover": NOBODY, "document": "passport", "typed": "01012000", "nameStart": "abc" }),
        ),
        (
            "confirm_photo",
            json!({ "handover": NOBODY, "alike": true }),
        ),
        ("redraw_password", json!({ "handover": NOBODY })),
        (
            "set_language",
            json!({ "handover": NOBODY, "language": "french" }),
        ),
        ("set_printer", json!({ "handover": NOBODY, "printer": "P" })),
        ("hand_over", json!({ "handover": NOBODY })),
        ("print_again", json!({ "handover": NOBODY })),
        ("save_letter", json!({ "handover": NOBODY })),
        ("finish_handover", json!({ "handover": NOBODY })),
        ("abandon_handover", json!({ "handover": NOBODY })),
        ("resume_handover", json!({ "handover": NOBODY })),
        ("handovers", json!({})),
        ("outbox", json!({})),
        ("void_waiting", json!({ "handover": NOBODY })),
        ("decide_to_send", json!({ "handover": NOBODY })),
        ("give_previous_password", json!({ "previous": "x" })),
        ("replace_sealing_key", json!({})),
    ]
}

/// Those that work without one.
const OF_ANYONE: [&str; 8] = [
    "start",
    "open_again",
    "sign_in",
    "unlock",
    "lock",
    "sign_out",
    "link",
    "keep_awake",
];

/// `{code, message}` with a sentence, and nothing else.
fn code(command: &str, answer: Result<Value, Value>) -> String {
    let error = answer.expect_err(command);
    let fields: Vec<&str> = error
        .as_object()
        .unwrap_or_else(|| panic!("{command}: {error}"))
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(fields, ["code", "message"], "{command}");
    let message = error["message"].as_str().expect("a sentence");
    assert!(message.ends_with(['.', '…']), "{command}: {message}");
    error["code"].as_str().expect("a code").to_owned()
}

#[test]
fn the_permission_file_lists_the_commands_and_no_other() {
    let file = include_str!("../../src-tauri/permissions/counter.toml");
    let file: toml::Value = toml::from_str(file).expect("TOML");
    let listed: Vec<&str> = file["permission"][0]["commands"]["allow"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(toml::Value::as_str)
        .collect();
    let mut known: Vec<&str> = OF_ANYONE.to_vec();
    known.extend(of_a_clerk().iter().map(|(command, _)| *command));
    let sorted = |mut list: Vec<&str>| {
        list.sort_unstable();
        list.join(" ")
    };
    assert_eq!(sorted(listed), sorted(known), "each command is tried below");
}

#[test]
fn every_command_through_the_ipc() {
    let desk = Desk::open();
    for command in [
        "plugin:window|close",
        "plugin:webview|print",
        "plugin:path|resolve",
        "read_file",
    ] {
        let refused = desk.ask(command, json!({})).expect_err(command);
        let why = refused.as_str().expect("Tauri's own words");
        assert!(
            why.contains("not allowed") || why.contains("not found"),
            "{command}: {why}"
        );
    }
    let other = WebviewWindowBuilder::new(&desk.window, "other", WebviewUrl::default())
        .build()
        .expect("another window");
    let refused = ask(&other, "start", json!({})).expect_err("no capability for it");
    assert!(refused.to_string().contains("not allowed"), "{refused}");

    for (command, arguments) in of_a_clerk() {
        assert_eq!(code(command, desk.ask(command, arguments)), "signedOut");
    }
    assert_eq!(
        code("unlock", desk.ask("unlock", json!({ "password": "x" }))),
        "signedOut"
    );
    for (command, bad) in [
        ("sign_in", json!({ "login": 1, "password": [] })),
        ("sign_in", json!({})),
        ("unlock", json!({ "password": null })),
        ("find", json!({ "text": { "a": 1 } })),
        ("read_document", json!({ "reading": { "characters": 5 } })),
        (
            "confirm_photo",
            json!({ "handover": NOBODY, "alike": "yes" }),
        ),
        (
            "set_language",
            json!({ "handover": NOBODY, "language": "klingon" }),
        ),
    ] {
        let refused = desk.ask(command, bad).expect_err(command);
        let why = refused.as_str().expect("Tauri's own words");
        assert!(why.contains("invalid args"), "{command}: {why}");
    }
    let start = desk.ask("start", json!({})).expect("after all that");
    assert_eq!(start["session"]["state"], "signedOut");
    assert_eq!(start["rehearsal"], true);
    let sheet = start["rehearsalPasswords"]
        .as_str()
        .expect("where they are");
    let sheet = std::fs::read_to_string(sheet).expect("the training sheet is there");
    assert!(sheet.contains("croux"), "and names the clerks");
}

#[test]
fn ids_that_are_not_ids_are_refused_to_a_clerk() {
    let desk = Desk::signed_in();
    for (command, arguments) in of_a_clerk() {
        if arguments.get("handover").is_none() && arguments.get("person").is_none() {
            continue;
        }
        let mut hostile = arguments.clone();
        for key in ["handover", "person"] {
            if hostile.get(key).is_some() {
                hostile[key] = json!("*)(uid=*\u{0}");
            }
        }
        let of_the_outbox = ["void_waiting", "decide_to_send"].contains(&command);
        let expected = if arguments.get("person").is_some() || of_the_outbox {
            "notFound"
        } else {
            "notOpen"
        };
        assert_eq!(
            code(command, desk.ask(command, hostile)),
            expected,
            "{command}"
        );
        assert_eq!(
            code(command, desk.ask(command, arguments)),
            expected,
            "{command}, an id of nobody"
        );
    }
}

#[test]
fn a_post_in_trouble_says_why_to_every_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::with_settings(None, folder, "establishment = 3\n");
    let opening = desk.ask("start", json!({})).expect("before it is opened");
    assert_eq!(opening["opening"], "Ouverture du coffre de ce poste…");
    assert_eq!(
        code("handovers", desk.ask("handovers", json!({}))),
        "opening"
    );
    desk.open_now();
    let start = desk.until("a trouble", |desk| {
        let start = desk.ask("start", json!({})).ok()?;
        start["trouble"].is_object().then_some(start)
    });
    assert!(
        start["trouble"]["text"]
            .as_str()
            .is_some_and(|text| text.contains("ligne 1")),
        "{start}"
    );
    let mut all = of_a_clerk();
    all.push(("lock", json!({})));
    all.push(("link", json!({})));
    all.push(("keep_awake", json!({})));
    all.push(("sign_in", json!({ "login": "a", "password": "b" })));
    for (command, arguments) in all {
        assert_eq!(code(command, desk.ask(command, arguments)), "trouble");
    }
    desk.ask("open_again", json!({})).expect("tried again");
}
