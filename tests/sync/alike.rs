//! The model and the double in memory answer alike, on sequences of writes, reads, proofs, changes and resets drawn by
//! seed: what the simulation finds holds for the double, and for slapd, to whose contract the double is held.
//! Never compares texts: only what a counter acts upon.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use guichet_core::directory::memory::{MemoryDirectory, MemoryServer};
use guichet_core::directory::{
    Directory, DirectoryError, PasswordWrite, WriteProblem, WriteRefusal,
};
use guichet_core::domain::password::ProvisionalPassword;
use guichet_core::domain::person::{Login, Person, PersonId};
use guichet_core::rehearsal::cast::NADIA_BELKHIR;
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::people::former_password;
use guichet_core::rehearsal::{RehearsalOptions, person_dn, post_settings, write_ldif};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::chance::Chance;
use crate::model::{Account, Model, Rights, time};

const SEQUENCES: u64 = 12;
const LENGTH: usize = 60;
const START: i64 = 1_790_000_000;

/// The university in memory, and two clerks: one who serves the person, one who reads a name.
struct Double {
    server: MemoryServer,
    seconds: Arc<AtomicI64>,
    serves: MemoryDirectory,
    elsewhere: MemoryDirectory,
    person: Person,
}

fn university() -> String {
    let mut options = RehearsalOptions::new(env!("CARGO_TARGET_TMPDIR"), time(START));
    options.people = 600;
    let mut ldif = Vec::new();
    write_ldif(&options, &mut ldif).expect("written in memory");
    String::from_utf8(ldif).expect("LDIF is text")
}

impl Double {
    async fn of(ldif: &str) -> Self {
        let unused = std::path::Path::new("unused");
        let rules = post_settings("ldaps://127.0.0.1:9", unused, unused).directory;
        let policy = rules.default_policy.clone().expect("a default policy");
        let seconds = Arc::new(AtomicI64::new(START));
        let hands = Arc::clone(&seconds);
        let clock = Arc::new(move || time(hands.load(Ordering::SeqCst)));
        let server = MemoryServer::new(rules, clock);
        server.load(ldif).expect("LDIF is read");
        server.set(&policy, "pwdInHistory", &["5"]);
        let serves = signed_in(&server, "croux").await;
        let elsewhere = signed_in(&server, "mperrin").await;
        let found = serves
            .find(&[], &[NADIA_BELKHIR.to_owned()])
            .await
            .expect("a search");
        let person = found.into_iter().next().expect("she is there");
        Double {
            server,
            seconds,
            serves,
            elsewhere,
            person,
        }
    }

    fn session(&self, rights: Rights) -> &MemoryDirectory {
        match rights {
            Rights::Full => &self.serves,
            Rights::NameOnly => &self.elsewhere,
        }
    }
}

async fn signed_in(server: &MemoryServer, login: &str) -> MemoryDirectory {
    let session = server.session();
    let right = clerk(login).expect("a clerk of the rehearsal").password;
    let login = Login::new(login).expect("a login");
    session
        .sign_in(&login, Zeroizing::new(right.to_owned()))
        .await
        .expect("the clerk signs in");
    session
}

fn refusal(refusal: &WriteRefusal) -> &'static str {
    match refusal {
        WriteRefusal::Policy(_) => "policy",
        WriteRefusal::Rights => "rights",
        WriteRefusal::ChangedSince => "changed since",
        WriteRefusal::Gone => "gone",
        WriteRefusal::ReadOnly => "read only",
        WriteRefusal::Other { .. } => "other",
    }
}

fn facts(person: &Person) -> String {
    let account = &person.account;
    let mut markers = account.markers.clone();
    markers.sort_unstable();
    format!(
        "{} {} {:?} {markers:?}",
        person.within_perimeter, account.must_change, account.password_changed
    )
}

/// What both hold: the model's person 0 is the double's Nadia.
struct Both {
    model: Model,
    double: Double,
    chance: Chance,
    /// Every password given so far.
    passwords: Vec<String>,
    operations: Vec<Uuid>,
}

impl Both {
    async fn of(ldif: &str, seed: u64) -> Self {
        let double = Double::of(ldif).await;
        let former = former_password(NADIA_BELKHIR);
        let account = Account {
            password: former.clone(),
            changed: double
                .person
                .account
                .password_changed
                .map(jiff::Timestamp::as_second),
            ..Account::default()
        };
        Both {
            model: Model {
                accounts: vec![Some(account)],
                min_length: 12,
                in_history: 5,
            },
            double,
            chance: Chance::new(seed),
            passwords: vec![former],
            operations: vec![Uuid::from_u128(1)],
        }
    }

    fn now(&self) -> i64 {
        self.double.seconds.load(Ordering::SeqCst)
    }

    /// The current one more often than not, or one from before, or a new one, sometimes too short.
    fn password(&mut self) -> String {
        let known = self.chance.below(self.passwords.len());
        match self.chance.below(10) {
            0..5 => self
                .model
                .account(0)
                .map_or_else(String::new, |account| account.password.clone()),
            5..8 => self.passwords[known].clone(),
            _ => self.new_password(),
        }
    }

    fn new_password(&mut self) -> String {
        let new = crate::world::new_password(&mut self.chance);
        self.passwords.push(new.clone());
        new
    }

