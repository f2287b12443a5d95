//! A new start of this program in the same process: what the heap and the WebView still hold ends with the old image.
//! A short text goes through a pipe to the new start, never through a file or the command line; it is no place for a
//! secret, and whoever reads it must not trust it with more than a screen.

use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitOptions, kill_process, wait};

use super::hardening::own_program;

/// Present when the standard input carries the text of the start before.
const MARK: &str = "GUICHET_SUITE";
/// Less than a pipe holds: written whole before anybody reads.
const MOST: usize = 32 * 1024;

/// Replaces this process's image by a new start of the program. Comes back only when that failed.
#[must_use = "it returns only when the new start failed"]
pub fn relaunch(text: &[u8]) -> io::Error {
    match command(text) {
        Ok(mut command) => command.exec(),
        Err(error) => error,
    }
}

fn command(text: &[u8]) -> io::Result<Command> {
    if text.len() > MOST {
        return Err(io::Error::other("too long for the pipe"));
    }
    let (reader, mut writer) = io::pipe()?;
    writer.write_all(text)?;
    let mut command = Command::new(own_program()?);
    command.env(MARK, "1").stdin(Stdio::from(reader));
    Ok(command)
}

/// What the start before left, in a process that `relaunch` began; `None` in any other. Ends the programs that the start
/// before had begun (the WebView's), since they hold what was typed into it.
pub fn taken_over() -> Option<Vec<u8>> {
    std::env::var_os(MARK)?;
    end_children();
    let mut text = Vec::new();
    let limit = u64::try_from(MOST).unwrap_or(u64::MAX);
    io::stdin().take(limit).read_to_end(&mut text).ok()?;
    Some(text)
}

/// At this point of a start every child is one of the image before.
fn end_children() {
    let own = std::process::id();
    let children = std::fs::read_to_string(format!("/proc/self/task/{own}/children"));
    for child in children.unwrap_or_default().split_whitespace() {
        let child = child.parse().ok().and_then(Pid::from_raw);
        if let Some(child) = child {
            let _ = kill_process(child, Signal::KILL);
        }
    }
    // A WebView also ends by itself once its window is gone: without the list above, it is waited for a little.
    for _ in 0..100 {
        match wait(WaitOptions::NOHANG) {
            Ok(Some(_)) => {}
            Ok(None) => sleep(Duration::from_millis(20)),
            // No child is left.
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_too_long_for_the_pipe_is_refused_rather_than_stuck() {
        let error = command(&vec![b'x'; MOST + 1]).unwrap_err();
        assert_eq!(error.to_string(), "too long for the pipe");
        let ready = command(b"{}").unwrap();
        assert_eq!(ready.get_args().count(), 0, "nothing on the command line");
    }
}
