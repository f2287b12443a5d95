//! The slip at the foot: what the person signs and the desk keeps, under a line to cut.
//! In two languages the French text comes first: it is the one the establishment files.
//! It carries neither the login nor the password.

use super::LetterError;
use super::drawing::{HEIGHT, Sheet};
use super::emblem;
use super::flow;
use super::fonts::Face;
use super::page::{ACCENT, Column, INK, LEFT, Overflow, RIGHT, SOFT};
use super::structure::Tag;

/// Height of the cut line.
pub(super) const CUT: f32 = 250.0;
/// Printers leave 5 mm blank or more.
const FOOT: f32 = HEIGHT - 8.0;
/// Width of the text, left of the signature.
const WIDTH: f32 = 102.0;

pub(super) fn draw(
    sheet: &mut Sheet<'_>,
    columns: &[Column<'_>],
    overflow: &Overflow<'_>,
) -> Result<(), LetterError> {
    sheet.artifact(|sheet| {
        emblem::scissors(sheet, 8.0, CUT, SOFT);
        sheet.dashed_rule((15.0, CUT), (202.0, CUT), SOFT, 0.7);
    });
    let mut y = CUT + 8.4;
    let size = if columns.len() == 1 { 9.8 } else { 9.0 };
    let leading = size * 0.44;
    for (rank, column) in columns.iter().enumerate() {
        sheet.structure.speak(column.lang);
        let title = column.text.receipt_title.to_string();
        let title_size = if rank == 0 { 11.6 } else { 9.6 };
        sheet.element(Tag::Heading2, |sheet| {
            sheet.text((LEFT, y), Face::Bold, title_size, &title, ACCENT);
        });
        let lines = flow::lines(sheet, &column.text.receipt, size, WIDTH);
        sheet.element(Tag::Paragraph, |sheet| {
            y = flow::draw(sheet, &lines, (LEFT, y + leading + 0.9), size, leading, INK);
        });
        y += leading + 1.4;
    }
    let y = y.max(FOOT - 4.0);
    if y > FOOT {
        return Err(overflow.of("le récépissé"));
    }
    signed_at(sheet, columns, y);
    signature(sheet, columns);
    Ok(())
}

/// « Fait à Rivemer, le » and a line to write on.
fn signed_at(sheet: &mut Sheet<'_>, columns: &[Column<'_>], y: f32) {
    let mut x = LEFT;
    for (rank, column) in columns.iter().enumerate() {
        sheet.structure.speak(column.lang);
        let place = column.text.receipt_place.to_string();
        sheet.element(Tag::Paragraph, |sheet| {
            if rank > 0 {
                x += sheet.text((x, y), Face::Regular, 9.0, " / ", SOFT);
            }
            x += sheet.text((x, y), column.face, 9.0, &place, SOFT);
        });
    }
    sheet.structure.speak(None);
    sheet.artifact(|sheet| sheet.rule((x + 2.0, y + 0.8), ((x + 46.0).min(LEFT + WIDTH + 4.0), y + 0.8), SOFT, 0.6));
}

fn signature(sheet: &mut Sheet<'_>, columns: &[Column<'_>]) {
    let left = RIGHT - 60.0;
    let area = [left, CUT + 6.0, 60.0, FOOT - CUT - 6.0];
    sheet.artifact(|sheet| sheet.outlined_box(area, 1.6, SOFT, 0.7));
    let Some(column) = columns.first() else { return };
    let label = column.text.signature.to_string();
    sheet.element(Tag::Paragraph, |sheet| {
        sheet.text((left + 2.4, CUT + 10.4), Face::Regular, 8.6, &label, SOFT);
    });
}
