//! Who may read and write what in the directory in memory: the access rules that ship with the product, no wider.
//! Decided at each request from the groups as they are then, as a server does; never from what a session remembers.

use super::super::filter::Filter;
use super::super::person_entry::MARKER_ATTRIBUTE;
use super::entry::{Entry, normal};
use super::matching::matches;
use super::server::State;

/// What a clerk reads of anybody.
const PUBLIC: [&str; 11] = [
    "entry",
    "objectclass",
    "entryuuid",
    "cn",
    "sn",
    "givenname",
    "displayname",
    "edupersonaffiliation",
    "edupersonprimaryaffiliation",
    "supannentiteaffectation",
    "supannentiteaffectationprincipale",
];

/// How much of an entry somebody reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    Whole,
    /// Everything but what a counter resets: the sheet of a protected account.
    WithoutResets,
    Public,
    Nothing,
}

impl View {
    /// Whether an attribute (lower case) shows.
    pub fn shows(self, name: &str) -> bool {
        if name == "userpassword" || name == "pwdhistory" {
            return false;
        }
        match self {
            View::Whole => true,
            View::WithoutResets => !is_reset(name),
            View::Public => PUBLIC.contains(&name),
            View::Nothing => false,
        }
    }
}

fn is_reset(name: &str) -> bool {
    ["pwdreset", "pwdaccountlockedtime"].contains(&name)
        || name.eq_ignore_ascii_case(MARKER_ATTRIBUTE)
}

impl State {
    /// What the holder of `asker` (a normal DN) reads of `entry`.
    pub fn view(&self, asker: &str, entry: &Entry) -> View {
        let dn = normal(&entry.dn);
        if !self.is_under(&dn, &self.rules.people) {
            let others = self.is_under(&dn, &self.rules.records)
                && entry
                    .one("documentAuthor")
                    .is_none_or(|author| normal(author) != asker);
            return if others { View::Nothing } else { View::Whole };
        }
        if dn == asker {
            return View::Whole;
        }
        if self.serves(asker, entry) {
            return if self.is_protected(&dn) {
                View::WithoutResets
            } else {
                View::Whole
            };
        }
        if self.has_role(asker) {
            View::Public
        } else {
            View::Nothing
        }
    }

    /// Whether `asker` may replace the password of `entry`, force its change and mark it.
    pub fn may_reset(&self, asker: &str, entry: &Entry) -> bool {
        let dn = normal(&entry.dn);
        dn != asker
            && self.is_under(&dn, &self.rules.people)
            && !self.is_protected(&dn)
            && self.serves(asker, entry)
    }

    pub fn has_role(&self, asker: &str) -> bool {
        let mut groups = self.rules.roles.iter().map(|role| &role.group);
        groups.any(|group| self.is_member(group, asker))
    }

    pub fn is_member(&self, group: &str, dn: &str) -> bool {
        self.entry(group).is_some_and(|group| {
            group
                .all("member")
                .iter()
                .any(|member| normal(member) == dn)
        })
    }

    fn is_protected(&self, dn: &str) -> bool {
        let group = self.rules.protected_group.as_ref();
        group.is_some_and(|group| self.is_member(group, dn))
    }

    /// One of the asker's roles has this person in its population.
    fn serves(&self, asker: &str, entry: &Entry) -> bool {
        self.rules
            .roles
            .iter()
            .filter(|role| self.is_member(&role.group, asker))
            .any(|role| {
                if role.population.contains("{structures}") {
                    return self.entry(asker).is_some_and(|clerk| {
                        clerk
                            .all("supannEntiteAffectation")
                            .iter()
                            .any(|code| entry.holds("supannEntiteAffectationPrincipale", code))
                    });
                }
                Filter::from_site(&role.population)
                    .is_some_and(|filter| matches(&filter, entry, &|_| true))
            })
    }
}
