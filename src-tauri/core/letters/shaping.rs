//! From a string to placed glyphs: NFC, choice of face per character, kerning and marks by rustybuzz.
//! A character no face has is reported, never drawn as a box.
//! Glyph texts may be pieces of the password: they are wiped on drop.

use rustybuzz::{Direction, UnicodeBuffer, script};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroize;

use super::fonts::{Face, Faces, Loaded};

/// Lengths in thousandths of an em.
pub(super) struct Glyph {
    pub(super) id: u16,
    /// How far the pen moves after it, kerning included.
    pub(super) advance: f32,
    /// Advance the PDF reader applies by itself.
    pub(super) natural: f32,
    /// Displacement of a mark over its base.
    pub(super) shift: (f32, f32),
    /// Text it stands for; empty when an earlier glyph already carries it.
    pub(super) text: String,
}

impl Drop for Glyph {
    fn drop(&mut self) {
        self.text.zeroize();
    }
}

/// Glyphs of one face in a row.
pub(super) struct Run {
    pub(super) face: Face,
    pub(super) glyphs: Vec<Glyph>,
}

impl Run {
    /// In thousandths of an em.
    pub(super) fn width(&self) -> f32 {
        self.glyphs.iter().map(|glyph| glyph.advance).sum()
    }
}

/// Shapes one line; characters without a glyph are added to `missing`.
pub(super) fn shape(faces: &Faces, wanted: Face, text: &str, missing: &mut Vec<char>) -> Vec<Run> {
    let mut parts: Vec<(Face, zeroize::Zeroizing<String>)> = Vec::new();
    for character in text.nfc() {
        let face = match (faces.covering(wanted, character), parts.last()) {
            // A mark stays with its base when the base's face has it.
            (Some(_), Some((last, _)))
                if faces.get(*last).glyph_index(character).is_some() && *last == wanted =>
            {
                *last
            }
            (Some(face), Some(_) | None) => face,
            (None, Some(_) | None) => {
                missing.push(character);
                continue;
            }
        };
        match parts.last_mut() {
            Some((last, part)) if *last == face => part.push(character),
            Some(_) | None => {
                // Room for a whole password at once: growing would leave unwiped copies behind.
                let mut part = String::with_capacity(text.len().max(64) * 2);
                part.push(character);
                parts.push((face, zeroize::Zeroizing::new(part)));
            }
        }
    }
    parts
        .iter()
        .map(|(face, part)| Run {
            face: *face,
            glyphs: shape_part(faces, *face, part),
        })
        .collect()
}

fn shape_part(faces: &Faces, face: Face, text: &str) -> Vec<Glyph> {
    let Loaded { font, plan } = faces.loaded(face);
    let per_em = 1000.0 / font.units_per_em() as f32;
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    // As the plan: left to right, and the faces hold no script that is shaped in another way.
    buffer.set_direction(Direction::LeftToRight);
    buffer.set_script(script::LATIN);
    let shaped = rustybuzz::shape_with_plan(font, plan, buffer);
    let mut starts: Vec<usize> = shaped
        .glyph_infos()
        .iter()
        .map(|info| info.cluster as usize)
        .collect();
    starts.sort_unstable();
    starts.dedup();
    let mut carried = None;
    let placed = shaped.glyph_infos().iter().zip(shaped.glyph_positions());
    placed
        .map(|(info, position)| {
            let start = info.cluster as usize;
            let end = starts
                .iter()
                .copied()
                .find(|&other| other > start)
                .unwrap_or(text.len());
            let first = carried != Some(start);
            carried = Some(start);
            // Both fonts have fewer than 65,536 glyphs, as every TrueType font.
            let id = u16::try_from(info.glyph_id).unwrap_or_default();
            Glyph {
                id,
                advance: position.x_advance as f32 * per_em,
                natural: faces.advance(face, id) * per_em,
                shift: (
                    position.x_offset as f32 * per_em,
                    position.y_offset as f32 * per_em,
                ),
                text: if first {
                    text.get(start..end).unwrap_or_default().to_owned()
                } else {
                    String::new()
                },
            }
        })
        .collect()
}
