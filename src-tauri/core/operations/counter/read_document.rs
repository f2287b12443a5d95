//! A document passed at the search: whose sheet is it? Proposes people, never decides for the clerk.
//! Keeps nothing of the reading.

use serde::{Deserialize, Serialize};

use super::{PersonRow, owner, row, search, today, wait_for_index};
use crate::directory::ClerkAccount;
use crate::domain::birth_date::{self, DateVerdict};
use crate::domain::name_match::{Verdict, compare_names};
use crate::domain::person::Person;
use crate::domain::travel_document::{DocumentReading, RawReading, read};
use crate::operations::handover::record_names;
use crate::operations::session::{Notice, Tone};
use crate::operations::{Office, OperationError};

/// One burst of the reader, as the window captured it. Never printed: the characters hold the document's number.
#[derive(Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct ReadingRequest {
    /// The characters, in order, with the line ends the reader sent.
    pub characters: String,
    /// DOM `KeyboardEvent.code` values in order, with a leading `+` when Shift was held.
    pub keys: Vec<String>,
}

impl From<ReadingRequest> for RawReading {
    fn from(request: ReadingRequest) -> Self {
        RawReading {
            characters: request.characters,
            physical_keys: (!request.keys.is_empty()).then_some(request.keys),
        }
    }
}

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct DocumentArrival {
    /// The people whose names and birth date compare; one: the window opens their handover.
    pub people: Vec<PersonRow>,
    pub notice: Option<Notice>,
}

/// # Errors
/// `signedOut`, `locked`, `store`; a bad reading is a notice.
pub async fn read_document(
    office: &Office,
    reading: RawReading,
) -> Result<DocumentArrival, OperationError> {
    let clerk = office.clerk()?;
    let today = today(office, office.hour());
    let document = match read(&reading, today) {
        Ok(document) => document,
        Err(problem) => {
            return Ok(DocumentArrival {
                people: Vec::new(),
                notice: Some(Notice {
                    tone: Tone::Warn,
                    strong: String::new(),
                    text: problem.sentence(),
                }),
            });
        }
    };
    // A document passed right after a first sign-in waits for the copy, rather than find nobody.
    let copy = owner(&clerk);
    if office
        .store
        .read(|reader| reader.filled_at(&copy))?
        .is_none()
    {
        wait_for_index(office).await;
    }
    let people: Vec<PersonRow> = people_of(office, &clerk, &document)?
        .iter()
        .map(|person| row(office, person))
        .collect();
    let notice = people.is_empty().then(|| Notice {
        tone: Tone::Warn,
        strong: "Pièce lue.".into(),
        text: "Personne ne correspond dans votre périmètre. Cherchez par le nom, ou voyez le bureau qui gère la fiche.".into(),
    });
    Ok(DocumentArrival { people, notice })
}

/// The people of the clerk's copy whose names and birth date may be those of the document.
///
/// # Errors
/// `store`.
pub(crate) fn people_of(
    office: &Office,
    clerk: &ClerkAccount,
    document: &DocumentReading,
) -> Result<Vec<Person>, OperationError> {
    let words: Vec<&str> = [document.family_name(), document.given_names()]
        .into_iter()
        .flatten()
        .filter_map(|name| name.text.split_whitespace().next())
        .collect();
    let owner = owner(clerk);
    let today = today(office, office.hour());
    let outcome = office
        .store
        .read(|reader| search(reader, &owner, &words.join(" "), today))?;
    let mut people: Vec<Person> = outcome
        .people
        .into_iter()
        .map(|found| found.person)
        .collect();
    people.retain(|person| {
        let names = compare_names(
            document.family_name(),
            document.given_names(),
            &record_names(person),
        );
        let born = match (document.birth(), person.birth.as_ref()) {
            (Some(read), Some(record)) => !matches!(
                birth_date::compare(&read, record),
                DateVerdict::Different { .. }
            ),
            (None, _) | (_, None) => true,
        };
        names.family.verdict != Verdict::Different && born
    });
    Ok(people)
}
