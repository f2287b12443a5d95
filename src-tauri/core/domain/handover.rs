//! One act as a state machine: `step(progress, event)` says what comes next and what must be done, and nothing else.
//! Two sides move, the directory and the paper, each with its own outcome; neither is ever reported as the other.
//! Pure: no I/O, no clock. The offline order (paper first) adds events here, not another machine.

use serde::{Deserialize, Serialize};

/// What the directory knows of the act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DirectorySide {
    NotSent,
    Sending,
    /// The request left and no answer came: only the marker tells.
    Unknown,
    /// Acknowledged and read back.
    Applied,
    /// Written, and the letter must not leave: the server did not keep must-change, or the password opens nothing.
    Unsound,
    /// The server said no; nothing was written.
    Refused,
}

/// What came out on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaperSide {
    None,
    Printing,
    Out,
    /// Another copy is on its way; an earlier sheet is out.
    Reprinting,
}

impl PaperSide {
    /// At least one sheet came out.
    pub fn is_out(self) -> bool {
        matches!(self, PaperSide::Out | PaperSide::Reprinting)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    Open,
    /// « Remise faite ».
    HandedOver,
    /// By the clerk, or because the post restarted without the password.
    Voided,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Progress {
    pub directory: DirectorySide,
    pub paper: PaperSide,
    pub ending: Ending,
}

impl Progress {
    /// Identity checked, password drawn, recorded on this post: nothing has left.
    pub const PREPARED: Progress = Progress {
        directory: DirectorySide::NotSent,
        paper: PaperSide::None,
        ending: Ending::Open,
    };

    pub fn is_open(self) -> bool {
        self.ending == Ending::Open
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Event {
    SendingBegan,
    /// Certain that nothing left: the link was down before the request.
    NothingLeft,
    AnswerLost,
    /// The marker was read after a lost answer.
    MarkerSeen,
    MarkerAbsent,
    AcknowledgedAndReadBack,
    /// What was written does not answer as a provisional password must.
    ProofFailed,
    /// The server's policy does not take this password: nothing was written.
    PasswordRefused,
    ServerRefused,
    PrintBegan,
    SheetOut,
    PrinterFailed,
    HandedOver,
    Voided,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Wipe the password: it will never be needed again.
    DestroySecret,
    /// Wipe the password and draw another one for the same act.
    ReplaceSecret,
}

/// An event that the state does not allow: a fault of ours, never hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{event:?} is not allowed in {progress:?}")]
pub struct Forbidden {
    pub progress: Progress,
    pub event: Event,
}

/// The next state, and what to do on entering it.
///
/// # Errors
/// `Forbidden` for an event that makes no sense here.
pub fn step(progress: Progress, event: Event) -> Result<(Progress, &'static [Action]), Forbidden> {
    use DirectorySide::{Applied, NotSent, Refused, Sending, Unknown, Unsound};
    let forbidden = Err(Forbidden { progress, event });
    if !progress.is_open() {
        return forbidden;
    }
    let directory = |directory| Progress {
        directory,
        ..progress
    };
    let paper = |paper| Progress { paper, ..progress };
    let (next, actions): (Progress, &'static [Action]) =
        match (event, progress.directory, progress.paper) {
            // With a letter already out « pas encore confirmé », the same password is sent again.
            (Event::SendingBegan, NotSent, _) => (directory(Sending), &[]),
            // Past the clerk's patience a request still under way counts as lost, and may yet be answered.
            (Event::NothingLeft, Sending | Unknown, _) => (directory(NotSent), &[]),
            (Event::AnswerLost, Sending | Unknown, _) => (directory(Unknown), &[]),
            (Event::MarkerSeen | Event::AcknowledgedAndReadBack, Sending | Unknown, _) => {
                (directory(Applied), &[])
            }
            (Event::MarkerAbsent, Unknown, _) => (directory(NotSent), &[]),
            // A letter already out is not handed over: it must be taken back.
            (Event::ProofFailed, Applied, _) => (directory(Unsound), &[Action::DestroySecret]),
            // Nothing is on paper: the same act goes on with another password.
            (Event::PasswordRefused, Sending | Unknown, PaperSide::None) => {
                (directory(NotSent), &[Action::ReplaceSecret])
            }
            // A letter already out « pas encore confirmé » opens nothing: the screen recalls the person.
            (Event::PasswordRefused | Event::ServerRefused, Sending | Unknown, _) => {
                (directory(Refused), &[Action::DestroySecret])
            }
            // Online the directory comes first; an unknown outcome may print with the notice.
            (Event::PrintBegan, Applied | Unknown, PaperSide::None) => {
                (paper(PaperSide::Printing), &[])
            }
            (Event::PrintBegan, Applied | Unknown, PaperSide::Out) => {
                (paper(PaperSide::Reprinting), &[])
            }
            // What came of the directory meanwhile does not change what is on paper.
            (Event::SheetOut, _, PaperSide::Printing | PaperSide::Reprinting) => {
                (paper(PaperSide::Out), &[])
            }
            (Event::PrinterFailed, _, PaperSide::Printing) => (paper(PaperSide::None), &[]),
            (Event::PrinterFailed, _, PaperSide::Reprinting) => (paper(PaperSide::Out), &[]),
            (Event::HandedOver, Applied, PaperSide::Out) => (
                Progress {
                    ending: Ending::HandedOver,
                    ..progress
                },
                &[Action::DestroySecret],
            ),
            // While a request is under way its outcome is not known: voiding would lie.
            (Event::Voided, NotSent | Unknown | Applied | Unsound | Refused, _) => (
                Progress {
                    ending: Ending::Voided,
                    ..progress
                },
                &[Action::DestroySecret],
            ),
            _ => return forbidden,
        };
    Ok((next, actions))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    const EVENTS: [Event; 14] = [
        Event::SendingBegan,
        Event::NothingLeft,
        Event::AnswerLost,
        Event::MarkerSeen,
        Event::MarkerAbsent,
        Event::AcknowledgedAndReadBack,
        Event::ProofFailed,
        Event::PasswordRefused,
        Event::ServerRefused,
        Event::PrintBegan,
        Event::SheetOut,
        Event::PrinterFailed,
        Event::HandedOver,
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
            Event::MarkerSeen,
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

    /// Every reachable state, by exhaustion: the invariants hold in each.
    #[test]
    fn invariants_hold_in_every_reachable_state() {
        let mut seen = HashSet::from([Progress::PREPARED]);
        let mut next = vec![Progress::PREPARED];
        let mut arrows = 0;
        while let Some(progress) = next.pop() {
            for event in EVENTS {
                let Ok((after, actions)) = step(progress, event) else {
                    continue;
                };
                arrows += 1;
                assert!(
                    progress.is_open(),
                    "an ended act never moves: {progress:?} {event:?}"
                );
                if after.ending == Ending::HandedOver {
                    assert_eq!(
                        after.directory,
                        DirectorySide::Applied,
                        "handed over means applied"
                    );
                    assert_eq!(
                        after.paper,
                        PaperSide::Out,
                        "handed over means a sheet is out"
                    );
                }
                if progress.paper.is_out() {
                    assert!(
                        after.paper.is_out(),
                        "a sheet that is out is never forgotten: {progress:?} {event:?}"
                    );
                }
                if actions.contains(&Action::ReplaceSecret) {
                    assert_eq!(
                        after,
                        Progress::PREPARED,
                        "a password on paper is never replaced by another under the same number"
                    );
                }
                if !after.is_open() {
                    assert!(
                        actions.contains(&Action::DestroySecret),
                        "an ended act keeps no secret"
                    );
                }
                if event == Event::PrintBegan {
                    assert!(
                        matches!(
                            progress.directory,
                            DirectorySide::Applied | DirectorySide::Unknown
                        ),
                        "a password the directory never received is not printed"
                    );
                }
                if seen.insert(after) {
                    next.push(after);
                }
            }
        }
        assert!(
            seen.len() > 12 && arrows > 25,
            "{} states, {arrows} arrows",
            seen.len()
        );
    }
}
