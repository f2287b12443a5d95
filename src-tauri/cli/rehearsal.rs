//! `guichet rehearsal start|stop`: the training directory, and the settings and password file that lead a post to it.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use guichet_core::rehearsal::clerks::CLERKS;
use guichet_core::rehearsal::{Rehearsal, RehearsalOptions, post_settings};
use serde::Serialize;

use super::answer::{Answer, Exit};
use super::arguments::RehearsalAct;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Started {
    uri: String,
    settings: PathBuf,
    password_file: PathBuf,
    clerk: &'static str,
    pid: u32,
}

pub fn run(act: &RehearsalAct, answer: Answer) -> ExitCode {
    match act {
        RehearsalAct::Start {
            folder,
            people,
            seed,
        } => match start(folder, *people, *seed) {
            Ok(started) => {
                answer.one(&started, |started| {
                    format!(
                        "L’université de répétition répond sur {}.\nRéglages\u{a0}: {}\nAgent\u{a0}: {}, mot de passe dans {}",
                        started.uri,
                        started.settings.display(),
                        started.clerk,
                        started.password_file.display()
                    )
                });
                ExitCode::SUCCESS
            }
            Err(problem) => answer.fail(Exit::Trouble, &problem),
        },
        RehearsalAct::Stop { folder } => match absolute(folder).and_then(|folder| {
            Rehearsal::stop(&folder.join("annuaire")).map_err(|error| error.to_string())
        }) {
            Ok(()) => ExitCode::SUCCESS,
            Err(problem) => answer.fail(Exit::Trouble, &problem),
        },
    }
}

fn absolute(folder: &Path) -> Result<PathBuf, String> {
    std::path::absolute(folder).map_err(|error| error.to_string())
}

fn start(folder: &Path, people: usize, seed: u64) -> Result<Started, String> {
    let folder = absolute(folder)?;
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let mut options = RehearsalOptions::new(folder.join("annuaire"), jiff::Timestamp::now());
    options.people = people;
    options.seed = seed;
    let running = Rehearsal::start(&options).map_err(|error| error.to_string())?;
    let settings = folder.join("reglages.toml");
    let text = toml::to_string(&post_settings(&running.uri_ldaps, &running.ca_pem, &folder))
        .map_err(|error| error.to_string())?;
    fs::write(&settings, text).map_err(|error| error.to_string())?;
    let clerk = CLERKS.first().ok_or("no clerk")?;
    let password_file = folder.join("agent.motdepasse");
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&password_file)
        .map_err(|error| error.to_string())?;
    writeln!(file, "{}", clerk.password).map_err(|error| error.to_string())?;
    Ok(Started {
        uri: running.uri_ldaps.clone(),
        settings,
        password_file,
        clerk: clerk.login,
        pid: running.pid,
    })
}
