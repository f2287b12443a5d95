//! The directory in memory itself: its entries, what a bind, a search, a Modify and an Add do to them.
//! One server is shared by as many sessions as there are counters. Takes its time from the clock it is given and
//! draws nothing: the same calls in the same order give the same directory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use uuid::Uuid;

use super::super::error::{ReadAccountProblem, SignInRefusal, WriteProblem, WriteRefusal};
use super::super::filter::Filter;
use super::super::person_entry::MARKER_ATTRIBUTE;
use super::super::record::HandoverEntry;
use super::super::sign_in;
use super::super::write::{PasswordWrite, assertion, marker};
use super::changes::Changes;
use super::entry::{Entry, LdifProblem, entries_of, normal};
use super::matching::matches;
use super::policy::{self, Bind};
use super::session::MemoryDirectory;
use crate::domain::person::Login;
use crate::settings::DirectorySettings;

/// LDAP result code (RFC 4511 appendix A).
const INSUFFICIENT_ACCESS: u32 = 50;

/// The time of a server: what it answers is written into the entries.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A directory in memory; clones are the same directory.
#[derive(Clone)]
pub struct MemoryServer {
    state: Arc<Mutex<State>>,
    pub(super) clock: Clock,
}

pub(super) struct State {
    pub rules: DirectorySettings,
    /// By normal DN.
    entries: BTreeMap<String, Entry>,
    hashes: bool,
    /// Counts arrivals and failures: what a server tells apart by microseconds.
    next: u64,
    pub(super) changes: Changes,
}

impl MemoryServer {
    /// An empty directory. `rules` are the server's own: branches, groups of roles, populations, protected group.
    pub fn new(rules: DirectorySettings, clock: Clock) -> Self {
        MemoryServer {
            state: Arc::new(Mutex::new(State {
                rules,
                entries: BTreeMap::new(),
                hashes: true,
                next: 0,
                changes: Changes::default(),
            })),
            clock,
        }
    }

    /// A server without `ppolicy_hash_cleartext`: it keeps passwords as they come.
    #[must_use]
    pub fn without_hashing(self) -> Self {
        self.state().hashes = false;
        self
    }

    /// Adds the entries of an LDIF text, operational attributes and `{SSHA}` passwords included.
    ///
    /// # Errors
    /// `LdifProblem` at the first line that cannot be read; nothing is then added.
    pub fn load(&self, ldif: &str) -> Result<usize, LdifProblem> {
        let entries = entries_of(ldif)?;
        let count = entries.len();
        let mut state = self.state();
        for entry in entries {
            state.put(entry);
        }
        Ok(count)
    }

    /// A counter's session, nobody signed in.
    pub fn session(&self) -> MemoryDirectory {
        MemoryDirectory::new(self.clone())
    }

    /// Everything an entry holds, as an administrator sees it; names in lower case.
    pub fn entry(&self, dn: &str) -> Option<BTreeMap<String, Vec<String>>> {
        self.state()
            .entry(dn)
            .map(|entry| entry.attributes().clone())
    }

    /// DNs of the handover records, in the order they were written.
    pub fn records(&self) -> Vec<String> {
        let state = self.state();
        state
            .under(&state.rules.records)
            .into_iter()
            .map(|entry| entry.dn.clone())
            .collect()
    }

    /// What an administrator writes: all values of one attribute, none removing it. No policy applies.
    pub fn set(&self, dn: &str, attribute: &str, values: &[&str]) {
        let mut state = self.state();
        if let Some(entry) = state.entries.get_mut(&normal(dn)) {
            entry.set(attribute, values.iter().map(|value| (*value).to_owned()));
        }
        state.note(dn);
    }

    pub fn remove(&self, dn: &str) {
        let mut state = self.state();
        state.note(dn);
        state.entries.remove(&normal(dn));
    }

    /// The server was started again: who was deleted before is remembered no more, cookies still serve.
    pub fn forget_deletions(&self) {
        self.state().changes.forget();
    }

    /// Cookies given so far mean nothing any more, as after the database was loaded anew.
    pub fn forget_cookies(&self) {
        self.state().changes.begin_anew();
    }

    /// A bind, from anywhere: what a person's first sign-in on the portal gets.
    pub fn bind(&self, dn: &str, password: &str) -> Bind {
        let now = (self.clock)();
        self.state().bind(dn, password, now)
    }

