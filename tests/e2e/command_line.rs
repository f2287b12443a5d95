//! The corpus on the command line: arguments, the file of the document seen, names of the directory on a terminal.
//! Each answer is a French sentence and a documented code, short and without a sign that drives a terminal.
//! A text of each family, and not all of them: each is a program that signs in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::{
    RECOVERY_IDENTITY, RehearsalOptions, TemporaryRehearsal, cast, person_dn, post_settings,
};
use serde_json::json;

use super::french::{fault_in, is_deceptive};
use super::inputs::{Family, Hostile, corpus};
use super::window::{CLERK, modify};

const LONGEST: usize = 32 << 10;

struct Desk {
    directory: TemporaryRehearsal,
    folder: tempfile::TempDir,
    settings: PathBuf,
    password: PathBuf,
}

impl Desk {
    fn open() -> Desk {
        let templates = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("repetition");
        let mut options = RehearsalOptions::new(templates, jiff::Timestamp::now());
        options.people = 600;
        options.durable = false;
        let directory = TemporaryRehearsal::start(&options).expect("the rehearsal directory");
        let folder = tempfile::tempdir().expect("a folder");
        let settings = folder.path().join("reglages.toml");
        let text = post_settings(&directory.uri_ldaps, &directory.ca_pem, folder.path());
        fs::write(&settings, toml::to_string(&text).expect("settings")).expect("the settings");
        let password = folder.path().join("mot-de-passe");
        fs::write(&password, clerk(CLERK).expect("a clerk").password).expect("a password");
        Desk {
            directory,
            folder,
            settings,
            password,
        }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_guichet"))
            .arg("--settings")
            .arg(&self.settings)
            .args(["--as", CLERK, "--password-file"])
            .arg(&self.password)
            .args(arguments)
            // No print server: a letter that would leave goes nowhere.
            .env("CUPS_SERVER", "localhost:9")
            .stdin(Stdio::null())
            .output()
            .expect("guichet")
    }

    fn file(&self, name: &str, content: &str) -> String {
        let file = self.folder.path().join(name);
        fs::write(&file, content).expect("a file");
        file.display().to_string()
    }
}

/// What an answer must be; `typed` may be quoted in it.
fn judge(what: &str, hostile: &Hostile, output: &Output, refused: bool) {
    let shown = hostile.shown();
    let out = String::from_utf8(output.stdout.clone()).expect("text");
    let err = String::from_utf8(output.stderr.clone()).expect("text");
    let code = output.status.code();
    assert!(
        code.is_some_and(|code| (0..=12).contains(&code)),
        "{what}: {shown}: {code:?} is no documented code: {err}"
    );
    assert!(
        out.len() + err.len() < LONGEST,
        "{what}: {shown}: {} bytes",
        out.len() + err.len()
    );
    let drives = |sign: char| (sign.is_control() && sign != '\n') || is_deceptive(sign);
    assert!(
        !out.contains(drives) && !err.contains(drives),
        "{what}: {shown}: {out:?} {err:?}"
    );
    if refused {
        assert_ne!(code, Some(0), "{what}: {shown}: accepted: {out}");
    }
    if !err.trim().is_empty() {
        assert_eq!(
            fault_in(&err.trim().replace('\n', " "), &hostile.text),
            None,
            "{what}: {shown}"
        );
    } else if refused && out.trim().is_empty() {
        panic!("{what}: {shown}: nothing is said");
    }
}

/// Two texts of each family that the system lets through as an argument.
fn arguments() -> Vec<Hostile> {
    let fits = |hostile: &Hostile| {
        (3..100_000).contains(&hostile.text.trim().len())
            && !hostile.text.contains('\0')
            && !hostile.text.contains("lefevre")
    };
    let corpus = corpus();
    Family::ALL
        .iter()
        .flat_map(|family| {
            let of_it: Vec<&Hostile> = corpus
                .iter()
                .filter(|hostile| hostile.family == *family && fits(hostile))
                .collect();
            assert!(of_it.len() >= 2, "{family:?}");
            [of_it[0].clone(), of_it[of_it.len() - 1].clone()]
        })
        .collect()
}

