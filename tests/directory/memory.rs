//! The double in memory beyond the contract: faults chosen call by call, its clock, several sessions on one server.
//! Never asserts on real time.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use guichet_core::directory::memory::{Bind, Call, Fault, MemoryDirectory, MemoryServer};
use guichet_core::directory::{Directory, DirectoryError, Proof, SignInRefusal, WriteProblem};
use guichet_core::domain::password::PasswordForm;
use guichet_core::rehearsal::cast::NADIA_BELKHIR;
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::people::former_password;
use guichet_core::rehearsal::person_dn;

use crate::contract::ground::{Memory, attempt, password, person, record, write};

async fn signed_in(server: &MemoryServer) -> (Arc<MemoryDirectory>, Arc<dyn Directory>) {
    let session = Arc::new(server.session());
    let shared: Arc<dyn Directory> = Arc::clone(&session) as Arc<dyn Directory>;
    let right = clerk("croux").expect("croux").password;
    attempt(&shared, "croux", right).await.expect("opens");
    (session, shared)
}

#[tokio::test]
async fn each_fault_leaves_what_it_says() {
    let server = Memory::start().server;
    let (session, shared) = signed_in(&server).await;
    let before = person(&shared, NADIA_BELKHIR).await;
    let act = write(&before, &password(PasswordForm::Phrase, 1));
    let marked = || {
        let entry = server.entry(&before.dn).expect("there");
        entry["supannrefid"].contains(&format!("{{GUICHET}}{}", act.operation))
    };

    session.fail_next(Call::WritePassword, Fault::Unreachable);
    session.fail_next(Call::WritePassword, Fault::LostBeforeApplying);
    session.fail_next(Call::WritePassword, Fault::LostAfterApplying);
    let first = shared.write_password(&act).await;
    assert!(matches!(first, Err(WriteProblem::NotSent(_))), "{first:?}");
    assert_eq!(
        shared.write_password(&act).await,
        Err(WriteProblem::AnswerLost)
    );
    assert!(!marked(), "lost on the way there");
    assert_eq!(
        shared.write_password(&act).await,
        Err(WriteProblem::AnswerLost)
    );
    assert!(marked(), "lost on the way back");

    session.fail_next(Call::ReadBack, Fault::LostAfterApplying);
    let read = shared.read_back(before.id).await;
    assert!(matches!(read, Err(DirectoryError::Unreachable(_))));
    assert!(
        shared.read_back(before.id).await.is_ok(),
        "a fault is used once"
    );
    session.fail_next(Call::WriteRecord, Fault::LostAfterApplying);
    let entry = record(&before, &act);
    assert!(shared.write_record(&entry).await.is_err());
    assert_eq!(
        server.records().len(),
        1,
        "the record is there all the same"
    );
    assert_eq!(shared.write_record(&entry).await, Ok(()));
    assert_eq!(server.records().len(), 1);
    session.fail_next(Call::Prove, Fault::Unreachable);
    assert!(shared.prove(&before.dn, &act.password).await.is_err());

    session.cut();
    let cut = shared.write_password(&act).await;
    assert!(matches!(cut, Err(WriteProblem::NotSent(_))));
    assert!(shared.ping().await.is_err());
    session.mend();
    assert!(shared.ping().await.is_ok());
}

#[tokio::test]
async fn a_frozen_request_released_in_time_is_answered() {
    let server = Memory::start().server;
    let (session, shared) = signed_in(&server).await;
    let before = person(&shared, NADIA_BELKHIR).await;
    let act = write(&before, &password(PasswordForm::Phrase, 2));
    session.fail_next(Call::WritePassword, Fault::Frozen);
    let sending = {
        let (shared, act) = (Arc::clone(&shared), act.clone());
        tokio::spawn(async move { shared.write_password(&act).await })
    };
    tokio::task::yield_now().await;
    session.release();
    assert_eq!(sending.await.expect("no panic"), Ok(()));
    assert_eq!(
        shared.prove(&before.dn, &act.password).await,
        Ok(Proof::OpensAndMustChange)
    );
}

