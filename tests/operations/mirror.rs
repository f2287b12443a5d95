//! The mirror of a clerk's perimeter on a real slapd: filled, followed, cut in the middle, taken up again, and never
//! another's. What the directory sends is counted, never timed.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use guichet_core::directory::Directory;
use guichet_core::directory::memory::{Call, Fault};
use guichet_core::operations::counter::{self, FreshnessKind};
use guichet_core::operations::{Office, OperationError, session};
use guichet_core::rehearsal::cast::{INES_LEFEVRE_NUNEZ, NADIA_BELKACEM, NADIA_BELKHIR};
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::{group_dn, person_dn};
use guichet_core::sync::MirrorReport;
use zeroize::Zeroizing;

use super::desk::{Post, as_administrator, person};
use super::in_memory::university;
use super::wire::{Plan, Wire};

async fn refreshed(office: &Arc<Office>) -> MirrorReport {
    counter::refresh_mirror(office).await.expect("refreshed")
}

/// The post's clerk, the pass of their sign-in ended.
async fn at_work(post: &Post, login: &str) -> (Arc<Office>, MirrorReport) {
    let office = post.signed_in(login).await;
    let report = counter::mirror_of_sign_in(&office).await.expect("mirrored");
    (office, report)
}

async fn found(office: &Office, text: &str) -> Vec<String> {
    let view = counter::find(office, text).await.expect("a search");
    view.rows.into_iter().map(|row| row.family_name).collect()
}

fn renamed(login: &str, family: &str) -> String {
    format!(
        "dn: {}\nchangetype: modify\nreplace: sn\nsn: {family}\n\n",
        person_dn(login)
    )
}

