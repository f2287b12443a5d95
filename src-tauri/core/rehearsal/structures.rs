//! The structures of the fictitious university: faculties, laboratories, doctoral schools, offices, campuses.
//! Codes are ours; types come from SupAnn's published list (`{SUPANN}S222` is a doctoral school…).
//! Says nothing of who works there.

use super::ldif::Entry;
use super::{BASE_DN, STRUCTURES_DN, UAI};

pub struct Structure {
    /// `supannCodeEntite`.
    pub code: &'static str,
    /// Short name, as people say it.
    pub name: &'static str,
    /// Full name, in `description`: the sheet and the letter write the short one.
    pub full_name: &'static str,
    /// SupAnn type without its label.
    pub kind: &'static str,
    pub parent: &'static str,
    pub campus: &'static str,
}

macro_rules! structures {
    ($(($code:literal, $name:literal, $full:literal, $kind:literal, $parent:literal, $campus:literal)),* $(,)?) => {
        /// Every structure, parents first.
        pub const STRUCTURES: &[Structure] = &[$(Structure {
            code: $code, name: $name, full_name: $full, kind: $kind, parent: $parent, campus: $campus,
        }),*];
    };
}

structures![
    (
        "UNIV",
        "Université",
        "Université de Rivemer",
        "S102",
        "",
        "Campus Saint-Clair"
    ),
    (
        "CAMPUS-SC",
        "Saint-Clair",
        "Campus Saint-Clair",
        "S330",
        "UNIV",
        "Campus Saint-Clair"
    ),
    (
        "CAMPUS-PORT",
        "Le Port",
        "Campus du Port",
        "S330",
        "UNIV",
        "Campus du Port"
    ),
    (
        "DRH",
        "DRH",
        "Direction des ressources humaines",
        "S230",
        "UNIV",
        "Campus Saint-Clair"
    ),
    (
        "PAIE",
        "Service paie",
        "Service de la paie",
        "S302",
        "DRH",
        "Campus Saint-Clair"
    ),
    (
        "DEVE",
        "Scolarité",
        "Direction des études et de la scolarité",
        "S233",
        "UNIV",
        "Campus Saint-Clair"
    ),
    (
        "ALUMNI",
        "Bureau Alumni",
        "Bureau des diplômés",
        "S231",
        "DEVE",
        "Campus Saint-Clair"
    ),
    (
        "DOSI",
        "DOSI",
        "Direction opérationnelle des systèmes d’information",
        "S230",
        "UNIV",
        "Campus Saint-Clair"
    ),
    (
        "ANT-SC",
        "Antenne DOSI Saint-Clair",
        "Antenne DOSI du campus Saint-Clair",
        "S256",
        "DOSI",
        "Campus Saint-Clair"
    ),
    (
        "ANT-PORT",
        "Antenne DOSI du Port",
        "Antenne DOSI du campus du Port",
        "S256",
        "DOSI",
        "Campus du Port"
    ),
    (
        "SCD",
        "Bibliothèques",
        "Service commun de la documentation",
        "S250",
        "UNIV",
        "Campus Saint-Clair"
    ),
    (
        "COL-ED",
        "Collège doctoral",
        "Collège des écoles doctorales",
        "S221",
        "UNIV",
        "Campus Saint-Clair"
    ),
    (
        "ED-CALCUL",
        "École doctorale Calcul",
        "École doctorale Calcul, modèles et données",
        "S222",
        "COL-ED",
        "Campus Saint-Clair"
    ),
    (
        "ED-LETTRES",
        "École doctorale Lettres",
        "École doctorale Lettres, langues et sociétés",
        "S222",
        "COL-ED",
        "Campus du Port"
    ),
    (
        "ED-VIVANT",
        "École doctorale Vivant",
        "École doctorale Sciences du vivant",
        "S222",
        "COL-ED",
        "Campus Saint-Clair"
    ),
    (
        "UFR-DROIT",
        "UFR Droit",
        "UFR Droit et science politique",
        "S201",
        "UNIV",
        "Campus du Port"
    ),
    (
        "UFR-SCI",
        "UFR Sciences",
        "UFR Sciences et techniques",
        "S201",
        "UNIV",
        "Campus Saint-Clair"
    ),
    (
        "UFR-LLA",
        "UFR Lettres",
        "UFR Lettres, langues et arts",
        "S201",
        "UNIV",
        "Campus du Port"
    ),
    (
        "UFR-SANTE",
        "UFR Santé",
        "UFR Sciences de la santé",
        "S201",
        "UNIV",
        "Campus Saint-Clair"
    ),
    (
        "UFR-ECO",
        "UFR Économie",
        "UFR Économie et gestion",
        "S201",
        "UNIV",
        "Campus du Port"
    ),
    (
        "IUT",
        "IUT",
        "Institut universitaire de technologie de Rivemer",
        "S204",
        "UNIV",
        "Campus Saint-Clair"
    ),
    (
        "LUMEN",
        "LUMEN",
        "Laboratoire LUMEN",
        "S310",
        "UFR-SCI",
        "Campus Saint-Clair"
    ),
    (
        "ESTRAN",
        "ESTRAN",
        "Laboratoire ESTRAN, océan et littoral",
        "S310",
        "UFR-SCI",
        "Campus Saint-Clair"
    ),
    (
        "CADRE",
        "CADRE",
        "Centre de recherche CADRE, droit et institutions",
        "S312",
        "UFR-DROIT",
        "Campus du Port"
    ),
    (
        "PALIMPSESTE",
        "PALIMPSESTE",
        "Laboratoire PALIMPSESTE, textes et langues",
        "S310",
        "UFR-LLA",
        "Campus du Port"
    ),
    (
        "SILLAGE",
        "SILLAGE",
        "Unité SILLAGE, biologie et santé",
        "S310",
        "UFR-SANTE",
        "Campus Saint-Clair"
    ),
];

