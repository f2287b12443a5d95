//! A wire that is cut after a byte, counted over all connections, in the direction and the manner one asks for.
//! Counts the bytes of each direction, so that a clean run tells where a cut can fall. Never reads what passes: it is
//! encrypted.

#![allow(
    clippy::expect_used,
    dead_code,
    reason = "a fixture stops at the first surprise, and each suite uses the part it needs"
)]

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To the server.
    Up,
    /// To the counter.
    Down,
}

/// How the connection that the byte was on ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Both ends are closed.
    Fin,
    /// Both ends are reset.
    Reset,
    /// Nothing passes any more and nobody is told; what was held passes when the wire is mended.
    Stall,
    /// As `Stall`, and what was held never passes: a firewall has forgotten the connection. Until `arm`.
    Forgotten,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    pub way: Way,
    /// Bytes that pass before it, from `arm` on.
    pub after: u64,
    pub how: How,
    /// Every connection ends with this one, and none opens until the wire is mended.
    pub down: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bytes {
    pub up: u64,
    pub down: u64,
}

#[derive(Default)]
struct State {
    cut: Option<Cut>,
    struck: bool,
    bytes: Bytes,
    /// What had passed after each piece, since `arm`.
    pieces: Vec<(Way, Bytes)>,
}

impl State {
    /// How many of `length` bytes may pass; fewer than all means that the cut falls after them.
    fn allow(&mut self, way: Way, length: usize) -> Option<usize> {
        let passed = match way {
            Way::Up => self.bytes.up,
            Way::Down => self.bytes.down,
        };
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        let cut = self
            .cut
            .filter(|cut| !self.struck && cut.way == way && passed + length >= cut.after);
        let part = cut.map_or(length, |cut| cut.after.saturating_sub(passed));
        match way {
            Way::Up => self.bytes.up += part,
            Way::Down => self.bytes.down += part,
        }
        self.pieces.push((way, self.bytes));
        self.struck |= cut.is_some();
        cut.map(|_| usize::try_from(part).unwrap_or(usize::MAX))
    }
}

struct Shared {
    state: Mutex<State>,
    /// Raised by `mend`: how often the wire was mended.
    mended: watch::Sender<u64>,
    /// Raised by `arm`: what an earlier cut left is let go.
    armed: watch::Sender<u64>,
    /// No connection opens, and none is kept.
    down: watch::Sender<bool>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("state")
    }
}

/// What became of a connection.
enum End {
    Closed,
    Struck(How),
}

pub struct CutWire {
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

impl CutWire {
    /// Starts passing everything to `server`.
    pub async fn to(server: SocketAddr) -> CutWire {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            mended: watch::channel(0).0,
            armed: watch::channel(0).0,
            down: watch::channel(false).0,
        });
        let sharing = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if !*sharing.down.borrow() {
                    tokio::spawn(carry(client, server, Arc::clone(&sharing)));
                }
            }
        });
        CutWire { address, shared }
    }

    /// Counts from nothing, and cuts where `cut` says.
    pub fn arm(&self, cut: Option<Cut>) {
        *self.shared.state() = State {
            cut,
            ..State::default()
        };
        self.shared.armed.send_modify(|times| *times += 1);
    }

    /// No connection opens, and none is kept, until `mend`.
    pub fn take_down(&self) {
        self.shared.down.send_replace(true);
    }

    /// Nothing stands in the way any more; what passed stays counted.
    pub fn mend(&self) {
        self.shared.state().cut = None;
        self.shared.down.send_replace(false);
        self.shared.mended.send_modify(|times| *times += 1);
    }

    /// Whether the cut has fallen since `arm`.
    pub fn struck(&self) -> bool {
        self.shared.state().struck
    }

    pub fn bytes(&self) -> Bytes {
        self.shared.state().bytes
    }

    pub fn pieces(&self) -> Vec<(Way, Bytes)> {
        self.shared.state().pieces.clone()
    }
}

async fn carry(client: TcpStream, server: SocketAddr, shared: Arc<Shared>) {
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    let _ = client.set_nodelay(true);
    let _ = server.set_nodelay(true);
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let stalled = AtomicBool::new(false);
    let mut down = shared.down.subscribe();
    // Both halves of each end stay here until the connection is over: how it is dropped tells its ends.
    let mut up = Pump {
        way: Way::Up,
        from: from_client,
        to: to_server,
    };
    let mut back = Pump {
        way: Way::Down,
        from: from_server,
        to: to_client,
    };
    let end = tokio::select! {
        end = up.run(&shared, &stalled) => end,
        end = back.run(&shared, &stalled) => end,
        _ = down.wait_for(|down| *down) => End::Struck(How::Fin),
    };
    match end {
        End::Struck(How::Reset) => {
            let _ = up.from.as_ref().set_zero_linger();
            let _ = up.to.as_ref().set_zero_linger();
        }
        End::Struck(How::Forgotten) => {
            // Nobody is told while the act lasts.
            let _ = shared.armed.subscribe().changed().await;
        }
        End::Closed | End::Struck(How::Fin | How::Stall) => {
            let _ = up.to.shutdown().await;
            let _ = back.to.shutdown().await;
        }
    }
}

struct Pump {
    way: Way,
    from: OwnedReadHalf,
    to: OwnedWriteHalf,
}

impl Pump {
    async fn run(&mut self, shared: &Shared, stalled: &AtomicBool) -> End {
        let mut buffer = vec![0u8; 1 << 14];
        loop {
            let Ok(length @ 1..) = self.from.read(&mut buffer).await else {
                return End::Closed;
            };
            let piece = &buffer[..length];
            // Subscribed before the look: a mending in between is not missed.
            let mut mended = shared.mended.subscribe();
            if stalled.load(Ordering::SeqCst) {
                let _ = mended.changed().await;
            }
            let (allowed, cut) = {
                let mut state = shared.state();
                (state.allow(self.way, length), state.cut)
            };
            let Some((part, cut)) = allowed.zip(cut) else {
                if self.to.write_all(piece).await.is_err() {
                    return End::Closed;
                }
                continue;
            };
            if cut.how == How::Stall {
                stalled.store(true, Ordering::SeqCst);
            }
            if cut.down {
                shared.down.send_replace(true);
            }
            if self.to.write_all(&piece[..part]).await.is_err() {
                return End::Closed;
            }
            if cut.how != How::Stall {
                return End::Struck(cut.how);
            }
            let _ = mended.changed().await;
            stalled.store(false, Ordering::SeqCst);
            if self.to.write_all(&piece[part..]).await.is_err() {
                return End::Closed;
            }
        }
    }
}
