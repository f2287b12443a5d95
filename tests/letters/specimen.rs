//! Fictitious letters: the facts of one handover, changed by each test where it matters.

use std::sync::LazyLock;

use guichet_core::domain::letter::{
    Establishment, LetterFacts, LetterLanguage, LetterStatus, LetterTemplate, LetterText, LocalName,
};
use guichet_core::letters::{LetterError, Logo, lay_out};

pub const URL: &str = "https://sesame.univ-rivemer.example/";
pub const PASSWORD: &str = "VoileTigreHuileMoteurJupe";
pub const LONG_PASSWORD: &str = "VoileTigreHuileMoteurJupeFleurOrdreColline2.";
pub const ID: [u8; 16] = *b"\x01\x23\x45\x67\x89\xab\xcd\xef\xfe\xdc\xba\x98\x76\x54\x32\x10";
pub const CREATED: &str = "2026-11-24T08:40:00Z";
/// Sixty letters without the spaces, every one with a Vietnamese mark or a common one.
pub const LONG_GIVEN: &str = "Phương Thảo Nguyễn Hoàng Thị Mỹ";
pub const LONG_FAMILY: &str = "Trần Đặng Bảo Ngọc Quỳnh Nguyễn Phạm";

/// The rehearsal university's.
pub const LOGO: &[u8] = include_bytes!("../../src-tauri/core/rehearsal/logo.png");

pub fn logo() -> &'static Logo {
    static DECODED: LazyLock<Logo> = LazyLock::new(|| Logo::decode(LOGO).unwrap());
    &DECODED
}

pub fn facts() -> LetterFacts {
    LetterFacts {
        number: "R-2026-04127".into(),
        family_name: "Lefèvre-Nuñez".into(),
        given_name: "Inès".into(),
        unit: Some("Direction des ressources humaines".into()),
        login: "ilefevrenunez".into(),
        issued_on: jiff::civil::date(2026, 11, 24),
        place: "Rivemer".into(),
        valid_until: "2026-12-01T18:00+01:00[+01:00]".parse().unwrap(),
        portal: LocalName {
            french: "Sésame".into(),
            english: None,
        },
        activation_url: URL.into(),
        desk: LocalName {
            french: "Antenne DOSI Saint-Clair, bâtiment 4".into(),
            english: Some("Saint-Clair IT desk, building 4".into()),
        },
        desk_hours: LocalName {
            french: "8\u{a0}h\u{a0}30\u{a0}–\u{a0}17\u{a0}h".into(),
            english: Some("8:30–17:00".into()),
        },
        establishment: Establishment {
            name: "Université de Rivemer".into(),
            service_lines: vec![
                "Direction des ressources humaines".into(),
                "Campus Saint-Clair, 4 quai des Œillets, 56999 Rivemer".into(),
            ],
            contact: "guichet@univ-rivemer.example".into(),
            dpo: "dpo@univ-rivemer.example".into(),
            retention_months: 12,
        },
        status: LetterStatus::Active,
        qr: true,
        copy: 1,
        leaf: None,
    }
}

pub fn named(given: &str, family: &str) -> LetterFacts {
    LetterFacts {
        given_name: given.into(),
        family_name: family.into(),
        ..facts()
    }
}

/// The longest letter the counter makes: long name, boxed status, long address, long hours.
pub fn heavy() -> LetterFacts {
    let name = |french: &str, english: &str| LocalName {
        french: french.into(),
        english: Some(english.into()),
    };
    LetterFacts {
        status: LetterStatus::NotYetConfirmed,
        copy: 2,
        leaf: Some(1_284),
        activation_url: "https://sesame.univ-rivemer.example/activation".into(),
        desk: name(
            "Antenne numérique Saint-Clair, bâtiment 4",
            "Saint-Clair IT desk, building 4",
        ),
        desk_hours: name(
            "8\u{a0}h\u{a0}30\u{a0}–\u{a0}17\u{a0}h\u{202f}; plus calme le matin",
            "8:30–17:00; quieter in the morning",
        ),
        ..named(LONG_GIVEN, LONG_FAMILY)
    }
}

pub fn try_letter(
    facts: &LetterFacts,
    language: LetterLanguage,
    password: &str,
) -> Result<Vec<u8>, LetterError> {
    let text = LetterText::fill(&LetterTemplate::default(), facts, language);
    let created = CREATED.parse().unwrap();
    lay_out(&text, facts, Some(logo()), password, ID, created)
}

/// A French letter under another logo, or under none.
pub fn letter_under(logo: Option<&Logo>) -> Vec<u8> {
    let facts = facts();
    let text = LetterText::fill(&LetterTemplate::default(), &facts, LetterLanguage::French);
    let created = CREATED.parse().unwrap();
    lay_out(&text, &facts, logo, PASSWORD, ID, created).unwrap()
}

pub fn letter(facts: &LetterFacts, language: LetterLanguage, password: &str) -> Vec<u8> {
    try_letter(facts, language, password).unwrap_or_else(|e| panic!("{}", e.sentence()))
}