/// Structures that enrol students.
pub const TEACHING: [&str; 6] = [
    "UFR-DROIT",
    "UFR-SCI",
    "UFR-LLA",
    "UFR-SANTE",
    "UFR-ECO",
    "IUT",
];
/// A doctoral school and the laboratories of its doctoral students.
pub const DOCTORAL: [(&str, &[&str]); 3] = [
    ("ED-CALCUL", &["LUMEN", "ESTRAN"]),
    ("ED-LETTRES", &["PALIMPSESTE", "CADRE"]),
    ("ED-VIVANT", &["SILLAGE"]),
];
/// Structures that employ staff.
pub const EMPLOYING: [&str; 19] = [
    "UFR-DROIT",
    "UFR-SCI",
    "UFR-LLA",
    "UFR-SANTE",
    "UFR-ECO",
    "IUT",
    "LUMEN",
    "ESTRAN",
    "CADRE",
    "PALIMPSESTE",
    "SILLAGE",
    "DRH",
    "PAIE",
    "DEVE",
    "DOSI",
    "ANT-SC",
    "ANT-PORT",
    "SCD",
    "COL-ED",
];
/// Structures that invite.
pub const INVITING: [&str; 6] = [
    "LUMEN",
    "ESTRAN",
    "CADRE",
    "PALIMPSESTE",
    "SILLAGE",
    "UFR-DROIT",
];

pub fn structure_dn(code: &str) -> String {
    format!("supannCodeEntite={code},{STRUCTURES_DN}")
}

/// The entries of every structure.
pub fn entries() -> impl Iterator<Item = Entry> {
    STRUCTURES.iter().map(|structure| {
        let mut entry = Entry::new(
            structure_dn(structure.code),
            &["organizationalUnit", "supannEntite"],
        )
        .with("supannCodeEntite", structure.code)
        .with("ou", structure.name)
        .with("description", structure.full_name)
        .with("supannTypeEntite", format!("{{SUPANN}}{}", structure.kind))
        .with("l", structure.campus);
        if !structure.parent.is_empty() {
            entry.push("supannCodeEntiteParent", structure.parent);
        }
        entry
    })
}

/// The university itself, root of the tree.
pub fn university() -> Entry {
    Entry::new(BASE_DN, &["organization", "dcObject", "supannOrg"])
        .with("dc", "univ-rivemer")
        .with("o", "Université de Rivemer")
        .with("supannEtablissement", format!("{{UAI}}{UAI}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_named_elsewhere_exists() {
        let exists = |code: &str| STRUCTURES.iter().any(|structure| structure.code == code);
        let doctoral = DOCTORAL
            .iter()
            .flat_map(|(school, labs)| std::iter::once(*school).chain(labs.iter().copied()));
        for code in TEACHING
            .into_iter()
            .chain(EMPLOYING)
            .chain(INVITING)
            .chain(doctoral)
        {
            assert!(exists(code), "{code}");
        }
        for structure in STRUCTURES.iter().skip(1) {
            assert!(exists(structure.parent), "{}", structure.code);
        }
    }
}
