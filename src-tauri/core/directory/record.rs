//! The handover's record in the directory: a standard `document` entry (RFC 4524), add-only for counters.
//! Holds who did what to whom and on which evidence; never a password, a birth date or a document number.

use std::collections::HashSet;

use serde::Serialize;
use uuid::Uuid;

/// What is written of one handover, as canonical JSON (keys in this order) in `description`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HandoverNote {
    /// entryUUID of the person.
    pub person: String,
    pub number: String,
    pub post: u8,
    pub document: String,
    pub evidence: String,
    pub verdicts: Vec<String>,
    /// RFC 3339, UTC.
    pub at: String,
    /// DN of the clerk who handed it over, when the author of the entry is another, who sent it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handed_over_by: Option<String>,
}

/// The entry of one handover: its identifier is the act's, so that writing it twice changes nothing.
#[derive(Debug, Clone)]
pub struct HandoverEntry {
    pub operation: Uuid,
    pub person_dn: String,
    pub note: HandoverNote,
}

pub(super) fn dn_of(operation: Uuid, records: &str) -> String {
    format!("documentIdentifier={operation},{records}")
}

/// The letter's number in the text of a record.
pub(super) fn number_in(note: &str) -> Option<String> {
    let note: serde_json::Value = serde_json::from_str(note).ok()?;
    Some(note.get("number")?.as_str()?.to_owned())
}

impl HandoverEntry {
    pub(super) fn dn(&self, records: &str) -> String {
        dn_of(self.operation, records)
    }

    pub(super) fn attributes(&self, author: &str) -> Vec<(String, HashSet<String>)> {
        let one = |name: &str, value: String| (name.to_owned(), HashSet::from([value]));
        vec![
            one("objectClass", "document".to_owned()),
            one("documentIdentifier", self.operation.to_string()),
            one("documentAuthor", author.to_owned()),
            one("seeAlso", self.person_dn.clone()),
            // Serialising strings and a number cannot fail; an empty record would still name who and whom.
            one(
                "description",
                serde_json::to_string(&self.note).unwrap_or_default(),
            ),
        ]
    }
}
