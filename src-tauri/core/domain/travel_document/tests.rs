//! The specimens read as their issuers printed them, and every way a pass can go wrong.
//! Lines may be missing, cut or misread, dates impossible, the document a visa: each is named.
//! Never a band of a real document.

use super::specimens::{SPECIMENS, TODAY, former_card, read_lines, td1, td3, typed};
use super::*;

type Expected = (
    &'static str,
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
    Option<&'static str>,
    u8,
);

#[test]
fn every_specimen_is_read_as_printed() {
    #[rustfmt::skip]
    let expected: [Expected; 9] = [
        ("Passeport UTO", "ERIKSSON", Some("ANNA MARIA"), Some("12/08/1974"), Some("15/04/2012"), 5),
        ("Carte d’identité UTO", "ERIKSSON", Some("ANNA MARIA"), Some("12/08/1974"), Some("15/04/2012"), 4),
        ("Carte d’identité UTO", "ERIKSSON", Some("ANNA MARIA"), Some("12/08/1974"), Some("15/04/2012"), 4),
        ("Carte d’identité FR", "MARTIN", Some("MAELYS GAELLE MARIE"), Some("13/07/1990"), Some("11/02/2030"), 4),
        ("Titre de séjour FR", "MARTIN", Some("CHRISTELLE HELENE LAUR"), Some("12/06/1979"), Some("07/01/2014"), 4),
        ("Ancienne carte d’identité FR", "BERTHIER", Some("CORINNE"), Some("06/12/1965"), None, 3),
        ("Ancienne carte d’identité FR", "TEST NAME", Some("ROBERTA"), Some("31/12/1991"), None, 3),
        ("Permis de conduire FR", "MARTIN", None, None, Some("31/12/2018"), 2),
        ("Carte d’identité UTO", "STEVENSON", Some("PETER JOHN"), Some("12/07/1934"), Some("12/07/1995"), 4),
    ];
    for (specimen, (label, family, given, birth, expiry, digits)) in SPECIMENS.iter().zip(expected)
    {
        let reading = read_lines(specimen.lines);
        assert_eq!(reading.label(), label, "{}", specimen.name);
        assert_eq!(
            reading.family_name().map(|name| name.text.as_str()),
            Some(family),
            "{}",
            specimen.name
        );
        assert_eq!(
            reading.given_names().map(|name| name.text.as_str()),
            given,
            "{}",
            specimen.name
        );
        assert_eq!(
            reading.birth().map(|date| date.to_string()).as_deref(),
            birth,
            "{}",
            specimen.name
        );
        assert_eq!(
            reading.expiry().map(|date| date.to_string()).as_deref(),
            expiry,
            "{}",
            specimen.name
        );
        assert_eq!(
            reading.check_digits(),
            CheckDigits {
                good: digits,
                total: digits
            },
            "{}",
            specimen.name
        );
        assert!(!reading.keyboard_corrected(), "{}", specimen.name);
    }
    assert_eq!(
        read_lines(SPECIMENS[5].lines).issued(),
        Some(YearMonth {
            year: 1988,
            month: 6
        })
    );
    assert_eq!(
        read_lines(SPECIMENS[6].lines).issued(),
        Some(YearMonth {
            year: 2017,
            month: 10
        })
    );
    let permit = read_lines(SPECIMENS[4].lines);
    assert!(
        permit
            .given_names()
            .is_some_and(|name| name.maybe_truncated)
            && permit
                .family_name()
                .is_some_and(|name| !name.maybe_truncated)
    );
}

#[test]
fn the_misread_permit_is_refused_on_its_number() {
    let lines = [
        "IRFRAK682T8YL00<1105040043<<<<",
        SPECIMENS[4].lines[1],
        SPECIMENS[4].lines[2],
    ];
    let problem = read(&typed(lines.concat()), TODAY).expect_err("the number is misread");
    assert_eq!(
        problem,
        ReadingProblem::BadCheckDigits {
            line: 1,
            fields: vec![CheckedField::Number, CheckedField::Composite]
        }
    );
    assert_eq!(
        problem.sentence(),
        "Ligne 1 mal lue. Rien n’est comparé tant que la lecture n’est pas sûre. Repassez la pièce (F7)."
    );
}

