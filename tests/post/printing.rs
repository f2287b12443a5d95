//! Printing against a real cupsd: what is listed, what arrives, and each way it can go wrong told apart.

use std::time::Duration;

use guichet_core::post::printing::{
    JobOutcome, PrintJob, PrintProblem, PrintServer, PrinterState, Sides,
};
use uuid::Uuid;

use crate::cups::{CLOSED, Cupsd, HOLDING, NO_PAPER, PAUSED, READY, Setup, TWO_SIDED};

const LONG: Duration = Duration::from_secs(20);

/// Something recognisable in a document, as a password would be.
const CANARY: &str = "VoileTigreCanari";

pub(crate) fn pdf() -> Vec<u8> {
    // A whole one-page document: the queue with a driver parses it.
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let content = format!("BT /F1 12 Tf 72 720 Td ({CANARY}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(bytes.len());
        bytes.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", index + 1).as_bytes());
    }
    let start = bytes.len();
    bytes.extend_from_slice(b"xref\n0 6\n0000000000 65535 f \n");
    for offset in offsets {
        bytes.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    bytes.extend_from_slice(
        format!("trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").as_bytes(),
    );
    bytes
}

pub(crate) fn job() -> PrintJob {
    PrintJob {
        operation: Uuid::now_v7(),
        copies: 1,
        sides: Sides::One,
    }
}

#[tokio::test]
async fn queues_are_listed_with_their_state() {
    let cupsd = Cupsd::start();
    let printers = PrintServer::at(&cupsd.server()).printers().await.unwrap();
    let find = |name: &str| {
        printers
            .iter()
            .find(|printer| printer.name == name)
            .unwrap()
    };

    assert_eq!(
        printers
            .iter()
            .map(|printer| printer.name.as_str())
            .collect::<Vec<_>>(),
        [READY, CLOSED, PAUSED, HOLDING, NO_PAPER, TWO_SIDED]
    );
    assert_eq!(find(READY).state, PrinterState::Ready);
    assert_eq!(find(TWO_SIDED).state, PrinterState::Ready);
    assert_eq!(
        find(NO_PAPER).state,
        PrinterState::PaperOut,
        "not merely stopped: the reason is what the clerk needs"
    );
    assert_eq!(
        find(PAUSED).state,
        PrinterState::Stopped {
            reason: "Maintenance jusqu’à midi".into()
        }
    );
    assert_eq!(find(CLOSED).state, PrinterState::Refusing);

    let default: Vec<&str> = printers
        .iter()
        .filter(|printer| printer.is_default)
        .map(|printer| printer.name.as_str())
        .collect();
    assert_eq!(default, [READY]);
    assert!(
        find(TWO_SIDED).two_sided,
        "the sealed layout may be offered there"
    );
}

#[tokio::test]
async fn a_letter_arrives_whole_and_nameless() {
    let cupsd = Cupsd::start();
    let server = PrintServer::at(&cupsd.server());
    let job = PrintJob {
        copies: 2,
        sides: Sides::Two,
        ..job()
    };

    let receipt = server.print(READY, &pdf(), &job).await.unwrap();
    let report = server.job_outcome(&receipt, LONG).await.unwrap();
    assert_eq!(report.outcome, JobOutcome::Completed);

    let printed = cupsd.wait_for(READY, 1).remove(0);
    assert_eq!(printed.id, receipt.job_id);
    assert_eq!(printed.document, pdf(), "byte for byte");
    assert_eq!(
        printed.title,
        job.operation.to_string(),
        "the queue's list shows the act, never the person"
    );
    assert_eq!(printed.copies, "2");
    // Who may take a job back is decided by this name.
    let user = ["CUPS_USER", "USER", "LOGNAME"].map(std::env::var);
    let user = user.into_iter().flatten().next();
    assert_eq!(printed.user, user.unwrap_or("guichet".into()));
    for option in [
        "sides=two-sided-long-edge",
        "media=iso_a4_210x297mm",
        "print-scaling=none",
    ] {
        assert!(
            printed.options.contains(option),
            "{option} in {}",
            printed.options
        );
    }
}

#[tokio::test]
async fn a_queue_with_a_driver_prints_too() {
    let cupsd = Cupsd::start();
    let server = PrintServer::at(&cupsd.server());
    let receipt = server
        .print(
            TWO_SIDED,
            &pdf(),
            &PrintJob {
                sides: Sides::Two,
                ..job()
            },
        )
        .await
        .unwrap();
    assert_eq!(
        server.job_outcome(&receipt, LONG).await.unwrap().outcome,
        JobOutcome::Completed,
        "{}",
        cupsd.log()
    );
    let printed = cupsd.wait_for(TWO_SIDED, 1).remove(0);
    assert!(
        printed.document.windows(5).any(|part| part == b"%PDF-"),
        "the filters made a PDF of it"
    );
}

#[tokio::test]
async fn the_local_socket_works_as_the_port_does() {
    let cupsd = Cupsd::start();
    let server = PrintServer::at(&cupsd.folder().join("run/cups.sock").display().to_string());
    let receipt = server.print(READY, &pdf(), &job()).await.unwrap();
    assert_eq!(
        server.job_outcome(&receipt, LONG).await.unwrap().outcome,
        JobOutcome::Completed
    );
    assert_eq!(cupsd.wait_for(READY, 1)[0].document, pdf());
}

#[tokio::test]
async fn a_queue_that_cannot_print_gets_nothing() {
    let cupsd = Cupsd::start();
    let server = PrintServer::at(&cupsd.server());
    let cases = [
        (
            NO_PAPER,
            "RH-2e-etage n’a plus de papier. Remettez du papier.",
        ),
        (
            PAUSED,
            "Atelier est arrêtée\u{a0}: Maintenance jusqu’à midi. Choisissez une autre imprimante, ou prévenez le service informatique.",
        ),
        (
            CLOSED,
            "Archives n’accepte plus d’impression. Choisissez une autre imprimante, ou prévenez le service informatique.",
        ),
    ];
    for (queue, sentence) in cases {
        let problem = server.print(queue, &pdf(), &job()).await.unwrap_err();
        assert!(
            matches!(problem, PrintProblem::NotReady { .. }),
            "{queue}: {problem:?}"
        );
        assert_eq!(problem.to_string(), sentence);
        assert!(!problem.sheet_may_come_out());
    }
    assert_eq!(
        cupsd.spool_files_with(CANARY.as_bytes()),
        Vec::<std::path::PathBuf>::new(),
        "no letter waits to come out with nobody beside it"
    );
}

#[tokio::test]
async fn a_tray_that_empties_meanwhile_is_said_and_the_letter_can_be_taken_back() {
    let cupsd = Cupsd::start();
    let server = PrintServer::at(&cupsd.server());
    cupsd.take_paper_out(READY);

    let receipt = server.print(READY, &pdf(), &job()).await.unwrap();
    let report = server.job_outcome(&receipt, LONG).await.unwrap();
    assert_eq!(report.outcome, JobOutcome::Stopped(PrinterState::PaperOut));
    assert_eq!(report.document_kept, Some(true));
    assert!(
        !cupsd.spool_files_with(CANARY.as_bytes()).is_empty(),
        "the test must see the letter before it goes"
    );

    server.forget(&receipt).await.unwrap();
    assert_eq!(
        cupsd.spool_files_with(CANARY.as_bytes()),
        Vec::<std::path::PathBuf>::new()
    );
    cupsd.refill(READY);
    let second = server.print(READY, &pdf(), &job()).await.unwrap();
    assert_eq!(
        server.job_outcome(&second, LONG).await.unwrap().outcome,
        JobOutcome::Completed
    );
    let printed: Vec<i32> = cupsd.wait_for(READY, 1).iter().map(|job| job.id).collect();
    assert_eq!(
        printed,
        [second.job_id],
        "the letter taken back never prints"
    );
}

#[tokio::test]
async fn paper_again_and_the_waiting_letter_comes_out() {
    let cupsd = Cupsd::start();
    let server = PrintServer::at(&cupsd.server());
    cupsd.take_paper_out(READY);
    let receipt = server.print(READY, &pdf(), &job()).await.unwrap();
    assert_eq!(
        server.job_outcome(&receipt, LONG).await.unwrap().outcome,
        JobOutcome::Stopped(PrinterState::PaperOut)
    );
    cupsd.refill(READY);
    assert_eq!(
        server.job_outcome(&receipt, LONG).await.unwrap().outcome,
        JobOutcome::Completed
    );
    assert_eq!(
        server.printer(READY).await.unwrap().state,
        PrinterState::Ready,
        "the reason goes with the trouble"
    );
}

#[tokio::test]
async fn held_canceled_aborted_and_unknown_jobs_are_told_apart() {
    let cupsd = Cupsd::start();
    let server = PrintServer::at(&cupsd.server());

    let held = server.print(HOLDING, &pdf(), &job()).await.unwrap();
    assert_eq!(
        server.job_outcome(&held, LONG).await.unwrap().outcome,
        JobOutcome::Held
    );
    cupsd.release(held.job_id);
    assert_eq!(
        server.job_outcome(&held, LONG).await.unwrap().outcome,
        JobOutcome::Completed
    );

    cupsd.break_printer(READY);
    let aborted = server.print(READY, &pdf(), &job()).await.unwrap();
    let outcome = server.job_outcome(&aborted, LONG).await.unwrap().outcome;
    assert!(matches!(outcome, JobOutcome::Aborted(_)), "{outcome:?}");

    let canceled = server.print(HOLDING, &pdf(), &job()).await.unwrap();
    cupsd.cancel(canceled.job_id);
    assert_eq!(
        server.job_outcome(&canceled, LONG).await.unwrap().outcome,
        JobOutcome::Canceled
    );

    server.forget(&canceled).await.unwrap();
    assert_eq!(
        server.job_outcome(&canceled, LONG).await.unwrap().outcome,
        JobOutcome::Unknown
    );
    server
        .forget(&canceled)
        .await
        .expect("what is already forgotten is forgotten");
}

#[tokio::test]
async fn a_server_that_keeps_documents_can_be_made_to_forget_one() {
    let cupsd = Cupsd::start_as(Setup {
        keeps_documents: true,
        ..Setup::default()
    });
    let server = PrintServer::at(&cupsd.server());
    let receipt = server.print(READY, &pdf(), &job()).await.unwrap();
    let report = server.job_outcome(&receipt, LONG).await.unwrap();
    assert_eq!(report.outcome, JobOutcome::Completed);
    assert_eq!(
        report.document_kept,
        Some(true),
        "the server says what it keeps"
    );
    assert!(
        !cupsd.spool_files_with(CANARY.as_bytes()).is_empty(),
        "and it is true"
    );
    server.forget(&receipt).await.unwrap();
    assert_eq!(
        cupsd.spool_files_with(CANARY.as_bytes()),
        Vec::<std::path::PathBuf>::new()
    );
}

#[tokio::test]
async fn a_server_that_keeps_nothing_keeps_nothing() {
    let cupsd = Cupsd::start();
    let server = PrintServer::at(&cupsd.server());
    let receipt = server.print(READY, &pdf(), &job()).await.unwrap();
    let report = server.job_outcome(&receipt, LONG).await.unwrap();
    assert_eq!(
        (report.outcome, report.document_kept),
        (JobOutcome::Completed, Some(false))
    );
    assert_eq!(
        cupsd.spool_files_with(CANARY.as_bytes()),
        Vec::<std::path::PathBuf>::new()
    );
}
