//! Writing: one Modify or nothing, never twice, never over somebody else's change, never without the right.

use guichet_core::directory::{DirectoryError, Filter, Proof, WriteProblem, WriteRefusal};
use guichet_core::domain::password::PasswordForm;
use guichet_core::rehearsal::cast::{INES_LEFEVRE_NUNEZ, NADIA_BELKACEM, NADIA_BELKHIR, PROTECTED};
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::people::former_password;
use guichet_core::rehearsal::{person_dn, policy_dn};

use super::ground::{Ground, password, person, record, signed_in, write};

const OWN: &str = "Un-Choix-Tout-A-Elle-7";

fn markers(ground: &dyn Ground, dn: &str) -> usize {
    let values = ground.values(dn, "supannRefId");
    values
        .iter()
        .filter(|value| value.starts_with("{GUICHET}"))
        .count()
}

pub async fn a_write_is_read_back_and_proven(ground: &mut dyn Ground) {
    let session = signed_in(ground, "croux").await;
    let before = person(&session, NADIA_BELKHIR).await;
    let former = former_password(NADIA_BELKHIR);
    assert_eq!(
        ground.opens(&before.dn, &former),
        Some(false),
        "their own password opens"
    );
    let given = password(PasswordForm::Phrase, 3);
    let write = write(&before, &given);
    assert_eq!(
        session.prove(&before.dn, &given).await,
        Ok(Proof::DoesNotOpen),
        "not before it is written"
    );
    assert_eq!(session.write_password(&write).await, Ok(()));

    let after = session.read_back(before.id).await.expect("read back");
    assert!(
        after.account.markers.contains(&write.operation),
        "the marker came with the password"
    );
    assert!(after.account.must_change, "and must-change with both");
    assert!(
        after.account.password_changed > before.account.password_changed,
        "the time of the change moved"
    );
    assert_eq!(after.account.last_success, None, "nobody used it yet");
    assert_eq!(after.account.failures, 0, "a change forgets the failures");
    assert_eq!(
        ground.opens(&before.dn, &former),
        None,
        "replaced, never added: the former password is dead"
    );
    assert_eq!(
        session.prove(&before.dn, &given).await,
        Ok(Proof::OpensAndMustChange)
    );
    let tried = session.read_back(before.id).await.expect("read back");
    assert!(
        tried.account.last_success.is_some(),
        "the trial bind leaves its time"
    );
    let stored = ground.values(&before.dn, "userPassword");
    assert!(
        stored.iter().all(|value| !value.contains(given.expose())),
        "never in clear in the directory"
    );
}

pub async fn a_first_password_needs_no_former_one(ground: &mut dyn Ground) {
    let session = signed_in(ground, "croux").await;
    let before = person(&session, INES_LEFEVRE_NUNEZ).await;
    assert_eq!(before.account.password_changed, None, "never handed over");
    let given = password(PasswordForm::Code, 4);
    let write = write(&before, &given);
    assert_eq!(session.write_password(&write).await, Ok(()));
    assert_eq!(
        session.prove(&before.dn, &given).await,
        Ok(Proof::OpensAndMustChange)
    );
}

pub async fn an_identical_replay_changes_nothing(ground: &mut dyn Ground) {
    let session = signed_in(ground, "croux").await;
    let before = person(&session, NADIA_BELKHIR).await;
    let write = write(&before, &password(PasswordForm::Phrase, 5));
    session.write_password(&write).await.expect("written");
    let once = session.read_back(before.id).await.expect("read");
    let refused = WriteProblem::Refused(WriteRefusal::ChangedSince);
    assert_eq!(
        session.write_password(&write).await,
        Err(refused.clone()),
        "the assertion sees its own marker"
    );
    let mut reread = write.clone();
    reread.seen_change = once.account.password_changed;
    assert_eq!(
        session.write_password(&reread).await,
        Err(refused),
        "even when the time of the change is the one it wrote"
    );
    assert_eq!(session.read_back(before.id).await, Ok(once.clone()));
    assert_eq!(markers(ground, &before.dn), 1, "one act, one marker");

    // With a history the policy answers before the assertion: a code alone never tells.
    ground.set(&before.dn, "pwdPolicySubentry", &[&policy_dn("renforcee")]);
    let replay = session.write_password(&write).await;
    assert!(
        matches!(replay, Err(WriteProblem::Refused(WriteRefusal::Policy(_)))),
        "{replay:?}"
    );
    let kept = session.read_back(before.id).await.expect("read");
    assert_eq!(kept.account.markers, once.account.markers);
    assert_eq!(kept.account.password_changed, once.account.password_changed);
}

