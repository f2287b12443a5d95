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
    use DirectorySide::{Applied, NotSent, Refused, Sending, Unknown};
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
            (Event::SendingBegan, NotSent, PaperSide::None) => (directory(Sending), &[]),
            (Event::NothingLeft, Sending, _) => (directory(NotSent), &[]),
            (Event::AnswerLost, Sending, _) => (directory(Unknown), &[]),
            (Event::MarkerSeen | Event::AcknowledgedAndReadBack, Sending | Unknown, _) => {
                (directory(Applied), &[])
            }
            (Event::MarkerAbsent, Unknown, _) => (directory(NotSent), &[]),
            // A letter already out « pas encore confirmé » opens nothing: the screen recalls the person.
            (Event::ServerRefused, Sending | Unknown, _) => {
                (directory(Refused), &[Action::DestroySecret])
            }
            // Online the directory comes first; an unknown outcome may print with the notice.
            (Event::PrintBegan, Applied | Unknown, PaperSide::None | PaperSide::Out) => {
                (paper(PaperSide::Printing), &[])
            }
            (Event::SheetOut, Applied | Unknown | NotSent, PaperSide::Printing) => {
                (paper(PaperSide::Out), &[])
            }
            (Event::PrinterFailed, _, PaperSide::Printing) => (paper(PaperSide::None), &[]),
            (Event::HandedOver, Applied, PaperSide::Out) => (
                Progress {
                    ending: Ending::HandedOver,
                    ..progress
                },
                &[Action::DestroySecret],
            ),
            // While a request is under way its outcome is not known: voiding would lie.
            (Event::Voided, NotSent | Unknown | Applied | Refused, _) => (
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

    const EVENTS: [Event; 12] = [
        Event::SendingBegan,
        Event::NothingLeft,
        Event::AnswerLost,
        Event::MarkerSeen,
        Event::MarkerAbsent,
        Event::AcknowledgedAndReadBack,
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
                if after.paper == PaperSide::Printing {
                    assert!(
                        matches!(
                            after.directory,
                            DirectorySide::Applied
                                | DirectorySide::Unknown
                                | DirectorySide::NotSent
                                | DirectorySide::Refused
                        ),
                        "never printed while the request is under way: {after:?}"
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
