//! One act as a state machine: `step(progress, event)` says what comes next and what must be done, and nothing else.
//! Two sides move, the directory and the paper, each with its own outcome; neither is ever reported as the other.
//! Pure: no I/O, no clock. Online the directory comes first, offline the paper; both orders are this one machine, and a
//! sheet that no clerk has confirmed is never sent.

use serde::{Deserialize, Serialize};

/// What the directory knows of the act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DirectorySide {
    NotSent,
    Sending,
    /// The request left and no answer came: only the marker tells.
    Unknown,
    /// Acknowledged, read back, and found sound as far as the server let it be tried.
    Applied,
    /// Written, and the letter must not leave: the server did not keep must-change, or the password opens nothing.
    Unsound,
    /// The server said no; nothing was written.
    Refused,
    /// A later handover, or the person themself, changed the password before this act arrived: its letter is void.
    Superseded,
    /// Changed at about the same time elsewhere: a clerk decides which one holds.
    Contested,
    /// One server acknowledged it, is gone or has lost it, and the others never saw it: its letter opens nothing, and its
    /// password is gone. A clerk calls the person back.
    Stranded,
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
    /// « Remise faite »; made offline, the act is still to be sent.
    HandedOver,
    /// By the clerk, or because the post restarted without the password.
    Voided,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Progress {
    pub directory: DirectorySide,
    pub paper: PaperSide,
    pub ending: Ending,
    /// Its password is kept on this post, sealed: it can be sent after a restart.
    #[serde(default)]
    pub sealed: bool,
}

impl Progress {
    /// Identity checked, password drawn, recorded on this post: nothing has left.
    pub const PREPARED: Progress = Progress {
        directory: DirectorySide::NotSent,
        paper: PaperSide::None,
        ending: Ending::Open,
        sealed: false,
    };
    /// As `PREPARED`, its password sealed on this post.
    pub const SEALED: Progress = Progress {
        sealed: true,
        ..Progress::PREPARED
    };

    /// On the counter: the clerk has neither handed it over nor given it up.
    pub fn is_open(self) -> bool {
        self.ending == Ending::Open
    }

    /// Handed over, and the directory does not have it, or no longer.
    pub fn waits(self) -> bool {
        self.ending == Ending::HandedOver
            && match self.directory {
                DirectorySide::NotSent
                | DirectorySide::Sending
                | DirectorySide::Unknown
                | DirectorySide::Contested
                | DirectorySide::Stranded => true,
                DirectorySide::Applied
                | DirectorySide::Unsound
                | DirectorySide::Refused
                | DirectorySide::Superseded => false,
            }
    }

    /// A clerk has to do something about it: the machine goes no further by itself.
    pub fn is_to_decide(self) -> bool {
        self.waits()
            && matches!(
                self.directory,
                DirectorySide::Contested | DirectorySide::Stranded
            )
    }

