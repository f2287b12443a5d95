//! Signing in at the window. Never with another way than the two fields and Entrée.

use guichet_core::rehearsal::clerks::clerk;

use super::webdriver::{ENTER, TAB};
use super::window::{CLERK, Theme, Window};

#[test]
fn a_wrong_password_is_refused_and_the_right_one_opens() {
    let window = Window::open(Theme::Light);
    let page = &window.page;
    page.wait_for("login");
    page.keys(format!("{CLERK}{TAB}pas-le-bon{ENTER}"));
    let refusal = page.until("a refusal", |page| {
        let text =
            page.run("return document.getElementById('sign-in-refusal')?.textContent ?? null");
        text.ok()?.as_str().map(str::to_owned)
    });
    assert!(refusal.trim().ends_with('.'), "a sentence: {refusal}");
    assert!(page.text("search").is_none(), "the counter stays closed");
    let value = page
        .run("return document.getElementById('password').value")
        .expect("the field");
    assert_eq!(value, "", "what was typed is gone");
    let log = window.log();
    assert!(
        log.contains("sign-in refused"),
        "the log tells of it: {log}"
    );
    assert!(!log.contains("pas-le-bon"), "without what was typed");

    page.run("document.getElementById('login').select(); document.getElementById('login').focus()")
        .expect("focus");
    window.sign_in();
}

#[test]
fn a_locked_post_opens_again_for_its_clerk() {
    let mut window = Window::signed_in(Theme::Light);
    let process = window.process();
    window.lock();
    assert_eq!(window.process(), process);
    let page = &window.page;
    page.wait_for("unlock");
    assert!(page.words().contains("Camille Roux"), "{}", page.words());
    let password = clerk(CLERK).expect("a rehearsal clerk").password;
    page.keys(format!("{password}{ENTER}"));
    page.wait_for("search");
}
