//! The hand-over letter as words: the facts of one person, a template an office can edit, and the filled text.
//! The screen's preview and the printed page read the same `LetterText`.
//! The password is in none of these types: the page receives it apart, at the last moment.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

mod dates;
mod rich_text;
mod template;

pub use dates::{long_date, months, short_moment, thousands};
pub use rich_text::{RichText, Span};
pub use template::{LetterTemplate, TemplateProblem};

use template::{Block, Placeholder};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LetterLanguage {
    #[default]
    French,
    English,
    /// One page, French on the left and English on the right.
    Both,
}

impl LetterLanguage {
    /// Columns of the page, left to right.
    pub fn columns(self) -> &'static [ColumnLanguage] {
        match self {
            LetterLanguage::French => &[ColumnLanguage::French],
            LetterLanguage::English => &[ColumnLanguage::English],
            LetterLanguage::Both => &[ColumnLanguage::French, ColumnLanguage::English],
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnLanguage {
    French,
    English,
}

impl ColumnLanguage {
    /// `fr` or `en` (BCP 47), also the name of the table in the template.
    pub fn code(self) -> &'static str {
        match self {
            ColumnLanguage::French => "fr",
            ColumnLanguage::English => "en",
        }
    }
}

/// What the directory had answered when the page was laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterStatus {
    Active,
    /// Prepared without the directory: the access opens once the post has reached it. Said in a box.
    NotYetActive,
    /// Sent, and the answer was lost: the access may work already. Said in a box.
    NotYetConfirmed,
}

/// A local name as the site writes it. Its English may be missing: a name often has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalName {
    pub french: String,
    pub english: Option<String>,
}

impl LocalName {
    /// The name in one language, the French one where there is no other.
    pub fn in_language(&self, language: ColumnLanguage) -> &str {
        let english = self
            .english
            .as_deref()
            .filter(|name| !name.trim().is_empty());
        match language {
            ColumnLanguage::French => &self.french,
            ColumnLanguage::English => english.unwrap_or(&self.french),
        }
    }
}

/// Who sends the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Establishment {
    pub name: String,
    /// Service and street, at most three lines.
    pub service_lines: Vec<String>,
    /// Mail address or telephone printed under the service.
    pub contact: String,
    /// Where the data protection officer is reached (GDPR art. 13).
    pub dpo: String,
    /// How long the record of a handover is kept, in months (GDPR art. 13.2.a; CNIL 2021-122 for records of actions:
    /// six months to a year).
    pub retention_months: u8,
}

/// Everything the letter says about one handover, the password excepted.
#[derive(Debug, Clone, PartialEq)]
pub struct LetterFacts {
    /// « R-2026-04127 ».
    pub number: String,
    pub family_name: String,
    pub given_name: String,
    pub unit: Option<String>,
    pub login: String,
    pub issued_on: jiff::civil::Date,
    pub place: String,
    /// End of the provisional password, in the desk's time zone.
    pub valid_until: jiff::Zoned,
    /// « Sésame ».
    pub portal: LocalName,
    /// Full address of the activation page: in the QR code and in clear. No login, no token.
    pub activation_url: String,
    pub desk: LocalName,
    pub desk_hours: LocalName,
    pub establishment: Establishment,
    pub status: LetterStatus,
    /// The site may print the address alone.
    pub qr: bool,
    /// 1 for the first paper, then one more for each reprint before « Remise faite ».
    pub copy: u32,
    /// Leaf of the post's journal that records this handover, once it is written there.
    pub leaf: Option<u64>,
}

impl LetterFacts {
    /// « Inès LEFÈVRE-NUÑEZ », normalised to NFC: surnames are in capitals on letters.
    pub fn person(&self) -> String {
        let name = format!(
            "{} {}",
            self.given_name.trim(),
            self.family_name.trim().to_uppercase()
        );
        name.trim().nfc().collect()
    }

    /// The activation address as people type it: without `https://` and the last slash.
    pub fn address(&self) -> &str {
        let bare = self
            .activation_url
            .strip_prefix("https://")
            .unwrap_or(&self.activation_url);
        bare.strip_suffix('/').unwrap_or(bare)
    }
}

/// The filled letter.
#[derive(Debug, Clone, PartialEq)]
pub struct LetterText {
    pub language: LetterLanguage,
    pub establishment: String,
    /// Service lines, then the contact.
    pub sender_lines: Vec<String>,
    /// Name, then unit: what the envelope's window shows.
    pub recipient_lines: Vec<String>,
    /// The person, for error sentences only; never in the file's metadata.
    pub person: String,
    pub login: String,
    pub number: String,
    /// One column in French or English, two for both.
    pub columns: Vec<ColumnText>,
}

