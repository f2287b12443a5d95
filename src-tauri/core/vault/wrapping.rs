//! A clerk's private key at rest: under their password and this post's device secret together, so that neither the post
//! alone nor the password alone opens it. Opening it proves the password: no other verifier of it is kept.
//! Never keeps a password, and takes tenths of a second of processor: not for a thread of the runtime.

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::key::ClerkPassword;
use super::problem::VaultProblem;
use super::sealing_key::{Recipient, SealingKey};

/// KiB of memory: 64 MiB, and three passes in one lane.
const MEMORY: u32 = 64 << 10;
const PASSES: u32 = 3;
/// Bytes of salt (RFC 9106 §3.1).
const SALT: usize = 16;
/// Bytes that tell one device secret from another.
const DEVICE: usize = 8;
/// Bytes that tell a damaged row.
const SUM: usize = 8;
const DEVICE_PURPOSE: &[u8] = b"guichet device secret 1";

/// What this session's keyring adds to every clerk's password, 256 bits.
#[derive(Clone)]
pub struct DeviceSecret(Zeroizing<[u8; 32]>);

/// A password made ready to wrap one key. Made for one use: its salt is its own.
pub struct Wrapping {
    device: [u8; DEVICE],
    salt: [u8; SALT],
    key: Zeroizing<[u8; 32]>,
}

/// A private key that is closed, with what its opening needs beside the secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    device: [u8; DEVICE],
    salt: [u8; SALT],
    sealed: Vec<u8>,
}

/// Why a wrapped key stays closed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StaysClosed {
    #[error("not with this password")]
    Password,
    /// Wrapped with another keyring's device secret: no password will open it here.
    #[error("not with this keyring")]
    OtherDevice,
    #[error("the key could not be derived: {0}")]
    Failed(String),
}

impl DeviceSecret {
    pub(super) fn random() -> Result<Self, VaultProblem> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut()).map_err(|error| VaultProblem::Failed {
            detail: error.to_string(),
        })?;
        Ok(DeviceSecret(bytes))
    }

    pub(crate) fn from_bytes(bytes: Zeroizing<[u8; 32]>) -> Self {
        DeviceSecret(bytes)
    }

    /// For the keyring.
    pub(super) fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    fn tag(&self) -> [u8; DEVICE] {
        let mut hash = Sha256::new();
        hash.update(DEVICE_PURPOSE);
        hash.update(self.0.as_slice());
        let mut tag = [0; DEVICE];
        tag.copy_from_slice(&hash.finalize()[..DEVICE]);
        tag
    }
}

impl Wrapping {
    /// # Errors
    /// `StaysClosed::Failed` without memory or a source of randomness.
    pub fn new(password: &ClerkPassword, device: &DeviceSecret) -> Result<Self, StaysClosed> {
        let mut salt = [0; SALT];
        getrandom::fill(&mut salt).map_err(|error| StaysClosed::Failed(error.to_string()))?;
        Ok(Wrapping {
            device: device.tag(),
            salt,
            key: derive(password, device, &salt)?,
        })
    }

    /// # Errors
    /// `StaysClosed::Failed` when it cannot be encrypted.
    pub fn wrap(self, key: &SealingKey) -> Result<WrappedKey, StaysClosed> {
        let public = key.recipient().to_string();
        let sealed = ChaCha20Poly1305::new(Key::from_slice(self.key.as_slice()))
            .encrypt(
                // The key is used once, so the nonce may be any.
                &Nonce::default(),
                Payload {
                    msg: key.expose().as_bytes(),
                    aad: public.as_bytes(),
                },
            )
            .map_err(|error| StaysClosed::Failed(error.to_string()))?;
        Ok(WrappedKey {
            device: self.device,
            salt: self.salt,
            sealed,
        })
    }
}

impl WrappedKey {
    /// Opens it, `public` being the half that was kept in clear: another one refuses to open.
    ///
    /// # Errors
    /// `StaysClosed`: a wrong password and changed bytes look alike.
    pub fn open(
        &self,
        password: &ClerkPassword,
        device: &DeviceSecret,
        public: &Recipient,
    ) -> Result<SealingKey, StaysClosed> {
        if self.device != device.tag() {
            return Err(StaysClosed::OtherDevice);
        }
        let key = derive(password, device, &self.salt)?;
        let opened = ChaCha20Poly1305::new(Key::from_slice(key.as_slice()))
            .decrypt(
                &Nonce::default(),
                Payload {
                    msg: &self.sealed,
                    aad: public.to_string().as_bytes(),
                },
            )
            .map(Zeroizing::new)
            .map_err(|_| StaysClosed::Password)?;
        let text = std::str::from_utf8(&opened).unwrap_or_default();
        text.parse().map_err(|_| StaysClosed::Password)
    }

