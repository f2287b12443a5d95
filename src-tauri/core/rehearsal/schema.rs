//! SupAnn and eduPerson as slapd schema text, built from the published facts: name, OID, syntax, matching
//! rule, arity (RENATER arc 1.3.6.1.4.1.7135.1.2, state of SupAnn 2018 revision 2; eduPerson 202111).
//! Adds nothing of ours: Guichet works on a directory's existing schema and never asks for its own.

use std::fmt::Write as _;

/// How values compare: the pair of syntax and matching rules that the published definitions use.
#[derive(Clone, Copy)]
enum Values {
    /// Directory string, case ignored, substrings.
    Text,
    /// The same without substrings.
    TextWhole,
    /// Directory string, exact case, substrings.
    Exact,
    ExactWhole,
    Printable,
    PrintableWhole,
    /// Exact, ordered and searchable by part: dates `AAAA-MM-JJ`.
    PrintableOrdered,
    Ia5,
    Ia5Exact,
    Digits,
    Time,
    Truth,
    Dn,
    /// Inherits everything from another attribute.
    Like(&'static str),
}

impl Values {
    fn definition(self, length: u16) -> String {
        let (equality, ordering, substrings, syntax) = match self {
            Values::Text => ("caseIgnoreMatch", "", "caseIgnoreSubstringsMatch", 15),
            Values::TextWhole => ("caseIgnoreMatch", "", "", 15),
            Values::Exact => ("caseExactMatch", "", "caseExactSubstringsMatch", 15),
            Values::ExactWhole => ("caseExactMatch", "", "", 15),
            Values::Printable => ("caseIgnoreMatch", "", "caseIgnoreSubstringsMatch", 44),
            Values::PrintableWhole => ("caseIgnoreMatch", "", "", 44),
            Values::PrintableOrdered => (
                "caseExactMatch",
                "caseExactOrderingMatch",
                "caseExactSubstringsMatch",
                44,
            ),
            Values::Ia5 => ("caseIgnoreIA5Match", "", "caseIgnoreIA5SubstringsMatch", 26),
            Values::Ia5Exact => ("caseExactIA5Match", "", "", 26),
            Values::Digits => ("numericStringMatch", "numericStringOrderingMatch", "", 36),
            Values::Time => (
                "generalizedTimeMatch",
                "generalizedTimeOrderingMatch",
                "",
                24,
            ),
            Values::Truth => ("booleanMatch", "", "", 7),
            Values::Dn => ("distinguishedNameMatch", "", "", 12),
            Values::Like(parent) => return format!(" SUP {parent}"),
        };
        let mut text = format!(" EQUALITY {equality}");
        if !ordering.is_empty() {
            let _ = write!(text, " ORDERING {ordering}");
        }
        if !substrings.is_empty() {
            let _ = write!(text, " SUBSTR {substrings}");
        }
        let _ = write!(text, " SYNTAX 1.3.6.1.4.1.1466.115.121.1.{syntax}");
        if length > 0 {
            let _ = write!(text, "{{{length}}}");
        }
        text
    }
}

/// Last arc of the OID, name, values, upper bound (0: none), single-valued.
type Attribute = (u8, &'static str, Values, u16, bool);

const EDU_PERSON: &[Attribute] = &[
    (1, "eduPersonAffiliation", Values::Text, 0, false),
    (2, "eduPersonNickname", Values::Text, 0, false),
    (3, "eduPersonOrgDN", Values::Dn, 0, true),
    (4, "eduPersonOrgUnitDN", Values::Dn, 0, false),
    (5, "eduPersonPrimaryAffiliation", Values::Text, 0, true),
    (6, "eduPersonPrincipalName", Values::Text, 0, true),
    (7, "eduPersonEntitlement", Values::ExactWhole, 0, false),
    (8, "eduPersonPrimaryOrgUnitDN", Values::Dn, 0, true),
    (9, "eduPersonScopedAffiliation", Values::TextWhole, 0, false),
    (10, "eduPersonTargetedID", Values::TextWhole, 0, false),
    (11, "eduPersonAssurance", Values::TextWhole, 0, false),
    (12, "eduPersonPrincipalNamePrior", Values::Text, 0, false),
    (13, "eduPersonUniqueId", Values::TextWhole, 0, false),
    (16, "eduPersonOrcid", Values::TextWhole, 0, false),
];

const SUPANN: &[Attribute] = &[
    (1, "supannListeRouge", Values::Truth, 0, true),
    (2, "supannActivite", Values::Text, 128, false),
    (3, "supannOrganisme", Values::Text, 128, true),
    (4, "supannCivilite", Values::Printable, 32, true),
    (5, "supannAffectation", Values::Text, 128, false),
    (6, "supannCodeEntite", Values::Ia5, 128, true),
    (7, "supannCodeEntiteParent", Values::Ia5, 128, false),
    (8, "supannEntiteAffectation", Values::Ia5, 128, false),
    (9, "supannCodeINE", Values::Printable, 128, false),
    (10, "supannEtuId", Values::Exact, 128, false),
    (11, "supannEmpId", Values::Exact, 128, false),
    (
        12,
        "supannAutreTelephone",
        Values::Like("telephoneNumber"),
        0,
        false,
    ),
    (
        13,
        "supannEntiteAffectationPrincipale",
        Values::Ia5,
        128,
        true,
    ),
    (14, "supannEtablissement", Values::Text, 128, false),
    (15, "supannMailPerso", Values::Ia5, 256, false),
    (16, "supannTypeEntite", Values::Text, 128, false),
    (
        17,
        "supannParrainDN",
        Values::Like("distinguishedName"),
        0,
        false,
    ),
    (18, "supannGroupeDateFin", Values::Time, 0, true),
    (
        19,
        "supannGroupeAdminDN",
        Values::Like("distinguishedName"),
        0,
        false,
    ),
    (20, "supannAliasLogin", Values::Exact, 128, true),
    (21, "supannRole", Values::Text, 128, false),
    (
        22,
        "supannGroupeLecteurDN",
        Values::Like("distinguishedName"),
        0,
        false,
    ),
    (23, "supannRoleGenerique", Values::Text, 256, false),
    (24, "supannRoleEntite", Values::Text, 512, false),
    (25, "supannEtuAnneeInscription", Values::Digits, 4, false),
    (26, "supannEtuCursusAnnee", Values::Text, 128, false),
    (27, "supannEtuDiplome", Values::Text, 128, false),
    (28, "supannEtuElementPedagogique", Values::Text, 128, false),
    (29, "supannEtuEtape", Values::Text, 128, false),
    (30, "supannEtuInscription", Values::Text, 4096, false),
    (31, "supannEtuRegimeInscription", Values::Text, 128, false),
    (
        32,
        "supannEtuSecteurDisciplinaire",
        Values::Text,
        128,
        false,
    ),
    (33, "supannEtuTypeDiplome", Values::Text, 128, false),
    (34, "supannAutreMail", Values::Like("mail"), 0, false),
    (35, "supannEmpCorps", Values::Text, 128, false),
    (36, "supannTypeEntiteAffectation", Values::Text, 128, false),
    (37, "supannRefId", Values::Exact, 128, false),
    (38, "supannNomDeNaissance", Values::Text, 256, true),
    (39, "supannPrenomsEtatCivil", Values::Text, 256, true),
    (
        40,
        "supannOIDCDateDeNaissance",
        Values::PrintableOrdered,
        10,
        true,
    ),
    (41, "supannOIDCGenre", Values::PrintableWhole, 32, true),
    (
        42,
        "supannCodeINSEEVilleDeNaissance",
        Values::Digits,
        5,
        true,
    ),
    (
        43,
        "supannCodeINSEEPaysDeNaissance",
        Values::Digits,
        5,
        true,
    ),
    (44, "supannFCSub", Values::Ia5Exact, 255, false),
    (45, "supannCMSAffectation", Values::Text, 0, false),
    (46, "supannCMSAppAffectation", Values::Exact, 0, false),
    (47, "supannCMSAppId", Values::ExactWhole, 0, false),
    (48, "supannCMSAppIdDomaine", Values::Exact, 0, false),
    (49, "supannCMSDateFin", Values::Time, 0, false),
    (50, "supannCMSId", Values::TextWhole, 0, false),
    (51, "supannCMSIdEtiquette", Values::Text, 0, false),
    (52, "supannCMSType", Values::Text, 256, false),
    (53, "supannCMSSource", Values::Text, 256, false),
    (54, "supannRessourceEtatDate", Values::Text, 4096, false),
    (55, "supannRessourceEtat", Values::Text, 4096, false),
    (56, "supannEmpProfil", Values::Text, 4096, false),
    (57, "supannExtProfil", Values::Text, 4096, false),
    (58, "supannCodePopulation", Values::Text, 128, false),
    (59, "supannEmpDateFin", Values::Time, 0, false),
    (60, "supannEtuDateFin", Values::Time, 0, false),
    (61, "supannExtDateFin", Values::Time, 0, false),
    (62, "supannConsentement", Values::Text, 4096, false),
    (63, "supannAdressePostalePrivee", Values::Text, 4096, false),
    (64, "supannTelephonePrive", Values::Text, 4096, false),
    (65, "supannMailPrive", Values::Text, 4096, false),
];

const GROUP: &[&str] = &[
    "supannGroupeDateFin",
    "supannGroupeAdminDN",
    "supannGroupeLecteurDN",
];
const ENTITY: &[&str] = &[
    "supannCodeEntite",
    "supannCodeEntiteParent",
    "supannTypeEntite",
];
const CIVIL: &[&str] = &[
    "supannNomDeNaissance",
    "supannPrenomsEtatCivil",
    "supannOIDCDateDeNaissance",
    "supannOIDCGenre",
    "supannCodeINSEEPaysDeNaissance",
    "supannFCSub",
];

fn attribute_type(arc: &str, (last, name, values, length, single): Attribute) -> String {
    let single = if single { " SINGLE-VALUE" } else { "" };
    format!(
        "attributetype ( {arc}.{last} NAME '{name}'{}{single} )\n",
        values.definition(length)
    )
}

fn object_class(oid: &str, name: &str, must: &[&str], may: &[&str]) -> String {
    let mut text = format!("objectclass ( {oid} NAME '{name}' SUP top AUXILIARY");
    for (word, attributes) in [("MUST", must), ("MAY", may)] {
        if !attributes.is_empty() {
            let _ = write!(text, "\n  {word} ( {} )", attributes.join(" $ "));
        }
    }
    text.push_str(" )\n");
    text
}

/// `eduperson.schema`.
pub fn edu_person() -> String {
    let mut text = String::from("# eduPerson 202111 (Internet2 / REFEDS)\n");
    for attribute in EDU_PERSON {
        text.push_str(&attribute_type("1.3.6.1.4.1.5923.1.1.1", *attribute));
    }
    let may: Vec<&str> = EDU_PERSON.iter().map(|attribute| attribute.1).collect();
    text.push_str(&object_class(
        "1.3.6.1.4.1.5923.1.1.2",
        "eduPerson",
        &[],
        &may,
    ));
    text
}

/// `supann.schema`: attributes and classes, `mailForwardingAddress` included as RENATER's file does.
pub fn supann() -> String {
    const CLASSES: &str = "1.3.6.1.4.1.7135.1.2.2";
    let mut text = String::from("# SupAnn 2018 revision 2 (RENATER, 2019-11-22)\n");
    for attribute in SUPANN {
        text.push_str(&attribute_type("1.3.6.1.4.1.7135.1.2.1", *attribute));
    }
    text.push_str(&attribute_type(
        "2.16.840.1.113730.3.1",
        (17, "mailForwardingAddress", Values::TextWhole, 0, false),
    ));

    let names = || SUPANN.iter().map(|attribute| attribute.1);
    let card: Vec<&str> = names()
        .filter(|name| name.starts_with("supannCMS"))
        .collect();
    let mut person: Vec<&str> = names()
        .filter(|name| !GROUP.contains(name) && !ENTITY.contains(name) && !card.contains(name))
        .collect();
    person.push("mailForwardingAddress");
    let mut group = GROUP.to_vec();
    group.push("supannRefId");

    let class = |last: u8, name: &str, must: &[&str], may: &[&str]| {
        object_class(&format!("{CLASSES}.{last}"), name, must, may)
    };
    text.push_str(&class(1, "supannPerson", &[], &person));
    text.push_str(&class(2, "supannOrg", &[], &["supannEtablissement"]));
    text.push_str(&class(
        3,
        "supannEntite",
        &["supannCodeEntite"],
        &[
            "supannTypeEntite",
            "supannCodeEntiteParent",
            "supannRefId",
            "labeledURI",
        ],
    ));
    text.push_str(&class(
        4,
        "supannFCPerson",
        CIVIL,
        &["supannCodeINSEEVilleDeNaissance"],
    ));
    text.push_str(&class(5, "supannCMS", &[], &card));
    text.push_str(&class(6, "supannGroupe", &[], &group));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_the_published_definitions() {
        let text = supann();
        assert!(text.contains(
            "attributetype ( 1.3.6.1.4.1.7135.1.2.1.40 NAME 'supannOIDCDateDeNaissance' EQUALITY caseExactMatch \
             ORDERING caseExactOrderingMatch SUBSTR caseExactSubstringsMatch SYNTAX \
             1.3.6.1.4.1.1466.115.121.1.44{10} SINGLE-VALUE )"
        ));
        assert!(text.contains(
            "attributetype ( 1.3.6.1.4.1.7135.1.2.1.17 NAME 'supannParrainDN' SUP distinguishedName )"
        ));
        assert_eq!(text.matches("\nattributetype").count(), 66);
        assert_eq!(text.matches("\nobjectclass").count(), 6);
        assert_eq!(edu_person().matches("\nattributetype").count(), 14);
    }

    #[test]
    fn oids_are_in_order_and_unique() {
        for (position, attribute) in SUPANN.iter().enumerate() {
            assert_eq!(usize::from(attribute.0), position + 1, "{}", attribute.1);
        }
    }
}
