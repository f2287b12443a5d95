//! What the post offers: where slapd is, which account may run it, how a process is signalled.
//! The server never runs as root: started by root, it is dropped to `openldap` or `nobody` with `setpriv`.
//! Never reads the environment; Linux only, like the desks of today.

use std::fs;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::RehearsalError;

/// slapd and its parts, as the distribution installed them.
pub struct Installation {
    pub slapd: PathBuf,
    pub modules: PathBuf,
    pub schemas: PathBuf,
}

fn first_existing(what: &str, candidates: &[&str]) -> Result<PathBuf, RehearsalError> {
    candidates
        .iter()
        .map(PathBuf::from)
        .find(|path| path.exists())
        .ok_or_else(|| RehearsalError::NotInstalled(what.to_owned()))
}

impl Installation {
    /// Debian and Ubuntu first, then Fedora and openSUSE.
    ///
    /// # Errors
    /// `NotInstalled` names the missing part.
    pub fn find() -> Result<Self, RehearsalError> {
        Ok(Installation {
            slapd: first_existing(
                "slapd",
                &[
                    "/usr/sbin/slapd",
                    "/usr/lib/openldap/slapd",
                    "/usr/libexec/slapd",
                ],
            )?,
            modules: first_existing(
                "slapd's ppolicy module",
                &[
                    "/usr/lib/ldap/ppolicy.so",
                    "/usr/lib64/openldap/ppolicy.so",
                    "/usr/lib/openldap/ppolicy.so",
                ],
            )?
            .parent()
            .map(Path::to_owned)
            .unwrap_or_default(),
            schemas: first_existing(
                "slapd's core schema",
                &[
                    "/etc/ldap/schema/core.schema",
                    "/etc/openldap/schema/core.schema",
                ],
            )?
            .parent()
            .map(Path::to_owned)
            .unwrap_or_default(),
        })
    }
}

/// Who runs the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerAccount {
    /// Whoever started us, without privilege.
    Ours,
    /// We are root: another account, by number.
    Dropped { user: u32, group: u32 },
}

impl ServerAccount {
    /// # Errors
    /// `NoUnprivilegedAccount` for a root without `openldap` or `nobody`.
    pub fn choose() -> Result<Self, RehearsalError> {
        let status = Path::new("/proc/self/status");
        let status = fs::read_to_string(status).map_err(RehearsalError::file("reading", status))?;
        // The owner of /proc/self is root for a process that forbids core dumps: only `Uid:` tells.
        let effective = status
            .lines()
            .find_map(|line| line.strip_prefix("Uid:"))
            .and_then(|ids| ids.split_whitespace().nth(1));
        if effective != Some("0") {
            return Ok(ServerAccount::Ours);
        }
        let passwd = Path::new("/etc/passwd");
        let passwd = fs::read_to_string(passwd).map_err(RehearsalError::file("reading", passwd))?;
        ["openldap", "ldap", "nobody"]
            .iter()
            .find_map(|name| numbers_of(&passwd, name))
            .map(|(user, group)| ServerAccount::Dropped { user, group })
            .ok_or(RehearsalError::NoUnprivilegedAccount)
    }

    /// Gives a folder and all it holds to the account.
    pub fn own(self, path: &Path) -> Result<(), RehearsalError> {
        let ServerAccount::Dropped { user, group } = self else {
            return Ok(());
        };
        chown(path, Some(user), Some(group))
            .map_err(RehearsalError::file("changing the owner of", path))?;
        if path.is_dir() {
            for entry in fs::read_dir(path).map_err(RehearsalError::file("reading", path))? {
                let entry = entry.map_err(RehearsalError::file("reading", path))?;
                self.own(&entry.path())?;
            }
        }
        Ok(())
    }
}

fn numbers_of(passwd: &str, name: &str) -> Option<(u32, u32)> {
    let mut fields = passwd
        .lines()
        .find(|line| line.split(':').next() == Some(name))?
        .split(':');
    let user = fields.nth(2)?.parse().ok()?;
    let group = fields.next()?.parse().ok()?;
    (user != 0).then_some((user, group))
}

