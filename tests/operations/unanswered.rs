//! What the server says too late, not at all, or with a no: the act follows the truth, and so does the sheet.
//! The wire is held at a request counted exactly, never after a delay.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use guichet_core::directory::{Directory, OpenLdap};
use guichet_core::domain::person::Login;
use guichet_core::operations::Office;
use guichet_core::operations::handover::{self, HandoverView, NextCode, Outlet, StepState};
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::{DEFAULT_POLICY, cast, person_dn, policy_dn};
use zeroize::Zeroizing;

use super::cut::{Cut, CutWire, How, Way};
use super::desk::{Post, as_administrator, checked, filled, password_on, sent, settled, text_of};
use super::wire::{Plan, Wire};

const INES: &str = cast::INES_LEFEVRE_NUNEZ;
const UNCONFIRMED: &str = "Pas encore confirmé";

fn server(post: &Post) -> SocketAddr {
    let port = post.directory.uri_ldaps.rsplit(':').next();
    let port = port.and_then(|port| port.parse::<u16>().ok());
    ([127, 0, 0, 1], port.expect("a port")).into()
}

/// A post whose directory is at the other end of a wire; its copy is full, so that nothing else speaks.
async fn wired(post: &mut Post) -> (Wire, Arc<Office>) {
    let wire = Wire::to(server(post)).await;
    post.settings.directory.uris = vec![format!("ldaps://{}", wire.address)];
    let office = post.signed_in("croux").await;
    filled(&office).await;
    handover::catch_up(&office).await.expect("nothing waits");
    (wire, office)
}

async fn unconfirmed_letter(post: &Post, office: &Arc<Office>, view: &HandoverView) -> PathBuf {
    let next = view
        .next
        .as_ref()
        .expect("the clerk may choose not to wait");
    assert_eq!(next.code, NextCode::PrintAgain);
    assert!(next.label.contains("pas encore confirmé"), "{}", next.label);
    assert!(
        view.abandon.question.contains("peut-être"),
        "voiding would not say what is true"
    );
    let letter = post.folder.path().join("pas-confirmee.pdf");
    let saved = handover::save_letter(office, &view.id, Some(letter.clone()))
        .await
        .expect("it comes out before its answer");
    assert_eq!(saved.letter.state, StepState::Done);
    assert!(text_of(&letter).contains(UNCONFIRMED), "the sheet says so");
    assert!(
        !saved.directory.proven && saved.next.is_none_or(|next| next.code != NextCode::Finish),
        "nothing is called done before the answer"
    );
    letter
}

/// Inès's sheet is out before the answer of the directory, which `plan` withholds.
struct Unanswered {
    post: Post,
    office: Arc<Office>,
    wire: Wire,
    view: HandoverView,
    letter: PathBuf,
}

async fn unanswered(plan: Plan) -> Unanswered {
    let mut post = Post::new();
    post.settings.directory.timeout_seconds = 30;
    let (wire, office) = wired(&mut post).await;
    let view = checked(&office, INES, "16/03/1994", "lef").await;
    wire.set(plan);
    let waiting = handover::hand_over(&office, &view.id, Outlet::File(None))
        .await
        .expect("the clerk waits three seconds at most");
    assert_eq!(waiting.directory.state, StepState::Current);
    let letter = unconfirmed_letter(&post, &office, &waiting).await;
    Unanswered {
        post,
        office,
        wire,
        view,
        letter,
    }
}

/// Somebody else gives Inès another password; `more` changes of the entry with it.
fn handed_over_elsewhere(post: &Post, more: &str) {
    as_administrator(
        post,
        &[],
        &format!(
            "dn: {}\nchangetype: modify\nreplace: userPassword\nuserPassword: Autre-poste-2026-Rivemer\n{more}",
            person_dn(INES)
        ),
    );
}

