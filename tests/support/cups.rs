//! A real print server for tests: cupsd on a high loopback port with folders, queues and a backend of
//! its own that keeps each job's bytes. Other processes reach it through `CUPS_SERVER`.
//! It never touches the system's print service, its queues or its files, and never a real printer.

#![allow(
    clippy::expect_used,
    dead_code,
    reason = "a fixture stops at the first surprise, and each suite uses the part it needs"
)]

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Prints at once; the default queue; one side only.
pub const READY: &str = "Accueil";
/// Ready, and offers both sides of the sheet: a queue with a driver (cups-filters).
pub const TWO_SIDED: &str = "Scolarite";
/// Stopped for lack of paper until [`Cupsd::refill`].
pub const NO_PAPER: &str = "RH-2e-etage";
/// Paused by the IT office, with a reason.
pub const PAUSED: &str = "Atelier";
/// Accepts nothing new.
pub const CLOSED: &str = "Archives";
/// Accepts jobs and holds each until someone releases it.
pub const HOLDING: &str = "Depot";

const START_PATIENCE: Duration = Duration::from_secs(20);
const JOB_PATIENCE: Duration = Duration::from_secs(20);

/// The backend. Its URI names the folder to keep jobs in; a file `trouble` there makes it behave as a
/// printer without paper (`paper`), or one that fails (`failure`).
const BACKEND: &str = r#"#!/bin/sh
[ $# -eq 0 ] && { echo 'direct capture "Unknown" "Capture to folder"'; exit 0; }
dir=${DEVICE_URI#capture:}
case $(cat "$dir/trouble" 2>/dev/null) in
paper)   echo 'STATE: +media-empty-error' >&2; exit 4 ;;
failure) echo 'ERROR: no such luck' >&2; exit 1 ;;
esac
echo 'STATE: -media-empty-error' >&2
printf 'user=%s\ntitle=%s\ncopies=%s\noptions=%s\n' "$2" "$3" "$4" "$5" > "$dir/$1.about"
if [ -n "$6" ]; then cat "$6"; else cat; fi > "$dir/$1.partial"
mv "$dir/$1.partial" "$dir/$1.document"
"#;

/// A print server that ends with this value.
pub struct Cupsd {
    process: Child,
    port: u16,
    folder: PathBuf,
}

/// One job as the printer got it.
#[derive(Debug, Clone)]
pub struct PrintedJob {
    pub id: i32,
    pub user: String,
    pub title: String,
    pub copies: String,
    pub options: String,
    pub document: Vec<u8>,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Setup {
    /// `PreserveJobFiles Yes`: documents stay in the spool.
    pub keeps_documents: bool,
    /// A certificate for `localhost` from an authority of its own, see [`Cupsd::authority`].
    pub encrypted: bool,
    /// Start without any queue.
    pub without_queues: bool,
}

impl Cupsd {
    /// With all the queues above.
    pub fn start() -> Cupsd {
        Cupsd::start_as(Setup::default())
    }

    pub fn start_as(setup: Setup) -> Cupsd {
        let folder = fresh_folder();
        // Another process may take the free port first: rare, and worth two more tries.
        for _ in 0..3 {
            let port = free_port();
            prepare(&folder, port, setup);
            if let Some(process) = launch(&folder, port) {
                let cupsd = Cupsd {
                    process,
                    port,
                    folder,
                };
                if !setup.without_queues {
                    cupsd.add_queues();
                }
                return cupsd;
            }
        }
        let log = fs::read_to_string(folder.join("log/error_log")).unwrap_or_default();
        panic!("cupsd did not start; its log:\n{log}");
    }

    /// What `CUPS_SERVER` has to say.
    pub fn server(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// The environment that makes another program print here, whatever the user's own settings are.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![("CUPS_SERVER", self.server()), ("LPDEST", READY.to_owned())]
    }

    /// PEM file of the authority that signed the server's certificate.
    pub fn authority(&self) -> PathBuf {
        self.folder.join("tls/authority.crt")
    }

    /// Folder with everything the server writes: spool, cache, logs.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Jobs a queue has printed, by number.
    pub fn printed(&self, queue: &str) -> Vec<PrintedJob> {
        let mut jobs: Vec<PrintedJob> = fs::read_dir(self.out(queue))
            .expect("the queue's folder")
            .filter_map(|entry| {
                let path = entry.expect("an entry").path();
                (path.extension()? == "document").then(|| read_job(&path))
            })
            .collect();
        jobs.sort_by_key(|job| job.id);
        jobs
    }

