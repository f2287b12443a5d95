//! The desktop's keyring: the database's raw key, the device secret of the clerks' sealing keys, and a clerk's password for
//! the command line; what is sealed with them and to whom.
//! Each call waits at most so long, on a thread of its own, because the desktop may be asking the user to
//! unlock the keyring. Where a database exists, no path here creates a key: a lost key leads to recovery.

mod key;
mod key_check;
mod problem;
mod provider;
mod recovery;
mod sealing;
mod sealing_key;
mod turn;
mod wrapping;

use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use keyring::{Entry, Error};
use tokio::sync::oneshot;
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::faults::point;

pub use key::{ClerkPassword, DatabaseKey};
pub use key_check::KeyCheck;
pub use problem::VaultProblem;
pub use recovery::{keep_recovery_copy, open_recovery_copy, recovery_copy};
pub use sealing::{Envelope, SealProblem, open, seal};
pub use sealing_key::{NotAKey, Recipient, SealingKey};
pub use wrapping::{DeviceSecret, StaysClosed, WrappedKey, Wrapping};

const DATABASE_KEY: &str = "database-key";
const DEVICE_SECRET: &str = "device-secret";
/// Entry of the account that finds clerks in the directory.
const READ_ACCOUNT: &str = "read-account";

/// The session's keyring, under one name. Opening it asks nothing of the user.
#[derive(Debug, Clone)]
pub struct Vault {
    service: String,
    patience: Duration,
}

impl Vault {
    /// `service` is the name entries are filed under (`fr.example.guichet`); `patience` bounds each call,
    /// a question to the user included: a minute leaves time to type a keyring's password.
    ///
    /// # Errors
    /// [`VaultProblem::NoKeyring`] when this session has none to connect to.
    pub async fn open(service: &str, patience: Duration) -> Result<Vault, VaultProblem> {
        let vault = Vault::unopened(service, patience);
        vault
            .off_thread(|_| match Entry::store_status() {
                Ok(()) => Ok(()),
                Err(error) => Err(VaultProblem::NoKeyring {
                    detail: error.to_string(),
                }),
            })
            .await?;
        Ok(vault)
    }

    /// As `open`, whether the session has a keyring or not: each call says so by itself.
    #[must_use]
    pub fn unopened(service: &str, patience: Duration) -> Vault {
        Vault {
            service: service.to_owned(),
            patience,
        }
    }

    /// The key of the database at this path. Created only when neither the database, nor its write-ahead
    /// log, nor its key check exists; checked against the key check otherwise.
    ///
    /// # Errors
    /// With a database: [`VaultProblem::KeyMissing`] and [`VaultProblem::WrongKey`] lead to recovery;
    /// [`VaultProblem::Locked`], `NoKeyring` and `NoAnswer` may pass with another try. Without one: the
    /// keyring cannot keep a key, and nothing was written.
    pub async fn database_key(&self, database: &Path) -> Result<DatabaseKey, VaultProblem> {
        let beside = database.to_owned();
        let _turn = self
            .off_thread(move |_| {
                turn::take(&beside).map_err(|error| VaultProblem::Failed {
                    detail: error.to_string(),
                })
            })
            .await?;
        let check = KeyCheck::beside(database)?;
        let exists = check.is_some() || database_exists(database);
        let stored = self.off_thread(|vault| vault.stored_key()).await?;
        match (stored, exists) {
            (Some(key), true) => match check {
                Some(check) if !check.accepts(&key) => Err(VaultProblem::WrongKey),
                Some(_) | None => Ok(key),
            },
            (None, true) if crate::faults::broken(crate::faults::Fault::KeyMadeAnew) => {
                self.off_thread(|vault| vault.create_key()).await
            }
            (None, true) => {
                let present = self.off_thread(|_| Ok(provider::provider())).await?;
                let kept_in = check
                    .map(|check| check.backend)
                    .filter(|backend| *backend != present);
                Err(VaultProblem::KeyMissing { kept_in })
            }
            // A first start was cut after the key was stored: that key is as good as a new one, and an
            // entry is never written over.
            (Some(key), false) => self.checked(database, key).await,
            (None, false) => {
                let key = self.off_thread(|vault| vault.create_key()).await?;
                self.checked(database, key).await
            }
        }
    }

