//! The slip at the foot: what the person signs and the desk keeps, under a line to cut.
//! In two languages the French text comes first: it is the one the establishment files.
//! It carries neither the login nor the password.

use crate::domain::letter::RichText;

use super::LetterError;
use super::drawing::{HEIGHT, Sheet};
use super::emblem;
use super::flow;
use super::fonts::Face;
use super::page::{ACCENT, Column, INK, LEFT, Overflow, RIGHT, SMALLEST_NAME, SOFT};
use super::structure::Tag;

/// Between baselines, in mm per point.
const LEADING: f32 = 0.435;
/// Printers leave 5 mm blank or more.
const FOOT: f32 = HEIGHT - 6.5;
/// The cut line is never higher: the body needs the rest.
const HIGHEST_CUT: f32 = 246.0;
/// The person's name stands in this text: never under 9 points.
const SIZES: [f32; 3] = [10.0, 9.5, SMALLEST_NAME];
/// Between the texts of two languages.
const BETWEEN: f32 = 1.4;

/// The slip, measured: it decides where the sheet is cut, hence how far the body may go.
pub(super) struct Slip {
    /// Height of the cut line.
    pub(super) cut: f32,
    size: f32,
    texts: Vec<Vec<flow::Pieces>>,
    shape: Shape,
}

/// Distances from the cut line, and the width of the signature.
#[derive(Clone, Copy)]
struct Shape {
    cut: f32,
    title: f32,
    text: f32,
    signature: f32,
}

impl Shape {
    fn of(columns: &[Column<'_>]) -> Shape {
        if columns.len() > 1 {
            Shape {
                cut: 256.0,
                title: 6.8,
                text: 11.6,
                signature: 52.0,
            }
        } else {
            Shape {
                cut: 252.0,
                title: 8.2,
                text: 13.6,
                signature: 58.0,
            }
        }
    }

    /// Width of the text, left of the signature.
    fn width(self) -> f32 {
        RIGHT - LEFT - self.signature - 6.0
    }
}

/// The largest size that fits under the usual cut line; at the smallest one the line moves up.
pub(super) fn measure(
    sheet: &mut Sheet<'_>,
    columns: &[Column<'_>],
    overflow: &Overflow<'_>,
) -> Result<Slip, LetterError> {
    let shape = Shape::of(columns);
    for size in SIZES {
        let texts: Vec<_> = columns
            .iter()
            .enumerate()
            .map(|(rank, column)| flow::lines(sheet, &wording(rank, column), size, shape.width()))
            .collect();
        let count: usize = texts.iter().map(Vec::len).sum();
        let height = shape.text
            + (count as f32 - 1.0) * size * LEADING
            + BETWEEN * (columns.len() as f32 - 1.0);
        let cut = shape.cut.min(FOOT - height);
        let last = size == SMALLEST_NAME && cut >= HIGHEST_CUT;
        if cut == shape.cut || last {
            return Ok(Slip {
                cut,
                size,
                texts,
                shape,
            });
        }
    }
    Err(overflow.of("le récépissé"))
}

pub(super) fn draw(sheet: &mut Sheet<'_>, columns: &[Column<'_>], slip: &Slip) {
    let Slip {
        cut, size, shape, ..
    } = *slip;
    sheet.artifact(|sheet| {
        emblem::scissors(sheet, 8.0, cut, SOFT);
        sheet.dashed_rule((15.0, cut), (202.0, cut), SOFT, 0.7);
    });
    let mut y = cut + shape.text;
    for (rank, (column, lines)) in columns.iter().zip(&slip.texts).enumerate() {
        sheet.structure.speak(column.lang);
        if rank == 0 {
            let title = column.text.receipt_title.to_string();
            sheet.element(Tag::Heading2, |sheet| {
                sheet.text((LEFT, cut + shape.title), Face::Bold, 11.6, &title, ACCENT);
            });
        }
        sheet.element(Tag::Paragraph, |sheet| {
            y = flow::draw(sheet, lines, (LEFT, y), size, size * LEADING, INK);
        });
        y += size * LEADING + BETWEEN;
    }
    signature(sheet, columns, slip);
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
fn signature(sheet: &mut Sheet<'_>, columns: &[Column<'_>], slip: &Slip) {
    let width = slip.shape.signature;
    let (left, top) = (RIGHT - width, slip.cut + 4.0);
    let area = [left, top, width, FOOT - top];
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
