//! What a post keeps, damaged: bits flipped, files cut, sectors and pages zeroed, pages exchanged, files emptied or removed,
//! the keyring's entry lost, the rows of what is sealed changed under a valid page.
//! Claim: said in French with what to do, the file left as it was — or harmless, all that was there being read exactly. Never
//! an answer that differs, never an empty database or a new key in the place of the old, never a panic.

mod damage;
mod place;
mod played;

use std::collections::BTreeMap;
use std::sync::Arc;

use guichet_core::faults::Fault;

use super::chance::Chance;
use super::{defect, seed, sound, times};
use place::Place;
use played::{Verdict, play};

/// What is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A file of the post's folder, by what its name ends in.
    File(&'static str),
    /// A column of what is sealed, the page being written again as `SQLCipher` would.
    Row(&'static str, &'static str),
    /// The keyring's entry of the database key.
    Keyring(&'static str),
}

const DATABASE: Target = Target::File(".db");
const LOG: Target = Target::File("-wal");

fn drawn(chance: &mut Chance) -> Target {
    match chance.below(100) {
        0..36 => DATABASE,
        36..68 => LOG,
        68..71 => Target::File("-shm"),
        71..78 => Target::File(".commits"),
        78..83 => Target::File(".key-check"),
        83..90 => Target::File(".recovery"),
        90..93 => Target::Row("outbox", "sealed"),
        93..95 => Target::Row("clerks", "wrapped"),
        95 => Target::Row("clerks", "recipient"),
        _ => Target::Keyring(["removed", "cut", "another"][chance.below(3)]),
    }
}

/// How many plays a whole post is opened in, signed in and read; the others open its store.
const OFFICE_EVERY: u64 = 40;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_damaged_is_said_or_harms_nothing() {
    let place = {
        let _sound = sound();
        let place = Arc::new(Place::build().await);
        sound_plays(&place).await;
        place
    };
    for (fault, target) in [
        (Fault::KeyMadeAnew, Target::Keyring("removed")),
        (Fault::DamagedReplaced, DATABASE),
        (Fault::CommitsUnwitnessed, LOG),
    ] {
        let _defect = defect(fault);
        seen(&place, fault, target).await;
    }
}

async fn sound_plays(place: &Arc<Place>) {
    let plays = times(200, 20_000);
    let first = seed();
    let mut counts = BTreeMap::<Target, BTreeMap<&'static str, u64>>::new();
    let mut offices = 0;
    for number in 0..plays {
        let seed = first + number;
        let mut chance = Chance::new(seed);
        let target = drawn(&mut chance);
        let whole = number % OFFICE_EVERY == 0;
        let (words, verdict) = one(place, target, chance, whole).await;
        offices += u64::from(whole && played::opens_whole(target));
        assert!(
            !matches!(verdict, Verdict::Silent(_)),
            "SEED={seed}: {words}: {verdict:?}"
        );
        *counts
            .entry(target)
            .or_default()
            .entry(verdict.name())
            .or_default() += 1;
    }
    println!(
        "rot: {plays} damages from seed {first}, {offices} of them with the whole post, 0 silent"
    );
    for (target, counts) in &counts {
        println!("rot: {target:?} {counts:?}");
    }
}

/// A build with the defect says at least one thing that differs.
async fn seen(place: &Arc<Place>, fault: Fault, target: Target) {
    for seed in seed()..seed() + 200 {
        let (words, verdict) = one(place, target, Chance::new(seed), false).await;
        if let Verdict::Silent(what) = verdict {
            let what: String = what.chars().take(160).collect();
            println!("rot: {fault:?} is seen at seed {seed}: {words}: {what}…");
            return;
        }
    }
    panic!("{fault:?} is not seen");
}

/// A panic of the product is an answer, too: the worst.
async fn one(
    place: &Arc<Place>,
    target: Target,
    mut chance: Chance,
    whole: bool,
) -> (String, Verdict) {
    let post = place.copy(&mut chance);
    if matches!(target, Target::Keyring(_) | Target::File(".key-check")) {
        damage::keep(&post).await;
    }
    let words = post.damage(target, &mut chance);
    let place = Arc::clone(place);
    let played = tokio::spawn(async move { play(&place, &post, target, whole).await }).await;
    let verdict = played.unwrap_or_else(|panic| Verdict::Silent(format!("{panic}")));
    (words, verdict)
}
