//! Sends what was handed over without the directory, in the order it was made, as soon as it answers: a clerk their own
//! acts, or those of another that the recovery key opens; always under the bind of the clerk at the desk.
//! One arrow, one transaction; a password is opened for the time of its sending only.

use jiff::Timestamp;
use uuid::Uuid;

use super::resolve_sent;
use crate::directory::{ClerkAccount, DirectoryError, Proof, WriteRefusal};
use crate::domain::diagnosis::{RefusalReason, Remedy, same_dn};
use crate::domain::directory_server::DirectoryServer;
use crate::domain::handover::{DirectorySide, Event, Progress, step};
use crate::domain::late_sending::{Late, PasswordSeen};
use crate::domain::password::ProvisionalPassword;
use crate::domain::person::Person;
use crate::domain::server_clock::Span;
use crate::operations::counter::{diagnosis, keep_in_copy, read};
use crate::operations::handover::{SyncReport, entry_of, envelope};
use crate::operations::office::{now, reading};
use crate::operations::session::may_work_offline;
use crate::operations::{Office, OperationError};
use crate::store::{HandoverRecord, Sender, StoreError, WaitingPassword};
use crate::sync::{self, Delivery, LateAct, LateOutcome, Resolution, Unrecorded};
use crate::texts;
use crate::vault::{self, SealingKey};

/// Whose acts a pass sends, and what opens their seals.
#[derive(Clone, Copy)]
pub(crate) enum Opener<'a> {
    /// The clerk's own, under their own key.
    Clerk,
    /// These, whoever handed them over.
    Recovery {
        key: &'a SealingKey,
        acts: &'a [Uuid],
    },
}

impl Opener<'_> {
    fn opens(self, record: &HandoverRecord, clerk: &ClerkAccount) -> bool {
        match self {
            Opener::Clerk => same_dn(&record.clerk_dn, &clerk.dn),
            Opener::Recovery { acts, .. } => acts.contains(&record.id),
        }
    }
}

/// Sends every act that waits and that `opener` opens; stops at the first silence of the directory.
///
/// # Errors
/// `unreachable`: the rest waits. `store`.
pub(crate) async fn send_waiting(
    office: &Office,
    clerk: &ClerkAccount,
    opener: Opener<'_>,
    report: &mut SyncReport,
) -> Result<(), OperationError> {
    // Two passes at once would send an act twice, and its marker would refuse the second.
    let Ok(_turn) = office.sending_late.try_lock() else {
        return Ok(());
    };
    office.desk().sent_late = Some(std::time::Instant::now());
    for (record, _) in office.store.read(|reader| reader.sent_late(now()))? {
        let due = record.progress.waits() && !record.progress.is_to_decide();
        if due && opener.opens(&record, clerk) {
            let act = Act {
                office,
                record,
                clerk,
                opener,
                refused: None,
            };
            send_one(office, act, report).await?;
        }
    }
    Ok(())
}

/// One act being sent: each arrow goes to the store first.
struct Act<'a> {
    office: &'a Office,
    record: HandoverRecord,
    /// Whose bind sends it.
    clerk: &'a ClerkAccount,
    opener: Opener<'a>,
    /// Why the last arrow that the store refused is not there.
    refused: Option<StoreError>,
}

