//! Cases 14 to 19: recovery addresses missing, shared, useless or just changed; a minor; a chosen first name.
//! Never an address that exists: every domain ends in `.example`.

use super::enrolled;
use crate::rehearsal::account::{Account, AccountState};
use crate::rehearsal::calendar::Calendar;
use crate::rehearsal::cast::{graduate, in_use, person};
use crate::rehearsal::person::FictitiousPerson;

/// Cases 14 to 19.
pub fn people(calendar: Calendar) -> Vec<FictitiousPerson> {
    let mut people = Vec::new();
    let account = |login: &str| in_use(login, calendar);
    people.push(
        enrolled(
            "j24711401",
            ("Joly", "Baptiste"),
            false,
            "2005-09-30",
            "L2",
            "UFR-ECO",
        )
        .with(calendar, account("j24711401")),
    );
    for (login, given, woman, birth) in [
        ("b25711501", "Sacha", false, "2007-01-05"),
        ("b23711502", "Ysé", true, "2004-04-12"),
    ] {
        let mut sibling = enrolled(login, ("Benoît", given), woman, birth, "L1", "UFR-SCI")
            .with(calendar, account(login));
        sibling
            .private_mails
            .push("{SECOURS}famille.benoit@messagerie.example".into());
        people.push(sibling);
    }
    let mut own_house = enrolled(
        "l23711601",
        ("Langlois", "Tom"),
        false,
        "2004-11-23",
        "L3",
        "IUT",
    )
    .with(calendar, account("l23711601"));
    own_house
        .private_mails
        .push("{SECOURS}tom.langlois@univ-rivemer.example".into());
    people.push(own_house);
    let mut closed = person(
        "s14711602",
        ("Schmitt", "Sofia"),
        true,
        "1995-12-12",
        vec![graduate("14711602", "UFR-DROIT", 2019)],
        account("s14711602"),
    );
    closed
        .private_mails
        .push("{SECOURS}sofia.schmitt@fournisseur-ferme.example".into());
    people.push(closed);

    let mut changed = enrolled(
        "k23711701",
        ("Kouyaté", "Karim"),
        false,
        "2003-05-17",
        "L3",
        "UFR-ECO",
    )
    .with(calendar, account("k23711701"));
    changed
        .private_mails
        .push("{SECOURS}k.nouveau@boite.example".into());
    changed
        .private_phones
        .push("{MOBPERSO}+33 6 39 98 77 18".into());
    people.push(changed);

    let seventeen = calendar
        .day(-(17 * 365 + 120))
        .strftime("%Y-%m-%d")
        .to_string();
    let mut minor = enrolled(
        "z25711801",
        ("Zimmermann", "Pia"),
        true,
        &seventeen,
        "L1",
        "UFR-SCI",
    )
    .with(calendar, Account::new(AccountState::created(calendar)));
    minor
        .private_mails
        .push("{PARENTS}parents.zimmermann@courriel.example".into());
    minor
        .private_phones
        .push("{MOBPARENTS}+33 6 39 98 30 31".into());
    people.push(minor);

    let mut chosen = enrolled(
        "d24711901",
        ("Delaunay", "Alix"),
        true,
        "2005-08-03",
        "L2",
        "UFR-LLA",
    )
    .in_use(calendar);
    chosen.civil_given = Some("Alexandre Henri".into());
    people.push(chosen);
    people
}
