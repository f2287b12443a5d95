//! One play: the damaged post is opened again, read, worked with, and compared with the truth.
//! Never forgives: what is neither said nor harmless is silent.

use std::sync::Arc;

use guichet_core::operations::{self, Office, counter, handover, outbox, session};
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::person_dn;
use guichet_core::store::{Store, StoreError};
use guichet_core::vault::{ClerkPassword, keep_recovery_copy, open_recovery_copy};
use jiff::Timestamp;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::Target;
use super::damage;
use super::place::{Copied, Place};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    AtOpening,
    AtReading,
    Harmless,
    /// Neither said nor harmless.
    Silent(String),
}

impl Verdict {
    pub fn name(&self) -> &'static str {
        match self {
            Verdict::AtOpening => "said at opening",
            Verdict::AtReading => "said at reading",
            Verdict::Harmless => "harmless",
            Verdict::Silent(_) => "silent",
        }
    }
}

/// Whether such a damage may be played on the whole post.
pub fn opens_whole(target: Target) -> bool {
    !matches!(
        target,
        Target::Keyring(_) | Target::File(".key-check" | ".recovery") | Target::Row("clerks", _)
    )
}

pub async fn play(place: &Place, post: &Copied, target: Target, whole: bool) -> Verdict {
    match target {
        Target::Keyring(_) | Target::File(".key-check") => vault(place, post).await,
        Target::File(".recovery") => recovery(place, post),
        Target::Row("clerks", "wrapped" | "recipient") => sealing_key(place, post),
        Target::File(_) | Target::Row(..) if whole => whole_post(place, post).await,
        Target::File(_) | Target::Row(..) => store(place, post),
    }
}

/// Whole sentences, and what to do.
fn said(sentence: &str) -> bool {
    let remedies = [
        "révenez",
        "emandez",
        "evenez",
        "eprenez",
        "reprendre",
        "rouvr",
    ];
    sentence.ends_with('.') && remedies.iter().any(|remedy| sentence.contains(remedy))
}

fn refused(post: &Copied, before: &[(String, Vec<u8>)], sentence: &str) -> Verdict {
    if !said(sentence) {
        return Verdict::Silent(format!("no sentence: {sentence}"));
    }
    let after = post.files();
    if after == before {
        return Verdict::AtOpening;
    }
    let names = |files: &[(String, Vec<u8>)]| {
        files
            .iter()
            .map(|(name, bytes)| format!("{name} {}", bytes.len()))
            .collect::<Vec<_>>()
            .join(", ")
    };
    Verdict::Silent(format!(
        "refused ({sentence}), and the files are not as they were: {} → {}",
        names(before),
        names(&after)
    ))
}

fn store(place: &Place, post: &Copied) -> Verdict {
    let before = post.files();
    let store = match Store::open(&post.database, &place.key) {
        Ok(store) => store,
        Err(error) => return refused(post, &before, error.sentence()),
    };
    let read = compare(place, &store, None);
    if read != Verdict::Harmless {
        return read;
    }
    // What is free or rarely read shows when something is written, and at the next opening.
    let act = Uuid::now_v7();
    if let Err(error) = work(&store, act) {
        return at_reading(&error);
    }
    drop(store);
    match Store::open(&post.database, &place.key) {
        Ok(store) => compare(place, &store, Some(act)),
        Err(error) => at_reading(&error),
    }
}

fn compare(place: &Place, store: &Store, except: Option<Uuid>) -> Verdict {
    match place.read(store, except) {
        Ok(Ok(told)) if told == place.truth => Verdict::Harmless,
        Ok(Ok(told)) => {
            let differs = told
                .lines()
                .zip(place.truth.lines())
                .find(|(told, truth)| told != truth);
            Verdict::Silent(format!(
                "{} lines for {}: {differs:?}",
                told.lines().count(),
                place.truth.lines().count()
            ))
        }
        Ok(Err(_)) => Verdict::AtReading,
        Err(error) => at_reading(&error),
    }
}

fn at_reading(error: &StoreError) -> Verdict {
    if said(error.sentence()) {
        Verdict::AtReading
    } else {
        Verdict::Silent(format!("no sentence: {error}"))
    }
}

fn work(store: &Store, act: Uuid) -> Result<(), StoreError> {
    let first = store.read(|reader| reader.handovers_since(Timestamp::UNIX_EPOCH))?;
    let model = first.into_iter().next();
    store.write(|writer| {
        writer.note_hour(Timestamp::now())?;
        match model {
            Some(mut record) => {
                record.id = act;
                record.number = format!("R-{act}");
                writer.put_handover(&record)
            }
            None => Ok(()),
        }
    })
}

