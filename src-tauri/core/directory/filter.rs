//! LDAP filters, only through typed builders: every value is escaped (RFC 4515), attributes are ours.
//! Never builds one by pasting text; a filter from the settings is parsed before it is used.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use ldap3::{dn_escape, ldap_escape};

use super::write::generalized;
use crate::faults::{Fault, broken};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter(String);

impl Filter {
    pub fn equals(attribute: &'static str, value: &str) -> Self {
        Filter(format!("({attribute}={})", escaped(value)))
    }

    pub fn contains(attribute: &'static str, value: &str) -> Self {
        Filter(format!("({attribute}=*{}*)", escaped(value)))
    }

    pub fn at_least(attribute: &'static str, value: &str) -> Self {
        Filter(format!("({attribute}>={})", escaped(value)))
    }

    /// Passwords still to be changed by their owner and given no later than `latest`.
    pub fn provisional_until(latest: Timestamp) -> Self {
        Filter::all([
            Filter::equals("pwdReset", "TRUE"),
            Filter(format!("(pwdChangedTime<={})", generalized(latest))),
        ])
    }

    pub fn present(attribute: &'static str) -> Self {
        Filter(format!("({attribute}=*)"))
    }

    pub fn all(parts: impl IntoIterator<Item = Filter>) -> Self {
        Self::joined('&', parts)
    }

    pub fn any(parts: impl IntoIterator<Item = Filter>) -> Self {
        Self::joined('|', parts)
    }

    pub fn negated(self) -> Self {
        Filter(format!("(!{})", self.0))
    }

    /// A filter written in the settings; `None` when it is not one.
    pub fn from_site(text: &str) -> Option<Self> {
        ldap3::parse_filter(text)
            .ok()
            .map(|_| Filter(text.to_owned()))
    }

    /// A filter of the settings with `{login}` in it; what was typed is escaped, and never changes its shape.
    pub fn for_login(text: &str, login: &str) -> Option<Self> {
        Self::from_site(&text.replace("{login}", &ldap_escape(login)))
    }

    fn joined(sign: char, parts: impl IntoIterator<Item = Filter>) -> Self {
        let parts: String = parts.into_iter().map(|part| part.0).collect();
        Filter(format!("({sign}{parts})"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A value as it may stand in a filter (RFC 4515 §3).
fn escaped(value: &str) -> Cow<'_, str> {
    if broken(Fault::UnescapedFilter) {
        return Cow::Borrowed(value);
    }
    ldap_escape(value)
}

/// A value as it may stand in a DN (RFC 4514 §2.4).
pub(super) fn in_dn(value: &str) -> Cow<'_, str> {
    if broken(Fault::UnescapedDn) {
        return Cow::Borrowed(value);
    }
    dn_escape(value)
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_never_change_the_shape_of_a_filter() {
        for hostile in [
            "*",
            ")(uid=*",
            "a)(|(uid=*))",
            "\\",
            "\0",
            "(",
            ")",
            "é*)\\28",
        ] {
            let filter = Filter::all([
                Filter::equals("objectClass", "supannPerson"),
                Filter::contains("cn", hostile),
            ]);
            let text = filter.as_str();
            assert!(ldap3::parse_filter(text).is_ok(), "{text}");
            assert_eq!(
                text.matches('(').count(),
                3,
                "{text}: no parenthesis of theirs survives"
            );
            assert_eq!(
                text.matches('*').count(),
                2,
                "{text}: no star of theirs survives"
            );
        }
    }

    #[test]
    fn a_typed_login_keeps_the_shape_of_the_sites_filter() {
        let text = "(&(objectClass=supannPerson)(|(uid={login})(supannAliasLogin={login})))";
        for hostile in ["*", ")(uid=*", "a)(|(uid=*))", "\\", "\0", "{login}"] {
            let filter = Filter::for_login(text, hostile).expect("a filter");
            assert_eq!(filter.as_str().matches('(').count(), 5, "{filter}");
            assert_eq!(filter.as_str().matches('*').count(), 0, "{filter}");
        }
        assert!(Filter::for_login("(uid={login}", "croux").is_none());
    }

    #[test]
    fn a_broken_site_filter_is_refused() {
        assert!(Filter::from_site("(eduPersonAffiliation=employee)").is_some());
        assert!(Filter::from_site("(eduPersonAffiliation=employee").is_none());
        assert!(Filter::from_site("").is_none());
    }
}
