//! The encrypted store: its settings, its refusals, its transactions, and that no file shows a name.

use std::fs;

use jiff::Timestamp;
use rusqlite::types::Value;

use super::fixture::{key, owner, person, store};
use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn fill(store: &Store, owner: &MirrorOwner, people: &[crate::domain::person::Person]) {
    store.write(|tx| tx.begin_fill(owner)).unwrap();
    store.write(|tx| tx.put_people(people)).unwrap();
    store.write(|tx| tx.end_fill(at(0))).unwrap();
}

fn names(store: &Store, owner: &MirrorOwner) -> Vec<String> {
    let mut names = Vec::new();
    store
        .read(|reader| {
            reader.each_person(owner, |person| {
                names.push(person.names.full());
                Ok(())
            })
        })
        .unwrap();
    names
}

fn scalar(store: &Store, sql: &str) -> i64 {
    store
        .read(|reader| Ok(reader.connection().query_row(sql, [], |row| row.get(0))?))
        .unwrap()
}

#[test]
fn the_settings_are_those_decided() {
    let (folder, store) = store();
    let value = |side: &Connection, pragma: &str| {
        side.pragma_query_value(None, pragma, |row| row.get::<_, Value>(0))
            .unwrap()
    };
    let text = |side: &Connection, pragma: &str| match value(side, pragma) {
        Value::Text(text) => text,
        Value::Integer(number) => number.to_string(),
        other @ (Value::Null | Value::Real(_) | Value::Blob(_)) => panic!("{pragma}: {other:?}"),
    };
    let writing = store.sides.writing.lock().unwrap();
    let reading = store.sides.reading.lock().unwrap();
    for side in [&writing.connection, &*reading] {
        for (pragma, expected) in [
            ("journal_mode", "wal"),
            ("synchronous", "2"),
            ("temp_store", "2"),
            ("secure_delete", "1"),
            ("trusted_schema", "0"),
            ("foreign_keys", "1"),
            ("cipher_memory_security", "1"),
        ] {
            assert_eq!(text(side, pragma), expected, "{pragma}");
        }
        assert!(text(side, "cipher_version").starts_with("4."));
    }
    assert_eq!(
        text(&writing.connection, "user_version"),
        MIGRATIONS.len().to_string()
    );
    #[cfg(unix)]
    for file in ["guichet.db", "guichet.db-wal", "guichet.db-shm"] {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder.path().join(file))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_too_open_is_closed_again() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, store) = store();
    drop(store);
    let path = folder.path().join("guichet.db");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    Store::open(&path, &key(7)).unwrap();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn a_wrong_key_and_a_damaged_file_are_told_apart() {
    let (folder, store) = store();
    fill(
        &store,
        &owner(),
        &(0..200)
            .map(|n| person(n, "Martin", "Zoé", "1998-03-16"))
            .collect::<Vec<_>>(),
    );
    drop(store);
    let path = folder.path().join("guichet.db");
    let before = fs::read(&path).unwrap();
    assert!(before.len() > 10 * 4_096);

    let wrong = Store::open(&path, &key(8)).unwrap_err();
    assert!(matches!(wrong, StoreError::WrongKey), "{wrong:?}");
    assert!(
        fs::read(&path).unwrap() == before,
        "a refused file is left as it was"
    );

    let mut first_page = before.clone();
    first_page[300] ^= 1;
    fs::write(&path, &first_page).unwrap();
    let damaged = Store::open(&path, &key(7)).unwrap_err();
    assert!(matches!(damaged, StoreError::Damaged), "{damaged:?}");

    fs::write(&path, &before[..5_000]).unwrap();
    let cut = Store::open(&path, &key(7)).unwrap_err();
    assert!(matches!(cut, StoreError::Damaged), "{cut:?}");

    let mut later_pages = before.clone();
    for byte in later_pages.iter_mut().skip(4_096) {
        *byte ^= 1;
    }
    fs::write(&path, &later_pages).unwrap();
    let read =
        Store::open(&path, &key(7)).and_then(|store| store.read(|reader| reader.counts(&owner())));
    assert!(matches!(read, Err(StoreError::Damaged)), "{read:?}");

    fs::write(&path, "SQLite format 3\0 in clear").unwrap();
    assert!(matches!(
        Store::open(&path, &key(7)),
        Err(StoreError::Damaged)
    ));

    fs::write(&path, &before).unwrap();
    assert_eq!(
        Store::open(&path, &key(7))
            .unwrap()
            .read(|reader| reader.counts(&owner()))
            .unwrap()
            .people,
        200
    );
}