impl Act<'_> {
    fn progress(&self) -> Progress {
        self.record.progress
    }

    /// An arrow that the machine or the store refuses is logged: nothing leaves for it, and the next pass settles the act by
    /// its marker.
    fn advance(&mut self, event: Event, outcome: Option<&str>) -> Result<(), Unrecorded> {
        self.advance_at(event, None, outcome)
    }

    /// The server is noted with the arrow: after a crash the marker is looked for there first.
    fn advance_at(
        &mut self,
        event: Event,
        server: Option<&DirectoryServer>,
        outcome: Option<&str>,
    ) -> Result<(), Unrecorded> {
        let next = match step(self.progress(), event) {
            Ok((next, _)) => next,
            Err(forbidden) => {
                tracing::error!(%forbidden, "state machine");
                return Err(Unrecorded);
            }
        };
        let (id, copies) = (self.record.id, self.record.copies);
        let written = self.office.store.write(|writer| {
            writer.move_handover(id, &format!("{event:?}"), next, copies, now(), "late")?;
            if event == Event::SendingBegan {
                writer.note_sender(id, self.stand_in().as_ref())?;
                writer.note_barred(id, None)?;
                if let Some(server) = server {
                    writer.note_sending(id, server, self.office.hour())?;
                }
            }
            match outcome {
                Some(outcome) => writer.note_outcome(id, outcome),
                None => Ok(()),
            }
        });
        match written {
            Ok(()) => {
                self.record.progress = next;
                Ok(())
            }
            Err(error) => {
                tracing::error!(%error, "an arrow was not recorded");
                self.refused = Some(error);
                Err(Unrecorded)
            }
        }
    }

    /// The clerk who sends in the place of the one who handed over.
    fn stand_in(&self) -> Option<Sender> {
        (!same_dn(&self.record.clerk_dn, &self.clerk.dn)).then(|| Sender {
            dn: self.clerk.dn.clone(),
            name: self.clerk.name.clone(),
        })
    }

    /// This clerk's rights do not reach the person: nothing was written, and what is sealed waits for one whose do.
    fn keep_for_another(&self, why: &str) {
        let id = self.record.id;
        let outcome = format!("{why} {KEPT}");
        let written = self.office.store.write(|writer| {
            writer.note_barred(id, Some(&self.clerk.dn))?;
            writer.note_outcome(id, &outcome)
        });
        if let Err(error) = written {
            tracing::warn!(%error, "a refusal was not noted");
        }
    }

    fn say(&self, outcome: &str) {
        let id = self.record.id;
        if let Err(error) = self
            .office
            .store
            .write(|writer| writer.note_outcome(id, outcome))
        {
            tracing::warn!(%error, "an outcome was not noted");
        }
    }
}

/// What becomes of an act that the rights of its sender do not reach.
const KEPT: &str =
    "Il est gardé, chiffré\u{a0}: transmettez-le à l’antenne numérique, ou annulez-le.";

