//! What a contract test stands on: a directory of Rivemer, sessions on it, and an administrator's hand.
//! The people, clerks and policies are the same on each; only the server differs.
//! Never goes through a session for what the administrator does: a mistake there must not hide one here.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use guichet_core::directory::memory::{Bind, Call, Clock, Fault, MemoryDirectory, MemoryServer};
use guichet_core::directory::{
    ClerkAccount, Directory, HandoverEntry, HandoverNote, OpenLdap, PasswordWrite, SignInRefusal,
    SyncCookie,
};
use guichet_core::domain::account::PasswordPolicy;
use guichet_core::domain::password::{PasswordForm, ProvisionalPassword, Recipe};
use guichet_core::domain::person::{Login, Person};
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::{RECORDS_DN, RehearsalOptions, post_settings, write_ldif};
use guichet_core::settings::DirectorySettings;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::access_rules::clients::{Asker, Directory as Clients};

pub trait Ground: Send + Sync {
    /// Another counter's session, nobody signed in.
    fn session(&self) -> Arc<dyn Directory>;
    /// All values of one attribute, as the administrator writes them; none removes it.
    fn set(&self, dn: &str, attribute: &str, values: &[&str]);
    fn remove(&self, dn: &str);
    /// Many of the administrator's `set` and `remove` at once: `None` removes the entry.
    fn set_all(&self, changes: &[(String, Option<(&str, String)>)]);
    /// A new entry, in LDIF.
    fn add(&self, ldif: &str);
    /// The server remembers no deletion from before.
    fn forget_deletions(&mut self);
    /// Cookies that no server like this one gave: from before all it knows, and from after.
    fn foreign_cookies(&mut self) -> Vec<SyncCookie>;
    /// The administrator gives a password.
    fn set_password(&self, dn: &str, password: &str);
    /// The person changes their own; whether the server let them.
    fn choose_password(&self, dn: &str, current: &str, new: &str) -> bool;
    /// `Some(must_change)` when this password opens.
    fn opens(&self, dn: &str, password: &str) -> Option<bool>;
    fn values(&self, dn: &str, attribute: &str) -> Vec<String>;
    /// DNs of the handover records.
    fn records(&self) -> Vec<String>;
    /// No server answers until `start_again`.
    fn stop(&mut self);
    fn start_again(&mut self);
    /// Requests are held until `thaw`, each longer than a client's patience.
    fn freeze(&mut self);
    fn thaw(&mut self);
}

/// Signs a clerk of the rehearsal in.
pub async fn signed_in(ground: &dyn Ground, login: &str) -> Arc<dyn Directory> {
    let session = ground.session();
    let right = clerk(login).expect("a clerk of the rehearsal").password;
    attempt(&session, login, right)
        .await
        .expect("the clerk signs in");
    session
}

pub async fn attempt(
    session: &Arc<dyn Directory>,
    login: &str,
    password: &str,
) -> Result<ClerkAccount, SignInRefusal> {
    let login = Login::new(login).expect("a login");
    session
        .sign_in(&login, Zeroizing::new(password.to_owned()))
        .await
}

/// The person of that login, as the session reads them.
pub async fn person(session: &Arc<dyn Directory>, login: &str) -> Person {
    let found = session
        .find(&[], &[login.to_owned()])
        .await
        .expect("a search");
    let wanted = Login::new(login);
    found
        .into_iter()
        .find(|person| person.login == wanted)
        .unwrap_or_else(|| panic!("{login} is readable"))
}

/// A provisional password: the same `seed` gives the same one. `Phrase` is long enough for every policy of the
/// rehearsal, `Code` has 13 letters.
pub fn password(form: PasswordForm, seed: u8) -> ProvisionalPassword {
    let limited = PasswordPolicy {
        must_change: true,
        lockout: true,
        max_failure: 5,
        lockout_seconds: 900,
        min_length: 0,
        max_length: 0,
        max_age_seconds: 0,
        in_history: 0,
    };
    let mut next = seed;
    Recipe::for_policy(form, Some(&limited), false)
        .draw(|buffer| {
            for byte in buffer.iter_mut() {
                next = next.wrapping_mul(37).wrapping_add(101);
                *byte = next;
            }
            // The top byte decides whether a draw counts: kept low, each one does.
            if let Some(top) = buffer.last_mut() {
                *top &= 0x3f;
            }
            Ok::<(), std::convert::Infallible>(())
        })
        .unwrap_or_else(|never| match never {})
}

pub fn write(person: &Person, password: &ProvisionalPassword) -> PasswordWrite {
    PasswordWrite {
        operation: Uuid::now_v7(),
        person_dn: person.dn.clone(),
        password: password.clone(),
        seen_change: person.account.password_changed,
    }
}

