//! The directory suites: the access rules and the product's own client on a real slapd of the rehearsal university,
//! and the contract that every implementation of `Directory` runs, the double in memory included.
//! Never shares a server between two tests.

#![allow(clippy::expect_used, reason = "a suite stops at the first surprise")]

mod access_rules;
mod canary;
mod contract;
mod hashing;
mod memory;
mod pair;
#[path = "../support/pair.rs"]
mod pair_fixture;
mod read_account;
#[path = "../support/wire.rs"]
mod wire;
