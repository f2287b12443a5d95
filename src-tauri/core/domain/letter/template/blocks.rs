//! The blocks of the letter, how long each may be, and the values a text may hold between braces.
//! The key of a block is what an office types in the file: renaming one breaks the files offices already have.
//! It reads nothing: `template` does.

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Block {
    Date,
    Reference,
    Copy,
    Title,
    Greeting,
    Intro,
    LoginLabel,
    LoginNote,
    PasswordLabel,
    PasswordNote,
    StatusNotActive,
    StatusNotConfirmed,
    StepsTitle,
    Steps,
    RulesTitle,
    Rules,
    SharedPost,
    Help,
    QrTitle,
    QrNote,
    AddressNote,
    QrAlt,
    QrCheck,
    Privacy,
    Footer,
    ReceiptTitle,
    Receipt,
    ReceiptPlace,
    Signature,
}

/// Key in the file, most characters of one text, and fewest and most texts of a list (`None`: a single text).
pub(super) struct Rule {
    pub(super) block: Block,
    pub(super) key: &'static str,
    pub(super) longest: usize,
    pub(super) list: Option<(usize, usize)>,
}

const fn single(block: Block, key: &'static str, longest: usize) -> Rule {
    Rule {
        block,
        key,
        longest,
        list: None,
    }
}

pub(super) const RULES: [Rule; 29] = [
    single(Block::Date, "date", 60),
    single(Block::Reference, "reference", 60),
    single(Block::Copy, "copy", 40),
    single(Block::Title, "title", 60),
    single(Block::Greeting, "greeting", 100),
    single(Block::Intro, "intro", 320),
    single(Block::LoginLabel, "login_label", 40),
    single(Block::LoginNote, "login_note", 50),
    single(Block::PasswordLabel, "password_label", 40),
    single(Block::PasswordNote, "password_note", 60),
    single(Block::StatusNotActive, "status_not_active", 200),
    single(Block::StatusNotConfirmed, "status_not_confirmed", 200),
    single(Block::StepsTitle, "steps_title", 70),
    Rule {
        block: Block::Steps,
        key: "steps",
        longest: 180,
        list: Some((3, 6)),
    },
    single(Block::RulesTitle, "rules_title", 60),
    Rule {
        block: Block::Rules,
        key: "rules",
        longest: 180,
        list: Some((1, 5)),
    },
    single(Block::SharedPost, "shared_post", 220),
    single(Block::Help, "help", 220),
    single(Block::QrTitle, "qr_title", 40),
    single(Block::QrNote, "qr_note", 60),
    single(Block::AddressNote, "address_note", 60),
    single(Block::QrAlt, "qr_alt", 120),
    single(Block::QrCheck, "qr_check", 90),
    single(Block::Privacy, "privacy", 420),
    single(Block::Footer, "footer", 90),
    single(Block::ReceiptTitle, "receipt_title", 70),
    single(Block::Receipt, "receipt", 320),
    single(Block::ReceiptPlace, "receipt_place", 60),
    single(Block::Signature, "signature", 30),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Placeholder {
    Name,
    GivenName,
    FamilyName,
    Unit,
    Login,
    Number,
    Copy,
    Date,
    Place,
    ValidUntil,
    Portal,
    Address,
    Desk,
    Hours,
    Establishment,
    Contact,
    Dpo,
    Retention,
}

pub(super) const PLACEHOLDERS: [(&str, Placeholder); 18] = [
    ("name", Placeholder::Name),
    ("given_name", Placeholder::GivenName),
    ("family_name", Placeholder::FamilyName),
    ("unit", Placeholder::Unit),
    ("login", Placeholder::Login),
    ("number", Placeholder::Number),
    ("copy", Placeholder::Copy),
    ("date", Placeholder::Date),
    ("place", Placeholder::Place),
    ("valid_until", Placeholder::ValidUntil),
    ("portal", Placeholder::Portal),
    ("address", Placeholder::Address),
    ("desk", Placeholder::Desk),
    ("hours", Placeholder::Hours),
    ("establishment", Placeholder::Establishment),
    ("contact", Placeholder::Contact),
    ("dpo", Placeholder::Dpo),
    ("retention", Placeholder::Retention),
];
