//! Sends a handover that was made without the directory: reads the entry, lets the later human act win, then delivers as
//! any other. Never sends what the clocks cannot order; never repeats what its marker says is there.

use std::time::Duration;

use super::deliver::{Delivery, Unrecorded, deliver, settle_found};
use super::look::read_to_write;
use crate::directory::{Directory, DirectoryError, HandoverEntry, PasswordWrite, WriteRefusal};
use crate::domain::directory_server::DirectoryServer;
use crate::domain::handover::Event;
use crate::domain::late_sending::{Decision, Late, PasswordSeen, decide};
use crate::domain::password::ProvisionalPassword;
use crate::domain::person::Person;

/// An act as it was made, its seal opened.
#[derive(Debug, Clone)]
pub struct LateAct {
    pub late: Late,
    pub password: ProvisionalPassword,
    pub entry: HandoverEntry,
}

/// Where a late sending ended.
#[derive(Debug, Clone, PartialEq)]
pub enum LateOutcome {
    Sent(Delivery),
    /// Another counter wrote between the reading and the sending: nothing is decided, the next pass reads again.
    ChangedMeanwhile,
    /// A later change holds: this letter is void.
    Superseded,
    /// A clerk has to decide between this letter and that password.
    Contested {
        by: PasswordSeen,
    },
}

/// No second of the server's clock is longer.
const A_SECOND: Duration = Duration::from_millis(1_100);

/// Sends `act`; `person` was read just now, and a reset does not harm them. `record` is told each arrow, and the server
/// it is about, before the next request leaves.
///
/// # Errors
/// As any read: nothing was written.
pub async fn send_late(
    directory: &dyn Directory,
    person: &Person,
    act: &LateAct,
    mut try_record: impl FnMut(Event, Option<&DirectoryServer>) -> Result<(), Unrecorded> + Send,
) -> Result<LateOutcome, DirectoryError> {
    let write = |seen_change| PasswordWrite {
        operation: act.late.operation,
        // Entries are renamed and moved: the one just read, never the one of the day.
        person_dn: person.dn.clone(),
        password: act.password.clone(),
        seen_change,
    };
    let entry = HandoverEntry {
        person_dn: person.dn.clone(),
        ..act.entry.clone()
    };
    let mut record = |event, server: Option<&DirectoryServer>| {
        let _ = try_record(event, server);
    };
    if !person.within_perimeter {
        // What the entry holds cannot be read, so nothing could be compared: the server would say the same.
        record(Event::SendingBegan, None);
        record(Event::RightsRefused, None);
        let refused = Delivery::Refused(WriteRefusal::Rights);
        return Ok(LateOutcome::Sent(refused));
    }
    Ok(match decide(&act.late, &person.account) {
        Decision::AlreadyApplied => {
            record(Event::SendingBegan, None);
            let write = write(person.account.password_changed);
            let record = |event| record(event, None);
            // Where it was read: another server may not have it yet.
            let there = directory.at(&directory.answering_server().await?).await?;
            let there = there.as_ref();
            LateOutcome::Sent(settle_found(there, person.id, &write, &entry, record).await)
        }
        Decision::Send { unchanged_since } => {
            // `pwdChangedTime` counts seconds: what somebody else may have written in the second just read is waited for.
            if unchanged_since != act.late.known.changed {
                tokio::time::sleep(A_SECOND).await;
                if has_moved(person, &read_to_write(directory, person.id).await?) {
                    return Ok(LateOutcome::ChangedMeanwhile);
                }
            }
            send(
                directory,
                person,
                &write(unchanged_since),
                &entry,
                try_record,
            )
            .await
        }
        Decision::Superseded => {
            record(Event::FoundSuperseded, None);
            LateOutcome::Superseded
        }
        Decision::Contested => {
            record(Event::FoundContested, None);
            LateOutcome::Contested {
                by: PasswordSeen::of(&person.account),
            }
        }
    })
}

/// Delivers; a refusal because another counter was faster decides nothing.
async fn send(
    directory: &dyn Directory,
    person: &Person,
    write: &PasswordWrite,
    entry: &HandoverEntry,
    mut try_record: impl FnMut(Event, Option<&DirectoryServer>) -> Result<(), Unrecorded> + Send,
) -> LateOutcome {
    let mut refused = false;
    let delivery = deliver(directory, person.id, write, entry, |event, server| {
        if event == Event::ServerRefused {
            refused = true;
            Ok(())
        } else {
            try_record(event, Some(server))
        }
    })
    .await;
    // What came of it is settled by its marker when it could not be written down.
    let mut record = |event| {
        let _ = try_record(event, None);
    };
    if delivery == Delivery::Refused(WriteRefusal::ChangedSince) {
        // The server's word is not enough: it says the same of what the clerk may not compare.
        let again = read_to_write(directory, person.id).await;
        if again.map_or(true, |again| has_moved(person, &again)) {
            record(Event::NothingLeft);
            return LateOutcome::ChangedMeanwhile;
        }
    }
    if refused {
        record(Event::ServerRefused);
    }
    LateOutcome::Sent(delivery)
}

fn has_moved(before: &Person, now: &Person) -> bool {
    PasswordSeen::of(&before.account) != PasswordSeen::of(&now.account)
}
