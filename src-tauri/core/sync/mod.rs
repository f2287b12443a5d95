//! What this post exchanges with the directory by itself: an act until its outcome is known, the expiry of what nobody
//! used, the mirror of the clerk's perimeter.
//! Idempotent by markers; never repeats a write before having looked for its marker.

mod deliver;
mod expire;
mod late;
mod look;
mod mirror;
mod spread;

pub use deliver::{Delivery, Unrecorded, deliver, settle, settle_found, valid_until};
pub use expire::{Expiry, expire_due};
pub use late::{LateAct, LateOutcome, send_late};
pub use look::{Resolution, is_gone, read_to_write, resolve};
pub use mirror::{
    MirrorProblem, MirrorReport, Perimeter, due_whole, erase_outdated, refresh_mirror,
};
pub use spread::{Acknowledged, Round, Spread};
