//! The people of the fictitious university, drawn from a seed and written one by one.
//! The named ones (clerks, cast, nasty cases) come first and are always the same; the others fill up to the count.
//! Never keeps the people in memory: a hundred thousand stream through.

use std::io::{self, Write};

use jiff::civil::Date;

use super::account::{Account, AccountState, Password, Policy};
use super::calendar::Calendar;
use super::clerks::CLERKS;
use super::ldif::unaccented;
use super::names::{COMMUNES, COUNTRIES, FAMILIES, MEN, PROVIDERS, STAYS, WOMEN};
use super::person::{FictitiousPerson, StaffKind, Tie, mail_local_part};
use super::randomness::Dice;
use super::structures::{DOCTORAL, EMPLOYING, INVITING, TEACHING};
use super::town_hall::TownHall;
use super::{cast, nasty_people};

/// The password a person had before any handover. Tests derive it to prove that it no longer binds.
/// Nobody has it before activation: an account never taken possession of holds none.
pub fn former_password(login: &str) -> String {
    format!("Ancien-{login}-Rivage")
}

/// The provisional password that pending accounts hold, as a letter would have said it.
pub fn pending_password(login: &str) -> String {
    format!("Provisoire-{login}-Rivage")
}

/// Everybody whose login is known beforehand: clerks, cast of the screens, nasty cases.
pub fn named(calendar: Calendar) -> Vec<FictitiousPerson> {
    let mut people: Vec<FictitiousPerson> =
        CLERKS.iter().map(|clerk| clerk.person(calendar)).collect();
    people.extend(cast::people(calendar));
    people.extend(nasty_people::people(calendar));
    people
}

/// Writes `count` people as LDIF: the named ones, then drawn ones. The same `seed`, `count` and instant give
/// the same bytes. Fewer than the named ones are never written.
///
/// # Errors
/// Whatever the destination answers.
pub fn write(out: &mut impl Write, calendar: Calendar, seed: u64, count: usize) -> io::Result<()> {
    let named = named(calendar);
    let mut town_hall = TownHall::default();
    for person in &named {
        town_hall.register(person);
        person.entry().write_to(out)?;
    }
    let mut draw = Draw {
        dice: Dice::new(seed),
        calendar,
        town_hall,
    };
    for rank in 0..count.saturating_sub(named.len()) {
        draw.person(rank).entry().write_to(out)?;
    }
    Ok(())
}

struct Draw {
    dice: Dice,
    calendar: Calendar,
    town_hall: TownHall,
}

/// What a drawn person is; the proportions are those of a large French university.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lot {
    Student,
    Doctoral { employed: bool },
    Administrative,
    Faculty,
    Graduate,
    Guest,
}

impl Draw {
    fn lot(&mut self) -> Lot {
        match self.dice.below(1000) {
            0..=669 => Lot::Student,
            670..=684 => Lot::Doctoral { employed: false },
            685..=709 => Lot::Doctoral { employed: true },
            710..=779 => Lot::Administrative,
            780..=849 => Lot::Faculty,
            850..=969 => Lot::Graduate,
            _ => Lot::Guest,
        }
    }

    fn family(&mut self) -> String {
        let first = self.dice.pick_common_first(FAMILIES);
        if self.dice.chance(45) {
            let second = self.dice.pick_common_first(FAMILIES);
            if second != first {
                return format!("{first}-{second}");
            }
        }
        first.to_owned()
    }

    fn given(&mut self, woman: bool) -> String {
        let list = if woman { WOMEN } else { MEN };
        self.dice.pick_common_first(list).to_owned()
    }

