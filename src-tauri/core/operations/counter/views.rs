//! What the Guichet screen reads: the rows of a search and a person's sheet.
//! Never carries a whole birth date, a recovery address in clear, or anything outside the clerk's perimeter.

use serde::Serialize;

use crate::operations::handover::SheetLetter;
use crate::operations::session::{Notice, Tone};

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct FindView {
    /// The text this answers: late answers are told apart by it.
    pub text: String,
    /// « Compris : prénom **Nadia** », « nom commençant par **belk** ».
    pub understood: Vec<UnderstoodView>,
    /// « accents et tirets ignorés », « Vous avez saisi un courriel : … ».
    pub remark: Option<String>,
    pub rows: Vec<PersonRow>,
    /// More people match than are shown (50 at most).
    pub truncated: bool,
    /// Names close to what was typed, when nobody matches.
    pub near: Vec<String>,
    /// Something to say under the list: empty index, bad date, too short, directory refused…
    pub notice: Option<Notice>,
    /// « Copie de 10:08 » when the rows come from the local index alone.
    pub source: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct UnderstoodView {
    pub label: String,
    pub value: String,
}

/// One line of the result list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct PersonRow {
    /// entryUUID.
    pub id: String,
    /// As displayed: the window puts it in capitals.
    pub family_name: String,
    pub given_name: String,
    /// « Doctorante · labo LUMEN · née en 1998 ».
    pub line: String,
    pub population: PopulationView,
    pub state: StateView,
    /// Pieces of the names to underline, as typed: `family_marks` and `given_marks` are [start, end) in UTF-16 units.
    pub family_marks: Vec<[u32; 2]>,
    pub given_marks: Vec<[u32; 2]>,
    /// Outside the clerk's perimeter: name and structure only.
    pub within_perimeter: bool,
    /// Another row bears the same name: what tells them apart, « l’année de naissance » or « la structure ».
    pub homonym: Option<String>,
    /// Why this person answers when the displayed name does not show it: « Correspond par son nom de naissance ». Names the
    /// field, never its value.
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum PopulationView {
    Student,
    Staff,
    Doctoral,
    Alumni,
    Guest,
    Unknown,
}

/// State of the account: same icon and word everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct StateView {
    pub code: StateCode,
    pub tone: Tone,
    /// « Provisoire expiré ».
    pub word: String,
    /// Longer form for the list: « Provisoire expiré le 21 nov. ».
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum StateCode {
    NeverHandedOver,
    ProvisionalPending,
    ProvisionalExpired,
    Active,
    NoRecovery,
    LockedByAttempts,
    Disabled,
    Expired,
    NotYetStarted,
    GracePeriod,
    StudiesEnded,
    AccessEnding,
    Unknown,
}

/// A person's sheet.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct PersonSheet {
    pub id: String,
    pub family_name: String,
    pub given_name: String,
    /// « Un compte, deux rattachements : … · campus Saint-Clair ».
    pub subtitle: String,
    pub population: PopulationView,
    pub state: StateView,
    pub freshness: FreshnessView,
    pub diagnosis: DiagnosisView,
    /// Facts of the tab « Compte ».
    pub facts: Vec<FactView>,
    /// One tab per rattachement.
    pub attachments: Vec<AttachmentView>,
    /// Letters handed over, newest first, and which one holds.
    pub letters: Vec<SheetLetter>,
    pub events: Vec<EventView>,
    pub within_perimeter: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct FreshnessView {
    pub kind: FreshnessKind,
    /// « Lu dans l’annuaire à 09:31 », « Copie de 10:08, peut avoir changé ».
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum FreshnessKind {
    Directory,
    Copy,
    OldCopy,
}

/// « Ce qui bloque la connexion ».
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct DiagnosisView {
    /// « Ce qui bloque la connexion » or « Rien ne bloque la connexion ».
    pub title: String,
    pub tone: Tone,
    pub lines: Vec<Notice>,
    pub action: ActionView,
}

/// The one action that helps. When `allowed` is false the button stays visible, `aria-disabled`, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct ActionView {
    /// « Remettre un accès », « Remettre à nouveau ».
    pub label: String,
    pub allowed: bool,
    /// Filled button when a handover is the remedy; plain when the account works already.
    pub primary: bool,
    /// Beside the button: why not, or « 30 s : vérifier, générer, imprimer. ».
    pub note: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct FactView {
    pub label: String,
    pub value: String,
    /// Under the value, small.
    pub note: Option<String>,
    /// Identifiers are set in the fixed-width face.
    pub mono: bool,
    pub tone: Option<Tone>,
    /// Takes the whole width.
    pub wide: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct AttachmentView {
    pub population: PopulationView,
    /// « Doctorat », « Personnel ».
    pub title: String,
    /// False once its end date has passed.
    pub current: bool,
    pub facts: Vec<FactView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct EventView {
    pub when: String,
    pub text: String,
}
