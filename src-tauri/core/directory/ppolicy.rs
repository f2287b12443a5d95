//! The password-policy control (draft-behera-ldap-password-policy-10), which ldap3 does not know.
//! Parses without panic whatever the server sends; an answer it cannot read counts as none.

use lber::common::TagClass;
use lber::parse::{parse_tag, parse_uint};
use lber::structure::{PL, StructureTag};
use ldap3::controls::{Control, RawControl};

const OID: &str = "1.3.6.1.4.1.42.2.27.8.5.1";

/// The request control: no value, not critical.
pub(super) fn request() -> RawControl {
    RawControl {
        ctype: OID.to_owned(),
        crit: false,
        val: None,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PolicyError {
    PasswordExpired,
    AccountLocked,
    ChangeAfterReset,
    /// Quality, length, history, age: the number is the draft's.
    Password(u64),
}

/// The error of the response control among the answer's controls, if there is one.
pub(super) fn error_in(controls: &[Control]) -> Option<PolicyError> {
    let control = controls.iter().find(|control| control.1.ctype == OID)?;
    parse(control.1.val.as_deref()?)
}

fn parse(value: &[u8]) -> Option<PolicyError> {
    let (_, sequence) = parse_tag(value).ok()?;
    let PL::C(elements) = sequence.payload else {
        return None;
    };
    let error = elements
        .into_iter()
        .find(|element| element.class == TagClass::Context && element.id == 1)?;
    Some(match number(error)? {
        0 => PolicyError::PasswordExpired,
        1 => PolicyError::AccountLocked,
        2 => PolicyError::ChangeAfterReset,
        other => PolicyError::Password(other),
    })
}

fn number(tag: StructureTag) -> Option<u64> {
    match tag.payload {
        PL::P(bytes) => parse_uint(&bytes).ok().map(|(_, number)| number),
        PL::C(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_errors_and_survives_junk() {
        assert_eq!(
            parse(&[0x30, 3, 0x81, 1, 2]),
            Some(PolicyError::ChangeAfterReset)
        );
        assert_eq!(
            parse(&[0x30, 3, 0x81, 1, 6]),
            Some(PolicyError::Password(6))
        );
        assert_eq!(
            parse(&[0x30, 5, 0xa0, 3, 0x80, 1, 0x3c]),
            None,
            "a warning is no error"
        );
        assert_eq!(parse(&[0x30, 0]), None);
        for byte in 0..=255u8 {
            let _ = parse(&[0x30, byte, byte, byte]);
            let _ = parse(&[byte]);
        }
    }
}
