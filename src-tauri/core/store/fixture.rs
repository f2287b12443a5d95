//! Fictitious people and a database of their own, for the tests of the store and of the search.
//! Never compiled outside tests.

use tempfile::TempDir;
use uuid::Uuid;

use super::{MirrorOwner, Store};
use crate::domain::account::AccountRecord;
use crate::domain::birth_date::PartialDate;
use crate::domain::person::{
    Login, NumberKind, Person, PersonId, PersonNames, PersonNumber, Recovery,
};
use crate::vault::DatabaseKey;

pub(crate) fn key(byte: u8) -> DatabaseKey {
    DatabaseKey::from_bytes([byte; 32])
}

pub(crate) fn owner() -> MirrorOwner {
    MirrorOwner {
        clerk_dn: "uid=op-scol,ou=people,dc=univ-rivemer,dc=example".into(),
        fingerprint: "a1".into(),
    }
}

pub(crate) fn store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("guichet.db"), &key(7)).unwrap();
    (folder, store)
}

/// `number` gives the person's identity: login `b` and number, student number, courriel.
pub(crate) fn person(number: u32, family: &str, given: &str, birth: &str) -> Person {
    let student = format!("{}", 21_700_000 + number);
    Person {
        id: PersonId(Uuid::from_u128(u128::from(number) + 1)),
        dn: format!("uid=b{student},ou=people,dc=univ-rivemer,dc=example"),
        login: Login::new(&format!("b{student}")),
        names: PersonNames {
            family: family.into(),
            given: given.into(),
            ..PersonNames::default()
        },
        civility: None,
        numbers: vec![PersonNumber {
            kind: NumberKind::Student,
            value: student.clone(),
        }],
        mail: Some(format!("p{number}.nom@etu.univ-rivemer.example")),
        birth: PartialDate::from_supann(birth),
        affiliations: vec!["student".into()],
        main_structure: None,
        structures: Vec::new(),
        attachments: Vec::new(),
        sponsor: None,
        recovery: Recovery {
            mail: Some("secours@ailleurs.example".into()),
            has_mail: true,
            ..Recovery::default()
        },
        account: AccountRecord::default(),
        language: None,
        within_perimeter: true,
    }
}
