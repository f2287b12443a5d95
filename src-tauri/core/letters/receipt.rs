//! The slip at the foot: what the person signs and the desk keeps, under a line to cut.
//! In two languages the French text comes first: it is the one the establishment files.
//! It carries neither the login nor the password.

use crate::domain::letter::RichText;

use super::LetterError;
use super::drawing::{HEIGHT, Sheet};
use super::emblem;
use super::flow;
use super::fonts::Face;
use super::page::{ACCENT, Column, INK, LEFT, Overflow, RIGHT, SOFT};
use super::structure::Tag;

/// Between baselines, in mm per point.
const LEADING: f32 = 0.435;
/// Height of the cut line.
pub(super) const CUT: f32 = 252.0;
/// Printers leave 5 mm blank or more.
const FOOT: f32 = HEIGHT - 6.5;
const SIGNATURE_WIDTH: f32 = 58.0;
/// Width of the text, left of the signature.
const WIDTH: f32 = RIGHT - LEFT - SIGNATURE_WIDTH - 6.0;
/// The person's name stands in this text: never under 9 points.
const SIZES: [f32; 3] = [10.0, 9.5, 9.0];

pub(super) fn draw(
    sheet: &mut Sheet<'_>,
    columns: &[Column<'_>],
    overflow: &Overflow<'_>,
) -> Result<(), LetterError> {
    sheet.artifact(|sheet| {
        emblem::scissors(sheet, 8.0, CUT, SOFT);
        sheet.dashed_rule((15.0, CUT), (202.0, CUT), SOFT, 0.7);
    });
    let top = CUT + 13.6;
    let mut chosen = None;
    for size in SIZES {
        let mut texts = Vec::new();
        for (rank, column) in columns.iter().enumerate() {
            texts.push(flow::lines(sheet, &wording(rank, column), size, WIDTH));
        }
        let count: usize = texts.iter().map(Vec::len).sum();
        if top + (count as f32 - 1.0) * size * LEADING + 1.4 * (columns.len() as f32 - 1.0) <= FOOT
        {
            chosen = Some((size, texts));
            break;
        }
    }
    let (size, texts) = chosen.ok_or_else(|| overflow.of("le récépissé"))?;
    let mut y = top;
    for (rank, (column, lines)) in columns.iter().zip(&texts).enumerate() {
        sheet.structure.speak(column.lang);
        if rank == 0 {
            let title = column.text.receipt_title.to_string();
            sheet.element(Tag::Heading2, |sheet| {
                sheet.text((LEFT, CUT + 8.2), Face::Bold, 11.6, &title, ACCENT);
            });
        }
        sheet.element(Tag::Paragraph, |sheet| {
            y = flow::draw(sheet, lines, (LEFT, y), size, size * LEADING, INK);
        });
        y += size * LEADING + 1.4;
    }
    signature(sheet, columns);
    Ok(())
}

/// The second language has its title in front of its sentence: there is no room for a line of its own.
fn wording(rank: usize, column: &Column<'_>) -> RichText {
    let mut text = RichText::default();
    if rank > 0 {
        text.push(&column.text.receipt_title.to_string(), true);
        text.push(": ", true);
    }
    for span in column.text.receipt.spans() {
        text.push(&span.text, span.bold);
    }
    text
}

/// The box: « Fait à Rivemer, le », a line to write on, and room to sign.
fn signature(sheet: &mut Sheet<'_>, columns: &[Column<'_>]) {
    let (left, top) = (RIGHT - SIGNATURE_WIDTH, CUT + 5.0);
    let area = [left, top, SIGNATURE_WIDTH, FOOT - top];
    sheet.artifact(|sheet| sheet.outlined_box(area, 1.6, SOFT, 0.7));
    let mut y = top + 5.6;
    let mut written = left + 3.0;
    for column in columns {
        sheet.structure.speak(column.lang);
        let place = column.text.receipt_place.to_string();
        sheet.element(Tag::Paragraph, |sheet| {
            let width = sheet.text((left + 3.0, y), column.face, 8.8, &place, SOFT);
            written = written.max(left + 3.0 + width);
        });
        y += 3.8;
    }
    let line = y - 3.8 + 0.9;
    sheet.artifact(|sheet| sheet.rule((written + 1.5, line), (RIGHT - 3.0, line), SOFT, 0.6));
    y += 2.0;
    for column in columns {
        sheet.structure.speak(column.lang);
        let label = column.text.signature.to_string();
        if column.lang.is_none()
            || columns
                .first()
                .is_some_and(|first| first.text.signature != column.text.signature)
        {
            sheet.element(Tag::Paragraph, |sheet| {
                sheet.text((left + 3.0, y), column.face, 8.8, &label, SOFT);
            });
            y += 3.8;
        }
    }
    sheet.structure.speak(None);
}