    /// A person changes their own password, as the portal lets them: must-change goes away.
    ///
    /// # Errors
    /// What the bind answered when it does not open, or the policy's refusal.
    pub fn choose_password(&self, dn: &str, current: &str, new: &str) -> Result<(), String> {
        let now = (self.clock)();
        let mut state = self.state();
        match state.bind(dn, current, now) {
            Bind::Opens | Bind::MustChange => {}
            refused @ (Bind::Invalid | Bind::Locked | Bind::Expired) => {
                return Err(format!("{refused:?}"));
            }
        }
        state
            .replace_password(dn, new, now, true)
            .map_err(str::to_owned)
    }

    /// An administrator with *manage* gives a password: no policy applies, and must-change comes with it.
    pub fn set_password(&self, dn: &str, password: &str) {
        let now = (self.clock)();
        let mut state = self.state();
        if state.replace_password(dn, password, now, false).is_ok() {
            state.force_change(dn);
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn put(&mut self, mut entry: Entry) {
        self.next += 1;
        entry.rank = self.next;
        let dn = entry.dn.clone();
        self.entries.insert(normal(&dn), entry);
        self.note(&dn);
    }

    /// An entry was written, or is about to go.
    fn note(&mut self, dn: &str) {
        let id = self
            .entry(dn)
            .and_then(|entry| entry.one("entryUUID")?.parse().ok());
        if let Some(id) = id {
            self.changes.note(id);
        }
    }

    pub fn entry(&self, dn: &str) -> Option<&Entry> {
        self.entries.get(&normal(dn))
    }

    pub fn is_under(&self, normal_dn: &str, base: &str) -> bool {
        normal_dn
            .strip_suffix(normal(base).as_str())
            .is_some_and(|rest| rest.ends_with(','))
    }

    fn under(&self, base: &str) -> Vec<&Entry> {
        let mut found: Vec<&Entry> = self
            .entries
            .iter()
            .filter(|(dn, _)| self.is_under(dn, base))
            .map(|(_, entry)| entry)
            .collect();
        found.sort_by_key(|entry| entry.rank);
        found
    }

    /// Entries below `base` that match, as far as `asker` may see what the filter asks about.
    pub fn search(&self, asker: &str, base: &str, filter: &Filter) -> Vec<&Entry> {
        self.under(base)
            .into_iter()
            .filter(|entry| {
                let view = self.view(asker, entry);
                matches(filter, entry, &|name| view.shows(name))
            })
            .collect()
    }

    /// The clerk's DN, by the pattern or by the search that a read account would make; its password is not modelled.
    pub fn clerk_dn(&self, login: &Login) -> Result<String, SignInRefusal> {
        if let Some(pattern) = &self.rules.clerk_pattern {
            return Ok(sign_in::clerk_dn(pattern, login));
        }
        let Some(account) = &self.rules.read_account else {
            return Err(SignInRefusal::UnknownLogin);
        };
        let filter = Filter::for_login(&account.filter, login.as_str())
            .ok_or(SignInRefusal::ReadAccount(ReadAccountProblem::BrokenFilter))?;
        let visible = |name: &str| ["uid", "supannaliaslogin"].contains(&name);
        let mut found = self
            .under(&account.search_base)
            .into_iter()
            .filter(|entry| matches(&filter, entry, &visible));
        match (found.next(), found.next()) {
            (Some(one), None) => Ok(one.dn.clone()),
            (None, _) => Err(SignInRefusal::UnknownLogin),
            (Some(_), Some(_)) => Err(SignInRefusal::AmbiguousLogin),
        }
    }

    fn policy_of(&self, entry: &Entry) -> Entry {
        let named = entry.one("pwdPolicySubentry");
        named
            .or(self.rules.default_policy.as_deref())
            .and_then(|dn| self.entry(dn))
            .cloned()
            .unwrap_or_default()
    }

    pub fn bind(&mut self, dn: &str, password: &str, now: Timestamp) -> Bind {
        let Some(policy) = self.entry(dn).map(|entry| self.policy_of(entry)) else {
            return Bind::Invalid;
        };
        self.next += 1;
        let nth = self.next;
        let answer = self
            .entries
            .get_mut(&normal(dn))
            .map_or(Bind::Invalid, |entry| {
                policy::bind(entry, &policy, password, now, nth)
            });
        self.note(dn);
        answer
    }

    fn replace_password(
        &mut self,
        dn: &str,
        password: &str,
        now: Timestamp,
        checked: bool,
    ) -> Result<(), &'static str> {
        let entry = self.entry(dn).ok_or("no such object")?;
        let policy = self.policy_of(entry);
        if checked {
            policy::check(entry, &policy, password).map_err(|refusal| refusal.0)?;
        }
        self.next += 1;
        let (hashes, nth) = (self.hashes, self.next);
        if let Some(entry) = self.entries.get_mut(&normal(dn)) {
            policy::replace(entry, &policy, password, hashes, now, nth);
        }
        self.note(dn);
        Ok(())
    }

    fn force_change(&mut self, dn: &str) {
        let forced = self
            .entry(dn)
            .is_some_and(|entry| self.policy_of(entry).is_true("pwdMustChange"));
        if let Some(entry) = self.entries.get_mut(&normal(dn)).filter(|_| forced) {
            entry.set("pwdReset", ["TRUE".to_owned()]);
        }
        self.note(dn);
    }

    /// The Modify of a handover, refused for the same reasons and in the same order as slapd: the policy first, then the
    /// assertion as far as `asker` sees, then the rights.
    pub fn modify(
        &mut self,
        asker: &str,
        write: &PasswordWrite,
        value: &str,
        now: Timestamp,
    ) -> Result<(), WriteProblem> {
        let refused = |refusal| Err(WriteProblem::Refused(refusal));
        let Some(entry) = self.entry(&write.person_dn) else {
            return refused(WriteRefusal::Gone);
        };
        let policy = self.policy_of(entry);
        if let Err(refusal) = policy::check(entry, &policy, value) {
            return refused(WriteRefusal::Policy(refusal.0.to_owned()));
        }
        let view = self.view(asker, entry);
        if !matches(&assertion(write), entry, &|name| view.shows(name)) {
            return refused(WriteRefusal::ChangedSince);
        }
        if !self.may_reset(asker, entry) {
            return refused(WriteRefusal::Rights);
        }
        self.next += 1;
        let (hashes, nth) = (self.hashes, self.next);
        if let Some(entry) = self.entries.get_mut(&normal(&write.person_dn)) {
            policy::replace(entry, &policy, value, hashes, now, nth);
            entry.set("pwdReset", ["TRUE".to_owned()]);
            entry.push(MARKER_ATTRIBUTE, marker(write.operation));
        }
        self.note(&write.person_dn);
        Ok(())
    }

    /// One value that is not there fails the whole Modify, as slapd does.
    pub fn remove_markers(&mut self, asker: &str, dn: &str, markers: &[Uuid]) -> Result<(), u32> {
        const NO_SUCH_ATTRIBUTE: u32 = 16;
        const NO_SUCH_OBJECT: u32 = 32;
        let entry = self.entry(dn).ok_or(NO_SUCH_OBJECT)?;
        if !self.may_reset(asker, entry) {
            return Err(INSUFFICIENT_ACCESS);
        }
        let old: Vec<String> = markers.iter().copied().map(marker).collect();
        let values = entry.all(MARKER_ATTRIBUTE);
        if !old.iter().all(|marker| values.contains(marker)) {
            return Err(NO_SUCH_ATTRIBUTE);
        }
        let kept: Vec<String> = values
            .iter()
            .filter(|value| !old.contains(value))
            .cloned()
            .collect();
        if let Some(entry) = self.entries.get_mut(&normal(dn)) {
            entry.set(MARKER_ATTRIBUTE, kept);
        }
        self.note(dn);
        Ok(())
    }

    /// The Add of a record: once, by somebody with a role, in their own name. Never touched again.
    pub fn add_record(&mut self, author: &str, record: &HandoverEntry) -> Result<(), u32> {
        const CONSTRAINT_VIOLATION: u32 = 19;
        /// Bytes a record's text may hold (constraint overlay of the shipped configuration).
        const LONGEST: usize = 8192;
        if !self.has_role(&normal(author)) {
            return Err(INSUFFICIENT_ACCESS);
        }
        let dn = record.dn(&self.rules.records);
        let mut entry = Entry::new(&dn);
        for (name, values) in record.attributes(author) {
            entry.set(&name, values);
        }
        if entry
            .one("description")
            .is_some_and(|text| text.len() > LONGEST)
        {
            return Err(CONSTRAINT_VIOLATION);
        }
        if self.entry(&dn).is_none() {
            self.put(entry);
        }
        Ok(())
    }
}
