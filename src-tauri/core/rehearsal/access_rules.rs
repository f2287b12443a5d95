//! Who may do what in the directory: the rules that ship with the product, written for slapd.
//! Each role gets plain write on three things of its own population: the password, `pwdReset` and
//! `pwdAccountLockedTime`, and Guichet's markers. Never `manage`: that would skip the password policy.
//! Order matters twice: the first rule that names an attribute decides, and set rules are costly, so they come last.

use std::fmt::Write as _;

use super::clerks::Role;
use super::institution::{LOOKUP_SERVICE, OPERATIONS_SERVICE, canary_dn, service_dn};
use super::{
    BASE_DN, CHECKPOINTS_DN, GROUPS_DN, PEOPLE_DN, POLICIES_DN, PROTECTED_GROUP, RECORDS_DN,
    STRUCTURES_DN, group_dn,
};

/// What a counter may change beside the password.
const RESET: &str = "pwdReset,pwdAccountLockedTime";
/// Only values of that label: the others are keys of other applications.
const MARKER: &str = "supannRefId val.regex=\"^[{]GUICHET[}]\"";
/// What a clerk reads of anybody.
const PUBLIC: &str = "entry,objectClass,entryUUID,cn,sn,givenName,displayName,eduPersonAffiliation,\
                      eduPersonPrimaryAffiliation,supannEntiteAffectation,supannEntiteAffectationPrincipale";

/// How a role recognises its population.
enum Population {
    Filter(&'static str),
    /// Main structure of the person among the structures of the clerk.
    SharedStructure,
}

impl Role {
    fn population(self) -> Population {
        match self {
            Role::HumanResources => Population::Filter(
                "(|(eduPersonAffiliation=employee)(eduPersonAffiliation=affiliate))",
            ),
            Role::StudentOffice => Population::Filter(
                "(&(|(eduPersonAffiliation=student)(eduPersonAffiliation=alum))(!(eduPersonAffiliation=employee)))",
            ),
            Role::DoctoralSchool => Population::Filter(
                "(&(eduPersonAffiliation=student)(|(supannEtuCursusAnnee={SUPANN}D1)\
                 (supannEtuCursusAnnee={SUPANN}D2)(supannEtuCursusAnnee={SUPANN}D3)))",
            ),
            Role::Supervisor => Population::Filter("(objectClass=supannPerson)"),
            Role::LocalBranch => Population::SharedStructure,
        }
    }

    /// `who` clause of a rule, and the filter that goes with it.
    fn clause(self) -> (String, String) {
        let group = group_dn(self.group());
        match self.population() {
            Population::Filter(filter) => (
                format!("group.exact=\"{group}\""),
                format!(" filter=\"{filter}\""),
            ),
            Population::SharedStructure => (
                format!(
                    "set=\"([{group}]/member & user)/supannEntiteAffectation & this/supannEntiteAffectationPrincipale\""
                ),
                String::new(),
            ),
        }
    }
}

/// The roles, the costly one last.
const ORDER: [Role; 5] = [
    Role::HumanResources,
    Role::StudentOffice,
    Role::DoctoralSchool,
    Role::Supervisor,
    Role::LocalBranch,
];

/// Every `access` line of the database.
pub fn text() -> String {
    let mut rules = Rules(String::new());
    rules.passwords();
    rules.resets();
    rules.people();
    for branch in [RECORDS_DN, CHECKPOINTS_DN] {
        rules.records(branch);
    }
    for branch in [GROUPS_DN, STRUCTURES_DN, POLICIES_DN] {
        rules.add(&format!("dn.subtree=\"{branch}\""), &["users read"]);
    }
    rules.add(
        &format!("dn.base=\"{BASE_DN}\""),
        &["users read", "* search"],
    );
    rules.add("*", &["* none"]);
    rules.0
}

struct Rules(String);

impl Rules {
    fn add(&mut self, what: &str, by: &[&str]) {
        let _ = writeln!(self.0, "access to {what}");
        for who in by {
            let _ = writeln!(self.0, "  by {who}");
        }
    }

    /// Nobody reads a password; a person changes their own; a role replaces those of its population.
    fn passwords(&mut self) {
        self.add(
            "attrs=userPassword",
            &["anonymous auth", "self =xw", "* break"],
        );
        self.protected("userPassword");
        let canary = format!("dn.base=\"{}\" attrs=userPassword", canary_dn());
        let office = service_dn(OPERATIONS_SERVICE);
        self.add(&canary, &[&format!("dn.exact=\"{office}\" =cw"), "* break"]);
        for role in ORDER {
            self.role(role, "userPassword", "=w");
        }
        self.add("attrs=userPassword,pwdHistory", &["* none"]);
    }

    /// Nobody lifts their own must-change, lock or marker, whatever their role.
    fn resets(&mut self) {
        for attributes in [RESET, MARKER] {
            let people = format!("dn.subtree=\"{PEOPLE_DN}\" attrs={attributes}");
            self.add(&people, &["self read", "* break"]);
            self.protected(attributes);
        }
        let office = service_dn(OPERATIONS_SERVICE);
        let write = format!("dn.exact=\"{office}\" write");
        for attributes in [RESET, MARKER] {
            self.add(
                &format!("dn.base=\"{}\" attrs={attributes}", canary_dn()),
                &[&write, "* break"],
            );
        }
        for role in ORDER {
            for attributes in [RESET, MARKER] {
                self.role(role, attributes, "write");
            }
        }
    }