#[tokio::test]
async fn two_counters_share_one_directory_and_only_one_wins() {
    let server = Memory::start().server;
    let (_, first) = signed_in(&server).await;
    let (_, second) = signed_in(&server).await;
    let seen = person(&first, NADIA_BELKHIR).await;
    let one = write(&seen, &password(PasswordForm::Phrase, 3));
    let two = write(&seen, &password(PasswordForm::Phrase, 4));
    assert_eq!(first.write_password(&one).await, Ok(()));
    assert!(
        second.write_password(&two).await.is_err(),
        "it read the sheet before the other's act"
    );
    assert_eq!(
        server.bind(&seen.dn, one.password.expose()),
        Bind::MustChange
    );
}

#[tokio::test]
async fn a_lock_passes_with_the_clock_it_is_given() {
    let minutes = Arc::new(AtomicI64::new(0));
    let start: jiff::Timestamp = "2026-11-24T08:31:00Z".parse().expect("a time");
    let hands = Arc::clone(&minutes);
    let clock =
        Arc::new(move || start + jiff::SignedDuration::from_mins(hands.load(Ordering::SeqCst)));
    let server = Memory::at(start, clock);
    let dn = person_dn(NADIA_BELKHIR);
    let right = former_password(NADIA_BELKHIR);
    for _ in 0..5 {
        assert_eq!(server.bind(&dn, "Mauvais-Mot-De-Passe"), Bind::Invalid);
    }
    assert_eq!(server.bind(&dn, &right), Bind::Locked);
    minutes.store(14, Ordering::SeqCst);
    assert_eq!(
        server.bind(&dn, &right),
        Bind::Locked,
        "15 minutes are asked for"
    );
    minutes.store(15, Ordering::SeqCst);
    assert_eq!(server.bind(&dn, &right), Bind::Opens);

    for minute in [20, 25, 30, 35, 40] {
        minutes.store(minute, Ordering::SeqCst);
        server.bind(&dn, "Mauvais-Mot-De-Passe");
    }
    assert_eq!(
        server.bind(&dn, &right),
        Bind::Opens,
        "failures older than ten minutes are forgotten"
    );
}

#[tokio::test]
async fn the_same_calls_give_the_same_directory() {
    let start: jiff::Timestamp = "2026-11-24T08:31:00Z".parse().expect("a time");
    let run = || async move {
        let server = Memory::at(start, Arc::new(move || start));
        let (session, shared) = signed_in(&server).await;
        session.fail_next(Call::WritePassword, Fault::LostAfterApplying);
        let seen = person(&shared, NADIA_BELKHIR).await;
        let mut act = write(&seen, &password(PasswordForm::Phrase, 5));
        act.operation = uuid::Uuid::from_u128(7);
        let _ = shared.write_password(&act).await;
        let entry = record(&seen, &act);
        shared.write_record(&entry).await.expect("recorded");
        let log = Mutex::new(vec![server.entry(&seen.dn)]);
        for record in server.records() {
            log.lock().expect("one thread").push(server.entry(&record));
        }
        log.into_inner().expect("one thread")
    };
    assert_eq!(run().await, run().await, "to the byte, hashes included");
}

#[tokio::test]
async fn a_server_that_does_not_hash_keeps_what_it_is_sent() {
    let server = Memory::start().server.without_hashing();
    let (_, shared) = signed_in(&server).await;
    let seen = person(&shared, NADIA_BELKHIR).await;
    let act = write(&seen, &password(PasswordForm::Phrase, 6));
    shared.write_password(&act).await.expect("written");
    let entry = server.entry(&seen.dn).expect("there");
    assert_eq!(entry["userpassword"], [act.password.expose()]);
}

#[tokio::test]
async fn a_sign_in_may_be_lost_too() {
    let server = Memory::start().server;
    let session = Arc::new(server.session());
    let shared: Arc<dyn Directory> = Arc::clone(&session) as Arc<dyn Directory>;
    let right = clerk("croux").expect("croux").password;
    for fault in [Fault::Unreachable, Fault::LostAfterApplying] {
        session.fail_next(Call::SignIn, fault);
        let lost = attempt(&shared, "croux", right).await;
        assert!(
            matches!(
                lost,
                Err(SignInRefusal::Directory(DirectoryError::Unreachable(_)))
            ),
            "{fault:?}: {lost:?}"
        );
        assert_eq!(shared.ping().await, Err(DirectoryError::SignedOut));
    }
    assert!(attempt(&shared, "croux", right).await.is_ok());
}