    /// What was done, and the answers of the model and of the double.
    async fn act(&mut self) -> [String; 3] {
        // Wrong passwords lock an account of the double: never more than one in a while.
        let pause = if self.chance.percent(30) { 0 } else { 700 };
        self.double.seconds.fetch_add(pause, Ordering::SeqCst);
        let now = self.now();
        let rights = if self.chance.percent(15) {
            Rights::NameOnly
        } else {
            Rights::Full
        };
        let dn = person_dn(NADIA_BELKHIR);
        match self.chance.below(100) {
            0..40 => self.write(rights, &dn, now).await,
            40..60 => {
                let model = self
                    .model
                    .read(0, rights)
                    .map_or_else(|| "gone".to_owned(), |read| facts(&read));
                let id: PersonId = self.double.person.id;
                let double = match self.double.session(rights).read_back(id).await {
                    Ok(read) => facts(&read),
                    Err(DirectoryError::NotFound) => "gone".to_owned(),
                    Err(other) => format!("{other:?}"),
                };
                [format!("read {rights:?}"), model, double]
            }
            60..75 => {
                let tried = self.password();
                let model = format!("{:?}", self.model.prove(0, &tried));
                let given = ProvisionalPassword::unsealed(Zeroizing::new(tried.clone()));
                let double = self.double.serves.prove(&dn, &given).await;
                self.double.seconds.fetch_add(700, Ordering::SeqCst);
                let double =
                    double.map_or_else(|error| format!("{error:?}"), |proof| format!("{proof:?}"));
                [format!("prove {tried}"), model, double]
            }
            75..87 => {
                let (current, new) = (self.password(), self.new_password());
                let model = self.model.choose(0, &current, &new, now);
                let double = self.double.server.choose_password(&dn, &current, &new);
                self.double.seconds.fetch_add(700, Ordering::SeqCst);
                [
                    format!("choose {new}"),
                    model.to_string(),
                    double.is_ok().to_string(),
                ]
            }
            87..92 => {
                let new = self.new_password();
                self.model.reset(0, &new, now);
                self.double.server.set_password(&dn, &new);
                [format!("reset {new}"), String::new(), String::new()]
            }
            92..99 => {
                let which = self.chance.below(self.operations.len());
                let old = [self.operations[which]];
                let model = self.model.remove_markers(0, &old, rights);
                let double = self.double.session(rights).remove_markers(&dn, &old).await;
                [
                    format!("prune {rights:?}"),
                    model.to_string(),
                    double.is_ok().to_string(),
                ]
            }
            _ => {
                self.model.accounts[0] = None;
                self.double.server.remove(&dn);
                ["delete".to_owned(), String::new(), String::new()]
            }
        }
    }

    async fn write(&mut self, rights: Rights, dn: &str, now: i64) -> [String; 3] {
        let again = self.chance.below(self.operations.len());
        let operation = if self.chance.percent(25) {
            self.operations[again]
        } else {
            Uuid::from_u128(u128::from(self.chance.draw()))
        };
        self.operations.push(operation);
        let changed = self.model.account(0).and_then(|account| account.changed);
        let seen = match self.chance.below(10) {
            0 => None,
            1 => changed.map(|at| at - 1),
            _ => changed,
        };
        let password = if self.chance.percent(70) {
            self.new_password()
        } else {
            self.password()
        };
        let write = PasswordWrite {
            operation,
            person_dn: dn.to_owned(),
            password: ProvisionalPassword::unsealed(Zeroizing::new(password)),
            seen_change: seen.map(time),
        };
        let model = self
            .model
            .write(0, &write, rights, now)
            .map_or_else(|refused| refusal(&refused), |()| "written");
        let double = match self.double.session(rights).write_password(&write).await {
            Ok(()) => "written".to_owned(),
            Err(WriteProblem::Refused(refused)) => refusal(&refused).to_owned(),
            Err(other) => format!("{other:?}"),
        };
        [
            format!("write {write:?} {rights:?}"),
            model.to_owned(),
            double,
        ]
    }
}

#[tokio::test]
async fn the_model_and_the_double_answer_alike() {
    let ldif = university();
    let mut answers = std::collections::BTreeMap::<String, u32>::new();
    for seed in 1..=SEQUENCES {
        let mut both = Both::of(&ldif, seed).await;
        for step in 0..LENGTH {
            let [done, model, double] = both.act().await;
            assert_eq!(model, double, "sequence {seed}, step {step}: {done}");
            let kind = done.split(' ').next().unwrap_or_default();
            let short = model.split(' ').next().unwrap_or_default();
            *answers.entry(format!("{kind}: {short}")).or_default() += 1;
        }
    }
    println!("{answers:?}");
    for wanted in [
        "write: written",
        "write: policy",
        "write: changed",
        "write: gone",
        "read: true",
        "read: false",
        "read: gone",
        "prove: OpensAndMustChange",
        "prove: OpensWithoutChange",
        "prove: DoesNotOpen",
        "choose: true",
        "choose: false",
        "prune: true",
        "prune: false",
    ] {
        assert!(answers.contains_key(wanted), "never compared: {wanted}");
    }
}
