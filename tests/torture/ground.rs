//! The ground of the harnesses that end a post: one directory, a post at work that each run starts from, and people whose
//! entries are put back as they were before each run. Never shared by two runs at once: each has a place of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use guichet_core::rehearsal::{ADMINISTRATOR_PASSWORD, administrator_dn, cast, person_dn};

use super::desk::{self, Post};
use super::process::{self, Defect, Orders, Task};

/// Login, birth date, first letters of the name: people of the office of `CLERK`.
const PEOPLE: [(&str, &str, &str); 3] = [
    (cast::INES_LEFEVRE_NUNEZ, "16/03/1994", "lef"),
    ("pgarnier", "11/02/1968", "gar"),
    ("cmoreau", "09/09/1983", "mor"),
];

pub struct Ground {
    pub post: Post,
    pub places: Vec<Place>,
}

/// Where one run at a time takes place, with one person.
pub struct Place {
    pub login: &'static str,
    pub person: String,
    pub birth: &'static str,
    pub name: &'static str,
    uri: String,
    authority: PathBuf,
    folder: PathBuf,
    base: PathBuf,
    /// What puts the entry back.
    restoring: String,
    log: PathBuf,
}

impl Ground {
    /// A directory that writes down every request, and a post that has been at work.
    pub fn new() -> Ground {
        let post = Post::watched();
        let base = post.folder.path().join("base");
        let places: Vec<Place> = PEOPLE
            .iter()
            .enumerate()
            .map(|(number, (login, birth, name))| {
                let folder = post.folder.path().join(format!("place-{number}"));
                fs::create_dir_all(&folder).expect("a folder");
                let (person, restoring) = entry_of(&post, login);
                Place {
                    login,
                    person,
                    birth,
                    name,
                    uri: post.directory.uri_ldaps.clone(),
                    authority: post.directory.ca_pem.clone(),
                    folder,
                    base: base.clone(),
                    restoring,
                    log: post.directory.folder.join("serveur/slapd.log"),
                }
            })
            .collect();
        for place in &places {
            place.restore();
        }
        fs::create_dir_all(&base).expect("a folder");
        let first = &places[0];
        let mut orders = first.orders(Task::Prepare, None);
        orders.folder.clone_from(&base);
        process::run(&orders, &[]).done("a post to start from");
        for place in &places {
            place.make_waiting();
        }
        Ground { post, places }
    }
}

impl Place {
    /// Where the post is.
    pub fn folder(&self) -> PathBuf {
        self.folder.join("run")
    }

    pub fn letter(&self) -> PathBuf {
        self.folder.join("lettre.pdf")
    }

    pub fn orders(&self, task: Task, defect: Option<Defect>) -> Orders {
        Orders {
            task,
            uri: match task {
                // Nobody listens there.
                Task::Offline => "ldaps://localhost:9".to_owned(),
                Task::First | Task::Prepare | Task::Online | Task::Late => self.uri.clone(),
            },
            authority: self.authority.clone(),
            folder: self.folder(),
            person: self.person.clone(),
            birth: self.birth.to_owned(),
            name: self.name.to_owned(),
            letter: self.letter(),
            defect,
            die_at: 0,
        }
    }

    /// The person as they were, the post as it was. Returns from where the directory's log is this run's.
    pub fn ready(&self, task: Task) -> u64 {
        self.restore();
        let _ = fs::remove_dir_all(self.folder());
        let _ = fs::remove_file(self.letter());
        match task {
            Task::First => fs::create_dir_all(self.folder()).expect("a folder"),
            Task::Late => {
                copy_folder(&self.folder.join("waiting"), &self.folder());
                fs::copy(self.folder.join("waiting.pdf"), self.letter()).expect("its letter");
            }
            Task::Prepare | Task::Online | Task::Offline => {
                copy_folder(&self.base, &self.folder());
            }
        }
        fs::metadata(&self.log).expect("the server's log").len()
    }

    /// How many times the directory wrote a password for this person since then, read off its own log.
    pub fn passwords_written(&self, since: u64) -> usize {
        let log = fs::read(&self.log).expect("the server's log");
        let since = usize::try_from(since).expect("a length");
        let log = String::from_utf8_lossy(&log[since.min(log.len())..]).into_owned();
        let dn = format!("dn=\"{}\"", person_dn(self.login).to_lowercase());
        let request = |line: &str| {
            let at = line.find("conn=")?;
            let mut words = line[at..].split(' ');
            Some(format!("{} {}", words.next()?, words.next()?))
        };
        let mut theirs = Vec::new();
        let mut passwords = Vec::new();
        let mut written = 0;
        for line in log.lines() {
            let Some(request) = request(line) else {
                continue;
            };
            if line.contains(" MOD dn=") && line.to_lowercase().contains(&dn) {
                theirs.push(request);
            } else if line.contains(" MOD attr=") && line.contains("userPassword") {
                if theirs.contains(&request) {
                    passwords.push(request);
                }
            } else if line.contains(" RESULT ")
                && line.contains(" err=0 ")
                && passwords.contains(&request)
            {
                written += 1;
            }
        }
        written
    }

    fn restore(&self) {
        administer(&self.uri, &self.authority, &self.folder, &self.restoring);
    }

