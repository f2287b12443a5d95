//! The post's clock and its starts, as the suite `torture` sets them.
//! Never shifted without the feature `faults`.

#[cfg(not(feature = "faults"))]
pub(crate) const fn clock_shift() -> jiff::SignedDuration {
    jiff::SignedDuration::ZERO
}

#[cfg(not(feature = "faults"))]
pub(crate) const fn other_boot() -> &'static str {
    ""
}

#[cfg(feature = "faults")]
pub(crate) use shifted::{clock_shift, other_boot};
#[cfg(feature = "faults")]
pub use shifted::{restart_machine, set_clock};

#[cfg(feature = "faults")]
mod shifted {
    use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

    use jiff::SignedDuration;

    /// Seconds that the post's clock is ahead of this machine's.
    static SHIFT: AtomicI64 = AtomicI64::new(0);
    static BOOTS: AtomicU32 = AtomicU32::new(0);

    /// Sets the post's clock, for the whole process.
    pub fn set_clock(ahead: SignedDuration) {
        SHIFT.store(ahead.as_secs(), Ordering::SeqCst);
    }

    pub(crate) fn clock_shift() -> SignedDuration {
        SignedDuration::from_secs(SHIFT.load(Ordering::SeqCst))
    }

    /// The machine is started anew, for the whole process.
    pub fn restart_machine() {
        BOOTS.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn other_boot() -> String {
        match BOOTS.load(Ordering::SeqCst) {
            0 => String::new(),
            boots => format!(" {boots}"),
        }
    }
}
