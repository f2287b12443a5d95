//! The ledger's look at each write of the server and at the end of each act: where the invariants stand.
//! Knows true times and what was really written, which no counter does; never changes what a counter sees.

use guichet_core::directory::{PasswordWrite, WriteRefusal};
use guichet_core::domain::handover::{DirectorySide, Ending, Progress};
use guichet_core::domain::late_sending::CLOCK_UNCERTAINTY;
use uuid::Uuid;

use crate::hazard::Hazard;
use crate::model::Account;
use crate::world::{Act, Allowance, Change, Record, Rule, Who, World, person_of, short};

/// Times in the ledger and in the directory are cut to the second.
const ROUNDING: i64 = 2;

impl World {
    /// The server carries out a Modify, and the ledger looks at it.
    pub fn carry_out(&mut self, post: usize, write: &PasswordWrite) -> Result<(), WriteRefusal> {
        let person = person_of(&write.person_dn);
        let rights = self.posts[post].rights;
        let unused = self
            .model
            .account(person)
            .is_some_and(|account| account.must_change);
        let done = self.model.write(person, write, rights, self.now);
        self.tell(|| format!("server: {} {done:?}", short(write.operation)));
        if let Err(refusal) = &done {
            self.counts.hazard(match refusal {
                WriteRefusal::Policy(_) => Hazard::PolicyRefused,
                WriteRefusal::Rights => Hazard::RightsRefused,
                WriteRefusal::ChangedSince => Hazard::ChangedSince,
                WriteRefusal::Gone => Hazard::Gone,
                WriteRefusal::ReadOnly | WriteRefusal::Other { .. } => Hazard::Busy,
            });
            return done;
        }
        self.counts.written += 1;
        let forgets = self.goes_wrong(6, Hazard::MustChangeNotKept);
        let rule = self.rule;
        if let Some(account) = self.account(person) {
            account.must_change &= !forgets;
            if rule == Rule::MarkerDropped {
                account.markers.retain(|marker| *marker != write.operation);
            }
        }
        if let Some(act) = self.acts.get_mut(&write.operation) {
            act.unforced = forgets;
        }
        self.look_at(person, write, unused);
        done
    }

    pub fn account(&mut self, person: usize) -> Option<&mut Account> {
        self.model.accounts.get_mut(person)?.as_mut()
    }

    fn look_at(&mut self, person: usize, write: &PasswordWrite, unused: bool) {
        let operation = write.operation;
        let password = write.password.expose().to_owned();
        let former = self.changes[person].last().copied();
        self.changes[person].push(Change {
            at: self.now,
            by: Who::Handover(operation),
        });
        let Some(act) = self.acts.get_mut(&operation) else {
            return self.breaks(|| format!("{operation}: nobody made it"));
        };
        act.effects += 1;
        act.written = Some(password.clone());
        let act = act.clone();
        let name = short(operation);
        if act.effects > 1 {
            self.breaks(|| format!("{name}: I2, written {} times", act.effects));
        }
        if act.offline && !act.confirmed {
            self.breaks(|| format!("{name}: I4, a sheet that nobody confirmed was sent"));
        }
        if act.sheet.as_ref().is_some_and(|sheet| *sheet != password) {
            self.breaks(|| format!("{name}: its sheet opens nothing"));
        }
        let over = self
            .progress(act.post, operation)
            .is_some_and(Progress::is_over);
        if over {
            self.breaks(|| format!("{name}: I1, written after its end"));
        }
        let Some(former) = former else { return };
        if self.was_decided(&act, operation, former) {
            return;
        }
        match former.by {
            Who::Console
                if self.rule != Rule::Without(Allowance::OtherConsole)
                    && former.at - act.made > ROUNDING =>
            {
                self.counts.over_console += 1;
            }
            Who::Owner | Who::Console => {
                if former.at - act.made > ROUNDING {
                    let after = former.at - act.made;
                    self.breaks(|| {
                        format!(
                            "{name}: I5, wrote over a later password ({:?}), {after} s after the handover",
                            former.by
                        )
                    });
                }
            }
            Who::Handover(other) if unused && other != operation => {
                let Some(other) = self.acts.get(&other) else {
                    return;
                };
                let after = other.begun - act.made;
                if after > CLOCK_UNCERTAINTY + other.error + ROUNDING {
                    self.breaks(|| {
                        format!(
                            "{name}: the last handover wins, and the other was made {after} s later"
                        )
                    });
                }
            }
            Who::Handover(_) => {}
        }
    }

    /// A clerk has said of this very change that the letter holds against it.
    fn was_decided(&mut self, act: &Act, operation: Uuid, former: Change) -> bool {
        let decided = self
            .record(act.post, operation)
            .filter(|record| record.decided)
            .and_then(|record| record.contested.as_ref()?.changed)
            .is_some_and(|changed| changed.as_second() == former.at);
        self.counts.decided += u64::from(decided);
        decided
    }

    /// Once everything has healed and every counter has caught up.
    pub fn final_look(&mut self) {
        let ends: Vec<(usize, Record)> = self
            .posts
            .iter()
            .enumerate()
            .flat_map(|(post, state)| state.disk.iter().map(move |record| (post, record.clone())))
            .collect();
        for (post, record) in ends {
            let Some(act) = self.acts.get(&record.operation).cloned() else {
                continue;
            };
            if let Some(fault) = self.end_fault(&record, &act) {
                self.breaks(|| format!("post {post}: {}: {fault}", short(record.operation)));
            }
        }
    }

    fn end_fault(&self, record: &Record, act: &Act) -> Option<String> {
        let progress = record.progress;
        if !progress.is_over() {
            return Some(format!("I1, lost: still {progress:?}"));
        }
        if record.sealed.is_some() || record.in_memory.is_some() {
            return Some(format!("its password outlives it: {progress:?}"));
        }
        let opens = act.sheet.is_some()
            && self
                .model
                .account(act.person)
                .map(|account| &account.password)
                == act.sheet.as_ref();
        let handed_over = progress.ending == Ending::HandedOver;
        match progress.directory {
            DirectorySide::Applied | DirectorySide::Unsound if act.effects != 1 => Some(format!(
                "said to be written, and the server wrote it {} times",
                act.effects
            )),
            DirectorySide::Refused | DirectorySide::Superseded if opens => Some(format!(
                "its sheet is said to be void ({progress:?}), and it opens"
            )),
            DirectorySide::NotSent | DirectorySide::Contested if opens && !handed_over => Some(
                format!("its sheet is said to be void ({progress:?}), and it opens"),
            ),
            DirectorySide::Superseded if !self.overtaken(act) => {
                Some("said to be overtaken, and nobody came after".to_owned())
            }
            DirectorySide::NotSent
            | DirectorySide::Sending
            | DirectorySide::Unknown
            | DirectorySide::Applied
            | DirectorySide::Unsound
            | DirectorySide::Refused
            | DirectorySide::Superseded
            | DirectorySide::Contested
            | DirectorySide::Stranded => None,
        }
    }

    /// Somebody gave this person another password after that act, or about then.
    fn overtaken(&self, act: &Act) -> bool {
        self.changes[act.person].iter().any(|change| {
            let late = |at: i64, error: i64| {
                at - act.made > CLOCK_UNCERTAINTY - act.too_early - error - ROUNDING
            };
            let handover = match change.by {
                Who::Owner | Who::Console => None,
                Who::Handover(other) => self.acts.get(&other),
            };
            match handover {
                Some(other) => {
                    late(other.begun, other.error) || other.unforced && late(change.at, 0)
                }
                None => late(change.at, 0),
            }
        })
    }
}