async fn vault(place: &Place, post: &Copied) -> Verdict {
    let before = post.files();
    let vault = damage::vault().await;
    let kept = || damage::entry().get_password().ok();
    let entry = kept();
    let given = vault.database_key(&post.database).await;
    let verdict = match given {
        Ok(key) if key.expose() == place.key.expose() => Verdict::Harmless,
        Ok(_) => Verdict::Silent("another key".to_owned()),
        Err(problem) => refused(post, &before, &problem.sentence()),
    };
    if kept() != entry {
        return Verdict::Silent("the keyring's entry is not as it was".to_owned());
    }
    if post.files() != before {
        return Verdict::Silent("a file was made or changed".to_owned());
    }
    verdict
}

fn recovery(place: &Place, post: &Copied) -> Verdict {
    let opened = open_recovery_copy(&post.database, &place.recovery_key);
    let verdict = match opened {
        Ok(key) if key.expose() == place.key.expose() => Verdict::Harmless,
        Ok(_) => return Verdict::Silent("another key".to_owned()),
        Err(problem) if said(&problem.sentence()) => Verdict::AtOpening,
        Err(problem) => return Verdict::Silent(format!("no sentence: {problem:?}")),
    };
    // The next opening of the post makes it anew, while the keyring still has the key.
    let recipient = place.recovery_key.recipient();
    let healed = keep_recovery_copy(&post.database, &place.key, &recipient)
        .and_then(|()| open_recovery_copy(&post.database, &place.recovery_key));
    match healed {
        Ok(key) if key.expose() == place.key.expose() => verdict,
        Ok(_) | Err(_) => Verdict::Silent("the copy does not heal".to_owned()),
    }
}

fn sealing_key(place: &Place, post: &Copied) -> Verdict {
    let store = match Store::open(&post.database, &place.key) {
        Ok(store) => store,
        Err(error) => return at_reading(&error),
    };
    let known = match store.read(|reader| reader.clerk(&person_dn("croux"))) {
        Ok(Some(known)) => known,
        Ok(None) => return Verdict::Silent("the clerk is not known any more".to_owned()),
        Err(error) => return at_reading(&error),
    };
    let right = clerk("croux").expect("croux").password;
    let password = ClerkPassword::new(Zeroizing::new(right.to_owned()));
    match known
        .wrapped
        .open(&password, &place.device, &known.recipient)
    {
        Ok(key) if key.recipient() == place.clerk_key.recipient() => Verdict::Harmless,
        Ok(_) => Verdict::Silent("another sealing key".to_owned()),
        Err(guichet_core::vault::StaysClosed::OtherDevice) => {
            Verdict::Silent("taken for another keyring's: a new key would be made".to_owned())
        }
        Err(_) => Verdict::AtReading,
    }
}

async fn whole_post(place: &Place, post: &Copied) -> Verdict {
    let before = post.files();
    match office(place, post).await {
        Ok(told) if told == place.office_truth => Verdict::Harmless,
        Ok(told) => Verdict::Silent(format!("{told} for {}", place.office_truth)),
        Err(Refusal::AtOpening(sentence)) => refused(post, &before, &sentence),
        Err(Refusal::AtReading { code, message }) if code == "store" && said(&message) => {
            Verdict::AtReading
        }
        Err(Refusal::AtReading { code, message }) => Verdict::Silent(format!("{code}: {message}")),
    }
}

#[derive(Debug)]
pub enum Refusal {
    AtOpening(String),
    AtReading { code: String, message: String },
}

impl From<operations::OperationError> for Refusal {
    fn from(error: operations::OperationError) -> Self {
        Refusal::AtReading {
            code: error.code,
            message: error.message,
        }
    }
}

/// Without the directory: the clerk signs in, what waits, the day's handovers, a search.
pub async fn office(place: &Place, post: &Copied) -> Result<String, Refusal> {
    let office = Office::open(place.settings(post))
        .await
        .map_err(|trouble| Refusal::AtOpening(trouble.text))?;
    let office = Arc::new(office);
    let right = clerk("croux").expect("croux").password;
    session::sign_in(&office, "croux", Zeroizing::new(right.to_owned())).await?;
    let waits = outbox::outbox(&office)?;
    let items: Vec<_> = waits
        .items
        .iter()
        .map(|item| (&item.number, &item.person, &item.state, &item.outcome))
        .collect();
    let rows = handover::handovers(&office).await?;
    let rows: Vec<_> = rows.iter().map(|row| (&row.number, &row.state)).collect();
    let found = counter::find(&office, "lefevre ines").await?;
    let found: Vec<_> = found.rows.iter().map(|row| (&row.id, &row.line)).collect();
    session::may_work_offline(&office).map_err(|bar| Refusal::AtReading {
        code: "offline".to_owned(),
        message: bar.sentence().to_owned(),
    })?;
    Ok(format!("{} {items:?} {rows:?} {found:?}", waits.waiting))
}
