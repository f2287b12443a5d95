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
}

pub(super) fn dn(operation: Uuid, records: &str) -> String {
    format!("documentIdentifier={operation},{records}")
}

pub(super) fn attributes(
    operation: Uuid,
    author: &str,
    person_dn: &str,
    note: &HandoverNote,
) -> Vec<(String, HashSet<String>)> {
    let one = |name: &str, value: String| (name.to_owned(), HashSet::from([value]));
    vec![
        one("objectClass", "document".to_owned()),
        one("documentIdentifier", operation.to_string()),
        one("documentAuthor", author.to_owned()),
        one("seeAlso", person_dn.to_owned()),
        // Serialising strings and a number cannot fail; an empty record would still name who and whom.
        one(
            "description",
            serde_json::to_string(note).unwrap_or_default(),
        ),
    ]
}
