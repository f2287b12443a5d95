//! The people that the screens, the manual and the training sheets name: Nadia Belkacem-Roussel, Inès Lefèvre-Nuñez…
//! Their logins never change, so that a sentence of the manual stays true at each preparation.
//! Holds no nasty case: those are in `nasty_cases`.

use jiff::civil::Date;

use super::account::{Account, AccountState, Password, Policy};
use super::calendar::Calendar;
use super::people::{former_password, pending_password};
use super::person::{FictitiousPerson, StaffKind, Tie};

/// The doctoral student whose provisional password ran out, with two rattachements.
pub const NADIA_BELKACEM_ROUSSEL: &str = "b21704588";
/// The new member of staff who arrives on the first of next month.
pub const INES_LEFEVRE_NUNEZ: &str = "ilefevrenunez";
/// An ordinary member of staff, active.
pub const NADIA_BELKHIR: &str = "nbelkhir";
/// A student whose account works.
pub const NADIA_BELKACEM: &str = "b24701133";
/// A graduate of 2019 without recovery address.
pub const NADIA_BELKACEM_GRADUATE: &str = "b14702210";
/// A guest whose stay ends in six days.
pub const NADJIA_BELKADI: &str = "nbelkadi-inv";
/// A protected account: an administrator of the directory.
pub const PROTECTED: &str = "adm-annuaire";
/// The test entry of `guichet doctor --canary`.
pub const CANARY: &str = "canari";

/// Somebody whose own password works and was used yesterday.
pub fn in_use(login: &str, calendar: Calendar) -> Account {
    let mut account = Account::new(AccountState::active(calendar));
    account.password = Password::Own {
        clear: former_password(login),
        changed: calendar.moment(55, 8, 20),
    };
    account.last_success = Some(calendar.moment(1, 7, 12));
    account
}

/// Somebody who was handed a provisional password `days` ago and has not used it.
pub fn pending(login: &str, calendar: Calendar, days: i64) -> Account {
    let mut account = Account::new(AccountState::created(calendar));
    account.password = Password::Pending {
        clear: pending_password(login),
        given: calendar.moment(days, 15, 52),
    };
    account
}

pub fn student(
    calendar: Calendar,
    number: &str,
    level: &'static str,
    structure: &'static str,
) -> Tie {
    Tie::Student {
        number: number.to_owned(),
        ine: format!("0{number}CJ"),
        level,
        structure,
        until: calendar.end_of_academic_year(),
    }
}

pub fn graduate(number: &str, structure: &'static str, left_year: i16) -> Tie {
    Tie::Graduate {
        number: number.to_owned(),
        ine: format!("0{number}CJ"),
        structure,
        left: Date::new(left_year, 9, 30).unwrap_or(Date::MIN),
    }
}

pub fn staff(number: &str, kind: StaffKind, structure: &'static str, until: Option<Date>) -> Tie {
    let corps = match kind {
        StaffKind::Administrative => "IGE",
        StaffKind::Faculty => "MCF",
        StaffKind::Doctoral => "DOCT",
    };
    Tie::Staff {
        number: number.to_owned(),
        kind,
        corps,
        structure,
        until,
    }
}

pub fn guest(sponsor: &str, structure: &'static str, reason: &'static str, until: Date) -> Tie {
    Tie::Guest {
        sponsor: sponsor.to_owned(),
        structure,
        reason,
        until,
    }
}

/// A person of known birth date, with ties and an account.
pub fn person(
    login: &str,
    (family, given): (&str, &str),
    woman: bool,
    birth: &str,
    ties: Vec<Tie>,
    account: Account,
) -> FictitiousPerson {
    let mut person = FictitiousPerson::new(login, family, given, woman);
    person.birth = Some(birth.to_owned());
    person.ties = ties;
    person.account = account;
    person
}

fn with_recovery(mut person: FictitiousPerson) -> FictitiousPerson {
    person
        .private_mails
        .push(format!("{{SECOURS}}{}@courriel.example", person.login));
    person
        .private_phones
        .push(String::from("{MOBPERSO}+33 6 39 98 12 40"));
    person
}

