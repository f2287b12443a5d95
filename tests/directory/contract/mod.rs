//! The contract of `Directory`: the same assertions against every implementation, on the same fictitious people.
//! An implementation that passes may stand for another; where two differ, one of them is wrong.
//! Never asserts what only one family of server does: that is said where it is asserted.

mod following;
pub mod ground;
mod perimeter;
mod session;
mod trouble;
mod writing;

use std::io::Write;

/// Runs each test on each family of server, and says so where `cargo test` does not hide it.
macro_rules! on_every_family {
    ($($part:ident::$test:ident),* $(,)?) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                let mut ground = super::ground::Memory::start();
                super::$part::$test(&mut ground).await;
                super::said("memory", stringify!($test));
            })*
        }
        mod openldap {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                let mut ground = super::ground::Slapd::start();
                super::$part::$test(&mut ground).await;
                super::said("openldap", stringify!($test));
            })*
        }
    };
}

on_every_family! {
    session::each_situation_of_a_clerk_is_told_apart,
    session::five_wrong_passwords_lock_even_the_right_one,
    session::a_bind_tells_the_server_s_hour,
    session::a_refused_password_changes_nothing_of_the_session,
    session::a_password_refused_since_is_not_given_again,
    session::once_signed_out_nothing_answers,
    session::who_stands_by_signs_in_when_the_server_answers,
    session::a_refused_password_is_never_tried_twice,
    session::round_trips_are_counted,
    perimeter::people_are_found_by_name_and_by_key,
    perimeter::outside_the_perimeter_only_the_name_shows,
    perimeter::an_unknown_person_is_not_found,
    perimeter::hostile_words_find_nobody,
    perimeter::the_perimeter_comes_whole,
    perimeter::policies_and_structures_are_read,
    following::only_what_changed_comes_and_the_gone_are_named,
    following::a_server_that_forgot_deletions_names_everybody_present,
    following::a_cookie_the_server_cannot_follow_asks_to_read_anew,
    following::many_changes_bring_as_many_people,
    writing::a_write_is_read_back_and_proven,
    writing::a_first_password_needs_no_former_one,
    writing::an_identical_replay_changes_nothing,
    writing::a_change_by_somebody_else_wins,
    writing::the_policy_refuses_what_does_not_please_it,
    writing::nobody_writes_where_they_have_no_right,
    writing::a_removed_person_is_gone,
    writing::a_lock_is_lifted_and_their_own_choice_ends_the_provisional_one,
    writing::without_must_change_in_the_policy_the_proof_says_so,
    writing::old_markers_go_and_nothing_else_does,
    writing::unused_letters_are_found_by_the_server_s_own_time,
    writing::a_record_is_written_once_whatever_the_tries,
    trouble::a_stopped_server_is_unreachable_and_nothing_left,
    trouble::a_frozen_server_loses_the_answer_and_the_marker_tells,
}

fn said(family: &str, test: &str) {
    let _ = writeln!(std::io::stderr(), "contract on {family}: {test}");
}
