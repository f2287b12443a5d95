//! A post with all that a day leaves: a clerk, the copy of people, a handover done, one waiting sealed. Built once; each
//! play has a copy of its folder, as a crash leaves it (its log full, or taken over but still there) or an orderly end.
//! Holds the truth: what an undamaged copy answers.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use guichet_core::operations::handover::{self, Outlet};
use guichet_core::operations::session::may_work_offline;
use guichet_core::rehearsal::{RECOVERY_IDENTITY, cast, person_dn};
use guichet_core::settings::Settings;
use guichet_core::store::{HandoverRecord, NameKind, Store, StoreError};
use guichet_core::vault::{self, DatabaseKey, DeviceSecret, Envelope, SealingKey};
use jiff::{Timestamp, ToSpan};
use rusqlite::config::DbConfig;
use tempfile::TempDir;
use uuid::Uuid;

use super::damage;
use crate::chance::Chance;
use crate::desk::{self, Post, checked, filled, password_on};

const INES: &str = cast::INES_LEFEVRE_NUNEZ;

pub struct Place {
    post: Post,
    pub key: DatabaseKey,
    pub clerk_key: SealingKey,
    pub device: DeviceSecret,
    pub recovery_key: SealingKey,
    left: [(&'static str, TempDir); 3],
    pub password: String,
    pub truth: String,
    pub office_truth: String,
}

/// A post's folder, to be damaged. Removed when dropped.
pub struct Copied {
    folder: TempDir,
    pub database: PathBuf,
    pub key: DatabaseKey,
    pub kind: &'static str,
}

impl Copied {
    pub fn file(&self, end: &str) -> PathBuf {
        let name = if end == ".db" { "" } else { end };
        let mut path = self.database.as_os_str().to_owned();
        path.push(name);
        PathBuf::from(path)
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Every file and what it holds, the index of the log and an empty log apart: `SQLite` makes them anew at each opening.
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut files: Vec<_> = fs::read_dir(self.folder())
            .expect("a folder")
            .map(|entry| entry.expect("an entry"))
            .map(|entry| {
                let name = entry.file_name().to_string_lossy().into_owned();
                (name, fs::read(entry.path()).expect("a file"))
            })
            .filter(|(name, bytes)| {
                !(name.ends_with("-shm") || name.ends_with("-wal") && bytes.is_empty())
            })
            .collect();
        files.sort();
        files
    }
}

fn copy_files(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            let name = path.file_name().expect("a name");
            fs::copy(&path, to.join(name)).expect("copied");
        }
    }
}

fn checkpoint(database: &Path, key: &DatabaseKey) {
    let connection = damage::opened(database, key);
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .expect("set");
    let moved: i64 = connection
        .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(2))
        .expect("a checkpoint");
    assert!(moved > 50, "the log is taken over: {moved}");
}

impl Place {
    pub async fn build() -> Place {
        let mut post = Post::new();
        let elsewhere = tempfile::tempdir().expect("a folder");
        let office = post.signed_in("croux").await;
        filled(&office).await;
        let view = checked(&office, INES, "16/03/1994", "lef").await;
        let letter = elsewhere.path().join("en-ligne.pdf");
        desk::sent(&office, &view.id, &letter).await;
        handover::finish(&office, &view.id).await.expect("done");
        post.directory.stop();

        let letter = elsewhere.path().join("hors-ligne.pdf");
        let view = handover::begin(&office, &view.person_id)
            .await
            .expect("from the copy");
        let view =
            handover::check_birth_date(&office, &view.id, "identity-card", "16/03/1994", "lef")
                .await
                .expect("compared");
        let view = handover::confirm_photo(&office, &view.id, true)
            .await
            .expect("confirmed");
        let outlet = Outlet::File(Some(letter.clone()));
        let mut view = handover::hand_over(&office, &view.id, outlet)
            .await
            .expect("the paper first");
        while view.next.is_none() {
            tokio::time::sleep(Duration::from_millis(50)).await;
            view = handover::resume(&office, &view.id).await.expect("open");
        }
        handover::finish(&office, &view.id)
            .await
            .expect("confirmed");
        let password = password_on(&letter);

        let clerk_key = may_work_offline(&office).expect("open").clerk;
        let database = post.settings.post.folder.join("guichet.db");
        let device = office.vault().device_secret(&database).await.expect("kept");
        let key = office
            .vault()
            .database_key(&database)
            .await
            .expect("the key");
        // As a crash leaves it: the office still holds its files.
        let crash = tempfile::tempdir().expect("a folder");
        copy_files(&post.settings.post.folder, crash.path());
        drop(office);
        let ended = tempfile::tempdir().expect("a folder");
        copy_files(crash.path(), ended.path());
        drop(Store::open(&ended.path().join("guichet.db"), &key).expect("opens"));
        let log = |folder: &TempDir| folder.path().join("guichet.db-wal");
        assert!(
            log(&crash).metadata().is_ok_and(|log| log.len() > 100_000) && !log(&ended).exists(),
            "one with its log, one without"
        );

        // Its log is in the database too, and still there: a part of it read again would be older than the rest.
        let kept = tempfile::tempdir().expect("a folder");
        copy_files(crash.path(), kept.path());
        checkpoint(&kept.path().join("guichet.db"), &key);

        let mut place = Place {
            post,
            key,
            clerk_key,
            device,
            recovery_key: SealingKey::from_identity_file(RECOVERY_IDENTITY).expect("a key"),
            left: [
                ("after a crash", crash),
                ("after a crash, its log taken over", kept),
                ("after an orderly end", ended),
            ],
            password,
            truth: String::new(),
            office_truth: String::new(),
        };
        let truths: Vec<String> = (0..place.left.len())
            .map(|which| {
                let post = place.copy_of(which);
                let store = Store::open(&post.database, &place.key).expect("opens");
                place
                    .read(&store, None)
                    .expect("reads")
                    .expect("the seal opens")
            })
            .collect();
        assert!(
            truths.iter().all(|truth| *truth == truths[0]),
            "the same post"
        );
        place.truth = truths.into_iter().next().expect("one");
        assert!(place.truth.contains(&place.password), "the seal is opened");
        let post = place.copy_of(0);
        place.office_truth = super::played::office(&place, &post)
            .await
            .expect("it opens");
        place
    }

