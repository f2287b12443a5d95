//! Cases 7 to 13: several rattachements, two entries, locks, suspensions, ends and beginnings.
//! Dates are counted from the rehearsal's day, so that "in four days" stays in four days.
//! Never reads the clock.

use super::{enrolled, held};
use crate::rehearsal::account::{Account, AccountState, Policy};
use crate::rehearsal::calendar::Calendar;
use crate::rehearsal::cast::{graduate, in_use, pending, person, staff, student};
use crate::rehearsal::person::{FictitiousPerson, StaffKind};

/// Cases 7 to 13.
pub fn people(calendar: Calendar) -> Vec<FictitiousPerson> {
    let mut people = Vec::new();
    people.push(person(
        "t20710701",
        ("Tessier", "Apolline"),
        true,
        "1996-04-04",
        vec![
            student(calendar, "20710701", "D3", "ED-LETTRES"),
            staff(
                "710701",
                StaffKind::Doctoral,
                "CADRE",
                Some(calendar.day(-20)),
            ),
            staff(
                "710702",
                StaffKind::Administrative,
                "SCD",
                Some(calendar.day(150)),
            ),
        ],
        in_use("t20710701", calendar),
    ));

    let mut former = enrolled(
        "g23710801",
        ("Grondin", "Cléo"),
        true,
        "2002-10-30",
        "M2",
        "UFR-ECO",
    )
    .in_use(calendar);
    former.mail = Some("cleo.grondin@univ-rivemer.example".into());
    let mut recent = person(
        "cgrondin",
        ("Grondin", "Cléo"),
        true,
        "2002-10-30",
        vec![staff(
            "710802",
            StaffKind::Administrative,
            "UFR-ECO",
            Some(calendar.day(200)),
        )],
        Account::new(AccountState::created(calendar)),
    );
    recent.mail = Some("cleo.grondin.2@univ-rivemer.example".into());
    recent.private_mails = former.private_mails.clone();
    people.extend([former, recent]);

    let mut today = in_use("v24710901", calendar);
    today.policy = Some(Policy::DayLock);
    today.lock_by_failures(calendar, 240);
    people.push(
        enrolled(
            "v24710901",
            ("Vidal", "Romane"),
            true,
            "2004-02-20",
            "L2",
            "UFR-SANTE",
        )
        .with(calendar, today),
    );
    let mut until_reset = in_use("vlacroix", calendar);
    until_reset.policy = Some(Policy::Strict);
    until_reset.lock_by_failures(calendar, 90_000);
    people.push(person(
        "vlacroix",
        ("Lacroix", "Victor"),
        false,
        "1985-05-05",
        vec![staff("710902", StaffKind::Administrative, "IUT", None)],
        until_reset,
    ));

    let suspended = held(
        "m24711001",
        calendar,
        'S',
        "SupannVerrouAdministratif",
        -15,
        None,
    );
    people.push(
        enrolled(
            "m24711001",
            ("Maillard", "Kévin"),
            false,
            "2003-07-19",
            "L3",
            "UFR-DROIT",
        )
        .with(calendar, suspended),
    );
    let mut suspended = held(
        "jpoirier",
        calendar,
        'S',
        "SupannVerrouAdministratif",
        -2,
        None,
    );
    suspended.locked = Some("000001010000Z".into());
    people.push(person(
        "jpoirier",
        ("Poirier", "Joëlle"),
        true,
        "1977-11-02",
        vec![staff("711002", StaffKind::Administrative, "UFR-LLA", None)],
        suspended,
    ));

    let grace = held("c22711101", calendar, 'A', "SupannSursis", -25, Some(5));
    let mut graced = enrolled(
        "c22711101",
        ("Carpentier", "Élise"),
        true,
        "2001-01-15",
        "M2",
        "UFR-LLA",
    )
    .with(calendar, grace);
    graced.ties = vec![graduate("22711101", "UFR-LLA", calendar.academic_year())];
    people.push(graced);
    people.push(person(
        "l19711102",
        ("Lemoine", "Adrien"),
        false,
        "1998-09-21",
        vec![graduate(
            "19711102",
            "UFR-SCI",
            calendar.academic_year() - 1,
        )],
        held("l19711102", calendar, 'I', "SupannExpire", -60, None),
    ));
    people.push(person(
        "bpichon",
        ("Pichon", "Bérénice"),
        true,
        "1990-06-06",
        vec![staff(
            "711103",
            StaffKind::Administrative,
            "DEVE",
            Some(calendar.day(4)),
        )],
        held("bpichon", calendar, 'A', "SupannActif", -300, Some(4)),
    ));

    people.push(
        enrolled(
            "a25711201",
            ("Aubry", "Nolwenn"),
            true,
            "2007-03-27",
            "L1",
            "UFR-SCI",
        )
        .with(calendar, Account::new(AccountState::created(calendar))),
    );
    let waiting = pending("p25711202", calendar, 2);
    people.push(
        enrolled(
            "p25711202",
            ("Payet", "Mathis"),
            false,
            "2007-05-12",
            "L1",
            "IUT",
        )
        .with(calendar, waiting),
    );

    let start = calendar.next_arrival();
    people.push(person(
        "fmonnier",
        ("Monnier", "Fabrice"),
        false,
        "1982-08-16",
        vec![staff("711301", StaffKind::Faculty, "UFR-SANTE", None)],
        Account::new(AccountState::new('I', "SupannPrecree", Some(start), None)),
    ));
    let early = Account::new(AccountState::new(
        'I',
        "SupannPrecree",
        Some(calendar.day(45)),
        None,
    ));
    people.push(
        enrolled(
            "e25711302",
            ("Étienne", "Swann"),
            true,
            "2007-10-10",
            "L1",
            "UFR-LLA",
        )
        .with(calendar, early),
    );
    people
}
