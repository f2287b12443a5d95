//! Reading: who is found, what shows of somebody outside the perimeter, policies, structures, and the whole perimeter.

use std::collections::BTreeMap;

use guichet_core::directory::DirectoryError;
use guichet_core::domain::person::{Login, Person, PersonId};
use guichet_core::rehearsal::cast::{
    INES_LEFEVRE_NUNEZ, NADIA_BELKACEM, NADIA_BELKACEM_ROUSSEL, NADIA_BELKHIR, PROTECTED,
};
use guichet_core::rehearsal::{STRUCTURES, policy_dn};

use super::ground::{Ground, Memory, Slapd, person, signed_in};

fn words(text: &[&str]) -> Vec<String> {
    text.iter().map(|word| (*word).to_owned()).collect()
}

pub async fn people_are_found_by_name_and_by_key(ground: &mut dyn Ground) {
    let session = signed_in(ground, "hvasseur").await;
    let by_login = person(&session, INES_LEFEVRE_NUNEZ).await;
    assert_eq!(by_login.names.family, "Lefèvre-Nuñez");
    for number in &by_login.numbers {
        let found = session
            .find(&[], std::slice::from_ref(&number.value))
            .await
            .expect("a search");
        assert!(
            found.iter().any(|found| found.id == by_login.id),
            "by {:?}",
            number.kind
        );
    }
    let by_mail = session
        .find(
            &[],
            &[by_login.mail.clone().expect("a mail").to_uppercase()],
        )
        .await
        .expect("a search");
    assert_eq!(by_mail.len(), 1, "mails have no case");
    let accented = by_login.mail.clone().expect("a mail").replace('e', "é");
    let by_accented = session.find(&[], &[accented]).await.expect("a search");
    assert_eq!(
        by_accented.len(),
        1,
        "mails have no accents, those who type them do"
    );

    let logins = |found: &[Person]| -> Vec<String> {
        let logins = found.iter().filter_map(|person| person.login.as_ref());
        let mut logins: Vec<String> = logins.map(|login| login.as_str().to_owned()).collect();
        logins.sort();
        logins
    };
    let all_words = session
        .find(&words(&["nadia", "ROUSSEL"]), &[])
        .await
        .expect("a search");
    assert_eq!(
        logins(&all_words),
        [NADIA_BELKACEM_ROUSSEL],
        "every word must be there, in any case"
    );
    let either = session
        .find(&words(&["roussel"]), &words(&[NADIA_BELKHIR]))
        .await
        .expect("a search");
    assert!(
        logins(&either).contains(&NADIA_BELKHIR.to_owned()),
        "a key finds beside the words"
    );
    let many = session.find(&words(&["a"]), &[]).await.expect("a search");
    assert_eq!(many.len(), 50, "a page at the most, and no failure");
    let nobody = session
        .find(&words(&["zzyzx"]), &[])
        .await
        .expect("a search");
    assert!(nobody.is_empty());

    let protected = person(&session, PROTECTED).await;
    let afresh = session.person(protected.id).await.expect("read");
    assert!(afresh.account.protected, "the group of protected accounts");
    let other = session.person(by_login.id).await.expect("read");
    assert!(!other.account.protected);
    let alone = session.read_back(protected.id).await.expect("read");
    assert!(
        !alone.account.protected,
        "read back alone, protection is not looked up"
    );
}

pub async fn outside_the_perimeter_only_the_name_shows(ground: &mut dyn Ground) {
    let office = signed_in(ground, "mperrin").await;
    let inside = person(&office, NADIA_BELKACEM).await;
    assert!(inside.within_perimeter && inside.birth.is_some());

    let session = signed_in(ground, "croux").await;
    let by_key = session
        .find(&[], &words(&[NADIA_BELKACEM]))
        .await
        .expect("a search");
    assert!(
        by_key.is_empty(),
        "a key outside the perimeter tells nothing"
    );
    let outside = session.read_back(inside.id).await.expect("read");
    assert!(!outside.within_perimeter);
    assert_eq!(outside.names.family, inside.names.family);
    assert_eq!(outside.affiliations, inside.affiliations);
    assert_eq!(outside.main_structure, inside.main_structure);
    assert_eq!(
        (outside.login, outside.birth, outside.mail),
        (None, None, None)
    );
    assert!(outside.numbers.is_empty());
    assert!(!outside.recovery.has_mail && !outside.recovery.has_mobile);
    assert_eq!(outside.account.password_changed, None);
    assert_eq!(outside.account.resource, None);
    let by_name = session
        .find(&words(&["nadia", "belkacem"]), &[])
        .await
        .expect("a search");
    assert!(
        by_name.iter().any(|found| found.id == inside.id),
        "the name is found, to send the person to the right desk"
    );
}

pub async fn an_unknown_person_is_not_found(ground: &mut dyn Ground) {
    let session = signed_in(ground, "croux").await;
    let stranger = PersonId(uuid::Uuid::from_u128(0x1234));
    assert_eq!(
        session.person(stranger).await,
        Err(DirectoryError::NotFound)
    );
    assert_eq!(
        session.read_back(stranger).await,
        Err(DirectoryError::NotFound)
    );
}

