//! One simulated counter's session: the real `Directory` trait over the model, where every request may be lost on its
//! way, answered too late or never, and where anything else may happen between a request and its answer.
//! Never answers what the model would not.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;
use guichet_core::directory::{
    ClerkAccount, Directory, DirectoryError, Filter, HandoverEntry, PasswordWrite, Proof,
    SignInRefusal, Structures, SyncCookie, SyncEnd, SyncPart, WriteProblem, WriteRefusal,
};
use guichet_core::domain::account::PasswordPolicy;
use guichet_core::domain::directory_server::DirectoryServer;
use guichet_core::domain::password::ProvisionalPassword;
use guichet_core::domain::person::{Login, Person, PersonId};
use jiff::Timestamp;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::hazard::Hazard;
use crate::model::number;
use crate::world::World;

pub type Shared = Arc<Mutex<World>>;

pub fn lock(world: &Shared) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Clone)]
pub struct Session {
    pub world: Shared,
    pub post: usize,
}

enum Lost {
    NotSent,
    Answer,
}

fn unreachable() -> DirectoryError {
    DirectoryError::Unreachable("simulated".into())
}

impl From<Lost> for DirectoryError {
    fn from(_: Lost) -> Self {
        unreachable()
    }
}

impl Session {
    /// Anything may happen here: another counter's request, a crash, a person at the portal.
    async fn meanwhile(&self) {
        let mut passed = false;
        poll_fn(|_| {
            if passed {
                return Poll::Ready(());
            }
            passed = true;
            lock(&self.world).yielded = true;
            Poll::Pending
        })
        .await;
    }

    async fn exchange<T>(
        &self,
        what: &str,
        act: impl FnOnce(&mut World) -> T + Send,
    ) -> Result<T, Lost> {
        self.meanwhile().await;
        let answer = {
            let mut world = lock(&self.world);
            if !world.posts[self.post].link {
                world.tell(|| format!("post {}: {what}: no link", self.post));
                return Err(Lost::NotSent);
            }
            if world.goes_wrong(3, Hazard::RequestLost) {
                world.tell(|| format!("post {}: {what}: request lost", self.post));
                return Err(Lost::Answer);
            }
            world.tell(|| format!("post {}: {what}", self.post));
            act(&mut world)
        };
        self.meanwhile().await;
        let mut world = lock(&self.world);
        let cut = !world.posts[self.post].link;
        if cut || world.goes_wrong(4, Hazard::AnswerLost) {
            world.tell(|| format!("post {}: {what}: answer lost", self.post));
            return Err(Lost::Answer);
        }
        Ok(answer)
    }
}

#[async_trait]
impl Directory for Session {
    fn servers(&self) -> Vec<DirectoryServer> {
        vec![DirectoryServer::new("simulated")]
    }

    async fn answering_server(&self) -> Result<DirectoryServer, DirectoryError> {
        self.writing_server().await
    }

    async fn writing_server(&self) -> Result<DirectoryServer, DirectoryError> {
        Ok(DirectoryServer::new("simulated"))
    }

    async fn at(&self, _: &DirectoryServer) -> Result<Arc<dyn Directory>, DirectoryError> {
        Ok(Arc::new(self.clone()))
    }

    async fn read_back(&self, id: PersonId) -> Result<Person, DirectoryError> {
        let post = self.post;
        self.exchange("read", move |world| {
            let rights = world.posts[post].rights;
            world.model.read(number(id), rights)
        })
        .await?
        .ok_or(DirectoryError::NotFound)
    }

