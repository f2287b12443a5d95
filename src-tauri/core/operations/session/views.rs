//! What the window shows of the session: who is signed in, on which post, and how the directory answers.
//! These types cross to the user interface; they never carry a password.

use serde::{Deserialize, Serialize};

/// First thing the window asks.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct StartView {
    pub establishment: String,
    /// Short form for the rail, e.g. « Univ. de Rivemer ».
    pub establishment_short: String,
    pub portal: String,
    /// e.g. « poste 2 ».
    pub post: String,
    pub session: SessionView,
    /// True in the rehearsal university: the window says so.
    pub rehearsal: bool,
    /// Clerks one may sign in as, in the rehearsal university only (their names are public there).
    pub rehearsal_clerks: Vec<RehearsalClerkView>,
    /// Seconds without a key before the post locks itself.
    pub idle_lock_seconds: u32,
    /// Where their passwords are, in the rehearsal university only.
    pub rehearsal_passwords: Option<String>,
    /// While the post is still being opened: what it waits for. Ask again.
    pub opening: Option<String>,
    /// A session has just been closed on this post.
    pub goodbye: bool,
    /// Sends that wait on this post, clerk by clerk. Never names a person.
    pub waiting: Vec<Notice>,
    /// When the post cannot work (no keyring, damaged store): the sentence, and what to do.
    pub trouble: Option<Notice>,
}

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct RehearsalClerkView {
    pub login: String,
    pub name: String,
    pub desk: String,
}

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(
    tag = "state",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum SessionView {
    SignedOut {
        /// The program ends and starts again: nothing may be typed yet.
        closing: bool,
    },
    Locked {
        clerk: ClerkView,
        clock: String,
        /// What is under way ends, then the program starts again: nothing may be typed yet.
        closing: bool,
        /// What became of the open handovers. Never names a person.
        left: Vec<Notice>,
    },
    SignedIn {
        clerk: ClerkView,
        /// Recognised by this post alone, the directory being away.
        offline: bool,
        /// Their own password has changed since their last session here: the former one is asked for, once.
        asks_previous_password: bool,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct ClerkView {
    pub login: String,
    pub name: String,
    /// e.g. « RH · poste 2 ».
    pub desk: String,
}

/// How the directory answers, for the foot of the rail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct LinkView {
    pub tone: Tone,
    /// « Annuaire joignable », « Hors ligne depuis 10:12 ».
    pub title: String,
    /// « dernier échange : 4 s ».
    pub detail: String,
    pub reachable: bool,
    /// How many people the local index holds, and whether it is still being filled.
    pub people: u32,
    pub filling: bool,
    /// Handovers made without the directory that it does not have yet, and those about which a clerk has to decide.
    pub waiting: u32,
    pub to_decide: u32,
    /// Without the directory, this clerk may still hand over.
    pub works_offline: bool,
}

/// A sentence for the staff with its weight. `strong` comes first and says what happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    pub tone: Tone,
    pub strong: String,
    pub text: String,
}

/// Shape and word come before colour: each tone has its own icon in the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Tone {
    Ok,
    Warn,
    Bad,
    Wait,
    Off,
}
