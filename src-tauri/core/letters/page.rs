//! The composition of the page: where each text stands, in millimetres from the top left of an A4 sheet.
//! Folded at 99 and 198 mm for a DL envelope: name and unit in its window, password in the middle third.
//! It chooses the largest body size that fits and refuses rather than cut, overlap or go under 8.5 points.

use crate::domain::letter::{ColumnText, LetterFacts, LetterLanguage, LetterText, RichText};

use super::drawing::{Area, Ink, POINTS, Sheet};
use super::fonts::Face;
use super::structure::Tag;
use super::{LetterError, Logo, body, credentials, emblem, flow, qr, receipt};

pub(super) const INK: Ink = [0.086, 0.129, 0.114];
pub(super) const SOFT: Ink = [0.255, 0.302, 0.278];
pub(super) const ACCENT: Ink = [0.043, 0.333, 0.4];
pub(super) const TINT: Ink = [0.925, 0.957, 0.961];
pub(super) const HAIR: Ink = [0.62, 0.67, 0.65];

pub(super) const LEFT: f32 = 20.0;
pub(super) const RIGHT: f32 = 190.0;
/// Folds of the sheet.
pub(super) const FOLDS: [f32; 2] = [99.0, 198.0];
/// First baseline of the header, and where the establishment's lines end.
const HEADER_TOP: f32 = 17.4;
const HEADER_END: f32 = 121.0;
/// Address block behind the window of a French DL envelope.
const WINDOW: Area = [110.0, 55.0, 85.0, 33.0];
/// Corner and side of the QR code; nothing is drawn within 4.5 mm of it.
const CODE: Area = [LEFT, 51.0, 31.0, 31.0];
/// A name is never smaller, in points.
pub(super) const SMALLEST_NAME: f32 = 9.0;

/// From the lowest baseline of the body to the cut line.
const ABOVE_CUT: f32 = 4.2;
/// No text is smaller, in points: the sheet is read at a desk, standing, by anyone.
pub(super) const SMALLEST: f32 = 8.5;

/// Body size in points, air between blocks in lines, and lines in millimetres a point; the rest of the page follows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub(super) body: f32,
    pub(super) air: f32,
    pub(super) line: f32,
}

impl Style {
    /// Between baselines, in mm.
    pub(super) fn leading(self) -> f32 {
        self.body * self.line
    }

    /// From airy to tight: size, air, line.
    fn choices(language: LetterLanguage) -> impl Iterator<Item = Style> {
        const ONE: &[(f32, f32, f32)] = &[
            (10.6, 1.45, 0.455),
            (10.2, 1.4, 0.455),
            (9.8, 1.35, 0.455),
            (9.4, 1.3, 0.455),
            (9.0, 1.22, 0.455),
        ];
        // The last two are for a name of sixty letters with a password on two lines and the boxed status.
        const TWO: &[(f32, f32, f32)] = &[
            (9.6, 1.4, 0.45),
            (9.2, 1.35, 0.45),
            (9.0, 1.3, 0.44),
            (8.8, 1.25, 0.435),
            (8.6, 1.2, 0.43),
            (SMALLEST, 1.15, 0.425),
            (SMALLEST, 1.05, 0.415),
        ];
        let list = match language {
            LetterLanguage::French | LetterLanguage::English => ONE,
            LetterLanguage::Both => TWO,
        };
        list.iter()
            .map(|&(body, air, line)| Style { body, air, line })
    }
}

/// A column of the page: where it starts, how wide it is, and what a screen reader must be told of its language.
pub(super) struct Column<'t> {
    pub(super) text: &'t ColumnText,
    pub(super) x: f32,
    pub(super) width: f32,
    /// Set when it is not the document's language.
    pub(super) lang: Option<&'static str>,
    /// The translation beside the main text is in italics where both share one line.
    pub(super) face: Face,
    /// Another column stands beside it.
    pub(super) paired: bool,
}

pub(super) struct Overflow<'t> {
    person: &'t str,
}

impl Overflow<'_> {
    pub(super) fn of(&self, block: &'static str) -> LetterError {
        LetterError::Overflow {
            person: self.person.to_owned(),
            block,
        }
    }
}

pub(super) fn draw(
    sheet: &mut Sheet<'_>,
    text: &LetterText,
    facts: &LetterFacts,
    logo: Option<&Logo>,
    password: &str,
) -> Result<(), LetterError> {
    let overflow = Overflow {
        person: &text.person,
    };
    let columns = columns(text);
    letterhead(sheet, text, logo, &columns, &overflow)?;
    recipient(sheet, text, &overflow)?;
    sheet.artifact(|sheet| {
        for y in FOLDS {
            sheet.rule((4.0, y), (8.0, y), HAIR, 0.4);
        }
    });
    let slip = receipt::measure(sheet, &columns, &overflow)?;
    let bottom = slip.cut - ABOVE_CUT;
    let style = fitting_style(sheet, text, &columns, password, bottom, &overflow)?;
    let y = body::opening(sheet, &columns, style);
    let y = credentials::draw(sheet, text, &columns, password, y + 1.5, &overflow)?;
    activation(sheet, facts, &columns, &overflow)?;
    let room = [y + below_box(&columns), bottom];
    body::closing(sheet, &columns, style, room);
    sheet.structure.speak(None);
    receipt::draw(sheet, &columns, &slip);
    Ok(())
}

