//! Send, read back, prove, print: the directory first, then the paper (decision 2).
//! Waits three seconds at most; beyond, the truth follows by a notice. Never sends an act twice, never prints a
//! password the directory refused.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

use super::open::Sent;
use super::paper::Outlet;
use super::register::{entry_of, new_record};
use super::views::HandoverView;
use super::{letter, offline, paper, view, with_open};
use crate::directory::{PasswordWrite, Proof, WriteRefusal};
use crate::domain::diagnosis::Remedy;
use crate::domain::directory_server::DirectoryServer;
use crate::domain::handover::{DirectorySide, Event, PaperSide, Progress, step};
use crate::domain::letter::LetterStatus;
use crate::domain::person::PersonId;
use crate::faults::{Fault, broken};
use crate::operations::counter::{Seen, diagnosis, keep_in_copy};
use crate::operations::office::{now, reading};
use crate::operations::outbox::resolve_sent;
use crate::operations::session::{Notice, Tone};
use crate::operations::{Office, OfficeNotice, OperationError};
use crate::sync::{self, Delivery, Resolution, Unrecorded, deliver, valid_until};
use crate::texts;

pub(super) const PATIENCE: Duration = Duration::from_secs(3);

/// Does the act of step 3 and 4, and answers with what is true after three seconds at most. Where the sheet cannot come
/// out, nothing is sent and the letter's notice says why.
///
/// # Errors
/// `notYet` without a checked identity; `refused`, `unreachable`, `letter`, `notAllowed`, `file`, `store`: nothing has
/// left.
pub async fn hand_over(
    office: &Arc<Office>,
    handover: &str,
    outlet: Outlet,
) -> Result<HandoverView, OperationError> {
    let clerk = office.clerk()?;
    let mut claimed = false;
    let mut before = None;
    let id = with_open(office, handover, |open| {
        claimed = !open.busy() && open.unsent() && open.check.is_some();
        open.sending |= claimed;
        before = Some((
            open.person.clone(),
            open.policy.clone(),
            open.is_out(),
            open.offline,
        ));
    })?;
    let Some((person, policy, out, offline)) = before.filter(|_| claimed) else {
        // A second Ctrl+Entrée, or an act already sent: the screen shows where it stands.
        return view(office, id);
    };
    let prepared = async {
        // A sheet « pas encore confirmé » that is out is the letter.
        if !out && !paper::ready(office, id, &outlet).await? {
            return Ok(None);
        }
        if offline {
            return offline::print_first(office, id, outlet.clone(), &clerk)
                .await
                .map(|_| None);
        }
        match prepare(office, id, person, policy, &clerk).await {
            // The clerk reads it, and decides with the next key.
            Err(error) if error.code == "unreachable" && offline::go_offline(office, id) => {
                Ok(None)
            }
            prepared => prepared.map(Some),
        }
    };
    let sent = match prepared.await {
        Ok(Some(sent)) => sent,
        nothing_sent => {
            with_open(office, handover, |open| open.sending = false)?;
            return nothing_sent.and_then(|_| view(office, id));
        }
    };
    let working = Arc::clone(office);
    let mut work = tokio::spawn(async move {
        send_and_bring_out(&working, id, sent, &outlet).await;
    });
    if tokio::time::timeout(PATIENCE, &mut work).await.is_err() {
        // From here on the clerk may wait, or print « pas encore confirmé ».
        let mut under_way = false;
        with_open(office, handover, |open| under_way = open.is_sending())?;
        if under_way {
            let _ = record_arrow(office, id, Event::AnswerLost);
            with_open(office, handover, |open| {
                // Unless the answer came in between.
                if open.synced_at.is_none() && open.may_print_unconfirmed() {
                    open.directory_notice = Some(unanswered());
                }
            })?;
        }
    }
    view(office, id)
}