    /// Waits until a queue has printed so many jobs.
    pub fn wait_for(&self, queue: &str, count: usize) -> Vec<PrintedJob> {
        let end = Instant::now() + JOB_PATIENCE;
        loop {
            let jobs = self.printed(queue);
            if jobs.len() >= count {
                return jobs;
            }
            assert!(
                Instant::now() < end,
                "{queue} printed {} of {count} jobs; log:\n{}",
                jobs.len(),
                self.log()
            );
            sleep(Duration::from_millis(50));
        }
    }

    /// The next job of this queue meets an empty tray, and the queue stops with `media-empty-error`.
    pub fn take_paper_out(&self, queue: &str) {
        self.set_trouble(queue, "paper");
    }

    /// The next jobs of this queue fail, and are given up.
    pub fn break_printer(&self, queue: &str) {
        self.set_trouble(queue, "failure");
    }

    /// Paper again, and the queue runs again: what waits in it prints.
    pub fn refill(&self, queue: &str) {
        let _ = fs::remove_file(self.out(queue).join("trouble"));
        self.tool("cupsenable", &[queue]);
    }

    /// Lets a held job go.
    pub fn release(&self, job_id: i32) {
        self.tool("lp", &["-i", &job_id.to_string(), "-H", "resume"]);
    }

    /// What another user of the queue does to a job.
    pub fn cancel(&self, job_id: i32) {
        self.tool("cancel", &[&job_id.to_string()]);
    }

    /// Files of the spool that hold these bytes.
    pub fn spool_files_with(&self, bytes: &[u8]) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![
            self.folder.join("spool"),
            self.folder.join("cache"),
            self.folder.join("log"),
        ];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if fs::read(&path)
                    .is_ok_and(|content| content.windows(bytes.len()).any(|part| part == bytes))
                {
                    found.push(path);
                }
            }
        }
        found
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log/error_log")).unwrap_or_default()
    }

    fn out(&self, queue: &str) -> PathBuf {
        self.folder.join("out").join(queue)
    }

    fn set_trouble(&self, queue: &str, trouble: &str) {
        fs::write(self.out(queue).join("trouble"), trouble).expect("the queue's trouble");
    }

    fn add_queues(&self) {
        for queue in [READY, NO_PAPER, PAUSED, CLOSED, HOLDING] {
            self.add_queue(queue, &["-m", "raw"]);
        }
        self.add_queue(
            TWO_SIDED,
            &[
                "-P",
                "/usr/share/ppd/cupsfilters/Generic-PDF_Printer-PDF.ppd",
            ],
        );
        self.tool("lpadmin", &["-d", READY]);
        self.tool(
            "lpadmin",
            &["-p", HOLDING, "-o", "job-hold-until-default=indefinite"],
        );
        self.tool("cupsdisable", &["-r", "Maintenance jusqu’à midi", PAUSED]);
        self.tool("cupsreject", &[CLOSED]);
        self.empty_tray(NO_PAPER);
    }

    fn add_queue(&self, queue: &str, driver: &[&str]) {
        let out = self.out(queue);
        fs::create_dir_all(&out).expect("the queue's folder");
        fs::set_permissions(&out, fs::Permissions::from_mode(0o777))
            .expect("a folder for the backend");
        let uri = format!("capture:{}", out.display());
        let mut arguments = vec![
            "-p",
            queue,
            "-E",
            "-v",
            &uri,
            "-o",
            "printer-error-policy=abort-job",
        ];
        arguments.extend_from_slice(driver);
        self.tool("lpadmin", &arguments);
    }

    /// A first job meets the empty tray, so that the queue has stopped by itself as a real one does.
    fn empty_tray(&self, queue: &str) {
        self.take_paper_out(queue);
        let sheet = self.folder.join("sheet");
        fs::write(&sheet, "an empty sheet\n").expect("a sheet");
        self.tool(
            "lp",
            &["-d", queue, "-o", "raw", &sheet.display().to_string()],
        );
        let end = Instant::now() + JOB_PATIENCE;
        while !self.answer("lpstat", &["-p", queue]).contains("disabled") {
            assert!(
                Instant::now() < end,
                "{queue} did not stop; log:\n{}",
                self.log()
            );
            sleep(Duration::from_millis(50));
        }
        self.tool("cancel", &["-a", "-x", queue]);
    }

    fn tool(&self, program: &str, arguments: &[&str]) {
        let output = self.run(program, arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            output.status.success(),
            "{program} {arguments:?}: {said}\nlog:\n{}",
            self.log()
        );
    }

    fn answer(&self, program: &str, arguments: &[&str]) -> String {
        String::from_utf8_lossy(&self.run(program, arguments).stdout).into_owned()
    }

    fn run(&self, program: &str, arguments: &[&str]) -> std::process::Output {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .stdin(Stdio::null())
            .env("CUPS_SERVER", self.server())
            .env("LC_ALL", "C.UTF-8");
        // lpadmin and its family live in sbin, which a user's PATH may lack.
        command
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env_remove("LPDEST")
            .env_remove("PRINTER");
        command
            .env_remove("CUPS_ENCRYPTION")
            .env("HOME", &self.folder);
        command
            .output()
            .unwrap_or_else(|error| panic!("{program}: {error} (package cups-client)"))
    }
}

