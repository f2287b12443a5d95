//! Entries and their LDIF (RFC 2849), written one by one so that a hundred thousand never sit in memory.
//! Holds the few encodings a rehearsal needs: {SSHA} values, stable UUIDs, unaccented names.
//! Never used towards a real directory: writes to those go through typed LDAP calls.

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha1::{Digest, Sha1};

use super::calendar::Moment;

/// One entry: its DN, then its attributes in the order they were first given.
#[derive(Debug, Clone)]
pub struct Entry {
    dn: String,
    attributes: Vec<(&'static str, String)>,
}

impl Entry {
    pub fn new(dn: impl Into<String>, classes: &[&str]) -> Self {
        let dn = dn.into();
        let attributes = classes
            .iter()
            .map(|class| ("objectClass", (*class).to_owned()))
            .collect();
        Entry { dn, attributes }
    }

    #[must_use]
    pub fn with(mut self, attribute: &'static str, value: impl Into<String>) -> Self {
        self.push(attribute, value);
        self
    }

    /// Beside the values the attribute already has: the loader keeps an attribute written in two places as two, and a
    /// client then sees only one of them.
    pub fn push(&mut self, attribute: &'static str, value: impl Into<String>) {
        let last = self
            .attributes
            .iter()
            .rposition(|(name, _)| *name == attribute);
        let place = last.map_or(self.attributes.len(), |last| last + 1);
        self.attributes.insert(place, (attribute, value.into()));
    }

    pub fn push_all<I>(&mut self, attribute: &'static str, values: I)
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        for value in values {
            self.push(attribute, value);
        }
    }

    /// # Errors
    /// Whatever the destination answers.
    pub fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        write_line(out, "dn", &self.dn)?;
        for (attribute, value) in &self.attributes {
            write_line(out, attribute, value)?;
        }
        out.write_all(b"\n")
    }
}

/// RFC 2849: a value that is not SAFE-STRING goes in base64.
fn write_line(out: &mut impl Write, attribute: &str, value: &str) -> io::Result<()> {
    let safe = value.bytes().all(|byte| (32..127).contains(&byte))
        && !value.starts_with([' ', ':', '<'])
        && !value.ends_with(' ');
    if safe {
        writeln!(out, "{attribute}: {value}")
    } else {
        writeln!(out, "{attribute}:: {}", BASE64.encode(value))
    }
}

