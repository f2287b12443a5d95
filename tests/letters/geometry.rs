//! Where things stand on the sheet, measured on the words poppler finds.

use std::process::Command;

use guichet_core::domain::letter::{LetterFacts, LetterLanguage, LetterStatus};

use crate::specimen::{LONG_PASSWORD, PASSWORD, URL, facts, heavy, letter};
use crate::tools::{Paper, run};

const LANGUAGES: [LetterLanguage; 3] = [
    LetterLanguage::French,
    LetterLanguage::English,
    LetterLanguage::Both,
];

/// Boxes of the words that make up the password, in order.
fn password_boxes(paper: &Paper, password: &str) -> Vec<(String, [f32; 4])> {
    let words = paper.words();
    let start = words
        .iter()
        .position(|(word, _)| word.starts_with("Voile"))
        .expect("password on the page");
    let mut found: Vec<(String, [f32; 4])> = Vec::new();
    for word in &words[start..] {
        found.push(word.clone());
        let joined: String = found.iter().map(|(word, _)| word.as_str()).collect();
        if joined == password {
            return found;
        }
        assert!(password.starts_with(&joined), "the password reads {joined}");
    }
    panic!("the password is cut: {found:?}");
}

#[test]
fn the_password_is_in_the_middle_third_far_from_the_folds() {
    for language in LANGUAGES {
        let unconfirmed = LetterFacts {
            status: LetterStatus::NotYetConfirmed,
            ..facts()
        };
        for (facts, password) in [
            (&facts(), PASSWORD),
            (&unconfirmed, LONG_PASSWORD),
            (&heavy(), PASSWORD),
        ] {
            let paper = Paper::new(&letter(facts, language, password));
            for (word, [left, top, right, bottom]) in password_boxes(&paper, password) {
                assert!(
                    top >= 99.0 + 10.0 && bottom <= 198.0 - 10.0,
                    "{word}: {top} to {bottom} mm"
                );
                assert!(
                    left >= 20.0 && right <= 190.0,
                    "{word}: {left} to {right} mm"
                );
            }
        }
    }
}

#[test]
fn the_box_of_the_status_stands_between_the_introduction_and_the_password() {
    for status in [LetterStatus::NotYetActive, LetterStatus::NotYetConfirmed] {
        let facts = LetterFacts { status, ..facts() };
        for (language, first_words) in [
            (LetterLanguage::French, &["Pas"][..]),
            (LetterLanguage::English, &["Not"]),
            (LetterLanguage::Both, &["Pas", "Not"]),
        ] {
            let paper = Paper::new(&letter(&facts, language, PASSWORD));
            let words = paper.words();
            let top_of = |wanted: &str| {
                let found = words.iter().find(|(word, _)| word == wanted);
                found.unwrap_or_else(|| panic!("{wanted}: {words:?}")).1[1]
            };
            let tops: Vec<f32> = first_words.iter().map(|word| top_of(word)).collect();
            let (highest, lowest) = (
                tops.iter().copied().fold(f32::MAX, f32::min),
                tops.iter().copied().fold(0.0, f32::max),
            );
            assert!(lowest - highest < 0.5, "side by side: {tops:?}");
            assert!(highest > 104.0, "under the introduction: {tops:?}");
            assert!(
                lowest < top_of("ilefevrenunez"),
                "above the login: {tops:?}"
            );
        }
    }
}

#[test]
fn the_password_is_at_least_sixteen_points() {
    let font = include_bytes!(
        "../../src-tauri/core/letters/fonts/AtkinsonHyperlegibleMono_400Regular.ttf"
    );
    let face = rustybuzz::Face::from_slice(font, 0).unwrap();
    let glyph = face.glyph_index('o').unwrap();
    let advance = f32::from(face.glyph_hor_advance(glyph).unwrap()) / face.units_per_em() as f32;
    for password in [PASSWORD, LONG_PASSWORD] {
        let paper = Paper::new(&letter(&facts(), LetterLanguage::Both, password));
        for (word, [left, _, right, _]) in password_boxes(&paper, password) {
            let per_letter = (right - left) * 72.0 / 25.4 / word.chars().count() as f32;
            // Half a point of air follows each letter.
            assert!(
                (per_letter - 0.5) / advance >= 15.9,
                "{word}: {per_letter} points a letter"
            );
        }
    }
}

#[test]
fn a_password_on_two_lines_is_broken_between_words() {
    let paper = Paper::new(&letter(&facts(), LetterLanguage::French, LONG_PASSWORD));
    let boxes = password_boxes(&paper, LONG_PASSWORD);
    let mut lines: Vec<(f32, String)> = Vec::new();
    for (word, [_, top, ..]) in boxes {
        match lines.last_mut() {
            Some((line, text)) if (*line - top).abs() < 1.0 => text.push_str(&word),
            _ => lines.push((top, word)),
        }
    }
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines
            .iter()
            .all(|(_, line)| line.starts_with(char::is_uppercase)),
        "{lines:?}"
    );
}

/// Sizes of the fonts the page selects, in points.
fn font_sizes(bytes: &[u8]) -> Vec<f32> {
    let document = lopdf::Document::load_mem(bytes).unwrap();
    let page = document.get_pages()[&1];
    let content = document.get_and_decode_page_content(page).unwrap();
    let selections = content.operations.iter().filter(|op| op.operator == "Tf");
    selections
        .map(|op| op.operands[1].as_float().unwrap())
        .collect()
}

