//! Beside the open window: verbs that read answer, verbs that act are refused with their own code, and a second start
//! brings nothing down.

use super::cups::READY;
use super::window::{Theme, Window};

const BUSY: i32 = 12;

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn beside_the_open_window() {
    let window = Window::signed_in(Theme::Light);
    for reading in [
        &["find", "lefevre in"][..],
        &["show", "ilefevrenunez"],
        &["handovers"],
        &["doctor"],
    ] {
        let output = window.beside(reading);
        let code = output.status.code().expect("a code");
        // `doctor` may find the printer of the suite unsound; never the post busy.
        assert!(
            code == 0 || (reading == ["doctor"] && code == 9),
            "{reading:?}: {code} {}",
            said(&output.stderr)
        );
    }
    let evidence = window.folder.join("piece.json");
    std::fs::write(&evidence, r#"{"zone": ["IDFRAX4RTBPFW46<<<<<<<<<<<<<<<", "9403165F3108228FRA<<<<<<<<<<<2", "LEFEVRE<NUNEZ<<INES<CAMILLE<<<"], "photo": true}"#)
        .expect("the evidence");
    let evidence = evidence.display().to_string();
    let output = window.beside(&["check-identity", "ilefevrenunez", "--evidence", &evidence]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output.stderr));
    for acting in [
        &["hand-over", "ilefevrenunez", "--evidence", &evidence][..],
        &["sync"],
    ] {
        let output = window.beside(acting);
        assert_eq!(output.status.code(), Some(BUSY), "{acting:?}");
        let sentence = said(&output.stderr);
        assert!(
            sentence.starts_with("Guichet est ouvert sur ce poste. Rien n’a été fait."),
            "{sentence}"
        );
    }
    let second = window.beside(&[]);
    assert_eq!(second.status.code(), Some(BUSY), "a second window");
    let sentence = said(&second.stderr);
    assert!(sentence.contains("mise en avant"), "{sentence}");
    window.page.wait_for("search");
    assert!(
        window.printer.printed(READY).is_empty(),
        "nothing was printed"
    );
}
