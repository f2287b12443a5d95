//! Pairs of keys (age, X25519): a clerk's own, under which passwords wait on this post, and the recovery pair of the IT
//! office. The public half is a text that anybody may read; the private half is wiped when dropped and never printed.
//! Post-quantum and plug-in keys of age are refused: a post must open what it sealed without another program.

use std::fmt;
use std::str::FromStr;

use age::secrecy::ExposeSecret;
use age::x25519;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// What something is sealed to: `age1…` (<https://c2sp.org/age>).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Recipient(x25519::Recipient);

/// What opens it: `AGE-SECRET-KEY-1…`.
#[derive(Clone)]
pub struct SealingKey(x25519::Identity);

/// A text that is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAKey {
    /// Shown as it is to who wrote the settings.
    #[error("ce n’est pas une clé publique age (age1…), telle que age-keygen l’affiche")]
    Public,
    #[error("no private key of age, or several")]
    Private,
}

impl Recipient {
    pub(super) fn as_age(&self) -> &x25519::Recipient {
        &self.0
    }
}

impl SealingKey {
    /// From the operating system's random source.
    #[must_use]
    pub fn generate() -> Self {
        SealingKey(x25519::Identity::generate())
    }

    /// The one private key of a file as `age-keygen` writes it: comments, and a line.
    ///
    /// # Errors
    /// `NotAKey::Private` for no key, another kind of key, or several: none is chosen.
    pub fn from_identity_file(text: &str) -> Result<Self, NotAKey> {
        let mut lines = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        match (lines.next(), lines.next()) {
            (Some(line), None) => line.parse(),
            (Some(_), Some(_)) | (None, _) => Err(NotAKey::Private),
        }
    }

    #[must_use]
    pub fn recipient(&self) -> Recipient {
        Recipient(self.0.to_public())
    }

    pub(super) fn as_age(&self) -> &x25519::Identity {
        &self.0
    }

    /// To be wrapped, and for nothing else.
    pub(super) fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.to_string().expose_secret().to_owned())
    }
}

impl FromStr for SealingKey {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        text.parse().map(SealingKey).map_err(|_| NotAKey::Private)
    }
}

impl FromStr for Recipient {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        text.trim()
            .parse()
            .map(Recipient)
            .map_err(|_| NotAKey::Public)
    }
}

impl TryFrom<String> for Recipient {
    type Error = NotAKey;

    fn try_from(text: String) -> Result<Self, NotAKey> {
        text.parse()
    }
}

impl From<Recipient> for String {
    fn from(recipient: Recipient) -> String {
        recipient.to_string()
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey([REDACTED])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_private_key_is_read_from_a_file_of_age_keygen() {
        let key = SealingKey::generate();
        let text = key.expose();
        let file = format!(
            "# created: 2026-11-24T09:00:00+01:00\n# public key: {}\n{}\n",
            key.recipient(),
            *text
        );
        let read = SealingKey::from_identity_file(&file).unwrap();
        assert_eq!(read.recipient(), key.recipient());
        let several = format!("{}\n{}\n", *text, *SealingKey::generate().expose());
        for wrong in ["", "# nothing\n", &several, &key.recipient().to_string()] {
            assert!(SealingKey::from_identity_file(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_an_x25519_recipient_is_one() {
        let public = SealingKey::generate().recipient().to_string();
        assert!(public.starts_with("age1"));
        assert_eq!(public.parse::<Recipient>().unwrap().to_string(), public);
        let mut changed = public.clone();
        changed.pop();
        changed.push(if public.ends_with('q') { 'p' } else { 'q' });
        for wrong in [
            "",
            "age1",
            &changed,
            &SealingKey::generate().expose(),
            "ssh-ed25519 AAAA",
        ] {
            assert_eq!(wrong.parse::<Recipient>(), Err(NotAKey::Public), "{wrong}");
        }
    }

    #[test]
    fn the_private_half_does_not_show_in_a_log() {
        let key = SealingKey::generate();
        assert_eq!(format!("{key:?}"), "SealingKey([REDACTED])");
        assert_eq!(
            format!("{:?}", key.recipient()),
            key.recipient().to_string()
        );
    }
}
