//! The corpus typed and pasted in the fields of the window: nothing runs, and the window goes on working.
//! One window for every field: what a text would leave would still be there at the end.

use super::accessibility::{examine, with_axe};
use super::hand_over::{begin_for_ines, search, type_evidence};
use super::inputs::{Family, Hostile, corpus};
use super::traces::{NONE, traces, watch, would_be_seen};
use super::webdriver::{ENTER, Session};
use super::window::{Theme, Window};

/// Pastes each text in a field, one after the other, and leaves time for what each starts.
fn paste_all(page: &Session, field: &str, texts: &[&Hostile], pause: u32) {
    for some in texts.chunks(40) {
        let texts: Vec<&str> = some.iter().map(|hostile| hostile.text.as_str()).collect();
        let script = format!(
            "const done = arguments[arguments.length - 1];
             const field = document.getElementById({field:?});
             (async () => {{
               for (const text of {}) {{
                 field.focus();
                 field.select();
                 document.execCommand('insertText', false, text);
                 await new Promise((next) => setTimeout(next, {pause}));
               }}
               done(true);
             }})();",
            serde_json::to_string(&texts).expect("texts")
        );
        page.run_slowly(&script).expect("pasted");
        assert_eq!(traces(page), NONE, "{field}: among {texts:?}");
    }
}

fn empty(page: &Session, field: &str) {
    page.run(&format!(
        "const field = document.getElementById({field:?}); field.focus(); field.select(); document.execCommand('delete');"
    ))
    .expect("emptied");
}

#[test]
fn nothing_typed_or_pasted_runs() {
    let window = Window::open(Theme::Light);
    let page = &window.page;
    page.wait_for("login");
    watch(page);
    let corpus = corpus();
    let texts: Vec<&Hostile> = corpus
        .iter()
        .filter(|hostile| hostile.text.len() < 2_000)
        .collect();

    // Where a text is asked, every one; where it only stands in its field, the markup and some of the rest.
    let some: Vec<&Hostile> = texts
        .iter()
        .enumerate()
        .filter(|(place, hostile)| hostile.family == Family::Markup || place % 6 == 0)
        .map(|(_, hostile)| *hostile)
        .collect();

    paste_all(page, "login", &some, 4);
    paste_all(page, "password", &some, 4);
    // One of each family is really asked; the login is nobody's, so no account is locked by it.
    for family in Family::ALL {
        let Some(hostile) = texts
            .iter()
            .find(|hostile| hostile.family == family && hostile.text.trim().len() > 1)
        else {
            panic!("no text of {family:?}");
        };
        page.paste("login", &format!("personne {}", hostile.text));
        page.paste("password", &hostile.text);
        page.keys(ENTER.to_string());
        page.until("an answer", |page| {
            page.run("return document.querySelector('[data-testid=sign-in][aria-busy=true]') === null && document.getElementById('password').value === ''")
                .ok()?
                .as_bool()?
                .then_some(())
        });
        assert!(
            page.text("search").is_none(),
            "{}: it opened",
            hostile.shown()
        );
    }
    let refusal = page.wait_for("refusal");
    assert!(refusal.trim().ends_with('.'), "a sentence: {refusal}");
    assert_eq!(traces(page), NONE);
    empty(page, "login");
    empty(page, "password");
    page.run("document.getElementById('login').focus()")
        .expect("focus");
    window.sign_in();

    // By hand, then pasted: the answer to each is drawn before the next.
    page.keys("*)(uid=*");
    page.wait_for("nobody");
    page.control('a');
    page.keys("<b>nadia");
    assert_eq!(traces(page), NONE);
    paste_all(page, "search", &texts, 20);
    page.run("const field = document.getElementById('search'); field.focus(); field.select(); document.execCommand('insertText', false, '<b>'.repeat((10 << 20) / 3))")
        .expect("ten megabytes pasted");
    let kept = page
        .run("return document.getElementById('search').value.length")
        .expect("a length");
    assert!(
        kept.as_u64().is_some_and(|kept| kept <= 200),
        "{kept} characters kept"
    );
    with_axe(page);
    examine(page, Theme::Light, "a search that finds nobody");
    page.control('a');
    search(page, "nadia belk");
    page.wait_for_words("sheet", "Nadia");
    page.control('a');
    begin_for_ines(page);

    paste_all(page, "birth-date", &some, 4);
    empty(page, "birth-date");
    paste_all(page, "name-start", &some, 4);
    empty(page, "name-start");
    page.run("document.getElementById('birth-date').focus()")
        .expect("focus");
    type_evidence(page);
    assert_eq!(traces(page), NONE);
    let log = window.log();
    assert!(!log.contains("panicked"), "{log}");

    page.run("document.querySelector('[data-testid=steps]').textContent = '<img src=x onerror=\"document.title=1\">'")
        .expect("a payload");
    would_be_seen(page, "steps");
    println!(
        "{} texts in the search, {} in four fields",
        texts.len(),
        some.len()
    );
}
