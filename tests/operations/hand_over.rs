//! A whole handover: written, read back, proven, on paper, and nothing of the secret left behind.

use std::fs;

use guichet_core::operations::counter;
use guichet_core::operations::handover::{self, NextCode, Outlet, StepState};
use guichet_core::operations::session::Tone;
use guichet_core::rehearsal::people::former_password;
use guichet_core::rehearsal::{RECORDS_DN, cast, clerks::clerk};

use super::desk::{
    Post, checked, filled, occurrences, password_on, person, sent, strip, strip_of_ines,
};

const INES: &str = cast::INES_LEFEVRE_NUNEZ;

#[tokio::test(flavor = "multi_thread")]
async fn one_sitting_gives_a_working_access_and_its_letter() {
    let post = Post::new();
    let office = post.signed_in("croux").await;
    let view = checked(&office, INES, "16/03/1994", "lef").await;
    assert_eq!(
        view.next.as_ref().map(|next| next.code),
        Some(NextCode::SendAndPrint)
    );

    // What waits for a clerk has been looked at: what is counted is the handover alone.
    handover::catch_up(&office).await.expect("nothing waits");
    let before = office.directory().exchanges();
    let letter = post.folder.path().join("lettre.pdf");
    let sent_view = sent(&office, &view.id, &letter).await;
    let exchanges = office.directory().exchanges() - before;
    assert!(exchanges <= 8, "{exchanges} LDAP round trips");
    assert_eq!(
        sent_view.directory.state,
        StepState::Done,
        "{:?}",
        sent_view.directory
    );
    assert!(
        sent_view.directory.proven,
        "the trial bind answered must-change"
    );

    assert_eq!(
        sent_view.next.as_ref().map(|next| next.code),
        Some(NextCode::Finish)
    );
    let done = handover::finish(&office, &view.id)
        .await
        .expect("handed over");
    assert!(done.closed);

    let password = password_on(&letter);
    let (opens, answer) = post.whoami(INES, &password);
    assert!(opens && answer.contains("must be changed"), "{answer}");
    let (_, restricted) = post.ldap("ldapsearch", INES, &password, &["-b", RECORDS_DN, "1.1"]);
    assert!(
        restricted.contains("restricted"),
        "everything but the change is refused: {restricted}"
    );

    let chosen = "Ma-propre-phrase-2026";
    let (changed, answer) = post.ldap(
        "ldappasswd",
        INES,
        &password,
        &["-a", &password, "-s", chosen],
    );
    assert!(changed, "the person chooses their own password: {answer}");
    assert!(post.whoami(INES, chosen).0, "and goes on with it");
    assert!(
        !post.whoami(INES, &password).0,
        "the letter no longer opens"
    );

    let agent = clerk("croux").expect("croux");
    let (read, records) = post.ldap(
        "ldapsearch",
        "croux",
        agent.password,
        &[
            "-LLL",
            "-b",
            RECORDS_DN,
            &format!("(documentIdentifier={})", view.id),
        ],
    );
    assert!(
        read && records.contains("documentAuthor: uid=croux"),
        "the record is in the directory: {records}"
    );
    assert!(records.contains("seeAlso: uid=ilefevrenunez"), "{records}");
    assert!(!records.contains("1994"), "no birth date in a record");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_password_no_longer_opens() {
    let post = Post::new();
    let office = post.signed_in("croux").await;
    let login = cast::NADIA_BELKHIR;
    let old = former_password(login);
    assert!(
        post.whoami(login, &old).0,
        "the fixture's own password opens before"
    );
    let id = person(&office, login).await;
    let sheet = guichet_core::operations::counter::show(&office, &id)
        .await
        .expect("a sheet");
    assert!(sheet.diagnosis.action.allowed && !sheet.diagnosis.action.primary);
    let view = handover::begin(&office, &id).await.expect("opens");
    let record = office
        .directory()
        .read_back(id.parse().expect("id"))
        .await
        .expect("read");
    let birth = record
        .birth
        .expect("a birth date")
        .to_date()
        .expect("whole");
    let typed = birth.strftime("%d/%m/%Y").to_string();
    let view = handover::check_birth_date(&office, &view.id, "passport", &typed, "bel")
        .await
        .expect("compared");
    assert!(view.identity.awaits_photo, "{:?}", view.identity.notice);
    handover::confirm_photo(&office, &view.id, true)
        .await
        .expect("confirmed");
    sent(&office, &view.id, &post.folder.path().join("lettre.pdf")).await;
    assert!(
        !post.whoami(login, &old).0,
        "replaced, never added: the old password is dead"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_key_sends_once_and_a_second_letter_voids_the_first() {
    let post = Post::new();
    let office = post.signed_in("croux").await;
    let view = checked(&office, INES, "160394", "lef").await;
    let one = post.folder.path().join("un.pdf");
    let again = || handover::hand_over(&office, &view.id, Outlet::File(Some(one.clone())));
    let (first, second, third) = tokio::join!(again(), again(), again());
    assert!(first.is_ok() && second.is_ok() && third.is_ok());
    // Absorbed again: it waits for the one act to be known.
    sent(&office, &view.id, &one).await;
    handover::finish(&office, &view.id).await.expect("done");
    let read = office
        .directory()
        .read_back(view.person_id.parse().expect("id"))
        .await
        .expect("read");
    assert_eq!(read.account.markers.len(), 1, "one act, one marker");

    let again = checked(&office, INES, "16 mars 1994", "LEF").await;
    let two = post.folder.path().join("deux.pdf");
    sent(&office, &again.id, &two).await;
    assert!(
        !post.whoami(INES, &password_on(&one)).0,
        "the first letter is void"
    );
    assert!(post.whoami(INES, &password_on(&two)).0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_birth_date_that_proves_little_says_so_before_the_photo() {
    let post = Post::new();
    let office = post.signed_in("mperrin").await;
    let id = person(&office, "k25710601").await;
    let opened = handover::begin(&office, &id).await.expect("opens");
    let typed = handover::check_birth_date(&office, &opened.id, "passport", "15/05/2002", "kar")
        .await
        .expect("compared");
    let doubt = |view: &handover::HandoverView| {
        let notice = view.identity.notice.clone().expect("the clerk is told");
        assert_eq!(notice.tone, Tone::Warn);
        assert!(view.identity.awaits_photo, "a doubt stops nobody");
        format!("{} {}", notice.strong, notice.text)
    };
    let said = doubt(&typed);
    assert!(
        said.starts_with("La fiche ne connaît que l’année de naissance.")
            && said.contains("comparez le reste sur la pièce"),
        "{said}"
    );

    let id = person(&office, "b23710603").await;
    let opened = handover::begin(&office, &id).await.expect("opens");
    let typed = handover::check_birth_date(&office, &opened.id, "passport", "01/01/2000", "ba")
        .await
        .expect("compared");
    assert!(doubt(&typed).contains("possiblement présumé"));
    let opened = handover::begin(&office, &id).await.expect("opens again");
    let names = format!("{:<<30}", "BA<<OUMOU");
    let read = handover::check_document(&office, &opened.id, strip("000101", &names))
        .await
        .expect("read");
    assert!(doubt(&read).contains("possiblement présumé"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_graduate_whose_account_ended_is_sent_to_the_alumni_desk() {
    let mut post = Post::new();
    for (desk, said) in [
        (None, "le service des diplômés"),
        (Some("le bureau des anciens"), "le bureau des anciens"),
    ] {
        post.settings.establishment.alumni_desk = desk.map(str::to_owned);
        let office = post.signed_in("mperrin").await;
        let id = person(&office, "l19711102").await;
        let sheet = counter::show(&office, &id).await.expect("a sheet");
        let action = sheet.diagnosis.action;
        assert!(!action.allowed);
        assert_eq!(
            action.note,
            format!("Ce compte de diplômé a expiré. Orientez la personne vers {said}.")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strip_is_compared_and_a_difference_is_named_without_the_answer() {
    let post = Post::new();
    let office = post.signed_in("croux").await;
    filled(&office).await;
    let id = person(&office, INES).await;
    let view = handover::begin(&office, &id).await.expect("opens");
    let other = handover::check_document(&office, &view.id, strip_of_ines("940416"))
        .await
        .expect("read");
    assert_eq!(
        other.identity.title,
        "La date de naissance ne correspond pas"
    );
    assert_eq!(other.identity.state, StepState::Stopped);
    let shown = serde_json::to_string(&other).expect("json");
    assert!(
        shown.contains("16/••/1994") && !shown.contains("16/03/1994"),
        "the answer is not given"
    );
    assert!(
        !shown.contains("X4RTBPFW4"),
        "the document number is masked"
    );
    assert!(!other.identity.awaits_photo);

    assert!(
        other
            .identity
            .ways_out
            .iter()
            .all(|way| way.code != "otherPerson"),
        "nobody else bears these names and this date"
    );
    let elsewhere = handover::begin(&office, &person(&office, "mlavigne").await)
        .await
        .expect("another sheet opens");
    let elsewhere = handover::check_document(&office, &elsewhere.id, strip_of_ines("940316"))
        .await
        .expect("read");
    let way = elsewhere
        .identity
        .ways_out
        .iter()
        .find(|way| way.code == "otherPerson")
        .expect("the document is that of somebody the clerk knows");
    assert_eq!(way.person_id.as_deref(), Some(id.as_str()));

    let same = handover::check_document(&office, &view.id, strip_of_ines("940316"))
        .await
        .expect("read");
    assert!(same.identity.awaits_photo, "{:?}", same.identity);
    let confirmed = handover::confirm_photo(&office, &view.id, true)
        .await
        .expect("confirmed");
    assert!(
        confirmed.identity.band.is_none(),
        "the strip is gone once the photo is judged"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_cannot_come_out_changes_no_password() {
    let post = Post::new();
    let office = post.signed_in("croux").await;
    let view = checked(&office, INES, "16/03/1994", "lef").await;
    let nowhere = post.folder.path().join("absent").join("lettre.pdf");
    handover::set_printer(&office, &view.id, "n-existe-pas")
        .await
        .expect("a name");
    let stopped = handover::hand_over(&office, &view.id, Outlet::Printer)
        .await
        .expect("a notice, not a failure");
    let notice = stopped.letter.notice.expect("why");
    assert!(notice.text.contains("Rien n’a été envoyé"), "{notice:?}");
    assert_eq!(
        (stopped.step, stopped.next.map(|next| next.code)),
        (2, Some(NextCode::SendAndPrint)),
        "another printer, then the same key"
    );
    let refused = handover::save_letter(&office, &view.id, Some(nowhere))
        .await
        .expect_err("no such folder");
    assert!(
        refused.code == "file" && refused.message.contains("Rien n’a été envoyé"),
        "{refused:?}"
    );
    let read = office
        .directory()
        .read_back(view.person_id.parse().expect("id"))
        .await
        .expect("read");
    assert!(read.account.markers.is_empty(), "nothing left");
    assert!(
        handover::handovers(&office).await.expect("rows").is_empty(),
        "nothing to settle"
    );

    let letter = post.folder.path().join("lettre.pdf");
    let mut saved = handover::save_letter(&office, &view.id, Some(letter.clone()))
        .await
        .expect("sent, then saved");
    while saved.next.is_none() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        saved = handover::resume(&office, &view.id).await.expect("open");
    }
    assert!(saved.letter.notice.is_none(), "{:?}", saved.letter.notice);
    assert!(post.whoami(INES, &password_on(&letter)).0);
}

#[tokio::test(flavor = "multi_thread")]
async fn blind_tries_are_counted_and_the_act_needs_its_evidence() {
    let post = Post::new();
    let office = post.signed_in("croux").await;
    let id = person(&office, INES).await;
    let view = handover::begin(&office, &id).await.expect("opens");
    let refused = handover::hand_over(&office, &view.id, Outlet::File(None))
        .await
        .expect("absorbed");
    assert_eq!(
        refused.step, 1,
        "nothing is sent without a checked identity"
    );
    for tries_left in [1, 0] {
        let wrong = handover::check_birth_date(&office, &view.id, "passport", "17/03/1994", "lef")
            .await
            .expect("a notice");
        assert_eq!(wrong.identity.tries_left, tries_left);
        assert!(!wrong.identity.awaits_photo);
    }
    let right = handover::check_birth_date(&office, &view.id, "passport", "16/03/1994", "lef")
        .await
        .expect("a notice");
    assert!(!right.identity.awaits_photo, "two tries, then a supervisor");
    handover::abandon(&office, &view.id).await.expect("closed");
    drop(office);
    let office = post.signed_in("croux").await;
    let again = handover::begin(&office, &id).await.expect("opens");
    let closed = handover::check_birth_date(&office, &again.id, "passport", "16/03/1994", "lef")
        .await
        .expect("a notice");
    assert!(
        again.identity.tries_left == 0 && !closed.identity.awaits_photo,
        "neither another handover nor a restart gives more tries"
    );
    let strip = |birth| handover::check_document(&office, &again.id, strip_of_ines(birth));
    assert!(strip("940316").await.expect("read").identity.awaits_photo);
    handover::confirm_photo(&office, &again.id, true)
        .await
        .expect("established");
    handover::abandon(&office, &again.id).await.expect("closed");
    let view = handover::begin(&office, &id).await.expect("opens");
    assert_eq!(view.identity.tries_left, 2, "she proved who she is");
    let read = office
        .directory()
        .read_back(id.parse().expect("id"))
        .await
        .expect("read");
    assert!(
        read.account.markers.is_empty(),
        "nothing reached the directory"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_that_a_password_would_not_open_are_refused() {
    let post = Post::new();
    let office = post.signed_in("croux").await;
    let id = person(&office, cast::PROTECTED).await;
    let error = handover::begin(&office, &id).await.expect_err("protected");
    assert_eq!(error.code, "refused");
    let own = person(&office, "croux").await;
    assert_eq!(
        handover::begin(&office, &own)
            .await
            .expect_err("own account")
            .code,
        "refused"
    );
}

/// Every byte the post wrote, in the encodings a leak could take; the planted canary proves that the scan sees.
#[tokio::test(flavor = "multi_thread")]
async fn the_secret_is_in_no_file_of_the_post() {
    let post = Post::new();
    let office = post.signed_in("croux").await;
    let view = checked(&office, INES, "16/03/1994", "lef").await;
    let elsewhere = tempfile::tempdir().expect("a folder");
    let letter = elsewhere.path().join("lettre.pdf");
    let sent_view = sent(&office, &view.id, &letter).await;
    let saved = handover::save_letter(&office, &view.id, Some(letter.clone()))
        .await
        .expect("saved");
    let password = password_on(&letter);
    for answer in [&sent_view, &saved] {
        assert!(
            !serde_json::to_string(answer)
                .expect("json")
                .contains(&password),
            "no IPC answer has it"
        );
    }
    handover::finish(&office, &view.id).await.expect("done");
    assert_eq!(occurrences(post.folder.path(), &password), 0);
    assert_eq!(
        occurrences(post.folder.path(), "ilefevrenunez"),
        0,
        "the store is encrypted"
    );
    fs::write(
        post.folder.path().join("canari.log"),
        format!("x{password}x"),
    )
    .expect("planted");
    assert_eq!(
        occurrences(post.folder.path(), &password),
        1,
        "the scan finds a planted canary"
    );
}
