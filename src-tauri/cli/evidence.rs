//! The file of the document seen at the desk: its strip, or what was typed blind from it. Read whole or refused with the
//! first thing that does not suit. Never guesses a part that is missing.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use guichet_core::domain::foreign_text::{file_reason, quoted};
use guichet_core::operations::OperationError;
use guichet_core::operations::handover::DOCUMENTS;
use serde_json::{Map, Value};

/// Bytes of a file: a strip has ninety signs.
const LARGEST: u64 = 1 << 20;
const KEYS: [&str; 5] = ["zone", "document", "birthDate", "nameStart", "photo"];

/// What was seen at the desk.
#[derive(Debug, PartialEq, Eq)]
pub struct Evidence {
    pub seen: Seen,
    /// The clerk looked: the photo is of the person present.
    pub photo: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Seen {
    /// Lines of the machine-readable zone.
    Zone(Vec<String>),
    /// Typed from the document, without looking at the record.
    Typed {
        /// One of [`DOCUMENTS`].
        document: String,
        birth_date: String,
        name_start: String,
    },
}

/// For the help of `--evidence`: the two shapes, and the documents they may name.
pub fn shapes() -> String {
    let documents: Vec<String> = DOCUMENTS
        .iter()
        .map(|(code, kind)| format!("{code} ({})", kind.label().to_lowercase()))
        .collect();
    format!(
        "Fichier JSON de la pièce vue, «\u{202f}-\u{202f}» pour l’entrée standard.\n\n\
         La bande lue\u{a0}: {{\"zone\": [\"IDFRA…\", \"…\", \"…\"], \"photo\": true}}\n\
         Ou ce qui est tapé de la pièce\u{a0}: {{\"document\": \"identity-card\", \"birthDate\": \"16/03/1994\", \
         \"nameStart\": \"lef\", \"photo\": true}}\n\n\
         document\u{a0}: {}.\n\
         photo\u{a0}: true si l’agent a reconnu la personne.\n\n\
         Un fichier qui ne convient pas\u{a0}: code 2. Une pièce qui n’est pas celle de la personne\u{a0}: code 10.",
        documents.join(", ")
    )
}

/// # Errors
/// `evidence` for a file that is absent, unreadable, too large, not JSON, or that lacks a part: nothing was compared.
pub fn read_evidence(file: &Path) -> Result<Evidence, OperationError> {
    contents(file)
        .and_then(|text| parsed(&text))
        .map_err(|what| OperationError {
            code: "evidence".into(),
            message: format!(
                "Le fichier de la pièce ne convient pas\u{a0}: {what}. Rien n’a été comparé, rien n’a été remis. \
                 Corrigez-le\u{a0}: «\u{202f}guichet hand-over --help\u{202f}» en donne la forme."
            ),
        })
}

fn contents(file: &Path) -> Result<String, String> {
    let mut text = String::new();
    let read = if file == Path::new("-") {
        std::io::stdin().take(LARGEST + 1).read_to_string(&mut text)
    } else {
        File::open(file).and_then(|file| file.take(LARGEST + 1).read_to_string(&mut text))
    };
    match read {
        Ok(length) if length as u64 > LARGEST => Err("il est trop grand".to_owned()),
        Ok(_) => Ok(text),
        Err(error) => Err(format!("il ne se lit pas ({})", file_reason(&error))),
    }
}

fn parsed(text: &str) -> Result<Evidence, String> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| format!("ce n’est pas du JSON à la ligne {}", error.line()))?;
    let Value::Object(parts) = value else {
        return Err("il faut un objet JSON, entre accolades".to_owned());
    };
    if let Some(unknown) = parts.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("la clé {} n’existe pas", quoted(unknown)));
    }
    let seen = seen(&parts)?;
    let photo = match parts.get("photo") {
        Some(Value::Bool(photo)) => *photo,
        Some(_) => return Err("photo doit être true ou false".to_owned()),
        None => return Err("photo manque (true si l’agent a reconnu la personne)".to_owned()),
    };
    Ok(Evidence { seen, photo })
}

fn seen(parts: &Map<String, Value>) -> Result<Seen, String> {
    let typed = ["document", "birthDate", "nameStart"];
    let given = typed.iter().any(|key| parts.contains_key(*key));
    match parts.get("zone") {
        Some(_) if given => {
            Err("zone et document décrivent deux façons de faire, gardez-en une".to_owned())
        }
        Some(zone) => lines(zone).map(Seen::Zone).ok_or_else(|| {
            "zone doit être la liste des lignes de la bande, entre guillemets".to_owned()
        }),
        None if !given => Err(
            "aucune pièce n’y est décrite (zone, ou document avec birthDate et nameStart)"
                .to_owned(),
        ),
        None => Ok(Seen::Typed {
            document: document(parts)?,
            birth_date: word(parts, "birthDate")?,
            name_start: word(parts, "nameStart")?,
        }),
    }
}

