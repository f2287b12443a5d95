//! One whole handover at a post, with its store and its letter, driven as the clerk's keys and the window's timer drive it,
//! until the post says that it is over; then what the store, the directory and the paper must agree on.
//! Never looks past the screen for what to press next.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use guichet_core::directory::{Directory, Proof};
use guichet_core::domain::handover::{DirectorySide, Ending, Progress};
use guichet_core::domain::password::ProvisionalPassword;
use guichet_core::domain::person::Person;
use guichet_core::operations::handover::{self, HandoverView, NextCode, Outlet};
use guichet_core::operations::{self, Office, session};
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::settings::Settings;
use guichet_core::store::Store;
use guichet_core::vault::Vault;
use jiff::Timestamp;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::act::Course;
use super::desk::{filled, password_on};

/// Looks at the screen after which an act that is still open is said never to end.
const LOOKS: u32 = 1_000;
/// Looks without a key to press before the clerk gives the act up.
const IDLE: u32 = 100;
const PAUSE: Duration = Duration::from_millis(20);

/// A clerk at a post.
pub struct Counter {
    pub office: Arc<Office>,
    store: Store,
    folder: PathBuf,
}

/// Who is handed an access, as the clerk types it.
pub struct Visitor {
    pub birth: String,
    pub name: &'static str,
}

impl Visitor {
    /// The person of that login, whose name begins so.
    pub async fn read(
        directory: &dyn Directory,
        (login, name): (&'static str, &'static str),
    ) -> (Visitor, Person) {
        let found = directory.find(&[], &[login.to_owned()]).await;
        let person = found
            .expect("a search")
            .into_iter()
            .next()
            .expect("somebody");
        let born = person.birth.as_ref().and_then(|birth| birth.to_date());
        let birth = born.expect("a whole birth date").strftime("%d/%m/%Y");
        let birth = birth.to_string();
        (Visitor { birth, name }, person)
    }
}

/// What the post says of one act.
#[derive(Debug)]
pub struct Said {
    pub operation: Uuid,
    /// `None`: nothing was ever recorded, for nothing was to leave.
    pub progress: Option<Progress>,
    pub events: Vec<String>,
    pub letter: Option<PathBuf>,
    pub broken: Option<String>,
}

impl Said {
    pub fn applied(&self) -> bool {
        self.progress
            .is_some_and(|progress| progress.directory == DirectorySide::Applied)
    }

    pub fn written(&self) -> bool {
        self.progress.is_some_and(|progress| {
            matches!(
                progress.directory,
                DirectorySide::Applied | DirectorySide::Unsound
            )
        })
    }

    pub fn course(&self) -> Course {
        let seen = |name: &str| self.events.iter().any(|event| event == name);
        if seen("MarkerAbsent") {
            Course::AmbiguousNotApplied
        } else if seen("AnswerLost") {
            Course::AmbiguousApplied
        } else if self.progress.is_none() || seen("NothingLeft") || seen("Sealed") {
            Course::NotSent
        } else {
            Course::Harmless
        }
    }
}

impl Counter {
    pub async fn open(settings: Settings, login: &str) -> Counter {
        let folder = settings.post.folder.clone();
        let database = folder.join("guichet.db");
        let office = Office::open(settings)
            .await
            .unwrap_or_else(|trouble| panic!("{} {}", trouble.strong, trouble.text));
        let office = Arc::new(office);
        let password = clerk(login).expect("a clerk").password.to_owned();
        operations::session::sign_in(&office, login, Zeroizing::new(password))
            .await
            .expect("the clerk signs in");
        filled(&office).await;
        let vault = Vault::open("guichet", Duration::from_secs(20))
            .await
            .expect("the keyring");
        let key = vault.database_key(&database).await.expect("the key");
        let store = Store::open(&database, &key).expect("the store");
        Counter {
            office,
            store,
            folder,
        }
    }

