//! `kill -9` of a post at every boundary of a handover, and at system calls drawn by a seed: online, offline, and at the late
//! sending. After each, the post is started again, answered, and judged.
//! Claim: 0 lost, 0 doubled, 0 torn, nothing unconfirmed sent, no password in a file.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::time::Instant;

use super::calls::{self, Call};
use super::ground::{Ground, Place};
use super::judge::judge;
use super::process::{Defect, Ended, Task, run};
use super::{defect, seed, sound, times};

const TASKS: [Task; 3] = [Task::Online, Task::Offline, Task::Late];

/// Where a run is ended.
#[derive(Clone)]
enum Kill {
    /// The boundary's number and its name.
    Point(Task, usize, String),
    Call(Call),
}

impl Kill {
    fn task(&self) -> Task {
        match self {
            Kill::Point(task, ..) => *task,
            Kill::Call(call) => call.task,
        }
    }

    fn place(&self) -> String {
        match self {
            Kill::Point(task, number, name) => format!("{task:?}, boundary {number}, {name}"),
            Kill::Call(call) => format!("{:?}, {} {}", call.task, call.name, call.number),
        }
    }
}

#[derive(Debug, Default)]
struct Tally {
    runs: usize,
    killed: usize,
    /// Where the act stood at the restart.
    left: BTreeMap<String, usize>,
    findings: Vec<String>,
}

#[test]
fn a_post_killed_anywhere_loses_nothing() {
    let ground = Ground::new();
    let untouched = sound();
    let began = Instant::now();
    let mut points = Vec::new();
    let mut all = Vec::new();
    for task in TASKS {
        points.extend(boundaries(&ground, task));
        all.extend(calls::of_a_good_run(&ground.places[0], task, None, &[]));
    }
    // Of a first start, the filling of the copy is one boundary after the other of the same kind: all in the long run.
    let long = times(0, 1) == 1;
    let first = boundaries(&ground, Task::First);
    points.extend(first.into_iter().filter(|kill| {
        let place = kill.place();
        long || place.contains("migration") || place.contains("vault")
    }));
    let counted = points.len();
    let tally = play(&ground, points.clone(), None, times(4, 1));
    println!(
        "kill: boundaries run {} = boundaries counted {counted}; {} lost, doubled or torn; at the restart {:?}; {} s",
        tally.killed,
        tally.findings.len(),
        tally.left,
        began.elapsed().as_secs()
    );
    assert!(tally.findings.is_empty(), "{}", tally.findings.join("\n"));
    assert_eq!(tally.killed, counted, "each boundary was reached");

    let began = Instant::now();
    let counted = all.len();
    let drawn = calls::drawn(all, times(150, u64::MAX), seed());
    let tally = play(
        &ground,
        drawn.into_iter().map(Kill::Call).collect(),
        None,
        times(10, 1),
    );
    println!(
        "kill: seed {}, {} of {counted} system calls, {} killed there; {} lost, doubled or torn; at the restart {:?}; {} s",
        seed(),
        tally.runs,
        tally.killed,
        tally.findings.len(),
        tally.left,
        began.elapsed().as_secs()
    );
    assert!(tally.findings.is_empty(), "{}", tally.findings.join("\n"));
    assert!(tally.killed * 10 >= tally.runs * 9, "they were reached");
    drop(untouched);

    for (broken, word) in [
        (Defect::PrintedBeforeKept, "LOST"),
        (Defect::UnconfirmedSent, "UNCONFIRMED"),
    ] {
        let _broken = defect(broken.fault());
        let offline = |kill: &&Kill| kill.task() == Task::Offline;
        let kills = points.iter().filter(offline).cloned().collect();
        let tally = play(&ground, kills, Some(broken), u64::MAX);
        let seen = tally.findings.iter().filter(|one| one.contains(word));
        let seen = seen.count();
        println!(
            "kill: {broken:?} seen at {seen} of {} boundaries",
            tally.runs
        );
        assert!(seen > 0, "{broken:?} is not seen: {tally:?}");
    }
}

/// The boundaries of a run that nothing ends, which must be a good one.
fn boundaries(ground: &Ground, task: Task) -> Vec<Kill> {
    let place = &ground.places[0];
    let since = place.ready(task);
    let passed = run(&place.orders(task, None), &[]).done("untouched");
    let judgement = judge(ground, place, since, true);
    assert!(judgement.findings.is_empty(), "{task:?}: {judgement:?}");
    (1..)
        .zip(passed)
        .map(|(number, name)| Kill::Point(task, number, name))
        .collect()
}

/// Plays each, several at once, one in each place. After one in `anew` the person is handed over again.
fn play(ground: &Ground, kills: Vec<Kill>, defect: Option<Defect>, anew: u64) -> Tally {
    let numbered: VecDeque<(u64, Kill)> = (1..).zip(kills).collect();
    let queue = Mutex::new(numbered);
    let tally = Mutex::new(Tally::default());
    std::thread::scope(|scope| {
        for place in &ground.places {
            let (queue, tally) = (&queue, &tally);
            scope.spawn(move || {
                loop {
                    let next = queue.lock().expect("the queue").pop_front();
                    let Some((number, kill)) = next else { return };
                    one(ground, place, &kill, defect, number % anew == 0, tally);
                }
            });
        }
    });
    tally.into_inner().expect("the tally")
}

fn one(
    ground: &Ground,
    place: &Place,
    kill: &Kill,
    defect: Option<Defect>,
    anew: bool,
    tally: &Mutex<Tally>,
) {
    let task = kill.task();
    let since = place.ready(task);
    let mut orders = place.orders(task, defect);
    let ended = match kill {
        Kill::Point(_, number, _) => {
            orders.die_at = *number;
            run(&orders, &[])
        }
        Kill::Call(call) => {
            let log = place.letter().with_extension("strace");
            run(&orders, &call.strace("signal=KILL", false, &[], &log))
        }
    };
    let judgement = judge(ground, place, since, anew);
    let mut tally = tally.lock().expect("the tally");
    tally.runs += 1;
    match ended {
        Ended::Killed => tally.killed += 1,
        // Another thread's turn has spared it: a run like any other.
        Ended::Done(_) => {}
        Ended::Stopped(_) | Ended::Failed(_) => tally
            .findings
            .push(format!("{}: not killed: {ended:?}", kill.place())),
    }
    let left = judgement.left.map_or("no act".to_owned(), |left| {
        format!("{:?}/{:?}/{:?}", left.directory, left.paper, left.ending)
    });
    *tally.left.entry(left).or_default() += 1;
    for finding in judgement.findings {
        tally.findings.push(format!("{}: {finding}", kill.place()));
    }
}
