//! A directory is written by many hands: a name that is markup is shown as the text it is, on every screen that bears it.

use guichet_core::rehearsal::{cast, person_dn};

use super::accessibility::{examine, with_axe};
use super::hand_over::{search, type_evidence};
use super::traces::{NONE, traces, watch, would_be_seen};
use super::window::{Theme, Window, modify};

#[test]
fn markup_in_a_name_is_only_text() {
    let name = "Piegebourg<img src=x onerror=\"document.title='guichet-execute'\"><script>document.title='guichet-execute'</script>";
    let window = Window::open_after(Theme::Light, |directory| {
        let entry = person_dn(cast::INES_LEFEVRE_NUNEZ);
        modify(
            directory,
            &format!(
                "dn: {entry}\nchangetype: modify\nreplace: sn\nsn: {name}\n-\nreplace: cn\ncn: {name}\n-\nreplace: displayName\ndisplayName: {name}\n"
            ),
        );
    });
    let page = &window.page;
    window.sign_in();
    watch(page);
    let is_text = |testid: &str| {
        let shown = page.until(testid, |page| {
            page.text(testid)
                .filter(|text| text.to_lowercase().contains("<img src=x"))
        });
        assert_eq!(traces(page), NONE, "{testid}: {shown}");
    };
    search(page, "piegebourg");
    is_text("row");
    is_text("sheet");
    page.advance();
    page.wait_for("birth-date");
    let title = page
        .run("return document.getElementById('handover-title').textContent")
        .expect("a title");
    assert!(title.to_string().contains("<img src=x"), "{title}");
    type_evidence(page);
    page.advance();
    is_text("letter-preview");
    with_axe(page);
    examine(page, Theme::Light, "a name of markup on the letter");
    would_be_seen(page, "letter-preview");
}
