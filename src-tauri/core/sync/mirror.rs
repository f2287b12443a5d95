//! The mirror of one clerk's perimeter brought up to the directory: followed from its cookie where the server has content
//! synchronisation, else read page by page. Rows go in by small transactions, and a cookie only with the last of the rows
//! it covers: a cut or a crash anywhere is taken up from the cookie before. Never writes into another clerk's mirror.

use std::collections::HashSet;

use jiff::{Timestamp, ToSpan};
use serde::Serialize;

use crate::directory::{Directory, DirectoryError, Filter, SyncCookie, SyncEnd, SyncPart};
use crate::domain::directory_server::DirectoryServer;
use crate::domain::person::{Person, PersonId};
use crate::store::{MirrorOwner, MirrorState, Store, StoreError, Writer};

/// A cookie notices neither a change of the server's own rights nor a restored directory: once a day all is read anew.
const WHOLE_EVERY_HOURS: i64 = 24;
/// People in one transaction: other writes of this post wait no longer than for these.
const BATCH: u8 = 100;

/// Whose people are mirrored, and from where to where.
pub struct Perimeter<'a> {
    pub directory: &'a dyn Directory,
    pub store: &'a Store,
    pub owner: MirrorOwner,
    pub filter: Filter,
    /// The hour.
    pub clock: &'a (dyn Fn() -> Timestamp + Sync),
    /// False once this clerk has left the desk: nothing more is written.
    pub wanted: &'a (dyn Fn() -> bool + Sync),
    /// Called as a whole reading goes on, with the people brought so far; 0 when it begins.
    pub reading: &'a (dyn Fn(u64) + Sync),
}

/// What one pass did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MirrorReport {
    /// Read anew as a whole, and not only followed.
    pub whole: bool,
    /// People the directory sent.
    pub received: u64,
    /// People forgotten because they are gone.
    pub forgotten: u64,
    /// The directory can be followed from here: the next pass reads changes alone.
    pub followed: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum MirrorProblem {
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The clerk has left the desk.
    #[error("the clerk has left")]
    Left,
}

/// Erases a mirror that nothing refreshed for `hours`: nobody is answered from it any more, its owner included.
/// Tells whether there was one.
///
/// # Errors
/// As any write.
pub fn erase_outdated(store: &Store, hours: i64, now: Timestamp) -> Result<bool, StoreError> {
    let state = store.read(|reader| reader.mirror())?;
    let outdated = state
        .and_then(|state| state.filled_at?.checked_add(hours.hours()).ok())
        .is_some_and(|end| end <= now);
    if outdated {
        store.write(|writer| writer.erase_mirror())?;
    }
    Ok(outdated)
}

#[derive(Debug, PartialEq, Eq)]
enum Plan {
    ReadWhole,
    Follow(SyncCookie),
}

/// Whether the next pass reads the whole perimeter of `owner` anew.
pub fn due_whole(state: Option<&MirrorState>, owner: &MirrorOwner, now: Timestamp) -> bool {
    plan(state, owner, now) == Plan::ReadWhole
}

fn plan(state: Option<&MirrorState>, owner: &MirrorOwner, now: Timestamp) -> Plan {
    let Some(state) = state.filter(|state| state.owner == *owner && !state.filling) else {
        return Plan::ReadWhole;
    };
    let recent = state.whole_at.is_some_and(|at| {
        let end = at.checked_add(WHOLE_EVERY_HOURS.hours());
        // A reading from after now says that the clock was set back: nothing is known of its age.
        at <= now && end.is_ok_and(|end| now < end)
    });
    match &state.cookie {
        Some(cookie) if recent => Plan::Follow(SyncCookie::from_bytes(cookie.clone())),
        Some(_) | None => Plan::ReadWhole,
    }
}

/// One pass, at one server: a cookie of one says nothing of the rows that another gave. When it dies meanwhile, one more
/// at the next.
///
/// # Errors
/// What is stored stays true, and the next pass goes on from there.
pub async fn refresh_mirror(perimeter: &Perimeter<'_>) -> Result<MirrorReport, MirrorProblem> {
    let directory = perimeter.directory;
    let mut outcome = refresh_at(perimeter, &directory.answering_server().await?).await;
    for _ in directory.servers().iter().skip(1) {
        let Err(MirrorProblem::Directory(DirectoryError::Unreachable(_))) = outcome else {
            break;
        };
        outcome = refresh_at(perimeter, &directory.answering_server().await?).await;
    }
    outcome
}

