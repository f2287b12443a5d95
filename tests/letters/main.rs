//! The letter as a PDF, read back by other people's tools: qpdf, poppler, zbar and veraPDF.
//! What is asserted is what comes out of the file, never what went into it.
//! A tool that is missing fails the suite with the package to install; nothing is skipped.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod conformity;
mod geometry;
mod logo;
mod names;
mod privacy;
mod refusals;
mod specimen;
mod tools;
mod words;