    /// For the store.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let bytes = [&self.device[..], &self.salt, &self.sealed].concat();
        [&bytes[..], &sum(&bytes)].concat()
    }

    /// `None` for bytes that are not as they were written: without their sum, a damage would pass for another password, or
    /// for another keyring's and have the key made anew.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (bytes, kept) = bytes.split_last_chunk()?;
        if *kept != sum(bytes) {
            return None;
        }
        let (device, rest) = bytes.split_first_chunk()?;
        let (salt, sealed) = rest.split_first_chunk()?;
        Some(WrappedKey {
            device: *device,
            salt: *salt,
            sealed: sealed.to_owned(),
        })
    }
}

/// First bytes of SHA-256. Tells a damage, proves nothing.
fn sum(bytes: &[u8]) -> [u8; SUM] {
    let mut sum = [0; SUM];
    sum.copy_from_slice(&Sha256::digest(bytes)[..SUM]);
    sum
}

/// Argon2id with the device secret as its secret value K (RFC 9106 §3.1).
fn derive(
    password: &ClerkPassword,
    device: &DeviceSecret,
    salt: &[u8; SALT],
) -> Result<Zeroizing<[u8; 32]>, StaysClosed> {
    let failed = |error: argon2::Error| StaysClosed::Failed(error.to_string());
    let params = Params::new(MEMORY, PASSES, 1, Some(32)).map_err(failed)?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new_with_secret(
        device.0.as_slice(),
        Algorithm::Argon2id,
        Version::V0x13,
        params,
    )
    .map_err(failed)?
    .hash_password_into(password.expose().as_bytes(), salt, key.as_mut())
    .map_err(failed)?;
    Ok(key)
}

impl fmt::Debug for DeviceSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceSecret([REDACTED])")
    }
}

impl fmt::Debug for Wrapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wrapping([REDACTED])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> ClerkPassword {
        ClerkPassword::new(Zeroizing::new(text.to_owned()))
    }

    fn device(byte: u8) -> DeviceSecret {
        DeviceSecret::from_bytes(Zeroizing::new([byte; 32]))
    }

    /// R02: neither half opens it alone.
    #[test]
    fn the_password_and_the_device_secret_are_both_needed() {
        let key = SealingKey::generate();
        let wrapped = Wrapping::new(&password("Guichet-Rivemer-1"), &device(1))
            .unwrap()
            .wrap(&key)
            .unwrap();
        let wrapped = WrappedKey::from_bytes(&wrapped.to_bytes()).unwrap();
        let open = |text: &str, byte, public: &Recipient| {
            wrapped
                .open(&password(text), &device(byte), public)
                .map(|key| key.recipient())
        };
        let public = key.recipient();
        assert_eq!(
            open("Guichet-Rivemer-1", 1, &public),
            Ok(public.clone()),
            "both open it"
        );
        for wrong in ["", "guichet-rivemer-1", "Guichet-Rivemer-1 "] {
            assert_eq!(open(wrong, 1, &public), Err(StaysClosed::Password));
        }
        assert_eq!(
            open("Guichet-Rivemer-1", 2, &public),
            Err(StaysClosed::OtherDevice),
            "the password alone, on another post"
        );
        let mut elsewhere = wrapped.clone();
        elsewhere.device = device(2).tag();
        assert_eq!(
            elsewhere
                .open(&password("Guichet-Rivemer-1"), &device(2), &public)
                .unwrap_err(),
            StaysClosed::Password,
            "the tag only tells devices apart: it opens nothing"
        );
        assert_eq!(
            open("Guichet-Rivemer-1", 1, &SealingKey::generate().recipient()),
            Err(StaysClosed::Password),
            "a public half put in the place of the clerk's is found out"
        );
    }

    #[test]
    fn changed_or_cut_bytes_stay_closed() {
        let key = SealingKey::generate();
        let wrapped = Wrapping::new(&password("x"), &device(1))
            .unwrap()
            .wrap(&key)
            .unwrap();
        let kept = wrapped.to_bytes();
        assert_eq!(WrappedKey::from_bytes(&kept), Some(wrapped.clone()));
        assert_eq!(WrappedKey::from_bytes(&kept[..23]), None);
        for place in 0..kept.len() {
            let mut changed = kept.clone();
            changed[place] ^= 1;
            assert_eq!(WrappedKey::from_bytes(&changed), None, "byte {place}");
        }
        for changed in [
            WrappedKey {
                salt: [0; SALT],
                ..wrapped.clone()
            },
            WrappedKey {
                sealed: wrapped.sealed[1..].to_owned(),
                ..wrapped.clone()
            },
        ] {
            let opened = changed.open(&password("x"), &device(1), &key.recipient());
            assert_eq!(opened.unwrap_err(), StaysClosed::Password);
        }
        assert!(
            !wrapped
                .to_bytes()
                .windows(14)
                .any(|bytes| bytes == b"AGE-SECRET-KEY"),
            "nothing in clear"
        );
    }
}