    async fn write_password(&self, write: &PasswordWrite) -> Result<(), WriteProblem> {
        let (post, sent) = (self.post, write.clone());
        let last = lock(&self.world).is_last_request(post);
        self.exchange("write", move |world| {
            if !last && world.goes_wrong(4, Hazard::CarriedOutLate) {
                world.late.push((post, sent));
                return Err(WriteProblem::AnswerLost);
            }
            if world.goes_wrong(2, Hazard::RightsRefused) {
                return Err(WriteProblem::Refused(WriteRefusal::Rights));
            }
            if world.goes_wrong(2, Hazard::Busy) {
                // OpenLDAP, two changes within one second: 20, and nothing is written.
                return Err(WriteProblem::Refused(WriteRefusal::Other {
                    code: 20,
                    text: "pwdHistory: value #0 already exists".into(),
                }));
            }
            world.carry_out(post, &sent).map_err(WriteProblem::Refused)
        })
        .await
        .map_err(|lost| match lost {
            Lost::NotSent => WriteProblem::NotSent(unreachable()),
            Lost::Answer => WriteProblem::AnswerLost,
        })?
    }

    async fn write_record(&self, _: &HandoverEntry) -> Result<(), DirectoryError> {
        Ok(self.exchange("record", |_| ()).await?)
    }

    async fn remove_markers(
        &self,
        person_dn: &str,
        markers: &[Uuid],
    ) -> Result<(), DirectoryError> {
        let (post, old) = (self.post, markers.to_vec());
        let person = crate::world::person_of(person_dn);
        let done = self
            .exchange("prune", move |world| {
                let rights = world.posts[post].rights;
                world.model.remove_markers(person, &old, rights)
            })
            .await?;
        done.then_some(()).ok_or(DirectoryError::Refused {
            code: 16,
            text: String::new(),
        })
    }

    async fn prove(
        &self,
        person_dn: &str,
        password: &ProvisionalPassword,
    ) -> Result<Proof, DirectoryError> {
        let (person, tried) = (crate::world::person_of(person_dn), password.clone());
        Ok(self
            .exchange("proof", move |world| {
                world.model.prove(person, tried.expose())
            })
            .await?)
    }

    async fn person(&self, id: PersonId) -> Result<Person, DirectoryError> {
        self.read_back(id).await
    }

    // Nothing below belongs to the sending of a handover.

    async fn sign_in(
        &self,
        _: &Login,
        _: Zeroizing<String>,
    ) -> Result<ClerkAccount, SignInRefusal> {
        Err(unreachable().into())
    }

    async fn stand_by(&self, _: &Login, _: Zeroizing<String>) {}

    async fn resume(&self) -> Result<ClerkAccount, SignInRefusal> {
        Err(unreachable().into())
    }

    async fn sign_out(&self) {}

    async fn ping(&self) -> Result<(), DirectoryError> {
        Err(unreachable())
    }

    fn silence(&self) -> Option<Duration> {
        None
    }

    fn exchanges(&self) -> u64 {
        0
    }

    async fn find(&self, _: &[String], _: &[String]) -> Result<Vec<Person>, DirectoryError> {
        Err(unreachable())
    }

    async fn read_perimeter(
        &self,
        _: &Filter,
        _: &mut (dyn FnMut(Vec<Person>) + Send),
    ) -> Result<usize, DirectoryError> {
        Err(unreachable())
    }

    async fn sync_cookie(&self) -> Result<Option<SyncCookie>, DirectoryError> {
        Err(unreachable())
    }

    async fn changes_since(
        &self,
        _: &Filter,
        _: &SyncCookie,
        _: &mut (dyn FnMut(SyncPart) + Send),
    ) -> Result<SyncEnd, DirectoryError> {
        Err(unreachable())
    }

    async fn policy(&self, _: &Person) -> Result<Option<PasswordPolicy>, DirectoryError> {
        Err(unreachable())
    }

    async fn letter_number(&self, _: Uuid) -> Result<Option<String>, DirectoryError> {
        Err(unreachable())
    }

    async fn policy_at(&self, _: &str) -> Result<Option<PasswordPolicy>, DirectoryError> {
        Err(unreachable())
    }

    async fn structures(&self) -> Result<Structures, DirectoryError> {
        Err(unreachable())
    }

    async fn server_time(&self) -> Result<Option<Timestamp>, DirectoryError> {
        Err(unreachable())
    }
}
