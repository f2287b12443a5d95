//! Cases 20 to 35, those that a person can play: mostly ordinary entries for unusual situations at the desk.
//! Cases that are events of the post have nobody here.

use super::{enrolled, held};
use crate::rehearsal::account::Policy;
use crate::rehearsal::calendar::Calendar;
use crate::rehearsal::cast::{graduate, in_use, person, staff};
use crate::rehearsal::person::{FictitiousPerson, StaffKind};

/// Cases 20 to 35: those that a person can play.
pub fn people(calendar: Calendar) -> Vec<FictitiousPerson> {
    let mut people = vec![
        enrolled(
            "i25712001",
            ("Ionescu", "Daria"),
            true,
            "2006-06-16",
            "L1",
            "UFR-DROIT",
        )
        .in_use(calendar),
        enrolled(
            "j23712301",
            ("Jacquet", "Noé"),
            false,
            "2003-03-03",
            "M1",
            "UFR-SCI",
        )
        .in_use(calendar),
        enrolled(
            "e23712801",
            ("Evrard", "Lucas"),
            false,
            "2004-10-18",
            "L3",
            "UFR-SCI",
        )
        .in_use(calendar),
        enrolled(
            "p24713301",
            ("Prévost", "Ambre"),
            true,
            "2005-01-26",
            "L2",
            "UFR-ECO",
        )
        .in_use(calendar),
    ];

    let mut transliterated = enrolled(
        "z25712101",
        ("Zhāng", "Xiǎoměi"),
        true,
        "2002-04-24",
        "M1",
        "UFR-ECO",
    )
    .in_use(calendar);
    transliterated.mail = Some("xiaomei.zhang@univ-rivemer.example".into());
    transliterated.birth_country = "99216";
    transliterated.birth_commune = None;
    transliterated.language = "en";
    people.push(transliterated);
    let mut refugee = enrolled(
        "o25712201",
        ("Osman", "Hawa"),
        true,
        "2001-00-00",
        "L1",
        "UFR-SANTE",
    )
    .in_use(calendar);
    refugee.birth_country = "99343";
    refugee.birth_commune = None;
    people.push(refugee);

    let mut renamed = person(
        "s14712401",
        ("Sánchez-Legrand", "Élodie"),
        true,
        "1996-02-29",
        vec![graduate("14712401", "UFR-LLA", 2019)],
        held("s14712401", calendar, 'I', "SupannExpire", -900, None),
    );
    renamed.birth_family = Some("Sánchez".into());
    renamed.mail = Some("elodie.sanchez@univ-rivemer.example".into());
    people.push(renamed);

    let mut stolen = held(
        "r24712501",
        calendar,
        'S',
        "SupannVerrouTechnique",
        -1,
        None,
    );
    stolen.last_success = Some(calendar.moment(1, 2, 14));
    let mut victim = enrolled(
        "r24712501",
        ("Royer", "Clément"),
        false,
        "2004-07-14",
        "L3",
        "UFR-SCI",
    )
    .with(calendar, stolen);
    victim
        .private_mails
        .push("{SECOURS}aide-compte@boite.example".into());
    victim
        .more
        .push(("mailForwardingAddress", "collecte@boite.example".into()));
    people.push(victim);

    people.push(person(
        "troux",
        ("Roux", "Tristan"),
        false,
        "1992-12-01",
        vec![staff("713002", StaffKind::Administrative, "PAIE", None)],
        in_use("troux", calendar),
    ));

    let mut strict = in_use("tmarchal", calendar);
    strict.policy = Some(Policy::Strict);
    people.push(person(
        "tmarchal",
        ("Marchal", "Thaïs"),
        true,
        "1989-09-19",
        vec![staff("713401", StaffKind::Faculty, "UFR-SCI", None)],
        strict,
    ));

    let mut corsican = enrolled(
        "c24713501",
        ("Colonna-Susini", "Ghjulia"),
        true,
        "2005-03-19",
        "L2",
        "UFR-LLA",
    )
    .in_use(calendar);
    corsican.birth_commune = None;
    people.push(corsican);
    people
}
