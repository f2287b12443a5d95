//! Tables of names: what a document bears, what the directory holds, and the verdict a clerk would expect.
//! They hold the hard names of a French university: accents, ligatures, transliterations, particles, birth and usage
//! names, single names, names cut by each band. All persons are fictitious.
//! Never a verdict without its reason.

use super::*;
use crate::domain::travel_document::specimens::{TODAY, former_card, licence, td1, td3, typed};
use crate::domain::travel_document::{DocumentReading, read};

use NameSource::{CivilStatus, Display, Usage};

const SAME: Verdict = Verdict::Same;
const DIFFERENT: Verdict = Verdict::Different;

const fn ok(reason: Reason) -> Verdict {
    Verdict::Compatible(reason)
}

const fn check(reason: Reason) -> Verdict {
    Verdict::ToCheck(reason)
}

fn whole(text: &str) -> MrzName {
    MrzName {
        text: text.to_owned(),
        maybe_truncated: false,
    }
}

fn cut(text: &str) -> MrzName {
    MrzName {
        text: text.to_owned(),
        maybe_truncated: true,
    }
}

fn family(document: &MrzName, record: &str) -> Verdict {
    compare_family(document, &[RecordName::new(record, Usage)]).verdict
}

fn given(document: &MrzName, record: &str) -> Verdict {
    compare_given(Some(document), &[RecordName::new(record, Usage)]).verdict
}

#[test]
fn surnames() {
    use Reason::*;
    #[rustfmt::skip]
    let table = [
        ("MARTIN", "Martin", SAME),
        ("LE GOFF", "Le Goff", SAME),
        ("LEFEVRE", "Lefèvre", ok(AccentsAndHyphen)),
        ("LEFEVRE NUNEZ", "LEFÈVRE-NUÑEZ", ok(AccentsAndHyphen)),
        ("LE GOFF KERGUELEN", "Le Goff--Kerguélen", ok(AccentsAndHyphen)),
        ("NGUYEN", "Nguyễn", ok(AccentsAndHyphen)),
        ("DAO", "Đào", ok(AccentsAndHyphen)),
        ("BRZECZYSZCZYKIEWICZ ZOLC", "Brzęczyszczykiewicz-Żółć", ok(AccentsAndHyphen)),
        ("TURCANU BASESCU", "Țurcanu-Băsescu", ok(AccentsAndHyphen)),
        ("CAGLIOGLU", "Çağlıoğlu", ok(AccentsAndHyphen)),
        ("BERZINS", "Bērziņš", ok(AccentsAndHyphen)),
        ("GUDMUNDSDOTTIR", "Guðmundsdóttir", ok(AccentsAndHyphen)),
        ("THORSSON", "Þórsson", ok(AccentsAndHyphen)),
        ("SOERENSEN", "Sørensen", ok(AccentsAndHyphen)),
        ("COEURDEROY", "Cœurderoy", ok(AccentsAndHyphen)),
        ("WEISS", "Weiß", SAME),
        ("OCONNOR", "O’Connor", ok(Apostrophe)),
        ("DALMEIDA", "D'Almeida", ok(Apostrophe)),
        ("LHERMITTE", "L’Hermitte", ok(Apostrophe)),
        ("KAAHUMANU", "Kaʻahumanu", ok(Apostrophe)),
        ("ABD AL RAHMAN", "ʿAbd al-Raḥmān", ok(AccentsAndHyphen)),
        ("MUELLER", "Müller", ok(Transliteration)),
        ("MUXXLLER", "Müller", ok(Transliteration)),
        ("SORENSEN", "Sørensen", ok(Transliteration)),
        ("AANGSTROEM", "Ångström", ok(Transliteration)),
        ("NUNXXEZ", "Nuñez", ok(Transliteration)),
        ("DJORDJEVIC", "Đorđević", ok(Transliteration)),
        ("LEGOFF", "Le Goff", ok(JoinedOrSplit)),
        ("DE LA FONTAINE", "Delafontaine", ok(JoinedOrSplit)),
        ("ALHUSAYNI", "al-Ḥusaynī", ok(JoinedOrSplit)),
        ("D ALMEIDA", "D’Almeida", ok(JoinedOrSplit)),
        ("FONTAINE", "de La Fontaine", ok(Particle)),
        ("DE LA FONTAINE", "La Fontaine", ok(Particle)),
        ("D ESTAING", "Estaing", ok(Particle)),
        ("ESTAING", "d’Estaing", ok(Particle)),
        ("HUSAYNI", "al-Ḥusaynī", ok(Particle)),
        ("VAN DIJK", "Dijk", ok(Particle)),
        ("LE", "Lê", ok(AccentsAndHyphen)),
        ("LE", "Du", DIFFERENT),
        ("LE", "Le Du", check(PartOfCompoundName)),
        ("NUNEZ LEFEVRE", "Lefèvre-Nuñez", check(FamilyNameReordered)),
        ("LEFEVRE", "Lefèvre-Nuñez", check(PartOfCompoundName)),
        ("GARCIA LOPEZ", "López", check(PartOfCompoundName)),
        ("LEFEBVRE", "Lefèvre", check(CloseSpelling { letters: 1 })),
        ("DUBOSCQ", "Dubosc", check(CloseSpelling { letters: 1 })),
        ("BRZECZYSZCZYKIEVIC", "Brzęczyszczykiewicz", check(CloseSpelling { letters: 2 })),
        ("BENALI", "Benalli", check(CloseSpelling { letters: 1 })),
        ("ALI", "Ali-Khan", check(PartOfCompoundName)),
        ("ALI", "Alie", DIFFERENT),
        ("PETIT", "Pepit", DIFFERENT),
        ("PEPITO", "Petito", check(CloseSpelling { letters: 1 })),
        ("KERMARECHAL", "Kermorechel", DIFFERENT),
        ("DUPONT", "Durand", DIFFERENT),
        ("MARTIN", "Martineau", DIFFERENT),
        ("MARTINLUCAS", "Martin", DIFFERENT),
        ("RENAUD", "Renault", DIFFERENT),
        ("IVANOV", "Иванов", check(NotInLatinLetters)),
        ("MARTIN", "Martin Иванов", check(NotInLatinLetters)),
        ("MARTIN", "", check(NoNameInRecord)),
        ("MARTIN", "—", check(NoNameInRecord)),
    ];
    assert!(table.len() >= 50);
    for (document, record, verdict) in table {
        assert_eq!(
            family(&whole(document), record),
            verdict,
            "{document} / {record}"
        );
    }
    assert_eq!(
        compare_family(&whole("MARTIN"), &[]).verdict,
        check(NoNameInRecord)
    );
}