/// The cast, in the order of the screens.
pub fn people(calendar: Calendar) -> Vec<FictitiousPerson> {
    let mut people = nadias(calendar);
    people.extend(lefevres(calendar));
    people.extend(staff_and_guests(calendar));
    people.extend(arrivals(calendar));
    people.extend(accounts_of_the_office(calendar));
    people
}

/// Five people whom « nadia belk » finds.
fn nadias(calendar: Calendar) -> Vec<FictitiousPerson> {
    let mut roussel = person(
        NADIA_BELKACEM_ROUSSEL,
        ("Belkacem-Roussel", "Nadia"),
        true,
        "1998-05-09",
        vec![
            student(calendar, "21704588", "D2", "ED-CALCUL"),
            staff(
                "704588",
                StaffKind::Doctoral,
                "LUMEN",
                Some(calendar.day(640)),
            ),
        ],
        pending(NADIA_BELKACEM_ROUSSEL, calendar, 10),
    );
    roussel.birth_family = Some("Belkacem".into());
    roussel
        .private_phones
        .push("{MOBPERSO}+33 6 39 98 47 12".into());

    let l2 = with_recovery(person(
        NADIA_BELKACEM,
        ("Belkacem", "Nadia"),
        true,
        "2005-10-21",
        vec![student(calendar, "24701133", "L2", "UFR-DROIT")],
        in_use(NADIA_BELKACEM, calendar),
    ));

    let mut left = person(
        NADIA_BELKACEM_GRADUATE,
        ("Belkacem", "Nadia"),
        true,
        "1996-01-17",
        vec![graduate("14702210", "UFR-SCI", 2019)],
        in_use(NADIA_BELKACEM_GRADUATE, calendar),
    );
    left.mail = Some("nadia.belkacem.2@univ-rivemer.example".into());

    let belkhir = with_recovery(person(
        NADIA_BELKHIR,
        ("Belkhir", "Nadia"),
        true,
        "1987-03-02",
        vec![staff("700101", StaffKind::Administrative, "DOSI", None)],
        in_use(NADIA_BELKHIR, calendar),
    ));

    let belkadi = with_recovery(person(
        NADJIA_BELKADI,
        ("Belkadi", "Nadjia"),
        true,
        "1990-08-30",
        vec![guest(
            "pgarnier",
            "ESTRAN",
            "Séjour de recherche",
            calendar.day(6),
        )],
        in_use(NADJIA_BELKADI, calendar),
    ));
    vec![roussel, l2, left, belkhir, belkadi]
}

fn lefevres(calendar: Calendar) -> Vec<FictitiousPerson> {
    let arrival = calendar.next_arrival();
    let mut nunez = person(
        INES_LEFEVRE_NUNEZ,
        ("Lefèvre-Nuñez", "Inès"),
        true,
        "1994-03-16",
        vec![staff("700102", StaffKind::Administrative, "DRH", None)],
        Account::new(AccountState::new('I', "SupannCree", Some(arrival), None)),
    );
    nunez.civil_given = Some("Inès Camille".into());

    let ines = with_recovery(person(
        "l25703345",
        ("Lefèvre", "Inès"),
        true,
        "2006-12-04",
        vec![student(calendar, "25703345", "L1", "UFR-ECO")],
        in_use("l25703345", calendar),
    ));
    let helene = with_recovery(person(
        "hlefevre",
        ("Lefèvre", "Hélène"),
        true,
        "1975-06-25",
        vec![staff("700103", StaffKind::Faculty, "UFR-LLA", None)],
        in_use("hlefevre", calendar),
    ));
    vec![nunez, ines, helene]
}