pub async fn a_change_by_somebody_else_wins(ground: &mut dyn Ground) {
    let session = signed_in(ground, "croux").await;
    let before = person(&session, NADIA_BELKHIR).await;
    let late = write(&before, &password(PasswordForm::Phrase, 6));
    let former = former_password(NADIA_BELKHIR);
    assert!(ground.choose_password(&before.dn, &former, "Un-Tout-Autre-Choix-1"));
    let refused = Err(WriteProblem::Refused(WriteRefusal::ChangedSince));
    assert_eq!(session.write_password(&late).await, refused);
    let mut unseen = late.clone();
    unseen.seen_change = None;
    assert_eq!(
        session.write_password(&unseen).await,
        refused,
        "a sheet that saw no password does not replace one"
    );
    assert_eq!(markers(ground, &before.dn), 0, "nothing of the act remains");
    assert_eq!(
        ground.opens(&before.dn, "Un-Tout-Autre-Choix-1"),
        Some(false)
    );

    ground.set_password(&before.dn, "Celui-De-L-Administration-1");
    assert_eq!(session.write_password(&late).await, refused);
    assert_eq!(
        ground.opens(&before.dn, "Celui-De-L-Administration-1"),
        Some(true),
        "given by an administrator, it must be changed too"
    );

    let afresh = session.read_back(before.id).await.expect("read");
    let again = write(&afresh, &late.password);
    assert_eq!(
        session.write_password(&again).await,
        Ok(()),
        "from what is true now, it passes"
    );
}

pub async fn the_policy_refuses_what_does_not_please_it(ground: &mut dyn Ground) {
    let session = signed_in(ground, "croux").await;
    let dn = person_dn(NADIA_BELKHIR);
    ground.set(&dn, "pwdPolicySubentry", &[&policy_dn("renforcee")]);
    let before = person(&session, NADIA_BELKHIR).await;
    let short = write(&before, &password(PasswordForm::Code, 7));
    let refused = session.write_password(&short).await;
    assert!(
        matches!(refused, Err(WriteProblem::Refused(WriteRefusal::Policy(_)))),
        "13 letters where 14 are asked for: {refused:?}"
    );
    assert_eq!(session.read_back(before.id).await, Ok(before.clone()));

    let long = password(PasswordForm::Phrase, 7);
    let first = write(&before, &long);
    assert_eq!(session.write_password(&first).await, Ok(()));
    let now = session.read_back(before.id).await.expect("read");
    let same = session.write_password(&write(&now, &long)).await;
    assert!(
        matches!(same, Err(WriteProblem::Refused(WriteRefusal::Policy(_)))),
        "the same password is in the history: {same:?}"
    );
    let other = write(&now, &password(PasswordForm::Phrase, 8));
    assert_eq!(session.write_password(&other).await, Ok(()));
    let now = session.read_back(before.id).await.expect("read");
    let former = session.write_password(&write(&now, &long)).await;
    assert!(
        matches!(former, Err(WriteProblem::Refused(WriteRefusal::Policy(_)))),
        "and the one before too: {former:?}"
    );
}

