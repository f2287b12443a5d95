//! What this post sends to the directory by itself: an act until its outcome is known, and the expiry of what nobody used.
//! Idempotent by markers; never repeats a write before having looked for its marker.

mod deliver;
mod expire;

pub use deliver::{Delivery, deliver, resolve, settle, valid_until};
pub use expire::{Expiry, expire_due};