impl Drop for Cupsd {
    fn drop(&mut self) {
        // SIGTERM lets cupsd end its backends; a kill would leave them behind.
        let _ = Command::new("kill")
            .arg(self.process.id().to_string())
            .status();
        let end = Instant::now() + Duration::from_secs(5);
        while Instant::now() < end && matches!(self.process.try_wait(), Ok(None)) {
            sleep(Duration::from_millis(20));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().expect("id");
    output.stdout.trim_ascii() == b"0"
}

fn fresh_folder() -> PathBuf {
    let name = format!("guichet-cups-{}-{:x}", std::process::id(), unique());
    let folder = std::env::temp_dir().join(name);
    fs::create_dir_all(&folder).expect("a folder for cupsd");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755))
        .expect("a folder the backend can pass");
    folder
}

fn unique() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its number").port()
}

fn prepare(folder: &Path, port: u16, setup: Setup) {
    for part in [
        "root/ppd",
        "run/certs",
        "spool/tmp",
        "cache",
        "log",
        "out",
        "bin/backend",
        "tls",
    ] {
        fs::create_dir_all(folder.join(part)).expect("a folder of cupsd");
    }
    for part in [
        "filter", "driver", "cgi-bin", "daemon", "monitor", "notifier",
    ] {
        let link = folder.join("bin").join(part);
        if !link.exists() {
            symlink(Path::new("/usr/lib/cups").join(part), link)
                .expect("cupsd's programs (package cups)");
        }
    }
    let backend = folder.join("bin/backend/capture");
    fs::write(&backend, BACKEND).expect("the backend");
    // cupsd runs a backend as root only when nobody else may read it; here it runs as `lp`.
    fs::set_permissions(&backend, fs::Permissions::from_mode(0o755)).expect("the backend's mode");
    // AppArmor confines the program by its path: a copy elsewhere is free to use these folders.
    let program = folder.join("cupsd");
    fs::copy("/usr/sbin/cupsd", &program).expect("cupsd (package cups)");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("cupsd's mode");
    if setup.encrypted {
        make_certificates(&folder.join("tls"));
    }
    fs::write(
        folder.join("cupsd.conf"),
        configuration(folder, port, setup),
    )
    .expect("cupsd.conf");
    fs::write(folder.join("cups-files.conf"), places(folder)).expect("cups-files.conf");
    if is_root() {
        // Without root cupsd runs everything as the caller, who owns the folders already.
        let mut chown = Command::new("chown");
        chown.args(["-R", "root:lp"]);
        chown.args(["root", "run", "spool", "cache", "log"].map(|part| folder.join(part)));
        assert!(
            chown.status().expect("chown").success(),
            "the user lp comes with the package cups"
        );
        for part in ["spool", "spool/tmp", "cache"] {
            fs::set_permissions(folder.join(part), fs::Permissions::from_mode(0o770))
                .expect("a mode");
        }
    }
}