#[test]
fn given_names() {
    use Reason::*;
    #[rustfmt::skip]
    let table = [
        ("ANNA", "Anna", SAME),
        ("INES", "Inès", ok(AccentsAndHyphen)),
        ("JEAN PIERRE", "Jean-Pierre", ok(AccentsAndHyphen)),
        ("IBRAHIM", "İbrahim", ok(AccentsAndHyphen)),
        ("ISIK", "Işık", ok(AccentsAndHyphen)),
        ("THORUNN", "Þórunn", ok(AccentsAndHyphen)),
        ("JOERG", "Jörg", ok(Transliteration)),
        ("JEANPIERRE", "Jean-Pierre", ok(JoinedOrSplit)),
        ("INES CAMILLE", "Inès", ok(ExtraGivenName { rank: 2 })),
        ("MARIE LOUISE ANGE", "Marie-Louise", ok(ExtraGivenName { rank: 3 })),
        ("JOERG PETER", "Jörg", ok(ExtraGivenName { rank: 2 })),
        ("INES CAMILLE MARIE", "Inès", ok(ExtraGivenNames)),
        ("INES CAMILLE", "Camille", ok(UsualGivenNameNotFirst)),
        ("THI MINH KHAI", "Minh Khai", ok(UsualGivenNameNotFirst)),
        ("THI MINH KHAI", "Thị Khải", ok(UsualGivenNameNotFirst)),
        ("INES", "Inès Camille", ok(FewerGivenNames)),
        ("CAMILLE INES", "Inès Camille", ok(GivenNamesReordered)),
        ("PIERRE JEAN", "Jean-Pierre", ok(GivenNamesReordered)),
        ("JEAN", "Jean-Pierre", check(PartOfCompoundGivenName)),
        ("MARIE ANGE", "Marie-Anne", check(CloseSpelling { letters: 1 })),
        ("MATTHIEU", "Mathieu", check(CloseSpelling { letters: 1 })),
        ("MATTHIEU PAUL", "Mathieu", check(CloseSpelling { letters: 1 })),
        ("INES MARGUERITE", "Inès Camille", check(OtherGivenNamesDiffer)),
        ("LEA", "Léna", DIFFERENT),
        ("LUCAS", "Hugo", DIFFERENT),
        ("LUCASMARTIN", "Lucas", DIFFERENT),
        ("MOHAMED", "محمد", check(NotInLatinLetters)),
    ];
    for (document, record, verdict) in table {
        assert_eq!(
            given(&whole(document), record),
            verdict,
            "{document} / {record}"
        );
    }
    assert_eq!(
        compare_given(None, &[RecordName::new("Inès", Usage)]).verdict,
        check(NoGivenNameOnDocument)
    );
}

