//! Following a perimeter on a server without content synchronisation: whose `modifyTimestamp` is recent comes, and now and
//! then everybody who is still there is named, for a deletion leaves no stamp.
//! Never compares with the post's clock: only stamps of the server with stamps of the server.

use jiff::SignedDuration;
use ldap3::SearchEntry;

use super::content_sync::{SyncCookie, SyncEnd, SyncPart};
use super::error::DirectoryError;
use super::filter::Filter;
use super::openldap::OpenLdap;
use super::person_entry::{self, PERSON_ATTRIBUTES, generalized_time};
use super::write::generalized;
use crate::domain::diagnosis::same_dn;
use crate::domain::person::PersonId;

const STAMP: &str = "modifyTimestamp";
/// How our cookie begins; a server's own begins with `rid=` (slapd).
const MARK: &str = "changed-since=";
/// A change that another server made may arrive here this much later, under its own stamp.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);
/// Once so many followings, a minute apart, brought no later stamp, nothing with an older one is still under way.
const QUIET: u32 = 11;
/// Everybody is named at each of so many followings.
const LISTED_EVERY: u32 = 15;
const BATCH: usize = 100;

/// Up to where changes were read: the latest stamp seen, and who bore it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Point {
    /// GeneralizedTime, as the server writes it: those of one server compare as text.
    stamp: String,
    witness: PersonId,
    /// Followings since the stamp last advanced.
    quiet: u32,
    /// Followings since everybody was named.
    unlisted: u32,
}

impl Point {
    fn cookie(&self) -> SyncCookie {
        let Point {
            stamp,
            witness,
            quiet,
            unlisted,
        } = self;
        let text = format!("{MARK}{stamp} {witness} {quiet} {unlisted}");
        SyncCookie::from_bytes(text.into_bytes())
    }

    fn of(cookie: &SyncCookie) -> Option<Self> {
        let text = std::str::from_utf8(cookie.as_bytes()).ok()?;
        let mut parts = text.strip_prefix(MARK)?.split(' ');
        Some(Point {
            stamp: parts.next()?.to_owned(),
            witness: parts.next()?.parse().ok()?,
            quiet: parts.next()?.parse().ok()?,
            unlisted: parts.next()?.parse().ok()?,
        })
    }

    /// The later of two.
    fn advance(&mut self, stamp: String, witness: PersonId) {
        if stamp > self.stamp {
            (self.stamp, self.witness) = (stamp, witness);
        }
    }

    /// Whose stamp may tell something new; `None` when this one is no time.
    fn recent(&self) -> Option<Filter> {
        let at = generalized_time(&self.stamp)?;
        Some(if self.quiet >= QUIET {
            // A night's import bears one stamp for everybody: not again each minute of a quiet day.
            Filter::all([
                Filter::at_least(STAMP, &self.stamp),
                Filter::equals(STAMP, &self.stamp).negated(),
            ])
        } else {
            Filter::at_least(STAMP, &generalized(at.checked_sub(OVERLAP).ok()?))
        })
    }
}

/// Whether a cookie is one of these, and not the server's own.
pub(super) fn is_by_time(cookie: &SyncCookie) -> bool {
    cookie.as_bytes().starts_with(MARK.as_bytes())
}

/// Id and stamp of an entry; `None` for `clerk`, whose own bind moves their stamp, and where no stamp may be read.
fn stamped(entry: &SearchEntry, clerk: &str) -> Option<(String, PersonId)> {
    let one = |name: &str| entry.attrs.get(name)?.first();
    let stamp = one(STAMP)?.clone();
    let id = one("entryUUID")?.parse().ok()?;
    (!same_dn(&entry.dn, clerk)).then_some((stamp, id))
}

impl OpenLdap {
    /// A cookie of now; `None` when no stamp may be read.
    pub(super) async fn stamp_of_now(&self) -> Result<Option<SyncCookie>, DirectoryError> {
        let clerk = self.bound().await?.dn;
        let everybody = Filter::equals("objectClass", "supannPerson");
        let mut latest: Option<Point> = None;
        self.paged(&everybody, vec!["entryUUID", STAMP], &mut |entries| {
            for (stamp, witness) in entries.iter().filter_map(|entry| stamped(entry, &clerk)) {
                latest
                    .get_or_insert_with(|| Point {
                        stamp: stamp.clone(),
                        witness,
                        quiet: 0,
                        unlisted: 0,
                    })
                    .advance(stamp, witness);
            }
        })
        .await?;
        Ok(latest.map(|point| point.cookie()))
    }

