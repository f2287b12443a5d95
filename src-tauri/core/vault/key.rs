//! The secrets the keyring holds, as types: wiped when dropped, and never printed by `{:?}`.
//! Neither can be made from a text that is not exactly one.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use zeroize::Zeroizing;

use super::problem::VaultProblem;

/// Raw SQLCipher key, 256 bits.
#[derive(Clone)]
pub struct DatabaseKey(Zeroizing<[u8; 32]>);

/// What a clerk types to sign in.
#[derive(Clone)]
pub struct ClerkPassword(Zeroizing<String>);

impl DatabaseKey {
    /// From the operating system's random source.
    pub(super) fn random() -> Result<Self, VaultProblem> {
        let mut bytes = Zeroizing::new([0u8; 32]);
        getrandom::fill(bytes.as_mut()).map_err(|error| VaultProblem::Failed {
            detail: error.to_string(),
        })?;
        Ok(DatabaseKey(bytes))
    }

    /// A key that comes back from the recovery recipient.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        DatabaseKey(Zeroizing::new(bytes))
    }

    pub(super) fn from_base64(text: &str) -> Result<Self, VaultProblem> {
        bytes_of(text).map(DatabaseKey)
    }

    /// For `PRAGMA key` and for the recovery recipient only.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The text `PRAGMA key` takes for a raw key: `x'…'` with 64 hexadecimal digits
    /// (<https://www.zetetic.net/sqlcipher/sqlcipher-api/#key>).
    #[must_use]
    pub fn as_raw_key_pragma(&self) -> Zeroizing<String> {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        // The exact length, so that no shorter buffer with half a key is left behind.
        let mut text = Zeroizing::new(String::with_capacity(67));
        text.push_str("x'");
        for byte in self.0.iter() {
            text.push(char::from(DIGITS[usize::from(byte >> 4)]));
            text.push(char::from(DIGITS[usize::from(byte & 0x0f)]));
        }
        text.push('\'');
        text
    }
}

/// The 32 bytes of a keyring's entry.
pub(super) fn bytes_of(text: &str) -> Result<Zeroizing<[u8; 32]>, VaultProblem> {
    let bytes = Zeroizing::new(BASE64.decode(text).unwrap_or_default());
    <[u8; 32]>::try_from(bytes.as_slice())
        .map(Zeroizing::new)
        .map_err(|_| VaultProblem::Damaged)
}

impl ClerkPassword {
    #[must_use]
    pub fn new(text: Zeroizing<String>) -> Self {
        ClerkPassword(text)
    }

    /// For the bind, and for the keyring.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DatabaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseKey([REDACTED])")
    }
}

impl fmt::Debug for ClerkPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClerkPassword([REDACTED])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_exactly_32_bytes() {
        let text = BASE64.encode([7u8; 32]);
        assert_eq!(
            DatabaseKey::from_base64(&text).unwrap().expose(),
            &[7u8; 32]
        );
        for damaged in [
            "",
            "???",
            &BASE64.encode([7u8; 31]),
            &BASE64.encode([7u8; 33]),
            &text[1..],
        ] {
            assert!(
                matches!(
                    DatabaseKey::from_base64(damaged),
                    Err(VaultProblem::Damaged)
                ),
                "{damaged:?}"
            );
        }
    }

    #[test]
    fn the_pragma_is_sqlciphers_raw_key() {
        let mut bytes = [0u8; 32];
        bytes[0] = 0xa5;
        let expected = format!("x'a5{}'", "00".repeat(31));
        assert_eq!(
            DatabaseKey::from_bytes(bytes).as_raw_key_pragma().as_str(),
            expected
        );
    }

    #[test]
    fn nothing_shows_in_a_log() {
        let shown = format!(
            "{:?} {:?}",
            DatabaseKey::from_bytes([7; 32]),
            ClerkPassword::new(Zeroizing::new("VoileTigre".to_owned()))
        );
        assert_eq!(shown, "DatabaseKey([REDACTED]) ClerkPassword([REDACTED])");
    }

    #[test]
    fn two_keys_differ() {
        assert_ne!(
            DatabaseKey::random().unwrap().expose(),
            DatabaseKey::random().unwrap().expose()
        );
    }
}
