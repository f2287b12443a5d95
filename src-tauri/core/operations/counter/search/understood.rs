//! « Compris : prénom Nadia, nom commençant par belk »: how each piece of the text was read, and what to say of it.
//! Speaks from the answers, since the same word may be a family name or a given name. Never changes an answer.

use super::Found;
use crate::domain::name_match::fold;
use crate::domain::query::{KeyKind, Query, TypedBirth, TypedKey, mail_remark};
use crate::operations::counter::UnderstoodView;

/// One line for each key, word and date of the query.
pub(super) fn of(query: &Query, keys: &[Option<KeyKind>], people: &[Found]) -> Vec<UnderstoodView> {
    let mut lines = Vec::new();
    for (place, key) in query.keys.iter().enumerate() {
        let kind = keys.get(place).copied().flatten();
        if kind.is_none() && (key.maybe_name || key.maybe_date) {
            continue;
        }
        if key.maybe_name && bear_it(&query.words, people) {
            continue;
        }
        lines.push(line(key_label(kind, &key.tries), &key.typed));
    }
    let by_key = keys.iter().any(Option::is_some) && people.iter().all(|found| found.rank == 0);
    if by_key && !lines.is_empty() {
        return lines;
    }
    for word in &query.words {
        let (label, value) = word_line(word, people);
        lines.push(line(label, &value));
    }
    match query.birth {
        Some(TypedBirth::Day(day)) => {
            lines.push(line("né(e) le", &day.strftime("%d/%m/%Y").to_string()))
        }
        Some(TypedBirth::Year(year)) => lines.push(line("né(e) en", &year.to_string())),
        None => {}
    }
    lines
}

/// The bearers of the key are also named so, as a mononym whose login is the name: it was read as a name.
fn bear_it(words: &[String], people: &[Found]) -> bool {
    let mut bearers = people.iter().filter(|found| found.rank == 0);
    let named = |found: &Found| {
        words.iter().all(|word| {
            let mut side = Side::default();
            side.read(&found.person.names.family, word);
            side.read(&found.person.names.given, word);
            side.whole.is_some() || side.begun
        })
    };
    !words.is_empty() && bearers.all(named)
}

fn line(label: &str, value: &str) -> UnderstoodView {
    UnderstoodView {
        label: label.to_owned(),
        value: value.to_owned(),
    }
}

pub(super) fn key_label(found: Option<KeyKind>, tries: &[(KeyKind, String)]) -> &'static str {
    match found {
        Some(KeyKind::Login) => "identifiant",
        Some(KeyKind::Alias | KeyKind::Mail) => "courriel",
        Some(KeyKind::Student) => "numéro étudiant",
        Some(KeyKind::Staff) => "numéro de personnel",
        Some(KeyKind::Ine) => "INE",
        None if tries.iter().any(|(kind, _)| *kind == KeyKind::Mail) => "courriel",
        None => "identifiant ou numéro",
    }
}

/// Where the word stands in the answers: « prénom », « nom », a beginning of either, or a name close to it.
fn word_line(word: &str, people: &[Found]) -> (&'static str, String) {
    let mut family = Side::default();
    let mut given = Side::default();
    for found in people {
        family.read(&found.person.names.family, word);
        given.read(&found.person.names.given, word);
    }
    if word.chars().nth(1).is_none() {
        return ("initiale", word.to_uppercase());
    }
    let whole = |side: &Side| side.whole.clone();
    match (whole(&family), whole(&given), family.begun, given.begun) {
        (Some(name), None, _, _) => ("nom", name),
        (None, Some(name), _, _) => ("prénom", name),
        (Some(name), Some(_), _, _) => ("nom ou prénom", name),
        (None, None, true, false) => ("nom commençant par", word.to_owned()),
        (None, None, false, true) => ("prénom commençant par", word.to_owned()),
        (None, None, true, true) => ("nom ou prénom commençant par", word.to_owned()),
        (None, None, false, false) if people.is_empty() => ("nom ou prénom", word.to_owned()),
        (None, None, false, false) => ("nom ou prénom proche de", word.to_owned()),
    }
}

#[derive(Default)]
struct Side {
    /// The word as its first bearer writes it.
    whole: Option<String>,
    begun: bool,
}

impl Side {
    fn read(&mut self, displayed: &str, word: &str) {
        for piece in displayed
            .split(|c: char| c.is_whitespace() || matches!(c, '-' | '\u{2010}' | '\u{2011}'))
        {
            let folded = fold(piece);
            if folded == word {
                self.whole.get_or_insert_with(|| piece.to_owned());
            } else if folded.starts_with(word) {
                self.begun = true;
            }
        }
    }
}

/// The text holds nothing a search can use.
pub(super) fn unreadable(query: &Query, text: &str) -> Option<String> {
    if text.trim().is_empty() {
        return None;
    }
    let too_short = query.keys.is_empty()
        && query.birth.is_none()
        && query.words.iter().all(|word| word.chars().nth(1).is_none());
    if query.is_empty() {
        Some("Ce texte n’a pas été compris. Tapez un nom, un identifiant, un numéro ou une date de naissance.".to_owned())
    } else if too_short {
        Some("Tapez au moins deux lettres.".to_owned())
    } else {
        None
    }
}

/// The remark takes what stands before the @ for a login: true only when somebody answers.
pub(super) fn tells_a_login(query: &Query, remark: &str) -> bool {
    let tries = query.keys.iter().flat_map(|key| &key.tries);
    tries
        .filter(|(kind, _)| *kind == KeyKind::Login)
        .any(|(_, login)| mail_remark(login) == remark)
}

/// The login of the only bearer of a typed courriel, which may differ from what stands before the @.
pub(super) fn login_of_mail(query: &Query, people: &[Found]) -> Option<String> {
    let typed_mail = query
        .keys
        .iter()
        .any(|key| key.tries.iter().any(|(kind, _)| *kind == KeyKind::Mail));
    match people {
        [only] if typed_mail => only
            .person
            .login
            .as_ref()
            .map(|login| login.as_str().to_owned()),
        [] | [_] | [_, ..] => None,
    }
}

/// Names answered, the number beside them is nobody's: it must not pass for checked.
pub(super) fn unknown_number(
    query: &Query,
    keys: &[Option<KeyKind>],
    people: &[Found],
) -> Option<String> {
    if people.is_empty() || query.words.is_empty() {
        return None;
    }
    let is_number = |key: &TypedKey| !key.maybe_name && !key.maybe_date;
    let unknown = query
        .keys
        .iter()
        .zip(keys)
        .find(|(key, found)| is_number(key) && found.is_none())?;
    Some(format!(
        "Personne ici ne porte «\u{202f}{}\u{202f}»\u{a0}: la recherche porte sur le nom seul.",
        unknown.0.typed
    ))
}