#[test]
fn every_argument_and_every_file_is_answered_in_french() {
    let desk = Desk::open();
    let sound = desk.file("piece.json", "{\"zone\": [\"IDFRA\"], \"photo\": true}");
    let mut runs = 0;
    for (turn, hostile) in arguments().iter().enumerate() {
        let text = hostile.text.as_str();
        judge("an unknown verb", hostile, &desk.run(&[text]), true);
        // Each in its turn: a run signs in, and all four take a text the same way.
        let verbs: [&[&str]; 3] = [
            &["show", "--", text],
            &["check-identity", "--evidence", &sound, "--", text],
            &["hand-over", "--evidence", &sound, "--", text],
        ];
        let verb = verbs[turn % verbs.len()];
        judge(verb[0], hostile, &desk.run(verb), true);
        judge("find", hostile, &desk.run(&["find", "--", text]), false);
        runs += 3;
    }
    for (turn, hostile) in corpus()
        .iter()
        .enumerate()
        .filter(|(turn, hostile)| turn % 23 == 0 || hostile.text.len() > 1 << 20)
    {
        let text = &hostile.text;
        let whole = text.clone();
        let zone = json!({ "zone": [text], "photo": true }).to_string();
        let typed =
            json!({ "document": text, "birthDate": text, "nameStart": text, "photo": true })
                .to_string();
        let date =
            json!({ "document": "passport", "birthDate": text, "nameStart": text, "photo": true })
                .to_string();
        let evidence = [whole, zone, typed, date]
            .into_iter()
            .nth(turn % 4)
            .expect("four");
        let file = desk.file("hostile.json", &evidence);
        let letter = desk.folder.path().join("lettre.pdf").display().to_string();
        let answer = desk.run(&[
            "hand-over",
            cast::INES_LEFEVRE_NUNEZ,
            "--evidence",
            &file,
            "--letter",
            &letter,
        ]);
        judge("the document seen", hostile, &answer, true);
        assert!(
            !Path::new(&letter).exists(),
            "{}: a letter came out",
            hostile.shown()
        );
        runs += 1;
    }
    println!("{runs} runs");
}

#[test]
fn a_name_does_not_drive_the_terminal() {
    let desk = Desk::open();
    let entry = person_dn("hlefevre");
    // « Piegebourg », an order to clear the screen, a line end, an override of direction.
    let name = "UGllZ2Vib3VyZxtbMkoK4oCuZXJ0dWFM";
    modify(
        &desk.directory,
        &format!(
            "dn: {entry}\nchangetype: modify\nreplace: sn\nsn:: {name}\n-\nreplace: displayName\ndisplayName:: {name}\n"
        ),
    );
    let hostile = Hostile {
        family: Family::Control,
        text: "hlefevre".to_owned(),
    };
    for verb in ["show", "find"] {
        let answer = desk.run(&[verb, "hlefevre"]);
        judge(verb, &hostile, &answer, false);
        let out = String::from_utf8_lossy(&answer.stdout).into_owned();
        assert!(out.to_lowercase().contains("piegebourg"), "{verb}: {out}");
    }
}

