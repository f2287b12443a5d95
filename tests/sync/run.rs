//! One seed from beginning to end: draws a world, lets things happen in an order that the seed decides, then heals
//! everything, lets every counter catch up and looks at what became of each act.
//! Never two threads in one world: what interleaves does so where the seed says.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::Duration;

use uuid::Uuid;

use guichet_core::domain::handover::{PaperSide, Progress};
use guichet_core::domain::late_sending::PasswordSeen;

use crate::chance::Chance;
use crate::clerk::{asks, gesture, put_aside};
use crate::counter::{Job, work};
use crate::hazard::{Counts, Hazard};
use crate::model::{Account, Model, Rights};
use crate::outside::skew;
use crate::session::{Session, Shared, lock};
use crate::world::{Post, Rule, World};

const START: i64 = 1_790_000_000;

pub struct Outcome {
    pub counts: Counts,
    pub broken: Option<String>,
    pub trace: Vec<String>,
}

type Running = Pin<Box<dyn Future<Output = ()> + Send>>;

struct Run {
    world: Shared,
    sessions: Vec<Arc<Session>>,
    /// Of each counter: the act on it being sent, and what waits being sent.
    jobs: Vec<[Option<Running>; 2]>,
}

/// Plays one seed. `told`: the trace is kept.
pub async fn play(seed: u64, rule: Rule, told: bool) -> Outcome {
    let mut run = Run::new(seed, rule, told);
    lock(&run.world).first_contacts();
    let steps = run.draw(|chance| 80 + chance.below(160));
    for _ in 0..steps {
        run.tick().await;
        if lock(&run.world).broken.is_some() {
            break;
        }
    }
    if lock(&run.world).broken.is_none() {
        run.heal().await;
        let mut world = lock(&run.world);
        if world.broken.is_none() {
            world.final_look();
        }
    }
    let mut world = lock(&run.world);
    Outcome {
        counts: std::mem::take(&mut world.counts),
        broken: world.broken.take(),
        trace: world.trace.take().unwrap_or_default(),
    }
}

impl Run {
    fn new(seed: u64, rule: Rule, told: bool) -> Self {
        let mut chance = Chance::new(seed);
        let (posts, people) = (2 + chance.below(3), 1 + chance.below(3));
        let wild = chance.percent(25);
        let lazy_binds = chance.percent(20);
        let mut counts = Counts::default();
        let account = |person: usize, chance: &mut Chance| Account {
            password: format!("ancien-mot-{person}"),
            changed: chance
                .percent(80)
                .then(|| START - chance.between(60, 9_000)),
            ..Account::default()
        };
        let accounts: Vec<Option<Account>> = (0..people)
            .map(|person| Some(account(person, &mut chance)))
            .collect();
        let copies: Vec<PasswordSeen> = accounts
            .iter()
            .map(|account| account.as_ref().map(Account::seen).unwrap_or_default())
            .collect();
        let posts: Vec<Post> = (0..posts)
            .map(|_| Post {
                skew: skew(&mut chance, wild, &mut counts),
                boot: 0,
                heard: None,
                link: chance.percent(60),
                rights: Rights::Full,
                disk: Vec::new(),
                copies: copies.clone(),
                open: None,
                under_way: None,
                requests: 0,
            })
            .collect();
        let sessions = posts.len();
        let world: Shared = Arc::new(Mutex::new(World {
            now: START,
            rule,
            model: Model {
                accounts,
                min_length: 12,
                in_history: 5,
            },
            posts,
            acts: std::collections::BTreeMap::new(),
            changes: vec![Vec::new(); people],
            known: (0..people)
                .map(|person| vec![format!("ancien-mot-{person}")])
                .collect(),
            late: Vec::new(),
            lazy_binds,
            calm: false,
            yielded: false,
            counts,
            trace: told.then(Vec::new),
            broken: None,
            chance,
        }));
        Run {
            sessions: (0..sessions)
                .map(|post| {
                    Arc::new(Session {
                        world: Arc::clone(&world),
                        post,
                    })
                })
                .collect(),
            jobs: (0..sessions).map(|_| [None, None]).collect(),
            world,
        }
    }

    fn draw<T>(&self, draw: impl FnOnce(&mut Chance) -> T) -> T {
        draw(&mut lock(&self.world).chance)
    }

    async fn tick(&mut self) {
        let (what, post) = {
            let mut world = lock(&self.world);
            let passed = match world.chance.below(100) {
                0..70 => world.chance.between(0, 2),
                70..95 => world.chance.between(3, 200),
                _ => world.chance.between(200, 10_000),
            };
            world.now += passed;
            let count = world.posts.len();
            (world.chance.below(1000), world.chance.below(count))
        };
        match what {
            0..420 => self.go_on(post).await,
            420..760 => self.clerk(post),
            760..830 => self.start(post, Job::CatchUp),
            830..880 => lock(&self.world).toggle_link(post),
            880..905 => self.crash(post),
            905..915 => lock(&self.world).step_clock(post),
            915..955 => lock(&self.world).owner_chooses(),
            955..965 => lock(&self.world).other_console(),
            965..967 => lock(&self.world).delete(),
            967..970 => lock(&self.world).change_rights(post),
            970..980 => self.end_session(post),
            _ => self.carry_out_late(None),
        }
    }

