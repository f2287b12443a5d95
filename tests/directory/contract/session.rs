//! Signing in and out: what stands in the way of a clerk is told apart, and nothing answers without one.

use guichet_core::directory::{DirectoryError, SignInRefusal, WriteProblem};
use guichet_core::domain::password::PasswordForm;
use guichet_core::domain::person::{Login, PersonId};
use guichet_core::rehearsal::cast::NADIA_BELKHIR;
use guichet_core::rehearsal::clerks::{CLERKS, SignIn, clerk};
use guichet_core::rehearsal::{PEOPLE_DN, person_dn};

use zeroize::Zeroizing;

use super::ground::{Ground, attempt, password, person, record, signed_in, write};

pub async fn each_situation_of_a_clerk_is_told_apart(ground: &mut dyn Ground) {
    for clerk in CLERKS {
        let session = ground.session();
        let answer = attempt(&session, clerk.login, clerk.password).await;
        let login = clerk.login;
        match (clerk.role, clerk.sign_in) {
            (None, SignIn::Opens) => assert_eq!(answer, Err(SignInRefusal::NoRole), "{login}"),
            (_, SignIn::MustChange) => {
                assert_eq!(answer, Err(SignInRefusal::MustChange), "{login}");
            }
            (_, SignIn::Expired) => assert_eq!(answer, Err(SignInRefusal::Expired), "{login}"),
            (_, SignIn::Locked) => assert_eq!(answer, Err(SignInRefusal::Locked), "{login}"),
            (Some(role), SignIn::Opens) => {
                let account = answer.unwrap_or_else(|refusal| panic!("{login}: {refusal}"));
                assert_eq!(account.dn, clerk.dn(), "{login}: the clerk's own DN");
                let groups: Vec<&str> = account
                    .roles
                    .iter()
                    .map(|role| role.group.as_str())
                    .collect();
                assert_eq!(groups.len(), 1, "{login}: one role each");
                assert!(groups[0].contains(role.group()), "{login}: {groups:?}");
                assert!(
                    account
                        .structures
                        .iter()
                        .any(|code| code == clerk.structure),
                    "{login}: their structures are read"
                );
                assert!(
                    account.name.contains(clerk.family),
                    "{login}: {}",
                    account.name
                );
            }
        }
    }
    let session = ground.session();
    for (login, password, why) in [
        ("croux", "Mauvais-Mot-De-Passe", "a wrong password"),
        ("croux", "", "never an anonymous bind"),
        ("inconnue", "Phare-Galet-Brise-41", "nobody of that login"),
        ("croux,ou=people", "x", "escaped in the DN"),
        ("*", "x", "no star"),
    ] {
        let answer = attempt(&session, login, password).await;
        assert_eq!(answer, Err(SignInRefusal::InvalidCredentials), "{why}");
    }
    let upper = attempt(&session, "CROUX", "Phare-Galet-Brise-41").await;
    assert!(upper.is_ok(), "a login has no case: {upper:?}");
}

/// What a post's idea of the hour rests on: never an hour that the server's clock has not passed.
pub async fn a_bind_tells_the_server_s_hour(ground: &mut dyn Ground) {
    let session = signed_in(ground, "croux").await;
    let before = person(&session, NADIA_BELKHIR).await;
    let act = write(&before, &password(PasswordForm::Phrase, 18));
    session.write_password(&act).await.expect("written");
    let written = session.read_back(before.id).await.expect("read");
    let written = written.account.password_changed.expect("a time");
    let right = clerk("croux").expect("croux").password;
    let account = attempt(&session, "croux", right).await.expect("opens");
    let bound = account
        .bound_at
        .expect("the server writes each bind, and the clerk reads their own");
    let now = session
        .server_time()
        .await
        .expect("read")
        .expect("the server tells its time");
    assert!(
        written <= bound && bound <= now,
        "written at this very bind: {written} {bound} {now}"
    );
}

