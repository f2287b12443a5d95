//! A post that cannot work: one screen says why, in French, and nothing of the counter shows.

use std::fs;

use guichet_core::operations::Office;
use guichet_core::settings::Settings;

use super::accessibility::{examine, with_axe};
use super::webdriver::{Session, plain};
use super::window::{Theme, Window};

fn sentence(page: &Session, state: &str) -> String {
    let said = plain(&page.wait_for("trouble"));
    for part in ["login", "search"] {
        assert!(page.text(part).is_none(), "{state}: {part} is shown");
    }
    for word in ["error", "expected", "unknown", "Err(", "os error", "::"] {
        assert!(!said.contains(word), "{state}: « {word} » in {said}");
    }
    with_axe(page);
    examine(page, Theme::Light, state);
    said
}

#[test]
fn settings_that_do_not_suit_are_said_with_their_line() {
    let window = Window::prepared(Theme::Light, |_, file| {
        let text = fs::read_to_string(file).expect("the settings");
        fs::write(file, format!("couleur = \"<b>vert\"\n{text}")).expect("the settings");
    });
    let said = sentence(&window.page, "settings that do not suit");
    assert!(said.contains("reglages.toml, ligne 1"), "{said}");
    assert!(said.contains("« couleur » n’existe pas"), "{said}");
    assert!(said.contains("Rien n’a été ouvert"), "{said}");
}

#[test]
fn a_damaged_register_is_said_and_kept() {
    let damaged = b"ceci n'est pas une base".repeat(4096);
    let mut database = None;
    let window = Window::prepared(Theme::Light, |_, file| {
        let settings = Settings::read(file).expect("the settings");
        let place = settings.post.folder.join("guichet.db");
        // A first opening makes the key and the register, then a disk fails.
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        drop(runtime.block_on(Office::open(settings)).expect("opens"));
        fs::write(&place, &damaged).expect("the damage");
        for beside in ["guichet.db-wal", "guichet.db-shm"] {
            let _ = fs::remove_file(place.with_file_name(beside));
        }
        database = Some(place);
    });
    let said = sentence(&window.page, "a damaged register");
    assert!(
        said.contains("registre") || said.contains("coffre"),
        "{said}"
    );
    let kept = fs::read(database.expect("its place")).expect("the register");
    assert!(kept == damaged, "what is left is not written over");
}
