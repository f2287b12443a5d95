//! Fills the local index with the clerk's perimeter, once per sign-in, by paged search under the clerk's own bind.
//! Keeping it fresh is not done here. Rows of another clerk, or of other rights, are never kept beside.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::directory::ClerkAccount;
use crate::operations::{Office, OfficeNotice, OperationError};
use crate::store::MirrorOwner;

/// Whose rows: the clerk and a fingerprint of their groups and structures.
pub(crate) fn owner(clerk: &ClerkAccount) -> MirrorOwner {
    MirrorOwner {
        clerk_dn: clerk.dn.to_lowercase(),
        fingerprint: clerk.fingerprint(),
    }
}

/// Waits until the index of this sign-in is filled, or its filling failed.
pub async fn wait_for_index(office: &Office) {
    // The filling task may not have begun yet.
    tokio::task::yield_now().await;
    for _ in 0..600 {
        let filled = office
            .clerk()
            .ok()
            .and_then(|clerk| {
                let owner = owner(&clerk);
                office
                    .store
                    .read(|reader| reader.filled_at(&owner))
                    .ok()
                    .flatten()
            })
            .is_some();
        if filled && !office.filling.load(Ordering::Acquire) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

pub(crate) async fn fill_index(office: &Arc<Office>) -> Result<(), OperationError> {
    let clerk = office.clerk()?;
    let owner = owner(&clerk);
    let Some(perimeter) = clerk.perimeter() else {
        return Ok(());
    };
    if office.filling.swap(true, Ordering::AcqRel) {
        return Ok(());
    }
    let outcome = fill(office, &owner, &perimeter).await;
    office.filling.store(false, Ordering::Release);
    if let Ok(view) = crate::operations::session::link(office).await {
        office.publish(OfficeNotice::LinkChanged(view));
    }
    outcome
}

async fn fill(
    office: &Office,
    owner: &MirrorOwner,
    perimeter: &crate::directory::Filter,
) -> Result<(), OperationError> {
    office.store.write(|writer| writer.begin_fill(owner))?;
    office.people.store(0, Ordering::Relaxed);
    let mut failed = None;
    office
        .directory
        .read_perimeter(perimeter, &mut |page| {
            let count = u32::try_from(page.len()).unwrap_or(u32::MAX);
            match office.store.write(|writer| writer.put_people(&page)) {
                Ok(_) => {
                    office.people.fetch_add(count, Ordering::Relaxed);
                }
                Err(error) => failed = Some(error),
            }
        })
        .await?;
    if let Some(error) = failed {
        return Err(error.into());
    }
    office
        .store
        .write(|writer| writer.end_fill(crate::operations::office::now()))?;
    Ok(())
}
