//! The four faces of the letter, embedded unmodified (OFL, licences beside them).
//! Source Sans 3 covers every Latin name, Vietnamese and transliteration included; Atkinson Hyperlegible Mono tells
//! 0 from O and 1 from l.
//! Never a system font: the same letter comes out of every post.

use rustybuzz::ttf_parser::{GlyphId, Tag};
use rustybuzz::{Direction, Feature, ShapePlan, script};

use super::LetterError;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    Regular,
    Bold,
    Italic,
    Mono,
}

pub(super) const FACES: [Face; 4] = [Face::Regular, Face::Bold, Face::Italic, Face::Mono];

impl Face {
    pub(super) fn index(self) -> usize {
        match self {
            Face::Regular => 0,
            Face::Bold => 1,
            Face::Italic => 2,
            Face::Mono => 3,
        }
    }

    /// Name of the font resource in the page.
    pub(super) fn resource(self) -> printpdf::FontId {
        printpdf::FontId(format!("F{}", self.index() + 1))
    }

    pub(super) fn postscript_name(self) -> &'static str {
        match self {
            Face::Regular => "SourceSans3-Regular",
            Face::Bold => "SourceSans3-Bold",
            Face::Italic => "SourceSans3-Italic",
            Face::Mono => "AtkinsonHyperlegibleMono-Regular",
        }
    }

    pub(super) fn bytes(self) -> &'static [u8] {
        match self {
            Face::Regular => include_bytes!("fonts/SourceSans3_400Regular.ttf"),
            Face::Bold => include_bytes!("fonts/SourceSans3_700Bold.ttf"),
            Face::Italic => include_bytes!("fonts/SourceSans3_400Regular_Italic.ttf"),
            Face::Mono => include_bytes!("fonts/AtkinsonHyperlegibleMono_400Regular.ttf"),
        }
    }
}

/// A parsed face, and how it shapes Latin text: making the plan costs more than using it.
pub(super) struct Loaded {
    pub(super) font: rustybuzz::Face<'static>,
    pub(super) plan: ShapePlan,
}

/// The four faces, for shaping and measuring.
pub(super) struct Faces([Loaded; 4]);

impl Faces {
    pub(super) fn load() -> Result<Faces, LetterError> {
        let load = |face: Face| {
            let font = rustybuzz::Face::from_slice(face.bytes(), 0).ok_or_else(|| {
                LetterError::Pdf(format!("police {} illisible", face.postscript_name()))
            })?;
            // Ligatures would hide a letter of a name from a copy or a screen reader.
            let features = [Feature::new(Tag::from_bytes(b"liga"), 0, ..)];
            let plan = ShapePlan::new(
                &font,
                Direction::LeftToRight,
                Some(script::LATIN),
                None,
                &features,
            );
            Ok(Loaded { font, plan })
        };
        Ok(Faces([
            load(Face::Regular)?,
            load(Face::Bold)?,
            load(Face::Italic)?,
            load(Face::Mono)?,
        ]))
    }

    pub(super) fn loaded(&self, face: Face) -> &Loaded {
        let [regular, bold, italic, mono] = &self.0;
        match face {
            Face::Regular => regular,
            Face::Bold => bold,
            Face::Italic => italic,
            Face::Mono => mono,
        }
    }

    pub(super) fn get(&self, face: Face) -> &rustybuzz::Face<'static> {
        &self.loaded(face).font
    }

    /// The wanted face, else Source Sans 3 which covers more; `None` when neither has the character.
    pub(super) fn covering(&self, wanted: Face, character: char) -> Option<Face> {
        [wanted, Face::Regular]
            .into_iter()
            .find(|&face| self.get(face).glyph_index(character).is_some())
    }

    /// Advance written in the font's own table, in units per em: what a PDF reader moves by.
    pub(super) fn advance(&self, face: Face, glyph: u16) -> f32 {
        f32::from(
            self.get(face)
                .glyph_hor_advance(GlyphId(glyph))
                .unwrap_or_default(),
        )
    }
}
