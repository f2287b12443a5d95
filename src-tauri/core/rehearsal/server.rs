//! Starts, finds again and stops the rehearsal's slapd.
//! The training server outlives the window that started it (a locked screen is a new process) until `stop`.
//! Stops a process only if it is the very slapd that this folder's note names.

use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use jiff::Timestamp;

use super::error::RehearsalError;
use super::platform::{Installation, ProcessId, ServerAccount, command, slapd_words};
use super::preparation::{Preparation, last_lines, write_file};
use super::{BASE_DN, RehearsalOptions};

const NOTE: &str = "en-marche.txt";
const PAUSE: Duration = Duration::from_millis(20);
/// Pauses before a server is said not to answer: about fifteen seconds.
const PATIENCE: u32 = 750;

/// The ways to have a rehearsal.
pub struct Rehearsal;

/// A server that answers.
#[derive(Debug, Clone)]
pub struct RunningRehearsal {
    pub uri_ldaps: String,
    /// Binds need StartTLS first: in clear the server answers 13.
    pub uri_ldap: String,
    /// The authority to trust.
    pub ca_pem: PathBuf,
    pub base_dn: &'static str,
    pub pid: u32,
    pub folder: PathBuf,
    /// The instant its people were made for.
    pub prepared_at: Timestamp,
}

impl Rehearsal {
    /// Prepares the folder if it does not already hold what is asked for.
    ///
    /// # Errors
    /// See [`RehearsalError`].
    pub fn prepare(options: &RehearsalOptions) -> Result<Preparation, RehearsalError> {
        match Preparation::existing(options) {
            Some(existing) => Ok(existing),
            None => {
                Rehearsal::stop(&options.folder)?;
                Preparation::make(options)
            }
        }
    }

    /// Starts the server, or finds the one that already runs from this folder.
    ///
    /// # Errors
    /// See [`RehearsalError`].
    pub fn start(options: &RehearsalOptions) -> Result<RunningRehearsal, RehearsalError> {
        let preparation = Rehearsal::prepare(options)?;
        preparation.dress()?;
        if let Some(note) = Note::read(&options.folder).filter(|note| note.process.is_alive()) {
            return Ok(note.running(&preparation));
        }
        let installation = Installation::find()?;
        let account = ServerAccount::choose()?;
        preparation.configure(options, &installation, account)?;
        let program = preparation.program(&installation, account)?;
        with_free_ports(options, |ports| {
            let words = slapd_words(&program, account, &ports.arguments(options.log_requests));
            let process = detach(&words, &preparation.server_folder())?;
            wait_for_answer(process, ports, &preparation.server_folder())?;
            let note = Note { process, ports };
            note.write(&options.folder)?;
            Ok(note.running(&preparation))
        })
    }

    /// Throws away what clerks did and prepares the folder again, for the day of `options`.
    ///
    /// # Errors
    /// See [`RehearsalError`].
    pub fn reset(options: &RehearsalOptions) -> Result<Preparation, RehearsalError> {
        Rehearsal::stop(&options.folder)?;
        Preparation::make(options)
    }

    /// Stops the server of that folder; nothing to do if none runs.
    ///
    /// # Errors
    /// When its note cannot be removed.
    pub fn stop(folder: &Path) -> Result<(), RehearsalError> {
        let Some(note) = Note::read(folder) else {
            return Ok(());
        };
        note.process.signal("TERM");
        if !wait_for_end(note.process) {
            note.process.signal("KILL");
            wait_for_end(note.process);
        }
        let path = folder.join(NOTE);
        fs::remove_file(&path).map_err(RehearsalError::file("removing", &path))
    }
}

impl RunningRehearsal {
    /// Stops the server.
    ///
    /// # Errors
    /// As [`Rehearsal::stop`].
    pub fn stop(self) -> Result<(), RehearsalError> {
        Rehearsal::stop(&self.folder)
    }
}

/// The two ports of a server, on the loopback interface.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ports {
    pub ldap: u16,
    pub ldaps: u16,
}