async fn refresh_at(
    perimeter: &Perimeter<'_>,
    server: &DirectoryServer,
) -> Result<MirrorReport, MirrorProblem> {
    let there = perimeter.directory.at(server).await?;
    let perimeter = &Perimeter {
        directory: there.as_ref(),
        owner: perimeter.owner.clone(),
        filter: perimeter.filter.clone(),
        ..*perimeter
    };
    let state = perimeter.store.read(|reader| reader.mirror())?;
    let mut report = MirrorReport::default();
    let cookie = match plan(state.as_ref(), &perimeter.owner, (perimeter.clock)()) {
        Plan::ReadWhole => read_whole(perimeter, &mut report).await?,
        Plan::Follow(cookie) => Some(cookie),
    };
    if let Some(from) = cookie {
        report.followed = follow(perimeter, &from, &mut report).await?;
        if !report.followed
            && !report.whole
            && let Some(from) = read_whole(perimeter, &mut report).await?
        {
            report.followed = follow(perimeter, &from, &mut report).await?;
        }
        if !report.followed {
            // Even the cookie of this very reading does not serve: this server is read by pages.
            perimeter.write(|writer| writer.keep_cookie(None))?;
        }
    }
    Ok(report)
}

/// Reads everybody by pages. The cookie comes from before, so that following it brings what changed meanwhile.
async fn read_whole(
    perimeter: &Perimeter<'_>,
    report: &mut MirrorReport,
) -> Result<Option<SyncCookie>, MirrorProblem> {
    let at = (perimeter.clock)();
    let cookie = perimeter.directory.sync_cookie().await?;
    if !(perimeter.wanted)() {
        return Err(MirrorProblem::Left);
    }
    perimeter
        .store
        .write(|writer| writer.begin_fill(&perimeter.owner))?;
    report.whole = true;
    (perimeter.reading)(0);
    let (mut brought, mut failed) = (0, None);
    perimeter
        .directory
        .read_perimeter(&perimeter.filter, &mut |page| {
            if failed.is_none() {
                failed = perimeter.put(&page).err();
                brought += count(page.len());
                (perimeter.reading)(brought);
            }
        })
        .await?;
    if let Some(problem) = failed {
        return Err(problem);
    }
    report.received += brought;
    let before = perimeter.people()?;
    while perimeter.write(|writer| writer.forget_unbrought(BATCH.into()))? {}
    report.forgotten += before.saturating_sub(perimeter.people()?);
    perimeter.write(|writer| {
        writer.end_fill(at)?;
        writer.keep_cookie(cookie.as_ref().map(SyncCookie::as_bytes))
    })?;
    Ok(cookie)
}

/// Brings what changed since `cookie`; false when the server cannot.
async fn follow(
    perimeter: &Perimeter<'_>,
    cookie: &SyncCookie,
    report: &mut MirrorReport,
) -> Result<bool, MirrorProblem> {
    let at = (perimeter.clock)();
    let (mut changed, mut present) = (HashSet::new(), HashSet::new());
    let (mut received, mut forgotten, mut failed) = (0, 0, None);
    let end = perimeter
        .directory
        .changes_since(&perimeter.filter, cookie, &mut |part| {
            if failed.is_some() {
                return;
            }
            let done = match part {
                SyncPart::People(people) => {
                    received += count(people.len());
                    changed.extend(people.iter().map(|person| person.id));
                    perimeter.put(&people)
                }
                SyncPart::Gone(ids) => perimeter.forget(&ids).map(|gone| forgotten += gone),
                SyncPart::Present(ids) => {
                    present.extend(ids);
                    Ok(())
                }
            };
            failed = done.err();
        })
        .await?;
    if let Some(problem) = failed {
        return Err(problem);
    }
    report.received += received;
    report.forgotten += forgotten;
    let SyncEnd::Followed { cookie, everybody } = end else {
        return Ok(false);
    };
    if everybody {
        let known = perimeter
            .store
            .read(|reader| reader.people_ids(&perimeter.owner))?;
        let Some(absent) = absent(&known, &changed, &present) else {
            return Ok(false);
        };
        report.forgotten += perimeter.forget(&absent)?;
    }
    perimeter.write(|writer| {
        writer.refreshed(at)?;
        writer.keep_cookie(Some(cookie.as_bytes()))
    })?;
    Ok(true)
}

/// Whom a server that names everybody did not name. `None` when it calls unchanged somebody who is not here: it is no
/// longer the directory that the cookie is from, but an older state of it (a restored backup).
fn absent(
    known: &[PersonId],
    changed: &HashSet<PersonId>,
    present: &HashSet<PersonId>,
) -> Option<Vec<PersonId>> {
    let here: HashSet<&PersonId> = known.iter().collect();
    present.iter().all(|id| here.contains(id)).then(|| {
        let named = |id: &&PersonId| changed.contains(id) || present.contains(id);
        known.iter().filter(|id| !named(id)).copied().collect()
    })
}

