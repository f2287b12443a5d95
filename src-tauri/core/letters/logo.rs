//! The establishment's logo: a PNG checked once, laid on white, compressed once, then put on each letter as it is.
//! Laid on white because the paper is: a printer has no transparency left to get wrong, nor PDF/A to complain of.
//! It never reads a file: whoever holds the settings does.

use std::io::Cursor;

use lopdf::{Dictionary, Stream};
use png::{ColorType, Decoder, Limits, Transformations};
use printpdf::{DictItem, ExternalStream, ExternalXObject, XObject, XObjectId};

use super::drawing::Area;

/// The file is copied into each letter: 300 KB is a detailed crest at 600 dots an inch.
const HEAVIEST: usize = 300_000;
/// Pixels of a side.
const LONGEST: u32 = 2_000;
/// Width over height.
const RATIOS: [f32; 2] = [0.5, 6.0];
/// Dots an inch under which a logo looks torn on paper.
const COARSEST: f32 = 200.0;
/// Widest logo that still stands beside the establishment's name, as width over height.
const BESIDE: f32 = 2.0;
/// Left edge and top of the header, in mm.
const LEFT: f32 = super::page::LEFT;
const TOP: f32 = 12.0;

/// A logo ready to be printed.
#[derive(Debug, Clone)]
pub struct Logo {
    /// Pixels.
    width: u32,
    height: u32,
    /// RGB.
    pixels: Vec<u8>,
    compressed: bool,
}

/// Why a file is not used as a logo.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogoProblem {
    #[error("not a PNG: {0}")]
    NotPng(String),
    #[error("{bytes} bytes")]
    TooHeavy { bytes: usize },
    #[error("{width} × {height} pixels")]
    TooLarge { width: u32, height: u32 },
    /// The size that would do follows.
    #[error("{width} × {height} pixels")]
    TooSmall {
        width: u32,
        height: u32,
        least: (u32, u32),
    },
    #[error("{width} × {height} pixels")]
    Shape { width: u32, height: u32 },
}

impl LogoProblem {
    /// What staff read after the file's name.
    pub fn sentence(&self) -> String {
        match self {
            LogoProblem::NotPng(detail) => {
                format!("ce n’est pas une image PNG lisible ({detail}).")
            }
            LogoProblem::TooHeavy { bytes } => format!(
                "le fichier pèse {}\u{a0}ko, {}\u{a0}ko au plus.",
                bytes.div_ceil(1000),
                HEAVIEST / 1000
            ),
            LogoProblem::TooLarge { width, height } => format!(
                "l’image fait {width}\u{a0}×\u{a0}{height}\u{a0}pixels, {LONGEST} au plus par côté."
            ),
            LogoProblem::TooSmall {
                width,
                height,
                least,
            } => format!(
                "l’image fait {width}\u{a0}×\u{a0}{height}\u{a0}pixels, trop peu pour le papier\u{a0}: \
                 {}\u{a0}×\u{a0}{} au moins.",
                least.0, least.1
            ),
            LogoProblem::Shape { width, height } => format!(
                "l’image fait {width}\u{a0}×\u{a0}{height}\u{a0}pixels\u{a0}: elle doit être au plus deux fois plus haute \
                 que large, ou six fois plus large que haute."
            ),
        }
    }
}