pub async fn nobody_writes_where_they_have_no_right(ground: &mut dyn Ground) {
    let office = signed_in(ground, "mperrin").await;
    let student = person(&office, NADIA_BELKACEM).await;
    let session = signed_in(ground, "croux").await;
    let own = person(&session, "croux").await;
    let protected = person(&session, PROTECTED).await;
    let given = password(PasswordForm::Phrase, 9);

    // The server hides from the clerk what the assertion asks about: it cannot hold, and says no more.
    let changed = Err(WriteProblem::Refused(WriteRefusal::ChangedSince));
    let rights = Err(WriteProblem::Refused(WriteRefusal::Rights));
    for (person, expected, why) in [
        (&student, &changed, "outside the perimeter"),
        (&protected, &changed, "a protected account"),
        (&own, &rights, "their own account"),
    ] {
        let answer = session.write_password(&write(person, &given)).await;
        assert_eq!(&answer, expected, "{why}");
        assert_eq!(markers(ground, &person.dn), 0, "{why}: nothing written");
        assert_eq!(ground.opens(&person.dn, given.expose()), None, "{why}");
    }
    let right = clerk("croux").expect("croux").password;
    assert_eq!(ground.opens(&own.dn, right), Some(false), "still theirs");

    // A role withdrawn during the session is withdrawn at once.
    let staff = person(&session, NADIA_BELKHIR).await;
    let group = guichet_core::rehearsal::group_dn("guichet-rh");
    ground.set(&group, "member", &[&person_dn("sdiallo")]);
    let answer = session.write_password(&write(&staff, &given)).await;
    assert!(
        matches!(answer, Err(WriteProblem::Refused(_))),
        "{answer:?}"
    );
    let entry = record(&staff, &write(&staff, &given));
    let record = session.write_record(&entry).await;
    assert!(
        matches!(record, Err(DirectoryError::Refused { code: 50, .. })),
        "{record:?}"
    );
    assert_eq!(markers(ground, &staff.dn), 0);
    assert!(ground.records().is_empty());
}

pub async fn a_removed_person_is_gone(ground: &mut dyn Ground) {
    let session = signed_in(ground, "croux").await;
    let before = person(&session, INES_LEFEVRE_NUNEZ).await;
    let given = password(PasswordForm::Phrase, 10);
    ground.remove(&before.dn);
    assert_eq!(
        session.write_password(&write(&before, &given)).await,
        Err(WriteProblem::Refused(WriteRefusal::Gone))
    );
    assert_eq!(
        session.read_back(before.id).await,
        Err(DirectoryError::NotFound)
    );
    assert_eq!(
        session.prove(&before.dn, &given).await,
        Ok(Proof::DoesNotOpen)
    );
}

pub async fn a_lock_is_lifted_and_their_own_choice_ends_the_provisional_one(
    ground: &mut dyn Ground,
) {
    let session = signed_in(ground, "croux").await;
    let dn = person_dn(NADIA_BELKHIR);
    ground.set(&dn, "pwdAccountLockedTime", &["000001010000Z"]);
    assert_eq!(ground.opens(&dn, &former_password(NADIA_BELKHIR)), None);
    let before = person(&session, NADIA_BELKHIR).await;
    assert!(before.account.lock.is_some());
    let given = password(PasswordForm::Phrase, 11);
    session
        .write_password(&write(&before, &given))
        .await
        .expect("written");
    let after = session.read_back(before.id).await.expect("read");
    assert_eq!(after.account.lock, None, "a reset lifts every lock");
    assert_eq!(ground.opens(&dn, given.expose()), Some(true));

    assert!(
        !ground.choose_password(&dn, given.expose(), "trop-court"),
        "the policy holds for them too"
    );
    assert!(ground.choose_password(&dn, given.expose(), OWN));
    assert_eq!(ground.opens(&dn, OWN), Some(false), "no change is due");
    assert_eq!(
        session.prove(&dn, &given).await,
        Ok(Proof::DoesNotOpen),
        "the letter opens nothing any more"
    );
    let chosen = session.read_back(before.id).await.expect("read");
    assert!(!chosen.account.must_change);
    assert_eq!(
        chosen.account.markers, after.account.markers,
        "the marker stays"
    );
}

pub async fn without_must_change_in_the_policy_the_proof_says_so(ground: &mut dyn Ground) {
    let session = signed_in(ground, "croux").await;
    ground.set(&policy_dn("ordinaire"), "pwdMustChange", &["FALSE"]);
    let before = person(&session, NADIA_BELKHIR).await;
    let given = password(PasswordForm::Phrase, 12);
    session
        .write_password(&write(&before, &given))
        .await
        .expect("written");
    assert_eq!(
        session.prove(&before.dn, &given).await,
        Ok(Proof::OpensWithoutChange),
        "must-change on the entry forces nothing by itself"
    );
}

