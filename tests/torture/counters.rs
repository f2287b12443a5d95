//! Eight counters at once on the same accounts: acts made without the directory in the last hours, all sent when it comes back,
//! in another order than they were made, while others hand over online. The last handover wins, beyond what clocks can tell,
//! and every counter knows what its letters are worth.
//! Never lets a counter see another's acts: they meet in the directory only.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use guichet_core::directory::{Directory, OpenLdap, WriteRefusal};
use guichet_core::domain::handover::{DirectorySide, Ending};
use guichet_core::domain::late_sending::CLOCK_UNCERTAINTY;
use guichet_core::domain::person::Person;
use guichet_core::faults::Fault;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Barrier;

use super::act::{self, Act};
use super::chance::Chance;
use super::desk::Post;
use super::entries::{held, keep_every_password, ordinary_people, session};
use super::ledger::{Line, check};
use super::{defect, seed, sound, times};

const COUNTERS: usize = 8;
const ACCOUNTS: usize = 500;
/// Half of the acts are for so few of them.
const BUSY: usize = 40;
/// Times that all counters send an act for the same person at the same moment.
const ROUNDS: usize = 20;
const PATIENCE: u64 = 30;

/// How an act ended at its counter.
fn ended(act: &Act) -> &'static str {
    let progress = act.progress;
    match (progress.directory, progress.ending) {
        (DirectorySide::Applied, _) => "applied",
        (DirectorySide::Unsound, _) => "dead when tried",
        (DirectorySide::Superseded, _) => "superseded",
        (DirectorySide::Refused, _) if act.refusal == Some(WriteRefusal::ChangedSince) => {
            "refused as changed since"
        }
        (DirectorySide::Refused, _) => "refused",
        (_, Ending::Voided) => "contested, voided",
        (DirectorySide::NotSent, _) if act.not_begun => "changed before it was sent",
        (
            DirectorySide::NotSent
            | DirectorySide::Sending
            | DirectorySide::Unknown
            | DirectorySide::Contested
            | DirectorySide::Stranded,
            _,
        ) => "still waits",
    }
}

/// One counter's acts: first those for which all counters go off together, then its own.
async fn counter(
    session: OpenLdap,
    mut acts: Vec<(Act, bool, Chance)>,
    rounds: usize,
    together: Arc<Barrier>,
) -> Vec<(Act, bool, u64)> {
    let mut done = Vec::new();
    for (place, (act, late, chance)) in acts.iter_mut().enumerate() {
        if place < rounds {
            together.wait().await;
        }
        let mut contested = 0;
        if *late {
            act::send_late(&session, act, || ()).await;
            while act.progress.waits() && act.progress.directory == DirectorySide::Contested {
                contested += 1;
                act.decide(chance.percent(50));
                act::send_late(&session, act, || ()).await;
            }
        } else {
            let person = session.read_back(act.person.id).await;
            let person = person.expect("the person is read");
            *act = Act::new(person, Timestamp::now());
            act::hand_over(&session, act, 0, || ()).await;
        }
        done.push((act.clone(), *late, contested));
    }
    done
}

/// The acts of each counter: `(act, late, draws)`. The first ones, as many as `rounds`, are for the same people at each.
fn draw(people: &[Person], rounds: usize, first: u64, count: u64) -> Vec<Vec<(Act, bool, Chance)>> {
    let now = Timestamp::now();
    let mut counters = vec![Vec::new(); COUNTERS];
    for (place, number) in (first..first + count).enumerate() {
        let mut chance = Chance::new(number);
        let round = place / COUNTERS;
        let (counter, person, late) = if round < rounds {
            (place % COUNTERS, round, true)
        } else {
            let busy = chance.percent(50);
            let person = chance.below(if busy { BUSY } else { people.len() });
            (chance.below(COUNTERS), person, chance.percent(50))
        };
        // Within ten hours; one in five so close to others that no clock orders them.
        let ago = if chance.percent(20) {
            SignedDuration::from_secs(3_600 + chance.between(0, 150))
        } else {
            SignedDuration::from_secs(chance.between(300, 36_000))
        };
        let person = people[person].clone();
        let act = if late {
            Act::offline(person, now - ago)
        } else {
            Act::new(person, now)
        };
        counters[counter].push((act, late, chance));
    }
    counters
}

