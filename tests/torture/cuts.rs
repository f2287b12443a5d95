//! The connection cut after a byte, in the middle of a handover: both directions, closed, reset, stalled or forgotten by a
//! firewall, over the whole range of an act. Nothing is lost and nothing is doubled, by the entry and by slapd's own log.
//! Most acts are `sync`'s on a session; every tenth is a whole one of `operations`, with its store and its letter.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use guichet_core::directory::{Directory, OpenLdap};
use guichet_core::domain::person::Person;
use guichet_core::faults::Fault;
use guichet_core::operations::handover;
use jiff::Timestamp;

use super::act::{self, Act, Course, judge};
use super::chance::Chance;
use super::cut::{Bytes, Cut, CutWire, How, Way};
use super::desk::Post;
use super::entries::{VISITORS, address, ordinary_people, session};
use super::server_log::Writes;
use super::whole::{self, Counter, Visitor};
use super::{defect, seed, sound, times};

/// Counters that play at once, each with its own wire, session and people: a lost answer is waited for, not worked at.
const LANES: u64 = 8;
/// Seconds that a counter waits for an answer.
const PATIENCE: u64 = 2;
/// One play in so many is a whole handover at a post.
const WHOLE: u64 = 10;

/// What one run saw.
#[derive(Debug, Default)]
pub struct Seen {
    pub wrong: Vec<String>,
    courses: HashMap<&'static str, u64>,
    cuts: HashMap<&'static str, u64>,
    applied: HashMap<String, u64>,
    acts: u64,
}

impl Seen {
    fn add(&mut self, other: Seen) {
        self.wrong.extend(other.wrong);
        self.acts += other.acts;
        for (from, to) in [
            (other.courses, &mut self.courses),
            (other.cuts, &mut self.cuts),
        ] {
            for (name, count) in from {
                *to.entry(name).or_default() += count;
            }
        }
        for (dn, count) in other.applied {
            *self.applied.entry(dn).or_default() += count;
        }
    }

    fn count(&mut self, course: Course, applied: Option<&str>, cut: Cut, struck: bool) {
        self.acts += 1;
        let course = match course {
            Course::AmbiguousApplied => "ambiguous, applied",
            Course::AmbiguousNotApplied => "ambiguous, not applied",
            Course::NotSent => "not sent",
            Course::Harmless if struck => "harmless",
            Course::Harmless => "not reached",
        };
        *self.courses.entry(course).or_default() += 1;
        let how = match cut.how {
            How::Fin => "closed",
            How::Reset => "reset",
            How::Stall => "stalled",
            How::Forgotten => "forgotten",
        };
        let way = match cut.way {
            Way::Up => "up",
            Way::Down => "down",
        };
        for name in [how, way] {
            *self.cuts.entry(name).or_default() += 1;
        }
        if let Some(dn) = applied {
            *self.applied.entry(dn.to_lowercase()).or_default() += 1;
        }
    }
}

/// The bytes of an act without a cut, and where its write and its answer are.
#[derive(Debug, Clone, Copy, Default)]
struct Range {
    whole: Bytes,
    write: (u64, u64),
    answer: (u64, u64),
}

/// The write is the request that follows `readings` of the entry.
fn range(wire: &CutWire, readings: usize) -> Range {
    let pieces = wire.pieces();
    let mut requests = (0..pieces.len()).filter(|place| pieces[*place].0 == Way::Up);
    let place = requests.nth(readings).expect("a write");
    let before = place
        .checked_sub(1)
        .map_or(Bytes::default(), |place| pieces[place].1);
    let mut answers = pieces[place..].iter().filter(|(way, _)| *way == Way::Down);
    let answered = answers.next().expect("an answer").1;
    Range {
        whole: wire.bytes(),
        write: (before.up, pieces[place].1.up),
        answer: (before.down, answered.down),
    }
}

/// One counter: its wire, its session through it, another beside it that judges.
struct Lane {
    wire: CutWire,
    session: OpenLdap,
    judge: OpenLdap,
    people: Vec<Person>,
}

