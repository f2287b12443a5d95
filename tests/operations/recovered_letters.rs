//! What waits under the key of a clerk who has gone: another clerk sends or voids it with the IT office's private key, on a
//! real slapd and a real store, under their own rights; and what a clerk's own rights no longer reach is kept for that.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use guichet_core::operations::handover::{self, SyncReport};
use guichet_core::operations::{OperationError, RecoveredPost, outbox};
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::{RECORDS_DN, RECOVERY_IDENTITY, person_dn};
use zeroize::Zeroizing;

use super::desk::{Post, as_administrator, occurrences, password_on};
use super::offline::{INES, away, handed_over, markers, sent};

const STRANGER: &str = "AGE-SECRET-KEY-1QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSKMP32K";

async fn opened(post: &Post, identity: &str) -> Result<RecoveredPost, OperationError> {
    let identity = Zeroizing::new(identity.to_owned());
    RecoveredPost::open(post.settings.clone(), identity).await
}

async fn opened_as(post: &Post, login: &str) -> RecoveredPost {
    let recovered = opened(post, RECOVERY_IDENTITY).await.expect("its key");
    let password = clerk(login).expect("a rehearsal clerk").password;
    recovered
        .sign_in(login, Zeroizing::new(password.to_owned()))
        .await
        .expect("the clerk signs in");
    recovered
}

/// One act in the directory’s register, as its author reads it.
fn register(post: &Post, id: &str) -> String {
    let password = clerk("sdiallo").expect("a clerk").password;
    let filter = format!("(documentIdentifier={id})");
    let arguments = ["-LLL", "-o", "ldif-wrap=no", "-b", RECORDS_DN, &filter];
    let entry = post.ldap("ldapsearch", "sdiallo", password, &arguments).1;
    // With an accent in it, the note is in base64.
    let note = entry
        .lines()
        .find_map(|line| line.strip_prefix("description:: "))
        .and_then(|note| BASE64.decode(note).ok());
    format!(
        "{entry}{}",
        String::from_utf8(note.unwrap_or_default()).expect("text")
    )
}

/// Inès is no more staff: no clerk of the human resources reads more than her name.
fn leaves_the_perimeter(post: &Post) {
    as_administrator(
        post,
        &[],
        &format!(
            "dn: {}\nchangetype: modify\nreplace: eduPersonAffiliation\neduPersonAffiliation: student\n",
            person_dn(INES)
        ),
    );
}