    /// An act made without the directory, handed over, not sent yet: late sendings start from it.
    fn make_waiting(&self) {
        self.ready(Task::Offline);
        process::run(&self.orders(Task::Offline, None), &[]).done("an act that waits");
        copy_folder(&self.folder(), &self.folder.join("waiting"));
        fs::copy(self.letter(), self.folder.join("waiting.pdf")).expect("its letter");
    }
}

/// A person's identifier, and the changes that put their account back as it is now.
fn entry_of(post: &Post, login: &str) -> (String, String) {
    let output = Command::new("ldapsearch")
        .args([
            "-x",
            "-LLL",
            "-o",
            "ldif-wrap=no",
            "-H",
            &post.directory.uri_ldaps,
        ])
        .args(["-D", &administrator_dn(), "-w", ADMINISTRATOR_PASSWORD])
        .args(["-b", &person_dn(login), "-s", "base"])
        .args(["(objectClass=*)", "entryUUID", "pwdChangedTime", "pwdReset"])
        .args(["supannRefId", "pwdHistory"])
        .env("LDAPTLS_CACERT", &post.directory.ca_pem)
        .output()
        .expect("ldapsearch (Debian package ldap-utils)");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let values = |name: &str| -> Vec<String> {
        text.lines()
            .filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
            .map(str::to_owned)
            .collect()
    };
    let person = values("entryUUID").first().expect("an identifier").clone();
    assert!(
        values("pwdReset").is_empty() && !text.contains("{GUICHET}"),
        "an account nobody has handed over: {text}"
    );
    let lines = |name: &str| -> String {
        let lines = values(name);
        lines
            .iter()
            .map(|value| format!("{name}: {value}\n"))
            .collect()
    };
    let (changed, references) = (lines("pwdChangedTime"), lines("supannRefId"));
    let dn = person_dn(login);
    let restoring = format!(
        "dn: {dn}\nchangetype: modify\nreplace: userPassword\nuserPassword: Ancien-Mot-2026\n-\nreplace: supannRefId\n{references}\n\
         dn: {dn}\nchangetype: modify\nreplace: pwdChangedTime\n{changed}-\nreplace: pwdReset\n-\n\
         replace: pwdFailureTime\n-\nreplace: pwdAccountLockedTime\n"
    );
    (person, restoring)
}

fn administer(uri: &str, authority: &Path, folder: &Path, ldif: &str) {
    let file = folder.join("changement.ldif");
    fs::write(&file, ldif).expect("a file");
    let output = Command::new("ldapmodify")
        .args(["-x", "-e", "!relax", "-H", uri, "-D", &administrator_dn()])
        .args(["-w", ADMINISTRATOR_PASSWORD, "-f"])
        .arg(&file)
        .env("LDAPTLS_CACERT", authority)
        .output()
        .expect("ldapmodify (Debian package ldap-utils)");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// Runs of something that only a password looks like: five words written together, each with a capital.
pub fn looks_like_a_password(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut files = vec![folder.to_owned()];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(
                fs::read_dir(&path)
                    .expect("a folder")
                    .map(|entry| entry.expect("an entry").path()),
            );
            continue;
        }
        let bytes = fs::read(&path).expect("a file");
        let runs = bytes.split(|byte| !byte.is_ascii_alphabetic());
        for run in runs.filter(|run| run.len() >= 20 && in_words(run)) {
            found.push(format!("{}: {} letters", path.display(), run.len()));
        }
    }
    found
}

fn in_words(run: &[u8]) -> bool {
    let mut words = 0;
    let mut length = 0;
    for byte in run {
        if byte.is_ascii_uppercase() {
            if words > 0 && !(4..=8).contains(&length) {
                return false;
            }
            words += 1;
            length = 1;
        } else {
            length += 1;
        }
    }
    words >= 5 && (4..=8).contains(&length)
}

/// What the person gets with this password.
pub fn whoami(ground: &Ground, place: &Place, password: &str) -> (bool, String) {
    let file = place.folder.join("secret");
    fs::write(&file, password).expect("a secret file");
    let output = Command::new("ldapwhoami")
        .args([
            "-x",
            "-e",
            "ppolicy",
            "-H",
            &ground.post.directory.uri_ldaps,
        ])
        .args(["-D", &person_dn(place.login), "-y"])
        .arg(&file)
        .env("LDAPTLS_CACERT", &ground.post.directory.ca_pem)
        .output()
        .expect("ldapwhoami (Debian package ldap-utils)");
    fs::remove_file(&file).expect("the secret file goes");
    let told = String::from_utf8_lossy(&output.stderr);
    let told = format!("{}{told}", String::from_utf8_lossy(&output.stdout));
    (output.status.success(), told)
}

pub fn password_on(letter: &Path) -> String {
    desk::password_on(letter)
}

#[test]
fn a_password_left_in_a_file_is_seen() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("propre"), "VoileTigre Canal-Moulin").expect("a file");
    assert!(looks_like_a_password(folder.path()).is_empty());
    let planted = b"\0\x17VoileTigreCanalMoulinRadis\0";
    fs::write(folder.path().join("fuite"), planted).expect("a file");
    assert_eq!(looks_like_a_password(folder.path()).len(), 1);
}
