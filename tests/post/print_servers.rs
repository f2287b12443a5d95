//! Print servers that are missing, empty, silent, untrusted or no print server at all, each told apart;
//! and how a session says which one it uses.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::net::{UnixListener, UnixStream};

use guichet_core::post::printing::{PrintProblem, PrintServer};

use crate::child;
use crate::cups::{Cupsd, READY, Setup, TWO_SIDED};
use crate::printing::{job, pdf};

#[tokio::test]
async fn no_service_no_queue_and_no_such_queue_are_three_things() {
    let stopped = Cupsd::start_as(Setup {
        without_queues: true,
        ..Setup::default()
    });
    let server = PrintServer::at(&stopped.server());
    assert!(matches!(
        server.printers().await.unwrap_err(),
        PrintProblem::NoQueue { .. }
    ));
    assert_eq!(server.default_queue().await.unwrap(), None);
    assert_eq!(
        server.print("Inconnue", &pdf(), &job()).await.unwrap_err(),
        PrintProblem::UnknownQueue {
            queue: "Inconnue".into()
        }
    );
    drop(stopped);
    assert!(matches!(
        server.printers().await.unwrap_err(),
        PrintProblem::NotRunning { .. }
    ));
    assert!(matches!(
        server.print(READY, &pdf(), &job()).await.unwrap_err(),
        PrintProblem::NotRunning { .. }
    ));
    let nowhere = PrintServer::at("/nonexistent/cups.sock");
    assert!(matches!(
        nowhere.printers().await.unwrap_err(),
        PrintProblem::NotRunning { .. }
    ));
}

#[tokio::test]
async fn what_is_not_a_print_server_is_said_so() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let other = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut part = [0u8; 4096];
        assert!(stream.read(&mut part).unwrap() > 0);
        stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n").unwrap();
        // Until the client has read it and left.
        while stream.read(&mut part).is_ok_and(|count| count > 0) {}
    });
    let problem = PrintServer::at(&address.to_string())
        .printers()
        .await
        .unwrap_err();
    assert!(
        matches!(problem, PrintProblem::Garbled { .. }),
        "{problem:?}"
    );
    other.join().unwrap();
}

/// A server that lists its queue as ready and falls silent once it has the document.
#[tokio::test]
async fn a_lost_answer_to_a_print_leaves_the_sheet_in_doubt() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("cups.sock");
    let listener = UnixListener::bind(&socket).unwrap();
    let server = std::thread::spawn(move || {
        for turn in 0..2 {
            let (mut stream, _) = listener.accept().unwrap();
            read_request(&mut stream);
            if turn == 0 {
                answer_ready(&mut stream);
            }
            // The second time the connection just ends.
        }
    });
    let problem = PrintServer::at(&socket.display().to_string())
        .print(READY, &pdf(), &job())
        .await
        .unwrap_err();
    assert_eq!(
        problem,
        PrintProblem::Unsure {
            queue: READY.into()
        }
    );
    assert!(
        problem.sheet_may_come_out(),
        "reprinting without a look could put two letters on the tray"
    );
    server.join().unwrap();
}

fn read_request(stream: &mut UnixStream) {
    let mut seen = Vec::new();
    let mut part = [0u8; 4096];
    loop {
        let count = stream.read(&mut part).unwrap();
        seen.extend_from_slice(&part[..count]);
        let Some(end) = seen.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&seen[..end]).to_ascii_lowercase();
        let length: usize = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .unwrap()
            .trim()
            .parse()
            .unwrap();
        if count == 0 || seen.len() >= end + 4 + length {
            return;
        }
    }
}

fn answer_ready(stream: &mut UnixStream) {
    let text = |tag: u8, name: &str, value: &[u8]| {
        let mut bytes = vec![tag];
        bytes.extend_from_slice(&u16::try_from(name.len()).unwrap().to_be_bytes());
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(&u16::try_from(value.len()).unwrap().to_be_bytes());
        bytes.extend_from_slice(value);
        bytes
    };
    let mut body = vec![1, 1, 0, 0, 0, 0, 0, 1, 0x01];
    body.extend(text(0x47, "attributes-charset", b"utf-8"));
    body.extend(text(0x48, "attributes-natural-language", b"en"));
    body.push(0x04);
    body.extend(text(0x42, "printer-name", READY.as_bytes()));
    body.extend(text(0x23, "printer-state", &3i32.to_be_bytes()));
    body.push(0x03);
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&body).unwrap();
}

/// A child, because the trusted authorities come from the environment.
#[test]
fn an_encrypted_server_is_used_only_with_a_certificate_that_holds() {
    if let Some(step) = child::step() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let printed = runtime.block_on(PrintServer::of_this_post().print(READY, &pdf(), &job()));
        match step.as_str() {
            "trusted" => drop(printed.unwrap()),
            "untrusted" => {
                let problem = printed.unwrap_err();
                assert!(
                    matches!(problem, PrintProblem::Untrusted { .. }),
                    "{problem:?}"
                );
            }
            other => panic!("no step {other}"),
        }
        return;
    }
    let cupsd = Cupsd::start_as(Setup {
        encrypted: true,
        ..Setup::default()
    });
    let child = |step: &str| {
        let mut command = child::command(
            "print_servers::an_encrypted_server_is_used_only_with_a_certificate_that_holds",
            step,
        );
        command
            .envs(cupsd.environment())
            .env("CUPS_ENCRYPTION", "Required");
        command
    };
    child::run(child("untrusted"));
    assert!(
        cupsd.printed(READY).is_empty(),
        "nothing is sent to a server that did not prove itself"
    );
    let mut trusted = child("trusted");
    trusted.env("SSL_CERT_FILE", cupsd.authority());
    child::run(trusted);
    assert_eq!(cupsd.wait_for(READY, 1)[0].document, pdf());
}

/// A child, because a program finds its print server in its environment.
#[test]
fn the_session_says_where_to_print() {
    if child::step().is_some() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let server = PrintServer::of_this_post();
        let usual = runtime.block_on(server.default_queue()).unwrap();
        assert_eq!(
            usual.as_deref(),
            Some(TWO_SIDED),
            "LPDEST wins over the server's default"
        );
        let printers = runtime.block_on(server.printers()).unwrap();
        assert!(
            printers
                .iter()
                .any(|printer| printer.name == TWO_SIDED && printer.is_default)
        );
        return;
    }
    let cupsd = Cupsd::start();
    let mut command = child::command("print_servers::the_session_says_where_to_print", "list");
    command.envs(cupsd.environment()).env("LPDEST", TWO_SIDED);
    child::run(command);
}
