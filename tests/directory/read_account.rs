//! Finding a clerk's DN by a read account, on a real slapd: each outcome told apart, hostile logins harmless.
//! Logins that the double in memory finds or refuses are compared with slapd's.

use std::sync::Arc;

use guichet_core::directory::{Directory, OpenLdap, ReadAccountProblem, SignInRefusal};
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::{LOOKUP_SERVICE, PEOPLE_DN, SERVICE_PASSWORD, person_dn, service_dn};
use guichet_core::settings::{DirectorySettings, ReadAccountSettings};
use zeroize::Zeroizing;

use crate::contract::ground::{Ground, Memory, Slapd, attempt};

const EITHER: &str = "(|(uid={login})(supannAliasLogin={login}))";

fn by_read_account(mut settings: DirectorySettings, filter: &str) -> DirectorySettings {
    settings.clerk_pattern = None;
    settings.read_account = Some(ReadAccountSettings {
        dn: service_dn(LOOKUP_SERVICE),
        search_base: PEOPLE_DN.into(),
        filter: filter.into(),
        password_file: None,
    });
    settings
}

fn session(
    settings: DirectorySettings,
    password: Result<&str, ReadAccountProblem>,
) -> Arc<dyn Directory> {
    let password = password.map(|text| Zeroizing::new(text.to_owned()));
    let directory = OpenLdap::new(settings).expect("the rehearsal's authority");
    Arc::new(directory.with_read_account(password))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_leads_to_one_account_or_to_none() {
    let slapd = Slapd::start();
    let memory = Memory::with(|rules| by_read_account(rules, EITHER));
    let real = session(
        by_read_account(slapd.settings(), EITHER),
        Ok(SERVICE_PASSWORD),
    );
    let grounds: [(&dyn Ground, Arc<dyn Directory>); 2] =
        [(&slapd, real), (&memory, memory.session())];
    for (ground, session) in grounds {
        ground.set(&person_dn("sdiallo"), "supannAliasLogin", &["sami.diallo"]);
        ground.set(&person_dn("mperrin"), "supannAliasLogin", &["croux"]);
        let right = clerk("sdiallo").expect("sdiallo").password;
        for login in ["sdiallo", "SDIALLO", "sami.diallo"] {
            let account = attempt(&session, login, right).await;
            let account = account.unwrap_or_else(|refusal| panic!("{login}: {refusal}"));
            assert_eq!(
                account.dn,
                person_dn("sdiallo"),
                "{login} leads to its entry"
            );
        }
        assert_eq!(
            attempt(&session, "sdiallo", "Mauvais-Mot-De-Passe").await,
            Err(SignInRefusal::InvalidCredentials),
            "found, but the password is wrong"
        );
        assert_eq!(
            attempt(&session, "croux", clerk("croux").expect("croux").password).await,
            Err(SignInRefusal::AmbiguousLogin),
            "the login of one is the alias of another: neither is tried"
        );
        for hostile in [
            "*",
            ")(uid=*",
            "s*",
            "sdiallo)(uid=*",
            "\\2a",
            "inconnue",
            "(",
            "a,b=c",
        ] {
            assert_eq!(
                attempt(&session, hostile, right).await,
                Err(SignInRefusal::UnknownLogin),
                "{hostile} is a login that nobody bears"
            );
        }
        assert_eq!(
            attempt(&session, "sdiallo", "").await,
            Err(SignInRefusal::InvalidCredentials),
            "an empty password reaches no bind"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_read_account_is_named() {
    let slapd = Slapd::start();
    let right = clerk("croux").expect("croux").password;
    let settings = || by_read_account(slapd.settings(), "(uid={login})");
    let refusal = |problem| Err(SignInRefusal::ReadAccount(problem));

    let wrong = session(settings(), Ok("Pas-Celui-La"));
    let answer = attempt(&wrong, "croux", right).await;
    assert_eq!(answer, refusal(ReadAccountProblem::Refused));

    let mut unknown = settings();
    if let Some(account) = &mut unknown.read_account {
        account.dn = service_dn("absent");
    }
    let answer = attempt(&session(unknown, Ok(SERVICE_PASSWORD)), "croux", right).await;
    assert_eq!(answer, refusal(ReadAccountProblem::Refused));

    for none in [Ok(""), Err(ReadAccountProblem::NoPassword)] {
        let answer = attempt(&session(settings(), none), "croux", right).await;
        assert_eq!(answer, refusal(ReadAccountProblem::NoPassword));
    }

    let broken = by_read_account(slapd.settings(), "(uid={login}");
    let answer = attempt(&session(broken, Ok(SERVICE_PASSWORD)), "croux", right).await;
    assert_eq!(answer, refusal(ReadAccountProblem::BrokenFilter));

    let mut elsewhere = settings();
    if let Some(account) = &mut elsewhere.read_account {
        account.search_base = "ou=absente,dc=univ-rivemer,dc=example".into();
    }
    let answer = attempt(&session(elsewhere, Ok(SERVICE_PASSWORD)), "croux", right).await;
    assert_eq!(answer, refusal(ReadAccountProblem::NoSearchBase));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_is_the_clerks_and_never_the_read_accounts() {
    let mut slapd = Slapd::start();
    let session = session(
        by_read_account(slapd.settings(), "(uid={login})"),
        Ok(SERVICE_PASSWORD),
    );
    let right = clerk("croux").expect("croux").password;
    assert!(
        attempt(&session, "croux", "Mauvais-Mot-De-Passe")
            .await
            .is_err()
    );
    assert!(
        session.ping().await.is_err(),
        "a refused clerk does not leave the read account's session behind"
    );
    attempt(&session, "croux", right).await.expect("opens");
    let sheet = crate::contract::ground::person(&session, "nbelkhir").await;
    assert!(
        sheet.birth.is_some(),
        "the read account reads no birth date: this is the clerk"
    );
    slapd.stop();
    assert!(session.ping().await.is_err());
    slapd.start_again();
    assert_eq!(
        session.read_back(sheet.id).await,
        Ok(sheet),
        "a lost connection is bound again as the clerk"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_diagnostic_tries_it_without_any_clerk() {
    let slapd = Slapd::start();
    let tried = |password: &str| {
        let password = Zeroizing::new(password.to_owned());
        let settings = by_read_account(slapd.settings(), "(uid={login})");
        let directory = OpenLdap::new(settings).expect("the rehearsal's authority");
        async move {
            directory
                .with_read_account(Ok(password))
                .try_read_account()
                .await
        }
    };
    assert_eq!(tried(SERVICE_PASSWORD).await, Ok(()));
    assert_eq!(
        tried("Pas-Celui-La").await,
        Err(SignInRefusal::ReadAccount(ReadAccountProblem::Refused))
    );
}
