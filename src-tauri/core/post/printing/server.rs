//! Which print server this post uses: `CUPS_SERVER`, then the user's `client.conf`, then the system's,
//! then the local socket, then localhost, in the order of libcups (client.conf(5)).
//! Stricter than libcups in one point: to another machine it never speaks in clear, since a letter is a password.

use std::fmt;
use std::path::{Path, PathBuf};

use super::retention::{self, Retention};

const DEFAULT_SOCKET: &str = "/run/cups/cups.sock";
const DEFAULT_PORT: u16 = 631;
const SYSTEM_FOLDER: &str = "/etc/cups";

/// Where to print, and as whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintServer {
    address: Address,
    encrypted: bool,
    user: String,
    preferred_queue: Option<String>,
    /// The server's own configuration, when it is this post's and can be read.
    configuration: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    Socket(PathBuf),
    Host { name: String, port: u16 },
}

/// What decides, read once by [`PrintServer::of_this_post`].
struct Sources<'a> {
    variable: &'a dyn Fn(&str) -> Option<String>,
    /// `client.conf` of the user, then of the system.
    client_conf: [String; 2],
    /// `lpoptions` of the user, then of the system.
    lpoptions: [String; 2],
    has_socket: bool,
}

impl PrintServer {
    /// Reads the environment and CUPS's client files: call it when a screen opens, so that a queue or a
    /// server configured meanwhile is seen.
    #[must_use]
    pub fn of_this_post() -> Self {
        let system =
            PathBuf::from(variable("CUPS_SERVERROOT").unwrap_or_else(|| SYSTEM_FOLDER.to_owned()));
        let user = variable("HOME").map(|home| Path::new(&home).join(".cups"));
        let read = |name: &str| {
            let text =
                |folder: &Path| std::fs::read_to_string(folder.join(name)).unwrap_or_default();
            [user.as_deref().map(text).unwrap_or_default(), text(&system)]
        };
        PrintServer::from_sources(&Sources {
            variable: &variable,
            client_conf: read("client.conf"),
            lpoptions: read("lpoptions"),
            has_socket: Path::new(DEFAULT_SOCKET).exists(),
        })
    }

    /// A server named as in `CUPS_SERVER` (`/path/to/socket`, `host` or `host:port`), for the session's
    /// user, and with nothing else of the session's settings.
    #[must_use]
    pub fn at(address: &str) -> Self {
        PrintServer::from_sources(&Sources {
            variable: &|name| match name {
                "CUPS_SERVER" => Some(address.to_owned()),
                "CUPS_USER" | "USER" | "LOGNAME" => variable(name),
                _ => None,
            },
            client_conf: [String::new(), String::new()],
            lpoptions: [String::new(), String::new()],
            has_socket: false,
        })
    }

    /// What the server keeps of the documents after printing, from its `cupsd.conf` if that can be read.
    #[must_use]
    pub fn retention(&self) -> Retention {
        match self.configuration.as_deref().map(std::fs::read_to_string) {
            Some(Ok(text)) => retention::in_configuration(&text),
            Some(Err(_)) | None => Retention::Unknown,
        }
    }

    fn from_sources(sources: &Sources<'_>) -> Self {
        let variable = sources.variable;
        let directive = |name| {
            sources
                .client_conf
                .iter()
                .find_map(|text| directive(text, name))
        };
        let chosen = variable("CUPS_SERVER").or_else(|| directive("ServerName"));
        let port = variable("IPP_PORT")
            .and_then(|port| port.parse().ok())
            .unwrap_or(DEFAULT_PORT);
        let address = match chosen {
            Some(chosen) => Address::read(&chosen, port),
            None if sources.has_socket => Address::Socket(PathBuf::from(DEFAULT_SOCKET)),
            None => Address::Host {
                name: "localhost".to_owned(),
                port,
            },
        };
        let demanded = variable("CUPS_ENCRYPTION")
            .or_else(|| directive("Encryption"))
            .unwrap_or_default();
        let demanded =
            demanded.eq_ignore_ascii_case("required") || demanded.eq_ignore_ascii_case("always");
        let preferred_queue = variable("LPDEST")
            .or_else(|| variable("PRINTER").filter(|name| name != "lp"))
            .or_else(|| sources.lpoptions.iter().find_map(|text| preferred(text)));
        PrintServer {
            encrypted: match &address {
                Address::Socket(_) => false,
                Address::Host { .. } => demanded || !address.is_this_post(),
            },
            configuration: address
                .is_the_systems()
                .then(|| Path::new(SYSTEM_FOLDER).join("cupsd.conf")),
            user: variable("CUPS_USER")
                .or_else(|| directive("User"))
                .or_else(|| variable("USER"))
                .or_else(|| variable("LOGNAME"))
                .unwrap_or_else(|| "guichet".to_owned()),
            preferred_queue,
            address,
        }
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    pub(super) fn encrypted(&self) -> bool {
        self.encrypted
    }

    pub(super) fn user(&self) -> &str {
        &self.user
    }

    pub(super) fn preferred_queue(&self) -> Option<&str> {
        self.preferred_queue.as_deref()
    }
}

impl Address {
    fn read(text: &str, default_port: u16) -> Self {
        let text = text
            .split_once("/version=")
            .map_or(text, |(before, _)| before)
            .trim();
        if text.starts_with('/') {
            return Address::Socket(PathBuf::from(text));
        }
        // A bare IPv6 address has several colons and no port.
        let (name, port) = match text.rsplit_once(':') {
            Some((name, port)) if name.ends_with(']') || !name.contains(':') => {
                (name, port.parse().unwrap_or(default_port))
            }
            Some(_) | None => (text, default_port),
        };
        Address::Host {
            name: name
                .trim_start_matches('[')
                .trim_end_matches(']')
                .to_owned(),
            port,
        }
    }

