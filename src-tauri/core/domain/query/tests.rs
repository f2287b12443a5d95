//! What was typed, and what is understood of it: one line a case.

use super::*;
use jiff::civil::date;

const TODAY: Date = date(2026, 11, 24);

fn read(text: &str) -> Query {
    Query::parse(text, TODAY).unwrap()
}

fn tries(query: &Query) -> Vec<(KeyKind, &str)> {
    query
        .keys
        .iter()
        .flat_map(|key| &key.tries)
        .map(|(kind, key)| (*kind, key.as_str()))
        .collect()
}

#[test]
fn words_are_folded_and_kept_once() {
    assert_eq!(
        read("LEFÈVRE-Nuñez  inès lefevre").words,
        ["lefevre", "nunez", "ines"]
    );
    assert_eq!(read("O’Connor").words, ["oconnor"]);
    assert_eq!(read("lefevre h").words, ["lefevre", "h"]);
    assert_eq!(read("Nguyễn").words, ["nguyen"]);
}

#[test]
fn every_form_of_a_birth_date_is_read_beside_a_name() {
    let forms = [
        "16/03/1998",
        "16.03.1998",
        "16-3-1998",
        "16/3/98",
        "16 mars 1998",
        "16 MARS 98",
        "1998-03-16",
        "le 16 mars 1998",
        "16 / 03 / 1998",
        "née le 16/03/1998",
    ];
    for form in forms {
        for text in [
            format!("lefevre {form}"),
            format!("{form} lefevre"),
            form.to_owned(),
        ] {
            let query = read(&text);
            assert_eq!(
                query.birth,
                Some(TypedBirth::Day(date(1998, 3, 16))),
                "{text}"
            );
            let expected: &[&str] = if text.contains("lefevre") {
                &["lefevre"]
            } else {
                &[]
            };
            assert_eq!(query.words, expected, "{text}");
            assert!(
                query.keys.is_empty() && query.remark.is_none(),
                "{text}: {query:?}"
            );
        }
    }
    assert_eq!(
        read("1er avril 2001").birth,
        Some(TypedBirth::Day(date(2001, 4, 1)))
    );
    assert_eq!(
        read("12 févr. 2001").birth,
        Some(TypedBirth::Day(date(2001, 2, 12)))
    );
}

#[test]
fn digits_may_be_a_number_and_a_date() {
    for text in ["160398", "16031998", "16 03 1998"] {
        let query = read(text);
        assert_eq!(
            query.birth,
            Some(TypedBirth::Day(date(1998, 3, 16))),
            "{text}"
        );
        let number = number_key(text);
        assert!(
            tries(&query).contains(&(KeyKind::Student, number.as_str())),
            "{text}: {query:?}"
        );
    }
    let query = read("21704588");
    assert_eq!(query.birth, None, "there is no month 70");
    assert_eq!(query.remark, None);
}

#[test]
fn a_year_alone_is_a_birth_year() {
    assert_eq!(read("lefevre 1998").birth, Some(TypedBirth::Year(1998)));
    assert_eq!(read("lefevre 2098").birth, None);
    assert_eq!(read("1850").birth, None);
}

#[test]
fn an_impossible_date_is_said() {
    assert_eq!(
        read("32/03/1998").remark.unwrap(),
        "Le 32 mars n’existe pas. Exemple\u{a0}: 16/03/1998."
    );
    assert_eq!(
        read("lefevre 32 mars 1998").remark.unwrap(),
        "Le 32 mars n’existe pas. Exemple\u{a0}: 16/03/1998."
    );
    assert_eq!(read("lefevre 32-03-1998").words, ["lefevre"]);
    assert!(
        read("16/13/1998")
            .remark
            .unwrap()
            .starts_with("Le mois 13 n’existe pas")
    );
    assert!(
        read("16/03")
            .remark
            .unwrap()
            .starts_with("Cette date n’a pas été comprise")
    );
    assert!(
        read("16/03/2027")
            .remark
            .unwrap()
            .starts_with("Cette date est à venir")
    );
}

#[test]
fn numbers_lose_their_spaces_and_letters() {
    assert!(tries(&read("21 704 588")).contains(&(KeyKind::Student, "21704588")));
    assert!(tries(&read("b21704588")).contains(&(KeyKind::Login, "b21704588")));
    assert!(tries(&read("B21704588")).contains(&(KeyKind::Student, "21704588")));
    assert!(tries(&read("b 21704588")).contains(&(KeyKind::Login, "b21704588")));
    assert!(tries(&read("1234 567 890 a")).contains(&(KeyKind::Ine, "1234567890A")));
    assert!(tries(&read("123456789ab")).contains(&(KeyKind::Ine, "123456789AB")));
    assert!(
        !tries(&read("abc21704588")).contains(&(KeyKind::Student, "21704588")),
        "three letters are no prefix"
    );
}

#[test]
fn a_courriel_gives_its_login() {
    let query = read("B21704588@etu.univ-rivemer.example");
    assert_eq!(
        query.remark.as_deref(),
        Some("Vous avez saisi un courriel\u{a0}: l’identifiant est b21704588, sans @.")
    );
    assert_eq!(
        tries(&query),
        [
            (KeyKind::Mail, "b21704588@etu.univ-rivemer.example"),
            (KeyKind::Login, "b21704588"),
            (KeyKind::Alias, "b21704588")
        ]
    );
    assert!(query.words.is_empty());
    assert_eq!(
        tries(&read("<h.lefevre@x.example>,"))[0],
        (KeyKind::Mail, "h.lefevre@x.example")
    );
    assert_eq!(
        tries(&read("Hélène.Lefe\u{300}vre@x.example"))[0],
        (KeyKind::Mail, "helene.lefevre@x.example"),
        "addresses have no accents, and those who type them do"
    );
}

#[test]
fn letters_alone_may_be_a_login_and_a_name() {
    let query = read("hlefevre");
    assert!(query.keys[0].maybe_name);
    assert_eq!(query.words, ["hlefevre"]);
    assert!(read("lefevre helene").keys.is_empty());
    assert_eq!(
        tries(&read("helene.lefevre x"))[0],
        (KeyKind::Login, "helene.lefevre")
    );
}

#[test]
fn hostile_texts_are_harmless() {
    assert_eq!(
        Query::parse(&"é".repeat(10_000_000), TODAY),
        Err(QueryProblem::TooLong)
    );
    assert_eq!(
        Query::parse(&"a".repeat(201), TODAY),
        Err(QueryProblem::TooLong)
    );
    assert!(Query::parse(&"a".repeat(200), TODAY).is_ok());
    assert_eq!(read("lef\u{202e}ev\u{200b}re\0").words, ["lefevre"]);
    assert_eq!(read("le\tgoff\n").words, ["le", "goff"]);
    assert_eq!(read("*)(uid=*").words, ["uid"]);
    for nothing in ["", "   ", "\0", "🦊🦊", "*", "@", "()", "\u{feff}", "«»"] {
        assert!(read(nothing).is_empty(), "{nothing:?}: {:?}", read(nothing));
    }
    assert!(read("a b c d e f g h i j k l m n o p q").words.len() <= MOST_WORDS);
    assert!(tries(&read(&"9".repeat(200))).is_empty());
}