impl Ports {
    /// slapd's arguments, `-d none` keeping it in the foreground and quiet.
    pub fn arguments(self, log_requests: bool) -> Vec<String> {
        let listeners = format!(
            "ldap://127.0.0.1:{} ldaps://127.0.0.1:{}",
            self.ldap, self.ldaps
        );
        let level = if log_requests { "stats" } else { "none" };
        ["-d", level, "-f", "slapd.conf", "-h"]
            .map(str::to_owned)
            .into_iter()
            .chain([listeners])
            .collect()
    }

    pub fn running(self, process: ProcessId, preparation: &Preparation) -> RunningRehearsal {
        RunningRehearsal {
            uri_ldaps: format!("ldaps://127.0.0.1:{}", self.ldaps),
            uri_ldap: format!("ldap://127.0.0.1:{}", self.ldap),
            ca_pem: preparation.ca_pem(),
            base_dn: BASE_DN,
            pid: process.number,
            folder: preparation.folder.clone(),
            prepared_at: preparation.prepared_at,
        }
    }
}

/// Tries with free ports until nobody took them in between; named ports are tried once.
pub(super) fn with_free_ports<T>(
    options: &RehearsalOptions,
    mut start: impl FnMut(Ports) -> Result<T, RehearsalError>,
) -> Result<T, RehearsalError> {
    let mut tries = 0;
    loop {
        let ports = Ports {
            ldap: free_port(options.ldap_port)?,
            ldaps: free_port(options.ldaps_port)?,
        };
        match start(ports) {
            Err(RehearsalError::NoAnswer { message })
                if message.contains("errno=98") && tries < 5 =>
            {
                tries += 1;
            }
            outcome => return outcome,
        }
    }
}

fn free_port(wanted: Option<u16>) -> Result<u16, RehearsalError> {
    let asked = wanted.unwrap_or(0);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, asked))
        .map_err(|_| RehearsalError::PortTaken(asked))?;
    listener
        .local_addr()
        .map(|address| address.port())
        .map_err(|_| RehearsalError::PortTaken(asked))
}

/// Starts the server in a process group of its own, so that Ctrl+C in a terminal does not reach it.
fn detach(words: &[String], folder: &Path) -> Result<ProcessId, RehearsalError> {
    let path = folder.join("slapd.log");
    let log = OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .open(&path)
        .map_err(RehearsalError::file("opening", &path))?;
    let errors = log
        .try_clone()
        .map_err(RehearsalError::file("opening", &path))?;
    let mut child = command(words, folder)
        .stdin(Stdio::null())
        .stdout(log)
        .stderr(errors)
        .process_group(0)
        .spawn()
        .map_err(RehearsalError::file("starting", Path::new("slapd")))?;
    let number = child.id();
    // Reaps it whenever it ends, so that no zombie stands for a live server.
    thread::spawn(move || child.wait());
    became_slapd(number, folder)
}

/// `setpriv` turns into slapd under the same number, a moment after it started.
pub(super) fn became_slapd(number: u32, folder: &Path) -> Result<ProcessId, RehearsalError> {
    for _ in 0..PATIENCE {
        if let Some(process) = ProcessId::slapd(number) {
            return Ok(process);
        }
        if !Path::new(&format!("/proc/{number}")).exists() {
            break;
        }
        thread::sleep(PAUSE);
    }
    Err(RehearsalError::NoAnswer {
        message: log_end(folder),
    })
}

/// Waits until the server answers a search. slapd opens all its ports before it answers on any.
pub(super) fn wait_for_answer(
    process: ProcessId,
    ports: Ports,
    folder: &Path,
) -> Result<(), RehearsalError> {
    for _ in 0..PATIENCE {
        if answers(ports.ldap) {
            return Ok(());
        }
        if !process.is_alive() {
            break;
        }
        thread::sleep(PAUSE);
    }
    process.signal("KILL");
    Err(RehearsalError::NoAnswer {
        message: log_end(folder),
    })
}

