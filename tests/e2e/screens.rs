//! Photographs of the real window, light and dark, for `docs/screens/`: every screen in the states worth a look.
//! Run by `make screens` alone, for somebody who compares them with the design; asserts nothing about their looks.

use std::path::PathBuf;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use guichet_core::rehearsal::{DEFAULT_POLICY, policy_dn};

use super::cups::READY;
use super::hand_over::{begin_for_ines, type_evidence, wait_for_next};
use super::webdriver::{ENTER, ESCAPE, TAB};
use super::window::{CLERK, Theme, Window, modify};
use super::wire::{Plan, Wire};

const F1: &str = "\u{E031}";
const F8: &str = "\u{E038}";
const SAME_MONTH: &str = "IDFRAX4RTBPFW46<<<<<<<<<<<<<<<\n9403165F3108228FRA<<<<<<<<<<<2\nLEFEVRE<NUNEZ<<INES<CAMILLE<<<\n";
/// The right names, the wrong month: every check digit is good.
const OTHER_MONTH: &str = "IDFRAX4RTBPFW46<<<<<<<<<<<<<<<\n9404162F3108228FRA<<<<<<<<<<<6\nLEFEVRE<NUNEZ<<INES<CAMILLE<<<\n";

struct Album {
    theme: Theme,
    display: String,
}

impl Album {
    /// As the screen shows it, once what moves has come to rest.
    fn photograph(&self, name: &str) {
        sleep(Duration::from_millis(700));
        let theme = match self.theme {
            Theme::Light => "clair",
            Theme::Dark => "sombre",
        };
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/screens");
        let file = folder.join(format!("{name}-{theme}.png"));
        let script = "xwd -root -silent | convert xwd:- -strip \"$1\"";
        let taken = Command::new("sh")
            .args(["-c", script, "sh"])
            .arg(&file)
            .env("DISPLAY", &self.display)
            .status()
            .expect("xwd and convert (packages x11-apps, imagemagick)");
        assert!(taken.success(), "{name}");
        println!("{}", file.display());
    }
}

fn demand(window: &Window, length: u32) {
    let policy = policy_dn(DEFAULT_POLICY);
    let change = format!("replace: pwdMinLength\npwdMinLength: {length}\n");
    modify(
        &window.directory,
        &format!("dn: {policy}\nchangetype: modify\n{change}"),
    );
}

/// One handover of Inès up to « Envoyer et imprimer ».
fn ready_to_send(window: &Window) {
    begin_for_ines(&window.page);
    type_evidence(&window.page);
    window.page.advance();
    wait_for_next(&window.page, "Envoyer");
}

fn back_to_the_search(window: &Window) {
    window.page.advance();
    window.page.wait_for("home");
}

#[test]
#[ignore = "takes photographs: make screens"]
fn photographs() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    for theme in [Theme::Light, Theme::Dark] {
        let (mut window, wire) = Window::wired(theme, &runtime);
        let album = Album {
            theme,
            display: window.display().to_owned(),
        };
        photograph_sessions_and_search(&window, &album);
        photograph_a_handover(&window, &album);
        photograph_what_the_directory_does(&mut window, &wire, &album);
        window.lock();
        window.page.wait_for("password");
        album.photograph("verrou");
        drop(window);

        let broken = Window::prepared(theme, |_, settings| {
            let text = std::fs::read_to_string(settings).expect("the settings");
            std::fs::write(settings, text.replace("number = 2", "number = 200")).expect("written");
        });
        broken.page.wait_for("trouble");
        let album = Album {
            theme,
            display: broken.display().to_owned(),
        };
        album.photograph("panne");
    }
}

