//! The clerk's sealing key: made at their first sign-in on this post, opened by their password at each one, forgotten when
//! they leave. Their own password change is noticed by the key that no longer opens; the former password re-wraps it, once.
//! Never keeps a password; without a key the clerk works as before, online.

use zeroize::Zeroizing;

use super::SessionView;
use super::sign_in::session_view;
use crate::directory::{ClerkAccount, Structures};
use crate::operations::office::database;
use crate::operations::{Office, OperationError};
use crate::store::{ClerkRecord, KnownClerk};
use crate::vault::{
    ClerkPassword, DeviceSecret, Recipient, SealingKey, StaysClosed, WrappedKey, Wrapping,
};

/// What the desk holds of its clerk's key.
#[derive(Default)]
pub(crate) enum ClerkKey {
    /// Nobody at the desk, or a post that could not make one.
    #[default]
    None,
    Open(SealingKey),
    /// Wrapped under a former password; ready to be wrapped under the one just accepted.
    Former(Wrapping),
}

/// Opens the clerk's key after the directory accepted `password`, and keeps the clerk as seen. A post that cannot says so
/// in its log: the clerk is signed in all the same.
pub(super) async fn open_after_bind(
    office: &Office,
    clerk: &ClerkAccount,
    structures: &Structures,
    password: &ClerkPassword,
) -> ClerkKey {
    match try_open(office, clerk, structures, password).await {
        Ok(key) => key,
        Err(error) => {
            tracing::warn!(?error, "no sealing key for this session");
            ClerkKey::None
        }
    }
}

async fn try_open(
    office: &Office,
    clerk: &ClerkAccount,
    structures: &Structures,
    password: &ClerkPassword,
) -> Result<ClerkKey, OperationError> {
    let device = device_secret(office).await?;
    loop {
        let account = record(clerk, structures);
        let known = office.store.read(|reader| reader.clerk(&clerk.dn))?;
        let seen = known.as_ref().map(|known| known.recipient.clone());
        if let Some(known) = known {
            match unwrap(
                known.wrapped.clone(),
                known.recipient.clone(),
                password,
                &device,
            )
            .await
            {
                Ok(key) => {
                    keep(office, account, &key, known.wrapped)?;
                    return Ok(ClerkKey::Open(key));
                }
                Err(StaysClosed::Password) => {
                    // Until it is answered, the former password opens nothing without the directory.
                    office.store.write(|writer| {
                        writer.put_clerk(&KnownClerk {
                            account,
                            validated_at: None,
                            ..known
                        })?;
                        writer.set_hour(office.hour())
                    })?;
                    return Ok(ClerkKey::Former(ready(password, &device).await?));
                }
                // The keyring that closed it is gone: no password opens it any more.
                Err(StaysClosed::OtherDevice) => {}
                Err(StaysClosed::Failed(detail)) => return Err(not_made(&detail)),
            }
        }
        let key = SealingKey::generate();
        let wrapped = wrap(ready(password, &device).await?, &key)?;
        if begin(office, account, seen.as_ref(), &key, wrapped)? {
            return Ok(ClerkKey::Open(key));
        }
        // The window or a command made one meanwhile: one clerk, one key.
    }
}

/// Opens a known clerk's key with the password alone, the directory being away.
pub(super) async fn open_alone(
    office: &Office,
    known: &KnownClerk,
    password: &ClerkPassword,
) -> Result<Result<SealingKey, StaysClosed>, OperationError> {
    let device = device_secret(office).await?;
    Ok(unwrap(
        known.wrapped.clone(),
        known.recipient.clone(),
        password,
        &device,
    )
    .await)
}

/// The directory has accepted the password of an offline session: the clerk as seen now, the hour, the same key.
pub(super) fn seen_again(
    office: &Office,
    clerk: &ClerkAccount,
    structures: &Structures,
    former_dn: &str,
) -> Result<(), OperationError> {
    let account = record(clerk, structures);
    office.store.write(|writer| {
        if let Some(known) = writer.reader().clerk(former_dn)? {
            writer.put_clerk(&KnownClerk {
                account,
                validated_at: Some(office.hour()),
                ..known
            })?;
        }
        writer.set_hour(office.hour())
    })?;
    Ok(())
}

/// The clerk's own password has changed, and they know the former one: their key goes on under the new one.
///
/// # Errors
/// `previousPassword` when it is not the one; `notAsked`; `keyring`, `store`.
pub async fn give_previous_password(
    office: &Office,
    previous: Zeroizing<String>,
) -> Result<SessionView, OperationError> {
    let clerk = office.clerk()?;
    asked(office)?;
    let known = office
        .store
        .read(|reader| reader.clerk(&clerk.dn))?
        .ok_or_else(not_asked)?;
    match open_alone(office, &known, &ClerkPassword::new(previous)).await? {
        Ok(key) => settle(office, known, key),
        Err(StaysClosed::Password | StaysClosed::OtherDevice) => Err(OperationError::new(
            "previousPassword",
            "Ce n’est pas le mot de passe précédent. La clé est intacte. Réessayez, ou choisissez une nouvelle clé.",
        )),
        Err(StaysClosed::Failed(detail)) => Err(not_made(&detail)),
    }
}

