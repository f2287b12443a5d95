//! The template file an office edits: text blocks in French and English, with `{placeholders}` and `**bold**`.
//! It is checked whole when loaded: a letter is never printed from a template with an unknown word, a hole in it, or
//! without what a letter must say.
//! It never decides the layout: the order, sizes and places of the page are ours.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ColumnLanguage;
use super::rich_text::{RichText, typeset};
use crate::domain::foreign_text::{quoted, shortened};

mod blocks;

pub(super) use blocks::{Block, Placeholder};
use blocks::{PLACEHOLDERS, RULES, Rule};

/// The text shipped with the product, in both languages.
const SHIPPED: &str = include_str!("../../letters/lettre.toml");

/// Bytes of a template: ours has six thousand.
const LARGEST_FILE: usize = 256 << 10;

/// Why a template file is refused, in words for the person who edits it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Modèle de lettre, ligne {line}\u{a0}: {sentence}")]
pub struct TemplateProblem {
    /// Line of the file, from 1.
    pub line: usize,
    pub sentence: String,
}

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Words {
        text: String,
        bold: bool,
    },
    Value {
        placeholder: Placeholder,
        bold: bool,
    },
}

type Blocks = BTreeMap<Block, Vec<Vec<Piece>>>;

/// A checked template: every block is there in both languages.
#[derive(Debug, Clone, PartialEq)]
pub struct LetterTemplate {
    french: Blocks,
    english: Blocks,
}

impl Default for LetterTemplate {
    /// The text shipped with the product. A unit test parses it: it cannot be refused here.
    fn default() -> Self {
        LetterTemplate::parse(SHIPPED).unwrap_or_else(|_| LetterTemplate {
            french: Blocks::new(),
            english: Blocks::new(),
        })
    }
}

impl LetterTemplate {
    /// Reads and checks the whole file; the first problem is returned with its line.
    pub fn parse(source: &str) -> Result<LetterTemplate, TemplateProblem> {
        let file = File { source };
        if source.len() > LARGEST_FILE {
            return Err(file.problem(0, "le fichier est trop grand."));
        }
        let document = DeTable::parse(source).map_err(|e| {
            let at = e.span().map_or(0, |span| span.start);
            file.problem(at, "le fichier n’est pas du TOML valable à cet endroit (guillemet, crochet ou signe égal).")
        })?;
        for key in document.get_ref().keys() {
            if key.get_ref().as_ref() != "fr" && key.get_ref().as_ref() != "en" {
                let sentence = format!(
                    "{} n’est pas une langue connue\u{a0}: fr ou en.",
                    quoted(key.get_ref())
                );
                return Err(file.problem(key.span().start, &sentence));
            }
        }
        Ok(LetterTemplate {
            french: file.language(document.get_ref(), ColumnLanguage::French)?,
            english: file.language(document.get_ref(), ColumnLanguage::English)?,
        })
    }

    pub(super) fn one(
        &self,
        language: ColumnLanguage,
        block: Block,
        value: &impl Fn(Placeholder) -> String,
    ) -> RichText {
        self.list(language, block, value)
            .into_iter()
            .next()
            .unwrap_or_default()
    }

    pub(super) fn list(
        &self,
        language: ColumnLanguage,
        block: Block,
        value: &impl Fn(Placeholder) -> String,
    ) -> Vec<RichText> {
        let blocks = match language {
            ColumnLanguage::French => &self.french,
            ColumnLanguage::English => &self.english,
        };
        let texts = blocks.get(&block).map(Vec::as_slice).unwrap_or_default();
        texts.iter().map(|pieces| fill(pieces, value)).collect()
    }
}

fn fill(pieces: &[Piece], value: &impl Fn(Placeholder) -> String) -> RichText {
    let mut rich = RichText::default();
    for piece in pieces {
        match piece {
            Piece::Words { text, bold } => rich.push(text, *bold),
            Piece::Value { placeholder, bold } => rich.push(&value(*placeholder), *bold),
        }
    }
    rich
}

struct File<'s> {
    source: &'s str,
}

