//! The search on a small index of fictitious people: who is found by what, in which order, and who never is.

use jiff::Timestamp;
use jiff::civil::date;
use tempfile::TempDir;

use super::*;
use crate::domain::person::{Login, NumberKind, PersonNumber};
use crate::store::fixture::{owner, person, store};
use crate::store::{MirrorOwner, Store};

const TODAY: Date = date(2026, 11, 24);

const FAMILIES: [&str; 24] = [
    "Martin",
    "Bernard",
    "Thomas",
    "Petit",
    "Robert",
    "Richard",
    "Durand",
    "Moreau",
    "Laurent",
    "Simon",
    "Michel",
    "Garcia",
    "David",
    "Bertrand",
    "Roux",
    "Vincent",
    "Fournier",
    "Morel",
    "Girard",
    "André",
    "Mercier",
    "Bonnet",
    "François",
    "Chevalier",
];
const GIVENS: [&str; 10] = [
    "Camille", "Lucas", "Emma", "Hugo", "Chloé", "Louis", "Manon", "Jules", "Inès", "Adam",
];

/// 240 people nobody looks for, and those the table names.
fn campus() -> (TempDir, Store) {
    let (folder, store) = store();
    let mut people = Vec::new();
    for (family, name) in (0_u32..).zip(FAMILIES) {
        for (given, first) in (0_u32..).zip(GIVENS) {
            let birth = format!("{}-{:02}-{:02}", 1995 + family % 9, 1 + given, 1 + family);
            people.push(person(1_000 + family * 10 + given, name, first, &birth));
        }
    }
    let mut helene = person(1, "Lefèvre", "Hélène", "1998-03-16");
    helene.names.display = Some("Hélène Lefèvre".into());
    helene.names.common = vec!["Helene Lefevre".into()];
    helene.mail = Some("Helene.Lefevre@univ-rivemer.example".into());
    helene.numbers.push(PersonNumber {
        kind: NumberKind::Ine,
        value: "1234567890A".into(),
    });
    let mut ines = person(2, "Lefèvre-Nuñez", "Inès", "1999-07-01");
    ines.names.civil_given = Some("Inès Marie Pilar".into());
    let mut nadia = person(3, "Belkacem", "Nadia", "1994-11-05");
    nadia.names.birth_family = Some("Haddad".into());
    let mut staff = person(4, "O’Connor", "Liam", "1971-02-28");
    staff.login = Login::new("loconnor");
    staff.numbers = vec![PersonNumber {
        kind: NumberKind::Staff,
        value: "P00412".into(),
    }];
    people.extend([helene, ines, nadia, staff]);
    people.push(person(5, "Le Goff", "Yann", "2001-04-01"));
    people.push(person(6, "D’Almeida", "Rui", "2000-02-29"));
    people.push(person(7, "Nguyễn", "Thị Ái", "2002-01-01"));
    people.push(person(8, "de La Fontaine", "Jean-Baptiste", "1997-12-31"));
    people.push(person(9, "Ng", "Li", "2003-05-05"));
    people.push(person(10, "Brzęczyszczykiewicz", "Żaneta", "1996-06-06"));
    people.push(person(11, "Dubois", "Rose", "1996-06-07"));
    let mut mononym = person(12, "Soekarno", "", "1996-00-00");
    mononym.mail = Some("soekarno@etu.univ-rivemer.example".into());
    people.push(mononym);
    people.push(person(13, "Iванов", "Пётр", "1990-09-09"));
    people.push(person(14, "Haddad", "Sami", "1994-11-06"));
    people.push(person(15, "Martineau", "Camille", "2001-01-02"));
    people.push(person(16, "Cœur", "Jacques", "1993-08-15"));
    assert!(people.len() >= 200);
    store.write(|tx| tx.begin_fill(&owner())).unwrap();
    store.write(|tx| tx.put_people(&people)).unwrap();
    store
        .write(|tx| tx.end_fill(Timestamp::UNIX_EPOCH))
        .unwrap();
    (folder, store)
}

fn ask(store: &Store, text: &str) -> SearchOutcome {
    store
        .read(|reader| search(reader, &owner(), text, TODAY))
        .unwrap()
}

fn names(outcome: &SearchOutcome) -> Vec<String> {
    outcome
        .people
        .iter()
        .map(|found| found.person.names.full())
        .collect()
}

fn understood(outcome: &SearchOutcome) -> Vec<(&str, &str)> {
    outcome
        .understood
        .iter()
        .map(|line| (line.label.as_str(), line.value.as_str()))
        .collect()
}

