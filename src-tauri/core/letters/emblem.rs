//! Vector drawings of the page: the arch over a counter, and the scissors of the cut line.
//! Drawn, so that no picture and no symbol font is embedded.
//! Decorative: they are artifacts and carry no meaning a screen reader would miss.

use super::drawing::{Ink, Node, Sheet};

const WHITE: Ink = [1.0, 1.0, 1.0];

/// A tile `side` mm wide: an arched window and its counter.
pub(super) fn emblem(sheet: &mut Sheet<'_>, x: f32, y: f32, side: f32, ink: Ink) {
    let unit = side / 14.0;
    sheet.filled_box([x, y, side, side], 2.6 * unit, ink);
    sheet.filled(
        vec![arch(x + 3.6 * unit, y + 2.6 * unit, 6.8 * unit, 7.2 * unit)],
        WHITE,
    );
    sheet.filled(
        vec![arch(x + 5.3 * unit, y + 4.3 * unit, 3.4 * unit, 5.5 * unit)],
        ink,
    );
    sheet.filled_box(
        [x + 2.4 * unit, y + 9.8 * unit, 9.2 * unit, 1.5 * unit],
        0.5 * unit,
        WHITE,
    );
}

/// A round-headed opening, `width` by `height`.
fn arch(x: f32, y: f32, width: f32, height: f32) -> Vec<Node> {
    let (r, h) = (width / 2.0, width / 2.0 * (1.0 - 0.552_284_8));
    let (right, bottom) = (x + width, y + height);
    vec![
        (x, bottom, false),
        (x, y + r, false),
        (x, y + h, true),
        (x + h, y, true),
        (x + r, y, false),
        (right - h, y, true),
        (right, y + h, true),
        (right, y + r, false),
        (right, bottom, false),
    ]
}

/// Open scissors on a cut line, blades to the right, `x` at the tips of the handles.
pub(super) fn scissors(sheet: &mut Sheet<'_>, x: f32, y: f32, ink: Ink) {
    for side in [-1.0, 1.0] {
        sheet.outlined_circle((x + 0.9, y + side * 1.0), 0.75, ink, 0.7);
        // Each blade crosses the line at the pivot and ends on the other side, thin at the point.
        let (from, to) = ((x + 1.55, y + side * 0.65), (x + 5.6, y - side * 0.95));
        let blade = vec![
            (from.0, from.1 - 0.14, false),
            (to.0, to.1, false),
            (x + 3.3, y + 0.22 - side * 0.05, false),
            (from.0, from.1 + 0.14, false),
        ];
        sheet.filled(vec![blade], ink);
    }
}