/// Everything that must hold before the first request leaves, then the record PREPARED.
async fn prepare(
    office: &Office,
    id: Uuid,
    person: crate::domain::person::Person,
    policy: Option<crate::domain::account::PasswordPolicy>,
    clerk: &crate::directory::ClerkAccount,
) -> Result<Sent, OperationError> {
    let at = now();
    // Where it will be written: another server may not have its last change yet.
    let fresh = sync::read_to_write(office.directory(), person.id).await?;
    if fresh.account.password_changed != person.account.password_changed {
        return Err(OperationError::new("refused", {
            let (strong, text) = texts::write_refusal(&WriteRefusal::ChangedSince);
            format!("{strong} {text}")
        }));
    }
    let mut fresh = fresh;
    fresh.account.protected = person.account.protected;
    let seen = Seen {
        person: fresh,
        policy,
        fresh: true,
        at,
    };
    if let Remedy::Refused(reason) = diagnosis(office, &seen).remedy {
        return Err(OperationError::new("refused", texts::refusal(reason)));
    }
    let mut open = office.open_handovers();
    let open = open.get_mut(&id).ok_or_else(super::not_open)?;
    // Laid out before anything is sent: a letter that cannot be printed must not change a password.
    open.letter = Some(letter::lay_out(office, open, at, LetterStatus::Active)?);
    let (Some(record), Some(password)) = (
        new_record(open, clerk, office.hour()),
        open.password.clone(),
    ) else {
        return Err(OperationError::new(
            "notYet",
            "L’identité n’est pas encore vérifiée.",
        ));
    };
    if open.progress.is_none() {
        office.store.write(|writer| writer.put_handover(&record))?;
        open.progress = Some(Progress::PREPARED);
    }
    open.directory_notice = None;
    open.letter_notice = None;
    let write = PasswordWrite {
        operation: id,
        person_dn: open.person.dn.clone(),
        password,
        seen_change: open.person.account.password_changed,
    };
    let sent = Sent {
        write,
        entry: entry_of(&record, office.settings.post.number, &record.clerk_dn),
    };
    open.sent = Some(sent.clone());
    Ok(sent)
}

fn unanswered() -> Notice {
    Notice {
        tone: Tone::Wait,
        strong: "Réponse non reçue.".into(),
        text: "L’envoi a pu aboutir\u{a0}: vérification en cours, ne recommencez pas.".into(),
    }
}

/// Another server answers, and the one that got the request does not.
fn not_heard_yet(office: &Office, end: Option<Timestamp>) -> Notice {
    let when = end.map_or_else(String::new, |end| {
        format!(
            " Réponse au plus tard à\u{a0}{}.",
            texts::clock(end, &office.zone)
        )
    });
    Notice {
        tone: Tone::Wait,
        strong: "Réponse non reçue.".into(),
        text: format!(
            "Le serveur d’annuaire qui a reçu l’envoi ne répond plus, et un autre ne l’a pas encore\u{a0}: vérification en cours, ne recommencez pas.{when}"
        ),
    }
}

/// What this post could not write down: before the request, nothing has left; after it, the marker will tell.
fn tell_unrecorded(office: &Office, id: Uuid, left: bool, error: &OperationError) {
    let (strong, after) = if left {
        (
            "Ce poste n’a pas pu enregistrer la suite de l’envoi.",
            " L’envoi a pu aboutir\u{a0}: l’annuaire sera relu. Rien n’est imprimé d’ici là.",
        )
    } else {
        ("L’envoi n’est pas parti.", "")
    };
    let _ = with_open(office, &id.to_string(), |open| {
        open.directory_notice = Some(Notice {
            tone: Tone::Bad,
            strong: strong.to_owned(),
            text: format!("{}{after}", error.message),
        });
    });
}

async fn send_and_bring_out(office: &Arc<Office>, id: Uuid, sent: Sent, outlet: &Outlet) {
    let person = office.open_handovers().get(&id).map(|open| open.person.id);
    let Some(person) = person else { return };
    let mut unrecorded = None;
    let asked = reading();
    let delivery = deliver(
        office.directory(),
        person,
        &sent.write,
        &sent.entry,
        |event, server| {
            let recorded = record_arrow_at(office, id, event, Some(server));
            publish(office, id);
            recorded.map_err(|error| {
                unrecorded = Some(error);
                Unrecorded
            })
        },
    )
    .await;
    let at = now();
    let gone = matches!(delivery, Delivery::NothingLeft(_));
    let changed = match &delivery {
        Delivery::Applied { person, .. } | Delivery::NotForced { person } => {
            person.account.password_changed
        }
        Delivery::Refused(_)
        | Delivery::NothingLeft(_)
        | Delivery::Overtaken { .. }
        | Delivery::Unknown
        | Delivery::NotRecorded => None,
    };
    let left = delivery != Delivery::NotRecorded;
    let printable = note_delivery(office, id, delivery, at);
    if let Some(error) = unrecorded {
        tell_unrecorded(office, id, left, &error);
    }
    office.heard_written(changed, asked);
    if gone {
        offline::go_offline(office, id);
    }
    publish(office, id);
    let mut wanted = false;
    let _ = with_open(office, &id.to_string(), |open| {
        open.sending = false;
        // A sheet « pas encore confirmé » that is out, or on its way, is the letter.
        let on_paper = open
            .progress
            .is_none_or(|progress| progress.paper != PaperSide::None);
        wanted = printable && !on_paper && open.may_print_confirmed();
        open.printing |= wanted;
    });
    if wanted {
        paper::bring_out(office, id, outlet).await;
    }
    publish(office, id);
}

