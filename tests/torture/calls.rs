//! The system calls of a post, counted and broken by strace: which a run makes once it has begun, and those drawn by a seed.
//! strace counts each call of each thread apart: the number drawn is the first thread's to make so many.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use super::chance::Chance;
use super::ground::Place;
use super::process::{Task, run};

/// What changes a file or speaks to a server; `?` where an architecture has another name for it.
const CALLS: &str = "pwrite64,write,writev,fdatasync,fsync,ftruncate,?unlink,unlinkat,?rename,renameat2,linkat,sendto,sendmsg,recvfrom";

/// One system call of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub task: Task,
    pub name: String,
    /// From 1.
    pub number: usize,
}

impl Call {
    /// `effect` as strace takes it: `signal=KILL`, `error=EIO`; `paths`, when given, are the only files that count.
    pub fn strace(&self, effect: &str, onwards: bool, paths: &[&Path], log: &Path) -> Vec<String> {
        let onwards = if onwards { "+" } else { "" };
        let (name, number) = (&self.name, self.number);
        let injection = format!("inject={name}:{effect}:when={number}{onwards}");
        let mut arguments = arguments(name, paths, log);
        arguments.extend(["-e".to_owned(), injection]);
        arguments
    }
}

/// All the calls of one good run, on these files alone when some are given.
pub fn of_a_good_run(place: &Place, task: Task, calls: Option<&str>, paths: &[&Path]) -> Vec<Call> {
    let log = place.letter().with_extension("strace");
    place.ready(task);
    let arguments = arguments(calls.unwrap_or(CALLS), paths, &log);
    run(&place.orders(task, None), &arguments).done("under strace");
    let log = fs::read_to_string(log).expect("what strace saw");
    let mut seen: HashMap<(&str, &str), usize> = HashMap::new();
    let mut before: HashMap<&str, usize> = HashMap::new();
    for line in log.lines() {
        let Some((process, rest)) = line.split_once(char::is_whitespace) else {
            continue;
        };
        let Some((name, arguments)) = rest.trim_start().split_once('(') else {
            continue;
        };
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            continue;
        }
        *seen.entry((process, name)).or_default() += 1;
        if arguments.contains("BEGIN") {
            before = seen
                .iter()
                .filter(|((other, _), _)| *other == process)
                .map(|((_, name), count)| (*name, *count))
                .collect();
        }
    }
    let mut most: HashMap<&str, usize> = HashMap::new();
    for ((_, name), count) in &seen {
        let most = most.entry(name).or_default();
        *most = (*most).max(*count);
    }
    let mut names: Vec<(&str, usize)> = most.into_iter().collect();
    names.sort_unstable();
    names
        .into_iter()
        .flat_map(|(name, count)| {
            let first = before.get(name).copied().unwrap_or(0) + 1;
            (first..=count).map(move |number| Call {
                task,
                name: name.to_owned(),
                number,
            })
        })
        .collect()
}

/// So many of them, without repetition, as the seed draws; all when there are not so many.
pub fn drawn(mut calls: Vec<Call>, times: u64, seed: u64) -> Vec<Call> {
    let times = usize::try_from(times).unwrap_or(usize::MAX);
    let mut chance = Chance::new(seed);
    let mut drawn = Vec::new();
    while drawn.len() < times && !calls.is_empty() {
        drawn.push(calls.swap_remove(chance.below(calls.len())));
    }
    drawn
}

fn arguments(calls: &str, paths: &[&Path], log: &Path) -> Vec<String> {
    let mut arguments: Vec<String> = ["-f", "-qq", "-s", "16", "-e", "signal=none"]
        .map(str::to_owned)
        .into();
    for path in paths {
        arguments.extend(["-P".to_owned(), path.display().to_string()]);
    }
    let traced = format!("trace={calls}");
    arguments.extend([
        "-o".to_owned(),
        log.display().to_string(),
        "-e".to_owned(),
        traced,
    ]);
    arguments
}
