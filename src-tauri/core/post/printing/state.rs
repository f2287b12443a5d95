//! A printer's state as staff see it, read from `printer-state` and `printer-state-reasons`
//! (RFC 8011 §5.4.11–12, PWG 5100.9 for the reasons). It never guesses: an unknown reason of a running
//! printer changes nothing, a stopped printer without a known reason is said to be stopped.

use ipp::model::PrinterState as Wire;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrinterState {
    Ready,
    Printing,
    /// CUPS is reaching the printer: normal for a second, a sign of trouble if it lasts.
    Connecting,
    PaperOut,
    PaperJam,
    CoverOpen,
    InkOut,
    OutputFull,
    TrayMissing,
    Unreachable,
    /// Someone closed the queue to new jobs.
    Refusing,
    /// Stopped for another reason; `reason` is the server's or the IT office's own text, or empty.
    Stopped {
        reason: String,
    },
}

impl PrinterState {
    pub(super) fn from_ipp(
        state: Option<Wire>,
        reasons: &[String],
        message: &str,
        accepting: bool,
    ) -> Self {
        let stopped = state == Some(Wire::Stopped);
        // Reasons are told by a job under way and stay after it: those of an idle queue may be a week
        // old, and only another job can clear them.
        let idle = state == Some(Wire::Idle);
        let trouble = reasons
            .iter()
            .filter_map(|reason| Trouble::read(reason))
            .filter(|trouble| !idle && trouble.counts(stopped));
        if let Some(worst) = trouble.min_by_key(|trouble| trouble.rank) {
            return worst.state;
        }
        if stopped {
            return PrinterState::Stopped {
                reason: own_words(message),
            };
        }
        if !accepting {
            return PrinterState::Refusing;
        }
        if reasons
            .iter()
            .any(|reason| reason.starts_with("connecting-to-device"))
        {
            return PrinterState::Connecting;
        }
        if state == Some(Wire::Processing) {
            PrinterState::Printing
        } else {
            PrinterState::Ready
        }
    }

    /// A job sent now would come out without anybody's help.
    #[must_use]
    pub fn can_print(&self) -> bool {
        match self {
            PrinterState::Ready | PrinterState::Printing | PrinterState::Connecting => true,
            PrinterState::PaperOut
            | PrinterState::PaperJam
            | PrinterState::CoverOpen
            | PrinterState::InkOut
            | PrinterState::OutputFull
            | PrinterState::TrayMissing
            | PrinterState::Unreachable
            | PrinterState::Refusing
            | PrinterState::Stopped { .. } => false,
        }
    }

    /// A job already in the queue will not move until someone acts. A queue merely closed to new jobs
    /// still prints what it has.
    pub(super) fn waits_for_a_hand(&self) -> bool {
        !self.can_print() && *self != PrinterState::Refusing
    }

    /// For a list: « prête », « arrêtée : plus de papier ».
    #[must_use]
    pub fn status(&self) -> String {
        match self {
            PrinterState::Ready => "prête".to_owned(),
            PrinterState::Printing => "imprime".to_owned(),
            PrinterState::Connecting => "connexion en cours".to_owned(),
            PrinterState::PaperOut => "arrêtée\u{a0}: plus de papier".to_owned(),
            PrinterState::PaperJam => "arrêtée\u{a0}: papier coincé".to_owned(),
            PrinterState::CoverOpen => "arrêtée\u{a0}: capot ouvert".to_owned(),
            PrinterState::InkOut => "arrêtée\u{a0}: plus d’encre".to_owned(),
            PrinterState::OutputFull => "arrêtée\u{a0}: bac de sortie plein".to_owned(),
            PrinterState::TrayMissing => "arrêtée\u{a0}: bac à papier absent".to_owned(),
            PrinterState::Unreachable => "injoignable".to_owned(),
            PrinterState::Refusing => "fermée aux impressions".to_owned(),
            PrinterState::Stopped { reason } if reason.is_empty() => "arrêtée".to_owned(),
            PrinterState::Stopped { reason } => format!("arrêtée\u{a0}: {reason}"),
        }
    }