#[test]
fn missing_and_broken_lines_are_named() {
    let [passport, td2, card, ..] = &SPECIMENS;
    let former = &SPECIMENS[5];
    let missing = |have, expected, missing: &[u8]| ReadingProblem::MissingLines {
        have,
        expected,
        missing: missing.to_vec(),
    };
    #[rustfmt::skip]
    let table = [
        (card.lines[..2].join("\n"), missing(2, 3, &[3]), "Il manque la 3ᵉ ligne. Repassez la pièce, ou tapez la date de naissance."),
        (card.lines[..2].concat(), missing(2, 3, &[3]), "Il manque la 3ᵉ ligne."),
        (card.lines[0].to_owned(), missing(1, 3, &[2, 3]), "Il manque les 2ᵉ et 3ᵉ lignes."),
        ([card.lines[0], card.lines[2]].join("\n"), missing(2, 3, &[2]), "Il manque la 2ᵉ ligne."),
        (card.lines[1..].join("\n"), missing(2, 3, &[1]), "Il manque la 1ʳᵉ ligne."),
        (card.lines[1..].concat(), missing(2, 3, &[1]), "Il manque la 1ʳᵉ ligne."),
        (passport.lines[0].to_owned(), missing(1, 2, &[2]), "Il manque la 2ᵉ ligne."),
        (passport.lines[1].to_owned(), missing(1, 2, &[1]), "Il manque la 1ʳᵉ ligne."),
        (td2.lines[0].to_owned(), missing(1, 2, &[2]), "Il manque la 2ᵉ ligne."),
        (td2.lines[1].to_owned(), missing(1, 2, &[1]), "Il manque la 1ʳᵉ ligne."),
        (former.lines[0].to_owned(), missing(1, 2, &[2]), "Il manque la 2ᵉ ligne."),
        (former.lines[1].to_owned(), missing(1, 2, &[1]), "Il manque la 1ʳᵉ ligne."),
        (
            passport.joined()[..60].to_owned(),
            ReadingProblem::BadLineLength { line: 2, have: 16, expected: 44 },
            "La 2ᵉ ligne est incomplète. Repassez la pièce, ou tapez la date de naissance.",
        ),
        (
            [&card.lines[0][..29], card.lines[1], card.lines[2]].join("\n"),
            ReadingProblem::BadLineLength { line: 1, have: 29, expected: 30 },
            "La 1ʳᵉ ligne est incomplète.",
        ),
        (
            [card.lines[0], &format!("{}<", card.lines[1]), card.lines[2]].join("\n"),
            ReadingProblem::BadLineLength { line: 2, have: 31, expected: 30 },
            "Ligne 2 mal lue.",
        ),
        (passport.joined().replace("ANNA", "ANN4"), ReadingProblem::BadCharacter { line: 1 }, "Ligne 1 mal lue."),
        (passport.joined().replace("ANNA", "ANN?"), ReadingProblem::BadCharacter { line: 1 }, "Ligne 1 mal lue."),
        (passport.joined().replace("UTO74", "UT074"), ReadingProblem::BadCharacter { line: 2 }, "Ligne 2 mal lue."),
        (String::new(), ReadingProblem::NotAnMrz, "Ce n’est pas la bande d’une pièce d’identité."),
        ("b21704588".to_owned(), ReadingProblem::NotAnMrz, "Ce n’est pas la bande d’une pièce d’identité."),
        ("pascal dupont <pascal@courriel.example>".to_owned(), ReadingProblem::NotAnMrz, "Ce n’est pas"),
    ];
    for (text, expected, sentence) in table {
        let problem = read(&typed(text.clone()), TODAY).expect_err("not a whole band");
        assert_eq!(problem, expected, "{text:?}");
        assert!(
            problem.sentence().starts_with(sentence),
            "{text:?}: {}",
            problem.sentence()
        );
    }
}

#[test]
fn visas_are_recognised_and_refused() {
    let visa_a = [
        "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C<3UTO6908061F9406236ZE184226B<<<<<<<",
    ];
    let visa_b = [
        "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
        "L898902C<3UTO6908061F9406236ZE184226",
    ];
    for lines in [visa_a, visa_b] {
        for text in [
            lines.concat(),
            lines.join("\n"),
            format!("X9{}", lines.concat()),
            lines[0].to_owned(),
        ] {
            assert_eq!(
                read(&typed(text.clone()), TODAY),
                Err(ReadingProblem::Visa),
                "{text:?}"
            );
        }
    }
    let misread = visa_a.concat().replace("6908061", "6908062");
    assert_eq!(
        read(&typed(misread), TODAY),
        Err(ReadingProblem::BadCheckDigits {
            line: 2,
            fields: vec![CheckedField::Birth]
        })
    );
}