impl File<'_> {
    fn problem(&self, at: usize, sentence: &str) -> TemplateProblem {
        let before = self.source.get(..at).unwrap_or(self.source);
        TemplateProblem {
            line: before.matches('\n').count() + 1,
            sentence: sentence.to_owned(),
        }
    }

    fn language(
        &self,
        document: &DeTable<'_>,
        language: ColumnLanguage,
    ) -> Result<Blocks, TemplateProblem> {
        let code = language.code();
        let Some(entry) = document
            .iter()
            .find(|(key, _)| key.get_ref().as_ref() == code)
            .map(|(_, value)| value)
        else {
            let sentence = format!(
                "la langue «\u{202f}{code}\u{202f}» manque\u{a0}: ajoutez une table [{code}]."
            );
            return Err(self.problem(self.source.len(), &sentence));
        };
        let DeValue::Table(table) = entry.get_ref() else {
            let sentence = format!("«\u{202f}{code}\u{202f}» doit être une table\u{a0}: [{code}].");
            return Err(self.problem(entry.span().start, &sentence));
        };
        for key in table.keys() {
            if !RULES.iter().any(|rule| rule.key == key.get_ref().as_ref()) {
                let sentence = format!(
                    "le bloc {} n’existe pas dans la lettre.",
                    quoted(key.get_ref())
                );
                return Err(self.problem(key.span().start, &sentence));
            }
        }
        let mut blocks = Blocks::new();
        for rule in &RULES {
            let Some(value) = table
                .iter()
                .find(|(key, _)| key.get_ref().as_ref() == rule.key)
                .map(|(_, value)| value)
            else {
                let sentence = format!(
                    "le bloc «\u{202f}{}\u{202f}» manque dans [{code}].",
                    rule.key
                );
                return Err(self.problem(entry.span().start, &sentence));
            };
            let texts = self.texts(rule, value, language)?;
            self.nothing_left_out(rule, value, &texts)?;
            blocks.insert(rule.block, texts);
        }
        Ok(blocks)
    }

    /// An office chooses its words; what a letter must say stays in them.
    fn nothing_left_out(
        &self,
        rule: &Rule,
        value: &Spanned<DeValue<'_>>,
        texts: &[Vec<Piece>],
    ) -> Result<(), TemplateProblem> {
        let said = |wanted: &Placeholder| {
            texts.iter().flatten().any(|piece| match piece {
                Piece::Words { .. } => false,
                Piece::Value { placeholder, .. } => placeholder == wanted,
            })
        };
        let Some(group) = rule.says.iter().find(|group| !group.iter().any(said)) else {
            return Ok(());
        };
        let names: Vec<String> = PLACEHOLDERS
            .iter()
            .filter(|(_, placeholder)| group.contains(placeholder))
            .map(|(name, _)| format!("{{{name}}}"))
            .collect();
        let sentence = format!(
            "«\u{202f}{}\u{202f}» doit contenir {}.",
            rule.key,
            names.join(" ou ")
        );
        Err(self.problem(value.span().start, &sentence))
    }

    fn texts(
        &self,
        rule: &Rule,
        value: &Spanned<DeValue<'_>>,
        language: ColumnLanguage,
    ) -> Result<Vec<Vec<Piece>>, TemplateProblem> {
        let start = value.span().start;
        match (rule.list, value.get_ref()) {
            (None, DeValue::String(_)) => Ok(vec![self.text(rule, value, language)?]),
            (Some((fewest, most)), DeValue::Array(items)) => {
                if items.len() < fewest || items.len() > most {
                    let sentence = format!(
                        "«\u{202f}{}\u{202f}» demande de {fewest} à {most} textes.",
                        rule.key
                    );
                    return Err(self.problem(start, &sentence));
                }
                items
                    .iter()
                    .map(|item| self.text(rule, item, language))
                    .collect()
            }
            (None, _) => Err(self.problem(
                start,
                &format!(
                    "«\u{202f}{}\u{202f}» demande un texte entre guillemets.",
                    rule.key
                ),
            )),
            (Some(_), _) => Err(self.problem(
                start,
                &format!(
                    "«\u{202f}{}\u{202f}» demande une liste de textes entre crochets.",
                    rule.key
                ),
            )),
        }
    }

    fn text(
        &self,
        rule: &Rule,
        value: &Spanned<DeValue<'_>>,
        language: ColumnLanguage,
    ) -> Result<Vec<Piece>, TemplateProblem> {
        let span = value.span();
        let DeValue::String(text) = value.get_ref() else {
            let sentence = format!(
                "«\u{202f}{}\u{202f}» demande un texte entre guillemets.",
                rule.key
            );
            return Err(self.problem(span.start, &sentence));
        };
        let length = text.chars().count();
        if text.trim().is_empty() {
            return Err(self.problem(
                span.start,
                &format!("«\u{202f}{}\u{202f}» est vide.", rule.key),
            ));
        }
        if length > rule.longest {
            let sentence = format!(
                "«\u{202f}{}\u{202f}» est trop long\u{a0}: {length} caractères, {} au plus.",
                rule.key, rule.longest
            );
            return Err(self.problem(span.start, &sentence));
        }
        pieces(text, language).map_err(|(wrong, sentence)| {
            let within = self
                .source
                .get(span.clone())
                .and_then(|raw| raw.find(&wrong))
                .unwrap_or(0);
            self.problem(span.start + within, &sentence)
        })
    }
}

/// Splits a text at `**` and `{…}`; on failure, the faulty extract and a sentence.
fn pieces(text: &str, language: ColumnLanguage) -> Result<Vec<Piece>, (String, String)> {
    let mut found = Vec::new();
    let mut bold = false;
    // ASCII spaces and line ends only: the no-break spaces an office typed stay.
    let flat = typeset(
        &text.split_ascii_whitespace().collect::<Vec<_>>().join(" "),
        language,
    );
    let mut rest = flat.as_str();
    while !rest.is_empty() {
        let stop = [rest.find("**"), rest.find('{'), rest.find('}')]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(rest.len());
        let (words, tail) = rest.split_at(stop);
        if !words.is_empty() {
            found.push(Piece::Words {
                text: words.to_owned(),
                bold,
            });
        }
        if let Some(after) = tail.strip_prefix("**") {
            bold = !bold;
            rest = after;
        } else if let Some(after) = tail.strip_prefix('{') {
            let Some((name, after)) = after.split_once('}') else {
                return Err((
                    "{".to_owned(),
                    "une accolade ouverte n’est pas refermée.".to_owned(),
                ));
            };
            let Some((_, placeholder)) = PLACEHOLDERS.iter().find(|(known, _)| *known == name)
            else {
                let known: Vec<&str> = PLACEHOLDERS.iter().map(|(known, _)| *known).collect();
                let sentence = format!(
                    "{{{}}} n’est pas connu. Connus\u{a0}: {}.",
                    shortened(name, 40),
                    known.join(", ")
                );
                return Err((format!("{{{name}}}"), sentence));
            };
            found.push(Piece::Value {
                placeholder: *placeholder,
                bold,
            });
            rest = after;
        } else if tail.starts_with('}') {
            return Err((
                "}".to_owned(),
                "une accolade se ferme sans avoir été ouverte.".to_owned(),
            ));
        } else {
            rest = tail;
        }
    }
    if bold {
        return Err((
            "**".to_owned(),
            "un gras ouvert par ** n’est pas refermé.".to_owned(),
        ));
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