    /// What happened, for a queue of this name: « RH-2e-etage n’a plus de papier. »
    #[must_use]
    pub fn sentence(&self, queue: &str) -> String {
        match self {
            PrinterState::Ready => format!("{queue} est prête."),
            PrinterState::Printing => format!("{queue} imprime."),
            PrinterState::Connecting => format!("Le poste cherche à joindre {queue}."),
            PrinterState::PaperOut => format!("{queue} n’a plus de papier."),
            PrinterState::PaperJam => format!("Une feuille est coincée dans {queue}."),
            PrinterState::CoverOpen => format!("Le capot de {queue} est ouvert."),
            PrinterState::InkOut => format!("{queue} n’a plus d’encre."),
            PrinterState::OutputFull => format!("Le bac de sortie de {queue} est plein."),
            PrinterState::TrayMissing => format!("Le bac à papier de {queue} n’est pas en place."),
            PrinterState::Unreachable => format!("{queue} est injoignable."),
            PrinterState::Refusing => format!("{queue} n’accepte plus d’impression."),
            PrinterState::Stopped { reason } if reason.is_empty() => {
                format!("{queue} est arrêtée.")
            }
            PrinterState::Stopped { reason } => format!(
                "{queue} est arrêtée\u{a0}: {}.",
                reason.trim_end_matches('.')
            ),
        }
    }

    /// What to do about it; empty when there is nothing to do.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            PrinterState::Ready | PrinterState::Printing | PrinterState::Connecting => "",
            PrinterState::PaperOut => "Remettez du papier.",
            PrinterState::PaperJam => "Retirez la feuille coincée et détruisez-la.",
            PrinterState::CoverOpen => "Refermez le capot.",
            PrinterState::InkOut => "Changez la cartouche, ou choisissez une autre imprimante.",
            PrinterState::OutputFull => "Videz le bac de sortie.",
            PrinterState::TrayMissing => "Remettez le bac à papier.",
            PrinterState::Unreachable => {
                "Vérifiez qu’elle est allumée et reliée, ou choisissez une autre imprimante."
            }
            PrinterState::Refusing | PrinterState::Stopped { .. } => {
                "Choisissez une autre imprimante, ou prévenez le service informatique."
            }
        }
    }
}

struct Trouble {
    state: PrinterState,
    severe: bool,
    rank: usize,
}

/// Reasons that stop a sheet, the one to act on first at the top: a jam hides behind an open cover.
const TROUBLES: [(&str, PrinterState); 15] = [
    ("media-jam", PrinterState::PaperJam),
    ("cover-open", PrinterState::CoverOpen),
    ("door-open", PrinterState::CoverOpen),
    ("interlock-open", PrinterState::CoverOpen),
    ("input-tray-missing", PrinterState::TrayMissing),
    ("media-empty", PrinterState::PaperOut),
    ("media-needed", PrinterState::PaperOut),
    ("output-area-full", PrinterState::OutputFull),
    ("output-tray-missing", PrinterState::OutputFull),
    ("toner-empty", PrinterState::InkOut),
    ("marker-supply-empty", PrinterState::InkOut),
    ("offline", PrinterState::Unreachable),
    ("shutdown", PrinterState::Unreachable),
    ("timed-out", PrinterState::Unreachable),
    ("cups-ipp-unreachable", PrinterState::Unreachable),
];

impl Trouble {
    fn read(reason: &str) -> Option<Trouble> {
        let (keyword, severe) = match reason.rsplit_once('-') {
            Some((keyword, "error")) => (keyword, true),
            Some((keyword, "warning" | "report")) => (keyword, false),
            // No suffix means an error (RFC 8011 §5.4.12).
            Some(_) | None => (reason, true),
        };
        TROUBLES
            .iter()
            .enumerate()
            .find(|(_, (name, _))| *name == keyword)
            .map(|(rank, (_, state))| Trouble {
                state: state.clone(),
                severe,
                rank,
            })
    }

