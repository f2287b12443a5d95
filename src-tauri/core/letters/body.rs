//! The running text: title and greeting above the credentials, then steps, rules, advice and notice below them.
//! In two languages each block starts at the same height in both columns.
//! It never draws past the cut line: `check` is asked first, on a scratch sheet.

use crate::domain::letter::RichText;

use super::LetterError;
use super::drawing::Sheet;
use super::flow;
use super::fonts::Face;
use super::page::{ACCENT, Column, INK, Overflow, SMALLEST, SMALLEST_NAME, SOFT, Style, TINT};
use super::structure::Tag;

/// Of the notice, in points; its lines are close to each other.
const NOTICE_SIZE: f32 = SMALLEST;
const NOTICE_LEADING: f32 = NOTICE_SIZE * 0.415;

#[derive(Debug, Clone, Copy)]
enum Block {
    Steps,
    SharedPost,
    Rules,
    Help,
    Privacy,
}

const BLOCKS: [Block; 5] = [
    Block::Steps,
    Block::SharedPost,
    Block::Rules,
    Block::Help,
    Block::Privacy,
];

impl Block {
    fn french(self) -> &'static str {
        match self {
            Block::Steps => "la liste des étapes",
            Block::SharedPost => "le conseil sur les postes partagés",
            Block::Rules => "la liste des règles de sécurité",
            Block::Help => "la ligne « Un souci »",
            Block::Privacy => "la notice sur les données",
        }
    }
}

/// Title, greeting, introduction and the boxed status; returns where the next block may start.
pub(super) fn opening(sheet: &mut Sheet<'_>, columns: &[Column<'_>], style: Style) -> f32 {
    let mut lowest: f32 = 0.0;
    let paired = columns.len() > 1;
    let (title_size, title_at, first) = if paired {
        (14.5, 94.9, 102.0)
    } else {
        (18.0, 96.5, 104.6)
    };
    for column in columns {
        sheet.structure.speak(column.lang);
        let title = column.text.title.to_string();
        sheet.element(Tag::Heading1, |sheet| {
            sheet.text((column.x, title_at), Face::Bold, title_size, &title, INK);
        });
        let leading = style.leading();
        // The person's name stands in the greeting.
        let greeting = Style {
            body: style.body.max(SMALLEST_NAME),
            ..style
        };
        let words = column.text;
        let (x, width) = (column.x, column.width);
        let y = if paired {
            // One paragraph: a long name leaves its second line to the sentence that follows.
            let whole = joined(&words.greeting, &words.intro);
            paragraph(sheet, &whole, (x, first), width, greeting)
        } else {
            let y = paragraph(sheet, &words.greeting, (x, first), width, greeting);
            paragraph(sheet, &words.intro, (x, y + leading), width, style)
        };
        lowest = lowest.max(y + if paired { 3.2 } else { 4.0 });
    }
    sheet.structure.speak(None);
    status(sheet, columns, style, lowest)
}

/// « Pas encore actif » or « Pas encore confirmé » in a box, while the directory has not answered.
fn status(sheet: &mut Sheet<'_>, columns: &[Column<'_>], style: Style, top: f32) -> f32 {
    let mut height: f32 = 0.0;
    let mut texts = Vec::new();
    for column in columns {
        if let Some(status) = &column.text.status {
            let lines = flow::lines(sheet, status, style.body, column.width - 8.0);
            height = height.max(lines.len() as f32 * style.leading() + 3.4);
            texts.push((column, lines));
        }
    }
    for (column, lines) in &texts {
        sheet.artifact(|sheet| {
            sheet.outlined_box([column.x, top, column.width, height], 1.2, INK, 1.2)
        });
        sheet.structure.speak(column.lang);
        let baseline = top + 1.7 + style.leading() * 0.76;
        sheet.element(Tag::Paragraph, |sheet| {
            flow::draw(
                sheet,
                lines,
                (column.x + 4.0, baseline),
                style.body,
                style.leading(),
                INK,
            );
        });
    }
    sheet.structure.speak(None);
    if texts.is_empty() {
        top
    } else {
        top + height + 2.0
    }
}

/// Fails when a block would pass the last of the two baselines.
pub(super) fn check(
    scratch: &mut Sheet<'_>,
    columns: &[Column<'_>],
    style: Style,
    [top, bottom]: [f32; 2],
    overflow: &Overflow<'_>,
) -> Result<(), LetterError> {
    let mut y = top;
    for (block, height) in heights(scratch, columns, style) {
        y += height;
        if y > bottom {
            return Err(overflow.of(block.french()));
        }
        y += gap(style);
    }
    Ok(())
}

/// Draws the blocks between two baselines; what room is left goes between them, the notice at the foot.
pub(super) fn closing(
    sheet: &mut Sheet<'_>,
    columns: &[Column<'_>],
    style: Style,
    [top, bottom]: [f32; 2],
) {
    let mut scratch = Sheet::new(sheet.faces);
    let heights = heights(&mut scratch, columns, style);
    let count = heights.len() as f32;
    let total: f32 =
        heights.iter().map(|(_, height)| height).sum::<f32>() + gap(style) * (count - 1.0);
    let spare = ((bottom - top - total) / (count - 1.0)).clamp(0.0, 2.6);
    for column in columns {
        sheet.structure.speak(column.lang);
        let mut y = top;
        for (block, height) in &heights {
            if matches!(block, Block::Privacy) {
                y = bottom - height;
            }
            draw(sheet, *block, column, style, y);
            y += height + gap(style) + spare;
        }
    }
    sheet.structure.speak(None);
}

/// From the last baseline of a block to the first of the next.
fn gap(style: Style) -> f32 {
    style.leading() * style.air
}

/// From first to last baseline, the taller column deciding.
fn heights(scratch: &mut Sheet<'_>, columns: &[Column<'_>], style: Style) -> Vec<(Block, f32)> {
    let tallest = |block: Block, scratch: &mut Sheet<'_>| {
        columns
            .iter()
            .map(|column| draw(scratch, block, column, style, 0.0))
            .fold(0.0, f32::max)
    };
    let paired = columns.iter().any(|column| column.paired);
    BLOCKS
        .into_iter()
        .filter(|block| !(paired && matches!(block, Block::SharedPost)))
        .map(|block| (block, tallest(block, scratch)))
        .collect()
}

