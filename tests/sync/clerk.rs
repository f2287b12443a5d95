//! What a clerk does at a counter, one gesture at a time: begins, sends, prints, confirms, gives up, answers the question
//! after a crash, decides between two letters. Sees only the counter's disk and the paper in the tray.

use guichet_core::domain::handover::{DirectorySide, Ending, Event, PaperSide, Progress};
use uuid::{Builder, Uuid};

use crate::counter::Job;
use crate::hazard::Hazard;
use crate::model::{Account, Rights};
use crate::world::{Act, Record, World, new_password};

/// One gesture at `post`; `busy`: the act on the counter is being sent.
pub fn gesture(world: &mut World, post: usize, busy: bool) -> Option<Job> {
    match world.posts[post].open {
        Some(operation) => on_the_counter(world, post, operation, busy),
        None if !world.calm && world.chance.percent(60) => {
            begin(world, post);
            None
        }
        None => {
            aside(world, post);
            None
        }
    }
}

/// A person comes. Nobody stands at two counters at once.
fn begin(world: &mut World, post: usize) {
    let person = world.somebody();
    let elsewhere = world.posts.iter().any(|post| {
        let open = post.open;
        post.disk
            .iter()
            .any(|record| Some(record.operation) == open && record.person == person)
    });
    if elsewhere {
        return;
    }
    let here = &world.posts[post];
    let online = here.link;
    let account = world.model.account(person);
    if online && (account.is_none() || here.rights != Rights::Full) {
        return;
    }
    let known = if online {
        account.map(Account::seen).unwrap_or_default()
    } else {
        here.copies[person].clone()
    };
    if !online && world.chance.percent(50) {
        void_waiting(world, post, person);
    }
    let before = world
        .acts
        .values()
        .filter(|act| act.person == person)
        .map(|act| act.made)
        .max();
    // The identity check took its time.
    let begun = (world.now - world.chance.between(0, 240)).max(before.unwrap_or(0) + 1);
    let begun = begun.min(world.now);
    let made = world.made_now(post);
    let error = made.span.best.as_second() - world.now;
    let operation = identifier(world, begun + error);
    let password = new_password(&mut world.chance);
    let record = Record {
        operation,
        person,
        made,
        known,
        progress: Progress::PREPARED,
        sealed: None,
        in_memory: Some(password),
        contested: None,
        decided: false,
    };
    world.acts.insert(
        operation,
        Act {
            post,
            person,
            begun,
            made: world.now,
            error: error.abs(),
            too_early: 0,
            offline: false,
            confirmed: false,
            spool: None,
            sheet: None,
            written: None,
            effects: 0,
            unforced: false,
        },
    );
    world.counts.acts += 1;
    *world.counts.states.entry(Progress::PREPARED).or_default() += 1;
    world.tell(|| {
        format!(
            "post {post}: begins {} for person {person}, hour {error:+}",
            crate::world::short(operation)
        )
    });
    world.posts[post].disk.push(record);
    world.posts[post].open = Some(operation);
    if !online || world.chance.percent(25) {
        world.arrow(post, operation, Event::Sealed);
    }
}