async fn lanes(post: &Post) -> Vec<Lane> {
    let address = address(post);
    let first = session(post, post.directory.uri_ldaps.clone(), 30).await;
    let each = 20;
    let wanted = each * usize::try_from(LANES).expect("few");
    let mut people = ordinary_people(&first, wanted).await;
    let mut lanes = Vec::new();
    for _ in 0..LANES {
        let wire = CutWire::to(address).await;
        let uri = format!("ldaps://{}", wire.address);
        lanes.push(Lane {
            session: session(post, uri, PATIENCE).await,
            judge: session(post, post.directory.uri_ldaps.clone(), 30).await,
            people: people.split_off(people.len() - each),
            wire,
        });
    }
    lanes
}

impl Lane {
    async fn fresh(&self, number: u64) -> Person {
        let place = usize::try_from(number / LANES).expect("few") % self.people.len();
        self.judge
            .read_back(self.people[place].id)
            .await
            .expect("the person is read")
    }

    /// A whole act without a cut: what there is to cut.
    async fn measure(&self, late: bool) -> (Range, Act) {
        let person = self.fresh(if late { LANES } else { 0 }).await;
        self.wire.arm(None);
        let mut act = act_of(late, person);
        if late {
            act::send_late(&self.session, &mut act, || ()).await;
        } else {
            act::hand_over(&self.session, &mut act, 0, || ()).await;
        }
        assert!(act.applied(), "a clean handover: {act:?}");
        // The request after the readings of the entry.
        let range = range(&self.wire, if late { 2 } else { 1 });
        (range, act)
    }

    async fn play(&self, number: u64, ranges: &[Range; 2], seen: &mut Seen) {
        let mut chance = Chance::new(number);
        let late = chance.percent(30);
        let again = u32::try_from(chance.below(3)).expect("few");
        let cut = draw(&mut chance, ranges[usize::from(late)]);
        let person = self.fresh(number).await;
        let mut act = act_of(late, person);
        self.wire.arm(Some(cut));
        let mend = || self.wire.mend();
        if late {
            act::send_late(&self.session, &mut act, mend).await;
        } else {
            act::hand_over(&self.session, &mut act, again, mend).await;
        }
        let struck = self.wire.struck();
        self.wire.mend();
        let applied = act.applied().then_some(act.person.dn.as_str());
        seen.count(act.course(), applied, cut, struck);
        for wrong in judge(&self.judge, &act).await {
            let kind = if late { "late" } else { "online" };
            seen.wrong.push(format!(
                "SEED={number} ({kind}, {cut:?}): {wrong}; {:?}",
                act.trace
            ));
        }
    }
}

/// A post at work, its own wire, and somebody who comes again and again.
struct Desk {
    wire: CutWire,
    counter: Counter,
    judge: OpenLdap,
    visitor: Visitor,
    person: Person,
    ranges: [Range; 2],
}

impl Desk {
    async fn open(post: &Post, place: usize) -> Desk {
        let wire = CutWire::to(address(post)).await;
        let mut settings = post.settings.clone();
        settings.post.folder = post.folder.path().join(format!("poste-{place}"));
        settings.directory.uris = vec![format!("ldaps://{}", wire.address)];
        settings.directory.timeout_seconds = PATIENCE;
        let counter = Counter::open(settings, "croux").await;
        handover::catch_up(&counter.office).await.expect("a pass");
        let judge = session(post, post.directory.uri_ldaps.clone(), 30).await;
        let (visitor, person) = Visitor::read(&judge, VISITORS[place]).await;
        Desk {
            wire,
            counter,
            judge,
            visitor,
            person,
            ranges: [Range::default(); 2],
        }
    }

