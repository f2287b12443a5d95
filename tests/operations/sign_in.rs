//! Signing in: the clerk's own state is told with its remedy, and nothing is sent to a server that is not ours.

use guichet_core::operations;
use guichet_core::rehearsal::clerks::{CLERKS, SignIn, clerk};
use guichet_core::rehearsal::{
    CertificateFault, LOOKUP_SERVICE, PEOPLE_DN, SERVICE_PASSWORD, ServerCertificate, service_dn,
};
use guichet_core::settings::ReadAccountSettings;
use zeroize::Zeroizing;

use super::desk::Post;

async fn code(post: &Post, login: &str, password: &str) -> String {
    let office = post.office().await;
    match operations::session::sign_in(&office, login, Zeroizing::new(password.to_owned())).await {
        Ok(_) => "opens".to_owned(),
        Err(error) => {
            assert!(
                error.message.ends_with('.'),
                "a sentence: {}",
                error.message
            );
            error.code
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_situation_of_a_clerk_has_its_code() {
    let post = Post::new();
    for clerk in CLERKS {
        let expected = match (clerk.role, clerk.sign_in) {
            (None, SignIn::Opens) => "notAClerk",
            (_, SignIn::Opens) => "opens",
            (_, SignIn::MustChange) => "mustChangePassword",
            (_, SignIn::Expired) => "passwordExpired",
            (_, SignIn::Locked) => "accountLocked",
        };
        assert_eq!(
            code(&post, clerk.login, clerk.password).await,
            expected,
            "{}",
            clerk.login
        );
    }
    assert_eq!(code(&post, "croux", "wrong").await, "invalidCredentials");
    assert_eq!(
        code(&post, "croux", "").await,
        "invalidCredentials",
        "never an anonymous bind"
    );
    assert_eq!(code(&post, "", "x").await, "invalidCredentials");
    assert_eq!(
        code(&post, "croux,ou=people", "x").await,
        "invalidCredentials",
        "escaped in the DN"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_ours_gets_no_password() {
    let right = clerk("croux").expect("croux").password;
    for fault in [
        CertificateFault::Expired,
        CertificateFault::WrongHost,
        CertificateFault::OtherAuthority,
    ] {
        let post = Post::with_certificate(ServerCertificate::Faulty(fault));
        assert_eq!(
            code(&post, "croux", right).await,
            "certificate",
            "{fault:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn starttls_serves_and_an_absent_directory_is_said() {
    let mut post = Post::new();
    let right = clerk("croux").expect("croux").password;
    post.settings.directory.uris = vec![post.directory.uri_ldap.clone()];
    assert_eq!(
        code(&post, "croux", right).await,
        "opens",
        "StartTLS on the plain port"
    );
    // A clerk whom this post has not seen: another would be recognised without the directory.
    let unseen = clerk("sdiallo").expect("sdiallo").password;
    post.settings.directory.uris = vec!["ldaps://127.0.0.1:9".to_owned()];
    assert_eq!(code(&post, "sdiallo", unseen).await, "unreachable");
    post.directory.pause();
    post.settings.directory.uris = vec![post.directory.uri_ldaps.clone()];
    post.settings.directory.timeout_seconds = 1;
    assert_eq!(
        code(&post, "sdiallo", unseen).await,
        "unreachable",
        "a frozen server is not waited for"
    );
    post.directory.resume();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_account_finds_the_clerk_and_says_what_it_lacks() {
    let mut post = Post::new();
    let right = clerk("croux").expect("croux").password;
    let secret = post.folder.path().join("recherche");
    let directory = &mut post.settings.directory;
    directory.clerk_pattern = None;
    directory.read_account = Some(ReadAccountSettings {
        dn: service_dn(LOOKUP_SERVICE),
        search_base: PEOPLE_DN.to_owned(),
        filter: "(uid={login})".to_owned(),
        password_file: Some(secret.clone()),
    });
    assert_eq!(code(&post, "croux", right).await, "readAccount", "no file");
    std::fs::write(&secret, format!("{SERVICE_PASSWORD}\n")).expect("written");
    let mode = |mode| {
        let permissions = std::os::unix::fs::PermissionsExt::from_mode(mode);
        std::fs::set_permissions(&secret, permissions).expect("ours");
    };
    mode(0o644);
    assert_eq!(
        code(&post, "croux", right).await,
        "readAccount",
        "a file that others may read is not used"
    );
    mode(0o600);
    assert_eq!(code(&post, "croux", right).await, "opens");
    assert_eq!(code(&post, "inconnue", right).await, "unknownLogin");
    assert_eq!(code(&post, "*", right).await, "unknownLogin");
    let doctor = operations::doctor(post.office().await.as_ref(), None).await;
    let looked = doctor.iter().find(|check| check.name == "recherche");
    assert!(looked.is_some_and(|check| check.ok), "{doctor:?}");

    // From the keyring of the session, where the IT office puts it.
    if let Some(account) = &mut post.settings.directory.read_account {
        account.password_file = None;
    }
    operations::forget_read_account().await.expect("forgotten");
    assert_eq!(code(&post, "croux", right).await, "readAccount");
    let empty = operations::keep_read_account(Zeroizing::new(String::new())).await;
    assert!(empty.is_err(), "an empty password is not kept");
    for (password, expected) in [("Pas-Celui-La", "readAccount"), (SERVICE_PASSWORD, "opens")] {
        operations::keep_read_account(Zeroizing::new(password.to_owned()))
            .await
            .expect("kept");
        assert_eq!(code(&post, "croux", right).await, expected);
    }
    operations::forget_read_account().await.expect("forgotten");
}
