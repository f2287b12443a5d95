//! One play: the clock jumps, acts are made without the directory, the person chooses a password or not, the directory comes
//! back and what waits is sent. What must hold is said as soon as it does not.
//! The true time is this machine's and slapd's; only the post's is set.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use guichet_core::faults::{restart_machine, set_clock};
use guichet_core::operations::handover::{self, Outlet};
use guichet_core::operations::outbox::{self, OutboxItem};
use guichet_core::operations::{Office, OperationError, session};
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::{cast, person_dn};
use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

use crate::chance::Chance;
use crate::desk::{self, Post, as_administrator, checked, filled, password_on, person};

const INES: &str = cast::INES_LEFEVRE_NUNEZ;
const NADIA: &str = cast::NADIA_BELKHIR;
const CHOSEN: &str = "Choisi-Par-Ines-2026";
const DAY: i64 = 86_400;

#[derive(Debug, Default)]
pub struct Counts {
    acts: u32,
    jumps: u32,
    restarts: u32,
    summer_time: u32,
    sent: u32,
    superseded: u32,
    to_decide: u32,
    /// Sign-ins without the directory that a clock in doubt refused, after a restart.
    refused: u32,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} acts without the directory, {} jumps ({} to a change of summer time), {} restarts of the machine; {} sent, \
             {} superseded, {} to decide; {} sign-ins put off",
            self.acts,
            self.jumps,
            self.summer_time,
            self.restarts,
            self.sent,
            self.superseded,
            self.to_decide,
            self.refused
        )
    }
}

/// What the person does with their password, in true time around the acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    None,
    Before(i64),
    After(i64),
}

pub struct Desk {
    post: Post,
    letters: tempfile::TempDir,
    ines: String,
    /// Handed over at the beginning, and never used: nothing may end it.
    unused: String,
    /// The machine was started anew since the last contact: its own clock is all there is.
    restarted: bool,
}

impl Desk {
    pub async fn set_up() -> Desk {
        let mut post = Post::new();
        post.settings.directory.timeout_seconds = 2;
        let letters = tempfile::tempdir().expect("a folder");
        let office = post.signed_in("croux").await;
        filled(&office).await;
        let ines = person(&office, INES).await;
        let view = checked(&office, NADIA, "02/03/1987", "bel").await;
        let letter = letters.path().join("jamais-ouverte.pdf");
        desk::sent(&office, &view.id, &letter).await;
        handover::finish(&office, &view.id).await.expect("done");
        let unused = password_on(&letter);
        Desk {
            post,
            letters,
            ines,
            unused,
            restarted: false,
        }
    }

    /// A letter of the beginning still opens, whatever the clock has shown since.
    pub fn nothing_was_ended(&self) {
        let (opens, answer) = self.post.whoami(NADIA, &self.unused);
        assert!(
            opens && answer.contains("must be changed"),
            "a letter was ended early: {answer}"
        );
    }

    pub async fn play(&mut self, chance: &mut Chance, counts: &mut Counts) -> Result<(), String> {
        set_clock(SignedDuration::ZERO);
        self.password_of_long_ago();
        let mut office = self.contact(chance, counts).await?;
        self.post.directory.stop();
        let acts = if chance.percent(50) { 2 } else { 1 };
        let (mut letters, mut numbers) = (Vec::new(), Vec::new());
        for _ in 0..acts {
            office = self.turn(office, chance, counts).await?;
            let letter = self.letters.path().join(format!("{}.pdf", counts.acts));
            numbers.push(self.hand_over(&office, &letter, chance, counts).await?);
            letters.push(password_on(&letter));
            counts.acts += 1;
        }
        office = self.turn(office, chance, counts).await?;
        self.post.directory.restart().expect("it starts");
        let choice = match chance.below(4) {
            0 => Choice::Before(chance.between(600, 2 * DAY)),
            1 => Choice::After(chance.between(600, 2 * DAY)),
            _ => Choice::None,
        };
        self.choose(choice);
        self.jump(chance, counts, 40);
        let items = sent(&office, &numbers, counts).await?;
        let outcome = self.judge(choice, &letters, &items);
        // What a clerk would be asked is answered « Annuler », so that the next play begins with nothing waiting.
        for item in items.iter().filter(|item| item.may_decide) {
            outbox::void_waiting(&office, &item.id).map_err(words)?;
        }
        let choice_holds = choice == Choice::None || self.opens(CHOSEN);
        session::sign_out(&office).await.map_err(words)?;
        outcome.map_err(|wrong| format!("{choice:?}: {wrong}: {}", told(&items)))?;
        match choice {
            Choice::After(_) if !choice_holds => {
                Err("what the person chose opens no more".to_owned())
            }
            Choice::None | Choice::Before(_) | Choice::After(_) => Ok(()),
        }
    }

