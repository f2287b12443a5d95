//! The people who play the nasty cases: each entry is a real state of the directory, loaded as a server would hold it.
//! One file for each family of cases, numbered as in `nasty_cases::NASTY_CASES`.
//! Never a real person's situation: every name and date is made up.

mod at_the_desk;
mod names_and_births;
mod other_states;
mod recoveries;
mod ties_and_states;

use super::account::{Account, AccountState};
use super::calendar::Calendar;
use super::cast::{in_use, person, student};
use super::person::FictitiousPerson;

/// Everybody, in the order of the cases.
pub fn people(calendar: Calendar) -> Vec<FictitiousPerson> {
    let mut people = names_and_births::people(calendar);
    people.extend(ties_and_states::people(calendar));
    people.extend(recoveries::people(calendar));
    people.extend(at_the_desk::people(calendar));
    people.extend(other_states::people(calendar));
    people
}

struct Enrolled<'a> {
    login: &'a str,
    names: (&'a str, &'a str),
    woman: bool,
    birth: &'a str,
    level: &'static str,
    structure: &'static str,
}

impl Enrolled<'_> {
    /// A student whose number is the login without its initial.
    fn with(self, calendar: Calendar, account: Account) -> FictitiousPerson {
        let tie = student(calendar, &self.login[1..], self.level, self.structure);
        person(
            self.login,
            self.names,
            self.woman,
            self.birth,
            vec![tie],
            account,
        )
    }

    fn in_use(self, calendar: Calendar) -> FictitiousPerson {
        let account = in_use(self.login, calendar);
        let mut person = self.with(calendar, account);
        person
            .private_mails
            .push(format!("{{SECOURS}}{}@courriel.example", person.login));
        person
    }
}

fn enrolled<'a>(
    login: &'a str,
    names: (&'a str, &'a str),
    woman: bool,
    birth: &'a str,
    level: &'static str,
    structure: &'static str,
) -> Enrolled<'a> {
    Enrolled {
        login,
        names,
        woman,
        birth,
        level,
        structure,
    }
}

/// An account in a state, holding the person's own password.
fn held(
    login: &str,
    calendar: Calendar,
    letter: char,
    sub_state: &'static str,
    begin: i64,
    end: Option<i64>,
) -> Account {
    let mut account = in_use(login, calendar);
    let end = end.map(|days| calendar.day(days));
    account.state = AccountState::new(letter, sub_state, Some(calendar.day(begin)), end);
    account
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar() -> Calendar {
        Calendar::new("2026-11-24T08:31:00Z".parse().unwrap())
    }

    fn text(login: &str) -> String {
        let people = people(calendar());
        let person = people.iter().find(|person| person.login == login).unwrap();
        let mut out = Vec::new();
        person.entry().write_to(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn locks_are_written_as_a_server_writes_them() {
        let today = text("v24710901");
        assert!(today.contains("pwdAccountLockedTime: 20261124082700Z\n"));
        assert_eq!(today.matches("pwdFailureTime: ").count(), 5);
        assert!(today.contains("pwdPolicySubentry: cn=verrou-journee,"));
        assert!(text("u22720003").contains("pwdAccountLockedTime: 000001010000Z\n"));
    }

    #[test]
    fn partly_unknown_births_and_corsica() {
        assert!(text("k25710601").contains("supannOIDCDateDeNaissance: 2002-00-00\n"));
        assert!(!text("c24713501").contains("supannCodeINSEEVilleDeNaissance"));
        assert!(
            !text("s25710401").contains("givenName"),
            "a mononym has no given name"
        );
    }

    #[test]
    fn the_long_name_passes_the_width_of_a_passport() {
        let people = people(calendar());
        let long = people
            .iter()
            .find(|person| person.login == "n25710501")
            .unwrap();
        let name = format!("{} {}", long.family, long.given);
        assert!(name.chars().count() >= 60, "{}", name.chars().count());
    }
}
