//! One clerk's session with an OpenLDAP server: the clerk's own bind does every read and every write.
//! An act's own requests stay with one server (`at`); the connection itself is `session`'s affair. Never a shared
//! administrator account.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::Timestamp;
use ldap3::{Ldap, LdapResult, Mod, Scope, SearchEntry};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::Directory;
use super::clerk::{ClerkAccount, Structures};
use super::connection::{run, tls};
use super::content_sync::{SyncCookie, SyncEnd, SyncPart};
use super::error::{DirectoryError, ReadAccountProblem, SignInRefusal, WriteProblem};
use super::filter::Filter;
use super::record::HandoverEntry;
use super::servers::Servers;
use super::session::{Bound, Session, StandingBy};
use super::write::{PasswordWrite, Proof};
use crate::domain::account::PasswordPolicy;
use crate::domain::directory_server::DirectoryServer;
use crate::domain::password::ProvisionalPassword;
use crate::domain::person::{Login, Person, PersonId};
use crate::faults::point;
use crate::settings::DirectorySettings;

pub struct OpenLdap {
    pub(super) settings: Arc<DirectorySettings>,
    pub(super) servers: Arc<Servers>,
    /// It speaks to this one alone.
    pub(super) only: Option<DirectoryServer>,
    pub(super) tls: Arc<rustls::ClientConfig>,
    pub(super) session: tokio::sync::Mutex<Option<Session>>,
    pub(super) standing_by: Mutex<Option<StandingBy>>,
    /// Held while a bind with what stands by is under way.
    pub(super) resuming: tokio::sync::Mutex<()>,
    pub(super) read_account: Result<Zeroizing<String>, ReadAccountProblem>,
    pub(super) exchanges: Arc<AtomicU64>,
    pub(super) last_answer: Arc<Mutex<Option<Instant>>>,
}

impl OpenLdap {
    /// # Errors
    /// `Certificate` when the site's authority file cannot be used.
    pub fn new(settings: DirectorySettings) -> Result<Self, DirectoryError> {
        let tls = tls(settings.authority.as_deref())?;
        Ok(OpenLdap {
            servers: Arc::new(Servers::new(&settings.uris)),
            settings: Arc::new(settings),
            only: None,
            tls,
            session: tokio::sync::Mutex::new(None),
            standing_by: Mutex::new(None),
            resuming: tokio::sync::Mutex::new(()),
            read_account: Err(ReadAccountProblem::NoPassword),
            exchanges: Arc::default(),
            last_answer: Arc::default(),
        })
    }

    /// The password of the account that finds clerks, or why there is none: told at the first sign-in.
    #[must_use]
    pub fn with_read_account(
        mut self,
        password: Result<Zeroizing<String>, ReadAccountProblem>,
    ) -> Self {
        self.read_account = password;
        self
    }

    pub(super) fn patience(&self) -> Duration {
        Duration::from_secs(self.settings.timeout_seconds)
    }