#[test]
fn names_cut_by_the_band_are_compared_by_their_beginning() {
    use Reason::*;
    #[rustfmt::skip]
    let table = [
        ("BRZECZYSZCZYKIEWICZ ZO", "Brzęczyszczykiewicz-Żółć", ok(FamilyNameCut)),
        ("KOVACSMU", "Kovács-Müller", ok(FamilyNameCut)),
        ("KOVACSMUE", "Kovács-Müller", ok(FamilyNameCut)),
        ("DUPONT DE LA TOUR DU PIN", "du Pont de La Tour du Pin-Chambly", ok(FamilyNameCut)),
        ("LA ROCHEFOUCAULD LIANC", "Rochefoucauld-Liancourt", ok(FamilyNameCut)),
        ("BRZECZYSZCZYKIEVICZ ZO", "Brzęczyszczykiewicz-Żółć", check(CloseSpelling { letters: 1 })),
        ("BRZECZYSZCZYKIEWICZ ZO", "Brzęczyszczykiewicz", check(PartOfCompoundName)),
        ("DUPONT TOUR CHAM", "du Pont Tour Chambly", ok(FamilyNameCut)),
        ("GARC LOP", "García López", ok(FamilyNameCut)),
        ("GARC LOP", "Garnier Loiseau", DIFFERENT),
        ("LEFEVREN", "Lefèvre-Nuñez", ok(FamilyNameCut)),
        ("LEFEVREN", "Martin", DIFFERENT),
    ];
    for (document, record, verdict) in table {
        assert_eq!(
            family(&cut(document), record),
            verdict,
            "{document} / {record}"
        );
    }
    #[rustfmt::skip]
    let table = [
        ("CHRISTELLE HELENE LAUR", "Christelle Hélène Laura", ok(GivenNameCut)),
        ("CHRISTELLE HELENE LAUR", "Christelle", ok(ExtraGivenNames)),
        ("CHRISTELLE HELENE LAUR", "Hélène", ok(UsualGivenNameNotFirst)),
        ("JEAN SEBASTIEN", "Jean-Sébastien", ok(AccentsAndHyphen)),
        ("MARIE ALEXANDR", "Marie-Alexandrine Zoé", ok(GivenNameCut)),
        ("DINGO P", "Dingo Anna Potoroo", ok(GivenNameCut)),
        ("CHRISTELLE HELENE LAUR", "Christine", DIFFERENT),
    ];
    for (document, record, verdict) in table {
        assert_eq!(
            given(&cut(document), record),
            verdict,
            "{document} / {record}"
        );
    }
}

