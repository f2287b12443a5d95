//! The real window on a screen of its own, with a real directory and a real print server behind it.
//! The suite runs under `.ci/session`, which lends the keyring. Each window has its own folders and leaves nothing;
//! no display, printer or setting of the user's session is touched.

#![allow(
    clippy::expect_used,
    dead_code,
    reason = "a fixture stops at the first surprise, and each suite uses the part it needs"
)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::{
    ADMINISTRATOR_PASSWORD, RehearsalOptions, TemporaryRehearsal, administrator_dn, person_dn,
    post_settings,
};

use super::cups::Cupsd;
use super::webdriver::{ENTER, Session, TAB};
use super::wire::Wire;

pub const CLERK: &str = "croux";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

pub struct Window {
    pub page: Session,
    pub printer: Cupsd,
    pub directory: TemporaryRehearsal,
    pub folder: PathBuf,
    display: String,
    /// Started last, ended first.
    children: Vec<Child>,
}

impl Window {
    pub fn open(theme: Theme) -> Window {
        Window::open_after(theme, |_| ())
    }

    /// `prepare` changes the directory before the window reads it.
    pub fn open_after(theme: Theme, prepare: impl FnOnce(&TemporaryRehearsal)) -> Window {
        Window::prepared(theme, |directory, _| prepare(directory))
    }

    /// `prepare` changes the directory or the settings file before the program starts.
    pub fn prepared(theme: Theme, prepare: impl FnOnce(&mut TemporaryRehearsal, &Path)) -> Window {
        let templates = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("repetition");
        let mut options = RehearsalOptions::new(templates, jiff::Timestamp::now());
        options.people = 600;
        options.durable = false;
        let mut directory = TemporaryRehearsal::start(&options).expect("the rehearsal directory");
        let printer = Cupsd::start();
        let folder = fresh_folder();
        let mut settings = post_settings(&directory.uri_ldaps, &directory.ca_pem, &folder);
        // A slow machine must not lock the post in the middle of a test.
        settings.post.idle_lock_seconds = 300;
        let file = folder.join("reglages.toml");
        fs::write(&file, toml::to_string(&settings).expect("settings")).expect("the settings file");
        prepare(&mut directory, &file);

        let (screen, display) = screen();
        let program = with_a_log(&folder);
        let (mut driver, port) = driver();
        driver
            .envs(printer.environment())
            .env("DISPLAY", &display)
            .env_remove("WAYLAND_DISPLAY")
            .env("GDK_BACKEND", "x11")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("GUICHET_SETTINGS", &file)
            .env("GUICHET_LOG", "debug")
            .env(
                "GTK_THEME",
                if theme == Theme::Dark {
                    "Adwaita:dark"
                } else {
                    "Adwaita"
                },
            )
            .env("NO_AT_BRIDGE", "1")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
        for folder_of in ["XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"] {
            driver.env(folder_of, folder.join(folder_of));
        }
        let children = vec![spawn(driver, port), screen];
        let page = Session::open(port, &program.display().to_string());
        Window {
            page,
            printer,
            directory,
            folder,
            display,
            children,
        }
    }

    /// Its directory is at the end of a wire that `runtime` carries.
    pub fn wired(theme: Theme, runtime: &tokio::runtime::Runtime) -> (Window, Wire) {
        let mut wire = None;
        let window = Window::prepared(theme, |directory, settings| {
            let port = directory.uri_ldaps.rsplit(':').next().expect("a port");
            let server = ([127, 0, 0, 1], port.parse().expect("a number")).into();
            let laid = runtime.block_on(Wire::to(server));
            let text = fs::read_to_string(settings).expect("the settings");
            let there = format!("ldaps://{}", laid.address);
            let text = text.replace(&directory.uri_ldaps, &there);
            fs::write(settings, text).expect("the settings");
            wire = Some(laid);
        });
        (window, wire.expect("a wire"))
    }

    /// With the clerk at the desk, by keyboard.
    pub fn signed_in(theme: Theme) -> Window {
        let window = Window::open(theme);
        window.sign_in();
        window
    }

    pub fn sign_in(&self) {
        self.page.wait_for("login");
        let password = clerk(CLERK).expect("a rehearsal clerk").password;
        self.page.keys(format!("{CLERK}{TAB}{password}{ENTER}"));
        self.page.wait_for("search");
        // The index is filled in the background: a search before would be one of the directory.
        self.page.until("an index", |page| {
            let script = "const done = arguments[arguments.length - 1];
                window.__TAURI_INTERNALS__.invoke('link').then((link) => done(!link.filling && link.people > 0), () => done(false))";
            page.run_slowly(script).ok()?.as_bool()?.then_some(())
        });
    }

    /// The process of the program, the same before and after a new start in it.
    pub fn process(&self) -> String {
        let noted = fs::read_to_string(self.folder.join("process")).expect("the process");
        noted.trim().to_owned()
    }

    /// The processes of the WebView: they end with the image that began them.
    pub fn web_processes(&self) -> Vec<String> {
        let process = self.process();
        let children = fs::read_to_string(format!("/proc/{process}/task/{process}/children"));
        let children = children.unwrap_or_default();
        children
            .split_whitespace()
            .filter(|child| {
                fs::read_to_string(format!("/proc/{child}/comm"))
                    .is_ok_and(|name| name.starts_with("WebKit"))
            })
            .map(str::to_owned)
            .collect()
    }

    /// Ctrl+L, then the driver of the new start: the one before was left with the image that it drove.
    pub fn lock(&mut self) {
        let before = self.web_processes();
        assert!(!before.is_empty(), "a WebView was there");
        let _ = self.page.try_control('l');
        self.follow(&before);
    }

