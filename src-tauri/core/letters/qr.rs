//! The QR code of the activation page, as one vector path.
//! Level Q: the code survives a 3 mm pen stroke. The page leaves four modules of white around it (ISO/IEC 18004).
//! It carries the public address of the portal, never a login, a token or the password.

use qrcode::{Color, EcLevel, QrCode};

use super::LetterError;
use super::drawing::{Area, Node};

/// Outlines of the dark modules that fill a square `area`, in millimetres.
pub(super) fn outlines(address: &str, area: Area) -> Result<Vec<Vec<Node>>, LetterError> {
    let code = QrCode::with_error_correction_level(address, EcLevel::Q)
        .map_err(|_| LetterError::Pdf("adresse trop longue pour un code QR".to_owned()))?;
    let modules = code.width();
    let [left, top, side, _] = area;
    let place = |index: usize| index as f32 * side / modules as f32;
    let mut found = Vec::new();
    for (row, colors) in code.to_colors().chunks(modules).enumerate() {
        let mut column = 0;
        // Neighbours are one rectangle: no hairline between modules.
        for run in colors.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                let (x0, x1) = (left + place(column), left + place(column + run.len()));
                let (y0, y1) = (top + place(row), top + place(row + 1));
                found.push(vec![
                    (x0, y0, false),
                    (x1, y0, false),
                    (x1, y1, false),
                    (x0, y1, false),
                ]);
            }
            column += run.len();
        }
    }
    Ok(found)
}
