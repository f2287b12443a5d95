//! One field finds a person: from the local index as one types, refined by the directory.
//! Never selects anybody by name and date; homonyms are told apart by their year and structure.

use super::search::other_name;
use super::{FindView, PersonRow, owner, row, search, today};
use crate::directory::DirectoryError;
use crate::domain::name_match::fold;
use crate::operations::office::now;
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
    let today = today(office, now());
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
    mark_homonyms(&mut rows);
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
            |at| format!("Copie {}", texts::copy_of(at, now(), &office.zone)),
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
            mark_homonyms(&mut rows);
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
            let (owner, today) = (owner(&clerk), today(office, now()));
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

fn mark_homonyms(rows: &mut [PersonRow]) {
    let names: Vec<(String, String)> = rows
        .iter()
        .map(|row| (fold(&row.family_name), fold(&row.given_name)))
        .collect();
    for (index, row) in rows.iter_mut().enumerate() {
        row.homonym = names
            .iter()
            .enumerate()
            .any(|(other, name)| other != index && *name == names[index]);
    }
}