#[test]
fn each_kind_of_fault_has_its_code_and_its_sentence() {
    let desk = Desk::open();
    let empty = desk.file("vide.json", "{\"photo\": true}");
    let absent = desk.folder.path().join("absent").display().to_string();
    let person = cast::INES_LEFEVRE_NUNEZ;
    for (arguments, code, said) in [
        (&["find", "zzyzx"][..], 7, "Personne ne correspond à"),
        (&["find", "d"], 7, "Tapez au moins deux lettres."),
        (
            &["handovers"],
            0,
            "Vous n’avez rien remis aujourd’hui sur ce poste.",
        ),
        (
            &["check-identity", person, "--evidence", &empty],
            2,
            "aucune pièce n’y est décrite",
        ),
        (
            &["check-identity", person, "--evidence", &absent],
            2,
            "il n’existe pas",
        ),
        (&["find"], 2, "Il manque"),
    ] {
        let answer = desk.run(arguments);
        let told = [answer.stdout, answer.stderr].concat();
        let told = String::from_utf8(told).expect("text");
        assert_eq!(answer.status.code(), Some(code), "{arguments:?}: {told}");
        assert!(told.contains(said), "{arguments:?}: {told}");
    }

    let mut settings: toml::Table = fs::read_to_string(&desk.settings)
        .expect("the settings")
        .parse()
        .expect("TOML");
    settings["directory"]["authority"] = absent.as_str().into();
    let text = toml::to_string(&settings).expect("settings");
    fs::write(&desk.settings, text).expect("the settings");
    for arguments in [
        &["doctor"][..],
        &["doctor", "--canary", "--canary-password-file", &empty],
    ] {
        let answer = desk.run(arguments);
        let told = String::from_utf8(answer.stderr).expect("text");
        assert_eq!(
            answer.status.code(),
            Some(8),
            "{arguments:?}: an authority that does not read is a fault of the settings: {told}"
        );
        assert!(told.contains("directory.authority"), "{told}");
    }
}

#[test]
fn the_mirror_says_where_it_stands_and_is_refreshed() {
    let mut desk = Desk::open();
    let asked = |desk: &Desk, arguments: &[&str]| {
        let output = desk.run(arguments);
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code(), out)
    };
    let status = |desk: &Desk| -> serde_json::Value {
        let (code, out) = asked(desk, &["--json", "mirror", "status"]);
        assert_eq!(code, Some(0), "{out}");
        serde_json::from_str(&out).expect("JSON")
    };
    let before = status(&desk);
    assert_eq!(before["owner"], serde_json::Value::Null);
    assert_eq!(before["wholeDue"], true);
    let (code, out) = asked(&desk, &["mirror", "refresh"]);
    assert_eq!(code, Some(0), "{out}");
    assert!(out.starts_with("Périmètre lu en entier"), "{out}");
    let (code, out) = asked(&desk, &["--json", "mirror", "refresh"]);
    assert_eq!(code, Some(0), "{out}");
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(
        (&report["whole"], &report["followed"]),
        (&json!(false), &json!(true)),
        "another start goes on from the cookie"
    );
    let after = status(&desk);
    assert_eq!(after["owner"], person_dn(CLERK));
    assert!(after["people"].as_u64().is_some_and(|people| people > 100));
    assert!(after["freshAt"].is_string() && after["followed"] == json!(true));
    let (_, out) = asked(&desk, &["mirror", "status"]);
    assert!(
        out.contains("copie de\u{a0}") && out.contains("les changements seuls"),
        "{out}"
    );
    desk.directory.stop();
    let (code, _) = asked(&desk, &["mirror", "refresh"]);
    assert_eq!(code, Some(4), "the directory does not answer");
    assert_eq!(status(&desk)["people"], after["people"], "the copy stays");
    let (code, _) = asked(&desk, &["mirror", "forget"]);
    assert_eq!(code, Some(2));
}

#[test]
fn the_recovery_key_is_tried_and_never_asked_twice() {
    let desk = Desk::open();
    let opened = desk.run(&["find", "lefevre"]);
    assert_eq!(opened.status.code(), Some(0), "{opened:?}");
    let absent = desk.folder.path().join("absente").display().to_string();
    let stranger = desk.file("autre.txt", "# rien\n");
    let right = desk.file("secours.txt", &format!("# clé\n{RECOVERY_IDENTITY}\n"));
    for (file, code) in [(&absent, 3), (&stranger, 3), (&right, 0)] {
        let answer = desk.run(&["recover", "key", "--identity-file", file]);
        assert_eq!(answer.status.code(), Some(code), "{file}: {answer:?}");
        let said = String::from_utf8_lossy(if code == 0 {
            &answer.stdout
        } else {
            &answer.stderr
        });
        assert!(said.trim_end().ends_with('.'), "{file}: {said}");
        assert!(!said.contains("AGE-SECRET-KEY-17"), "{said}");
    }
    let again = desk.run(&["find", "lefevre"]);
    assert_eq!(again.status.code(), Some(0), "the post opens as before");
}