fn comes_back(post: &Post) {
    as_administrator(
        post,
        &[],
        &format!(
            "dn: {}\nchangetype: modify\nreplace: eduPersonAffiliation\neduPersonAffiliation: employee\n",
            person_dn(INES)
        ),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_sends_it_with_the_recovery_key_under_their_own_bind() {
    let mut post = Post::new();
    let (office, id) = away(&mut post).await;
    let (view, letter) = handed_over(&post, &office, &id).await;
    let elsewhere = tempfile::tempdir().expect("a folder");
    let kept = elsewhere.path().join("lettre.pdf");
    std::fs::rename(letter, &kept).expect("the sheet leaves with its owner");
    let password = password_on(&kept);
    drop(office);
    post.directory.restart().expect("it starts");
    // Camille Roux is gone, and her account with her.
    as_administrator(
        &post,
        &[],
        &format!(
            "dn: {}\nchangetype: modify\nreplace: userPassword\nuserPassword: Personne-Ne-Le-Sait-2026\n",
            person_dn("croux")
        ),
    );

    let wrong = opened(&post, STRANGER).await.err().expect("refused");
    assert_eq!(wrong.code, "recovery");
    assert!(wrong.message.contains("clé"), "{wrong:?}");
    let recovered = opened(&post, RECOVERY_IDENTITY).await.expect("its key");
    let letters = recovered.letters().expect("read");
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert!(
        letters[0].number == view.number
            && letters[0].clerk.contains("Roux")
            && letters[0].sendable
            && letters[0].valid_until > letters[0].made_at,
        "{letters:?}"
    );
    let nobody = recovered.send(&[]).await.expect_err("nobody has signed in");
    assert_eq!(nobody.code, "signedOut");
    assert_eq!(recovered.letters().expect("read").len(), 1, "it stays");

    let recovered = opened_as(&post, "sdiallo").await;
    let unknown = recovered.send(&["R-2026-99999".to_owned()]).await;
    assert_eq!(unknown.expect_err("not here").code, "notFound");
    let report = recovered
        .send(&[view.number.to_lowercase()])
        .await
        .expect("sent");
    assert_eq!(report.sent, [view.number.as_str()], "{report:?}");
    assert!(recovered.letters().expect("read").is_empty());
    let (opens, answer) = post.whoami(INES, &password);
    assert!(opens && answer.contains("must be changed"), "{answer}");
    assert_eq!(markers(recovered.office(), &id).await, 1, "sent once");
    assert_eq!(
        occurrences(post.folder.path(), &password),
        0,
        "no password in clear in the post's folder"
    );
    drop(recovered);

    let colleague = post.signed_in("sdiallo").await;
    let item = outbox::outbox(&colleague).expect("read").items.remove(0);
    assert_eq!(item.state, "Synchronisé", "{item:?}");
    assert!(
        item.outcome.contains("Envoyé par Sami Diallo"),
        "the post says who sent it: {item:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_register_names_who_handed_over_and_who_sent() {
    let mut post = Post::new();
    let (office, id) = away(&mut post).await;
    let (view, _) = handed_over(&post, &office, &id).await;
    drop(office);
    post.directory.restart().expect("it starts");
    let recovered = opened_as(&post, "sdiallo").await;
    recovered.send(&[]).await.expect("sent");
    let register = register(&post, &view.id);
    assert!(
        register.contains(&format!("documentAuthor: {}", person_dn("sdiallo"))),
        "its author is who sent it: {register}"
    );
    assert!(
        register.contains(&format!("\"handedOverBy\":\"{}\"", person_dn("croux"))),
        "and it names who handed it over: {register}"
    );
    // Camille's own next session finds nothing to send, and nothing to record in her name.
    let office = post.signed_in("croux").await;
    let pass = handover::catch_up(&office).await.expect("a pass");
    assert!(pass.sent.is_empty() && pass.recorded.is_empty(), "{pass:?}");
    assert_eq!(markers(&office, &id).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_rights_of_the_sender_do_not_reach_stays_for_another() {
    let mut post = Post::new();
    let (office, id) = away(&mut post).await;
    let (view, letter) = handed_over(&post, &office, &id).await;
    drop(office);
    post.directory.restart().expect("it starts");
    // Maud Perrin serves the students: Inès is not hers.
    let recovered = opened_as(&post, "mperrin").await;
    let report = recovered.send(&[]).await.expect("tried");
    let expected = SyncReport {
        barred: vec![view.number.clone()],
        ..SyncReport::default()
    };
    assert_eq!(report, expected);
    let kept = recovered.letters().expect("read");
    assert!(
        kept[0].sendable && kept[0].outcome.contains("Maud Perrin"),
        "{kept:?}"
    );
    assert!(!post.whoami(INES, &password_on(&letter)).0);
    drop(recovered);
    let recovered = opened_as(&post, "sdiallo").await;
    let report = recovered.send(&[]).await.expect("sent");
    assert_eq!(report.sent, [view.number.as_str()], "{report:?}");
    assert!(post.whoami(INES, &password_on(&letter)).0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_that_its_own_clerk_may_no_longer_send_is_refused_and_kept() {
    let mut post = Post::new();
    let (office, id) = away(&mut post).await;
    let (view, letter) = handed_over(&post, &office, &id).await;
    post.directory.restart().expect("it starts");
    leaves_the_perimeter(&post);
    let item = sent(&office).await;
    assert_eq!(item.state, "Refusé", "{item:?}");
    assert!(
        item.may_void && item.outcome.contains("transmettez-le"),
        "{item:?}"
    );
    let report = item.report.as_ref().expect("something to pass on");
    for said in [
        &view.number,
        INES,
        "périmètre de Camille Roux",
        "assistance@",
    ] {
        assert!(report.contains(said), "{said}: {report}");
    }
    assert!(!report.contains(&password_on(&letter)), "no secret in it");
    let named = outbox::report(&office, &view.number).expect("the same");
    assert_eq!(&named, report);
    assert!(!post.whoami(INES, &password_on(&letter)).0);
    let list = outbox::outbox(&office).expect("read");
    assert_eq!(
        (list.waiting, list.to_decide),
        (0, 1),
        "kept, sealed, for somebody to do something about"
    );
    // Rights that come back are tried again, by the clerk's own next pass.
    comes_back(&post);
    let pass = handover::catch_up(&office).await.expect("a pass");
    assert_eq!(pass.sent, [view.number.as_str()], "{pass:?}");
    assert!(post.whoami(INES, &password_on(&letter)).0);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_voided_too_and_says_by_whom() {
    let mut post = Post::new();
    let (office, id) = away(&mut post).await;
    let (view, letter) = handed_over(&post, &office, &id).await;
    drop(office);
    post.directory.restart().expect("it starts");
    let recovered = opened_as(&post, "sdiallo").await;
    recovered
        .void(std::slice::from_ref(&view.number))
        .expect("voided");
    assert!(recovered.letters().expect("read").is_empty());
    drop(recovered);
    let office = post.signed_in("croux").await;
    handover::catch_up(&office).await.expect("a pass");
    let item = outbox::outbox(&office).expect("read").items.remove(0);
    assert!(
        item.state == "Annulé" && item.outcome.contains("Sami Diallo, avec la clé de secours"),
        "{item:?}"
    );
    assert_eq!(markers(&office, &id).await, 0, "nothing was sent");
    assert!(!post.whoami(INES, &password_on(&letter)).0);
}