    /// Waits for a new start in the same process, and drives it.
    pub fn follow(&mut self, before: &[String]) {
        wait_until("a new WebView", || {
            let now = self.web_processes();
            !now.is_empty() && now.iter().all(|process| !before.contains(process))
        });
        let address = fs::read_to_string(self.folder.join("inspector")).expect("its address");
        let (mut driver, port) = driver();
        driver.arg(format!("--target={}", address.trim()));
        self.children.insert(0, spawn(driver, port));
        self.page = Session::attach(port);
    }

    /// This program beside the window, on the same post: a verb, or a second start when there is none.
    pub fn beside(&self, arguments: &[&str]) -> std::process::Output {
        let secret = self.folder.join("agent.motdepasse");
        fs::write(&secret, clerk(CLERK).expect("a clerk").password).expect("a secret file");
        // A second window that opened after all would never end by itself.
        let mut command = Command::new("timeout");
        command.args(["60", env!("CARGO_BIN_EXE_guichet")]);
        if !arguments.is_empty() {
            command
                .args(["--as", CLERK, "--password-file"])
                .arg(&secret);
        }
        let output = command
            .args(arguments)
            .env("GUICHET_SETTINGS", self.folder.join("reglages.toml"))
            .env("DISPLAY", &self.display)
            .env("NO_AT_BRIDGE", "1")
            .output()
            .expect("the program");
        fs::remove_file(&secret).expect("the secret file goes");
        output
    }

    /// What a reader of documents does: real key events, faster than a hand.
    pub fn read_document(&self, zone: &str) {
        let typed = Command::new("xdotool")
            .args(["type", "--delay", "12", "--", zone])
            .env("DISPLAY", &self.display)
            .status()
            .expect("xdotool (package xdotool)");
        assert!(typed.success());
    }

    /// Everything the program may write to: settings, store, caches, what it said.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The screen that the window is on.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// What the program and WebKit said.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("journal")).unwrap_or_default()
    }

    /// `ldapwhoami` with the policy control: what the person's first sign-in gets.
    pub fn whoami(&self, login: &str, password: &str) -> (bool, String) {
        let secret = self.folder.join("secret");
        fs::write(&secret, password).expect("a secret file");
        let output = Command::new("ldapwhoami")
            .args([
                "-x",
                "-e",
                "ppolicy",
                "-H",
                &self.directory.uri_ldaps,
                "-D",
                &person_dn(login),
                "-y",
            ])
            .arg(&secret)
            .env("LDAPTLS_CACERT", &self.directory.ca_pem)
            .output()
            .expect("ldapwhoami (package ldap-utils)");
        fs::remove_file(&secret).expect("the secret file goes");
        let said = [output.stdout, output.stderr].concat();
        (
            output.status.success(),
            String::from_utf8_lossy(&said).into_owned(),
        )
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("journal:\n{}", self.log());
        }
        self.page.close();
        let process = self.process();
        let _ = Command::new("kill").args(["-KILL", &process]).status();
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Changes an entry as the directory's administrator.
pub fn modify(directory: &TemporaryRehearsal, ldif: &str) {
    let file = fresh_folder();
    let changes = file.join("changes.ldif");
    fs::write(&changes, ldif).expect("the changes");
    let output = Command::new("ldapmodify")
        .args([
            "-x",
            "-H",
            &directory.uri_ldaps,
            "-D",
            &administrator_dn(),
            "-w",
            ADMINISTRATOR_PASSWORD,
            "-f",
        ])
        .arg(&changes)
        .env("LDAPTLS_CACERT", &directory.ca_pem)
        .output()
        .expect("ldapmodify (package ldap-utils)");
    let _ = fs::remove_dir_all(&file);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// The driver discards what the program says: a script starts it with its words kept in `journal`, and notes the
/// process and where its WebView listens to a driver.
fn with_a_log(folder: &Path) -> PathBuf {
    let script = folder.join("guichet");
    let words = format!(
        "#!/bin/sh\necho $$ >'{0}/process'\necho \"$WEBKIT_INSPECTOR_SERVER\" >'{0}/inspector'\nexec '{1}' \"$@\" >>'{0}/journal' 2>&1\n",
        folder.display(),
        env!("CARGO_BIN_EXE_guichet")
    );
    fs::write(&script, words).expect("the script");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("its mode");
    script
}

fn driver() -> (Command, u16) {
    let port = free_port();
    let mut driver = Command::new("WebKitWebDriver");
    driver
        .args([format!("--port={port}"), "--host=127.0.0.1".to_owned()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    (driver, port)
}

fn spawn(mut driver: Command, port: u16) -> Child {
    let driver = driver
        .spawn()
        .expect("WebKitWebDriver (package webkit2gtk-driver)");
    wait_until("the driver", || {
        TcpStream::connect(("127.0.0.1", port)).is_ok()
    });
    driver
}

/// A screen of its own, and its name.
fn screen() -> (Child, String) {
    let mut screen = Command::new("Xvfb")
        .args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1280x800x24",
            "-nolisten",
            "tcp",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("Xvfb (package xvfb)");
    let mut number = String::new();
    BufReader::new(screen.stdout.take().expect("its output"))
        .read_line(&mut number)
        .expect("its number");
    (screen, format!(":{}", number.trim()))
}

fn fresh_folder() -> PathBuf {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = format!(
        "guichet-window-{}-{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    );
    let folder = std::env::temp_dir().join(name);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its number").port()
}

fn wait_until(what: &str, ready: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !ready() {
        assert!(Instant::now() < end, "{what} did not come");
        std::thread::sleep(Duration::from_millis(20));
    }
}
