//! The clerk's open connection: to which server, opened again when it died, left when it let a request wait, and given to
//! several sessions at once.
//! Never the same password twice after a refusal, and never another server behind a wrong certificate.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ldap3::{Ldap, LdapError};
use zeroize::Zeroizing;

use super::connection::{classify, open, run};
use super::error::{DirectoryError, ReadAccountProblem, TlsProblem};
use super::openldap::{OpenLdap, refused, refused_error};
use super::servers::{SHORT_PATIENCE, Standing, has_all};
use crate::domain::directory_server::DirectoryServer;
use crate::domain::person::Login;

/// An open connection, which several sessions may speak on: what one of them leaves, all leave.
#[derive(Clone)]
pub(super) struct Link {
    ldap: Ldap,
    left: Arc<AtomicBool>,
}

impl Link {
    pub(super) fn new(ldap: Ldap) -> Self {
        Link {
            ldap,
            left: Arc::default(),
        }
    }

    fn usable(&mut self) -> Option<Ldap> {
        let usable = !self.left.load(Ordering::SeqCst) && !self.ldap.is_closed();
        usable.then(|| self.ldap.clone())
    }
}

pub(super) struct Session {
    /// `None` before the first request.
    pub(super) link: Option<Link>,
    pub(super) server: DirectoryServer,
    pub(super) dn: String,
    pub(super) password: Zeroizing<String>,
    /// Servers that refused this password: never given it again, whichever session of this clerk asks.
    pub(super) refused_by: Arc<Mutex<Vec<DirectoryServer>>>,
}

impl Session {
    pub(super) fn new(
        link: Link,
        server: DirectoryServer,
        dn: String,
        password: Zeroizing<String>,
    ) -> Self {
        Session {
            link: Some(link),
            server,
            dn,
            password,
            refused_by: Arc::default(),
        }
    }

    fn is_refused_by(&self, server: &DirectoryServer) -> bool {
        self.refused_by
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(server)
    }
}

/// Invalid credentials (RFC 4511 §4.1.9): tried again and again, they would lock the clerk's account.
fn invalid_credentials() -> DirectoryError {
    DirectoryError::Refused {
        code: 49,
        text: "refused before".to_owned(),
    }
}

/// What a clerk typed while the server was away.
#[derive(Clone)]
pub(super) struct StandingBy {
    pub(super) login: Login,
    pub(super) password: Zeroizing<String>,
}

/// The clerk's open connection.
pub(super) struct Bound {
    pub(super) ldap: Ldap,
    pub(super) server: DirectoryServer,
    pub(super) dn: String,
}

impl OpenLdap {
    pub(super) fn standing_by(&self) -> MutexGuard<'_, Option<StandingBy>> {
        self.standing_by
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn end_session(&self) {
        let ended = self.session.lock().await.take();
        if let Some(mut link) = ended.and_then(|session| session.link) {
            let _ = link.ldap.unbind().await;
        }
    }

    /// Why no request can leave without a session.
    fn nobody(&self) -> DirectoryError {
        if self.standing_by().is_some() {
            DirectoryError::Unreachable("signed in without the server".to_owned())
        } else {
            DirectoryError::SignedOut
        }
    }

    /// A request to `server` failed. Its connection is left when it let the time pass, for a firewall forgets a connection
    /// without a word and the system keeps it open for a quarter of an hour; or when there is another server to ask. One that
    /// let the time pass is asked last for a while.
    pub(super) async fn failed(
        &self,
        server: &DirectoryServer,
        error: &LdapError,
    ) -> DirectoryError {
        let silent = matches!(error, LdapError::Timeout { .. });
        if silent {
            self.servers.did_not_answer(server);
        }
        if (silent || self.servers.are_several())
            && let Some(session) = self.session.lock().await.as_ref()
            && session.server == *server
            && let Some(link) = &session.link
        {
            link.left.store(true, Ordering::SeqCst);
        }
        classify(error)
    }

