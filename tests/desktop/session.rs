//! The session through the IPC: events, the end of a session, and the answers searched for what was typed.

use guichet_core::post::presence::Presence;
use serde_json::{Value, json};

use super::desk::{CLERK, Desk, handed, next, password};

#[test]
fn locking_tells_the_window_and_hands_no_secret_over() {
    let desk = Desk::open();
    let sessions = desk.hear("session-changed");
    let links = desk.hear("link-changed");
    let mut answers: Vec<Value> = Vec::new();
    let mut note = |answer: Result<Value, Value>| {
        let answer = answer.unwrap_or_else(|error| error);
        answers.push(answer.clone());
        answer
    };
    let canary = "Canari-Jamais-Rendu-77";
    let refused = note(desk.ask("sign_in", json!({ "login": CLERK, "password": canary })));
    assert_eq!(refused["code"], "invalidCredentials");
    let entered = note(desk.ask("sign_in", json!({ "login": CLERK, "password": password() })));
    assert_eq!(entered["state"], "signedIn");
    assert!(next(&links).is_object(), "the index was filled");
    for (command, arguments) in [
        ("start", json!({})),
        ("link", json!({})),
        ("handovers", json!({})),
        ("find", json!({ "text": "lefevre in" })),
        ("keep_awake", json!({})),
    ] {
        note(desk.ask(command, arguments));
    }
    let found = note(desk.ask("find", json!({ "text": "lefevre in" })));
    let person = found["rows"][0]["id"]
        .as_str()
        .expect("a person")
        .to_owned();
    note(desk.ask("show", json!({ "person": person })));
    let begun = note(desk.ask("begin_handover", json!({ "person": person })));
    let handover = begun["id"].as_str().expect("a handover").to_owned();
    let checked = note(desk.ask(
        "check_birth_date",
        json!({ "handover": handover, "document": "identity-card", "typed": "16031994", "nameStart": "lef" }),
    ));
    assert_eq!(checked["identity"]["awaitsPhoto"], true, "{checked}");
    note(desk.ask(
        "confirm_photo",
        json!({ "handover": handover, "alike": true }),
    ));

    let locked = note(desk.ask("lock", json!({})));
    assert_eq!(locked["state"], "locked");
    assert_eq!(locked["closing"], true);
    assert_eq!(next(&sessions)["state"], "locked");
    for (command, arguments) in [
        ("unlock", json!({ "password": password() })),
        ("sign_in", json!({ "login": CLERK, "password": password() })),
        ("sign_out", json!({})),
    ] {
        let refused = note(desk.ask(command, arguments));
        assert_eq!(
            refused["code"], "closing",
            "{command}: the process never opens again"
        );
    }
    let refused = note(desk.ask("handovers", json!({})));
    assert_eq!(refused["code"], "locked");

    let text = handed(&desk);
    let left: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(left["left"]["state"], "locked");
    assert_eq!(left["left"]["clerk"]["login"], CLERK);
    assert_eq!(
        left["left"]["left"][0]["strong"],
        "Une remise non envoyée est abandonnée."
    );
    answers.push(left);
    assert!(answers.len() > 12, "answers were searched");
    for answer in &answers {
        let answer = answer.to_string();
        for secret in [canary, password()] {
            assert!(!answer.contains(secret), "{answer}");
        }
    }
    let names = ["Nuñez", "NUNEZ", "Inès"];
    assert!(
        !names.iter().any(|name| text.contains(name)),
        "no visitor is handed over: {text}"
    );
}

#[test]
fn the_window_is_there_while_a_verb_acts_and_opens_after_it() {
    let desk = Desk::prepared();
    let presence = Presence::on(&desk.post_folder()).expect("the post's folder");
    let verb = presence.act().expect("a lock").expect("nobody acts");
    desk.open_now();
    desk.until("the sentence about the verb", |desk| {
        let start = desk.ask("start", json!({})).ok()?;
        start["opening"]
            .as_str()?
            .starts_with("Une commande de Guichet agit")
            .then_some(())
    });
    let start = desk.ask("start", json!({})).expect("an answer");
    assert_eq!(start["establishment"], "Université de Rivemer");
    drop(verb);
    desk.wait_until_open();
    assert!(
        presence.act().expect("a lock").is_err(),
        "the turn is the window's"
    );
    assert!(
        presence.window().expect("a lock").is_none(),
        "the place too"
    );
}
