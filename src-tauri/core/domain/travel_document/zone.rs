//! From raw lines to a layout: how many characters, how many lines, which document code.
//! Line breaks are optional, and a few characters around the band are a reader's settings; they are dropped only
//! when the check digits of what remains are all right. What is missing is named line by line.
//! Never drops or replaces a character inside a band.

use std::ops::RangeInclusive;

use jiff::civil::Date;

use super::{
    DocumentReading, ReadingProblem, french_card, french_licence, td1, td2, td3, visa, wedge,
};

/// The longest prefix and the longest suffix a reader may add.
const MOST_AROUND: usize = 8;
/// A line shorter than this, beside others, is a prefix or a suffix sent on a line of its own.
const SHORTEST_LINE: usize = 12;
/// Stands for a character outside the alphabet of the band.
const FOREIGN: char = '?';

/// One line of a band, addressed by positions from 1 as in ICAO 9303.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    number: u8,
    text: &'a str,
}

/// Which characters may stand in a field.
#[derive(Clone, Copy)]
pub(super) enum Class {
    /// Letters and fillers.
    Letters,
    /// Digits, and fillers for what is unknown.
    Date,
    /// The three values of ICAO 9303 and the `X` some states print.
    Sex,
    /// Any character of the alphabet.
    Any,
}

impl<'a> Line<'a> {
    pub(super) fn text(self) -> &'a str {
        self.text
    }

    pub(super) fn at(self, positions: RangeInclusive<usize>) -> &'a str {
        let first = positions.start().saturating_sub(1);
        self.text.get(first..*positions.end()).unwrap_or("")
    }

    /// # Errors
    /// `BadCharacter` when one of the fields, which must cover the whole line, holds a character foreign to it.
    pub(super) fn expect(
        self,
        fields: &[(RangeInclusive<usize>, Class)],
    ) -> Result<(), ReadingProblem> {
        let fits = |character: u8, class: Class| match class {
            Class::Letters => character == b'<' || character.is_ascii_uppercase(),
            Class::Date => character == b'<' || character.is_ascii_digit(),
            Class::Sex => matches!(character, b'M' | b'F' | b'X' | b'<'),
            Class::Any => {
                character == b'<' || character.is_ascii_uppercase() || character.is_ascii_digit()
            }
        };
        let good = fields.iter().all(|(positions, class)| {
            self.at(positions.clone())
                .bytes()
                .all(|character| fits(character, *class))
        });
        if good {
            Ok(())
        } else {
            Err(ReadingProblem::BadCharacter { line: self.number })
        }
    }
}

/// The layouts, by width and number of lines. No two have the same number of characters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    Td1,
    Td2,
    Td3,
    FormerFrenchCard,
    FrenchLicence,
    LargeVisa,
    SmallVisa,
}

impl Layout {
    const SHAPES: [(usize, usize); 4] = [(44, 2), (36, 2), (30, 3), (30, 1)];

    /// The layout that a band of this shape starting so can have.
    fn of(band: &str, shape: (usize, usize)) -> Option<Self> {
        let first = band.bytes().next()?;
        match (shape, first) {
            ((44, 2), b'P') => Some(Self::Td3),
            ((44, 2), b'V') => Some(Self::LargeVisa),
            // A TD2 card of France would start alike; France never issued one.
            ((36, 2), b'I') if band.starts_with("IDFRA") => Some(Self::FormerFrenchCard),
            ((36, 2), b'I' | b'A' | b'C') => Some(Self::Td2),
            ((36, 2), b'V') => Some(Self::SmallVisa),
            ((30, 3), b'I' | b'A' | b'C') => Some(Self::Td1),
            ((30, 1), b'D') if band.get(2..5) == Some("FRA") => Some(Self::FrenchLicence),
            _ => None,
        }
    }

    fn read(self, band: &str, today: Date) -> Result<DocumentReading, ReadingProblem> {
        let line = |number: u8, width: usize| {
            let first = usize::from(number - 1) * width;
            Line {
                number,
                text: band.get(first..first + width).unwrap_or(""),
            }
        };
        match self {
            Self::Td1 => td1::read([line(1, 30), line(2, 30), line(3, 30)], today),
            Self::Td2 => td2::read([line(1, 36), line(2, 36)], today),
            Self::Td3 => td3::read([line(1, 44), line(2, 44)], today),
            Self::FormerFrenchCard => french_card::read([line(1, 36), line(2, 36)], today),
            Self::FrenchLicence => french_licence::read(line(1, 30), today),
            Self::LargeVisa => Err(visa::refusal(line(2, 44))),
            Self::SmallVisa => Err(visa::refusal(line(2, 36))),
        }
    }
}

/// Reads one decoding of a pass.
pub(super) fn read(lines: &[String], today: Date) -> Result<DocumentReading, ReadingProblem> {
    // One byte per character from here on, whatever was typed.
    let mut lines: Vec<String> = lines
        .iter()
        .map(|line| {
            line.chars()
                .map(|c| if wedge::in_alphabet(c) { c } else { FOREIGN })
                .collect()
        })
        .collect();
    if lines.iter().any(|line| line.len() >= SHORTEST_LINE) {
        lines.retain(|line| line.len() >= SHORTEST_LINE);
    }
    let whole = lines.concat();
    let exact = Layout::SHAPES
        .into_iter()
        .filter(|(width, count)| {
            whole.len() == width * count
                && (lines.len() == 1 || lines.iter().all(|line| line.len() == *width))
        })
        .find_map(|shape| Layout::of(&whole, shape))
        .map(|layout| layout.read(&whole, today));
    match exact {
        Some(Ok(reading)) => Ok(reading),
        Some(Err(problem)) => without_surroundings(&whole, today).unwrap_or(Err(problem)),
        None => without_surroundings(&whole, today).unwrap_or_else(|| Err(diagnose(&lines))),
    }
}