#[test]
fn a_row_says_why_it_answers_when_its_name_does_not_show_it() {
    let (_folder, store) = campus();
    let reason = |text: &str, name: &str| {
        let outcome = ask(&store, text);
        let found = outcome.people.into_iter();
        let mut found = found.filter(|found| found.person.names.full() == name);
        found.next().expect("listed").reason
    };
    for (text, name, said) in [
        ("haddad", "Haddad Sami", None),
        (
            "haddad",
            "Belkacem Nadia",
            Some("Correspond par son nom de naissance"),
        ),
        (
            "pilar",
            "Lefèvre-Nuñez Inès",
            Some("Correspond par un prénom d’état civil"),
        ),
        (
            "loconnor",
            "O’Connor Liam",
            Some("Correspond par son identifiant"),
        ),
        (
            "lefebvre",
            "Lefèvre Hélène",
            Some("Nom proche de ce qui est tapé"),
        ),
        ("16/03/1998", "Lefèvre Hélène", None),
        ("21700001", "Lefèvre Hélène", None),
        ("helene.lefevre", "Lefèvre Hélène", None),
        ("le gof", "Le Goff Yann", None),
        ("du bois", "Dubois Rose", None),
    ] {
        assert_eq!(reason(text, name).as_deref(), said, "{text}: {name}");
    }
}