fn columns(text: &LetterText) -> Vec<Column<'_>> {
    let gap = 7.0;
    let count = text.columns.len().max(1) as f32;
    let width = (RIGHT - LEFT - gap * (count - 1.0)) / count;
    let main = text.columns.first().map(|column| column.language);
    let place = |(rank, column)| Column {
        text: column,
        x: LEFT + rank as f32 * (width + gap),
        width,
        lang: (Some(column.language) != main).then(|| column.language.code()),
        face: if rank == 0 {
            Face::Regular
        } else {
            Face::Italic
        },
        paired: text.columns.len() > 1,
    };
    text.columns.iter().enumerate().map(place).collect()
}

/// From the foot of the credentials box to the next baseline.
fn below_box(columns: &[Column<'_>]) -> f32 {
    if columns.len() > 1 { 6.0 } else { 7.0 }
}

/// Draws the body on scratch sheets until it stops above the cut line.
fn fitting_style(
    sheet: &mut Sheet<'_>,
    text: &LetterText,
    columns: &[Column<'_>],
    password: &str,
    bottom: f32,
    overflow: &Overflow<'_>,
) -> Result<Style, LetterError> {
    let mut refusal = overflow.of("le texte");
    for style in Style::choices(text.language) {
        let mut scratch = Sheet::new(sheet.faces);
        let y = body::opening(&mut scratch, columns, style);
        let tried = credentials::draw(&mut scratch, text, columns, password, y + 1.5, overflow)
            .and_then(|y| {
                let room = [y + below_box(columns), bottom];
                body::check(&mut scratch, columns, style, room, overflow)
            });
        sheet.missing.append(&mut scratch.missing);
        match tried {
            Ok(()) => return Ok(style),
            Err(reason) => refusal = reason,
        }
    }
    Err(refusal)
}

fn letterhead(
    sheet: &mut Sheet<'_>,
    text: &LetterText,
    logo: Option<&Logo>,
    columns: &[Column<'_>],
    overflow: &Overflow<'_>,
) -> Result<(), LetterError> {
    let (x, top) = mark(sheet, logo);
    // The establishment's own name and address stay French in an English letter.
    sheet.structure.speak(match text.language {
        LetterLanguage::French | LetterLanguage::Both => None,
        LetterLanguage::English => Some("fr"),
    });
    let width = HEADER_END - x;
    let name = flow::plain_lines(sheet, Face::Bold, &text.establishment, 13.0, width);
    let mut lines = Vec::new();
    for line in &text.sender_lines {
        lines.extend(flow::plain_lines(sheet, Face::Regular, line, 9.0, width));
    }
    let mut y = top;
    sheet.element(Tag::Paragraph, |sheet| {
        y = stack(sheet, &name, (x, y), Face::Bold, 13.0, 5.4, ACCENT)
    });
    if !lines.is_empty() {
        sheet.element(Tag::Paragraph, |sheet| {
            y = stack(sheet, &lines, (x, y + 4.6), Face::Regular, 9.0, 4.0, SOFT)
        });
    }
    if y > 45.0 {
        return Err(overflow.of("l’en-tête de l’établissement"));
    }
    let mut y = HEADER_TOP;
    for column in columns {
        sheet.structure.speak(column.lang);
        let words = column.text;
        // The leaf of the journal is for whoever checks it: on the reference's line, never one of its own.
        let leaf = words.leaf.as_ref().map(|leaf| format!(" · {leaf}"));
        let reference = format!("{}{}", words.reference, leaf.unwrap_or_default());
        let lines = [Some(words.date.to_string()), Some(reference)];
        let copy = words.copy.as_ref().map(ToString::to_string);
        for line in lines.into_iter().chain([copy]).flatten() {
            let width = sheet.width(column.face, 9.0, &line);
            if width > 64.0 {
                return Err(overflow.of("la date"));
            }
            sheet.element(Tag::Paragraph, |sheet| {
                sheet.text((RIGHT - width, y), column.face, 9.0, &line, SOFT);
            });
            y += 4.2;
        }
    }
    sheet.structure.speak(None);
    Ok(())
}

/// The logo, or Guichet's emblem; returns where the establishment's name starts. An artifact either way: the name
/// beside it says the same to a screen reader.
fn mark(sheet: &mut Sheet<'_>, logo: Option<&Logo>) -> (f32, f32) {
    let Some(logo) = logo else {
        sheet.artifact(|sheet| emblem::emblem(sheet, LEFT, 13.0, 14.0, ACCENT));
        return (39.0, HEADER_TOP);
    };
    let [x, top, width, height] = logo.area();
    sheet.artifact(|sheet| sheet.picture(Logo::resource(), [x, top, width, height]));
    if logo.stands_beside() {
        (x + width + 5.0, HEADER_TOP)
    } else {
        (x, top + height + 5.8)
    }
}

/// Name then unit, wrapped, as large as the window allows.
fn recipient(
    sheet: &mut Sheet<'_>,
    text: &LetterText,
    overflow: &Overflow<'_>,
) -> Result<(), LetterError> {
    let [x, top, width, height] = WINDOW;
    let mut size = 11.5;
    while size >= SMALLEST_NAME {
        let leading = size * 0.46;
        let mut lines: Vec<(Face, Vec<String>)> = Vec::new();
        for (rank, line) in text.recipient_lines.iter().enumerate() {
            let face = if rank == 0 { Face::Bold } else { Face::Regular };
            lines.push((face, flow::plain_lines(sheet, face, line, size, width)));
        }
        let count: usize = lines.iter().map(|(_, lines)| lines.len()).sum();
        if count as f32 * leading + 2.0 <= height {
            let mut y = top + 1.0 + size / POINTS;
            for (face, lines) in &lines {
                sheet.element(Tag::Paragraph, |sheet| {
                    y = stack(sheet, lines, (x, y), *face, size, leading, INK) + leading;
                });
            }
            return Ok(());
        }
        size -= 0.5;
    }
    Err(overflow.of("le nom ou la structure"))
}

/// The QR code and the address in clear, left of the window.
fn activation(
    sheet: &mut Sheet<'_>,
    facts: &LetterFacts,
    columns: &[Column<'_>],
    overflow: &Overflow<'_>,
) -> Result<(), LetterError> {
    let (mut x, mut width) = (LEFT, 84.0);
    if facts.qr {
        let modules = qr::outlines(&facts.activation_url, CODE)?;
        let alt = columns
            .first()
            .map(|column| column.text.qr_alt.to_string())
            .unwrap_or_default();
        sheet.figure(CODE, alt, |sheet| sheet.filled(modules, [0.0, 0.0, 0.0]));
        x = LEFT + CODE[2] + 5.0;
        width = 48.5;
    }
    let mut y = CODE[1] + 3.6;
    for (rank, column) in columns.iter().enumerate() {
        let face = if rank == 0 { Face::Bold } else { Face::Italic };
        y = small(
            sheet,
            column,
            &column.text.qr_title,
            (x, y),
            width,
            (face, 10.4, ACCENT),
        ) + 4.4;
    }
    for column in columns {
        y = small(
            sheet,
            column,
            &column.text.qr_note,
            (x, y + 0.2),
            width,
            (column.face, 8.6, SOFT),
        ) + 3.6;
    }
    sheet.structure.speak(None);
    // Made smaller to stay in one piece; an address that needs two lines anyway keeps its size.
    let mut size = 9.6;
    if sheet.width(Face::Bold, SMALLEST, facts.address()) <= width {
        while sheet.width(Face::Bold, size, facts.address()) > width {
            size = (size - 0.2).max(SMALLEST);
        }
    }
    y += 1.2;
    let address = flow::plain_lines(sheet, Face::Bold, facts.address(), size, width);
    sheet.group(Tag::Paragraph, |sheet| {
        for line in &address {
            sheet.link((x, y), Face::Bold, size, line, &facts.activation_url, INK);
            y += size * 0.46;
        }
    });
    y += 1.0;
    for column in columns {
        y = small(
            sheet,
            column,
            &column.text.qr_check,
            (x, y),
            width,
            (column.face, 8.6, SOFT),
        ) + 3.7;
    }
    sheet.structure.speak(None);
    if y > 90.5 {
        return Err(overflow.of("l’adresse d’activation"));
    }
    Ok(())
}

/// A paragraph in one face; returns its last baseline.
fn small(
    sheet: &mut Sheet<'_>,
    column: &Column<'_>,
    text: &RichText,
    at: (f32, f32),
    width: f32,
    (face, size, ink): (Face, f32, Ink),
) -> f32 {
    sheet.structure.speak(column.lang);
    let lines = flow::plain_lines(sheet, face, &text.to_string(), size, width);
    let mut y = at.1;
    sheet.element(Tag::Paragraph, |sheet| {
        y = stack(sheet, &lines, at, face, size, size * 0.43, ink)
    });
    y
}

/// Lines under each other; returns the last baseline.
pub(super) fn stack(
    sheet: &mut Sheet<'_>,
    lines: &[String],
    at: (f32, f32),
    face: Face,
    size: f32,
    leading: f32,
    ink: Ink,
) -> f32 {
    let pieces: Vec<flow::Pieces> = lines
        .iter()
        .map(|line| vec![(face, line.clone())])
        .collect();
    flow::draw(sheet, &pieces, at, size, leading, ink)
}
