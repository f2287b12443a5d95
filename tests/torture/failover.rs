//! One counter on two real servers that replicate to each other, while at drawn moments the serving one is cut off, killed,
//! or brought back from an old backup, with the link between the two held or not.
//! Counts what the servers themselves wrote down. Never asserts on time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use guichet_core::domain::name_match::unaccented;
use guichet_core::domain::person::Person;
use guichet_core::faults::Fault;
use guichet_core::operations::handover::{self, HandoverView, NextCode, Outlet, StepState};
use guichet_core::operations::outbox::{self, OutboxItem};
use guichet_core::operations::{Office, session};
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::{RehearsalOptions, TemporaryRehearsal, post_settings};
use guichet_core::settings::Settings;
use tempfile::TempDir;
use zeroize::Zeroizing;

use super::chance::Chance;
use super::desk::{filled, password_on};
use super::pair::{Pair, Second, port_of};
use super::wire::{Plan, Wire};
use super::{defect, seed, sound, times};

/// What happens to the server that the act is sent to. The number is of the request after which it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mishap {
    Nothing,
    /// Its answers stay on the wire, which is then cut; the server goes on.
    CutAfterItsWork(u32),
    /// Requests no longer reach it, then the wire is cut.
    CutBeforeItsWork(u32),
    Killed(u32),
    /// Killed, and started again on the data of an old backup.
    KilledAndRolledBack(u32),
    /// The same once the letter is handed over.
    RolledBackAfterwards,
    KilledAfterwards,
}

impl Mishap {
    fn drawn(chance: &mut Chance) -> Mishap {
        // The sheet read again, the Modify, the entry read back, the record; then the trial bind's own connection.
        let request = u32::try_from(chance.below(5)).unwrap_or(0);
        match chance.below(12) {
            0 | 1 => Mishap::CutAfterItsWork(request),
            2 => Mishap::CutBeforeItsWork(request),
            3 => Mishap::Killed(request),
            4 => Mishap::KilledAndRolledBack(request),
            5 => Mishap::RolledBackAfterwards,
            6 => Mishap::KilledAfterwards,
            _ => Mishap::Nothing,
        }
    }
}

/// How a round ended at the counter.
enum Done {
    HandedOver(Box<HandoverView>),
    GivenUp(Box<HandoverView>),
}

struct Bench {
    pair: Pair,
    wires: [Wire; 2],
    settings: Settings,
    folder: TempDir,
    office: Arc<Office>,
    people: Vec<Person>,
    /// Successful writes of a password, by person, that a server's log had before it was started again.
    written: BTreeMap<String, u32>,
    counts: BTreeMap<&'static str, u32>,
    /// Handed over, by number: DN and act.
    letters: BTreeMap<String, (String, String)>,
}

async fn signed_in(settings: &Settings) -> Arc<Office> {
    let office = Office::open(settings.clone()).await;
    let office = Arc::new(office.unwrap_or_else(|trouble| {
        panic!("{} {} — under .ci/session?", trouble.strong, trouble.text)
    }));
    let password = clerk("croux").expect("a rehearsal clerk").password;
    session::sign_in(&office, "croux", Zeroizing::new(password.to_owned()))
        .await
        .expect("the clerk signs in");
    filled(&office).await;
    office
}

impl Bench {
    async fn new(people: u64) -> Bench {
        let templates = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("repetition");
        let mut options = RehearsalOptions::new(templates, jiff::Timestamp::now());
        options.people = usize::try_from(people).expect("a number");
        options.durable = false;
        options.log_requests = true;
        let pair = Pair::start(&options, Second::Writes).await;
        pair.in_step().await;
        let wire = |server: &TemporaryRehearsal| {
            Wire::to(([127, 0, 0, 1], port_of(&server.uri_ldaps)).into())
        };
        let wires = [wire(&pair.first).await, wire(&pair.second).await];
        let folder = tempfile::tempdir().expect("a folder");
        let uris = wires
            .each_ref()
            .map(|wire| format!("ldaps://{}", wire.address));
        let mut settings = post_settings(&uris[0], &pair.first.ca_pem, folder.path());
        settings.directory.uris = uris.to_vec();
        settings.directory.timeout_seconds = 2;
        let office = signed_in(&settings).await;
        let mut found = Vec::new();
        let directory = office.directory();
        let everybody = guichet_core::directory::Filter::present("entryUUID");
        directory
            .read_perimeter(&everybody, &mut |page| found.extend(page))
            .await
            .expect("the people");
        found.retain(|person| person.within_perimeter && person.account.markers.is_empty());
        Bench {
            pair,
            wires,
            settings,
            folder,
            office,
            people: found,
            written: BTreeMap::new(),
            counts: BTreeMap::new(),
            letters: BTreeMap::new(),
        }
    }

    fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    fn server(&mut self, nth: usize) -> &mut TemporaryRehearsal {
        match nth {
            0 => &mut self.pair.first,
            _ => &mut self.pair.second,
        }
    }

    async fn serving(&self) -> usize {
        let server = self.office.directory().writing_server().await;
        let uri = server.expect("a server answers").uri().to_owned();
        let uris = &self.settings.directory.uris;
        uris.iter()
            .position(|one| *one == uri)
            .expect("one of both")
    }

    /// A person whom this clerk may hand to, identity checked.
    async fn checked(&mut self) -> (HandoverView, Person) {
        loop {
            let person = self.people.pop().expect("enough people");
            let Some(birth) = person.birth.and_then(|birth| birth.to_date()) else {
                continue;
            };
            let typed = format!("{:02}/{:02}/{}", birth.day(), birth.month(), birth.year());
            let names = &person.names;
            let family = names.birth_family.as_ref().unwrap_or(&names.family);
            let start: String = unaccented(family).chars().take(3).collect();
            let Ok(view) = handover::begin(&self.office, &person.id.to_string()).await else {
                continue;
            };
            let card = "identity-card";
            let view =
                handover::check_birth_date(&self.office, &view.id, card, &typed, &start).await;
            let view = view.expect("compared");
            if view.identity.awaits_photo {
                let view = handover::confirm_photo(&self.office, &view.id, true).await;
                return (view.expect("confirmed"), person);
            }
            handover::abandon(&self.office, &view.id)
                .await
                .expect("given up");
        }
    }

    /// What the clerk does when they look at the screen: sends when it says so, and finishes when it may.
    async fn press(&self, id: &str, letter: &std::path::Path) -> Option<Done> {
        session::link(&self.office).await.expect("a link");
        let view = handover::resume(&self.office, id).await.expect("open");
        match view.next.as_ref().map(|next| next.code) {
            Some(NextCode::SendAndPrint) => {
                let outlet = Outlet::File(Some(letter.to_owned()));
                // What stands in the way is said, and tried again at the next look.
                let _ = handover::hand_over(&self.office, id, outlet).await;
                None
            }
            Some(NextCode::Finish) => {
                let view = handover::finish(&self.office, id).await.expect("finished");
                Some(Done::HandedOver(Box::new(view)))
            }
            Some(NextCode::PrintAgain) if view.directory.written => {
                let saved = Some(letter.to_owned());
                let _ = handover::save_letter(&self.office, id, saved).await;
                None
            }
            // Refused, or not as it should be: the clerk takes the sheet back.
            _ if view.directory.state == StepState::Stopped => {
                let view = handover::abandon(&self.office, id).await.ok()?;
                Some(Done::GivenUp(Box::new(view)))
            }
            _ => None,
        }
    }