    /// Looks, as the window does, until the directory answers.
    pub async fn reachable(&self) {
        while !session::link(&self.office).await.expect("a link").reachable {
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Opens a handover and checks the identity, from the copy of this post where the directory does not answer.
    pub async fn identified(&self, person: &str, visitor: &Visitor) -> HandoverView {
        let view = handover::begin(&self.office, person)
            .await
            .expect("read, or from the copy");
        handover::check_birth_date(
            &self.office,
            &view.id,
            "identity-card",
            &visitor.birth,
            visitor.name,
        )
        .await
        .expect("compared");
        handover::confirm_photo(&self.office, &view.id, true)
            .await
            .expect("confirmed")
    }

    /// Presses the keys of this act until it is closed, sending again as often as `again` says. `after` is told when the
    /// first key is done.
    pub async fn drive(&self, view: &HandoverView, again: u32, after: impl Fn()) -> Said {
        let id = view.id.as_str();
        let letter = self.folder.join(format!("{id}.pdf"));
        let outlet = || Outlet::File(Some(letter.clone()));
        let (mut sendings, mut idle, mut broken) = (0, 0, None);
        // Refused: nothing has left, and the screen says what comes next.
        let _ = handover::hand_over(&self.office, id, outlet()).await;
        after();
        for look in 1.. {
            if look > LOOKS {
                broken = Some("never closed".to_owned());
                break;
            }
            let _ = session::link(&self.office).await;
            let Ok(view) = handover::resume(&self.office, id).await else {
                break;
            };
            let next = view.next.as_ref().map(|next| next.code);
            idle = if next.is_none() { idle + 1 } else { 0 };
            let closed = match next {
                Some(NextCode::Finish) => handover::finish(&self.office, id).await.is_ok(),
                Some(NextCode::SendAndPrint) if sendings < again => {
                    sendings += 1;
                    let _ = handover::hand_over(&self.office, id, outlet()).await;
                    false
                }
                Some(NextCode::SendAndPrint) => handover::abandon(&self.office, id).await.is_ok(),
                Some(NextCode::PrintAgain) if view.directory.written => {
                    let _ = handover::save_letter(&self.office, id, Some(letter.clone())).await;
                    false
                }
                Some(NextCode::Leave) => true,
                // The clerk waits rather than print « pas encore confirmé ».
                Some(NextCode::PrintAgain | NextCode::ConfirmPhoto) | None => {
                    idle > IDLE && handover::abandon(&self.office, id).await.is_ok()
                }
            };
            if closed {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
        self.said(id, &letter, broken)
    }

    /// Sends what waits, pass after pass, until this act does not wait any more. `after` is told after each pass.
    pub async fn send_late(&self, said: &mut Said, after: impl Fn()) {
        for _ in 0..LOOKS {
            let _ = session::link(&self.office).await;
            let _ = handover::catch_up(&self.office).await;
            after();
            *said = self.said(
                &said.operation.to_string(),
                &self.letter(said.operation),
                None,
            );
            let waits = said.progress.is_some_and(|progress| {
                progress.waits() && progress.directory != DirectorySide::Contested
            });
            if !waits {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
        said.broken = Some("never sent".to_owned());
    }

    fn letter(&self, operation: Uuid) -> PathBuf {
        self.folder.join(format!("{operation}.pdf"))
    }

    fn said(&self, id: &str, letter: &Path, broken: Option<String>) -> Said {
        let operation = id.parse().expect("an identifier");
        let (record, events) = self
            .store
            .read(|reader| Ok((reader.handover(operation)?, reader.transitions(operation)?)))
            .expect("the store is read");
        Said {
            operation,
            progress: record.map(|record| record.progress),
            events: events.into_iter().map(|(event, _)| event).collect(),
            letter: letter.exists().then(|| letter.to_owned()),
            broken,
        }
    }
}

/// Whether the directory holds what the post says; `before` is the time of the password before the act.
pub async fn judge(
    directory: &dyn Directory,
    person: &str,
    before: Option<Timestamp>,
    said: &Said,
) -> Vec<String> {
    let mut wrong: Vec<String> = said.broken.iter().cloned().collect();
    let read = directory.read_back(person.parse().expect("an id")).await;
    let person = read.expect("the judge reads");
    let markers = person.account.markers.iter();
    let markers = markers.filter(|marker| **marker == said.operation).count();
    let changed = person.account.password_changed != before;
    let proof = match &said.letter {
        Some(letter) => {
            let password = ProvisionalPassword::unsealed(Zeroizing::new(password_on(letter)));
            let proof = directory.prove(&person.dn, &password).await;
            Some(proof.expect("the judge binds"))
        }
        None => None,
    };
    let seen = format!("{markers} marker(s), letter {proof:?}, password changed: {changed}");
    let handed_over = said
        .progress
        .is_some_and(|progress| progress.ending == Ending::HandedOver);
    if said.applied() {
        let sound = markers == 1 && proof == Some(Proof::OpensAndMustChange) && handed_over;
        if !sound {
            wrong.push(format!("said applied, yet {seen}: {:?}", said.progress));
        }
    } else if markers != 0 || changed || proof.is_some_and(|proof| proof != Proof::DoesNotOpen) {
        wrong.push(format!("said {:?}, yet {seen}", said.progress));
    } else if said.progress.is_some_and(|progress| !progress.is_over()) {
        wrong.push(format!("still open: {:?}", said.progress));
    }
    wrong
}
