//! A rehearsal of this suite and the command-line clients that talk to it.
//! Every person here is known beforehand; nothing is drawn.
//! Never prints a password: they reach the clients as arguments of short-lived processes on this machine only.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a fixture that cannot start ends its test; what a client answered shows when one fails"
)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::people::{former_password, pending_password};
use guichet_core::rehearsal::{
    ADMINISTRATOR_PASSWORD, BASE_DN, OPERATIONS_SERVICE, RehearsalOptions, SERVICE_PASSWORD,
    TemporaryRehearsal, administrator_dn, person_dn, service_dn,
};

/// What recording a bind changes of the entry that binds.
const BIND_CHANGES: [&str; 3] = ["pwdLastSuccess:", "entryCSN:", "modifyTimestamp:"];

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub enum Asker<'a> {
    Clerk(&'a str),
    /// Somebody with no counter role, by the password they had before any handover.
    Person(&'a str),
    /// Somebody who still holds the provisional password the rehearsal gave.
    Pending(&'a str),
    ItOffice,
    Administrator,
    Anonymous,
    /// Any DN with any password.
    With(&'a str, &'a str),
}

impl Asker<'_> {
    fn credentials(self) -> Option<(String, String)> {
        Some(match self {
            Asker::Clerk(login) => (
                person_dn(login),
                clerk(login)
                    .expect("a clerk of the rehearsal")
                    .password
                    .into(),
            ),
            Asker::Person(login) => (person_dn(login), former_password(login)),
            Asker::Pending(login) => (person_dn(login), pending_password(login)),
            Asker::ItOffice => (service_dn(OPERATIONS_SERVICE), SERVICE_PASSWORD.into()),
            Asker::Administrator => (administrator_dn(), ADMINISTRATOR_PASSWORD.into()),
            Asker::With(dn, password) => (dn.into(), password.into()),
            Asker::Anonymous => return None,
        })
    }
}

/// What a client answered.
#[derive(Debug)]
pub struct Answer {
    /// The LDAP result code, as OpenLDAP's clients exit with.
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Answer {
    /// Values of an attribute in the LDIF, those in clear.
    pub fn values(&self, attribute: &str) -> Vec<&str> {
        let prefix = format!("{attribute}: ");
        self.out
            .lines()
            .filter_map(|line| line.strip_prefix(&prefix))
            .collect()
    }

    /// Names of the attributes returned, without `dn`.
    pub fn attributes(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .out
            .lines()
            .filter_map(|line| line.split_once(':'))
            .map(|(name, _)| name)
            .filter(|name| *name != "dn" && !name.starts_with('#'))
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

pub struct Directory {
    server: TemporaryRehearsal,
}

impl Directory {
    pub fn start() -> Self {
        let templates = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let mut options = RehearsalOptions::new(templates, jiff::Timestamp::now());
        options.people = 600;
        options.durable = false;
        Directory::of(&options)
    }

    pub fn of(options: &RehearsalOptions) -> Self {
        Directory {
            server: TemporaryRehearsal::start(options).expect("the rehearsal starts"),
        }
    }

    pub fn server(&self) -> &TemporaryRehearsal {
        &self.server
    }

    pub fn server_mut(&mut self) -> &mut TemporaryRehearsal {
        &mut self.server
    }

    /// Runs one of `ldapsearch`, `ldapmodify`, `ldapwhoami`… over `ldaps`, the certificate verified.
    pub fn run(&self, tool: &str, asker: Asker<'_>, arguments: &[&str], input: &str) -> Answer {
        self.run_at(&self.server.uri_ldaps, tool, asker, arguments, input)
    }

    /// A search on the listener without TLS.
    pub fn in_clear(&self, asker: Asker<'_>, base: &str) -> Answer {
        self.run_at(
            &self.server.uri_ldap,
            "ldapsearch",
            asker,
            &["-s", "base", "-b", base],
            "",
        )
    }

    fn run_at(
        &self,
        uri: &str,
        tool: &str,
        asker: Asker<'_>,
        arguments: &[&str],
        input: &str,
    ) -> Answer {
        let mut command = Command::new(tool);
        command.env("LDAPTLS_CACERT", &self.server.ca_pem).args([
            "-x",
            "-o",
            "nettimeout=20",
            "-H",
            uri,
        ]);
        if let Some((dn, password)) = asker.credentials() {
            command.args(["-D", &dn, "-w", &password]);
        }
        let mut child = command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("OpenLDAP's clients are installed (ldap-utils)");
        // A client that refuses its arguments closes the pipe first: its code tells.
        let _ = child
            .stdin
            .take()
            .expect("a pipe")
            .write_all(input.as_bytes());
        let output = child.wait_with_output().expect("the client ends");
        Answer {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    pub fn search(
        &self,
        asker: Asker<'_>,
        base: &str,
        filter: &str,
        attributes: &[&str],
    ) -> Answer {
        let mut arguments = vec![
            "-LLL",
            "-o",
            "ldif-wrap=no",
            "-E",
            "pr=500/noprompt",
            "-b",
            base,
            filter,
        ];
        arguments.extend(attributes);
        self.run("ldapsearch", asker, &arguments, "")
    }

    /// One entry, read by `asker`.
    pub fn read(&self, asker: Asker<'_>, dn: &str, attributes: &[&str]) -> Answer {
        let mut arguments = vec![
            "-LLL",
            "-o",
            "ldif-wrap=no",
            "-s",
            "base",
            "-b",
            dn,
            "(objectClass=*)",
        ];
        arguments.extend(attributes);
        self.run("ldapsearch", asker, &arguments, "")
    }

    /// How many people a search by `asker` returns.
    pub fn count(&self, asker: Asker<'_>, filter: &str) -> usize {
        let answer = self.search(asker, &format!("ou=people,{BASE_DN}"), filter, &["1.1"]);
        answer
            .out
            .lines()
            .filter(|line| line.starts_with("dn:"))
            .count()
    }

    /// Sends changes written in LDIF.
    pub fn change(&self, asker: Asker<'_>, ldif: &str) -> Answer {
        self.run("ldapmodify", asker, &[], ldif)
    }

    /// One Modify of one entry; `changes` are LDIF blocks without the closing dash.
    pub fn modify(&self, asker: Asker<'_>, dn: &str, changes: &[String]) -> Answer {
        self.change(asker, &modification(dn, changes))
    }

    /// Everything an entry holds, as the administrator sees it, but what a mere bind changes.
    pub fn snapshot(&self, dn: &str) -> Vec<String> {
        let answer = self.read(Asker::Administrator, dn, &["*", "+"]);
        let mut lines: Vec<String> = answer
            .out
            .lines()
            .filter(|line| !BIND_CHANGES.iter().any(|name| line.starts_with(name)))
            .map(str::to_owned)
            .collect();
        lines.sort();
        lines
    }

    /// The change is refused, whatever the code, and the entry is what it was.
    pub fn assert_denied(&self, asker: Asker<'_>, dn: &str, changes: &[String]) {
        self.assert_all_denied(asker, dn, &[changes.to_vec()]);
    }

    /// As `assert_denied`, each of the Modifies on its own. They share one connection: a suite of thousands stays short.
    pub fn assert_all_denied(&self, asker: Asker<'_>, dn: &str, modifies: &[Vec<String>]) {
        let before = self.snapshot(dn);
        let ldif: String = modifies
            .iter()
            .map(|changes| modification(dn, changes))
            .collect();
        let answer = self.run("ldapmodify", asker, &["-c"], &ldif);
        // With -c the client goes on after a refusal and writes one such line for each.
        let refused = answer
            .err
            .lines()
            .filter(|line| line.starts_with("ldap_modify: "))
            .count();
        if asker.credentials().is_some() {
            assert_eq!(
                refused,
                modifies.len(),
                "{asker:?} on {dn}: {}\n{ldif}",
                answer.err
            );
        }
        assert_ne!(answer.code, 0, "{asker:?} on {dn}");
        assert_eq!(
            self.snapshot(dn),
            before,
            "{asker:?} was refused but {dn} changed"
        );
    }

    /// Does this password open a session for that DN? `Some(must_change)` if so.
    pub fn binds(&self, dn: &str, password: &str) -> Option<bool> {
        let answer = self.run(
            "ldapwhoami",
            Asker::With(dn, password),
            &["-e", "ppolicy"],
            "",
        );
        let says = |text: &str| answer.out.contains(text) || answer.err.contains(text);
        if answer.code != 0 {
            // Shown only when the test fails: a refusal and a server out of reach are not the same finding.
            println!(
                "bind as {dn}: code {} {}{}",
                answer.code, answer.out, answer.err
            );
        }
        (answer.code == 0).then(|| says("Password must be changed"))
    }
}

pub fn modification(dn: &str, changes: &[String]) -> String {
    format!(
        "dn: {dn}\nchangetype: modify\n{}\n-\n\n",
        changes.join("\n-\n")
    )
}

pub fn replace(attribute: &str, value: &str) -> String {
    format!("replace: {attribute}\n{attribute}: {value}")
}

pub fn add(attribute: &str, value: &str) -> String {
    format!("add: {attribute}\n{attribute}: {value}")
}

pub fn delete(attribute: &str) -> String {
    format!("delete: {attribute}")
}

/// A handover as the product writes it: password, must-change and marker in one Modify.
pub fn handover(password: &str, marker: &str) -> Vec<String> {
    vec![
        replace("userPassword", password),
        replace("pwdReset", "TRUE"),
        add("supannRefId", &format!("{{GUICHET}}{marker}")),
    ]
}