pub async fn five_wrong_passwords_lock_even_the_right_one(ground: &mut dyn Ground) {
    let session = ground.session();
    let right = clerk("sdiallo").expect("sdiallo").password;
    for _ in 0..4 {
        let answer = attempt(&session, "sdiallo", "Mauvais-Mot-De-Passe").await;
        assert_eq!(answer, Err(SignInRefusal::InvalidCredentials));
    }
    assert!(
        attempt(&session, "sdiallo", right).await.is_ok(),
        "the fourth failure does not lock, and a success forgets the failures"
    );
    for _ in 0..5 {
        let answer = attempt(&session, "sdiallo", "Mauvais-Mot-De-Passe").await;
        assert_eq!(
            answer,
            Err(SignInRefusal::InvalidCredentials),
            "the fifth does not yet say that it locked"
        );
    }
    assert_eq!(
        attempt(&session, "sdiallo", right).await,
        Err(SignInRefusal::Locked)
    );
}

/// Their password changed meanwhile: whatever asks for a connection afterwards, it is given at most once to a server.
pub async fn a_password_refused_since_is_not_given_again(ground: &mut dyn Ground) {
    let session = signed_in(ground, "croux").await;
    let belkhir = person(&session, NADIA_BELKHIR).await;
    let server = session.servers().pop().expect("a server");
    ground.set_password(&person_dn("croux"), "Un-Autre-Mot-De-Passe-26");
    ground.stop();
    ground.start_again();
    for _ in 0..4 {
        if let Ok(there) = session.at(&server).await {
            let _ = there.read_back(belkhir.id).await;
        }
    }
    let _ = session.ping().await;
    let _ = session.ping().await;
    let failures = ground.values(&person_dn("croux"), "pwdFailureTime");
    assert!(failures.len() <= 1, "{failures:?}: five lock the account");
}

pub async fn a_refused_password_changes_nothing_of_the_session(ground: &mut dyn Ground) {
    let session = signed_in(ground, "croux").await;
    let refused = attempt(&session, "mperrin", "Mauvais-Mot-De-Passe").await;
    assert_eq!(refused, Err(SignInRefusal::InvalidCredentials));
    let sheet = person(&session, NADIA_BELKHIR).await;
    assert!(
        sheet.within_perimeter,
        "croux is still signed in: RH reads a member of staff"
    );
    let without_role = clerk("dfleury").expect("dfleury").password;
    assert_eq!(
        attempt(&session, "dfleury", without_role).await,
        Err(SignInRefusal::NoRole)
    );
    assert_eq!(
        session.ping().await,
        Err(DirectoryError::SignedOut),
        "whoever has no role leaves nobody signed in"
    );
}

pub async fn once_signed_out_nothing_answers(ground: &mut dyn Ground) {
    let session = signed_in(ground, "croux").await;
    assert_eq!(session.ping().await, Ok(()));
    assert!(session.silence().is_some(), "the server has answered");
    let sheet = person(&session, NADIA_BELKHIR).await;
    let write = write(&sheet, &password(PasswordForm::Phrase, 1));
    session.sign_out().await;
    session.sign_out().await;

    let out = DirectoryError::SignedOut;
    assert_eq!(session.ping().await, Err(out.clone()));
    assert_eq!(session.person(sheet.id).await, Err(out.clone()));
    assert_eq!(session.read_back(sheet.id).await, Err(out.clone()));
    assert_eq!(session.find(&["nadia".into()], &[]).await, Err(out.clone()));
    assert_eq!(session.policy_at(PEOPLE_DN).await, Err(out.clone()));
    assert_eq!(session.structures().await, Err(out.clone()));
    assert_eq!(
        session.write_password(&write).await,
        Err(WriteProblem::NotSent(out.clone())),
        "certain: nothing left"
    );
    let entry = record(&sheet, &write);
    assert_eq!(session.write_record(&entry).await, Err(out.clone()));
    assert_eq!(session.server_time().await, Err(out.clone()));
    let removed = session.remove_markers(&sheet.dn, &[write.operation]).await;
    assert_eq!(removed, Err(out.clone()));
    let everybody = guichet_core::directory::Filter::present("objectClass");
    let perimeter = session
        .read_perimeter(&everybody, &mut |_| panic!("no page"))
        .await;
    assert_eq!(perimeter, Err(out));
    let again = signed_in(ground, "croux").await;
    assert_eq!(
        again.read_back(sheet.id).await,
        Ok(sheet),
        "nothing was written"
    );
}

