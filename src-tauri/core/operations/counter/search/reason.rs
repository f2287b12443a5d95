//! Why somebody answers whose displayed name does not show it: a birth name, a civil given name, a key, a near spelling.
//! Names the field and never its value: the birth name is asked for at the identity check.

use crate::domain::name_match::fold;
use crate::domain::person::PersonNames;
use crate::domain::query::KeyKind;

/// The sentence for a name that the row does not show; `None` when every word is in plain sight, or in no name at all.
pub(in crate::operations::counter) fn other_name(
    names: &PersonNames,
    words: &[String],
) -> Option<String> {
    words.iter().find_map(|word| {
        let field = match through(names, word) {
            Through::BirthName => "son nom de naissance",
            Through::CivilGiven => "un prénom d’état civil",
            Through::OtherName => "un autre nom de sa fiche",
            Through::Displayed | Through::Nothing => return None,
        };
        Some(format!("Correspond par {field}"))
    })
}

/// As [`other_name`]; a word in no name at all came through `key`, or is close to a name.
pub(super) fn of(names: &PersonNames, words: &[String], key: Option<KeyKind>) -> Option<String> {
    other_name(names, words).or_else(|| {
        let nowhere = words
            .iter()
            .any(|word| through(names, word) == Through::Nothing);
        nowhere.then(|| match key {
            Some(kind) => format!(
                "Correspond par son {}",
                super::understood::key_label(Some(kind), &[])
            ),
            None => "Nom proche de ce qui est tapé".to_owned(),
        })
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Through {
    Displayed,
    BirthName,
    CivilGiven,
    OtherName,
    Nothing,
}

/// The first field with a word that begins so, else the first that holds the letters: the directory looks inside words.
fn through(names: &PersonNames, word: &str) -> Through {
    let fields = [
        (Through::Displayed, Some(&names.family)),
        (Through::Displayed, Some(&names.given)),
        (Through::BirthName, names.birth_family.as_ref()),
        (Through::CivilGiven, names.civil_given.as_ref()),
        (Through::OtherName, names.display.as_ref()),
    ];
    let known = || {
        fields
            .into_iter()
            .filter_map(|(field, name)| Some((field, name?)))
            .chain(names.common.iter().map(|name| (Through::OtherName, name)))
    };
    known()
        .find(|(_, name)| begins(name, word))
        .or_else(|| known().find(|(_, name)| joined(name).contains(word)))
        .map_or(Through::Nothing, |(field, _)| field)
}

/// A word of the name, the whole name written together, or what follows an apostrophe.
fn begins(name: &str, word: &str) -> bool {
    let apart = name.replace(['\'', '’', '`', '´'], " ");
    [fold(name), fold(&apart)]
        .iter()
        .flat_map(|folded| folded.split(' '))
        .any(|piece| piece.starts_with(word))
        || joined(name).starts_with(word)
}

fn joined(name: &str) -> String {
    fold(name).replace(' ', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(names: &PersonNames, typed: &str) -> Option<String> {
        let words: Vec<String> = fold(typed).split(' ').map(str::to_owned).collect();
        of(names, &words, None)
    }

    #[test]
    fn a_name_that_does_not_show_is_named_and_never_told() {
        let names = PersonNames {
            family: "Fleury".into(),
            given: "Maël".into(),
            display: Some("Maël Fleury".into()),
            common: vec!["Mael Fleury".into(), "Surnom".into()],
            birth_family: Some("Lefèvre".into()),
            civil_given: Some("Maël Aurélien".into()),
        };
        for (typed, said) in [
            ("fleury", None),
            ("mael fleu", None),
            ("leury", None),
            ("lef", Some("Correspond par son nom de naissance")),
            ("maël lefèvre", Some("Correspond par son nom de naissance")),
            ("aurelien", Some("Correspond par un prénom d’état civil")),
            ("surnom", Some("Correspond par un autre nom de sa fiche")),
            ("fleurie", Some("Nom proche de ce qui est tapé")),
        ] {
            let told = told(&names, typed);
            assert_eq!(told.as_deref(), said, "{typed}");
            let secret = told.is_some_and(|told| told.to_lowercase().contains("fèvre"));
            assert!(
                !secret,
                "{typed}: the birth name is asked for at the identity check"
            );
        }
        let login = of(&names, &["mfl2".to_owned()], Some(KeyKind::Login));
        assert_eq!(login.as_deref(), Some("Correspond par son identifiant"));
        assert_eq!(
            other_name(&names, &["univ".to_owned()]),
            None,
            "a piece of an address is no near name"
        );
    }

    #[test]
    fn apostrophes_and_spaces_show() {
        let names = PersonNames {
            family: "D’Almeida Le Goff".into(),
            ..PersonNames::default()
        };
        for typed in ["almeida", "dalmeida", "legoff", "goff", "dalmeidalegoff"] {
            assert_eq!(told(&names, typed), None, "{typed}");
        }
    }
}
