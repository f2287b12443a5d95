//! The judgement of a post after it was ended: started again, asked what it asks, and compared with the directory.
//! 0 lost, 0 doubled, 0 torn, nothing unconfirmed sent, no password in a file, and the person can be handed over again.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use guichet_core::domain::handover::{DirectorySide, Ending, PaperSide, Progress};
use guichet_core::operations::handover;
use guichet_core::operations::{Office, session};
use guichet_core::rehearsal::{clerks::clerk, post_settings};
use guichet_core::store::{HandoverRecord, Store};
use guichet_core::vault::Vault;
use jiff::Timestamp;
use zeroize::Zeroizing;

use super::desk::{checked, occurrences, sent};
use super::ground::{Ground, Place, looks_like_a_password, password_on, whoami};
use super::process::{CLERK, is_whole};

/// What was found wrong, and where the act stood at the restart and at its end.
#[derive(Debug, Default)]
pub struct Judgement {
    pub findings: Vec<String>,
    pub left: Option<Progress>,
    pub end: Option<Progress>,
}

/// `since`: from where the directory's log is this run's. `anew`: whether the person is handed over again, too.
pub fn judge(ground: &Ground, place: &Place, since: u64, anew: bool) -> Judgement {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let mut judgement = Judgement::default();
    let judged = runtime.block_on(judged(ground, place, since, anew, &mut judgement));
    if let Err(sentence) = judged {
        judgement.findings.push(format!("LOST: {sentence}"));
    }
    runtime.shutdown_timeout(Duration::from_secs(5));
    judgement
}

async fn judged(
    ground: &Ground,
    place: &Place,
    since: u64,
    anew: bool,
    judgement: &mut Judgement,
) -> Result<(), String> {
    let post = &ground.post.directory;
    let settings = post_settings(&post.uri_ldaps, &post.ca_pem, &place.folder());
    let office = Office::open(settings.clone()).await.map_err(|trouble| {
        format!(
            "the post does not open: {} {}",
            trouble.strong, trouble.text
        )
    })?;
    let office = Arc::new(office);
    let store = store(&settings.post.folder.join("guichet.db")).await;
    for torn in store.torn().map_err(|error| error.to_string())? {
        judgement.findings.push(format!("TORN: {torn}"));
    }
    let before = act(&store)?;
    judgement.left = before.as_ref().map(|act| act.progress);

    let password = clerk(CLERK).expect("a rehearsal clerk").password;
    session::sign_in(&office, CLERK, Zeroizing::new(password.to_owned()))
        .await
        .map_err(|error| format!("the clerk does not sign in: {error:?}"))?;
    settle(&office, &store, place, before.as_ref(), judgement).await?;
    let after = act(&store)?;
    judgement.end = after.as_ref().map(|act| act.progress);
    compare(
        ground,
        place,
        since,
        after.as_ref(),
        &office,
        &store,
        judgement,
    )
    .await?;
    leaks(&settings.post.folder, &place.letter(), judgement);
    if anew {
        let again = place.letter().with_file_name("nouvelle.pdf");
        let _ = std::fs::remove_file(&again);
        hand_over_anew(&office, place, &again).await;
        let (opens, told) = whoami(ground, place, &password_on(&again));
        if !opens || !told.contains("must be changed") {
            judgement
                .findings
                .push(format!("LOST: the new letter opens nothing: {told}"));
        }
    }
    Ok(())
}

/// Signs the person's new letter, as at any counter.
async fn hand_over_anew(office: &Arc<Office>, place: &Place, letter: &Path) {
    let view = checked(office, place.login, place.birth, place.name).await;
    sent(office, &view.id, letter).await;
    handover::finish(office, &view.id)
        .await
        .expect("handed over");
}

