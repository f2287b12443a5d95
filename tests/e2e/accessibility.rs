//! axe-core over each state that a handover passes through, in both themes: no violation, and never over nothing.

use std::path::Path;

use super::hand_over::{begin_for_ines, search, type_evidence, wait_for_next};
use super::webdriver::Session;
use super::window::{Theme, Window};

const RUN: &str = "
    const done = arguments[arguments.length - 1];
    const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    axe.run(document, { runOnly: rules }).then((seen) => done({
      examined: [...seen.passes, ...seen.violations].reduce((sum, rule) => sum + rule.nodes.length, 0),
      violations: seen.violations.map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.html).join(' ; ')}`),
    }), (error) => done({ examined: 0, violations: [String(error)] }));";

pub fn examine(page: &Session, theme: Theme, state: &str) {
    let seen = page.run_slowly(RUN).expect("axe-core runs");
    let nodes = seen["examined"].as_u64().unwrap_or(0);
    println!("{theme:?}, {state}: {nodes} nodes");
    assert!(nodes > 0, "{state}: nothing was examined");
    assert_eq!(
        seen["violations"].as_array().map(Vec::len),
        Some(0),
        "{state}: {:#}",
        seen["violations"]
    );
}

pub fn with_axe(page: &Session) {
    let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(axe).expect("axe-core (npm ci in ui/)");
    page.run(&axe).expect("axe-core loads");
}

fn every_state(theme: Theme) {
    let mut window = Window::open(theme);
    let page = &window.page;
    page.wait_for("login");
    let wanted = if theme == Theme::Dark {
        "dark"
    } else {
        "light"
    };
    let shown = page
        .run("return document.documentElement.dataset.theme")
        .expect("a theme");
    assert_eq!(shown, wanted);
    with_axe(page);
    examine(page, theme, "session");
    window.sign_in();
    examine(page, theme, "home");
    search(page, "nadia belk");
    page.wait_for("sheet");
    examine(page, theme, "results and sheet");
    page.control('a');
    begin_for_ines(page);
    examine(page, theme, "identity to check");
    type_evidence(page);
    examine(page, theme, "photo to judge");
    page.advance();
    wait_for_next(page, "Envoyer");
    examine(page, theme, "ready to send");
    page.advance();
    wait_for_next(page, "Remise faite");
    examine(page, theme, "sent and printed");
    window.lock();
    let page = &window.page;
    page.wait_for("unlock");
    let shown = page
        .run("return document.documentElement.dataset.theme")
        .expect("a theme");
    assert_eq!(shown, wanted, "the new start keeps the theme");
    with_axe(page);
    examine(page, theme, "locked");
}

#[test]
fn every_state_in_the_light_theme() {
    every_state(Theme::Light);
}

#[test]
fn every_state_in_the_dark_theme() {
    every_state(Theme::Dark);
}
