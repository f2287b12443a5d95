//! What others wrote, as a sentence of ours may carry it: a quotation short and in plain signs, a system's refusal in French.
//! Pure. Never lets a control character, a direction mark or a page of text into a sentence.

use std::fmt::Write as _;
use std::io::{Error, ErrorKind};

/// Signs kept of a quotation.
const LONGEST_QUOTE: usize = 60;

/// « text », cut after sixty signs; what cannot be seen is shown as U+FFFD.
#[must_use]
pub fn quoted(text: &str) -> String {
    format!("«\u{202f}{}\u{202f}»", shortened(text, LONGEST_QUOTE))
}

/// The first `most` signs of a text, without what would change how the rest of the line reads.
#[must_use]
pub fn shortened(text: &str, most: usize) -> String {
    let mut shown: String = text
        .chars()
        .take(most)
        .map(|sign| if is_unseen(sign) { '\u{fffd}' } else { sign })
        .collect();
    if text.chars().nth(most).is_some() {
        // A String takes every character.
        let _ = write!(shown, "…");
    }
    shown
}

/// Controls (line ends included), direction marks, invisible separators.
fn is_unseen(sign: char) -> bool {
    sign.is_control()
        || matches!(
            sign,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Why a file or a folder was not read or written, to stand between parentheses.
#[must_use]
pub fn file_reason(error: &Error) -> &'static str {
    // The kinds are the standard library's own list, which grows.
    #[allow(clippy::wildcard_enum_match_arm)]
    match error.kind() {
        ErrorKind::NotFound => "il n’existe pas",
        ErrorKind::PermissionDenied => "l’accès en est refusé",
        ErrorKind::IsADirectory => "c’est un dossier",
        ErrorKind::NotADirectory => "son chemin passe par un fichier",
        ErrorKind::InvalidFilename | ErrorKind::InvalidInput => "son nom ne convient pas",
        ErrorKind::InvalidData => "ce n’est pas du texte en UTF-8",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "il n’y a plus de place",
        ErrorKind::ReadOnlyFilesystem => "le disque est en lecture seule",
        ErrorKind::AlreadyExists => "un autre fichier porte ce nom",
        _ => "le système le refuse",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_is_short_and_plain() {
        assert_eq!(quoted("lettre"), "«\u{202f}lettre\u{202f}»");
        assert_eq!(
            quoted("a\nb\u{202e}c\0"),
            "«\u{202f}a\u{fffd}b\u{fffd}c\u{fffd}\u{202f}»"
        );
        let long = quoted(&"é".repeat(10 << 20));
        assert_eq!(long.chars().count(), LONGEST_QUOTE + 5);
        assert!(long.ends_with("é…\u{202f}»"));
    }

    #[test]
    fn a_systems_refusal_is_said_in_french() {
        let absent = std::fs::read("/nulle/part").unwrap_err();
        assert_eq!(file_reason(&absent), "il n’existe pas");
        let long = std::fs::read("a".repeat(5_000)).unwrap_err();
        assert_eq!(file_reason(&long), "son nom ne convient pas");
        let nul = std::fs::read("a\0b").unwrap_err();
        assert_eq!(file_reason(&nul), "son nom ne convient pas");
    }
}