fn lines(zone: &Value) -> Option<Vec<String>> {
    let lines: Option<Vec<String>> = zone
        .as_array()?
        .iter()
        .map(|line| line.as_str().map(str::to_owned))
        .collect();
    lines.filter(|lines| !lines.is_empty())
}

fn word(parts: &Map<String, Value>, key: &str) -> Result<String, String> {
    match parts.get(key) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(format!("{key} doit être un texte entre guillemets")),
        None => Err(format!("{key} manque")),
    }
}

fn document(parts: &Map<String, Value>) -> Result<String, String> {
    let document = word(parts, "document")?;
    if DOCUMENTS.iter().any(|(code, _)| *code == document) {
        return Ok(document);
    }
    let codes: Vec<&str> = DOCUMENTS.iter().map(|(code, _)| *code).collect();
    Err(format!(
        "document vaut {}, au lieu de {}",
        quoted(&document),
        codes.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_shapes_are_read() {
        assert_eq!(
            parsed(r#"{"zone": ["IDFRA", "9403"], "photo": true}"#),
            Ok(Evidence {
                seen: Seen::Zone(vec!["IDFRA".into(), "9403".into()]),
                photo: true
            })
        );
        for (code, _) in DOCUMENTS {
            let text = format!(
                r#"{{"document": "{code}", "birthDate": "16/03/1994", "nameStart": "lef", "photo": false}}"#
            );
            assert!(parsed(&text).is_ok(), "{code}");
            assert!(shapes().contains(code), "{code} is in the help");
        }
    }

    #[test]
    fn what_does_not_suit_is_named() {
        for (text, said) in [
            (r#"{"photo": true}"#, "aucune pièce n’y est décrite"),
            ("{}", "aucune pièce n’y est décrite"),
            ("", "ce n’est pas du JSON à la ligne 1"),
            ("{\n\"zone\": ", "ce n’est pas du JSON à la ligne 2"),
            ("[]", "un objet JSON"),
            ("true", "un objet JSON"),
            (
                r#"{"zone": "IDFRA", "photo": true}"#,
                "zone doit être la liste",
            ),
            (r#"{"zone": [], "photo": true}"#, "zone doit être la liste"),
            (r#"{"zone": [1], "photo": true}"#, "zone doit être la liste"),
            (r#"{"zone": ["IDFRA"]}"#, "photo manque"),
            (
                r#"{"zone": ["IDFRA"], "photo": "oui"}"#,
                "photo doit être true ou false",
            ),
            (
                r#"{"zone": ["IDFRA"], "document": "passport", "photo": true}"#,
                "gardez-en une",
            ),
            (
                r#"{"birthDate": "16/03/1994", "photo": true}"#,
                "document manque",
            ),
            (
                r#"{"document": "passport", "photo": true}"#,
                "birthDate manque",
            ),
            (
                r#"{"document": "passport", "birthDate": 1994, "photo": true}"#,
                "birthDate doit être un texte",
            ),
            (
                r#"{"document": "carte", "birthDate": "16/03/1994", "nameStart": "lef", "photo": true}"#,
                "«\u{202f}carte\u{202f}», au lieu de identity-card, passport",
            ),
            (
                r#"{"pièce": 1}"#,
                "la clé «\u{202f}pièce\u{202f}» n’existe pas",
            ),
        ] {
            let refused = parsed(text).expect_err(text);
            assert!(refused.contains(said), "{text}: {refused}");
        }
    }

    #[test]
    fn a_file_that_does_not_read_says_why_and_what_was_kept() {
        let folder = tempfile::tempdir().unwrap();
        let binary = folder.path().join("binaire");
        std::fs::write(&binary, [0xff, 0xfe]).unwrap();
        let large = folder.path().join("grand");
        std::fs::write(&large, " ".repeat((LARGEST + 1) as usize)).unwrap();
        for (file, said) in [
            (folder.path().join("absent"), "il n’existe pas"),
            (folder.path().to_owned(), "c’est un dossier"),
            (binary, "ce n’est pas du texte"),
            (large, "il est trop grand"),
        ] {
            let refused = read_evidence(&file).unwrap_err();
            assert_eq!(refused.code, "evidence");
            for said in [said, "Rien n’a été comparé, rien n’a été remis.", "--help"] {
                assert!(refused.message.contains(said), "{}", refused.message);
            }
        }
    }
}
