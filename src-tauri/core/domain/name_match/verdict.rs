//! The verdicts of a comparison and the reason that goes with each, in the words the clerk reads.
//! A verdict is a proposal; the clerk's decision and the reason are what the record keeps.
//! Never holds a name: a reason can be stored and printed.

use std::borrow::Cow;

use super::NameSource;

/// What the machine proposes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The same letters, capitals aside.
    Same,
    /// Written differently for a known reason.
    Compatible(Reason),
    /// Possibly the same: a person must look.
    ToCheck(Reason),
    Different,
}

/// Why a verdict is not a plain equality.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reason {
    AccentsAndHyphen,
    Apostrophe,
    /// Ü written UE, Ñ written NXX, Ø written O…
    Transliteration,
    JoinedOrSplit,
    FamilyNameCut,
    GivenNameCut,
    BirthName,
    UsageName,
    CivilGivenNames,
    Particle,
    /// One given name more than in the record, the last of the document, at this rank from 2.
    ExtraGivenName {
        rank: u8,
    },
    ExtraGivenNames,
    FewerGivenNames,
    UsualGivenNameNotFirst,
    GivenNamesReordered,
    SingleName,

    CloseSpelling {
        letters: u8,
    },
    PartOfCompoundName,
    PartOfCompoundGivenName,
    FamilyNameReordered,
    SwappedFamilyAndGiven,
    OtherGivenNamesDiffer,
    WholeNameInOneField,
    NoGivenNameOnDocument,
    NoFamilyNameOnDocument,
    NoNameOnDocument,
    NoNameInRecord,
    NotInLatinLetters,
}

impl Reason {
    /// The words after « Concorde — » or « À vérifier — ».
    #[must_use]
    pub fn text(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::AccentsAndHyphen => "accents et tiret ignorés",
            Self::Apostrophe => "apostrophe ignorée",
            Self::Transliteration => "lettre accentuée transcrite autrement par la bande",
            Self::JoinedOrSplit => "mots joints ou séparés",
            Self::FamilyNameCut => "nom coupé par la bande, début identique",
            Self::GivenNameCut => "prénom coupé par la bande, début identique",
            Self::BirthName => "nom de naissance, la fiche affiche le nom d’usage",
            Self::UsageName => "nom d’usage, la fiche porte aussi un nom de naissance",
            Self::CivilGivenNames => "prénoms d’état civil, la fiche affiche le prénom d’usage",
            Self::Particle => "particule ignorée",
            Self::ExtraGivenName { rank } => return Cow::Owned(format!("{rank}ᵉ prénom en plus")),
            Self::ExtraGivenNames => "autres prénoms en plus",
            Self::FewerGivenNames => "la pièce porte moins de prénoms que la fiche",
            Self::UsualGivenNameNotFirst => "prénom usuel, qui n’est pas le premier de la pièce",
            Self::GivenNamesReordered => "mêmes prénoms dans un autre ordre",
            Self::SingleName => "nom unique",
            Self::CloseSpelling { letters: 1 } => "une lettre d’écart",
            Self::CloseSpelling { letters } => {
                return Cow::Owned(format!("{letters} lettres d’écart"));
            }
            Self::PartOfCompoundName => "une partie seulement du nom composé",
            Self::PartOfCompoundGivenName => "une partie seulement du prénom composé",
            Self::FamilyNameReordered => "mêmes mots dans un autre ordre",
            Self::SwappedFamilyAndGiven => "nom et prénom inversés",
            Self::OtherGivenNamesDiffer => "un prénom commun, les autres diffèrent",
            Self::WholeNameInOneField => "la pièce porte le nom entier dans un seul champ",
            Self::NoGivenNameOnDocument => "la bande ne porte pas de prénom",
            Self::NoFamilyNameOnDocument => "la bande ne porte pas de nom de famille",
            Self::NoNameOnDocument => "la bande ne porte pas de nom",
            Self::NoNameInRecord => "la fiche n’en porte pas",
            Self::NotInLatinLetters => "la fiche n’est pas en lettres latines",
        })
    }
}

impl Verdict {
    /// « Concorde »: identical or compatible.
    #[must_use]
    pub fn agrees(self) -> bool {
        match self {
            Self::Same | Self::Compatible(_) => true,
            Self::ToCheck(_) | Self::Different => false,
        }
    }

    #[must_use]
    pub fn reason(self) -> Option<Reason> {
        match self {
            Self::Compatible(reason) | Self::ToCheck(reason) => Some(reason),
            Self::Same | Self::Different => None,
        }
    }

    /// « Concorde », « Concorde — accents et tiret ignorés », « À vérifier — une lettre d’écart », « Différent ».
    #[must_use]
    pub fn text(self) -> Cow<'static, str> {
        match self {
            Self::Same => Cow::Borrowed("Concorde"),
            Self::Compatible(reason) => Cow::Owned(format!("Concorde — {}", reason.text())),
            Self::ToCheck(reason) => Cow::Owned(format!("À vérifier — {}", reason.text())),
            Self::Different => Cow::Borrowed("Différent"),
        }
    }

    /// Higher is closer. Among compatible names, those whose letters are all equal come first: they say the most.
    fn closeness(self) -> u8 {
        match self {
            Self::Same => 5,
            Self::Compatible(
                Reason::AccentsAndHyphen
                | Reason::Apostrophe
                | Reason::Transliteration
                | Reason::JoinedOrSplit,
            ) => 4,
            Self::Compatible(Reason::FamilyNameCut | Reason::GivenNameCut) => 3,
            Self::Compatible(_) => 2,
            Self::ToCheck(_) => 1,
            Self::Different => 0,
        }
    }
}

/// A verdict and the name of the record it was reached against.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Comparison {
    pub verdict: Verdict,
    /// `None` when no name of the record was compared.
    pub against: Option<NameSource>,
}

impl Comparison {
    pub(super) fn of(verdict: Verdict) -> Self {
        Self {
            verdict,
            against: None,
        }
    }

    /// The closest of several comparisons, the first when equal.
    pub(super) fn closest(comparisons: impl Iterator<Item = Self>) -> Option<Self> {
        comparisons.reduce(|best, next| {
            if next.verdict.closeness() > best.verdict.closeness() {
                next
            } else {
                best
            }
        })
    }
}