    async fn round(&mut self, mishap: Mishap, lag: bool) -> Result<(), String> {
        let (view, person) = self.checked().await;
        let id = view.id.clone();
        let letter = self.folder.path().join(format!("{}.pdf", view.number));
        let serving = self.serving().await;
        if lag {
            self.pair.hold();
        }
        let wire = &self.wires[serving];
        wire.set(match mishap {
            Mishap::CutAfterItsWork(request)
            | Mishap::Killed(request)
            | Mishap::KilledAndRolledBack(request) => Plan::HoldAnswersAfter(request),
            Mishap::CutBeforeItsWork(request) => Plan::SwallowRequestsAfter(request),
            Mishap::Nothing | Mishap::RolledBackAfterwards | Mishap::KilledAfterwards => Plan::Pass,
        });
        let outlet = Outlet::File(Some(letter.clone()));
        let _ = handover::hand_over(&self.office, &id, outlet).await;
        let mut lost = false;
        match mishap {
            Mishap::CutAfterItsWork(_) | Mishap::CutBeforeItsWork(_) => wire.set(Plan::Cut),
            Mishap::Killed(_) | Mishap::KilledAndRolledBack(_) => self.down(serving),
            Mishap::Nothing | Mishap::RolledBackAfterwards | Mishap::KilledAfterwards => {}
        }
        let mut done = None;
        for _ in 0..LOOKS_IN_TROUBLE {
            done = self.press(&id, &letter).await;
            if done.is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        if matches!(mishap, Mishap::KilledAndRolledBack(_)) {
            lost = true;
            self.server(serving).roll_back().expect("old data");
        }
        if matches!(mishap, Mishap::Killed(_) | Mishap::KilledAndRolledBack(_)) {
            self.server(serving).restart().expect("it starts again");
        }
        self.wires[serving].set(Plan::Pass);
        for _ in 0..LOOKS_ONCE_MENDED {
            if done.is_some() {
                break;
            }
            done = self.press(&id, &letter).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(done.is_some(), "{mishap:?}: an act that never settles");
        if matches!(
            mishap,
            Mishap::RolledBackAfterwards | Mishap::KilledAfterwards
        ) {
            self.down(serving);
            if mishap == Mishap::RolledBackAfterwards {
                lost = true;
                self.server(serving).roll_back().expect("old data");
            }
            self.server(serving).restart().expect("it starts again");
        }
        self.pair.release();
        self.pair.in_step().await;
        let done = done.expect("settled");
        self.judge(done, &person, &letter, lost)
    }

    /// What the servers have in the end, against what the counter says.
    fn judge(
        &mut self,
        done: Done,
        person: &Person,
        letter: &std::path::Path,
        lost: bool,
    ) -> Result<(), String> {
        let (done, handed_over) = match done {
            Done::HandedOver(view) => (view, true),
            Done::GivenUp(view) => (view, false),
        };
        let writes = self.writes(&person.dn);
        if writes > 1 && !lost {
            return Err(format!("{}: written {writes} times", done.number));
        }
        if !handed_over {
            self.count("given up, as the screen says");
            return Ok(());
        }
        let (one, other) = self.holds(&person.dn, &done.id);
        if !lost && !one && !other {
            return Err(format!("{}: lost without a server", done.number));
        }
        if one && other && !self.opens(&person.dn, &password_on(letter)) {
            return Err(format!("{}: its letter opens nothing", done.number));
        }
        self.letters
            .insert(done.number.clone(), (person.dn.clone(), done.id.clone()));
        Ok(())
    }

    /// Which of both shows the act.
    fn holds(&self, dn: &str, id: &str) -> (bool, bool) {
        let marker = format!("{{GUICHET}}{id}");
        let there = |server| {
            let values = self.pair.values(server, dn, "supannRefId");
            values.contains(&marker)
        };
        (there(&self.pair.first), there(&self.pair.second))
    }

    fn down(&mut self, nth: usize) {
        let server = self.server(nth);
        server.kill();
        // Its log begins anew with it.
        let logged = logged(server);
        for (dn, times) in logged {
            *self.written.entry(dn).or_default() += times;
        }
        let log = log_of(self.server(nth));
        std::fs::write(log, "").expect("the log");
    }

    fn writes(&self, dn: &str) -> u32 {
        let now = [&self.pair.first, &self.pair.second]
            .map(|server| logged(server).remove(&dn.to_lowercase()).unwrap_or(0));
        let before = self.written.get(&dn.to_lowercase()).copied().unwrap_or(0);
        now.iter().sum::<u32>() + before
    }

    fn opens(&self, dn: &str, password: &str) -> bool {
        [&self.pair.first, &self.pair.second].iter().all(|server| {
            let output = std::process::Command::new("ldapwhoami")
                .args(["-x", "-H", &server.uri_ldaps, "-D", dn, "-w", password])
                .env("LDAPTLS_CACERT", &server.ca_pem)
                .output()
                .expect("ldapwhoami (Debian package ldap-utils)");
            output.status.success()
        })
    }

    /// The replication window has passed since everything that was handed over: what the counter says, and what is.
    async fn end(mut self) -> Result<BTreeMap<&'static str, u32>, String> {
        let (mut nowhere, mut on_one) = (BTreeSet::new(), BTreeSet::new());
        for (number, (dn, id)) in std::mem::take(&mut self.letters) {
            match self.holds(&dn, &id) {
                (true, true) => self.count("on both servers"),
                (false, false) => {
                    self.count("lost with their server, to decide");
                    nowhere.insert(number);
                }
                _ => {
                    self.count("on one server, said");
                    on_one.insert(number);
                }
            }
        }
        let mut settings = self.settings.clone();
        settings.directory.replication_minutes = 0;
        drop(self.office);
        let office = signed_in(&settings).await;
        let mut last = String::new();
        // A round that its own link began may still be under way.
        for _ in 0..LOOKS_AT_THE_END {
            handover::catch_up(&office).await.expect("caught up");
            let items = outbox::outbox(&office).expect("the outbox").items;
            let numbers = |wanted: &dyn Fn(&OutboxItem) -> bool| -> BTreeSet<String> {
                let wanted = items.iter().filter(|item| wanted(item));
                wanted.map(|item| item.number.clone()).collect()
            };
            let to_decide = numbers(&|item| item.recall);
            let said = numbers(&|item| item.state == "Sur un seul serveur");
            // Those that this sign-in let the servers exchange meanwhile are on both by now.
            if to_decide == nowhere && said.is_subset(&on_one) {
                return Ok(self.counts);
            }
            last = format!(
                "nowhere {nowhere:?}, to decide {to_decide:?}; on one {on_one:?}, said {said:?}"
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err(last)
    }
}

const LOOKS_AT_THE_END: u32 = 50;
const LOOKS_IN_TROUBLE: u32 = 8;
/// Once all is mended, past which an act is said never to settle.
const LOOKS_ONCE_MENDED: u32 = 2_000;

fn log_of(server: &TemporaryRehearsal) -> PathBuf {
    server.folder.join("serveur/slapd.log")
}

/// Passwords that a server's log says it wrote for a client, by person.
fn logged(server: &TemporaryRehearsal) -> BTreeMap<String, u32> {
    let bytes = std::fs::read(log_of(server)).expect("the log");
    let text = String::from_utf8_lossy(&bytes);
    let (mut whose, mut sent, mut done) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
    for line in text.lines() {
        let Some(line) = line.find("conn=").map(|at| &line[at..]) else {
            continue;
        };
        let mut words = line.splitn(4, ' ');
        let (Some(connection), Some(operation), Some(verb), Some(rest)) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            continue;
        };
        let key = (connection.to_owned(), operation.to_owned());
        match verb {
            "MOD" if rest.starts_with("dn=") => {
                let dn = rest.trim_start_matches("dn=").trim_matches('"');
                whose.insert(key, dn.to_lowercase());
            }
            "MOD" if rest.contains("userPassword") => {
                sent.insert(key);
            }
            "RESULT" if rest.contains("err=0 ") && sent.contains(&key) => {
                let dn = whose.get(&key).cloned().unwrap_or_default();
                *done.entry(dn).or_default() += 1;
            }
            _ => {}
        }
    }
    done
}

#[tokio::test(flavor = "multi_thread")]
async fn no_failover_loses_or_doubles_a_handover() {
    let _build = sound();
    let rounds = times(50, 500);
    let mut bench = Bench::new(rounds * 4 + 600).await;
    let first = seed();
    let mut mishaps: BTreeMap<String, u32> = BTreeMap::new();
    for number in first..first + rounds {
        let mut chance = Chance::new(number);
        let (mishap, lag) = (Mishap::drawn(&mut chance), chance.percent(50));
        let name = format!("{mishap:?}");
        let name = name.split('(').next().expect("a name");
        let lagging = if lag { ", link held" } else { "" };
        *mishaps.entry(format!("{name}{lagging}")).or_default() += 1;
        if let Err(broken) = bench.round(mishap, lag).await {
            panic!("SEED={number}: {mishap:?}{lagging}: {broken}");
        }
    }
    let counts = bench
        .end()
        .await
        .unwrap_or_else(|broken| panic!("{broken}"));
    println!(
        "failover: {rounds} acts from seed {first}, {mishaps:?}; {counts:?}; 0 doubled, 0 lost unsaid"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_absence_elsewhere_taken_for_a_proof_is_seen() {
    let _build = defect(Fault::AbsentElsewhereTrusted);
    let mut bench = Bench::new(600).await;
    let seen = bench.round(Mishap::CutAfterItsWork(1), true).await;
    let said = seen.expect_err("the defect is not seen");
    assert!(said.contains("written 2 times"), "{said}");
}
