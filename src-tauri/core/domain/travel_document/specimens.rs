//! Specimen bands for the tests: public specimens of the issuers and of ICAO 9303, all persons fictitious.
//! They are listed with the layout that an independent coverage map in the tests is written against.
//! Never a band of a real document.

use jiff::civil::{Date, date};

use super::{DocumentReading, RawReading, read};

/// The day on which the tests read.
pub(in crate::domain) const TODAY: Date = date(2026, 3, 2);

pub(in crate::domain) struct Specimen {
    pub(in crate::domain) name: &'static str,
    pub(in crate::domain) lines: &'static [&'static str],
}

pub(in crate::domain) const SPECIMENS: [Specimen; 9] = [
    Specimen {
        name: "TD3 passport",
        lines: &[
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
            "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
        ],
    },
    Specimen {
        name: "TD2 card",
        lines: &[
            "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
            "D231458907UTO7408122F1204159<<<<<<<6",
        ],
    },
    Specimen {
        name: "TD1 card",
        lines: &[
            "I<UTOD231458907<<<<<<<<<<<<<<<",
            "7408122F1204159UTO<<<<<<<<<<<6",
            "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
        ],
    },
    Specimen {
        name: "TD1 French card",
        lines: &[
            "IDFRAX4RTBPFW46<<<<<<<<<<<<<<<",
            "9007138F3002119FRA<<<<<<<<<<<6",
            "MARTIN<<MAELYS<GAELLE<MARIE<<<",
        ],
    },
    Specimen {
        name: "TD1 French residence permit",
        lines: &[
            "IRFRAK682T8YLO0<1105040043<<<<",
            "7906123F1401073SEN<<<<<<<<<<<6",
            "MARTIN<<CHRISTELLE<HELENE<LAUR",
        ],
    },
    Specimen {
        name: "former French card",
        lines: &[
            "IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<",
            "8806923102858CORINNE<<<<<<<6512068F6",
        ],
    },
    Specimen {
        name: "former French card with office",
        lines: &[
            "IDFRATEST<NAME<<<<<<<<<<<<<<<<0CHE02",
            "1710GVA123451ROBERTA<<<<<<<9112311F2",
        ],
    },
    Specimen {
        name: "French licence",
        lines: &["D1FRA13AA000026181231MARTIN<<9"],
    },
    // A long number, its digit moved to the optional data (ICAO 9303 part 5, appendix B).
    Specimen {
        name: "TD1 card with a long number",
        lines: &[
            "I<UTOD23145890<7349<<<<<<<<<<<",
            "3407127M9507122UTO<<<<<<<<<<<2",
            "STEVENSON<<PETER<JOHN<<<<<<<<<",
        ],
    },
];

impl Specimen {
    pub(in crate::domain) fn joined(&self) -> String {
        self.lines.concat()
    }
}

pub(in crate::domain) fn typed(characters: impl Into<String>) -> RawReading {
    RawReading {
        characters: characters.into(),
        physical_keys: None,
    }
}

/// Computes the digit of `parts` without the code under test.
pub(in crate::domain) fn digit(parts: &[&str]) -> String {
    mrz::check_digit(&parts.concat())
        .expect("alphabet of the band")
        .to_string()
}

/// A former French card made of the given parts, its digits computed by the independent crate.
pub(in crate::domain) fn former_card(
    family: &str,
    given: &str,
    issued: &str,
    birth: &str,
) -> String {
    let first = format!("IDFRA{family:<<25}<<<<<<");
    let number = format!("{issued}92310285");
    let second = format!(
        "{number}{}{given:<<14}{birth}{}F",
        digit(&[&number]),
        digit(&[birth])
    );
    let last = digit(&[&first, &second]);
    format!("{first}{second}{last}")
}

/// A TD1 card made of the given parts.
pub(in crate::domain) fn td1(
    code_and_state: &str,
    names: &str,
    birth: &str,
    expiry: &str,
) -> String {
    let first = format!(
        "{code_and_state}D23145890{}<<<<<<<<<<<<<<<",
        digit(&["D23145890"])
    );
    let (birth, expiry) = (
        format!("{birth}{}", digit(&[birth])),
        format!("{expiry}{}", digit(&[expiry])),
    );
    let last = digit(&[
        first.get(5..).expect("code"),
        &birth,
        &expiry,
        "<<<<<<<<<<<",
    ]);
    format!("{first}{birth}F{expiry}UTO<<<<<<<<<<<{last}{names:<<30}")
}

/// A TD3 passport made of the given parts, its optional digit a filler.
pub(in crate::domain) fn td3(code_and_state: &str, names: &str, birth: &str) -> String {
    let number = format!("L898902C3{}", digit(&["L898902C3"]));
    let (birth, expiry) = (
        format!("{birth}{}", digit(&[birth])),
        format!("330415{}", digit(&["330415"])),
    );
    let last = digit(&[&number, &birth, &expiry, "<<<<<<<<<<<<<<<"]);
    format!("{code_and_state}{names:<<39}{number}UTO{birth}F{expiry}<<<<<<<<<<<<<<<{last}")
}

/// A French driving licence with this surname.
pub(in crate::domain) fn licence(family: &str) -> String {
    let head = format!(
        "D1FRA13AA00002{}331231{family:<<8.8}",
        digit(&["D1FRA13AA00002"])
    );
    let last = digit(&[&head]);
    format!("{head}{last}")
}

/// Reads lines sent one by one, as most readers do.
pub(in crate::domain) fn read_lines(lines: &[&str]) -> DocumentReading {
    read(&typed(lines.join("\r\n")), TODAY).expect("a valid specimen")
}
