//! Defects put in on purpose, one at a time, so that a suite can prove that it would see them; boundaries at which a suite
//! ends the process. Without the feature `faults` neither exists: `broken` is a constant `false` and `point` does nothing.
//! Never part of a product: a build without debug assertions refuses the feature.

#[cfg(all(feature = "faults", not(debug_assertions)))]
compile_error!(
    "the feature `faults` breaks the product on purpose: it is for debug builds of the suite `faults`"
);

/// What can be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Values enter an LDAP filter as they were typed (RFC 4515 ignored).
    UnescapedFilter,
    /// A marker that another server does not show is taken for one that was never written.
    AbsentElsewhereTrusted,
    /// A login enters the clerk's DN as it was typed (RFC 4514 ignored).
    UnescapedDn,
    /// A lost answer is repeated blindly, and « already there » is taken for « done ».
    NaiveRetry,
    /// The password is written without the act's marker.
    MarkerDropped,
    /// A keyring without the key of a database that exists: a key is made.
    KeyMadeAnew,
    /// A damaged database is replaced by an empty one.
    DamagedReplaced,
    /// The witness of the last commit is not looked at.
    CommitsUnwitnessed,
    /// After a restart, a sheet that nobody has confirmed is taken for handed over.
    UnconfirmedSent,
    /// Without the directory, the letter comes out before its password is kept on this post.
    PrintedBeforeKept,
}

#[cfg(not(feature = "faults"))]
pub(crate) const fn broken(_fault: Fault) -> bool {
    false
}

/// A boundary between what is kept and what is not: the suite `torture` ends a process there.
#[cfg(not(feature = "faults"))]
pub(crate) const fn point(_name: &'static str) {}

#[cfg(feature = "faults")]
pub use switched::{Broken, break_on_purpose, die_at, passed};
#[cfg(feature = "faults")]
pub(crate) use switched::{broken, point};

#[cfg(feature = "faults")]
mod switched {
    use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
    use std::sync::{Mutex, PoisonError};

    use super::Fault;

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

    /// One bit a fault, for the whole process: operations run on every thread of a runtime.
    static BROKEN: AtomicU32 = AtomicU32::new(0);

    fn bit(fault: Fault) -> u32 {
        1 << (fault as u32)
    }

    pub(crate) fn broken(fault: Fault) -> bool {
        BROKEN.load(Ordering::SeqCst) & bit(fault) != 0
    }

    /// The process is broken until this is dropped.
    #[derive(Debug)]
    pub struct Broken(Fault);

    pub fn break_on_purpose(fault: Fault) -> Broken {
        BROKEN.fetch_or(bit(fault), Ordering::SeqCst);
        Broken(fault)
    }

    impl Drop for Broken {
        fn drop(&mut self) {
            BROKEN.fetch_and(!bit(self.0), Ordering::SeqCst);
        }
    }
}
