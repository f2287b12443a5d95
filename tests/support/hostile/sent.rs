//! What the directory received, read off its own log: every filter and every DN as the server itself understood them.
//! It knows the few shapes that the product sends, and calls anything else an injection.
//! Never trusts what the client says it sent.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const NAMES: [&str; 5] = [
    "cn",
    "displayName",
    "sn",
    "supannNomDeNaissance",
    "givenName",
];
const KEYS: [&str; 6] = [
    "uid",
    "supannAliasLogin",
    "supannEtuId",
    "supannEmpId",
    "supannCodeINE",
    "mail",
];

/// The requests of one server so far.
#[derive(Debug, Default)]
pub struct Sent {
    pub filters: Vec<Filter>,
    pub bind_dns: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Filter {
    pub text: String,
    /// The log cuts lines of four kilobytes: only their beginning can be judged.
    pub cut: bool,
}

impl Sent {
    /// `folder` is the rehearsal's own; the server writes as it answers, so nothing is waited for.
    pub fn read(folder: &Path) -> Sent {
        let log = fs::read(folder.join("serveur/slapd.log")).expect("the server's log");
        let log = String::from_utf8_lossy(&log);
        let mut sent = Sent::default();
        for line in log.lines() {
            if line.contains(" SRCH base=") {
                if let Some((_, rest)) = line.split_once(" filter=\"") {
                    sent.filters.push(Filter {
                        text: rest.trim_end_matches('"').to_owned(),
                        cut: !rest.ends_with('"'),
                    });
                }
            } else if let Some((_, rest)) = line.split_once(" BIND dn=\"")
                && rest.contains("\" method=")
            {
                let (dn, _) = rest.rsplit_once("\" method=").unwrap_or((rest, ""));
                sent.bind_dns.push(dn.to_owned());
            } else if line.contains("invalid dn") || line.contains("invalid DN") {
                sent.bind_dns.push(line.to_owned());
            }
        }
        sent
    }

    /// Filters that the product never builds from harmless texts.
    pub fn foreign_filters(&self, perimeters: &[&str]) -> BTreeSet<Filter> {
        let foreign = |filter: &&Filter| !is_ours(filter, perimeters);
        self.filters.iter().filter(foreign).cloned().collect()
    }

