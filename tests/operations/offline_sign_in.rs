//! The directory is away: a clerk whom it accepted here signs in with the same password, for a time, and the session
//! becomes an ordinary one at the next contact. On a real slapd stopped and started, a real keyring and a real store.

use std::sync::Arc;
use std::time::Duration;

use guichet_core::operations::session::{self, OfflineBar, SessionView, may_work_offline};
use guichet_core::operations::{self, Office, OfficeNotice};
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::person_dn;
use guichet_core::store::{KnownClerk, Store};
use guichet_core::vault::Vault;
use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

use super::desk::{Post, filled};

const NEW: &str = "Nouveau-Mot-De-Passe-12";

fn right() -> &'static str {
    clerk("croux").expect("croux").password
}

async fn sign_in(office: &Arc<Office>, password: &str) -> Result<SessionView, String> {
    session::sign_in(office, "croux", Zeroizing::new(password.to_owned()))
        .await
        .map_err(|error| {
            assert!(error.message.ends_with('.'), "{}", error.message);
            error.code
        })
}

/// (offline, asks for the former password)
fn state(session: &SessionView) -> (bool, bool) {
    match session {
        SessionView::SignedIn {
            offline,
            asks_previous_password,
            ..
        } => (*offline, *asks_previous_password),
        SessionView::Locked { .. } | SessionView::SignedOut { .. } => {
            panic!("somebody is signed in: {session:?}")
        }
    }
}

const ONLINE: Result<(bool, bool), String> = Ok((false, false));
const OFFLINE: Result<(bool, bool), String> = Ok((true, false));

async fn tried(office: &Arc<Office>, password: &str) -> Result<(bool, bool), String> {
    sign_in(office, password)
        .await
        .map(|session| state(&session))
}

/// The post's own store, opened beside it: what a clock would take days to make is written there.
async fn store(post: &Post) -> Store {
    let database = post.settings.post.folder.join("guichet.db");
    let vault = Vault::open("guichet", Duration::from_secs(20))
        .await
        .expect("the keyring");
    let key = vault.database_key(&database).await.expect("the key");
    Store::open(&database, &key).expect("the store")
}

async fn known(post: &Post) -> KnownClerk {
    store(post)
        .await
        .read(|reader| reader.clerk(&person_dn("croux")))
        .expect("readable")
        .expect("the clerk is known")
}

async fn age(post: &Post, hours: i64) {
    let clerk = KnownClerk {
        validated_at: Some(Timestamp::now() - SignedDuration::from_hours(hours)),
        ..known(post).await
    };
    store(post)
        .await
        .write(|writer| writer.put_clerk(&clerk))
        .expect("written");
}

