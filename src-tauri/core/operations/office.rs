//! The container that the two hosts hold: the parts of this post, who is signed in, which handovers are open.
//! Decides nothing: the acts are in their own files.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use tokio::sync::broadcast;
use uuid::Uuid;

use crate::directory::{ClerkAccount, Directory, Structures};
use crate::domain::foreign_text::file_reason;
use crate::domain::letter::LetterTemplate;
use crate::domain::server_clock::Reading;
use crate::letters::Logo;
use crate::operations::counter::MirrorPass;
use crate::operations::handover::{HandoverView, OpenHandover, PrinterView};
use crate::operations::read_account;
use crate::operations::recovery::{RecoveryCopy, keep_copy};
use crate::operations::session::{ClerkKey, LinkView, LockedDesk, Notice, SessionView, Tone};
use crate::operations::site_files::{letter_template, logo, open_ldap};
use crate::post::printing::PrintServer;
use crate::settings::Settings;
use crate::store::{Store, StoreError};
use crate::sync;
use crate::texts;
use crate::vault::{DatabaseKey, Vault};

pub(crate) const KEYRING_SERVICE: &str = "guichet";
/// Leaves the time to type a keyring's password.
pub(crate) const KEYRING_PATIENCE: Duration = Duration::from_secs(20);

/// Where the post's data are.
pub(crate) fn database(settings: &Settings) -> PathBuf {
    settings.post.folder.join("guichet.db")
}

/// Why the post cannot work at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub cause: TroubleCause,
    pub strong: String,
    pub text: String,
}

/// Who mends it: the command line has an exit code for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TroubleCause {
    /// The settings file, or a file that it names: authority, letter template, logo.
    Settings,
    /// The post itself: folder, keyring, register.
    Post,
}

fn trouble(strong: &str, text: String) -> Trouble {
    Trouble {
        cause: TroubleCause::Post,
        strong: strong.to_owned(),
        text,
    }
}

impl Trouble {
    pub fn notice(&self) -> Notice {
        Notice {
            tone: Tone::Bad,
            strong: self.strong.clone(),
            text: self.text.clone(),
        }
    }
}

/// A refusal or a failure, ready to be shown: a code the window acts on, a sentence in French.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OperationError {
    pub code: String,
    pub message: String,
}

impl OperationError {
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        OperationError {
            code: code.to_owned(),
            message: message.into(),
        }
    }
}

impl From<Trouble> for OperationError {
    fn from(trouble: Trouble) -> Self {
        let code = match trouble.cause {
            TroubleCause::Settings => "settings",
            TroubleCause::Post => "trouble",
        };
        OperationError::new(code, format!("{} {}", trouble.strong, trouble.text))
    }
}

impl From<crate::directory::DirectoryError> for OperationError {
    fn from(error: crate::directory::DirectoryError) -> Self {
        tracing::info!(%error, "directory");
        let (code, message) = texts::directory(&error);
        OperationError::new(code, message)
    }
}

impl From<crate::store::StoreError> for OperationError {
    fn from(error: crate::store::StoreError) -> Self {
        tracing::error!(%error, "store");
        OperationError::new("store", error.sentence())
    }
}

/// Something that changed by itself.
#[derive(Debug, Clone)]
pub enum OfficeNotice {
    HandoverChanged(Box<HandoverView>),
    LinkChanged(LinkView),
    SessionChanged(SessionView),
    IdleWarning {
        seconds: u32,
    },
    /// What an earlier process had left open is settled.
    Settled(Vec<Notice>),
}

pub(crate) struct Desk {
    pub clerk: Option<ClerkAccount>,
    /// Who may open the desk again; nobody is signed in meanwhile.
    pub locked: Option<LockedDesk>,
    pub structures: Structures,
    /// When what waits for a clerk was last looked at.
    pub caught_up: Option<Instant>,
    /// When the outbox was last tried.
    pub sent_late: Option<Instant>,
    /// When the other servers were last asked about what one acknowledged.
    pub looked_elsewhere: Option<Instant>,
    /// How the last pass over the mirror ended, since this sign-in.
    pub mirror: Option<MirrorPass>,
    pub key: ClerkKey,
    /// The clerk was recognised by this post alone: when the directory last accepted their password.
    pub offline_since: Option<Timestamp>,
    /// How many passwords were wrong in a row, and when the last one was.
    pub failed_tries: u32,
    pub last_failed_try: Option<Timestamp>,
}

