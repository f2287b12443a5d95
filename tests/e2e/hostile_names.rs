//! A directory is written by many hands: a name that is markup is shown as the text it is.

use guichet_core::rehearsal::person_dn;

use super::hand_over::search;
use super::window::{Theme, Window, modify};

#[test]
fn markup_in_a_name_is_only_text() {
    let name = "Piegebourg<img src=x onerror=\"document.title='execute'\"><script>document.title='execute'</script>";
    let window = Window::open_after(Theme::Light, |directory| {
        let entry = person_dn("hlefevre");
        modify(
            directory,
            &format!(
                "dn: {entry}\nchangetype: modify\nreplace: sn\nsn: {name}\n-\nreplace: cn\ncn: {name}\n-\nreplace: displayName\ndisplayName: {name}\n"
            ),
        );
    });
    window.sign_in();
    let page = &window.page;
    search(page, "piegebourg");
    let row = page.wait_for("row").to_lowercase();
    assert!(
        row.contains("<img src=x"),
        "the name as it is written: {row}"
    );
    page.wait_for("sheet");
    let made = page
        .run("return document.querySelectorAll('#app img, #app script').length")
        .expect("a count");
    assert_eq!(made, 0, "no element came out of a name");
    let title = page.run("return document.title").expect("a title");
    assert_ne!(title, "execute", "nothing ran");
}
