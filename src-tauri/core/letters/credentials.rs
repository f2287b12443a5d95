//! The box with login and password, the password alone on its line, at least 16 points, far from the folds.
//! Words are tinted in turn at each capital, so that a long password is read word by word.
//! The password is only ever sliced here, never copied into another string.

use crate::domain::letter::LetterText;

use super::LetterError;
use super::drawing::{Ink, POINTS, Sheet};
use super::flow;
use super::fonts::Face;
use super::page::{ACCENT, Column, FOLDS, HAIR, INK, LEFT, Overflow, RIGHT, SOFT, TINT};
use super::structure::Tag;

/// Pieces of one printed line, each with its ink.
type TintedLine<'p> = Vec<(&'p str, Ink)>;

const LARGEST: f32 = 22.0;
/// The password is never smaller, in points.
const SMALLEST: f32 = 16.0;
/// Clear of each fold, in mm: a crease must not cross the password.
const FOLD_MARGIN: f32 = 10.0;
const PADDING: f32 = 5.0;
/// Extra points between letters of the login and the password.
const SPACING: f32 = 0.5;
const SECOND: Ink = [0.0, 0.42, 0.5];

/// Draws the box with its top at `top`; returns its foot.
pub(super) fn draw(
    sheet: &mut Sheet<'_>,
    text: &LetterText,
    columns: &[Column<'_>],
    password: &str,
    top: f32,
    overflow: &Overflow<'_>,
) -> Result<f32, LetterError> {
    let width = RIGHT - LEFT;
    let paired = columns.len() > 1;
    let (size, lines) = fit(sheet, password, width - 2.0 * PADDING)
        .ok_or_else(|| overflow.of("le mot de passe"))?;
    let values = if paired { 104.0 } else { 82.0 };
    let (login_size, login) = fit_login(sheet, &text.login, RIGHT - PADDING - values)
        .ok_or_else(|| overflow.of("l’identifiant"))?;
    let login_height = 4.6 + login.len() as f32 * login_size * 0.46;
    let first = if paired { 12.0_f32 } else { 12.4 }.max(login_height);
    let leading = size * if paired { 0.47 } else { 0.5 };
    let labels = 6.6;
    let second = labels + lines.len() as f32 * leading + if paired { 3.2 } else { 4.2 };
    let baseline = top + first + labels + 2.2 + size * 0.8 / POINTS;
    let last = baseline + (lines.len() as f32 - 1.0) * leading;
    if baseline - size * 0.8 / POINTS < FOLDS[0] + FOLD_MARGIN
        || last + size * 0.25 / POINTS > FOLDS[1] - FOLD_MARGIN
    {
        return Err(overflow.of("le mot de passe"));
    }
    sheet.artifact(|sheet| {
        sheet.filled_box([LEFT, top, width, first + second], 2.4, TINT);
        sheet.filled_box(
            [LEFT + 0.2, top + first, width - 0.4, second - 0.2],
            2.4,
            [1.0, 1.0, 1.0],
        );
        sheet.filled_box(
            [LEFT + 0.2, top + first, width - 0.4, 3.0],
            0.0,
            [1.0, 1.0, 1.0],
        );
        sheet.rule((LEFT, top + first), (RIGHT, top + first), HAIR, 0.6);
        sheet.outlined_box([LEFT, top, width, first + second], 2.4, ACCENT, 1.1);
    });
    sheet.structure.open(Tag::Table);
    sheet.group(Tag::Row, |sheet| {
        sheet.group(Tag::HeaderCell, |sheet| login_labels(sheet, columns, top));
        sheet.element(Tag::Cell, |sheet| {
            let block = (login.len() as f32 - 1.0) * login_size * 0.46;
            let start = top + (first - block) / 2.0 + login_size * 0.32 / POINTS;
            for (rank, line) in login.iter().enumerate() {
                let y = start + rank as f32 * login_size * 0.46;
                sheet.spaced_text((values, y), Face::Mono, login_size, &[(line, INK)], SPACING);
            }
        });
    });
    sheet.group(Tag::Row, |sheet| {
        sheet.group(Tag::HeaderCell, |sheet| {
            password_labels(sheet, columns, top + first)
        });
        sheet.element(Tag::Cell, |sheet| {
            for (rank, line) in lines.iter().enumerate() {
                let y = baseline + rank as f32 * leading;
                sheet.spaced_text((LEFT + PADDING, y), Face::Mono, size, line, SPACING);
            }
        });
    });
    sheet.structure.close();
    sheet.structure.speak(None);
    Ok(top + first + second)
}

fn login_labels(sheet: &mut Sheet<'_>, columns: &[Column<'_>], top: f32) {
    let mut y = top + 5.6;
    for column in columns {
        sheet.structure.speak(column.lang);
        let (label, note) = (
            column.text.login_label.to_string(),
            column.text.login_note.to_string(),
        );
        sheet.element(Tag::Paragraph, |sheet| {
            let at = (LEFT + PADDING, y);
            // Two languages take a line each; one has room for two lines.
            if column.paired {
                let width = sheet.text(at, Face::Bold, 10.4, &format!("{label} "), INK);
                sheet.text((at.0 + width + 1.0, y), column.face, 8.8, &note, SOFT);
            } else {
                sheet.text(at, Face::Bold, 10.4, &format!("{label} "), INK);
                sheet.text((at.0, y + 4.0), column.face, 8.8, &note, SOFT);
            }
        });
        y += 4.6;
    }
}

