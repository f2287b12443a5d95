//! What became of a job, and making the server forget its document.
//! It never says that a sheet is whole: CUPS knows what it handed to the printer, the clerk looks.

use std::time::Duration;

use ipp::model::{JobState, Operation};
use ipp::value::IppValue;
use tokio::time::{Instant, sleep};

use super::attributes::{Asked, Status};
use super::problem::PrintProblem;
use super::server::PrintServer;
use super::state::PrinterState;
use super::{PrintReceipt, Printer};

const BETWEEN_LOOKS: Duration = Duration::from_millis(200);
/// How long a printer at work must show a trouble before it is believed: a job that has just begun
/// still shows what the one before it met.
const STEADY: Duration = Duration::from_secs(2);

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobOutcome {
    /// Everything was handed to the printer. CUPS cannot know that the sheet is whole: the clerk looks.
    Completed,
    /// Waiting in the queue on someone's order.
    Held,
    /// The printer needs a hand; the job waits and will print when it gets one.
    Stopped(PrinterState),
    Canceled,
    /// Given up by CUPS, with its own words.
    Aborted(String),
    /// Still under way when the caller's patience ended.
    StillPrinting(PrinterState),
    /// The server no longer knows this job.
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobReport {
    pub outcome: JobOutcome,
    /// Whether the server still holds the document on its disk; `None` when it does not say.
    pub document_kept: Option<bool>,
}

impl PrintServer {
    /// What became of a job. Returns as soon as it is settled or the printer needs a hand, at the latest
    /// when `patience` has passed (plus the time of two questions).
    ///
    /// # Errors
    /// The server cannot be reached or refuses to answer.
    pub async fn job_outcome(
        &self,
        receipt: &PrintReceipt,
        patience: Duration,
    ) -> Result<JobReport, PrintProblem> {
        let end = Instant::now() + patience;
        let mut in_trouble_since = None;
        loop {
            let now = Instant::now();
            let state = match self.look_at(receipt).await? {
                Look::Settled(report) => return Ok(report),
                Look::UnderWay(printer) if printer.state.waits_for_a_hand() => {
                    let since = *in_trouble_since.get_or_insert(now);
                    if printer.stopped || now - since >= STEADY {
                        return Ok(under_way(JobOutcome::Stopped(printer.state)));
                    }
                    printer.state
                }
                Look::UnderWay(printer) => {
                    in_trouble_since = None;
                    printer.state
                }
            };
            if now >= end {
                return Ok(under_way(JobOutcome::StillPrinting(state)));
            }
            sleep(BETWEEN_LOOKS).await;
        }
    }

    /// Takes the job out of the queue if it has not printed, and its document off the server's disk in
    /// every case (`purge-job`): what a letter leaves behind is a password. A job the server has already
    /// forgotten is a success.
    ///
    /// # Errors
    /// The server cannot be reached, or does not let this user do it.
    pub async fn forget(&self, receipt: &PrintReceipt) -> Result<(), PrintProblem> {
        let mut asked = self.asked_about(Operation::CancelJob, receipt)?;
        asked.operation("purge-job", Ok(IppValue::new_boolean(true)))?;
        let reply = self.ask(asked).await?;
        match reply.status {
            Status::Done | Status::NotFound => Ok(()),
            Status::NotAllowed | Status::Refused(_) => Err(self.refusal(&receipt.queue, &reply)),
        }
    }

    async fn look_at(&self, receipt: &PrintReceipt) -> Result<Look, PrintProblem> {
        let mut asked = self.asked_about(Operation::GetJobAttributes, receipt)?;
        asked.wanting(&["job-state", "job-printer-state-message", "job-preserved"])?;
        let reply = self.ask(asked).await?;
        match reply.status {
            Status::Done => {}
            Status::NotFound => {
                return Ok(Look::Settled(JobReport {
                    outcome: JobOutcome::Unknown,
                    document_kept: None,
                }));
            }
            Status::NotAllowed | Status::Refused(_) => {
                return Err(self.refusal(&receipt.queue, &reply));
            }
        }
        let job = reply.jobs().next().ok_or_else(|| self.garbled())?;
        let outcome = match job.state() {
            Some(JobState::Completed) => JobOutcome::Completed,
            Some(JobState::Canceled) => JobOutcome::Canceled,
            Some(JobState::Aborted) => JobOutcome::Aborted(job.text("job-printer-state-message")),
            Some(JobState::PendingHeld) => return Ok(Look::Settled(under_way(JobOutcome::Held))),
            Some(JobState::Pending | JobState::Processing | JobState::ProcessingStopped) => {
                return Ok(Look::UnderWay(self.printer(&receipt.queue).await?));
            }
            None => return Err(self.garbled()),
        };
        let document_kept = job.flag("job-preserved");
        Ok(Look::Settled(JobReport {
            outcome,
            document_kept,
        }))
    }

    fn asked_about(&self, operation: Operation, job: &PrintReceipt) -> Result<Asked, PrintProblem> {
        let mut asked = Asked::about(operation, &job.queue)?;
        asked.operation("job-id", Ok(IppValue::new_integer(job.job_id)))?;
        asked.user(self.user())?;
        Ok(asked)
    }
}

enum Look {
    Settled(JobReport),
    UnderWay(Printer),
}

/// CUPS speaks of preserved documents only once the job is over; until then it needs them.
fn under_way(outcome: JobOutcome) -> JobReport {
    JobReport {
        outcome,
        document_kept: Some(true),
    }
}
