//! What every harness stands on: sessions on a real slapd, people whom nothing but the harness stands in the way of, and what
//! their entries hold as the administrator reads them.
//! Never reads an entry through a session under test.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::process::Command;

use guichet_core::directory::{Directory, Filter, OpenLdap};
use guichet_core::domain::account::ResourceState;
use guichet_core::domain::person::{Login, Person};
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::{
    ADMINISTRATOR_PASSWORD, DEFAULT_POLICY, PEOPLE_DN, administrator_dn, cast, policy_dn,
};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::desk::{Post, as_administrator};

/// Sees everybody but protected accounts.
const CLERK: &str = "hvasseur";

/// Who comes to the desks, and how the clerk types the beginning of their name.
pub const VISITORS: [(&str, &str); 2] = [
    (cast::INES_LEFEVRE_NUNEZ, "lef"),
    (cast::NADIA_BELKHIR, "bel"),
];

/// `patience` in seconds: a stalled connection costs as much.
pub async fn session(post: &Post, uri: String, patience: u64) -> OpenLdap {
    let mut settings = post.settings.directory.clone();
    settings.uris = vec![uri];
    settings.timeout_seconds = patience;
    let session = OpenLdap::new(settings).expect("the authority is read");
    let password = clerk(CLERK).expect("a clerk").password.to_owned();
    let login = Login::new(CLERK).expect("a login");
    session
        .sign_in(&login, Zeroizing::new(password))
        .await
        .expect("the clerk signs in");
    session
}

/// People whom a handover helps: nothing but the wire may stand in its way.
pub async fn ordinary_people(directory: &dyn Directory, wanted: usize) -> Vec<Person> {
    let mut people = Vec::new();
    directory
        .read_perimeter(
            &Filter::equals("objectClass", "supannPerson"),
            &mut |page| {
                people.extend(page);
            },
        )
        .await
        .expect("the people are read");
    people.retain(|person| {
        let account = &person.account;
        let active = account
            .resource
            .as_ref()
            .is_some_and(|resource| resource.state == ResourceState::Active);
        let is_clerk = person
            .login
            .as_ref()
            .is_some_and(|login| clerk(login.as_str()).is_some());
        let comes_to_a_desk = person.login.as_ref().is_some_and(|login| {
            VISITORS
                .iter()
                .any(|(visitor, _)| *visitor == login.as_str())
        });
        active
            && !is_clerk
            && !comes_to_a_desk
            && account.lock.is_none()
            && account.failures == 0
            && account.policy_dn.is_none()
            && account.password_start.is_none()
            && account.password_end.is_none()
            && account.markers.is_empty()
    });
    let mut ordinary = Vec::new();
    for person in people {
        // Protection is another reading.
        let person = directory.person(person.id).await.expect("read");
        if !person.account.protected {
            ordinary.push(person);
        }
        if ordinary.len() == wanted {
            return ordinary;
        }
    }
    panic!("only {} people", ordinary.len());
}

pub fn address(post: &Post) -> SocketAddr {
    let port = post.directory.uri_ldaps.rsplit(':').next();
    let port = port.and_then(|port| port.parse::<u16>().ok());
    ([127, 0, 0, 1], port.expect("a port")).into()
}

/// Wrong passwords lock nobody, and each password that was replaced stays in the history: slapd adds it in the very Modify that
/// replaces it, so that its length counts the effects, whatever was killed and when.
pub fn keep_every_password(post: &Post) {
    as_administrator(
        post,
        &[],
        &format!(
            "dn: {}\nchangetype: modify\nreplace: pwdLockout\npwdLockout: FALSE\n-\n\
             replace: pwdInHistory\npwdInHistory: 1000\n",
            policy_dn(DEFAULT_POLICY)
        ),
    );
}

/// What an entry holds.
#[derive(Debug, Clone, Default)]
pub struct Held {
    pub passwords: u64,
    pub replaced: u64,
    pub must_change: bool,
    pub markers: HashSet<Uuid>,
}

/// Everybody's, by DN in lower case.
pub fn held(post: &Post) -> HashMap<String, Held> {
    let output = Command::new("ldapsearch")
        .args([
            "-x",
            "-LLL",
            "-o",
            "ldif-wrap=no",
            "-H",
            &post.directory.uri_ldaps,
        ])
        .args([
            "-D",
            &administrator_dn(),
            "-w",
            ADMINISTRATOR_PASSWORD,
            "-b",
            PEOPLE_DN,
        ])
        .args([
            "(uid=*)",
            "userPassword",
            "pwdHistory",
            "pwdReset",
            "supannRefId",
        ])
        .env("LDAPTLS_CACERT", &post.directory.ca_pem)
        .output()
        .expect("ldapsearch (Debian package ldap-utils)");
    assert!(output.status.success(), "{output:?}");
    let mut entries: HashMap<String, Held> = HashMap::new();
    let mut entry = Held::default();
    let mut dn = String::new();
    for line in String::from_utf8_lossy(&output.stdout).lines().chain([""]) {
        if line.is_empty() {
            entries.insert(std::mem::take(&mut dn), std::mem::take(&mut entry));
        } else if let Some(text) = line.strip_prefix("dn: ") {
            dn = text.to_lowercase();
        } else if line.starts_with("userPassword:") {
            entry.passwords += 1;
        } else if line.starts_with("pwdHistory:") {
            entry.replaced += 1;
        } else if line == "pwdReset: TRUE" {
            entry.must_change = true;
        } else if let Some(marker) = line.strip_prefix("supannRefId: {GUICHET}") {
            entry.markers.extend(marker.parse::<Uuid>());
        }
    }
    entries
}