    /// A whole act, cut where `cut` says; then what is wrong with it.
    async fn act(&self, late: bool, again: u32, cut: Option<Cut>) -> (whole::Said, Vec<String>) {
        // What an earlier cut left of the connection is let go.
        self.wire.arm(None);
        self.wire.mend();
        self.counter.reachable().await;
        let read = self.judge.read_back(self.person.id).await;
        let before = read.expect("the judge reads").account.password_changed;
        let id = self.person.id.to_string();
        let mend = || self.wire.mend();
        let said = if late {
            self.wire.take_down();
            let view = self.counter.identified(&id, &self.visitor).await;
            let mut said = self.counter.drive(&view, again, || ()).await;
            self.wire.mend();
            self.wire.arm(cut);
            self.counter.send_late(&mut said, mend).await;
            said
        } else {
            let view = self.counter.identified(&id, &self.visitor).await;
            self.wire.arm(cut);
            let mut said = self.counter.drive(&view, again, mend).await;
            // The link was lost before anything left, and the clerk went on without it.
            self.counter.send_late(&mut said, mend).await;
            said
        };
        let wrong = whole::judge(&self.judge, &id, before, &said).await;
        (said, wrong)
    }

    /// Acts without a cut.
    async fn measure(&mut self, seen: &mut Seen) {
        for late in [false, true] {
            let (said, wrong) = self.act(late, 0, None).await;
            assert!(said.applied() && wrong.is_empty(), "{said:?}: {wrong:?}");
            *seen
                .applied
                .entry(self.person.dn.to_lowercase())
                .or_default() += 1;
            self.ranges[usize::from(late)] = range(&self.wire, if late { 2 } else { 1 });
        }
    }

    async fn play(&self, number: u64, seen: &mut Seen) {
        let mut chance = Chance::new(number);
        let late = chance.percent(30);
        let again = u32::try_from(chance.below(3)).expect("few");
        let cut = draw(&mut chance, self.ranges[usize::from(late)]);
        let (said, wrong) = self.act(late, again, Some(cut)).await;
        let applied = said.applied().then_some(self.person.dn.as_str());
        seen.count(said.course(), applied, cut, self.wire.struck());
        for wrong in wrong {
            seen.wrong.push(format!(
                "SEED={number} (whole, {cut:?}): {wrong}; {:?}",
                said.events
            ));
        }
    }
}

fn act_of(late: bool, person: Person) -> Act {
    if late {
        Act::offline(person, Timestamp::now())
    } else {
        Act::new(person, Timestamp::now())
    }
}

/// Half of the cuts fall anywhere in the act, half in its write and the answer: a hundredth of the bytes, and all the doubt.
fn draw(chance: &mut Chance, range: Range) -> Cut {
    let way = if chance.percent(50) {
        Way::Up
    } else {
        Way::Down
    };
    let (whole, part) = match way {
        Way::Up => (range.whole.up, range.write),
        Way::Down => (range.whole.down, range.answer),
    };
    let (low, high) = if chance.percent(50) { (0, whole) } else { part };
    let bound = |value: u64| i64::try_from(value).expect("few bytes");
    let after = chance.between(bound(low), bound(high)).unsigned_abs();
    let how = [How::Fin, How::Reset, How::Stall, How::Forgotten][chance.below(4)];
    let down = how != How::Stall && chance.percent(25);
    Cut {
        way,
        after,
        how,
        down,
    }
}

