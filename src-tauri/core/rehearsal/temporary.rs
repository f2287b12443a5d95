//! A rehearsal for one suite: its own copy of a prepared template, in a folder that goes away with it.
//! A small shell holds the server and reads our orders from a pipe: when we end, even killed, the pipe closes and
//! the shell stops the server and removes the folder. Never used for training, whose server must outlive us.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Seek, Write};
use std::ops::Deref;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;

use super::RehearsalOptions;
use super::calendar::{Calendar, compact};
use super::error::RehearsalError;
use super::platform::{Installation, ProcessId, ServerAccount, slapd_words};
use super::preparation::{Preparation, create_folder, fingerprint};
use super::server::{
    Ports, RunningRehearsal, became_slapd, wait_for_answer, wait_for_end, with_free_ports,
};

/// The shell's part. Orders come one a line; each `start` answers the server's number. SIGHUP is ignored because
/// the kernel sends it to an orphaned group with a frozen process in it, before the folder is removed.
const KEEPER: &str = r#"
trap '' HUP
folder=$1; shift
halt() { kill -s CONT "$server"; kill -s "$1" "$server"; wait "$server"; server=; }
while read -r order; do
  case $order in
    start) "$@" >slapd.log 2>&1 & server=$!; echo "$server" ;;
    stop) halt TERM; echo stopped ;;
    kill) halt KILL; echo stopped ;;
    pause) kill -s STOP "$server"; echo paused ;;
    resume) kill -s CONT "$server"; echo resumed ;;
  esac
done
[ -n "$server" ] && halt TERM
rm -rf -- "$folder"
"#;

/// A running server and its folder, both gone when this is dropped.
pub struct TemporaryRehearsal {
    running: RunningRehearsal,
    ports: Ports,
    keeper: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    template: PathBuf,
}

impl Deref for TemporaryRehearsal {
    type Target = RunningRehearsal;

    fn deref(&self) -> &RunningRehearsal {
        &self.running
    }
}

impl TemporaryRehearsal {
    /// Starts a server on a fresh copy. `options.folder` is where templates are kept between runs
    /// (`CARGO_TARGET_TMPDIR` for a suite): one for each day and each set of options, the older ones removed.
    ///
    /// # Errors
    /// See [`RehearsalError`].
    pub fn start(options: &RehearsalOptions) -> Result<Self, RehearsalError> {
        let template = template(&alone(options))?;
        with_free_ports(options, |ports| {
            let folder = tempfile::Builder::new()
                .prefix("guichet-repetition-")
                .tempdir()
                .map_err(RehearsalError::file(
                    "creating",
                    Path::new("a temporary folder"),
                ))?;
            copy_folder(&template.folder, folder.path())?;
            let preparation = Preparation {
                folder: folder.path().to_owned(),
                prepared_at: template.prepared_at,
            };
            let installation = Installation::find()?;
            let account = ServerAccount::choose()?;
            preparation.dress()?;
            preparation.configure(options, &installation, account)?;
            let program = preparation.program(&installation, account)?;
            let words = slapd_words(&program, account, &ports.arguments(options.log_requests));
            let (mut keeper, orders, answers) = keeper(&preparation, &words)?;
            let (Some(orders), Some(answers)) = (orders, answers) else {
                let _ = keeper.kill();
                return Err(RehearsalError::NoAnswer {
                    message: String::from("no pipe"),
                });
            };
            // From here on the keeper removes the folder.
            let _ = folder.keep();
            let unknown = ProcessId {
                number: 0,
                started: 0,
            };
            let mut rehearsal = TemporaryRehearsal {
                running: ports.running(unknown, &preparation),
                ports,
                keeper,
                orders: Some(orders),
                answers: BufReader::new(answers),
                template: template.folder.clone(),
            };
            rehearsal.restart()?;
            Ok(rehearsal)
        })
    }

    /// Starts the server again after `stop` or `kill`, on the same ports and data.
    ///
    /// # Errors
    /// `NoAnswer` with the end of the server's log.
    pub fn restart(&mut self) -> Result<(), RehearsalError> {
        let number = self
            .order("start")
            .and_then(|answer| answer.parse().ok())
            .unwrap_or(0);
        let folder = server_folder(&self.running);
        let process = became_slapd(number, &folder)?;
        wait_for_answer(process, self.ports, &folder)?;
        self.running.pid = number;
        Ok(())
    }

