//! One field finds a person: from the local index as one types, refined by the directory.
//! Never selects anybody by name and date; homonyms are told apart by their year and structure.

use super::search::other_name;
use super::sheet::shown_birth;
use super::{FindView, PersonRow, owner, row, search, today};
use crate::directory::DirectoryError;
use crate::domain::name_match::fold;
use crate::domain::person::Person;
use crate::operations::session::{Notice, Tone};
use crate::operations::{Office, OperationError};
use crate::texts;

/// Answers from the local index.
///
/// # Errors
/// `signedOut`, `locked`, `store`.
pub async fn find(office: &Office, text: &str) -> Result<FindView, OperationError> {
    let clerk = office.clerk()?;
    let owner = owner(&clerk);
    let today = today(office, office.hour());
    let outcome = office
        .store
        .read(|reader| search(reader, &owner, text, today))?;
    let filled = office.store.read(|reader| reader.filled_at(&owner))?;
    let mut rows: Vec<PersonRow> = outcome
        .people
        .iter()
        .map(|found| PersonRow {
            family_marks: found.family_marks.clone(),
            given_marks: found.given_marks.clone(),
            reason: found.reason.clone(),
            ..row(office, &found.person)
        })
        .collect();
    let people = outcome.people.iter().map(|found| &found.person);
    mark_homonyms(&mut rows, &dated(people));
    let notice = outcome.truncated.then(|| Notice {
        tone: Tone::Wait,
        strong: "Plus de 50\u{a0}personnes.".into(),
        text: "Ajoutez un prénom ou l’année de naissance.".into(),
    });
    Ok(FindView {
        text: text.chars().take(200).collect(),
        understood: outcome.understood,
        remark: outcome.remark,
        rows,
        truncated: outcome.truncated,
        near: outcome.near,
        notice,
        source: filled.map_or_else(
            || "copie en cours de remplissage".to_owned(),
            |at| format!("Copie {}", texts::copy_of(at, office.hour(), &office.zone)),
        ),
    })
}

/// Asks the directory, whose answer reaches beyond the perimeter: name and structure only there.
///
/// # Errors
/// `signedOut`, `locked`; an unreachable directory is a notice, the copy keeps serving.
pub async fn find_in_directory(office: &Office, text: &str) -> Result<FindView, OperationError> {
    office.clerk()?;
    let asked: String = text
        .chars()
        .filter(|letter| !letter.is_control())
        .take(200)
        .collect();
    let words: Vec<String> = fold(&asked)
        .split_whitespace()
        .filter(|word| word.chars().count() >= 2 && word.chars().all(char::is_alphabetic))
        .take(5)
        .map(str::to_owned)
        .collect();
    let key = asked.trim();
    let keys: Vec<String> =
        if key.chars().any(|letter| letter.is_ascii_digit()) || key.contains('@') {
            let bare = key
                .split('@')
                .next()
                .unwrap_or(key)
                .replace([' ', '.', '-'], "");
            vec![key.to_owned(), bare.to_lowercase(), bare.to_uppercase()]
        } else {
            Vec::new()
        };
    let (rows, notice) = match office.directory.find(&words, &keys).await {
        Ok(people) => {
            let mut rows: Vec<PersonRow> = people
                .iter()
                .map(|person| PersonRow {
                    reason: other_name(&person.names, &words),
                    ..row(office, person)
                })
                .collect();
            mark_homonyms(&mut rows, &dated(people.iter()));
            (rows, None)
        }
        Err(error) => (Vec::new(), Some(unavailable(&error))),
    };
    Ok(FindView {
        text: asked,
        understood: Vec::new(),
        remark: None,
        truncated: rows.len() >= 50,
        rows,
        near: Vec::new(),
        notice,
        source: "Annuaire".into(),
    })
}

/// The one person that `named` names by a login, a number or a mail: in the directory, or in the copy while it does not
/// answer.
///
/// # Errors
/// `notFound` when nobody or several answer; `signedOut`, `locked`, `store`.
pub async fn identified(office: &Office, named: &str) -> Result<String, OperationError> {
    let clerk = office.clerk()?;
    let ids: Vec<String> = match office.directory.find(&[], &[named.to_owned()]).await {
        Ok(people) => people.iter().map(|person| person.id.to_string()).collect(),
        Err(DirectoryError::Unreachable(_)) => {
            let (owner, today) = (owner(&clerk), today(office, office.hour()));
            let outcome = office
                .store
                .read(|reader| search(reader, &owner, named, today))?;
            // Rank 0 is an exact key.
            let exact = outcome.people.iter().filter(|found| found.rank == 0);
            exact.map(|found| found.person.id.to_string()).collect()
        }
        Err(error) => return Err(error.into()),
    };
    match ids.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(OperationError::new(
            "notFound",
            "Personne ne porte cet identifiant dans votre périmètre. Cherchez avec «\u{202f}guichet find\u{202f}».",
        )),
        _ => Err(OperationError::new(
            "notFound",
            "Plusieurs personnes répondent. Donnez leur entryUUID.",
        )),
    }
}

fn unavailable(error: &DirectoryError) -> Notice {
    let (_, sentence) = texts::directory(error);
    Notice {
        tone: Tone::Warn,
        strong: "L’annuaire n’a pas répondu.".into(),
        text: format!("La copie de ce poste reste utilisable. {sentence}"),
    }
}

/// Whether each row shows a year of birth.
fn dated<'a>(people: impl Iterator<Item = &'a Person>) -> Vec<bool> {
    people.map(|person| shown_birth(person).is_some()).collect()
}

/// The year tells namesakes apart where all of them show one; out of the perimeter only the structure does.
fn mark_homonyms(rows: &mut [PersonRow], dated: &[bool]) {
    let names: Vec<(String, String)> = rows
        .iter()
        .map(|row| (fold(&row.family_name), fold(&row.given_name)))
        .collect();
    for (row, name) in rows.iter_mut().zip(&names) {
        let same = names.iter().zip(dated).filter(|(other, _)| *other == name);
        let (mut bearers, mut all_dated) = (0, true);
        for (_, dated) in same {
            bearers += 1;
            all_dated &= *dated;
        }
        row.homonym = (bearers > 1).then(|| {
            if all_dated {
                "l’année de naissance".to_owned()
            } else {
                "la structure".to_owned()
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::counter::{PopulationView, StateCode, StateView};

    fn named(family: &str) -> PersonRow {
        PersonRow {
            id: String::new(),
            family_name: family.to_owned(),
            given_name: "Léa".to_owned(),
            line: String::new(),
            population: PopulationView::Student,
            state: StateView {
                code: StateCode::Active,
                tone: Tone::Ok,
                word: String::new(),
                text: String::new(),
            },
            family_marks: Vec::new(),
            given_marks: Vec::new(),
            within_perimeter: true,
            homonym: None,
            reason: None,
        }
    }

    #[test]
    fn namesakes_are_told_apart_by_what_their_rows_show() {
        let mut rows = ["Roux", "Petit", "ROUX", "Petit", "Simon"].map(named);
        mark_homonyms(&mut rows, &[true, true, true, false, true]);
        let said: Vec<Option<&str>> = rows.iter().map(|row| row.homonym.as_deref()).collect();
        let (year, structure) = (Some("l’année de naissance"), Some("la structure"));
        assert_eq!(said, [year, structure, year, structure, None]);
    }
}