    fn protected(&mut self, attributes: &str) {
        let group = group_dn(PROTECTED_GROUP);
        self.add(
            &format!("dn.subtree=\"{PEOPLE_DN}\" attrs={attributes}"),
            &[&format!("set=\"this & [{group}]/member\" none"), "* break"],
        );
    }

    fn role(&mut self, role: Role, attributes: &str, rights: &str) {
        let (who, filter) = role.clause();
        let attributes = match attributes {
            "" => String::new(),
            some => format!(" attrs={some}"),
        };
        self.add(
            &format!("dn.subtree=\"{PEOPLE_DN}\"{filter}{attributes}"),
            &[&format!("{who} {rights}"), "* break"],
        );
    }

    /// A clerk reads the whole sheet within the perimeter, names and structures outside it.
    fn people(&mut self) {
        self.add(
            &format!("dn.base=\"{PEOPLE_DN}\""),
            &["users read", "* none"],
        );
        let lookup = service_dn(LOOKUP_SERVICE);
        self.add(
            &format!("dn.children=\"{PEOPLE_DN}\" attrs=entry,uid,supannAliasLogin"),
            &[&format!("dn.exact=\"{lookup}\" read"), "* break"],
        );
        let office = service_dn(OPERATIONS_SERVICE);
        self.add(
            &format!("dn.base=\"{}\"", canary_dn()),
            &[&format!("dn.exact=\"{office}\" read"), "* break"],
        );
        self.add(
            &format!("dn.children=\"{PEOPLE_DN}\""),
            &["self read", "* break"],
        );
        for role in ORDER {
            self.role(role, "", "read");
        }
        let clerks: Vec<String> = Role::ALL
            .into_iter()
            .map(|role| format!("group.exact=\"{}\" read", group_dn(role.group())))
            .collect();
        let clerks: Vec<&str> = clerks.iter().map(String::as_str).collect();
        self.add(
            &format!("dn.children=\"{PEOPLE_DN}\" attrs={PUBLIC}"),
            &clerks,
        );
        self.add(&format!("dn.subtree=\"{PEOPLE_DN}\""), &["* none"]);
    }

    /// Add-only for counters: `a` stands on the entry alone, so that no later Modify finds a right on any
    /// attribute. It needs `add_content_acl off`; the constraint overlay then says what a record may hold.
    fn records(&mut self, branch: &str) {
        let office = service_dn(OPERATIONS_SERVICE);
        let supervisor = group_dn(Role::Supervisor.group());
        let purge = format!("dn.exact=\"{office}\" =zrscd");
        let export = format!("group.exact=\"{supervisor}\" read");
        let mut may_add = vec![format!("dn.exact=\"{office}\" =zrscd")];
        may_add.extend(
            Role::ALL.map(|role| format!("group.exact=\"{}\" =ascd", group_dn(role.group()))),
        );
        let may_add: Vec<&str> = may_add.iter().map(String::as_str).collect();
        self.add(&format!("dn.base=\"{branch}\" attrs=children"), &may_add);
        self.add(&format!("dn.base=\"{branch}\""), &["users read"]);
        self.add(
            &format!("dn.children=\"{branch}\" attrs=entry"),
            &["dnattr=documentAuthor =arscd", &purge, &export, "* none"],
        );
        self.add(
            &format!("dn.children=\"{branch}\" attrs=children"),
            &["* none"],
        );
        let read = format!("dn.exact=\"{office}\" read");
        self.add(
            &format!("dn.children=\"{branch}\""),
            &["dnattr=documentAuthor read", &read, &export, "* none"],
        );
    }
}

/// Lines of the constraint overlay: a record is a plain `document` with one author, one subject and one text.
pub fn record_constraints() -> String {
    let mut text = String::from("overlay constraint\n");
    for branch in [RECORDS_DN, CHECKPOINTS_DN] {
        let within = format!("restrict=\"ldap:///{branch}??one?(objectClass=*)\"");
        // One line each: of a list, slapd 2.5 counts only the first attribute when an entry is modified.
        for attribute in [
            "documentIdentifier",
            "documentAuthor",
            "seeAlso",
            "description",
        ] {
            let _ = writeln!(text, "constraint_attribute {attribute} count 1 {within}");
        }
        let _ = writeln!(text, "constraint_attribute description size 8192 {within}");
        let _ = writeln!(
            text,
            "constraint_attribute objectClass regex ^(top|document)$ {within}"
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_gets_manage() {
        let text = text();
        assert!(!text.contains("manage") && !text.contains("=m"));
        for role in Role::ALL {
            assert!(text.contains(&group_dn(role.group())), "{role:?}");
        }
    }

    #[test]
    fn the_last_password_rule_closes() {
        let text = text();
        let passwords: Vec<&str> = text
            .split("access to ")
            .filter(|rule| {
                rule.lines()
                    .next()
                    .is_some_and(|what| what.contains("userPassword"))
            })
            .collect();
        assert_eq!(
            passwords.last().copied(),
            Some("attrs=userPassword,pwdHistory\n  by * none\n")
        );
    }
}
