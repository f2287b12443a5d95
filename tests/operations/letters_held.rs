//! Which of a person's letters holds, on a real slapd: told on the sheet, in the list of the day and in the outbox; a void
//! one is said to be so wherever it appears.

use std::path::Path;
use std::sync::Arc;

use guichet_core::operations::handover::{self, HandoverRow, SheetLetter};
use guichet_core::operations::{Office, counter, outbox, session};
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::person_dn;
use zeroize::Zeroizing;

use super::desk::{Post, as_administrator, checked, filled, password_on, person};
use super::offline::{INES, away, back, handed_over};

/// One handover of Inès online, to its end. Its number.
async fn given(office: &Arc<Office>, letter: &Path) -> String {
    let view = checked(office, INES, "16/03/1994", "lef").await;
    super::desk::sent(office, &view.id, letter).await;
    handover::finish(office, &view.id).await.expect("done");
    view.number
}

async fn letters(office: &Office, id: &str) -> Vec<SheetLetter> {
    counter::show(office, id).await.expect("her sheet").letters
}

async fn row(office: &Office, number: &str) -> HandoverRow {
    let rows = handover::handovers(office).await.expect("rows");
    rows.into_iter()
        .find(|row| row.number == number)
        .expect("of today")
}

/// Exactly one holds, and it is this one; every other says that it opens nothing.
fn only_holds(letters: &[SheetLetter], which: usize) {
    for (index, letter) in letters.iter().enumerate() {
        assert_eq!(letter.holds, index == which, "{letters:#?}");
        assert!(
            letter.holds || letter.state.contains("n’ouvre plus rien"),
            "{letters:#?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_letters_of_this_post_the_last_one_holds() {
    let post = Post::new();
    let office = post.signed_in("croux").await;
    filled(&office).await;
    let files = [1, 2].map(|n| post.folder.path().join(format!("{n}.pdf")));
    let first = given(&office, &files[0]).await;
    let id = person(&office, INES).await;
    only_holds(&letters(&office, &id).await, 0);
    assert_eq!(row(&office, &first).await.state, "Accès remis");

    let second = given(&office, &files[1]).await;
    let told = letters(&office, &id).await;
    assert_eq!(told.len(), 2, "{told:#?}");
    only_holds(&told, 0);
    assert_eq!(told[0].number.as_ref(), Some(&second), "newest first");
    let replaced = row(&office, &first).await;
    assert!(
        replaced.state.contains(&second) && replaced.state.contains("n’ouvre plus rien"),
        "the list of the day says it too: {replaced:?}"
    );
    assert_eq!(row(&office, &second).await.state, "Accès remis");
    assert!(
        !post.whoami(INES, &password_on(&files[0])).0,
        "and it is true"
    );
    assert!(post.whoami(INES, &password_on(&files[1])).0);

    // She chooses her own: no letter opens any more.
    as_administrator(
        &post,
        &[],
        &format!(
            "dn: {}\nchangetype: modify\nreplace: userPassword\nuserPassword: Choisi-Par-Ines-2026\n-\nreplace: pwdReset\npwdReset: FALSE\n",
            person_dn(INES)
        ),
    );
    let told = letters(&office, &id).await;
    assert!(
        told[0].state.contains("choisi son mot de passe") && told.iter().all(|one| !one.holds),
        "{told:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_of_another_post_takes_the_place_of_ours() {
    let post = Post::new();
    let office = post.signed_in("croux").await;
    filled(&office).await;
    let ours = given(&office, &post.folder.path().join("ici.pdf")).await;
    let mut settings = post.settings.clone();
    settings.post.folder = post.folder.path().join("autre-poste");
    settings.post.number = 7;
    let other = Arc::new(Office::open(settings).await.expect("another post"));
    let password = clerk("sdiallo").expect("a clerk").password;
    session::sign_in(&other, "sdiallo", Zeroizing::new(password.to_owned()))
        .await
        .expect("signed in");
    // Each post knows the server's hour to a second or two: nobody comes to two desks in that time.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    given(&other, &post.folder.path().join("ailleurs.pdf")).await;

    let id = person(&office, INES).await;
    let told = letters(&office, &id).await;
    only_holds(&told, 0);
    assert_eq!(
        (told[0].number.as_deref(), told[1].number.as_ref()),
        (None, Some(&ours)),
        "the other post's is told by its hour"
    );
    counter::refresh_mirror(&office).await.expect("followed");
    let row = row(&office, &ours).await;
    assert!(row.state.contains("Remplacée ailleurs"), "{row:?}");

    // A clerk reads the records of their own letters, whichever post made them.
    let author = Arc::new(
        Office::open(post.settings.clone())
            .await
            .expect("this post"),
    );
    session::sign_in(&author, "sdiallo", Zeroizing::new(password.to_owned()))
        .await
        .expect("signed in here");
    let told = letters(&author, &id).await;
    assert!(
        told[0].holds
            && told[0]
                .number
                .as_deref()
                .is_some_and(|number| number.contains("-07")),
        "{told:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_letter_without_the_directory_voids_the_first_before_it_leaves() {
    let mut post = Post::new();
    let (office, id) = away(&mut post).await;
    let (first, sheet) = handed_over(&post, &office, &id).await;
    let kept = post.folder.path().join("premiere.pdf");
    std::fs::rename(sheet, &kept).expect("kept");
    let (second, last) = handed_over(&post, &office, &id).await;
    let view = outbox::outbox(&office).expect("read");
    assert_eq!(view.waiting, 1, "one waits, not two: {view:#?}");
    let voided = view
        .items
        .iter()
        .find(|item| item.number == first.number)
        .expect("in sight");
    assert!(
        voided.state == "Annulé" && voided.outcome.contains(&second.number),
        "{voided:?}"
    );
    let said = row(&office, &first.number).await;
    assert!(said.state.contains("n’ouvre rien"), "{said:?}");
    let told = letters(&office, &id).await;
    assert!(
        told.iter().all(|letter| !letter.holds) && told[0].state.contains("pas encore active"),
        "{told:#?}"
    );
    back(&mut post, &office).await;
    assert!(!post.whoami(INES, &password_on(&kept)).0);
    assert!(post.whoami(INES, &password_on(&last)).0);
    let told = letters(&office, &id).await;
    assert_eq!(told[0].number.as_ref(), Some(&second.number));
    assert!(told[0].holds && !told[1].holds, "{told:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_another_one_will_replace_says_until_when() {
    let mut post = Post::new();
    let office = post.signed_in("croux").await;
    filled(&office).await;
    let first = given(&office, &post.folder.path().join("en-ligne.pdf")).await;
    let id = person(&office, INES).await;
    post.directory.stop();
    let (second, _) = handed_over(&post, &office, &id).await;
    let said = row(&office, &first).await;
    assert!(
        said.state.starts_with("Accès remis, jusqu’à l’envoi")
            && said.state.contains(&second.number),
        "{said:?}"
    );
    back(&mut post, &office).await;
    let said = row(&office, &first).await;
    assert!(said.state.contains("n’ouvre plus rien"), "{said:?}");
}
