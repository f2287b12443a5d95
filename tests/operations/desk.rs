//! A post at work: a rehearsal directory of its own, a store of its own, a clerk signed in.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use guichet_core::domain::travel_document::RawReading;
use guichet_core::operations::handover::{self, HandoverView, Outlet, StepState};
use guichet_core::operations::{self, Office};
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::{
    ADMINISTRATOR_PASSWORD, RehearsalOptions, ServerCertificate, TemporaryRehearsal,
    administrator_dn, person_dn, post_settings,
};
use guichet_core::settings::Settings;
use tempfile::TempDir;
use zeroize::Zeroizing;

use super::sheet;

pub struct Post {
    pub directory: TemporaryRehearsal,
    pub folder: TempDir,
    pub settings: Settings,
}

impl Post {
    pub fn new() -> Post {
        Post::with(|_| ())
    }

    pub fn with_certificate(certificate: ServerCertificate) -> Post {
        Post::with(|options| options.certificate = certificate)
    }

    /// Its directory writes down every request.
    pub fn watched() -> Post {
        Post::with(|options| options.log_requests = true)
    }

    /// A university of that many people.
    pub fn of(people: usize) -> Post {
        Post::with(|options| options.people = people)
    }

    /// Its directory has no content synchronisation.
    pub fn without_content_sync() -> Post {
        Post::with(|options| options.content_sync = false)
    }

    /// What its directory has acknowledged survives a kill.
    pub fn durable() -> Post {
        Post::with(|options| options.durable = true)
    }

    /// A university that differs from the usual one.
    pub fn with(change: impl FnOnce(&mut RehearsalOptions)) -> Post {
        let templates = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("repetition");
        let mut options = RehearsalOptions::new(templates, jiff::Timestamp::now());
        options.people = 600;
        options.durable = false;
        change(&mut options);
        let directory = TemporaryRehearsal::start(&options).expect("the rehearsal starts");
        let folder = tempfile::tempdir().expect("a folder");
        let settings = post_settings(&directory.uri_ldaps, &directory.ca_pem, folder.path());
        Post {
            directory,
            folder,
            settings,
        }
    }

    pub async fn office(&self) -> Arc<Office> {
        // One keyring serves every post of the suite: each has its own database, so each needs its own key.
        Arc::new(
            Office::open(self.settings.clone())
                .await
                .unwrap_or_else(|trouble| {
                    panic!(
                        "{} {} — is the suite run under .ci/session?",
                        trouble.strong, trouble.text
                    )
                }),
        )
    }

    pub async fn signed_in(&self, login: &str) -> Arc<Office> {
        let office = self.office().await;
        let password = clerk(login).expect("a rehearsal clerk").password;
        operations::session::sign_in(&office, login, Zeroizing::new(password.to_owned()))
            .await
            .expect("the clerk signs in");
        office
    }

    /// `ldapwhoami` with the policy control: what a person's first sign-in gets.
    pub fn whoami(&self, login: &str, password: &str) -> (bool, String) {
        let file = self.folder.path().join("secret");
        std::fs::write(&file, password).expect("a secret file");
        let output = Command::new("ldapwhoami")
            .args([
                "-x",
                "-e",
                "ppolicy",
                "-H",
                &self.directory.uri_ldaps,
                "-D",
                &person_dn(login),
                "-y",
            ])
            .arg(&file)
            .env("LDAPTLS_CACERT", &self.directory.ca_pem)
            .output()
            .expect("ldapwhoami (Debian package ldap-utils)");
        std::fs::remove_file(&file).expect("the secret file goes");
        let text = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        (output.status.success(), text)
    }

    pub fn ldap(
        &self,
        program: &str,
        login: &str,
        password: &str,
        arguments: &[&str],
    ) -> (bool, String) {
        let output = Command::new(program)
            .args([
                "-x",
                "-H",
                &self.directory.uri_ldaps,
                "-D",
                &person_dn(login),
                "-w",
                password,
            ])
            .args(arguments)
            .env("LDAPTLS_CACERT", &self.directory.ca_pem)
            .output()
            .expect("ldap-utils");
        (
            output.status.success(),
            format!(
                "{}{}",
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            ),
        )
    }
}

