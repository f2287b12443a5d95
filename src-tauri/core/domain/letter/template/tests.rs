//! What a template file may be, and the sentence and line of each fault.
//! It starts from the shipped file and breaks one thing at a time.
//! It never checks how a text is laid out.

use super::*;

fn problem(source: &str) -> TemplateProblem {
    LetterTemplate::parse(source).unwrap_err()
}

/// The shipped file with one line replaced, and that line's number.
fn with_line(key: &str, replacement: &str) -> (String, usize) {
    let at = SHIPPED
        .lines()
        .position(|line| line.starts_with(key))
        .unwrap();
    let lines: Vec<&str> = SHIPPED
        .lines()
        .enumerate()
        .map(|(i, line)| if i == at { replacement } else { line })
        .collect();
    (lines.join("\n"), at + 1)
}

#[test]
fn the_shipped_template_is_complete() {
    let template = LetterTemplate::parse(SHIPPED).unwrap();
    assert_eq!(template.french.len(), RULES.len());
    assert_eq!(template.english.len(), RULES.len());
    assert_eq!(template, LetterTemplate::default());
}

#[test]
fn an_unknown_placeholder_is_named_with_its_line() {
    let (source, line) = with_line("title", r#"title = "Votre accès, {prenom}""#);
    let found = problem(&source);
    assert_eq!(found.line, line);
    assert!(found.sentence.contains("{prenom}"), "{found}");
}

#[test]
fn an_unknown_placeholder_inside_a_list_points_at_its_own_line() {
    let source = SHIPPED.replacen("**{address}**", "**{adresse}**", 1);
    let line = source
        .lines()
        .position(|line| line.contains("{adresse}"))
        .unwrap()
        + 1;
    assert_eq!(problem(&source).line, line);
}

#[test]
fn a_missing_block_and_a_missing_language_are_refused() {
    let (source, _) = with_line("help", "");
    let found = problem(&source);
    assert!(found.sentence.contains("help"), "{found}");
    let french_only = SHIPPED.split("[en]").next().unwrap();
    let found = problem(french_only);
    assert!(found.sentence.contains("[en]"), "{found}");
    assert_eq!(
        found.line,
        french_only.lines().count() + 1,
        "the hole is at the end of the file"
    );
}

#[test]
fn too_long_empty_unknown_and_unbalanced_texts_are_refused() {
    for (replacement, word) in [
        (format!("title = \"{}\"", "a".repeat(61)), "trop long"),
        ("title = \"  \"".to_owned(), "vide"),
        ("title = [\"a\"]".to_owned(), "guillemets"),
        ("title = \"un **gras\"".to_owned(), "gras"),
        ("title = \"{name\"".to_owned(), "accolade"),
        ("title = \"name}\"".to_owned(), "accolade"),
        ("title = \"a\"\nlogo = \"b\"".to_owned(), "n’existe pas"),
        ("title = a".to_owned(), "TOML"),
    ] {
        let (source, line) = with_line("title", &replacement);
        let found = problem(&source);
        assert!(found.sentence.contains(word), "{replacement}: {found}");
        assert!(
            found.line == line || found.line == line + 1,
            "{replacement}: {found}"
        );
    }
    let (source, line) = with_line("steps ", "steps = [\"un\", \"deux\"]\nunused = [");
    let found = problem(&source);
    assert!(
        found.line == line || found.line == line + 1,
        "a list that is too short: {found}"
    );
}

#[test]
fn stars_inside_a_value_stay_stars() {
    let pieces = pieces("**{name}** ici", ColumnLanguage::French).unwrap();
    let rich = fill(&pieces, &|_| "A**B".to_owned());
    assert_eq!(rich.to_string(), "A**B ici");
    assert!(rich.spans()[0].bold && !rich.spans()[1].bold);
}

/// The shipped file without `placeholder` in the block `key` of a language, and the line of that block.
fn silenced(code: &str, key: &str, placeholder: &str) -> (String, usize) {
    let mut language = "";
    let mut within = false;
    let mut at = 0;
    let mut lines = Vec::new();
    for (rank, line) in SHIPPED.lines().enumerate() {
        if line.starts_with('[') {
            language = line.trim_matches(['[', ']']);
        }
        if !line.starts_with([' ', ']']) {
            within = language == code && line.split(" =").next() == Some(key);
            if within {
                at = rank + 1;
            }
        }
        lines.push(if within {
            line.replace(&format!("{{{placeholder}}}"), "…")
        } else {
            line.to_owned()
        });
    }
    (lines.join("\n"), at)
}

#[test]
fn no_language_may_drop_what_a_letter_must_say() {
    for code in ["fr", "en"] {
        for (key, placeholder) in [
            ("date", "date"),
            ("reference", "number"),
            ("copy", "copy"),
            ("password_note", "valid_until"),
            ("steps", "address"),
            ("help", "desk"),
            ("help", "hours"),
            ("privacy", "establishment"),
            ("privacy", "retention"),
            ("privacy", "dpo"),
            ("receipt", "name"),
            ("receipt", "number"),
        ] {
            let (source, line) = silenced(code, key, placeholder);
            assert_ne!(source, SHIPPED, "{key} has no {{{placeholder}}}");
            let found = problem(&source);
            assert_eq!(found.line, line, "{found}");
            assert!(
                found
                    .sentence
                    .contains(&format!("«\u{202f}{key}\u{202f}» doit contenir"))
                    && found.sentence.contains(&format!("{{{placeholder}}}")),
                "{found}"
            );
        }
    }
}

#[test]
fn help_may_give_a_contact_instead_of_hours() {
    let source = SHIPPED.replace("{desk}, {hours}.", "{desk}, {contact}.");
    assert!(LetterTemplate::parse(&source).is_ok());
}

#[test]
fn the_file_itself_tells_what_each_block_must_say() {
    let head = SHIPPED.split("[fr]").next().unwrap();
    for rule in &RULES {
        for group in rule.says {
            for wanted in *group {
                let (name, _) = PLACEHOLDERS
                    .iter()
                    .find(|(_, placeholder)| placeholder == wanted)
                    .unwrap();
                let line = head
                    .lines()
                    .find(|line| line.contains(&format!("{} : ", rule.key)));
                assert!(
                    line.is_some_and(|line| line.contains(&format!("{{{name}}}"))),
                    "{} and {{{name}}}",
                    rule.key
                );
            }
        }
    }
    for (name, _) in PLACEHOLDERS {
        assert!(head.contains(&format!("{{{name}}}")), "{{{name}}}");
    }
}
