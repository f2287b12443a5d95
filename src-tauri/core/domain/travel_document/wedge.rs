//! What a keyboard-wedge reader sends: characters, and the physical keys that made them.
//! A reader set to QWERTY on an AZERTY post types `Q` for `A` and `.` for `<`, so the physical keys are read
//! through a US table as well. Prefixes, suffixes, line ends and case are a reader's settings, not part of the band.
//! Never changes a character into another one that could have been printed.

use std::fmt;

use super::problem::ReadingProblem;

/// Ten times the longest band: more is not a document, and is refused before any work.
const MOST_BYTES: usize = 2048;

/// One burst of the reader, as the window captured it.
#[derive(Clone, Default)]
pub struct RawReading {
    /// The characters, in order, with the line ends the reader sent.
    pub characters: String,
    /// DOM `KeyboardEvent.code` values in order, with a leading `+` when Shift was held (`+KeyI`, `Digit4`,
    /// `Enter`, `+Comma`). `None` when the text did not come from keys (pasted, or read from a file).
    pub physical_keys: Option<Vec<String>>,
}

/// Lengths only: the characters hold the document number.
impl fmt::Debug for RawReading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawReading")
            .field("characters", &self.characters.len())
            .field("physical_keys", &self.physical_keys.as_ref().map(Vec::len))
            .finish()
    }
}

/// The same pass decoded both ways, each a list of raw lines in the band's alphabet plus what could not be mapped to it.
pub(super) struct Decoded {
    pub(super) typed: Vec<String>,
    pub(super) from_keys: Option<Vec<String>>,
}

/// # Errors
/// `TooLong`, measured before anything else.
pub(super) fn decode(raw: &RawReading) -> Result<Decoded, ReadingProblem> {
    let keys = raw.physical_keys.as_deref();
    if raw.characters.len() > MOST_BYTES || keys.is_some_and(|keys| keys.len() > MOST_BYTES) {
        return Err(ReadingProblem::TooLong);
    }
    Ok(Decoded {
        typed: lines(&raw.characters),
        from_keys: keys.map(|keys| {
            lines(
                &keys
                    .iter()
                    .filter_map(|key| us_qwerty(key))
                    .collect::<String>(),
            )
        }),
    })
}

/// Splits at line ends and tabulations, puts in capitals, maps the guillemets some readers and keyboards make of
/// fillers, and drops blanks, control characters and the signs around a line. Empty lines disappear.
fn lines(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for character in text.chars() {
        let Some(line) = lines.last_mut() else { break };
        match character {
            '\r' | '\n' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                lines.push(String::new());
            }
            '«' | '≪' => line.push_str("<<"),
            '‹' | '＜' => line.push('<'),
            blank if blank.is_whitespace() || blank.is_control() => {}
            '\u{200b}'..='\u{200f}' | '\u{feff}' => {}
            other => line.push(other.to_ascii_uppercase()),
        }
    }
    lines
        .iter()
        .map(|line| line.trim_matches(|c| !in_alphabet(c)).to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}

pub(super) fn in_alphabet(character: char) -> bool {
    matches!(character, 'A'..='Z' | '0'..='9' | '<')
}

/// What a key types on a US keyboard. `None` for keys that type nothing. Signs outside the alphabet are kept, so
/// that they count as misread characters instead of shortening a line.
fn us_qwerty(key: &str) -> Option<char> {
    let (shift, code) = match key.strip_prefix('+') {
        Some(code) => (true, code),
        None => (false, key),
    };
    if let Some(letter) = code.strip_prefix("Key") {
        return single(letter).filter(char::is_ascii_uppercase);
    }
    if let Some(digit) = code.strip_prefix("Digit") {
        let digit = single(digit).filter(char::is_ascii_digit)?;
        let position = digit
            .to_digit(10)
            .and_then(|value| usize::try_from(value).ok())?;
        return if shift {
            ")!@#$%^&*(".chars().nth(position)
        } else {
            Some(digit)
        };
    }
    if let Some(digit) = code.strip_prefix("Numpad").and_then(single) {
        return digit.is_ascii_digit().then_some(digit);
    }
    let (plain, shifted) = match code {
        "Enter" | "NumpadEnter" | "Tab" => ('\n', '\n'),
        "Space" => (' ', ' '),
        "Comma" => (',', '<'),
        // The extra key of European keyboards, where `<` is printed; a US keyboard does not have it.
        "IntlBackslash" => ('<', '>'),
        "Period" => ('.', '>'),
        "Slash" => ('/', '?'),
        "Semicolon" => (';', ':'),
        "Quote" => ('\'', '"'),
        "BracketLeft" => ('[', '{'),
        "BracketRight" => (']', '}'),
        "Backslash" => ('\\', '|'),
        "Backquote" => ('`', '~'),
        "Minus" => ('-', '_'),
        "Equal" => ('=', '+'),
        _ => return None,
    };
    Some(if shift { shifted } else { plain })
}

fn single(text: &str) -> Option<char> {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(only), None) => Some(only),
        (Some(_) | None, Some(_) | None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_on_a_us_keyboard() {
        let typed: String = [
            "+KeyI",
            "KeyD",
            "Digit4",
            "+Comma",
            "IntlBackslash",
            "Numpad7",
            "ShiftLeft",
            "+Digit4",
            "Enter",
            "KeyÉ",
            "Key",
            "+",
            "",
        ]
        .iter()
        .filter_map(|key| us_qwerty(key))
        .collect();
        assert_eq!(typed, "ID4<<7$\n");
    }

    #[test]
    fn settings_of_the_reader_leave_no_trace() {
        assert_eq!(
            lines("\u{2}]p<uto« ‹\r\n\tab12 \u{feff}~\u{3}\r\n\r\n"),
            ["P<UTO<<<", "AB12"]
        );
        assert!(lines("\r\n \t").is_empty());
    }

    #[test]
    fn input_over_two_kibibytes_is_refused_unread() {
        let raw = |characters: &str, keys: usize| RawReading {
            characters: characters.to_owned(),
            physical_keys: Some(vec!["KeyA".to_owned(); keys]),
        };
        assert!(decode(&raw(&"<".repeat(2048), 2048)).is_ok());
        assert_eq!(
            decode(&raw(&"<".repeat(2049), 0)).err(),
            Some(ReadingProblem::TooLong)
        );
        assert_eq!(decode(&raw("", 2049)).err(), Some(ReadingProblem::TooLong));
    }

    #[test]
    fn debug_shows_lengths_only() {
        let raw = RawReading {
            characters: "D23145890".to_owned(),
            physical_keys: None,
        };
        assert_eq!(
            format!("{raw:?}"),
            "RawReading { characters: 9, physical_keys: None }"
        );
    }
}
