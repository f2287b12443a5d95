//! A handover without the directory, and what becomes of it when it answers again: real slapd stopped and started, real
//! keyring, real store. The later human act wins, and a sheet that nobody confirmed is never sent.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use guichet_core::domain::handover::{PaperSide, Progress};
use guichet_core::operations::handover::{self, HandoverView, NextCode, Outlet, StepState};
use guichet_core::operations::outbox::{self, OutboxItem};
use guichet_core::operations::{Office, OperationError, counter, session};
use guichet_core::rehearsal::{cast, person_dn};
use guichet_core::store::Store;
use guichet_core::vault::Vault;
use jiff::{SignedDuration, Timestamp};

use super::desk::{
    Post, as_administrator, checked, filled, occurrences, password_on, person, text_of,
};

pub const INES: &str = cast::INES_LEFEVRE_NUNEZ;

/// A clerk at the desk with a full copy, the directory gone, and who Inès is.
pub async fn away(post: &mut Post) -> (Arc<Office>, String) {
    let office = post.signed_in("croux").await;
    filled(&office).await;
    let id = person(&office, INES).await;
    post.directory.stop();
    (office, id)
}

/// Up to the sheet that is out, not confirmed yet.
async fn printed(office: &Arc<Office>, id: &str, letter: &Path) -> HandoverView {
    let view = handover::begin(office, id).await.expect("from the copy");
    let view = handover::check_birth_date(office, &view.id, "identity-card", "16/03/1994", "lef")
        .await
        .expect("compared with the copy");
    assert!(view.identity.awaits_photo, "{:?}", view.identity.notice);
    let view = handover::confirm_photo(office, &view.id, true)
        .await
        .expect("confirmed");
    assert!(
        view.next
            .as_ref()
            .is_some_and(|next| next.label.contains("pas encore actif")),
        "the key says what the sheet will say: {:?}",
        view.next
    );
    let outlet = Outlet::File(Some(letter.to_owned()));
    let mut view = handover::hand_over(office, &view.id, outlet)
        .await
        .expect("the paper first");
    while view.next.is_none() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        view = handover::resume(office, &view.id).await.expect("open");
    }
    assert_eq!(view.letter.state, StepState::Done, "{:?}", view.letter);
    assert_eq!(
        view.next.as_ref().map(|next| next.code),
        Some(NextCode::Finish)
    );
    view
}

pub async fn handed_over(post: &Post, office: &Arc<Office>, id: &str) -> (HandoverView, PathBuf) {
    let letter = post.folder.path().join("hors-ligne.pdf");
    let view = printed(office, id, &letter).await;
    let view = handover::finish(office, &view.id).await.expect("confirmed");
    (view, letter)
}

/// As the window's loop does, until nothing of this clerk is under way.
pub async fn back(post: &mut Post, office: &Arc<Office>) -> OutboxItem {
    post.directory.restart().expect("it starts");
    sent(office).await
}

