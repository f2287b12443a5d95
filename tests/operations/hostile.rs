//! Hostile inputs: each gives a French sentence or a harmless result, none changes the shape of a filter or of a DN.
//! The suite itself is in `tests/support/hostile`, so that the suite `faults` can demand that it fails on a broken build.

use std::collections::BTreeMap;

use super::desk::Post;
use super::hostile_suite::{self as suite, Family, Findings, corpus, fault_in};

fn sound(findings: Findings) {
    match findings.verdict() {
        Ok(asked) => println!("{asked}"),
        Err(problems) => panic!("{problems}"),
    }
}

#[test]
fn the_corpus_has_two_hundred_texts_of_every_family() {
    let mut families: BTreeMap<Family, usize> = BTreeMap::new();
    for hostile in corpus() {
        *families.entry(hostile.family).or_default() += 1;
    }
    let texts: usize = families.values().sum();
    assert!(texts >= 200, "{texts} texts");
    for family in Family::ALL {
        assert!(
            families.get(&family).is_some_and(|count| *count >= 8),
            "{family:?} is thin: {families:?}"
        );
    }
    println!("{texts} texts: {families:?}");
}

#[test]
fn the_judge_of_sentences_knows_a_bad_one() {
    for bad in [
        "",
        "La lettre n’a pas pu être enregistrée (Permission denied (os error 13)).",
        "Err(Unreachable(\"x\")) sur le poste.",
        "The directory is unreachable.",
        "Le fichier\u{202e} ne convient pas.",
        "L’annuaire ne répond pas",
    ] {
        assert!(fault_in(bad, "").is_some(), "{bad:?} passed");
    }
    assert_eq!(
        fault_in("L’annuaire ne répond pas. Réessayez dans un instant.", ""),
        None
    );
    assert_eq!(
        fault_in(
            "«\u{202f}unknown error\u{202f}» n’est pas une langue connue.",
            "unknown error"
        ),
        None
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_reaches_a_filter_unescaped() {
    sound(suite::filters_sent(&Post::watched()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_reaches_a_dn_unescaped() {
    sound(suite::clerk_dns(&Post::watched()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_password_is_refused_with_a_sentence() {
    sound(suite::passwords(&Post::new()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_counter_answers_with_a_sentence_or_nothing() {
    sound(suite::counter_answers(&Post::new()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handover_answers_with_a_sentence_or_nothing() {
    sound(suite::handover_answers(&Post::new()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_the_directory_are_only_text() {
    sound(suite::names_from_the_directory(&Post::new()).await);
}

#[test]
fn the_offices_files_are_taken_whole_or_refused() {
    sound(suite::settings_and_template());
}
