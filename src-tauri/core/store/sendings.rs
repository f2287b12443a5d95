//! Which server each act was last sent to, and whether another one has been seen with it since.
//! Holds no password, and knows nothing of whether the server is right.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

use super::{HandoverRecord, Reader, StoreError, Writer};
use crate::domain::directory_server::DirectoryServer;

pub(super) const MIGRATION: &str = "
CREATE TABLE sendings (
    handover TEXT PRIMARY KEY REFERENCES handovers (id),
    server TEXT NOT NULL,
    at TEXT NOT NULL,
    spread INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX sendings_to_spread ON sendings (at) WHERE spread = 0;
";

/// Acts looked for on the other servers in one pass.
const MOST: i64 = 100;

/// Where and when an act's last request left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending {
    pub server: DirectoryServer,
    /// By this post's clock.
    pub at: Timestamp,
}

impl Writer<'_> {
    /// A request of this act is about to leave.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be written.
    pub fn note_sending(
        &self,
        handover: Uuid,
        server: &DirectoryServer,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT OR REPLACE INTO sendings (handover, server, at) VALUES (?1, ?2, ?3)",
            params![handover.to_string(), server.uri(), at.to_string()],
        )?;
        Ok(())
    }

    /// Another server has it, or nobody has to look for it any more.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be written.
    pub fn mark_spread(&self, handover: Uuid) -> Result<(), StoreError> {
        self.connection().execute(
            "UPDATE sendings SET spread = 1 WHERE handover = ?1",
            params![handover.to_string()],
        )?;
        Ok(())
    }
}

impl Reader<'_> {
    /// `None` for an act that was never sent, or before this table.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be read.
    pub fn sending(&self, handover: Uuid) -> Result<Option<Sending>, StoreError> {
        let row = self
            .connection()
            .query_row(
                "SELECT server, at FROM sendings WHERE handover = ?1",
                params![handover.to_string()],
                |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)),
            )
            .optional()?;
        row.map(|(server, at)| {
            Ok(Sending {
                server: DirectoryServer::new(server),
                at: at
                    .parse()
                    .map_err(|_| StoreError::unreadable("sendings.at"))?,
            })
        })
        .transpose()
    }

    /// Acts handed over and acknowledged since `since` that no other server has been seen with, oldest first; a hundred
    /// at the most.
    ///
    /// # Errors
    /// `StoreError` when the store cannot be read.
    pub fn not_spread(
        &self,
        since: Timestamp,
    ) -> Result<Vec<(HandoverRecord, Sending)>, StoreError> {
        let mut statement = self.connection().prepare(
            "SELECT id FROM sendings JOIN handovers ON id = handover
             WHERE spread = 0 AND at >= ?1 AND json_extract(progress, '$.ending') = 'handed-over'
               AND json_extract(progress, '$.directory') IN ('applied', 'stranded')
             ORDER BY at LIMIT ?2",
        )?;
        let rows = statement.query_map(params![since.to_string(), MOST], |row| {
            row.get::<_, String>(0)
        })?;
        let mut acts = Vec::new();
        for id in rows {
            let id = Uuid::parse_str(&id?).map_err(|_| StoreError::unreadable("handovers.id"))?;
            if let (Some(record), Some(sending)) = (self.handover(id)?, self.sending(id)?) {
                acts.push((record, sending));
            }
        }
        Ok(acts)
    }
}
