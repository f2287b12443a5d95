//! The same bands through every way a reader may send them: prefixes, line ends, case, keyboard layouts.
//! An AZERTY post is simulated from the US keys that a QWERTY reader presses.
//! Never a reading that depends on the settings of the reader.

use super::specimens::{SPECIMENS, TODAY, read_lines, typed};
use super::*;

/// The US key of a band character, as a QWERTY reader presses it.
fn us_key(character: char) -> String {
    match character {
        'A'..='Z' => format!("+Key{character}"),
        '0'..='9' => format!("Digit{character}"),
        '<' => "+Comma".to_owned(),
        '\n' => "Enter".to_owned(),
        other => panic!("no key for {other:?}"),
    }
}

/// What an AZERTY layout (French, legacy) makes of that key.
fn on_azerty(key: &str) -> char {
    match key {
        "+KeyA" => 'Q',
        "+KeyQ" => 'A',
        "+KeyZ" => 'W',
        "+KeyW" => 'Z',
        "+KeyM" => '?',
        "+Comma" => '.',
        "Enter" => '\n',
        _ => match key
            .strip_prefix("Digit")
            .and_then(|digit| digit.parse::<usize>().ok())
        {
            Some(digit) => "à&é\"'(-è_ç".chars().nth(digit).expect("ten digits"),
            None => key.chars().last().expect("a letter key"),
        },
    }
}

/// The AZERTY key of a band character, as a reader set to French presses it: the layout gives back the character.
fn azerty_key(character: char) -> String {
    let code = match character {
        'A' => "KeyQ".to_owned(),
        'Q' => "KeyA".to_owned(),
        'Z' => "KeyW".to_owned(),
        'W' => "KeyZ".to_owned(),
        'M' => "Semicolon".to_owned(),
        '<' => return "IntlBackslash".to_owned(),
        '\n' => return "Enter".to_owned(),
        '0'..='9' => format!("Digit{character}"),
        letter => format!("Key{letter}"),
    };
    format!("+{code}")
}

#[test]
fn settings_of_the_reader_do_not_change_the_reading() {
    for specimen in &SPECIMENS {
        let expected = read_lines(specimen.lines);
        let joined = specimen.joined();
        let lower = specimen.lines.join("\n").to_lowercase();
        let spaced: String = joined.chars().flat_map(|c| [c, ' ']).collect();
        let guillemets = joined.replace("<<", "«");
        let single = joined.replace('<', "‹");
        #[rustfmt::skip]
        let table = [
            joined.clone(),
            format!("\u{2}{joined}\u{3}\r"),
            format!("]L0{}\t", specimen.lines.join("\t")),
            format!("MRZ:{joined}\r\n"),
            format!("MRZ\r\n{}\r\nEND\r\n", specimen.lines.join("\r\n")),
            format!("AB12{joined}"),
            format!("{joined}#Z9"),
            format!("C1 ]{joined}~ok~"),
            format!("\u{feff}{}\n\n", specimen.lines.join("\n\n")),
            lower,
            spaced,
            guillemets,
            single,
        ];
        for text in table {
            assert_eq!(
                read(&typed(text.clone()), TODAY).as_ref(),
                Ok(&expected),
                "{}: {text:?}",
                specimen.name
            );
        }
    }
}

#[test]
fn a_qwerty_reader_on_an_azerty_post_is_corrected() {
    for specimen in &SPECIMENS {
        let expected = read_lines(specimen.lines);
        for text in [specimen.joined(), specimen.lines.join("\n") + "\n"] {
            let keys: Vec<String> = text.chars().map(us_key).collect();
            let characters: String = keys.iter().map(|key| on_azerty(key)).collect();
            assert!(
                read(&typed(characters.clone()), TODAY).is_err(),
                "{}: characters alone must not do",
                specimen.name
            );
            let reading = read(
                &RawReading {
                    characters,
                    physical_keys: Some(keys),
                },
                TODAY,
            );
            assert_eq!(
                reading,
                Ok(DocumentReading {
                    keyboard_corrected: true,
                    ..expected.clone()
                }),
                "{}",
                specimen.name
            );
        }
    }
}

#[test]
fn a_reader_set_to_the_layout_of_the_post_is_not_corrected() {
    for specimen in &SPECIMENS {
        let characters = specimen.lines.join("\n") + "\n";
        for key_of in [us_key, azerty_key] {
            let keys: Vec<String> = characters.chars().map(key_of).collect();
            let raw = RawReading {
                characters: characters.clone(),
                physical_keys: Some(keys),
            };
            assert_eq!(
                read(&raw, TODAY),
                Ok(read_lines(specimen.lines)),
                "{}",
                specimen.name
            );
        }
    }
}

#[test]
fn a_misread_through_the_wrong_keyboard_is_still_named() {
    let text = SPECIMENS[0].joined().replace("7408122", "7408123");
    let keys: Vec<String> = text.chars().map(us_key).collect();
    let characters = keys.iter().map(|key| on_azerty(key)).collect();
    let problem = read(
        &RawReading {
            characters,
            physical_keys: Some(keys),
        },
        TODAY,
    )
    .expect_err("birth is misread");
    assert_eq!(
        problem,
        ReadingProblem::BadCheckDigits {
            line: 2,
            fields: vec![CheckedField::Birth, CheckedField::Composite]
        }
    );
}
