//! What the file says of itself: a title, dates, a random identifier; never whose letter it is.

use guichet_core::domain::letter::LetterLanguage;

use crate::specimen::{PASSWORD, facts, letter};
use crate::tools::Paper;

#[test]
fn the_metadata_has_a_title_and_dates_and_no_person() {
    let paper = Paper::new(&letter(&facts(), LetterLanguage::Both, PASSWORD));
    let said = paper.read("pdfinfo", "poppler-utils", &["-rawdates"], &[]);
    assert!(said.contains("Lettre de remise"), "{said}");
    assert_eq!(said.matches("D:20261124084000Z").count(), 2, "{said}");
    let packet = paper.read("pdfinfo", "poppler-utils", &["-meta"], &[]);
    assert!(
        packet.contains("<xmp:CreateDate>2026-11-24T08:40:00Z"),
        "{packet}"
    );
    for text in [said, packet] {
        for private in ["Inès", "Lef", "LEF", "ilefevre", "04127", "Voile"] {
            assert!(
                !text.contains(private),
                "{private} is in the metadata: {text}"
            );
        }
    }
}

#[test]
fn the_structure_tree_carries_no_name_and_no_password() {
    let bytes = letter(&facts(), LetterLanguage::French, PASSWORD);
    let document = lopdf::Document::load_mem(&bytes).unwrap();
    let tree: Vec<&lopdf::Dictionary> = document
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok())
        .filter(|entry| entry.get(b"S").is_ok() && entry.get(b"P").is_ok())
        .collect();
    assert!(tree.len() > 30, "{} elements", tree.len());
    for entry in tree {
        assert!(
            entry.get(b"T").is_err()
                && entry.get(b"ActualText").is_err()
                && entry.get(b"ID").is_err()
        );
    }
}

#[test]
fn the_identifier_is_the_random_one() {
    let bytes = letter(&facts(), LetterLanguage::French, PASSWORD);
    let document = lopdf::Document::load_mem(&bytes).unwrap();
    let id = document.trailer.get(b"ID").unwrap().as_array().unwrap();
    for half in id {
        assert_eq!(half.as_str().unwrap(), crate::specimen::ID);
    }
    assert_eq!(id.len(), 2);
}
