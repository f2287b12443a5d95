//! One counter's session with the directory in memory: the `Directory` that suites and the simulation hand to an office.
//! Its answers are those of the contract, whatever the fault; never answers for a clerk who did not sign in.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use tokio::sync::oneshot;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::super::clerk::{ClerkAccount, Structures};
use super::super::content_sync::{SyncCookie, SyncEnd, SyncPart};
use super::super::error::{DirectoryError, SignInRefusal, WriteProblem};
use super::super::filter::Filter;
use super::super::reading::{named_or_keyed, structure};
use super::super::record::{HandoverEntry, dn_of, number_in};
use super::super::write::{PasswordWrite, Proof};
use super::super::{Directory, hashing, person_entry};
use super::entry::{Entry, normal};
use super::faults::{Call, Fault, Faults};
use super::policy::Bind;
use super::rights::View;
use super::server::{MemoryServer, State};
use crate::domain::account::PasswordPolicy;
use crate::domain::directory_server::DirectoryServer;
use crate::domain::password::ProvisionalPassword;
use crate::domain::person::{Login, Person, PersonId};

/// People that one search brings at most.
const PAGE: usize = 50;

/// Clones are the same session.
#[derive(Clone)]
pub struct MemoryDirectory {
    server: MemoryServer,
    inside: Arc<Mutex<Inside>>,
}

struct Inside {
    /// DN of who signed in.
    clerk: Option<String>,
    standing_by: Option<(Login, Zeroizing<String>)>,
    exchanges: u64,
    last_answer: Option<Timestamp>,
    faults: Faults,
}

/// Where an exchange ended when no answer came.
enum Lost {
    NotSent,
    Answer,
}

impl From<Lost> for DirectoryError {
    fn from(lost: Lost) -> Self {
        DirectoryError::Unreachable(match lost {
            Lost::NotSent => "no connection".to_owned(),
            Lost::Answer => "no answer".to_owned(),
        })
    }
}

impl MemoryDirectory {
    pub(super) fn new(server: MemoryServer) -> Self {
        MemoryDirectory {
            server,
            inside: Arc::new(Mutex::new(Inside {
                clerk: None,
                standing_by: None,
                exchanges: 0,
                last_answer: None,
                faults: Faults::new(),
            })),
        }
    }

    /// The next call of that kind goes wrong that way; several are used in the order they were given.
    pub fn fail_next(&self, call: Call, fault: Fault) {
        self.inside().faults.plan(call, fault);
    }

    /// Every call is unreachable until `mend`.
    pub fn cut(&self) {
        self.inside().faults.cut = true;
    }

    pub fn mend(&self) {
        self.inside().faults.cut = false;
    }

    /// Lets the frozen requests go on.
    pub fn release(&self) {
        self.inside().faults.release();
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn signed_in(&self) -> Result<String, DirectoryError> {
        let inside = self.inside();
        match (&inside.clerk, &inside.standing_by) {
            (Some(clerk), _) => Ok(clerk.clone()),
            (None, Some(_)) => Err(Lost::NotSent.into()),
            (None, None) => Err(DirectoryError::SignedOut),
        }
    }

    /// `requests` round trips that succeed or are lost together.
    async fn exchange<T: Send + 'static>(
        &self,
        call: Call,
        requests: u64,
        act: impl FnOnce(&mut State, Timestamp) -> T + Send + 'static,
    ) -> Result<T, Lost> {
        let server = self.server.clone();
        let run = move || act(&mut server.state(), (server.clock)());
        let fault = self.inside().faults.take(call);
        if fault == Some(Fault::Unreachable) {
            return Err(Lost::NotSent);
        }
        self.inside().exchanges += requests;
        let answer = match fault {
            None => run(),
            Some(Fault::Unreachable) => return Err(Lost::NotSent),
            Some(Fault::LostBeforeApplying) => return Err(Lost::Answer),
            Some(Fault::LostAfterApplying) => {
                run();
                return Err(Lost::Answer);
            }
            Some(Fault::Frozen) => self.thawed(run).await?,
        };
        self.inside().last_answer = Some((self.server.clock)());
        Ok(answer)
    }

