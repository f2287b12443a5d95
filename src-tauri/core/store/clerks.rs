//! The clerks whom the directory accepted on this post: who they were then, and their sealing key, its private half closed.
//! With them, the latest hour this post has known, which a clock set back does not undo.
//! Holds no password and no verifier of one: that the private half opens is the proof.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::{Reader, StoreError, Writer};
use crate::domain::person::Login;
use crate::vault::{Recipient, WrappedKey};

pub(super) const MIGRATION: &str = "
CREATE TABLE clerks (
    dn TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    recipient TEXT NOT NULL,
    wrapped BLOB NOT NULL,
    validated_at TEXT
) STRICT;
CREATE TABLE clerk_logins (
    login TEXT PRIMARY KEY,
    clerk TEXT NOT NULL REFERENCES clerks (dn) ON DELETE CASCADE
) STRICT;
CREATE TABLE latest_hour (one INTEGER PRIMARY KEY CHECK (one = 1), at TEXT NOT NULL) STRICT;
";

/// A clerk as the directory described them at their last sign-in with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClerkRecord {
    pub dn: String,
    pub login: String,
    pub name: String,
    pub structures: Vec<String>,
    /// DNs of the groups that gave them a role.
    pub groups: Vec<String>,
    /// Code of a structure to its name.
    pub structure_names: BTreeMap<String, String>,
}

/// A clerk and their key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownClerk {
    pub account: ClerkRecord,
    pub recipient: Recipient,
    pub wrapped: WrappedKey,
    /// When the directory last accepted the password that opens `wrapped`; `None` once it took another one.
    pub validated_at: Option<Timestamp>,
}

impl Writer<'_> {
    /// Keeps a clerk as just seen, under the login they typed too.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be written.
    pub fn put_clerk(&self, clerk: &KnownClerk) -> Result<(), StoreError> {
        let account = serde_json::to_string(&clerk.account)
            .map_err(|_| StoreError::unreadable("clerks.account"))?;
        let dn = clerk.account.dn.to_lowercase();
        self.connection().execute(
            "INSERT INTO clerks (dn, account, recipient, wrapped, validated_at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (dn) DO UPDATE SET account = ?2, recipient = ?3, wrapped = ?4, validated_at = ?5",
            params![
                dn,
                account,
                clerk.recipient.to_string(),
                clerk.wrapped.to_bytes(),
                clerk.validated_at.map(|at| at.to_string()),
            ],
        )?;
        self.connection().execute(
            "INSERT INTO clerk_logins (login, clerk) VALUES (?1, ?2)
             ON CONFLICT (login) DO UPDATE SET clerk = ?2",
            params![clerk.account.login.to_lowercase(), dn],
        )?;
        Ok(())
    }

    /// The directory has just accepted a clerk: the hour is the clock's, whatever a wrong clock had made of it before.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be written.
    pub fn set_hour(&self, at: Timestamp) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT INTO latest_hour (one, at) VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET at = ?1",
            params![at.to_string()],
        )?;
        Ok(())
    }

    /// Keeps the later of this hour and the latest known one.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be written.
    pub fn note_hour(&self, at: Timestamp) -> Result<(), StoreError> {
        if self
            .reader()
            .latest_hour()?
            .is_some_and(|latest| latest >= at)
        {
            return Ok(());
        }
        self.set_hour(at)
    }
}