    /// Stops the server cleanly; connections are then refused until `restart`.
    pub fn stop(&mut self) {
        self.order("stop");
    }

    /// Ends the server as a power cut would.
    pub fn kill(&mut self) {
        self.order("kill");
    }

    /// After `stop` or `kill`: the server's data are those of the template again, as from an old backup.
    ///
    /// # Errors
    /// When a file cannot be copied.
    pub fn roll_back(&self) -> Result<(), RehearsalError> {
        let data = server_folder(&self.running).join("data");
        fs::remove_dir_all(&data).map_err(RehearsalError::file("removing", &data))?;
        let kept = Preparation {
            folder: self.template.clone(),
            prepared_at: self.running.prepared_at,
        };
        copy_folder(&kept.server_folder().join("data"), &data)?;
        ServerAccount::choose()?.own(&data)
    }

    /// Freezes the server: connections are accepted and nothing answers, until `resume`.
    pub fn pause(&mut self) {
        self.order("pause");
    }

    pub fn resume(&mut self) {
        self.order("resume");
    }

    fn order(&mut self, order: &str) -> Option<String> {
        let orders = self.orders.as_mut()?;
        writeln!(orders, "{order}").ok()?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer).ok()?;
        Some(answer.trim().to_owned())
    }
}

impl Drop for TemporaryRehearsal {
    fn drop(&mut self) {
        let process = ProcessId::slapd(self.running.pid);
        drop(self.orders.take());
        let _ = self.keeper.wait();
        if let Some(process) = process {
            wait_for_end(process);
        }
    }
}

fn server_folder(running: &RunningRehearsal) -> PathBuf {
    Preparation {
        folder: running.folder.clone(),
        prepared_at: running.prepared_at,
    }
    .server_folder()
}

/// The people are the same whether or not their server is one of a pair.
fn alone(options: &RehearsalOptions) -> RehearsalOptions {
    RehearsalOptions {
        replication: None,
        ..options.clone()
    }
}

type Keeper = (Child, Option<ChildStdin>, Option<ChildStdout>);

fn keeper(preparation: &Preparation, words: &[String]) -> Result<Keeper, RehearsalError> {
    let mut child = Command::new("sh")
        .args(["-c", KEEPER, "guichet-repetition"])
        .arg(&preparation.folder)
        .args(words)
        .current_dir(preparation.server_folder())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map_err(RehearsalError::file("starting", Path::new("sh")))?;
    let (orders, answers) = (child.stdin.take(), child.stdout.take());
    Ok((child, orders, answers))
}

/// The template for these options and this day, prepared if nobody did.
fn template(options: &RehearsalOptions) -> Result<Preparation, RehearsalError> {
    /// Two threads of one suite would prepare the same template twice.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock();

    let day = compact(Calendar::new(options.now).today());
    let name = format!("repetition-{day}-{}", &fingerprint(options)[..16]);
    let mut wanted = options.clone();
    wanted.folder = options.folder.join(name);
    if let Some(existing) = Preparation::existing(&wanted) {
        return Ok(existing);
    }
    create_folder(&options.folder)?;
    remove_older(&options.folder, &day);
    // Prepared aside then renamed: another process never sees half a template.
    let aside = tempfile::Builder::new()
        .prefix("preparation-")
        .tempdir_in(&options.folder)
        .map_err(RehearsalError::file("creating", &options.folder))?;
    let mut made = options.clone();
    made.folder = aside.path().to_owned();
    Preparation::make(&made)?;
    if fs::rename(aside.path(), &wanted.folder).is_ok() {
        let _ = aside.keep();
    }
    Preparation::existing(&wanted).ok_or(RehearsalError::NotOurs(wanted.folder))
}

fn remove_older(folder: &Path, day: &str) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let made_on = name
            .to_str()
            .and_then(|name| name.strip_prefix("repetition-")?.get(..8));
        if made_on.is_some_and(|made_on| made_on < day) {
            // A suite that started before midnight has already copied it.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), RehearsalError> {
    create_folder(to)?;
    for entry in fs::read_dir(from).map_err(RehearsalError::file("reading", from))? {
        let path = entry.map_err(RehearsalError::file("reading", from))?.path();
        let Some(name) = path.file_name() else {
            continue;
        };
        let copy = to.join(name);
        if path.is_dir() {
            copy_folder(&path, &copy)?;
        } else {
            copy_file(&path, &copy).map_err(RehearsalError::file("copying", &path))?;
        }
    }
    Ok(())
}

