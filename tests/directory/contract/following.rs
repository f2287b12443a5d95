//! Following a perimeter from a cookie: what changed comes, who left is named, and nothing else moves.

use std::collections::BTreeSet;
use std::sync::Arc;

use guichet_core::directory::{Directory, Filter, SyncCookie, SyncEnd, SyncPart};
use guichet_core::domain::person::{Person, PersonId};
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::person_dn;

use super::ground::{Ground, attempt};

/// What one following brought.
#[derive(Debug, Default)]
struct Brought {
    people: Vec<Person>,
    gone: BTreeSet<PersonId>,
    present: BTreeSet<PersonId>,
}

impl Brought {
    fn logins(&self) -> BTreeSet<String> {
        let logins = self
            .people
            .iter()
            .filter_map(|person| person.login.as_ref());
        logins.map(ToString::to_string).collect()
    }
}

struct Follower {
    session: Arc<dyn Directory>,
    perimeter: Filter,
}

impl Follower {
    async fn of(ground: &dyn Ground, login: &str) -> Follower {
        let session = ground.session();
        let right = clerk(login).expect("a clerk").password;
        let account = attempt(&session, login, right).await.expect("opens");
        let perimeter = account.perimeter().expect("a filter");
        Follower { session, perimeter }
    }

    async fn cookie(&self) -> SyncCookie {
        let cookie = self.session.sync_cookie().await.expect("read");
        cookie.expect("this server follows")
    }

    async fn from(&self, cookie: &SyncCookie) -> (Brought, SyncEnd) {
        let mut brought = Brought::default();
        let end = self
            .session
            .changes_since(&self.perimeter, cookie, &mut |part| match part {
                SyncPart::People(people) => {
                    assert!(people.len() <= 100, "a few at a time");
                    brought.people.extend(people);
                }
                SyncPart::Gone(ids) => brought.gone.extend(ids),
                SyncPart::Present(ids) => brought.present.extend(ids),
            })
            .await
            .expect("followed");
        (brought, end)
    }

    async fn everybody(&self) -> Vec<Person> {
        let mut people = Vec::new();
        self.session
            .read_perimeter(&self.perimeter, &mut |page| people.extend(page))
            .await
            .expect("read");
        people
    }
}

/// Staff of the human resources who are nobody in particular.
fn ordinary(people: &[Person]) -> Vec<&Person> {
    people
        .iter()
        .filter(|person| {
            person
                .login
                .as_ref()
                .is_some_and(|login| clerk(login.as_str()).is_none())
        })
        .collect()
}

fn followed(end: SyncEnd) -> (SyncCookie, bool) {
    match end {
        SyncEnd::Followed { cookie, everybody } => (cookie, everybody),
        SyncEnd::ReadAnew => panic!("the cookie is good"),
    }
}

pub async fn only_what_changed_comes_and_the_gone_are_named(ground: &mut dyn Ground) {
    let follower = Follower::of(ground, "croux").await;
    let start = follower.cookie().await;
    let people = follower.everybody().await;
    let known = ordinary(&people);
    let (changed, deleted, left) = (known[0].clone(), known[1].clone(), known[2].clone());
    let outside = Follower::of(ground, "mperrin").await;
    let students = outside.everybody().await;
    let comes = students
        .iter()
        .find(|person| person.affiliations.iter().all(|tie| tie != "employee"))
        .expect("a student");

    ground.set(&changed.dn, "sn", &["Nouveau-Nom"]);
    ground.remove(&deleted.dn);
    ground.set(&left.dn, "eduPersonAffiliation", &["alum"]);
    ground.set(&comes.dn, "eduPersonAffiliation", &["employee", "member"]);
    ground.add(&format!(
        "dn: {}\nobjectClass: inetOrgPerson\nobjectClass: supannPerson\nobjectClass: eduPerson\nuid: znouvelle\n\
         cn: Zoe Nouvelle\nsn: Nouvelle\ngivenName: Zoe\neduPersonAffiliation: employee\n",
        person_dn("znouvelle")
    ));
    // Somebody of another population: no affair of this clerk.
    ground.set(&students[1].dn, "sn", &["Ailleurs"]);

    let (brought, end) = follower.from(&start).await;
    let (cookie, everybody) = followed(end);
    assert!(!everybody, "the server remembers: nobody else is named");
    assert!(brought.present.is_empty());
    let mut expected: BTreeSet<String> = ["znouvelle".to_owned()].into();
    for person in [&changed, comes] {
        expected.extend(person.login.as_ref().map(ToString::to_string));
    }
    let mut logins = brought.logins();
    if comes.login.is_none() {
        assert!(brought.people.iter().any(|person| person.id == comes.id));
    }
    // Signing in moved the clerk's own entry, on a server that records it.
    logins.remove("croux");
    logins.remove("mperrin");
    assert_eq!(logins, expected);
    let renamed = brought.people.iter().find(|person| person.id == changed.id);
    assert_eq!(
        renamed.map(|person| person.names.family.as_str()),
        Some("Nouveau-Nom")
    );
    for gone in [&deleted, &left] {
        assert!(brought.gone.contains(&gone.id), "{} is gone", gone.dn);
    }

    let (again, end) = follower.from(&cookie).await;
    assert!(again.people.is_empty(), "{:?}", again.logins());
    assert!(
        !followed(end).1,
        "nothing changed: nobody is to be forgotten"
    );
}

