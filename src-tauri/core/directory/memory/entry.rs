//! Entries of the directory in memory: attributes as LDAP names and compares them, read from LDIF (RFC 2849).
//! Compares DNs by case and blanks alone, which is enough for the names our own fixtures use; never parses them.

use std::collections::{BTreeMap, HashMap};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// Attributes compared with their case, as their schema says (SupAnn, RFC 2307 for passwords).
const CASE_EXACT: [&str; 6] = [
    "supannaliaslogin",
    "supannempid",
    "supannetuid",
    "supannoidcdatedenaissance",
    "supannrefid",
    "userpassword",
];

/// What is wrong with an LDIF text, and at which line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("LDIF line {line}: {what}")]
pub struct LdifProblem {
    pub line: usize,
    pub what: &'static str,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    pub dn: String,
    /// Rank of arrival: a server answers in that order.
    pub rank: u64,
    /// Names in lower case.
    attributes: BTreeMap<String, Vec<String>>,
}

impl Entry {
    pub fn new(dn: &str) -> Self {
        Entry {
            dn: dn.to_owned(),
            ..Entry::default()
        }
    }

    pub fn all(&self, name: &str) -> &[String] {
        self.attributes
            .get(&name.to_lowercase())
            .map_or(&[], Vec::as_slice)
    }

    pub fn one(&self, name: &str) -> Option<&str> {
        self.all(name).first().map(String::as_str)
    }

    pub fn number(&self, name: &str) -> i64 {
        self.one(name)
            .and_then(|value| value.parse().ok())
            .unwrap_or(0)
    }

    pub fn is_true(&self, name: &str) -> bool {
        self.one(name) == Some("TRUE")
    }

    /// Replaces all values; none removes the attribute.
    pub fn set(&mut self, name: &str, values: impl IntoIterator<Item = String>) {
        let values: Vec<String> = values.into_iter().collect();
        if values.is_empty() {
            self.attributes.remove(&name.to_lowercase());
        } else {
            self.attributes.insert(name.to_lowercase(), values);
        }
    }

    pub fn push(&mut self, name: &str, value: String) {
        self.attributes
            .entry(name.to_lowercase())
            .or_default()
            .push(value);
    }

    pub fn holds(&self, name: &str, value: &str) -> bool {
        let wanted = comparable(name, value);
        self.all(name)
            .iter()
            .any(|value| comparable(name, value) == wanted)
    }

    /// The attributes that `visible` lets through, as an answer carries them.
    pub fn answer(&self, visible: impl Fn(&str) -> bool) -> HashMap<String, Vec<String>> {
        self.attributes
            .iter()
            .filter(|(name, _)| visible(name))
            .map(|(name, values)| (name.clone(), values.clone()))
            .collect()
    }

    /// Everything, as an administrator sees it.
    pub fn attributes(&self) -> &BTreeMap<String, Vec<String>> {
        &self.attributes
    }
}

/// A value as its matching rule compares it: case folded unless the schema says otherwise, blanks run together.
pub(super) fn comparable(name: &str, value: &str) -> String {
    let name = name.to_lowercase();
    if name.starts_with("pwd") && name.ends_with("time") {
        return super::super::person_entry::generalized_time(value)
            .map_or_else(|| value.to_owned(), |at| at.as_nanosecond().to_string());
    }
    let folded = if CASE_EXACT.contains(&name.as_str()) {
        value.to_owned()
    } else {
        value.to_lowercase()
    };
    let blanks_apart: Vec<&str> = folded.split_whitespace().collect();
    blanks_apart.join(" ")
}

/// The form under which entries are kept and found.
pub(super) fn normal(dn: &str) -> String {
    let parts: Vec<String> = dn
        .split(',')
        .map(|part| part.trim().to_lowercase())
        .collect();
    parts.join(",")
}

/// Entries of an LDIF text without folded lines, changes or URLs: what the rehearsal writes.
///
/// # Errors
/// `LdifProblem` at the first line that is none of a DN, an attribute or an empty line.
pub(super) fn entries_of(ldif: &str) -> Result<Vec<Entry>, LdifProblem> {
    let mut found: Vec<Entry> = Vec::new();
    let mut open = false;
    for (index, line) in ldif.lines().enumerate() {
        let problem = |what| LdifProblem {
            line: index + 1,
            what,
        };
        if line.is_empty() {
            open = false;
            continue;
        }
        let (name, rest) = line.split_once(':').ok_or(problem("no colon"))?;
        let value = match rest.strip_prefix(':') {
            Some(encoded) => BASE64
                .decode(encoded.trim())
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok())
                .ok_or(problem("not base64 of UTF-8"))?,
            None => rest.trim_start().to_owned(),
        };
        match (open, name.eq_ignore_ascii_case("dn")) {
            (false, true) => {
                found.push(Entry::new(&value));
                open = true;
            }
            (true, false) => {
                let entry = found
                    .last_mut()
                    .ok_or(problem("an attribute before any DN"))?;
                entry.push(name, value);
            }
            (false, false) => return Err(problem("an attribute before its DN")),
            (true, true) => return Err(problem("a DN inside an entry")),
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ldif_is_read_and_faults_are_named() {
        let entries =
            entries_of("dn: cn=a\ncn: a\ndescription:: w6k=\n\n\ndn: cn=b\ncn: b\n").unwrap();
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].one("DESCRIPTION"), Some("é"));
        assert_eq!(entries_of("cn: a\n").unwrap_err().line, 1);
        assert_eq!(entries_of("dn: cn=a\ndn: cn=b\n").unwrap_err().line, 2);
        assert_eq!(entries_of("dn: cn=a\nfolded\n").unwrap_err().line, 2);
    }

    #[test]
    fn values_compare_as_the_schema_says() {
        let mut entry = Entry::new("uid=x");
        entry.push("mail", "A@b.example".into());
        entry.push("supannRefId", "{GUICHET}Ab".into());
        entry.push("pwdChangedTime", "20260101000000Z".into());
        assert!(entry.holds("MAIL", "a@B.example"));
        assert!(
            !entry.holds("supannRefId", "{guichet}ab"),
            "case counts in a marker"
        );
        assert!(entry.holds("pwdChangedTime", "20260101000000.0Z"));
        assert_eq!(normal("UID=A, ou=B"), "uid=a,ou=b");
    }
}
