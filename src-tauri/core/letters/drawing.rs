//! The sheet being drawn: millimetres from the top left, text, lines, shapes, each tagged or marked as an artifact.
//! Glyphs are numbered as they are used, so that only they are embedded.
//! It decides no place and no word: `page` does.

use std::collections::BTreeMap;

use printpdf::{
    Codepoint, Color, DictItem, Line, LineDashPattern, LinePoint, Op, PaintMode, PdfFontHandle,
    Point, Polygon, PolygonRing, Pt, Rgb, TextItem, WindingOrder, XObjectId, XObjectTransform,
};
use subsetter::GlyphRemapper;
use zeroize::Zeroize;

use super::fonts::{FACES, Face, Faces};
use super::shaping::{Run, shape};
use super::structure::{Structure, Tag};

/// A4, in millimetres.
pub(super) const WIDTH: f32 = 210.0;
pub(super) const HEIGHT: f32 = 297.0;
/// Points in a millimetre.
pub(super) const POINTS: f32 = 72.0 / 25.4;
/// Distance of Bézier handles that draws a quarter of circle.
const KAPPA: f32 = 0.552_284_8;

/// sRGB, 0 to 1.
pub(super) type Ink = [f32; 3];
/// Corner and size of a rectangle, in millimetres: x, y, width, height.
pub(super) type Area = [f32; 4];
/// Point of an outline and whether it is a Bézier handle.
pub(super) type Node = (f32, f32, bool);

pub(super) struct Sheet<'f> {
    pub(super) faces: &'f Faces,
    pub(super) ops: Vec<Op>,
    pub(super) structure: Structure,
    pub(super) used: [GlyphRemapper; 4],
    /// Characters no face has.
    pub(super) missing: Vec<char>,
}

impl Drop for Sheet<'_> {
    fn drop(&mut self) {
        wipe(&mut self.ops);
    }
}

/// Erases the texts kept beside the glyphs: one of them is the password.
pub(super) fn wipe(ops: &mut [Op]) {
    for op in ops {
        if let Op::ShowText { items } = op {
            for item in items {
                if let TextItem::GlyphIds(points) = item {
                    for point in points {
                        point.cid.zeroize();
                        point.gid.zeroize();
                    }
                }
            }
        }
    }
}

