//! Keeps only the glyphs a letter uses: 50 KB a letter instead of 1 MB.
//! The fonts on disk stay unmodified; a subset inside a PDF is what the OFL calls a document.
//! Never embeds a face the page does not use.

use printpdf::{ParsedFont, PdfDocument, PdfFont};
use subsetter::GlyphRemapper;

use super::LetterError;
use super::fonts::{FACES, Face};

/// Adds to `document` the subset of each face that has glyphs in `used`.
pub(super) fn embed(
    document: &mut PdfDocument,
    used: &[GlyphRemapper; 4],
) -> Result<(), LetterError> {
    for (face, glyphs) in FACES.into_iter().zip(used) {
        // Glyph 0 is always there: more than one means the face is used.
        if glyphs.num_gids() > 1 {
            let font = subset(face, glyphs)?;
            document
                .resources
                .fonts
                .map
                .insert(face.resource(), PdfFont::new(font));
        }
    }
    Ok(())
}

fn subset(face: Face, glyphs: &GlyphRemapper) -> Result<ParsedFont, LetterError> {
    let name = face.postscript_name();
    let bytes = subsetter::subset(face.bytes(), 0, glyphs)
        .map_err(|e| LetterError::Pdf(format!("police {name}\u{a0}: {e:?}")))?;
    let mut warnings = Vec::new();
    let mut font = ParsedFont::from_bytes(&bytes, 0, &mut warnings)
        .ok_or_else(|| LetterError::Pdf(format!("police {name} illisible après réduction")))?;
    font.font_name = Some(format!("{}+{name}", tag(glyphs)));
    Ok(font)
}

/// Six capitals that differ between two subsets of one face (ISO 32000-1, 9.6.4).
fn tag(glyphs: &GlyphRemapper) -> String {
    let mixed = glyphs.remapped_gids().fold(7_u32, |mixed, gid| {
        mixed.wrapping_mul(31).wrapping_add(u32::from(gid))
    });
    (0..6)
        .map(|rank| char::from(b'A' + ((mixed >> (rank * 5)) % 26) as u8))
        .collect()
}
