//! Ends the provisional passwords that nobody used in time (decision 10): any counter does it, for the clerk's own people.
//! Replaces a password by a random one that is kept nowhere. Never touches a password its owner has chosen, and never
//! trusts this post's clock: a clock set forward would cut healthy letters.

use std::sync::Arc;

use jiff::{Timestamp, ToSpan};

use crate::directory::{Directory, DirectoryError, Filter, PasswordWrite, WriteProblem};
use crate::domain::account::expiry_of;
use crate::domain::directory_server::DirectoryServer;
use crate::domain::password::{PasswordForm, Recipe};
use crate::domain::person::Person;

/// What one pass did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Expiry {
    pub expired: u32,
    /// Not written this time: refused, or without an answer. The next pass looks again.
    pub left: u32,
}

/// Expires what is due among the people of `perimeter`. `hours` is the life of a provisional password.
///
/// # Errors
/// As any read; what was already expired stays so.
pub async fn expire_due(
    directory: &dyn Directory,
    perimeter: &Filter,
    hours: i64,
) -> Result<Expiry, DirectoryError> {
    let mut pass = Expiry::default();
    let latest = directory
        .server_time()
        .await?
        .and_then(|now| now.checked_sub(hours.hours()).ok());
    let Some(latest) = latest else {
        return Ok(pass);
    };
    let due = Filter::all([perimeter.clone(), Filter::provisional_until(latest)]);
    let mut people = Vec::new();
    let server = directory.writing_server().await?;
    let there = directory.at(&server).await?;
    there
        .read_perimeter(&due, &mut |page| people.extend(page))
        .await?;
    let others = others(directory, &server).await?;
    let due = people.iter().filter_map(|person| {
        let write = plan(person, latest)?;
        Some((person, write))
    });
    for (person, write) in due {
        if !agree(&others, person).await {
            pass.left += 1;
            continue;
        }
        match there.write_password(&write).await {
            Ok(()) => pass.expired += 1,
            Err(WriteProblem::NotSent(error)) => return Err(error),
            // Refused: its owner or another counter was faster. Lost: the marker tells at the next pass.
            Err(problem @ (WriteProblem::Refused(_) | WriteProblem::AnswerLost)) => {
                tracing::info!(%problem, "a provisional password was not expired");
                pass.left += 1;
            }
        }
    }
    Ok(pass)
}

/// The sessions with the servers beside `here`; an error when one does not answer.
async fn others(
    directory: &dyn Directory,
    here: &DirectoryServer,
) -> Result<Vec<Arc<dyn Directory>>, DirectoryError> {
    let mut sessions = Vec::new();
    for server in directory.servers() {
        if server != *here {
            sessions.push(directory.at(&server).await?);
        }
    }
    Ok(sessions)
}

/// Whether every other server shows the same password: its owner's choice may be on its way from there.
async fn agree(others: &[Arc<dyn Directory>], seen: &Person) -> bool {
    for there in others {
        let same = there.read_back(seen.id).await.is_ok_and(|person| {
            person.account.must_change
                && person.account.password_changed == seen.account.password_changed
        });
        if !same {
            return false;
        }
    }
    true
}

/// The write that ends this person's letter; `None` when there is nothing to end.
fn plan(person: &Person, latest: Timestamp) -> Option<PasswordWrite> {
    let account = &person.account;
    let handover = account.newest_handover()?;
    let given = account.password_changed?;
    if !account.must_change || account.letter_expired() || given > latest {
        return None;
    }
    let recipe = Recipe::for_policy(PasswordForm::Code, None, true);
    Some(PasswordWrite {
        operation: expiry_of(handover),
        person_dn: person.dn.clone(),
        password: recipe.draw(getrandom::fill).ok()?,
        seen_change: Some(given),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::AccountRecord;
    use crate::domain::diagnosis::tests::somebody;
    use uuid::Uuid;

    const LATEST: &str = "2026-11-24T09:00:00Z";

    fn letter(given: &str, change: impl FnOnce(&mut AccountRecord)) -> Option<PasswordWrite> {
        let mut person = somebody();
        person.account.must_change = true;
        person.account.password_changed = Some(given.parse().unwrap());
        person.account.markers = vec![Uuid::now_v7()];
        change(&mut person.account);
        plan(&person, LATEST.parse().unwrap())
    }

    #[test]
    fn only_an_unused_letter_of_ours_past_its_time_is_ended() {
        let old = "2026-11-20T09:00:00Z";
        let write = letter(old, |_| {}).expect("due");
        assert_eq!(write.seen_change, Some(old.parse().unwrap()));
        assert!(letter("2026-11-24T09:00:01Z", |_| {}).is_none(), "not yet");
        assert!(
            letter(old, |account| account.must_change = false).is_none(),
            "its owner chose another one"
        );
        assert!(
            letter(old, |account| account.markers.clear()).is_none(),
            "given by another console: not ours to end"
        );
        assert!(
            letter(old, |account| {
                let expiry = expiry_of(account.markers[0]);
                account.markers.push(expiry);
            })
            .is_none(),
            "ended already"
        );
    }
}
