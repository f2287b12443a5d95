//! The window while the directory is away: a clerk known on this post opens it, and the strip says so; after their own
//! password change, one question. Never a word of it once it is answered.

use std::process::Command;

use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::person_dn;

use super::accessibility::{examine, with_axe};
use super::webdriver::{ENTER, plain};
use super::window::{CLERK, Theme, Window};

const NEW: &str = "Nouveau-Mot-De-Passe-12";

#[test]
fn a_known_clerk_unlocks_without_the_directory_and_reopens_their_key() {
    let mut window = Window::signed_in(Theme::Light);
    let right = clerk(CLERK).expect("a rehearsal clerk").password;
    window.lock();
    window.page.wait_for("unlock");
    window.directory.stop();
    window.page.keys(format!("{right}{ENTER}"));
    window.page.wait_for("search");
    let strip = window.page.wait_for("offline");
    assert!(plain(&strip).contains("identité vérifiée le"), "{strip}");
    assert!(window.page.text("previous-password").is_none());
    with_axe(&window.page);
    examine(&window.page, Theme::Light, "an offline session");

    window.directory.restart().expect("the directory is back");
    window.page.until("the end of the strip", |page| {
        page.text("offline").is_none().then_some(())
    });

    change_password(&window, right);
    window.lock();
    window.page.wait_for("unlock");
    window.page.keys(format!("{NEW}{ENTER}"));
    window.page.wait_for("previous-password");
    with_axe(&window.page);
    examine(&window.page, Theme::Light, "the former password");
    window.page.keys(format!("pas-celui-la{ENTER}"));
    let refusal = window.page.wait_for("refusal");
    assert!(
        plain(&refusal).contains("pas le mot de passe précédent"),
        "{refusal}"
    );
    window.page.keys(format!("{right}{ENTER}"));
    window.page.until("the answer", |page| {
        page.text("previous-password").is_none().then_some(())
    });
}

/// Their own change, on the portal.
fn change_password(window: &Window, right: &str) {
    let output = Command::new("ldappasswd")
        .args(["-x", "-H", &window.directory.uri_ldaps, "-D"])
        .arg(person_dn(CLERK))
        .args(["-w", right, "-s", NEW])
        .env("LDAPTLS_CACERT", &window.directory.ca_pem)
        .output()
        .expect("ldappasswd (Debian package ldap-utils)");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