    /// One request to the server is about to leave.
    pub(super) fn count(&self) {
        point("directory: before a request");
        self.exchanges.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn answered(&self) {
        point("directory: after its answer");
        *self
            .last_answer
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// One request under the clerk's bind, in a task of its own.
    pub(super) async fn on_connection<F>(
        &self,
        request: impl FnOnce(Ldap) -> F,
    ) -> Result<LdapResult, DirectoryError>
    where
        F: Future<Output = ldap3::result::Result<LdapResult>> + Send + 'static,
    {
        let Bound {
            mut ldap, server, ..
        } = self.bound().await?;
        ldap.with_timeout(self.patience());
        self.count();
        let result = match run(request(ldap)).await? {
            Ok(result) => result,
            Err(error) => return Err(self.failed(&server, &error).await),
        };
        self.answered();
        Ok(result)
    }

    pub(super) async fn change(
        &self,
        dn: &str,
        change: Mod<String>,
    ) -> Result<LdapResult, DirectoryError> {
        let dn = dn.to_owned();
        self.on_connection(|mut ldap| async move { ldap.modify(&dn, vec![change]).await })
            .await
    }

    pub(super) async fn search(
        &self,
        base: &str,
        scope: Scope,
        filter: &Filter,
        attributes: &[&'static str],
        limit: i32,
    ) -> Result<Vec<SearchEntry>, DirectoryError> {
        let mut last = DirectoryError::Unreachable("no server".to_owned());
        // A reading that one server lost is made at the next: once each.
        for _ in self.servers.all() {
            let Bound { ldap, server, .. } = self.bound().await?;
            let found = self
                .search_on(ldap, &server, base, scope, filter, attributes, limit)
                .await;
            match found {
                Err(lost @ DirectoryError::Unreachable(_)) if self.only.is_none() => last = lost,
                found => return found,
            }
        }
        Err(last)
    }

    /// A search on a connection that is already somebody's.
    #[allow(clippy::too_many_arguments, reason = "a search has that many parts")]
    pub(super) async fn search_on(
        &self,
        mut ldap: Ldap,
        server: &DirectoryServer,
        base: &str,
        scope: Scope,
        filter: &Filter,
        attributes: &[&'static str],
        limit: i32,
    ) -> Result<Vec<SearchEntry>, DirectoryError> {
        let (base, filter) = (base.to_owned(), filter.clone());
        let attributes = attributes.to_vec();
        let patience = self.patience();
        self.count();
        let answer = run(async move {
            ldap.with_timeout(patience)
                .with_search_options(ldap3::SearchOptions::new().sizelimit(limit))
                .search(&base, scope, filter.as_str(), attributes)
                .await
                .map(|found| {
                    let entries: Vec<SearchEntry> = found
                        .0
                        .into_iter()
                        .filter(|entry| !entry.is_ref() && !entry.is_intermediate())
                        .map(SearchEntry::construct)
                        .collect();
                    (entries, found.1)
                })
        })
        .await?;
        let (entries, result) = match answer {
            Ok(found) => found,
            Err(error) => return Err(self.failed(server, &error).await),
        };
        self.answered();
        match result.rc {
            // 4: more than asked for; what came is good.
            0 | 4 => Ok(entries),
            32 => Err(DirectoryError::NotFound),
            _ => Err(refused_error(&result)),
        }
    }
}

#[async_trait]
impl Directory for OpenLdap {
    async fn sign_in(
        &self,
        login: &Login,
        password: Zeroizing<String>,
    ) -> Result<ClerkAccount, SignInRefusal> {
        let clerk = self.bind_clerk(login, password).await?;
        *self.standing_by() = None;
        Ok(clerk)
    }

    async fn stand_by(&self, login: &Login, password: Zeroizing<String>) {
        let login = login.clone();
        *self.standing_by() = Some(StandingBy { login, password });
    }

    async fn resume(&self) -> Result<ClerkAccount, SignInRefusal> {
        self.bind_who_stands_by().await
    }

    async fn sign_out(&self) {
        *self.standing_by() = None;
        self.end_session().await;
    }

    async fn ping(&self) -> Result<(), DirectoryError> {
        let everything = Filter::present("objectClass");
        self.search("", Scope::Base, &everything, &["1.1"], 1)
            .await?;
        if self.only.is_none()
            && self.servers.are_several()
            && let Err(error) = self.come_back().await
        {
            tracing::debug!(%error, "the preferred server is not back");
        }
        Ok(())
    }

    fn servers(&self) -> Vec<DirectoryServer> {
        self.servers.all().to_vec()
    }

    async fn answering_server(&self) -> Result<DirectoryServer, DirectoryError> {
        Ok(self.bound().await?.server)
    }

    async fn writing_server(&self) -> Result<DirectoryServer, DirectoryError> {
        let current = self.bound().await?.server;
        if !self.servers.reads_only(&current) {
            return Ok(current);
        }
        let mut last = DirectoryError::NoWriter;
        for server in self.servers.in_order() {
            if server == current || self.only.is_some() || self.servers.reads_only(&server) {
                continue;
            }
            match self.view(&server).await?.bound().await {
                Ok(_) => return Ok(server),
                // The one that writes is away.
                Err(DirectoryError::Unreachable(_)) => {}
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    async fn at(&self, server: &DirectoryServer) -> Result<Arc<dyn Directory>, DirectoryError> {
        Ok(Arc::new(self.view(server).await?))
    }

    fn silence(&self) -> Option<Duration> {
        let answered = self
            .last_answer
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        answered.map(|answered| answered.elapsed())
    }

    fn exchanges(&self) -> u64 {
        self.exchanges.load(Ordering::Relaxed)
    }

    async fn person(&self, id: PersonId) -> Result<Person, DirectoryError> {
        self.person_and_protection(id).await
    }

    async fn read_back(&self, id: PersonId) -> Result<Person, DirectoryError> {
        self.person_alone(id).await
    }

    async fn find(&self, words: &[String], keys: &[String]) -> Result<Vec<Person>, DirectoryError> {
        self.people_named(words, keys).await
    }

    async fn read_perimeter(
        &self,
        perimeter: &Filter,
        page: &mut (dyn FnMut(Vec<Person>) + Send),
    ) -> Result<usize, DirectoryError> {
        self.page_through(perimeter, page).await
    }

    async fn sync_cookie(&self) -> Result<Option<SyncCookie>, DirectoryError> {
        self.cookie_of_now().await
    }

    async fn changes_since(
        &self,
        perimeter: &Filter,
        cookie: &SyncCookie,
        part: &mut (dyn FnMut(SyncPart) + Send),
    ) -> Result<SyncEnd, DirectoryError> {
        self.follow(perimeter, cookie, part).await
    }

    async fn policy(&self, person: &Person) -> Result<Option<PasswordPolicy>, DirectoryError> {
        let own = person.account.policy_dn.as_ref();
        match own.or(self.settings.default_policy.as_ref()) {
            Some(dn) => self.policy_at(dn).await,
            None => Ok(None),
        }
    }

    async fn policy_at(&self, dn: &str) -> Result<Option<PasswordPolicy>, DirectoryError> {
        self.policy_entry(dn).await
    }

    async fn structures(&self) -> Result<Structures, DirectoryError> {
        self.structure_names().await
    }

    async fn write_password(&self, write: &PasswordWrite) -> Result<(), WriteProblem> {
        self.modify_password(write).await
    }

    async fn write_record(&self, record: &HandoverEntry) -> Result<(), DirectoryError> {
        self.add_record(record).await
    }

    async fn letter_number(&self, operation: Uuid) -> Result<Option<String>, DirectoryError> {
        self.record_number(operation).await
    }

    async fn remove_markers(
        &self,
        person_dn: &str,
        markers: &[Uuid],
    ) -> Result<(), DirectoryError> {
        self.delete_markers(person_dn, markers).await
    }

    async fn server_time(&self) -> Result<Option<Timestamp>, DirectoryError> {
        self.last_change_time().await
    }

    async fn prove(
        &self,
        person_dn: &str,
        password: &ProvisionalPassword,
    ) -> Result<Proof, DirectoryError> {
        self.trial_bind(person_dn, password).await
    }
}

pub(super) fn refused_error(result: &LdapResult) -> DirectoryError {
    DirectoryError::Refused {
        code: result.rc,
        text: result.text.clone(),
    }
}

pub(super) fn refused(result: &LdapResult) -> Result<(), DirectoryError> {
    if result.rc == 0 {
        Ok(())
    } else {
        Err(refused_error(result))
    }
}
