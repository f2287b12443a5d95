//! One whole handover with the hands on the keyboard, up to the sheet of paper and the person's first sign-in.
//! The secret is read on the paper alone: anywhere else it is a failure.

use guichet_core::rehearsal::cast;

use super::cups::READY;
use super::sheet;
use super::webdriver::Session;
use super::window::{Theme, Window};

/// Keeps a copy of every answer of the host, and counts them.
pub const LISTEN: &str = "
    window.__answers = [];
    const ask = window.fetch;
    window.fetch = async (...request) => {
      const answer = await ask(...request);
      window.__answers.push(await answer.clone().text());
      return answer;
    };";

pub fn search(page: &Session, text: &str) {
    page.keys(text);
    page.until("a row", |page| page.text("row"));
}

pub fn begin_for_ines(page: &Session) {
    search(page, "lefevre in");
    page.wait_for_words("sheet", "Nuñez");
    page.advance();
    page.wait_for("birth-date");
}

pub fn type_evidence(page: &Session) {
    page.keys("16031994");
    page.keys("lef");
    wait_for_next(page, "Photo");
}

#[test]
fn by_keyboard_from_the_search_to_the_sheet_of_paper() {
    let window = Window::signed_in(Theme::Light);
    let page = &window.page;
    page.run(LISTEN).expect("a listener");
    begin_for_ines(page);
    type_evidence(page);
    page.advance();
    wait_for_next(page, "Envoyer");
    page.advance();
    wait_for_next(page, "Remise faite");
    page.wait_for("proven");
    let dom = page
        .run("return document.documentElement.outerHTML")
        .expect("the page");

    let job = window.printer.wait_for(READY, 1).remove(0);
    let password = password_on(&job.document);
    let (opens, answer) = window.whoami(cast::INES_LEFEVRE_NUNEZ, &password);
    assert!(opens && answer.contains("must be changed"), "{answer}");

    page.advance();
    page.wait_for("home");

    let answers = page.run("return window.__answers").expect("the answers");
    let heard = answers.as_array().map_or(0, Vec::len);
    assert!(heard >= 6, "the listener heard {heard} answers");
    assert!(
        answers.to_string().contains("handover") || answers.to_string().contains("R-20"),
        "views were among them"
    );
    let log = window.log();
    // That this log catches what the program says is shown where a sign-in is refused.
    let dom = format!(
        "{dom}{}",
        page.run("return document.documentElement.outerHTML")
            .expect("the page")
    );
    for (place, text) in [
        ("an answer", answers.to_string()),
        ("the page", dom),
        ("the log", log),
    ] {
        assert!(!text.contains(&password), "the password is in {place}");
        assert!(
            !text.contains(password.split_at(password.len() / 2).0),
            "half of it is in {place}"
        );
    }
    println!("{heard} answers of the host searched for the password");
}

/// Waits until Ctrl+Entrée would do this: pressed while the machine works, it is absorbed on purpose.
pub fn wait_for_next(page: &Session, words: &str) {
    let script = "return document.querySelector('[data-testid=next]:not([aria-busy=true])')?.textContent ?? null";
    page.until(&format!("button « {words} »"), |page| {
        page.run(script)
            .ok()?
            .as_str()?
            .contains(words)
            .then_some(())
    });
}

pub fn password_on(document: &[u8]) -> String {
    sheet::password(&sheet::text(document))
}