#[test]
fn birth_and_usage_names_are_told_apart() {
    use Reason::*;
    let record = [
        RecordName::new("Lefèvre", CivilStatus),
        RecordName::new("Belkacem", Usage),
        RecordName::new("Belkacem", Display),
    ];
    let compared = |document: &str| compare_family(&whole(document), &record);
    assert_eq!(
        compared("LEFEVRE"),
        Comparison {
            verdict: ok(BirthName),
            against: Some(CivilStatus)
        }
    );
    assert_eq!(
        compared("BELKACEM"),
        Comparison {
            verdict: ok(UsageName),
            against: Some(Usage)
        }
    );
    assert_eq!(compared("MARTIN").verdict, DIFFERENT);
    assert_eq!(
        compared("LEFEVRE BELKACEM").verdict,
        check(PartOfCompoundName)
    );

    let unmarried = [
        RecordName::new("Lefèvre", CivilStatus),
        RecordName::new("LEFEVRE", Usage),
    ];
    assert_eq!(
        compare_family(&whole("LEFEVRE"), &unmarried).verdict,
        SAME,
        "the same name twice is no usage name"
    );

    let civil = [
        RecordName::new("Louis Marc", CivilStatus),
        RecordName::new("Louise", Usage),
    ];
    assert_eq!(
        compare_given(Some(&whole("LOUIS MARC")), &civil).verdict,
        ok(CivilGivenNames)
    );
    let usual = [
        RecordName::new("Inès Camille", CivilStatus),
        RecordName::new("Inès", Usage),
    ];
    assert_eq!(
        compare_given(Some(&whole("INES CAMILLE")), &usual).verdict,
        ok(ExtraGivenName { rank: 2 }),
        "the clerk reads « Inès » beside it"
    );
}

fn record(family: &[&str], given: &[&str]) -> RecordNames {
    let names = |names: &[&str]| {
        names
            .iter()
            .map(|name| RecordName::new(*name, Usage))
            .collect()
    };
    RecordNames {
        family: names(family),
        given: names(given),
    }
}

fn compare_reading(reading: &DocumentReading, record: &RecordNames) -> (Verdict, Verdict) {
    let compared = compare_names(reading.family_name(), reading.given_names(), record);
    (compared.family.verdict, compared.given.verdict)
}

#[test]
fn both_names_of_a_document_together() {
    use Reason::*;
    let swapped = (check(SwappedFamilyAndGiven), check(SwappedFamilyAndGiven));
    let single = (ok(SingleName), ok(SingleName));
    let in_one_field = (check(WholeNameInOneField), check(WholeNameInOneField));
    #[rustfmt::skip]
    let table = [
        ("MARTIN<<LUCAS", record(&["Martin"], &["Lucas"]), (SAME, SAME)),
        // Twins: same surname, same birth date; only the given name tells them apart.
        ("MARTIN<<LEA", record(&["Martin"], &["Léna"]), (SAME, DIFFERENT)),
        ("MARTIN<<HUGO", record(&["Martin"], &["Lucas"]), (SAME, DIFFERENT)),
        ("LUCAS<<MARTIN", record(&["Martin"], &["Lucas"]), swapped),
        ("NGUYEN<<THI<MINH<KHAI", record(&["Thị Minh Khai"], &["Nguyễn"]), swapped),
        ("MARTIN<LUCAS<<HUGO", record(&["Martin"], &["Lucas"]), (check(PartOfCompoundName), DIFFERENT)),
        ("SUKARNO", record(&["Sukarno"], &[]), single),
        ("SUKARNO", record(&["Sukarno"], &["."]), single),
        ("SUKARNO", record(&["Sukarno"], &["Sukarno"]), single),
        ("SUKARNO", record(&["-"], &["Sukarno"]), single),
        ("<<SUKARNO", record(&["Sukarno"], &["XXX"]), single),
        ("SUKARNO", record(&["Sukarno"], &["Agus"]), (SAME, check(NoGivenNameOnDocument))),
        ("<<FIRST<NAME", record(&["Name"], &["First"]), in_one_field),
        ("<<FIRST<NAME", record(&["First"], &["Name"]), in_one_field),
        ("<<FIRST<NAME", record(&["Other"], &["First Name"]), (check(NoFamilyNameOnDocument), SAME)),
        // Surname and given name glued are never taken apart.
        ("MARTINLUCAS", record(&["Martin"], &["Lucas"]), (DIFFERENT, check(NoGivenNameOnDocument))),
        ("GUDMUNDSDOTTIR<<THORUNN", record(&["Guðmundsdóttir"], &["Þórunn"]), (ok(AccentsAndHyphen), ok(AccentsAndHyphen))),
    ];
    for (names, record, verdicts) in table {
        let reading = read(&typed(td3("P<UTO", names, "980316")), TODAY).expect("valid");
        assert_eq!(
            compare_reading(&reading, &record),
            verdicts,
            "{names} / {record:?}"
        );
    }
    let nameless = compare_names(None, None, &record(&["Martin"], &["Lucas"]));
    assert_eq!(nameless.family.verdict, check(NoNameOnDocument));
}