async fn send_one(
    office: &Office,
    mut act: Act<'_>,
    report: &mut SyncReport,
) -> Result<(), OperationError> {
    let number = act.record.number.clone();
    // A crash while sending: its answer is lost.
    if act.progress().directory == DirectorySide::Sending {
        let _ = act.advance(Event::AnswerLost, None);
    }
    let Some(waiting) = office.store.read(|reader| reader.waiting(act.record.id))? else {
        tracing::error!(number, "an act waits without its password");
        return Ok(());
    };
    let Some(password) = opened(office, &act, &waiting) else {
        return Ok(());
    };
    let seen = match read(office, act.record.person).await {
        Ok(seen) if seen.fresh => seen,
        Ok(_) => return Err(DirectoryError::Unreachable("late sending".into()).into()),
        Err(error) if error.code == "notFound" => {
            if !sync::is_gone(office.directory(), act.record.person).await {
                act.say("Cette personne n’est pas encore sur le serveur d’annuaire qui répond\u{a0}: l’envoi attend.");
                report.unsettled.push(number);
                return Ok(());
            }
            give_up(
                &mut act,
                "La personne n’est plus dans l’annuaire. La lettre n’ouvre rien.",
            );
            report.refused.push(number);
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    if act.progress().directory == DirectorySide::Unknown && !seen.person.within_perimeter {
        // Nobody reads a marker there: its absence says nothing.
        act.say("Cette personne n’est plus dans votre périmètre\u{a0}: on ne peut pas lire si l’envoi est arrivé. Prévenez l’antenne numérique.");
        report.unsettled.push(number);
        return Ok(());
    }
    // The server that has it: everything about the act is asked there.
    let mut holder = None;
    if act.progress().directory == DirectorySide::Unknown {
        match resolve_sent(office, act.record.person, act.record.id)
            .await?
            .0
        {
            Resolution::Applied(server) => holder = Some(server),
            Resolution::NotApplied => {
                let _ = act.advance(Event::MarkerAbsent, None);
            }
            Resolution::NotHeardYet | Resolution::Unanswered => {
                act.say("Réponse non reçue\u{a0}: vérification en cours, ne recommencez pas.");
                report.unsettled.push(number);
                return Ok(());
            }
        }
    }
    let there = holder.is_some() || seen.person.account.markers.contains(&act.record.id);
    let made = office.when_made(waiting.made.as_ref(), act.record.made_at);
    if !there && has_lapsed(office, &waiting, made) {
        let _ = act.advance(
            Event::Voided,
            Some("Échue avant d’avoir pu partir. La lettre n’ouvre rien\u{a0}: faites une nouvelle remise."),
        );
        report.refused.push(number);
        return Ok(());
    }
    if !there && let Remedy::Refused(reason) = diagnosis(office, &seen).remedy {
        match out_of_reach(reason, act.clerk) {
            Some(why) => {
                act.keep_for_another(&why);
                report.barred.push(number);
            }
            None => {
                let recall = texts::recall_letter(&number);
                give_up(&mut act, &format!("{} {recall}", texts::refusal(reason)));
                report.refused.push(number);
            }
        }
        return Ok(());
    }
    let entry = entry_of(&act.record, office.settings.post.number, &act.clerk.dn);
    let recall = texts::recall_letter(&act.record.number);
    let outcome = if let Some(server) = holder {
        let write = crate::directory::PasswordWrite {
            operation: act.record.id,
            person_dn: seen.person.dn.clone(),
            password,
            seen_change: None,
        };
        let there = office.directory().at(&server).await?;
        let record = |event| {
            let _ = act.advance(event, outcome_of(event, &recall));
        };
        LateOutcome::Sent(
            sync::settle_found(there.as_ref(), seen.person.id, &write, &entry, record).await,
        )
    } else {
        let late = LateAct {
            late: Late {
                operation: act.record.id,
                made,
                known: waiting.known,
                decided_against: waiting.decided_against,
            },
            password,
            entry,
        };
        let record = |event, server: Option<&DirectoryServer>| {
            act.advance_at(event, server, outcome_of(event, &recall))
        };
        let asked = reading();
        let outcome = sync::send_late(office.directory(), &seen.person, &late, record).await?;
        if let LateOutcome::Sent(Delivery::Applied { person, .. } | Delivery::NotForced { person }) =
            &outcome
            && !there
        {
            office.heard_written(person.account.password_changed, asked);
        }
        outcome
    };
    tell(office, &mut act, outcome, report)
}

/// Certainly longer ago than its letter is valid: a clock that jumped ends nothing.
fn has_lapsed(office: &Office, waiting: &WaitingPassword, made: Span) -> bool {
    let begun = waiting
        .made
        .as_ref()
        .map_or(made.best, |made| made.span.best);
    let valid = waiting.expires_at.duration_since(begun);
    let now = office.server_span();
    now.earliest
        .is_some_and(|now| now.duration_since(made.latest) >= valid)
}

fn outside(clerk: &ClerkAccount) -> String {
    format!(
        "L’annuaire n’a pas pris l’envoi\u{a0}: cette personne n’est pas du périmètre de {}.",
        clerk.name
    )
}

/// Why another clerk may send what this one may not; `None` when nobody may.
fn out_of_reach(reason: RefusalReason, clerk: &ClerkAccount) -> Option<String> {
    match reason {
        RefusalReason::OutsidePerimeter => Some(outside(clerk)),
        RefusalReason::OwnAccount => Some(format!(
            "C’est le compte de {}\u{a0}: un autre agent fait l’envoi.",
            clerk.name
        )),
        RefusalReason::AdministrativeLock
        | RefusalReason::TechnicalLock
        | RefusalReason::Suspended
        | RefusalReason::Inactive
        | RefusalReason::Expired
        | RefusalReason::NotYetStarted
        | RefusalReason::Protected
        | RefusalReason::NoLogin
        | RefusalReason::PolicyDoesNotForceChange => None,
    }
}

/// The password of this act, when the key opens its seal.
fn opened(
    office: &Office,
    act: &Act<'_>,
    waiting: &WaitingPassword,
) -> Option<ProvisionalPassword> {
    let key = match act.opener {
        Opener::Recovery { key, .. } => key.clone(),
        Opener::Clerk => match may_work_offline(office) {
            Ok(keys) => keys.clerk,
            Err(bar) => {
                act.say(bar.sentence());
                return None;
            }
        },
    };
    let expires: Timestamp = waiting.expires_at;
    let envelope = envelope(office, act.record.id, act.record.person, expires);
    match vault::open(&waiting.sealed, &key, &envelope) {
        Ok(password) => Some(password),
        Err(problem) => {
            tracing::error!(%problem, "a sealed password does not open");
            act.say(match act.opener {
                Opener::Clerk => {
                    "Votre clé n’ouvre pas cet envoi. Rien n’est parti. L’antenne numérique peut l’envoyer avec la clé de secours\u{202f}; sinon annulez-le et refaites la remise."
                }
                Opener::Recovery { .. } => {
                    "La clé de secours n’ouvre pas cet envoi. Rien n’est parti. Annulez-le et refaites la remise."
                }
            });
            None
        }
    }
}

/// What an arrow means for the clerk, written with it; `tell` refines it where more is known.
fn outcome_of(event: Event, recall: &str) -> Option<&str> {
    match event {
        Event::AcknowledgedAndReadBack => Some("L’accès fonctionne."),
        Event::FoundSuperseded => Some(
            "Le mot de passe a changé après cette remise\u{a0}: c’est lui qui vaut, la lettre n’ouvre rien.",
        ),
        Event::FoundContested => Some(
            "Le mot de passe a changé à peu près à la même heure, ailleurs. Demandez à la personne lequel elle utilise.",
        ),
        Event::ProofFailed | Event::PasswordRefused | Event::ServerRefused => Some(recall),
        Event::Sealed
        | Event::SendingBegan
        | Event::NothingLeft
        | Event::RightsRefused
        | Event::AnswerLost
        | Event::MarkerSeen
        | Event::MarkerAbsent
        | Event::PrintBegan
        | Event::PrintBeganOffline
        | Event::SheetOut
        | Event::PrinterFailed
        | Event::HandedOver
        | Event::FoundStranded
        | Event::FoundAgain
        | Event::DecidedToSend
        | Event::Voided => None,
    }
}

/// The directory will not take it: as after a refusal by the server.
fn give_up(act: &mut Act<'_>, why: &str) {
    let _ = act.advance(Event::SendingBegan, None);
    let _ = act.advance(Event::ServerRefused, Some(why));
}

/// A later act of this post for the same person finds what this one left, and follows it without a question.
fn note_known(office: &Office, record: &HandoverRecord, person: &Person) {
    let seen = PasswordSeen::of(&person.account);
    let noted = office
        .store
        .write(|writer| writer.note_known(record.id, record.person, &seen));
    if let Err(error) = noted {
        tracing::warn!(%error, "what was sent is not noted");
    }
}

fn tell(
    office: &Office,
    act: &mut Act<'_>,
    outcome: LateOutcome,
    report: &mut SyncReport,
) -> Result<(), OperationError> {
    let number = act.record.number.clone();
    let recall = texts::recall_letter(&number);
    match outcome {
        LateOutcome::Sent(Delivery::Applied {
            person,
            proof,
            recorded,
        }) => {
            keep_in_copy(office, &person);
            if proof == Ok(Proof::OpensAndMustChange) {
                // Tried and found to open: nobody came between.
                note_known(office, &act.record, &person);
            }
            if recorded {
                let id = act.record.id;
                office.store.write(|writer| writer.mark_recorded(id))?;
            }
            match proof {
                Ok(Proof::OpensAndMustChange) => {
                    if let Some(sender) = act.stand_in() {
                        act.say(&format!(
                            "L’accès fonctionne. Envoyé par {}, avec la clé de secours.",
                            sender.name
                        ));
                    }
                    report.sent.push(number);
                }
                Err(_) => {
                    act.say("Écrit et relu, pas encore essayé.");
                    report.sent.push(number);
                }
                Ok(Proof::OpensWithoutChange | Proof::DoesNotOpen) => report.refused.push(number),
            }
        }
        LateOutcome::Sent(Delivery::Overtaken { person, recorded }) => {
            keep_in_copy(office, &person);
            if recorded {
                let id = act.record.id;
                office.store.write(|writer| writer.mark_recorded(id))?;
            }
            act.say("L’envoi était arrivé, et le mot de passe a changé depuis\u{a0}: rien à faire si la personne se connecte.");
            report.sent.push(number);
        }
        LateOutcome::Sent(Delivery::NotForced { .. }) => report.refused.push(number),
        LateOutcome::Sent(Delivery::Refused(WriteRefusal::Rights)) => {
            act.keep_for_another(&outside(act.clerk));
            report.barred.push(number);
        }
        LateOutcome::Sent(Delivery::Refused(refusal)) => {
            let (strong, _) = texts::write_refusal(&refusal);
            act.say(&format!("{strong} {recall}"));
            report.refused.push(number);
        }
        LateOutcome::Sent(Delivery::NothingLeft(error)) => return Err(error.into()),
        LateOutcome::Sent(Delivery::NotRecorded) => {
            return Err(act.refused.take().map_or_else(super::not_yet, Into::into));
        }
        LateOutcome::Sent(Delivery::Unknown) => {
            act.say("Réponse non reçue\u{a0}: vérification en cours, ne recommencez pas.");
            report.unsettled.push(number);
        }
        // Another counter was faster: which handover is the last one is decided on what it wrote.
        LateOutcome::ChangedMeanwhile => report.unsettled.push(number),
        LateOutcome::Superseded => {
            report.superseded.push(number);
        }
        LateOutcome::Contested { by } => {
            let id = act.record.id;
            office
                .store
                .write(|writer| writer.note_contested(id, &by))?;
            report.contested.push(number);
        }
    }
    Ok(())
}
