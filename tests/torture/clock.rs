//! The post's clock set up to two days back and forth, to both changes of summer time, and its machine restarted: between
//! and during the making and the sending of handovers without the directory. Real slapd, keyring and store, under a zone
//! like that of Paris; the server's clock is right.
//! Claim: nothing valid is ended or refused as lapsed, no act is lost, the last handover of a post wins, a password chosen
//! after a handover is never written over, and a clock that jumped keeps no clerk out.

mod played;

use guichet_core::faults::{Fault, break_on_purpose};

use super::chance::Chance;
use super::child;
use super::{seed, times};
use played::{Counts, Desk};

const TEST: &str = "clock::a_clock_that_jumps_orders_nothing_wrongly";
/// Paris, in the words of POSIX.
const ZONE: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

/// The clock is the process's: each build plays in a process of its own.
#[test]
fn a_clock_that_jumps_orders_nothing_wrongly() {
    match child::step().as_deref() {
        Some("sound") => runtime().block_on(sound_plays()),
        Some(_) => runtime().block_on(broken_plays()),
        None => {
            for step in ["sound", "broken"] {
                let mut command = child::command(TEST, step);
                command.env("TZ", ZONE);
                let told = child::run(command);
                for (_, words) in told.lines().filter_map(|line| line.split_once("clock: ")) {
                    println!("clock: {words}");
                }
            }
        }
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

async fn sound_plays() {
    let plays = times(30, 200);
    let first = seed();
    let mut counts = Counts::default();
    let mut desk = Desk::set_up().await;
    for seed in first..first + plays {
        if let Err(wrong) = desk.play(&mut Chance::new(seed), &mut counts).await {
            panic!("SEED={seed}: {wrong}");
        }
    }
    desk.nothing_was_ended();
    println!(
        "clock: {plays} plays from seed {first}: {counts}; 0 lost, 0 in the wrong order, 0 choices written over, 0 ended early"
    );
}

async fn broken_plays() {
    let _broken = break_on_purpose(Fault::PostClockTrusted);
    let mut desk = Desk::set_up().await;
    for seed in seed()..seed() + 60 {
        let told = desk
            .play(&mut Chance::new(seed), &mut Counts::default())
            .await;
        if let Err(wrong) = told {
            println!("clock: PostClockTrusted is seen at seed {seed}: {wrong}");
            return;
        }
    }
    panic!("PostClockTrusted is not seen");
}
