//! Names as people bear them: each must come back from the file letter for letter.

use guichet_core::domain::letter::{LetterFacts, LetterLanguage};

use crate::specimen::{LONG_FAMILY, LONG_GIVEN, LONG_PASSWORD, PASSWORD, heavy, letter, named};
use crate::tools::{Paper, one_line};

const HARD: [(&str, &str); 20] = [
    ("Anne-Sophie", "Dùng Nguyễn-Ferrandières"),
    ("Paweł", "Brzęczyszczykiewicz-Żółć"),
    ("Ștefan", "Țurcanu-Băsescu"),
    ("İbrahim", "Çağlıoğlu"),
    ("ʿAbd al-Raḥmān", "al-Ḥusaynī"),
    ("Þórunn", "Guðmundsdóttir"),
    ("Ērika", "Bērziņš"),
    ("Keola", "Kaʻahumanu"),
    ("Gwenaëlle", "Le Goff--Kerguélen"),
    ("Françoise", "d’Œuvray-Lœiz"),
    ("Ñusta", "Ibáñez Ágreda"),
    ("Jürgen", "Größmann"),
    ("Søren", "Ærøskøbing"),
    ("Ľudmila", "Šťastná-Ďurišová"),
    ("Ozan", "Ğöksu"),
    ("Thị Hồng", "Phạm Đặng Quỳnh"),
    ("Ŋala", "Ɓaldé-Ɗiallo"),
    ("Maël", "Yÿ-Ÿaëlle"),
    ("Győző", "Kőszegi-Űrhegyi"),
    ("Ṣāliḥ", "Ẓāhir-Ḍawī"),
];

#[test]
fn twenty_hard_names_come_back_letter_for_letter() {
    for (given, family) in HARD {
        let facts = LetterFacts {
            unit: None,
            ..named(given, family)
        };
        let paper = Paper::new(&letter(&facts, LetterLanguage::French, PASSWORD));
        assert_eq!(
            one_line(&paper.text_in(110.0, 55.0, 85.0, 33.0)),
            facts.person()
        );
        let text = paper.text();
        assert!(
            text.contains(&format!("Bonjour {given} {family},")),
            "{text}"
        );
    }
}

#[test]
fn a_name_typed_with_separate_accents_is_composed() {
    let facts = LetterFacts {
        unit: None,
        ..named("Ine\u{300}s", "Nun\u{303}ez")
    };
    let paper = Paper::new(&letter(&facts, LetterLanguage::French, PASSWORD));
    assert_eq!(
        one_line(&paper.text_in(110.0, 55.0, 85.0, 33.0)),
        "Inès NUÑEZ"
    );
}

#[test]
fn a_mark_without_a_composed_letter_is_placed_over_its_base() {
    let facts = LetterFacts {
        unit: None,
        ..named("Ona", "Matulait\u{117}\u{301}")
    };
    let paper = Paper::new(&letter(&facts, LetterLanguage::French, PASSWORD));
    let text = paper.text();
    assert!(text.contains("Ona MATULAIT\u{116}\u{301}"), "{text}");
}

#[test]
fn a_sixty_letter_vietnamese_name_wraps_and_fits_in_every_language() {
    let letters = format!("{LONG_GIVEN}{LONG_FAMILY}")
        .chars()
        .filter(|c| *c != ' ')
        .count();
    assert!(letters >= 50, "{letters}");
    assert!(format!("{LONG_GIVEN} {LONG_FAMILY}").chars().count() >= 60);
    for language in [
        LetterLanguage::French,
        LetterLanguage::English,
        LetterLanguage::Both,
    ] {
        for facts in [
            heavy(),
            LetterFacts {
                unit: None,
                ..heavy()
            },
        ] {
            let paper = Paper::new(&letter(&facts, language, LONG_PASSWORD));
            let window = one_line(&paper.text_in(110.0, 55.0, 85.0, 33.0));
            assert!(window.starts_with(&facts.person()), "{window}");
            let smallest = paper
                .words()
                .into_iter()
                .filter(|(word, _)| word == "TRẦN")
                .map(|(_, [_, top, _, bottom])| bottom - top)
                .fold(f32::MAX, f32::min);
            // The box of a word is at least as tall as its size: 9 points are 3.17 mm.
            assert!(smallest >= 3.17, "{smallest} mm");
        }
    }
}

#[test]
fn a_name_in_one_piece_is_cut_rather_than_overflowing() {
    let name = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren";
    let facts = LetterFacts {
        unit: None,
        ..named("Hubert", name)
    };
    let paper = Paper::new(&letter(&facts, LetterLanguage::Both, PASSWORD));
    let window = paper.text_in(110.0, 55.0, 85.0, 33.0);
    let joined: String = window.split_ascii_whitespace().collect();
    assert_eq!(joined, format!("Hubert{}", name.to_uppercase()));
    for (word, [_, _, right, _]) in paper.words() {
        assert!(right <= 202.0, "{word} ends at {right} mm");
    }
}

#[test]
fn stars_and_braces_in_a_name_are_not_commands() {
    let facts = LetterFacts {
        unit: None,
        ..named("A**B", "{login}")
    };
    let paper = Paper::new(&letter(&facts, LetterLanguage::French, PASSWORD));
    assert_eq!(
        one_line(&paper.text_in(110.0, 55.0, 85.0, 33.0)),
        "A**B {LOGIN}"
    );
}
