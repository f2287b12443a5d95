//! A post as a process of its own, which does one act of a counter and may be ended anywhere: at a boundary of the product
//! (`faults::point`), or by strace at a system call. It runs this suite's own program again, told by a variable.
//! Never judges what it did: the harness does, after a restart.

use std::fs::File;
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use guichet_core::faults::{self, Fault};
use guichet_core::operations::handover::{self, HandoverView, Outlet, StepState};
use guichet_core::operations::{Office, OfficeNotice, OperationError, counter, session};
use guichet_core::rehearsal::{clerks::clerk, post_settings};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use zeroize::Zeroizing;

const ORDERS: &str = "GUICHET_ORDERS";
const PROGRAM: &str = "process::a_post_of_its_own";
/// A process that is still there after this long does not end by itself.
const PATIENCE: Duration = Duration::from_secs(90);
pub const CLERK: &str = "croux";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Task {
    /// The first start in an empty folder: the store is made, table by table, as an old one is brought up to date.
    First,
    /// Signs in, fills the copy, sends what waits for anybody: a post at work.
    Prepare,
    /// The directory first, then the letter, then « Remise faite ».
    Online,
    /// The directory away: signs in, seals, brings the letter out, confirms it.
    Offline,
    /// The directory back: signs in and sends what waits.
    Late,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Defect {
    PrintedBeforeKept,
    UnconfirmedSent,
    WriteErrorsIgnored,
}

impl Defect {
    pub fn fault(self) -> Fault {
        match self {
            Defect::PrintedBeforeKept => Fault::PrintedBeforeKept,
            Defect::UnconfirmedSent => Fault::UnconfirmedSent,
            Defect::WriteErrorsIgnored => Fault::WriteErrorsIgnored,
        }
    }
}

/// What the process is told.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Orders {
    pub task: Task,
    pub uri: String,
    pub authority: PathBuf,
    /// The post's folder is below it.
    pub folder: PathBuf,
    pub person: String,
    pub birth: String,
    pub name: String,
    pub letter: PathBuf,
    pub defect: Option<Defect>,
    /// The boundary at which it ends; 0 for none.
    pub die_at: usize,
}

#[derive(Debug)]
pub enum Ended {
    Killed,
    /// It did its act; the boundaries it passed.
    Done(Vec<String>),
    /// It told the clerk why it stopped.
    Stopped(String),
    /// It panicked, hung, or ended otherwise.
    Failed(String),
}

impl Ended {
    /// The boundaries that a run which must be a good one has passed.
    pub fn done(self, what: &str) -> Vec<String> {
        match self {
            Ended::Done(passed) => passed,
            Ended::Killed => panic!("{what}: killed"),
            Ended::Stopped(why) | Ended::Failed(why) => panic!("{what}: {why}"),
        }
    }
}