    /// As `follow`, by stamps.
    pub(super) async fn follow_stamps(
        &self,
        perimeter: &Filter,
        cookie: &SyncCookie,
        part: &mut (dyn FnMut(SyncPart) + Send),
    ) -> Result<SyncEnd, DirectoryError> {
        let Some(mut point) = Point::of(cookie) else {
            return Ok(SyncEnd::ReadAnew);
        };
        let Some(recent) = point.recent() else {
            return Ok(SyncEnd::ReadAnew);
        };
        if !self.still_bears(point.witness, STAMP, &point.stamp).await? {
            tracing::info!("the directory is older than what this post has seen of it");
            return Ok(SyncEnd::ReadAnew);
        }
        let clerk = self.bound().await?.dn;
        let recent = Filter::all([perimeter.clone(), recent]);
        let asked = PERSON_ATTRIBUTES.iter().chain(&[STAMP]).copied().collect();
        let before = point.stamp.clone();
        self.paged(&recent, asked, &mut |entries| {
            for (stamp, witness) in entries.iter().filter_map(|entry| stamped(entry, &clerk)) {
                point.advance(stamp, witness);
            }
            let mut people: Vec<_> = entries
                .into_iter()
                .filter_map(|entry| person_entry::person(&entry.dn, entry.attrs))
                .collect();
            while !people.is_empty() {
                let rest = people.split_off(people.len().min(BATCH));
                part(SyncPart::People(std::mem::replace(&mut people, rest)));
            }
        })
        .await?;
        point.quiet = if point.stamp > before {
            0
        } else {
            point.quiet.saturating_add(1)
        };
        point.unlisted = point.unlisted.saturating_add(1);
        let everybody = point.unlisted >= LISTED_EVERY;
        if everybody {
            self.paged(perimeter, vec!["entryUUID"], &mut |entries| {
                let ids = entries
                    .iter()
                    .filter_map(|entry| entry.attrs.get("entryUUID")?.first()?.parse().ok())
                    .collect();
                part(SyncPart::Present(ids));
            })
            .await?;
            point.unlisted = 0;
        }
        Ok(SyncEnd::Followed {
            cookie: point.cookie(),
            everybody,
        })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_cookie_carries_its_point_and_no_server_s_own_is_taken_for_one() {
        let point = Point {
            stamp: "20261129093105Z".to_owned(),
            witness: PersonId(Uuid::from_u128(7)),
            quiet: 2,
            unlisted: 3,
        };
        assert!(is_by_time(&point.cookie()));
        assert_eq!(Point::of(&point.cookie()), Some(point));
        let server = SyncCookie::from_bytes(b"rid=000,csn=20261124112952.125010Z#0".to_vec());
        assert!(!is_by_time(&server));
        assert_eq!(Point::of(&server), None);
    }

    #[test]
    fn the_point_only_advances_and_looks_back_for_what_arrives_late() {
        let mut point = Point {
            stamp: "20261129093105Z".to_owned(),
            witness: PersonId(Uuid::from_u128(7)),
            quiet: 0,
            unlisted: 0,
        };
        let other = PersonId(Uuid::from_u128(8));
        point.advance("20261129093104Z".to_owned(), other);
        assert_eq!(point.witness, PersonId(Uuid::from_u128(7)));
        point.advance("20261129093106Z".to_owned(), other);
        assert_eq!(point.witness, other);
        let recent = |point: &Point| point.recent().unwrap().to_string();
        assert_eq!(recent(&point), "(modifyTimestamp>=20261129092106Z)");
        point.quiet = QUIET;
        assert_eq!(
            recent(&point),
            "(&(modifyTimestamp>=20261129093106Z)(!(modifyTimestamp=20261129093106Z)))"
        );
    }
}
