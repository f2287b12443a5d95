//! No directory: the window opens, says so, loses nothing, and goes on when the directory is back. Never a second window.

use super::accessibility::{examine, with_axe};
use super::cups::READY;
use super::hand_over::{begin_for_ines, type_evidence, wait_for_next};
use super::webdriver::{ENTER, TAB, plain};
use super::window::{CLERK, Theme, Window};

#[test]
fn the_window_opens_says_so_and_loses_nothing() {
    let mut window = Window::prepared(Theme::Light, |directory, _| directory.stop());
    window.page.wait_for("login");
    window.page.keys(format!("{CLERK}{TAB}peu-importe{ENTER}"));
    let refusal = window.page.wait_for("refusal");
    assert!(
        plain(&refusal).contains("L’annuaire ne répond pas"),
        "{refusal}"
    );
    with_axe(&window.page);
    examine(&window.page, Theme::Light, "no directory at the door");

    window.directory.restart().expect("the directory is back");
    window
        .page
        .run("document.getElementById('login').focus(); document.getElementById('login').select()")
        .expect("focus");
    window.sign_in();
    begin_for_ines(&window.page);
    type_evidence(&window.page);
    window.page.advance();
    wait_for_next(&window.page, "Envoyer");
    let number = window.page.wait_for("number");

    window.directory.stop();
    let strip = window.page.wait_for("offline");
    assert!(plain(&strip).contains("Annuaire injoignable"), "{strip}");
    examine(&window.page, Theme::Light, "the directory went away");
    window.page.advance();
    let said = window
        .page
        .until("a sentence", |page| page.text("directory-notice"));
    assert!(plain(&said).contains("Rien n’est parti"), "{said}");
    assert_eq!(
        window.page.wait_for("number"),
        number,
        "the handover is still there"
    );
    assert!(
        window.printer.printed(READY).is_empty(),
        "nothing is on paper"
    );

    window.directory.restart().expect("the directory is back");
    window.page.until("the end of the strip", |page| {
        page.text("offline").is_none().then_some(())
    });
    window.page.advance();
    wait_for_next(&window.page, "Remise faite");
    window.page.wait_for("proven");
    window.printer.wait_for(READY, 1);
    assert_eq!(window.page.wait_for("number"), number, "the same act");
}
