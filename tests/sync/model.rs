//! A directory as small as it can be: what a handover's Modify, a read, a bind and a person's own change do to one entry.
//! Held to the double in memory, itself held to slapd, by `alike`: never more lenient than they are.

use std::sync::OnceLock;

use guichet_core::directory::{PasswordWrite, Proof, WriteRefusal};
use guichet_core::domain::account::AccountRecord;
use guichet_core::domain::late_sending::PasswordSeen;
use guichet_core::domain::person::{Login, Person, PersonId, PersonNames, Recovery};
use jiff::Timestamp;
use uuid::Uuid;

/// What a clerk may do with the people of this directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rights {
    Full,
    /// Their population was taken from them: they read a name, and nothing that a handover touches.
    NameOnly,
}

#[derive(Debug, Clone, Default)]
pub struct Account {
    pub password: String,
    pub history: Vec<String>,
    /// `pwdChangedTime`, seconds since 1970.
    pub changed: Option<i64>,
    pub must_change: bool,
    pub markers: Vec<Uuid>,
}

impl Account {
    fn record(&self) -> AccountRecord {
        AccountRecord {
            must_change: self.must_change,
            password_changed: self.changed.map(time),
            markers: self.markers.clone(),
            ..AccountRecord::default()
        }
    }

    pub fn seen(&self) -> PasswordSeen {
        PasswordSeen::of(&self.record())
    }
}

#[derive(Debug, Clone, Default)]
pub struct Model {
    /// By number; `None` once deleted.
    pub accounts: Vec<Option<Account>>,
    pub min_length: usize,
    /// `pwdInHistory`.
    pub in_history: usize,
}

pub fn dn(person: usize) -> String {
    format!("uid=p{person},ou=people,dc=example,dc=fr")
}

pub fn id(person: usize) -> PersonId {
    PersonId(Uuid::from_u128(
        0x4000_8000_0000_0000_0000 + u128::try_from(person).unwrap_or(0),
    ))
}

pub fn number(id: PersonId) -> usize {
    usize::try_from(id.0.as_u128() - 0x4000_8000_0000_0000_0000).unwrap_or(usize::MAX)
}

pub fn time(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or_default()
}

impl Model {
    pub fn account(&self, person: usize) -> Option<&Account> {
        self.accounts.get(person)?.as_ref()
    }

    fn refuses(&self, account: &Account, password: &str) -> bool {
        let used = |old: &String| old == password;
        password.len() < self.min_length
            || self.in_history > 0 && (used(&account.password) || account.history.iter().any(used))
    }

    fn replace(&mut self, person: usize, password: &str, now: i64) {
        let kept = self.in_history;
        let Some(Some(account)) = self.accounts.get_mut(person) else {
            return;
        };
        let former = std::mem::replace(&mut account.password, password.to_owned());
        account.history.push(former);
        let dropped = account.history.len().saturating_sub(kept);
        account.history.drain(..dropped);
        account.changed = Some(now);
        account.must_change = false;
    }

    /// The Modify of a handover: the policy first, then the assertion as far as the clerk sees.
    pub fn write(
        &mut self,
        person: usize,
        write: &PasswordWrite,
        rights: Rights,
        now: i64,
    ) -> Result<(), WriteRefusal> {
        let account = self.account(person).ok_or(WriteRefusal::Gone)?;
        let password = write.password.expose();
        if self.refuses(account, password) {
            return Err(WriteRefusal::Policy("quality or history".into()));
        }
        let seen = write.seen_change.map(Timestamp::as_second);
        if rights == Rights::NameOnly
            || account.markers.contains(&write.operation)
            || account.changed != seen
        {
            return Err(WriteRefusal::ChangedSince);
        }
        self.replace(person, password, now);
        if let Some(Some(account)) = self.accounts.get_mut(person) {
            account.must_change = true;
            account.markers.push(write.operation);
        }
        Ok(())
    }

    pub fn read(&self, person: usize, rights: Rights) -> Option<Person> {
        let account = self.account(person)?;
        let mut read = nobody().clone();
        read.id = id(person);
        read.dn = dn(person);
        if rights == Rights::Full {
            read.within_perimeter = true;
            read.account = account.record();
        }
        Some(read)
    }

    /// One that is not there fails the whole removal.
    pub fn remove_markers(&mut self, person: usize, old: &[Uuid], rights: Rights) -> bool {
        let Some(Some(account)) = self.accounts.get_mut(person) else {
            return false;
        };
        let allowed =
            rights == Rights::Full && old.iter().all(|marker| account.markers.contains(marker));
        if allowed {
            account.markers.retain(|marker| !old.contains(marker));
        }
        allowed
    }

    pub fn prove(&self, person: usize, password: &str) -> Proof {
        match self.account(person) {
            Some(account) if account.password == password && account.must_change => {
                Proof::OpensAndMustChange
            }
            Some(account) if account.password == password => Proof::OpensWithoutChange,
            Some(_) | None => Proof::DoesNotOpen,
        }
    }

    /// The person changes their own password; whether the server let them.
    pub fn choose(&mut self, person: usize, current: &str, new: &str, now: i64) -> bool {
        let allowed = self
            .account(person)
            .is_some_and(|account| account.password == current && !self.refuses(account, new));
        if allowed {
            self.replace(person, new, now);
        }
        allowed
    }

    /// Another console gives a provisional password, without a marker of ours.
    pub fn reset(&mut self, person: usize, password: &str, now: i64) {
        self.replace(person, password, now);
        if let Some(Some(account)) = self.accounts.get_mut(person) {
            account.must_change = true;
        }
    }
}

/// What somebody without rights reads of anybody.
fn nobody() -> &'static Person {
    static NOBODY: OnceLock<Person> = OnceLock::new();
    NOBODY.get_or_init(|| Person {
        id: id(0),
        dn: String::new(),
        login: Login::new("p"),
        names: PersonNames::default(),
        civility: None,
        numbers: Vec::new(),
        mail: None,
        birth: None,
        affiliations: Vec::new(),
        main_structure: None,
        structures: Vec::new(),
        attachments: Vec::new(),
        sponsor: None,
        recovery: Recovery::default(),
        account: AccountRecord::default(),
        language: None,
        within_perimeter: false,
    })
}
