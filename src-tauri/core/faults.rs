//! Defects put in on purpose, one at a time, so that a suite can prove that it would see them; boundaries at which a suite
//! ends the process (`boundary`), and a clock that it sets (`clock`). Without the feature `faults` none exists: `broken` is a
//! constant `false`, and the compiler drops what hangs on it.
//! Never part of a product: a build without debug assertions refuses the feature.

mod boundary;
mod clock;

pub(crate) use boundary::point;
#[cfg(feature = "faults")]
pub use boundary::{die_at, passed};
pub(crate) use clock::{clock_shift, other_boot};
#[cfg(feature = "faults")]
pub use clock::{restart_machine, set_clock};
#[cfg(feature = "faults")]
pub(crate) use switched::broken;
#[cfg(feature = "faults")]
pub use switched::{Broken, break_on_purpose};

#[cfg(all(feature = "faults", not(debug_assertions)))]
compile_error!(
    "the feature `faults` breaks the product on purpose: it is for debug builds of the suites `faults` and `torture`"
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
    /// The post's clock is taken for the server's.
    PostClockTrusted,
    /// An arrow that the store did not take is believed to be there.
    WriteErrorsIgnored,
    /// The password is written whatever happened to it since it was read.
    AssertionDropped,
}

#[cfg(not(feature = "faults"))]
pub(crate) const fn broken(_fault: Fault) -> bool {
    false
}

#[cfg(feature = "faults")]
mod switched {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::Fault;

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