    /// The request stays at the server whether or not anybody still waits for its answer.
    async fn thawed<T: Send + 'static>(
        &self,
        run: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Lost> {
        let released = self.inside().faults.released();
        let patience = Duration::from_secs(self.server.state().rules.timeout_seconds);
        let (tell, told) = oneshot::channel();
        tokio::spawn(async move {
            released.await;
            let _ = tell.send(run());
        });
        match tokio::time::timeout(patience, told).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) | Err(_) => Err(Lost::Answer),
        }
    }

    async fn entry_of(
        &self,
        call: Call,
        id: PersonId,
        requests: u64,
    ) -> Result<Person, DirectoryError> {
        let asker = self.signed_in()?;
        self.exchange(call, requests, move |state, _| {
            let filter = Filter::equals("entryUUID", &id.to_string());
            let found = state.search(&asker, &state.rules.people, &filter);
            let mut person = found
                .first()
                .and_then(|entry| seen(state, &asker, entry))
                .ok_or(DirectoryError::NotFound)?;
            if let Some(group) = state
                .rules
                .protected_group
                .as_ref()
                .filter(|_| requests > 1)
            {
                person.account.protected = state.is_member(group, &normal(&person.dn));
            }
            Ok(person)
        })
        .await?
    }
}

/// A person as `asker` reads them.
pub(super) fn seen(state: &State, asker: &str, entry: &Entry) -> Option<Person> {
    let view = state.view(asker, entry);
    person_entry::person(&entry.dn, entry.answer(|name| view.shows(name)))
}

fn account_of(state: &State, dn: &str, login: &Login) -> ClerkAccount {
    let own = state.entry(dn);
    let first = |name: &str| own.and_then(|entry| entry.one(name)).map(str::to_owned);
    ClerkAccount {
        dn: dn.to_owned(),
        login: login.to_string(),
        name: first("displayName")
            .or_else(|| first("cn"))
            .unwrap_or_else(|| login.to_string()),
        structures: own.map_or_else(Vec::new, |entry| {
            entry.all("supannEntiteAffectation").to_vec()
        }),
        roles: state
            .rules
            .roles
            .iter()
            .filter(|role| state.is_member(&role.group, &normal(dn)))
            .cloned()
            .collect(),
        bound_at: first("pwdLastSuccess").and_then(|time| person_entry::generalized_time(&time)),
    }
}

#[async_trait]
impl Directory for MemoryDirectory {
    async fn sign_in(
        &self,
        login: &Login,
        password: Zeroizing<String>,
    ) -> Result<ClerkAccount, SignInRefusal> {
        if password.is_empty() {
            return Err(SignInRefusal::InvalidCredentials);
        }
        let roles = u64::try_from(self.server.state().rules.roles.len()).unwrap_or(0);
        let login = login.clone();
        // The bind, the clerk's own entry, then each role's group.
        let answer = self
            .exchange(Call::SignIn, 2 + roles, move |state, now| {
                let dn = state.clerk_dn(&login)?;
                let bind = state.bind(&dn, &password, now);
                Ok::<_, SignInRefusal>((bind, account_of(state, &dn, &login)))
            })
            .await
            .map_err(DirectoryError::from)??;
        let clerk = match answer {
            (Bind::Opens, clerk) => clerk,
            (Bind::MustChange, _) => return Err(SignInRefusal::MustChange),
            (Bind::Invalid, _) => return Err(SignInRefusal::InvalidCredentials),
            (Bind::Locked, _) => return Err(SignInRefusal::Locked),
            (Bind::Expired, _) => return Err(SignInRefusal::Expired),
        };
        if clerk.roles.is_empty() {
            self.inside().clerk = None;
            return Err(SignInRefusal::NoRole);
        }
        let mut inside = self.inside();
        inside.clerk = Some(clerk.dn.clone());
        inside.standing_by = None;
        Ok(clerk)
    }

    async fn stand_by(&self, login: &Login, password: Zeroizing<String>) {
        self.inside().standing_by = Some((login.clone(), password));
    }

    async fn resume(&self) -> Result<ClerkAccount, SignInRefusal> {
        let Some((login, password)) = self.inside().standing_by.clone() else {
            return Err(DirectoryError::SignedOut.into());
        };
        let answer = self.sign_in(&login, password).await;
        if !matches!(answer, Err(SignInRefusal::Directory(_))) {
            self.inside().standing_by = None;
        }
        answer
    }

