//! The files that an office edits: each text of the corpus in each place of the settings and of the letter's template.
//! A file is taken whole or refused with a sentence that names the line.
//! Never a file of the user: everything is written in a folder of the test.

use std::fmt::Write as _;
use std::path::Path;

use guichet_core::domain::letter::LetterTemplate;
use guichet_core::rehearsal::post_settings;
use guichet_core::settings::Settings;

use super::{Findings, Hostile, corpus};

const TEMPLATE: &str = include_str!("../../../src-tauri/core/letters/lettre.toml");

const STANDS_FOR: &str = "ici-le-texte";

pub fn settings_and_template() -> Findings {
    let mut findings = Findings::default();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("reglages.toml");
    let sound = post_settings("ldaps://127.0.0.1:1", Path::new("ca.pem"), folder.path());
    let sound: toml::Table =
        toml::from_str(&toml::to_string(&sound).expect("settings")).expect("a table");
    let whole = toml::to_string(&sound).expect("settings");
    let places: Vec<String> = places(&sound)
        .iter()
        .map(|place| {
            let mut table = sound.clone();
            replace(&mut table, place, STANDS_FOR);
            toml::to_string(&table).expect("settings")
        })
        .collect();
    assert!(places.len() >= 20, "{} places", places.len());
    for (index, hostile) in corpus().iter().enumerate() {
        // The whole file is the text.
        settings(
            &mut findings,
            "settings file",
            hostile,
            &file,
            &hostile.text,
        );
        // In turn, so that each place meets a text of every family; ten megabytes say as much at one place as at two.
        let few = if hostile.text.len() > 10_000 { 1 } else { 2 };
        for with_place in places.iter().cycle().skip(index * 2).take(few) {
            let text = with_place.replace(&format!("\"{STANDS_FOR}\""), &quoted(&hostile.text));
            settings(
                &mut findings,
                "value of the settings",
                hostile,
                &file,
                &text,
            );
        }
        let text = format!("{} = 1\n{whole}", quoted(&hostile.text));
        settings(&mut findings, "key of the settings", hostile, &file, &text);

        template(&mut findings, "template file", hostile, &hostile.text);
        for line in ["title = ", "help = ", "footer = "].iter().take(few) {
            template(
                &mut findings,
                "text of the template",
                hostile,
                &with_line(line, &quoted(&hostile.text)),
            );
        }
        let unknown = format!("{TEMPLATE}\n{} = \"x\"\n", quoted(&hostile.text));
        template(&mut findings, "block of the template", hostile, &unknown);
    }
    findings
}

fn settings(
    findings: &mut Findings,
    entry: &'static str,
    hostile: &Hostile,
    file: &Path,
    text: &str,
) {
    findings.count(entry);
    std::fs::write(file, text).expect("the settings file");
    if let Err(problem) = Settings::read(file) {
        let sentence = problem
            .sentence()
            .replace(&file.display().to_string(), "reglages.toml");
        findings.sentence(entry, hostile, &sentence);
    }
}

fn template(findings: &mut Findings, entry: &'static str, hostile: &Hostile, text: &str) {
    findings.count(entry);
    if let Err(problem) = LetterTemplate::parse(text) {
        findings.sentence(entry, hostile, &problem.to_string());
    }
}

/// A text as TOML writes it, as a value or as a key.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for sign in text.chars() {
        match sign {
            '"' | '\\' => quoted.extend(['\\', sign]),
            sign if sign.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(sign));
            }
            sign => quoted.push(sign),
        }
    }
    quoted.push('"');
    quoted
}

fn with_line(start: &str, value: &str) -> String {
    let mut replaced = false;
    let lines: Vec<String> = TEMPLATE
        .lines()
        .map(|line| {
            if !replaced && line.starts_with(start) {
                replaced = true;
                format!("{start}{value}")
            } else {
                line.to_owned()
            }
        })
        .collect();
    assert!(replaced, "no line {start}");
    lines.join("\n")
}

/// Paths of every string of the table.
fn places(table: &toml::Table) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (name, value) in table {
        match value {
            toml::Value::String(_) => found.push(vec![name.clone()]),
            toml::Value::Table(inner) => {
                found.extend(
                    places(inner)
                        .into_iter()
                        .map(|place| [vec![name.clone()], place].concat()),
                );
            }
            toml::Value::Array(items) => {
                if let Some(toml::Value::Table(first)) = items.first() {
                    found.extend(
                        places(first)
                            .into_iter()
                            .map(|place| [vec![name.clone(), "0".to_owned()], place].concat()),
                    );
                } else if !items.is_empty() {
                    found.push(vec![name.clone(), "0".to_owned()]);
                }
            }
            toml::Value::Integer(_)
            | toml::Value::Float(_)
            | toml::Value::Boolean(_)
            | toml::Value::Datetime(_) => {}
        }
    }
    found
}

fn replace(table: &mut toml::Table, place: &[String], text: &str) {
    let (name, rest) = place.split_first().expect("a place");
    let mut value = table.get_mut(name).expect("its value");
    for part in rest {
        value = if value.is_array() {
            value.as_array_mut().and_then(|items| items.first_mut())
        } else {
            value.as_table_mut().and_then(|inner| inner.get_mut(part))
        }
        .expect("its value");
    }
    *value = toml::Value::String(text.to_owned());
}