/// The record of the act that `write` is.
pub fn record(person: &Person, write: &PasswordWrite) -> HandoverEntry {
    HandoverEntry {
        operation: write.operation,
        person_dn: person.dn.clone(),
        note: HandoverNote {
            person: person.id.to_string(),
            number: "26 02 0001".into(),
            post: 2,
            document: "identity-card".into(),
            evidence: "typed-blind".into(),
            verdicts: vec!["birth".into(), "name".into()],
            at: "2026-11-24T08:31:00Z".into(),
            handed_over_by: None,
        },
    }
}

pub fn options() -> RehearsalOptions {
    let templates = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let mut options = RehearsalOptions::new(templates, jiff::Timestamp::now());
    options.people = 600;
    options.durable = false;
    options
}

/// Settings of a post.
fn settings(uri: &str, authority: &Path) -> DirectorySettings {
    post_settings(uri, authority, Path::new("unused")).directory
}

fn filled(
    options: &RehearsalOptions,
    clock: Clock,
    change: impl FnOnce(DirectorySettings) -> DirectorySettings,
) -> MemoryServer {
    let rules = change(settings("ldaps://127.0.0.1", Path::new("unused")));
    let server = MemoryServer::new(rules, clock);
    let mut ldif = Vec::new();
    write_ldif(options, &mut ldif).expect("written in memory");
    let text = String::from_utf8(ldif).expect("LDIF is text");
    server.load(&text).expect("LDIF is read");
    server
}

/// The university in memory.
pub struct Memory {
    pub server: MemoryServer,
    sessions: Mutex<Vec<Arc<MemoryDirectory>>>,
}

impl Memory {
    pub fn start() -> Self {
        Memory::of(&options())
    }

    pub fn of(options: &RehearsalOptions) -> Self {
        Memory {
            server: filled(options, Arc::new(jiff::Timestamp::now), |rules| rules),
            sessions: Mutex::new(Vec::new()),
        }
    }

    /// The university under other settings.
    pub fn with(change: impl FnOnce(DirectorySettings) -> DirectorySettings) -> Self {
        Memory {
            server: filled(&options(), Arc::new(jiff::Timestamp::now), change),
            sessions: Mutex::new(Vec::new()),
        }
    }

    /// The university of that instant, whose server lives by `clock`.
    pub fn at(now: jiff::Timestamp, clock: Clock) -> MemoryServer {
        let mut options = options();
        options.now = now;
        filled(&options, clock, |rules| rules)
    }

    fn each_session(&self, act: impl Fn(&MemoryDirectory)) {
        let sessions = self.sessions.lock().expect("not poisoned");
        sessions.iter().for_each(|session| act(session));
    }
}

impl Ground for Memory {
    fn session(&self) -> Arc<dyn Directory> {
        let session = Arc::new(self.server.session());
        let mut sessions = self.sessions.lock().expect("not poisoned");
        sessions.push(Arc::clone(&session));
        session
    }

    fn set(&self, dn: &str, attribute: &str, values: &[&str]) {
        self.server.set(dn, attribute, values);
    }

    fn remove(&self, dn: &str) {
        self.server.remove(dn);
    }

    fn set_all(&self, changes: &[(String, Option<(&str, String)>)]) {
        for (dn, change) in changes {
            match change {
                Some((attribute, value)) => self.server.set(dn, attribute, &[value]),
                None => self.server.remove(dn),
            }
        }
    }

    fn add(&self, ldif: &str) {
        // A server gives each new entry its entryUUID.
        let id = Uuid::now_v7();
        let text = format!("{}\nentryUUID: {id}\n", ldif.trim_end());
        self.server.load(&text).expect("LDIF is read");
    }

    fn forget_deletions(&mut self) {
        self.server.forget_deletions();
    }

    fn foreign_cookies(&mut self) -> Vec<SyncCookie> {
        let after = SyncCookie::from_bytes(b"0:99999999".to_vec());
        let other = SyncCookie::from_bytes(b"7:1".to_vec());
        vec![after, other]
    }

    fn set_password(&self, dn: &str, password: &str) {
        self.server.set_password(dn, password);
    }

    fn choose_password(&self, dn: &str, current: &str, new: &str) -> bool {
        self.server.choose_password(dn, current, new).is_ok()
    }

    fn opens(&self, dn: &str, password: &str) -> Option<bool> {
        match self.server.bind(dn, password) {
            Bind::Opens => Some(false),
            Bind::MustChange => Some(true),
            Bind::Invalid | Bind::Locked | Bind::Expired => None,
        }
    }

    fn values(&self, dn: &str, attribute: &str) -> Vec<String> {
        self.server
            .entry(dn)
            .and_then(|mut entry| entry.remove(&attribute.to_lowercase()))
            .unwrap_or_default()
    }

    fn records(&self) -> Vec<String> {
        self.server.records()
    }

    fn stop(&mut self) {
        self.each_session(MemoryDirectory::cut);
    }

    fn start_again(&mut self) {
        self.each_session(MemoryDirectory::mend);
    }

    fn freeze(&mut self) {
        self.each_session(|session| session.fail_next(Call::WritePassword, Fault::Frozen));
    }

