//! The vault against a real gnome-keyring, in each state a desk may be found in. Each step is a process
//! of its own: the keyring's connection is made once for a process and kept. The step's answer comes
//! back as a line on standard output.

use std::path::Path;
use std::time::Duration;

use guichet_core::vault::{ClerkPassword, DatabaseKey, KeyCheck, Vault, VaultProblem};
use zeroize::Zeroizing;

use crate::child;
use crate::keyring_session::KeyringSession;

const SERVICE: &str = "fr.rivemer.guichet.test";
const STEP: &str = "keyring::step";

/// Does what the parent says, and tells how it went: `key …`, `password …`, `none`, `done` or `problem …`.
#[test]
fn step() {
    let Some(step) = child::step() else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let told = runtime.block_on(act(&step)).unwrap_or_else(|problem| {
        assert!(
            problem.sentence().matches(". ").count() >= 2,
            "three sentences: {problem}"
        );
        format!("problem {}", name(&problem))
    });
    println!("told: {told}");
}

async fn act(step: &str) -> Result<String, VaultProblem> {
    let words: Vec<&str> = step.split('|').collect();
    let vault = Vault::open(SERVICE, Duration::from_secs(words[0].parse().unwrap())).await?;
    let password = |text: &str| ClerkPassword::new(Zeroizing::new(text.to_owned()));
    match words[1..] {
        ["key", database] => vault
            .database_key(Path::new(database))
            .await
            .map(|key| format!("key {:?}", key.expose())),
        ["keys", folder, count] => {
            let starts: Vec<_> = (0..count.parse().unwrap())
                .map(|number: usize| {
                    let vault = vault.clone();
                    let database = Path::new(folder).join(format!("poste-{number}.db"));
                    tokio::spawn(async move { vault.database_key(&database).await })
                })
                .collect();
            let mut keys = std::collections::BTreeSet::new();
            for start in starts {
                keys.insert(*start.await.unwrap()?.expose());
            }
            Ok(format!("keys {}", keys.len()))
        }
        ["restore", database, byte] => {
            let key = DatabaseKey::from_bytes([byte.parse().unwrap(); 32]);
            vault
                .restore_database_key(Path::new(database), key)
                .await
                .map(|()| "done".into())
        }
        ["password", login] => {
            let found = vault.clerk_password(login).await?;
            Ok(found.map_or("none".into(), |password| {
                format!("password {}", password.expose())
            }))
        }
        ["remember", login, text] => vault
            .remember(login, password(text))
            .await
            .map(|()| "done".into()),
        ["forget", login] => vault.forget(login).await.map(|()| "done".into()),
        _ => panic!("no step {step}"),
    }
}

fn name(problem: &VaultProblem) -> String {
    let text = format!("{problem:?}");
    text.split([' ', '{', '(']).next().unwrap().to_owned()
        + if text.contains("Some(\"kwalletd6\")") {
            " kwalletd6"
        } else {
            ""
        }
}

/// A desk: a session (if any) and a folder for the database.
struct Desk {
    session: Option<KeyringSession>,
    data: tempfile::TempDir,
}

impl Desk {
    fn with(session: KeyringSession) -> Desk {
        Desk {
            session: Some(session),
            data: tempfile::tempdir().unwrap(),
        }
    }

    fn without_bus() -> Desk {
        Desk {
            session: None,
            data: tempfile::tempdir().unwrap(),
        }
    }

    fn database(&self) -> String {
        self.data.path().join("guichet.db").display().to_string()
    }

    fn make_database(&self) {
        std::fs::write(self.database(), "rows").unwrap();
    }

    fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.data.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn told(&self, step: &str) -> String {
        self.told_within(20, step)
    }

