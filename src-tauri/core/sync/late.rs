//! Sends a handover that was made without the directory: reads the entry, lets the later human act win, then delivers as
//! any other. Never sends what the clocks cannot order; never repeats what its marker says is there.

use super::deliver::{Delivery, Unrecorded, deliver, settle};
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
    /// A later change holds: this letter is void.
    Superseded,
    /// A clerk has to decide between this letter and that password.
    Contested {
        by: PasswordSeen,
    },
}

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
            LateOutcome::Sent(settle(directory, person.id, &write, &entry, record).await)
        }
        Decision::Send { unchanged_since } => {
            let write = write(unchanged_since);
            let record = |event, server: &DirectoryServer| try_record(event, Some(server));
            LateOutcome::Sent(deliver(directory, person.id, &write, &entry, record).await)
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