#[test]
fn the_letters_of_a_clerk_who_has_gone_are_listed_and_nothing_is_sent_in_nobodys_name() {
    let desk = Desk::open();
    assert_eq!(desk.run(&["find", "lefevre"]).status.code(), Some(0));
    let stranger = desk.file(
        "autre.txt",
        "AGE-SECRET-KEY-1QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSKMP32K\n",
    );
    let right = desk.file("secours.txt", RECOVERY_IDENTITY);
    let folder = desk.folder.path().join("ailleurs").display().to_string();
    let cases: [(&[&str], i32, &str); 6] = [
        (&["--identity-file", &stranger], 3, "clé"),
        (
            &["--identity-file", &right, "--folder", &folder],
            3,
            "pas de base",
        ),
        (&["--identity-file", &right], 0, "Rien n’attend"),
        (&["--identity-file", &right, "--send"], 0, "Rien n’attend"),
        (
            &["--identity-file", &right, "--send", "R-2026-02001"],
            7,
            "n’attend pas sur ce poste",
        ),
        (
            &["--identity-file", &right, "--void", "R-2026-02001"],
            7,
            "n’attend pas sur ce poste",
        ),
    ];
    for (more, code, said) in cases {
        let answer = desk.run(&[&["recover", "letters"], more].concat());
        assert_eq!(answer.status.code(), Some(code), "{more:?}: {answer:?}");
        let told = format!(
            "{}{}",
            String::from_utf8_lossy(&answer.stdout),
            String::from_utf8_lossy(&answer.stderr)
        );
        assert!(told.contains(said), "{more:?}: {told}");
        assert!(!told.contains("AGE-SECRET-KEY-17"), "{told}");
    }
    assert!(!Path::new(&folder).exists(), "a wrong folder is not made");
    let nobody = Command::new(env!("CARGO_BIN_EXE_guichet"))
        .arg("--settings")
        .arg(&desk.settings)
        .args(["recover", "letters", "--identity-file", &right, "--send"])
        .stdin(Stdio::null())
        .output()
        .expect("guichet");
    assert_eq!(nobody.status.code(), Some(5), "who sends? {nobody:?}");
}

#[test]
fn the_former_password_comes_from_a_file() {
    let desk = Desk::open();
    assert_eq!(desk.run(&["find", "lefevre"]).status.code(), Some(0));
    let former = clerk(CLERK).expect("a clerk").password;
    let change = Command::new("ldappasswd")
        .args(["-x", "-H", &desk.directory.uri_ldaps, "-D"])
        .arg(person_dn(CLERK))
        .args(["-w", former, "-s", "Nouveau-Mot-De-Passe-12"])
        .env("LDAPTLS_CACERT", &desk.directory.ca_pem)
        .status()
        .expect("ldappasswd (Debian package ldap-utils)");
    assert!(change.success());
    desk.file("mot-de-passe", "Nouveau-Mot-De-Passe-12\n");
    let unanswered = desk.run(&["find", "lefevre"]);
    assert_eq!(
        unanswered.status.code(),
        Some(0),
        "nobody to ask: it reads all the same"
    );
    for (content, code) in [("pas celui-là", 5), (former, 0)] {
        let file = desk.file("precedent", content);
        let answer = desk.run(&["find", "lefevre", "--previous-password-file", &file]);
        assert_eq!(answer.status.code(), Some(code), "{answer:?}");
    }
}