    /// A server that does not answer, the machine being busy, says nothing of a password.
    fn opens(&self, password: &str) -> bool {
        for _ in 0..5 {
            let (opens, answer) = self.post.whoami(INES, password);
            if opens || answer.contains("Invalid credentials") {
                return opens;
            }
        }
        false
    }

    /// What must be true of the letters, `items` being what waited, newest last.
    fn judge(
        &self,
        choice: Choice,
        letters: &[String],
        items: &[OutboxItem],
    ) -> Result<(), String> {
        let opens = |letter: &String| self.opens(letter);
        let (Some(last), Some(item)) = (letters.last(), items.last()) else {
            return Err("nothing was made".to_owned());
        };
        if items.iter().any(|item| item.outcome.contains("Échue")) {
            return Err("ended before its time".to_owned());
        }
        for letter in letters.iter().filter(|letter| *letter != last) {
            if opens(letter) {
                return Err("the first letter opens".to_owned());
            }
        }
        match (choice, item.state.as_str()) {
            (Choice::None, "Synchronisé") | (Choice::Before(_), "Synchronisé") if opens(last) => {
                Ok(())
            }
            // A boot without contact: a change of before may be held to be of after, and is shown to the clerk.
            (Choice::Before(_), "À trancher") if !opens(last) => Ok(()),
            (Choice::After(_), "À trancher" | "Un changement plus récent vaut") if !opens(last) => {
                Ok(())
            }
            (_, state) => Err(format!(
                "{state}, and the last letter: {:?}",
                self.post.whoami(INES, last)
            )),
        }
    }

    /// A sign-in with the directory, whatever the post's clock shows.
    async fn contact(
        &mut self,
        chance: &mut Chance,
        counts: &mut Counts,
    ) -> Result<Arc<Office>, String> {
        self.jump(chance, counts, 60);
        let office = self.post.office().await;
        sign_in(&office).await.map_err(words)?;
        self.restarted = false;
        filled(&office).await;
        // A person just read is put into the copy.
        let view = handover::begin(&office, &self.ines).await.map_err(words)?;
        handover::abandon(&office, &view.id).await.map_err(words)?;
        Ok(office)
    }

    /// The clock jumps, and the machine may be started anew: then the clerk signs in without the directory.
    async fn turn(
        &mut self,
        office: Arc<Office>,
        chance: &mut Chance,
        counts: &mut Counts,
    ) -> Result<Arc<Office>, String> {
        self.jump(chance, counts, 70);
        if !chance.percent(35) {
            return Ok(office);
        }
        let restarts = chance.percent(50);
        drop(office);
        if restarts {
            counts.restarts += 1;
            self.restarted = true;
            restart_machine();
        }
        let office = self.post.office().await;
        match sign_in(&office).await {
            Ok(()) => Ok(office),
            // A wrong clock, and nothing else to count with: the directory has to answer.
            Err(error)
                if self.restarted
                    && ["clockSetBack", "offlineTooLong"].contains(&error.code.as_str()) =>
            {
                counts.refused += 1;
                self.post.directory.restart().expect("it starts");
                sign_in(&office).await.map_err(words)?;
                self.restarted = false;
                self.post.directory.stop();
                Ok(office)
            }
            Err(error) => Err(format!(
                "a clock that jumped keeps the clerk out: {}",
                words(error)
            )),
        }
    }

    fn jump(&self, chance: &mut Chance, counts: &mut Counts, percent: usize) {
        if !chance.percent(percent) {
            return;
        }
        counts.jumps += 1;
        let summer_time = chance.percent(25);
        let ahead = if summer_time {
            counts.summer_time += 1;
            let changes = ["2026-10-25T01:00:00Z", "2027-03-28T01:00:00Z"];
            let at: Timestamp = changes[chance.below(2)].parse().expect("a moment");
            at.duration_since(Timestamp::now())
                + SignedDuration::from_secs(chance.between(-3_700, 3_700))
        } else {
            SignedDuration::from_secs(chance.between(-2 * DAY, 2 * DAY))
        };
        set_clock(ahead);
    }

