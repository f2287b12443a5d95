//! What a post reads of an OpenLDAP directory, under the clerk's own bind: people, their perimeter, policies, structures.
//! Never asks for an attribute it does not need, never follows a referral.

use std::collections::HashMap;

use jiff::Timestamp;
use ldap3::adapters::{Adapter, EntriesOnly, PagedResults};
use ldap3::{Ldap, LdapError, LdapResult, Scope, SearchEntry};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::clerk::Structures;
use super::error::DirectoryError;
use super::filter::Filter;
use super::openldap::{OpenLdap, refused};
use super::person_entry::{self, Attributes, PERSON_ATTRIBUTES, POLICY_ATTRIBUTES};
use super::record;
use super::session::Bound;
use crate::domain::account::PasswordPolicy;
use crate::domain::name_match::unaccented;
use crate::domain::person::{Person, PersonId};

impl OpenLdap {
    /// Reads one person afresh, protection included.
    ///
    /// # Errors
    /// `NotFound` when no entry bears that entryUUID for this clerk.
    pub(super) async fn person_and_protection(
        &self,
        id: PersonId,
    ) -> Result<Person, DirectoryError> {
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

    /// Time of the last change of the directory: `contextCSN` (slapo-syncprov). With last-bind recording on, every sign-in
    /// moves it.
    pub(super) async fn last_change_time(&self) -> Result<Option<Timestamp>, DirectoryError> {
        let context = self.context().await?;
        Ok(context
            .csn
            .iter()
            .filter_map(|csn| person_entry::generalized_time(csn.split('#').next()?))
            .max())
    }

    /// The server's controls, and where the suffix that holds the people stands.
    pub(super) async fn context(&self) -> Result<Context, DirectoryError> {
        let anything = Filter::present("objectClass");
        let asked = ["namingContexts", "supportedControl"];
        let root = self.search("", Scope::Base, &anything, &asked, 1).await?;
        let controls = values(root.clone(), "supportedControl").collect();
        let people = self.settings.people.to_lowercase();
        let suffix =
            values(root, "namingContexts").find(|suffix| people.ends_with(&suffix.to_lowercase()));
        let holds_people = suffix.is_some();
        let csn = match suffix {
            Some(suffix) => {
                let entry = self
                    .search(&suffix, Scope::Base, &anything, &["contextCSN"], 1)
                    .await?;
                values(entry, "contextCSN").collect()
            }
            None => Vec::new(),
        };
        Ok(Context {
            controls,
            holds_people,
            csn,
        })
    }

    /// People by words of a name or by an exact key, a page at the most.
    pub(super) async fn people_named(
        &self,
        words: &[String],
        keys: &[String],
    ) -> Result<Vec<Person>, DirectoryError> {
        let Some(filter) = named_or_keyed(words, keys) else {
            return Ok(Vec::new());
        };
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
    pub(super) async fn page_through(
        &self,
        perimeter: &Filter,
        page: &mut (dyn FnMut(Vec<Person>) + Send),
    ) -> Result<usize, DirectoryError> {
        let mut count = 0;
        self.paged(perimeter, PERSON_ATTRIBUTES.to_vec(), &mut |entries| {
            let people: Vec<Person> = people_in(entries).collect();
            count += people.len();
            page(people);
        })
        .await?;
        Ok(count)
    }

    /// The entries of the people's branch that a filter lets through; each page goes to `page` as it arrives.
    pub(super) async fn paged(
        &self,
        filter: &Filter,
        attributes: Vec<&'static str>,
        page: &mut (dyn FnMut(Vec<SearchEntry>) + Send),
    ) -> Result<(), DirectoryError> {
        let Bound {
            mut ldap, server, ..
        } = self.bound().await?;
        ldap.with_timeout(self.patience());
        let (base, filter) = (self.settings.people.clone(), filter.clone());
        // The next page is asked for once the one before was taken.
        let (give, mut given) = mpsc::channel(1);
        self.count();
        let reading = tokio::spawn(read_pages(ldap, base, filter, attributes, give));
        while let Some(entries) = given.recv().await {
            page(entries);
        }
        let result = reading
            .await
            .map_err(|_| DirectoryError::Unreachable("malformed answer".to_owned()))?;
        let result = match result {
            Ok(result) => result,
            Err(error) => return Err(self.failed(&server, &error).await),
        };
        self.answered();
        refused(&result)
    }

    /// The policy entry `dn`; `None` when it cannot be read.
    pub(super) async fn policy_entry(
        &self,
        dn: &str,
    ) -> Result<Option<PasswordPolicy>, DirectoryError> {
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

    pub(super) async fn record_number(
        &self,
        operation: Uuid,
    ) -> Result<Option<String>, DirectoryError> {
        let dn = record::dn_of(operation, &self.settings.records);
        let filter = Filter::present("objectClass");
        match self
            .search(&dn, Scope::Base, &filter, &["description"], 1)
            .await
        {
            Ok(found) => Ok(found
                .first()
                .and_then(|entry| entry.attrs.get("description")?.first())
                .and_then(|note| record::number_in(note))),
            Err(DirectoryError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn structure_names(&self) -> Result<Structures, DirectoryError> {
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
        Ok(found
            .into_iter()
            .filter_map(|entry| structure(entry.attrs))
            .collect())
    }
}

/// What a server says of itself.
pub(super) struct Context {
    pub controls: Vec<String>,
    /// One of its naming contexts holds the people.
    pub holds_people: bool,
    pub csn: Vec<String>,
}

async fn read_pages(
    mut ldap: Ldap,
    base: String,
    filter: Filter,
    attributes: Vec<&'static str>,
    give: mpsc::Sender<Vec<SearchEntry>>,
) -> Result<LdapResult, LdapError> {
    const PAGE: usize = 500;
    let adapters: Vec<Box<dyn Adapter<_, _>>> = vec![
        Box::new(EntriesOnly::new()),
        Box::new(PagedResults::new(500)),
    ];
    let mut stream = ldap
        .streaming_search_with(adapters, &base, Scope::Subtree, filter.as_str(), attributes)
        .await?;
    let mut page = Vec::with_capacity(PAGE);
    while let Some(entry) = stream.next().await? {
        page.push(SearchEntry::construct(entry));
        if page.len() >= PAGE && give.send(std::mem::take(&mut page)).await.is_err() {
            break;
        }
    }
    if !page.is_empty() {
        // Nobody listens any more: the result says nothing to them either.
        let _ = give.send(page).await;
    }
    Ok(stream.finish().await)
}

/// Somebody whose name holds all the words, or who bears one of the keys; `None` when there is neither.
pub(super) fn named_or_keyed(words: &[String], keys: &[String]) -> Option<Filter> {
    const NAMES: [&str; 5] = [
        "cn",
        "displayName",
        "sn",
        "supannNomDeNaissance",
        "givenName",
    ];
    const KEYS: [&str; 6] = [
        "uid",
        "supannAliasLogin",
        "supannEtuId",
        "supannEmpId",
        "supannCodeINE",
        "mail",
    ];
    let named = words
        .iter()
        .map(|word| Filter::any(NAMES.map(|attribute| Filter::contains(attribute, word))));
    let by_name = (!words.is_empty()).then(|| Filter::all(named));
    // Addresses and logins have no accents; those who type them do.
    let plain: Vec<String> = keys.iter().map(|key| unaccented(key)).collect();
    let more = plain
        .iter()
        .zip(keys)
        .filter(|(plain, key)| **plain != key.to_lowercase())
        .map(|(plain, _)| plain);
    let by_key = keys
        .iter()
        .chain(more)
        .flat_map(|key| KEYS.map(|attribute| Filter::equals(attribute, key)));
    let what: Vec<Filter> = by_name.into_iter().chain(by_key).collect();
    (!what.is_empty()).then(|| {
        Filter::all([
            Filter::equals("objectClass", "supannPerson"),
            Filter::any(what),
        ])
    })
}

/// Code and name of a structure's entry.
pub(super) fn structure(attributes: HashMap<String, Vec<String>>) -> Option<(String, String)> {
    let entry = Attributes::new(attributes);
    let code = entry.one("supannCodeEntite")?;
    let name = ["ou", "cn", "description"]
        .iter()
        .find_map(|name| entry.one(name))
        .unwrap_or(code);
    Some((code.to_owned(), name.to_owned()))
}

fn values(entries: Vec<SearchEntry>, attribute: &'static str) -> impl Iterator<Item = String> {
    entries
        .into_iter()
        .filter_map(move |mut entry| entry.attrs.remove(attribute))
        .flatten()
}

fn people_in(entries: Vec<SearchEntry>) -> impl Iterator<Item = Person> {
    entries
        .into_iter()
        .filter_map(|entry| person_entry::person(&entry.dn, entry.attrs))
}
