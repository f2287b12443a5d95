//! Locking: the program starts anew in its process, nothing typed survives, and the screen says what became of the acts.

use guichet_core::rehearsal::clerks::clerk;

use super::cups::READY;
use super::hand_over::{begin_for_ines, type_evidence, wait_for_next};
use super::memory::copies;
use super::webdriver::ENTER;
use super::window::{CLERK, Theme, Window};

fn password() -> &'static str {
    clerk(CLERK).expect("a rehearsal clerk").password
}

fn unlock(window: &Window) {
    window.page.wait_for("unlock");
    window.page.keys(format!("{}{ENTER}", password()));
    window.page.wait_for("home");
}

/// Copies in the program and in its WebView, each told; a process that this user may not read is left out.
fn told_copies(window: &Window, when: &str) -> (usize, usize) {
    let mut processes = window.web_processes();
    processes.push(window.process());
    let (mut found, mut read) = (0, 0);
    for process in &processes {
        match copies(process, password()) {
            Ok(copies) => {
                println!("{when}: {copies} in process {process}");
                found += copies;
                read += 1;
            }
            // Hardened: only the administrator reads it.
            Err(error) => println!("{when}: process {process} is closed to this user ({error})"),
        }
    }
    (found, read)
}

#[test]
fn nothing_typed_survives_a_lock() {
    let mut window = Window::signed_in(Theme::Light);
    let typed_in = window.web_processes();
    let process = window.process();
    let (before, _) = told_copies(&window, "before");
    assert!(before > 0, "the search finds what was typed");

    window.lock();
    window.page.wait_for("unlock");
    assert_eq!(window.process(), process, "in the same process");
    for process in typed_in {
        assert!(
            !std::path::Path::new(&format!("/proc/{process}")).exists(),
            "the WebView typed into is gone, not even waiting to be reaped"
        );
    }
    let (after, read) = told_copies(&window, "after");
    assert!(read > 0, "something was searched");
    assert_eq!(after, 0, "no copy is left");

    unlock(&window);
    let words = window.page.words();
    assert!(!words.contains("Depuis"), "nothing was open: {words}");
}

#[test]
fn an_act_not_sent_is_abandoned_and_said() {
    let mut window = Window::signed_in(Theme::Light);
    begin_for_ines(&window.page);
    type_evidence(&window.page);
    window.page.advance();
    wait_for_next(&window.page, "Envoyer");
    window.lock();
    let page = &window.page;
    page.wait_for_words("left", "Une remise non envoyée est abandonnée.");
    let words = page.words();
    assert!(
        !words.to_lowercase().contains("nuñez"),
        "no visitor is named on a locked screen: {words}"
    );
    unlock(&window);
    page.wait_for_words("left-open", "Rien n’était parti");
    assert!(page.text("resume").is_none(), "nothing to take up");
    assert!(
        window.printer.printed(READY).is_empty(),
        "nothing was printed"
    );
}

#[test]
fn a_letter_already_out_is_still_confirmed() {
    let mut window = Window::signed_in(Theme::Dark);
    begin_for_ines(&window.page);
    type_evidence(&window.page);
    window.page.advance();
    wait_for_next(&window.page, "Envoyer");
    window.page.advance();
    wait_for_next(&window.page, "Remise faite");
    window.lock();
    window
        .page
        .wait_for_words("left", "Une lettre est sortie, sa remise est à confirmer.");
    unlock(&window);
    let page = &window.page;
    page.wait_for("resume");
    page.run("document.querySelector('[data-testid=left-read]').click()")
        .expect("read");
    page.run("document.querySelector('[data-testid=resume]').click()")
        .expect("taken up");
    wait_for_next(page, "Remise faite");
    page.advance();
    page.wait_for("last-word");
    assert!(page.text("resume").is_none(), "the act is over");
    assert_eq!(
        window.printer.wait_for(READY, 1).len(),
        1,
        "the letter came out once"
    );
}

#[test]
fn a_send_under_way_ends_before_the_new_start() {
    let mut window = Window::signed_in(Theme::Light);
    begin_for_ines(&window.page);
    type_evidence(&window.page);
    window.page.advance();
    wait_for_next(&window.page, "Envoyer");
    let before = window.web_processes();
    window.directory.pause();
    window.page.advance();
    window.page.control('l');
    let words = window.page.wait_for("closing");
    assert!(words.contains("Fermeture"), "{words}");
    assert!(
        window.page.text("unlock").is_none(),
        "nothing can be typed into what is about to end"
    );
    window.directory.resume();
    window.follow(&before);
    // Sent or not, depending on what the pause caught: the screen says which, and never that nothing happened.
    let left = window.page.wait_for("left");
    assert!(!left.contains("rien n’est en cours"), "{left}");
    println!("after the pause: {left}");
    let log = window.log();
    assert!(
        !log.contains("closed with an act under way"),
        "it was waited for: {log}"
    );
}

#[test]
fn changing_the_clerk_after_a_wrong_password_starts_anew_too() {
    let mut window = Window::signed_in(Theme::Light);
    window.lock();
    window.page.wait_for("unlock");
    window.page.keys(format!("Faux-{}{ENTER}", password()));
    window.page.until("a refusal", |page| {
        let text =
            page.run("return document.getElementById('unlock-refusal')?.textContent ?? null");
        text.ok()?.as_str().map(str::to_owned)
    });
    let before = window.web_processes();
    let _ = window
        .page
        .run("setTimeout(() => document.querySelector('[data-testid=change-clerk]').click(), 0)");
    window.follow(&before);
    window.page.wait_for("login");
    window.page.wait_for("goodbye");
    let (after, read) = told_copies(&window, "after");
    assert!(read > 0 && after == 0, "no copy is left");
}
