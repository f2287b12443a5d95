//! Signing in is a bind with the clerk's own account over verified TLS, its DN given by a pattern or a read account.
//! Refuses an empty password before anything leaves (RFC 4513 §5.1.2 would make it an anonymous success).

use ldap3::{Ldap, Scope};
use zeroize::Zeroizing;

use super::clerk::ClerkAccount;
use super::connection::{classify, run};
use super::error::{DirectoryError, ReadAccountProblem, SignInRefusal};
use super::filter::{Filter, in_dn};
use super::openldap::{OpenLdap, refused_error};
use super::person_entry::generalized_time;
use super::ppolicy::{self, PolicyError};
use super::session::{Link, Session, StandingBy};
use crate::domain::directory_server::DirectoryServer;
use crate::domain::person::Login;
use crate::settings::ReadAccountSettings;

/// The DN that a pattern gives for a login, escaped (RFC 4514).
pub(super) fn clerk_dn(pattern: &str, login: &Login) -> String {
    pattern.replace("{login}", &in_dn(login.as_str()))
}

impl OpenLdap {
    pub(super) async fn bind_clerk(
        &self,
        login: &Login,
        password: Zeroizing<String>,
    ) -> Result<ClerkAccount, SignInRefusal> {
        if password.is_empty() {
            return Err(SignInRefusal::InvalidCredentials);
        }
        let (ldap, server) = self.anonymous().await?;
        let (ldap, dn) = match (&self.settings.clerk_pattern, &self.settings.read_account) {
            (Some(pattern), _) => (ldap, clerk_dn(pattern, login)),
            (None, Some(account)) => self.find_clerk(ldap, &server, account, login).await?,
            (None, None) => return Err(SignInRefusal::UnknownLogin),
        };
        let ldap = self.bind_as(ldap, &dn, &password).await?;
        *self.session.lock().await =
            Some(Session::new(Link::new(ldap), server, dn.clone(), password));
        match self.clerk(&dn, login).await {
            Ok(clerk) if clerk.roles.is_empty() => {
                self.end_session().await;
                Err(SignInRefusal::NoRole)
            }
            Ok(clerk) => Ok(clerk),
            Err(error) => {
                self.end_session().await;
                Err(error.into())
            }
        }
    }

    /// One at a time: no two callers try the same password.
    pub(super) async fn bind_who_stands_by(&self) -> Result<ClerkAccount, SignInRefusal> {
        let _turn = self.resuming.lock().await;
        let Some(StandingBy { login, password }) = self.standing_by().clone() else {
            return Err(DirectoryError::SignedOut.into());
        };
        let answer = self.bind_clerk(&login, password).await;
        if matches!(answer, Err(SignInRefusal::Directory(_))) {
            return answer;
        }
        // They may have left meanwhile.
        if self.standing_by().take().is_none() {
            self.end_session().await;
            return Err(DirectoryError::SignedOut.into());
        }
        answer
    }

    /// Binds as the read account on the connection that the clerk's own bind then takes over.
    async fn find_clerk(
        &self,
        ldap: Ldap,
        server: &DirectoryServer,
        account: &ReadAccountSettings,
        login: &Login,
    ) -> Result<(Ldap, String), SignInRefusal> {
        let problem = SignInRefusal::ReadAccount;
        let filter = Filter::for_login(&account.filter, login.as_str())
            .ok_or(problem(ReadAccountProblem::BrokenFilter))?;
        let ldap = self.bind_read_account(ldap, account).await?;
        let found = self
            .search_on(
                ldap.clone(),
                server,
                &account.search_base,
                Scope::Subtree,
                &filter,
                &["1.1"],
                2,
            )
            .await;
        match found.as_deref() {
            Ok([one]) => Ok((ldap, one.dn.clone())),
            Ok([]) => Err(SignInRefusal::UnknownLogin),
            Ok([_, _, ..]) => Err(SignInRefusal::AmbiguousLogin),
            Err(DirectoryError::NotFound) => Err(problem(ReadAccountProblem::NoSearchBase)),
            Err(error) => Err(error.clone().into()),
        }
    }