fn staff_and_guests(calendar: Calendar) -> Vec<FictitiousPerson> {
    let garnier = with_recovery(person(
        "pgarnier",
        ("Garnier", "Paul"),
        false,
        "1968-02-11",
        vec![staff("700104", StaffKind::Faculty, "ESTRAN", None)],
        in_use("pgarnier", calendar),
    ));
    let mut morel = with_recovery(person(
        "jmorel",
        ("Morel", "Julie"),
        true,
        "1980-07-07",
        vec![staff("700105", StaffKind::Faculty, "LUMEN", None)],
        in_use("jmorel", calendar),
    ));
    morel.account.policy = Some(Policy::Strict);

    let tran = with_recovery(person(
        "mtran-inv",
        ("Trần", "Minh"),
        true,
        "1992-11-19",
        vec![guest(
            "jmorel",
            "LUMEN",
            "Séjour de recherche",
            calendar.day(18),
        )],
        in_use("mtran-inv", calendar),
    ));
    let ferrand = person(
        "f23704410",
        ("Ferrand", "Léo"),
        false,
        "2004-04-28",
        vec![student(calendar, "23704410", "L3", "UFR-SCI")],
        in_use("f23704410", calendar),
    );
    let moreau = with_recovery(person(
        "cmoreau",
        ("Moreau", "Claire"),
        true,
        "1983-09-09",
        vec![staff("700106", StaffKind::Administrative, "PAIE", None)],
        in_use("cmoreau", calendar),
    ));
    let mut okafor = person(
        "o22701907",
        ("Okafor", "Chidi"),
        false,
        "1997-01-23",
        vec![student(calendar, "22701907", "D1", "ED-VIVANT")],
        in_use("o22701907", calendar),
    );
    okafor.birth_country = "99338";
    okafor.birth_commune = None;
    okafor.language = "en";
    okafor
        .more
        .push(("supannAliasLogin", "chidi.okafor".into()));

    // Named by Léo Ferrand's sheet: an account that works everywhere except the ENT.
    let lucas = with_recovery(person(
        "d25704021",
        ("Dubosc", "Lucas"),
        false,
        "2006-03-13",
        vec![student(calendar, "25704021", "L1", "IUT")],
        in_use("d25704021", calendar),
    ));
    vec![garnier, morel, tran, ferrand, moreau, okafor, lucas]
}

/// The batch of the first of next month.
fn arrivals(calendar: Calendar) -> Vec<FictitiousPerson> {
    let arrival = Some(calendar.next_arrival());
    let coming = || Account::new(AccountState::new('I', "SupannCree", arrival, None));
    let row = |login: &str, names, woman, birth: &str, number: &str, structure| {
        let tie = staff(
            number,
            StaffKind::Administrative,
            structure,
            Some(calendar.day(380)),
        );
        person(login, names, woman, birth, vec![tie], coming())
    };
    vec![
        row(
            "laubert",
            ("Aubert", "Lina"),
            true,
            "1991-10-10",
            "700201",
            "LUMEN",
        ),
        row(
            "rdasilva",
            ("Da Silva", "Rui"),
            false,
            "1986-02-28",
            "700202",
            "PAIE",
        ),
        row(
            "cmartin",
            ("Martin", "Chloé"),
            true,
            "1989-05-30",
            "700203",
            "SCD",
        ),
        row(
            "pdurand",
            ("Durand", "Paul"),
            false,
            "1999-08-08",
            "700204",
            "IUT",
        ),
    ]
}

/// Accounts that are nobody's: the protected administrator and the canary of the diagnostic.
fn accounts_of_the_office(calendar: Calendar) -> Vec<FictitiousPerson> {
    let administrator = person(
        PROTECTED,
        ("Annuaire", "Administration"),
        false,
        "1970-01-01",
        vec![staff("700301", StaffKind::Administrative, "DOSI", None)],
        in_use(PROTECTED, calendar),
    );
    let canary = person(
        CANARY,
        ("Canari", "Essai"),
        false,
        "1970-01-01",
        vec![staff("700302", StaffKind::Administrative, "DOSI", None)],
        in_use(CANARY, calendar),
    );
    vec![administrator, canary]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nadia_belk_finds_five_people_and_only_one_is_blocked_by_an_unused_password() {
        let calendar = Calendar::new("2026-11-24T08:31:00Z".parse().unwrap());
        let found: Vec<FictitiousPerson> = people(calendar)
            .into_iter()
            .filter(|person| person.family.starts_with("Belk") && person.given.starts_with("Nad"))
            .collect();
        assert_eq!(found.len(), 5);
        let pending = found
            .iter()
            .filter(|person| matches!(person.account.password, Password::Pending { .. }));
        assert_eq!(pending.count(), 1);
        let roussel = &found[0];
        assert_eq!(roussel.ties.len(), 2, "one account, two rattachements");
        assert!(roussel.private_mails.is_empty(), "no recovery address");
    }
}
