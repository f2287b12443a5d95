//! The secrets of one sitting, searched for everywhere they must not be: the page, the answers of the host, the log,
//! every file that the program and the print server can write.
//! The search proves itself first: a canary planted in each place must be found there.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use guichet_core::rehearsal::cast;
use guichet_core::rehearsal::clerks::clerk;
use serde_json::Value;

use super::cups::READY;
use super::hand_over::{LISTEN, begin_for_ines, password_on, type_evidence, wait_for_next};
use super::webdriver::Session;
use super::window::{CLERK, Theme, Window};

const CANARY: &str = "CanariVoileGaletPhare";

/// The ways a text may be written down.
fn spellings(secret: &str) -> Vec<Vec<u8>> {
    let utf16: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let hex = |upper: bool| -> Vec<u8> {
        secret
            .bytes()
            .flat_map(|byte| {
                let pair = if upper {
                    format!("{byte:02X}")
                } else {
                    format!("{byte:02x}")
                };
                pair.into_bytes()
            })
            .collect()
    };
    let mut spellings = vec![secret.as_bytes().to_vec(), utf16, hex(false), hex(true)];
    // Whatever stands before it, one of three readings in base64 is this one, its ends apart.
    for before in 0..3 {
        let shifted = [vec![b'_'; before], secret.as_bytes().to_vec()].concat();
        let text = STANDARD.encode(shifted);
        let from = if before == 0 { 0 } else { 4 };
        spellings.push(text.as_bytes()[from..text.len() - 4].to_vec());
    }
    // Half of it gives the rest away.
    let (head, tail) = secret.split_at(secret.len() / 2);
    spellings.extend([head.as_bytes().to_vec(), tail.as_bytes().to_vec()]);
    spellings
}

fn holds(place: &[u8], secret: &str) -> bool {
    spellings(secret)
        .iter()
        .any(|spelling| memchr::memmem::find(place, spelling).is_some())
}

/// Every file under these folders, but the sheets that came out of the printer.
fn files(folders: &[&Path]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting: Vec<PathBuf> = folders.iter().map(|folder| (*folder).to_owned()).collect();
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let kind = entry.file_type().expect("a kind");
            if kind.is_dir() && !path.ends_with("out") {
                waiting.push(path);
            } else if kind.is_file() {
                found.push(path);
            }
        }
    }
    found
}

fn with_secret(files: &[PathBuf], secret: &str) -> Vec<PathBuf> {
    files
        .iter()
        .filter(|file| fs::read(file).is_ok_and(|content| holds(&content, secret)))
        .cloned()
        .collect()
}

/// What the page holds, fields included, and what the host answered.
fn page_and_answers(page: &Session) -> [(&'static str, Vec<u8>); 2] {
    let dom = page
        .run("return document.documentElement.outerHTML + [...document.querySelectorAll('input, textarea')].map((field) => field.value).join(' ') + JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage })")
        .expect("the page");
    let answers = page.run("return window.__answers").expect("the answers");
    let text = |value: &Value| value.to_string().into_bytes();
    [("the page", text(&dom)), ("an answer", text(&answers))]
}

#[test]
fn no_secret_outlives_a_handover_anywhere() {
    let window = Window::open(Theme::Light);
    let page = &window.page;
    page.wait_for("login");
    page.run(LISTEN).expect("a listener");
    let typed = clerk(CLERK).expect("a clerk").password;
    window.sign_in();
    for (place, content) in page_and_answers(page) {
        assert!(
            !holds(&content, typed),
            "the clerk's password is in {place}"
        );
    }

    // The search must find what is there.
    page.run(&format!(
        "document.body.dataset.canary = '{CANARY}'; window.__answers.push('{CANARY}');"
    ))
    .expect("canaries");
    for (place, content) in page_and_answers(page) {
        assert!(holds(&content, CANARY), "the canary of {place} is found");
    }
    page.run("delete document.body.dataset.canary; window.__answers.pop();")
        .expect("canaries go");
    let plants = [
        window.folder().join("poste/canari.tmp"),
        window.folder().join("XDG_CACHE_HOME/canari"),
        window.printer.folder().join("spool/canari"),
        window.directory.folder.join("canari"),
    ];
    for (number, plant) in plants.iter().enumerate() {
        fs::create_dir_all(plant.parent().expect("a folder")).expect("a folder");
        let spelling = spellings(CANARY)[number].clone();
        fs::write(
            plant,
            [b"avant ".to_vec(), spelling, b" apres".to_vec()].concat(),
        )
        .expect("a canary");
    }
    let folders = [
        window.folder(),
        window.printer.folder(),
        window.directory.folder.as_path(),
    ];
    let found = with_secret(&files(&folders), CANARY);
    assert_eq!(
        found.len(),
        plants.len(),
        "each canary is found, and no other: {found:?}"
    );
    for plant in &plants {
        fs::remove_file(plant).expect("the canary goes");
    }

    begin_for_ines(page);
    type_evidence(page);
    page.advance();
    wait_for_next(page, "Envoyer");
    page.advance();
    wait_for_next(page, "Remise faite");
    page.wait_for("proven");
    let job = window.printer.wait_for(READY, 1).remove(0);
    let password = password_on(&job.document);
    assert!(
        window.whoami(cast::INES_LEFEVRE_NUNEZ, &password).0,
        "it is the one that opens"
    );
    let during = page_and_answers(page);
    page.advance();
    page.wait_for("home");

    let after = page_and_answers(page);
    let heard = page.run("return window.__answers.length").expect("a count");
    assert!(
        heard.as_u64().is_some_and(|heard| heard >= 10),
        "{heard} answers were heard"
    );
    for secret in [password.as_str(), typed] {
        for (place, content) in during.iter().chain(&after) {
            assert!(!holds(content, secret), "a secret is in {place}");
        }
    }
    let files = files(&folders);
    let found = with_secret(&files, &password);
    assert!(found.is_empty(), "the person's password is in {found:?}");
    // The rehearsal's own folder holds the passwords of its fictitious clerks: it is where they are made.
    let ours: Vec<PathBuf> = files
        .iter()
        .filter(|file| !file.starts_with(&window.directory.folder))
        .cloned()
        .collect();
    let found = with_secret(&ours, typed);
    assert!(found.is_empty(), "the clerk's password is in {found:?}");
    let titles = format!("{} {} {}", job.title, job.user, job.options);
    assert!(
        !holds(titles.as_bytes(), &password),
        "the print job says it"
    );
    println!(
        "{} files, {heard} answers, two pages and a log searched",
        files.len()
    );
}
