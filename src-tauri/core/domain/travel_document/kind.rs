//! The kinds of document the counter tells apart, their French names, and how much each one proves.
//! The scale is the product's own (strong, medium, weak): a site decides what each level opens.
//! Never decides on a person: strength is said to the clerk together with the face check.

/// What kind of document the band belongs to, by its layout and document code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DocumentKind {
    Passport,
    /// TD1 or TD2 identity card, the French card of 2021 included.
    IdentityCard,
    /// The French card issued until 2021: two lines of 36, no expiry in the band.
    FormerIdentityCard,
    ResidencePermit,
    DrivingLicence,
    /// Refugee and alien travel documents, laissez-passer, crew certificates.
    OtherTravelDocument,
}

impl DocumentKind {
    /// The French name, without the state.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Passport => "Passeport",
            Self::IdentityCard => "Carte d’identité",
            Self::FormerIdentityCard => "Ancienne carte d’identité",
            Self::ResidencePermit => "Titre de séjour",
            Self::DrivingLicence => "Permis de conduire",
            Self::OtherTravelDocument => "Titre de voyage",
        }
    }

    /// The strength of an unexpired document of this kind; [`super::Validity::strength`] takes the dates into account.
    #[must_use]
    pub fn strength(self) -> EvidenceStrength {
        match self {
            Self::Passport
            | Self::IdentityCard
            | Self::FormerIdentityCard
            | Self::ResidencePermit => EvidenceStrength::Strong,
            Self::DrivingLicence | Self::OtherTravelDocument => EvidenceStrength::Medium,
        }
    }

    /// Passport-size documents, by the second letter of the code (ICAO 9303 part 4 §4.4).
    pub(super) fn of_passport_code(code: &str) -> Self {
        match code {
            // Refugee, alien, laissez-passer, emergency: documents of people who do not hold that state's passport.
            "PR" | "PT" | "PL" | "PE" => Self::OtherTravelDocument,
            _ => Self::Passport,
        }
    }

    /// Card-size documents (ICAO 9303 parts 5 and 6: code `I`, `A` or `C`, second letter free but never `V`).
    pub(super) fn of_card_code(code: &str) -> Self {
        let mut letters = code.chars();
        match (letters.next(), letters.next()) {
            (Some('I' | 'A' | 'C'), Some('R')) => Self::ResidencePermit,
            (Some('I'), Some(_) | None) => Self::IdentityCard,
            (Some(_) | None, Some(_) | None) => Self::OtherTravelDocument,
        }
    }
}

/// How much a piece of evidence proves, weakest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum EvidenceStrength {
    Weak,
    Medium,
    Strong,
}

impl EvidenceStrength {
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Weak => "Faible",
            Self::Medium => "Moyen",
            Self::Strong => "Fort",
        }
    }
}