/// Settles the acts whose answer was lost, once the directory answers again: the marker tells.
pub(crate) async fn resolve_unknown(office: &Arc<Office>) {
    let waiting: Vec<(Uuid, PersonId, DirectorySide, Sent)> = office
        .open_handovers()
        .values_mut()
        .filter_map(|open| {
            let side = open
                .progress
                .filter(|progress| progress.is_open())?
                .directory;
            let lost = matches!(side, DirectorySide::Unknown | DirectorySide::Sending);
            let sent = open.sent.clone().filter(|_| lost && !open.sending)?;
            open.sending = true;
            Some((open.id, open.person.id, side, sent))
        })
        .collect();
    for (id, person, side, sent) in waiting {
        let mut unrecorded = None;
        if side == DirectorySide::Sending {
            unrecorded = record_arrow(office, id, Event::AnswerLost).err();
        }
        let (resolution, end) = match (&unrecorded, resolve_sent(office, person, id).await) {
            (Some(_), _) => (Resolution::Unanswered, None),
            (None, Ok(told)) => told,
            (None, Err(error)) => {
                tracing::error!(?error, "a lost answer is not settled");
                (Resolution::Unanswered, None)
            }
        };
        match resolution {
            Resolution::Unanswered => {}
            Resolution::NotHeardYet => {
                let _ = with_open(office, &id.to_string(), |open| {
                    open.directory_notice = Some(not_heard_yet(office, end));
                });
            }
            Resolution::NotApplied => {
                unrecorded = record_arrow(office, id, Event::MarkerAbsent).err();
                let _ = with_open(office, &id.to_string(), |open| {
                    open.directory_notice = Some(Notice {
                        tone: Tone::Warn,
                        strong: "L’envoi n’était pas arrivé.".into(),
                        text: "Rien n’a changé dans l’annuaire. Envoyez de nouveau.".into(),
                    });
                });
            }
            Resolution::Applied(server) => {
                let record = |event| unrecorded = record_arrow(office, id, event).err();
                let (write, entry) = (&sent.write, &sent.entry);
                let delivery = match office.directory().at(&server).await {
                    // The sheet is out: the person may have used it already.
                    Ok(there) if is_out(office, id) => {
                        sync::settle_found(there.as_ref(), person, write, entry, record).await
                    }
                    Ok(there) => sync::settle(there.as_ref(), person, write, entry, record).await,
                    Err(_) => Delivery::Unknown,
                };
                note_delivery(office, id, delivery, now());
            }
        }
        if let Some(error) = unrecorded {
            tell_unrecorded(office, id, true, &error);
        }
        let _ = with_open(office, &id.to_string(), |open| open.sending = false);
        publish(office, id);
    }
}

fn is_out(office: &Office, id: Uuid) -> bool {
    let open = office.open_handovers();
    open.get(&id)
        .and_then(|open| open.progress)
        .is_some_and(|progress| progress.paper.is_out())
}

/// An arrow that the store refuses is logged. Before a request it must stop the act; after one, the act is settled later.
fn record_arrow(office: &Office, id: Uuid, event: Event) -> Result<(), OperationError> {
    record_arrow_at(office, id, event, None)
}

fn record_arrow_at(
    office: &Office,
    id: Uuid,
    event: Event,
    server: Option<&DirectoryServer>,
) -> Result<(), OperationError> {
    let recorded = advance_at(office, id, event, server, "");
    if let Err(error) = &recorded {
        tracing::error!(?error, "an arrow was not recorded");
    }
    recorded
}