    fn person(&mut self, rank: usize) -> FictitiousPerson {
        let lot = self.lot();
        let woman = self.dice.chance(550);
        let (birth_family, given) = (self.family(), self.given(woman));
        let renamed = if woman { 120 } else { 15 };
        let young = matches!(lot, Lot::Student);
        let family = if !young && self.dice.chance(renamed) {
            let other = self.family();
            if self.dice.chance(400) {
                format!("{birth_family}-{other}")
            } else {
                other
            }
        } else {
            birth_family.clone()
        };

        let age = match lot {
            Lot::Student => self.dice.between(18, 25),
            Lot::Doctoral { .. } => self.dice.between(23, 33),
            Lot::Graduate => self.dice.between(23, 45),
            Lot::Administrative | Lot::Faculty | Lot::Guest => self.dice.between(24, 66),
        };
        let birth = self.calendar.day(-(age * 365 + self.dice.between(0, 364)));
        let ties = self.ties(lot, rank, birth);
        let login = self.login(lot, &family, &given, &ties);

        let mut person = FictitiousPerson::new(&login, &family, &given, woman);
        person.mail = Some(self.town_hall.mail(&given, &family));
        if birth_family != family {
            person.birth_family = Some(birth_family);
        }
        if self.dice.chance(600) {
            let others = self.given(woman);
            person.civil_given = Some(format!("{given} {others}"));
        }
        person.birth = Some(birth.strftime("%Y-%m-%d").to_string());
        if self.dice.chance(140) {
            let (country, language) = COUNTRIES[self.dice.below(COUNTRIES.len())];
            person.birth_country = country;
            person.birth_commune = None;
            person.language = language;
        } else {
            person.birth_commune = Some(self.dice.pick(COMMUNES));
        }
        person.ties = ties;
        self.recovery(&mut person);
        person.unlisted = self.dice.chance(20);
        person.account = self.account(lot, &person.login);
        person
    }

    fn ties(&mut self, lot: Lot, rank: usize, birth: Date) -> Vec<Tie> {
        let number =
            |year: i16| format!("{:02}{:06}", year.rem_euclid(100), 100_000 + rank % 600_000);
        let year = self.calendar.academic_year();
        let until = self.calendar.end_of_academic_year();
        match lot {
            Lot::Student => {
                let (level, past) = [
                    ("L1", 0),
                    ("L1", 0),
                    ("L1", 1),
                    ("L2", 1),
                    ("L2", 1),
                    ("L2", 2),
                    ("L3", 2),
                    ("L3", 3),
                    ("M1", 3),
                    ("M2", 4),
                ][self.dice.below(10)];
                let structure = self.dice.pick(&TEACHING);
                vec![Tie::Student {
                    number: number(year - past),
                    ine: self.ine(),
                    level,
                    structure,
                    until,
                }]
            }
            Lot::Doctoral { employed } => {
                let (school, laboratories) = DOCTORAL[self.dice.below(DOCTORAL.len())];
                let laboratory = self.dice.pick(laboratories);
                let level = self.dice.pick(&["D1", "D2", "D3"]);
                let enrolled = year - i16::try_from(self.dice.between(3, 8)).unwrap_or(5);
                let mut ties = vec![Tie::Student {
                    number: number(enrolled),
                    ine: self.ine(),
                    level,
                    structure: school,
                    until,
                }];
                if employed {
                    ties.push(Tie::Staff {
                        number: format!("{}", 300_000 + rank),
                        kind: StaffKind::Doctoral,
                        corps: "DOCT",
                        structure: laboratory,
                        until: Some(self.calendar.day(self.dice.between(40, 1000))),
                    });
                }
                ties
            }
            Lot::Administrative | Lot::Faculty => {
                let faculty = lot == Lot::Faculty;
                let corps: &[&str] = if faculty {
                    &["MCF", "MCF", "PR", "PRAG", "ATER"]
                } else {
                    &["ATRF", "TECH", "ASI", "IGE", "IGR"]
                };
                let structures = if faculty {
                    &EMPLOYING[..11]
                } else {
                    &EMPLOYING[..]
                };
                let until = self
                    .dice
                    .chance(250)
                    .then(|| self.calendar.day(self.dice.between(20, 700)));
                vec![Tie::Staff {
                    number: format!("{}", 300_000 + rank),
                    kind: if faculty {
                        StaffKind::Faculty
                    } else {
                        StaffKind::Administrative
                    },
                    corps: self.dice.pick(corps),
                    structure: self.dice.pick(structures),
                    until,
                }]
            }
            Lot::Graduate => {
                let oldest = i64::from(birth.year()) + 21;
                let left_year = self
                    .dice
                    .between(oldest.min(i64::from(year) - 1), i64::from(year) - 1);
                let left_year = i16::try_from(left_year).unwrap_or(year - 1);
                vec![Tie::Graduate {
                    number: number(left_year - 4),
                    ine: self.ine(),
                    structure: self.dice.pick(&TEACHING),
                    left: Date::new(left_year, 9, 30).unwrap_or(Date::MIN),
                }]
            }
            Lot::Guest => {
                let sponsors = &self.town_hall.sponsors;
                let sponsor = match sponsors.len() {
                    0 => "pgarnier".to_owned(),
                    count => sponsors[self.dice.below(count)].clone(),
                };
                vec![Tie::Guest {
                    sponsor,
                    structure: self.dice.pick(&INVITING),
                    reason: self.dice.pick(STAYS),
                    until: self.calendar.day(self.dice.between(-10, 90)),
                }]
            }
        }
    }

