//! Two directory servers that replicate to each other, each with its own data, and a wire for each way between them that
//! a test holds and releases. Both answer to the same authority; never more than one machine.

#![allow(
    clippy::expect_used,
    dead_code,
    reason = "a fixture stops at the first surprise, and each suite uses the part it needs"
)]

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Command;
use std::time::Duration;

use guichet_core::rehearsal::{
    ADMINISTRATOR_PASSWORD, BASE_DN, RehearsalError, RehearsalOptions, ReplicaRole, Replication,
    TemporaryRehearsal, administrator_dn,
};

use super::wire::{Plan, Wire};

pub struct Pair {
    pub first: TemporaryRehearsal,
    pub second: TemporaryRehearsal,
    /// What each server hears of the other passes here.
    to_first: Wire,
    to_second: Wire,
}

/// The second server's part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Second {
    Writes,
    /// Refuses with the first one's address (10).
    Refers,
    /// Refuses without an address (53).
    Refuses,
}

pub fn port_of(uri: &str) -> u16 {
    uri.rsplit(':')
        .next()
        .and_then(|port| port.parse().ok())
        .expect("a port")
}

fn at(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(at(0)).expect("a port");
    listener.local_addr().expect("an address").port()
}

impl Pair {
    /// Each server has to know the other's wire before it starts, so its port is chosen before it is taken: another test
    /// may be faster, and other ports are then tried.
    pub async fn start(options: &RehearsalOptions, role: Second) -> Pair {
        for _ in 0..5 {
            if let Some(pair) = Pair::on_ports(options, role, free_port(), free_port()).await {
                return pair;
            }
        }
        Pair::on_ports(options, role, free_port(), free_port())
            .await
            .expect("free ports")
    }

    async fn on_ports(
        options: &RehearsalOptions,
        role: Second,
        first_port: u16,
        second_port: u16,
    ) -> Option<Pair> {
        let to_first = Wire::to(at(first_port)).await;
        let to_second = Wire::to(at(second_port)).await;
        let server = |server_id, port, from: &Wire, role| {
            let mut options = options.clone();
            options.ldaps_port = Some(port);
            options.replication = Some(Replication {
                server_id,
                provider: format!("ldaps://{}", from.address),
                role,
            });
            match TemporaryRehearsal::start(&options) {
                Ok(server) => Some(server),
                Err(RehearsalError::PortTaken(_)) => None,
                Err(RehearsalError::NoAnswer { message }) if message.contains("errno=98") => None,
                Err(error) => panic!("the rehearsal does not start: {error}"),
            }
        };
        let first = server(1, first_port, &to_second, ReplicaRole::Provider)?;
        let referral = (role == Second::Refers).then(|| first.uri_ldaps.clone());
        let role = match role {
            Second::Writes => ReplicaRole::Provider,
            Second::Refers | Second::Refuses => ReplicaRole::ReadOnly { referral },
        };
        let second = server(2, second_port, &to_first, role)?;
        Some(Pair {
            first,
            second,
            to_first,
            to_second,
        })
    }

    /// Neither server hears of the other's changes.
    pub fn hold(&self) {
        self.to_first.set(Plan::Cut);
        self.to_second.set(Plan::Cut);
    }

    pub fn release(&self) {
        self.to_first.set(Plan::Pass);
        self.to_second.set(Plan::Pass);
    }

    pub fn uris(&self) -> Vec<String> {
        vec![self.first.uri_ldaps.clone(), self.second.uri_ldaps.clone()]
    }

    /// Values of one attribute, as a server's administrator reads them there.
    pub fn values(&self, server: &TemporaryRehearsal, dn: &str, attribute: &str) -> Vec<String> {
        let output = Command::new("ldapsearch")
            .args([
                "-x",
                "-LLL",
                "-o",
                "ldif-wrap=no",
                "-H",
                &server.uri_ldaps,
                "-D",
            ])
            .arg(administrator_dn())
            .args([
                "-w",
                ADMINISTRATOR_PASSWORD,
                "-s",
                "base",
                "-b",
                dn,
                attribute,
            ])
            .env("LDAPTLS_CACERT", &server.ca_pem)
            .output()
            .expect("ldapsearch (Debian package ldap-utils)");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let prefix = format!("{attribute}: ");
        let values = text.lines().filter_map(|line| line.strip_prefix(&prefix));
        values.map(str::to_owned).collect()
    }

    /// What the administrator of one server changes there.
    pub fn change(&self, server: &TemporaryRehearsal, ldif: &str) {
        use std::io::Write;
        let mut child = Command::new("ldapmodify")
            .args(["-x", "-H", &server.uri_ldaps, "-D"])
            .arg(administrator_dn())
            .args(["-w", ADMINISTRATOR_PASSWORD])
            .env("LDAPTLS_CACERT", &server.ca_pem)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("ldapmodify (Debian package ldap-utils)");
        let mut pipe = child.stdin.take().expect("a pipe");
        pipe.write_all(ldif.as_bytes()).expect("written");
        drop(pipe);
        assert!(child.wait().expect("it ends").success(), "{ldif}");
    }

    /// Until both servers hold the same changes.
    pub async fn in_step(&self) {
        loop {
            let csn = |server| {
                let mut csn = self.values(server, BASE_DN, "contextCSN");
                csn.sort();
                csn
            };
            let (one, other) = (csn(&self.first), csn(&self.second));
            if !one.is_empty() && one == other {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