/// A search of the root entry, written out (RFC 4511): a listening socket is not yet an answer.
fn answers(port: u16) -> bool {
    const ROOT_SEARCH: &[u8] =
        b"\x30\x25\x02\x01\x01\x63\x20\x04\x00\x0a\x01\x00\x0a\x01\x00\x02\x01\x00\x02\x01\x00\x01\x01\x00\x87\x0bobjectClass\x30\x00";
    const UNBIND: &[u8] = b"\x30\x05\x02\x01\x02\x42\x00";
    let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else {
        return false;
    };
    let mut answer = [0; 4096];
    let answered = stream
        .set_read_timeout(Some(Duration::from_secs(2)))
        .is_ok()
        && stream.write_all(ROOT_SEARCH).is_ok()
        && stream
            .read(&mut answer)
            .is_ok_and(|length| length > 0 && answer[0] == 0x30);
    let _ = stream.write_all(UNBIND);
    answered
}

pub(super) fn wait_for_end(process: ProcessId) -> bool {
    (0..PATIENCE).any(|_| {
        let ended = !process.is_alive();
        if !ended {
            thread::sleep(PAUSE);
        }
        ended
    })
}

fn log_end(folder: &Path) -> String {
    last_lines(&fs::read_to_string(folder.join("slapd.log")).unwrap_or_default())
}

/// What runs from a folder: written at start, removed at stop.
#[derive(Debug, Clone, Copy)]
struct Note {
    process: ProcessId,
    ports: Ports,
}

impl Note {
    fn write(self, folder: &Path) -> Result<(), RehearsalError> {
        let Note { process, ports } = self;
        let text = format!(
            "{} {} {} {}\n",
            process.number, process.started, ports.ldap, ports.ldaps
        );
        write_file(&folder.join(NOTE), &text, 0o600)
    }

    fn read(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join(NOTE)).ok()?;
        let mut fields = text.split_whitespace();
        let process = ProcessId {
            number: fields.next()?.parse().ok()?,
            started: fields.next()?.parse().ok()?,
        };
        let ports = Ports {
            ldap: fields.next()?.parse().ok()?,
            ldaps: fields.next()?.parse().ok()?,
        };
        Some(Note { process, ports })
    }

    fn running(self, preparation: &Preparation) -> RunningRehearsal {
        self.ports.running(self.process, preparation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_written_search_is_well_formed() {
        // 0x25 bytes after the first two, 0x20 after the request's own header.
        let search = b"\x04\x00\x0a\x01\x00\x0a\x01\x00\x02\x01\x00\x02\x01\x00\x01\x01\x00\x87\x0bobjectClass\x30\x00";
        assert_eq!(search.len(), 0x20);
    }

    #[test]
    fn starts_is_found_again_and_stops() {
        let folder = tempfile::tempdir().unwrap();
        let now = "2026-11-24T08:31:00Z".parse().unwrap();
        let mut options = RehearsalOptions::new(folder.path().join("rivemer"), now);
        options.people = 200;
        let first = Rehearsal::start(&options).unwrap();
        let process = ProcessId::slapd(first.pid).unwrap();

        let mut tomorrow = options.clone();
        tomorrow.now = "2026-11-25T08:31:00Z".parse().unwrap();
        let again = Rehearsal::start(&tomorrow).unwrap();
        assert_eq!(again.pid, first.pid, "one server for one folder");
        assert_eq!(again.prepared_at, now, "kept from one day to the next");

        Rehearsal::stop(&options.folder).unwrap();
        assert!(!process.is_alive());
        let restarted = Rehearsal::start(&tomorrow).unwrap();
        assert_eq!(
            restarted.prepared_at, now,
            "started again without a new preparation"
        );

        // Another university in the same folder: the old server goes first.
        tomorrow.seed += 1;
        let other = Rehearsal::start(&tomorrow).unwrap();
        assert!(ProcessId::slapd(restarted.pid).is_none());
        assert_eq!(other.prepared_at, tomorrow.now);
        other.stop().unwrap();
    }

    #[test]
    fn a_note_about_another_process_stops_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let stranger = ProcessId {
            number: std::process::id(),
            started: 1,
        };
        Note {
            process: stranger,
            ports: Ports { ldap: 1, ldaps: 2 },
        }
        .write(folder.path())
        .unwrap();
        Rehearsal::stop(folder.path()).unwrap();
        assert!(!folder.path().join(NOTE).exists());
    }

    #[test]
    fn a_taken_port_is_named() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(
            matches!(free_port(Some(port)), Err(RehearsalError::PortTaken(taken)) if taken == port)
        );
    }
}
