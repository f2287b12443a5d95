//! The few WebDriver calls that the window's suite needs, over plain HTTP to a driver on the loopback interface.
//! It presses keys as a hand does; it never reaches into the program by another way than the page.

#![allow(
    clippy::expect_used,
    dead_code,
    reason = "a fixture stops at the first surprise, and each suite uses the part it needs"
)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

pub const ENTER: char = '\u{e007}';
pub const TAB: char = '\u{e004}';
pub const ESCAPE: char = '\u{e00c}';
const CONTROL: char = '\u{e009}';

const PATIENCE: Duration = Duration::from_secs(20);

/// Milliseconds between two keys of a hand.
const HAND: u32 = 90;
const ONE_PRESS: Duration = Duration::from_millis(700);

pub struct Session {
    port: u16,
    path: String,
}

impl Session {
    pub fn open(port: u16, program: &str) -> Session {
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "wry",
            "webkitgtk:browserOptions": { "binary": program, "args": [] }
        } } });
        let opened = exchange(port, "POST", "/session", Some(&capabilities)).expect("a window");
        Session::of(port, &opened)
    }

    /// Drives the program that the driver was started for, once its WebView listens.
    pub fn attach(port: u16) -> Session {
        let capabilities = json!({ "capabilities": { "alwaysMatch": { "browserName": "wry" } } });
        let end = Instant::now() + PATIENCE;
        loop {
            match exchange(port, "POST", "/session", Some(&capabilities)) {
                Ok(opened) => return Session::of(port, &opened),
                Err(error) => assert!(Instant::now() < end, "no window to drive: {error}"),
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn of(port: u16, opened: &Value) -> Session {
        let id = opened["sessionId"].as_str().expect("a session's number");
        Session {
            port,
            path: format!("/session/{id}"),
        }
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value, String> {
        exchange(
            self.port,
            "POST",
            &format!("{}{path}", self.path),
            Some(body),
        )
    }

    /// Runs a function's body in the page.
    pub fn run(&self, script: &str) -> Result<Value, String> {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// As `run`, for a script that answers by calling its last argument.
    pub fn run_slowly(&self, script: &str) -> Result<Value, String> {
        self.post("/execute/async", &json!({ "script": script, "args": [] }))
    }

    /// Types with the keyboard, wherever the focus is, at the pace of a quick hand: faster, the window takes the keys
    /// for a document reader's and keeps Entrée and Tab from the fields.
    pub fn keys(&self, text: impl AsRef<str>) {
        let pause = json!({ "type": "pause", "duration": HAND });
        let presses = text
            .as_ref()
            .chars()
            .flat_map(|key| press(key).into_iter().chain([pause.clone()]))
            .collect();
        self.act(presses);
    }

    /// Puts a text in a field as a paste does: the browser's own insertion, with its limits and its events.
    pub fn paste(&self, id: &str, text: &str) {
        let script = format!(
            "const field = document.getElementById({id:?});
             field.focus();
             field.select();
             document.execCommand('insertText', false, {});",
            Value::String(text.to_owned())
        );
        self.run(&script).expect("a paste");
    }

    /// The pointer's way to a button.
    pub fn click(&self, testid: &str) {
        self.wait_for(testid);
        let script = format!("document.querySelector('[data-testid=\"{testid}\"]').click()");
        self.run(&script).expect("a click");
    }

    /// Ctrl and one key.
    pub fn control(&self, key: char) {
        self.try_control(key).expect("keys");
    }

    /// As `control`, for a key that ends what the driver drives before it is let go.
    pub fn try_control(&self, key: char) -> Result<(), String> {
        let mut presses = vec![json!({ "type": "keyDown", "value": CONTROL })];
        presses.extend(press(key));
        presses.push(json!({ "type": "keyUp", "value": CONTROL }));
        self.try_act(&presses)
    }

    /// Ctrl+Entrée, as far from the one before as a hand puts it: the window takes two close presses for one.
    pub fn advance(&self) {
        std::thread::sleep(ONE_PRESS);
        self.control(ENTER);
    }

    fn act(&self, presses: Vec<Value>) {
        self.try_act(&presses).expect("keys");
    }

    fn try_act(&self, presses: &[Value]) -> Result<(), String> {
        let actions =
            json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": presses }] });
        self.post("/actions", &actions).map(|_| ())
    }

    /// Text of the first element with this `data-testid`.
    pub fn text(&self, testid: &str) -> Option<String> {
        let script = format!(
            "return document.querySelector('[data-testid=\"{testid}\"]')?.textContent ?? null"
        );
        self.run(&script).ok()?.as_str().map(str::to_owned)
    }

    pub fn wait_for(&self, testid: &str) -> String {
        self.until(testid, |session| session.text(testid))
    }

    /// Waits until this element has these words.
    pub fn wait_for_words(&self, testid: &str, words: &str) -> String {
        self.until(&format!("« {words} » in {testid}"), |session| {
            session
                .text(testid)
                .filter(|text| plain(text).contains(words))
        })
    }

    pub fn until<T>(&self, what: &str, probe: impl Fn(&Session) -> Option<T>) -> T {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = probe(self) {
                return found;
            }
            assert!(
                Instant::now() < end,
                "no {what}; the page says:\n{}",
                self.words()
            );
            std::thread::sleep(Duration::from_millis(40));
        }
    }

    /// The whole page as words.
    pub fn words(&self) -> String {
        let words = self.run("return document.body.innerText");
        words
            .ok()
            .and_then(|words| words.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    pub fn close(&self) {
        let _ = exchange(self.port, "DELETE", &self.path, None);
    }
}

/// Narrow and wide spaces that do not break become plain ones.
pub fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

fn press(key: char) -> [Value; 2] {
    [
        json!({ "type": "keyDown", "value": key }),
        json!({ "type": "keyUp", "value": key }),
    ]
}

fn exchange(port: u16, verb: &str, path: &str, body: Option<&Value>) -> Result<Value, String> {
    let said = |error: std::io::Error| error.to_string();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).map_err(said)?;
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .map_err(said)?;
    let body = body.map(Value::to_string).unwrap_or_default();
    write!(
        stream,
        "{verb} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .map_err(said)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(said)?;
    let answer = String::from_utf8_lossy(&answer);
    let (_, body) = answer.split_once("\r\n\r\n").ok_or("half an answer")?;
    let answer: Value = serde_json::from_str(body).map_err(|error| format!("{error}: {body}"))?;
    match answer["value"]["error"].as_str() {
        Some(error) => Err(format!("{error}: {}", answer["value"]["message"])),
        None => Ok(answer["value"].clone()),
    }
}
