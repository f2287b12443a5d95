//! The account of a fictitious person: SupAnn state, password, policy, locks, as a server would hold them.
//! A pending password always comes with `pwdReset` and a marker: a handover leaves the three together.
//! Never holds a hash: clear values are hashed when the entry is written.

use jiff::civil::Date;

use super::calendar::{Calendar, Moment, compact};

/// `supannRessourceEtatDate` for `{COMPTE}`.
#[derive(Debug, Clone)]
pub struct AccountState {
    letter: char,
    sub_state: &'static str,
    begin: Option<Date>,
    end: Option<Date>,
}

impl AccountState {
    pub fn new(
        letter: char,
        sub_state: &'static str,
        begin: Option<Date>,
        end: Option<Date>,
    ) -> Self {
        AccountState {
            letter,
            sub_state,
            begin,
            end,
        }
    }

    pub fn active(calendar: Calendar) -> Self {
        Self::new('A', "SupannActif", Some(calendar.day(-80)), None)
    }

    /// Operational, not yet taken possession of: the state a handover starts from.
    pub fn created(calendar: Calendar) -> Self {
        Self::new('I', "SupannCree", Some(calendar.day(-12)), None)
    }

    pub fn values(&self) -> (String, String) {
        let day = |date: Option<Date>| date.map(compact).unwrap_or_default();
        let short = format!("{{COMPTE}}{}:{}", self.letter, self.sub_state);
        let dated = format!("{short}:{}:{}", day(self.begin), day(self.end));
        (short, dated)
    }
}

/// The password the directory holds.
#[derive(Debug, Clone)]
pub enum Password {
    /// None was ever set.
    None,
    Own {
        clear: String,
        changed: Moment,
    },
    /// Handed out at a counter and not yet replaced: `pwdReset: TRUE` and a marker of that moment.
    Pending {
        clear: String,
        given: Moment,
    },
}

/// Policies other than the default one, named by `pwdPolicySubentry`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// `pwdInHistory` 5, 14 characters, 3 tries.
    Strict,
    /// `pwdMaxAge` of half a year.
    HalfYear,
    /// As the default, but a lock lasts a day.
    DayLock,
}

impl Policy {
    pub fn name(self) -> &'static str {
        match self {
            Policy::Strict => "renforcee",
            Policy::HalfYear => "semestrielle",
            Policy::DayLock => "verrou-journee",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Account {
    pub state: AccountState,
    pub password: Password,
    pub policy: Option<Policy>,
    /// `pwdAccountLockedTime`, already written out.
    pub locked: Option<String>,
    /// `pwdFailureTime`, oldest first.
    pub failures: Vec<String>,
    /// `pwdLastSuccess`.
    pub last_success: Option<Moment>,
    /// `pwdStartTime`, `pwdEndTime`.
    pub starts: Option<Moment>,
    pub ends: Option<Moment>,
}

impl Account {
    pub fn new(state: AccountState) -> Self {
        Account {
            state,
            password: Password::None,
            policy: None,
            locked: None,
            failures: Vec::new(),
            last_success: None,
            starts: None,
            ends: None,
        }
    }

    /// Five wrong passwords within a minute, the last one `seconds` before the rehearsal's instant.
    pub fn lock_by_failures(&mut self, calendar: Calendar, seconds: i64) {
        self.failures = (0u32..5)
            .map(|rank| {
                let moment = calendar.seconds_ago(seconds + i64::from(4 - rank) * 11);
                moment.generalized_micros(104_729 * (rank + 1))
            })
            .collect();
        self.locked = Some(calendar.seconds_ago(seconds).generalized());
    }
}
