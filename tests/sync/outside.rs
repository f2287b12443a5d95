//! What happens around the counters: links, clocks, people at the portal, other consoles, deletions, rights.
//! Never an act of a counter.

use crate::chance::Chance;
use crate::hazard::{Counts, Hazard};
use crate::model::Rights;
use crate::world::{Change, Who, World};

impl World {
    pub fn toggle_link(&mut self, post: usize) {
        let link = !self.posts[post].link;
        self.posts[post].link = link;
        self.tell(|| format!("post {post}: link {link}"));
        if !link {
            self.counts.hazard(Hazard::LinkCut);
        }
    }

    /// Most counters have heard the server before the story begins, some in an earlier boot.
    pub fn first_contacts(&mut self) {
        let start = self.now;
        for post in 0..self.posts.len() {
            let known = self.chance.below(100);
            self.now = start - self.chance.between(60, 40_000);
            if known < 85 {
                self.bind(post);
            }
            self.now = start;
            if known < 15 {
                self.posts[post].boot += 1;
            } else if known >= 85 {
                self.counts.hazard(Hazard::NeverHeard);
            }
        }
    }

    pub fn step_clock(&mut self, post: usize) {
        let wild = self.chance.percent(25);
        self.counts.hazard(Hazard::ClockStep);
        let skew = skew(&mut self.chance, wild, &mut self.counts);
        self.posts[post].skew = skew;
        self.tell(|| format!("post {post}: clock {skew:+}"));
    }

    /// With any password that opens: an old one, or that of a sheet.
    pub fn owner_chooses(&mut self) {
        let person = self.somebody();
        let new = format!("choisi-{:010x}", self.chance.draw() >> 24);
        let Some(current) = self
            .model
            .account(person)
            .map(|account| account.password.clone())
            .filter(|current| self.known[person].contains(current))
        else {
            return;
        };
        let now = self.now;
        if self.model.choose(person, &current, &new, now) {
            self.tell(|| format!("person {person} chooses {new}"));
            self.known[person].push(new);
            self.changes[person].push(Change {
                at: now,
                by: Who::Owner,
            });
            self.counts.hazard(Hazard::OwnChoice);
            if self.waits(person) {
                self.counts.hazard(Hazard::OwnChoiceWhileWaiting);
            }
        }
    }

    pub fn other_console(&mut self) {
        let person = self.somebody();
        if self.model.account(person).is_none() {
            return;
        }
        let now = self.now;
        let password = format!("console-{:010x}", self.chance.draw() >> 24);
        self.tell(|| format!("another console gives person {person} {password}"));
        self.model.reset(person, &password, now);
        self.known[person].push(password);
        self.changes[person].push(Change {
            at: now,
            by: Who::Console,
        });
        self.counts.hazard(Hazard::OtherConsole);
    }

    pub fn delete(&mut self) {
        let person = self.somebody();
        if self.model.account(person).is_none() {
            return;
        }
        self.tell(|| format!("person {person} is deleted"));
        self.counts.hazard(Hazard::PersonDeleted);
        if self.waits(person) {
            self.counts.hazard(Hazard::DeletedWhileWaiting);
        }
        self.model.accounts[person] = None;
    }

    pub fn change_rights(&mut self, post: usize) {
        let rights = match self.posts[post].rights {
            Rights::Full => Rights::NameOnly,
            Rights::NameOnly => Rights::Full,
        };
        if rights == Rights::NameOnly {
            if !self.rights_may_go(post) {
                return;
            }
            self.counts.hazard(Hazard::RightsLost);
        }
        self.tell(|| format!("post {post}: rights {rights:?}"));
        self.posts[post].rights = rights;
    }

    fn waits(&self, person: usize) -> bool {
        self.posts
            .iter()
            .flat_map(|post| &post.disk)
            .any(|record| record.person == person && record.progress.waits())
    }
}

/// Seconds ahead of the server: within what the product allows for, or far beyond.
pub fn skew(chance: &mut Chance, wild: bool, counts: &mut Counts) -> i64 {
    if wild {
        counts.hazard(Hazard::ClockBeyondUncertainty);
        chance.between(-172_800, 172_800)
    } else {
        chance.between(-60, 60)
    }
}
