//! Following a perimeter by content synchronisation (RFC 4533, refreshOnly) as slapd's syncprov serves it: what changed
//! since a cookie, who is gone, and, when the server no longer remembers what was deleted, who is still there.
//! Never asks for more people than memory can hold at once: ldap3 keeps all that a server sends until it is read.

use ldap3::controls::{
    ControlType, EntryState, MakeCritical, RawControl, RefreshMode, SyncDone, SyncInfo,
    SyncRequest, SyncState, parse_syncinfo,
};
use ldap3::{Ldap, LdapError, LdapResult, ResultEntry, Scope, SearchEntry, SearchOptions};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::error::DirectoryError;
use super::filter::Filter;
use super::openldap::{OpenLdap, refused_error};
use super::person_entry::{self, PERSON_ATTRIBUTES};
use super::session::Bound;
use super::timestamps;
use crate::domain::diagnosis::same_dn;
use crate::domain::person::{Person, PersonId};

const SYNC_CONTROL: &str = "1.3.6.1.4.1.4203.1.9.1.1";
/// People that one following brings at most; past it, reading page by page holds less memory.
const MOST: i32 = 10_000;
const BATCH: usize = 100;

/// Up to where a perimeter was followed: the server's own words, kept and given back as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncCookie(Vec<u8>);

impl SyncCookie {
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        SyncCookie(bytes)
    }

    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A part of the answer. The order counts: a later part wins over an earlier one.
#[derive(Debug, Clone, PartialEq)]
pub enum SyncPart {
    /// New or changed, as they are now; a hundred at the most.
    People(Vec<Person>),
    /// Deleted, or out of the perimeter.
    Gone(Vec<PersonId>),
    /// Unchanged and still there.
    Present(Vec<PersonId>),
}

/// How a following ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncEnd {
    Followed {
        cookie: SyncCookie,
        /// Everybody who is there was named: whoever was not is gone.
        everybody: bool,
    },
    /// The server cannot follow from that cookie, or too much changed: the perimeter is to be read anew.
    ReadAnew,
}

impl OpenLdap {
    /// A cookie of now: the server's own where it has content synchronisation over the people, else by time.
    pub(super) async fn cookie_of_now(&self) -> Result<Option<SyncCookie>, DirectoryError> {
        let context = self.context().await?;
        let known = context.controls.iter().any(|oid| oid == SYNC_CONTROL);
        if !known || context.csn.is_empty() {
            return self.stamp_of_now().await;
        }
        let server = format!("rid=000,csn={}", context.csn.join(";")).into_bytes();
        let witness = None;
        Ok(Some(Point { server, witness }.cookie()))
    }

    /// The entry whose change was the last seen still bears `value` or a later one, or is gone. A restored directory gives
    /// itself away here alone: the clerk's own bind moves its `contextCSN` past any cookie before the cookie can be refused.
    pub(super) async fn still_bears(
        &self,
        id: PersonId,
        attribute: &'static str,
        value: &str,
    ) -> Result<bool, DirectoryError> {
        let filter = Filter::equals("entryUUID", &id.to_string());
        let base = &self.settings.people;
        let found = self
            .search(base, Scope::Subtree, &filter, &[attribute], 1)
            .await?;
        let mut seen = found
            .into_iter()
            .filter_map(|mut entry| entry.attrs.remove(attribute)?.pop());
        Ok(seen.next().is_none_or(|seen| *seen >= *value))
    }

