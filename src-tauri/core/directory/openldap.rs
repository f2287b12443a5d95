//! One clerk's session with an OpenLDAP server: the clerk's own bind does every read and every write.
//! Keeps one connection, opens it again when it died; never a shared administrator account.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ldap3::adapters::{Adapter, EntriesOnly, PagedResults};
use ldap3::{Ldap, LdapError, LdapResult, Scope, SearchEntry};
use zeroize::Zeroizing;

use super::connection::{classify, open, run, tls};
use super::error::DirectoryError;
use super::filter::Filter;
use super::person_entry::{self, PERSON_ATTRIBUTES, POLICY_ATTRIBUTES};
use crate::domain::account::PasswordPolicy;
use crate::domain::person::{Person, PersonId};
use crate::settings::{DirectorySettings, RoleSettings};

/// Code of a structure to its name, for the lines that staff read.
pub type Structures = BTreeMap<String, String>;

/// Who signed in, and what their groups let them do.
#[derive(Debug, Clone, PartialEq)]
pub struct ClerkAccount {
    pub dn: String,
    pub login: String,
    pub name: String,
    pub structures: Vec<String>,
    pub roles: Vec<RoleSettings>,
}

impl ClerkAccount {
    /// The people of the clerk's roles, as one filter.
    pub fn perimeter(&self) -> Option<Filter> {
        let mut parts = Vec::new();
        for role in &self.roles {
            if role.population.contains("{structures}") {
                parts.extend(
                    self.structures
                        .iter()
                        .map(|code| Filter::equals("supannEntiteAffectationPrincipale", code)),
                );
            } else {
                parts.push(Filter::from_site(&role.population)?);
            }
        }
        (!parts.is_empty()).then(|| {
            Filter::all([
                Filter::equals("objectClass", "supannPerson"),
                Filter::any(parts),
            ])
        })
    }

    /// Rows of the local index belong to one clerk and these rights.
    pub fn fingerprint(&self) -> String {
        let mut parts: Vec<&str> = self
            .roles
            .iter()
            .map(|role| role.group.as_str())
            .chain(self.structures.iter().map(String::as_str))
            .collect();
        parts.sort_unstable();
        parts.join("\n")
    }
}

pub(super) struct Session {
    pub(super) ldap: Ldap,
    pub(super) dn: String,
    pub(super) password: Zeroizing<String>,
}

pub struct OpenLdap {
    pub(super) settings: DirectorySettings,
    pub(super) tls: Arc<rustls::ClientConfig>,
    pub(super) session: tokio::sync::Mutex<Option<Session>>,
    exchanges: AtomicU64,
    last_answer: Mutex<Option<std::time::Instant>>,
}

impl OpenLdap {
    /// # Errors
    /// `Certificate` when the site's authority file cannot be used.
    pub fn new(settings: DirectorySettings) -> Result<Self, DirectoryError> {
        let tls = tls(settings.authority.as_deref())?;
        Ok(OpenLdap {
            settings,
            tls,
            session: tokio::sync::Mutex::new(None),
            exchanges: AtomicU64::new(0),
            last_answer: Mutex::new(None),
        })
    }

    pub fn settings(&self) -> &DirectorySettings {
        &self.settings
    }

    /// Requests sent so far: a handover is bounded in round trips, and tests count them.
    pub fn exchanges(&self) -> u64 {
        self.exchanges.load(Ordering::Relaxed)
    }

    /// How long ago the server last answered.
    pub fn silence(&self) -> Option<Duration> {
        let answered = self
            .last_answer
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        answered.map(|answered| answered.elapsed())
    }

    pub(super) fn patience(&self) -> Duration {
        Duration::from_secs(self.settings.timeout_seconds)
    }