pub struct Office {
    pub(crate) settings: Settings,
    pub(crate) directory: Arc<dyn Directory>,
    pub(crate) store: Store,
    pub(crate) vault: Vault,
    pub(crate) recovery: RecoveryCopy,
    pub(crate) printers: PrintServer,
    pub(crate) template: LetterTemplate,
    pub(crate) logo: Option<Logo>,
    pub(crate) zone: TimeZone,
    desk: Mutex<Desk>,
    open: Mutex<HashMap<Uuid, OpenHandover>>,
    /// One pass over the mirror at a time.
    pub(crate) mirroring: tokio::sync::Mutex<()>,
    /// Held while the outbox is sent or changed.
    pub(crate) sending_late: tokio::sync::Mutex<()>,
    /// The perimeter is being read as a whole.
    pub(crate) filling: AtomicBool,
    pub(crate) people: AtomicU32,
    printers_seen: Mutex<Vec<PrinterView>>,
    notices: broadcast::Sender<OfficeNotice>,
    last_touch: Mutex<Timestamp>,
}

impl Office {
    /// Opens this post: keyring, encrypted store, letter template, directory settings (no network yet).
    ///
    /// # Errors
    /// `Trouble` with the sentence for the staff: no keyring, missing key, damaged store, bad template, bad authority.
    pub async fn open(settings: Settings) -> Result<Office, Trouble> {
        let directory = ldap(&settings).await?;
        Office::open_with(settings, directory).await
    }

    /// Opens this post with its database key in hand: the session's keyring may be another's, or none.
    ///
    /// # Errors
    /// As `open`, the keyring apart.
    pub(crate) async fn open_recovered(
        settings: Settings,
        key: &DatabaseKey,
    ) -> Result<Office, Trouble> {
        let directory = ldap(&settings).await?;
        let site = SiteFiles::read(&settings)?;
        let vault = Vault::unopened(KEYRING_SERVICE, KEYRING_PATIENCE);
        Office::furnished(settings, directory, site, vault, key)
    }

    /// As `open`, on a directory that is already there: a suite's double, or one session among many.
    ///
    /// # Errors
    /// As `open`, the authority apart.
    pub async fn open_with(
        settings: Settings,
        directory: Arc<dyn Directory>,
    ) -> Result<Office, Trouble> {
        let site = SiteFiles::read(&settings)?;
        std::fs::create_dir_all(&settings.post.folder).map_err(|error| {
            trouble(
                "Ce poste ne peut pas écrire dans son dossier.",
                format!(
                    "{} ({}). Rien n’a été ouvert. Prévenez l’antenne numérique.",
                    settings.post.folder.display(),
                    file_reason(&error)
                ),
            )
        })?;
        let vault = Vault::open(KEYRING_SERVICE, KEYRING_PATIENCE)
            .await
            .map_err(|problem| {
                trouble(
                    "Le trousseau de ce poste n’est pas disponible.",
                    problem.sentence(),
                )
            })?;
        let database = database(&settings);
        let key = vault.database_key(&database).await.map_err(|problem| {
            trouble("Le coffre de ce poste ne s’ouvre pas.", problem.sentence())
        })?;
        Office::furnished(settings, directory, site, vault, &key)
    }