pub async fn a_server_that_forgot_deletions_names_everybody_present(ground: &mut dyn Ground) {
    let follower = Follower::of(ground, "croux").await;
    let start = follower.cookie().await;
    let before = follower.everybody().await;
    let known = ordinary(&before);
    let (changed, deleted, left) = (known[0].clone(), known[1].clone(), known[2].clone());
    ground.remove(&deleted.dn);
    ground.set(&left.dn, "eduPersonAffiliation", &["alum"]);
    ground.set(&changed.dn, "sn", &["Nouveau-Nom"]);
    ground.forget_deletions();

    let (brought, end) = follower.from(&start).await;
    let (cookie, everybody) = followed(end);
    assert!(everybody, "whoever is not named is gone");
    let named: BTreeSet<PersonId> = brought
        .people
        .iter()
        .map(|person| person.id)
        .chain(brought.present.iter().copied())
        .collect();
    let there: BTreeSet<PersonId> = follower
        .everybody()
        .await
        .iter()
        .map(|person| person.id)
        .collect();
    assert_eq!(named, there, "each one who is there, and nobody else");
    assert!(!named.contains(&deleted.id) && !named.contains(&left.id));
    assert!(brought.people.iter().any(|person| person.id == changed.id));
    assert!(
        brought.people.len() < 5,
        "the unchanged are named, not sent: {:?}",
        brought.logins()
    );
    let (again, _) = follower.from(&cookie).await;
    assert!(again.people.is_empty());
}

pub async fn a_cookie_the_server_cannot_follow_asks_to_read_anew(ground: &mut dyn Ground) {
    let follower = Follower::of(ground, "croux").await;
    for cookie in ground.foreign_cookies() {
        let (brought, end) = follower.from(&cookie).await;
        let there = follower.everybody().await.len();
        assert!(
            matches!(
                end,
                SyncEnd::ReadAnew
                    | SyncEnd::Followed {
                        everybody: true,
                        ..
                    }
            ),
            "{cookie:?}: never taken for « nothing changed » ({} came of {there})",
            brought.people.len()
        );
    }
    let (_, end) = follower.from(&follower.cookie().await).await;
    assert!(matches!(
        end,
        SyncEnd::Followed {
            everybody: false,
            ..
        }
    ));
}

pub async fn many_changes_bring_as_many_people(ground: &mut dyn Ground) {
    let follower = Follower::of(ground, "hvasseur").await;
    let people = follower.everybody().await;
    let start = follower.cookie().await;
    let known = ordinary(&people);
    let changes: Vec<(String, Option<(&str, String)>)> = known
        .iter()
        .take(500)
        .map(|person| {
            (
                person.dn.clone(),
                Some(("displayName", "Nom Change".to_owned())),
            )
        })
        .collect();
    assert_eq!(changes.len(), 500, "enough people");
    ground.set_all(&changes);
    let (brought, end) = follower.from(&start).await;
    followed(end);
    assert_eq!(brought.people.len(), 500, "those, and nobody else");
    assert!(brought.gone.is_empty());
}
