//! A private D-Bus session with, or without, a real gnome-keyring: every state a desk may be found in.
//! All its files are in a folder of its own; nothing of the user's session or keyring is read or written.

#![allow(
    clippy::expect_used,
    dead_code,
    reason = "a fixture stops at the first surprise, and each suite uses the part it needs"
)]

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(15);
const PASSWORD: &str = "session password";

/// A bus, and the keyring's daemon on it when one was started. Both end with this value.
pub struct KeyringSession {
    folder: PathBuf,
    bus: Child,
    daemon: Option<Child>,
}

impl KeyringSession {
    /// A bus where nobody keeps secrets.
    pub fn without_keyring() -> KeyringSession {
        let folder = fresh_folder();
        let configuration = folder.join("bus.conf");
        // No folder of services: nothing on this bus starts by itself.
        let text = format!(
            r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#,
            folder.join("bus").display()
        );
        fs::write(&configuration, text).expect("the bus's configuration");
        let bus = Command::new("dbus-daemon")
            .arg("--nofork")
            .arg(format!("--config-file={}", configuration.display()))
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon (package dbus)");
        let session = KeyringSession {
            folder,
            bus,
            daemon: None,
        };
        wait_until("the bus", || session.folder.join("bus").exists());
        session
    }

    /// A keyring that is open and empty: a desk after sign-in.
    pub fn unlocked() -> KeyringSession {
        let mut session = KeyringSession::without_keyring();
        session.start_daemon(true);
        session
    }

    /// A daemon without any collection of secrets: a session that never unlocked one.
    pub fn without_collection() -> KeyringSession {
        let mut session = KeyringSession::without_keyring();
        session.start_daemon(false);
        session
    }

    /// The daemon anew, with the same keyring file, closed or open.
    pub fn restart(&mut self, unlocked: bool) {
        self.stop_daemon();
        self.start_daemon(unlocked);
    }

    /// What a program needs to be in this session.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let at = |part: &str| self.folder.join(part).display().to_string();
        vec![
            (
                "DBUS_SESSION_BUS_ADDRESS",
                format!("unix:path={}", at("bus")),
            ),
            ("XDG_RUNTIME_DIR", at("run")),
            ("XDG_DATA_HOME", at("data")),
            ("XDG_CONFIG_HOME", at("config")),
            ("XDG_CACHE_HOME", at("cache")),
        ]
    }

    /// The daemon stops answering, and keeps its place on the bus: a prompt nobody answers looks the same.
    pub fn freeze(&self) {
        let daemon = self.daemon.as_ref().expect("a daemon to freeze");
        assert!(
            Command::new("kill")
                .args(["-STOP", &daemon.id().to_string()])
                .status()
                .expect("kill")
                .success()
        );
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn start_daemon(&mut self, unlocked: bool) {
        let mut command = Command::new("gnome-keyring-daemon");
        command
            .args(["--foreground", "--components=secrets"])
            .envs(self.environment());
        command
            .env_remove("DISPLAY")
            .env_remove("GNOME_KEYRING_CONTROL")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if unlocked {
            command.arg("--unlock").stdin(Stdio::piped());
        } else {
            command.stdin(Stdio::null());
        }
        let mut daemon = command
            .spawn()
            .expect("gnome-keyring-daemon (package gnome-keyring)");
        if let Some(mut input) = daemon.stdin.take() {
            input
                .write_all(PASSWORD.as_bytes())
                .expect("the keyring's password");
        }
        self.daemon = Some(daemon);
        wait_until("the secret service", || self.has_secret_service());
        if unlocked {
            wait_until("the login collection", || {
                self.folder.join("data/keyrings/login.keyring").exists()
            });
        }
    }

    fn has_secret_service(&self) -> bool {
        let output = Command::new("dbus-send")
            .args([
                "--session",
                "--print-reply=literal",
                "--dest=org.freedesktop.DBus",
                "/org/freedesktop/DBus",
            ])
            .args([
                "org.freedesktop.DBus.NameHasOwner",
                "string:org.freedesktop.secrets",
            ])
            .envs(self.environment())
            .output()
            .expect("dbus-send (package dbus)");
        String::from_utf8_lossy(&output.stdout).contains("true")
    }

    fn stop_daemon(&mut self) {
        if let Some(daemon) = self.daemon.take() {
            stop(daemon);
            wait_until("the end of the secret service", || {
                !self.has_secret_service()
            });
        }
    }
}

impl Drop for KeyringSession {
    fn drop(&mut self) {
        if let Some(daemon) = self.daemon.take() {
            stop(daemon);
        }
        let _ = self.bus.kill();
        let _ = self.bus.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn stop(mut process: Child) {
    // Killed rather than asked: a frozen daemon hears nothing else, and its file is written at each change.
    let _ = process.kill();
    let _ = process.wait();
}

fn fresh_folder() -> PathBuf {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = format!(
        "guichet-session-{}-{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    );
    let folder = std::env::temp_dir().join(name);
    for part in ["", "run", "data/keyrings", "config", "cache"] {
        let part = folder.join(part);
        fs::create_dir_all(&part).expect("a folder of the session");
        fs::set_permissions(&part, fs::Permissions::from_mode(0o700)).expect("its mode");
    }
    folder
}

fn wait_until(what: &str, mut there: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !there() {
        assert!(Instant::now() < end, "no sign of {what}");
        sleep(Duration::from_millis(20));
    }
}
