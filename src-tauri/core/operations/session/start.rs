//! The first thing the window asks: which post this is, who is at the desk, and whether it can work.
//! Answers before the vault is open, too; never waits for anything.

use super::sign_in::session_view;
use super::{RehearsalClerkView, SessionView, StartView};
use crate::operations::{Office, Trouble, outbox};
use crate::rehearsal::STRUCTURES;
use crate::rehearsal::clerks::{CLERKS, SignIn};
use crate::settings::Settings;

pub fn start(office: &Office) -> StartView {
    StartView {
        session: session_view(office),
        waiting: outbox::waiting_here(office),
        ..of_settings(Some(&office.settings))
    }
}

/// While the post is being opened: `waiting` is the sentence to show if it lasts.
pub fn start_opening(settings: Option<&Settings>, waiting: &str) -> StartView {
    StartView {
        opening: Some(waiting.to_owned()),
        ..of_settings(settings)
    }
}

/// The first view of a post that cannot work: the window opens, and says why.
pub fn start_in_trouble(trouble: &Trouble) -> StartView {
    StartView {
        trouble: Some(trouble.notice()),
        ..of_settings(None)
    }
}

fn of_settings(settings: Option<&Settings>) -> StartView {
    let text = |of: fn(&Settings) -> String| settings.map(of).unwrap_or_default();
    let rehearsal = settings.filter(|settings| settings.rehearsal);
    StartView {
        establishment: settings.map_or_else(
            || "Guichet".to_owned(),
            |settings| settings.establishment.name.clone(),
        ),
        establishment_short: text(|settings| settings.establishment.short_name.clone()),
        portal: text(|settings| settings.establishment.portal.clone()),
        post: text(post_name),
        session: SessionView::SignedOut { closing: false },
        rehearsal: rehearsal.is_some(),
        rehearsal_clerks: rehearsal.map(|_| rehearsal_clerks()).unwrap_or_default(),
        rehearsal_passwords: rehearsal.and_then(rehearsal_passwords),
        idle_lock_seconds: settings.map_or(120, |settings| settings.post.idle_lock_seconds),
        opening: None,
        goodbye: false,
        waiting: Vec::new(),
        trouble: None,
    }
}

pub(crate) fn post_name(settings: &Settings) -> String {
    format!("poste\u{a0}{}", settings.post.number)
}

fn rehearsal_clerks() -> Vec<RehearsalClerkView> {
    CLERKS
        .iter()
        .filter(|clerk| clerk.role.is_some() && clerk.sign_in == SignIn::Opens)
        .map(|clerk| RehearsalClerkView {
            login: clerk.login.to_owned(),
            name: format!("{} {}", clerk.given, clerk.family),
            desk: desk_name(clerk.structure).to_owned(),
        })
        .collect()
}

fn desk_name(code: &'static str) -> &'static str {
    STRUCTURES
        .iter()
        .find(|structure| structure.code == code)
        .map_or(code, |structure| structure.name)
}

/// The training sheet lies beside the rehearsal's certificate authority.
fn rehearsal_passwords(settings: &Settings) -> Option<String> {
    let authority = settings.directory.authority.as_ref()?;
    let sheet = authority.with_file_name(crate::rehearsal::TRAINING_SHEET);
    Some(sheet.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rehearsal_clerk_is_shown_with_the_name_of_a_desk() {
        let maud = rehearsal_clerks()
            .into_iter()
            .find(|clerk| clerk.login == "mperrin");
        assert_eq!(
            maud.map(|clerk| clerk.desk).as_deref(),
            Some("Scolarité"),
            "not the code of a structure"
        );
    }
}
