//! A whole handover on the directory in memory: what a suite needs when no slapd is wanted.
//! The same operations, keyring and store as on a real server; only the directory is the double.

use std::path::Path;
use std::sync::Arc;

use guichet_core::directory::Directory;
use guichet_core::directory::memory::{Bind, Call, Fault, MemoryServer};
use guichet_core::operations::handover;
use guichet_core::operations::{self, Office};
use guichet_core::rehearsal::cast::INES_LEFEVRE_NUNEZ;
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::{RehearsalOptions, person_dn, post_settings, write_ldif};
use zeroize::Zeroizing;

use super::desk::{checked, password_on, sent};

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_ends_proven_on_the_double() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = post_settings("ldaps://127.0.0.1:9", Path::new("unused"), folder.path());
    // The logo lies beside the authority of a server that does not exist here.
    settings.letter.logo = None;
    let server = MemoryServer::new(settings.directory.clone(), Arc::new(jiff::Timestamp::now));
    let mut options = RehearsalOptions::new(folder.path(), jiff::Timestamp::now());
    options.people = 600;
    let mut ldif = Vec::new();
    write_ldif(&options, &mut ldif).expect("written in memory");
    let text = String::from_utf8(ldif).expect("LDIF is text");
    server.load(&text).expect("LDIF is read");

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
    sent(&office, &view.id).await;
    let letter = folder.path().join("lettre.pdf");
    handover::save_letter(&office, &view.id, Some(letter.clone()))
        .await
        .expect("saved");
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