#[test]
fn impossible_dates_are_refused_though_their_digits_agree() {
    let birth = td1("I<UTO", "NOVAK<<EVA", "950231", "300211");
    assert_eq!(
        read(&typed(birth), TODAY),
        Err(ReadingProblem::ImpossibleDate {
            line: 2,
            field: CheckedField::Birth
        })
    );
    let expiry = td1("I<UTO", "NOVAK<<EVA", "950221", "301311");
    assert_eq!(
        read(&typed(expiry), TODAY),
        Err(ReadingProblem::ImpossibleDate {
            line: 2,
            field: CheckedField::Expiry
        })
    );
    let issue = former_card("NOVAK", "EVA", "1113", "700101");
    assert_eq!(
        read(&typed(issue), TODAY),
        Err(ReadingProblem::ImpossibleDate {
            line: 2,
            field: CheckedField::Number
        })
    );
}

#[test]
fn unknown_birth_parts_single_names_and_full_fields_are_told() {
    let reading = read(
        &typed(td1("I<UTO", "NOVAK<<EVA", "95<<<<", "300211")),
        TODAY,
    )
    .expect("valid");
    assert_eq!(
        reading.birth().map(|date| date.to_string()).as_deref(),
        Some("--/--/1995")
    );

    let mononym = read(&typed(td3("P<IND", "<<FIRST<NAME", "950221")), TODAY).expect("valid");
    assert_eq!(mononym.family_name(), None);
    assert_eq!(
        mononym.given_names().map(|name| name.text.as_str()),
        Some("FIRST NAME")
    );
    assert_eq!(
        mononym.check_digits(),
        CheckDigits { good: 4, total: 4 },
        "no digit over the empty optional field"
    );

    let single = read(&typed(td3("P<IDN", "SUKARNO", "950221")), TODAY).expect("valid");
    assert_eq!(
        (
            single.family_name().map(|name| name.text.as_str()),
            single.given_names()
        ),
        (Some("SUKARNO"), None)
    );

    let long = read(
        &typed(former_card(
            "BRZECZYSZCZYKIEWICZ<ZOLCI",
            "JEAN<SEBASTIEN",
            "1103",
            "900101",
        )),
        TODAY,
    )
    .expect("valid");
    assert!(
        long.family_name()
            .is_some_and(|name| name.maybe_truncated && name.text == "BRZECZYSZCZYKIEWICZ ZOLCI")
    );
    assert!(long.given_names().is_some_and(|name| name.maybe_truncated));

    let elder = read(&typed(former_card("NOVAK", "EVA", "9503", "100101")), TODAY).expect("valid");
    assert_eq!(
        elder.birth().map(|date| date.year()),
        Some(1910),
        "nobody is born after their card"
    );
}

#[test]
fn the_document_code_gives_the_kind() {
    let kind = |code: &str| {
        read(&typed(td1(code, "NOVAK<<EVA", "950221", "300211")), TODAY)
            .expect("valid")
            .kind()
    };
    assert_eq!(kind("I<UTO"), DocumentKind::IdentityCard);
    assert_eq!(kind("IDBEL"), DocumentKind::IdentityCard);
    assert_eq!(kind("IRFRA"), DocumentKind::ResidencePermit);
    assert_eq!(kind("ARD<<"), DocumentKind::ResidencePermit);
    assert_eq!(kind("ACUTO"), DocumentKind::OtherTravelDocument);
    let passport = |code: &str| {
        read(&typed(td3(code, "NOVAK<<EVA", "950221")), TODAY)
            .expect("valid")
            .kind()
    };
    assert_eq!(passport("P<UTO"), DocumentKind::Passport);
    assert_eq!(passport("PDUTO"), DocumentKind::Passport);
    assert_eq!(passport("PRFRA"), DocumentKind::OtherTravelDocument);
    assert_eq!(
        DocumentKind::DrivingLicence.strength(),
        EvidenceStrength::Medium
    );
    assert!(
        EvidenceStrength::Weak < EvidenceStrength::Medium
            && EvidenceStrength::Medium < EvidenceStrength::Strong
    );
}