impl Logo {
    /// Checks and decodes a PNG: any depth, with or without transparency, interlaced or not.
    ///
    /// # Errors
    /// [`LogoProblem`] for a file over 300,000 bytes, a side over 2,000 pixels, a shape beyond 1:2 or 6:1, fewer than
    /// 200 dots an inch at its size on the page, or what is not a PNG.
    pub fn decode(file: &[u8]) -> Result<Logo, LogoProblem> {
        if file.len() > HEAVIEST {
            return Err(LogoProblem::TooHeavy { bytes: file.len() });
        }
        let unreadable = |error: png::DecodingError| LogoProblem::NotPng(error.to_string());
        let mut decoder = Decoder::new_with_limits(Cursor::new(file), Limits { bytes: 64 << 20 });
        decoder.set_transformations(Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().map_err(unreadable)?;
        let (width, height) = reader.info().size();
        if width.max(height) > LONGEST {
            return Err(LogoProblem::TooLarge { width, height });
        }
        let ratio = width as f32 / height as f32;
        if !(RATIOS[0]..=RATIOS[1]).contains(&ratio) {
            return Err(LogoProblem::Shape { width, height });
        }
        let [_, _, wide, high] = area(ratio);
        let pixels = |mm: f32| (mm / 25.4 * COARSEST).ceil() as u32;
        let least = (pixels(wide), pixels(high));
        if width < least.0 || height < least.1 {
            return Err(LogoProblem::TooSmall {
                width,
                height,
                least,
            });
        }
        let size = reader
            .output_buffer_size()
            .ok_or_else(|| LogoProblem::NotPng("trop grande".to_owned()))?;
        let mut buffer = vec![0; size];
        let frame = reader.next_frame(&mut buffer).map_err(unreadable)?;
        let drawn = buffer.get(..frame.buffer_size()).unwrap_or_default();
        let mut stream = Stream::new(Dictionary::new(), on_white(drawn, frame.color_type));
        stream
            .compress()
            .map_err(|error| LogoProblem::NotPng(error.to_string()))?;
        Ok(Logo {
            width,
            height,
            // lopdf leaves alone what would not get smaller.
            compressed: stream.dict.has(b"Filter"),
            pixels: stream.content,
        })
    }

    /// Where it stands on the page, in millimetres: beside the establishment's name, or above it when it is wide.
    pub(super) fn area(&self) -> Area {
        area(self.ratio())
    }

    pub(super) fn stands_beside(&self) -> bool {
        self.ratio() <= BESIDE
    }

    fn ratio(&self) -> f32 {
        self.width as f32 / self.height as f32
    }

    /// Name of the resource in the page.
    pub(super) fn resource() -> XObjectId {
        XObjectId("Logo".to_owned())
    }

    pub(super) fn object(&self) -> XObject {
        let name = |name: &str| DictItem::Name(name.as_bytes().to_vec());
        let mut dict = std::collections::BTreeMap::from([
            ("Type".to_owned(), name("XObject")),
            ("Subtype".to_owned(), name("Image")),
            ("Width".to_owned(), DictItem::Int(i64::from(self.width))),
            ("Height".to_owned(), DictItem::Int(i64::from(self.height))),
            ("ColorSpace".to_owned(), name("DeviceRGB")),
            ("BitsPerComponent".to_owned(), DictItem::Int(8)),
        ]);
        if self.compressed {
            dict.insert("Filter".to_owned(), name("FlateDecode"));
        }
        XObject::External(ExternalXObject {
            stream: ExternalStream {
                dict,
                content: self.pixels.clone(),
                compress: false,
            },
            width: None,
            height: None,
            dpi: None,
        })
    }
}

/// As large as its shape allows: 16 mm high and 30 mm wide beside the name, 12 mm high and 70 mm wide above it.
fn area(ratio: f32) -> Area {
    let (width, height) = if ratio <= BESIDE {
        (30.0_f32, 16.0_f32)
    } else {
        (70.0, 12.0)
    };
    let high = height.min(width / ratio);
    [LEFT, TOP, high * ratio, high]
}

/// Three bytes a pixel, whatever the file had.
fn on_white(pixels: &[u8], color: ColorType) -> Vec<u8> {
    let over = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        let mixed = (value * alpha + 255 * (255 - alpha) + 127) / 255;
        u8::try_from(mixed).unwrap_or(u8::MAX)
    };
    let mut rgb = Vec::with_capacity(pixels.len() * 3);
    for pixel in pixels.chunks_exact(color.samples()) {
        match *pixel {
            [grey] => rgb.extend([grey; 3]),
            [grey, alpha] => rgb.extend([over(grey, alpha); 3]),
            [red, green, blue] => rgb.extend([red, green, blue]),
            [red, green, blue, alpha] => {
                rgb.extend([red, green, blue].map(|value| over(value, alpha)));
            }
            _ => {}
        }
    }
    rgb
}
