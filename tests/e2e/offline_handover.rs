//! The network goes down with somebody at the desk: the letter comes out « pas encore actif », the clerk says it is out,
//! and it works once the directory answers again. By keyboard, in the real window.

use guichet_core::rehearsal::cast;

use super::accessibility::{examine, with_axe};
use super::cups::READY;
use super::hand_over::{begin_for_ines, password_on, type_evidence, wait_for_next};
use super::sheet;
use super::webdriver::plain;
use super::window::{Theme, Window};

#[test]
fn a_handover_without_the_directory_is_sent_when_it_is_back() {
    let mut window = Window::signed_in(Theme::Light);
    window.page.until("a full copy", |page| {
        let said = page.text("people")?;
        page.text("home")
            .filter(|home| !home.contains("se remplit"))
            .map(|_| said)
    });
    window.directory.stop();
    let strip = window.page.wait_for("offline");
    assert!(
        plain(&strip).contains("vérifier, générer et imprimer"),
        "{strip}"
    );
    begin_for_ines(&window.page);
    type_evidence(&window.page);
    window.page.advance();
    wait_for_next(&window.page, "pas encore actif");
    let notice = window.page.wait_for("directory-notice");
    assert!(plain(&notice).contains("retour du réseau"), "{notice}");
    with_axe(&window.page);
    examine(&window.page, Theme::Light, "an offline handover");
    window.page.advance();
    wait_for_next(&window.page, "Feuille sortie");
    assert!(window.page.text("proven").is_none(), "nothing is proven");
    let job = window.printer.wait_for(READY, 1).remove(0);
    assert!(
        sheet::text(&job.document).contains("Pas encore actif"),
        "the sheet says what is true"
    );
    let password = password_on(&job.document);
    window.page.advance();
    window.page.wait_for("home");
    window
        .page
        .wait_for_words("outbox-badge", "1 envoi en attente");
    assert!(
        plain(&window.page.wait_for("offline")).contains("1 envoi attend"),
        "nothing is lost"
    );

    window.page.control('4');
    window
        .page
        .wait_for_words("outbox-detail", "Accès pas encore actif");
    examine(&window.page, Theme::Light, "what waits");
    window.page.click("outbox-void");
    window.page.wait_for("void");
    examine(&window.page, Theme::Light, "before voiding what waits");
    window.page.click("void-keep");

    window.directory.restart().expect("the directory is back");
    window
        .page
        .wait_for_words("outbox-detail", "L’accès fonctionne");
    let (opens, answer) = window.whoami(cast::INES_LEFEVRE_NUNEZ, &password);
    assert!(opens && answer.contains("must be changed"), "{answer}");
    assert!(window.page.text("outbox-badge").is_none());
    let page = window
        .page
        .run("return document.documentElement.outerHTML")
        .expect("the page")
        .to_string();
    for place in [page, window.log()] {
        assert!(
            !place.contains(&password),
            "the password is on the paper alone"
        );
    }
}
