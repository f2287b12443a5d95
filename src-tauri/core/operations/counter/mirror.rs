//! The mirror of the clerk's perimeter on this post: brought up to the directory at sign-in, then by itself, or on demand.
//! One pass at a time. Rows of another clerk, or of other rights, are never kept beside nor answered from.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::policies::keep_default_policy;
use crate::directory::{ClerkAccount, DirectoryError};
use crate::domain::person::Person;
use crate::operations::{Office, OfficeNotice, OperationError};
use crate::store::MirrorOwner;
use crate::sync::{self, MirrorProblem, MirrorReport, Perimeter};
use crate::texts;

/// Following costs what changed, and a question when nothing did.
const FOLLOW_EVERY: Duration = Duration::from_mins(1);
/// A server that cannot be followed is read whole, which costs everybody.
const READ_EVERY: Duration = Duration::from_hours(1);

const LOOK: Duration = Duration::from_millis(50);

/// How the last pass of this session ended.
#[derive(Debug, Clone)]
pub(crate) struct MirrorPass {
    ended: Instant,
    outcome: Result<MirrorReport, OperationError>,
}

/// Where the mirror of this post stands. Names no visitor.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MirrorView {
    /// DN of the clerk whose perimeter it holds; `None` when there is none yet.
    pub owner: Option<String>,
    pub people: u64,
    /// RFC 3339; the mirror is as fresh as this.
    pub fresh_at: Option<String>,
    /// « 10:08 », « le 21 nov. ».
    pub fresh: Option<String>,
    /// RFC 3339; last whole reading.
    pub read_whole_at: Option<String>,
    /// The next pass can read changes alone.
    pub followed: bool,
    /// The next pass reads the whole perimeter, whoever signs in.
    pub whole_due: bool,
}

/// Whose rows: the clerk and a fingerprint of their groups and structures.
pub(crate) fn owner(clerk: &ClerkAccount) -> MirrorOwner {
    MirrorOwner {
        clerk_dn: clerk.dn.to_lowercase(),
        fingerprint: clerk.fingerprint(),
    }
}

/// Puts a person whom this clerk has just read into their copy: an offline handover a moment later has to know it.
pub(crate) fn keep_in_copy(office: &Office, person: &Person) {
    let Ok(clerk) = office.clerk() else { return };
    let owner = owner(&clerk);
    let kept = office.store.write(|writer| {
        if writer.reader().is_owner(&owner)? {
            writer.upsert(person)?;
        }
        Ok(())
    });
    if let Err(error) = kept {
        tracing::warn!(%error, "the copy keeps the entry of the last refresh");
    }
}

/// Waits until the pass of this sign-in has ended, well or not; half a minute at most, then what is there answers.
pub async fn wait_for_index(office: &Office) {
    // Past it, a search says that the copy is still being filled.
    let _ = tokio::time::timeout(Duration::from_secs(30), mirror_of_sign_in(office)).await;
}

/// Where the mirror of this post stands, without asking the directory.
///
/// # Errors
/// `store`.
pub fn mirror_status(office: &Office) -> Result<MirrorView, OperationError> {
    let state = office.store.read(|reader| reader.mirror())?;
    let whole_due = state
        .as_ref()
        .is_none_or(|state| sync::due_whole(Some(state), &state.owner, office.hour()));
    Ok(match state {
        None => MirrorView {
            owner: None,
            people: 0,
            fresh_at: None,
            fresh: None,
            read_whole_at: None,
            followed: false,
            whole_due,
        },
        Some(state) => MirrorView {
            people: state.people,
            fresh_at: state.filled_at.map(|at| at.to_string()),
            fresh: state
                .filled_at
                .map(|at| texts::copy_of(at, office.hour(), &office.zone)),
            read_whole_at: state.whole_at.map(|at| at.to_string()),
            followed: state.cookie.is_some(),
            owner: Some(state.owner.clerk_dn),
            whole_due,
        },
    })
}

/// Brings the mirror up to the directory now.
///
/// # Errors
/// As any read; what is stored stays true, and the next pass goes on from there.
pub async fn refresh_mirror(office: &Arc<Office>) -> Result<MirrorReport, OperationError> {
    let _turn = office.mirroring.lock().await;
    pass(office).await
}

