//! What is never printed: a box in place of a letter, a text over another, a template with a hole in it.

use guichet_core::domain::letter::{
    LetterFacts, LetterLanguage, LetterTemplate, LetterText, LocalName,
};
use guichet_core::letters::{LetterError, lay_out};

use crate::specimen::{CREATED, ID, PASSWORD, facts, letter, named, try_letter};

const SHIPPED: &str = include_str!("../../src-tauri/core/letters/lettre.toml");

#[test]
fn a_missing_glyph_stops_the_letter_and_names_the_person() {
    let facts = named("Zoé", "Ma\u{2603}tin\u{1f600}");
    let error = try_letter(&facts, LetterLanguage::Both, PASSWORD).unwrap_err();
    let LetterError::MissingGlyph { person, characters } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(
        (person.as_str(), characters.as_str()),
        ("Zoé MA\u{2603}TIN\u{1f600}", "\u{2603}\u{1f600}")
    );
    let sentence = error.sentence();
    assert!(
        sentence.contains("Zoé") && sentence.contains("U+2603") && sentence.contains("U+1F600"),
        "{sentence}"
    );
}

#[test]
fn a_line_end_or_a_control_character_in_a_name_is_a_missing_glyph() {
    for given in ["Zo\u{7}é", "Zo\né"] {
        let error =
            try_letter(&named(given, "Martin"), LetterLanguage::French, PASSWORD).unwrap_err();
        assert!(
            matches!(error, LetterError::MissingGlyph { .. }),
            "{error:?}"
        );
    }
}

#[test]
fn what_does_not_fit_stops_the_letter_and_names_the_block() {
    let endless = "Très longue ligne ".repeat(40);
    let long_unit = LetterFacts {
        unit: Some(endless.clone()),
        ..facts()
    };
    let long_desk = LetterFacts {
        desk: LocalName {
            french: endless.repeat(2),
            english: None,
        },
        ..facts()
    };
    let mut long_sender = facts();
    long_sender.establishment.service_lines = vec![endless; 3];
    let long_login = LetterFacts {
        login: "a".repeat(120),
        ..facts()
    };
    for (facts, block) in [
        (long_unit, "structure"),
        (long_desk, "souci"),
        (long_sender, "en-tête"),
        (long_login, "identifiant"),
    ] {
        let error = try_letter(&facts, LetterLanguage::French, PASSWORD).unwrap_err();
        let LetterError::Overflow { person, .. } = &error else {
            panic!("{error:?}")
        };
        assert_eq!(person, "Inès LEFÈVRE-NUÑEZ");
        assert!(error.sentence().contains(block), "{}", error.sentence());
    }
    let error = try_letter(&facts(), LetterLanguage::French, &"a".repeat(200)).unwrap_err();
    assert!(
        error.sentence().contains("le mot de passe"),
        "{}",
        error.sentence()
    );
    assert!(
        !error.sentence().contains("aaa"),
        "no sentence ever carries the password"
    );
}

#[test]
fn an_offices_own_words_are_printed() {
    let own = SHIPPED.replace("Votre accès numérique", "Votre clé pour Rivemer");
    let template = LetterTemplate::parse(&own).unwrap();
    let facts = facts();
    let text = LetterText::fill(&template, &facts, LetterLanguage::French);
    let bytes = lay_out(&text, &facts, None, PASSWORD, ID, CREATED.parse().unwrap()).unwrap();
    assert!(
        crate::tools::Paper::new(&bytes)
            .text()
            .contains("Votre clé pour Rivemer")
    );
    assert!(letter(&facts, LetterLanguage::French, PASSWORD) != bytes);
}

#[test]
fn a_template_with_a_fault_is_refused_with_its_line() {
    let line_of = |source: &str, needle: &str| {
        source
            .lines()
            .position(|line| line.contains(needle))
            .unwrap()
            + 1
    };
    let unknown = SHIPPED.replacen("** {desk}", "** {bureau}", 1);
    let problem = LetterTemplate::parse(&unknown).unwrap_err();
    assert_eq!(problem.line, line_of(&unknown, "{bureau}"));
    assert!(problem.to_string().contains("{bureau}"), "{problem}");

    let long = SHIPPED.replacen("Signature", &"Signature ".repeat(9), 1);
    let problem = LetterTemplate::parse(&long).unwrap_err();
    assert_eq!(problem.line, line_of(&long, "Signature Signature"));
    assert!(problem.sentence.contains("trop long"), "{problem}");

    let hole: String = SHIPPED
        .lines()
        .filter(|line| !line.starts_with("receipt ="))
        .collect::<Vec<_>>()
        .join("\n");
    let problem = LetterTemplate::parse(&hole).unwrap_err();
    assert!(problem.sentence.contains("receipt"), "{problem}");

    let french_only = SHIPPED.split("[en]").next().unwrap();
    assert!(
        LetterTemplate::parse(french_only)
            .unwrap_err()
            .sentence
            .contains("[en]")
    );
}
