//! The files that the settings name, read when a post opens: the site's authority, the letter's text, the logo.
//! One that does not suit is a fault of the settings, told with its place and its setting. Never written.

use std::path::Path;

use super::office::{Trouble, TroubleCause};
use crate::directory::OpenLdap;
use crate::domain::foreign_text::file_reason;
use crate::domain::letter::LetterTemplate;
use crate::letters::Logo;
use crate::settings::Settings;

/// The directory of the settings, not yet reached.
///
/// # Errors
/// `Trouble` of the settings when the site's authority file holds no certificate that can be used.
pub(super) fn open_ldap(settings: &Settings) -> Result<OpenLdap, Trouble> {
    OpenLdap::new(settings.directory.clone()).map_err(|error| {
        tracing::info!(%error, "authority");
        match &settings.directory.authority {
            Some(file) => bad_file(
                "L’autorité de certification du site ne se lit pas.",
                file,
                "\u{a0}: aucun certificat PEM utilisable.",
                "directory.authority",
            ),
            None => Trouble {
                cause: TroubleCause::Post,
                strong: "Les autorités de certification de ce poste ne se lisent pas.".to_owned(),
                text: "Rien n’a été ouvert. Prévenez l’antenne numérique.".to_owned(),
            },
        }
    })
}

/// The office's own words for the letter, or ours.
pub(super) fn letter_template(settings: &Settings) -> Result<LetterTemplate, Trouble> {
    const NAMED: &str = "letter.template";
    let Some(file) = &settings.letter.template else {
        return Ok(LetterTemplate::default());
    };
    let text = std::fs::read_to_string(file).map_err(|error| {
        bad_file(
            "Le modèle de lettre ne se lit pas.",
            file,
            &format!(" ({}).", file_reason(&error)),
            NAMED,
        )
    })?;
    LetterTemplate::parse(&text).map_err(|problem| {
        bad_file(
            "Le modèle de lettre ne convient pas.",
            file,
            &format!(", ligne {}\u{a0}: {}", problem.line, problem.sentence),
            NAMED,
        )
    })
}

/// The establishment's, if it gives one.
pub(super) fn logo(settings: &Settings) -> Result<Option<Logo>, Trouble> {
    const NAMED: &str = "letter.logo";
    let Some(file) = &settings.letter.logo else {
        return Ok(None);
    };
    let bytes = std::fs::read(file).map_err(|error| {
        bad_file(
            "Le logo de l’établissement ne se lit pas.",
            file,
            &format!(" ({}).", file_reason(&error)),
            NAMED,
        )
    })?;
    let logo = Logo::decode(&bytes).map_err(|problem| {
        bad_file(
            "Le logo de l’établissement ne convient pas.",
            file,
            &format!("\u{a0}: {}", problem.sentence()),
            NAMED,
        )
    })?;
    Ok(Some(logo))
}

/// `what` does not suit in the file that the setting `named` gives.
fn bad_file(strong: &str, file: &Path, what: &str, named: &str) -> Trouble {
    Trouble {
        cause: TroubleCause::Settings,
        strong: strong.to_owned(),
        text: format!(
            "{}{what} Rien n’a été ouvert. Corrigez ce fichier ou le réglage {named}, puis relancez Guichet.",
            file.display()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::Office;
    use crate::rehearsal::post_settings;

    #[tokio::test]
    async fn a_file_that_the_settings_name_is_a_fault_of_the_settings() {
        let folder = tempfile::tempdir().unwrap();
        let absent = folder.path().join("absent");
        let plain = folder.path().join("texte");
        std::fs::write(&plain, "ni certificat, ni modèle, ni image").unwrap();
        let sound = || {
            let mut settings = post_settings("ldaps://127.0.0.1:9", &absent, folder.path());
            settings.directory.authority = None;
            settings.letter.logo = None;
            settings
        };
        for file in [&absent, &plain] {
            let mut authority = sound();
            authority.directory.authority = Some(file.clone());
            let mut template = sound();
            template.letter.template = Some(file.clone());
            let mut logo = sound();
            logo.letter.logo = Some(file.clone());
            for (named, settings) in [
                ("directory.authority", authority),
                ("letter.template", template),
                ("letter.logo", logo),
            ] {
                let trouble = Office::open(settings)
                    .await
                    .err()
                    .expect("nothing opens on such a file");
                assert_eq!(trouble.cause, TroubleCause::Settings, "{trouble:?}");
                for said in [named, &file.display().to_string(), "Rien n’a été ouvert"] {
                    assert!(trouble.text.contains(said), "{said}: {trouble:?}");
                }
            }
        }
        assert!(
            !folder.path().join("poste").exists(),
            "a post whose settings do not suit leaves nothing behind"
        );
    }
}
