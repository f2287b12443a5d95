//! From the words of a letter to the bytes of a PDF: A4, one page, tagged (PDF/UA-1, PDF/A-3a), in memory.
//! A character without a glyph or a text that does not fit stops the letter: nothing wrong is ever printed.
//! It never touches a disk, a printer or a clock, and keeps no copy of the password it could wipe.

use lopdf::Object;
use printpdf::{Mm, PdfDocument, PdfPage, PdfSaveOptions};
use zeroize::Zeroize;

use crate::domain::letter::{LetterFacts, LetterLanguage, LetterText};

mod body;
mod credentials;
mod drawing;
mod emblem;
mod flow;
mod fonts;
mod logo;
mod metadata;
mod page;
mod qr;
mod receipt;
mod shaping;
mod structure;
mod subsetting;
mod tagging;

use drawing::Sheet;
pub use logo::{Logo, LogoProblem};

/// Why a letter is not printed. Nothing has been printed when it is returned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LetterError {
    #[error("no glyph for some characters of a letter")]
    MissingGlyph {
        /// Whose letter it is.
        person: String,
        /// The characters, each once, in order.
        characters: String,
    },
    #[error("a letter overflows: {block}")]
    Overflow {
        person: String,
        /// What does not fit, in French with its article: « les étapes ».
        block: &'static str,
    },
    #[error("pdf: {0}")]
    Pdf(String),
}

impl LetterError {
    /// The sentence staff read.
    pub fn sentence(&self) -> String {
        match self {
            LetterError::MissingGlyph { person, characters } => {
                let list: Vec<String> = characters
                    .chars()
                    .map(|c| format!("{c} (U+{:04X})", u32::from(c)))
                    .collect();
                format!(
                    "Lettre de {person}\u{a0}: la police n’a pas ce caractère\u{a0}: {}. Rien n’est imprimé\u{202f}; \
                     faites corriger la fiche ou choisissez « Choix sur place ».",
                    list.join(", ")
                )
                .replace("« ", "«\u{202f}")
                .replace(" »", "\u{202f}»")
            }
            LetterError::Overflow { person, block } => format!(
                "Lettre de {person}\u{a0}: {block} ne tient pas dans la page. Rien n’est imprimé\u{202f}; le modèle \
                 de lettre est à raccourcir."
            ),
            LetterError::Pdf(detail) => {
                format!("La lettre n’a pas pu être préparée ({detail}). Rien n’est imprimé.")
            }
        }
    }
}

/// Lays the letter out and returns the PDF.
///
/// `password` is printed as it is, words tinted in turn at each capital. `random_id` is the file's `/ID`; `created`
/// its date, in the information dictionary and the XMP packet. Without a `logo` Guichet's own emblem stands there.
pub fn lay_out(
    text: &LetterText,
    facts: &LetterFacts,
    logo: Option<&Logo>,
    password: &str,
    random_id: [u8; 16],
    created: jiff::Timestamp,
) -> Result<Vec<u8>, LetterError> {
    let faces = fonts::Faces::load()?;
    let mut sheet = Sheet::new(&faces);
    let drawn = page::draw(&mut sheet, text, facts, logo, password);
    // A missing glyph comes first: it has no width, so what overflows is not known yet.
    if !sheet.missing.is_empty() {
        sheet.missing.sort_unstable();
        sheet.missing.dedup();
        let characters = sheet.missing.iter().collect();
        return Err(LetterError::MissingGlyph {
            person: text.person.clone(),
            characters,
        });
    }
    drawn?;
    let lang = match text.language {
        LetterLanguage::French | LetterLanguage::Both => "fr-FR",
        LetterLanguage::English => "en",
    };
    let metadata = metadata::Metadata {
        author: &text.establishment,
        lang,
        created,
        random_id,
    };
    write(sheet, logo, &metadata)
}

fn write(
    mut sheet: Sheet<'_>,
    logo: Option<&Logo>,
    metadata: &metadata::Metadata<'_>,
) -> Result<Vec<u8>, LetterError> {
    let mut source = PdfDocument::new(metadata::TITLE);
    subsetting::embed(&mut source, &sheet.used)?;
    if let Some(logo) = logo {
        let objects = &mut source.resources.xobjects.map;
        objects.insert(Logo::resource(), logo.object());
    }
    source.pages = vec![PdfPage::new(
        Mm(drawing::WIDTH),
        Mm(drawing::HEIGHT),
        std::mem::take(&mut sheet.ops),
    )];
    let mut warnings = Vec::new();
    let mut document = printpdf::to_lopdf_doc(&source, &PdfSaveOptions::default(), &mut warnings);
    for page in &mut source.pages {
        drawing::wipe(&mut page.ops);
    }
    tagging::complete(&mut document, &sheet.structure, metadata)?;
    document.compress();
    let mut bytes = Vec::new();
    let options = lopdf::SaveOptions::builder()
        .use_object_streams(true)
        .use_xref_streams(true)
        .build();
    let saved = document.save_with_options(&mut bytes, options);
    for object in document.objects.values_mut() {
        if let Object::Stream(stream) = object {
            stream.content.zeroize();
        }
    }
    saved.map_err(|e| LetterError::Pdf(e.to_string()))?;
    Ok(bytes)
}
