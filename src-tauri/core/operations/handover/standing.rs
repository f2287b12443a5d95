//! What each letter of a person is worth now, said alike in the list of the day, on the sheet and in the outbox.
//! Judged from this post's register and the entry as last read; never says that a letter holds when another was written.

use std::collections::HashMap;

use jiff::SignedDuration;
use uuid::Uuid;

use super::register::state;
use super::views::SheetLetter;
use crate::domain::account::{AccountRecord, marker_time};
use crate::domain::handover::{DirectorySide, Ending, Event};
use crate::domain::letter_standing::{Standing, Written, standing};
use crate::domain::person::{Person, PersonId};
use crate::operations::Office;
use crate::operations::counter::owner;
use crate::operations::office::now;
use crate::operations::session::Tone;
use crate::store::{HandoverRecord, Reader, StoreError};
use crate::texts;

/// Letters that the sheet shows: an older one is nobody's any more.
const SHOWN: usize = 5;

/// What a letter whose password was written is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Worth {
    Holds,
    /// Until that one, which waits on this post, has been sent.
    HoldsUntil(String),
    /// By that number when this post made it.
    Replaced(Option<String>),
    Used,
    Expired,
}

impl Worth {
    /// `holds` is what the caller says of a letter that opens.
    pub fn said(&self, holds: &str) -> (Tone, String) {
        match self {
            Worth::Holds => (Tone::Ok, holds.to_owned()),
            Worth::HoldsUntil(number) => (
                Tone::Ok,
                format!("{holds}, jusqu’à l’envoi de la lettre nº\u{a0}{number}"),
            ),
            Worth::Replaced(Some(number)) => (
                Tone::Warn,
                format!(
                    "Remplacée par la lettre nº\u{a0}{number}\u{a0}: celle-ci n’ouvre plus rien"
                ),
            ),
            Worth::Replaced(None) => (
                Tone::Warn,
                "Remplacée ailleurs depuis\u{a0}: cette lettre n’ouvre plus rien".to_owned(),
            ),
            Worth::Used => (
                Tone::Ok,
                "Utilisée\u{a0}: la personne a choisi son mot de passe, la lettre n’ouvre plus rien"
                    .to_owned(),
            ),
            Worth::Expired => (
                Tone::Warn,
                "Échue sans avoir servi\u{a0}: cette lettre n’ouvre plus rien".to_owned(),
            ),
        }
    }
}

/// What this post knows of one person's letters.
pub(crate) struct Known {
    /// Every act of this post for them, newest first.
    acts: Vec<HandoverRecord>,
    written: Vec<Written>,
    account: Option<AccountRecord>,
}

impl Known {
    /// `account` as just read, or the entry of the copy of the clerk at the desk; `behind`, how far this post's clock is behind
    /// the server's, whose times the entry bears.
    pub fn of(
        reader: &Reader<'_>,
        person: PersonId,
        account: Option<AccountRecord>,
        behind: SignedDuration,
    ) -> Result<Known, StoreError> {
        let acts = reader.handovers_of(person)?;
        let mut written = Vec::new();
        for act in acts.iter().filter(|act| is_written(act)) {
            let arrows = reader.transitions(act.id)?;
            let named = |event: Event| format!("{event:?}");
            let acknowledged = [
                named(Event::AcknowledgedAndReadBack),
                named(Event::MarkerSeen),
                named(Event::ProofFailed),
            ];
            written.push(Written {
                operation: act.id,
                at: arrows
                    .iter()
                    .rev()
                    .find(|(event, _)| acknowledged.contains(event))
                    // The entry's times are the server's.
                    .and_then(|(_, at)| at.checked_add(behind).ok()),
                decided: arrows
                    .iter()
                    .any(|(event, _)| *event == named(Event::DecidedToSend)),
            });
        }
        Ok(Known {
            acts,
            written,
            account,
        })
    }

    /// From the copy of the clerk at the desk.
    pub fn from_copy(office: &Office, record: &HandoverRecord) -> Result<Known, StoreError> {
        let owner = office.clerk().ok().map(|clerk| owner(&clerk));
        let behind = office.clock_behind();
        office.store.read(|reader| {
            let person = match &owner {
                Some(owner) => reader.person(owner, record.person)?,
                None => None,
            };
            let account = person.map(|person| person.account);
            Known::of(reader, record.person, account, behind)
        })
    }

    /// What that act's letter is worth; `None` when its password was never written.
    pub fn worth(&self, act: Uuid) -> Option<Worth> {
        let letter = self.written.iter().find(|one| one.operation == act)?;
        Some(self.judge(letter))
    }