    /// One request to the server is about to leave.
    pub(super) fn count(&self) {
        self.exchanges.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn answered(&self) {
        *self
            .last_answer
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(std::time::Instant::now());
    }

    /// A connection with nobody bound, to the first server that answers.
    pub(super) async fn anonymous(&self) -> Result<Ldap, DirectoryError> {
        let mut last = DirectoryError::Unreachable("no server".to_owned());
        for uri in &self.settings.uris {
            match open(uri, Arc::clone(&self.tls), self.patience()).await {
                Ok(ldap) => return Ok(ldap),
                // A wrong certificate is not a reason to try another server with the same credentials.
                Err(refused @ (DirectoryError::Certificate(_) | DirectoryError::Plain)) => {
                    return Err(refused);
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// The clerk's connection, opened and bound again if it died.
    pub(super) async fn bound(&self) -> Result<(Ldap, String), DirectoryError> {
        let mut session = self.session.lock().await;
        let session = session.as_mut().ok_or(DirectoryError::SignedOut)?;
        if session.ldap.is_closed() {
            let mut ldap = self.anonymous().await?;
            let (dn, password) = (session.dn.clone(), session.password.clone());
            let patience = self.patience();
            self.count();
            let answer = run(async move {
                let result = ldap
                    .with_timeout(patience)
                    .simple_bind(&dn, &password)
                    .await;
                (ldap, result)
            })
            .await?;
            let (ldap, result) = answer;
            let result = result.map_err(|error| classify(&error))?;
            self.answered();
            refused(&result)?;
            session.ldap = ldap;
        }
        Ok((session.ldap.clone(), session.dn.clone()))
    }

    /// Asks the server for nothing, to learn whether it answers.
    ///
    /// # Errors
    /// As any read.
    pub async fn ping(&self) -> Result<(), DirectoryError> {
        let everything = Filter::present("objectClass");
        self.search("", Scope::Base, &everything, &["1.1"], 1)
            .await
            .map(|_| ())
    }

    /// Forgets the clerk and their password; the connection closes.
    pub async fn sign_out(&self) {
        if let Some(mut session) = self.session.lock().await.take() {
            let _ = session.ldap.unbind().await;
        }
    }

    pub(super) async fn search(
        &self,
        base: &str,
        scope: Scope,
        filter: &Filter,
        attributes: &[&'static str],
        limit: i32,
    ) -> Result<Vec<SearchEntry>, DirectoryError> {
        let (mut ldap, _) = self.bound().await?;
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
        let (entries, result) = answer.map_err(|error: LdapError| classify(&error))?;
        self.answered();
        match result.rc {
            // 4: more than asked for; what came is good.
            0 | 4 => Ok(entries),
            32 => Err(DirectoryError::NotFound),
            _ => Err(refused_error(&result)),
        }
    }

    /// Reads one person afresh, protection included.
    ///
    /// # Errors
    /// `NotFound` when no entry bears that entryUUID for this clerk.
    pub async fn person(&self, id: PersonId) -> Result<Person, DirectoryError> {
        let mut person = self.person_alone(id).await?;
        if let Some(group) = &self.settings.protected_group {
            let filter = Filter::equals("member", &person.dn);
            person.account.protected =
                match self.search(group, Scope::Base, &filter, &["1.1"], 1).await {
                    Ok(found) => !found.is_empty(),
                    Err(DirectoryError::NotFound) => false,
                    Err(error) => return Err(error),
                };
        }
        Ok(person)
    }

    /// One exchange: the entry alone, as before and after a write.
    pub(super) async fn person_alone(&self, id: PersonId) -> Result<Person, DirectoryError> {
        let filter = Filter::equals("entryUUID", &id.to_string());
        let found = self
            .search(
                &self.settings.people,
                Scope::Subtree,
                &filter,
                PERSON_ATTRIBUTES,
                2,
            )
            .await?;
        people_in(found).next().ok_or(DirectoryError::NotFound)
    }

    /// People by words of a name or by an exact key, a page at the most.
    pub async fn find(
        &self,
        words: &[String],
        keys: &[String],
    ) -> Result<Vec<Person>, DirectoryError> {
        let named = words.iter().map(|word| {
            Filter::any(
                [
                    "cn",
                    "displayName",
                    "sn",
                    "supannNomDeNaissance",
                    "givenName",
                ]
                .map(|attribute| Filter::contains(attribute, word)),
            )
        });
        let by_name = (!words.is_empty()).then(|| Filter::all(named));
        let by_key = keys.iter().flat_map(|key| {
            [
                "uid",
                "supannAliasLogin",
                "supannEtuId",
                "supannEmpId",
                "supannCodeINE",
                "mail",
            ]
            .map(|attribute| Filter::equals(attribute, key))
        });
        let what: Vec<Filter> = by_name.into_iter().chain(by_key).collect();
        if what.is_empty() {
            return Ok(Vec::new());
        }
        let filter = Filter::all([
            Filter::equals("objectClass", "supannPerson"),
            Filter::any(what),
        ]);
        let found = self
            .search(
                &self.settings.people,
                Scope::Subtree,
                &filter,
                PERSON_ATTRIBUTES,
                50,
            )
            .await?;
        Ok(people_in(found).collect())
    }

    /// Pages through the clerk's perimeter; each page goes to `page` as it arrives.
    pub async fn read_perimeter(
        &self,
        perimeter: &Filter,
        mut page: impl FnMut(Vec<Person>) + Send,
    ) -> Result<usize, DirectoryError> {
        const PAGE: i32 = 500;
        let (mut ldap, _) = self.bound().await?;
        let adapters: Vec<Box<dyn Adapter<_, _>>> = vec![
            Box::new(EntriesOnly::new()),
            Box::new(PagedResults::new(PAGE)),
        ];
        self.count();
        let mut stream = ldap
            .streaming_search_with(
                adapters,
                &self.settings.people,
                Scope::Subtree,
                perimeter.as_str(),
                PERSON_ATTRIBUTES.to_vec(),
            )
            .await
            .map_err(|error| classify(&error))?;
        let mut count = 0;
        let mut batch = Vec::with_capacity(500);
        while let Some(entry) = stream.next().await.map_err(|error| classify(&error))? {
            let entry = SearchEntry::construct(entry);
            if let Some(person) = person_entry::person(&entry.dn, entry.attrs) {
                count += 1;
                batch.push(person);
            }
            if batch.len() >= 500 {
                page(std::mem::take(&mut batch));
            }
        }
        let result = stream.finish().await;
        self.answered();
        refused(&result)?;
        page(batch);
        Ok(count)
    }

    /// The policy in force for a person: their own, or the site's default when the settings name it.
    pub async fn policy(&self, person: &Person) -> Result<Option<PasswordPolicy>, DirectoryError> {
        let Some(dn) = person
            .account
            .policy_dn
            .as_ref()
            .or(self.settings.default_policy.as_ref())
        else {
            return Ok(None);
        };
        self.policy_at(dn).await
    }

    /// The policy entry `dn`; `None` when it cannot be read.
    pub async fn policy_at(&self, dn: &str) -> Result<Option<PasswordPolicy>, DirectoryError> {
        let filter = Filter::present("objectClass");
        match self
            .search(dn, Scope::Base, &filter, POLICY_ATTRIBUTES, 1)
            .await
        {
            Ok(found) => Ok(found
                .into_iter()
                .next()
                .map(|entry| person_entry::policy(entry.attrs))),
            Err(DirectoryError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub async fn structures(&self) -> Result<Structures, DirectoryError> {
        let Some(base) = &self.settings.structures else {
            return Ok(Structures::new());
        };
        let filter = Filter::equals("objectClass", "supannEntite");
        let found = self
            .search(
                base,
                Scope::Subtree,
                &filter,
                &["supannCodeEntite", "description", "ou", "cn"],
                5000,
            )
            .await?;
        let name = |attributes: &HashMap<String, Vec<String>>| {
            ["ou", "cn", "description"]
                .iter()
                .find_map(|key| attributes.get(*key)?.first().cloned())
        };
        Ok(found
            .into_iter()
            .filter_map(|entry| {
                let code = entry.attrs.get("supannCodeEntite")?.first()?.clone();
                let name = name(&entry.attrs).unwrap_or_else(|| code.clone());
                Some((code, name))
            })
            .collect())
    }
}

fn people_in(entries: Vec<SearchEntry>) -> impl Iterator<Item = Person> {
    entries
        .into_iter()
        .filter_map(|entry| person_entry::person(&entry.dn, entry.attrs))
}

pub(super) fn refused_error(result: &LdapResult) -> DirectoryError {
    DirectoryError::Refused {
        code: result.rc,
        text: result.text.clone(),
    }
}

fn refused(result: &LdapResult) -> Result<(), DirectoryError> {
    if result.rc == 0 {
        Ok(())
    } else {
        Err(refused_error(result))
    }
}
