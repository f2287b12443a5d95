//! What a signed-in clerk's post does by itself: records that did not enter, letters past their time, old markers.

use guichet_core::domain::account::expiry_of;
use guichet_core::domain::handover::{DirectorySide, Ending, PaperSide, Progress};
use guichet_core::operations::handover::{self, StepState};
use guichet_core::operations::{Office, counter};
use guichet_core::rehearsal::{RECORDS_DN, cast, clerks::clerk};

use super::desk::{Post, as_administrator, checked, password_on, sent};

const INES: &str = cast::INES_LEFEVRE_NUNEZ;

async fn markers(office: &Office, person: &str) -> Vec<uuid::Uuid> {
    let read = office
        .directory()
        .read_back(person.parse().expect("id"))
        .await
        .expect("read");
    read.account.markers
}

fn records(post: &Post, identifier: &str) -> String {
    let agent = clerk("croux").expect("croux");
    let filter = format!("(documentIdentifier={identifier})");
    let arguments = ["-LLL", "-b", RECORDS_DN, &filter];
    post.ldap("ldapsearch", "croux", agent.password, &arguments)
        .1
}

/// Gives Inès a letter and returns where it was saved.
async fn letter(post: &Post, office: &std::sync::Arc<Office>) -> (String, std::path::PathBuf) {
    let view = checked(office, INES, "16/03/1994", "lef").await;
    let file = post.folder.path().join(format!("{}.pdf", view.number));
    sent(office, &view.id, &file).await;
    handover::finish(office, &view.id).await.expect("done");
    (view.id, file)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_past_its_time_is_ended_once_and_only_if_nobody_used_it() {
    let mut post = Post::new();
    let office = post.signed_in("croux").await;
    let (act, file) = letter(&post, &office).await;
    let password = password_on(&file);
    let person = super::desk::person(&office, INES).await;

    // The rehearsal has letters past their time: they go. This one is young.
    handover::catch_up(&office).await.expect("a pass");
    assert!(post.whoami(INES, &password).0);

    // A post whose site gives one hour finds the same letter past its time once the server's clock says so: the
    // server is told that the password is two hours old.
    post.settings.handover.valid_hours = 1;
    age_password(&post, INES);
    let strict = post.signed_in("croux").await;
    let pass = handover::catch_up(&strict).await.expect("a pass");
    assert!(pass.expired >= 1, "{pass:?}");
    assert!(
        !post.whoami(INES, &password).0,
        "the letter opens nothing any more"
    );
    let act: uuid::Uuid = act.parse().expect("id");
    assert_eq!(
        markers(&strict, &person).await.len(),
        2,
        "the handover and its expiry"
    );
    assert!(markers(&strict, &person).await.contains(&expiry_of(act)));
    let again = handover::catch_up(&strict).await.expect("a pass");
    assert_eq!(again.expired, 0, "ended once");

    let sheet = counter::show(&strict, &person).await.expect("a sheet");
    let shown = serde_json::to_string(&sheet.diagnosis).expect("json");
    assert!(shown.contains("expiré"), "{shown}");

    // A new letter is as good as the first one; used in time, it is never ended.
    let (_, file) = letter(&post, &strict).await;
    let password = password_on(&file);
    let chosen = "Ma-propre-phrase-2026";
    let (changed, answer) = post.ldap(
        "ldappasswd",
        INES,
        &password,
        &["-a", &password, "-s", chosen],
    );
    assert!(changed, "{answer}");
    age_password(&post, INES);
    let pass = handover::catch_up(&strict).await.expect("a pass");
    assert_eq!(pass.expired, 0);
    assert!(
        post.whoami(INES, chosen).0,
        "a chosen password is left alone"
    );
}

/// Tells the server that this password is two hours old.
fn age_password(post: &Post, login: &str) {
    let at = jiff::Timestamp::now()
        .checked_sub(jiff::ToSpan::hours(2))
        .expect("a time")
        .to_zoned(jiff::tz::TimeZone::UTC)
        .strftime("%Y%m%d%H%M%SZ")
        .to_string();
    as_administrator(
        post,
        &["-e", "!relax"],
        &format!(
            "dn: {}\nchangetype: modify\nreplace: pwdChangedTime\npwdChangedTime: {at}\n",
            guichet_core::rehearsal::person_dn(login)
        ),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_did_not_enter_is_sent_again() {
    let mut post = Post::new();
    let branch = std::mem::replace(
        &mut post.settings.directory.records,
        "ou=nulle-part,dc=univ-rivemer,dc=example".to_owned(),
    );
    let office = post.signed_in("croux").await;
    let view = checked(&office, INES, "16/03/1994", "lef").await;
    let file = post.folder.path().join("lettre.pdf");
    let known = sent(&office, &view.id, &file).await;
    assert_eq!(known.directory.state, StepState::Done);
    let notice = known.directory.notice.expect("the clerk is told");
    assert!(notice.text.contains("trace"), "{notice:?}");
    handover::finish(&office, &view.id).await.expect("done");
    drop(office);

    post.settings.directory.records = branch;
    let other = post.signed_in("sdiallo").await;
    let pass = handover::catch_up(&other).await.expect("a pass");
    assert!(
        pass.recorded.is_empty(),
        "a record bears its author's own bind"
    );
    drop(other);
    let office = post.signed_in("croux").await;
    assert!(!records(&post, &view.id).contains("documentAuthor"));
    let pass = handover::catch_up(&office).await.expect("a pass");
    assert_eq!(pass.recorded, std::slice::from_ref(&view.number));
    assert!(records(&post, &view.id).contains("documentAuthor: uid=croux"));
    let pass = handover::catch_up(&office).await.expect("a pass");
    assert!(pass.recorded.is_empty(), "sent once");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_markers_of_the_five_newest_handovers_stay() {
    let post = Post::new();
    let office = post.signed_in("croux").await;
    let mut acts = Vec::new();
    for _ in 0..7 {
        let (act, _) = letter(&post, &office).await;
        acts.push(act.parse::<uuid::Uuid>().expect("id"));
    }
    let person = super::desk::person(&office, INES).await;
    let mut left = markers(&office, &person).await;
    left.sort_unstable();
    // The last act read six markers before taking the oldest off.
    assert_eq!(left, acts[2..], "old ones go, in a Modify of their own");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_in_doubt_after_a_crash_is_asked_about_online_too() {
    let post = Post::new();
    for out in [true, false] {
        let office = post.signed_in("croux").await;
        let view = checked(&office, INES, "16/03/1994", "lef").await;
        let file = post.folder.path().join(format!("{}.pdf", view.number));
        sent(&office, &view.id, &file).await;
        drop(office);
        // What a crash in the middle of the printing leaves.
        let printing = Progress {
            directory: DirectorySide::Applied,
            paper: PaperSide::Printing,
            ..Progress::PREPARED
        };
        let act = view.id.parse().expect("an id");
        let at = jiff::Timestamp::now();
        let store = super::offline::store(&post).await;
        store
            .write(|writer| writer.move_handover(act, "PrintBegan", printing, 0, at, ""))
            .expect("written");
        let office = post.signed_in("croux").await;
        let pass = handover::catch_up(&office).await.expect("a pass");
        assert_eq!(
            (
                pass.to_confirm.as_slice(),
                pass.applied_without_letter.len()
            ),
            (std::slice::from_ref(&view.number), 0),
            "nobody knows yet whether a sheet that opens is out"
        );
        let asked = handover::resume(&office, &view.id).await.expect("taken up");
        assert!(asked.letter.title.contains("est-elle sortie"), "{asked:?}");
        let next = asked.next.expect("the clerk may say so");
        assert!(next.label.contains("Elle est sortie"), "{next:?}");
        let ended = if out {
            handover::confirm_sheet(&office, &view.number).await
        } else {
            assert!(
                asked
                    .abandon
                    .question
                    .contains("aucune lettre n’est sortie")
            );
            handover::abandon(&office, &view.id).await
        };
        assert!(ended.expect("the clerk's word").closed);
        let kept = store.read(|reader| reader.handover(act)).expect("read");
        let ending = kept.map(|record| record.progress.ending);
        let said = if out {
            Ending::HandedOver
        } else {
            Ending::Voided
        };
        assert_eq!(ending, Some(said));
    }
}