#[test]
fn the_strip_marks_what_is_compared_and_hides_the_rest() {
    let shown = |reading: &DocumentReading| {
        let line = |line: &Vec<BandSegment>| {
            line.iter()
                .map(|segment| segment.text.clone())
                .collect::<String>()
        };
        reading.band().iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(
        shown(&read_lines(SPECIMENS[3].lines)),
        [
            "IDFRA••••••••••<<<<<<<<<<<<<<<",
            "9007138•3002119•••<<<<<<<<<<<6",
            "MARTIN<<MAELYS<GAELLE<MARIE<<<"
        ]
    );
    assert_eq!(
        shown(&read_lines(SPECIMENS[0].lines))[1],
        "•••••••••••••7408122•1204159•••••••••<<<<<10"
    );
    assert_eq!(
        shown(&read_lines(SPECIMENS[6].lines)),
        [
            "IDFRATEST<NAME<<<<<<<<<<<<<<<<••••••",
            "•••••••••••••ROBERTA<<<<<<<9112311•2"
        ]
    );
    assert_eq!(
        shown(&read_lines(SPECIMENS[7].lines)),
        ["D1FRA••••••••••181231MARTIN<<9"]
    );

    let card = read_lines(SPECIMENS[3].lines);
    let marked: Vec<_> = card
        .band()
        .iter()
        .flatten()
        .filter(|segment| segment.kind != SegmentKind::Plain && segment.kind != SegmentKind::Masked)
        .collect();
    let expected = [
        (SegmentKind::Birth, "900713"),
        (SegmentKind::Expiry, "300211"),
        (SegmentKind::FamilyName, "MARTIN"),
        (SegmentKind::GivenNames, "MAELYS<GAELLE<MARIE"),
    ];
    assert_eq!(
        marked
            .iter()
            .map(|segment| (segment.kind, segment.text.as_str()))
            .collect::<Vec<_>>(),
        expected
    );
}

#[test]
fn no_number_nationality_or_optional_data_is_in_a_reading() {
    for specimen in &SPECIMENS {
        let reading = read_lines(specimen.lines);
        let debug = format!("{reading:?}");
        let strip: Vec<String> = reading
            .band()
            .iter()
            .map(|line| line.iter().map(|segment| segment.text.as_str()).collect())
            .collect();
        #[rustfmt::skip]
        let table = [
            "L898902C3",
            "D23145890",
            "X4RTBPFW4",
            "K682T8YLO",
            "1105040043",
            "880692310285",
            "1710GVA12345",
            "13AA00002",
            "ZE184226B",
            "0CHE02",
            "SEN",
        ];
        for secret in table {
            let everywhere = [
                debug.as_str(),
                strip.join("\n").as_str(),
                reading.label().as_str(),
            ]
            .join("\n");
            assert!(!everywhere.contains(secret), "{}: {secret}", specimen.name);
        }
        for personal in [reading.family_name(), reading.given_names()]
            .into_iter()
            .flatten()
        {
            assert!(
                !debug.contains(&personal.text),
                "{}: {debug}",
                specimen.name
            );
        }
    }
}

#[test]
fn a_pass_leads_to_its_validity() {
    let rules = ValidityRules {
        former_card_extension: true,
        accept_expired: false,
    };
    let extended =
        read(&typed(former_card("NOVAK", "EVA", "1205", "700101")), TODAY).expect("valid");
    assert!(matches!(
        validity(&extended, TODAY, &rules),
        Validity::ExtendedByLaw { .. }
    ));
    let card = read_lines(SPECIMENS[3].lines);
    assert_eq!(
        validity(&card, TODAY, &rules),
        Validity::Current {
            until: LastDay::Day(jiff::civil::date(2030, 2, 11))
        }
    );
    let permit = read_lines(SPECIMENS[4].lines);
    assert!(matches!(
        validity(&permit, TODAY, &rules),
        Validity::Expired {
            accepted_by_site: false,
            ..
        }
    ));
    let without = read(
        &typed(td1("I<UTO", "NOVAK<<EVA", "950221", "<<<<<<")),
        TODAY,
    )
    .expect("valid");
    assert_eq!(validity(&without, TODAY, &rules), Validity::Unknown);
}