    fn told_within(&self, seconds: u32, step: &str) -> String {
        let mut command = child::command(STEP, &format!("{seconds}|{step}"));
        match &self.session {
            Some(session) => command.envs(session.environment()),
            None => command
                .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
                .env("XDG_RUNTIME_DIR", self.data.path()),
        };
        let out = child::run(command);
        out.lines()
            .find_map(|line| line.split_once("told: "))
            .map(|(_, told)| told.to_owned())
            .unwrap_or_else(|| panic!("{out}"))
    }

    fn key(&self) -> String {
        self.told(&format!("key|{}", self.database()))
    }

    /// What an attacker of K1 would do: take the entry away and nothing else.
    fn lose_entry(&self) {
        let session = self.session.as_ref().unwrap();
        let cleared = std::process::Command::new("secret-tool")
            .args(["clear", "service", SERVICE, "username", "database-key"])
            .envs(session.environment())
            .status()
            .expect("secret-tool (package libsecret-tools)");
        assert!(cleared.success());
    }
}

#[test]
fn first_start_in_an_open_keyring_makes_a_key_that_stays() {
    let desk = Desk::with(KeyringSession::unlocked());
    let first = desk.key();
    assert!(first.starts_with("key ["), "{first}");
    assert_eq!(
        desk.files(),
        ["guichet.db.key-check"],
        "the witness is there before the database"
    );
    assert_eq!(
        desk.key(),
        first,
        "a first start cut short before the database goes on with the same key"
    );
    desk.make_database();
    assert_eq!(desk.key(), first);
    let check = std::fs::read_to_string(KeyCheck::path(Path::new(&desk.database()))).unwrap();
    assert!(check.contains("\"backend\":\"gnome-keyring\""), "{check}");
}

/// Two posts of one session share its entry: a second key over the first would lose the first store for good.
#[test]
fn first_starts_at_the_same_time_end_with_one_key() {
    let desk = Desk::with(KeyringSession::unlocked());
    let told = desk.told(&format!("keys|{}|12", desk.data.path().display()));
    assert_eq!(told, "keys 1", "twelve first starts, one key");
}

#[test]
fn without_a_bus_or_a_daemon_nothing_starts_and_nothing_is_written() {
    for desk in [
        Desk::without_bus(),
        Desk::with(KeyringSession::without_keyring()),
    ] {
        assert_eq!(desk.key(), "problem NoKeyring");
        assert_eq!(desk.files(), Vec::<String>::new());
        desk.make_database();
        assert_eq!(
            desk.key(),
            "problem NoKeyring",
            "with a database it is not a lost key either: a desktop session brings it back"
        );
        assert_eq!(desk.files(), ["guichet.db"]);
    }
}

#[test]
fn a_keyring_never_opened_is_not_an_empty_one() {
    let desk = Desk::with(KeyringSession::without_collection());
    assert_eq!(desk.key(), "problem Locked");
    assert_eq!(desk.files(), Vec::<String>::new());
    desk.make_database();
    assert_eq!(
        desk.key(),
        "problem Locked",
        "« no entry » there says nothing about the key"
    );
}

#[test]
fn a_locked_keyring_is_said_so_and_gives_the_same_key_once_open() {
    let mut desk = Desk::with(KeyringSession::unlocked());
    let first = desk.key();
    desk.make_database();
    desk.session.as_mut().unwrap().restart(false);
    assert_eq!(desk.key(), "problem Locked");
    desk.session.as_mut().unwrap().restart(true);
    assert_eq!(desk.key(), first);
}

#[test]
fn a_database_without_its_key_never_gets_a_new_one() {
    let desk = Desk::with(KeyringSession::unlocked());
    let first = desk.key();
    desk.make_database();
    desk.lose_entry();
    assert_eq!(desk.key(), "problem KeyMissing");
    assert_eq!(
        desk.key(),
        "problem KeyMissing",
        "the refusal itself must not have made one"
    );

    // Whatever part of the database is left counts as the database.
    let database = desk.database();
    std::fs::remove_file(&database).unwrap();
    assert_eq!(desk.key(), "problem KeyMissing", "its witness is left");
    std::fs::remove_file(KeyCheck::path(Path::new(&database))).unwrap();
    std::fs::write(format!("{database}-wal"), "log").unwrap();
    assert_eq!(desk.key(), "problem KeyMissing", "its log is left");
    std::fs::remove_file(format!("{database}-wal")).unwrap();
    let fresh = desk.key();
    assert!(
        fresh.starts_with("key [") && fresh != first,
        "with nothing left it is a first start"
    );
}

