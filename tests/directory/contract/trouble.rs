//! When the server does not answer: what is certain is said to be, and the marker settles the rest.

use std::time::Duration;

use guichet_core::directory::{DirectoryError, WriteProblem};
use guichet_core::domain::password::PasswordForm;
use guichet_core::rehearsal::cast::NADIA_BELKHIR;

use super::ground::{Ground, password, person, record, signed_in, write};

pub async fn a_stopped_server_is_unreachable_and_nothing_left(ground: &mut dyn Ground) {
    let session = signed_in(ground, "croux").await;
    let before = person(&session, NADIA_BELKHIR).await;
    let act = write(&before, &password(PasswordForm::Phrase, 14));
    ground.stop();
    // The first call may be the one that learns it.
    let learnt = session.ping().await;
    assert!(
        matches!(learnt, Err(DirectoryError::Unreachable(_))),
        "{learnt:?}"
    );
    let answer = session.write_password(&act).await;
    assert!(
        matches!(
            answer,
            Err(WriteProblem::NotSent(DirectoryError::Unreachable(_)))
        ),
        "no connection, so certain that nothing left: {answer:?}"
    );
    let recorded = session.write_record(&record(&before, &act)).await;
    assert!(matches!(recorded, Err(DirectoryError::Unreachable(_))));
    let proof = session.prove(&before.dn, &act.password).await;
    assert!(matches!(proof, Err(DirectoryError::Unreachable(_))));
    let read = session.read_back(before.id).await;
    assert!(matches!(read, Err(DirectoryError::Unreachable(_))));

    ground.start_again();
    assert_eq!(
        session.ping().await,
        Ok(()),
        "the session goes on without a new sign-in"
    );
    assert_eq!(session.read_back(before.id).await, Ok(before));
    assert_eq!(session.write_password(&act).await, Ok(()));
}

pub async fn a_frozen_server_loses_the_answer_and_the_marker_tells(ground: &mut dyn Ground) {
    let session = signed_in(ground, "croux").await;
    let before = person(&session, NADIA_BELKHIR).await;
    let act = write(&before, &password(PasswordForm::Phrase, 15));
    ground.freeze();
    assert_eq!(
        session.write_password(&act).await,
        Err(WriteProblem::AnswerLost),
        "it left, and nobody knows"
    );
    ground.thaw();
    for _ in 0..200 {
        let seen = session.read_back(before.id).await;
        if seen.is_ok_and(|person| person.account.markers == [act.operation]) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let after = session.read_back(before.id).await.expect("read");
    assert_eq!(
        after.account.markers,
        [act.operation],
        "the held request was done all the same"
    );
    assert!(after.account.must_change);
}
