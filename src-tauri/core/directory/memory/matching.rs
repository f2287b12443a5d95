//! Evaluates LDAP filters (RFC 4511 §4.5.1.7) against an entry in memory, with the third value « undefined »
//! that a hidden attribute gives: a negation of the unknown is not a match.
//! Knows equality, substrings, presence, « no later than » on times, and their combinations; anything else is
//! undefined, never a match.

use lber::structures::Tag;

use super::super::filter::Filter;
use super::super::person_entry::generalized_time;
use super::entry::{Entry, comparable};

const AND: u64 = 0;
const OR: u64 = 1;
const NOT: u64 = 2;
const EQUALITY: u64 = 3;
const SUBSTRINGS: u64 = 4;
const LESS_OR_EQUAL: u64 = 6;
const PRESENCE: u64 = 7;
const INITIAL: u64 = 0;
const FINAL: u64 = 2;

/// Whether `entry` matches, looking only at the attributes (lower case) that `visible` lets through.
pub(super) fn matches(filter: &Filter, entry: &Entry, visible: &dyn Fn(&str) -> bool) -> bool {
    ldap3::parse_filter(filter.as_str())
        .is_ok_and(|tag| evaluate(&tag, entry, visible) == Some(true))
}

fn evaluate(tag: &Tag, entry: &Entry, visible: &dyn Fn(&str) -> bool) -> Option<bool> {
    match tag {
        Tag::Sequence(list) if list.id == AND => combine(&list.inner, entry, visible, false),
        Tag::Sequence(list) if list.id == OR => combine(&list.inner, entry, visible, true),
        Tag::ExplicitTag(negated) if negated.id == NOT => {
            evaluate(&negated.inner, entry, visible).map(|answer| !answer)
        }
        Tag::OctetString(attribute) if attribute.id == PRESENCE => {
            let name = text(&attribute.inner)?.to_lowercase();
            visible(&name).then(|| !entry.all(&name).is_empty())
        }
        Tag::Sequence(pair) => {
            let [Tag::OctetString(attribute), assertion] = pair.inner.as_slice() else {
                return None;
            };
            let name = text(&attribute.inner)?.to_lowercase();
            if !visible(&name) {
                return None;
            }
            match (pair.id, assertion) {
                (EQUALITY, Tag::OctetString(value)) => {
                    Some(entry.holds(&name, text(&value.inner)?))
                }
                (LESS_OR_EQUAL, Tag::OctetString(value)) => {
                    let latest = generalized_time(text(&value.inner)?)?;
                    let mut times = entry
                        .all(&name)
                        .iter()
                        .filter_map(|at| generalized_time(at));
                    Some(times.any(|at| at <= latest))
                }
                (SUBSTRINGS, Tag::Sequence(parts)) => Some(
                    entry
                        .all(&name)
                        .iter()
                        .any(|value| follows(&comparable(&name, value), &name, &parts.inner)),
                ),
                _ => None,
            }
        }
        Tag::Integer(_)
        | Tag::Enumerated(_)
        | Tag::Set(_)
        | Tag::OctetString(_)
        | Tag::Boolean(_)
        | Tag::Null(_)
        | Tag::ExplicitTag(_)
        | Tag::StructureTag(_) => None,
    }
}

/// `decisive` ends the list: false for « and », true for « or ».
fn combine(
    parts: &[Tag],
    entry: &Entry,
    visible: &dyn Fn(&str) -> bool,
    decisive: bool,
) -> Option<bool> {
    let mut answer = Some(!decisive);
    for part in parts {
        match evaluate(part, entry, visible) {
            Some(value) if value == decisive => return Some(decisive),
            Some(_) => {}
            None => answer = None,
        }
    }
    answer
}

/// The parts of a substring assertion, in this order and without overlap.
fn follows(value: &str, name: &str, parts: &[Tag]) -> bool {
    let mut rest = value;
    for part in parts {
        let Tag::OctetString(piece) = part else {
            return false;
        };
        let Some(wanted) = text(&piece.inner) else {
            return false;
        };
        let wanted = comparable(name, wanted);
        let after = match piece.id {
            INITIAL => rest.strip_prefix(wanted.as_str()),
            FINAL => rest.ends_with(wanted.as_str()).then_some(""),
            _ => rest.split_once(wanted.as_str()).map(|(_, after)| after),
        };
        match after {
            Some(after) => rest = after,
            None => return false,
        }
    }
    true
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nadia() -> Entry {
        let mut entry = Entry::new("uid=x");
        entry.push("sn", "Belkacem-Roussel".into());
        entry.push("eduPersonAffiliation", "student".into());
        entry
    }

    fn found(filter: &str) -> bool {
        matches(&Filter::from_site(filter).unwrap(), &nadia(), &|_| true)
    }

    #[test]
    fn combines_as_ldap_does() {
        assert!(found("(&(sn=belkacem-roussel)(!(mail=*)))"));
        assert!(found("(|(mail=a)(sn=*kac*rou*))"));
        assert!(found("(sn=bel*)") && found("(sn=*sel)") && !found("(sn=*bel)"));
        assert!(
            !found("(sn=*roussel*belkacem*)"),
            "parts come in their order"
        );
        assert!(found("(&)") && !found("(|)"), "RFC 4526");
        assert!(
            !found("(sn>=a)") && !found("(!(sn>=a))"),
            "what is not known is undefined"
        );
    }

    #[test]
    fn times_are_compared_as_times() {
        let mut entry = nadia();
        let no_later = |entry: &Entry, latest: &str| {
            let filter = Filter::from_site(&format!("(pwdChangedTime<={latest})")).unwrap();
            matches(&filter, entry, &|_| true)
        };
        assert!(!no_later(&entry, "20261124000000Z"), "no time, no match");
        entry.push("pwdChangedTime", "20261124000000Z".into());
        assert!(no_later(&entry, "20261124000000.5Z"));
        assert!(!no_later(&entry, "20261123235959Z"));
    }

    #[test]
    fn a_hidden_attribute_matches_neither_way() {
        let hidden = |filter: &str| {
            let filter = Filter::from_site(filter).unwrap();
            matches(&filter, &nadia(), &|name| name != "mail")
        };
        assert!(!hidden("(mail=a)") && !hidden("(!(mail=a))") && !hidden("(!(mail=*))"));
        assert!(hidden("(|(mail=a)(sn=*bel*))"));
    }
}
