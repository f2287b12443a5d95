//! A wire between the counter and its directory that a test can hold, cut or make swallow, at the request it chooses.
//! Counts TLS records, not time: « after the next request » is exact. Never reads what passes: it is encrypted.

#![allow(
    clippy::expect_used,
    dead_code,
    reason = "a fixture stops at the first surprise, and each suite uses the part it needs"
)]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// TLS application data (RFC 8446 §5.1).
const APPLICATION_DATA: u8 = 23;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    Pass,
    /// After this many requests, answers stay on the wire until `pass`.
    HoldAnswersAfter(u32),
    /// After this many requests, the next ones never reach the server.
    SwallowRequestsAfter(u32),
    /// No connection is accepted, and none is kept.
    Cut,
}

struct State {
    plan: Plan,
    requests: u32,
}

pub struct Wire {
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
    plan: watch::Sender<Plan>,
}

impl Wire {
    /// Starts passing everything to `server`.
    pub async fn to(server: SocketAddr) -> Wire {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State {
            plan: Plan::Pass,
            requests: 0,
        }));
        let (plan, _) = watch::channel(Plan::Pass);
        let (shared, planned) = (Arc::clone(&state), plan.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if shared.lock().expect("state").plan == Plan::Cut {
                    continue;
                }
                tokio::spawn(carry(
                    client,
                    server,
                    Arc::clone(&shared),
                    planned.subscribe(),
                ));
            }
        });
        Wire {
            address,
            state,
            plan,
        }
    }

    /// A request has passed whose answer is held.
    pub fn holds(&self) -> bool {
        let state = self.state.lock().expect("state");
        matches!(state.plan, Plan::HoldAnswersAfter(kept) if state.requests > kept)
    }

    /// Requests seen since the last plan.
    pub fn requests(&self) -> u32 {
        self.state.lock().expect("state").requests
    }

    /// Takes effect at once, on open connections too; requests are counted from here.
    pub fn set(&self, plan: Plan) {
        let mut state = self.state.lock().expect("state");
        state.plan = plan;
        state.requests = 0;
        self.plan.send_replace(plan);
    }
}

async fn carry(
    client: TcpStream,
    server: SocketAddr,
    state: Arc<Mutex<State>>,
    mut plan: watch::Receiver<Plan>,
) {
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    let _ = client.set_nodelay(true);
    let _ = server.set_nodelay(true);
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let asking = Arc::clone(&state);
    let requests = async move {
        while let Some(record) = record(&mut from_client).await {
            let swallowed = {
                let mut state = asking.lock().expect("state");
                if record[0] == APPLICATION_DATA {
                    state.requests += 1;
                }
                matches!(state.plan, Plan::SwallowRequestsAfter(kept) if state.requests > kept)
            };
            if !swallowed && to_server.write_all(&record).await.is_err() {
                return;
            }
        }
    };
    let mut changed = plan.clone();
    let answers = async move {
        while let Some(record) = record(&mut from_server).await {
            loop {
                let held = {
                    let state = state.lock().expect("state");
                    matches!(state.plan, Plan::HoldAnswersAfter(kept) if state.requests > kept)
                };
                if !held {
                    break;
                }
                if changed.changed().await.is_err() {
                    return;
                }
            }
            if to_client.write_all(&record).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = requests => {}
        () = answers => {}
        _ = plan.wait_for(|plan| *plan == Plan::Cut) => {}
    }
}

/// One whole TLS record, header included.
async fn record(from: &mut (impl AsyncReadExt + Unpin)) -> Option<Vec<u8>> {
    let mut bytes = vec![0u8; 5];
    from.read_exact(&mut bytes).await.ok()?;
    let length = usize::from(u16::from_be_bytes([bytes[3], bytes[4]]));
    bytes.resize(5 + length, 0);
    from.read_exact(&mut bytes[5..]).await.ok()?;
    Some(bytes)
}
