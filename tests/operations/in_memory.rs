//! A whole handover on the directory in memory: what a suite needs when no slapd is wanted.
//! The same operations, keyring and store as on a real server; only the directory is the double.

use std::path::Path;
use std::sync::Arc;

use guichet_core::directory::memory::{Bind, Call, Clock, Fault, MemoryDirectory, MemoryServer};
use guichet_core::directory::{Directory, HandoverEntry, HandoverNote, PasswordWrite};
use guichet_core::domain::handover::Event;
use guichet_core::domain::late_sending::{Late, PasswordSeen};
use guichet_core::domain::password::{PasswordForm, Recipe};
use guichet_core::domain::person::{Login, Person};
use guichet_core::domain::server_clock::Span;
use guichet_core::operations::{self, Office};
use guichet_core::rehearsal::cast::INES_LEFEVRE_NUNEZ;
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::{RehearsalOptions, person_dn, post_settings, write_ldif};
use guichet_core::settings::Settings;
use guichet_core::sync::{
    Delivery, LateAct, LateOutcome, Unrecorded, deliver, send_late, settle_found,
};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::desk::{checked, password_on, sent};

/// The fictitious university in memory, and the settings of a post that works on it.
pub fn university(folder: &Path) -> (MemoryServer, Settings) {
    university_at(folder, Arc::new(jiff::Timestamp::now))
}