#[test]
fn a_key_left_in_another_keyring_is_named() {
    let desk = Desk::with(KeyringSession::unlocked());
    desk.key();
    desk.make_database();
    let check = KeyCheck::path(Path::new(&desk.database()));
    let elsewhere = std::fs::read_to_string(&check)
        .unwrap()
        .replace("gnome-keyring", "kwalletd6");
    std::fs::write(&check, elsewhere).unwrap();
    desk.lose_entry();
    assert_eq!(desk.key(), "problem KeyMissing kwalletd6");
}

#[test]
fn another_databases_key_is_a_wrong_key_and_not_a_damaged_file() {
    let desk = Desk::with(KeyringSession::unlocked());
    desk.key();
    desk.make_database();
    desk.lose_entry();
    let other = tempfile::tempdir()
        .unwrap()
        .path()
        .join("other.db")
        .display()
        .to_string();
    std::fs::create_dir_all(Path::new(&other).parent().unwrap()).unwrap();
    assert!(
        desk.told(&format!("key|{other}")).starts_with("key ["),
        "the same name in the keyring, another database"
    );
    assert_eq!(desk.key(), "problem WrongKey");
    std::fs::remove_dir_all(Path::new(&other).parent().unwrap()).unwrap();
}

#[test]
fn only_the_right_recovered_key_goes_back() {
    let desk = Desk::with(KeyringSession::unlocked());
    let database = desk.database();
    desk.make_database();
    assert_eq!(desk.told(&format!("restore|{database}|7")), "done");
    assert_eq!(desk.key(), format!("key {:?}", [7u8; 32]));
    desk.lose_entry();
    assert_eq!(
        desk.told(&format!("restore|{database}|8")),
        "problem WrongKey"
    );
    assert_eq!(
        desk.key(),
        "problem KeyMissing",
        "a refused key leaves no trace"
    );
    assert_eq!(desk.told(&format!("restore|{database}|7")), "done");
    assert_eq!(desk.key(), format!("key {:?}", [7u8; 32]));
}

#[test]
fn a_keyring_that_waits_for_the_user_does_not_hold_the_program() {
    let desk = Desk::with(KeyringSession::unlocked());
    desk.key();
    desk.make_database();
    desk.session.as_ref().unwrap().freeze();
    // The child ends by itself: the thread left waiting does not keep it.
    assert_eq!(
        desk.told_within(1, &format!("key|{}", desk.database())),
        "problem NoAnswer"
    );
    assert_eq!(desk.files(), ["guichet.db", "guichet.db.key-check"]);
}

#[test]
fn a_clerks_password_is_remembered_until_forgotten() {
    let desk = Desk::with(KeyringSession::unlocked());
    assert_eq!(desk.told("password|m.tanguy"), "none");
    assert_eq!(desk.told("remember|m.tanguy|Café à 9 h"), "done");
    assert_eq!(
        desk.told("password|M.Tanguy"),
        "password Café à 9 h",
        "logins compare without case"
    );
    assert_eq!(desk.told("password|autre"), "none");
    assert_eq!(desk.told("remember|m.tanguy|second"), "done");
    assert_eq!(desk.told("password|m.tanguy"), "password second");
    assert_eq!(desk.told("forget|m.tanguy"), "done");
    assert_eq!(desk.told("password|m.tanguy"), "none");
    assert_eq!(
        desk.told("forget|m.tanguy"),
        "done",
        "nothing to forget is no problem"
    );
}