#[test]
fn what_is_typed_finds_first_whom_it_means() {
    let (_folder, store) = campus();
    #[rustfmt::skip]
    let table = [
        ("Lefèvre", "Lefèvre Hélène"), ("Lefévre", "Lefèvre Hélène"), ("lefebvre", "Lefèvre Hélène"),
        ("LEFEVRE", "Lefèvre Hélène"), ("helene lefevre", "Lefèvre Hélène"), ("lefevre helene", "Lefèvre Hélène"),
        ("lefevre h", "Lefèvre Hélène"), ("h lefevre", "Lefèvre Hélène"), ("elene lefevre", "Lefèvre Hélène"),
        ("helene lefebvre", "Lefèvre Hélène"), ("lef hel", "Lefèvre Hélène"), ("  lefe\u{300}vre  ", "Lefèvre Hélène"),
        ("lefevre 16/03/1998", "Lefèvre Hélène"), ("16 mars 1998 lefevre", "Lefèvre Hélène"), ("16/03/1998", "Lefèvre Hélène"),
        ("160398", "Lefèvre Hélène"), ("16.03.98", "Lefèvre Hélène"), ("lefevre 1998", "Lefèvre Hélène"),
        ("née le 16 mars 1998", "Lefèvre Hélène"),
        ("b21700001", "Lefèvre Hélène"), ("B21700001", "Lefèvre Hélène"), ("21700001", "Lefèvre Hélène"),
        ("21 700 001", "Lefèvre Hélène"), ("c21700001", "Lefèvre Hélène"), ("1234567890a", "Lefèvre Hélène"),
        ("1234 567 890 A", "Lefèvre Hélène"), ("helene.lefevre@univ-rivemer.example", "Lefèvre Hélène"),
        ("hélène.lefèvre@univ-rivemer.example", "Lefèvre Hélène"), ("Hélène.Lefèvre", "Lefèvre Hélène"),
        ("helene.lefevre", "Lefèvre Hélène"), ("b21700001@etu.univ-rivemer.example", "Lefèvre Hélène"),
        ("lefevre nunez", "Lefèvre-Nuñez Inès"), ("Lefèvre-Nuñez", "Lefèvre-Nuñez Inès"), ("nunez", "Lefèvre-Nuñez Inès"),
        ("ines nun", "Lefèvre-Nuñez Inès"), ("pilar", "Lefèvre-Nuñez Inès"), ("lefevrenunez", "Lefèvre-Nuñez Inès"),
        ("nadia belk", "Belkacem Nadia"), ("nadia haddad", "Belkacem Nadia"), ("belkasem", "Belkacem Nadia"),
        ("o'connor", "O’Connor Liam"), ("oconnor", "O’Connor Liam"), ("o connor", "O’Connor Liam"), ("connor", "O’Connor Liam"),
        ("O’CONNOR liam", "O’Connor Liam"), ("loconnor", "O’Connor Liam"), ("p00412", "O’Connor Liam"), ("oconor", "O’Connor Liam"),
        ("le goff", "Le Goff Yann"), ("legoff", "Le Goff Yann"), ("goff", "Le Goff Yann"), ("le gof", "Le Goff Yann"),
        ("almeida", "D’Almeida Rui"), ("d'almeida", "D’Almeida Rui"), ("dalmeida", "D’Almeida Rui"), ("d almeida", "D’Almeida Rui"),
        ("nguyen", "Nguyễn Thị Ái"), ("thi ai", "Nguyễn Thị Ái"), ("fontaine", "de La Fontaine Jean-Baptiste"),
        ("jean baptiste", "de La Fontaine Jean-Baptiste"), ("de la fontaine", "de La Fontaine Jean-Baptiste"),
        ("batiste", "de La Fontaine Jean-Baptiste"), ("ng", "Ng Li"), ("ng li", "Ng Li"),
        ("brzeczyszczykiewicz", "Brzęczyszczykiewicz Żaneta"), ("brzezyszczykewicz", "Brzęczyszczykiewicz Żaneta"),
        ("du bois", "Dubois Rose"), ("soekarno", "Soekarno"), ("soekarno 1996", "Soekarno"), ("петр", "Iванов Пётр"),
        ("coeur", "Cœur Jacques"), ("cœur", "Cœur Jacques"), ("martineau", "Martineau Camille"), ("matrineau", "Martineau Camille"),
        ("haddad", "Belkacem Nadia"),
    ];
    assert!(table.len() >= 40);
    let mut wrong = Vec::new();
    for (text, expected) in table {
        let outcome = ask(&store, text);
        let found = names(&outcome);
        if found.first().map(String::as_str) != Some(expected) {
            wrong.push(format!(
                "{text}: {:?}",
                found.iter().take(3).collect::<Vec<_>>()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn whole_words_come_before_beginnings_and_families_before_given_names() {
    let (_folder, store) = campus();
    let martin = ask(&store, "martin");
    assert_eq!(martin.people.len(), 11);
    assert!(
        names(&martin)[..10]
            .iter()
            .all(|name| name.starts_with("Martin "))
    );
    assert_eq!(names(&martin)[10], "Martineau Camille");
    let camille = ask(&store, "martin camille");
    assert_eq!(names(&camille), ["Martin Camille", "Martineau Camille"]);
    let given = names(&ask(&store, "haddad"));
    assert_eq!(
        given,
        ["Belkacem Nadia", "Haddad Sami"],
        "by birth name as by name"
    );
}

#[test]
fn every_word_must_answer() {
    let (_folder, store) = campus();
    assert!(ask(&store, "lefevre zoltan").people.is_empty());
    assert!(ask(&store, "lefevre 17/03/1998").people.is_empty());
    assert!(ask(&store, "lefevre 1997").people.is_empty());
    assert_eq!(names(&ask(&store, "lefevre 1999")), ["Lefèvre-Nuñez Inès"]);
}

#[test]
fn fifty_at_most_and_it_says_so() {
    let (_folder, store) = campus();
    let many = ask(&store, "ma");
    assert!(many.people.len() <= MOST_FOUND);
    let year = ask(&store, "1996");
    assert!(!year.people.is_empty() && year.people.len() <= MOST_FOUND);
    let camille = ask(&store, "camille");
    assert_eq!((camille.people.len(), camille.truncated), (25, false));
    let le = ask(&store, "be");
    assert!(le.people.iter().all(|found| found.rank > 0));
    let (_folder, store) = crowd();
    let durand = ask(&store, "durand");
    assert_eq!((durand.people.len(), durand.truncated), (MOST_FOUND, true));
    let two = ask(&store, "durand cam");
    assert_eq!((two.people.len(), two.truncated), (MOST_FOUND, true));
}

fn crowd() -> (TempDir, Store) {
    let (folder, store) = store();
    store.write(|tx| tx.begin_fill(&owner())).unwrap();
    let people: Vec<_> = (0..120)
        .map(|n| person(n, "Durand", "Camille", "2000-01-02"))
        .collect();
    store.write(|tx| tx.put_people(&people)).unwrap();
    (folder, store)
}

#[test]
fn it_says_what_it_understood() {
    let (_folder, store) = campus();
    #[rustfmt::skip]
    let table: [(&str, &[(&str, &str)]); 14] = [
        ("nadia belk", &[("prénom", "Nadia"), ("nom commençant par", "belk")]),
        ("lefevre", &[("nom", "Lefèvre")]),
        ("soekarno", &[("nom", "Soekarno")]),
        ("loconnor", &[("identifiant", "loconnor")]),
        ("lefevre h", &[("nom", "Lefèvre"), ("initiale", "H")]),
        ("lefebvre", &[("nom ou prénom proche de", "lefebvre")]),
        ("lefevre 16 mars 1998", &[("nom", "Lefèvre"), ("né(e) le", "16/03/1998")]),
        ("lefevre 1998", &[("nom", "Lefèvre"), ("né(e) en", "1998")]),
        ("160398", &[("né(e) le", "16/03/1998")]),
        ("b21700001", &[("identifiant", "b21700001")]),
        ("21 700 001", &[("numéro étudiant", "21 700 001")]),
        ("p00412", &[("numéro de personnel", "p00412")]),
        ("1234567890a", &[("INE", "1234567890a")]),
        ("helene.lefevre@univ-rivemer.example", &[("courriel", "helene.lefevre@univ-rivemer.example")]),
    ];
    let mut wrong = Vec::new();
    for (text, expected) in table {
        let outcome = ask(&store, text);
        if understood(&outcome) != expected {
            wrong.push(format!("{text}: {:?}", understood(&outcome)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_courriel_tells_the_login_that_is_true() {
    let (_folder, store) = campus();
    let remark = |text: &str| ask(&store, text).remark.unwrap_or_default();
    let expected = "Vous avez saisi un courriel\u{a0}: l’identifiant est b21700001, sans @.";
    assert_eq!(remark("b21700001@etu.univ-rivemer.example"), expected);
    assert_eq!(
        remark("helene.lefevre@univ-rivemer.example"),
        expected,
        "not what stands before the @"
    );
    for nobody in ["inconnue@univ-rivemer.example", "inconnue@"] {
        assert_eq!(remark(nobody), "", "nobody answers: no login can be told");
    }
    assert_eq!(
        remark("inconnue@univ-rivemer.example 32/03/1998"),
        "Le 32 mars n’existe pas. Exemple\u{a0}: 16/03/1998."
    );
}

#[test]
fn remarks_explain_what_cannot_be() {
    let (_folder, store) = campus();
    let remark = |text: &str| ask(&store, text).remark.unwrap_or_default();
    assert_eq!(
        remark("32/03/1998"),
        "Le 32 mars n’existe pas. Exemple\u{a0}: 16/03/1998."
    );
    assert!(ask(&store, "32/03/1998").people.is_empty());
    assert_eq!(remark("a"), "Tapez au moins deux lettres.");
    assert!(remark("🦊").starts_with("Ce texte n’a pas été compris."));
    assert_eq!(
        remark("lefevre 99999999"),
        "Personne ici ne porte «\u{202f}99999999\u{202f}»\u{a0}: la recherche porte sur le nom seul."
    );
    assert_eq!(remark("lefevre"), "");
    assert_eq!(remark(""), "");
}

#[test]
fn near_names_are_proposed_when_nobody_answers() {
    let (_folder, store) = campus();
    let outcome = ask(&store, "bernrad zoltan");
    assert!(outcome.people.is_empty());
    assert_eq!(
        outcome.near.first().map(String::as_str),
        Some("Bernard"),
        "{:?}",
        outcome.near
    );
    assert!(outcome.near.len() <= 3);
    assert!(ask(&store, "lefevre").near.is_empty());
    assert!(ask(&store, "xqwzxqwz").near.is_empty());
}

#[test]
fn typed_letters_are_marked_in_the_displayed_names() {
    let (_folder, store) = campus();
    let marked = |text: &str| {
        let outcome = ask(&store, text);
        let found = &outcome.people[0];
        let cut = |name: &str, marks: &[[u32; 2]]| -> Vec<String> {
            let units: Vec<u16> = name.encode_utf16().collect();
            marks
                .iter()
                .map(|[a, b]| String::from_utf16(&units[*a as usize..*b as usize]).unwrap())
                .collect()
        };
        (
            cut(&found.person.names.family, &found.family_marks),
            cut(&found.person.names.given, &found.given_marks),
        )
    };
    let pair = |family: &[&str], given: &[&str]| {
        let owned = |texts: &[&str]| {
            texts
                .iter()
                .map(|text| (*text).to_owned())
                .collect::<Vec<_>>()
        };
        (owned(family), owned(given))
    };
    assert_eq!(marked("nadia belk"), pair(&["Belk"], &["Nadia"]));
    assert_eq!(marked("lefevre h"), pair(&["Lefèvre"], &["H"]));
    assert_eq!(marked("lefebvre"), pair(&["Lefèvre"], &[]));
    assert_eq!(marked("legoff"), pair(&["Le Goff"], &[]));
    assert_eq!(marked("almeida"), pair(&["Almeida"], &[]));
    assert_eq!(marked("b21700001"), pair(&[], &[]));
    assert_eq!(
        marked("nadia haddad"),
        pair(&[], &["Nadia"]),
        "found by a birth name that is not displayed"
    );
}

#[test]
fn another_owner_is_answered_nothing() {
    let (_folder, store) = campus();
    for other in [
        MirrorOwner {
            clerk_dn: "uid=op-rh,ou=people,dc=univ-rivemer,dc=example".into(),
            ..owner()
        },
        MirrorOwner {
            fingerprint: "other groups".into(),
            ..owner()
        },
    ] {
        for text in ["lefevre", "21700001", "16/03/1998", "lefebvre", "xxxxxx"] {
            let outcome = store
                .read(|reader| search(reader, &other, text, TODAY))
                .unwrap();
            assert!(
                outcome.people.is_empty() && outcome.near.is_empty() && !outcome.truncated,
                "{text}"
            );
        }
    }
}

#[test]
fn hostile_texts_are_harmless() {
    let (_folder, store) = campus();
    let long = "é".repeat(5_000_000);
    let words = "ab ".repeat(66);
    for text in [
        "*",
        "*)(uid=*",
        "(|(uid=*))",
        "' OR 1=1 --",
        "\"; DROP TABLE people; --",
        "%",
        "_",
        "\\2a",
        "\0",
        "\u{202e}",
        "🦊",
        "🦊🦊 🦊",
        "@",
        "@@@",
        "/",
        "//",
        "-",
        "…",
        &long,
        &words,
        "\u{feff}\u{200b}",
        "﷽",
        "\u{301}\u{301}\u{301}",
    ] {
        let outcome = ask(&store, text);
        assert!(
            outcome.people.is_empty(),
            "{:?}: {:?}",
            text.chars().take(20).collect::<String>(),
            names(&outcome)
        );
    }
    assert!(ask(&store, &long).remark.unwrap().contains("trop long"));
    assert_eq!(
        names(&ask(&store, "lef\u{202e}ev\0re h\u{200b}elene")),
        ["Lefèvre Hélène"]
    );
    assert_eq!(
        names(&ask(&store, "🦊 lefevre helene 🦊")),
        ["Lefèvre Hélène"]
    );
    assert_eq!(
        ask(&store, "lefevre").people.len(),
        2,
        "the rows are still there"
    );
}

#[test]
fn sounds_alike_come_after_the_exact_name() {
    let (_folder, store) = campus();
    store
        .write(|tx| tx.upsert(&person(90, "Lefebvre", "Hélène", "1997-01-01")))
        .unwrap();
    let found = names(&ask(&store, "lefebvre helene"));
    assert_eq!(found, ["Lefebvre Hélène", "Lefèvre Hélène"]);
    assert_eq!(
        names(&ask(&store, "lefevre helene")),
        ["Lefèvre Hélène", "Lefebvre Hélène"]
    );
}

#[test]
fn a_name_typed_whole_comes_before_those_it_is_a_part_of() {
    let (_folder, store) = campus();
    let compounds: Vec<_> = (100..160)
        .map(|n| person(n, "Lecomte-Lefèvre", "Zoé", "2001-01-01"))
        .collect();
    store.write(|tx| tx.put_people(&compounds)).unwrap();
    let found = ask(&store, "lefevre");
    assert_eq!(
        names(&found)[..2],
        ["Lefèvre Hélène", "Lecomte-Lefèvre Zoé"]
    );
    assert!(found.truncated, "even past the fifty first of the filings");
    assert_eq!(
        names(&ask(&store, "lefevre nunez"))[..1],
        ["Lefèvre-Nuñez Inès"]
    );
}

#[test]
fn a_slip_is_forgiven_beside_few_answers() {
    let (_folder, store) = campus();
    store
        .write(|tx| tx.upsert(&person(91, "Belkadi", "Nadjia", "1999-01-01")))
        .unwrap();
    let outcome = ask(&store, "nadia belk");
    assert_eq!(names(&outcome), ["Belkacem Nadia", "Belkadi Nadjia"]);
    assert_eq!(
        outcome.people[1].reason.as_deref(),
        Some("Nom proche de ce qui est tapé")
    );
}
