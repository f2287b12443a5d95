//! Boundaries between what is kept and what is not: the suite `torture` ends a process at each of them.
//! Never a boundary without the feature `faults`: `point` does nothing.

#[cfg(not(feature = "faults"))]
pub(crate) const fn point(_name: &'static str) {}

#[cfg(feature = "faults")]
pub(crate) use counted::point;
#[cfg(feature = "faults")]
pub use counted::{die_at, passed};

#[cfg(feature = "faults")]
mod counted {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Mutex, PoisonError};

    /// The boundaries passed so far, in order.
    static PASSED: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());
    /// The number of the boundary at which this process ends; 0 for none.
    static LAST: AtomicUsize = AtomicUsize::new(0);

    /// This process ends, as by `kill -9`, at its `number`-th boundary from its start.
    pub fn die_at(number: usize) {
        LAST.store(number, Ordering::SeqCst);
    }

    pub fn passed() -> Vec<&'static str> {
        PASSED
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn point(name: &'static str) {
        // Held while the process ends: no other thread passes a boundary meanwhile.
        let mut passed = PASSED.lock().unwrap_or_else(PoisonError::into_inner);
        passed.push(name);
        if passed.len() == LAST.load(Ordering::SeqCst) {
            let _ = rustix::process::kill_process(
                rustix::process::getpid(),
                rustix::process::Signal::KILL,
            );
            loop {
                std::thread::park();
            }
        }
    }
}
