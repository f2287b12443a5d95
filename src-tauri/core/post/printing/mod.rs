//! Letters to paper, through CUPS: the queues and their state, one job from memory, what became of it.
//! Spoken over IPP with the `ipp` crate (wire format, RFC 8010) and `hyper` (HTTP), because `lp` and
//! `lpstat` answer in the language of the session and say nothing typed about a job, and a binding to
//! libcups adds a C library, passes through a temporary file and reads a dead server as "no printer".
//! The document never touches a file of ours, and a job's title is the act's identifier, never a name.

mod attributes;
mod job;
mod problem;
mod retention;
mod server;
mod state;
mod wire;

use std::time::Duration;

use ipp::model::Operation;
use ipp::value::IppValue;
use uuid::Uuid;

use attributes::{Asked, Attributes, Reply, Status};
pub use job::{JobOutcome, JobReport};
pub use problem::PrintProblem;
pub use retention::Retention;
pub use server::PrintServer;
pub use state::PrinterState;
use wire::Fault;

/// How long a question to the print server may take.
const QUESTION: Duration = Duration::from_secs(5);
/// How long the server may take to accept one document.
const DELIVERY: Duration = Duration::from_secs(20);

/// One CUPS queue, or one class of queues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printer {
    /// Name of the queue, as `lp -d` takes it.
    pub name: String,
    /// What the IT office wrote about it; empty when they wrote nothing.
    pub description: String,
    pub location: String,
    pub state: PrinterState,
    pub is_default: bool,
    /// The queue offers `two-sided-long-edge`, which the sealed layout needs.
    pub two_sided: bool,
    /// CUPS itself has stopped the queue: nothing moves until someone starts it.
    stopped: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    One,
    /// Turned over the long edge, as a book.
    Two,
}

/// What is asked of the printer. The medium is always A4, never scaled: the letter's folds and its
/// address window are measured in millimetres.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintJob {
    /// Identifier of the act: the only thing the queue's list of jobs shows.
    pub operation: Uuid,
    pub copies: u8,
    pub sides: Sides,
}

/// The print server has accepted the document: the sheet is on its way, not yet out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintReceipt {
    pub queue: String,
    /// CUPS's own number for the job.
    pub job_id: i32,
}

impl PrintServer {
    /// All queues, sorted by name, the default one marked.
    ///
    /// # Errors
    /// The server cannot be reached, or has no queue at all ([`PrintProblem::NoQueue`]).
    pub async fn printers(&self) -> Result<Vec<Printer>, PrintProblem> {
        let mut asked = Asked::new(Operation::CupsGetPrinters, "/")?;
        asked.user(self.user())?.wanting(&PRINTER_ATTRIBUTES)?;
        let reply = self.ask(asked).await?;
        let default = self.default_queue().await?;
        let mut printers: Vec<Printer> = match reply.status {
            // CUPS says "not found" when there is no queue at all.
            Status::NotFound => Vec::new(),
            Status::Done => reply
                .printers()
                .map(|attributes| printer(&attributes, default.as_deref()))
                .collect(),
            Status::NotAllowed | Status::Refused(_) => return Err(self.refusal("", &reply)),
        };
        printers.retain(|printer| !printer.name.is_empty());
        printers.sort_by(|a, b| a.name.cmp(&b.name));
        if printers.is_empty() {
            return Err(PrintProblem::NoQueue {
                server: self.to_string(),
            });
        }
        Ok(printers)
    }

    /// The queue `lp` would take: `LPDEST`, `PRINTER`, the user's `lpoptions`, else the server's default.
    ///
    /// # Errors
    /// The server cannot be reached.
    pub async fn default_queue(&self) -> Result<Option<String>, PrintProblem> {
        if let Some(queue) = self.preferred_queue() {
            return Ok(Some(queue.to_owned()));
        }
        let mut asked = Asked::new(Operation::CupsGetDefault, "/")?;
        asked.user(self.user())?.wanting(&["printer-name"])?;
        let reply = self.ask(asked).await?;
        Ok(reply
            .printers()
            .next()
            .map(|printer| printer.text("printer-name"))
            .filter(|name| !name.is_empty()))
    }

    /// One queue as it is now.
    ///
    /// # Errors
    /// [`PrintProblem::UnknownQueue`], or the server cannot be reached.
    pub async fn printer(&self, queue: &str) -> Result<Printer, PrintProblem> {
        let mut asked = Asked::about(Operation::GetPrinterAttributes, queue)?;
        asked.user(self.user())?.wanting(&PRINTER_ATTRIBUTES)?;
        let reply = self.ask(asked).await?;
        if reply.status != Status::Done {
            return Err(self.refusal(queue, &reply));
        }
        let found = reply.printers().next().ok_or_else(|| self.garbled())?;
        Ok(printer(&found, None))
    }