fn removed(login: &str) -> String {
    format!("dn: {}\nchangetype: delete\n\n", person_dn(login))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_administrator_changes_arrives_and_nothing_else() {
    let post = Post::new();
    let (office, first) = at_work(&post, "hvasseur").await;
    assert!(
        first.whole && first.followed && first.received > 500,
        "{first:?}"
    );
    let ines = person(&office, INES_LEFEVRE_NUNEZ).await;
    let changes = [
        renamed(INES_LEFEVRE_NUNEZ, "Quintefeuille"),
        removed(NADIA_BELKHIR),
        format!(
            "dn: {}\nchangetype: add\nobjectClass: inetOrgPerson\nobjectClass: supannPerson\nobjectClass: eduPerson\n\
             uid: znouvelle\ncn: Zoe Ultrasson\nsn: Ultrasson\ngivenName: Zoe\neduPersonAffiliation: employee\n\n",
            person_dn("znouvelle")
        ),
    ];
    as_administrator(&post, &[], &changes.concat());
    assert!(found(&office, "quintefeuille").await.is_empty(), "not yet");

    let report = refreshed(&office).await;
    assert_eq!(
        (report.whole, report.received, report.forgotten),
        (false, 2, 1),
        "one changed, one new, one gone: {report:?}"
    );
    assert_eq!(found(&office, "quintefeuille").await, ["Quintefeuille"]);
    assert_eq!(found(&office, "ultrasson").await, ["Ultrasson"]);
    assert!(found(&office, NADIA_BELKHIR).await.is_empty(), "gone");
    let sheet = counter::show(&office, &ines).await.expect("shown");
    assert_eq!(sheet.freshness.kind, FreshnessKind::Directory);
    assert!(sheet.freshness.text.starts_with("Lu dans l’annuaire à"));

    let again = refreshed(&office).await;
    assert_eq!(
        (again.whole, again.received, again.forgotten),
        (false, 0, 0)
    );
    let view = counter::mirror_status(&office).expect("read");
    assert!(view.followed && !view.whole_due, "{view:?}");
    assert_eq!(view.owner, Some(person_dn("hvasseur")));

    // A new start of the program on the same post goes on from the cookie.
    drop(office);
    as_administrator(&post, &[], &renamed(INES_LEFEVRE_NUNEZ, "Roncevaux"));
    let (office, next) = at_work(&post, "hvasseur").await;
    assert!(!next.whole, "{next:?}");
    // Whoever signs in is a change of their own entry too.
    assert!((1..=2).contains(&next.received), "{next:?}");
    assert_eq!(found(&office, "roncevaux").await, ["Roncevaux"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_content_synchronisation_stamps_tell_what_changed() {
    let post = Post::without_content_sync();
    // Everybody bears the stamp of one import, as after a night's.
    as_administrator(&post, &[], &renamed(NADIA_BELKACEM, "Ordinaire"));
    let (office, first) = at_work(&post, "hvasseur").await;
    assert!(
        first.whole && first.followed && first.received > 500,
        "{first:?}"
    );
    let gone = found(&office, NADIA_BELKHIR).await;
    assert!(!gone.is_empty(), "she is there");
    let changes = [
        renamed(INES_LEFEVRE_NUNEZ, "Quintefeuille"),
        removed(NADIA_BELKHIR),
    ];
    as_administrator(&post, &[], &changes.concat());

    let report = refreshed(&office).await;
    assert!(!report.whole && report.followed, "{report:?}");
    // The two of the last minutes; whoever signed in is a change of their own entry too.
    assert!((2..=3).contains(&report.received), "{report:?}");
    assert_eq!(found(&office, "quintefeuille").await, ["Quintefeuille"]);

    // A deletion leaves no stamp: it is noticed when everybody is named, which is now and then.
    let (mut forgotten, mut received) = (report.forgotten, report.received);
    for _ in 0..20 {
        let report = refreshed(&office).await;
        assert!(!report.whole, "{report:?}");
        forgotten += report.forgotten;
        received = report.received;
    }
    assert!(received <= 1, "nothing changed any more: {received}");
    assert_eq!(forgotten, 1, "the one who is gone, and nobody else");
    assert!(found(&office, NADIA_BELKHIR).await.is_empty());

    // Older than what was seen here, whoever bore the last stamp: a restored directory is read anew.
    let restored = |login: &str| {
        format!(
            "dn: {}\nchangetype: modify\nreplace: modifyTimestamp\nmodifyTimestamp: 20260105070000Z\n\n",
            person_dn(login)
        )
    };
    let restored = [restored(INES_LEFEVRE_NUNEZ), restored(NADIA_BELKACEM)].concat();
    as_administrator(&post, &["-e", "!relax"], &restored);
    let report = refreshed(&office).await;
    assert!(report.whole && report.followed, "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_changes_bring_a_thousand_people() {
    let post = Post::of(1600);
    let (office, first) = at_work(&post, "hvasseur").await;
    assert!(first.received > 1500, "{first:?}");
    let mut logins = Vec::new();
    let everybody = guichet_core::directory::Filter::equals("objectClass", "supannPerson");
    office
        .directory()
        .read_perimeter(&everybody, &mut |page| {
            logins.extend(page.into_iter().filter_map(|person| person.login));
        })
        .await
        .expect("read");
    let mut ldif = String::new();
    for login in logins
        .iter()
        .filter(|login| clerk(login.as_str()).is_none())
        .take(1000)
    {
        ldif.push_str(&renamed(login.as_str(), "Millefois"));
    }
    as_administrator(&post, &[], &ldif);
    let report = refreshed(&office).await;
    assert_eq!(
        (report.whole, report.received, report.forgotten),
        (false, 1000, 0)
    );
    let view = counter::find(&office, "millefois").await.expect("a search");
    assert!(view.truncated, "many bear it now");
}

#[tokio::test(flavor = "multi_thread")]
async fn deletions_the_server_forgot_are_honoured() {
    let mut post = Post::new();
    let (office, _) = at_work(&post, "hvasseur").await;
    as_administrator(&post, &[], &removed(NADIA_BELKHIR));
    post.directory.stop();
    post.directory.restart().expect("back");
    let report = refreshed(&office).await;
    assert!(!report.whole && report.received < 5, "{report:?}");
    assert_eq!(report.forgotten, 1);
    assert!(found(&office, NADIA_BELKHIR).await.is_empty());
    assert_eq!(
        found(&office, NADIA_BELKACEM).await.len(),
        1,
        "the others stay"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_restored_from_a_backup_is_read_anew() {
    let mut post = Post::new();
    let (office, _) = at_work(&post, "hvasseur").await;
    let data = post.directory.folder.join("serveur").join("data");
    let backup = post.folder.path().join("sauvegarde");
    let copy = |from: &Path, to: &Path| {
        let done = Command::new("cp").arg("-aT").args([from, to]).status();
        assert!(done.is_ok_and(|done| done.success()), "copied");
    };
    post.directory.stop();
    copy(&data, &backup);
    post.directory.restart().expect("back");
    let since = [
        removed(NADIA_BELKHIR),
        renamed(INES_LEFEVRE_NUNEZ, "Quintefeuille"),
    ];
    as_administrator(&post, &[], &since.concat());
    refreshed(&office).await;
    assert_eq!(found(&office, "quintefeuille").await.len(), 1);

    post.directory.stop();
    std::fs::remove_dir_all(&data).expect("lost");
    copy(&backup, &data);
    post.directory.restart().expect("restored");
    let report = refreshed(&office).await;
    assert!(report.whole && report.followed, "{report:?}");
    assert!(
        found(&office, "quintefeuille").await.is_empty(),
        "as it was then"
    );
    assert_eq!(found(&office, NADIA_BELKHIR).await.len(), 1, "there again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_in_the_middle_is_taken_up_from_where_the_store_stands() {
    let mut post = Post::of(1600);
    post.settings.directory.timeout_seconds = 2;
    let port = post.directory.uri_ldaps.rsplit(':').next();
    let port: u16 = port.and_then(|port| port.parse().ok()).expect("a port");
    let wire = Wire::to(([127, 0, 0, 1], port).into()).await;
    post.settings.directory.uris = vec![format!("ldaps://{}", wire.address)];
    let (office, _) = at_work(&post, "hvasseur").await;
    let before = counter::mirror_status(&office).expect("read");

    // Followed, then cut: what was stored stays, the cookie with it.
    let mut ldif = removed(NADIA_BELKHIR);
    let _ = write!(ldif, "{}", renamed(INES_LEFEVRE_NUNEZ, "Quintefeuille"));
    as_administrator(&post, &[], &ldif);
    wire.set(Plan::HoldAnswersAfter(0));
    let cut = counter::refresh_mirror(&office)
        .await
        .expect_err("held, then given up");
    assert_eq!(cut.code, "unreachable");
    wire.set(Plan::Cut);
    // A request may still slip through the wire that is being cut.
    while office.directory().ping().await.is_ok() {}
    let cut = counter::refresh_mirror(&office).await.expect_err("cut");
    assert_eq!(cut.code, "unreachable");
    let during = counter::mirror_status(&office).expect("read");
    assert_eq!(
        (during.people, during.fresh_at),
        (before.people, before.fresh_at)
    );
    assert_eq!(
        found(&office, NADIA_BELKHIR).await.len(),
        1,
        "the copy serves"
    );
    wire.set(Plan::Pass);
    let report = refreshed(&office).await;
    assert!(!report.whole && report.forgotten == 1, "{report:?}");
    // Binding again is a change of the clerk's own entry.
    assert_eq!(report.received, 2, "hers and Inès’s: {report:?}");

    // A whole reading cut after its first page: the next one goes to its end.
    drop(office);
    let office = post.signed_in("croux").await;
    counter::wait_for_index(&office).await;
    drop(office);
    let office = post.office().await;
    wire.set(Plan::HoldAnswersAfter(12));
    let password = clerk("hvasseur").expect("a clerk").password;
    session::sign_in(&office, "hvasseur", Zeroizing::new(password.to_owned()))
        .await
        .expect("signs in");
    let outcome = counter::mirror_of_sign_in(&office).await;
    let torn = counter::mirror_status(&office).expect("read");
    assert_eq!(
        outcome.map_err(|error| error.code),
        Err("unreachable".to_owned())
    );
    assert!(torn.people > 0 && torn.people < before.people, "{torn:?}");
    assert!(
        torn.whole_due && torn.fresh_at.is_none() && !torn.followed,
        "{torn:?}"
    );
    wire.set(Plan::Pass);
    let report = refreshed(&office).await;
    assert!(report.whole && report.followed);
    let whole = counter::mirror_status(&office).expect("read");
    assert_eq!(whole.people, before.people - 1);
    assert!(!whole.whole_due);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_clerk_and_other_groups_begin_anew() {
    let post = Post::new();
    let (office, _) = at_work(&post, "hvasseur").await;
    assert_eq!(found(&office, NADIA_BELKACEM).await.len(), 1);
    drop(office);
    let office = post.signed_in("croux").await;
    // Before anything is read for her: nothing of the other's.
    assert!(found(&office, NADIA_BELKACEM).await.is_empty());
    let report = counter::mirror_of_sign_in(&office).await.expect("mirrored");
    assert!(report.whole, "another clerk");
    assert!(found(&office, NADIA_BELKACEM).await.is_empty(), "a student");
    assert_eq!(found(&office, NADIA_BELKHIR).await.len(), 1, "staff");
    drop(office);

    let group = group_dn("guichet-scolarite");
    let join = |act: &str| {
        as_administrator(
            &post,
            &[],
            &format!(
                "dn: {group}\nchangetype: modify\n{act}: member\nmember: {}\n\n",
                person_dn("croux")
            ),
        );
    };
    join("add");
    let (office, report) = at_work(&post, "croux").await;
    assert!(report.whole, "a group more: a cookie does not notice it");
    assert_eq!(found(&office, NADIA_BELKACEM).await.len(), 1);
    drop(office);
    join("delete");
    let (office, report) = at_work(&post, "croux").await;
    assert!(report.whole, "a group less");
    assert!(
        found(&office, NADIA_BELKACEM).await.is_empty(),
        "out of the perimeter"
    );
    let state = counter::mirror_status(&office).expect("read");
    assert_eq!(state.owner, Some(person_dn("croux")));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_the_perimeter_disappears() {
    let post = Post::new();
    let (office, _) = at_work(&post, "croux").await;
    assert_eq!(found(&office, NADIA_BELKHIR).await.len(), 1);
    as_administrator(
        &post,
        &[],
        &format!(
            "dn: {}\nchangetype: modify\nreplace: eduPersonAffiliation\neduPersonAffiliation: alum\n\n",
            person_dn(NADIA_BELKHIR)
        ),
    );
    let report = refreshed(&office).await;
    assert_eq!(
        (report.whole, report.received, report.forgotten),
        (false, 0, 1)
    );
    assert!(found(&office, NADIA_BELKHIR).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_directory_the_copy_answers() {
    let mut post = Post::new();
    post.settings.directory.timeout_seconds = 2;
    let (office, _) = at_work(&post, "croux").await;
    let id = person(&office, INES_LEFEVRE_NUNEZ).await;
    post.directory.stop();
    assert_eq!(found(&office, "lefevre nunez").await, ["Lefèvre-Nuñez"]);
    let by_login = counter::identified(&office, INES_LEFEVRE_NUNEZ).await;
    assert_eq!(by_login, Ok(id.clone()));
    let sheet = counter::show(&office, &id).await.expect("from the copy");
    assert_eq!(sheet.family_name, "Lefèvre-Nuñez");
    assert_eq!(sheet.freshness.kind, FreshnessKind::Copy);
    assert!(
        sheet.freshness.text.starts_with("Copie d")
            && sheet.freshness.text.ends_with(", peut avoir changé"),
        "{}",
        sheet.freshness.text
    );
    let stranger = counter::show(&office, "00000000-0000-4000-8000-000000000001").await;
    assert_eq!(
        stranger.map(|sheet| sheet.id).map_err(code),
        Err("unreachable".to_owned())
    );
}

fn code(error: OperationError) -> String {
    error.code
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_loaded_anew_or_too_far_ahead_is_read_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let (server, settings) = university(folder.path());
    let session = Arc::new(server.session());
    let directory: Arc<dyn Directory> = Arc::clone(&session) as Arc<dyn Directory>;
    let office = Office::open_with(settings, directory)
        .await
        .map(Arc::new)
        .unwrap_or_else(|trouble| panic!("{} {}", trouble.strong, trouble.text));
    let right = clerk("croux").expect("croux").password;
    session::sign_in(&office, "croux", Zeroizing::new(right.to_owned()))
        .await
        .expect("the clerk signs in");
    counter::mirror_of_sign_in(&office).await.expect("mirrored");

    server.forget_cookies();
    server.remove(&person_dn(NADIA_BELKHIR));
    let report = refreshed(&office).await;
    assert!(report.whole && report.followed, "{report:?}");
    assert_eq!(report.forgotten, 1);
    assert!(found(&office, NADIA_BELKHIR).await.is_empty());

    // Lost between the pages and what follows them: the reading counts, the following goes on.
    server.forget_cookies();
    session.fail_next(Call::ChangesSince, Fault::LostAfterApplying);
    let lost = counter::refresh_mirror(&office)
        .await
        .expect_err("no answer");
    assert_eq!(lost.code, "unreachable");
    server.forget_deletions();
    server.remove(&person_dn(INES_LEFEVRE_NUNEZ));
    let report = refreshed(&office).await;
    assert!(report.followed, "{report:?}");
    assert_eq!(report.forgotten, 1);
    assert!(found(&office, INES_LEFEVRE_NUNEZ).await.is_empty());
}
