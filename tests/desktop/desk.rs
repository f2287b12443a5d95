//! The window's commands with a post behind them, or with settings in trouble; no WebView, the same IPC.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use guichet_app::desktop::{Host, builder, context, open};
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::{RehearsalOptions, TemporaryRehearsal, post_settings};
use serde_json::{Value, json};
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{App, Listener, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use tempfile::TempDir;

pub const CLERK: &str = "croux";
const PATIENCE: Duration = Duration::from_secs(20);

pub fn password() -> &'static str {
    clerk(CLERK).expect("a rehearsal clerk").password
}

/// What would have been handed to the next start, by the post's folder: nothing starts anew in a suite.
static HANDED: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn keep(text: &[u8]) -> std::io::Error {
    HANDED
        .lock()
        .expect("the texts")
        .push(String::from_utf8_lossy(text).into_owned());
    // The program would be gone.
    loop {
        std::thread::park();
    }
}

pub struct Desk {
    pub window: WebviewWindow<MockRuntime>,
    _directory: Option<TemporaryRehearsal>,
    folder: TempDir,
    app: App<MockRuntime>,
}

impl Desk {
    /// A post of the rehearsal university, not opened yet.
    pub fn prepared() -> Desk {
        let templates = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("repetition");
        let mut options = RehearsalOptions::new(templates, jiff::Timestamp::now());
        options.people = 600;
        options.durable = false;
        let directory = TemporaryRehearsal::start(&options).expect("the rehearsal directory");
        let folder = tempfile::tempdir().expect("a folder");
        let settings = post_settings(&directory.uri_ldaps, &directory.ca_pem, folder.path());
        let text = toml::to_string(&settings).expect("settings");
        Desk::with_settings(Some(directory), folder, &text)
    }

    pub fn open() -> Desk {
        let desk = Desk::prepared();
        desk.open_now();
        desk.wait_until_open();
        desk
    }

    pub fn wait_until_open(&self) {
        self.until("an open post", |desk| {
            let start = desk.ask("start", json!({})).ok()?;
            assert_eq!(
                start["trouble"],
                Value::Null,
                "is the suite run under .ci/session?"
            );
            start["opening"].is_null().then_some(())
        });
    }

    /// The folder of the post's store and locks.
    pub fn post_folder(&self) -> PathBuf {
        self.folder.path().join("poste")
    }

    /// A post whose settings are this text; it is not opened yet.
    pub fn with_settings(
        directory: Option<TemporaryRehearsal>,
        folder: TempDir,
        text: &str,
    ) -> Desk {
        let file = folder.path().join("reglages.toml");
        std::fs::write(&file, text).expect("the settings file");
        let host = Host::new(file, None, None, keep);
        let app = builder(mock_builder(), host)
            .build(context())
            .expect("the application");
        let window = WebviewWindowBuilder::new(&app, "main", WebviewUrl::default())
            .build()
            .expect("the double of a window");
        Desk {
            window,
            _directory: directory,
            folder,
            app,
        }
    }

    pub fn open_now(&self) {
        open(self.app.handle().clone());
    }

    pub fn signed_in() -> Desk {
        let desk = Desk::open();
        let entered = desk
            .ask("sign_in", json!({ "login": CLERK, "password": password() }))
            .expect("the clerk signs in");
        assert_eq!(entered["state"], "signedIn");
        desk
    }

    /// As the page asks: the command, its arguments, and the answer or the error as JSON.
    pub fn ask(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        ask(&self.window, command, arguments)
    }

    /// What a page hears of this event from now on.
    pub fn hear(&self, event: &str) -> Receiver<Value> {
        let (said, heard): (Sender<Value>, Receiver<Value>) = channel();
        let said = Arc::new(Mutex::new(said));
        self.app.listen_any(event, move |event| {
            let payload = serde_json::from_str(event.payload()).expect("JSON");
            let _ = said.lock().expect("the ear").send(payload);
        });
        heard
    }

    pub fn until<T>(&self, what: &str, probe: impl Fn(&Desk) -> Option<T>) -> T {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = probe(self) {
                return found;
            }
            assert!(Instant::now() < end, "no {what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

pub fn ask(
    window: &WebviewWindow<MockRuntime>,
    command: &str,
    arguments: Value,
) -> Result<Value, Value> {
    let request = InvokeRequest {
        cmd: command.to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: "tauri://localhost".parse().expect("the page"),
        body: InvokeBody::Json(arguments),
        headers: tauri::http::HeaderMap::default(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    get_ipc_response(window, request).map(|body| body.deserialize().expect("JSON"))
}

/// The next payload, or a failure.
pub fn next(heard: &Receiver<Value>) -> Value {
    heard.recv_timeout(PATIENCE).expect("an event")
}

/// The text handed to a next start that names this login, once it is there.
pub fn handed(desk: &Desk) -> String {
    desk.until("text for the next start", |_| {
        HANDED.lock().expect("the texts").last().cloned()
    })
}
