//! A sentence that knows what is bold, and the French spacing rules applied to the template's own words.
//! Values (names, addresses) are put in untouched: a star or a semicolon inside a name stays what it is.
//! It never carries a font, a size or a colour.

use std::fmt;

use super::ColumnLanguage;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    pub text: String,
    pub bold: bool,
}

/// Spans in reading order; neighbours of the same weight are merged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RichText {
    spans: Vec<Span>,
}

impl RichText {
    pub fn plain(text: impl Into<String>) -> RichText {
        let mut rich = RichText::default();
        rich.push(&text.into(), false);
        rich
    }

    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    pub fn push(&mut self, text: &str, bold: bool) {
        if text.is_empty() {
            return;
        }
        match self.spans.last_mut() {
            Some(last) if last.bold == bold => last.text.push_str(text),
            Some(_) | None => self.spans.push(Span {
                text: text.to_owned(),
                bold,
            }),
        }
    }
}

impl fmt::Display for RichText {
    /// The words alone, for a preview or a text alternative.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spans
            .iter()
            .try_for_each(|span| f.write_str(&span.text))
    }
}

/// Spaces and apostrophes as the Imprimerie nationale sets them, so that an office can type a template on a
/// plain keyboard: U+202F before `;` `!` `?` and inside « », U+00A0 before `:` and after n°, ’ for '.
pub(super) fn typeset(text: &str, language: ColumnLanguage) -> String {
    let text = text.replace('\'', "’");
    match language {
        ColumnLanguage::English => text,
        ColumnLanguage::French => text
            .replace(" ;", "\u{202f};")
            .replace(" !", "\u{202f}!")
            .replace(" ?", "\u{202f}?")
            .replace(" :", "\u{a0}:")
            .replace("n° ", "n°\u{a0}")
            .replace("« ", "«\u{202f}")
            .replace(" »", "\u{202f}»"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_spaces_do_not_break() {
        assert_eq!(
            typeset(
                "Un souci ? L'antenne : « ici » ; venez",
                ColumnLanguage::French
            ),
            "Un souci\u{202f}? L’antenne\u{a0}: «\u{202f}ici\u{202f}»\u{202f}; venez"
        );
        assert_eq!(
            typeset("lettre n° 12", ColumnLanguage::French),
            "lettre n°\u{a0}12"
        );
        assert_eq!(
            typeset("It's here: come", ColumnLanguage::English),
            "It’s here: come"
        );
    }

    #[test]
    fn neighbours_of_the_same_weight_are_one_span() {
        let mut rich = RichText::plain("a");
        rich.push("b", false);
        rich.push("c", true);
        assert_eq!(rich.spans().len(), 2);
        assert_eq!(rich.to_string(), "abc");
    }
}