fn sha1(parts: &[&[u8]]) -> [u8; 20] {
    let mut hash = Sha1::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// `{SSHA}`: cheap on purpose, a hundred thousand of them are made at each preparation. The salt comes from
/// `owner`, so that the same university gives the same bytes.
pub fn ssha(password: &str, owner: &str) -> String {
    let digest = sha1(&[b"salt", owner.as_bytes()]);
    let salt = &digest[..8];
    let mut sealed = sha1(&[password.as_bytes(), salt]).to_vec();
    sealed.extend_from_slice(salt);
    format!("{{SSHA}}{}", BASE64.encode(sealed))
}

fn hyphenate(bytes: [u8; 16]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

fn named_bytes(name: &str) -> [u8; 16] {
    let digest = sha1(&[b"univ-rivemer.example/", name.as_bytes()]);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    bytes
}

/// A UUID (version 5) that depends on `name` alone: the `entryUUID` of a person survives a new preparation.
pub fn named_uuid(name: &str) -> String {
    let mut bytes = named_bytes(name);
    bytes[6] = (bytes[6] & 0x0f) | 0x50;
    hyphenate(bytes)
}

/// The marker of a handover made at `moment`: a UUIDv7 (RFC 9562) carrying that moment.
pub fn marker_uuid(name: &str, moment: Moment) -> String {
    let mut bytes = named_bytes(name);
    bytes[..6].copy_from_slice(&moment.unix_millis().to_be_bytes()[2..]);
    bytes[6] = (bytes[6] & 0x0f) | 0x70;
    hyphenate(bytes)
}

/// Latin letters without their marks, the way SupAnn sites store `cn`. Letters outside the table are kept.
pub fn unaccented(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            'À'..='Å' | 'Ā' | 'Ă' | 'Ấ' | 'Ạ' | 'Ả' => plain.push('A'),
            'à'..='å' | 'ā' | 'ă' | 'ạ' | 'ả' | 'ấ' | 'ầ' | 'ậ' | 'ắ' | 'ằ' => {
                plain.push('a')
            }
            'Æ' => plain.push_str("AE"),
            'æ' => plain.push_str("ae"),
            'Ç' | 'Ć' | 'Č' => plain.push('C'),
            'ç' | 'ć' | 'č' => plain.push('c'),
            'Đ' => plain.push('D'),
            'đ' => plain.push('d'),
            'È'..='Ë' | 'Ē' | 'Ę' | 'Ế' => plain.push('E'),
            'è'..='ë' | 'ē' | 'ę' | 'ế' | 'ề' | 'ễ' | 'ệ' | 'ẹ' | 'ẽ' => {
                plain.push('e')
            }
            'Ğ' => plain.push('G'),
            'ğ' => plain.push('g'),
            'Ì'..='Ï' | 'İ' => plain.push('I'),
            'ì'..='ï' | 'ı' | 'ị' | 'ỉ' | 'ĩ' => plain.push('i'),
            'Ł' => plain.push('L'),
            'ł' => plain.push('l'),
            'Ñ' | 'Ń' => plain.push('N'),
            'ñ' | 'ń' => plain.push('n'),
            'Ò'..='Ö' | 'Ø' | 'Ơ' => plain.push('O'),
            'ò'..='ö' | 'ø' | 'ơ' | 'ọ' | 'ỏ' | 'ố' | 'ồ' | 'ộ' | 'ớ' | 'ờ' | 'ợ' => {
                plain.push('o')
            }
            'Œ' => plain.push_str("OE"),
            'œ' => plain.push_str("oe"),
            'Ś' | 'Š' | 'Ş' => plain.push('S'),
            'ś' | 'š' | 'ş' => plain.push('s'),
            'ß' => plain.push_str("ss"),
            'Ù'..='Ü' | 'Ư' => plain.push('U'),
            'ù'..='ü' | 'ư' | 'ụ' | 'ủ' | 'ứ' | 'ừ' | 'ữ' | 'ự' => plain.push('u'),
            'Ý' => plain.push('Y'),
            'ý' | 'ÿ' | 'ỳ' | 'ỹ' => plain.push('y'),
            'Ž' | 'Ż' => plain.push('Z'),
            'ž' | 'ż' => plain.push('z'),
            '’' | '‘' => plain.push('\''),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rehearsal::calendar::Calendar;

    #[test]
    fn encodes_what_is_not_safe() {
        let mut out = Vec::new();
        Entry::new("uid=a,dc=x", &["top"])
            .with("sn", "LEFÈVRE")
            .with("cn", " x")
            .with("uid", "a")
            .write_to(&mut out)
            .unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            "dn: uid=a,dc=x\nobjectClass: top\nsn:: TEVGw4hWUkU=\ncn:: IHg=\nuid: a\n\n"
        );
    }

    #[test]
    fn uuids_are_stable_and_versioned() {
        assert_eq!(named_uuid("croux"), named_uuid("croux"));
        assert_ne!(named_uuid("croux"), named_uuid("sdiallo"));
        assert_eq!(named_uuid("croux").as_bytes()[14], b'5');
        let moment = Calendar::new("2026-11-24T08:31:00Z".parse().unwrap()).moment(10, 15, 52);
        let marker = marker_uuid("b21704588", moment);
        assert_eq!(marker.as_bytes()[14], b'7');
        let millis = u64::from_str_radix(&marker.replace('-', "")[..12], 16).unwrap();
        assert_eq!(millis, moment.unix_millis());
    }

    #[test]
    fn takes_marks_off() {
        assert_eq!(unaccented("Nguyễn Thị Ánh-Tuyết"), "Nguyen Thi Anh-Tuyet");
        assert_eq!(unaccented("LE BŒUF D’HÉROUVILLE"), "LE BOEUF D'HEROUVILLE");
    }
}
