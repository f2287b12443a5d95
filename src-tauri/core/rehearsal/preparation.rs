//! Fills a rehearsal folder: schema, certificates, configuration, and people streamed into `slapd -Tadd`.
//! What was prepared is written down, so that the same request starts at once the next time.
//! Never empties a folder that no rehearsal made.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use jiff::Timestamp;
use sha1::{Digest, Sha1};

use super::calendar::Calendar;
use super::configuration::{self, Layout};
use super::error::RehearsalError;
use super::platform::{Installation, ServerAccount, command, is_confined, slapd_words};
use super::{
    BASE_DN, RECOVERY_IDENTITY, RECOVERY_RECIPIENT, RehearsalOptions, ServerCertificate,
    certificates, clerks, institution, people, schema,
};

/// The fictitious university's logo, drawn for it (`logo.svg`), beside the authority.
pub(super) const LOGO: &str = "logo.png";
const LOGO_BYTES: &[u8] = include_bytes!("logo.png");
/// The clerks and their passwords, for whoever plays them.
pub const TRAINING_SHEET: &str = "clercs.txt";
/// The private half of the recovery pair, which a real IT office keeps away from its posts.
pub const RECOVERY_FILE: &str = "cle-de-secours.txt";
const STATEMENT: &str = "preparation.txt";
/// Sub-folder of the server: the only part its account owns.
const SERVER: &str = "serveur";

/// A folder ready to be started.
#[derive(Debug, Clone)]
pub struct Preparation {
    pub folder: PathBuf,
    /// The instant its people were made for.
    pub prepared_at: Timestamp,
}

impl Preparation {
    pub(super) fn server_folder(&self) -> PathBuf {
        self.folder.join(SERVER)
    }

