//! The file itself: sound, fonts embedded, accessible (PDF/UA-1) and fit for archives (PDF/A-3a).

use std::path::Path;

use guichet_core::domain::letter::{LetterFacts, LetterLanguage, LetterStatus};

use crate::logo::wide;
use crate::specimen::{LONG_PASSWORD, PASSWORD, facts, heavy, letter, letter_under};
use crate::tools::{Paper, verapdf};

fn variants() -> Vec<Paper> {
    let unconfirmed = LetterFacts {
        status: LetterStatus::NotYetConfirmed,
        ..facts()
    };
    let inactive = LetterFacts {
        status: LetterStatus::NotYetActive,
        ..facts()
    };
    let no_code = LetterFacts {
        qr: false,
        unit: None,
        ..facts()
    };
    [
        letter(&facts(), LetterLanguage::French, PASSWORD),
        letter(&facts(), LetterLanguage::English, "BdfgHjknPrstX"),
        letter(&facts(), LetterLanguage::Both, PASSWORD),
        letter(&unconfirmed, LetterLanguage::Both, LONG_PASSWORD),
        letter(&inactive, LetterLanguage::English, PASSWORD),
        letter(&heavy(), LetterLanguage::French, LONG_PASSWORD),
        letter(&heavy(), LetterLanguage::Both, LONG_PASSWORD),
        letter(&no_code, LetterLanguage::French, PASSWORD),
        letter_under(Some(&wide())),
        letter_under(None),
    ]
    .iter()
    .map(|bytes| Paper::new(bytes))
    .collect()
}

#[test]
fn qpdf_finds_nothing_to_repair() {
    for paper in variants() {
        let said = paper.read("qpdf", "qpdf", &["--check"], &[]);
        assert!(
            said.contains("No syntax or stream encoding errors found"),
            "{said}"
        );
    }
}

#[test]
fn every_font_is_embedded_reduced_and_readable_as_text() {
    for paper in variants() {
        let said = paper.read("pdffonts", "poppler-utils", &[], &[]);
        let fonts: Vec<&str> = said.lines().skip(2).collect();
        assert!(fonts.len() >= 3, "regular, bold and mono at least: {said}");
        for font in fonts {
            let columns: Vec<&str> = font.split_whitespace().collect();
            // … emb sub uni object ID
            let [embedded, subset, unicode, _, _] = columns[columns.len() - 5..] else {
                panic!("{font}")
            };
            assert_eq!([embedded, subset, unicode], ["yes", "yes", "yes"], "{font}");
        }
    }
}

#[test]
fn a_letter_is_one_small_page() {
    for paper in variants() {
        let said = paper.read("pdfinfo", "poppler-utils", &[], &[]);
        let line = |name: &str| {
            said.lines()
                .find(|line| line.starts_with(name))
                .unwrap_or_default()
        };
        assert!(line("Pages:").ends_with(" 1"), "{said}");
        assert!(line("Page size:").contains("(A4)"), "{said}");
        assert!(line("Tagged:").ends_with("yes"), "{said}");
        assert!(
            paper.path().metadata().unwrap().len() < 100_000,
            "fonts are reduced, the logo is there once"
        );
    }
}

#[test]
fn verapdf_finds_no_failure() {
    let papers = variants();
    let files: Vec<&Path> = papers.iter().map(Paper::path).collect();
    let (conforms, said) = verapdf("ua1,3a", &files);
    assert!(conforms, "{said}");
    assert_eq!(
        said.matches("PASS").count(),
        files.len() * 2,
        "each file was judged twice: {said}"
    );
}

#[test]
fn verapdf_would_see_an_untagged_letter() {
    let bytes = letter(&facts(), LetterLanguage::French, PASSWORD);
    let mut document = lopdf::Document::load_mem(&bytes).unwrap();
    let root = document
        .trailer
        .get(b"Root")
        .unwrap()
        .as_reference()
        .unwrap();
    let catalog = document
        .get_object_mut(root)
        .unwrap()
        .as_dict_mut()
        .unwrap();
    catalog.remove(b"StructTreeRoot");
    catalog.remove(b"MarkInfo");
    let mut spoilt = Vec::new();
    document.save_to(&mut spoilt).unwrap();
    let paper = Paper::new(&spoilt);
    let (conforms, said) = verapdf("ua1", &[paper.path()]);
    assert!(!conforms && said.contains("FAIL"), "{said}");
}