/// Does an AppArmor profile confine the distribution's slapd? Debian and Ubuntu ship one that lets it write only
/// under `/var/lib/ldap`. A profile is attached by path: a copy of the program elsewhere is not confined by it.
pub fn is_confined(slapd: &Path) -> bool {
    let profiles = Path::new("/sys/kernel/security/apparmor/profiles");
    let name = slapd.to_string_lossy();
    match fs::read_to_string(profiles) {
        Ok(text) => names_enforced_profile(&text, &name),
        // Only root may list the profiles; the file of the profile is then the best hint there is.
        Err(_) => {
            let file = name.trim_start_matches('/').replace('/', ".");
            profiles.exists() && Path::new("/etc/apparmor.d").join(file).exists()
        }
    }
}

fn names_enforced_profile(profiles: &str, slapd: &str) -> bool {
    profiles.lines().any(|line| {
        line.strip_suffix(" (enforce)")
            .is_some_and(|profile| profile == slapd || profile == "slapd")
    })
}

/// The words of a command that runs slapd as `account` from inside `folder`.
///
/// The current folder is entered before privileges are dropped and every path is relative to it, so that the
/// account needs no right on the folders above (a rehearsal may well live under `/root`).
pub fn slapd_words(slapd: &Path, account: ServerAccount, arguments: &[String]) -> Vec<String> {
    let mut words = Vec::new();
    if let ServerAccount::Dropped { user, group } = account {
        words.extend(["setpriv", "--clear-groups", "--reuid"].map(str::to_owned));
        words.extend([
            user.to_string(),
            "--regid".to_owned(),
            group.to_string(),
            "--".to_owned(),
        ]);
    }
    words.push(slapd.to_string_lossy().into_owned());
    words.extend_from_slice(arguments);
    words
}

/// A command from its words, run inside `folder`.
pub fn command(words: &[String], folder: &Path) -> Command {
    let mut command = Command::new(words.first().map_or("false", String::as_str));
    command.args(words.iter().skip(1)).current_dir(folder);
    command
}

/// A process, told apart from a later one of the same number by the instant it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProcessId {
    pub number: u32,
    /// Clock ticks since the post started (`/proc/<pid>/stat`, field 22).
    pub started: u64,
}

impl ProcessId {
    /// The live slapd of that number; `None` for a zombie, for nothing, and for any other program.
    pub fn slapd(number: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
        let (head, tail) = stat.rsplit_once(')')?;
        let fields: Vec<&str> = tail.split_whitespace().collect();
        let alive = !matches!(fields.first().copied(), Some("Z" | "X") | None);
        let started = fields.get(19)?.parse().ok()?;
        let is_slapd = head.ends_with("(slapd");
        (alive && is_slapd).then_some(ProcessId { number, started })
    }

    pub fn is_alive(self) -> bool {
        ProcessId::slapd(self.number) == Some(self)
    }

    /// Sends a signal by name (`TERM`, `KILL`), to this very process only.
    pub fn signal(self, name: &str) {
        if self.is_alive() {
            // The shell's own `kill`: the standard library can only kill its children.
            let _ = Command::new("sh")
                .args([
                    "-c",
                    "kill -s \"$1\" \"$2\"",
                    "sh",
                    name,
                    &self.number.to_string(),
                ])
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_accounts_by_name_and_never_root() {
        let passwd = "root:x:0:0:root:/root:/bin/bash\nopenldap:x:102:105::/var/lib/ldap:/bin/false\n\
                      toor:x:0:0::/:/bin/sh\n";
        assert_eq!(numbers_of(passwd, "openldap"), Some((102, 105)));
        assert_eq!(numbers_of(passwd, "toor"), None);
        assert_eq!(numbers_of(passwd, "open"), None);
    }

    #[test]
    fn only_an_enforced_profile_confines() {
        let slapd = "/usr/sbin/slapd";
        assert!(names_enforced_profile(
            "/usr/bin/man (enforce)\n/usr/sbin/slapd (enforce)\n",
            slapd
        ));
        assert!(!names_enforced_profile(
            "/usr/sbin/slapd (complain)\n",
            slapd
        ));
        assert!(!names_enforced_profile(
            "/usr/sbin/slapd-helper (enforce)\n",
            slapd
        ));
    }

    #[test]
    fn another_program_is_not_ours_to_stop() {
        assert_eq!(ProcessId::slapd(std::process::id()), None);
    }
}
