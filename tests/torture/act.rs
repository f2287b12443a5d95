//! One handover as a counter drives it, without its screen: the product's `deliver`, `settle`, `resolve` and `send_late`,
//! each arrow through the product's machine, until nothing is in doubt; then what the directory must hold of it.
//! Never tells the counter what happened on the wire: it knows only what the directory answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use guichet_core::directory::{
    Directory, HandoverEntry, HandoverNote, PasswordWrite, Proof, WriteRefusal,
};
use guichet_core::domain::handover::{DirectorySide, Ending, Event, Progress, step};
use guichet_core::domain::late_sending::{Late, PasswordSeen};
use guichet_core::domain::password::{PasswordForm, ProvisionalPassword, Recipe};
use guichet_core::domain::person::Person;
use guichet_core::domain::server_clock::Span;
use guichet_core::sync::{self, Delivery, LateAct, LateOutcome, Resolution};
use jiff::Timestamp;
use uuid::Uuid;

/// Passes after which an act that is still in doubt is said never to settle.
const PASSES: u32 = 200;
/// After a pass that learned nothing.
const PAUSE: Duration = Duration::from_millis(50);

#[derive(Debug, Clone)]
pub struct Act {
    pub operation: Uuid,
    /// As the counter read them when the act began.
    pub person: Person,
    pub password: ProvisionalPassword,
    pub made_at: Timestamp,
    /// As the counter knew it: an offline act may know an old copy.
    pub known: PasswordSeen,
    /// What a clerk has to decide about, and what they decided against.
    pub contested_by: Option<PasswordSeen>,
    pub decided_against: Option<PasswordSeen>,
    pub progress: Progress,
    pub trace: Vec<Event>,
    /// The entry could not be read before the sending: the act was not begun.
    pub not_begun: bool,
    /// Raised whenever a write is about to leave.
    pub writes: Arc<AtomicU64>,
    /// Why the server said no.
    pub refusal: Option<WriteRefusal>,
    /// What the machine forbids, and what never ends.
    pub broken: Vec<String>,
}

/// How an act went, as its counter saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// An answer was lost, and the marker told that the request had arrived.
    AmbiguousApplied,
    /// An answer was lost, and the marker told that the request had not arrived.
    AmbiguousNotApplied,
    NotSent,
    /// The write itself was never in doubt.
    Harmless,
}