/// The words of one language. Each text knows what is bold; `to_string()` gives it plain.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnText {
    pub language: ColumnLanguage,
    /// « Rivemer, le 24 novembre 2026 ».
    pub date: RichText,
    /// « Lettre n° R-2026-04127 ».
    pub reference: RichText,
    /// « feuillet 1 284 », beside the reference.
    pub leaf: Option<RichText>,
    /// « Exemplaire 2 »; absent from the first paper.
    pub copy: Option<RichText>,
    pub title: RichText,
    pub greeting: RichText,
    pub intro: RichText,
    pub login_label: RichText,
    pub login_note: RichText,
    pub password_label: RichText,
    /// « jusqu’au 1ᵉʳ déc. 2026, 18 h ».
    pub password_note: RichText,
    /// Boxed sentence while the access is not active, or not known to be.
    pub status: Option<RichText>,
    pub steps_title: RichText,
    pub steps: Vec<RichText>,
    pub rules_title: RichText,
    pub rules: Vec<RichText>,
    pub shared_post: RichText,
    pub help: RichText,
    pub qr_title: RichText,
    pub qr_note: RichText,
    /// Text alternative of the QR code for screen readers.
    pub qr_alt: RichText,
    pub qr_check: RichText,
    pub privacy: RichText,
    pub footer: RichText,
    pub receipt_title: RichText,
    pub receipt: RichText,
    /// « Fait à Rivemer, le ».
    pub receipt_place: RichText,
    pub signature: RichText,
}

impl LetterText {
    /// Puts the facts of one person into the template, in one language or both.
    pub fn fill(
        template: &LetterTemplate,
        facts: &LetterFacts,
        language: LetterLanguage,
    ) -> LetterText {
        let establishment = &facts.establishment;
        let mut sender_lines = establishment.service_lines.clone();
        sender_lines.extend(Some(establishment.contact.clone()).filter(|line| !line.is_empty()));
        let mut recipient_lines = vec![facts.person()];
        recipient_lines.extend(facts.unit.clone().filter(|unit| !unit.trim().is_empty()));
        LetterText {
            language,
            establishment: establishment.name.clone(),
            sender_lines,
            recipient_lines,
            person: facts.person(),
            login: facts.login.clone(),
            number: facts.number.clone(),
            columns: language
                .columns()
                .iter()
                .map(|&column| fill_column(template, facts, column))
                .collect(),
        }
    }
}

fn fill_column(
    template: &LetterTemplate,
    facts: &LetterFacts,
    language: ColumnLanguage,
) -> ColumnText {
    let value = |placeholder| value_of(placeholder, facts, language);
    let one = |block| template.one(language, block, &value);
    let list = |block| template.list(language, block, &value);
    ColumnText {
        language,
        date: one(Block::Date),
        reference: one(Block::Reference),
        leaf: facts.leaf.map(|_| one(Block::Leaf)),
        copy: (facts.copy > 1).then(|| one(Block::Copy)),
        title: one(Block::Title),
        greeting: one(Block::Greeting),
        intro: one(Block::Intro),
        login_label: one(Block::LoginLabel),
        login_note: one(Block::LoginNote),
        password_label: one(Block::PasswordLabel),
        password_note: one(Block::PasswordNote),
        status: match facts.status {
            LetterStatus::Active => None,
            LetterStatus::NotYetActive => Some(one(Block::StatusNotActive)),
            LetterStatus::NotYetConfirmed => Some(one(Block::StatusNotConfirmed)),
        },
        steps_title: one(Block::StepsTitle),
        steps: list(Block::Steps),
        rules_title: one(Block::RulesTitle),
        rules: list(Block::Rules),
        shared_post: one(Block::SharedPost),
        help: one(Block::Help),
        qr_title: one(Block::QrTitle),
        qr_note: one(if facts.qr {
            Block::QrNote
        } else {
            Block::AddressNote
        }),
        qr_alt: one(Block::QrAlt),
        qr_check: one(Block::QrCheck),
        privacy: one(Block::Privacy),
        footer: one(Block::Footer),
        receipt_title: one(Block::ReceiptTitle),
        receipt: one(Block::Receipt),
        receipt_place: one(Block::ReceiptPlace),
        signature: one(Block::Signature),
    }
}

fn value_of(placeholder: Placeholder, facts: &LetterFacts, language: ColumnLanguage) -> String {
    match placeholder {
        Placeholder::Name => facts.person(),
        Placeholder::GivenName => facts.given_name.nfc().collect(),
        Placeholder::FamilyName => facts.family_name.nfc().collect(),
        Placeholder::Unit => facts.unit.clone().unwrap_or_default(),
        Placeholder::Login => facts.login.clone(),
        Placeholder::Number => facts.number.clone(),
        Placeholder::Copy => facts.copy.to_string(),
        Placeholder::Date => long_date(facts.issued_on, language),
        Placeholder::Place => facts.place.clone(),
        Placeholder::ValidUntil => short_moment(&facts.valid_until, language),
        Placeholder::Portal => facts.portal.in_language(language).to_owned(),
        Placeholder::Address => facts.address().to_owned(),
        Placeholder::Desk => facts.desk.in_language(language).to_owned(),
        Placeholder::Hours => facts.desk_hours.in_language(language).to_owned(),
        Placeholder::Establishment => facts.establishment.name.clone(),
        Placeholder::Contact => facts.establishment.contact.clone(),
        Placeholder::Dpo => facts.establishment.dpo.clone(),
        Placeholder::Leaf => facts
            .leaf
            .map(|leaf| thousands(leaf, language))
            .unwrap_or_default(),
        Placeholder::Retention => months(facts.establishment.retention_months, language),
    }
}
