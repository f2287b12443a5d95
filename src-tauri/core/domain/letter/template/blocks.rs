//! The blocks of the letter, how long each may be, and the values a text may hold between braces.
//! The key of a block is what an office types in the file: renaming one breaks the files offices already have.
//! It reads nothing: `template` does.

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Block {
    Date,
    Reference,
    Leaf,
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

/// What a block of the file must be.
pub(super) struct Rule {
    pub(super) block: Block,
    /// In the file.
    pub(super) key: &'static str,
    /// Most characters of one text.
    pub(super) longest: usize,
    /// Fewest and most texts of a list; `None` for a single text.
    pub(super) list: Option<(usize, usize)>,
    /// What the block cannot leave out: one value of each group.
    pub(super) says: &'static [&'static [Placeholder]],
}

impl Rule {
    const fn says(self, says: &'static [&'static [Placeholder]]) -> Rule {
        Rule { says, ..self }
    }

    const fn list(self, fewest: usize, most: usize) -> Rule {
        Rule {
            list: Some((fewest, most)),
            ..self
        }
    }
}

const fn single(block: Block, key: &'static str, longest: usize) -> Rule {
    Rule {
        block,
        key,
        longest,
        list: None,
        says: &[],
    }
}

/// A letter that did not say these would fail the person (the address, the end of the password, where to find help),
/// the desk (a receipt without its number) or the law (who keeps the data, how long, whom to ask: GDPR art. 13).
pub(super) const RULES: [Rule; 30] = [
    single(Block::Date, "date", 60).says(&[&[Placeholder::Date]]),
    single(Block::Reference, "reference", 60).says(&[&[Placeholder::Number]]),
    single(Block::Leaf, "leaf", 40).says(&[&[Placeholder::Leaf]]),
    single(Block::Copy, "copy", 40).says(&[&[Placeholder::Copy]]),
    single(Block::Title, "title", 60),
    single(Block::Greeting, "greeting", 100),
    single(Block::Intro, "intro", 320),
    single(Block::LoginLabel, "login_label", 40),
    single(Block::LoginNote, "login_note", 50),
    single(Block::PasswordLabel, "password_label", 40),
    single(Block::PasswordNote, "password_note", 60).says(&[&[Placeholder::ValidUntil]]),
    single(Block::StatusNotActive, "status_not_active", 200),
    single(Block::StatusNotConfirmed, "status_not_confirmed", 200),
    single(Block::StepsTitle, "steps_title", 70),
    single(Block::Steps, "steps", 180)
        .list(3, 6)
        .says(&[&[Placeholder::Address]]),
    single(Block::RulesTitle, "rules_title", 60),
    single(Block::Rules, "rules", 180).list(1, 5),
    single(Block::SharedPost, "shared_post", 220),
    single(Block::Help, "help", 220).says(&[
        &[Placeholder::Desk],
        &[Placeholder::Hours, Placeholder::Contact],
    ]),
    single(Block::QrTitle, "qr_title", 40),
    single(Block::QrNote, "qr_note", 60),
    single(Block::AddressNote, "address_note", 60),
    single(Block::QrAlt, "qr_alt", 120),
    single(Block::QrCheck, "qr_check", 90),
    single(Block::Privacy, "privacy", 420).says(&[
        &[Placeholder::Establishment],
        &[Placeholder::Retention],
        &[Placeholder::Dpo],
    ]),
    single(Block::Footer, "footer", 90),
    single(Block::ReceiptTitle, "receipt_title", 70),
    single(Block::Receipt, "receipt", 320).says(&[&[Placeholder::Name], &[Placeholder::Number]]),
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
    Leaf,
}

pub(super) const PLACEHOLDERS: [(&str, Placeholder); 19] = [
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
    ("leaf", Placeholder::Leaf),
];