/// Leaves holes where the database has them: most of its file is empty, and `fs::copy` would write it all.
fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = File::open(from)?;
    let mut copy = File::create(to)?;
    copy.set_permissions(source.metadata()?.permissions())?;
    let mut chunk = vec![0; 1 << 16];
    loop {
        let length = source.read(&mut chunk)?;
        if length == 0 {
            break;
        }
        let read = &chunk[..length];
        if read.iter().all(|byte| *byte == 0) {
            copy.seek_relative(i64::try_from(length).unwrap_or(0))?;
        } else {
            copy.write_all(read)?;
        }
    }
    copy.set_len(source.metadata()?.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rehearsal::{CertificateFault, ServerCertificate};

    fn start(templates: &Path, certificate: ServerCertificate) -> TemporaryRehearsal {
        let now = "2026-11-24T08:31:00Z".parse().unwrap();
        let mut options = RehearsalOptions::new(templates, now);
        options.people = 200;
        options.durable = false;
        options.certificate = certificate;
        TemporaryRehearsal::start(&options).unwrap()
    }

    /// Exit code of OpenLDAP's own client, which verifies the certificate.
    fn who_am_i(rehearsal: &TemporaryRehearsal) -> Option<i32> {
        // GnuTLS waits for ever in the handshake with a frozen server: `timeout` ends it.
        Command::new("timeout")
            .args(["3", "ldapwhoami", "-x", "-H", &rehearsal.uri_ldaps])
            .env("LDAPTLS_CACERT", &rehearsal.ca_pem)
            .env("LDAPTLS_REQCERT", "demand")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap()
            .code()
    }

    #[test]
    fn goes_down_comes_back_and_leaves_nothing() {
        let templates = tempfile::tempdir().unwrap();
        let mut rehearsal = start(templates.path(), ServerCertificate::Sound);
        assert_eq!(who_am_i(&rehearsal), Some(0));
        rehearsal.stop();
        assert_ne!(who_am_i(&rehearsal), Some(0), "stopped");
        rehearsal.restart().unwrap();
        assert_eq!(who_am_i(&rehearsal), Some(0), "same port");
        rehearsal.kill();
        assert_ne!(who_am_i(&rehearsal), Some(0), "killed");
        rehearsal.restart().unwrap();
        rehearsal.pause();
        assert_ne!(who_am_i(&rehearsal), Some(0), "frozen");
        rehearsal.resume();
        assert_eq!(who_am_i(&rehearsal), Some(0));
        rehearsal.pause();

        let (pid, folder) = (rehearsal.pid, rehearsal.folder.clone());
        drop(rehearsal);
        assert!(ProcessId::slapd(pid).is_none(), "even frozen, it ends");
        assert!(!folder.exists());
    }

    #[test]
    fn faulty_certificates_are_refused_by_a_careful_client() {
        let templates = tempfile::tempdir().unwrap();
        for fault in [
            CertificateFault::Expired,
            CertificateFault::NotYetValid,
            CertificateFault::WrongHost,
            CertificateFault::OtherAuthority,
        ] {
            let rehearsal = start(templates.path(), ServerCertificate::Faulty(fault));
            assert_ne!(who_am_i(&rehearsal), Some(0), "{fault:?}");
        }
    }

    #[test]
    fn a_copy_with_holes_is_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("a"), folder.path().join("b"));
        let mut bytes = vec![0; 300_000];
        bytes[70_000] = 7;
        bytes[299_000] = 9;
        fs::write(&from, &bytes).unwrap();
        copy_file(&from, &to).unwrap();
        assert!(fs::read(&to).unwrap() == bytes);

        fs::write(&from, vec![0; 100_000]).unwrap();
        copy_file(&from, &to).unwrap();
        assert!(
            fs::read(&to).unwrap() == vec![0; 100_000],
            "even when it ends with a hole"
        );
    }
}
