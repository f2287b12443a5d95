//! Every arrow of the machine: those that exist, those that must not, and what each asks for.

use super::*;
use std::collections::HashSet;

const EVENTS: [Event; 22] = [
    Event::Sealed,
    Event::SendingBegan,
    Event::NothingLeft,
    Event::AnswerLost,
    Event::MarkerSeen,
    Event::MarkerAbsent,
    Event::AcknowledgedAndReadBack,
    Event::ProofFailed,
    Event::PasswordRefused,
    Event::ServerRefused,
    Event::RightsRefused,
    Event::PrintBegan,
    Event::PrintBeganOffline,
    Event::SheetOut,
    Event::PrinterFailed,
    Event::HandedOver,
    Event::FoundSuperseded,
    Event::FoundContested,
    Event::FoundStranded,
    Event::FoundAgain,
    Event::DecidedToSend,
    Event::Voided,
];

fn run(events: &[Event]) -> Progress {
    events.iter().fold(Progress::PREPARED, |progress, event| {
        step(progress, *event).unwrap().0
    })
}

#[test]
fn the_ordinary_act() {
    let done = run(&[
        Event::SendingBegan,
        Event::AcknowledgedAndReadBack,
        Event::PrintBegan,
        Event::SheetOut,
        Event::HandedOver,
    ]);
    assert_eq!(done.ending, Ending::HandedOver);
}

#[test]
fn a_lost_answer_is_settled_by_the_marker_only() {
    let applied = run(&[Event::SendingBegan, Event::AnswerLost, Event::MarkerSeen]);
    assert_eq!(applied.directory, DirectorySide::Applied);
    let again = run(&[Event::SendingBegan, Event::AnswerLost, Event::MarkerAbsent]);
    assert_eq!(again, Progress::PREPARED, "the same password is sent again");
    assert!(
        step(
            run(&[Event::SendingBegan, Event::AnswerLost]),
            Event::HandedOver
        )
        .is_err()
    );
}

#[test]
fn a_letter_out_before_its_confirmation_follows_the_truth() {
    let out = [
        Event::SendingBegan,
        Event::AnswerLost,
        Event::PrintBegan,
        Event::SheetOut,
    ];
    let confirmed = run(&[&out[..], &[Event::MarkerSeen, Event::HandedOver]].concat());
    assert_eq!(confirmed.ending, Ending::HandedOver);
    let sent_again = run(&[
        &out[..],
        &[
            Event::MarkerAbsent,
            Event::SendingBegan,
            Event::PasswordRefused,
        ],
    ]
    .concat());
    assert_eq!(
        (sent_again.directory, sent_again.paper),
        (DirectorySide::Refused, PaperSide::Out),
        "the sheet opens nothing: another password under its number would hide that"
    );
}

#[test]
fn a_letter_that_opens_nothing_is_neither_printed_nor_handed_over() {
    let dead = run(&[
        Event::SendingBegan,
        Event::AnswerLost,
        Event::PrintBegan,
        Event::SheetOut,
        Event::ProofFailed,
    ]);
    assert!(step(dead, Event::HandedOver).is_err());
    assert!(step(dead, Event::PrintBegan).is_err());
    assert!(step(dead, Event::Voided).is_ok(), "it is taken back");
}

#[test]
fn a_refused_password_is_replaced_and_sent_under_the_same_act() {
    let again = run(&[Event::SendingBegan, Event::PasswordRefused]);
    assert_eq!(again, Progress::PREPARED);
    assert_eq!(
        step(run(&[Event::SendingBegan]), Event::PasswordRefused)
            .unwrap()
            .1,
        [Action::ReplaceSecret]
    );
}