pub async fn round_trips_are_counted(ground: &mut dyn Ground) {
    let session = ground.session();
    assert_eq!(session.exchanges(), 0, "opening a session asks nothing");
    assert_eq!(session.silence(), None, "nothing has answered yet");
    let right = clerk("croux").expect("croux").password;
    attempt(&session, "croux", right).await.expect("opens");
    assert_eq!(
        session.exchanges(),
        7,
        "a bind, the clerk's own entry, one group for each of five roles"
    );
    let sheet = person(&session, NADIA_BELKHIR).await;
    let write = write(&sheet, &password(PasswordForm::Phrase, 2));
    let mut before = session.exchanges();
    let mut spent = |session: &dyn guichet_core::directory::Directory| {
        let now = session.exchanges();
        now - std::mem::replace(&mut before, now)
    };
    session.person(sheet.id).await.expect("read");
    assert_eq!(spent(session.as_ref()), 2, "the entry, then its protection");
    session.read_back(sheet.id).await.expect("read");
    assert_eq!(spent(session.as_ref()), 1);
    session.write_password(&write).await.expect("written");
    assert_eq!(spent(session.as_ref()), 1, "one Modify for the whole act");
    let entry = record(&sheet, &write);
    session.write_record(&entry).await.expect("recorded");
    assert_eq!(spent(session.as_ref()), 1);
    session
        .prove(&sheet.dn, &write.password)
        .await
        .expect("tried");
    assert_eq!(spent(session.as_ref()), 1);
    session.policy(&sheet).await.expect("read");
    assert_eq!(spent(session.as_ref()), 1);
    let nobody = session.find(&[], &[]).await.expect("no request");
    assert!(nobody.is_empty());
    assert_eq!(spent(session.as_ref()), 0, "nothing to ask for");
    let stranger = PersonId(uuid::Uuid::nil());
    let _ = session.read_back(stranger).await;
    assert_eq!(spent(session.as_ref()), 1);
    assert_eq!(sheet.dn, person_dn(NADIA_BELKHIR));
}

pub async fn who_stands_by_signs_in_when_the_server_answers(ground: &mut dyn Ground) {
    let session = ground.session();
    let unreachable =
        |answer: &Result<(), DirectoryError>| matches!(answer, Err(DirectoryError::Unreachable(_)));
    let nobody = session.resume().await;
    assert_eq!(
        nobody,
        Err(SignInRefusal::Directory(DirectoryError::SignedOut)),
        "nobody stands by"
    );
    ground.stop();
    let right = clerk("croux").expect("croux").password;
    session
        .stand_by(&Login::new("croux").expect("a login"), typed(right))
        .await;
    assert!(unreachable(&session.ping().await), "signed in without it");
    let answer = session.resume().await;
    assert!(
        matches!(
            answer,
            Err(SignInRefusal::Directory(DirectoryError::Unreachable(_)))
        ),
        "{answer:?}"
    );
    ground.start_again();
    assert!(
        unreachable(&session.ping().await),
        "no request leaves before the clerk is signed in"
    );
    let account = session.resume().await.expect("the server answers again");
    assert_eq!(account.dn, person_dn("croux"));
    assert_eq!(session.ping().await, Ok(()));

    session.sign_out().await;
    session
        .stand_by(&Login::new("croux").expect("a login"), typed(right))
        .await;
    session.sign_out().await;
    assert_eq!(
        session.resume().await,
        Err(SignInRefusal::Directory(DirectoryError::SignedOut)),
        "signing out forgets the password"
    );
}

pub async fn a_refused_password_is_never_tried_twice(ground: &mut dyn Ground) {
    let session = ground.session();
    session
        .stand_by(
            &Login::new("croux").expect("a login"),
            typed("Ancien-Mot-De-Passe"),
        )
        .await;
    assert_eq!(
        session.resume().await,
        Err(SignInRefusal::InvalidCredentials)
    );
    let before = session.exchanges();
    assert_eq!(
        session.resume().await,
        Err(SignInRefusal::Directory(DirectoryError::SignedOut))
    );
    assert_eq!(session.exchanges(), before, "nothing was sent");
    assert_eq!(session.ping().await, Err(DirectoryError::SignedOut));
}

fn typed(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}
