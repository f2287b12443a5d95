//! What the commands find: the office once it is open, or what it waits for, or why there is none.
//! Opens the post beside the window, never before it; never holds what a clerk typed.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use guichet_core::operations::session::{self, Left, StartView};
use guichet_core::operations::{Office, OperationError, Trouble, TroubleCause};
use guichet_core::post::presence::{Hold, Presence};
use guichet_core::settings::Settings;
use tokio::sync::watch;

use super::error::{Answer, trouble};

const OPENING: &str = "Ouverture du coffre de ce poste…";
const WAITING: &str =
    "Une commande de Guichet agit sur ce poste. La fenêtre s’ouvre dès qu’elle a fini.";
/// Shorter than what a hand notices: a post that opens at once shows no waiting screen.
const UNNOTICED: Duration = Duration::from_millis(300);
const LOOK: Duration = Duration::from_millis(100);

#[derive(Clone)]
enum Stage {
    Opening(&'static str),
    Ready(Arc<Office>),
    Trouble(Trouble),
}

pub struct Host {
    file: PathBuf,
    settings: Mutex<Option<Settings>>,
    stage: watch::Sender<Stage>,
    /// The window's place and the turn to act, kept as long as the process lasts.
    holds: Mutex<Vec<Hold>>,
    left: Mutex<Option<Left>>,
    goodbye: bool,
    typed: AtomicBool,
    again: Again,
}

/// Starts the program anew with a text for the new start; it comes back only when that failed.
pub type Again = fn(&[u8]) -> std::io::Error;

impl Host {
    /// `place` is the window's, when the settings could say where it is; `left`, what the start before hands over.
    pub fn new(file: PathBuf, place: Option<Hold>, left: Option<Left>, again: Again) -> Host {
        Host {
            settings: Mutex::new(Settings::read(&file).ok()),
            file,
            stage: watch::Sender::new(Stage::Opening(OPENING)),
            holds: Mutex::new(place.into_iter().collect()),
            goodbye: left == Some(Left::SignedOut),
            left: Mutex::new(left),
            typed: AtomicBool::new(false),
            again,
        }
    }

    /// # Errors
    /// `opening` and `trouble`: no command works without an office.
    pub fn office(&self) -> Answer<Arc<Office>> {
        match &*self.stage.borrow() {
            Stage::Ready(office) => Ok(Arc::clone(office)),
            Stage::Trouble(why) => Err(trouble(why)),
            Stage::Opening(waiting) => Err(OperationError {
                code: "opening".into(),
                message: (*waiting).to_owned(),
            }),
        }
    }

    /// Says where the post stands, at the latest after an instant: what still waits says what for.
    pub async fn start(&self) -> StartView {
        let mut stage = self.stage.subscribe();
        let opened = stage.wait_for(|stage| !matches!(stage, Stage::Opening(_)));
        let _ = tokio::time::timeout(UNNOTICED, opened).await;
        let stage = self.stage.borrow().clone();
        let view = match stage {
            Stage::Ready(office) => session::start(&office),
            Stage::Trouble(why) => session::start_in_trouble(&why),
            Stage::Opening(waiting) => {
                let settings = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
                session::start_opening(settings.as_ref(), waiting)
            }
        };
        StartView {
            goodbye: self.goodbye && !self.has_typed(),
            ..view
        }
    }

    /// A clerk's password went through this process.
    pub fn note_typing(&self) {
        self.typed.store(true, Ordering::Release);
    }

    pub fn has_typed(&self) -> bool {
        self.typed.load(Ordering::Acquire)
    }

    pub fn start_anew(&self, text: &[u8]) -> std::io::Error {
        (self.again)(text)
    }

    /// Opens the post, again after a trouble. The office when it can work.
    pub async fn open(&self) -> Option<Arc<Office>> {
        self.stage.send_replace(Stage::Opening(OPENING));
        let opened = self.try_open().await;
        let stage = match &opened {
            Ok(office) => Stage::Ready(Arc::clone(office)),
            Err(why) => Stage::Trouble(why.clone()),
        };
        self.stage.send_replace(stage);
        opened.ok()
    }

    async fn try_open(&self) -> Result<Arc<Office>, Trouble> {
        let settings = Settings::read(&self.file).map_err(|problem| Trouble {
            cause: TroubleCause::Settings,
            strong: "Les réglages de ce poste ne conviennent pas.".into(),
            text: problem.sentence(),
        })?;
        *self.settings.lock().unwrap_or_else(PoisonError::into_inner) = Some(settings.clone());
        self.take_the_post(&settings).await?;
        let office = Arc::new(Office::open(settings).await?);
        let left = self
            .left
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(left) = left {
            session::take_up(&office, left);
        }
        Ok(office)
    }

    /// The window's place, then the turn to act: a verb under way is waited for.
    async fn take_the_post(&self, settings: &Settings) -> Result<(), Trouble> {
        let folder = &settings.post.folder;
        let problem = |error: std::io::Error| Trouble {
            cause: TroubleCause::Post,
            strong: "Ce poste ne peut pas écrire dans son dossier.".into(),
            text: format!(
                "{} ({error}). Rien n’a été ouvert. Prévenez l’antenne numérique.",
                folder.display()
            ),
        };
        let presence = Presence::on(folder).map_err(problem)?;
        let held = self
            .holds
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len();
        if held == 0 {
            let place = presence.window().map_err(problem)?.ok_or_else(|| Trouble {
                cause: TroubleCause::Post,
                strong: "Guichet est déjà ouvert sur ce poste.".into(),
                text: "Rien n’a été ouvert ici. Fermez cette fenêtre et revenez à l’autre.".into(),
            })?;
            self.keep(place);
        }
        if held < 2 {
            loop {
                match presence.act().map_err(problem)? {
                    Ok(turn) => break self.keep(turn),
                    Err(_) => {
                        self.stage.send_replace(Stage::Opening(WAITING));
                        tokio::time::sleep(LOOK).await;
                    }
                }
            }
            self.stage.send_replace(Stage::Opening(OPENING));
        }
        Ok(())
    }

    fn keep(&self, hold: Hold) {
        self.holds
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(hold);
    }
}