    async fn hand_over(
        &self,
        office: &Arc<Office>,
        letter: &Path,
        chance: &mut Chance,
        counts: &mut Counts,
    ) -> Result<String, String> {
        let view = handover::begin(office, &self.ines).await.map_err(words)?;
        self.jump(chance, counts, 20);
        let view =
            handover::check_birth_date(office, &view.id, "identity-card", "16/03/1994", "lef")
                .await
                .map_err(words)?;
        let view = handover::confirm_photo(office, &view.id, true)
            .await
            .map_err(words)?;
        self.jump(chance, counts, 20);
        let outlet = Outlet::File(Some(letter.to_owned()));
        let mut view = handover::hand_over(office, &view.id, outlet)
            .await
            .map_err(words)?;
        while view.next.is_none() {
            tokio::time::sleep(Duration::from_millis(50)).await;
            view = handover::resume(office, &view.id).await.map_err(words)?;
        }
        self.jump(chance, counts, 20);
        handover::finish(office, &view.id).await.map_err(words)?;
        Ok(view.number)
    }

    /// Ten days old, of the directory's own administrator.
    fn password_of_long_ago(&self) {
        self.change(
            "Ancien-Mot-De-Passe-9",
            Timestamp::now() - SignedDuration::from_hours(240),
        );
    }

    fn choose(&self, choice: Choice) {
        let at = match choice {
            Choice::None => return,
            Choice::Before(seconds) => -seconds,
            Choice::After(seconds) => seconds,
        };
        self.change(CHOSEN, Timestamp::now() + SignedDuration::from_secs(at));
    }

    fn change(&self, password: &str, at: Timestamp) {
        let dn = person_dn(INES);
        as_administrator(
            &self.post,
            &[],
            &format!(
                "dn: {dn}\nchangetype: modify\nreplace: userPassword\nuserPassword: {password}\n-\nreplace: pwdReset\npwdReset: FALSE\n"
            ),
        );
        let at = at.strftime("%Y%m%d%H%M%SZ");
        as_administrator(
            &self.post,
            &["-e", "!relax"],
            &format!(
                "dn: {dn}\nchangetype: modify\nreplace: pwdChangedTime\npwdChangedTime: {at}\n"
            ),
        );
    }
}

async fn sign_in(office: &Arc<Office>) -> Result<(), OperationError> {
    let right = clerk("croux").expect("croux").password;
    session::sign_in(office, "croux", Zeroizing::new(right.to_owned()))
        .await
        .map(|_| ())
}

/// As the window's loop does, until nothing of these acts is under way; oldest first.
async fn sent(
    office: &Arc<Office>,
    numbers: &[String],
    counts: &mut Counts,
) -> Result<Vec<OutboxItem>, String> {
    for _ in 0..200 {
        session::link(office).await.map_err(words)?;
        let report = handover::catch_up(office).await.map_err(words)?;
        let mut items = outbox::outbox(office).map_err(words)?.items;
        items.retain(|item| numbers.contains(&item.number));
        items.reverse();
        if items.len() < numbers.len() {
            return Err("lost: an act is not in the list".to_owned());
        }
        let waits = ["Part au retour", "Vérification"];
        let under_way = |item: &OutboxItem| waits.iter().any(|word| item.state.starts_with(word));
        if report.interrupted.is_none() && !items.iter().any(under_way) {
            for item in &items {
                match item.state.as_str() {
                    "Synchronisé" => counts.sent += 1,
                    "À trancher" => counts.to_decide += 1,
                    _ => counts.superseded += 1,
                }
            }
            return Ok(items);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err("lost: what waits does not leave".to_owned())
}

fn words(error: OperationError) -> String {
    format!("{}: {}", error.code, error.message)
}

fn told(items: &[OutboxItem]) -> String {
    items
        .iter()
        .map(|item| format!("{} {} ({})", item.number, item.state, item.outcome))
        .collect::<Vec<_>>()
        .join("; ")
}
