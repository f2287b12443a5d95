//! Signing in: the clerk's own state is told with its remedy, and nothing is sent to a server that is not ours.

use std::net::SocketAddr;

use guichet_core::operations;
use guichet_core::rehearsal::clerks::{CLERKS, SignIn, clerk};
use guichet_core::rehearsal::{
    CertificateFault, LOOKUP_SERVICE, PEOPLE_DN, SERVICE_PASSWORD, ServerCertificate, service_dn,
};
use guichet_core::settings::ReadAccountSettings;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use zeroize::Zeroizing;

use super::desk::Post;

async fn code(post: &Post, login: &str, password: &str) -> String {
    answer(post, login, password).await.0
}

/// The code, and the sentence that goes with it.
async fn answer(post: &Post, login: &str, password: &str) -> (String, String) {
    let office = post.office().await;
    match operations::session::sign_in(&office, login, Zeroizing::new(password.to_owned())).await {
        Ok(_) => ("opens".to_owned(), String::new()),
        Err(error) => {
            assert!(
                error.message.ends_with('.'),
                "a sentence: {}",
                error.message
            );
            (error.code, error.message)
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
    for (fault, what, remedy) in [
        (CertificateFault::Expired, "a expiré", "le renouvelle"),
        (
            CertificateFault::NotYetValid,
            "n’est pas encore valable",
            "l’heure de ce poste",
        ),
        (
            CertificateFault::WrongHost,
            "porte un autre nom",
            "directory.uris",
        ),
        (
            CertificateFault::OtherAuthority,
            "autorité inconnue",
            "directory.authority",
        ),
    ] {
        let post = Post::with_certificate(ServerCertificate::Faulty(fault));
        let (code, sentence) = answer(&post, "croux", right).await;
        assert_eq!(code, "certificate", "{fault:?}");
        for said in [what, remedy, "Aucun mot de passe n’a été envoyé."] {
            assert!(sentence.contains(said), "{fault:?}: {sentence}");
        }
        let password = Zeroizing::new(right.to_owned());
        let checks =
            operations::doctor(post.office().await.as_ref(), Some(("croux", password))).await;
        let directory = checks.iter().find(|check| check.name == "annuaire");
        assert!(
            directory.is_some_and(|check| !check.ok && check.sentence == sentence),
            "the doctor says the same: {checks:?}"
        );
    }
}

/// A server that answers each connection's first message with `answer`.
async fn answering(answer: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut asked = [0; 2048];
            let read = client.read(&mut asked).await.expect("a message");
            client.write_all(answer).await.expect("answered");
            assert!(
                !String::from_utf8_lossy(&asked[..read]).contains("croux"),
                "nothing of the clerk in clear"
            );
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_good_tls_gets_no_password_and_is_said() {
    let right = clerk("croux").expect("croux").password;
    let mut post = Post::new();
    // extendedResp of message 1, unavailable (52): what slapd without a certificate answers to StartTLS (RFC 4511 §4.12).
    let refusing = answering(&[48, 12, 2, 1, 1, 120, 7, 10, 1, 52, 4, 0, 4, 0]).await;
    // Fatal alert protocol_version (RFC 5246 §7.2): a server that stops at TLS 1.1.
    let ancient = answering(&[21, 3, 2, 0, 2, 2, 70]).await;
    for (uri, said) in [
        (
            format!("ldap://{refusing}"),
            "refuse de chiffrer la liaison (StartTLS)",
        ),
        (
            format!("ldaps://{ancient}"),
            "n’accepte ni TLS 1.2 ni TLS 1.3",
        ),
    ] {
        post.settings.directory.uris = vec![uri.clone()];
        let (code, sentence) = answer(&post, "croux", right).await;
        assert_eq!(code, "certificate", "{uri}: {sentence}");
        assert!(sentence.contains(said), "{uri}: {sentence}");

        post.settings.directory.uris = vec![uri, post.directory.uri_ldaps.clone()];
        assert_eq!(
            answer(&post, "croux", right).await.0,
            "opens",
            "the next server is sound"
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
