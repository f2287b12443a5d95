//! A counter on two real servers that replicate to each other: what one server did is never taken for undone because the
//! other does not show it, and what only a lost one had is called back. Links are held and released, never timed.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use guichet_core::domain::directory_server::DirectoryServer;
use guichet_core::operations::handover::{self, HandoverView, NextCode, Outlet, StepState};
use guichet_core::operations::outbox::{self, OutboxItem};
use guichet_core::operations::{self, Check, Office, counter, session};
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::{
    RehearsalOptions, TemporaryRehearsal, cast, person_dn, post_settings,
};
use guichet_core::settings::Settings;
use tempfile::TempDir;
use zeroize::Zeroizing;

use super::desk::{checked, filled, password_on, sent, settled};
use super::pair::{Pair, Second, port_of};
use super::wire::{Plan, Wire};

const INES: &str = cast::INES_LEFEVRE_NUNEZ;

/// A post, the pair, and a wire to each server.
struct Desk {
    pair: Pair,
    to_first: Wire,
    to_second: Wire,
    settings: Settings,
    folder: TempDir,
}

fn options() -> RehearsalOptions {
    let templates = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("repetition");
    let mut options = RehearsalOptions::new(templates, jiff::Timestamp::now());
    options.people = 600;
    options.durable = false;
    options
}

async fn wire_to(server: &TemporaryRehearsal) -> Wire {
    Wire::to(([127, 0, 0, 1], port_of(&server.uri_ldaps)).into()).await
}

impl Desk {
    async fn new(role: Second) -> Desk {
        let pair = Pair::start(&options(), role).await;
        pair.in_step().await;
        let (to_first, to_second) = (wire_to(&pair.first).await, wire_to(&pair.second).await);
        let folder = tempfile::tempdir().expect("a folder");
        let uri = |wire: &Wire| format!("ldaps://{}", wire.address);
        let mut settings = post_settings(&uri(&to_first), &pair.first.ca_pem, folder.path());
        settings.directory.uris.push(uri(&to_second));
        settings.directory.timeout_seconds = 30;
        Desk {
            pair,
            to_first,
            to_second,
            settings,
            folder,
        }
    }

    async fn office(&self) -> Arc<Office> {
        let office = Office::open(self.settings.clone())
            .await
            .unwrap_or_else(|trouble| {
                panic!(
                    "{} {} — is the suite run under .ci/session?",
                    trouble.strong, trouble.text
                )
            });
        Arc::new(office)
    }

    /// A clerk signed in, their copy full, nothing waiting: nothing else speaks.
    async fn signed_in(&self) -> Arc<Office> {
        let office = self.office().await;
        sign_in(&office).await;
        filled(&office).await;
        handover::catch_up(&office).await.expect("nothing waits");
        office
    }

    fn markers(&self, server: &TemporaryRehearsal) -> Vec<String> {
        self.pair
            .values(server, &person_dn(INES), "supannRefId")
            .into_iter()
            .filter(|value| value.starts_with("{GUICHET}"))
            .collect()
    }

