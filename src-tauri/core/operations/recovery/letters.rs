//! What waits sealed on a post whose clerk has gone, or has lost the password of their key: the IT office's private key
//! opens it. It is sent, or voided, under the bind of a clerk who has the rights; the register names both.
//! Never shows a password and never writes one; the post's keyring is not touched.

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::opened;
use crate::directory::ClerkAccount;
use crate::domain::handover::DirectorySide;
use crate::operations::handover::{SyncReport, envelope};
use crate::operations::office::now;
use crate::operations::outbox::{self, Opener};
use crate::operations::session::{sign_in_to_send, sign_out};
use crate::operations::{Office, OperationError};
use crate::settings::Settings;
use crate::store::{HandoverRecord, WaitingPassword};
use crate::texts;
use crate::vault::{self, SealingKey};

/// A post opened with the recovery key alone.
pub struct RecoveredPost {
    office: Office,
    key: SealingKey,
}

/// One letter whose password is sealed here.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SealedLetter {
    pub number: String,
    pub person: String,
    /// Who handed it over.
    pub clerk: String,
    /// RFC 3339; as is `valid_until`.
    pub made_at: String,
    /// « le 24 nov. à 09:41 ».
    pub made: String,
    pub valid_until: String,
    pub valid: String,
    /// It can be sent.
    pub sendable: bool,
    pub state: String,
    /// What became of it so far.
    pub outcome: String,
}

impl RecoveredPost {
    /// Opens the post of these settings. `identity` is the text of the private key's file.
    ///
    /// # Errors
    /// As `recover_key`, the keyring apart; `settings` and `trouble` as any opening.
    pub async fn open(
        settings: Settings,
        identity: Zeroizing<String>,
    ) -> Result<RecoveredPost, OperationError> {
        let (_, database_key, key) = opened(&settings, &identity)?;
        let office = Office::open_recovered(settings, &database_key).await?;
        Ok(RecoveredPost { office, key })
    }

    pub fn office(&self) -> &Office {
        &self.office
    }

    /// What is sealed here, oldest first.
    ///
    /// # Errors
    /// `store`.
    pub fn letters(&self) -> Result<Vec<SealedLetter>, OperationError> {
        let acts = self.office.store.read(|reader| {
            let mut acts = Vec::new();
            for (record, waiting) in reader.sealed_acts()? {
                let outcome = reader.outcome(record.id)?;
                acts.push((record, waiting, outcome));
            }
            Ok(acts)
        })?;
        Ok(acts
            .iter()
            .map(|(record, waiting, outcome)| self.letter(record, waiting, outcome))
            .collect())
    }

    /// Binds as the clerk under whose rights the letters are sent or voided.
    ///
    /// # Errors
    /// As any sign-in with the directory.
    pub async fn sign_in(
        &self,
        login: &str,
        password: Zeroizing<String>,
    ) -> Result<(), OperationError> {
        sign_in_to_send(&self.office, login, password).await?;
        Ok(())
    }

    /// Sends the letters of these numbers, or all that can be, in the order they were made.
    ///
    /// # Errors
    /// `notFound` for a number that is not here: nothing was sent. `signedOut`, `store`.
    pub async fn send(&self, numbers: &[String]) -> Result<SyncReport, OperationError> {
        let clerk = self.office.clerk()?;
        let acts = self.acts(numbers)?;
        let opener = Opener::Recovery {
            key: &self.key,
            acts: &acts,
        };
        let mut report = SyncReport::default();
        let sent = outbox::send_waiting(&self.office, &clerk, opener, &mut report).await;
        report.interrupted = sent.err().map(|error| error.message);
        Ok(report)
    }

    /// Erases what is sealed of these letters, which must be taken back.
    ///
    /// # Errors
    /// `notFound` for a number that is not here: nothing was voided. `notYet` for one whose answer is not known: those
    /// before it are voided. `signedOut`, `store`.
    pub fn void(&self, numbers: &[String]) -> Result<(), OperationError> {
        let ClerkAccount { name, .. } = self.office.clerk()?;
        for act in self.acts(numbers)? {
            outbox::void(
                &self.office,
                act,
                &format!("{name}, avec la clé de secours"),
            )?;
        }
        Ok(())
    }

    /// Forgets the clerk.
    ///
    /// # Errors
    /// As any signing out.
    pub async fn close(self) -> Result<(), OperationError> {
        sign_out(&self.office).await?;
        Ok(())
    }

    /// The acts of these numbers; of all that are here, when none is given.
    fn acts(&self, numbers: &[String]) -> Result<Vec<Uuid>, OperationError> {
        let here = self.office.store.read(|reader| reader.sealed_acts())?;
        let here = here.into_iter().map(|(record, _)| record);
        if numbers.is_empty() {
            return Ok(here.map(|record| record.id).collect());
        }
        let here: Vec<HandoverRecord> = here.collect();
        numbers
            .iter()
            .map(|number| {
                here.iter()
                    .find(|record| record.number.eq_ignore_ascii_case(number.trim()))
                    .map(|record| record.id)
                    .ok_or_else(outbox::not_here)
            })
            .collect()
    }

    fn letter(
        &self,
        record: &HandoverRecord,
        waiting: &WaitingPassword,
        outcome: &str,
    ) -> SealedLetter {
        let at = |moment: Timestamp| texts::day_and_clock(moment, now(), &self.office.zone);
        let (sendable, state) = self.state(record, waiting);
        SealedLetter {
            number: record.number.clone(),
            person: record.person_name.clone(),
            clerk: record.clerk_name.clone(),
            made_at: record.made_at.to_string(),
            made: at(record.made_at),
            valid_until: waiting.expires_at.to_string(),
            valid: at(waiting.expires_at),
            sendable,
            state: state.to_owned(),
            outcome: outcome.to_owned(),
        }
    }

    fn state(&self, record: &HandoverRecord, waiting: &WaitingPassword) -> (bool, &'static str) {
        let envelope = envelope(&self.office, record.id, record.person, waiting.expires_at);
        // Opened to know whether it can be, and wiped at once.
        if vault::open(&waiting.sealed, &self.key, &envelope).is_err() {
            return (
                false,
                "Ne s’ouvre pas avec cette clé, ou pour un autre annuaire",
            );
        }
        if record.progress.is_open() {
            return (false, "Jamais confirmée par son agent\u{a0}: ne part pas");
        }
        match record.progress.directory {
            DirectorySide::Contested => (
                false,
                "À trancher\u{a0}: le mot de passe a changé ailleurs à la même heure",
            ),
            DirectorySide::Sending | DirectorySide::Unknown => {
                (true, "Réponse non reçue, à vérifier")
            }
            DirectorySide::NotSent if waiting.expires_at <= self.office.hour() => {
                (false, "Échue\u{a0}: la lettre n’ouvrira rien")
            }
            DirectorySide::NotSent if waiting.barred.is_some() => {
                (true, "Refusé à un agent\u{a0}: à envoyer par un autre")
            }
            // Those that are over, or written once, have nothing sealed.
            DirectorySide::NotSent
            | DirectorySide::Applied
            | DirectorySide::Stranded
            | DirectorySide::Unsound
            | DirectorySide::Refused
            | DirectorySide::Superseded => (true, "Attend l’annuaire"),
        }
    }
}
