//! Who already has which login and which address, so that namesakes get theirs numbered.
//! Only remembers keys, never people: a hundred thousand of them stay small.

use std::collections::HashMap;

use super::MAIL_DOMAIN;
use super::person::{FictitiousPerson, mail_local_part};

/// Logins and addresses already given.
#[derive(Default)]
pub struct TownHall {
    logins: HashMap<String, u32>,
    mails: HashMap<String, u32>,
    /// Logins of those who may invite.
    pub sponsors: Vec<String>,
}

impl TownHall {
    /// Takes note of somebody whose login and address are already chosen.
    pub fn register(&mut self, person: &FictitiousPerson) {
        *self.logins.entry(person.login.clone()).or_insert(0) += 1;
        let mail = person.mail.clone().unwrap_or_else(|| {
            format!(
                "{}@{MAIL_DOMAIN}",
                mail_local_part(&person.given, &person.family)
            )
        });
        if let Some((local, _)) = mail.split_once('@') {
            *self.mails.entry(local.to_owned()).or_insert(0) += 1;
        }
    }

    fn numbered(taken: &mut HashMap<String, u32>, base: String, link: &str) -> String {
        let mut candidate = base.clone();
        while let Some(count) = taken.get(&candidate) {
            let next = taken.get(&base).copied().unwrap_or(*count) + 1;
            taken.insert(base.clone(), next);
            candidate = format!("{base}{link}{next}");
        }
        taken.insert(candidate.clone(), 1);
        candidate
    }

    /// A login nobody has, `base` itself if it is free.
    pub fn login(&mut self, base: String) -> String {
        Self::numbered(&mut self.logins, base, "")
    }

    /// An address nobody has.
    pub fn mail(&mut self, given: &str, family: &str) -> String {
        let local = Self::numbered(&mut self.mails, mail_local_part(given, family), ".");
        format!("{local}@{MAIL_DOMAIN}")
    }
}
