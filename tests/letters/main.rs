//! The letter as a file: valid, fonts embedded, names intact, its QR readable, refusals that name the person.
//! Needs qpdf, poppler-utils and zbar-tools from Debian; a missing tool fails.

use std::path::{Path, PathBuf};
use std::process::Command;

use guichet_core::domain::letter::{
    Establishment, LetterFacts, LetterLanguage, LetterStatus, LetterTemplate, LetterText,
};
use guichet_core::letters;
use jiff::civil::date;
use jiff::tz::TimeZone;
use tempfile::TempDir;

const PASSWORD: &str = "SituerTeckelDroneSouplePerron";
const URL: &str = "https://sesame.univ-rivemer.example/activation";

fn facts(given: &str, family: &str) -> LetterFacts {
    LetterFacts {
        number: "R-2026-02127".into(),
        family_name: family.into(),
        given_name: given.into(),
        unit: Some("Direction des ressources humaines".into()),
        login: "ilefevrenunez".into(),
        issued_on: date(2026, 11, 24),
        place: "Rivemer".into(),
        valid_until: date(2026, 11, 27)
            .at(18, 0, 0, 0)
            .to_zoned(TimeZone::UTC)
            .unwrap(),
        portal_name: "Sésame".into(),
        activation_url: URL.into(),
        desk_name: "Antenne numérique Saint-Clair, bâtiment 4".into(),
        desk_hours: "8 h 30 – 17 h".into(),
        establishment: Establishment {
            name: "Université de Rivemer".into(),
            service_lines: vec![
                "Direction des ressources humaines".into(),
                "Campus Saint-Clair".into(),
            ],
            contact: "assistance@univ-rivemer.example".into(),
            dpo: "dpo@univ-rivemer.example".into(),
        },
        status: LetterStatus::Active,
        qr: true,
        copy: 1,
    }
}

fn lay_out(facts: &LetterFacts, language: LetterLanguage) -> Result<Vec<u8>, String> {
    let text = LetterText::fill(&LetterTemplate::default(), facts, language);
    let created = "2026-11-24T09:41:12Z".parse().unwrap();
    letters::lay_out(&text, facts, PASSWORD, [7; 16], created).map_err(|error| error.sentence())
}

fn written(facts: &LetterFacts, language: LetterLanguage) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lettre.pdf");
    let bytes = lay_out(facts, language).unwrap_or_else(|sentence| panic!("{sentence}"));
    std::fs::write(&file, bytes).unwrap();
    (folder, file)
}

fn tool(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{program} is needed ({error}): run .ci/install test"));
    assert!(
        output.status.success(),
        "{program}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn text_of(file: &Path) -> String {
    tool("pdftotext", &["-layout", &file.display().to_string(), "-"])
}

const LANGUAGES: [LetterLanguage; 3] = [
    LetterLanguage::French,
    LetterLanguage::English,
    LetterLanguage::Both,
];

#[test]
fn every_language_gives_one_valid_tagged_page_with_its_fonts() {
    for language in LANGUAGES {
        let (_folder, file) = written(&facts("Inès", "Lefèvre-Nuñez"), language);
        let name = file.display().to_string();
        assert!(tool("qpdf", &["--check", &name]).contains("No syntax or stream encoding errors"));
        let information = tool("pdfinfo", &[&name]);
        assert!(
            information
                .lines()
                .any(|line| line.starts_with("Pages:") && line.ends_with(" 1")),
            "{information}"
        );
        assert!(
            information
                .lines()
                .any(|line| line.starts_with("Tagged:") && line.ends_with("yes")),
            "{information}"
        );
        assert!(
            !information.contains("Lefèvre"),
            "no name in the metadata: {information}"
        );
        let fonts = tool("pdffonts", &[&name]);
        let lines: Vec<&str> = fonts.lines().skip(2).collect();
        assert!(lines.len() >= 3, "{fonts}");
        assert!(
            lines.iter().all(|line| line.contains("yes yes yes")),
            "embedded, subset, with its Unicode map: {fonts}"
        );
        let text = text_of(&file);
        assert!(
            text.contains(PASSWORD)
                && text.contains("ilefevrenunez")
                && text.contains("R-2026-02127"),
            "{text}"
        );
    }
}

#[test]
fn hard_names_come_back_exactly() {
    let names = [
        ("Anne-Sophie", "Dùng Nguyễn-Ferrandières"),
        ("Zbigniew", "Brzęczyszczykiewicz-Żółć"),
        ("Ioana", "Țurcanu-Băsescu"),
        ("İbrahim", "Çağlıoğlu"),
        ("ʿAbd al-Raḥmān", "al-Ḥusaynī"),
        ("Þórunn", "Guðmundsdóttir"),
        ("Ērik", "Bērziņš"),
        ("Leilani", "Kaʻahumanu"),
        ("Gwenaël", "Le Goff--Kerguélen"),
        ("Maëlys", "L’Haÿ-Œuvrard"),
        ("Søren", "Kjærgaard"),
        ("Dvořák", "Jiří Šťastný"),
        ("Ngọc Ánh", "Phạm Thị Hồng"),
        ("François", "d’Aubigné de La Roë"),
        ("Łucja", "Ślązak-Źrebiec"),
        ("Ágnes", "Szőke-Kőrösi"),
        ("Ñusta", "Ibáñez y Peña"),
        ("Élise", "Ÿ"),
        ("Chloé-Anaïs", "M’Bappé-N’Diaye"),
        ("Ġorġ", "Ħaż-Żebbuġ"),
    ];
    assert_eq!(names.len(), 20);
    for (given, family) in names {
        let (_folder, file) = written(&facts(given, family), LetterLanguage::French);
        // Lines may break between words, never inside one.
        let text = text_of(&file);
        let greeting: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            greeting.contains(&format!("Bonjour {given} {family}")),
            "{given} {family}:\n{greeting}"
        );
    }
}