/// Answers what the post asks, until nothing waits.
async fn settle(
    office: &Arc<Office>,
    store: &Store,
    place: &Place,
    before: Option<&HandoverRecord>,
    judgement: &mut Judgement,
) -> Result<(), String> {
    // Nobody has confirmed this sheet: whatever the post does by itself, it must not be sent.
    let unconfirmed = before.is_some_and(|act| {
        act.progress.is_open()
            && act.progress.sealed
            && act.progress.directory == DirectorySide::NotSent
    });
    for pass in 0..100 {
        let report = handover::catch_up(office)
            .await
            .map_err(|error| format!("the pass fails: {error:?}"))?;
        if pass == 0 && unconfirmed && markers(office, place).await? > 0 {
            let sent = "UNCONFIRMED: a sheet that nobody confirmed was sent";
            judgement.findings.push(sent.to_owned());
        }
        for number in &report.to_confirm {
            answer(office, store, place, number).await?;
        }
        let Some(act) = act(store)? else {
            return Ok(());
        };
        if act.progress.is_over() && report.interrupted.is_none() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err("the act never ends".to_owned())
}

/// « La feuille est-elle sortie ? »: the clerk looks.
async fn answer(
    office: &Arc<Office>,
    store: &Store,
    place: &Place,
    number: &str,
) -> Result<(), String> {
    let act = act(store)?.ok_or("a question about no act")?;
    if !act.progress.is_open() {
        return Ok(());
    }
    let answered = if is_whole(&place.letter()) {
        handover::confirm_sheet(office, number).await
    } else {
        let id = act.id.to_string();
        match handover::resume(office, &id).await {
            Ok(_) => handover::abandon(office, &id).await,
            Err(error) => Err(error),
        }
    };
    answered
        .map(drop)
        .map_err(|error| format!("the question cannot be answered: {error:?}"))
}

/// What the register says beside what the directory has.
async fn compare(
    ground: &Ground,
    place: &Place,
    since: u64,
    act: Option<&HandoverRecord>,
    office: &Office,
    store: &Store,
    judgement: &mut Judgement,
) -> Result<(), String> {
    let mut wrong = |what: String| judgement.findings.push(what);
    let markers = markers(office, place).await?;
    let written = place.passwords_written(since);
    if markers > 1 || written > 1 {
        wrong(format!(
            "DOUBLED: {markers} markers, {written} passwords written"
        ));
    }
    let letter = place.letter();
    let out = is_whole(&letter);
    let (opens, told) = if out {
        whoami(ground, place, &password_on(&letter))
    } else {
        (false, String::new())
    };
    let Some(act) = act else {
        if markers + written > 0 || out {
            wrong(format!(
                "LOST: no act, and {markers} markers, {written} passwords written, letter out: {out}"
            ));
        }
        return Ok(());
    };
    let progress = act.progress;
    let applied = matches!(progress.directory, DirectorySide::Applied);
    if usize::from(applied) != markers || markers != written {
        wrong(format!(
            "LOST: {progress:?}, and {markers} markers, {written} passwords written"
        ));
    }
    if out && opens != applied {
        wrong(format!(
            "LOST: {progress:?}, and the letter of {} opens: {opens} ({told})",
            place.login
        ));
    }
    if opens && !told.contains("must be changed") {
        wrong(format!("LOST: no change is asked for: {told}"));
    }
    if out && opens && matches!(progress.paper, PaperSide::None | PaperSide::Printing) {
        wrong(format!(
            "LOST: {progress:?}: no sheet is said to be out, and one that opens is"
        ));
    }
    if progress.ending == Ending::HandedOver && !out {
        wrong(format!("LOST: {progress:?}, and no sheet came out"));
    }
    let waiting = store.read(|reader| reader.waiting(act.id));
    if waiting.map_err(|error| error.to_string())?.is_some() {
        wrong("KEPT: its sealed password outlives the act".to_owned());
    }
    let unrecorded = store.read(|reader| reader.unrecorded_handovers());
    if !unrecorded.map_err(|error| error.to_string())?.is_empty() {
        wrong("LOST: its record is not in the directory".to_owned());
    }
    Ok(())
}

fn leaks(folder: &Path, letter: &Path, judgement: &mut Judgement) {
    for place in looks_like_a_password(folder) {
        judgement.findings.push(format!("CLEAR: {place}"));
    }
    if is_whole(letter) && occurrences(folder, &password_on(letter)) > 0 {
        judgement
            .findings
            .push("CLEAR: the password is in a file".to_owned());
    }
}

async fn markers(office: &Office, place: &Place) -> Result<usize, String> {
    let person = place.person.parse().expect("an id");
    let read = office
        .directory()
        .read_back(person)
        .await
        .map_err(|error| format!("the person cannot be read: {error}"))?;
    Ok(read.account.markers.len())
}

/// The one act of this post.
fn act(store: &Store) -> Result<Option<HandoverRecord>, String> {
    let acts = store
        .read(|reader| reader.handovers_since(Timestamp::UNIX_EPOCH))
        .map_err(|error| format!("the register cannot be read: {error}"))?;
    if acts.len() > 1 {
        return Err(format!("{} acts", acts.len()));
    }
    Ok(acts.into_iter().next())
}

/// The post's own store, beside it.
async fn store(database: &Path) -> Store {
    let vault = Vault::open("guichet", Duration::from_secs(20))
        .await
        .expect("the keyring");
    let key = vault.database_key(database).await.expect("the key");
    Store::open(database, &key).expect("the store")
}
