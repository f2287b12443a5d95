//! A printer that stops: the access stands, the window says what happened, and another queue gives the sheet.

use super::accessibility::{examine, with_axe};
use super::cups::{READY, TWO_SIDED};
use super::hand_over::{begin_for_ines, type_evidence, wait_for_next};
use super::webdriver::plain;
use super::window::{Theme, Window};

#[test]
fn an_empty_tray_then_another_queue() {
    let window = Window::signed_in(Theme::Light);
    let page = &window.page;
    begin_for_ines(page);
    type_evidence(page);
    page.advance();
    wait_for_next(page, "Envoyer");
    window.printer.take_paper_out(READY);
    page.advance();
    page.wait_for("proven");
    let notice = page.wait_for("letter-notice");
    let notice = plain(&notice);
    assert!(notice.contains(READY), "it names the printer: {notice}");
    assert!(
        notice.contains("L’accès est actif et la lettre est gardée"),
        "{notice}"
    );
    with_axe(page);
    examine(page, Theme::Light, "an empty tray");

    page.click("other-printer");
    page.wait_for("printers");
    examine(page, Theme::Light, "the choice of a printer");
    page.run(&format!(
        "document.querySelector('[data-testid=printer-choice][value=\"{TWO_SIDED}\"]').click()"
    ))
    .expect("a choice");
    page.click("printer-accept");
    page.wait_for_words("printer", TWO_SIDED);
    wait_for_next(page, "Imprimer");
    page.advance();
    wait_for_next(page, "Remise faite");
    assert!(
        page.text("letter-notice").is_none(),
        "the notice is settled"
    );
    page.advance();
    page.wait_for("home");

    window.printer.wait_for(TWO_SIDED, 1);

    // The same queue, known to be stopped: nothing is sent that could not be handed out.
    begin_for_ines(page);
    type_evidence(page);
    page.advance();
    wait_for_next(page, "Envoyer");
    page.advance();
    let notice = plain(&page.wait_for("letter-notice"));
    assert!(
        notice.contains(READY) && notice.contains("Rien n’a été envoyé"),
        "{notice}"
    );
    assert!(page.text("proven").is_none());
    examine(page, Theme::Light, "a printer known to be stopped");
    page.click("save-letter");
    page.wait_for("proven");
    page.wait_for("saved-to");
    wait_for_next(page, "Remise faite");

    window.printer.refill(READY);
    assert!(
        window.printer.printed(READY).is_empty(),
        "the stopped job never comes out with nobody there"
    );
}
