//! What counters said of their acts, held against what the entries hold when all is over: each act said written had exactly one
//! effect, no other had any, and of the letters said good one a person opens.
//! Counts effects by the passwords that slapd kept as it replaced them, never by what a counter believes.

use std::collections::{BTreeMap, HashMap};

use guichet_core::directory::{Directory, Proof};
use guichet_core::domain::password::ProvisionalPassword;
use uuid::Uuid;

use super::entries::Held;

/// Markers that the product leaves on an entry.
const MARKERS_KEPT: usize = 5;

/// One act as its counter said it.
#[derive(Debug, Clone)]
pub struct Line {
    pub dn: String,
    pub operation: Uuid,
    /// Said to be in the directory, its letter good or not.
    pub written: bool,
    /// Said applied: its letter is good.
    pub applied: bool,
    /// As the letter bears it; `None`: no letter came out.
    pub password: Option<ProvisionalPassword>,
    pub story: String,
}

/// What the letters of a person open.
#[derive(Debug, Default)]
pub struct Opening {
    /// Acts said applied, the oldest first.
    pub applied: Vec<Uuid>,
    /// Acts whose letter opens with a change demanded.
    pub open: Vec<Uuid>,
}

/// Everything that is wrong, and what opens. `before` and `after` as the administrator reads them, by DN in lower case.
pub async fn check(
    directory: &dyn Directory,
    before: &HashMap<String, Held>,
    after: &HashMap<String, Held>,
    lines: &[Line],
) -> (Vec<String>, Vec<Opening>) {
    let mut wrong = Vec::new();
    let mut people: BTreeMap<String, Vec<&Line>> = BTreeMap::new();
    for line in lines {
        people.entry(line.dn.to_lowercase()).or_default().push(line);
    }
    for (dn, held) in after {
        let was = before.get(dn).cloned().unwrap_or_default();
        let effects = effects(&was, held);
        let written = people
            .get(dn)
            .map_or(0, |lines| lines.iter().filter(|line| line.written).count());
        if effects != u64::try_from(written).unwrap_or(u64::MAX) {
            let stories = people.get(dn).into_iter().flatten();
            let stories: Vec<&str> = stories.map(|line| line.story.as_str()).collect();
            wrong.push(format!(
                "{dn}: {effects} write(s) for {written} act(s) said written: {stories:?}"
            ));
        }
    }
    let mut openings = Vec::new();
    for (dn, lines) in people {
        let held = after.get(&dn).cloned().unwrap_or_default();
        let mut opening = Opening::default();
        let mut written = Vec::new();
        for line in &lines {
            if line.applied {
                opening.applied.push(line.operation);
            }
            if line.written {
                written.push(line.operation);
            } else if held.markers.contains(&line.operation) {
                wrong.push(format!("{}: its marker is there", line.story));
            }
            let Some(password) = &line.password else {
                continue;
            };
            match directory.prove(&line.dn, password).await {
                Ok(Proof::OpensAndMustChange) if line.applied => opening.open.push(line.operation),
                Ok(Proof::DoesNotOpen) => {}
                proof => wrong.push(format!("{}: {proof:?}", line.story)),
            }
        }
        opening.applied.sort_unstable();
        written.sort_unstable();
        for operation in written.iter().rev().take(MARKERS_KEPT) {
            if !held.markers.contains(operation) {
                wrong.push(format!("{dn}: no marker of {operation}"));
            }
        }
        let some = !opening.applied.is_empty();
        let sound = held.passwords == 1 && held.must_change && opening.open.len() == 1;
        if some && !sound {
            wrong.push(format!("{dn}: {opening:?}, {held:?}"));
        }
        openings.push(opening);
    }
    (wrong, openings)
}

/// Passwords written: each replaced one was kept, and the first one replaced nothing.
fn effects(before: &Held, after: &Held) -> u64 {
    let first = u64::from(before.passwords == 0 && after.passwords > 0);
    after.replaced - before.replaced + first
}