    /// Sends one PDF to a queue that can print now. A queue that cannot gets nothing: a letter must not
    /// wait in a spool and come out later with nobody beside the printer.
    ///
    /// # Errors
    /// Every problem but [`PrintProblem::Unsure`] means that nothing was accepted. `Unsure` means the
    /// answer was lost: the sheet may come out.
    pub async fn print(
        &self,
        queue: &str,
        pdf: &[u8],
        job: &PrintJob,
    ) -> Result<PrintReceipt, PrintProblem> {
        let printer = self.printer(queue).await?;
        if !printer.state.can_print() {
            return Err(PrintProblem::NotReady {
                queue: queue.to_owned(),
                state: printer.state,
            });
        }
        let mut asked = Asked::about(Operation::PrintJob, queue)?;
        asked.user(self.user())?;
        asked.operation(
            "job-name",
            IppValue::new_name_without_language(job.operation.to_string()),
        )?;
        asked.operation(
            "document-format",
            IppValue::new_mime_media_type("application/pdf"),
        )?;
        asked.job(
            "copies",
            Ok(IppValue::new_integer(i32::from(job.copies.max(1)))),
        )?;
        asked.job("sides", IppValue::new_keyword(job.sides.keyword()))?;
        asked.job("media", IppValue::new_keyword("iso_a4_210x297mm"))?;
        asked.job("print-scaling", IppValue::new_keyword("none"))?;
        let unsure = || PrintProblem::Unsure {
            queue: queue.to_owned(),
        };
        let sent = asked.document(pdf).send(self, DELIVERY).await;
        let reply = sent.map_err(|fault| match fault {
            Fault::NoAnswer | Fault::Garbled => unsure(),
            Fault::NotRunning | Fault::Untrusted(_) | Fault::NotAllowed => self.problem(fault),
        })?;
        if reply.status != Status::Done {
            return Err(self.refusal(queue, &reply));
        }
        let job_id = reply.jobs().next().and_then(|job| job.number("job-id"));
        Ok(PrintReceipt {
            queue: queue.to_owned(),
            job_id: job_id.ok_or_else(unsure)?,
        })
    }

    async fn ask(&self, asked: Asked) -> Result<Reply, PrintProblem> {
        let answer = asked.send(self, QUESTION).await;
        answer.map_err(|fault| self.problem(fault))
    }

    fn garbled(&self) -> PrintProblem {
        PrintProblem::Garbled {
            server: self.to_string(),
        }
    }

    fn problem(&self, fault: Fault) -> PrintProblem {
        let server = self.to_string();
        match fault {
            Fault::NotRunning => PrintProblem::NotRunning { server },
            Fault::Untrusted(detail) => PrintProblem::Untrusted { server, detail },
            Fault::NoAnswer => PrintProblem::NoAnswer { server },
            Fault::NotAllowed => PrintProblem::NotAllowed { server },
            Fault::Garbled => PrintProblem::Garbled { server },
        }
    }

    fn refusal(&self, queue: &str, reply: &Reply) -> PrintProblem {
        let queue = queue.to_owned();
        match &reply.status {
            Status::NotFound => PrintProblem::UnknownQueue { queue },
            Status::NotAllowed => PrintProblem::NotAllowed {
                server: self.to_string(),
            },
            Status::Refused(words) => PrintProblem::Refused {
                queue,
                words: words.clone(),
            },
            Status::Done => self.garbled(),
        }
    }
}

impl Sides {
    fn keyword(self) -> &'static str {
        match self {
            Sides::One => "one-sided",
            Sides::Two => "two-sided-long-edge",
        }
    }
}

const PRINTER_ATTRIBUTES: [&str; 8] = [
    "printer-name",
    "printer-info",
    "printer-location",
    "printer-state",
    "printer-state-reasons",
    "printer-state-message",
    "printer-is-accepting-jobs",
    "sides-supported",
];

fn printer(found: &Attributes<'_>, default: Option<&str>) -> Printer {
    let name = found.text("printer-name");
    Printer {
        description: found.text("printer-info"),
        location: found.text("printer-location"),
        state: PrinterState::from_ipp(
            found.printer_state(),
            &found.keywords("printer-state-reasons"),
            &found.text("printer-state-message"),
            found.flag("printer-is-accepting-jobs").unwrap_or(true),
        ),
        stopped: found.printer_state() == Some(ipp::model::PrinterState::Stopped),
        is_default: default == Some(name.as_str()),
        two_sided: found
            .keywords("sides-supported")
            .iter()
            .any(|sides| sides == Sides::Two.keyword()),
        name,
    }
}
