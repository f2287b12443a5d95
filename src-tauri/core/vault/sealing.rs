//! A provisional password that waits on this post: sealed with age to the clerk who drew it and to the recovery key, so
//! that the post alone cannot read it. age has no associated data: what the act is stands inside, beside the password,
//! and another act's seal is refused. Pure: no file, no clock, no keyring.

use std::io::{Read, Write};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::sealing_key::{Recipient, SealingKey};
use crate::domain::password::ProvisionalPassword;
use crate::domain::person::PersonId;

/// Largest seal that is looked at, in bytes: ours has under two thousand.
const LARGEST: usize = 16 << 10;

/// Which act a sealed password belongs to. Stands in clear beside the seal, and once more inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    pub operation: Uuid,
    pub person: PersonId,
    /// Which directory it is for, in the caller's words: never sent to another.
    pub directory: String,
    pub expires: Timestamp,
}

/// Why a seal did not open, or could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealProblem {
    /// Sealed to other keys.
    #[error("not sealed to this key")]
    OtherKey,
    /// Not what was sealed: cut, changed, or nothing of ours.
    #[error("damaged seal")]
    Damaged,
    /// Opened, and is another act's, another person's, another directory's, or of another expiry.
    #[error("sealed for another act")]
    OtherAct,
    #[error("not sealed: {0}")]
    NotSealed(String),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Inside<'a> {
    version: u8,
    operation: Uuid,
    person: Uuid,
    #[serde(borrow)]
    directory: std::borrow::Cow<'a, str>,
    expires: Timestamp,
    password: &'a str,
}

const VERSION: u8 = 1;

/// # Errors
/// `NotSealed`.
pub fn seal(
    password: &ProvisionalPassword,
    envelope: &Envelope,
    clerk: &Recipient,
    recovery: &Recipient,
) -> Result<Vec<u8>, SealProblem> {
    let not_sealed = |error: String| SealProblem::NotSealed(error);
    // Room for all of it, so that growing leaves no copy behind.
    let mut inside = Zeroizing::new(Vec::with_capacity(LARGEST));
    let content = Inside {
        version: VERSION,
        operation: envelope.operation,
        person: envelope.person.0,
        directory: envelope.directory.as_str().into(),
        expires: envelope.expires,
        password: password.expose(),
    };
    serde_json::to_writer(&mut *inside, &content).map_err(|error| not_sealed(error.to_string()))?;
    if inside.len() > LARGEST / 2 {
        return Err(not_sealed("too long".to_owned()));
    }
    let keys = [clerk.as_age(), recovery.as_age()];
    let encryptor =
        age::Encryptor::with_recipients(keys.into_iter().map(|key| key as &dyn age::Recipient))
            .map_err(|error| not_sealed(error.to_string()))?;
    let mut sealed = Vec::new();
    let write = |sealed: &mut Vec<u8>| {
        let mut writer = encryptor.wrap_output(sealed)?;
        writer.write_all(&inside)?;
        writer.finish().map(|_| ())
    };
    write(&mut sealed).map_err(|error: std::io::Error| not_sealed(error.to_string()))?;
    Ok(sealed)
}

/// Opens what was sealed for exactly this act, with the clerk's key or the recovery key.
///
/// # Errors
/// [`SealProblem`], and no part of what was inside.
pub fn open(
    sealed: &[u8],
    key: &SealingKey,
    envelope: &Envelope,
) -> Result<ProvisionalPassword, SealProblem> {
    let inside = unseal(sealed, key)?;
    let content: Inside<'_> = serde_json::from_slice(&inside).map_err(|_| SealProblem::Damaged)?;
    let same = content.version == VERSION
        && content.operation == envelope.operation
        && content.person == envelope.person.0
        && content.directory == envelope.directory
        && content.expires == envelope.expires;
    if !same {
        return Err(SealProblem::OtherAct);
    }
    Ok(ProvisionalPassword::unsealed(Zeroizing::new(
        content.password.to_owned(),
    )))
}

