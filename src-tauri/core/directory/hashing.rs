//! What is sent in the place of a password: the clear text inside TLS, for the server to hash, or our own hash.
//! Argon2id with the parameters OWASP recommends (Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane).
//! Never both; a hash that cannot be made sends nothing.

use argon2::{Argon2, PasswordHasher};
use zeroize::Zeroizing;

use super::error::DirectoryError;
use crate::domain::password::ProvisionalPassword;
use crate::settings::Hashing;

/// Bytes of salt (RFC 9106 §3.1 recommends 16).
pub(super) const SALT: usize = 16;

/// The value of `userPassword`. Takes tens of milliseconds of processor with `argon2id`: not for a thread of the
/// runtime.
///
/// # Errors
/// `NotHashed` when the hash cannot be made.
pub(super) fn value(
    password: &ProvisionalPassword,
    hashing: Hashing,
    salt: &[u8; SALT],
) -> Result<Zeroizing<String>, DirectoryError> {
    match hashing {
        // In clear inside TLS, the server hashes it and its policy looks at it.
        Hashing::Server => Ok(Zeroizing::new(password.expose().to_owned())),
        // For the hash that the server keeps as it is.
        Hashing::Argon2id => Argon2::default()
            .hash_password_with_salt(password.expose().as_bytes(), salt)
            .map(|hash| Zeroizing::new(format!("{{ARGON2}}{hash}")))
            .map_err(|error| DirectoryError::NotHashed(error.to_string())),
    }
}

/// As `value`, with a salt from the operating system, on a thread where waiting harms nobody.
///
/// # Errors
/// `NotHashed` without a source of randomness.
pub(super) async fn fresh_value(
    password: &ProvisionalPassword,
    hashing: Hashing,
) -> Result<Zeroizing<String>, DirectoryError> {
    let not_hashed = |error: String| DirectoryError::NotHashed(error);
    let mut salt = [0; SALT];
    getrandom::fill(&mut salt).map_err(|error| not_hashed(error.to_string()))?;
    let password = password.clone();
    tokio::task::spawn_blocking(move || value(&password, hashing, &salt))
        .await
        .map_err(|error| not_hashed(error.to_string()))?
}

#[cfg(test)]
mod tests {
    use argon2::{PasswordHash, PasswordVerifier};

    use super::*;
    use crate::domain::password::{PasswordForm, Recipe};

    fn drawn(start: u8) -> ProvisionalPassword {
        let mut next = start;
        Recipe::for_policy(PasswordForm::Code, None, false)
            .draw(|buffer| {
                for byte in buffer.iter_mut() {
                    next = next.wrapping_add(59);
                    *byte = next & 0x3f;
                }
                Ok::<(), std::convert::Infallible>(())
            })
            .unwrap()
    }

    #[test]
    fn the_server_gets_the_clear_text_and_argon2id_hides_it() {
        let (password, other) = (drawn(1), drawn(2));
        let clear = value(&password, Hashing::Server, &[7; SALT]).unwrap();
        assert_eq!(*clear, password.expose());
        let hashed = value(&password, Hashing::Argon2id, &[7; SALT]).unwrap();
        assert!(!hashed.contains(password.expose()));
        let stored = hashed.strip_prefix("{ARGON2}").unwrap();
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        let stored = PasswordHash::new(stored).unwrap();
        let opens = |tried: &ProvisionalPassword| {
            Argon2::default()
                .verify_password(tried.expose().as_bytes(), &stored)
                .is_ok()
        };
        assert!(opens(&password) && !opens(&other));
    }

    #[tokio::test]
    async fn two_hashes_of_one_password_differ() {
        let password = drawn(3);
        let one = fresh_value(&password, Hashing::Argon2id).await.unwrap();
        let two = fresh_value(&password, Hashing::Argon2id).await.unwrap();
        assert_ne!(one, two, "the salt is drawn each time");
    }
}
