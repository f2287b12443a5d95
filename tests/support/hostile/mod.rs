//! The hostile suite: one corpus, every entry that takes a text from a human or from the wire, and what each must answer.
//! It returns what it found instead of panicking, so that the suite `faults` can demand that it finds something.
//! Never a text that an entry is spared, except where the reason is written beside it.

mod entries;
mod files;
mod french;
mod inputs;
mod sent;

use std::collections::BTreeMap;

use guichet_core::operations::OperationError;
use serde::Serialize;

pub use entries::{
    clerk_dns, counter_answers, filters_sent, handover_answers, names_from_the_directory, passwords,
};
pub use files::settings_and_template;
pub use french::fault_in;
pub use inputs::{Family, Hostile, corpus};

/// The longest answer to any one text, as it crosses to the window.
const LONGEST_ANSWER: usize = 128 << 10;

/// What a suite saw: how many texts went through each entry, and what was wrong.
#[derive(Debug, Default)]
pub struct Findings {
    pub asked: BTreeMap<&'static str, usize>,
    pub problems: Vec<String>,
}

impl Findings {
    fn count(&mut self, entry: &'static str) {
        *self.asked.entry(entry).or_default() += 1;
    }

    fn add(&mut self, entry: &'static str, hostile: &Hostile, what: impl Into<String>) {
        self.problems.push(format!(
            "{entry}: {}: {} (it must not {})",
            hostile.shown(),
            what.into(),
            hostile.family.must_not()
        ));
    }

    /// A view or a refusal: bounded, and a refusal is a sentence.
    fn answered<T: Serialize>(
        &mut self,
        entry: &'static str,
        hostile: &Hostile,
        answer: &Result<T, OperationError>,
    ) {
        self.count(entry);
        match answer {
            Ok(view) => self.bounded(entry, hostile, view),
            Err(error) => {
                self.bounded(entry, hostile, error);
                self.sentence(entry, hostile, &error.message);
            }
        }
    }

    /// As `answered`, where only a refusal is right.
    fn refused<T: Serialize>(
        &mut self,
        entry: &'static str,
        hostile: &Hostile,
        answer: &Result<T, OperationError>,
    ) {
        self.answered(entry, hostile, answer);
        if answer.is_ok() {
            self.add(entry, hostile, "accepted");
        }
    }

    fn bounded<T: Serialize>(&mut self, entry: &'static str, hostile: &Hostile, view: &T) {
        let length = serde_json::to_string(view)
            .expect("an answer is JSON")
            .len();
        if length > LONGEST_ANSWER {
            self.add(entry, hostile, format!("an answer of {length} bytes"));
        }
    }

    fn sentence(&mut self, entry: &'static str, hostile: &Hostile, sentence: &str) {
        if let Some(fault) = fault_in(sentence, &hostile.text) {
            let fault: String = fault.chars().take(400).collect();
            self.add(entry, hostile, fault);
        }
    }

    /// What was asked, or everything that was wrong.
    pub fn verdict(self) -> Result<String, String> {
        if self.problems.is_empty() {
            let asked: Vec<String> = self
                .asked
                .iter()
                .map(|(entry, count)| format!("{entry} {count}"))
                .collect();
            Ok(asked.join(", "))
        } else {
            Err(format!(
                "{} problems:\n{}",
                self.problems.len(),
                self.problems.join("\n")
            ))
        }
    }
}