impl Act {
    pub fn new(person: Person, made_at: Timestamp) -> Act {
        let milliseconds = u64::try_from(made_at.as_millisecond()).expect("after 1970");
        let (seconds, nanos) = (milliseconds / 1_000, (milliseconds % 1_000) * 1_000_000);
        let nanos = u32::try_from(nanos).expect("less than a second");
        let at = uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos);
        let password = Recipe::for_policy(PasswordForm::Code, None, true)
            .draw(getrandom::fill)
            .expect("a random source");
        Act {
            operation: Uuid::new_v7(at),
            known: PasswordSeen::of(&person.account),
            contested_by: None,
            decided_against: None,
            person,
            password,
            made_at,
            progress: Progress::PREPARED,
            trace: Vec::new(),
            not_begun: false,
            writes: Arc::default(),
            refusal: None,
            broken: Vec::new(),
        }
    }

    /// Made without the directory, its sheet out and confirmed.
    pub fn offline(person: Person, made_at: Timestamp) -> Act {
        let mut act = Act::new(person, made_at);
        for event in [
            Event::Sealed,
            Event::PrintBeganOffline,
            Event::SheetOut,
            Event::HandedOver,
        ] {
            act.arrow(event);
        }
        act.trace.clear();
        act
    }

    pub fn arrow(&mut self, event: Event) {
        self.trace.push(event);
        if event == Event::SendingBegan {
            self.writes.fetch_add(1, Ordering::SeqCst);
        }
        match step(self.progress, event) {
            Ok((next, _)) => self.progress = next,
            Err(forbidden) => self.broken.push(forbidden.to_string()),
        }
    }

    /// A clerk decides that this letter holds, or that the other password does.
    pub fn decide(&mut self, holds: bool) {
        self.decided_against = self.contested_by.take().filter(|_| holds);
        self.arrow(if holds {
            Event::DecidedToSend
        } else {
            Event::Voided
        });
    }

    fn write(&self, seen_change: Option<Timestamp>) -> PasswordWrite {
        PasswordWrite {
            operation: self.operation,
            person_dn: self.person.dn.clone(),
            password: self.password.clone(),
            seen_change,
        }
    }

    fn entry(&self) -> HandoverEntry {
        HandoverEntry {
            operation: self.operation,
            person_dn: self.person.dn.clone(),
            note: HandoverNote {
                person: self.person.id.to_string(),
                number: "26 02 0001".into(),
                post: 2,
                document: "identity-card".into(),
                evidence: "typed-blind".into(),
                verdicts: vec!["birth".into(), "name".into()],
                at: self.made_at.to_string(),
                handed_over_by: None,
            },
        }
    }

    /// A delivery that ends without an arrow leaves « sending » behind: its answer is lost.
    fn forget_answer(&mut self) {
        if self.progress.directory == DirectorySide::Sending {
            self.arrow(Event::AnswerLost);
        }
    }

    pub fn applied(&self) -> bool {
        self.progress.directory == DirectorySide::Applied
    }

    /// In the directory, its letter good or not: somebody else may have written before it was tried.
    pub fn written(&self) -> bool {
        self.applied() || self.progress.directory == DirectorySide::Unsound
    }

    pub fn course(&self) -> Course {
        let lost = self.trace.contains(&Event::AnswerLost);
        if self.trace.contains(&Event::MarkerAbsent) {
            Course::AmbiguousNotApplied
        } else if lost {
            Course::AmbiguousApplied
        } else if self.not_begun || self.trace.contains(&Event::NothingLeft) {
            Course::NotSent
        } else {
            Course::Harmless
        }
    }
}

/// Online: read again, sent, and settled; sent again as often as `again` says while nothing has arrived. `after` is told
/// whenever the counter has done what it could by itself.
pub async fn hand_over(
    directory: &dyn Directory,
    act: &mut Act,
    again: u32,
    mut after: impl FnMut(),
) {
    for _ in 0..=again {
        let read = directory.read_back(act.person.id).await;
        if !read.is_ok_and(|read| read.account.password_changed == act.known.changed) {
            act.not_begun = true;
            after();
            break;
        }
        let (write, entry) = (act.write(act.known.changed), act.entry());
        let delivery = sync::deliver(directory, act.person.id, &write, &entry, |event, _| {
            act.arrow(event);
            Ok(())
        })
        .await;
        if let Delivery::Refused(refusal) = delivery {
            act.refusal = Some(refusal);
        }
        act.forget_answer();
        after();
        settle(directory, act, &mut after).await;
        if act.progress.directory != DirectorySide::NotSent {
            break;
        }
    }
    let end: &[Event] = match act.progress.directory {
        DirectorySide::Applied => &[Event::PrintBegan, Event::SheetOut, Event::HandedOver],
        DirectorySide::NotSent if act.trace.is_empty() => &[],
        DirectorySide::NotSent | DirectorySide::Unsound => &[Event::Voided],
        DirectorySide::Sending
        | DirectorySide::Unknown
        | DirectorySide::Refused
        | DirectorySide::Superseded
        | DirectorySide::Contested
        | DirectorySide::Stranded => &[],
    };
    end.iter().for_each(|event| act.arrow(*event));
}

