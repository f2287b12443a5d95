//! A handover on the counter, in memory: the person as read, the evidence, the password, the sheet.
//! The password and the letter's bytes are wiped with it; nothing of it survives a restart.

use jiff::Timestamp;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::views::{BandSegmentView, ComparisonRow, LanguageView, WayOutView};
use crate::directory::{HandoverEntry, PasswordWrite};
use crate::domain::account::PasswordPolicy;
use crate::domain::handover::{Action, DirectorySide, Progress};
use crate::domain::identity_check::{ComparedEvidence, IdentityCheck};
use crate::domain::letter::LetterLanguage;
use crate::domain::password::{ProvisionalPassword, Recipe};
use crate::domain::person::Person;
use crate::operations::office::now;
use crate::operations::session::Notice;

/// What step 1 shows of a reading, until the photo is judged.
#[derive(Debug, Clone, Default)]
pub struct ReadingShown {
    pub aside: String,
    pub band: Option<Vec<Vec<BandSegmentView>>>,
    pub check_digits: Option<String>,
    pub rows: Vec<ComparisonRow>,
    pub ways_out: Vec<WayOutView>,
}

/// What left this post for one act.
#[derive(Debug, Clone)]
pub struct Sent {
    pub write: PasswordWrite,
    pub entry: HandoverEntry,
}

pub struct OpenHandover {
    pub id: Uuid,
    pub number: String,
    pub person: Person,
    pub policy: Option<PasswordPolicy>,
    pub opened_at: Timestamp,
    pub reading: ReadingShown,
    pub identity_notice: Option<Notice>,
    /// Title of step 1 when something differs.
    pub difference: Option<String>,
    /// Of the person, whatever the handover.
    pub tries_left: u8,
    pub evidence: Option<ComparedEvidence>,
    pub check: Option<IdentityCheck>,
    pub recipe: Recipe,
    pub password: Option<ProvisionalPassword>,
    /// What was sent, kept until its outcome is known: a lost answer is settled with it.
    pub sent: Option<Sent>,
    pub drawn_at: Option<Timestamp>,
    pub language: LetterLanguage,
    pub printer: Option<String>,
    /// `None` until the act is recorded.
    pub progress: Option<Progress>,
    /// The letter as laid out, kept for another copy until « Remise faite ».
    pub letter: Option<Zeroizing<Vec<u8>>>,
    pub copies: u32,
    pub printed_at: Option<Timestamp>,
    pub synced_at: Option<Timestamp>,
    pub valid_until: Option<Timestamp>,
    pub proven: bool,
    pub saved_to: Option<String>,
    pub letter_notice: Option<Notice>,
    pub directory_notice: Option<Notice>,
    /// Passwords that the directory's policy has refused.
    pub passwords_refused: u32,
    /// A request is under way: a repeated Ctrl+Entrée is absorbed.
    pub sending: bool,
    /// The directory does not answer: the paper comes first, and says « pas encore actif ».
    pub offline: bool,
    /// A sheet is on its way; apart from `sending`, for it may come out before the answer.
    pub printing: bool,
}

impl OpenHandover {
    pub fn new(
        id: Uuid,
        number: String,
        person: Person,
        policy: Option<PasswordPolicy>,
        recipe: Recipe,
        opened_at: Timestamp,
    ) -> Self {
        let english = person
            .language
            .as_deref()
            .is_some_and(|language| language.starts_with("en"));
        OpenHandover {
            id,
            number,
            person,
            policy,
            opened_at,
            reading: ReadingShown::default(),
            identity_notice: None,
            difference: None,
            tries_left: 0,
            evidence: None,
            check: None,
            recipe,
            password: None,
            sent: None,
            drawn_at: None,
            language: if english {
                LetterLanguage::English
            } else {
                LetterLanguage::French
            },
            printer: None,
            progress: None,
            letter: None,
            copies: 0,
            printed_at: None,
            synced_at: None,
            valid_until: None,
            proven: false,
            saved_to: None,
            letter_notice: None,
            directory_notice: None,
            passwords_refused: 0,
            sending: false,
            offline: false,
            printing: false,
        }
    }

    pub fn busy(&self) -> bool {
        self.sending || self.printing
    }

    /// The request left, no answer came, and the letter may come out with the notice (decision 2).
    pub fn may_print_unconfirmed(&self) -> bool {
        let unknown = self
            .progress
            .is_some_and(|progress| progress.directory == DirectorySide::Unknown);
        unknown && !self.printing && self.password.is_some()
    }

    /// The directory has the password, and the letter laid out for it is kept.
    pub fn may_print_confirmed(&self) -> bool {
        let applied = self
            .progress
            .is_some_and(|progress| progress.directory == DirectorySide::Applied);
        applied && !self.busy() && self.letter.is_some() && self.synced_at.is_some()
    }

    /// Made without the directory, sealed on this post, and not handed over yet: its letter may come out again.
    pub fn may_print_offline(&self) -> bool {
        let sealed = self.progress.is_some_and(|progress| {
            progress.is_open() && progress.sealed && progress.directory == DirectorySide::NotSent
        });
        self.offline && sealed && !self.busy() && self.letter.is_some()
    }

    pub fn is_sending(&self) -> bool {
        self.progress
            .is_some_and(|progress| progress.directory == DirectorySide::Sending)
    }

    /// The directory certainly has nothing of it: it may be sent, or sent again under the same number.
    pub fn unsent(&self) -> bool {
        self.progress.is_none_or(|progress| {
            progress.is_open() && progress.directory == DirectorySide::NotSent
        })
    }

    /// At least one sheet came out.
    pub fn is_out(&self) -> bool {
        self.progress
            .is_some_and(|progress| progress.paper.is_out())
    }

    /// Nothing has been recorded yet: leaving costs nothing.
    pub fn untouched(&self) -> bool {
        self.progress.is_none() && self.password.is_none() && self.evidence.is_none()
    }

    /// Takes the state machine's next state, and does what it asks on entering it.
    pub fn enter(&mut self, next: Progress, actions: &[Action]) {
        self.progress = Some(next);
        for action in actions {
            match action {
                Action::DestroySecret => self.forget_secret(),
                Action::ReplaceSecret => {
                    self.forget_secret();
                    self.passwords_refused += 1;
                    if let Err(error) = self.draw(now()) {
                        // The next « Envoyer » says so: without a password nothing is sent.
                        tracing::error!(%error, "no random source");
                    }
                }
            }
        }
    }

    /// Draws the password of this act, or another one.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn draw(&mut self, at: Timestamp) -> Result<(), getrandom::Error> {
        self.password = Some(self.recipe.draw(getrandom::fill)?);
        self.drawn_at = Some(at);
        Ok(())
    }

    pub fn forget_secret(&mut self) {
        self.password = None;
        self.sent = None;
        self.letter = None;
    }
}

pub fn language_of(view: LanguageView) -> LetterLanguage {
    match view {
        LanguageView::French => LetterLanguage::French,
        LanguageView::English => LetterLanguage::English,
        LanguageView::Both => LetterLanguage::Both,
    }
}

pub fn language_view(language: LetterLanguage) -> LanguageView {
    match language {
        LetterLanguage::French => LanguageView::French,
        LetterLanguage::English => LanguageView::English,
        LetterLanguage::Both => LanguageView::Both,
    }
}
