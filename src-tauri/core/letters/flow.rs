//! Breaks a text into lines that fit a width.
//! It breaks at spaces; inside a word only when the word alone is wider than the line: after a hyphen or a slash
//! first, then anywhere. No-break spaces never break.
//! It never shrinks, drops or hyphenates a letter.

use super::drawing::{Ink, Sheet};
use super::fonts::Face;
use crate::domain::letter::RichText;

/// Pieces of one line, in reading order.
pub(super) type Pieces = Vec<(Face, String)>;

/// Lines of a rich text at `size` points in `width` mm.
pub(super) fn lines(sheet: &mut Sheet<'_>, text: &RichText, size: f32, width: f32) -> Vec<Pieces> {
    let spans = text.spans().iter().map(|span| {
        (
            if span.bold { Face::Bold } else { Face::Regular },
            span.text.as_str(),
        )
    });
    break_lines(sheet, &words(spans), size, width)
}

/// Lines of a plain text in one face.
pub(super) fn plain_lines(
    sheet: &mut Sheet<'_>,
    face: Face,
    text: &str,
    size: f32,
    width: f32,
) -> Vec<String> {
    let broken = break_lines(sheet, &words([(face, text)].into_iter()), size, width);
    broken
        .into_iter()
        .map(|line| line.into_iter().map(|(_, text)| text).collect())
        .collect()
}

/// Draws lines from the baseline `y`, `leading` mm apart; returns the last baseline.
pub(super) fn draw(
    sheet: &mut Sheet<'_>,
    lines: &[Pieces],
    at: (f32, f32),
    size: f32,
    leading: f32,
    ink: Ink,
) -> f32 {
    let mut y = at.1;
    for (index, line) in lines.iter().enumerate() {
        let mut x = at.0;
        y = at.1 + index as f32 * leading;
        let more = index + 1 < lines.len();
        for (rank, (face, text)) in line.iter().enumerate() {
            // The space that ended the line is kept: copied text and screen readers need it.
            if more && rank + 1 == line.len() {
                sheet.text((x, y), *face, size, &format!("{text} "), ink);
            } else {
                x += sheet.text((x, y), *face, size, text, ink);
            }
        }
    }
    y
}

fn words<'t>(spans: impl Iterator<Item = (Face, &'t str)>) -> Vec<Pieces> {
    let mut words: Vec<Pieces> = vec![Vec::new()];
    for (face, text) in spans {
        for (rank, part) in text.split(' ').enumerate() {
            if rank > 0 {
                words.push(Vec::new());
            }
            if let Some(word) = words.last_mut().filter(|_| !part.is_empty()) {
                word.push((face, part.to_owned()));
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn break_lines(sheet: &mut Sheet<'_>, words: &[Pieces], size: f32, width: f32) -> Vec<Pieces> {
    let mut done: Vec<Pieces> = Vec::new();
    let mut line: Pieces = Vec::new();
    let mut used = 0.0;
    for word in words {
        let wide = measure(sheet, word, size);
        let face = word.first().map_or(Face::Regular, |(face, _)| *face);
        let space = sheet.width(face, size, " ");
        if !line.is_empty() && used + space + wide <= width {
            append(&mut line, &[(face, " ".to_owned())]);
            append(&mut line, word);
            used += space + wide;
            continue;
        }
        if !line.is_empty() {
            done.push(std::mem::take(&mut line));
        }
        line = word.clone();
        used = wide;
        if wide > width {
            let mut parts = cut(sheet, word, size, width);
            line = parts.pop().unwrap_or_default();
            used = measure(sheet, &line, size);
            done.append(&mut parts);
        }
    }
    if !line.is_empty() {
        done.push(line);
    }
    done
}

/// Cuts a word wider than the line into lines.
fn cut(sheet: &mut Sheet<'_>, word: &Pieces, size: f32, width: f32) -> Vec<Pieces> {
    let mut done: Vec<Pieces> = Vec::new();
    let mut line: Pieces = Vec::new();
    for (face, text) in word {
        for fragment in fragments(text) {
            let mut longer = line.clone();
            append(&mut longer, &[(*face, fragment.to_owned())]);
            if measure(sheet, &longer, size) <= width {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                done.push(std::mem::take(&mut line));
            }
            for character in fragment.chars() {
                let mut longer = line.clone();
                append(&mut longer, &[(*face, character.to_string())]);
                // A combining mark never starts a line: its base would be left without it.
                let mark = unicode_normalization::char::is_combining_mark(character);
                if !line.is_empty() && !mark && measure(sheet, &longer, size) > width {
                    done.push(std::mem::take(&mut line));
                    append(&mut line, &[(*face, character.to_string())]);
                } else {
                    line = longer;
                }
            }
        }
    }
    done.push(line);
    done
}

/// A word cut after each hyphen, slash or full stop that something else follows.
fn fragments(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, character) in text.char_indices() {
        let end = at + character.len_utf8();
        let next = text.get(end..).and_then(|rest| rest.chars().next());
        if matches!(character, '-' | '/' | '.') && next.is_some_and(|next| next != character) {
            found.extend(text.get(start..end));
            start = end;
        }
    }
    found.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    found
}

fn append(line: &mut Pieces, more: &[(Face, String)]) {
    for (face, text) in more {
        match line.last_mut() {
            Some((last, end)) if last == face => end.push_str(text),
            Some(_) | None => line.push((*face, text.clone())),
        }
    }
}

fn measure(sheet: &mut Sheet<'_>, line: &Pieces, size: f32) -> f32 {
    line.iter()
        .map(|(face, text)| sheet.width(*face, size, text))
        .sum()
}