/// The former password is forgotten: a new key. What was sealed to the former one needs the recovery key.
///
/// # Errors
/// `notAsked`; `keyring`, `store`.
pub fn replace_sealing_key(office: &Office) -> Result<SessionView, OperationError> {
    let clerk = office.clerk()?;
    asked(office)?;
    let known = office
        .store
        .read(|reader| reader.clerk(&clerk.dn))?
        .ok_or_else(not_asked)?;
    settle(office, known, SealingKey::generate())
}

/// Wraps the key under the password that the directory accepted.
fn settle(
    office: &Office,
    known: KnownClerk,
    key: SealingKey,
) -> Result<SessionView, OperationError> {
    let mut desk = office.desk();
    let wrapping = match std::mem::take(&mut desk.key) {
        ClerkKey::Former(wrapping) => wrapping,
        other @ (ClerkKey::None | ClerkKey::Open(_)) => {
            desk.key = other;
            return Err(not_asked());
        }
    };
    let wrapped = wrap(wrapping, &key)?;
    keep(office, known.account, &key, wrapped)?;
    desk.key = ClerkKey::Open(key);
    drop(desk);
    Ok(session_view(office))
}

fn asked(office: &Office) -> Result<(), OperationError> {
    match office.desk().key {
        ClerkKey::Former(_) => Ok(()),
        ClerkKey::None | ClerkKey::Open(_) => Err(not_asked()),
    }
}

fn not_asked() -> OperationError {
    OperationError::new(
        "notAsked",
        "Guichet ne demande pas de mot de passe précédent. Rien n’a changé.",
    )
}

fn not_made(detail: &str) -> OperationError {
    tracing::warn!(detail, "sealing key");
    OperationError::new(
        "trouble",
        "Ce poste n’a pas pu préparer votre clé. Rien n’a changé. Réessayez, ou prévenez l’antenne numérique.",
    )
}

async fn device_secret(office: &Office) -> Result<DeviceSecret, OperationError> {
    office
        .vault
        .device_secret(&database(&office.settings))
        .await
        .map_err(|problem| OperationError::new("keyring", problem.sentence()))
}

/// On a thread where tenths of a second of processor harm nobody.
async fn unwrap(
    wrapped: WrappedKey,
    public: Recipient,
    password: &ClerkPassword,
    device: &DeviceSecret,
) -> Result<SealingKey, StaysClosed> {
    let (password, device) = (password.clone(), device.clone());
    tokio::task::spawn_blocking(move || wrapped.open(&password, &device, &public))
        .await
        .unwrap_or_else(|error| Err(StaysClosed::Failed(error.to_string())))
}

async fn ready(
    password: &ClerkPassword,
    device: &DeviceSecret,
) -> Result<Wrapping, OperationError> {
    let (password, device) = (password.clone(), device.clone());
    tokio::task::spawn_blocking(move || Wrapping::new(&password, &device))
        .await
        .map_err(|error| not_made(&error.to_string()))?
        .map_err(|error| not_made(&error.to_string()))
}

fn wrap(wrapping: Wrapping, key: &SealingKey) -> Result<WrappedKey, OperationError> {
    wrapping
        .wrap(key)
        .map_err(|error| not_made(&error.to_string()))
}

/// Keeps a new key, unless another than `seen` is there by now.
fn begin(
    office: &Office,
    account: ClerkRecord,
    seen: Option<&Recipient>,
    key: &SealingKey,
    wrapped: WrappedKey,
) -> Result<bool, OperationError> {
    let begun = office.store.write(|writer| {
        let present = writer.reader().clerk(&account.dn)?;
        if present.as_ref().map(|known| &known.recipient) != seen {
            return Ok(false);
        }
        writer.put_clerk(&validated(office, account, key, wrapped))?;
        writer.set_hour(office.hour())?;
        Ok(true)
    })?;
    Ok(begun)
}

fn keep(
    office: &Office,
    account: ClerkRecord,
    key: &SealingKey,
    wrapped: WrappedKey,
) -> Result<(), OperationError> {
    office.store.write(|writer| {
        writer.put_clerk(&validated(office, account, key, wrapped))?;
        writer.set_hour(office.hour())
    })?;
    Ok(())
}

fn validated(
    office: &Office,
    account: ClerkRecord,
    key: &SealingKey,
    wrapped: WrappedKey,
) -> KnownClerk {
    KnownClerk {
        account,
        recipient: key.recipient(),
        wrapped,
        validated_at: Some(office.hour()),
    }
}

fn record(clerk: &ClerkAccount, structures: &Structures) -> ClerkRecord {
    ClerkRecord {
        dn: clerk.dn.clone(),
        login: clerk.login.clone(),
        name: clerk.name.clone(),
        structures: clerk.structures.clone(),
        groups: clerk.roles.iter().map(|role| role.group.clone()).collect(),
        structure_names: structures.clone(),
    }
}
