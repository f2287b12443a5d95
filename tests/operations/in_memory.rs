//! A whole handover on the directory in memory: what a suite needs when no slapd is wanted.
//! The same operations, keyring and store as on a real server; only the directory is the double.

use std::path::Path;
use std::sync::Arc;

use guichet_core::directory::memory::{Bind, Call, Fault, MemoryDirectory, MemoryServer};
use guichet_core::directory::{Directory, HandoverEntry, HandoverNote, PasswordWrite};
use guichet_core::domain::handover::Event;
use guichet_core::domain::password::{PasswordForm, Recipe};
use guichet_core::domain::person::{Login, PersonId};
use guichet_core::operations::{self, Office};
use guichet_core::rehearsal::cast::INES_LEFEVRE_NUNEZ;
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::{RehearsalOptions, person_dn, post_settings, write_ldif};
use guichet_core::settings::Settings;
use guichet_core::sync::{Delivery, Unrecorded, deliver};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::desk::{checked, password_on, sent};

/// The fictitious university in memory, and the settings of a post that works on it.
pub fn university(folder: &Path) -> (MemoryServer, Settings) {
    let mut settings = post_settings("ldaps://127.0.0.1:9", Path::new("unused"), folder);
    // The logo lies beside the authority of a server that does not exist here.
    settings.letter.logo = None;
    let server = MemoryServer::new(settings.directory.clone(), Arc::new(jiff::Timestamp::now));
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

/// Inès's act, ready to leave.
async fn ready() -> (
    tempfile::TempDir,
    MemoryServer,
    MemoryDirectory,
    PasswordWrite,
    HandoverEntry,
    PersonId,
) {
    let folder = tempfile::tempdir().expect("a folder");
    let (server, _) = university(folder.path());
    let session = server.session();
    let right = clerk("croux").expect("croux").password;
    let login = Login::new("croux").expect("a login");
    session
        .sign_in(&login, Zeroizing::new(right.to_owned()))
        .await
        .expect("the clerk signs in");
    let found = session
        .find(&[], &[INES_LEFEVRE_NUNEZ.to_owned()])
        .await
        .expect("a search");
    let person = found.first().expect("she is there");
    let write = PasswordWrite {
        operation: Uuid::now_v7(),
        person_dn: person.dn.clone(),
        password: Recipe::for_policy(PasswordForm::Phrase, None, false)
            .draw(getrandom::fill)
            .expect("random bytes"),
        seen_change: person.account.password_changed,
    };
    let entry = HandoverEntry {
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
    };
    let id = person.id;
    (folder, server, session, write, entry, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_this_post_cannot_write_down_does_not_leave() {
    let (_folder, server, session, write, entry, person) = ready().await;
    let before = server.entry(&write.person_dn);
    let mut asked = Vec::new();
    let delivery = deliver(&session, person, &write, &entry, |event, _| {
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
    let (_folder, server, session, write, entry, person) = ready().await;
    // The request of a sending whose answer was given up arrives first; the clerk sends the same act again.
    session.write_password(&write).await.expect("it arrives");
    let mut arrows = Vec::new();
    let again = deliver(&session, person, &write, &entry, |event, _| {
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