    pub(super) async fn follow(
        &self,
        perimeter: &Filter,
        cookie: &SyncCookie,
        part: &mut (dyn FnMut(SyncPart) + Send),
    ) -> Result<SyncEnd, DirectoryError> {
        if timestamps::is_by_time(cookie) {
            return self.follow_stamps(perimeter, cookie, part).await;
        }
        let Point { server, witness } = Point::of(cookie);
        if let Some(witness) = &witness
            && !self
                .still_bears(witness.id, "entryCSN", &witness.csn)
                .await?
        {
            tracing::info!("the directory is older than what this post has seen of it");
            return Ok(SyncEnd::ReadAnew);
        }
        let Bound {
            mut ldap,
            server: from,
            dn: clerk,
        } = self.bound().await?;
        let request = SyncRequest {
            mode: RefreshMode::RefreshOnly,
            cookie: Some(server.clone()),
            reload_hint: false,
        };
        let control: RawControl = request.critical().into();
        ldap.with_timeout(self.patience())
            .with_controls(vec![control])
            // Without a limit of ours, the server applies its softest one.
            .with_search_options(SearchOptions::new().sizelimit(MOST));
        let (base, filter) = (self.settings.people.clone(), perimeter.clone());
        let (give, mut given) = mpsc::channel(2);
        self.count();
        let reading = tokio::spawn(read_all(ldap, base, filter, clerk, give));
        while let Some(next) = given.recv().await {
            part(next);
        }
        let heard = reading
            .await
            .map_err(|_| DirectoryError::Unreachable("malformed answer".to_owned()))?;
        let heard = match heard {
            Ok(heard) => heard,
            Err(error) => return Err(self.failed(&from, &error).await),
        };
        self.answered();
        match heard.result.rc {
            0 => Ok(SyncEnd::Followed {
                cookie: Point {
                    server: heard.cookie.unwrap_or(server),
                    witness: heard.latest.or(witness),
                }
                .cookie(),
                everybody: heard.everybody,
            }),
            // More than asked for, or than this clerk may ask for; not offered over this branch; a cookie from before or
            // after what the server knows (a restored directory answers 53).
            4 | 11 | 12 | 53 | 4096 => {
                tracing::info!(code = heard.result.rc, text = %heard.result.text, "the perimeter cannot be followed");
                Ok(SyncEnd::ReadAnew)
            }
            _ => Err(refused_error(&heard.result)),
        }
    }
}

/// Somebody's last change, by the server's own count (`entryCSN`): these compare as text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Witness {
    id: PersonId,
    csn: String,
}

/// What a cookie of ours holds: the server's own, then, after a line end that it never has, the latest change seen.
struct Point {
    server: Vec<u8>,
    witness: Option<Witness>,
}

impl Point {
    fn cookie(self) -> SyncCookie {
        let mut bytes = self.server;
        if let Some(Witness { id, csn }) = self.witness {
            bytes.extend_from_slice(format!("\n{id} {csn}").as_bytes());
        }
        SyncCookie(bytes)
    }

    fn of(cookie: &SyncCookie) -> Self {
        let mut parts = cookie.0.splitn(2, |byte| *byte == b'\n');
        let server = parts.next().unwrap_or_default().to_vec();
        let witness = parts
            .next()
            .and_then(|line| std::str::from_utf8(line).ok()?.split_once(' '))
            .and_then(|(id, csn)| {
                Some(Witness {
                    id: id.parse().ok()?,
                    csn: csn.to_owned(),
                })
            });
        Point { server, witness }
    }
}

struct Heard {
    latest: Option<Witness>,
    result: LdapResult,
    cookie: Option<Vec<u8>>,
    everybody: bool,
}

/// Parts go out as they come; whoever no longer listens ends it.
struct Teller {
    people: Vec<Person>,
    /// DN of who reads: their own bind changes their entry, which then witnesses nothing.
    clerk: String,
    latest: Option<Witness>,
    out: mpsc::Sender<SyncPart>,
    listened: bool,
}

impl Teller {
    async fn tell(&mut self, part: SyncPart) {
        self.flush().await;
        self.listened &= self.out.send(part).await.is_ok();
    }

    fn witness(&mut self, id: PersonId, dn: &str, csn: Option<String>) {
        let Some(csn) = csn.filter(|_| !same_dn(dn, &self.clerk)) else {
            return;
        };
        if self.latest.as_ref().is_none_or(|latest| latest.csn < csn) {
            self.latest = Some(Witness { id, csn });
        }
    }

    async fn flush(&mut self) {
        if !self.people.is_empty() {
            let people = std::mem::take(&mut self.people);
            self.listened &= self.out.send(SyncPart::People(people)).await.is_ok();
        }
    }
}

