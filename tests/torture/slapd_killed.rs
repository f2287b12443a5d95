//! slapd killed -9 in the middle of handovers and started again on the same data, with writes flushed: what it acknowledged is
//! there, what it did not is settled, and nothing is done twice. Three counters and a whole post hand over meanwhile, to people
//! of their own and to people they share.
//! Never asserts on time: the kill falls a drawn moment after a write that the draw chooses.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use guichet_core::directory::{Directory, OpenLdap};
use guichet_core::domain::password::ProvisionalPassword;
use guichet_core::domain::person::Person;
use guichet_core::faults::Fault;
use guichet_core::operations::handover;
use jiff::Timestamp;
use zeroize::Zeroizing;

use super::act::{self, Act, Course};
use super::chance::Chance;
use super::cut::{Cut, CutWire, How, Way};
use super::desk::{Post, password_on};
use super::entries::{VISITORS, address, held, keep_every_password, ordinary_people, session};
use super::ledger::{Line, check};
use super::whole::{Counter, Visitor};
use super::{defect, seed, sound, times};

const COUNTERS: u64 = 3;
/// One act in so many is a whole handover at a post.
const WHOLE: u64 = 12;
/// People whom all the counters hand over to.
const SHARED: usize = 6;
/// Seconds that a counter waits for an answer.
const PATIENCE: u64 = 5;
const PAUSE: Duration = Duration::from_millis(20);

struct Run {
    wrong: Vec<String>,
    courses: HashMap<&'static str, u64>,
}

/// One counter as the killer sees it.
struct Target {
    wire: CutWire,
    /// Writes that it has begun.
    writes: Arc<AtomicU64>,
}

impl Target {
    fn begun(&self) -> u64 {
        self.writes.load(Ordering::SeqCst)
    }
}

/// Kills and starts again until all is over; gives the post back, and how often it was killed.
fn kill_again_and_again(
    mut post: Post,
    first: u64,
    targets: &[Target],
    over: &AtomicBool,
) -> (Post, u64) {
    let mut chance = Chance::new(first);
    let (mut kills, mut last) = (0, 0);
    let look = Duration::from_micros(100);
    let wait = |reached: &dyn Fn() -> bool| {
        while !reached() && !over.load(Ordering::SeqCst) {
            std::thread::sleep(look);
        }
        !over.load(Ordering::SeqCst)
    };
    let begun = || targets.iter().map(Target::begun).collect::<Vec<u64>>();
    loop {
        let writes = chance.draw() % 5 + 1;
        let longest = if chance.percent(60) { 3_000 } else { 40_000 };
        let moment = Duration::from_micros(chance.draw() % longest);
        let with_its_answer = chance.percent(30);
        for _ in 0..writes {
            let before = begun();
            if !wait(&|| begun() != before) {
                return (post, kills);
            }
            let moved = begun()
                .iter()
                .zip(&before)
                .position(|(now, was)| now != was);
            last = moved.unwrap_or(last);
        }
        let target = &targets[last];
        if with_its_answer {
            // What it had just done is flushed, and its answer goes with it.
            target.wire.arm(Some(Cut {
                way: Way::Down,
                after: 0,
                how: How::Reset,
                down: true,
            }));
            wait(&|| target.wire.struck());
        } else {
            std::thread::sleep(moment);
        }
        post.directory.kill();
        post.directory.restart().expect("it starts again");
        target.wire.mend();
        kills += 1;
    }
}

