//! Two real servers that replicate to each other: what one post sees of them, whichever answers.
//! The link between them is held and released, never waited for by the clock.

use std::path::PathBuf;

use guichet_core::rehearsal::cast::NADIA_BELKHIR;
use guichet_core::rehearsal::{RehearsalOptions, person_dn};

use super::pair_fixture::{Pair, Second};

fn options() -> RehearsalOptions {
    let templates = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let mut options = RehearsalOptions::new(templates, jiff::Timestamp::now());
    options.people = 600;
    options.durable = false;
    options
}

fn describe(pair: &Pair, text: &str) {
    let dn = person_dn(NADIA_BELKHIR);
    pair.change(
        &pair.first,
        &format!("dn: {dn}\nchangetype: modify\nreplace: description\ndescription: {text}\n-\n\n"),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_reaches_the_other_server_unless_the_link_is_held() {
    let pair = Pair::start(&options(), Second::Writes).await;
    let dn = person_dn(NADIA_BELKHIR);
    pair.in_step().await;
    describe(&pair, "un");
    pair.in_step().await;
    assert_eq!(pair.values(&pair.second, &dn, "description"), ["un"]);
    pair.hold();
    describe(&pair, "deux");
    assert_eq!(pair.values(&pair.second, &dn, "description"), ["un"]);
    pair.release();
    pair.in_step().await;
    assert_eq!(pair.values(&pair.second, &dn, "description"), ["deux"]);
}