    fn is_this_post(&self) -> bool {
        match self {
            Address::Socket(_) => true,
            Address::Host { name, .. } => {
                name.eq_ignore_ascii_case("localhost")
                    || name
                        .parse::<std::net::IpAddr>()
                        .is_ok_and(|ip| ip.is_loopback())
            }
        }
    }

    /// The server of the system, as against one started beside it.
    fn is_the_systems(&self) -> bool {
        match self {
            Address::Socket(path) => {
                path == Path::new(DEFAULT_SOCKET) || path == Path::new("/var/run/cups/cups.sock")
            }
            Address::Host { port, .. } => self.is_this_post() && *port == DEFAULT_PORT,
        }
    }
}

impl fmt::Display for PrintServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.address {
            Address::Socket(path) => write!(f, "{}", path.display()),
            Address::Host { name, port } if name.contains(':') => write!(f, "[{name}]:{port}"),
            Address::Host { name, port } => write!(f, "{name}:{port}"),
        }
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn directive(text: &str, wanted: &str) -> Option<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
        .find_map(|line| {
            let (name, value) = line.split_once(char::is_whitespace)?;
            name.eq_ignore_ascii_case(wanted)
                .then(|| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        })
}

/// The `Default NAME options…` line of lpoptions(1); an instance (`NAME/draft`) is a set of options, not a queue.
fn preferred(lpoptions: &str) -> Option<String> {
    let line = directive(lpoptions, "Default")?;
    let queue = line.split_whitespace().next()?;
    Some(queue.split('/').next().unwrap_or(queue).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(
        variables: &[(&str, &str)],
        client_conf: [&str; 2],
        lpoptions: [&str; 2],
        has_socket: bool,
    ) -> PrintServer {
        let variable = |name: &str| {
            variables
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        };
        PrintServer::from_sources(&Sources {
            variable: &variable,
            client_conf: client_conf.map(str::to_owned),
            lpoptions: lpoptions.map(str::to_owned),
            has_socket,
        })
    }

    #[test]
    fn the_server_is_found_as_libcups_finds_it() {
        let system = "# site\nServerName impressions.rivemer.example\nEncryption Required\n";
        assert_eq!(
            server(&[], ["", ""], ["", ""], true).to_string(),
            "/run/cups/cups.sock"
        );
        assert_eq!(
            server(&[], ["", ""], ["", ""], false).to_string(),
            "localhost:631"
        );
        assert_eq!(
            server(&[], ["", system], ["", ""], true).to_string(),
            "impressions.rivemer.example:631"
        );
        assert_eq!(
            server(&[], ["ServerName\tlocalhost:8631", system], ["", ""], true).to_string(),
            "localhost:8631"
        );
        assert_eq!(
            server(
                &[("CUPS_SERVER", "127.0.0.1:9631")],
                ["", system],
                ["", ""],
                true
            )
            .to_string(),
            "127.0.0.1:9631"
        );
        assert_eq!(
            server(
                &[("CUPS_SERVER", "/tmp/x.sock")],
                ["", system],
                ["", ""],
                true
            )
            .to_string(),
            "/tmp/x.sock"
        );
        assert_eq!(
            server(
                &[("CUPS_SERVER", "[::1]:8631/version=1.1")],
                ["", ""],
                ["", ""],
                true
            )
            .to_string(),
            "[::1]:8631"
        );
        assert_eq!(
            server(&[("CUPS_SERVER", "::1")], ["", ""], ["", ""], true).to_string(),
            "[::1]:631"
        );
        assert_eq!(
            server(&[("IPP_PORT", "8000")], ["", ""], ["", ""], false).to_string(),
            "localhost:8000"
        );
    }

    #[test]
    fn a_letter_goes_to_another_machine_only_encrypted() {
        let encrypted = |address: &str| {
            server(
                &[("CUPS_SERVER", address)],
                ["Encryption Never", ""],
                ["", ""],
                false,
            )
            .encrypted()
        };
        assert!(
            encrypted("impressions.rivemer.example"),
            "not even when client.conf says otherwise"
        );
        assert!(encrypted("192.0.2.7:631"));
        assert!(!encrypted("localhost"));
        assert!(!encrypted("127.0.0.1:8631"));
        assert!(!encrypted("[::1]:631"));
        assert!(
            server(
                &[
                    ("CUPS_SERVER", "localhost"),
                    ("CUPS_ENCRYPTION", "Required")
                ],
                ["", ""],
                ["", ""],
                false
            )
            .encrypted()
        );
    }

    #[test]
    fn the_usual_printer_of_the_session_comes_first() {
        let options = "Default Scolarite/brouillon sides=one-sided\nDest Accueil copies=2\n";
        assert_eq!(
            server(&[], ["", ""], [options, "Default Autre"], false).preferred_queue(),
            Some("Scolarite")
        );
        assert_eq!(
            server(&[("PRINTER", "lp")], ["", ""], ["", "Default Autre"], false).preferred_queue(),
            Some("Autre")
        );
        assert_eq!(
            server(&[("LPDEST", "Accueil")], ["", ""], [options, ""], false).preferred_queue(),
            Some("Accueil")
        );
        assert_eq!(
            server(&[], ["", ""], ["", ""], false).preferred_queue(),
            None
        );
    }

    #[test]
    fn only_the_systems_own_server_is_judged_by_the_systems_configuration() {
        assert!(
            server(&[], ["", ""], ["", ""], true)
                .configuration
                .is_some()
        );
        assert_eq!(
            PrintServer::at("127.0.0.1:8631").retention(),
            Retention::Unknown
        );
        assert_eq!(
            PrintServer::at("impressions.rivemer.example").retention(),
            Retention::Unknown
        );
    }
}
