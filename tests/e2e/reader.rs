//! A document passed at the search, as a reader in keyboard mode types it.

use super::window::{Theme, Window};

const ZONE: &str = "IDFRAX4RTBPFW46<<<<<<<<<<<<<<<\n9403165F3108228FRA<<<<<<<<<<<2\nLEFEVRE<NUNEZ<<INES<CAMILLE<<<\n";

#[test]
fn a_document_passed_at_the_search_opens_its_handover() {
    let window = Window::signed_in(Theme::Light);
    window.read_document(ZONE);
    let page = &window.page;
    page.wait_for("steps");
    let comparison = page.wait_for("comparison");
    assert!(
        comparison.contains("Nuñez") || comparison.contains("NUNEZ"),
        "{comparison}"
    );
    let words = page.words();
    assert!(
        !words.contains("X4RTBPFW4"),
        "the document's number is masked"
    );
}