/// Plays `count` cuts from `first` on; stops early once something is wrong if `quick`.
async fn run(post: &Post, first: u64, count: u64, quick: bool) -> Seen {
    let lanes = lanes(post).await;
    let mut seen = Seen::default();
    let mut desks = Vec::new();
    for place in 0..VISITORS.len() {
        desks.push(Desk::open(post, place).await);
    }
    // What is past its time is expired by now: nothing else writes a password from here on but the acts.
    let before = Writes::of(&post.directory.folder).by_dn;
    for desk in &mut desks {
        desk.measure(&mut seen).await;
    }
    let mut ranges = [Range::default(); 2];
    for late in [false, true] {
        let (range, act) = lanes[0].measure(late).await;
        ranges[usize::from(late)] = range;
        *seen
            .applied
            .entry(act.person.dn.to_lowercase())
            .or_default() += 1;
    }
    println!("an act: {ranges:?}");
    let found = Arc::new(AtomicUsize::new(0));
    let numbers = first..first + count;
    let (whole, bare): (Vec<u64>, Vec<u64>) = numbers.partition(|number| number % WHOLE == 0);
    let visits = VISITORS.len();
    let mut played = Vec::new();
    for (place, desk) in desks.into_iter().enumerate() {
        let whole: Vec<u64> = whole.iter().copied().skip(place).step_by(visits).collect();
        let found = Arc::clone(&found);
        played.push(tokio::spawn(async move {
            let mut seen = Seen::default();
            for number in whole {
                if quick && found.load(Ordering::SeqCst) > 0 {
                    break;
                }
                desk.play(number, &mut seen).await;
                found.fetch_add(seen.wrong.len(), Ordering::SeqCst);
            }
            seen
        }));
    }
    played.extend(lanes.into_iter().zip(0..).map(|(lane, place)| {
        let found = Arc::clone(&found);
        let bare = bare.clone();
        tokio::spawn(async move {
            let mut seen = Seen::default();
            for number in bare.into_iter().filter(|number| number % LANES == place) {
                if quick && found.load(Ordering::SeqCst) > 0 {
                    break;
                }
                lane.play(number, &ranges, &mut seen).await;
                found.fetch_add(seen.wrong.len(), Ordering::SeqCst);
            }
            seen
        })
    }));
    for lane in played {
        seen.add(lane.await.expect("a counter plays"));
    }
    let mut writes = Writes::of(&post.directory.folder).by_dn;
    for (dn, count) in before {
        if let Some(writes) = writes.get_mut(&dn) {
            *writes -= count;
        }
    }
    let doubled: Vec<String> = writes
        .iter()
        .map(|(dn, count)| (dn, *count, seen.applied.get(dn).copied().unwrap_or(0)))
        .filter(|(_, count, applied)| count != applied)
        .map(|(dn, count, applied)| format!("{dn}: {count} write(s) for {applied} act(s) applied"))
        .collect();
    seen.wrong.extend(doubled);
    let written: u64 = writes.values().sum();
    let applied: u64 = seen.applied.values().sum();
    if written != applied {
        seen.wrong.push(format!(
            "slapd wrote {written} passwords for {applied} acts"
        ));
    }
    println!(
        "cuts: {} acts, {applied} applied, {written} writes by slapd's log; {:?}; {:?}; {} wrong",
        seen.acts,
        seen.courses,
        seen.cuts,
        seen.wrong.len()
    );
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_cut_after_any_byte_loses_and_doubles_nothing() {
    let _sound = sound();
    let post = Post::watched();
    let seen = run(&post, seed(), times(300, 10_000), false).await;
    assert!(seen.wrong.is_empty(), "{}", seen.wrong.join("\n"));
    for course in [
        "ambiguous, applied",
        "ambiguous, not applied",
        "not sent",
        "harmless",
    ] {
        assert!(
            std::env::var_os("SEED").is_some() || seen.courses.contains_key(course),
            "no cut was {course}: {:?}",
            seen.courses
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_that_repeats_blindly_is_seen() {
    let _broken = defect(Fault::NaiveRetry);
    let post = Post::watched();
    let seen = run(&post, 1, 300, true).await;
    println!("naive retry: {:?}", seen.wrong.first());
    assert!(!seen.wrong.is_empty(), "nothing was seen");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_without_its_marker_is_seen() {
    let _broken = defect(Fault::MarkerDropped);
    let post = Post::watched();
    let lane = lanes(&post).await.remove(0);
    let mut act = act_of(false, lane.fresh(0).await);
    act::hand_over(&lane.session, &mut act, 0, || ()).await;
    let wrong = judge(&lane.judge, &act).await;
    println!("marker dropped: {wrong:?}");
    assert!(!wrong.is_empty(), "nothing was seen");
}