    fn furnished(
        settings: Settings,
        directory: Arc<dyn Directory>,
        site: SiteFiles,
        vault: Vault,
        key: &DatabaseKey,
    ) -> Result<Office, Trouble> {
        let closed = |error: StoreError| {
            trouble(
                "Le registre de ce poste ne s’ouvre pas.",
                error.sentence().to_owned(),
            )
        };
        let store = Store::open(&database(&settings), key).map_err(closed)?;
        let hour = super::clock::hour(&store);
        sync::erase_outdated(&store, settings.post.copy_hours, hour).map_err(closed)?;
        let recovery = keep_copy(&settings, key);
        let (notices, _) = broadcast::channel(64);
        Ok(Office {
            settings,
            directory,
            store,
            vault,
            recovery,
            printers: PrintServer::of_this_post(),
            template: site.template,
            logo: site.logo,
            zone: TimeZone::system(),
            desk: Mutex::new(Desk {
                clerk: None,
                locked: None,
                structures: Structures::new(),
                caught_up: None,
                sent_late: None,
                looked_elsewhere: None,
                mirror: None,
                key: ClerkKey::None,
                offline_since: None,
                failed_tries: 0,
                last_failed_try: None,
            }),
            open: Mutex::new(HashMap::new()),
            mirroring: tokio::sync::Mutex::new(()),
            sending_late: tokio::sync::Mutex::new(()),
            filling: AtomicBool::new(false),
            people: AtomicU32::new(0),
            printers_seen: Mutex::new(Vec::new()),
            notices,
            last_touch: Mutex::new(now()),
        })
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub fn directory(&self) -> &dyn Directory {
        self.directory.as_ref()
    }

    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    pub fn notices(&self) -> broadcast::Receiver<OfficeNotice> {
        self.notices.subscribe()
    }

    pub(crate) fn publish(&self, notice: OfficeNotice) {
        // Nobody listens on the command line.
        let _ = self.notices.send(notice);
    }

    /// A key or the pointer moved: the idle lock starts again.
    pub fn touch(&self) {
        *self
            .last_touch
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = now();
    }

    pub(crate) fn idle_seconds(&self) -> i64 {
        let last = *self
            .last_touch
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        now().as_second() - last.as_second()
    }

    pub(crate) fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn open_handovers(&self) -> MutexGuard<'_, HashMap<Uuid, OpenHandover>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues as last seen: a screen is never kept waiting for the print server.
    pub(crate) fn known_printers(&self) -> Vec<PrinterView> {
        self.printers_seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn set_known_printers(&self, printers: Vec<PrinterView>) {
        *self
            .printers_seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = printers;
    }

    /// The clerk at the desk.
    ///
    /// # Errors
    /// `signedOut` or `locked`: nothing may be read or done without a clerk.
    pub(crate) fn clerk(&self) -> Result<ClerkAccount, OperationError> {
        let desk = self.desk();
        if desk.locked.is_some() {
            return Err(OperationError::new("locked", "Le poste est verrouillé."));
        }
        desk.clerk.clone().ok_or_else(|| {
            OperationError::new(
                "signedOut",
                "Aucun agent n’est identifié. Identifiez-vous d’abord.",
            )
        })
    }

    pub(crate) fn structure_name(&self, code: &str) -> String {
        self.desk()
            .structures
            .get(code)
            .cloned()
            .unwrap_or_else(|| code.to_owned())
    }
}

/// The files that the settings name.
struct SiteFiles {
    template: LetterTemplate,
    logo: Option<Logo>,
}

impl SiteFiles {
    fn read(settings: &Settings) -> Result<SiteFiles, Trouble> {
        Ok(SiteFiles {
            template: letter_template(settings)?,
            logo: logo(settings)?,
        })
    }
}

async fn ldap(settings: &Settings) -> Result<Arc<dyn Directory>, Trouble> {
    let directory = open_ldap(settings)?;
    Ok(Arc::new(match &settings.directory.read_account {
        Some(account) => directory.with_read_account(read_account::password(account).await),
        None => directory,
    }))
}

/// The post's clock: the one place that reads it.
pub(crate) fn now() -> Timestamp {
    let now = Timestamp::now();
    now.checked_add(crate::faults::clock_shift()).unwrap_or(now)
}

/// The clock and the one that nobody sets, together.
pub(crate) fn reading() -> Reading {
    // Counts suspends too, as `Instant` does not.
    let since_boot = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    Reading {
        wall: now(),
        boot: format!("{}{}", boot.trim(), crate::faults::other_boot()),
        since_boot: since_boot.tv_sec * 1_000 + since_boot.tv_nsec / 1_000_000,
    }
}