fn photograph_sessions_and_search(window: &Window, album: &Album) {
    let page = &window.page;
    page.wait_for("login");
    album.photograph("session");
    page.keys(format!("{CLERK}{TAB}pas-le-bon{ENTER}"));
    page.wait_for("refusal");
    album.photograph("session-refusee");
    page.run("const field = document.getElementById('login'); field.focus(); field.select()")
        .expect("focus");
    window.sign_in();
    album.photograph("accueil");
    page.keys("nadia belk");
    page.wait_for_words("sheet", "Nadia");
    album.photograph("guichet");
    page.control('a');
    page.keys("dubosc zzz");
    sleep(Duration::from_secs(1));
    album.photograph("guichet-personne");
    page.keys(ESCAPE.to_string());
}

fn photograph_a_handover(window: &Window, album: &Album) {
    let page = &window.page;
    begin_for_ines(page);
    album.photograph("remise-attente");
    window.read_document(OTHER_MONTH);
    page.wait_for_words("steps", "ne correspond pas");
    album.photograph("remise-ecart");
    page.keys(F8);
    page.wait_for("correction");
    album.photograph("dialogue-correction");
    page.keys(ESCAPE.to_string());
    window.read_document(SAME_MONTH);
    wait_for_next(page, "Photo");
    album.photograph("remise-photo");
    page.advance();
    wait_for_next(page, "Envoyer");
    album.photograph("remise-prete");
    page.keys(ESCAPE.to_string());
    page.wait_for("abandon");
    album.photograph("dialogue-abandon");
    page.click("abandon-keep");
    page.keys(F1);
    page.wait_for("help");
    album.photograph("dialogue-aide");
    page.keys(ESCAPE.to_string());
    window.printer.take_paper_out(READY);
    page.advance();
    page.wait_for("letter-notice");
    page.wait_for("proven");
    album.photograph("remise-imprimante");
    page.click("other-printer");
    page.wait_for("printers");
    album.photograph("dialogue-imprimantes");
    page.click("printer-cancel");
    window.printer.refill(READY);
    wait_for_next(page, "Imprimer");
    page.advance();
    wait_for_next(page, "Remise faite");
    album.photograph("remise-envoyee");
    back_to_the_search(window);
}

fn photograph_what_the_directory_does(window: &mut Window, wire: &Wire, album: &Album) {
    ready_to_send(window);
    demand(window, 90);
    window.page.advance();
    window
        .page
        .wait_for_words("directory-notice", "refusé ce mot de passe");
    album.photograph("remise-refusee");
    demand(window, 12);

    // One request to read the sheet again, then the Modify, whose answer stays on the wire.
    wire.set(Plan::HoldAnswersAfter(1));
    window.page.advance();
    wait_for_next(&window.page, "pas encore confirmé");
    album.photograph("remise-reponse-attendue");
    window.page.advance();
    window.page.wait_for_words("steps", "Lettre imprimée");
    album.photograph("remise-pas-encore-confirmee");
    wire.set(Plan::Pass);
    wait_for_next(&window.page, "Remise faite");
    back_to_the_search(window);

    window.directory.stop();
    window.page.wait_for("offline");
    album.photograph("sans-annuaire");
    begin_for_ines(&window.page);
    type_evidence(&window.page);
    window.page.advance();
    wait_for_next(&window.page, "pas encore actif");
    album.photograph("remise-hors-ligne");
    window.page.advance();
    wait_for_next(&window.page, "Feuille sortie");
    album.photograph("remise-hors-ligne-sortie");
    back_to_the_search(window);
    window.page.control('4');
    window.page.wait_for("outbox-detail");
    album.photograph("a-synchroniser");
    window.page.click("outbox-void");
    window.page.wait_for("void");
    album.photograph("dialogue-annuler-envoi");
    window.page.click("void-keep");
    window.lock();
    window.page.wait_for("left");
    album.photograph("verrou-envois");
    window.page.click("change-clerk");
    window.page.wait_for("waiting-sends");
    album.photograph("session-envois");
    window.sign_in();
    window.page.control('4');
    window.directory.restart().expect("the directory is back");
    window
        .page
        .wait_for_words("outbox-detail", "L’accès fonctionne");
    album.photograph("a-synchroniser-parti");
}