/// The bytes inside, wiped when dropped.
pub(super) fn unseal(sealed: &[u8], key: &SealingKey) -> Result<Zeroizing<Vec<u8>>, SealProblem> {
    if sealed.len() > LARGEST {
        return Err(SealProblem::Damaged);
    }
    let told = |error: &age::DecryptError| {
        if matches!(error, age::DecryptError::NoMatchingKeys) {
            SealProblem::OtherKey
        } else {
            SealProblem::Damaged
        }
    };
    let opened = age::Decryptor::new_buffered(sealed).map_err(|error| told(&error))?;
    let mut reader = opened
        .decrypt(std::iter::once(key.as_age() as &dyn age::Identity))
        .map_err(|error| told(&error))?;
    let mut inside = Zeroizing::new(Vec::with_capacity(LARGEST));
    reader
        .read_to_end(&mut inside)
        .map_err(|_| SealProblem::Damaged)?;
    Ok(inside)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::password::{PasswordForm, Recipe};
    use crate::vault::{ClerkPassword, DeviceSecret, StaysClosed, Wrapping};

    fn drawn() -> ProvisionalPassword {
        Recipe::for_policy(PasswordForm::Phrase, None, false)
            .draw(getrandom::fill)
            .unwrap()
    }

    fn envelope() -> Envelope {
        Envelope {
            operation: Uuid::from_u128(7),
            person: PersonId(Uuid::from_u128(8)),
            directory: "ou=people,dc=univ-rivemer,dc=example".into(),
            expires: "2026-11-27T09:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn the_clerk_and_the_recovery_key_open_it_and_nobody_else() {
        let (clerk, recovery) = (SealingKey::generate(), SealingKey::generate());
        let password = drawn();
        let sealed = seal(
            &password,
            &envelope(),
            &clerk.recipient(),
            &recovery.recipient(),
        )
        .unwrap();
        for key in [&clerk, &recovery] {
            let opened = open(&sealed, key, &envelope()).unwrap();
            assert_eq!(opened.expose(), password.expose());
        }
        let other = open(&sealed, &SealingKey::generate(), &envelope());
        assert_eq!(other.unwrap_err(), SealProblem::OtherKey);
        let clear = password.expose().as_bytes();
        assert!(
            !sealed.windows(clear.len()).any(|bytes| bytes == clear),
            "never in clear"
        );
        assert!(sealed.len() < LARGEST);
    }

    #[test]
    fn a_seal_put_in_the_place_of_another_is_refused() {
        let key = SealingKey::generate();
        let sealed = seal(&drawn(), &envelope(), &key.recipient(), &key.recipient()).unwrap();
        let others = [
            Envelope {
                operation: Uuid::from_u128(9),
                ..envelope()
            },
            Envelope {
                person: PersonId(Uuid::from_u128(9)),
                ..envelope()
            },
            Envelope {
                directory: "ou=people,dc=autre,dc=example".into(),
                ..envelope()
            },
            Envelope {
                expires: "2026-11-27T09:00:01Z".parse().unwrap(),
                ..envelope()
            },
        ];
        for other in others {
            assert_eq!(
                open(&sealed, &key, &other).unwrap_err(),
                SealProblem::OtherAct,
                "{other:?}"
            );
        }
    }

    #[test]
    fn every_byte_counts() {
        let key = SealingKey::generate();
        let sealed = seal(&drawn(), &envelope(), &key.recipient(), &key.recipient()).unwrap();
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(open(&changed, &key, &envelope()).is_err(), "byte {place}");
            assert!(
                open(&sealed[..place], &key, &envelope()).is_err(),
                "cut at {place}"
            );
        }
        assert!(open(&vec![b'a'; LARGEST + 1], &key, &envelope()).is_err());
    }

    /// R02: the keyring's content and the store, without the clerk's password, open nothing; nor does the password alone.
    #[test]
    fn a_stolen_post_does_not_open_what_waits_on_it() {
        let (clerk, recovery) = (SealingKey::generate(), SealingKey::generate());
        let device = DeviceSecret::random().unwrap();
        let typed = |text: &str| ClerkPassword::new(Zeroizing::new(text.to_owned()));
        let wrapped = Wrapping::new(&typed("Guichet-Rivemer-1"), &device)
            .unwrap()
            .wrap(&clerk)
            .unwrap();
        let sealed = seal(
            &drawn(),
            &envelope(),
            &clerk.recipient(),
            &recovery.recipient(),
        )
        .unwrap();

        // The thief holds the store (`wrapped`, `sealed`, both public halves) and the device secret.
        let guessed = wrapped.open(&typed("Guichet-Rivemer-2"), &device, &clerk.recipient());
        assert_eq!(guessed.unwrap_err(), StaysClosed::Password);
        // The colleague who saw the password typed holds the store, from another keyring.
        let elsewhere = wrapped.open(
            &typed("Guichet-Rivemer-1"),
            &DeviceSecret::random().unwrap(),
            &clerk.recipient(),
        );
        assert_eq!(elsewhere.unwrap_err(), StaysClosed::OtherDevice);
        // The clerk on this post.
        let key = wrapped
            .open(&typed("Guichet-Rivemer-1"), &device, &clerk.recipient())
            .unwrap();
        assert!(open(&sealed, &key, &envelope()).is_ok());
    }
}