    /// A warning of a printer that goes on is about another tray or another cartridge. Being offline is
    /// the exception: CUPS reports it (`offline-report`) without stopping the queue.
    fn counts(&self, stopped: bool) -> bool {
        self.severe || stopped || self.state == PrinterState::Unreachable
    }
}

/// CUPS fills the message of a paused queue with this one English word.
fn own_words(message: &str) -> String {
    match message.trim() {
        "Paused" => String::new(),
        words => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(wire: Wire, reasons: &[&str], message: &str, accepting: bool) -> PrinterState {
        let reasons: Vec<String> = reasons.iter().map(|reason| (*reason).to_owned()).collect();
        PrinterState::from_ipp(Some(wire), &reasons, message, accepting)
    }

    #[test]
    fn reasons_become_states() {
        let table: [(Wire, &[&str], &str, bool, PrinterState); 16] = [
            (Wire::Idle, &["none"], "", true, PrinterState::Ready),
            (
                Wire::Processing,
                &["none"],
                "",
                true,
                PrinterState::Printing,
            ),
            (
                Wire::Processing,
                &["connecting-to-device"],
                "",
                true,
                PrinterState::Connecting,
            ),
            (
                Wire::Stopped,
                &["media-empty-error", "paused"],
                "",
                true,
                PrinterState::PaperOut,
            ),
            (
                Wire::Processing,
                &["media-empty-error"],
                "",
                true,
                PrinterState::PaperOut,
            ),
            (
                Wire::Processing,
                &["media-empty"],
                "",
                true,
                PrinterState::PaperOut,
            ),
            // What an earlier job met: paper may be back, and the next job will tell.
            (
                Wire::Idle,
                &["media-empty-error"],
                "",
                true,
                PrinterState::Ready,
            ),
            (
                Wire::Idle,
                &["offline-report"],
                "",
                true,
                PrinterState::Ready,
            ),
            // One empty tray of a printer that goes on printing from another.
            (
                Wire::Processing,
                &["media-empty-warning"],
                "",
                true,
                PrinterState::Printing,
            ),
            (
                Wire::Stopped,
                &["media-empty-warning"],
                "",
                true,
                PrinterState::PaperOut,
            ),
            (
                Wire::Idle,
                &["toner-low-warning", "media-low-report"],
                "",
                true,
                PrinterState::Ready,
            ),
            (
                Wire::Stopped,
                &["media-empty-error", "media-jam-error"],
                "",
                true,
                PrinterState::PaperJam,
            ),
            (
                Wire::Processing,
                &["offline-report"],
                "",
                true,
                PrinterState::Unreachable,
            ),
            (Wire::Idle, &["none"], "", false, PrinterState::Refusing),
            (
                Wire::Stopped,
                &["paused"],
                "Paused",
                true,
                PrinterState::Stopped {
                    reason: String::new(),
                },
            ),
            (
                Wire::Stopped,
                &["paused"],
                "Maintenance",
                true,
                PrinterState::Stopped {
                    reason: "Maintenance".into(),
                },
            ),
        ];
        for (wire, reasons, message, accepting, expected) in table {
            assert_eq!(
                state(wire, reasons, message, accepting),
                expected,
                "{wire:?} {reasons:?} {message}"
            );
        }
    }

    #[test]
    fn a_queue_closed_to_new_jobs_still_prints_the_ones_it_has() {
        assert!(!PrinterState::Refusing.can_print());
        assert!(!PrinterState::Refusing.waits_for_a_hand());
    }

    #[test]
    fn what_stops_a_sheet_always_comes_with_something_to_do() {
        for (reason, trouble) in TROUBLES {
            assert!(!trouble.can_print(), "{reason} stops a sheet");
            assert!(!trouble.remedy().is_empty(), "{reason} needs a remedy");
            assert!(
                trouble.sentence("Accueil").contains("Accueil"),
                "{reason} must name its printer"
            );
        }
    }
}