/// One request reads the sheet again, the next one is the Modify.
const AT_THE_MODIFY: u32 = 1;

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_tarries_lets_the_sheet_out_and_confirms_it_later() {
    let Unanswered {
        post,
        office,
        wire,
        view,
        letter,
    } = unanswered(Plan::HoldAnswersAfter(AT_THE_MODIFY)).await;
    wire.set(Plan::Pass);
    let known = settled(&office, &view.id, |view| {
        view.directory.proven && view.next.is_some()
    })
    .await;
    assert_eq!(
        known.next.as_ref().map(|next| next.code),
        Some(NextCode::Finish),
        "the sheet that is out is the letter: no other one is printed"
    );
    let password = password_on(&letter);
    assert!(
        post.whoami(INES, &password).1.contains("must be changed"),
        "the sheet opens"
    );
    let clean = post.folder.path().join("confirmee.pdf");
    handover::save_letter(&office, &view.id, Some(clean.clone()))
        .await
        .expect("another copy");
    assert!(!text_of(&clean).contains(UNCONFIRMED));
    assert_eq!(password_on(&clean), password, "one act, one password");
    assert!(
        handover::finish(&office, &view.id)
            .await
            .expect("done")
            .closed
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_never_arrived_is_sent_again_with_the_password_of_the_sheet() {
    let Unanswered {
        post,
        office,
        wire,
        view,
        letter,
    } = unanswered(Plan::SwallowRequestsAfter(AT_THE_MODIFY)).await;
    assert!(
        !post.whoami(INES, &password_on(&letter)).0,
        "nothing arrived: the sheet opens nothing yet"
    );
    // The link dies and comes back: the marker is absent, so the same act goes again by itself.
    wire.set(Plan::Cut);
    wire.set(Plan::Pass);
    let known = settled(&office, &view.id, |view| {
        view.directory.proven && view.next.is_some()
    })
    .await;
    assert_eq!(known.next.map(|next| next.code), Some(NextCode::Finish));
    assert!(post.whoami(INES, &password_on(&letter)).0);
    let read = office
        .directory()
        .read_back(view.person_id.parse().expect("id"))
        .await
        .expect("read");
    assert_eq!(read.account.markers.len(), 1, "sent twice, applied once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_that_will_open_nothing_is_called_back() {
    let Unanswered {
        post,
        office,
        wire,
        view,
        letter,
    } = unanswered(Plan::SwallowRequestsAfter(AT_THE_MODIFY)).await;
    // Meanwhile somebody else gives this person another password: the later change wins.
    handed_over_elsewhere(&post, "");
    wire.set(Plan::Cut);
    wire.set(Plan::Pass);
    let known = settled(&office, &view.id, |view| {
        view.directory.state == StepState::Stopped
    })
    .await;
    let notice = known.directory.notice.expect("the clerk is told");
    assert!(
        notice.text.contains("reprenez-la") && notice.text.contains(&known.number),
        "{notice:?}"
    );
    assert!(!post.whoami(INES, &password_on(&letter)).0);
    assert!(
        handover::print_again(&office, &view.id).await.is_err(),
        "no other copy of a dead letter"
    );
    assert!(
        handover::abandon(&office, &view.id)
            .await
            .expect("closed")
            .closed
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_out_that_proves_dead_is_never_called_handed_over() {
    let Unanswered {
        post,
        office,
        wire,
        view,
        letter,
    } = unanswered(Plan::HoldAnswersAfter(AT_THE_MODIFY)).await;
    // A loaded server takes its time: the sheet opens first.
    while !post.whoami(INES, &password_on(&letter)).0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Then it is written over before the answer came: the marker is there, and the sheet opens nothing.
    handed_over_elsewhere(&post, "-\nreplace: pwdReset\npwdReset: TRUE\n");
    wire.set(Plan::Pass);
    let known = settled(&office, &view.id, |view| {
        view.directory.state == StepState::Stopped
    })
    .await;
    assert!(!post.whoami(INES, &password_on(&letter)).0);
    assert!(known.directory.written && !known.directory.proven);
    let notice = known.directory.notice.expect("the clerk is told");
    assert!(notice.text.contains("reprenez-la"), "{notice:?}");
    assert_eq!(known.next, None, "« Remise faite » is not offered");
    assert_eq!(
        handover::finish(&office, &view.id)
            .await
            .expect_err("nor taken")
            .code,
        "notYet"
    );
    assert!(
        handover::print_again(&office, &view.id).await.is_err(),
        "no other copy of a dead letter"
    );
    let closed = handover::abandon(&office, &view.id).await.expect("closed");
    assert!(closed.closed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_the_policy_refuses_is_replaced_and_nothing_is_printed() {
    let post = Post::new();
    let office = post.signed_in("croux").await;
    let view = checked(&office, INES, "16/03/1994", "lef").await;
    let demand = |length: u32| {
        as_administrator(
            &post,
            &[],
            &format!(
                "dn: {}\nchangetype: modify\nreplace: pwdMinLength\npwdMinLength: {length}\n",
                policy_dn(DEFAULT_POLICY)
            ),
        );
    };
    demand(90);
    for _ in 0..2 {
        let refused = handover::hand_over(&office, &view.id, Outlet::File(None))
            .await
            .expect("the screen stays");
        let notice = refused.directory.notice.expect("the refusal is said");
        assert!(
            notice.strong.contains("refusé ce mot de passe")
                && notice.text.contains("un autre est prêt"),
            "{notice:?}"
        );
        assert_eq!(
            refused.next.map(|next| next.code),
            Some(NextCode::SendAndPrint)
        );
        assert_ne!(refused.letter.state, StepState::Done, "nothing is on paper");
        let read = office
            .directory()
            .read_back(view.person_id.parse().expect("id"))
            .await
            .expect("read");
        assert!(read.account.markers.is_empty(), "nothing was written");
    }
    demand(8);
    let letter = post.folder.path().join("lettre.pdf");
    let done = sent(&office, &view.id, &letter).await;
    assert_eq!(done.number, view.number, "one act, one number");
    assert!(post.whoami(INES, &password_on(&letter)).0);
    let rows = handover::handovers(&office).await.expect("rows");
    assert_eq!(rows.len(), 1, "one act in the register: {rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_a_firewall_forgot_is_left_for_another() {
    let mut post = Post::new();
    let wire = CutWire::to(server(&post)).await;
    post.settings.directory.uris = vec![format!("ldaps://{}", wire.address)];
    post.settings.directory.timeout_seconds = 1;
    let session = OpenLdap::new(post.settings.directory.clone()).expect("its authority");
    let login = Login::new("croux").expect("a login");
    let password = clerk("croux").expect("a clerk").password.to_owned();
    session
        .sign_in(&login, Zeroizing::new(password))
        .await
        .expect("the clerk signs in");
    // Neither end is ever told.
    wire.arm(Some(Cut {
        way: Way::Down,
        after: 0,
        how: How::Forgotten,
        down: false,
    }));
    assert!(
        session.ping().await.is_err() && wire.struck(),
        "no answer comes"
    );
    let again = session.ping().await;
    assert!(
        again.is_ok(),
        "the next request waits for nobody: {again:?}"
    );
}