/// The truth of a lost answer, as the desk looks for it every few seconds.
async fn settle(directory: &dyn Directory, act: &mut Act, after: &mut impl FnMut()) {
    for _ in 0..PASSES {
        if act.progress.directory != DirectorySide::Unknown {
            return;
        }
        let (id, operation) = (act.person.id, act.operation);
        // One server: the one it was sent to.
        let sent_to = directory.servers().pop();
        match sync::resolve(directory, sent_to.as_ref(), id, operation, false).await {
            Resolution::NotHeardYet | Resolution::Unanswered => {
                tokio::time::sleep(PAUSE).await;
            }
            Resolution::NotApplied => act.arrow(Event::MarkerAbsent),
            Resolution::Applied(_) => {
                let (write, entry) = (act.write(None), act.entry());
                sync::settle(directory, act.person.id, &write, &entry, |event| {
                    act.arrow(event);
                })
                .await;
            }
        }
        after();
    }
    if act.progress.directory == DirectorySide::Unknown {
        act.broken.push("its truth is never known".to_owned());
    }
}

/// Offline: what waits is sent, pass after pass, until it is over or a clerk has to decide.
pub async fn send_late(directory: &dyn Directory, act: &mut Act, mut after: impl FnMut()) {
    for _ in 0..PASSES {
        let contested = act.progress.directory == DirectorySide::Contested;
        if !act.progress.waits() || contested {
            return;
        }
        late_pass(directory, act).await;
        after();
        if act.progress.waits() {
            tokio::time::sleep(PAUSE).await;
        }
    }
    if act.progress.waits() {
        act.broken.push("never sent".to_owned());
    }
}

async fn late_pass(directory: &dyn Directory, act: &mut Act) {
    act.forget_answer();
    let Ok(person) = directory.person(act.person.id).await else {
        return;
    };
    let there = person.account.markers.contains(&act.operation);
    let unknown = act.progress.directory == DirectorySide::Unknown;
    if unknown && there {
        let (write, entry) = (act.write(None), act.entry());
        sync::settle_found(directory, act.person.id, &write, &entry, |event| {
            act.arrow(event);
        })
        .await;
        return;
    }
    if unknown {
        act.arrow(Event::MarkerAbsent);
    }
    let late = LateAct {
        late: Late {
            operation: act.operation,
            // This machine's clock is the server's.
            made: Span {
                earliest: Some(act.made_at),
                best: act.made_at,
                latest: act.made_at,
            },
            known: act.known.clone(),
            decided_against: act.decided_against.clone(),
        },
        password: act.password.clone(),
        entry: act.entry(),
    };
    let sent = sync::send_late(directory, &person, &late, |event, _| {
        act.arrow(event);
        Ok(())
    })
    .await;
    match sent {
        Ok(LateOutcome::Contested { by }) => act.contested_by = Some(by),
        Ok(LateOutcome::Sent(Delivery::Refused(refusal))) => act.refusal = Some(refusal),
        Ok(_) | Err(_) => {}
    }
}

/// What the directory holds of an act that nothing has followed; empty when it is what the act says.
pub async fn judge(directory: &dyn Directory, act: &Act) -> Vec<String> {
    let mut wrong = act.broken.clone();
    let read = directory.read_back(act.person.id).await;
    let account = read.expect("the judge reads").account;
    let markers = account.markers.iter();
    let markers = markers.filter(|marker| **marker == act.operation).count();
    let proof = directory.prove(&act.person.dn, &act.password).await;
    let proof = proof.expect("the judge binds");
    let seen = format!(
        "{markers} marker(s), {proof:?}, must change: {}",
        account.must_change
    );
    if act.applied() {
        let sound = markers == 1 && account.must_change && proof == Proof::OpensAndMustChange;
        if !sound || act.progress.ending != Ending::HandedOver {
            wrong.push(format!("said applied, yet {seen}"));
        }
    } else if act.progress.directory == DirectorySide::Unsound {
        wrong.push(format!("unsound: {seen}"));
    } else {
        let changed = account.password_changed != act.person.account.password_changed;
        if markers != 0 || changed || proof != Proof::DoesNotOpen {
            let said = act.progress.directory;
            wrong.push(format!(
                "said {said:?}, yet {seen}, password changed: {changed}"
            ));
        }
    }
    wrong
}