async fn run(rounds: usize, first: u64, count: u64) -> (Vec<String>, HashMap<&'static str, u64>) {
    let post = Post::of(1_500);
    keep_every_password(&post);
    let uri = post.directory.uri_ldaps.clone();
    let judge = session(&post, uri.clone(), 30).await;
    let people = ordinary_people(&judge, ACCOUNTS).await;
    let before = held(&post);
    let together = Arc::new(Barrier::new(COUNTERS));
    let mut tasks = Vec::new();
    let mut sessions = Vec::new();
    for _ in 0..COUNTERS {
        sessions.push(session(&post, uri.clone(), PATIENCE).await);
    }
    for (session, acts) in sessions
        .into_iter()
        .zip(draw(&people, rounds, first, count))
    {
        tasks.push(tokio::spawn(counter(
            session,
            acts,
            rounds,
            Arc::clone(&together),
        )));
    }
    let mut wrong = Vec::new();
    let mut counts: HashMap<&'static str, u64> = HashMap::new();
    let mut people: BTreeMap<String, Vec<(Act, bool)>> = BTreeMap::new();
    let mut lines = Vec::new();
    for task in tasks {
        for (act, late, contested) in task.await.expect("a counter works") {
            let end = ended(&act);
            *counts.entry(end).or_default() += 1;
            *counts.entry("contested").or_default() += contested;
            *counts
                .entry(if late { "late" } else { "online" })
                .or_default() += 1;
            let story = format!(
                "{} {end} ({}, made {}): {:?}",
                act.operation,
                if late { "late" } else { "online" },
                act.made_at,
                act.trace
            );
            wrong.extend(act.broken.iter().map(|what| format!("{story}: {what}")));
            if end == "still waits" {
                wrong.push(story.clone());
            }
            let outrun = !late && end == "refused as changed since";
            if let Some(refusal) = act.refusal.as_ref().filter(|_| !outrun) {
                wrong.push(format!("{story}: {refusal:?}, and nothing else holds"));
            }
            lines.push(Line {
                dn: act.person.dn.clone(),
                operation: act.operation,
                written: act.written(),
                applied: act.applied(),
                password: Some(act.password.clone()),
                story,
            });
            let dn = act.person.dn.to_lowercase();
            people.entry(dn).or_default().push((act, late));
        }
    }
    let (found, openings) = check(&judge, &before, &held(&post), &lines).await;
    wrong.extend(found);
    for opening in &openings {
        let Some(open) = opening.open.first() else {
            continue;
        };
        let acts = people
            .values()
            .find(|acts| acts.iter().any(|(act, _)| act.operation == *open))
            .expect("its person");
        let valid = acts
            .iter()
            .find(|(act, _)| act.operation == *open)
            .expect("the act");
        let latest = valid.0.made_at + SignedDuration::from_secs(CLOCK_UNCERTAINTY);
        for (act, late) in acts {
            // A letter that came out, and that no clerk has given up.
            let out = if *late {
                ended(act) != "contested, voided"
            } else {
                act.applied()
            };
            if out && act.made_at > latest {
                wrong.push(format!(
                    "SEED={first} {}: the letter of {} opens, and {} was handed over later ({})",
                    act.person.dn,
                    valid.0.made_at,
                    act.made_at,
                    ended(act)
                ));
            }
        }
    }
    let several = people.values().filter(|acts| acts.len() > 1).count();
    println!(
        "counters: {} acts for {} people ({several} of them several times); {counts:?}; {} wrong",
        lines.len(),
        people.len(),
        wrong.len()
    );
    (wrong, counts)
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_counters_at_once_agree_on_the_last_handover() {
    let _sound = sound();
    let (wrong, counts) = run(ROUNDS, seed(), times(400, 6_400)).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for end in ["applied", "superseded", "contested"] {
        assert!(
            counts.get(end).is_some_and(|count| *count > 0),
            "no act was {end}: {counts:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_asserts_nothing_is_seen() {
    let _broken = defect(Fault::AssertionDropped);
    let (wrong, _) = run(ROUNDS, 1, 8 * 20).await;
    println!("assertion dropped: {:?}", wrong.first());
    assert!(!wrong.is_empty(), "nothing was seen");
}
