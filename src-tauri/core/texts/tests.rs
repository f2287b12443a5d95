//! Sentences whose words depend on the day.

use super::*;
use crate::domain::diagnosis::Finding;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_lock_that_ends_tomorrow_names_the_day() {
    let lock = |until: &str| {
        finding(
            Weight::Blocks,
            &Finding::LockedByAttempts {
                failures: 5,
                since: at("2026-11-29T10:35:00Z"),
                until: Some(at(until)),
            },
            "Sésame",
            at("2026-11-29T10:46:00Z"),
            &TimeZone::UTC,
        )
        .text
    };
    let said = |end: &str| {
        format!(
            " après 5{NB}essais ratés à{NB}10:35, jusqu’{end}{THIN}; le mot de passe reste le même"
        )
    };
    assert_eq!(
        lock("2026-11-29T10:50:00Z"),
        said("à\u{a0}10:50"),
        "the hour alone is today’s"
    );
    assert_eq!(
        lock("2026-11-30T10:35:00Z"),
        said("au 30\u{a0}nov., 10:35"),
        "« jusqu’à 10:35 » would read as already over"
    );
}
