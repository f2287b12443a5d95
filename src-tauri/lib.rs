//! The two hosts of the counter: a window and a command line, over the same operations of `guichet_core`.

pub mod cli;
pub mod desktop;
pub mod settings_file;

use std::io::IsTerminal;
use std::process::ExitCode;

use desktop::Ending;
use guichet_core::post::hardening::{clean_environment_needed, harden, reexec_clean};

/// The process as it must be before anything else: no core dump, no automation of the window in a release build.
pub fn enter() -> ExitCode {
    if !cfg!(debug_assertions) {
        let dropped = clean_environment_needed(std::env::vars_os().map(|(name, _)| name));
        if !dropped.is_empty() {
            let error = reexec_clean(&dropped);
            return refuse(&format!(
                "Guichet ne peut pas démarrer proprement ({error})."
            ));
        }
    }
    if let Err(error) = harden() {
        return refuse(&format!(
            "Ce poste ne protège pas la mémoire de Guichet ({error})."
        ));
    }
    let logs = tracing_subscriber::EnvFilter::try_from_env("GUICHET_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(logs)
        .with_writer(std::io::stderr)
        // A file of logs is read later, and by other programs.
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    if std::env::args_os().len() > 1 {
        return cli::run();
    }
    match desktop::run(desktop::handed()) {
        Ok(Ending::Closed) => ExitCode::SUCCESS,
        Ok(Ending::AlreadyOpen { shown }) => {
            let _ = refuse(if shown {
                "Guichet est déjà ouvert sur ce poste. Rien d’autre n’a été ouvert\u{a0}: sa fenêtre est mise en avant."
            } else {
                "Guichet est déjà ouvert sur ce poste. Rien d’autre n’a été ouvert. Revenez à sa fenêtre."
            });
            cli::Exit::Busy.into()
        }
        Err(error) => refuse(&format!("La fenêtre ne s’ouvre pas ({error}).")),
    }
}

fn refuse(sentence: &str) -> ExitCode {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{sentence}");
    cli::Exit::NotStarted.into()
}
