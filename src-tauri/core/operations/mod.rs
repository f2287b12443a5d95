pub mod counter;
pub mod handover;
pub mod session;