/// As the desk reads a person: again, until the directory answers.
async fn fresh(directory: &dyn Directory, person: &Person) -> Person {
    loop {
        if let Ok(read) = directory.read_back(person.id).await {
            return read;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn counter(
    session: OpenLdap,
    own: Vec<Person>,
    shared: Vec<Person>,
    numbers: Vec<u64>,
    writes: Arc<AtomicU64>,
) -> Vec<(Line, Course, Vec<String>)> {
    let mut lines = Vec::new();
    for number in numbers {
        let mut chance = Chance::new(number);
        let people = if chance.percent(30) { &shared } else { &own };
        // Clocks cannot order two offline acts so close: a clerk would have to.
        let late = chance.percent(30) && people.len() != SHARED;
        let again = u32::try_from(chance.below(3)).expect("few");
        let person = fresh(&session, &people[chance.below(people.len())]).await;
        let mut act = if late {
            Act::offline(person, Timestamp::now())
        } else {
            Act::new(person, Timestamp::now())
        };
        act.writes = Arc::clone(&writes);
        if late {
            act::send_late(&session, &mut act, || ()).await;
        } else {
            act::hand_over(&session, &mut act, again, || ()).await;
        }
        let line = Line {
            dn: act.person.dn.clone(),
            operation: act.operation,
            written: act.written(),
            applied: act.applied(),
            password: Some(act.password.clone()),
            story: format!("SEED={number} {:?} {:?}", act.progress, act.trace),
        };
        lines.push((line, act.course(), act.broken));
    }
    lines
}

async fn whole_post(
    desk: Counter,
    visitor: Visitor,
    person: Person,
    numbers: Vec<u64>,
    writes: Arc<AtomicU64>,
) -> Vec<(Line, Course, Vec<String>)> {
    let mut lines = Vec::new();
    for number in numbers {
        let again = u32::try_from(Chance::new(number).below(3)).expect("few");
        desk.reachable().await;
        let view = desk.identified(&person.id.to_string(), &visitor).await;
        writes.fetch_add(1, Ordering::SeqCst);
        let mut said = desk.drive(&view, again, || ()).await;
        desk.send_late(&mut said, || ()).await;
        let line = Line {
            dn: person.dn.clone(),
            operation: said.operation,
            written: said.written(),
            applied: said.applied(),
            password: said
                .letter
                .as_ref()
                .map(|letter| ProvisionalPassword::unsealed(Zeroizing::new(password_on(letter)))),
            story: format!(
                "SEED={number} (whole) {:?} {:?}",
                said.progress, said.events
            ),
        };
        lines.push((line, said.course(), said.broken.into_iter().collect()));
    }
    lines
}

async fn run(first: u64, count: u64) -> Run {
    // What slapd has acknowledged survives it.
    let post = Post::with(|options| options.durable = true);
    keep_every_password(&post);
    let uri = post.directory.uri_ldaps.clone();
    let judge = session(&post, uri.clone(), 30).await;
    let (visitor, visiting) = Visitor::read(&judge, VISITORS[0]).await;
    let mut settings = post.settings.clone();
    settings.directory.timeout_seconds = PATIENCE;
    let desk_wire = CutWire::to(address(&post)).await;
    settings.directory.uris = vec![format!("ldaps://{}", desk_wire.address)];
    let desk = Counter::open(settings, "croux").await;
    handover::catch_up(&desk.office).await.expect("a pass");
    let before = held(&post);
    let each = 40;
    let own = each * usize::try_from(COUNTERS).expect("few");
    let mut people = ordinary_people(&judge, own + SHARED).await;
    let shared = people.split_off(own);

    let numbers = first..first + count;
    let (whole, bare): (Vec<u64>, Vec<u64>) = numbers.partition(|number| number % WHOLE == 0);
    let mut targets = vec![Target {
        wire: desk_wire,
        writes: Arc::default(),
    }];
    let mut tasks = vec![tokio::spawn(whole_post(
        desk,
        visitor,
        visiting,
        whole,
        Arc::clone(&targets[0].writes),
    ))];
    for place in 0..COUNTERS {
        let numbers = bare.iter().copied();
        let numbers = numbers
            .filter(|number| number % COUNTERS == place)
            .collect();
        let wire = CutWire::to(address(&post)).await;
        let session = session(&post, format!("ldaps://{}", wire.address), PATIENCE).await;
        let own = people.split_off(people.len() - each);
        let writes = Arc::default();
        targets.push(Target {
            wire,
            writes: Arc::clone(&writes),
        });
        tasks.push(tokio::spawn(counter(
            session,
            own,
            shared.clone(),
            numbers,
            writes,
        )));
    }
    let over = Arc::new(AtomicBool::new(false));
    let until = Arc::clone(&over);
    let killer = tokio::task::spawn_blocking(move || {
        let (post, kills) = kill_again_and_again(post, first, &targets, &until);
        let writes: u64 = targets.iter().map(Target::begun).sum();
        (post, kills, writes)
    });
    let mut lines = Vec::new();
    let mut wrong = Vec::new();
    let mut courses: HashMap<&'static str, u64> = HashMap::new();
    for task in tasks {
        for (line, course, broken) in task.await.expect("a counter works") {
            let course = match course {
                Course::AmbiguousApplied => "ambiguous, applied",
                Course::AmbiguousNotApplied => "ambiguous, not applied",
                Course::NotSent => "not sent",
                Course::Harmless => "harmless",
            };
            *courses.entry(course).or_default() += 1;
            wrong.extend(broken.iter().map(|what| format!("{}: {what}", line.story)));
            lines.push(line);
        }
    }
    over.store(true, Ordering::SeqCst);
    let (post, kills, writes) = killer.await.expect("the killer ends");
    let (found, openings) = check(&judge, &before, &held(&post), &lines).await;
    wrong.extend(found);
    let applied = lines.iter().filter(|line| line.applied).count();
    println!(
        "slapd killed: {} acts, {applied} applied, {kills} kills, {writes} writes begun, {} people; {courses:?}; {} wrong",
        lines.len(),
        openings.len(),
        wrong.len()
    );
    Run { wrong, courses }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_under_handovers_loses_and_doubles_nothing() {
    let _sound = sound();
    let run = run(seed(), times(200, 10_000)).await;
    assert!(run.wrong.is_empty(), "{}", run.wrong.join("\n"));
    for course in ["ambiguous, applied", "ambiguous, not applied", "harmless"] {
        assert!(
            run.courses.contains_key(course),
            "no act was {course}: {:?}",
            run.courses
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_that_repeats_blindly_is_seen_when_its_server_dies() {
    let _broken = defect(Fault::NaiveRetry);
    let run = run(1, 100).await;
    println!("naive retry: {:?}", run.wrong.first());
    assert!(!run.wrong.is_empty(), "nothing was seen");
}