    /// The authority to trust.
    pub fn ca_pem(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// The clerks' logins and passwords, in French (owner-only).
    pub fn training_sheet(&self) -> PathBuf {
        self.folder.join(TRAINING_SHEET)
    }

    /// What `options` ask for, if it is already there.
    pub(super) fn existing(options: &RehearsalOptions) -> Option<Self> {
        let statement = fs::read_to_string(options.folder.join(STATEMENT)).ok()?;
        let field = |name: &str| {
            let mut lines = statement.lines();
            lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        };
        let same = field("empreinte")? == fingerprint(options) && field("complete")? == "oui";
        let prepared_at = field("instant")?.parse().ok()?;
        same.then(|| Preparation {
            folder: options.folder.clone(),
            prepared_at,
        })
    }

    /// Prepares the folder anew, whatever it held.
    ///
    /// # Errors
    /// `NotOurs` for a folder with something else in it, `TooFewPeople`, and what files and slapd answer.
    pub(super) fn make(options: &RehearsalOptions) -> Result<Self, RehearsalError> {
        let installation = Installation::find()?;
        let account = ServerAccount::choose()?;
        let calendar = Calendar::new(options.now);
        let minimum = people::named(calendar).len();
        if options.people < minimum {
            return Err(RehearsalError::TooFewPeople { minimum });
        }
        let folder = &options.folder;
        claim(folder)?;
        write_statement(options, false)?;

        let preparation = Preparation {
            folder: folder.clone(),
            prepared_at: options.now,
        };
        let server = preparation.server_folder();
        for inner in ["", "schema", "tls", "data"] {
            create_folder(&server.join(inner))?;
        }
        let certificates = match options.certificate {
            ServerCertificate::Sound => certificates::sound(calendar),
            ServerCertificate::Faulty(fault) => certificates::faulty(fault, calendar),
        }?;
        write_file(&preparation.ca_pem(), &certificates.authority, 0o644)?;
        write_file(&server.join("tls/ca.pem"), &certificates.authority, 0o644)?;
        write_file(&server.join("tls/server.pem"), &certificates.server, 0o644)?;
        write_file(
            &server.join("tls/server.key"),
            &certificates.server_key,
            0o600,
        )?;
        write_file(
            &preparation.training_sheet(),
            clerks::training_sheet(),
            0o600,
        )?;
        preparation.configure(options, &installation, account)?;
        preparation.load(options, &installation, account)?;
        write_statement(options, true)?;
        Ok(preparation)
    }

    /// Writes the logo and the recovery key, which follow the product and not the data.
    pub(super) fn dress(&self) -> Result<(), RehearsalError> {
        let identity = format!("# public key: {RECOVERY_RECIPIENT}\n{RECOVERY_IDENTITY}\n");
        write_file(&self.folder.join(RECOVERY_FILE), identity, 0o600)?;
        write_file(&self.folder.join(LOGO), LOGO_BYTES, 0o644)
    }

    /// Writes the configuration and the schema, which follow the product and not the data.
    pub(super) fn configure(
        &self,
        options: &RehearsalOptions,
        installation: &Installation,
        account: ServerAccount,
    ) -> Result<(), RehearsalError> {
        let server = self.server_folder();
        let layout = Layout {
            modules: &installation.modules,
            schemas: &installation.schemas,
        };
        let text = configuration::text(&layout, options);
        write_file(&server.join("slapd.conf"), &text, 0o600)?;
        write_file(
            &server.join("schema/eduperson.schema"),
            schema::edu_person(),
            0o644,
        )?;
        write_file(
            &server.join("schema/supann.schema"),
            schema::supann(),
            0o644,
        )?;
        account.own(&server)
    }

    /// The program to run, from inside the server's folder: slapd, or our copy of it where AppArmor confines the original.
    pub(super) fn program(
        &self,
        installation: &Installation,
        account: ServerAccount,
    ) -> Result<PathBuf, RehearsalError> {
        if is_confined(&installation.slapd) {
            self.copied_program(installation, account)
        } else {
            Ok(installation.slapd.clone())
        }
    }

    fn copied_program(
        &self,
        installation: &Installation,
        account: ServerAccount,
    ) -> Result<PathBuf, RehearsalError> {
        let copy = self.server_folder().join("slapd");
        fs::copy(&installation.slapd, &copy)
            .map_err(RehearsalError::file("copying slapd to", &copy))?;
        account.own(&copy)?;
        Ok(match account {
            ServerAccount::Ours => copy,
            // The folders above may be closed to that account: the path starts from where it is put.
            ServerAccount::Dropped { .. } => PathBuf::from("./slapd"),
        })
    }

    fn load(
        &self,
        options: &RehearsalOptions,
        installation: &Installation,
        account: ServerAccount,
    ) -> Result<(), RehearsalError> {
        let program = self.program(installation, account)?;
        let arguments = [
            "-Tadd",
            "-q",
            "-w",
            "-d",
            "none",
            "-f",
            "slapd.conf",
            "-b",
            BASE_DN,
        ]
        .map(str::to_owned);
        let mut loading = command(
            &slapd_words(&program, account, &arguments),
            &self.server_folder(),
        )
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(RehearsalError::file("starting", &program))?;

        // A loader that dies early closes the pipe: its own words say why, not the broken pipe.
        let written = loading.stdin.take().map_or(Ok(()), |pipe| {
            let mut out = BufWriter::with_capacity(1 << 16, pipe);
            write_ldif(options, &mut out)?;
            out.flush()
        });
        let mut message = String::new();
        if let Some(mut stderr) = loading.stderr.take() {
            let _ = stderr.read_to_string(&mut message);
        }
        let status = loading
            .wait()
            .map_err(RehearsalError::file("waiting for", &program))?;
        if status.success() {
            return written.map_err(RehearsalError::file("writing to", &program));
        }
        Err(RehearsalError::Tool {
            tool: "slapd -Tadd",
            message: last_lines(&message),
        })
    }
}

/// The whole university of `options` as LDIF (RFC 2849), parents first: what the server is filled with, for whoever
/// wants the same people without a server.
///
/// # Errors
/// Whatever the destination answers.
pub fn write_ldif(options: &RehearsalOptions, out: &mut impl Write) -> io::Result<()> {
    institution::write(out)?;
    let calendar = Calendar::new(options.now);
    people::write(out, calendar, options.seed, options.people)
}

/// Depends on everything that shapes the data and on nothing that moves with the day, so that a folder prepared
/// by another version of the product is prepared again, and one prepared yesterday is not.
pub(super) fn fingerprint(options: &RehearsalOptions) -> String {
    struct Hashed(Sha1);
    impl Write for Hashed {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.update(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut hash = Hashed(Sha1::new());
    let fixed = Calendar::new(Timestamp::UNIX_EPOCH);
    let sample = people::named(fixed).len() + 200;
    // Writing into a hash cannot fail.
    let _ = institution::write(&mut hash);
    let _ = people::write(&mut hash, fixed, options.seed, sample);
    let layout = Layout {
        modules: Path::new(""),
        schemas: Path::new(""),
    };
    let _ = write!(
        hash,
        "{}{}{:?}{}{}{}",
        options.people,
        options.seed,
        options.certificate,
        configuration::text(&layout, options),
        schema::supann(),
        schema::edu_person(),
    );
    hash.0
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn claim(folder: &Path) -> Result<(), RehearsalError> {
    let server = folder.join(SERVER);
    if folder.join(STATEMENT).exists() {
        return match fs::remove_dir_all(&server) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(RehearsalError::file("removing", &server)(error))
            }
            _ => Ok(()),
        };
    }
    create_folder(folder)?;
    let mut inside = fs::read_dir(folder).map_err(RehearsalError::file("reading", folder))?;
    match inside.next() {
        None => Ok(()),
        Some(_) => Err(RehearsalError::NotOurs(folder.to_owned())),
    }
}

fn write_statement(options: &RehearsalOptions, complete: bool) -> Result<(), RehearsalError> {
    let text = format!(
        "Annuaire de répétition de l’Université de Rivemer (personnes fictives)\n\
         empreinte: {}\npersonnes: {}\ngraine: {}\ninstant: {}\ncomplete: {}\n",
        fingerprint(options),
        options.people,
        options.seed,
        options.now,
        if complete { "oui" } else { "non" },
    );
    write_file(&options.folder.join(STATEMENT), &text, 0o600)
}

pub(super) fn create_folder(path: &Path) -> Result<(), RehearsalError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(RehearsalError::file("creating", path))
}

pub(super) fn write_file(
    path: &Path,
    content: impl AsRef<[u8]>,
    mode: u32,
) -> Result<(), RehearsalError> {
    let write = || -> io::Result<()> {
        // Removed first: the mode of a file that exists would stay what it was.
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file: File = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(path)?;
        file.write_all(content.as_ref())
    };
    write().map_err(RehearsalError::file("writing", path))
}

pub(super) fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines[lines.len().saturating_sub(4)..].join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(folder: &Path) -> RehearsalOptions {
        RehearsalOptions::new(folder, "2026-11-24T08:31:00Z".parse().unwrap())
    }