/// What the pass of this sign-in did, once it has ended: however long a first reading takes, for each of its steps is
/// bounded by the patience of the settings.
///
/// # Errors
/// As `refresh_mirror`.
pub async fn mirror_of_sign_in(office: &Office) -> Result<MirrorReport, OperationError> {
    loop {
        office.clerk()?;
        let (pass, offline) = {
            let desk = office.desk();
            (desk.mirror.clone(), desk.offline_since.is_some())
        };
        if let Some(pass) = pass {
            return pass.outcome;
        }
        if offline {
            // Nothing is being read: the copy is what an earlier session made.
            let away = DirectoryError::Unreachable("offline session".to_owned());
            return Err(away.into());
        }
        tokio::time::sleep(LOOK).await;
    }
}

pub(crate) async fn fill_index(office: &Arc<Office>) -> Result<(), OperationError> {
    let outcome = refresh_mirror(office).await.map(|_| ());
    if let Ok(view) = crate::operations::session::link(office).await {
        office.publish(OfficeNotice::LinkChanged(view));
    }
    outcome
}

/// Brings the mirror up to the directory when its time has come and nobody does it already.
pub(crate) async fn refresh_when_due(office: &Arc<Office>) {
    let due = office.desk().mirror.as_ref().is_some_and(|pass| {
        let follows = pass.outcome.as_ref().map_or(true, |report| report.followed);
        let every = if follows { FOLLOW_EVERY } else { READ_EVERY };
        pass.ended.elapsed() >= every
    });
    if !due {
        return;
    }
    let Ok(_turn) = office.mirroring.try_lock() else {
        return;
    };
    if let Err(error) = pass(office).await {
        tracing::info!(?error, "the mirror was not refreshed");
    }
}

async fn pass(office: &Arc<Office>) -> Result<MirrorReport, OperationError> {
    let clerk = office.clerk()?;
    let owner = owner(&clerk);
    let wanted = || {
        office
            .clerk()
            .is_ok_and(|clerk| self::owner(&clerk) == owner)
    };
    let outcome = bring_up(office, &clerk, &owner, &wanted).await;
    office.filling.store(false, Ordering::Release);
    if wanted() {
        office.desk().mirror = Some(MirrorPass {
            ended: Instant::now(),
            outcome: outcome.clone(),
        });
    }
    outcome
}

async fn bring_up(
    office: &Office,
    clerk: &ClerkAccount,
    owner: &MirrorOwner,
    wanted: &(dyn Fn() -> bool + Sync),
) -> Result<MirrorReport, OperationError> {
    let Some(filter) = clerk.perimeter() else {
        return Ok(MirrorReport::default());
    };
    keep_default_policy(office).await;
    sync::erase_outdated(
        &office.store,
        office.settings.post.copy_hours,
        office.hour(),
    )?;
    count_people(office, owner)?;
    let outcome = sync::refresh_mirror(&Perimeter {
        directory: office.directory(),
        store: &office.store,
        owner: owner.clone(),
        filter,
        clock: &|| office.hour(),
        wanted,
        reading: &|brought| {
            office.filling.store(true, Ordering::Release);
            office.people.store(small(brought), Ordering::Relaxed);
        },
    })
    .await
    .map_err(said);
    count_people(office, owner)?;
    outcome
}

/// What the window says the copy holds.
fn count_people(office: &Office, owner: &MirrorOwner) -> Result<(), OperationError> {
    let state = office.store.read(|reader| reader.mirror())?;
    let people = state
        .filter(|state| state.owner == *owner)
        .map_or(0, |state| state.people);
    office.people.store(small(people), Ordering::Relaxed);
    Ok(())
}

fn said(problem: MirrorProblem) -> OperationError {
    match problem {
        MirrorProblem::Directory(error) => error.into(),
        MirrorProblem::Store(error) => error.into(),
        MirrorProblem::Left => OperationError::new(
            "signedOut",
            "L’agent a quitté le poste. La copie s’arrête là où elle en était.",
        ),
    }
}

fn small(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