#[test]
fn a_sixty_letter_name_fits_and_a_missing_glyph_blocks_by_name() {
    let long = "Nguyễn Phước Bảo Quỳnh Hoàng Thị Thanh Trúc Mai Phương Khánh";
    assert!(long.chars().count() >= 60);
    let (_folder, file) = written(&facts("Lan", long), LetterLanguage::Both);
    assert!(tool("pdfinfo", &[&file.display().to_string()]).contains("Pages:"));
    for missing in ["漢字", "🦀"] {
        let sentence =
            lay_out(&facts("Inès", missing), LetterLanguage::French).expect_err("blocked");
        assert!(
            sentence.contains("Inès") && sentence.ends_with('.'),
            "{sentence}"
        );
    }
    let endless = "Aé".repeat(400);
    assert!(
        lay_out(&facts("Inès", &endless), LetterLanguage::French).is_err(),
        "an overflow blocks"
    );
}

#[test]
fn the_qr_code_says_the_activation_page_and_nothing_else() {
    let (folder, file) = written(&facts("Inès", "Lefèvre"), LetterLanguage::French);
    let image = folder.path().join("page");
    tool(
        "pdftoppm",
        &[
            "-r",
            "150",
            "-png",
            &file.display().to_string(),
            &image.display().to_string(),
        ],
    );
    let page = folder.path().join("page-1.png");
    assert_eq!(
        tool("zbarimg", &["-q", "--raw", &page.display().to_string()]).trim(),
        URL
    );
}

/// The password stays in the middle third, 10 mm off both folds; the name stands in the window of a DL envelope.
#[test]
fn folds_and_window_are_respected() {
    const MM: f64 = 72.0 / 25.4;
    for language in LANGUAGES {
        let (_folder, file) = written(&facts("Inès", "Lefevre"), language);
        let words = tool("pdftotext", &["-bbox", &file.display().to_string(), "-"]);
        let find = |word: &str| -> (f64, f64, f64, f64) {
            let line = words
                .lines()
                .find(|line| line.contains(&format!(">{word}</word>")))
                .unwrap_or_else(|| panic!("{word} on the page"));
            let value = |name: &str| -> f64 {
                line.split(&format!("{name}=\""))
                    .nth(1)
                    .and_then(|rest| rest.split('"').next())
                    .and_then(|number| number.parse().ok())
                    .expect("a number")
            };
            (
                value("xMin") / MM,
                value("yMin") / MM,
                value("xMax") / MM,
                value("yMax") / MM,
            )
        };
        let (_, top, _, bottom) = find(PASSWORD);
        assert!(
            top >= 109.0 && bottom <= 188.0,
            "password between {top} and {bottom} mm"
        );
        let (left, top, right, bottom) = find("LEFEVRE");
        assert!(
            left >= 110.0 && right <= 195.0 && top >= 55.0 && bottom <= 88.0,
            "name at {left},{top}–{right},{bottom}"
        );
    }
}
