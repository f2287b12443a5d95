//! What a text leaves in the window when it becomes more than text: elements, dialogs, refusals of the content policy.
//! Looks at the real page; it proves itself by making one text into markup, which it must then report.
//! Never executes anything of ours: a payload that runs writes a mark in the title, nothing else.

use super::inputs::MARK;
use super::webdriver::Session;

/// Installed once a page: counts dialogs and what the content policy refused.
const WATCH: &str = "
    window.__seen = { dialogs: 0, refusals: 0 };
    document.addEventListener('securitypolicyviolation', () => { window.__seen.refusals += 1; });
    for (const name of ['alert', 'confirm', 'prompt']) window[name] = () => { window.__seen.dialogs += 1; };";

/// The screens use none of these elements, no handler in an attribute, and no address of a script.
const PROBE: &str = "
    const foreign = new Set(['SCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'BASE', 'META', 'LINK', 'STYLE', 'IMG', 'MATH', 'A']);
    const address = /^(href|src|srcdoc|action|formaction|data|xlink:href)$/i;
    const strange = ({ name, value }) => /^on/i.test(name) || (address.test(name) && /^\\s*(javascript|data):/i.test(value));
    const elements = [...document.body.querySelectorAll('*')]
      .filter((element) => foreign.has(element.tagName) || [...element.attributes].some(strange)).length;
    return { elements, ...window.__seen, title: document.title, place: location.href };";

#[derive(Debug, PartialEq, Eq)]
pub struct Traces {
    pub elements: u64,
    pub dialogs: u64,
    pub refusals: u64,
    pub ran: bool,
    pub left: bool,
}

pub const NONE: Traces = Traces {
    elements: 0,
    dialogs: 0,
    refusals: 0,
    ran: false,
    left: false,
};

pub fn watch(page: &Session) {
    page.run(WATCH).expect("a watch");
}

pub fn traces(page: &Session) -> Traces {
    let seen = page.run(PROBE).expect("a look at the page");
    let count = |name: &str| seen[name].as_u64().unwrap_or(u64::MAX);
    Traces {
        elements: count("elements"),
        dialogs: count("dialogs"),
        refusals: count("refusals"),
        ran: seen["title"]
            .as_str()
            .is_none_or(|title| title.contains(MARK)),
        left: seen["place"]
            .as_str()
            .is_none_or(|place| !place.starts_with("tauri://localhost")),
    }
}

/// Renders the text of an element as markup, which is what a screen with `{@html …}` would do with it, and demands that
/// the watch reports it and that the content policy keeps it from running. What it proves: the same payload, on the
/// same screen, would not pass unseen. The screen is spoilt afterwards: this comes last.
pub fn would_be_seen(page: &Session, testid: &str) {
    let before = traces(page);
    assert_eq!(before, NONE, "{testid}: clean before the proof");
    page.run(&format!(
        "const element = document.querySelector('[data-testid=\"{testid}\"]'); element.innerHTML = element.textContent;"
    ))
    .expect("markup");
    let seen = page.until("a refusal of the content policy", |page| {
        let seen = traces(page);
        (seen.refusals > 0).then_some(seen)
    });
    assert!(seen.elements > 0, "{testid}: the element is seen: {seen:?}");
    assert!(
        !seen.ran,
        "{testid}: the content policy keeps it from running"
    );
}