    /// Until that server shows the act.
    async fn heard(&self, server: &TemporaryRehearsal, handover: &str) {
        let marker = format!("{{GUICHET}}{handover}");
        while !self.markers(server).contains(&marker) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn letter(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn handed_over(&self, office: &Arc<Office>) -> HandoverView {
        let view = checked(office, INES, "16/03/1994", "lef").await;
        sent(office, &view.id, &self.letter("lettre.pdf")).await;
        handover::finish(office, &view.id)
            .await
            .expect("handed over")
    }
}

async fn sign_in(office: &Arc<Office>) {
    let password = clerk("croux").expect("a rehearsal clerk").password;
    session::sign_in(office, "croux", Zeroizing::new(password.to_owned()))
        .await
        .expect("the clerk signs in");
}

async fn served_by(office: &Office) -> DirectoryServer {
    let directory = office.directory();
    directory.writing_server().await.expect("a server")
}

fn says(view: &HandoverView, words: &str) -> bool {
    let notice = view.directory.notice.as_ref();
    notice.is_some_and(|notice| format!("{} {}", notice.strong, notice.text).contains(words))
}

fn only(office: &Office) -> OutboxItem {
    let mut view = outbox::outbox(office).expect("the outbox");
    assert_eq!(view.items.len(), 1, "{:?}", view.items);
    view.items.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_server_serves_while_the_first_is_down_and_the_first_is_come_back_to() {
    let mut desk = Desk::new(Second::Writes).await;
    let office = desk.signed_in().await;
    let [first, second] = [&desk.to_first, &desk.to_second]
        .map(|wire| DirectoryServer::new(format!("ldaps://{}", wire.address)));
    assert_eq!(
        served_by(&office).await,
        first,
        "in the order of the settings"
    );

    desk.pair.first.kill();
    let done = desk.handed_over(&office).await;
    assert_eq!(served_by(&office).await, second);
    let other = desk.office().await;
    sign_in(&other).await;
    assert_eq!(served_by(&other).await, second, "signing in goes on too");

    desk.pair.first.restart().expect("it starts again");
    desk.heard(&desk.pair.first, &done.id).await;
    while served_by(&office).await != first {
        session::link(&office).await.expect("a link");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(desk.markers(&desk.pair.first).len(), 1, "applied once");
    let report = handover::catch_up(&office).await.expect("caught up");
    assert_eq!(report.stranded, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_lost_with_its_server_is_settled_by_the_other_and_never_by_its_silence() {
    let desk = Desk::new(Second::Writes).await;
    let office = desk.signed_in().await;
    desk.pair.hold();
    let view = checked(&office, INES, "16/03/1994", "lef").await;
    // One request to read the sheet again, then the Modify, whose answer stays on the wire.
    desk.to_first.set(Plan::HoldAnswersAfter(1));
    let waiting = handover::hand_over(&office, &view.id, Outlet::File(None))
        .await
        .expect("the clerk waits three seconds at most");
    assert_eq!(waiting.directory.state, StepState::Current);
    desk.heard(&desk.pair.first, &view.id).await;
    desk.to_first.set(Plan::Cut);

    let said = settled(&office, &view.id, |view| {
        says(view, "un autre ne l’a pas encore")
    })
    .await;
    assert!(says(&said, "ne recommencez pas"), "{:?}", said.directory);
    assert!(
        said.next
            .as_ref()
            .is_none_or(|next| next.code != NextCode::SendAndPrint),
        "nothing invites to send again: {:?}",
        said.next
    );
    for _ in 0..5 {
        session::link(&office).await.expect("a link");
    }
    assert_eq!(desk.markers(&desk.pair.second), [""; 0], "not sent again");

    desk.pair.release();
    let known = settled(&office, &view.id, |view| view.directory.proven).await;
    assert_eq!(known.directory.state, StepState::Done);
    desk.pair.in_step().await;
    for server in [&desk.pair.first, &desk.pair.second] {
        assert_eq!(desk.markers(server).len(), 1, "applied once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_window_what_no_server_shows_is_sent_again_with_the_same_password() {
    let mut desk = Desk::new(Second::Writes).await;
    desk.settings.directory.replication_minutes = 0;
    let office = desk.signed_in().await;
    let view = checked(&office, INES, "16/03/1994", "lef").await;
    desk.to_first.set(Plan::SwallowRequestsAfter(1));
    handover::hand_over(&office, &view.id, Outlet::File(None))
        .await
        .expect("the clerk waits three seconds at most");
    desk.to_first.set(Plan::Cut);
    settled(&office, &view.id, |view| says(view, "Envoyez de nouveau")).await;
    let letter = desk.letter("lettre.pdf");
    sent(&office, &view.id, &letter).await;
    desk.pair.in_step().await;
    assert_eq!(desk.markers(&desk.pair.first).len(), 1, "applied once");
    assert!(!password_on(&letter).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_a_lost_server_had_is_to_decide_and_a_new_handover_closes_it() {
    let mut desk = Desk::new(Second::Writes).await;
    desk.settings.directory.replication_minutes = 0;
    let office = desk.signed_in().await;
    desk.pair.hold();
    let done = desk.handed_over(&office).await;
    let report = handover::catch_up(&office).await.expect("caught up");
    assert_eq!(
        report.stranded, [""; 0],
        "the server that has it answers: the letter opens there"
    );

    desk.pair.first.kill();
    let report = handover::catch_up(&office).await.expect("caught up");
    assert_eq!(report.stranded, std::slice::from_ref(&done.number));
    let item = only(&office);
    assert_eq!(item.state, "À trancher");
    assert!(item.recall && item.may_void && !item.may_decide);
    assert!(
        item.outcome.contains("Rappelez la personne"),
        "{}",
        item.outcome
    );
    assert!(item.outcome.contains(&done.number));
    let link = session::link(&office).await.expect("a link");
    assert_eq!((link.waiting, link.to_decide), (0, 1));
    let refused = outbox::decide_to_send(&office, &done.number).expect_err("its password is gone");
    assert!(refused.message.contains("nouvelle remise"), "{refused:?}");

    // It comes back as it was: the letter is the right one after all.
    desk.pair.first.restart().expect("it starts again");
    let report = handover::catch_up(&office).await.expect("caught up");
    assert_eq!(report.stranded, [""; 0]);
    assert_eq!(only(&office).state, "Synchronisé");

    // It comes back from an old backup: nobody has it any more.
    desk.pair.first.kill();
    desk.pair.first.roll_back().expect("the template's data");
    desk.pair.first.restart().expect("it starts again");
    desk.pair.release();
    let report = handover::catch_up(&office).await.expect("caught up");
    assert_eq!(report.stranded, std::slice::from_ref(&done.number));

    let again = desk.handed_over(&office).await;
    assert_ne!(again.number, done.number);
    desk.pair.in_step().await;
    handover::catch_up(&office).await.expect("caught up");
    assert_eq!(only(&office).state, "Un changement plus récent vaut");
    let link = session::link(&office).await.expect("a link");
    assert_eq!((link.waiting, link.to_decide), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_person_called_back_is_said_by_voiding() {
    let mut desk = Desk::new(Second::Writes).await;
    desk.settings.directory.replication_minutes = 0;
    let office = desk.signed_in().await;
    desk.pair.hold();
    let done = desk.handed_over(&office).await;
    desk.pair.first.kill();
    handover::catch_up(&office).await.expect("caught up");
    outbox::void_waiting(&office, &done.number).expect("called back");
    let item = only(&office);
    assert_eq!((item.state.as_str(), item.recall), ("Annulé", false));
    let report = handover::catch_up(&office).await.expect("caught up");
    assert_eq!(report.stranded, [""; 0], "said once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_only_reads_is_said_and_the_one_that_writes_is_tried() {
    for role in [Second::Refers, Second::Refuses] {
        let mut desk = Desk::new(role).await;
        // The one that only reads comes first.
        desk.settings.directory.uris.reverse();
        let office = desk.signed_in().await;
        let done = desk.handed_over(&office).await;
        assert_eq!(desk.markers(&desk.pair.first).len(), 1, "{role:?}");
        desk.heard(&desk.pair.second, &done.id).await;

        desk.pair.first.stop();
        let view = handover::begin(&office, &done.person_id).await;
        let view = view.expect("the sheet is read where it can be");
        let view =
            handover::check_birth_date(&office, &view.id, "identity-card", "16/03/1994", "lef")
                .await
                .expect("the date compares");
        let view = handover::confirm_photo(&office, &view.id, true)
            .await
            .expect("the photo is confirmed");
        let outlet = Outlet::File(Some(desk.letter("autre.pdf")));
        let answer = handover::hand_over(&office, &view.id, outlet).await;
        let said = match answer {
            Ok(view) => format!("{:?}", view.directory.notice),
            Err(error) => error.message,
        };
        assert!(said.contains("Rien n’est parti"), "{role:?}: {said}");
        assert_eq!(
            desk.markers(&desk.pair.second).len(),
            1,
            "nothing was written"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_copy_is_followed_at_the_other_server_and_the_doctor_says_how_each_one_is() {
    let mut desk = Desk::new(Second::Writes).await;
    let office = desk.signed_in().await;
    let people = session::link(&office).await.expect("a link").people;
    let said = |checks: Vec<Check>| -> Vec<(bool, String)> {
        let servers = checks.into_iter().filter(|check| check.name == "serveur");
        servers.map(|check| (check.ok, check.sentence)).collect()
    };
    let password = || Zeroizing::new(clerk("croux").expect("a clerk").password.to_owned());
    let other = desk.office().await;
    let sound = said(operations::doctor(&other, Some(("croux", password()))).await);
    assert_eq!(sound.len(), 2, "{sound:?}");
    assert!(
        sound
            .iter()
            .all(|(ok, text)| *ok && text.contains("à jour")),
        "{sound:?}"
    );

    // Deleted at the second, which the first never hears of; then the first goes.
    desk.pair.hold();
    let gone = person_dn(cast::NADIA_BELKHIR);
    desk.pair.change(
        &desk.pair.second,
        &format!("dn: {gone}\nchangetype: delete\n\n"),
    );
    let late = said(operations::doctor(&other, Some(("croux", password()))).await);
    assert!(
        late.iter()
            .any(|(ok, text)| !ok && text.contains("il lui manque")),
        "{late:?}"
    );
    desk.pair.first.kill();
    let dead = said(operations::doctor(&other, Some(("croux", password()))).await);
    assert!(
        dead.iter()
            .any(|(ok, text)| !ok && text.contains("il ne répond pas")),
        "{dead:?}"
    );
    let report = counter::refresh_mirror(&office)
        .await
        .expect("followed there");
    assert!(!report.whole && report.forgotten == 1, "{report:?}");
    let link = session::link(&office).await.expect("a link");
    assert_eq!(link.people, people - 1, "nobody else is lost");

    // Back at the first, which has heard of it by then: nobody comes back to life.
    desk.pair.first.restart().expect("it starts again");
    desk.pair.release();
    desk.pair.in_step().await;
    desk.pair.second.kill();
    let report = counter::refresh_mirror(&office)
        .await
        .expect("followed there");
    assert!(!report.whole, "{report:?}");
    let link = session::link(&office).await.expect("a link");
    assert_eq!(link.people, people - 1);
}