/// Waits until the clerk's copy is full.
pub async fn filled(office: &Arc<Office>) {
    loop {
        let link = operations::session::link(office).await.expect("a link");
        if link.people > 0 && !link.filling {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// The entryUUID of a person named by login, as the clerk reads it.
pub async fn person(office: &Office, login: &str) -> String {
    let found = office
        .directory()
        .find(&[], &[login.to_owned()])
        .await
        .expect("a search");
    found
        .iter()
        .find(|person| {
            person
                .login
                .as_ref()
                .is_some_and(|own| own.as_str() == login)
        })
        .unwrap_or_else(|| panic!("{login} is readable"))
        .id
        .to_string()
}

/// Opens a handover for Inès and checks her identity by her typed birth date.
pub async fn checked(office: &Arc<Office>, login: &str, birth: &str, name: &str) -> HandoverView {
    let id = person(office, login).await;
    let view = handover::begin(office, &id)
        .await
        .expect("the handover opens");
    let view = handover::check_birth_date(office, &view.id, "identity-card", birth, name)
        .await
        .expect("the date compares");
    assert!(view.identity.awaits_photo, "{:?}", view.identity.notice);
    handover::confirm_photo(office, &view.id, true)
        .await
        .expect("the photo is confirmed")
}

/// The strip of Inès's identity card, with a birth date `YYMMDD` of one's choice and check digits that agree.
pub fn strip_of_ines(birth: &str) -> RawReading {
    strip(birth, "LEFEVRE<NUNEZ<<INES<CAMILLE<<<")
}

/// An identity card's strip, its third line given.
pub fn strip(birth: &str, names: &str) -> RawReading {
    let check = |text: &str| {
        let value = |letter: char| match letter {
            '<' => 0,
            digit if digit.is_ascii_digit() => digit.to_digit(10).expect("digit"),
            letter => u32::from(letter) - 55,
        };
        text.chars()
            .zip([7, 3, 1].iter().cycle())
            .map(|(letter, weight)| value(letter) * weight)
            .sum::<u32>()
            % 10
    };
    let first = "IDFRAX4RTBPFW46<<<<<<<<<<<<<<<";
    let head = format!(
        "{birth}{}F310822{}FRA<<<<<<<<<<<",
        check(birth),
        check("310822")
    );
    let composite = check(&format!(
        "{}{}{}{}",
        &first[5..],
        &head[..7],
        &head[8..15],
        &head[18..29]
    ));
    RawReading {
        characters: format!("{first}\n{head}{composite}\n{names}"),
        physical_keys: None,
    }
}

/// The password as the letter prints it.
pub fn password_on(letter: &Path) -> String {
    sheet::password(&text_of(letter))
}

pub fn text_of(letter: &Path) -> String {
    sheet::text(&std::fs::read(letter).expect("the letter"))
}

/// Sends, saves the letter, and waits for the truth: past three seconds the operation answers before it is known
/// (decision 2), and a loaded machine takes longer than that.
pub async fn sent(office: &Arc<Office>, handover: &str, letter: &Path) -> HandoverView {
    let outlet = Outlet::File(Some(letter.to_owned()));
    let mut view = handover::hand_over(office, handover, outlet)
        .await
        .expect("it is sent");
    while view.directory.state == StepState::Current || view.next.is_none() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        // As the window does every few seconds: a lost answer is settled when the directory answers again.
        operations::session::link(office).await.expect("a link");
        view = handover::resume(office, handover)
            .await
            .expect("still open");
    }
    assert!(
        view.directory.proven && view.letter.state == StepState::Done,
        "not proven: {:?} {:?}",
        view.directory,
        view.letter
    );
    view
}

/// As the window does every few seconds, until the act moves on to what is waited for.
pub async fn settled(
    office: &Arc<Office>,
    handover: &str,
    until: impl Fn(&HandoverView) -> bool,
) -> HandoverView {
    loop {
        operations::session::link(office).await.expect("a link");
        let view = handover::resume(office, handover)
            .await
            .expect("still open");
        if until(&view) {
            return view;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// What the directory's own administrator changes behind the counter's back.
pub fn as_administrator(post: &Post, options: &[&str], ldif: &str) {
    let file = post.folder.path().join("changement.ldif");
    std::fs::write(&file, ldif).expect("a file");
    let output = Command::new("ldapmodify")
        .args(["-x", "-H", &post.directory.uri_ldaps, "-D"])
        .arg(administrator_dn())
        .args(["-w", ADMINISTRATOR_PASSWORD, "-f"])
        .arg(&file)
        .args(options)
        .env("LDAPTLS_CACERT", &post.directory.ca_pem)
        .output()
        .expect("ldapmodify (Debian package ldap-utils)");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// How many times a secret stands in a folder, in the encodings a leak could take.
pub fn occurrences(folder: &Path, secret: &str) -> usize {
    let wide: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let needles = [
        secret.as_bytes().to_vec(),
        wide,
        secret.bytes().rev().collect(),
    ];
    let mut files = vec![folder.to_owned()];
    let mut found = 0;
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(
                std::fs::read_dir(&path)
                    .expect("a folder")
                    .map(|entry| entry.expect("an entry").path()),
            );
        } else {
            let bytes = std::fs::read(&path).expect("a file");
            found += needles
                .iter()
                .filter(|needle| {
                    bytes
                        .windows(needle.len())
                        .any(|window| window == needle.as_slice())
                })
                .count();
        }
    }
    found
}