impl Perimeter<'_> {
    fn put(&self, people: &[Person]) -> Result<(), MirrorProblem> {
        people
            .chunks(BATCH.into())
            .try_for_each(|some| self.write(|writer| writer.put_people(some)))
    }

    fn forget(&self, ids: &[PersonId]) -> Result<u64, MirrorProblem> {
        let mut forgotten = 0;
        for some in ids.chunks(BATCH.into()) {
            forgotten += self.write(|writer| {
                let mut gone = 0;
                for id in some {
                    gone += u64::from(writer.forget(*id)?);
                }
                Ok(gone)
            })?;
        }
        Ok(forgotten)
    }

    fn people(&self) -> Result<u64, MirrorProblem> {
        let state = self.store.read(|reader| reader.mirror())?;
        Ok(state.map_or(0, |state| state.people))
    }

    /// One transaction, while this clerk is at the desk and the mirror is theirs.
    fn write<T>(
        &self,
        work: impl FnOnce(&Writer<'_>) -> Result<T, StoreError>,
    ) -> Result<T, MirrorProblem> {
        if !(self.wanted)() {
            return Err(MirrorProblem::Left);
        }
        let done = self.store.write(|writer| {
            if writer.reader().is_owner(&self.owner)? {
                work(writer).map(Some)
            } else {
                Ok(None)
            }
        })?;
        done.ok_or(MirrorProblem::Left)
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(fingerprint: &str) -> MirrorOwner {
        MirrorOwner {
            clerk_dn: "uid=croux".into(),
            fingerprint: fingerprint.into(),
        }
    }

    #[test]
    fn what_is_not_known_to_be_whole_and_recent_is_read_anew() {
        let now: Timestamp = "2026-11-24T09:00:00Z".parse().unwrap();
        let good = MirrorState {
            owner: owner("rh"),
            people: 600,
            filling: false,
            filled_at: Some(now),
            whole_at: Some("2026-11-23T10:00:00Z".parse().unwrap()),
            cookie: Some(b"here".to_vec()),
        };
        let cookie = SyncCookie::from_bytes(b"here".to_vec());
        assert_eq!(plan(Some(&good), &owner("rh"), now), Plan::Follow(cookie));
        let whole = |change: fn(&mut MirrorState)| {
            let mut state = good.clone();
            change(&mut state);
            due_whole(Some(&state), &owner("rh"), now)
        };
        assert!(due_whole(None, &owner("rh"), now), "never filled");
        assert!(
            due_whole(Some(&good), &owner("rh\nguichet"), now),
            "other groups: a cookie does not notice them"
        );
        assert!(whole(|state| state.filling = true), "cut in the middle");
        assert!(whole(|state| state.cookie = None), "not followed");
        assert!(whole(|state| {
            state.whole_at = Some("2026-11-23T08:59:00Z".parse().unwrap());
        }));
        assert!(whole(|state| state.whole_at = None));
        assert!(
            whole(|state| state.whole_at = Some("2026-11-24T09:01:00Z".parse().unwrap())),
            "from the future"
        );
    }

    #[test]
    fn an_outdated_mirror_is_erased_and_a_recent_one_stays() {
        let (_folder, store) = crate::store::fixture::store();
        let filled: Timestamp = "2026-11-24T09:00:00Z".parse().unwrap();
        let hours = |count: i64| filled.checked_add(count.hours()).unwrap();
        store
            .write(|writer| {
                writer.begin_fill(&owner("rh"))?;
                writer.end_fill(filled)
            })
            .unwrap();
        assert!(!erase_outdated(&store, 72, hours(71)).unwrap());
        store.write(|writer| writer.refreshed(hours(24))).unwrap();
        assert!(!erase_outdated(&store, 72, hours(95)).unwrap());
        assert!(erase_outdated(&store, 72, hours(96)).unwrap());
        assert_eq!(store.read(|reader| reader.mirror()).unwrap(), None);
        assert!(!erase_outdated(&store, 72, hours(97)).unwrap());
    }

    #[test]
    fn whoever_is_not_named_is_absent() {
        let id = |number| PersonId(uuid::Uuid::from_u128(number));
        let (changed, present) = (HashSet::from([id(1)]), HashSet::from([id(3)]));
        let all = [id(1), id(2), id(3)];
        assert_eq!(absent(&all, &changed, &present), Some(vec![id(2)]));
        assert_eq!(
            absent(&all[..2], &changed, &present),
            None,
            "unchanged, and never seen here: this directory is older than the mirror"
        );
    }
}
