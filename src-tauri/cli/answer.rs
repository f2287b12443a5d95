//! How the command line answers: a sentence or JSON on standard output, a sentence on standard error, a documented code.

use std::io::Write;
use std::process::ExitCode;

use guichet_core::domain::foreign_text::shortened;
use guichet_core::operations::OperationError;
use serde::Serialize;

/// The documented exit codes beside 0: `guichet --help`, README, docs/manuel.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Before any verb: the memory of this post is not protected, the window does not open.
    NotStarted = 1,
    Usage = 2,
    Refused = 3,
    Unreachable = 4,
    SignIn = 5,
    Trouble = 6,
    NotFound = 7,
    Settings = 8,
    Unsound = 9,
    IdentityNotEstablished = 10,
    NoLetter = 11,
    /// Guichet is open on this post, or another command acts on it.
    Busy = 12,
}

impl Exit {
    pub const ALL: [Exit; 12] = [
        Exit::NotStarted,
        Exit::Usage,
        Exit::Refused,
        Exit::Unreachable,
        Exit::SignIn,
        Exit::Trouble,
        Exit::NotFound,
        Exit::Settings,
        Exit::Unsound,
        Exit::IdentityNotEstablished,
        Exit::NoLetter,
        Exit::Busy,
    ];

    /// A few words of French.
    pub fn meaning(self) -> &'static str {
        match self {
            Exit::NotStarted => "Guichet ne démarre pas",
            Exit::Usage => "arguments ou fichier de la pièce",
            Exit::Refused => "refusé",
            Exit::Unreachable => "annuaire injoignable",
            Exit::SignIn => "identification de l’agent",
            Exit::Trouble => "poste en panne (trousseau, registre)",
            Exit::NotFound => "personne introuvable",
            Exit::Settings => "réglages, ou un fichier qu’ils nomment",
            Exit::Unsound => "diagnostic défavorable",
            Exit::IdentityNotEstablished => "identité non établie",
            Exit::NoLetter => "accès actif, lettre non sortie",
            Exit::Busy => "poste occupé",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

pub struct Answer {
    json: bool,
}

impl Answer {
    pub fn new(json: bool) -> Self {
        Answer { json }
    }

    pub fn one<T: Serialize>(&self, value: &T, sentence: impl FnOnce(&T) -> String) {
        if self.json {
            print(&serde_json::to_string_pretty(value).unwrap_or_default());
        } else {
            print(&plain(&sentence(value)));
        }
    }

    pub fn list<T: Serialize>(&self, values: &[T], line: impl Fn(&T) -> String) {
        self.one(&values, |values| {
            values.iter().map(line).collect::<Vec<_>>().join("\n")
        });
    }

    pub fn fail(&self, exit: Exit, sentence: &str) -> ExitCode {
        if self.json {
            let body = serde_json::json!({ "code": format!("{exit:?}"), "message": sentence });
            print(&body.to_string());
        }
        let _ = writeln!(std::io::stderr(), "{}", plain(sentence));
        exit.into()
    }

    pub fn error(&self, error: &OperationError) -> ExitCode {
        let exit = match error.code.as_str() {
            "unreachable" | "certificate" => Exit::Unreachable,
            "invalidCredentials" | "unknownLogin" | "mustChangePassword" | "passwordExpired"
            | "accountLocked" | "notAClerk" | "signedOut" | "locked" | "offlineTooLong"
            | "clockSetBack" | "previousPassword" => Exit::SignIn,
            "readAccount" | "canary" | "settings" => Exit::Settings,
            "notFound" => Exit::NotFound,
            "evidence" => Exit::Usage,
            "noEvidence" | "document" => Exit::IdentityNotEstablished,
            "store" | "random" | "keyring" | "trouble" => Exit::Trouble,
            _ => Exit::Refused,
        };
        if self.json {
            print(&serde_json::to_string(error).unwrap_or_default());
        }
        let _ = writeln!(std::io::stderr(), "{}", plain(&error.message));
        exit.into()
    }
}

/// A name of the directory, or a text typed, must not drive the terminal it is shown on.
pub fn plain(text: &str) -> String {
    text.lines()
        .map(|line| shortened(line, usize::MAX))
        .collect::<Vec<_>>()
        .join("\n")
}

fn print(text: &str) {
    // A closed pipe is the reader's choice.
    let _ = writeln!(std::io::stdout(), "{text}");
}