/// What a log is worth: `SQLite` stops at its first bad frame, and what came after is gone without a word.
#[test]
fn a_database_that_has_lost_commits_is_refused_and_left_as_it_is() {
    let (folder, store) = store();
    for second in 0..20 {
        store.write(|tx| tx.note_hour(at(second))).unwrap();
    }
    let crashed = tempfile::tempdir().unwrap();
    for file in ["guichet.db", "guichet.db-wal", "guichet.db.commits"] {
        fs::copy(folder.path().join(file), crashed.path().join(file)).unwrap();
    }
    let path = crashed.path().join("guichet.db");
    let log = crashed.path().join("guichet.db-wal");
    let whole = fs::read(&log).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() - 3_000] ^= 1;
    for damaged in [flipped, whole[..whole.len() - 1].to_vec(), Vec::new()] {
        fs::write(&log, &damaged).unwrap();
        let database = fs::read(&path).unwrap();
        let lost = Store::open(&path, &key(7)).unwrap_err();
        assert!(matches!(lost, StoreError::CommitsLost), "{lost:?}");
        assert!(fs::read(&log).unwrap() == damaged && fs::read(&path).unwrap() == database);
    }
    fs::write(&log, &whole).unwrap();
    let whole = Store::open(&path, &key(7)).unwrap();
    let hour = whole.read(|reader| reader.latest_hour()).unwrap();
    assert_eq!(hour, Some(at(19)), "nothing was lost but the damage");
    drop(whole);
    fs::write(crashed.path().join("guichet.db.commits"), "damaged").unwrap();
    drop(Store::open(&path, &key(7)).unwrap());
}

#[test]
fn an_emptied_database_is_not_a_new_one() {
    let (folder, store) = store();
    store.write(|tx| tx.note_hour(at(1))).unwrap();
    drop(store);
    let path = folder.path().join("guichet.db");
    fs::write(&path, "").unwrap();
    assert!(matches!(
        Store::open(&path, &key(7)),
        Err(StoreError::Damaged)
    ));
    fs::remove_file(&path).unwrap();
    assert!(matches!(
        Store::open(&path, &key(7)),
        Err(StoreError::Damaged)
    ));
    assert!(!path.exists(), "nothing is made in its place");
}

#[test]
fn a_file_of_a_newer_version_is_left_alone() {
    let (folder, store) = store();
    store
        .write(|tx| Ok(tx.connection().pragma_update(None, "user_version", 999)?))
        .unwrap();
    drop(store);
    assert!(matches!(
        Store::open(&folder.path().join("guichet.db"), &key(7)),
        Err(StoreError::Newer)
    ));
}

#[test]
fn every_problem_has_its_sentence() {
    let problems = [
        StoreError::WrongKey,
        StoreError::Damaged,
        StoreError::CommitsLost,
        StoreError::Newer,
        StoreError::DiskFull,
        StoreError::ReadOnly,
        StoreError::Unconfirmed,
        StoreError::InUse,
        StoreError::unreadable("people.json"),
        StoreError::from(std::io::Error::other("x")),
        StoreError::from(rusqlite::Error::InvalidQuery),
    ];
    for problem in problems {
        let sentence = problem.sentence();
        assert!(sentence.ends_with('.') && sentence.len() > 40, "{sentence}");
        assert!(
            !sentence.contains(" ;") && !sentence.contains(" :") && !sentence.contains('!'),
            "{sentence}"
        );
    }
}

