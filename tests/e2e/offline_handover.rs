//! The network goes down with somebody at the desk: the letter comes out « pas encore actif », the clerk says it is out,
//! and it works once the directory answers again. By keyboard, in the real window.

use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::{cast, person_dn};

use super::accessibility::{examine, with_axe};
use super::cups::READY;
use super::hand_over::{begin_for_ines, password_on, type_evidence, wait_for_next};
use super::sheet;
use super::webdriver::{ENTER, plain};
use super::window::{CLERK, Theme, Window, modify};
use super::wire::Plan;

const F8: &str = "\u{E038}";

/// « Changer d’opérateur » on the locked screen: nothing was typed since, so the window goes on.
fn change_clerk(window: &Window) {
    window.page.click("change-clerk");
    window.page.wait_for("login");
}

fn wait_for_the_copy(window: &Window) {
    window.page.until("a full copy", |page| {
        let said = page.text("people")?;
        page.text("home")
            .filter(|home| !home.contains("se remplit"))
            .map(|_| said)
    });
}

#[test]
fn a_send_that_the_rights_no_longer_reach_is_kept_and_passed_on() {
    let mut window = Window::signed_in(Theme::Dark);
    wait_for_the_copy(&window);
    window.directory.stop();
    window.page.wait_for("offline");
    begin_for_ines(&window.page);
    type_evidence(&window.page);
    for next in ["pas encore actif", "Feuille sortie"] {
        window.page.advance();
        wait_for_next(&window.page, next);
    }
    window.page.advance();
    window.page.wait_for("home");
    let job = window.printer.wait_for(READY, 1).remove(0);
    let password = password_on(&job.document);
    // Nothing is sent while the post is locked; meanwhile Inès leaves the clerk's perimeter.
    window.lock();
    window.page.wait_for("unlock");
    window.directory.restart().expect("the directory is back");
    modify(
        &window.directory,
        &format!(
            "dn: {}\nchangetype: modify\nreplace: eduPersonAffiliation\neduPersonAffiliation: student\n",
            person_dn(cast::INES_LEFEVRE_NUNEZ)
        ),
    );
    let own = clerk(CLERK).expect("a rehearsal clerk").password;
    window.page.keys(format!("{own}{ENTER}"));
    window.page.wait_for("home");
    window.page.control('4');
    let said = plain(&window.page.wait_for_words("outbox-detail", "Refusé"));
    assert!(
        said.contains("périmètre") && said.contains("transmettez-le"),
        "why, and what to do: {said}"
    );
    window.page.keys(F8);
    let text = "return document.querySelector('[data-testid=pass-on-text]')?.value ?? null";
    let text = window.page.until("the text to pass on", |page| {
        page.run(text).ok()?.as_str().map(str::to_owned)
    });
    for told in [
        cast::INES_LEFEVRE_NUNEZ,
        "guichet recover letters",
        "assistance@",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    assert!(!text.contains(&password), "no secret in it");
    with_axe(&window.page);
    examine(&window.page, Theme::Dark, "a text to pass on");
}

#[test]
fn a_handover_without_the_directory_is_sent_when_it_is_back() {
    let mut window = Window::signed_in(Theme::Light);
    wait_for_the_copy(&window);
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

    window.lock();
    let left = plain(
        &window
            .page
            .wait_for_words("left", "1 envoi de Camille Roux attend ici"),
    );
    assert!(
        left.contains("prochaine session") && !left.to_lowercase().contains("nuñez"),
        "the locked post says how many wait, and names no visitor: {left}"
    );
    with_axe(&window.page);
    examine(&window.page, Theme::Light, "a lock with sends that wait");
    change_clerk(&window);
    let bye = plain(&window.page.wait_for("goodbye"));
    assert!(bye.contains("navigateurs"), "{bye}");
    let told = plain(&window.page.wait_for("waiting-sends"));
    assert!(
        told.contains("1 envoi de Camille Roux attend ici"),
        "whoever comes next sees whose sends wait: {told}"
    );
    with_axe(&window.page);
    examine(&window.page, Theme::Light, "a sign-in beside what waits");

    window.directory.restart().expect("the directory is back");
    window.sign_in();
    window.page.control('4');
    window
        .page
        .wait_for_words("outbox-detail", "L’accès fonctionne");
    let (opens, answer) = window.whoami(cast::INES_LEFEVRE_NUNEZ, &password);
    assert!(opens && answer.contains("must be changed"), "{answer}");
    window.page.until("nothing that waits", |page| {
        page.text("outbox-badge").is_none().then_some(())
    });
    window.page.click("outbox-open");
    window
        .page
        .wait_for_words("letters", "C’est cette lettre qui vaut");
    examine(&window.page, Theme::Light, "a sheet with a letter");
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

/// The answers that a sending waits for are held, each in its turn: the search, a sheet and the lists answer meanwhile.
#[test]
fn the_window_works_while_what_waits_is_being_sent() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (window, wire) = Window::wired(Theme::Light, &runtime);
    let page = &window.page;
    window.sign_in();
    wire.set(Plan::Cut);
    page.wait_for("offline");
    begin_for_ines(page);
    type_evidence(page);
    page.advance();
    wait_for_next(page, "pas encore actif");
    page.advance();
    wait_for_next(page, "Feuille sortie");
    page.advance();
    page.wait_for("home");

    // The bind, what is read at a sign-in, what is read of the person, the change itself: further each time.
    let mut held = 0;
    for kept in [1, 3, 5, 7, 9] {
        wire.set(Plan::HoldAnswersAfter(kept));
        page.until("an answer held", |_| wire.holds().then_some(()));
        page.control('4');
        if page
            .wait_for("outbox-detail")
            .contains("L’accès fonctionne")
        {
            break;
        }
        held += 1;
        page.control('1');
        page.wait_for("search");
        page.control('a');
        page.keys("belkacem");
        page.wait_for_words("sheet", "Belkacem");
        page.control('a');
        page.keys("lefevre in");
        page.wait_for_words("sheet", "Nuñez");
        assert!(wire.holds(), "still held: the window did not wait for it");
    }
    assert!(held > 1, "the sending waited for {held} answers only");
    wire.set(Plan::Pass);
    page.control('4');
    page.wait_for_words("outbox-detail", "L’accès fonctionne");
}