/// Their own change, on the portal.
fn change_password(post: &Post, new: &str) {
    let (done, said) = post.ldap("ldappasswd", "croux", right(), &["-s", new]);
    assert!(done, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_known_here_signs_in_without_the_directory() {
    let mut post = Post::new();
    post.settings.directory.timeout_seconds = 2;
    let stranger = post.office().await;
    post.directory.stop();
    assert_eq!(
        tried(&stranger, right()).await,
        Err("unreachable".into()),
        "never seen on this post"
    );
    post.directory.restart().expect("it starts");

    let office = post.office().await;
    assert_eq!(tried(&office, right()).await, ONLINE);
    filled(&office).await;
    let keys = may_work_offline(&office).expect("a recovery key and the clerk's own");
    let recipient = keys.clerk.recipient();
    session::sign_out(&office).await.expect("signed out");
    assert_eq!(
        may_work_offline(&office).unwrap_err(),
        OfflineBar::NoSealingKey,
        "forgotten with the session"
    );

    post.directory.stop();
    let office = post.office().await;
    for wrong in ["", "wrong", "Phare-Galet-Brise-42"] {
        assert_eq!(
            tried(&office, wrong).await,
            Err("invalidCredentials".into()),
            "{wrong}"
        );
    }
    assert_eq!(tried(&office, right()).await, OFFLINE);
    let keys = may_work_offline(&office).expect("the same key, opened by the password alone");
    assert_eq!(keys.clerk.recipient(), recipient);
    let link = session::link(&office).await.expect("a link");
    assert!(!link.reachable && link.people > 0, "{link:?}");
    assert!(link.detail.contains("identité vérifiée le"), "{link:?}");
    let found = operations::counter::find(&office, "lefevre ines")
        .await
        .expect("the copy answers");
    assert!(!found.rows.is_empty(), "{found:?}");

    // The lock opens the same way.
    session::lock(&office).await.expect("locked");
    let left = session::leave(&office).await;
    let again = post.office().await;
    session::take_up(&again, left);
    let unlocked = session::unlock(&again, Zeroizing::new(right().to_owned())).await;
    assert_eq!(state(&unlocked.expect("unlocked")), (true, false));

    // The directory answers again: an ordinary session, and a later contact counts.
    let before = known(&post).await.validated_at;
    let mut notices = again.notices();
    post.directory.restart().expect("it starts");
    session::link(&again).await.expect("a link");
    let told = notices.recv().await.expect("told");
    assert!(
        matches!(&told, OfficeNotice::SessionChanged(session) if state(session) == (false, false)),
        "{told:?}"
    );
    assert!(known(&post).await.validated_at > before);
    filled(&again).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_are_slowed() {
    let mut post = Post::new();
    let office = post.signed_in("croux").await;
    session::sign_out(&office).await.expect("signed out");
    post.directory.stop();
    for _ in 0..5 {
        assert_eq!(
            tried(&office, "wrong").await,
            Err("invalidCredentials".into())
        );
    }
    assert_eq!(
        tried(&office, right()).await,
        Err("tooManyTries".into()),
        "not even the right one, for a minute"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn past_72_hours_the_directory_is_needed() {
    let mut post = Post::new();
    let office = post.signed_in("croux").await;
    session::sign_out(&office).await.expect("signed out");
    post.directory.stop();
    age(&post, 71).await;
    assert_eq!(tried(&office, right()).await, OFFLINE);
    session::sign_out(&office).await.expect("signed out");
    age(&post, 73).await;
    assert_eq!(tried(&office, right()).await, Err("offlineTooLong".into()));
    // A site that allows less, and one that never does.
    age(&post, 5).await;
    for (hours, expected) in [(4, "offlineTooLong"), (0, "unreachable")] {
        post.settings.post.offline_hours = hours;
        let office = post.office().await;
        assert_eq!(
            tried(&office, right()).await,
            Err(expected.into()),
            "{hours}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_buys_no_time() {
    let mut post = Post::new();
    let office = post.signed_in("croux").await;
    session::sign_out(&office).await.expect("signed out");
    post.directory.stop();
    // As if this post had known the day after tomorrow before its clock was set back.
    let later = Timestamp::now() + SignedDuration::from_hours(48);
    store(&post)
        .await
        .write(|writer| writer.note_hour(later))
        .expect("noted");
    assert_eq!(tried(&office, right()).await, Err("clockSetBack".into()));
    post.directory.restart().expect("it starts");
    assert_eq!(
        tried(&office, right()).await,
        ONLINE,
        "the directory decides"
    );
    session::sign_out(&office).await.expect("signed out");
    post.directory.stop();
    assert_eq!(
        tried(&office, right()).await,
        OFFLINE,
        "its word puts a wrong hour right"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_died_after_a_password_change_closes_the_session() {
    let mut post = Post::new();
    let office = post.signed_in("croux").await;
    filled(&office).await;
    change_password(&post, NEW);
    post.directory.stop();
    post.directory.restart().expect("it starts");
    session::link(&office).await.expect("a link");
    let closed = session::start(&office).session;
    assert!(
        matches!(&closed, SessionView::Locked { left, .. } if !left.is_empty()),
        "{closed:?}"
    );
    let sent = office.directory().exchanges();
    session::link(&office).await.expect("a link");
    assert_eq!(office.directory().exchanges(), sent, "tried once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_the_directory_refuses_closes_the_offline_session() {
    let mut post = Post::new();
    let office = post.signed_in("croux").await;
    session::sign_out(&office).await.expect("signed out");
    change_password(&post, NEW);
    post.directory.stop();
    assert_eq!(
        tried(&office, right()).await,
        OFFLINE,
        "the post cannot know yet"
    );
    post.directory.restart().expect("it starts");
    session::link(&office).await.expect("a link");
    let closed = session::start(&office).session;
    let SessionView::Locked { left, closing, .. } = &closed else {
        panic!("locked: {closed:?}");
    };
    assert!(closing, "what was typed ends with the process");
    assert!(
        left[0].strong.contains("n’accepte plus votre session"),
        "{left:?}"
    );
    let sent = office.directory().exchanges();
    session::link(&office).await.expect("a link");
    assert_eq!(
        office.directory().exchanges(),
        sent,
        "a refused password is not tried again: it would lock the clerk's account"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_former_password_re_wraps_the_key() {
    let mut post = Post::new();
    let office = post.signed_in("croux").await;
    let recipient = known(&post).await.recipient;
    session::sign_out(&office).await.expect("signed out");
    change_password(&post, NEW);

    assert_eq!(tried(&office, NEW).await, Ok((false, true)), "it asks");
    assert_eq!(
        may_work_offline(&office).unwrap_err(),
        OfflineBar::NoSealingKey
    );
    let wrong =
        session::give_previous_password(&office, Zeroizing::new("pas celui-là".to_owned())).await;
    assert_eq!(wrong.unwrap_err().code, "previousPassword");
    // Left unanswered, neither password opens anything without the directory.
    session::sign_out(&office).await.expect("signed out");
    post.directory.stop();
    for password in [right(), NEW] {
        assert_eq!(tried(&office, password).await, Err("unreachable".into()));
    }
    post.directory.restart().expect("it starts");

    assert_eq!(
        tried(&office, NEW).await,
        Ok((false, true)),
        "it asks again"
    );
    let settled =
        session::give_previous_password(&office, Zeroizing::new(right().to_owned())).await;
    assert_eq!(state(&settled.expect("re-wrapped")), (false, false));
    let keys = may_work_offline(&office).expect("open");
    assert_eq!(keys.clerk.recipient(), recipient, "the same key goes on");
    session::sign_out(&office).await.expect("signed out");
    post.directory.stop();
    assert_eq!(
        tried(&office, right()).await,
        Err("invalidCredentials".into())
    );
    assert_eq!(tried(&office, NEW).await, OFFLINE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_gives_a_new_key() {
    let mut post = Post::new();
    let office = post.signed_in("croux").await;
    let recipient = known(&post).await.recipient;
    let unasked = session::replace_sealing_key(&office).unwrap_err();
    assert_eq!(unasked.code, "notAsked", "a good key is not thrown away");
    session::sign_out(&office).await.expect("signed out");
    change_password(&post, NEW);
    assert_eq!(tried(&office, NEW).await, Ok((false, true)));
    let settled = session::replace_sealing_key(&office).expect("a new key");
    assert_eq!(state(&settled), (false, false));
    assert_ne!(known(&post).await.recipient, recipient);
    assert_eq!(tried(&office, NEW).await, ONLINE, "asked once");
    session::sign_out(&office).await.expect("signed out");
    post.directory.stop();
    assert_eq!(tried(&office, NEW).await, OFFLINE);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_recovery_recipient_nothing_may_wait_here() {
    let mut post = Post::new();
    post.settings.recovery = None;
    let office = post.signed_in("croux").await;
    assert_eq!(
        may_work_offline(&office).unwrap_err(),
        OfflineBar::NoRecoveryRecipient
    );
    let checks = operations::doctor(&office, None).await;
    let said = checks.iter().find(|check| check.name == "secours");
    assert!(said.is_some_and(|check| !check.ok), "{checks:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_first_sign_ins_at_once_end_with_one_key() {
    let post = Post::new();
    let (window, command) = (post.office().await, post.office().await);
    let (one, other) = tokio::join!(tried(&window, right()), tried(&command, right()));
    assert_eq!((one, other), (ONLINE, ONLINE));
    let recipient = |office| may_work_offline(office).expect("open").clerk.recipient();
    assert_eq!(recipient(&window), recipient(&command));
    assert_eq!(known(&post).await.recipient, recipient(&window));
}