    /// Puts a recovered key back, once it has opened the database: the one way to write a key while a
    /// database exists, and it needs that key.
    ///
    /// # Errors
    /// [`VaultProblem::WrongKey`] when the key check beside the database says otherwise; the keyring's own.
    pub async fn restore_database_key(
        &self,
        database: &Path,
        key: DatabaseKey,
    ) -> Result<(), VaultProblem> {
        match KeyCheck::beside(database)? {
            Some(check) if !check.accepts(&key) => return Err(VaultProblem::WrongKey),
            Some(_) => {}
            None => drop(self.checked(database, key.clone()).await?),
        }
        self.off_thread(move |vault| {
            vault.probe()?;
            vault.write(DATABASE_KEY, &Zeroizing::new(BASE64.encode(key.expose())))
        })
        .await
    }

    /// What this keyring adds to the clerks' passwords, made at its first use. One that is lost is made anew: keys
    /// wrapped with the former stay closed, and say so.
    ///
    /// # Errors
    /// The keyring is locked, keeps nothing, or does not answer.
    pub async fn device_secret(&self, database: &Path) -> Result<DeviceSecret, VaultProblem> {
        let beside = database.to_owned();
        self.off_thread(move |vault| {
            let _turn = turn::take(&beside).map_err(|error| VaultProblem::Failed {
                detail: error.to_string(),
            })?;
            if let Some(text) = vault.read_surely(DEVICE_SECRET)? {
                return key::bytes_of(&text).map(DeviceSecret::from_bytes);
            }
            let secret = DeviceSecret::random()?;
            vault.write(
                DEVICE_SECRET,
                &Zeroizing::new(BASE64.encode(secret.expose())),
            )?;
            Ok(secret)
        })
        .await
    }

    /// A clerk's password that was put here for the command line; `None` when there is none.
    ///
    /// # Errors
    /// The keyring is locked, or does not answer.
    pub async fn clerk_password(&self, login: &str) -> Result<Option<ClerkPassword>, VaultProblem> {
        self.kept(clerk_entry(login)).await
    }

    /// # Errors
    /// The keyring cannot keep it.
    pub async fn remember(&self, login: &str, password: ClerkPassword) -> Result<(), VaultProblem> {
        self.keep(clerk_entry(login), password).await
    }

    /// Forgetting what is not there is a success.
    ///
    /// # Errors
    /// The keyring is locked, or does not answer.
    pub async fn forget(&self, login: &str) -> Result<(), VaultProblem> {
        self.remove(clerk_entry(login)).await
    }

    /// The password of the account that finds clerks in the directory; `None` when nobody put it here.
    ///
    /// # Errors
    /// The keyring is locked, or does not answer.
    pub async fn read_account(&self) -> Result<Option<ClerkPassword>, VaultProblem> {
        self.kept(READ_ACCOUNT.to_owned()).await
    }

    /// # Errors
    /// The keyring cannot keep it.
    pub async fn keep_read_account(&self, password: ClerkPassword) -> Result<(), VaultProblem> {
        self.keep(READ_ACCOUNT.to_owned(), password).await
    }

    /// Forgetting what is not there is a success.
    ///
    /// # Errors
    /// The keyring is locked, or does not answer.
    pub async fn forget_read_account(&self) -> Result<(), VaultProblem> {
        self.remove(READ_ACCOUNT.to_owned()).await
    }

    async fn kept(&self, entry: String) -> Result<Option<ClerkPassword>, VaultProblem> {
        let password = self.off_thread(move |vault| vault.read(&entry)).await?;
        Ok(password.map(ClerkPassword::new))
    }

    async fn keep(&self, entry: String, password: ClerkPassword) -> Result<(), VaultProblem> {
        self.off_thread(move |vault| {
            vault.probe()?;
            vault.write(&entry, password.expose())
        })
        .await
    }

    async fn remove(&self, entry: String) -> Result<(), VaultProblem> {
        self.off_thread(
            move |vault| match vault.entry(&entry)?.delete_credential() {
                Ok(()) | Err(Error::NoEntry) => Ok(()),
                Err(error) => Err(VaultProblem::from(error)),
            },
        )
        .await
    }