    async fn sign_out(&self) {
        let mut inside = self.inside();
        inside.clerk = None;
        inside.standing_by = None;
    }

    fn servers(&self) -> Vec<DirectoryServer> {
        let uris = self.server.state().rules.uris.clone();
        uris.into_iter().take(1).map(DirectoryServer::new).collect()
    }

    async fn answering_server(&self) -> Result<DirectoryServer, DirectoryError> {
        self.writing_server().await
    }

    /// There is one server: whether it answers is the request's own affair.
    async fn writing_server(&self) -> Result<DirectoryServer, DirectoryError> {
        self.signed_in()?;
        self.servers()
            .pop()
            .ok_or_else(|| DirectoryError::Unreachable("no server".to_owned()))
    }

    async fn at(&self, server: &DirectoryServer) -> Result<Arc<dyn Directory>, DirectoryError> {
        self.signed_in()?;
        if self.servers().contains(server) {
            Ok(Arc::new(self.clone()))
        } else {
            Err(Lost::NotSent.into())
        }
    }

    async fn ping(&self) -> Result<(), DirectoryError> {
        self.signed_in()?;
        Ok(self.exchange(Call::Ping, 1, |_, _| ()).await?)
    }

    fn silence(&self) -> Option<Duration> {
        let answered = self.inside().last_answer?;
        let since = (self.server.clock)().duration_since(answered);
        Some(Duration::try_from(since).unwrap_or_default())
    }

    fn exchanges(&self) -> u64 {
        self.inside().exchanges
    }

    async fn person(&self, id: PersonId) -> Result<Person, DirectoryError> {
        self.entry_of(Call::Person, id, 2).await
    }

    async fn read_back(&self, id: PersonId) -> Result<Person, DirectoryError> {
        self.entry_of(Call::ReadBack, id, 1).await
    }

    async fn find(&self, words: &[String], keys: &[String]) -> Result<Vec<Person>, DirectoryError> {
        let asker = self.signed_in()?;
        let Some(filter) = named_or_keyed(words, keys) else {
            return Ok(Vec::new());
        };
        Ok(self
            .exchange(Call::Find, 1, move |state, _| {
                let found = state.search(&asker, &state.rules.people, &filter);
                found
                    .into_iter()
                    .filter_map(|entry| seen(state, &asker, entry))
                    .take(PAGE)
                    .collect()
            })
            .await?)
    }

    async fn read_perimeter(
        &self,
        perimeter: &Filter,
        page: &mut (dyn FnMut(Vec<Person>) + Send),
    ) -> Result<usize, DirectoryError> {
        let (asker, filter) = (self.signed_in()?, perimeter.clone());
        let people: Vec<Person> = self
            .exchange(Call::ReadPerimeter, 1, move |state, _| {
                let found = state.search(&asker, &state.rules.people, &filter);
                found
                    .into_iter()
                    .filter_map(|entry| seen(state, &asker, entry))
                    .collect()
            })
            .await?;
        for part in people.chunks(500) {
            page(part.to_vec());
        }
        Ok(people.len())
    }

    async fn sync_cookie(&self) -> Result<Option<SyncCookie>, DirectoryError> {
        self.signed_in()?;
        Ok(self
            .exchange(Call::SyncCookie, 2, |state, _| Some(state.changes.cookie()))
            .await?)
    }

    async fn changes_since(
        &self,
        perimeter: &Filter,
        cookie: &SyncCookie,
        part: &mut (dyn FnMut(SyncPart) + Send),
    ) -> Result<SyncEnd, DirectoryError> {
        let asker = self.signed_in()?;
        let (filter, cookie) = (perimeter.clone(), cookie.clone());
        let (parts, end) = self
            .exchange(Call::ChangesSince, 1, move |state, _| {
                state.changes_since(&asker, &filter, &cookie)
            })
            .await?;
        parts.into_iter().for_each(part);
        Ok(end)
    }