#[test]
fn nothing_is_written_in_clear() {
    let (folder, store) = store();
    let people: Vec<_> = (0..50)
        .map(|n| person(n, "Kerguélen", "Maëlys", "1998-03-16"))
        .collect();
    fill(&store, &owner(), &people);
    let needles: [&[u8]; 7] = [
        b"Kergu",
        b"kerguelen",
        b"Ma\xc3\xablys",
        b"maelys",
        b"21700001",
        b"1998-03-16",
        b"CREATE TABLE",
    ];
    let mut scanned = 0;
    for open in [true, false] {
        for entry in fs::read_dir(folder.path()).unwrap() {
            let path = entry.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            scanned += bytes.len();
            for needle in needles {
                let found = bytes.windows(needle.len()).any(|window| window == needle);
                assert!(
                    !found,
                    "{} in {path:?}, open: {open}",
                    String::from_utf8_lossy(needle)
                );
            }
        }
        if open {
            store.read(|reader| reader.counts(&owner())).unwrap();
        }
    }
    assert!(scanned > 100_000, "there was something to scan");
}

#[test]
fn a_recovery_address_is_not_kept() {
    let (_folder, store) = store();
    fill(
        &store,
        &owner(),
        &[person(1, "Martin", "Zoé", "1998-03-16")],
    );
    assert_eq!(
        scalar(
            &store,
            "SELECT count(*) FROM people WHERE json LIKE '%ailleurs%'"
        ),
        0
    );
    let known = store
        .read(|reader| reader.person(&owner(), person(1, "", "", "").id))
        .unwrap()
        .unwrap();
    assert!(known.recovery.has_mail && known.recovery.mail.is_none());
}

#[test]
fn a_failed_write_leaves_nothing_and_the_next_one_works() {
    let (_folder, store) = store();
    store.write(|tx| tx.begin_fill(&owner())).unwrap();
    let failed: Result<(), _> = store.write(|tx| {
        tx.put_people(&[person(1, "Nouveau", "Mot", "1998-03-16")])?;
        Err(StoreError::unreadable("test"))
    });
    assert!(failed.is_err());
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _: Result<(), _> = store.write(|tx| {
            tx.put_people(&[person(2, "Autre", "Mot", "1998-03-16")])?;
            panic!("on purpose")
        });
    }));
    assert!(panicked.is_err());
    assert_eq!(
        store.read(|reader| reader.counts(&owner())).unwrap().words,
        0
    );
    // The words the undone transactions numbered must be numbered again.
    store
        .write(|tx| tx.put_people(&[person(3, "Nouveau", "Autre", "1998-03-16")]))
        .unwrap();
    assert_eq!(
        scalar(
            &store,
            "SELECT count(*) FROM postings p JOIN words w ON w.word = p.word"
        ),
        2
    );
}

#[test]
fn after_a_write_that_the_disk_did_not_confirm_nothing_more_is_written() {
    use rusqlite::ffi::{Error, SQLITE_IOERR_FSYNC};
    let failed = rusqlite::Error::SqliteFailure(Error::new(SQLITE_IOERR_FSYNC), None);
    let failed = StoreError::from(failed);
    assert!(matches!(failed, StoreError::Unconfirmed), "{failed:?}");
    let (folder, store) = store();
    let lost: Result<(), _> = store.write(|_| Err(failed));
    assert!(lost.is_err());
    for _ in 0..2 {
        let again = store.write(|tx| tx.begin_fill(&owner()));
        assert!(matches!(again, Err(StoreError::Unconfirmed)), "{again:?}");
    }
    assert!(
        store.read(|reader| reader.mirror()).is_ok(),
        "what was kept is read"
    );
    drop(store);
    let again = Store::open(&folder.path().join("guichet.db"), &key(7)).unwrap();
    again.write(|tx| tx.begin_fill(&owner())).unwrap();
}