    /// Puts the key check beside the database that is about to be made.
    async fn checked(
        &self,
        database: &Path,
        key: DatabaseKey,
    ) -> Result<DatabaseKey, VaultProblem> {
        let keeper = self.off_thread(|_| Ok(provider::provider())).await?;
        KeyCheck::of(&key, &keeper)?.write_beside(database)?;
        Ok(key)
    }

    fn entry(&self, name: &str) -> Result<Entry, VaultProblem> {
        Entry::new(&self.service, name).map_err(VaultProblem::from)
    }

    fn read(&self, name: &str) -> Result<Option<Zeroizing<String>>, VaultProblem> {
        match self.entry(name)?.get_password() {
            Ok(text) => Ok(Some(Zeroizing::new(text))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(VaultProblem::from(error)),
        }
    }

    /// Writes, then reads back: a keyring that loses what it took must be known before it is relied on.
    fn write(&self, name: &str, text: &str) -> Result<(), VaultProblem> {
        point("vault: before an entry is kept");
        self.entry(name)?
            .set_password(text)
            .map_err(VaultProblem::from)?;
        point("vault: after an entry was kept");
        match self.read(name)? {
            Some(kept) if *kept == text => Ok(()),
            Some(_) | None => Err(VaultProblem::NotKept),
        }
    }

    /// A harmless entry, written, read back and deleted. A name of its own each time: several may probe at once.
    fn probe(&self) -> Result<(), VaultProblem> {
        let name = format!("probe-{}", uuid::Uuid::now_v7());
        self.write(&name, "guichet")?;
        match self.entry(&name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(VaultProblem::from(error)),
        }
    }

    /// A missing entry of a closed or absent keyring looks like one that was never made. Writing tells
    /// which it is, and may open the keyring, so absence counts only when it is seen again afterwards.
    fn read_surely(&self, name: &str) -> Result<Option<Zeroizing<String>>, VaultProblem> {
        match self.read(name)? {
            None => {
                self.probe()?;
                self.read(name)
            }
            stored => Ok(stored),
        }
    }

    fn stored_key(&self) -> Result<Option<DatabaseKey>, VaultProblem> {
        self.read_surely(DATABASE_KEY)?
            .map(|text| DatabaseKey::from_base64(&text))
            .transpose()
    }

    /// Only after [`Self::stored_key`] found none in a keyring that takes entries.
    fn create_key(&self) -> Result<DatabaseKey, VaultProblem> {
        let key = DatabaseKey::random()?;
        // Text, because KDE's keyring keeps nothing else whole.
        self.write(DATABASE_KEY, &Zeroizing::new(BASE64.encode(key.expose())))?;
        Ok(key)
    }

    /// A thread and not the runtime's pool: one that waits for the user would keep the program from ending.
    async fn off_thread<T, F>(&self, act: F) -> Result<T, VaultProblem>
    where
        T: Send + 'static,
        F: FnOnce(&Vault) -> Result<T, VaultProblem> + Send + 'static,
    {
        let vault = self.clone();
        let (tell, told) = oneshot::channel();
        let thread = std::thread::Builder::new().name("keyring".to_owned());
        thread
            .spawn(move || {
                // Nobody listens any more when patience ended first.
                let _ = tell.send(act(&vault));
            })
            .map_err(|error| VaultProblem::Failed {
                detail: error.to_string(),
            })?;
        match timeout(self.patience, told).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(VaultProblem::Failed {
                detail: "the keyring's thread ended".to_owned(),
            }),
            Err(_) => Err(VaultProblem::NoAnswer),
        }
    }
}

/// A log without its database is what an interrupted copy leaves: still somebody's data.
fn database_exists(database: &Path) -> bool {
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    // A file that cannot be looked at is one that may exist.
    let may_exist = |path: &Path| path.try_exists().unwrap_or(true);
    may_exist(database) || may_exist(Path::new(&log))
}

/// Logins compare without case in the directory.
fn clerk_entry(login: &str) -> String {
    format!("clerk:{}", login.to_lowercase())
}