    /// Nothing more is to be done about it. Only the loss of a server reopens one that was handed over.
    pub fn is_over(self) -> bool {
        !self.is_open() && !self.waits()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Event {
    /// The password is sealed on this post: the directory does not answer, the paper will come first.
    Sealed,
    SendingBegan,
    /// Certain that nothing was written: the link was down before the request, or the server found that somebody else had
    /// written since the entry was read, and it is to be read again.
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
    /// The server does not let this clerk write there: nothing was written, and another clerk may be let.
    RightsRefused,
    PrintBegan,
    /// The letter says « pas encore actif »: there is no link, and the password will be sent later.
    PrintBeganOffline,
    SheetOut,
    PrinterFailed,
    HandedOver,
    /// Read before a late sending, or on another server: somebody changed the password after this handover.
    FoundSuperseded,
    /// Read before a late sending: changed at about the same time, by clocks that do not agree so closely.
    FoundContested,
    /// After the replication window: the server that acknowledged it is gone, and the others do not have it.
    FoundStranded,
    /// A server has it after all.
    FoundAgain,
    /// The clerk decides that this letter holds.
    DecidedToSend,
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
    use DirectorySide::{
        Applied, Contested, NotSent, Refused, Sending, Stranded, Superseded, Unknown, Unsound,
    };
    let forbidden = Err(Forbidden { progress, event });
    let server_lost_it = event == Event::FoundStranded;
    if progress.is_over() && !server_lost_it {
        return forbidden;
    }
    let directory = |directory| Progress {
        directory,
        ..progress
    };
    let paper = |paper| Progress { paper, ..progress };
    let ended = |ending| Progress { ending, ..progress };
    let open = progress.is_open();
    let (next, actions): (Progress, &'static [Action]) =
        match (event, progress.directory, progress.paper) {
            (Event::Sealed, NotSent, _) if open => (
                Progress {
                    sealed: true,
                    ..progress
                },
                &[],
            ),
            // With a letter already out « pas encore confirmé », the same password is sent again.
            (Event::SendingBegan, NotSent, _) => (directory(Sending), &[]),
            // Past the clerk's patience a request still under way counts as lost, and may yet be answered.
            (Event::NothingLeft, Sending | Unknown, _) => (directory(NotSent), &[]),
            (Event::AnswerLost, Sending | Unknown, _) => (directory(Unknown), &[]),
            (Event::MarkerSeen | Event::AcknowledgedAndReadBack, Sending | Unknown, _) => {
                (directory(Applied), &[])
            }
            (Event::MarkerAbsent, Unknown, _) => (directory(NotSent), &[]),
            // A letter already out must be taken back.
            (Event::ProofFailed, Sending | Unknown, _) => {
                (directory(Unsound), &[Action::DestroySecret])
            }
            // Nothing is on paper: the same act goes on with another password.
            (Event::PasswordRefused, Sending | Unknown, PaperSide::None) => (
                Progress {
                    directory: NotSent,
                    // What was sealed is the refused one.
                    sealed: false,
                    ..progress
                },
                &[Action::ReplaceSecret],
            ),
            // A letter already out opens nothing: the screen recalls the person.
            // Handed over already: what is sealed waits for a clerk who has the rights.
            (Event::RightsRefused, Sending | Unknown, _) if progress.waits() => {
                (directory(NotSent), &[])
            }
            (
                Event::PasswordRefused | Event::ServerRefused | Event::RightsRefused,
                Sending | Unknown,
                _,
            ) => (directory(Refused), &[Action::DestroySecret]),
            // Online the directory comes first; an unknown outcome may print with the notice.
            (Event::PrintBegan, Applied | Unknown, PaperSide::None) if open => {
                (paper(PaperSide::Printing), &[])
            }
            (Event::PrintBegan, Applied | Unknown, PaperSide::Out) if open => {
                (paper(PaperSide::Reprinting), &[])
            }
            // Offline the paper comes first, and only what can still be sent after a restart.
            (Event::PrintBeganOffline, NotSent, PaperSide::None) if progress.sealed => {
                (paper(PaperSide::Printing), &[])
            }
            (Event::PrintBeganOffline, NotSent, PaperSide::Out) if progress.sealed && open => {
                (paper(PaperSide::Reprinting), &[])
            }
            // What came of the directory meanwhile does not change what is on paper.
            (Event::SheetOut, _, PaperSide::Printing | PaperSide::Reprinting) => {
                (paper(PaperSide::Out), &[])
            }
            (Event::PrinterFailed, _, PaperSide::Printing) => (paper(PaperSide::None), &[]),
            (Event::PrinterFailed, _, PaperSide::Reprinting) => (paper(PaperSide::Out), &[]),
            (Event::HandedOver, Applied, PaperSide::Out) if open => {
                (ended(Ending::HandedOver), &[Action::DestroySecret])
            }
            // The clerk confirms the sheet: from now on it is sent as soon as it can be.
            (Event::HandedOver, NotSent | Unknown, PaperSide::Out) if open && progress.sealed => {
                (ended(Ending::HandedOver), &[Action::DestroySecret])
            }
            (Event::FoundSuperseded, NotSent | Stranded, _) if progress.waits() => {
                (directory(Superseded), &[])
            }
            (Event::FoundContested, NotSent, _) if progress.waits() => (directory(Contested), &[]),
            (Event::FoundStranded, Applied, _) if progress.ending == Ending::HandedOver => {
                (directory(Stranded), &[])
            }
            (Event::FoundAgain, Stranded, _) => (directory(Applied), &[]),
            (Event::DecidedToSend, Contested, _) => (directory(NotSent), &[]),
            // While a request is under way its outcome is not known: voiding would lie.
            (Event::Voided, NotSent | Unknown | Applied | Unsound | Refused, _) if open => {
                (ended(Ending::Voided), &[Action::DestroySecret])
            }
            (Event::Voided, NotSent | Contested | Stranded, _) => (ended(Ending::Voided), &[]),
            _ => return forbidden,
        };
    Ok((next, actions))
}

#[cfg(test)]
mod tests;
