//! What the person reads: everything the desk must tell them, in the language of the letter.

use guichet_core::domain::letter::{
    ColumnLanguage, LetterFacts, LetterLanguage, LetterStatus, LetterTemplate, LetterText,
};

use crate::specimen::{PASSWORD, facts, letter};
use crate::tools::{Paper, one_line};

const FRENCH: [&str; 16] = [
    "Rivemer, le 24\u{a0}novembre\u{a0}2026",
    "Lettre n° R-2026-04127",
    "Ce n’est pas votre e-mail",
    "jusqu’au 1ᵉʳ\u{a0}déc.\u{a0}2026, 18\u{a0}h",
    "Avant le 1ᵉʳ\u{a0}déc.\u{a0}2026, 18\u{a0}h\u{a0}:",
    "sesame.univ-rivemer.example",
    "majuscules comprises",
    "adresse de secours",
    "charte informatique",
    "déconnectez-vous puis fermez le navigateur",
    "jamais demandé par courriel ni par téléphone",
    "Antenne DOSI Saint-Clair, bâtiment 4, 8 h 30 – 17 h",
    "dpo@univ-rivemer.example",
    "garde 12\u{a0}mois la trace de cette remise",
    "Récépissé à signer et à rendre",
    "Fait à Rivemer, le",
];
const ENGLISH: [&str; 14] = [
    "Rivemer, 24\u{a0}November\u{a0}2026",
    "Letter no. R-2026-04127",
    "This is not your e-mail address",
    "until 1\u{a0}Dec.\u{a0}2026, 18:00",
    "capitals included",
    "backup address",
    "charter for the use of IT",
    "log out, then close the browser",
    "Saint-Clair IT desk, building 4, 8:30–17:00",
    "ever ask for your password by e-mail or telephone",
    "dpo@univ-rivemer.example",
    "keeps the record of this handover for 12\u{a0}months",
    "Receipt to sign and hand in",
    "Signed in Rivemer, on",
];
const ONLY_FRENCH: &str = "Pour votre sécurité";
const ONLY_ENGLISH: &str = "To stay safe";

#[test]
fn each_language_says_everything() {
    for (language, french, english) in [
        (LetterLanguage::French, true, false),
        (LetterLanguage::English, false, true),
        (LetterLanguage::Both, true, true),
    ] {
        let text = Paper::new(&letter(&facts(), language, PASSWORD)).text();
        for (said, wanted) in FRENCH
            .iter()
            .map(|s| (s, french))
            .chain(ENGLISH.iter().map(|s| (s, english)))
        {
            assert!(
                !wanted || text.contains(&one_line(said)),
                "{language:?} lacks « {said} »: {text}"
            );
        }
        assert_eq!(text.contains(ONLY_FRENCH), french);
        assert_eq!(text.contains(ONLY_ENGLISH), english);
        assert!(
            text.contains("ilefevrenunez") && text.contains(PASSWORD),
            "{text}"
        );
    }
}

/// Each status and the bold words of its box, in French and in English.
const BOXES: [(LetterStatus, [&str; 2]); 3] = [
    (LetterStatus::Active, ["", ""]),
    (
        LetterStatus::NotYetActive,
        ["Pas encore actif.", "Not active yet."],
    ),
    (
        LetterStatus::NotYetConfirmed,
        ["Pas encore confirmé.", "Not confirmed yet."],
    ),
];

#[test]
fn a_letter_says_where_its_access_stands_and_nothing_of_the_other_states() {
    for (status, own) in BOXES {
        let facts = LetterFacts { status, ..facts() };
        for (language, seen) in [
            (LetterLanguage::French, [true, false]),
            (LetterLanguage::English, [false, true]),
            (LetterLanguage::Both, [true, true]),
        ] {
            let text = Paper::new(&letter(&facts, language, PASSWORD)).text();
            for (rank, shown) in seen.into_iter().enumerate() {
                for words in BOXES.iter().map(|(_, words)| words[rank]) {
                    let wanted = shown && words == own[rank];
                    assert!(
                        words.is_empty() || text.contains(words) == wanted,
                        "{status:?} in {language:?}, « {words} »: {text}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_name_without_english_is_said_in_french() {
    let mut facts = facts();
    facts.desk.english = None;
    facts.desk_hours.english = Some("  ".into());
    facts.portal.english = Some("Open Sesame".into());
    let text = Paper::new(&letter(&facts, LetterLanguage::English, PASSWORD)).text();
    for said in [
        "Antenne DOSI Saint-Clair, bâtiment 4, 8 h 30 – 17 h",
        "Go to Open Sesame:",
    ] {
        assert!(text.contains(said), "« {said} »: {text}");
    }
}

#[test]
fn a_reprint_is_numbered() {
    let first = Paper::new(&letter(&facts(), LetterLanguage::French, PASSWORD)).text();
    assert!(!first.contains("Exemplaire"));
    let again = LetterFacts { copy: 3, ..facts() };
    let text = Paper::new(&letter(&again, LetterLanguage::French, PASSWORD)).text();
    assert!(text.contains("Exemplaire 3"), "{text}");
}

#[test]
fn the_leaf_of_the_journal_stands_beside_the_number() {
    let recorded = LetterFacts {
        leaf: Some(1284),
        ..facts()
    };
    for (language, said) in [
        (
            LetterLanguage::French,
            "Lettre n° R-2026-04127 · feuillet 1 284",
        ),
        (
            LetterLanguage::English,
            "Letter no. R-2026-04127 · leaf 1,284",
        ),
    ] {
        let text = Paper::new(&letter(&recorded, language, PASSWORD)).text();
        assert!(text.contains(said), "{text}");
        let without = Paper::new(&letter(&facts(), language, PASSWORD)).text();
        assert!(
            !without.contains("feuillet") && !without.contains("leaf"),
            "{without}"
        );
    }
}

#[test]
fn the_preview_has_the_same_words_and_no_password() {
    let facts = facts();
    let text = LetterText::fill(&LetterTemplate::default(), &facts, LetterLanguage::Both);
    assert_eq!(text.columns.len(), 2);
    assert_eq!(text.columns[0].language, ColumnLanguage::French);
    assert_eq!(
        text.recipient_lines,
        ["Inès LEFÈVRE-NUÑEZ", "Direction des ressources humaines"]
    );
    assert_eq!(
        text.sender_lines.last().unwrap(),
        "guichet@univ-rivemer.example"
    );
    assert_eq!(
        text.columns[0].greeting.to_string(),
        "Bonjour Inès Lefèvre-Nuñez,"
    );
    let page = Paper::new(&letter(&facts, LetterLanguage::Both, PASSWORD)).text();
    for step in text.columns.iter().flat_map(|column| &column.steps) {
        assert!(page.contains(&one_line(&step.to_string())), "{step}");
    }
    assert!(!format!("{text:?}").contains("Voile"));
}