async fn read_all(
    mut ldap: Ldap,
    base: String,
    filter: Filter,
    clerk: String,
    out: mpsc::Sender<SyncPart>,
) -> Result<Heard, LdapError> {
    let asked = PERSON_ATTRIBUTES.iter().chain(&["entryCSN"]).copied();
    let mut stream = ldap
        .streaming_search(
            &base,
            Scope::Subtree,
            filter.as_str(),
            asked.collect::<Vec<_>>(),
        )
        .await?;
    let (mut cookie, mut everybody) = (None, false);
    let mut teller = Teller {
        people: Vec::new(),
        clerk,
        latest: None,
        out,
        listened: true,
    };
    while let Some(entry) = stream.next().await? {
        if entry.is_intermediate() {
            match parse_syncinfo(entry) {
                SyncInfo::NewCookie(new) => cookie = Some(new),
                SyncInfo::RefreshDelete { cookie: new, .. } => cookie = new.or(cookie),
                SyncInfo::RefreshPresent { cookie: new, .. } => {
                    everybody = true;
                    cookie = new.or(cookie);
                }
                SyncInfo::SyncIdSet {
                    cookie: new,
                    refresh_deletes,
                    sync_uuids,
                } => {
                    cookie = new.or(cookie);
                    let ids = sync_uuids.iter().filter_map(|id| person_id(id)).collect();
                    teller
                        .tell(if refresh_deletes {
                            SyncPart::Gone(ids)
                        } else {
                            SyncPart::Present(ids)
                        })
                        .await;
                }
            }
        } else if !entry.is_ref() {
            hear_entry(entry, &mut cookie, &mut teller).await;
        }
        if !teller.listened {
            break;
        }
    }
    teller.flush().await;
    let result = stream.finish().await;
    for control in &result.ctrls {
        if let Some(ControlType::SyncDone) = control.0 {
            let done: SyncDone = control.1.parse();
            // RFC 4533 §3.3.1: without a delete phase, the present phase has named everybody.
            everybody |= !done.refresh_deletes;
            cookie = done.cookie.or(cookie);
        }
    }
    Ok(Heard {
        latest: teller.latest,
        result,
        cookie,
        everybody,
    })
}

async fn hear_entry(entry: ResultEntry, cookie: &mut Option<Vec<u8>>, teller: &mut Teller) {
    let state: Option<SyncState> = entry
        .1
        .iter()
        .find(|control| matches!(control.0, Some(ControlType::SyncState)))
        .map(|control| control.1.parse());
    let Some(state) = state else {
        return;
    };
    let Some(id) = person_id(&state.entry_uuid) else {
        return;
    };
    if state.cookie.is_some() {
        *cookie = state.cookie;
    }
    match state.state {
        EntryState::Present => teller.tell(SyncPart::Present(vec![id])).await,
        EntryState::Delete => teller.tell(SyncPart::Gone(vec![id])).await,
        EntryState::Add | EntryState::Modify => {
            let mut entry = SearchEntry::construct(entry);
            let csn = entry.attrs.remove("entryCSN").and_then(|mut csn| csn.pop());
            teller.witness(id, &entry.dn, csn);
            match person_entry::person(&entry.dn, entry.attrs) {
                Some(person) => teller.people.push(person),
                // It shows nobody any more.
                None => teller.tell(SyncPart::Gone(vec![id])).await,
            }
            if teller.people.len() >= BATCH {
                teller.flush().await;
            }
        }
    }
}

fn person_id(bytes: &[u8]) -> Option<PersonId> {
    Uuid::from_slice(bytes).ok().map(PersonId)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_carries_the_server_s_own_and_a_witness() {
        let server = b"rid=000,csn=20261124112952.125010Z#000000#000#000000".to_vec();
        let bare = Point::of(&SyncCookie(server.clone()));
        assert_eq!((&bare.server, &bare.witness), (&server, &None));
        let witness = Some(Witness {
            id: PersonId(Uuid::from_u128(7)),
            csn: "20261124112951.000000Z#000000#000#000000".to_owned(),
        });
        let whole = Point {
            server: server.clone(),
            witness: witness.clone(),
        };
        let again = Point::of(&whole.cookie());
        assert_eq!((again.server, again.witness), (server, witness));
    }
}