/// Writes down where the delivery ended; true when the letter may be printed.
fn note_delivery(office: &Office, id: Uuid, delivery: Delivery, at: Timestamp) -> bool {
    let hours = office.settings.handover.valid_hours;
    if let Delivery::Applied { recorded: true, .. } = &delivery
        && let Err(error) = office.store.write(|writer| writer.mark_recorded(id))
    {
        tracing::error!(%error, "the record is in the directory, and this post will add it again");
    }
    if let Delivery::Applied { person, .. } | Delivery::NotForced { person } = &delivery {
        keep_in_copy(office, person);
    }
    let bad = |strong: &str, text: &str| {
        Some(Notice {
            tone: Tone::Bad,
            strong: strong.to_owned(),
            text: text.to_owned(),
        })
    };
    let mut printable = false;
    let unknown = delivery == Delivery::Unknown;
    let _ = with_open(office, &id.to_string(), |open| {
        // A sheet « pas encore confirmé » is out, or about to be: what is bad news then is that sheet.
        let out = open
            .progress
            .is_some_and(|progress| progress.paper != PaperSide::None);
        let recall = out.then(|| texts::recall_letter(&open.number));
        let stop = |strong: &str, text: &str| bad(strong, recall.as_deref().unwrap_or(text));
        match delivery {
            Delivery::Applied {
                person,
                proof,
                recorded,
            } => {
                open.synced_at = Some(at);
                open.valid_until = valid_until(&person, hours);
                // Its own outcome, never mixed with the access itself.
                open.directory_notice = (!recorded).then(|| Notice {
                tone: Tone::Warn,
                strong: "L’accès est écrit.".into(),
                text: "Seule sa trace n’est pas entrée dans l’annuaire\u{a0}: ce poste l’enverra de nouveau.".into(),
            });
                match proof {
                    Ok(Proof::OpensAndMustChange) => {
                        open.proven = true;
                        printable = true;
                    }
                    // Written and read back, but the proof could not be made: said, not hidden.
                    Err(_) => {
                        printable = true;
                        open.directory_notice = Some(Notice {
                            tone: Tone::Warn,
                            strong: "Écrit et relu, pas encore essayé.".into(),
                            text: "L’annuaire n’a pas répondu à l’essai de connexion.".into(),
                        });
                    }
                    Ok(Proof::OpensWithoutChange | Proof::DoesNotOpen) => {
                        open.directory_notice = stop(
                            "L’accès ne répond pas comme prévu.",
                            "Rien n’est imprimé. Recommencez la remise, ou prévenez l’antenne numérique.",
                        );
                    }
                }
            }
            Delivery::NotForced { person } => {
                open.synced_at = Some(at);
                open.valid_until = valid_until(&person, hours);
                open.directory_notice = stop(
                    "L’annuaire n’a pas gardé l’obligation de changer le mot de passe.",
                    "Rien n’est imprimé. Prévenez l’antenne numérique avant toute autre remise.",
                );
            }
            Delivery::Overtaken { .. } => {
                open.synced_at = Some(at);
                open.directory_notice = Some(Notice {
                    tone: Tone::Warn,
                    strong: "L’envoi était arrivé, et le mot de passe a changé depuis.".into(),
                    text: "La personne a déjà utilisé sa lettre, ou une autre remise l’a remplacée\u{a0}: rien à faire si elle se \
                           connecte."
                        .into(),
                });
            }
            Delivery::Refused(refusal) => {
                let (strong, text) = texts::write_refusal(&refusal);
                let again =
                    matches!(refusal, WriteRefusal::Policy(_)) && open.passwords_refused > 1;
                open.directory_notice = if again {
                    stop(
                        &strong,
                        "Rien n’est imprimé\u{202f}; un autre est prêt. Si cela continue, prévenez l’antenne numérique.",
                    )
                } else {
                    stop(&strong, &text)
                };
            }
            Delivery::NothingLeft(error) => {
                let (_, sentence) = texts::directory(&error);
                open.directory_notice = bad("L’envoi n’est pas parti.", &sentence);
            }
            Delivery::Unknown => open.directory_notice = Some(unanswered()),
            // Said by the caller, who knows why.
            Delivery::NotRecorded => {}
        }
        if !printable && !unknown {
            // A letter that would not open must not be printed later either; one whose truth is to come still may.
            open.letter = None;
        }
    });
    printable
}

/// One arrow of the state machine: the store first, then the memory.
pub(super) fn advance(
    office: &Office,
    id: Uuid,
    event: Event,
    detail: &str,
) -> Result<(), OperationError> {
    advance_at(office, id, event, None, detail)
}

/// As `advance`; the server a request goes to is noted with its arrow: the marker is looked for there first.
fn advance_at(
    office: &Office,
    id: Uuid,
    event: Event,
    server: Option<&DirectoryServer>,
    detail: &str,
) -> Result<(), OperationError> {
    // Held throughout: an answer and a sheet may come at the same time, and each arrow starts where the other ended.
    let mut all = office.open_handovers();
    let open = all.get_mut(&id).ok_or_else(super::not_open)?;
    let progress = open.progress.ok_or_else(super::not_open)?;
    let (next, actions) = step(progress, event).map_err(|forbidden| {
        tracing::error!(%forbidden, "state machine");
        OperationError::new("notYet", "Cette remise n’en est pas là.")
    })?;
    let name = format!("{event:?}");
    let written = office.store.write(|writer| {
        writer.move_handover(id, &name, next, open.copies, now(), detail)?;
        match (event, server) {
            (Event::SendingBegan, Some(server)) => writer.note_sending(id, server, office.hour()),
            _ => Ok(()),
        }
    });
    if !broken(Fault::WriteErrorsIgnored) {
        written?;
    }
    open.enter(next, actions);
    Ok(())
}

pub(super) fn publish(office: &Office, id: Uuid) {
    if let Ok(view) = view(office, id) {
        office.publish(OfficeNotice::HandoverChanged(Box::new(view)));
    }
}