/// Returns the last baseline.
fn draw(sheet: &mut Sheet<'_>, block: Block, column: &Column<'_>, style: Style, top: f32) -> f32 {
    let words = column.text;
    match block {
        Block::Steps => {
            let y = heading(sheet, &words.steps_title, column, style, top);
            list(sheet, Tag::NumberedList, &words.steps, column, style, y)
        }
        Block::SharedPost => advice(sheet, &words.shared_post, column, style, top),
        Block::Rules => {
            let y = heading(sheet, &words.rules_title, column, style, top);
            // In two columns there is no room for the tinted advice: it opens the list.
            let mut rules = words.rules.clone();
            if column.paired {
                rules.insert(0, words.shared_post.clone());
            }
            list(sheet, Tag::BulletList, &rules, column, style, y)
        }
        Block::Help => {
            let text = joined(&words.help, &words.footer);
            paragraph(sheet, &text, (column.x, top), column.width, style)
        }
        Block::Privacy => {
            let lines = flow::lines(sheet, &words.privacy, NOTICE_SIZE, column.width);
            let mut y = top;
            sheet.element(Tag::Paragraph, |sheet| {
                y = flow::draw(
                    sheet,
                    &lines,
                    (column.x, top),
                    NOTICE_SIZE,
                    NOTICE_LEADING,
                    SOFT,
                );
            });
            y
        }
    }
}

/// Two sentences in one paragraph.
fn joined(first: &RichText, second: &RichText) -> RichText {
    let mut text = first.clone();
    text.push(" ", false);
    for span in second.spans() {
        text.push(&span.text, span.bold);
    }
    text
}

fn paragraph(
    sheet: &mut Sheet<'_>,
    text: &RichText,
    at: (f32, f32),
    width: f32,
    style: Style,
) -> f32 {
    let lines = flow::lines(sheet, text, style.body, width);
    let mut y = at.1;
    sheet.element(Tag::Paragraph, |sheet| {
        y = flow::draw(sheet, &lines, at, style.body, style.leading(), INK)
    });
    y
}

/// Returns the baseline of what follows.
fn heading(
    sheet: &mut Sheet<'_>,
    text: &RichText,
    column: &Column<'_>,
    style: Style,
    top: f32,
) -> f32 {
    let size = style.body + 1.2;
    let lines = flow::plain_lines(sheet, Face::Bold, &text.to_string(), size, column.width);
    let pieces: Vec<flow::Pieces> = lines
        .into_iter()
        .map(|line| vec![(Face::Bold, line)])
        .collect();
    let mut y = top;
    sheet.element(Tag::Heading2, |sheet| {
        y = flow::draw(
            sheet,
            &pieces,
            (column.x, top),
            size,
            style.leading() * 1.1,
            ACCENT,
        );
    });
    y + style.leading() * 1.15
}

/// Returns the last baseline.
fn list(
    sheet: &mut Sheet<'_>,
    tag: Tag,
    items: &[RichText],
    column: &Column<'_>,
    style: Style,
    top: f32,
) -> f32 {
    let indent = if column.paired { 4.6 } else { 5.6 };
    let mut next = top;
    let mut last = top;
    sheet.group(tag, |sheet| {
        for (rank, item) in items.iter().enumerate() {
            let lines = flow::lines(sheet, item, style.body, column.width - indent);
            let label = if tag == Tag::NumberedList {
                (rank + 1).to_string()
            } else {
                "•".to_owned()
            };
            sheet.group(Tag::Item, |sheet| {
                sheet.element(Tag::Label, |sheet| {
                    sheet.text((column.x, next), Face::Bold, style.body, &label, ACCENT);
                });
                sheet.element(Tag::Body, |sheet| {
                    let at = (column.x + indent, next);
                    last = flow::draw(sheet, &lines, at, style.body, style.leading(), INK);
                });
            });
            next = last + style.leading() * 1.12;
        }
    });
    last
}

/// The shared-post advice on a tint; returns the last baseline plus the box's foot.
fn advice(
    sheet: &mut Sheet<'_>,
    text: &RichText,
    column: &Column<'_>,
    style: Style,
    top: f32,
) -> f32 {
    let leading = style.leading();
    let lines = flow::lines(sheet, text, style.body, column.width - 10.0);
    let height = lines.len() as f32 * leading + 4.0;
    let area = [column.x, top - leading * 0.75, column.width, height];
    sheet.artifact(|sheet| sheet.filled_box(area, 1.6, TINT));
    let mut y = top;
    sheet.element(Tag::Paragraph, |sheet| {
        y = flow::draw(
            sheet,
            &lines,
            (column.x + 5.0, top + 2.0),
            style.body,
            leading,
            INK,
        );
    });
    y + 2.4
}