#[test]
fn offline_the_paper_comes_first_and_its_confirmation_sends_it() {
    let sealed = |events: &[Event]| {
        events.iter().fold(Progress::SEALED, |progress, event| {
            step(progress, *event).unwrap().0
        })
    };
    assert!(
        step(Progress::PREPARED, Event::PrintBeganOffline).is_err(),
        "a password that would die with the process is not put on paper"
    );
    let out = [Event::PrintBeganOffline, Event::SheetOut];
    assert!(step(sealed(&[Event::PrintBeganOffline]), Event::HandedOver).is_err());
    let waiting = sealed(&[&out[..], &[Event::HandedOver]].concat());
    assert!(waiting.waits() && !waiting.is_over());
    let after = |events: &[Event]| {
        events
            .iter()
            .fold(waiting, |progress, event| step(progress, *event).unwrap().0)
    };
    assert!(after(&[Event::SendingBegan, Event::AcknowledgedAndReadBack]).is_over());
    assert!(after(&[Event::FoundSuperseded]).is_over());
    assert_eq!(
        after(&[Event::SendingBegan, Event::RightsRefused]),
        waiting,
        "kept for a clerk who has the rights"
    );
    let contested = after(&[Event::FoundContested]);
    assert!(contested.waits() && step(contested, Event::SendingBegan).is_err());
    assert!(step(contested, Event::DecidedToSend).unwrap().0 == waiting);
    assert!(step(contested, Event::Voided).unwrap().0.is_over());
    assert!(
        step(after(&[Event::SendingBegan]), Event::Voided).is_err(),
        "nobody knows yet whether it was applied"
    );
}

#[test]
fn what_only_a_lost_server_had_is_reopened_and_never_sent_again() {
    let done = run(&[
        Event::SendingBegan,
        Event::AcknowledgedAndReadBack,
        Event::PrintBegan,
        Event::SheetOut,
        Event::HandedOver,
    ]);
    let stranded = step(done, Event::FoundStranded).unwrap().0;
    assert!(stranded.waits(), "a clerk has to call the person back");
    assert!(step(stranded, Event::SendingBegan).is_err());
    assert!(
        step(stranded, Event::DecidedToSend).is_err(),
        "its password is gone: nothing can be sent"
    );
    assert_eq!(step(stranded, Event::FoundAgain).unwrap().0, done);
    assert!(step(stranded, Event::Voided).unwrap().0.is_over());
    let open = run(&[Event::SendingBegan, Event::AcknowledgedAndReadBack]);
    assert!(step(open, Event::FoundStranded).is_err(), "not handed over");
}

/// Every reachable state, by exhaustion: the invariants hold in each.
#[test]
fn invariants_hold_in_every_reachable_state() {
    let starts = [Progress::PREPARED, Progress::SEALED];
    let mut seen = HashSet::from(starts);
    let mut next = Vec::from(starts);
    let mut arrows = 0;
    while let Some(progress) = next.pop() {
        for event in EVENTS {
            let Ok((after, actions)) = step(progress, event) else {
                continue;
            };
            arrows += 1;
            let arrow = format!("{progress:?} {event:?}");
            assert!(
                !progress.is_over() || event == Event::FoundStranded,
                "an ended act never moves, unless its server loses it: {arrow}"
            );
            if after.ending == Ending::HandedOver {
                assert!(after.paper == PaperSide::Out, "a sheet is out: {arrow}");
                assert!(
                    matches!(
                        after.directory,
                        DirectorySide::Applied | DirectorySide::Stranded
                    ) || after.sealed
                        || progress.directory == DirectorySide::Stranded,
                    "what waits can be sent after a restart: {arrow}"
                );
            }
            if progress.ending == Ending::HandedOver {
                assert!(
                    after.paper == progress.paper,
                    "after « Remise faite » nothing is printed: {arrow}"
                );
            }
            if progress.paper.is_out() {
                assert!(
                    after.paper.is_out(),
                    "a sheet that is out is never forgotten: {arrow}"
                );
            }
            if actions.contains(&Action::ReplaceSecret) {
                assert_eq!(
                    after,
                    Progress::PREPARED,
                    "a password on paper is never replaced by another under the same number"
                );
            }
            if progress.is_open() && !after.is_open() {
                assert!(
                    actions.contains(&Action::DestroySecret),
                    "an act that left the counter keeps no secret in memory: {arrow}"
                );
            }
            if event == Event::PrintBegan {
                assert!(
                    matches!(
                        progress.directory,
                        DirectorySide::Applied | DirectorySide::Unknown
                    ),
                    "a password the directory never received is not called active: {arrow}"
                );
            }
            if event == Event::PrintBeganOffline {
                assert!(progress.sealed, "{arrow}");
            }
            // I4: offline, only the clerk's word that the sheet is out lets the act leave.
            if event == Event::SendingBegan && progress.ending == Ending::HandedOver {
                assert!(
                    progress.sealed && progress.paper == PaperSide::Out,
                    "{arrow}"
                );
            }
            if seen.insert(after) {
                next.push(after);
            }
        }
    }
    assert!(
        seen.len() > 40 && arrows > 100,
        "{} states, {arrows} arrows",
        seen.len()
    );
}
