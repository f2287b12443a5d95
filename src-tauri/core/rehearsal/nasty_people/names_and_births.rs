//! Cases 1 to 6: twins, namesakes, changed names, mononyms, names longer than a card, births partly unknown.
//! Never a real person: the spellings are real, the people are not.

use super::{enrolled, held};
use crate::rehearsal::calendar::Calendar;
use crate::rehearsal::cast::{in_use, person, staff};
use crate::rehearsal::person::{FictitiousPerson, StaffKind};

/// Cases 1 to 6.
pub fn people(calendar: Calendar) -> Vec<FictitiousPerson> {
    let mut people = Vec::new();
    for (login, given) in [("q25710101", "Jade"), ("q25710102", "Lou")] {
        let mut twin = enrolled(
            login,
            ("Quéméner", given),
            true,
            "2007-02-14",
            "L1",
            "UFR-SANTE",
        )
        .in_use(calendar);
        twin.more.push((
            "supannAdressePostalePrivee",
            "{COURRIER}12 venelle du Four, 76540 Rivemer-le-Haut".into(),
        ));
        people.push(twin);
    }

    let locked = held(
        "r23710202",
        calendar,
        'S',
        "SupannVerrouTechnique",
        -3,
        None,
    );
    for (login, structure, account, mail) in [
        (
            "r24710201",
            "UFR-DROIT",
            in_use("r24710201", calendar),
            "thomas.riviere",
        ),
        ("r23710202", "UFR-SCI", locked, "thomas.riviere.2"),
    ] {
        let mut namesake = enrolled(
            login,
            ("Rivière", "Thomas"),
            false,
            "2005-06-01",
            "L2",
            structure,
        )
        .with(calendar, account);
        namesake.mail = Some(format!("{mail}@univ-rivemer.example"));
        people.push(namesake);
    }

    let mut married = enrolled(
        "h22710301",
        ("Castel", "Sabrina"),
        true,
        "2003-11-11",
        "M1",
        "UFR-ECO",
    )
    .in_use(calendar);
    married.birth_family = Some("Hadj-Ahmed".into());
    married.mail = Some("sabrina.hadj-ahmed@univ-rivemer.example".into());
    people.push(married);
    let mut divorced = person(
        "mlavigne",
        ("Lavigne", "Mireille"),
        true,
        "1971-03-08",
        vec![staff("710302", StaffKind::Administrative, "SCD", None)],
        in_use("mlavigne", calendar),
    );
    divorced.birth_family = Some("Lavigne".into());
    divorced.mail = Some("mireille.bourgeois@univ-rivemer.example".into());
    people.push(divorced);

    let mut mononym = enrolled(
        "s25710401",
        ("Suharmanto", ""),
        false,
        "2004-08-17",
        "L1",
        "UFR-SCI",
    )
    .in_use(calendar);
    mononym.birth_country = "99231";
    mononym.birth_commune = None;
    people.push(mononym);
    // The registrar repeated the only name: a passport shows it once.
    people.push(
        enrolled(
            "w24710402",
            ("Widodo", "Widodo"),
            false,
            "2003-01-29",
            "L2",
            "IUT",
        )
        .in_use(calendar),
    );

    let mut long = enrolled(
        "n25710501",
        (
            "Nguyễn Phúc Công Huyền Tôn Nữ",
            "Hoàng Thị Phương Thảo Ánh Tuyết",
        ),
        true,
        "2001-09-02",
        "M1",
        "UFR-LLA",
    )
    .in_use(calendar);
    long.mail = Some("thao.nguyen-phuc@univ-rivemer.example".into());
    long.birth_country = "99243";
    long.birth_commune = None;
    people.push(long);
    let mut noble = enrolled(
        "d24710502",
        (
            "de La Rochebrochard d’Auzay-Montfermeil",
            "Marie-Alphonsine Bérengère",
        ),
        true,
        "2004-12-25",
        "L3",
        "UFR-DROIT",
    )
    .in_use(calendar);
    noble.mail = Some("bk.rochebrochard@univ-rivemer.example".into());
    people.push(noble);

    for (login, names, birth) in [
        ("k25710601", ("Karimi", "Farzana"), "2002-00-00"),
        ("a24710602", ("Ahmadzai", "Zalmay"), "1999-07-00"),
        ("b23710603", ("Bâ", "Oumou"), "2000-01-01"),
    ] {
        let mut unsure =
            enrolled(login, names, login != "a24710602", birth, "L2", "UFR-SCI").in_use(calendar);
        unsure.birth_country = "99212";
        unsure.birth_commune = None;
        people.push(unsure);
    }
    people
}