/// Runs the act; `strace` are the arguments of strace, none to run without it.
pub fn run(orders: &Orders, strace: &[String]) -> Ended {
    let program = std::env::current_exe().expect("this suite's program");
    let mut command = if strace.is_empty() {
        Command::new(program)
    } else {
        let mut command = Command::new("strace");
        command.args(strace).arg(program);
        command
    };
    let out = orders.letter.with_extension("out");
    let err = orders.letter.with_extension("err");
    let mut child = command
        .args([
            "--exact",
            PROGRAM,
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(ORDERS, serde_json::to_string(orders).expect("json"))
        .stdin(Stdio::null())
        .stdout(File::create(&out).expect("a file"))
        .stderr(File::create(&err).expect("a file"))
        .spawn()
        .expect("a process (strace is a Debian package)");
    let began = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("the process") {
            break status;
        }
        if began.elapsed() > PATIENCE {
            child.kill().expect("our own process");
            child.wait().expect("its end");
            return Ended::Failed("it hung".to_owned());
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let said = std::fs::read_to_string(&out).expect("what it said");
    let line = |word: &str| said.lines().find_map(|line| line.split_once(word));
    if status.signal() == Some(9) {
        Ended::Killed
    } else if let Some((_, passed)) = line("DONE ").filter(|_| status.success()) {
        Ended::Done(serde_json::from_str(passed).expect("json"))
    } else if let Some((_, sentence)) = line("STOPPED ").filter(|_| status.success()) {
        Ended::Stopped(serde_json::from_str(sentence).expect("json"))
    } else {
        let err = std::fs::read_to_string(&err).expect("its errors");
        Ended::Failed(format!("{status}\n{said}\n{err}"))
    }
}

/// The process itself.
#[test]
#[ignore = "the process that the harnesses start"]
fn a_post_of_its_own() {
    let Ok(orders) = std::env::var(ORDERS) else {
        return;
    };
    let orders: Orders = serde_json::from_str(&orders).expect("orders");
    faults::die_at(orders.die_at);
    let _broken = orders
        .defect
        .map(|defect| faults::break_on_purpose(defect.fault()));
    // One thread does the work, so that a system call has the same number in each run.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(1)
        .build()
        .expect("a runtime");
    let said = match runtime.block_on(act(&orders)) {
        Ok(()) => format!(
            "DONE {}",
            serde_json::to_string(&faults::passed()).expect("json")
        ),
        Err(sentence) => format!(
            "STOPPED {}",
            serde_json::to_string(&sentence).expect("json")
        ),
    };
    println!("\n{said}");
    std::io::stdout().flush().expect("said");
}

async fn act(orders: &Orders) -> Result<(), String> {
    let settings = post_settings(&orders.uri, &orders.authority, &orders.folder);
    println!("\nBEGIN");
    let office = Office::open(settings)
        .await
        .map_err(|trouble| format!("{} {}", trouble.strong, trouble.text))?;
    let office = Arc::new(office);
    let mut notices = office.notices();
    let password = clerk(CLERK).expect("a rehearsal clerk").password;
    session::sign_in(&office, CLERK, Zeroizing::new(password.to_owned()))
        .await
        .map_err(said)?;
    match orders.task {
        Task::First | Task::Prepare => {
            told(&mut notices, |notice| {
                matches!(notice, OfficeNotice::LinkChanged(_))
            })
            .await;
            handover::catch_up(&office).await.map_err(said)?;
            counter::refresh_mirror(&office).await.map_err(said)?;
            Ok(())
        }
        Task::Online => {
            told(&mut notices, |notice| {
                matches!(notice, OfficeNotice::LinkChanged(_))
            })
            .await;
            hand_over(&office, orders).await.map_err(said)
        }
        Task::Offline => hand_over(&office, orders).await.map_err(said),
        Task::Late => {
            // The post sends by itself once its link is back; what it could not, a pass on demand says why.
            if told(&mut notices, |notice| {
                matches!(notice, OfficeNotice::Settled(_))
            })
            .await
            {
                return Ok(());
            }
            let report = handover::catch_up(&office).await.map_err(said)?;
            report.interrupted.map_or(Ok(()), Err)
        }
    }
}

/// Waits for a notice; false when it does not come.
async fn told(
    notices: &mut broadcast::Receiver<OfficeNotice>,
    awaited: impl Fn(&OfficeNotice) -> bool,
) -> bool {
    let coming = async {
        loop {
            match notices.recv().await {
                Ok(notice) if awaited(&notice) => return true,
                Err(broadcast::error::RecvError::Closed) => return false,
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(6), coming)
        .await
        .unwrap_or(false)
}

async fn hand_over(office: &Arc<Office>, orders: &Orders) -> Result<(), OperationError> {
    let view = handover::begin(office, &orders.person).await?;
    let id = view.id;
    let (birth, name) = (&orders.birth, &orders.name);
    handover::check_birth_date(office, &id, "identity-card", birth, name).await?;
    handover::confirm_photo(office, &id, true).await?;
    let outlet = Outlet::File(Some(orders.letter.clone()));
    let mut view = handover::hand_over(office, &id, outlet).await?;
    for look in 0..200 {
        if ready(&view) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        if look > 40 {
            // As the window does every few seconds.
            session::link(office).await?;
        }
        view = handover::resume(office, &id).await?;
    }
    if view.letter.state != StepState::Done {
        let notices = [&view.directory.notice, &view.letter.notice];
        let told: Vec<String> = notices
            .iter()
            .filter_map(|notice| notice.as_ref())
            .map(|notice| format!("{} {}", notice.strong, notice.text))
            .collect();
        return Err(OperationError {
            code: "notPrinted".to_owned(),
            message: told.join(" "),
        });
    }
    handover::finish(office, &id).await.map(drop)
}

fn ready(view: &HandoverView) -> bool {
    view.directory.state != StepState::Current && view.next.is_some()
}

fn said(error: OperationError) -> String {
    error.message
}

/// A letter that came out whole.
pub fn is_whole(letter: &Path) -> bool {
    std::fs::read(letter).is_ok_and(|bytes| bytes.trim_ascii_end().ends_with(b"%%EOF"))
}
