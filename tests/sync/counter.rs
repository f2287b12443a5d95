//! What a counter sends by itself: the product's own `deliver`, `settle`, `resolve` and `send_late`, in the order a
//! counter calls them, and beside them the rules broken on purpose. Knows only its disk and what the directory answers.

use std::sync::Arc;

use guichet_core::directory::{
    Directory, DirectoryError, HandoverEntry, HandoverNote, PasswordWrite, Proof, WriteProblem,
    WriteRefusal,
};
use guichet_core::domain::handover::{DirectorySide, Ending, Event, PaperSide, Progress};
use guichet_core::domain::late_sending::{Late, PasswordSeen};
use guichet_core::domain::password::ProvisionalPassword;
use guichet_core::domain::server_clock::{Heard, Reading};
use guichet_core::sync::{
    self, Delivery, LateAct, LateOutcome, Resolution, deliver, resolve, settle, settle_found,
};
use jiff::Timestamp;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::model::{Account, dn, id};
use crate::session::{Session, lock};
use crate::world::{Record, Rule};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// The act on the counter is sent.
    Send(Uuid),
    /// Its answer was lost: the truth is looked for.
    Settle(Uuid),
    /// Everything that waits.
    CatchUp,
}

pub async fn work(session: Arc<Session>, job: Job) {
    match job {
        Job::Send(operation) => send(&session, operation).await,
        Job::Settle(operation) => settle_unknown(&session, operation).await,
        Job::CatchUp => catch_up(&session).await,
    }
}

impl Session {
    fn arrow(&self, operation: Uuid, event: Event) {
        lock(&self.world).arrow(self.post, operation, event);
    }

    fn record(&self, operation: Uuid) -> Option<Record> {
        lock(&self.world).record(self.post, operation).cloned()
    }

    fn rule(&self) -> Rule {
        lock(&self.world).rule
    }
}

fn write_of(record: &Record, seen_change: Option<Timestamp>) -> Option<PasswordWrite> {
    Some(PasswordWrite {
        operation: record.operation,
        person_dn: dn(record.person),
        password: ProvisionalPassword::unsealed(Zeroizing::new(record.password()?)),
        seen_change,
    })
}

fn entry_of(record: &Record) -> HandoverEntry {
    HandoverEntry {
        operation: record.operation,
        person_dn: dn(record.person),
        note: HandoverNote {
            person: String::new(),
            number: String::new(),
            post: 1,
            document: String::new(),
            evidence: String::new(),
            verdicts: Vec::new(),
            at: String::new(),
            handed_over_by: None,
        },
    }
}

async fn send(session: &Session, operation: Uuid) {
    let Some(record) = session.record(operation) else {
        return;
    };
    if let Some(write) = write_of(&record, record.known.changed) {
        hand_to_directory(session, &record, &write).await;
    }
}

async fn hand_to_directory(session: &Session, record: &Record, write: &PasswordWrite) {
    let operation = record.operation;
    if session.rule() == Rule::NaiveRetry {
        naive_delivery(session, write).await;
    } else {
        let entry = entry_of(record);
        begin_delivery(session);
        let asked = lock(&session.world).reading(session.post);
        let delivery = deliver(session, id(record.person), write, &entry, |event, _| {
            session.arrow(operation, event);
            Ok(())
        })
        .await;
        hear_written(session, &delivery, asked);
    }
    forget_answer(session, operation);
}

/// A delivery that ends without an arrow leaves « sending » behind.
fn forget_answer(session: &Session, operation: Uuid) {
    let sending = session
        .record(operation)
        .is_some_and(|record| record.progress.directory == DirectorySide::Sending);
    if sending {
        session.arrow(operation, Event::AnswerLost);
    }
}

/// What many programs do: try again, and take « already there » and « not changed » for « done ».
async fn naive_delivery(session: &Session, write: &PasswordWrite) {
    for attempt in 0..3 {
        if attempt == 0 {
            session.arrow(write.operation, Event::SendingBegan);
        }
        let event =
            match session.write_password(write).await {
                Ok(()) => Event::AcknowledgedAndReadBack,
                Err(WriteProblem::NotSent(_)) => Event::NothingLeft,
                Err(WriteProblem::AnswerLost) => continue,
                Err(WriteProblem::Refused(
                    WriteRefusal::Policy(_) | WriteRefusal::Other { .. },
                )) if attempt > 0 => Event::AcknowledgedAndReadBack,
                Err(WriteProblem::Refused(WriteRefusal::Policy(_))) => Event::PasswordRefused,
                Err(WriteProblem::Refused(_)) => Event::ServerRefused,
            };
        return session.arrow(write.operation, event);
    }
}

/// Reads the marker of an act whose answer was lost, or that a crash left « sending ».
async fn settle_unknown(session: &Session, operation: Uuid) {
    forget_answer(session, operation);
    let Some(record) = session.record(operation) else {
        return;
    };
    if record.progress.directory != DirectorySide::Unknown {
        return;
    }
    let note = |event| session.arrow(operation, event);
    match (
        resolve(session, None, id(record.person), operation, false).await,
        write_of(&record, None),
    ) {
        (Resolution::Unanswered | Resolution::NotHeardYet, _) => {}
        (Resolution::NotApplied, _) => note(Event::MarkerAbsent),
        (Resolution::Applied(_), Some(write)) => {
            let entry = entry_of(&record);
            if record.progress.paper.is_out() {
                settle_found(session, id(record.person), &write, &entry, note).await;
            } else {
                settle(session, id(record.person), &write, &entry, note).await;
            }
        }
        (Resolution::Applied(_), None) => note(Event::MarkerSeen),
    }
}