    fn judge(&self, letter: &Written) -> Worth {
        let others: Vec<Uuid> = self.written.iter().map(|one| one.operation).collect();
        match standing(letter, &others, self.account.as_ref()) {
            Standing::Holds => self
                .acts
                .iter()
                .find(|act| act.progress.waits() && act.id > letter.operation)
                .map_or(Worth::Holds, |act| Worth::HoldsUntil(act.number.clone())),
            Standing::Replaced => Worth::Replaced(self.last_number(letter.operation)),
            Standing::Used => Worth::Used,
            Standing::Expired => Worth::Expired,
        }
    }

    /// Number of the last letter, when it is of this post and newer than that one.
    fn last_number(&self, than: Uuid) -> Option<String> {
        let last = self.written.iter().map(|one| one.operation).max()?;
        let elsewhere = self
            .account
            .as_ref()
            .and_then(AccountRecord::newest_handover);
        let here = last > than && elsewhere.is_none_or(|other| other <= last);
        let record = self.acts.iter().find(|act| here && act.id == last)?;
        Some(record.number.clone())
    }
}

/// The directory has its password, whatever came of the letter.
fn is_written(act: &HandoverRecord) -> bool {
    matches!(
        act.progress.directory,
        DirectorySide::Applied | DirectorySide::Unsound
    )
}

/// Numbers of the letters that other posts made, as far as this clerk may read their records.
pub(crate) async fn numbers_elsewhere(office: &Office, person: &Person) -> HashMap<Uuid, String> {
    let mut numbers = HashMap::new();
    for marker in person.account.handovers().take(SHOWN) {
        match office.store.read(|reader| reader.handover(marker)) {
            Ok(None) => {}
            Ok(Some(_)) | Err(_) => continue,
        }
        match office.directory().letter_number(marker).await {
            Ok(number) => numbers.extend(number.map(|number| (marker, number))),
            Err(error) => {
                tracing::info!(%error, "the number of a letter is not read");
                break;
            }
        }
    }
    numbers
}

/// The letters of a person, newest first: those of other posts by the hour they were made, when `numbers` has no more.
pub(crate) fn letters_of(
    office: &Office,
    person: &Person,
    numbers: &HashMap<Uuid, String>,
) -> Vec<SheetLetter> {
    let behind = office.clock_behind();
    let read = office
        .store
        .read(|reader| Known::of(reader, person.id, Some(person.account.clone()), behind));
    let known = match read {
        Ok(known) => known,
        Err(error) => {
            tracing::warn!(%error, "the letters of a person are not read");
            return Vec::new();
        }
    };
    let mut letters: Vec<(Uuid, SheetLetter)> = known
        .acts
        .iter()
        .filter(|act| act.progress.paper.is_out() || act.progress.ending == Ending::HandedOver)
        .map(|act| (act.id, letter_here(office, &known, act)))
        .collect();
    letters.extend(
        person
            .account
            .handovers()
            .filter(|marker| known.acts.iter().all(|act| act.id != *marker))
            .map(|marker| {
                let letter = letter_elsewhere(office, &known, marker);
                let number = numbers.get(&marker).cloned();
                (marker, SheetLetter { number, ..letter })
            }),
    );
    letters.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
    letters
        .into_iter()
        .take(SHOWN)
        .map(|(_, letter)| letter)
        .collect()
}

const HOLDS: &str = "C’est cette lettre qui vaut";

fn letter_here(office: &Office, known: &Known, act: &HandoverRecord) -> SheetLetter {
    let worth = known.worth(act.id);
    let (tone, state) = state(act, worth.as_ref(), HOLDS);
    SheetLetter {
        number: Some(act.number.clone()),
        when: texts::day_and_clock(act.made_at, now(), &office.zone),
        clerk: Some(act.clerk_name.clone()),
        holds: state.starts_with(HOLDS),
        tone,
        state,
    }
}

fn letter_elsewhere(office: &Office, known: &Known, marker: Uuid) -> SheetLetter {
    let letter = Written {
        operation: marker,
        at: None,
        decided: false,
    };
    let worth = known.judge(&letter);
    let (tone, state) = worth.said(HOLDS);
    SheetLetter {
        number: None,
        when: marker_time(&marker)
            .map(|at| texts::day_and_clock(at, now(), &office.zone))
            .unwrap_or_default(),
        clerk: None,
        holds: state.starts_with(HOLDS),
        tone,
        state,
    }
}