pub async fn sent(office: &Arc<Office>) -> OutboxItem {
    loop {
        session::link(office).await.expect("a link");
        let report = handover::catch_up(office).await.expect("a pass");
        let item = outbox::outbox(office).expect("the outbox").items.remove(0);
        let waits = ["Part au retour", "Vérification"];
        if report.interrupted.is_none() && !waits.iter().any(|word| item.state.starts_with(word)) {
            return item;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

pub async fn markers(office: &Office, id: &str) -> usize {
    let id = id.parse().expect("an id");
    let read = office.directory().read_back(id).await.expect("read");
    read.account.markers.len()
}

/// The post's own store, opened beside it: what a crash or hours would leave is written there.
pub async fn store(post: &Post) -> Store {
    let database = post.settings.post.folder.join("guichet.db");
    let vault = Vault::open("guichet", std::time::Duration::from_secs(20))
        .await
        .expect("the keyring");
    let key = vault.database_key(&database).await.expect("the key");
    Store::open(&database, &key).expect("the store")
}

/// Inès chooses a password herself, or another console gives her one without a forced change.
fn changed_elsewhere(post: &Post, at: Timestamp) {
    let changed = at.strftime("%Y%m%d%H%M%SZ");
    as_administrator(
        post,
        &[],
        &format!(
            "dn: {dn}\nchangetype: modify\nreplace: userPassword\nuserPassword: Choisi-Par-Ines-2026\n-\nreplace: pwdReset\npwdReset: FALSE\n",
            dn = person_dn(INES)
        ),
    );
    as_administrator(
        post,
        &["-e", "!relax"],
        &format!(
            "dn: {}\nchangetype: modify\nreplace: pwdChangedTime\npwdChangedTime: {changed}\n",
            person_dn(INES)
        ),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_letter_of_an_offline_handover_works_when_the_directory_answers_again() {
    let mut post = Post::new();
    let (office, id) = away(&mut post).await;
    let sheet = counter::show(&office, &id).await.expect("from the copy");
    assert!(
        sheet.diagnosis.action.allowed,
        "{:?}",
        sheet.diagnosis.action
    );
    let elsewhere = tempfile::tempdir().expect("a folder");
    let letter = elsewhere.path().join("lettre.pdf");
    let view = printed(&office, &id, &letter).await;
    assert!(
        text_of(&letter).contains("Pas encore actif"),
        "the sheet says so"
    );
    assert!(!view.directory.written && !view.directory.proven);
    let password = password_on(&letter);
    let closed = handover::finish(&office, &view.id)
        .await
        .expect("its sheet is out");
    assert!(closed.closed && closed.directory.title.contains("part au retour"));
    let link = session::link(&office).await.expect("a link");
    assert_eq!((link.reachable, link.waiting), (false, 1));
    for text in [&password, INES] {
        assert_eq!(
            occurrences(post.folder.path(), text),
            0,
            "what waits is sealed, in an encrypted store"
        );
    }
    drop(office);

    // Another start of the post, still without the directory: what waits is still there.
    let office = post.signed_in("croux").await;
    assert_eq!(outbox::outbox(&office).expect("read").waiting, 1);
    let item = back(&mut post, &office).await;
    assert_eq!(item.state, "Synchronisé", "{item:?}");
    let (opens, answer) = post.whoami(INES, &password);
    assert!(opens && answer.contains("must be changed"), "{answer}");
    assert_eq!(markers(&office, &id).await, 1, "sent once");
    handover::catch_up(&office).await.expect("another pass");
    assert_eq!(markers(&office, &id).await, 1, "and never again");
    assert!(
        store(&post)
            .await
            .read(|reader| reader.waiting(view.id.parse().expect("id")))
            .expect("read")
            .is_none(),
        "the sealed password is erased with the act"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_made_after_the_handover_voids_its_letter_and_one_made_before_does_not() {
    for (minutes, state) in [(60, "Un changement plus récent vaut"), (-60, "Synchronisé")] {
        let mut post = Post::new();
        let (office, id) = away(&mut post).await;
        let (_, letter) = handed_over(&post, &office, &id).await;
        post.directory.restart().expect("it starts");
        changed_elsewhere(&post, Timestamp::now() + SignedDuration::from_mins(minutes));
        let item = sent(&office).await;
        assert_eq!(item.state, state, "{item:?}");
        let opens = post.whoami(INES, &password_on(&letter)).0;
        assert_eq!(opens, minutes < 0, "{minutes}");
        assert_eq!(post.whoami(INES, "Choisi-Par-Ines-2026").0, minutes > 0);
        if minutes > 0 {
            assert!(item.outcome.contains("n’ouvre rien"), "{item:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_handover_at_the_same_post_follows_the_first_without_a_question() {
    let mut post = Post::new();
    let office = post.signed_in("croux").await;
    filled(&office).await;
    let view = checked(&office, INES, "16/03/1994", "lef").await;
    let first = post.folder.path().join("en-ligne.pdf");
    super::desk::sent(&office, &view.id, &first).await;
    handover::finish(&office, &view.id).await.expect("done");
    post.directory.stop();
    let (_, second) = handed_over(&post, &office, &view.person_id).await;
    let item = back(&mut post, &office).await;
    assert_eq!(item.state, "Synchronisé", "one post, one clock: {item:?}");
    assert!(!post.whoami(INES, &password_on(&first)).0);
    assert!(post.whoami(INES, &password_on(&second)).0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_clocks_cannot_order_is_decided_by_a_clerk() {
    for keep in [true, false] {
        let mut post = Post::new();
        let (office, id) = away(&mut post).await;
        let (view, letter) = handed_over(&post, &office, &id).await;
        post.directory.restart().expect("it starts");
        changed_elsewhere(&post, Timestamp::now());
        let item = sent(&office).await;
        assert!(item.state == "À trancher" && item.may_decide, "{item:?}");
        assert_eq!(
            markers(&office, &id).await,
            0,
            "nothing is written meanwhile"
        );
        let after = if keep {
            outbox::decide_to_send(&office, &view.id)
        } else {
            outbox::void_waiting(&office, &view.id)
        };
        assert_eq!(after.expect("decided").to_decide, 0);
        if keep {
            assert_eq!(sent(&office).await.state, "Synchronisé");
        } else {
            handover::catch_up(&office).await.expect("a pass");
        }
        assert_eq!(post.whoami(INES, &password_on(&letter)).0, keep);
        assert_eq!(post.whoami(INES, "Choisi-Par-Ines-2026").0, !keep);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_in_doubt_after_a_crash_is_asked_about_and_never_sent_by_itself() {
    for out in [true, false] {
        let mut post = Post::new();
        let (office, id) = away(&mut post).await;
        let letter = post.folder.path().join("doute.pdf");
        let view = printed(&office, &id, &letter).await;
        drop(office);
        // What a crash in the middle of the printing leaves.
        let printing = Progress {
            paper: PaperSide::Printing,
            ..Progress::SEALED
        };
        let act = view.id.parse().expect("an id");
        store(&post)
            .await
            .write(|writer| {
                writer.move_handover(act, "PrintBeganOffline", printing, 0, Timestamp::now(), "")
            })
            .expect("written");
        post.directory.restart().expect("it starts");
        let office = post.signed_in("croux").await;
        let pass = handover::catch_up(&office).await.expect("a pass");
        assert_eq!(pass.to_confirm, [view.number.as_str()]);
        assert_eq!(
            markers(&office, &id).await,
            0,
            "nothing unconfirmed is sent"
        );
        let rows = handover::handovers(&office).await.expect("rows");
        assert!(
            rows[0].open && rows[0].state.contains("est-elle sortie"),
            "{rows:?}"
        );
        let password = password_on(&letter);
        let asked = handover::resume(&office, &view.id).await.expect("taken up");
        assert!(
            asked.letter.title.contains("est-elle sortie"),
            "{:?}",
            asked.letter
        );
        if out {
            handover::confirm_sheet(&office, &view.number)
                .await
                .expect("the clerk's word");
            assert_eq!(sent(&office).await.state, "Synchronisé");
        } else {
            handover::abandon(&office, &view.id).await.expect("voided");
            handover::catch_up(&office).await.expect("a pass");
        }
        assert_eq!(post.whoami(INES, &password).0, out);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_clerk_sees_what_waits_and_may_void_it() {
    let mut post = Post::new();
    let (office, id) = away(&mut post).await;
    let (view, letter) = handed_over(&post, &office, &id).await;
    drop(office);
    post.directory.restart().expect("it starts");
    let closed = post.office().await;
    let told = session::start(&closed).waiting;
    assert!(
        told.len() == 1 && told[0].strong.contains("1 envoi de Camille Roux attend"),
        "before any session the post says whose sends wait: {told:?}"
    );
    assert!(
        !format!("{told:?}").contains("Nuñez"),
        "and names no person"
    );
    drop(closed);
    let other = post.signed_in("sdiallo").await;
    handover::catch_up(&other).await.expect("a pass");
    assert!(
        handover::handovers(&other).await.expect("rows").is_empty(),
        "the register of the day is each clerk's own"
    );
    let seen = outbox::outbox(&other).expect("read");
    let item = &seen.items[0];
    assert!(!item.mine && item.may_void && !item.may_decide, "{item:?}");
    assert!(item.outcome.contains("Scellé par"), "{item:?}");
    let after = outbox::void_waiting(&other, &view.number).expect("voided");
    assert_eq!(after.waiting, 0);
    assert_eq!(session::start(&other).waiting, [], "nothing waits any more");
    let voided = &after.items[0];
    assert!(
        voided.state == "Annulé" && voided.outcome.contains("Annulé par"),
        "what is voided stays in sight, for somebody has to take the letter back: {voided:?}"
    );
    drop(other);
    let office = post.signed_in("croux").await;
    handover::catch_up(&office).await.expect("a pass");
    assert_eq!(markers(&office, &id).await, 0);
    assert!(!post.whoami(INES, &password_on(&letter)).0);
    let again: Result<_, OperationError> = outbox::void_waiting(&office, &view.id);
    assert_eq!(again.expect_err("over").code, "notFound");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_recovery_key_nothing_is_handed_over_offline() {
    let mut post = Post::new();
    post.settings.recovery = None;
    let (office, id) = away(&mut post).await;
    let refused = handover::begin(&office, &id).await.expect_err("refused");
    assert_eq!(refused.code, "unreachable");
    assert!(refused.message.contains("clé de secours"), "{refused:?}");
    let sheet = counter::show(&office, &id).await.expect("from the copy");
    assert!(!sheet.diagnosis.action.allowed);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_known_policy_draws_the_letter_and_an_unknown_one_draws_the_longest() {
    let drawn = async |office: &Arc<Office>, id: &str| {
        let view = handover::begin(office, id).await.expect("from the copy");
        let view =
            handover::check_birth_date(office, &view.id, "identity-card", "16/03/1994", "lef")
                .await
                .expect("compared");
        let view = handover::confirm_photo(office, &view.id, true)
            .await
            .expect("confirmed");
        let strength = view.password.strength.expect("drawn");
        handover::abandon(office, &view.id)
            .await
            .expect("nothing left");
        strength
    };
    let mut post = Post::new();
    let (office, id) = away(&mut post).await;
    let known = drawn(&office, &id).await;
    assert!(
        known.starts_with("5\u{a0}mots"),
        "the directory locks after a few wrong passwords, and the post knows it: {known}"
    );
    // Read too long ago: nobody knows what the directory does today.
    let dn = post.settings.directory.default_policy.clone().expect("set");
    let policy = store(&post)
        .await
        .read(|reader| reader.policy(&dn, Timestamp::now(), SignedDuration::from_hours(1)))
        .expect("read")
        .expect("kept");
    let hours = post.settings.post.copy_hours + 1;
    for (at, what) in [
        (SignedDuration::from_hours(-hours), "outdated"),
        (SignedDuration::from_hours(1), "of a clock set back since"),
    ] {
        store(&post)
            .await
            .write(|writer| writer.put_policy(&dn, Some(&policy), Timestamp::now() + at))
            .expect("written");
        let unknown = drawn(&office, &id).await;
        assert!(unknown.starts_with("8\u{a0}mots"), "{what}: {unknown}");
    }
}
