//! The operations of the counter on a real slapd, a real keyring and a real encrypted store.
//! Run under `.ci/session`, which gives a private D-Bus session with a keyring of its own.

mod desk;
mod hand_over;
mod hostile;
mod sign_in;