/// The band inside a longer input, accepted only when its check digits are right. A suffix must be told apart by a sign
/// outside the alphabet: after the name line of TD1, which no digit covers, a bare character more may be a doubled one.
fn without_surroundings(
    whole: &str,
    today: Date,
) -> Option<Result<DocumentReading, ReadingProblem>> {
    for shape @ (width, count) in Layout::SHAPES {
        let length = width * count;
        let Some(extra) = whole
            .len()
            .checked_sub(length)
            .filter(|extra| (1..=2 * MOST_AROUND).contains(extra))
        else {
            continue;
        };
        for before in extra.saturating_sub(MOST_AROUND)..=extra.min(MOST_AROUND) {
            let (Some(band), Some(after)) = (
                whole.get(before..before + length),
                whole.get(before + length..),
            ) else {
                continue;
            };
            if !after.is_empty() && !after.starts_with(FOREIGN) {
                continue;
            }
            match Layout::of(band, shape).map(|layout| layout.read(band, today)) {
                Some(Ok(reading)) => return Some(Ok(reading)),
                Some(Err(ReadingProblem::Visa)) => return Some(Err(ReadingProblem::Visa)),
                Some(Err(_)) | None => {}
            }
        }
    }
    None
}

/// Names what is missing from an input that has the shape of no layout.
fn diagnose(lines: &[String]) -> ReadingProblem {
    let mut lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let Some((width, count)) = lines.first().and_then(|first| shape_of_first_line(first)) else {
        return without_first_line(&lines);
    };
    let first = lines.first().copied().unwrap_or("");
    if first.starts_with('V') {
        return ReadingProblem::Visa;
    }
    if lines.len() == 1 && first.len() > width {
        lines = chunks(first, width);
    }
    if let Some((index, line)) = lines
        .iter()
        .enumerate()
        .find(|(_, line)| line.len() != width)
    {
        // A fourth line of a three-line band: the last one is too long, wherever the extra character slipped in.
        let (index, have) = if index < count {
            (index, line.len())
        } else {
            (count - 1, width + line.len())
        };
        return ReadingProblem::BadLineLength {
            line: small(index + 1),
            have: small(have),
            expected: small(width),
        };
    }
    if lines.len() >= count {
        return ReadingProblem::NotAnMrz;
    }
    let present: Vec<u8> = if count == 3 {
        lines.iter().map(|line| line_of_td1(line)).collect()
    } else {
        vec![1]
    };
    missing(&present, count)
}

fn missing(present: &[u8], count: usize) -> ReadingProblem {
    let missing: Vec<u8> = (1..=small(count))
        .filter(|line| !present.contains(line))
        .collect();
    ReadingProblem::MissingLines {
        have: small(count - missing.len()),
        expected: small(count),
        missing,
    }
}

/// Width and number of lines announced by a first line, complete or not.
fn shape_of_first_line(line: &str) -> Option<(usize, usize)> {
    let state = line.get(2..5)?;
    // Typed text does not have these; a first line has one of them from its second character or soon after.
    let fillers = line.contains("<<") || line.get(1..2) == Some("<");
    let letters = state.bytes().all(|c| c.is_ascii_uppercase() || c == b'<');
    if line.len() < SHORTEST_LINE || !(fillers && letters) && state != "FRA" {
        return None;
    }
    let numbered = line
        .get(5..14.min(line.len()))
        .is_some_and(|field| field.bytes().any(|c| c.is_ascii_digit()));
    match line.bytes().next()? {
        b'P' | b'V' if !numbered => Some((44, 2)),
        b'I' | b'A' | b'C' => Some(if numbered { (30, 3) } else { (36, 2) }),
        b'D' if state == "FRA" => Some((30, 1)),
        _ => None,
    }
}

/// A pass that lost its beginning: the second line shows by its two dates.
fn without_first_line(lines: &[&str]) -> ReadingProblem {
    let dates_at = |line: &str, first: usize, second: usize| {
        [first, second].into_iter().all(|start| {
            line.get(start..start + 7)
                .is_some_and(|field| field.bytes().all(|c| c.is_ascii_digit()))
        })
    };
    let lines = match lines {
        [only] if only.len() == 60 => chunks(only, 30),
        [_, ..] | [] => lines.to_vec(),
    };
    match lines.as_slice() {
        [only] if only.len() == 44 && dates_at(only, 13, 21) => missing(&[2], 2),
        [only] if only.len() == 36 && (dates_at(only, 13, 21) || dates_at(only, 27, 27)) => {
            missing(&[2], 2)
        }
        [first, ..]
            if lines.len() < 3
                && lines.iter().all(|line| line.len() == 30)
                && dates_at(first, 0, 8) =>
        {
            missing(
                &lines
                    .iter()
                    .map(|line| line_of_td1(line))
                    .collect::<Vec<_>>(),
                3,
            )
        }
        [_, ..] | [] => ReadingProblem::NotAnMrz,
    }
}

/// Which line of a TD1 card this is: the number, the dates, the names.
fn line_of_td1(line: &str) -> u8 {
    let digits = |range: std::ops::Range<usize>| {
        line.get(range)
            .is_some_and(|field| field.bytes().any(|c| c.is_ascii_digit()))
    };
    if digits(0..2) {
        2
    } else if digits(5..14) {
        1
    } else {
        3
    }
}

fn chunks(line: &str, width: usize) -> Vec<&str> {
    (0..line.len())
        .step_by(width)
        .filter_map(|start| line.get(start..line.len().min(start + width)))
        .collect()
}

fn small(count: usize) -> u8 {
    u8::try_from(count).unwrap_or(u8::MAX)
}