    /// Students: initial and number. Staff: initial and name. Guests: the same, marked. Never to be derived elsewhere.
    fn login(&mut self, lot: Lot, family: &str, given: &str, ties: &[Tie]) -> String {
        let letters = |name: &str| -> String {
            let plain = unaccented(name).to_lowercase();
            plain.chars().filter(char::is_ascii_lowercase).collect()
        };
        let numbered = ties.iter().find_map(|tie| match tie {
            Tie::Student { number, .. } | Tie::Graduate { number, .. } => Some(number),
            Tie::Staff { .. } | Tie::Guest { .. } => None,
        });
        if let Some(number) = numbered {
            let initial = letters(family).chars().next().unwrap_or('x');
            return self.town_hall.login(format!("{initial}{number}"));
        }
        let initial = letters(given).chars().next().unwrap_or('x');
        let base: String = format!("{initial}{}", letters(family))
            .chars()
            .take(18)
            .collect();
        if lot == Lot::Guest {
            return self.town_hall.login(format!("{base}-inv"));
        }
        let login = self.town_hall.login(base);
        if lot == Lot::Faculty {
            self.town_hall.sponsors.push(login.clone());
        }
        login
    }

    fn ine(&mut self) -> String {
        let letter = |dice: &mut Dice| char::from(b"ABCDEFGHJK"[dice.below(10)]);
        let (first, second) = (letter(&mut self.dice), letter(&mut self.dice));
        format!("{:09}{first}{second}", self.dice.below(1_000_000_000))
    }

    fn recovery(&mut self, person: &mut FictitiousPerson) {
        let provider = self.dice.pick(PROVIDERS);
        let local = mail_local_part(&person.given, &person.family);
        let mail = format!("{local}{}@{provider}", self.dice.below(90));
        match self.dice.below(100) {
            0..=71 => person.private_mails.push(format!("{{SECOURS}}{mail}")),
            72..=88 => person.private_mails.push(format!("{{PERSO}}{mail}")),
            _ => {}
        }
        if self.dice.chance(820) {
            // 06 39 98 is kept for fiction by the French numbering plan.
            let (high, low) = (self.dice.below(100), self.dice.below(100));
            person
                .private_phones
                .push(format!("{{MOBPERSO}}+33 6 39 98 {high:02} {low:02}"));
        }
    }

