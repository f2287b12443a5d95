//! The directory suites, on a real slapd of the rehearsal university.
mod access_rules;