    pub fn copy(&self, chance: &mut Chance) -> Copied {
        self.copy_of(chance.below(self.left.len()))
    }

    fn copy_of(&self, which: usize) -> Copied {
        let (kind, left) = &self.left[which];
        // In memory where there is room: nothing here is about what a disk keeps.
        let folder = tempfile::tempdir_in("/dev/shm")
            .or_else(|_| tempfile::tempdir())
            .expect("a folder");
        copy_files(left.path(), folder.path());
        Copied {
            database: folder.path().join("guichet.db"),
            folder,
            key: self.key.clone(),
            kind,
        }
    }

    /// The post's settings, on a copy of its folder.
    pub fn settings(&self, post: &Copied) -> Settings {
        let mut settings = self.post.settings.clone();
        settings.post.folder = post.folder().to_owned();
        settings
    }

    /// All that the store knows, in words; `except` an act written since. A seal that does not open is refused, not read.
    pub fn read(
        &self,
        store: &Store,
        except: Option<Uuid>,
    ) -> Result<Result<String, vault::SealProblem>, StoreError> {
        let everything = Timestamp::now()
            .checked_sub((24 * 365).hours())
            .expect("a year ago");
        let mut told = String::new();
        let mut say = |what: String| {
            told.push_str(&what);
            told.push('\n');
        };
        let waiting = store.read(|reader| {
            let mut waiting = Vec::new();
            for record in reader.handovers_since(everything)? {
                if Some(record.id) == except {
                    continue;
                }
                say(format!("{record:?}"));
                say(format!("{:?}", reader.transitions(record.id)?));
                if let Some(sealed) = reader.waiting(record.id)? {
                    waiting.push((record, sealed));
                }
            }
            let others = |act: &HandoverRecord| Some(act.id) != except;
            for (act, outcome) in reader.sent_late(everything)? {
                if others(&act) {
                    say(format!("late {} {outcome}", act.id));
                }
            }
            for act in reader.open_handovers()?.into_iter().filter(others) {
                say(format!("open {}", act.id));
            }
            for act in reader.unrecorded_handovers()?.into_iter().filter(others) {
                say(format!("unrecorded {}", act.id));
            }
            say(format!("{:?}", reader.clerk(&person_dn("croux"))?));
            say(format!("{:?}", reader.mirror()?));
            if let Some(owner) = reader.mirror_owner()? {
                say(format!("{:?}", reader.counts(&owner)?));
                reader.each_person(&owner, |person| {
                    say(format!("{person:?}"));
                    Ok(())
                })?;
                if let Some(index) = reader.people_index(&owner)? {
                    for beginning in ["lef", "ma", "b", "du"] {
                        let words = index.words_beginning(beginning, 500)?;
                        say(format!("{beginning} {}", index.filings(&words, 5_000)?));
                        index.candidates(&words, &[NameKind::Family], |row, candidate| {
                            say(format!("{row} {:?}", candidate()?.birth));
                            Ok(true)
                        })?;
                    }
                }
            }
            Ok(waiting)
        })?;
        for (record, waiting) in waiting {
            let envelope = Envelope {
                operation: record.id,
                person: record.person,
                directory: self.post.settings.directory.people.clone(),
                expires: waiting.expires_at,
            };
            match vault::open(&waiting.sealed, &self.clerk_key, &envelope) {
                Ok(password) => say(format!("{} opens: {}", record.number, password.expose())),
                Err(problem) => return Ok(Err(problem)),
            }
        }
        Ok(Ok(told))
    }
}