pub async fn old_markers_go_and_nothing_else_does(ground: &mut dyn Ground) {
    let session = signed_in(ground, "croux").await;
    let before = person(&session, INES_LEFEVRE_NUNEZ).await;
    let given = password(PasswordForm::Phrase, 17);
    let act = write(&before, &given);
    session.write_password(&act).await.expect("written");
    let (old, other) = (uuid::Uuid::now_v7(), "{SIRH}004217");
    let mut values = ground.values(&before.dn, "supannRefId");
    values.push(format!("{{GUICHET}}{old}"));
    values.push(other.to_owned());
    let all: Vec<&str> = values.iter().map(String::as_str).collect();
    ground.set(&before.dn, "supannRefId", &all);

    assert_eq!(session.remove_markers(&before.dn, &[old]).await, Ok(()));
    let left = ground.values(&before.dn, "supannRefId");
    assert!(
        left.iter().any(|value| value == other),
        "not ours, not touched: {left:?}"
    );
    assert_eq!(markers(ground, &before.dn), 1, "the newest stays");
    assert_eq!(ground.opens(&before.dn, given.expose()), Some(true));
    assert!(
        session
            .remove_markers(&before.dn, &[act.operation, old])
            .await
            .is_err(),
        "what is gone already is said"
    );
    assert_eq!(markers(ground, &before.dn), 1, "and nothing half done");

    let student = signed_in(ground, "mperrin").await;
    let refused = student.remove_markers(&before.dn, &[act.operation]).await;
    assert!(refused.is_err(), "outside their people: {refused:?}");
    assert_eq!(markers(ground, &before.dn), 1);
}

pub async fn unused_letters_are_found_by_the_server_s_own_time(ground: &mut dyn Ground) {
    let session = signed_in(ground, "croux").await;
    let before = person(&session, NADIA_BELKHIR).await;
    let act = write(&before, &password(PasswordForm::Phrase, 18));
    session.write_password(&act).await.expect("written");
    let given = session
        .read_back(before.id)
        .await
        .expect("read")
        .account
        .password_changed
        .expect("a time");
    let now = session
        .server_time()
        .await
        .expect("read")
        .expect("the server tells its time");
    assert!(
        now >= given,
        "it has passed its own last change: {now} {given}"
    );
    let listed = async |latest: jiff::Timestamp| {
        let mut found = false;
        session
            .read_perimeter(&Filter::provisional_until(latest), &mut |page| {
                found |= page.iter().any(|person| person.id == before.id);
            })
            .await
            .expect("read");
        found
    };
    let second = jiff::SignedDuration::from_secs(1);
    assert!(listed(given).await, "given no later than then");
    assert!(!listed(given - second).await, "given since");
    let chosen = ground.choose_password(&before.dn, act.password.expose(), OWN);
    assert!(chosen);
    assert!(!listed(now + second).await, "no longer provisional");
}

pub async fn a_record_is_written_once_whatever_the_tries(ground: &mut dyn Ground) {
    let session = signed_in(ground, "croux").await;
    let whom = person(&session, NADIA_BELKHIR).await;
    let act = write(&whom, &password(PasswordForm::Phrase, 13));
    for _ in 0..3 {
        assert_eq!(session.write_record(&record(&whom, &act)).await, Ok(()));
    }
    let records = ground.records();
    assert_eq!(records.len(), 1, "one act, one record: {records:?}");
    assert!(records[0].contains(&act.operation.to_string()));
    assert_eq!(
        ground.values(&records[0], "documentAuthor"),
        [person_dn("croux")],
        "in the clerk's own name"
    );
    assert_eq!(
        ground.values(&records[0], "seeAlso"),
        std::slice::from_ref(&whom.dn)
    );
    let text = ground.values(&records[0], "description").join("");
    assert!(text.contains(&whom.id.to_string()) && text.contains("26 02 0001"));
    assert!(!text.contains(act.password.expose()), "never the password");

    let number = session.letter_number(act.operation).await;
    assert_eq!(number, Ok(Some("26 02 0001".to_owned())), "its author's");
    let nothing = session.letter_number(uuid::Uuid::now_v7()).await;
    assert_eq!(nothing, Ok(None), "no such record");
    let colleague = signed_in(ground, "sdiallo").await;
    let number = colleague.letter_number(act.operation).await;
    assert_eq!(number, Ok(None), "nobody else's");

    // Another clerk under the same identifier neither fails nor takes the record over.
    let other = signed_in(ground, "hvasseur").await;
    let mut again = record(&whom, &act);
    again.note.number = "26 02 9999".into();
    assert_eq!(other.write_record(&again).await, Ok(()));
    let text = ground.values(&records[0], "description").join("");
    assert!(text.contains("26 02 0001"), "the first text stays");
}