impl<'f> Sheet<'f> {
    pub(super) fn new(faces: &'f Faces) -> Sheet<'f> {
        let used = FACES.map(|_| GlyphRemapper::new());
        Sheet {
            faces,
            ops: Vec::new(),
            structure: Structure::new(),
            used,
            missing: Vec::new(),
        }
    }

    /// An element with one piece of content.
    pub(super) fn element(&mut self, tag: Tag, draw: impl FnOnce(&mut Self)) -> usize {
        let element = self.structure.open(tag);
        self.marked(draw);
        self.structure.close();
        element
    }

    /// A group of elements.
    pub(super) fn group(&mut self, tag: Tag, draw: impl FnOnce(&mut Self)) {
        self.structure.open(tag);
        draw(self);
        self.structure.close();
    }

    /// Content of the element that is open.
    pub(super) fn marked(&mut self, draw: impl FnOnce(&mut Self)) {
        let (number, tag) = self.structure.mark();
        let map = BTreeMap::from([("MCID".to_owned(), DictItem::Int(number))]);
        let properties = DictItem::Dict { map };
        self.ops.push(Op::BeginMarkedContentWithProperties {
            tag: tag.name().to_owned(),
            properties,
        });
        draw(self);
        self.ops.push(Op::EndMarkedContent);
    }

    /// Rules, backgrounds, marks: nothing a screen reader should say.
    pub(super) fn artifact(&mut self, draw: impl FnOnce(&mut Self)) {
        self.ops.push(Op::BeginMarkedContent {
            tag: "Artifact".to_owned(),
        });
        draw(self);
        self.ops.push(Op::EndMarkedContent);
    }

    pub(super) fn figure(&mut self, area: Area, alt: String, draw: impl FnOnce(&mut Self)) {
        let element = self.element(Tag::Figure, draw);
        self.structure.describe(element, alt, bounds(area));
    }

    /// One line of text that opens `uri` when clicked in a saved file; returns its width in mm.
    pub(super) fn link(
        &mut self,
        at: (f32, f32),
        face: Face,
        size: f32,
        text: &str,
        uri: &str,
        ink: Ink,
    ) {
        self.structure.open(Tag::Link);
        let mut width = 0.0;
        self.marked(|sheet| width = sheet.text(at, face, size, text, ink));
        let height = size / POINTS;
        self.structure
            .link(bounds([at.0, at.1 - height * 0.8, width, height]), uri);
        self.structure.close();
    }

    pub(super) fn shape(&mut self, face: Face, text: &str) -> Vec<Run> {
        shape(self.faces, face, text, &mut self.missing)
    }

    /// Width in mm of a line at `size` points.
    pub(super) fn width(&mut self, face: Face, size: f32, text: &str) -> f32 {
        self.shape(face, text).iter().map(Run::width).sum::<f32>() * size / 1000.0 / POINTS
    }

    /// One line, its baseline at `at`; returns its width in mm.
    pub(super) fn text(
        &mut self,
        at: (f32, f32),
        face: Face,
        size: f32,
        text: &str,
        ink: Ink,
    ) -> f32 {
        self.spaced_text(at, face, size, &[(text, ink)], 0.0)
    }

    /// Pieces of one line in several inks, with `spacing` points after each glyph; returns the width in mm.
    pub(super) fn spaced_text(
        &mut self,
        at: (f32, f32),
        face: Face,
        size: f32,
        pieces: &[(&str, Ink)],
        spacing: f32,
    ) -> f32 {
        self.ops.push(Op::StartTextSection);
        self.ops.push(Op::SetTextCursor {
            pos: point(at.0, at.1),
        });
        let mut width = 0.0;
        for (text, ink) in pieces {
            self.fill(*ink);
            for run in self.shape(face, text) {
                width += run.width() * size / 1000.0 + spacing * run.glyphs.len() as f32;
                self.show(&run, size, spacing);
            }
        }
        self.ops.push(Op::EndTextSection);
        width / POINTS
    }

    fn show(&mut self, run: &Run, size: f32, spacing: f32) {
        let font = PdfFontHandle::External(run.face.resource());
        self.ops.push(Op::SetFont {
            font,
            size: Pt(size),
        });
        let mut row: Vec<TextItem> = Vec::new();
        for glyph in &run.glyphs {
            let Some(numbers) = self.used.get_mut(run.face.index()) else {
                continue;
            };
            let gid = numbers.remap(glyph.id);
            let (right, up) = glyph.shift;
            // In a TJ array a positive number moves the pen left, in thousandths of an em.
            let after = round(glyph.natural - glyph.advance - spacing * 1000.0 / size + right);
            let placed = Codepoint {
                gid,
                offset: after,
                cid: Some(glyph.text.clone()),
            };
            if right != 0.0 {
                row.push(TextItem::Offset(round(-right)));
            }
            if up == 0.0 {
                row.push(TextItem::GlyphIds(vec![placed]));
            } else {
                self.ops.push(Op::ShowText {
                    items: std::mem::take(&mut row),
                });
                self.ops.push(Op::SetLineOffset {
                    multiplier: up * size / 1000.0,
                });
                self.ops.push(Op::ShowText {
                    items: vec![TextItem::GlyphIds(vec![placed])],
                });
                self.ops.push(Op::SetLineOffset { multiplier: 0.0 });
            }
        }
        if !row.is_empty() {
            self.ops.push(Op::ShowText { items: row });
        }
    }

    pub(super) fn fill(&mut self, ink: Ink) {
        self.ops.push(Op::SetFillColor { col: color(ink) });
    }

    /// A straight rule `thick` points wide.
    pub(super) fn rule(&mut self, from: (f32, f32), to: (f32, f32), ink: Ink, thick: f32) {
        self.stroke(ink, thick);
        let end = |(x, y): (f32, f32)| LinePoint {
            p: point(x, y),
            bezier: false,
        };
        self.ops.push(Op::DrawLine {
            line: Line {
                points: vec![end(from), end(to)],
                is_closed: false,
            },
        });
    }

    pub(super) fn dashed_rule(&mut self, from: (f32, f32), to: (f32, f32), ink: Ink, thick: f32) {
        self.ops.push(Op::SetLineDashPattern {
            dash: LineDashPattern::new(0.0, &[4.0, 3.0]),
        });
        self.rule(from, to, ink, thick);
        self.ops.push(Op::SetLineDashPattern {
            dash: LineDashPattern::solid(),
        });
    }

    /// A picture of the page's resources, stretched over `area`.
    pub(super) fn picture(&mut self, id: XObjectId, [x, y, width, height]: Area) {
        let corner = point(x, y + height);
        let transform = XObjectTransform {
            translate_x: Some(corner.x),
            translate_y: Some(corner.y),
            scale_x: Some(width * POINTS),
            scale_y: Some(height * POINTS),
            ..XObjectTransform::default()
        };
        self.ops.push(Op::UseXobject { id, transform });
    }

    fn stroke(&mut self, ink: Ink, thick: f32) {
        self.ops.push(Op::SetOutlineColor { col: color(ink) });
        self.ops.push(Op::SetOutlineThickness { pt: Pt(thick) });
    }

    pub(super) fn filled_box(&mut self, area: Area, radius: f32, ink: Ink) {
        self.filled(vec![rounded(area, radius)], ink);
    }

    pub(super) fn outlined_box(&mut self, area: Area, radius: f32, ink: Ink, thick: f32) {
        self.stroke(ink, thick);
        self.outline(vec![rounded(area, radius)], PaintMode::Stroke);
    }

    pub(super) fn outlined_circle(
        &mut self,
        center: (f32, f32),
        radius: f32,
        ink: Ink,
        thick: f32,
    ) {
        let area = [
            center.0 - radius,
            center.1 - radius,
            radius * 2.0,
            radius * 2.0,
        ];
        self.outlined_box(area, radius, ink, thick);
    }

    /// One path of several closed outlines, filled by the non-zero rule.
    pub(super) fn filled(&mut self, outlines: Vec<Vec<Node>>, ink: Ink) {
        self.fill(ink);
        self.outline(outlines, PaintMode::Fill);
    }

    fn outline(&mut self, outlines: Vec<Vec<Node>>, mode: PaintMode) {
        let ring = |nodes: Vec<Node>| PolygonRing {
            points: nodes
                .into_iter()
                .map(|(x, y, bezier)| LinePoint {
                    p: point(x, y),
                    bezier,
                })
                .collect(),
        };
        let rings = outlines.into_iter().map(ring).collect();
        let polygon = Polygon {
            rings,
            mode,
            winding_order: WindingOrder::NonZero,
        };
        self.ops.push(Op::DrawPolygon { polygon });
    }
}

fn round(thousandths: f32) -> f32 {
    (thousandths * 10.0).round() / 10.0
}

fn point(x: f32, y: f32) -> Point {
    Point {
        x: Pt(x * POINTS),
        y: Pt((HEIGHT - y) * POINTS),
    }
}

fn color([r, g, b]: Ink) -> Color {
    Color::Rgb(Rgb::new(r, g, b, None))
}

fn bounds([x, y, width, height]: Area) -> [f32; 4] {
    [
        x * POINTS,
        (HEIGHT - y - height) * POINTS,
        (x + width) * POINTS,
        (HEIGHT - y) * POINTS,
    ]
}

fn rounded([x, y, width, height]: Area, radius: f32) -> Vec<Node> {
    let (right, bottom) = (x + width, y + height);
    if radius <= 0.0 {
        return vec![
            (x, y, false),
            (right, y, false),
            (right, bottom, false),
            (x, bottom, false),
        ];
    }
    let (r, h) = (radius, radius * (1.0 - KAPPA));
    vec![
        (x + r, y, false),
        (right - r, y, false),
        (right - h, y, true),
        (right, y + h, true),
        (right, y + r, false),
        (right, bottom - r, false),
        (right, bottom - h, true),
        (right - h, bottom, true),
        (right - r, bottom, false),
        (x + r, bottom, false),
        (x + h, bottom, true),
        (x, bottom - h, true),
        (x, bottom - r, false),
        (x, y + r, false),
        (x, y + h, true),
        (x + h, y, true),
        (x + r, y, false),
    ]
}
