//! What the other servers of a replicated directory say of an act: whether one whose answer was lost was applied, and
//! whether one that a server acknowledged has reached another. Reads markers only; sends nothing.

use std::time::{Duration, Instant};

use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

use crate::domain::handover::{DirectorySide, Event, step};
use crate::domain::person::PersonId;
use crate::operations::handover::SyncReport;
use crate::operations::{Office, OperationError};
use crate::store::{HandoverRecord, Sending};
use crate::sync::{self, Acknowledged, Resolution, Round, Spread};
use crate::texts;

/// Days that an act is looked for on the other servers.
const DAYS_LOOKED_FOR: i64 = 7;
/// Between two rounds over the other servers.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// Until when what `sending` brought to its server may not have reached the others.
fn window_end(office: &Office, sending: &Sending) -> Timestamp {
    let minutes = i64::from(office.settings.directory.replication_minutes);
    sending
        .at
        .checked_add(minutes.minutes())
        .unwrap_or(Timestamp::MAX)
}

/// What became of an act whose answer was lost, and until when another server's silence about it proves nothing.
///
/// # Errors
/// `store`.
pub(crate) async fn resolve_sent(
    office: &Office,
    person: PersonId,
    operation: Uuid,
) -> Result<(Resolution, Option<Timestamp>), OperationError> {
    let sending = office.store.read(|reader| reader.sending(operation))?;
    let end = sending.as_ref().map(|sending| window_end(office, sending));
    let resolution = sync::resolve(
        office.directory(),
        sending.as_ref().map(|sending| &sending.server),
        person,
        operation,
        end.is_some_and(|end| end <= office.hour()),
    )
    .await;
    Ok((resolution, end))
}

/// Something was acknowledged by one server, no other was seen with it, and the last round was a while ago.
pub(crate) fn look_is_due(office: &Office) -> Result<bool, OperationError> {
    if office.directory().servers().len() < 2 || office.clerk().is_err() {
        return Ok(false);
    }
    let looked = office.desk().looked_elsewhere;
    if looked.is_some_and(|last| last.elapsed() < LOOK_EVERY) {
        return Ok(false);
    }
    Ok(!acts(office)?.is_empty())
}

fn acts(office: &Office) -> Result<Vec<(HandoverRecord, Sending)>, OperationError> {
    let since = office
        .hour()
        .checked_sub((DAYS_LOOKED_FOR * 24).hours())
        .unwrap_or(Timestamp::MIN);
    Ok(office.store.read(|reader| reader.not_spread(since))?)
}

/// One round over the other servers, for every act of this post: the person is called back even when its clerk is away.
///
/// # Errors
/// `store`.
pub(crate) async fn look_elsewhere(
    office: &Office,
    report: &mut SyncReport,
) -> Result<(), OperationError> {
    if office.directory().servers().len() < 2 {
        return Ok(());
    }
    // A clerk may be voiding one of them.
    let Ok(_turn) = office.sending_late.try_lock() else {
        return Ok(());
    };
    office.desk().looked_elsewhere = Some(Instant::now());
    let mut round = Round::new(office.directory());
    for (record, sending) in acts(office)? {
        let overdue = window_end(office, &sending) <= office.hour();
        let stranded = record.progress.directory == DirectorySide::Stranded;
        let spread = round
            .spread(&Acknowledged {
                person: record.person,
                operation: record.id,
                by: sending.server,
                at: sending.at,
            })
            .await;
        match spread {
            Spread::Elsewhere if stranded => {
                found_again(office, &record)?;
                office.store.write(|writer| writer.mark_spread(record.id))?;
            }
            Spread::Elsewhere => office.store.write(|writer| {
                if writer.reader().outcome(record.id)? == texts::ON_ONE_SERVER {
                    writer.note_outcome(record.id, "")?;
                }
                writer.mark_spread(record.id)
            })?,
            Spread::OnlyThere if stranded => found_again(office, &record)?,
            Spread::Overtaken => {
                if stranded {
                    let outcome = "La personne a un mot de passe plus récent\u{a0}: cette lettre n’ouvre rien.";
                    advance(office, &record, Event::FoundSuperseded, outcome)?;
                }
                office.store.write(|writer| writer.mark_spread(record.id))?;
            }
            Spread::OnlyThere if overdue => {
                let said = office.store.read(|reader| reader.outcome(record.id))?;
                if said.is_empty() {
                    office
                        .store
                        .write(|writer| writer.note_outcome(record.id, texts::ON_ONE_SERVER))?;
                    report.on_one_server.push(record.number.clone());
                }
            }
            Spread::Nowhere if overdue && !stranded => {
                let outcome = texts::stranded(&record.number);
                advance(office, &record, Event::FoundStranded, &outcome)?;
                report.stranded.push(record.number.clone());
            }
            Spread::Nowhere | Spread::OnlyThere | Spread::Unknown => {}
        }
    }
    Ok(())
}

fn found_again(office: &Office, record: &HandoverRecord) -> Result<(), OperationError> {
    let outcome =
        "Le serveur qui l’avait acceptée est revenu\u{a0}: la lettre remise est la bonne.";
    advance(office, record, Event::FoundAgain, outcome)
}

fn advance(
    office: &Office,
    record: &HandoverRecord,
    event: Event,
    outcome: &str,
) -> Result<(), OperationError> {
    let Ok((next, _)) = step(record.progress, event) else {
        tracing::error!(?event, "state machine");
        return Ok(());
    };
    super::write_down(office, record, (event, next), "servers", outcome)
}