fn identifier(world: &mut World, second: i64) -> Uuid {
    let mut random = [0; 10];
    random[..8].copy_from_slice(&world.chance.draw().to_be_bytes());
    let count = u16::try_from(world.acts.len()).unwrap_or(0);
    random[8..].copy_from_slice(&count.to_be_bytes());
    let millis = u64::try_from(second * 1000).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// A second handover for the same person makes the first one's letter void, where it has not been sent.
fn void_waiting(world: &mut World, post: usize, person: usize) {
    let under_way = world.posts[post].under_way;
    let waiting: Vec<Uuid> = world.posts[post]
        .disk
        .iter()
        .filter(|record| {
            record.person == person
                && Some(record.operation) != under_way
                && may_void_waiting(record.progress)
        })
        .map(|record| record.operation)
        .collect();
    for operation in waiting {
        world.arrow(post, operation, Event::Voided);
    }
}

fn may_void_waiting(progress: Progress) -> bool {
    progress.waits()
        && matches!(
            progress.directory,
            DirectorySide::NotSent | DirectorySide::Contested
        )
}

fn on_the_counter(world: &mut World, post: usize, operation: Uuid, busy: bool) -> Option<Job> {
    let progress = world.progress(post, operation)?;
    if !progress.is_open() {
        world.posts[post].open = None;
        return None;
    }
    if matches!(progress.paper, PaperSide::Printing | PaperSide::Reprinting) {
        printer(world, post, operation, progress.directory);
        return None;
    }
    let offline = world.acts.get(&operation).is_some_and(|act| act.offline);
    let link = world.posts[post].link;
    let unlikely = world.chance.percent(8);
    let likely = world.chance.percent(85);
    match (progress.directory, progress.paper) {
        // Past the clerk's patience the answer counts as lost, and the letter may say « pas encore confirmé ».
        (DirectorySide::Sending, _) if busy => {
            if unlikely {
                world.counts.hazard(Hazard::PatienceOver);
                world.arrow(post, operation, Event::AnswerLost);
            }
            None
        }
        (DirectorySide::Unknown, PaperSide::None) if unlikely || busy => {
            world.arrow(post, operation, Event::PrintBegan);
            None
        }
        (DirectorySide::Unknown, PaperSide::Out) if busy && likely => {
            world.arrow(post, operation, Event::PrintBegan);
            None
        }
        _ if busy => None,
        (DirectorySide::Unknown, PaperSide::Out) if unlikely && progress.sealed && !world.calm => {
            close(world, post, operation, Event::HandedOver)
        }
        (DirectorySide::Unknown, _) if unlikely && !world.calm => {
            world.arrow(post, operation, Event::PrintBegan);
            None
        }
        (DirectorySide::Unknown, _) if !likely && !world.calm => {
            close(world, post, operation, Event::Voided)
        }
        (DirectorySide::Unknown, _) => link.then_some(Job::Settle(operation)),
        // The directory has just gone: the handover goes on without it.
        (DirectorySide::NotSent, _) if !link && !progress.sealed && likely => {
            world.arrow(post, operation, Event::Sealed);
            None
        }
        (DirectorySide::NotSent, PaperSide::None) => {
            let offline_order = progress.sealed && (!link || unlikely);
            if offline_order {
                world.arrow(post, operation, Event::PrintBeganOffline);
            } else if link {
                return Some(Job::Send(operation));
            } else if unlikely {
                return close(world, post, operation, Event::Voided);
            }
            None
        }
        (DirectorySide::NotSent, _) if offline && unlikely => {
            world.arrow(post, operation, Event::PrintBeganOffline);
            None
        }
        (DirectorySide::NotSent, _) if offline && likely => {
            close(world, post, operation, Event::HandedOver)
        }
        // « Pas encore confirmé », and it was not: the same password is sent again.
        (DirectorySide::NotSent, _) if !offline && likely => link.then_some(Job::Send(operation)),
        (DirectorySide::NotSent, _) => close(world, post, operation, Event::Voided),
        (DirectorySide::Applied, PaperSide::None) if likely => {
            world.arrow(post, operation, Event::PrintBegan);
            None
        }
        (DirectorySide::Applied, PaperSide::Out) if unlikely => {
            world.arrow(post, operation, Event::PrintBegan);
            None
        }
        (DirectorySide::Applied, PaperSide::Out) if likely => {
            close(world, post, operation, Event::HandedOver)
        }
        (DirectorySide::Applied | DirectorySide::Unsound | DirectorySide::Refused, _) => {
            close(world, post, operation, Event::Voided)
        }
        // Left by a job that ended without an arrow, or never on the counter.
        (
            DirectorySide::Sending
            | DirectorySide::Superseded
            | DirectorySide::Contested
            | DirectorySide::Stranded,
            _,
        ) => None,
    }
}

/// The clerk leaves, or the screen locks: what cannot be taken up again is ended, and every password forgotten.
pub fn put_aside(world: &mut World, post: usize) {
    let Some(operation) = world.posts[post].open.take() else {
        return;
    };
    let Some(progress) = world.progress(post, operation) else {
        return;
    };
    let ends = progress.is_open()
        && match progress.directory {
            // Printed without the directory, its sheet is asked about.
            DirectorySide::NotSent => !asks(progress),
            DirectorySide::Refused | DirectorySide::Unsound => true,
            DirectorySide::Applied => !progress.paper.is_out(),
            DirectorySide::Sending
            | DirectorySide::Unknown
            | DirectorySide::Superseded
            | DirectorySide::Contested
            | DirectorySide::Stranded => false,
        };
    world.counts.hazard(Hazard::SessionEnded);
    if ends {
        world.arrow(post, operation, Event::Voided);
    }
    if let Some(record) = world.record(post, operation) {
        record.in_memory = None;
    }
}

fn close(world: &mut World, post: usize, operation: Uuid, event: Event) -> Option<Job> {
    world.arrow(post, operation, event);
    world.posts[post].open = None;
    None
}

fn printer(world: &mut World, post: usize, operation: Uuid, directory: DirectorySide) {
    let dead = matches!(directory, DirectorySide::Refused | DirectorySide::Unsound);
    if dead && !world.calm && world.chance.percent(50) {
        put_aside(world, post);
    } else if world.goes_wrong(15, Hazard::PrinterFailed) {
        world.arrow(post, operation, Event::PrinterFailed);
    } else {
        world.paper(post, operation);
        world.arrow(post, operation, Event::SheetOut);
    }
}

/// Away from the counter: the question after a crash, then what is to be decided, then a waiting act given up.
fn aside(world: &mut World, post: usize) {
    let under_way = world.posts[post].under_way;
    let acts: Vec<(Uuid, Progress)> = world.posts[post]
        .disk
        .iter()
        .filter(|record| Some(record.operation) != under_way)
        .map(|record| (record.operation, record.progress))
        .collect();
    for (operation, progress) in acts {
        if asks(progress) {
            return answer(world, post, operation, progress);
        }
        if progress.waits() && progress.directory == DirectorySide::Contested {
            let send = world.chance.percent(60);
            if send {
                world.arrow(post, operation, Event::DecidedToSend);
                if let Some(record) = world.record(post, operation) {
                    record.decided = true;
                }
            } else {
                world.arrow(post, operation, Event::Voided);
            }
            return;
        }
        if !world.calm && may_void_waiting(progress) && world.chance.percent(2) {
            return world.arrow(post, operation, Event::Voided);
        }
    }
}

/// « La feuille est-elle sortie ? »
pub fn asks(progress: Progress) -> bool {
    progress.ending == Ending::Open
        && progress.paper != PaperSide::None
        && match progress.directory {
            DirectorySide::Applied => true,
            DirectorySide::NotSent => progress.sealed,
            DirectorySide::Sending
            | DirectorySide::Unknown
            | DirectorySide::Unsound
            | DirectorySide::Refused
            | DirectorySide::Superseded
            | DirectorySide::Contested
            | DirectorySide::Stranded => false,
        }
}

fn answer(world: &mut World, post: usize, operation: Uuid, progress: Progress) {
    let out = world
        .acts
        .get(&operation)
        .is_some_and(|act| act.sheet.is_some());
    if progress.paper != PaperSide::Out {
        world.arrow(
            post,
            operation,
            if out {
                Event::SheetOut
            } else {
                Event::PrinterFailed
            },
        );
    }
    let given = out && world.chance.percent(85);
    let end = if given {
        Event::HandedOver
    } else {
        Event::Voided
    };
    world.arrow(post, operation, end);
}
