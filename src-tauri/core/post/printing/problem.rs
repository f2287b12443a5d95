//! Why nothing was printed, in a sentence staff can act on: what happened, then what to do.
//! It never speaks of the person or of the access: the caller knows whether the account is active.

use super::state::PrinterState;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrintProblem {
    /// Nobody listens at the print server's address.
    NotRunning {
        server: String,
    },
    /// The print server is up and has no queue.
    NoQueue {
        server: String,
    },
    UnknownQueue {
        queue: String,
    },
    /// The queue cannot print now; nothing was sent to it.
    NotReady {
        queue: String,
        state: PrinterState,
    },
    /// The server refused the job; `words` are its own, for the diagnostic.
    Refused {
        queue: String,
        words: String,
    },
    /// This session may not use the print server.
    NotAllowed {
        server: String,
    },
    /// The remote print server's certificate could not be verified: a password is not sent in clear.
    Untrusted {
        server: String,
        detail: String,
    },
    /// No answer in time to a question; nothing was sent to print.
    NoAnswer {
        server: String,
    },
    /// The answer to a print request was lost: the sheet may come out.
    Unsure {
        queue: String,
    },
    /// Something answers at that address that does not speak IPP.
    Garbled {
        server: String,
    },
}

impl PrintProblem {
    /// Whether a sheet may come out all the same.
    #[must_use]
    pub fn sheet_may_come_out(&self) -> bool {
        match self {
            PrintProblem::Unsure { .. } => true,
            PrintProblem::NotRunning { .. }
            | PrintProblem::NoQueue { .. }
            | PrintProblem::UnknownQueue { .. }
            | PrintProblem::NotReady { .. }
            | PrintProblem::Refused { .. }
            | PrintProblem::NotAllowed { .. }
            | PrintProblem::Untrusted { .. }
            | PrintProblem::NoAnswer { .. }
            | PrintProblem::Garbled { .. } => false,
        }
    }

    /// What happened: « RH-2e-etage n’a plus de papier. »
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            PrintProblem::NotRunning { server } => format!(
                "Le service d’impression ({server}) ne répond pas\u{a0}: il n’est pas démarré."
            ),
            PrintProblem::NoQueue { .. } => {
                "Aucune imprimante n’est installée sur ce poste.".to_owned()
            }
            PrintProblem::UnknownQueue { queue } => {
                format!("L’imprimante {queue} n’existe plus sur ce poste.")
            }
            PrintProblem::NotReady { queue, state } => state.sentence(queue),
            PrintProblem::Refused { queue, .. } => {
                format!("L’impression sur {queue} a été refusée.")
            }
            PrintProblem::NotAllowed { server } => {
                format!("Votre session n’a pas le droit d’imprimer par {server}.")
            }
            PrintProblem::Untrusted { server, .. } => {
                format!(
                    "Le serveur d’impression {server} n’a pas prouvé son identité. La lettre n’a pas été envoyée."
                )
            }
            PrintProblem::NoAnswer { server } => {
                format!("Le service d’impression ({server}) ne répond pas à temps.")
            }
            PrintProblem::Unsure { queue } => {
                format!(
                    "{queue} n’a pas confirmé l’impression\u{a0}: la feuille est peut-être sortie."
                )
            }
            PrintProblem::Garbled { server } => {
                format!("Ce qui répond à l’adresse {server} n’est pas un service d’impression.")
            }
        }
    }

    /// What to do: « Remettez du papier. »
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            PrintProblem::NotReady { state, .. } => state.remedy(),
            PrintProblem::NotRunning { .. } | PrintProblem::Garbled { .. } => {
                "Prévenez le service informatique."
            }
            PrintProblem::NoQueue { .. } => "Demandez au service informatique d’en installer une.",
            PrintProblem::UnknownQueue { .. } | PrintProblem::Refused { .. } => {
                "Choisissez une autre imprimante."
            }
            PrintProblem::NotAllowed { .. } => {
                "Choisissez une autre imprimante, ou prévenez le service informatique."
            }
            PrintProblem::Untrusted { .. } => {
                "Demandez au service informatique d’ajouter son certificat à ceux du poste, ou une imprimante reliée à ce poste."
            }
            PrintProblem::NoAnswer { .. } => "Réessayez.",
            PrintProblem::Unsure { .. } => "Regardez si la feuille est sortie avant de réimprimer.",
        }
    }
}

impl std::fmt::Display for PrintProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.sentence(), self.remedy())
    }
}

impl std::error::Error for PrintProblem {}
