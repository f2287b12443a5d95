//! A disk that is full, that fails, that is read-only: errors put by strace into the system calls of a post on its store and
//! its letter, drawn by a seed. The post must say so in a clear sentence, leave nothing half done, and work again after.
//! Claim: 0 panics, 0 raw errors, and the invariants of the kills (`judge`).

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Instant;

use super::calls::{self, Call};
use super::chance::Chance;
use super::ground::{Ground, Place};
use super::judge::judge;
use super::process::{Defect, Ended, Task, run};
use super::{defect, seed, sound, times};

const TASKS: [Task; 3] = [Task::Online, Task::Offline, Task::Late];
/// The post did its act in spite of the error.
const DONE: &str = "done";
const CALLS: &str = "openat,pwrite64,write,fdatasync,fsync,ftruncate";

/// What one call answers, and whether the next ones do too.
#[derive(Debug, Clone)]
struct Trouble {
    call: Call,
    error: &'static str,
    onwards: bool,
}

#[derive(Debug, Default)]
struct Tally {
    runs: usize,
    /// How the post ended, and in what words.
    ended: BTreeMap<String, usize>,
    findings: Vec<String>,
}

#[test]
fn a_post_whose_disk_fails_says_so_and_works_again() {
    let ground = Ground::new();
    let untouched = sound();
    let began = Instant::now();
    let mut all = Vec::new();
    for task in TASKS {
        let place = &ground.places[0];
        let paths = paths(place);
        let paths: Vec<_> = paths.iter().map(PathBuf::as_path).collect();
        all.extend(calls::of_a_good_run(place, task, Some(CALLS), &paths));
    }
    let counted = all.len();
    // Another error for each call once all have had theirs.
    let wanted = times(50, 500);
    let mut chosen = Vec::new();
    for round in 0.. {
        let left = wanted - u64::try_from(chosen.len()).expect("few");
        if left == 0 || all.is_empty() {
            break;
        }
        let seed = seed() + round;
        chosen.extend(troubles(calls::drawn(all.clone(), left, seed), seed));
    }
    let troubles = chosen;
    let tally = play(&ground, troubles, None);
    println!(
        "disk: seed {}, {} errors in {counted} system calls; {} found wrong; {} went unnoticed, the others were told in {} ways; {} s",
        seed(),
        tally.runs,
        tally.findings.len(),
        tally.ended.get(DONE).copied().unwrap_or(0),
        tally.ended.len(),
        began.elapsed().as_secs()
    );
    assert!(tally.findings.is_empty(), "{}", tally.findings.join("\n"));

    let tally = play(&ground, read_only(&all), None);
    println!(
        "disk: a read-only disk is told: {} of {}",
        tally.runs,
        TASKS.len()
    );
    assert!(tally.findings.is_empty(), "{}", tally.findings.join("\n"));
    let said = |end: &String| end.contains("lecture seule");
    assert!(tally.ended.keys().all(said), "{:?}", tally.ended);
    drop(untouched);

    let broken = Defect::WriteErrorsIgnored;
    let _broken = defect(broken.fault());
    let mut runs = 0;
    // One error falls between two arrows of the sending: tried in turn until it is seen.
    let seen = full_from_there_on(&all).chunks(6).any(|some| {
        let tally = play(&ground, some.to_vec(), Some(broken));
        runs += tally.runs;
        tally.findings.iter().any(|one| one.contains("LOST"))
    });
    println!("disk: {broken:?} seen: {seen}, after {runs} errors");
    assert!(seen, "{broken:?} is not seen");
}

/// From the first file on, nothing opens for writing.
fn read_only(calls: &[Call]) -> Vec<Trouble> {
    TASKS
        .iter()
        .filter_map(|task| {
            let opened = |call: &&Call| call.task == *task && call.name == "openat";
            Some(Trouble {
                call: calls.iter().find(opened)?.clone(),
                error: "EROFS",
                onwards: true,
            })
        })
        .collect()
}

/// The disk is full from one of the writes of an online handover on, those of the sign-in apart.
fn full_from_there_on(calls: &[Call]) -> Vec<Trouble> {
    let writes = |call: &&Call| call.task == Task::Online && call.name == "pwrite64";
    let writes: Vec<&Call> = calls.iter().filter(writes).collect();
    let half = writes.len() / 2;
    writes
        .into_iter()
        .skip(half)
        .map(|call| Trouble {
            call: call.clone(),
            error: "ENOSPC",
            onwards: true,
        })
        .collect()
}

fn troubles(calls: Vec<Call>, seed: u64) -> Vec<Trouble> {
    let mut chance = Chance::new(seed);
    calls
        .into_iter()
        .map(|call| {
            let errors: &[&str] = match call.name.as_str() {
                "fdatasync" | "fsync" => &["EIO", "ENOSPC"],
                _ => &["ENOSPC", "EIO", "EROFS"],
            };
            Trouble {
                call,
                error: errors[chance.below(errors.len())],
                onwards: chance.percent(50),
            }
        })
        .collect()
}

/// The store's files and the letter.
fn paths(place: &Place) -> Vec<PathBuf> {
    let folder = place.folder().join("poste");
    let mut paths =
        ["guichet.db", "guichet.db-wal", "guichet.db-shm"].map(|name| folder.join(name));
    paths.sort();
    [paths.to_vec(), vec![place.letter()]].concat()
}

fn play(ground: &Ground, troubles: Vec<Trouble>, defect: Option<Defect>) -> Tally {
    let queue = Mutex::new(VecDeque::from(troubles));
    let tally = Mutex::new(Tally::default());
    std::thread::scope(|scope| {
        for place in &ground.places {
            let (queue, tally) = (&queue, &tally);
            scope.spawn(move || {
                loop {
                    let next = queue.lock().expect("the queue").pop_front();
                    let Some(trouble) = next else { return };
                    one(ground, place, &trouble, defect, tally);
                }
            });
        }
    });
    tally.into_inner().expect("the tally")
}

fn one(
    ground: &Ground,
    place: &Place,
    trouble: &Trouble,
    defect: Option<Defect>,
    tally: &Mutex<Tally>,
) {
    let since = place.ready(trouble.call.task);
    let log = place.letter().with_extension("strace");
    let paths = paths(place);
    let paths: Vec<_> = paths.iter().map(PathBuf::as_path).collect();
    let effect = format!("error={}", trouble.error);
    let strace = trouble.call.strace(&effect, trouble.onwards, &paths, &log);
    let ended = run(&place.orders(trouble.call.task, defect), &strace);
    let judgement = judge(ground, place, since, true);
    let mut tally = tally.lock().expect("the tally");
    tally.runs += 1;
    let end = match &ended {
        Ended::Done(_) => DONE.to_owned(),
        Ended::Stopped(sentence) => sentence.clone(),
        Ended::Killed | Ended::Failed(_) => "failed".to_owned(),
    };
    if !matches!(ended, Ended::Done(_)) && !is_clear(&end) {
        tally
            .findings
            .push(format!("{trouble:?}: UNCLEAR: {ended:?}"));
    }
    *tally.ended.entry(end).or_default() += 1;
    for finding in judgement.findings {
        tally.findings.push(format!("{trouble:?}: {finding}"));
    }
}

/// A sentence that staff can read: French, and nothing of the machine in it.
fn is_clear(sentence: &str) -> bool {
    const RAW: [&str; 10] = [
        "error", "Error", "os error", "I/O", "database", "disk", "SQL", "None", "Err(", "failed",
    ];
    sentence.trim_end().ends_with('.')
        && sentence.len() > 40
        && !RAW.iter().any(|word| sentence.contains(word))
}
