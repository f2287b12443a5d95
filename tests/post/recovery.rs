//! A lost keyring, on a real gnome-keyring and a real store: the IT office's private key brings the post's data back, and
//! nothing else does. Each step is a process of its own, as in `keyring`.

use std::path::{Path, PathBuf};

use guichet_core::operations::{self, Office};
use guichet_core::rehearsal::{RECOVERY_IDENTITY, post_settings};
use guichet_core::settings::Settings;
use guichet_core::vault::{KeyCheck, recovery_copy};
use zeroize::Zeroizing;

use crate::child;
use crate::keyring_session::KeyringSession;

const STEP: &str = "recovery::step";

fn settings(folder: &Path) -> Settings {
    let mut settings = post_settings("ldaps://127.0.0.1:9", &folder.join("none.pem"), folder);
    settings.directory.authority = None;
    settings.letter.logo = None;
    settings
}

/// Opens the post, or recovers its key with a private key; tells how it went.
#[test]
fn step() {
    let Some(step) = child::step() else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let words: Vec<&str> = step.split('|').collect();
    let told = runtime.block_on(async {
        match words[..] {
            ["open", folder] => match Office::open(settings(Path::new(folder))).await {
                Ok(office) => {
                    let checks = operations::doctor(&office, None).await;
                    let copy = checks.iter().find(|check| check.name == "secours").unwrap();
                    format!("opened, copy {}", copy.ok)
                }
                Err(trouble) => trouble.strong,
            },
            ["recover", folder, identity] => {
                let identity = Zeroizing::new(identity.to_owned());
                match operations::recover_key(&settings(Path::new(folder)), identity).await {
                    Ok(()) => "done".to_owned(),
                    Err(error) => {
                        let sentences = error.message.matches(". ").count();
                        assert!(sentences >= 2, "three sentences: {}", error.message);
                        error.code
                    }
                }
            }
            _ => panic!("no step {step}"),
        }
    });
    println!("told: {told}");
}

struct Desk {
    session: KeyringSession,
    folder: tempfile::TempDir,
}

impl Desk {
    fn opened() -> Desk {
        let desk = Desk {
            session: KeyringSession::unlocked(),
            folder: tempfile::tempdir().unwrap(),
        };
        assert_eq!(desk.open(), "opened, copy true");
        desk
    }

    fn told(&self, step: &str) -> String {
        let mut command = child::command(STEP, step);
        command.envs(self.session.environment());
        let out = child::run(command);
        out.lines()
            .find_map(|line| line.split_once("told: "))
            .map(|(_, told)| told.to_owned())
            .unwrap_or_else(|| panic!("{out}"))
    }

    fn open(&self) -> String {
        self.told(&format!("open|{}", self.folder.path().display()))
    }

    fn recover(&self, identity: &str) -> String {
        self.told(&format!(
            "recover|{}|{identity}",
            self.folder.path().display()
        ))
    }

    fn database(&self) -> PathBuf {
        settings(self.folder.path()).post.folder.join("guichet.db")
    }

    fn lose_keyring(&self) {
        let cleared = std::process::Command::new("secret-tool")
            .args(["clear", "service", "guichet"])
            .envs(self.session.environment())
            .status()
            .expect("secret-tool (package libsecret-tools)");
        assert!(cleared.success());
    }
}

#[test]
fn the_private_key_brings_back_what_a_lost_keyring_took() {
    let desk = Desk::opened();
    desk.lose_keyring();
    let closed = desk.open();
    assert!(closed.contains("ne s’ouvre pas"), "{closed}");
    let stranger = "AGE-SECRET-KEY-1QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSKMP32K";
    for wrong in ["", "pas une clé", stranger] {
        assert_eq!(desk.recover(wrong), "recovery", "{wrong}");
        assert_eq!(desk.open(), closed, "a refusal makes no key");
    }
    assert_eq!(desk.recover(RECOVERY_IDENTITY), "done");
    assert_eq!(desk.open(), "opened, copy true");
}

#[test]
fn the_copy_of_another_post_opens_nothing_here() {
    let (desk, other) = (Desk::opened(), Desk::opened());
    std::fs::copy(
        recovery_copy(&other.database()),
        recovery_copy(&desk.database()),
    )
    .unwrap();
    desk.lose_keyring();
    assert_eq!(desk.recover(RECOVERY_IDENTITY), "recovery", "the key check");
    std::fs::remove_file(KeyCheck::path(&desk.database())).unwrap();
    assert_eq!(
        desk.recover(RECOVERY_IDENTITY),
        "recovery",
        "without the key check the database itself says no"
    );
    let closed = desk.open();
    assert!(closed.contains("ne s’ouvre pas"), "{closed}");
}

#[test]
fn without_a_copy_or_a_database_nothing_is_made() {
    let desk = Desk::opened();
    std::fs::remove_file(recovery_copy(&desk.database())).unwrap();
    desk.lose_keyring();
    assert_eq!(desk.recover(RECOVERY_IDENTITY), "recovery");
    std::fs::remove_dir_all(desk.database().parent().unwrap()).unwrap();
    assert_eq!(desk.recover(RECOVERY_IDENTITY), "recovery");
    assert!(!desk.database().exists());
}
