//! States of the directory that no case numbers: unused letters, departed sponsors, ended stays, deletions.
//! Never reads the clock: ages are counted from the rehearsal's day.

use super::{enrolled, held};
use crate::rehearsal::account::Password;
use crate::rehearsal::calendar::Calendar;
use crate::rehearsal::cast::{graduate, guest, in_use, pending, person, staff};
use crate::rehearsal::people::former_password;
use crate::rehearsal::person::{FictitiousPerson, StaffKind, Tie};

/// States that have no number.
pub fn people(calendar: Calendar) -> Vec<FictitiousPerson> {
    let mut people = Vec::new();
    let fresh = pending("b23720001", calendar, 2);
    people.push(
        enrolled(
            "b23720001",
            ("Bertin", "Salomé"),
            true,
            "2004-05-08",
            "L3",
            "UFR-DROIT",
        )
        .with(calendar, fresh),
    );
    let stale = pending("t22720002", calendar, 6);
    people.push(
        enrolled(
            "t22720002",
            ("Traoré", "Issa"),
            false,
            "2002-08-27",
            "M2",
            "UFR-ECO",
        )
        .with(calendar, stale),
    );

    let mut permanent = in_use("u22720003", calendar);
    permanent.locked = Some("000001010000Z".into());
    people.push(
        enrolled(
            "u22720003",
            ("Urbain", "Gaspard"),
            false,
            "2003-02-22",
            "M1",
            "UFR-SCI",
        )
        .with(calendar, permanent),
    );

    people.push(person(
        "rleblanc",
        ("Leblanc", "Régis"),
        false,
        "1958-10-15",
        vec![staff(
            "720004",
            StaffKind::Faculty,
            "SILLAGE",
            Some(calendar.day(-85)),
        )],
        held("rleblanc", calendar, 'I', "SupannExpire", -85, None),
    ));
    let stay = |sponsor: &str, until: i64| -> Tie {
        guest(
            sponsor,
            "SILLAGE",
            "Convention d’hébergement",
            calendar.day(until),
        )
    };
    people.push(person(
        "nkowalczyk-inv",
        ("Kowalczyk", "Natalia"),
        true,
        "1988-04-01",
        vec![stay("rleblanc", 40)],
        in_use("nkowalczyk-inv", calendar),
    ));
    people.push(person(
        "dsimic-inv",
        ("Šimić", "Dražen"),
        false,
        "1979-12-24",
        vec![stay("tmarchal", -3)],
        held("dsimic-inv", calendar, 'I', "SupannExpire", -3, None),
    ));

    let mut ended = in_use("i21720006", calendar);
    ended.password = Password::Own {
        clear: former_password("i21720006"),
        changed: calendar.moment(120, 9, 9),
    };
    ended.ends = Some(calendar.moment(8, 21, 59));
    people.push(
        enrolled(
            "i21720006",
            ("Imbert", "Oriane"),
            true,
            "2000-11-17",
            "M2",
            "IUT",
        )
        .with(calendar, ended),
    );

    for (login, names, state) in [
        ("y20720007", ("Yılmaz", "Deniz"), "SupannSupprDonnees"),
        ("x20720008", ("Xiberras", "Paulin"), "SupannSupprCompte"),
    ] {
        people.push(person(
            login,
            names,
            false,
            "1999-09-09",
            vec![graduate(
                &login[1..],
                "UFR-SCI",
                calendar.academic_year() - 1,
            )],
            held(login, calendar, 'I', state, -10, Some(50)),
        ));
    }
    people
}