impl Reader<'_> {
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn clerk(&self, dn: &str) -> Result<Option<KnownClerk>, StoreError> {
        self.one_clerk("clerks.dn = ?1", &dn.to_lowercase())
    }

    /// By a login they once typed here.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn clerk_of_login(&self, login: &Login) -> Result<Option<KnownClerk>, StoreError> {
        self.one_clerk(
            "clerks.dn = (SELECT clerk FROM clerk_logins WHERE login = ?1)",
            &login.as_str().to_lowercase(),
        )
    }

    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn latest_hour(&self) -> Result<Option<Timestamp>, StoreError> {
        self.connection()
            .query_row("SELECT at FROM latest_hour", [], |row| {
                row.get::<_, String>(0)
            })
            .optional()?
            .map(|at| {
                at.parse()
                    .map_err(|_| StoreError::unreadable("latest_hour.at"))
            })
            .transpose()
    }

    fn one_clerk(&self, which: &str, value: &str) -> Result<Option<KnownClerk>, StoreError> {
        let query =
            format!("SELECT account, recipient, wrapped, validated_at FROM clerks WHERE {which}");
        let read = |row: &Row<'_>| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, Vec<u8>>(2)?,
                row.get::<_, Option<String>>(3)?,
            ))
        };
        let Some((account, recipient, wrapped, validated_at)) = self
            .connection()
            .query_row(&query, params![value], read)
            .optional()?
        else {
            return Ok(None);
        };
        let unreadable = StoreError::unreadable;
        Ok(Some(KnownClerk {
            account: serde_json::from_str(&account).map_err(|_| unreadable("clerks.account"))?,
            recipient: recipient
                .parse()
                .map_err(|_| unreadable("clerks.recipient"))?,
            wrapped: WrappedKey::from_bytes(&wrapped).ok_or(unreadable("clerks.wrapped"))?,
            validated_at: validated_at
                .map(|at| at.parse().map_err(|_| unreadable("clerks.validated_at")))
                .transpose()?,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::store;
    use crate::vault::{ClerkPassword, DeviceSecret, SealingKey, Wrapping};

    #[test]
    fn a_clerk_is_found_by_their_dn_and_by_each_login_they_typed() {
        let (_folder, store) = store();
        let device = DeviceSecret::from_bytes(zeroize::Zeroizing::new([1; 32]));
        let mut clerk = KnownClerk {
            account: ClerkRecord {
                dn: "uid=croux,ou=people,dc=univ-rivemer,dc=example".into(),
                login: "croux".into(),
                name: "Camille Roux".into(),
                structures: vec!["{UAI}0990001A:RH".into()],
                groups: vec!["cn=rh".into()],
                structure_names: [("RH".to_owned(), "Ressources humaines".to_owned())].into(),
            },
            recipient: SealingKey::generate().recipient(),
            wrapped: Wrapping::new(&ClerkPassword::new("x".to_owned().into()), &device)
                .unwrap()
                .wrap(&SealingKey::generate())
                .unwrap(),
            validated_at: Some("2026-11-24T09:00:00Z".parse().unwrap()),
        };
        let login = |text: &str| Login::new(text).unwrap();
        let by_login = |text: &str| {
            store
                .read(|reader| reader.clerk_of_login(&login(text)))
                .unwrap()
        };
        assert_eq!(by_login("croux"), None);
        store.write(|writer| writer.put_clerk(&clerk)).unwrap();
        assert_eq!(by_login("CRoux"), Some(clerk.clone()), "without case");
        clerk.account.login = "camille.roux@univ-rivemer.example".into();
        clerk.validated_at = None;
        store.write(|writer| writer.put_clerk(&clerk)).unwrap();
        for typed in ["croux", "camille.roux@univ-rivemer.example"] {
            assert_eq!(by_login(typed), Some(clerk.clone()), "one clerk, one key");
        }
        let dn = clerk.account.dn.to_uppercase();
        let by_dn = store.read(|reader| reader.clerk(&dn)).unwrap();
        assert_eq!(by_dn, Some(clerk));
    }

    #[test]
    fn the_latest_hour_does_not_go_back_by_itself() {
        let (_folder, store) = store();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        for hour in [
            "2026-11-24T09:00:00Z",
            "2026-11-26T09:00:00Z",
            "2026-11-25T09:00:00Z",
        ] {
            store.write(|writer| writer.note_hour(at(hour))).unwrap();
        }
        let latest = store.read(|reader| reader.latest_hour()).unwrap();
        assert_eq!(latest, Some(at("2026-11-26T09:00:00Z")));
        let right = at("2026-11-25T10:00:00Z");
        store.write(|writer| writer.set_hour(right)).unwrap();
        let latest = store.read(|reader| reader.latest_hour()).unwrap();
        assert_eq!(latest, Some(right), "only the directory's word goes back");
    }
}