async fn catch_up(session: &Session) {
    let (left, waiting) = {
        let mut world = lock(&session.world);
        let world = &mut *world;
        world.bind(session.post);
        let post = &mut world.posts[session.post];
        for (person, copy) in post.copies.iter_mut().enumerate() {
            *copy = world
                .model
                .account(person)
                .map(Account::seen)
                .unwrap_or_default();
        }
        let of = |wanted: &dyn Fn(Progress) -> bool| -> Vec<Uuid> {
            post.disk
                .iter()
                .filter(|record| wanted(record.progress) && Some(record.operation) != post.open)
                .map(|record| record.operation)
                .collect()
        };
        (of(&Progress::is_open), of(&Progress::waits))
    };
    for operation in left {
        take_up(session, operation).await;
    }
    for operation in waiting {
        if !begin(session, operation) {
            continue;
        }
        send_late(session, operation).await;
        lock(&session.world).posts[session.post].under_way = None;
    }
}

/// Unless the clerk ended it meanwhile, nobody else touches this act until it is sent.
fn begin(session: &Session, operation: Uuid) -> bool {
    let waits = session
        .record(operation)
        .is_some_and(|record| record.progress.waits());
    if waits {
        lock(&session.world).posts[session.post].under_way = Some(operation);
    }
    waits
}

/// An act that a crash left open: settled, then ended unless a sheet may be out, which only the clerk knows.
async fn take_up(session: &Session, operation: Uuid) {
    settle_unknown(session, operation).await;
    let Some(record) = session.record(operation) else {
        return;
    };
    let progress = record.progress;
    let unconfirmed = session.rule() == Rule::UnconfirmedSent
        && progress.sealed
        && progress.directory == DirectorySide::NotSent
        && progress.paper != PaperSide::None;
    if unconfirmed {
        let changed = session.read_back(id(record.person)).await;
        let seen = changed.ok().and_then(|read| read.account.password_changed);
        if let Some(write) = write_of(&record, seen) {
            hand_to_directory(session, &record, &write).await;
        }
        return;
    }
    let ends = progress.is_open()
        && match progress.directory {
            DirectorySide::NotSent => !progress.sealed || progress.paper == PaperSide::None,
            DirectorySide::Applied => progress.paper == PaperSide::None,
            DirectorySide::Unsound | DirectorySide::Refused => true,
            DirectorySide::Sending
            | DirectorySide::Unknown
            | DirectorySide::Superseded
            | DirectorySide::Contested
            | DirectorySide::Stranded => false,
        };
    if ends {
        session.arrow(operation, Event::Voided);
    }
}

/// One act handed over without the directory.
async fn send_late(session: &Session, operation: Uuid) {
    settle_unknown(session, operation).await;
    let Some(record) = session.record(operation) else {
        return;
    };
    let ready = record.progress.ending == Ending::HandedOver
        && record.progress.directory == DirectorySide::NotSent;
    if !ready {
        return;
    }
    let person = match session.read_back(id(record.person)).await {
        Ok(read) => read,
        Err(DirectoryError::NotFound) => {
            session.arrow(operation, Event::SendingBegan);
            return session.arrow(operation, Event::ServerRefused);
        }
        Err(_) => return,
    };
    let changed = person.account.password_changed;
    if session.rule() == Rule::ChangesIgnored {
        if let Some(write) = write_of(&record, changed) {
            hand_to_directory(session, &record, &write).await;
        }
        return;
    }
    let Some(password) = record.password() else {
        return;
    };
    let made = {
        let mut world = lock(&session.world);
        let made = world.when_made(session.post, &record.made);
        if let Some(act) = world.acts.get_mut(&operation) {
            let too_early = act.made - made.latest.as_second();
            act.too_early = act.too_early.max(too_early);
        }
        made
    };
    let act = LateAct {
        late: Late {
            operation,
            made,
            known: record.known.clone(),
            decided_against: record.contested.clone().filter(|_| record.decided),
        },
        password: ProvisionalPassword::unsealed(Zeroizing::new(password)),
        entry: entry_of(&record),
    };
    begin_delivery(session);
    let note = |event| {
        session.arrow(operation, event);
        Ok(())
    };
    let asked = lock(&session.world).reading(session.post);
    let sent = sync::send_late(session, &person, &act, |event, _| note(event)).await;
    if let Ok(LateOutcome::Sent(delivery)) = &sent {
        if !person.account.markers.contains(&operation) {
            hear_written(session, delivery, asked);
        }
        note_known(session, &record, delivery);
    }
    if let Ok(LateOutcome::Contested { by }) = sent
        && let Some(record) = lock(&session.world).record(session.post, operation)
    {
        record.contested = Some(by);
        record.decided = false;
    }
    forget_answer(session, operation);
}

/// What the server wrote for our request tells its hour.
fn hear_written(session: &Session, delivery: &Delivery, asked: Reading) {
    if let Delivery::Applied { person, .. } | Delivery::NotForced { person } = delivery
        && let Some(at) = person.account.password_changed
    {
        lock(&session.world).hear(session.post, &Heard::Written { at, asked });
    }
}

/// This person's later acts of this counter follow the one just sent.
fn note_known(session: &Session, sent: &Record, delivery: &Delivery) {
    // Tried and found to open: nobody came between.
    let Delivery::Applied {
        person,
        proof: Ok(Proof::OpensAndMustChange),
        ..
    } = delivery
    else {
        return;
    };
    let seen = PasswordSeen::of(&person.account);
    let mut world = lock(&session.world);
    world.posts[session.post]
        .disk
        .iter_mut()
        .skip_while(|record| record.operation != sent.operation)
        .skip(1)
        .filter(|record| record.person == sent.person)
        .for_each(|record| record.known = seen.clone());
}

/// Another delivery begins: its requests are counted anew.
fn begin_delivery(session: &Session) {
    lock(&session.world).posts[session.post].requests = 0;
}
