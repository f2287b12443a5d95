//! `guichet find` on a terminal: what the window shows of a search, line by line.
//! Never chooses among the people found; the birth year and the structure are there for the clerk to compare.

use guichet_core::domain::foreign_text::quoted;
use guichet_core::operations::counter::{FindView, PersonRow};

/// How the text was understood, the people who answer and why, or the sentence that says that nobody does.
pub fn text(view: &FindView) -> String {
    let mut lines = Vec::new();
    if !view.understood.is_empty() {
        let pieces = view.understood.iter();
        let pieces: Vec<String> = pieces
            .map(|piece| format!("{} {}", piece.label, piece.value))
            .collect();
        lines.push(format!("Compris\u{a0}: {}", pieces.join(" · ")));
    }
    lines.extend(view.remark.clone());
    lines.extend(view.rows.iter().map(row));
    if view.rows.is_empty() && (view.remark.is_none() || !view.understood.is_empty()) {
        lines.push(format!(
            "Personne ne correspond à {} dans votre périmètre. Essayez une autre orthographe, l’identifiant ou la date de naissance.",
            quoted(view.text.trim())
        ));
    }
    if !view.near.is_empty() {
        let near: Vec<String> = view.near.iter().map(|name| name.to_uppercase()).collect();
        lines.push(format!("Noms proches\u{a0}: {}", near.join(", ")));
    }
    lines.extend(
        view.notice
            .iter()
            .map(|notice| format!("{} {}", notice.strong, notice.text)),
    );
    lines.join("\n")
}

fn row(row: &PersonRow) -> String {
    let state = if row.within_perimeter {
        &row.state.text
    } else {
        "Hors de votre périmètre"
    };
    let mut lines = vec![
        format!(
            "{}  {} {}",
            row.id,
            row.family_name.to_uppercase(),
            row.given_name
        ),
        format!("    {} · {state}", row.line),
    ];
    lines.extend(row.reason.iter().map(|reason| format!("    {reason}.")));
    if let Some(what) = &row.homonym {
        lines.push(format!("    Homonyme\u{a0}: comparez {what}."));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use guichet_core::operations::counter::{PopulationView, StateCode, StateView, UnderstoodView};
    use guichet_core::operations::session::Tone;

    use super::*;

    fn nobody(typed: &str) -> FindView {
        FindView {
            text: typed.into(),
            understood: vec![UnderstoodView {
                label: "nom ou prénom".into(),
                value: typed.into(),
            }],
            remark: None,
            rows: Vec::new(),
            truncated: false,
            near: Vec::new(),
            notice: None,
            source: String::new(),
        }
    }

    #[test]
    fn nobody_is_a_sentence_with_the_near_names() {
        let view = FindView {
            near: vec!["Dubosq".into(), "Dubost".into()],
            ..nobody("dubosc")
        };
        assert_eq!(
            text(&view),
            "Compris\u{a0}: nom ou prénom dubosc\n\
             Personne ne correspond à «\u{202f}dubosc\u{202f}» dans votre périmètre. Essayez une autre orthographe, l’identifiant ou la date de naissance.\n\
             Noms proches\u{a0}: DUBOSQ, DUBOST"
        );
    }

    #[test]
    fn a_text_that_was_not_searched_is_not_said_to_be_nobody_s() {
        let view = FindView {
            understood: Vec::new(),
            remark: Some("Tapez au moins deux lettres.".into()),
            ..nobody("d")
        };
        assert_eq!(text(&view), "Tapez au moins deux lettres.");
    }

    #[test]
    fn a_row_says_why_it_is_there() {
        let view = FindView {
            rows: vec![PersonRow {
                id: "0190".into(),
                family_name: "Fleury".into(),
                given_name: "Maël".into(),
                line: "Étudiant · né en 2001".into(),
                population: PopulationView::Student,
                state: StateView {
                    code: StateCode::Active,
                    tone: Tone::Ok,
                    word: "Actif".into(),
                    text: "Actif".into(),
                },
                family_marks: Vec::new(),
                given_marks: Vec::new(),
                within_perimeter: true,
                homonym: Some("l’année de naissance".into()),
                reason: Some("Correspond par son nom de naissance".into()),
            }],
            ..nobody("lefèvre")
        };
        assert_eq!(
            text(&view),
            "Compris\u{a0}: nom ou prénom lefèvre\n\
             0190  FLEURY Maël\n    Étudiant · né en 2001 · Actif\n    \
             Correspond par son nom de naissance.\n    Homonyme\u{a0}: comparez l’année de naissance."
        );
    }
}