fn university_at(folder: &Path, clock: Clock) -> (MemoryServer, Settings) {
    let mut settings = post_settings("ldaps://127.0.0.1:9", Path::new("unused"), folder);
    // The logo lies beside the authority of a server that does not exist here.
    settings.letter.logo = None;
    let server = MemoryServer::new(settings.directory.clone(), clock);
    let mut options = RehearsalOptions::new(folder, jiff::Timestamp::now());
    options.people = 600;
    let mut ldif = Vec::new();
    write_ldif(&options, &mut ldif).expect("written in memory");
    let text = String::from_utf8(ldif).expect("LDIF is text");
    server.load(&text).expect("LDIF is read");
    (server, settings)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_ends_proven_on_the_double() {
    let folder = tempfile::tempdir().expect("a folder");
    let (server, settings) = university(folder.path());
    let session = Arc::new(server.session());
    let directory: Arc<dyn Directory> = Arc::clone(&session) as Arc<dyn Directory>;
    let office = Office::open_with(settings, directory)
        .await
        .map(Arc::new)
        .unwrap_or_else(|trouble| panic!("{} {}", trouble.strong, trouble.text));
    let right = clerk("croux").expect("croux").password;
    operations::session::sign_in(&office, "croux", Zeroizing::new(right.to_owned()))
        .await
        .expect("the clerk signs in");

    let view = checked(&office, INES_LEFEVRE_NUNEZ, "16/03/1994", "lef").await;
    session.fail_next(Call::WritePassword, Fault::LostAfterApplying);
    let letter = folder.path().join("lettre.pdf");
    sent(&office, &view.id, &letter).await;
    let dn = person_dn(INES_LEFEVRE_NUNEZ);
    assert_eq!(
        server.bind(&dn, &password_on(&letter)),
        Bind::MustChange,
        "what the letter says opens, and must be changed"
    );
    let entry = server.entry(&dn).expect("there");
    let marker = format!("{{GUICHET}}{}", view.id);
    let written = entry["supannrefid"]
        .iter()
        .filter(|value| **value == marker);
    assert_eq!(written.count(), 1, "one act, one marker");
    assert_eq!(server.records().len(), 1, "one act, one record");
}

/// Signs Camille in, and reads Inès.
async fn ines(session: &dyn Directory) -> Person {
    let right = clerk("croux").expect("croux").password;
    let login = Login::new("croux").expect("a login");
    session
        .sign_in(&login, Zeroizing::new(right.to_owned()))
        .await
        .expect("the clerk signs in");
    let found = session.find(&[], &[INES_LEFEVRE_NUNEZ.to_owned()]).await;
    found.expect("a search").remove(0)
}

fn write_for(person: &Person, operation: Uuid) -> PasswordWrite {
    PasswordWrite {
        operation,
        person_dn: person.dn.clone(),
        password: Recipe::for_policy(PasswordForm::Phrase, None, false)
            .draw(getrandom::fill)
            .expect("random bytes"),
        seen_change: person.account.password_changed,
    }
}

fn record_of(person: &Person, write: &PasswordWrite) -> HandoverEntry {
    HandoverEntry {
        operation: write.operation,
        person_dn: person.dn.clone(),
        note: HandoverNote {
            person: person.id.to_string(),
            number: "R-2026-02001".into(),
            post: 2,
            document: "identity-card".into(),
            evidence: "zone".into(),
            verdicts: Vec::new(),
            at: "2026-11-24T08:31:00Z".into(),
            handed_over_by: None,
        },
    }
}

/// Inès's act, about to leave.
struct Ready {
    _folder: tempfile::TempDir,
    server: MemoryServer,
    session: MemoryDirectory,
    person: Person,
    write: PasswordWrite,
    entry: HandoverEntry,
}

async fn ready() -> Ready {
    let folder = tempfile::tempdir().expect("a folder");
    let (server, _) = university(folder.path());
    let session = server.session();
    let person = ines(&session).await;
    let write = write_for(&person, Uuid::now_v7());
    Ready {
        entry: record_of(&person, &write),
        _folder: folder,
        server,
        session,
        person,
        write,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_this_post_cannot_write_down_does_not_leave() {
    let Ready {
        server,
        session,
        person,
        write,
        entry,
        ..
    } = ready().await;
    let before = server.entry(&write.person_dn);
    let mut asked = Vec::new();
    let delivery = deliver(&session, person.id, &write, &entry, |event, _| {
        asked.push(event);
        Err(Unrecorded)
    })
    .await;
    assert_eq!(
        (delivery, asked.as_slice()),
        (Delivery::NotRecorded, [Event::SendingBegan].as_slice())
    );
    assert_eq!(server.entry(&write.person_dn), before, "nothing has left");
    assert_eq!(server.records().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_arrived_late_is_not_taken_for_somebody_else_s_change() {
    let Ready {
        server,
        session,
        person,
        write,
        entry,
        ..
    } = ready().await;
    // The request of a sending whose answer was given up arrives first; the clerk sends the same act again.
    session.write_password(&write).await.expect("it arrives");
    let mut arrows = Vec::new();
    let again = deliver(&session, person.id, &write, &entry, |event, _| {
        arrows.push(event);
        Ok(())
    })
    .await;
    assert!(
        matches!(again, Delivery::Applied { recorded: true, .. }),
        "{again:?} {arrows:?}"
    );
    let marker = format!("{{GUICHET}}{}", write.operation);
    let entry = server.entry(&write.person_dn).expect("there");
    let written = entry["supannrefid"]
        .iter()
        .filter(|value| **value == marker);
    assert_eq!(written.count(), 1, "applied once");
    assert_eq!(
        server.bind(&write.person_dn, write.password.expose()),
        Bind::MustChange
    );
}

/// The answer was lost, the letter is out, and the person was faster than the post.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_used_before_its_answer_is_known_is_no_failure() {
    let Ready {
        server,
        session,
        person,
        write,
        entry,
        ..
    } = ready().await;
    session.write_password(&write).await.expect("it arrives");
    let chosen = "Un-Mot-De-Passe-A-Elle-26";
    server
        .choose_password(&person.dn, write.password.expose(), chosen)
        .expect("she chooses one");
    let mut arrows = Vec::new();
    let found = settle_found(&session, person.id, &write, &entry, |event| {
        arrows.push(event);
    })
    .await;
    assert!(
        matches!(found, Delivery::Overtaken { recorded: true, .. }),
        "{found:?}"
    );
    assert_eq!(arrows, [Event::MarkerSeen], "applied, and nothing to mend");
    let asked = server.bind(&person.dn, write.password.expose());
    assert_ne!(asked, Bind::MustChange, "the letter was used");
}

/// Two counters send at the same moment; the older handover was read before the newer one was written.
#[tokio::test(start_paused = true)]
async fn an_older_handover_never_slips_in_behind_a_newer_one_of_the_same_moment() {
    let folder = tempfile::tempdir().expect("a folder");
    let now = jiff::Timestamp::now();
    for another_of_that_second in [false, true] {
        // The server's second never ends: only what was read can tell.
        let (server, _) = university_at(folder.path(), Arc::new(move || now));
        let (ours, theirs) = (server.session(), server.session());
        let mut seen = ines(&ours).await;
        let known = PasswordSeen::of(&seen.account);
        ines(&theirs).await;
        let made = |hours: i64| {
            let at = now - jiff::SignedDuration::from_hours(hours);
            let seconds = u64::try_from(at.as_second()).expect("after 1970");
            let of = uuid::Timestamp::from_unix(uuid::NoContext, seconds, 0);
            (at, Uuid::new_v7(of))
        };
        if another_of_that_second {
            let first = write_for(&seen, made(3).1);
            theirs.write_password(&first).await.expect("written");
            seen = ours.read_back(seen.id).await.expect("read");
        }
        let (made_at, operation) = made(2);
        let write = write_for(&seen, operation);
        let act = LateAct {
            late: Late {
                operation,
                made: Span {
                    earliest: Some(made_at),
                    best: made_at,
                    latest: made_at,
                },
                known,
                decided_against: None,
            },
            entry: record_of(&seen, &write),
            password: write.password,
        };
        let newer = write_for(&seen, made(1).1);
        theirs.write_password(&newer).await.expect("written");
        let mut arrows = Vec::new();
        let sent = send_late(&ours, &seen, &act, |event, _| {
            arrows.push(event);
            Ok(())
        })
        .await;
        assert_eq!(sent, Ok(LateOutcome::ChangedMeanwhile), "{arrows:?}");
        assert!(!arrows.contains(&Event::ServerRefused), "it still waits");
        assert_eq!(
            server.bind(&seen.dn, newer.password.expose()),
            Bind::MustChange
        );
        let seen = ours.read_back(seen.id).await.expect("read");
        let sent = send_late(&ours, &seen, &act, |_, _| Ok(())).await;
        assert_eq!(sent, Ok(LateOutcome::Superseded), "the newer one holds");
    }
}