    async fn policy(&self, person: &Person) -> Result<Option<PasswordPolicy>, DirectoryError> {
        let default = self.server.state().rules.default_policy.clone();
        match person.account.policy_dn.clone().or(default) {
            Some(dn) => self.policy_at(&dn).await,
            None => Ok(None),
        }
    }

    async fn policy_at(&self, dn: &str) -> Result<Option<PasswordPolicy>, DirectoryError> {
        let (asker, dn) = (self.signed_in()?, dn.to_owned());
        Ok(self
            .exchange(Call::Policy, 1, move |state, _| {
                let entry = state.entry(&dn)?;
                let view = state.view(&asker, entry);
                Some(person_entry::policy(entry.answer(|name| view.shows(name))))
            })
            .await?)
    }

    async fn letter_number(&self, operation: Uuid) -> Result<Option<String>, DirectoryError> {
        let asker = self.signed_in()?;
        Ok(self
            .exchange(Call::LetterNumber, 1, move |state, _| {
                let entry = state.entry(&dn_of(operation, &state.rules.records))?;
                let note = entry.one("description")?;
                (state.view(&asker, entry) == View::Whole)
                    .then(|| number_in(note))
                    .flatten()
            })
            .await?)
    }

    async fn structures(&self) -> Result<Structures, DirectoryError> {
        let asker = self.signed_in()?;
        Ok(self
            .exchange(Call::Structures, 1, move |state, _| {
                let Some(base) = &state.rules.structures else {
                    return Structures::new();
                };
                let filter = Filter::equals("objectClass", "supannEntite");
                state
                    .search(&asker, base, &filter)
                    .into_iter()
                    .filter_map(|entry| structure(entry.answer(|_| true)))
                    .collect()
            })
            .await?)
    }

    async fn write_password(&self, write: &PasswordWrite) -> Result<(), WriteProblem> {
        let asker = self.signed_in().map_err(WriteProblem::NotSent)?;
        let sent = write.clone();
        self.exchange(Call::WritePassword, 1, move |state, now| {
            // The salt comes from the act: nothing is drawn here.
            let salt = sent.operation.as_bytes();
            let value = hashing::value(&sent.password, state.rules.hashing, salt)
                .map_err(WriteProblem::NotSent)?;
            state.modify(&normal(&asker), &sent, &value, now)
        })
        .await
        .map_err(|lost| match lost {
            Lost::NotSent => WriteProblem::NotSent(lost.into()),
            Lost::Answer => WriteProblem::AnswerLost,
        })?
    }

    async fn write_record(&self, record: &HandoverEntry) -> Result<(), DirectoryError> {
        let (author, sent) = (self.signed_in()?, record.clone());
        self.exchange(Call::WriteRecord, 1, move |state, _| {
            state.add_record(&author, &sent)
        })
        .await?
        .map_err(|code| DirectoryError::Refused {
            code,
            text: String::new(),
        })
    }

    async fn remove_markers(
        &self,
        person_dn: &str,
        markers: &[Uuid],
    ) -> Result<(), DirectoryError> {
        let asker = self.signed_in()?;
        let (dn, markers) = (person_dn.to_owned(), markers.to_vec());
        self.exchange(Call::RemoveMarkers, 1, move |state, _| {
            state.remove_markers(&normal(&asker), &dn, &markers)
        })
        .await?
        .map_err(|code| DirectoryError::Refused {
            code,
            text: String::new(),
        })
    }

    async fn server_time(&self) -> Result<Option<Timestamp>, DirectoryError> {
        self.signed_in()?;
        Ok(self
            .exchange(Call::ServerTime, 2, |_, now| Some(now))
            .await?)
    }

    async fn prove(
        &self,
        person_dn: &str,
        password: &ProvisionalPassword,
    ) -> Result<Proof, DirectoryError> {
        let (dn, tried) = (person_dn.to_owned(), password.clone());
        let bind = self
            .exchange(Call::Prove, 1, move |state, now| {
                state.bind(&dn, tried.expose(), now)
            })
            .await?;
        Ok(match bind {
            Bind::MustChange => Proof::OpensAndMustChange,
            Bind::Opens => Proof::OpensWithoutChange,
            Bind::Invalid | Bind::Locked | Bind::Expired => Proof::DoesNotOpen,
        })
    }
}