#[test]
fn each_band_cuts_at_its_own_width() {
    use Reason::*;
    let long = record(
        &["Brzęczyszczykiewicz-Żółć"],
        &["Maria Magdalena Katarzyna"],
    );
    let exact = ok(AccentsAndHyphen);
    let bands = [
        (
            td3("P<POL", "BRZECZYSZCZYKIEWICZ<ZOLC<<MARIA<MAGDALE", "980316"),
            (exact, ok(GivenNameCut)),
        ),
        (
            td1(
                "IDPOL",
                "BRZECZYSZCZYKIEWICZ<ZOLC<<MARI",
                "980316",
                "330415",
            ),
            (exact, ok(GivenNameCut)),
        ),
        (
            former_card(
                "BRZECZYSZCZYKIEWICZ<ZOLC",
                "MARIA<<MAGDALE",
                "1503",
                "980316",
            ),
            (exact, ok(GivenNameCut)),
        ),
        (
            licence("BRZECZYS"),
            (ok(FamilyNameCut), check(NoGivenNameOnDocument)),
        ),
        (
            td1(
                "IDPOL",
                "BRZECZYSZCZYKIEWICZ<ZO<<MAR<MA",
                "980316",
                "330415",
            ),
            (ok(FamilyNameCut), ok(GivenNameCut)),
        ),
    ];
    for (band, verdicts) in bands {
        let reading = read(&typed(band.clone()), TODAY).expect("valid");
        assert_eq!(compare_reading(&reading, &long), verdicts, "{band}");
    }
    let short = read(&typed(licence("MARTIN")), TODAY).expect("valid");
    assert_eq!(
        compare_reading(&short, &record(&["Martineau"], &["Lucas"])).0,
        DIFFERENT,
        "a name that fits is not cut"
    );
}

#[test]
fn the_words_the_clerk_reads() {
    use Reason::*;
    assert_eq!(
        ok(AccentsAndHyphen).text(),
        "Concorde — accents et tiret ignorés"
    );
    assert_eq!(
        ok(ExtraGivenName { rank: 2 }).text(),
        "Concorde — 2ᵉ prénom en plus"
    );
    assert_eq!(
        ok(GivenNameCut).text(),
        "Concorde — prénom coupé par la bande, début identique"
    );
    assert_eq!(
        ok(BirthName).text(),
        "Concorde — nom de naissance, la fiche affiche le nom d’usage"
    );
    assert_eq!(
        check(CloseSpelling { letters: 2 }).text(),
        "À vérifier — 2 lettres d’écart"
    );
    assert!(
        ok(Particle).agrees()
            && SAME.agrees()
            && !check(PartOfCompoundName).agrees()
            && !DIFFERENT.agrees()
    );
}

#[test]
fn no_name_of_any_script_panics() {
    let pieces = [
        "",
        " ",
        "-",
        "’",
        "ʿ",
        "e\u{301}",
        "\u{301}",
        "ß",
        "İ",
        "ﬁ",
        "👩‍🎓",
        "Иван",
        "محمد",
        "李",
        "\u{0}",
        "A",
        "LE",
        "Æ",
        "Đ",
    ];
    for first in pieces {
        for second in pieces {
            for third in pieces {
                let name = format!("{first}{second}{third}");
                for document in [whole("LE A"), cut("AELED"), whole("")] {
                    let _ = (family(&document, &name), given(&document, &name));
                }
                assert!(
                    mrz_key(&name)
                        .bytes()
                        .all(|letter| letter.is_ascii_uppercase()),
                    "{name:?}"
                );
                assert_eq!(fold(&fold(&name)), fold(&name), "{name:?}");
                let _ = (french_phonetic_key(&name), token_key(&name));
            }
        }
    }
}

#[test]
fn nothing_is_compatible_with_an_empty_name() {
    for record in ["Martin", "", "Иванов"] {
        assert!(
            !family(&whole(""), record).agrees() && !given(&cut(""), record).agrees(),
            "{record}"
        );
    }
}