#[test]
fn the_rows_belong_to_one_owner() {
    let (_folder, store) = store();
    let other = MirrorOwner {
        fingerprint: "b2".into(),
        ..owner()
    };
    fill(
        &store,
        &owner(),
        &[person(1, "Martin", "Zoé", "1998-03-16")],
    );
    let id = person(1, "", "", "").id;
    store
        .read(|reader| {
            assert!(reader.people_index(&other)?.is_none());
            assert_eq!(reader.counts(&other)?, MirrorCounts::default());
            assert_eq!(reader.filled_at(&other)?, None);
            assert_eq!(reader.person(&other, id)?, None);
            assert_eq!(reader.filled_at(&owner())?, Some(at(0)));
            assert_eq!(reader.mirror_owner()?, Some(owner()));
            Ok(())
        })
        .unwrap();
    store.write(|tx| tx.begin_fill(&other)).unwrap();
    for table in ["people", "person_names", "words", "postings", "person_keys"] {
        assert_eq!(
            scalar(&store, &format!("SELECT count(*) FROM {table}")),
            0,
            "{table}"
        );
    }
    assert_eq!(
        store.read(|reader| reader.person(&owner(), id)).unwrap(),
        None
    );
    assert_eq!(
        store.read(|reader| reader.filled_at(&other)).unwrap(),
        None,
        "a fill that has not ended dates nothing"
    );
}

#[test]
fn a_cookie_lasts_until_the_next_fill_begins() {
    let (_folder, store) = store();
    assert_eq!(store.read(|reader| reader.mirror()).unwrap(), None);
    fill(
        &store,
        &owner(),
        &[person(1, "Martin", "Zoé", "1998-03-16")],
    );
    store.write(|tx| tx.keep_cookie(Some(b"csn"))).unwrap();
    let state = store.read(|reader| reader.mirror()).unwrap().unwrap();
    assert_eq!(state.cookie.as_deref(), Some(b"csn".as_slice()));
    assert_eq!((state.people, state.filling), (1, false));
    assert_eq!(
        (state.filled_at, state.whole_at),
        (Some(at(0)), Some(at(0)))
    );
    store.write(|tx| tx.refreshed(at(60))).unwrap();
    let state = store.read(|reader| reader.mirror()).unwrap().unwrap();
    assert_eq!(
        (state.filled_at, state.whole_at),
        (Some(at(60)), Some(at(0)))
    );
    store.write(|tx| tx.begin_fill(&owner())).unwrap();
    let state = store.read(|reader| reader.mirror()).unwrap().unwrap();
    assert_eq!(
        state.cookie, None,
        "it covers rows that are being read anew"
    );
    assert_eq!(state.filled_at, Some(at(60)), "the rows still answer");
}

#[test]
fn the_gone_are_forgotten_a_few_at_a_time() {
    let (_folder, store) = store();
    let people: Vec<_> = (0..5)
        .map(|number| person(number, "Partant", "Luc", "1999-01-02"))
        .collect();
    fill(&store, &owner(), &people);
    store.write(|tx| tx.begin_fill(&owner())).unwrap();
    store.write(|tx| tx.put_people(&people[..1])).unwrap();
    let step = || store.write(|tx| tx.forget_unbrought(3)).unwrap();
    assert!(step());
    let ids = store.read(|reader| reader.people_ids(&owner())).unwrap();
    assert_eq!(ids.len(), 2);
    assert!(step() && !step());
    let ids = store.read(|reader| reader.people_ids(&owner())).unwrap();
    assert_eq!(ids, [people[0].id]);
}