fn configuration(folder: &Path, port: u16, setup: Setup) -> String {
    let keep = if setup.keeps_documents { "Yes" } else { "No" };
    let encryption = if setup.encrypted {
        "DefaultEncryption Required"
    } else {
        "DefaultEncryption Never"
    };
    let socket = folder.join("run/cups.sock");
    // What the product does to jobs follows Debian’s own rules; the rest is opened to the fixture.
    format!(
        "LogLevel info\nMaxLogSize 0\nListen 127.0.0.1:{port}\nListen {}\nBrowsing No\nWebInterface No\n\
         DefaultAuthType None\nErrorPolicy abort-job\nPreserveJobHistory Yes\nPreserveJobFiles {keep}\n{encryption}\n\
         <Location />\n Order allow,deny\n Allow from 127.0.0.1\n</Location>\n\
         <Policy default>\n JobPrivateAccess default\n JobPrivateValues default\n\
         <Limit Create-Job Print-Job Print-URI Validate-Job>\n Order deny,allow\n</Limit>\n\
         <Limit Send-Document Send-URI Hold-Job Restart-Job Cancel-My-Jobs Close-Job>\n\
         Require user @OWNER @SYSTEM\n Order deny,allow\n</Limit>\n\
         <Limit Cancel-Job CUPS-Authenticate-Job>\n Require user @OWNER @SYSTEM\n Order deny,allow\n</Limit>\n\
         <Limit All>\n AuthType None\n Order deny,allow\n</Limit>\n</Policy>\n",
        socket.display()
    )
}

fn places(folder: &Path) -> String {
    let at = |part: &str| folder.join(part).display().to_string();
    let owner = if is_root() { "User lp\nGroup lp\n" } else { "" };
    format!(
        "SystemGroup root\n{owner}Sandboxing relaxed\nServerRoot {}\nServerBin {}\nServerKeychain {}\nCreateSelfSignedCerts no\n\
         DataDir /usr/share/cups\nStateDir {}\nCacheDir {}\nRequestRoot {}\nTempDir {}\nAccessLog {}\nErrorLog {}\nPageLog {}\n",
        at("root"),
        at("bin"),
        at("tls"),
        at("run"),
        at("cache"),
        at("spool"),
        at("spool/tmp"),
        at("log/access_log"),
        at("log/error_log"),
        at("log/page_log"),
    )
}

/// An authority, and a certificate for `localhost` signed by it, under the names cupsd looks for.
fn make_certificates(folder: &Path) {
    let script = "set -e
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=Test authority' -keyout authority.key -out authority.crt
openssl req -newkey rsa:2048 -nodes -subj '/CN=localhost' -keyout localhost.key -out localhost.csr
printf 'subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n' > localhost.ext
openssl x509 -req -in localhost.csr -CA authority.crt -CAkey authority.key -CAcreateserial -days 2 -extfile localhost.ext -out localhost.crt
cp localhost.crt \"$(hostname).crt\"
cp localhost.key \"$(hostname).key\"";
    let output = Command::new("sh")
        .args(["-c", script])
        .current_dir(folder)
        .output()
        .expect("sh");
    assert!(
        output.status.success(),
        "openssl: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Starts cupsd and waits until it answers; `None` when it ended first.
fn launch(folder: &Path, port: u16) -> Option<Child> {
    let mut process = Command::new(folder.join("cupsd"))
        .arg("-f")
        .arg("-c")
        .arg(folder.join("cupsd.conf"))
        .arg("-s")
        .arg(folder.join("cups-files.conf"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("cupsd");
    let end = Instant::now() + START_PATIENCE;
    while Instant::now() < end {
        if matches!(process.try_wait(), Ok(Some(_)) | Err(_)) {
            return None;
        }
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Some(process);
        }
        sleep(Duration::from_millis(20));
    }
    let _ = process.kill();
    let _ = process.wait();
    None
}

fn read_job(document: &Path) -> PrintedJob {
    let about = fs::read_to_string(document.with_extension("about")).expect("the job's options");
    let field = |name: &str| {
        about
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap_or_default()
            .to_owned()
    };
    let id = document
        .file_stem()
        .and_then(|stem| stem.to_str())
        .and_then(|stem| stem.parse().ok())
        .expect("a job's number");
    PrintedJob {
        id,
        user: field("user="),
        title: field("title="),
        copies: field("copies="),
        options: field("options="),
        document: fs::read(document).expect("the job's document"),
    }
}
