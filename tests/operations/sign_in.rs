//! Signing in: the clerk's own state is told with its remedy, and nothing is sent to a server that is not ours.

use guichet_core::operations;
use guichet_core::rehearsal::clerks::{CLERKS, SignIn, clerk};
use guichet_core::rehearsal::{CertificateFault, ServerCertificate};
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
    post.settings.directory.uris = vec!["ldaps://127.0.0.1:9".to_owned()];
    assert_eq!(code(&post, "croux", right).await, "unreachable");
    post.directory.pause();
    post.settings.directory.uris = vec![post.directory.uri_ldaps.clone()];
    post.settings.directory.timeout_seconds = 1;
    assert_eq!(
        code(&post, "croux", right).await,
        "unreachable",
        "a frozen server is not waited for"
    );
    post.directory.resume();
}