/// Side by side: the password keeps the height.
fn password_labels(sheet: &mut Sheet<'_>, columns: &[Column<'_>], top: f32) {
    for (rank, column) in columns.iter().enumerate() {
        sheet.structure.speak(column.lang);
        let label = column.text.password_label.to_string();
        let note = column.text.password_note.to_string();
        let x = if rank == 0 { LEFT + PADDING } else { column.x };
        sheet.element(Tag::Paragraph, |sheet| {
            let width = sheet.text((x, top + 5.6), Face::Bold, 10.4, &format!("{label} "), INK);
            sheet.text((x + width + 0.6, top + 5.6), column.face, 9.4, &note, SOFT);
        });
    }
}

/// Largest size at which the password holds on one line, else two or three lines broken between words.
fn fit<'p>(
    sheet: &mut Sheet<'_>,
    password: &'p str,
    width: f32,
) -> Option<(f32, Vec<TintedLine<'p>>)> {
    let words = words(password);
    let mut size = LARGEST;
    while size >= SMALLEST {
        let total: f32 = words
            .iter()
            .map(|(word, _)| spaced_width(sheet, word, size))
            .sum();
        if total <= width {
            return Some((size, vec![words]));
        }
        size -= 0.5;
    }
    let mut limit = width;
    let mut chosen = broken(sheet, &words, limit)?;
    let count = chosen.len();
    // Lines of about the same length: a lone word on the last one would be missed.
    while let Some(narrower) = broken(sheet, &words, limit).filter(|lines| lines.len() == count) {
        chosen = narrower;
        limit -= 2.0;
    }
    (count <= 3).then_some((SMALLEST, chosen))
}

/// Lines at the smallest size; `None` when a word alone is wider than `limit`.
fn broken<'p>(
    sheet: &mut Sheet<'_>,
    words: &[(&'p str, Ink)],
    limit: f32,
) -> Option<Vec<Vec<(&'p str, Ink)>>> {
    let mut lines: Vec<Vec<(&str, Ink)>> = vec![Vec::new()];
    let mut used = 0.0;
    for &(word, ink) in words {
        let wide = spaced_width(sheet, word, SMALLEST);
        if wide > limit {
            return None;
        }
        if used + wide > limit {
            lines.push(Vec::new());
            used = 0.0;
        }
        used += wide;
        if let Some(line) = lines.last_mut() {
            line.push((word, ink));
        }
    }
    Some(lines)
}

/// Slices at each capital; digits and signs stay with the word before them.
fn words(password: &str) -> Vec<(&str, Ink)> {
    let capitals = password
        .char_indices()
        .filter(|(at, character)| *at > 0 && character.is_uppercase());
    let starts: Vec<usize> = [0].into_iter().chain(capitals.map(|(at, _)| at)).collect();
    let ends = starts.iter().copied().skip(1).chain([password.len()]);
    let slices = starts
        .iter()
        .zip(ends)
        .filter_map(|(&start, end)| password.get(start..end));
    slices
        .enumerate()
        .map(|(rank, word)| (word, if rank % 2 == 0 { INK } else { SECOND }))
        .collect()
}

fn spaced_width(sheet: &mut Sheet<'_>, text: &str, size: f32) -> f32 {
    sheet.width(Face::Mono, size, text) + text.chars().count() as f32 * SPACING / POINTS
}

fn fit_login(sheet: &mut Sheet<'_>, login: &str, width: f32) -> Option<(f32, Vec<String>)> {
    let mut size = 17.0;
    while size > 12.0 && spaced_width(sheet, login, size) > width {
        size -= 0.5;
    }
    // The letter spacing is not known to the line breaker.
    let lines = flow::plain_lines(sheet, Face::Mono, login, size, width * 0.94);
    (lines.len() <= 2).then_some((size, lines))
}