#[test]
fn a_second_fill_keeps_answering_and_forgets_the_gone() {
    let (_folder, store) = store();
    fill(
        &store,
        &owner(),
        &[
            person(1, "Martin", "Zoé", "1998-03-16"),
            person(2, "Partant", "Luc", "1999-01-02"),
        ],
    );
    store.write(|tx| tx.begin_fill(&owner())).unwrap();
    assert_eq!(names(&store, &owner()), ["Martin Zoé", "Partant Luc"]);
    assert!(
        store
            .read(|reader| reader.counts(&owner()))
            .unwrap()
            .filling
    );
    store
        .write(|tx| {
            tx.put_people(&[
                person(1, "Martin", "Zoé", "1998-03-16"),
                person(3, "Arrivant", "Léa", "2000-01-02"),
            ])
        })
        .unwrap();
    store.write(|tx| tx.end_fill(at(60))).unwrap();
    assert_eq!(names(&store, &owner()), ["Martin Zoé", "Arrivant Léa"]);
    let counts = store.read(|reader| reader.counts(&owner())).unwrap();
    assert_eq!(
        counts,
        MirrorCounts {
            people: 2,
            words: 4,
            filling: false
        }
    );
    assert_eq!(
        store.read(|reader| reader.filled_at(&owner())).unwrap(),
        Some(at(60))
    );
    assert_eq!(
        scalar(&store, "SELECT count(*) FROM words WHERE text = 'partant'"),
        0
    );
}

#[test]
fn a_changed_name_replaces_the_old_one_and_a_forgotten_person_leaves_no_word() {
    let (_folder, store) = store();
    fill(
        &store,
        &owner(),
        &[
            person(1, "Avant", "Zoé", "1998-03-16"),
            person(2, "Autre", "Zoé", "1998-03-16"),
        ],
    );
    store
        .write(|tx| tx.upsert(&person(1, "Après", "Zoé", "1998-03-17")))
        .unwrap();
    assert_eq!(
        scalar(
            &store,
            "SELECT count(*) FROM words WHERE text IN ('avant', 'apres')"
        ),
        1
    );
    assert_eq!(
        scalar(
            &store,
            "SELECT count(*) FROM person_keys WHERE key = '1998-03-16'"
        ),
        1
    );
    assert!(
        store
            .write(|tx| tx.forget(person(1, "", "", "").id))
            .unwrap()
    );
    assert!(
        !store
            .write(|tx| tx.forget(person(1, "", "", "").id))
            .unwrap()
    );
    assert_eq!(scalar(&store, "SELECT count(*) FROM words"), 2);
    assert_eq!(scalar(&store, "SELECT count(*) FROM postings"), 2);
    // The word was pruned from the cache too.
    store
        .write(|tx| tx.upsert(&person(3, "Après", "Ana", "1998-03-17")))
        .unwrap();
    assert_eq!(
        scalar(
            &store,
            "SELECT count(*) FROM postings p JOIN words w ON w.word = p.word"
        ),
        4
    );
}

#[test]
fn people_without_a_fill_are_refused() {
    let (_folder, store) = store();
    assert!(
        store
            .write(|tx| tx.upsert(&person(1, "Martin", "Zoé", "1998-03-16")))
            .is_err()
    );
}

#[test]
fn a_search_does_not_wait_for_a_fill() {
    let (_folder, store) = store();
    fill(
        &store,
        &owner(),
        &[person(1, "Martin", "Zoé", "1998-03-16")],
    );
    store
        .write(|tx| {
            tx.put_people(&[person(2, "Second", "Luc", "1998-03-16")])?;
            // On this very thread, within the transaction: it would never return if it waited.
            assert_eq!(store.read(|reader| reader.counts(&owner()))?.people, 1);
            assert_eq!(tx.reader().counts(&owner())?.people, 2);
            Ok(())
        })
        .unwrap();
    assert_eq!(
        store.read(|reader| reader.counts(&owner())).unwrap().people,
        2
    );
}

#[test]
fn a_clone_is_the_same_database_and_the_rows_survive() {
    let (folder, store) = store();
    fill(
        &store.clone(),
        &owner(),
        &[person(1, "Martin", "Zoé", "1998-03-16")],
    );
    assert_eq!(names(&store, &owner()), ["Martin Zoé"]);
    drop(store);
    let again = Store::open(&folder.path().join("guichet.db"), &key(7)).unwrap();
    assert_eq!(names(&again, &owner()), ["Martin Zoé"]);
}