    async fn bind_read_account(
        &self,
        ldap: Ldap,
        account: &ReadAccountSettings,
    ) -> Result<Ldap, SignInRefusal> {
        let password = match &self.read_account {
            Ok(password) if !password.is_empty() => password,
            Ok(_) => return Err(SignInRefusal::ReadAccount(ReadAccountProblem::NoPassword)),
            Err(problem) => return Err(SignInRefusal::ReadAccount(problem.clone())),
        };
        self.bind_as(ldap, &account.dn, password)
            .await
            .map_err(|refusal| match refusal {
                SignInRefusal::Directory(error) => SignInRefusal::Directory(error),
                // Whatever stands in its way, it is not the clerk's own account.
                SignInRefusal::InvalidCredentials
                | SignInRefusal::MustChange
                | SignInRefusal::Expired
                | SignInRefusal::Locked
                | SignInRefusal::NoRole
                | SignInRefusal::UnknownLogin
                | SignInRefusal::AmbiguousLogin
                | SignInRefusal::ReadAccount(_) => {
                    SignInRefusal::ReadAccount(ReadAccountProblem::Refused)
                }
            })
    }

    /// Tries the read account alone, before any clerk signs in; a login that nobody bears is what it looks for.
    ///
    /// # Errors
    /// As a sign-in. `Ok` when the settings name no read account.
    pub async fn try_read_account(&self) -> Result<(), SignInRefusal> {
        let Some(account) = &self.settings.read_account else {
            return Ok(());
        };
        let Some(nobody) = Login::new("guichet-diagnostic") else {
            return Ok(());
        };
        let (ldap, server) = self.anonymous().await?;
        match self.find_clerk(ldap, &server, account, &nobody).await {
            Ok(_) | Err(SignInRefusal::UnknownLogin) => Ok(()),
            Err(refusal) => Err(refusal),
        }
    }

    pub(super) async fn bind_as(
        &self,
        mut ldap: Ldap,
        dn: &str,
        password: &Zeroizing<String>,
    ) -> Result<Ldap, SignInRefusal> {
        let (dn, password) = (dn.to_owned(), password.clone());
        let patience = self.patience();
        self.count();
        let (ldap, result) = run(async move {
            let result = ldap
                .with_timeout(patience)
                .with_controls(ppolicy::request())
                .simple_bind(&dn, &password)
                .await;
            (ldap, result)
        })
        .await?;
        let result = result.map_err(|error| classify(&error))?;
        self.answered();
        match (result.rc, ppolicy::error_in(&result.ctrls)) {
            (0, Some(PolicyError::ChangeAfterReset)) => Err(SignInRefusal::MustChange),
            (0, _) => Ok(ldap),
            (_, Some(PolicyError::AccountLocked)) => Err(SignInRefusal::Locked),
            (_, Some(PolicyError::PasswordExpired)) => Err(SignInRefusal::Expired),
            // 34: the login makes no DN; 32: the branch does not exist for them.
            (49 | 32 | 34, _) => Err(SignInRefusal::InvalidCredentials),
            _ => Err(refused_error(&result).into()),
        }
    }

    async fn clerk(&self, dn: &str, login: &Login) -> Result<ClerkAccount, DirectoryError> {
        let everything = Filter::present("objectClass");
        let own = self
            .search(
                dn,
                Scope::Base,
                &everything,
                &[
                    "displayName",
                    "cn",
                    "supannEntiteAffectation",
                    "pwdLastSuccess",
                ],
                1,
            )
            .await?;
        let attributes = own
            .into_iter()
            .next()
            .map(|entry| entry.attrs)
            .unwrap_or_default();
        let first = |name: &str| {
            attributes
                .get(name)
                .and_then(|values| values.first().cloned())
        };
        let mut roles = Vec::new();
        for role in &self.settings.roles {
            let member = Filter::equals("member", dn);
            match self
                .search(&role.group, Scope::Base, &member, &["1.1"], 1)
                .await
            {
                Ok(found) if !found.is_empty() => roles.push(role.clone()),
                Ok(_) | Err(DirectoryError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(ClerkAccount {
            dn: dn.to_owned(),
            login: login.to_string(),
            name: first("displayName")
                .or_else(|| first("cn"))
                .unwrap_or_else(|| login.to_string()),
            structures: attributes
                .get("supannEntiteAffectation")
                .cloned()
                .unwrap_or_default(),
            roles,
            bound_at: first("pwdLastSuccess").and_then(|time| generalized_time(&time)),
        })
    }
}