    /// A connection with nobody bound, to the first server that answers.
    pub(super) async fn anonymous(&self) -> Result<(Ldap, DirectoryServer), DirectoryError> {
        let mut last = DirectoryError::Unreachable("no server".to_owned());
        let order = match &self.only {
            Some(server) => vec![server.clone()],
            None => self.servers.in_order(),
        };
        for (nth, server) in order.iter().enumerate() {
            // Past the last one nobody else answers; before it, a clerk does not wait for a server that is down.
            let alone = self.only.is_none() && nth + 1 == order.len();
            match self.connect(server, alone).await {
                Ok(ldap) => return Ok((ldap, server.clone())),
                // A server without TLS tells nothing of the next one.
                Err(
                    weak @ DirectoryError::Certificate(
                        TlsProblem::StartTlsRefused(_) | TlsProblem::NoCommonTls(_),
                    ),
                ) => last = weak,
                // A wrong certificate is not a reason to try another server with the same credentials.
                Err(refused @ (DirectoryError::Certificate(_) | DirectoryError::Plain)) => {
                    return Err(refused);
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    async fn connect(&self, server: &DirectoryServer, alone: bool) -> Result<Ldap, DirectoryError> {
        let patience = if alone || !self.servers.are_several() {
            self.patience()
        } else {
            self.patience().min(SHORT_PATIENCE)
        };
        let opened = open(server.uri(), Arc::clone(&self.tls), patience).await;
        match &opened {
            Ok(_) => self.servers.answered(server),
            Err(DirectoryError::Unreachable(_)) => self.servers.did_not_answer(server),
            // A server that is refused for its certificate stays where the settings put it: no other takes its place.
            Err(_) => {}
        }
        opened
    }

    /// The clerk's connection, opened and bound again if it died.
    pub(super) async fn bound(&self) -> Result<Bound, DirectoryError> {
        let mut kept = self.session.lock().await;
        let Some(session) = kept.as_mut() else {
            return Err(self.nobody());
        };
        // What another request of this post has learnt of the server counts too.
        let given_up = self.only.is_none() && self.servers.is_silent(&session.server);
        let link = session.link.as_mut().filter(|_| !given_up);
        let ldap = match link.and_then(Link::usable) {
            Some(ldap) => ldap,
            None => {
                if let Some(only) = &self.only
                    && session.is_refused_by(only)
                {
                    return Err(invalid_credentials());
                }
                let (mut ldap, server) = self.anonymous().await?;
                if session.is_refused_by(&server) {
                    *kept = None;
                    return Err(invalid_credentials());
                }
                let (dn, password) = (session.dn.clone(), session.password.clone());
                let patience = self.patience();
                self.count();
                let answer = run(async move {
                    let result = ldap
                        .with_timeout(patience)
                        .simple_bind(&dn, &password)
                        .await;
                    (ldap, result)
                })
                .await?;
                let (ldap, result) = answer;
                let result = result.map_err(|error| {
                    self.servers.did_not_answer(&server);
                    classify(&error)
                })?;
                self.answered();
                if result.rc == 49 {
                    session
                        .refused_by
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(server);
                    *kept = None;
                    return Err(refused_error(&result));
                }
                refused(&result)?;
                session.server = server;
                session.link = Some(Link::new(ldap.clone()));
                ldap
            }
        };
        Ok(Bound {
            ldap,
            server: session.server.clone(),
            dn: session.dn.clone(),
        })
    }

    /// This session with one server; on its connection when it is the one already spoken to.
    pub(super) async fn view(&self, server: &DirectoryServer) -> Result<OpenLdap, DirectoryError> {
        let kept = self.session.lock().await;
        let Some(session) = kept.as_ref() else {
            return Err(self.nobody());
        };
        let open = (session.server == *server).then(|| session.link.clone());
        Ok(OpenLdap {
            settings: Arc::clone(&self.settings),
            servers: Arc::clone(&self.servers),
            only: Some(server.clone()),
            tls: Arc::clone(&self.tls),
            session: tokio::sync::Mutex::new(Some(Session {
                link: open.flatten(),
                server: server.clone(),
                dn: session.dn.clone(),
                password: session.password.clone(),
                refused_by: Arc::clone(&session.refused_by),
            })),
            standing_by: Mutex::new(None),
            resuming: tokio::sync::Mutex::new(()),
            read_account: Err(ReadAccountProblem::NoPassword),
            exchanges: Arc::clone(&self.exchanges),
            last_answer: Arc::clone(&self.last_answer),
        })
    }

    /// Back to a server that the settings prefer, once it has everything that the present one has.
    pub(super) async fn come_back(&self) -> Result<(), DirectoryError> {
        let current = self.bound().await?.server;
        let Some(better) = self.servers.better_than(&current) else {
            return Ok(());
        };
        let view = self.view(&better).await?;
        let needed = self.context().await?.csn;
        let there = view.context().await?.csn;
        if !has_all(&there, &needed) {
            self.servers.is_behind(&better);
            return Ok(());
        }
        let taken = view.session.lock().await.take();
        if let (Some(taken), Some(session)) = (taken, self.session.lock().await.as_mut()) {
            session.link = taken.link;
            session.server = taken.server;
        }
        Ok(())
    }

    /// Where one server stands, for whoever compares them. The clerk has signed in.
    ///
    /// # Errors
    /// As any read of that server.
    pub async fn standing(&self, server: &DirectoryServer) -> Result<Standing, DirectoryError> {
        let context = self.view(server).await?.context().await?;
        Ok(Standing {
            holds_people: context.holds_people,
            changes: context.csn,
        })
    }
}