    /// DNs that are not one person of the branch `parent`.
    pub fn foreign_dns(&self, parent: &str) -> BTreeSet<String> {
        let foreign = |dn: &&String| !dn.is_empty() && !is_one_below(dn, parent);
        self.bind_dns.iter().filter(foreign).cloned().collect()
    }
}

#[derive(Debug, PartialEq)]
enum Node {
    Set(char, Vec<Node>),
    Present(String),
    Equal(String),
    /// Beginning, middles and end, empty where absent.
    Pieces(String, Vec<String>),
    /// An ordering, an approximation, an extensible match, an attribute the server does not know.
    Other(String),
}

fn is_ours(filter: &Filter, perimeters: &[&str]) -> bool {
    let text = filter.text.as_str();
    if perimeters.contains(&text) {
        return true;
    }
    if filter.cut {
        return clauses(text).all(|clause| is_known_leaf(&clause));
    }
    let mut rest = text;
    node(&mut rest).is_some_and(|node| rest.is_empty() && is_known(&node))
}

fn is_known(node: &Node) -> bool {
    match node {
        Node::Present(attribute) => attribute == "objectClass",
        Node::Equal(attribute) => {
            ["entryUUID", "member", "objectClass"].contains(&attribute.as_str())
        }
        Node::Set('&', parts) => {
            let [class, Node::Set('|', what)] = parts.as_slice() else {
                return false;
            };
            *class == Node::Equal("objectClass".to_owned()) && is_search(what)
        }
        Node::Set(..) | Node::Pieces(..) | Node::Other(_) => false,
    }
}

/// First the words of a name, all wanted, each in five attributes; then keys, each in six.
fn is_search(what: &[Node]) -> bool {
    let (names, keys) = if let Some((Node::Set('&', words), keys)) = what.split_first() {
        (words.as_slice(), keys)
    } else {
        (&[] as &[Node], what)
    };
    let word = |node: &Node| {
        let Node::Set('|', parts) = node else {
            return false;
        };
        parts.len() == NAMES.len()
            && parts
                .iter()
                .zip(NAMES)
                .all(|(part, name)| contains(part, name))
    };
    let whole = keys.chunks(KEYS.len()).all(|chunk| {
        chunk.len() == KEYS.len()
            && chunk
                .iter()
                .zip(KEYS)
                .all(|(part, key)| matches!(part, Node::Equal(attribute) if attribute == key))
    });
    !what.is_empty() && names.iter().all(word) && whole
}

/// « (name=*…*) »: one middle, no beginning, no end.
fn contains(part: &Node, name: &str) -> bool {
    let Node::Pieces(attribute, pieces) = part else {
        return false;
    };
    attribute == name
        && matches!(pieces.as_slice(), [first, _, last] if first.is_empty() && last.is_empty())
}

fn is_known_leaf(leaf: &Node) -> bool {
    match leaf {
        Node::Equal(attribute) => attribute == "objectClass" || KEYS.contains(&attribute.as_str()),
        Node::Pieces(attribute, pieces) => NAMES.contains(&attribute.as_str()) && pieces.len() == 3,
        Node::Present(_) | Node::Other(_) | Node::Set(..) => false,
    }
}

fn node(rest: &mut &str) -> Option<Node> {
    *rest = rest.strip_prefix('(')?;
    let sign = rest.chars().next()?;
    if matches!(sign, '&' | '|' | '!') {
        *rest = rest.get(1..)?;
        let mut parts = Vec::new();
        while rest.starts_with('(') {
            parts.push(node(rest)?);
        }
        *rest = rest.strip_prefix(')')?;
        return Some(Node::Set(sign, parts));
    }
    // The server writes a parenthesis or a star of a value as \28, \29, \2A.
    let end = rest.find(')')?;
    let (inside, after) = rest.split_at(end);
    *rest = after.strip_prefix(')')?;
    Some(leaf(inside))
}

fn leaf(inside: &str) -> Node {
    let Some((attribute, value)) = inside.split_once('=') else {
        return Node::Other(inside.to_owned());
    };
    // The server marks so a value that the attribute's syntax excludes: such a clause matches nobody.
    let attribute = attribute.strip_prefix('?').unwrap_or(attribute);
    if attribute.is_empty() || !attribute.chars().all(|sign| sign.is_ascii_alphanumeric()) {
        return Node::Other(inside.to_owned());
    }
    let attribute = attribute.to_owned();
    if value == "*" {
        Node::Present(attribute)
    } else if value.contains('*') {
        Node::Pieces(attribute, value.split('*').map(str::to_owned).collect())
    } else {
        Node::Equal(attribute)
    }
}

/// The whole clauses of a filter whose end was cut.
fn clauses(filter: &str) -> impl Iterator<Item = Node> {
    filter.split('(').filter_map(|piece| {
        let (inside, _) = piece.split_once(')')?;
        Some(leaf(inside))
    })
}

/// One component more than `parent`, a `uid` alone.
fn is_one_below(dn: &str, parent: &str) -> bool {
    let below = dn.len().checked_sub(parent.len()).and_then(|at| {
        let (head, tail) = (dn.get(..at)?, dn.get(at..)?);
        tail.eq_ignore_ascii_case(parent).then_some(head)
    });
    let Some(component) = below.and_then(|head| head.strip_suffix(',')) else {
        return false;
    };
    let Some(value) = component.strip_prefix("uid=") else {
        return false;
    };
    let mut escaped = false;
    for sign in value.chars() {
        match sign {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ',' | '+' | ';' => return false,
            _ => {}
        }
    }
    !escaped
}