    /// The job goes on to its next request or answer; a pause of the product passes at once.
    async fn go_on(&mut self, post: usize) {
        let slot = usize::from(self.draw(|chance| chance.percent(50)));
        let slot = if self.jobs[post][slot].is_some() {
            slot
        } else {
            1 - slot
        };
        let Some(job) = &mut self.jobs[post][slot] else {
            return;
        };
        lock(&self.world).yielded = false;
        let done = job
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
            .is_ready();
        if done {
            self.jobs[post][slot] = None;
            // The rest was lost: its marker was looked for and not seen, or there is none.
            lock(&self.world).late.retain(|(from, _)| *from != post);
        } else if !lock(&self.world).yielded {
            lock(&self.world).now += 1;
            tokio::time::advance(Duration::from_secs(4)).await;
        }
    }

    fn start(&mut self, post: usize, job: Job) {
        let slot = usize::from(job == Job::CatchUp);
        let link = lock(&self.world).posts[post].link;
        if link && self.jobs[post][slot].is_none() {
            let session = Arc::clone(&self.sessions[post]);
            self.jobs[post][slot] = Some(Box::pin(work(session, job)));
        }
    }

    fn clerk(&mut self, post: usize) {
        let busy = self.jobs[post][0].is_some();
        let job = gesture(&mut lock(&self.world), post, busy);
        if let Some(job) = job {
            self.start(post, job);
        }
    }

    /// The process dies: its disk stays, and what the printer had received may still come out.
    fn crash(&mut self, post: usize) {
        self.jobs[post] = [None, None];
        let mut world = lock(&self.world);
        world.tell(|| format!("post {post}: crash"));
        world.counts.hazard(Hazard::Crash);
        let printing: Vec<Uuid> = world.posts[post]
            .disk
            .iter()
            .filter(|record| {
                record.progress.is_open()
                    && matches!(
                        record.progress.paper,
                        PaperSide::Printing | PaperSide::Reprinting
                    )
                    && Some(record.operation) == world.posts[post].open
            })
            .map(|record| record.operation)
            .collect();
        for operation in printing {
            world.counts.hazard(Hazard::CrashWhilePrinting);
            if world.chance.percent(50) {
                world.counts.hazard(Hazard::SheetHiddenByCrash);
                world.paper(post, operation);
            }
        }
        let here = &mut world.posts[post];
        here.open = None;
        here.under_way = None;
        here.disk
            .iter_mut()
            .for_each(|record| record.in_memory = None);
        if world.chance.percent(30) {
            world.counts.hazard(Hazard::MachineRestarted);
            world.posts[post].boot += 1;
        }
        let lost = world.chance.percent(50);
        if lost {
            world.late.retain(|(from, _)| *from != post);
        }
        drop(world);
        self.carry_out_late(Some(post));
    }

    /// Not while anything is being sent.
    fn end_session(&self, post: usize) {
        if self.jobs[post].iter().all(Option::is_none) {
            put_aside(&mut lock(&self.world), post);
        }
    }

    /// Requests that the server kept waiting: all of one counter's, or the oldest.
    fn carry_out_late(&self, of: Option<usize>) {
        let mut world = lock(&self.world);
        let all = std::mem::take(&mut world.late);
        for (index, (post, write)) in all.into_iter().enumerate() {
            let now = of.map_or(index == 0, |of| of == post);
            if now {
                let _ = world.carry_out(post, &write);
            } else {
                world.late.push((post, write));
            }
        }
    }

    /// Everything works again: each counter finishes, answers, decides and catches up.
    async fn heal(&mut self) {
        {
            let mut world = lock(&self.world);
            world.tell(|| "everything heals".to_owned());
            world.calm = true;
            for post in &mut world.posts {
                post.link = true;
                // Nobody settles what they may not read, and what one may not send another does, with the recovery key.
                post.rights = Rights::Full;
            }
        }
        for _ in 0..60 {
            for post in 0..self.sessions.len() {
                lock(&self.world).now += 1;
                self.clerk(post);
                self.start(post, Job::CatchUp);
                while self.jobs[post].iter().any(Option::is_some) {
                    self.go_on(post).await;
                }
            }
            self.carry_out_late(None);
            let world = lock(&self.world);
            let done = world.posts.iter().all(|post| {
                post.open.is_none() && post.disk.iter().all(|record| settled(record.progress))
            });
            if done || world.broken.is_some() {
                return;
            }
        }
    }
}

fn settled(progress: Progress) -> bool {
    progress.is_over() && !asks(progress)
}