    fn thaw(&mut self) {
        self.each_session(MemoryDirectory::release);
    }
}

/// Values that the client writes in base64, as it always does with passwords.
fn encoded_values(ldif: &str, attribute: &str) -> Vec<String> {
    let prefix = format!("{attribute}:: ");
    let encoded = ldif.lines().filter_map(|line| line.strip_prefix(&prefix));
    encoded
        .map(|text| {
            let bytes = BASE64.decode(text).expect("base64");
            String::from_utf8(bytes).expect("text")
        })
        .collect()
}

/// The university on a real slapd.
pub struct Slapd {
    clients: Clients,
}

impl Slapd {
    pub fn start() -> Self {
        Slapd {
            clients: Clients::of(&options()),
        }
    }

    pub fn of(options: &RehearsalOptions) -> Self {
        Slapd {
            clients: Clients::of(options),
        }
    }

    /// The options that give the very same people.
    pub fn same(&self) -> RehearsalOptions {
        let mut options = options();
        options.now = self.clients.server().prepared_at;
        options
    }

    /// Settings of a post of this server.
    pub fn settings(&self) -> DirectorySettings {
        let server = self.clients.server();
        settings(&server.uri_ldaps, &server.ca_pem)
    }

    fn change(&self, ldif: &str) {
        let answer = self.clients.change(Asker::Administrator, ldif);
        assert_eq!(answer.code, 0, "{}\n{ldif}", answer.err);
    }
}

impl Ground for Slapd {
    fn session(&self) -> Arc<dyn Directory> {
        let session = OpenLdap::new(self.settings());
        Arc::new(session.expect("the rehearsal's authority is read"))
    }

    fn set(&self, dn: &str, attribute: &str, values: &[&str]) {
        let lines: String = values
            .iter()
            .map(|value| format!("{attribute}: {value}\n"))
            .collect();
        self.change(&format!(
            "dn: {dn}\nchangetype: modify\nreplace: {attribute}\n{lines}-\n\n"
        ));
    }

    fn remove(&self, dn: &str) {
        self.change(&format!("dn: {dn}\nchangetype: delete\n\n"));
    }

    fn set_all(&self, changes: &[(String, Option<(&str, String)>)]) {
        let ldif: String = changes
            .iter()
            .map(|(dn, change)| match change {
                Some((attribute, value)) => format!(
                    "dn: {dn}\nchangetype: modify\nreplace: {attribute}\n{attribute}: {value}\n-\n\n"
                ),
                None => format!("dn: {dn}\nchangetype: delete\n\n"),
            })
            .collect();
        self.change(&ldif);
    }

    fn add(&self, ldif: &str) {
        let (dn, rest) = ldif.split_once('\n').expect("a DN, then attributes");
        self.change(&format!("{dn}\nchangetype: add\n{rest}\n"));
    }

    /// The session log lives in the server's memory.
    fn forget_deletions(&mut self) {
        self.stop();
        self.start_again();
    }

    fn foreign_cookies(&mut self) -> Vec<SyncCookie> {
        [
            // A directory restored from a backup: this post has seen more than it holds.
            "rid=000,csn=20991231235959.999999Z#000000#000#000000",
            // A directory loaded anew: nothing in it is as old as what this post has seen.
            "rid=000,csn=19700101000000.000000Z#000000#000#000000",
        ]
        .map(|text| SyncCookie::from_bytes(text.as_bytes().to_vec()))
        .into()
    }

    fn set_password(&self, dn: &str, password: &str) {
        self.set(dn, "userPassword", &[password]);
    }

    fn choose_password(&self, dn: &str, current: &str, new: &str) -> bool {
        let asker = Asker::With(dn, current);
        let answer = self.clients.run("ldappasswd", asker, &["-s", new], "");
        answer.code == 0
    }

    fn opens(&self, dn: &str, password: &str) -> Option<bool> {
        self.clients.binds(dn, password)
    }

    fn values(&self, dn: &str, attribute: &str) -> Vec<String> {
        let answer = self.clients.read(Asker::Administrator, dn, &[attribute]);
        let plain = answer.values(attribute).into_iter().map(str::to_owned);
        plain
            .chain(encoded_values(&answer.out, attribute))
            .collect()
    }

    fn records(&self) -> Vec<String> {
        let answer = self.clients.search(
            Asker::Administrator,
            RECORDS_DN,
            "(objectClass=document)",
            &["1.1"],
        );
        let values = answer.values("dn");
        values.into_iter().map(str::to_owned).collect()
    }

    fn stop(&mut self) {
        self.clients.server_mut().stop();
    }

    fn start_again(&mut self) {
        self.clients
            .server_mut()
            .restart()
            .expect("the server starts again");
    }

    fn freeze(&mut self) {
        self.clients.server_mut().pause();
    }

    fn thaw(&mut self) {
        self.clients.server_mut().resume();
    }
}