    #[test]
    fn the_fingerprint_ignores_the_day_and_sees_the_rest() {
        let first = options(Path::new("/a"));
        let mut later = options(Path::new("/b"));
        later.now = "2027-03-01T00:00:00Z".parse().unwrap();
        assert_eq!(fingerprint(&first), fingerprint(&later));
        for change in [
            |options: &mut RehearsalOptions| options.people += 1,
            |options: &mut RehearsalOptions| options.seed += 1,
            |options: &mut RehearsalOptions| {
                options.certificate =
                    ServerCertificate::Faulty(certificates::CertificateFault::Expired);
            },
        ] {
            let mut other = options(Path::new("/a"));
            change(&mut other);
            assert_ne!(fingerprint(&first), fingerprint(&other));
        }
    }

    #[test]
    fn refuses_somebody_elses_folder() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("these.odt"), "chapitre 1").unwrap();
        let refused = claim(folder.path());
        assert!(matches!(refused, Err(RehearsalError::NotOurs(_))));
        assert!(folder.path().join("these.odt").exists());
    }

    #[test]
    fn a_copy_of_the_program_runs_from_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let preparation = Preparation {
            folder: folder.path().to_owned(),
            prepared_at: Timestamp::UNIX_EPOCH,
        };
        create_folder(&preparation.server_folder()).unwrap();
        let account = ServerAccount::choose().unwrap();
        account.own(&preparation.server_folder()).unwrap();
        let program = preparation
            .copied_program(&Installation::find().unwrap(), account)
            .unwrap();
        let words = slapd_words(&program, account, &["-VV".to_owned()]);
        let output = command(&words, &preparation.server_folder())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("OpenLDAP: slapd"), "{said}");
    }

    #[test]
    fn refuses_fewer_than_the_named_people() {
        let folder = tempfile::tempdir().unwrap();
        let mut few = options(&folder.path().join("r"));
        few.people = 3;
        assert!(matches!(
            Preparation::make(&few),
            Err(RehearsalError::TooFewPeople { minimum }) if minimum > 80
        ));
    }
}