pub async fn hostile_words_find_nobody(ground: &mut dyn Ground) {
    let session = signed_in(ground, "hvasseur").await;
    for hostile in ["*", ")(uid=*", "a)(|(uid=*))", "\\", "\0", "(", "\\2a"] {
        for (words, keys) in [
            (vec![hostile.to_owned()], vec![]),
            (vec![], vec![hostile.to_owned()]),
        ] {
            let found = session.find(&words, &keys).await;
            assert_eq!(found, Ok(Vec::new()), "{hostile:?} is a text like another");
        }
    }
}

pub async fn the_perimeter_comes_whole(ground: &mut dyn Ground) {
    for (login, whom) in [
        ("croux", NADIA_BELKHIR),
        ("mperrin", NADIA_BELKACEM),
        ("ybenaissa", NADIA_BELKACEM_ROUSSEL),
        ("obouchet", NADIA_BELKHIR),
        ("hvasseur", PROTECTED),
    ] {
        let session = ground.session();
        let right = guichet_core::rehearsal::clerks::clerk(login)
            .expect("a clerk")
            .password;
        let account = super::ground::attempt(&session, login, right)
            .await
            .expect("opens");
        let filter = account.perimeter().expect("a filter");
        let mut people: Vec<Person> = Vec::new();
        let count = session
            .read_perimeter(&filter, &mut |page| {
                assert!(page.len() <= 500, "a page at a time");
                people.extend(page);
            })
            .await
            .expect("read");
        assert_eq!(count, people.len(), "{login}: each one is given");
        assert!(
            people.iter().all(|person| person.within_perimeter),
            "{login}: nobody from outside"
        );
        let logins = people.iter().filter_map(|person| person.login.as_ref());
        let there = logins.map(Login::as_str);
        let there: Vec<&str> = there.collect();
        if login == "obouchet" {
            assert!(!there.is_empty(), "{login} serves somebody");
        } else {
            assert!(there.contains(&whom), "{login} reads {whom}");
        }
    }
}

pub async fn policies_and_structures_are_read(ground: &mut dyn Ground) {
    let session = signed_in(ground, "hvasseur").await;
    let ordinary = person(&session, NADIA_BELKHIR).await;
    let policy = session.policy(&ordinary).await.expect("read");
    let policy = policy.expect("the default one, from the settings");
    assert!(policy.must_change && policy.limits_attempts());
    assert_eq!(
        (policy.min_length, policy.in_history, policy.lockout_seconds),
        (12, 0, 900)
    );
    let mut strict = ordinary.clone();
    strict.account.policy_dn = Some(policy_dn("renforcee"));
    let own = session.policy(&strict).await.expect("read");
    let own = own.expect("the one the entry names");
    assert_eq!(
        (own.min_length, own.in_history, own.max_failure),
        (14, 5, 3)
    );
    assert_eq!(session.policy_at(&policy_dn("absente")).await, Ok(None));
    let structures = session.structures().await.expect("read");
    assert_eq!(structures.len(), STRUCTURES.len());
    assert!(structures.contains_key("DRH"));
}

/// One clerk of each role.
const READERS: [&str; 5] = ["croux", "mperrin", "ybenaissa", "obouchet", "hvasseur"];

/// Whom each clerk reads, and everything of them: the double against slapd, attribute by attribute.
#[tokio::test(flavor = "multi_thread")]
async fn the_double_and_slapd_show_the_same_people() {
    let slapd = Slapd::start();
    let memory = Memory::of(&slapd.same());
    for login in READERS {
        let mut seen: Vec<BTreeMap<PersonId, Person>> = Vec::new();
        for ground in [&slapd as &dyn Ground, &memory as &dyn Ground] {
            let session = signed_in(ground, login).await;
            let everybody = guichet_core::directory::Filter::equals("objectClass", "supannPerson");
            let mut people = BTreeMap::new();
            session
                .read_perimeter(&everybody, &mut |page| {
                    people.extend(page.into_iter().map(|mut person| {
                        // The order of values is the server's.
                        person.structures.sort();
                        person
                            .numbers
                            .sort_by(|one, other| one.value.cmp(&other.value));
                        person.affiliations.sort();
                        person.names.common.sort();
                        // Those who sign in for this test do so at their own moment.
                        let reader = person.login.as_ref().map(Login::as_str);
                        if reader.is_some_and(|reader| READERS.contains(&reader)) {
                            person.account.last_success = None;
                        }
                        (person.id, person)
                    }));
                })
                .await
                .expect("read");
            seen.push(people);
        }
        assert_eq!(seen[0].len(), seen[1].len(), "{login} sees as many people");
        for (id, real) in &seen[0] {
            assert_eq!(Some(real), seen[1].get(id), "{login} reads {}", real.dn);
        }
    }
    super::said("both", "the_double_and_slapd_show_the_same_people");
}