#[test]
fn no_text_is_under_eight_points_and_a_half_even_in_the_fullest_letter() {
    let inactive = LetterFacts {
        status: LetterStatus::NotYetActive,
        ..heavy()
    };
    let long_unit = LetterFacts {
        unit: Some("École doctorale 999, lettres, langues, arts et sciences humaines".into()),
        ..heavy()
    };
    for language in LANGUAGES {
        for (facts, password) in [
            (&facts(), PASSWORD),
            (&heavy(), PASSWORD),
            (&heavy(), LONG_PASSWORD),
            (&inactive, LONG_PASSWORD),
            (&long_unit, LONG_PASSWORD),
        ] {
            let sizes = font_sizes(&letter(facts, language, password));
            assert!(sizes.len() > 60, "{} texts", sizes.len());
            let smallest = sizes.iter().copied().fold(f32::MAX, f32::min);
            assert!(smallest >= 8.5, "{language:?}: {smallest} points");
        }
    }
}

#[test]
fn no_word_of_the_fullest_letter_lies_over_another() {
    for language in LANGUAGES {
        let words = Paper::new(&letter(&heavy(), language, LONG_PASSWORD)).words();
        for (rank, (word, a)) in words.iter().enumerate() {
            for (other, b) in &words[rank + 1..] {
                let across = a[2].min(b[2]) - a[0].max(b[0]);
                // Boxes are as tall as the font, accents and tails included: lines touch.
                let down = a[3].min(b[3]) - a[1].max(b[1]);
                assert!(
                    across < 0.5 || down < 2.0,
                    "{language:?}: {word} {a:?} and {other} {b:?}"
                );
            }
        }
    }
}

#[test]
fn the_window_shows_name_and_unit_and_nothing_else() {
    for language in LANGUAGES {
        let paper = Paper::new(&letter(&facts(), language, PASSWORD));
        let inside = paper.text_in(110.0, 55.0, 85.0, 33.0);
        let lines: Vec<&str> = inside
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        assert_eq!(
            lines,
            ["Inès LEFÈVRE-NUÑEZ", "Direction des ressources humaines"]
        );
        let surname = paper
            .words()
            .into_iter()
            .find(|(word, _)| word == "LEFÈVRE-NUÑEZ")
            .unwrap()
            .1;
        let [left, top, right, bottom] = surname;
        assert!(
            left >= 110.0 && top >= 55.0 && right <= 195.0 && bottom <= 88.0,
            "{surname:?}"
        );
    }
}

#[test]
fn a_window_may_be_wider_than_the_name_without_showing_the_secret() {
    // Some envelopes have a window of 35 × 100 mm, 20 mm from the right.
    let paper = Paper::new(&letter(&facts(), LetterLanguage::Both, PASSWORD));
    let inside = paper.text_in(104.0, 53.0, 96.0, 37.0);
    assert!(
        !inside.contains("Voile") && !inside.contains("ilefevrenunez"),
        "{inside}"
    );
}

#[test]
fn the_qr_code_is_the_activation_address() {
    for language in LANGUAGES {
        let paper = Paper::new(&letter(&facts(), language, PASSWORD));
        let folder = tempfile::tempdir().unwrap();
        let image = folder.path().join("page");
        let mut render = Command::new("pdftoppm");
        render
            .args(["-r", "150", "-png", "-singlefile"])
            .arg(paper.path())
            .arg(&image);
        assert!(run(&mut render, "poppler-utils").status.success());
        let mut scan = Command::new("zbarimg");
        scan.args(["--quiet", "--raw"])
            .arg(image.with_extension("png"));
        let seen = run(&mut scan, "zbar-tools").stdout;
        assert_eq!(String::from_utf8_lossy(&seen).trim(), URL);
    }
}

#[test]
fn the_qr_code_is_thirty_millimetres_wide_with_white_around_it() {
    let paper = Paper::new(&letter(&facts(), LetterLanguage::Both, PASSWORD));
    // A tenth of a millimetre a pixel; the corner of the sheet that holds the code, up to 4 mm beside it.
    let crop = [
        "-r",
        "254",
        "-gray",
        "-x",
        "0",
        "-y",
        "480",
        "-W",
        "550",
        "-H",
        "430",
        "-singlefile",
    ];
    let image = run(
        Command::new("pdftoppm").args(crop).arg(paper.path()),
        "poppler-utils",
    )
    .stdout;
    let pixels = &image[image.len() - 550 * 430..];
    let dark = |at: &usize| pixels[*at] < 128;
    let columns: Vec<usize> = (0..pixels.len()).filter(dark).map(|at| at % 550).collect();
    let rows: Vec<usize> = (0..pixels.len()).filter(dark).map(|at| at / 550).collect();
    for span in [columns, rows] {
        let (from, to) = (span.iter().min().unwrap(), span.iter().max().unwrap());
        assert!(
            (300..=320).contains(&(to - from + 1)),
            "from {from} to {to} tenths of a millimetre"
        );
    }
}

#[test]
fn without_a_code_the_address_stays_in_clear() {
    let plain = LetterFacts {
        qr: false,
        ..facts()
    };
    let paper = Paper::new(&letter(&plain, LetterLanguage::French, PASSWORD));
    assert!(
        paper
            .text()
            .contains("Dans le navigateur, tapez : sesame.univ-rivemer.example"),
        "{}",
        paper.text()
    );
}
