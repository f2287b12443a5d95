//! Who signed in, and which people their roles let them work on.
//! Explains the perimeter before a request; never enforces it: the server does.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::filter::Filter;
use crate::settings::RoleSettings;

/// Code of a structure to its name, for the lines that staff read.
pub type Structures = BTreeMap<String, String>;

/// Who signed in, and what their groups let them do.
#[derive(Debug, Clone, PartialEq)]
pub struct ClerkAccount {
    pub dn: String,
    pub login: String,
    pub name: String,
    pub structures: Vec<String>,
    pub roles: Vec<RoleSettings>,
    /// The server's time, as it wrote it at this bind (`pwdLastSuccess`); one that does not write each bind tells an
    /// older one, or none.
    pub bound_at: Option<Timestamp>,
}

impl ClerkAccount {
    /// The people of the clerk's roles, as one filter.
    pub fn perimeter(&self) -> Option<Filter> {
        let mut parts = Vec::new();
        for role in &self.roles {
            if role.population.contains("{structures}") {
                parts.extend(
                    self.structures
                        .iter()
                        .map(|code| Filter::equals("supannEntiteAffectationPrincipale", code)),
                );
            } else {
                parts.push(Filter::from_site(&role.population)?);
            }
        }
        (!parts.is_empty()).then(|| {
            Filter::all([
                Filter::equals("objectClass", "supannPerson"),
                Filter::any(parts),
            ])
        })
    }

    /// Rows of the local mirror belong to one clerk and these rights: groups, what the settings give them, structures.
    pub fn fingerprint(&self) -> String {
        let mut parts: Vec<&str> = self
            .roles
            .iter()
            .flat_map(|role| [role.group.as_str(), role.population.as_str()])
            .chain(self.structures.iter().map(String::as_str))
            .collect();
        parts.sort_unstable();
        parts.join("\n")
    }
}