    fn account(&mut self, lot: Lot, login: &str) -> Account {
        let calendar = self.calendar;
        let own = |dice: &mut Dice| Password::Own {
            clear: former_password(login),
            changed: calendar.moment(dice.between(3, 300), 7, 40),
        };
        let drawn = self.dice.below(1000);
        let until = calendar.end_of_academic_year();
        let mut account = match (lot, drawn) {
            (Lot::Graduate, 0..=449) => Account::new(AccountState::new(
                'I',
                "SupannExpire",
                Some(calendar.day(-200)),
                None,
            )),
            (_, 0..=849) => Account::new(AccountState::new(
                'A',
                "SupannActif",
                Some(calendar.day(-self.dice.between(30, 900))),
                (lot == Lot::Student).then_some(until),
            )),
            (_, 850..=899) => Account::new(AccountState::created(calendar)),
            (_, 900..=909) => Account::new(AccountState::new(
                'I',
                "SupannPrecree",
                Some(calendar.next_arrival()),
                None,
            )),
            (_, 910..=939) => Account::new(AccountState::created(calendar)),
            (_, 940..=959) => Account::new(AccountState::new(
                'A',
                "SupannSursis",
                Some(calendar.day(-30)),
                Some(calendar.day(self.dice.between(1, 60))),
            )),
            (_, 960..=984) => Account::new(AccountState::new(
                'I',
                "SupannExpire",
                Some(calendar.day(-40)),
                None,
            )),
            (_, 985..=991) => Account::new(AccountState::new(
                'S',
                "SupannVerrouille",
                Some(calendar.day(-5)),
                None,
            )),
            (_, 992..=995) => Account::new(AccountState::new(
                'S',
                "SupannVerrouAdministratif",
                Some(calendar.day(-9)),
                None,
            )),
            _ => Account::new(AccountState::new(
                'I',
                "SupannInactif",
                Some(calendar.day(-90)),
                None,
            )),
        };
        account.password = match drawn {
            850..=909 => Password::None,
            910..=939 => Password::Pending {
                clear: pending_password(login),
                given: calendar.moment(self.dice.between(1, 9), 6, 15),
            },
            _ => own(&mut self.dice),
        };
        if matches!(account.password, Password::Own { .. }) && self.dice.chance(900) {
            account.last_success = Some(calendar.moment(self.dice.between(1, 3), 5, 55));
        }
        if matches!(lot, Lot::Administrative) && self.dice.chance(60) {
            account.policy = Some(Policy::Strict);
        }
        account
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn calendar() -> Calendar {
        Calendar::new("2026-11-24T08:31:00Z".parse().unwrap())
    }

    fn text(seed: u64, count: usize) -> String {
        let mut out = Vec::new();
        write(&mut out, calendar(), seed, count).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn values<'a>(text: &'a str, attribute: &str) -> Vec<&'a str> {
        let clear = format!("{attribute}: ");
        text.lines()
            .filter_map(|line| line.strip_prefix(&clear))
            .collect()
    }

    #[test]
    fn one_seed_gives_the_same_bytes() {
        assert_eq!(text(2026, 1500), text(2026, 1500));
        assert_ne!(text(2026, 1500), text(2027, 1500));
    }

    #[test]
    fn nobody_shares_a_key() {
        let text = text(2026, 6000);
        assert_eq!(values(&text, "uid").len(), 6000);
        for key in [
            "dn",
            "uid",
            "mail",
            "eduPersonPrincipalName",
            "entryUUID",
            "supannCodeINE",
        ] {
            let found = values(&text, key);
            let distinct: HashSet<&str> = found.iter().copied().collect();
            assert_eq!(distinct.len(), found.len(), "{key}");
        }
    }

    #[test]
    fn every_population_and_state_is_there() {
        let text = text(2026, 6000);
        for affiliation in [
            "student",
            "employee",
            "alum",
            "affiliate",
            "faculty",
            "researcher",
        ] {
            let count = values(&text, "eduPersonAffiliation")
                .iter()
                .filter(|value| **value == affiliation)
                .count();
            assert!(count > 100, "{affiliation}: {count}");
        }
        for state in [
            "A:SupannActif",
            "A:SupannSursis",
            "I:SupannCree",
            "I:SupannPrecree",
            "I:SupannExpire",
            "I:SupannInactif",
            "S:SupannVerrouille",
            "S:SupannVerrouAdministratif",
        ] {
            let wanted = format!("{{COMPTE}}{state}");
            assert!(
                values(&text, "supannRessourceEtat").contains(&wanted.as_str()),
                "{state}"
            );
        }
    }

    #[test]
    fn no_clear_password_is_written() {
        let text = text(2026, 3000);
        assert!(!text.contains("-Rivage"));
        for clerk in CLERKS {
            assert!(!text.contains(clerk.password));
        }
    }
}
