//! The audit log.

use super::SqliteStore;
use super::columns::{at_most, time};
use crate::audit::{AuditEntry, AuditStore, Audited};
use crate::error::Error;
use async_trait::async_trait;
use rusqlite::{Connection, Row, params};
use trialogue_conversation::ids::{ConversationId, UserId, WorkspaceId};

#[async_trait]
impl AuditStore for SqliteStore {
    async fn audit_log(
        &self,
        workspace_id: WorkspaceId,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Audited>, Error> {
        self.read(move |connection| {
            let mut select = connection.prepare_cached(
                "SELECT position, at, user_id, conversation_id, action, detail FROM audit \
                 WHERE workspace_id = ?1 AND position < ?2 ORDER BY position DESC LIMIT ?3",
            )?;
            let below = before.unwrap_or(i64::MAX.cast_unsigned());
            let rows = select.query_map(params![workspace_id.0, below, at_most(limit)], audited)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }
}

pub(super) fn add(
    connection: &Connection,
    workspace_id: WorkspaceId,
    entry: &AuditEntry,
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO audit (workspace_id, at, user_id, conversation_id, action, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            workspace_id.0,
            entry.at.0,
            entry.user_id.map(|id| id.0),
            entry.conversation_id.map(|id| id.0),
            entry.action,
            entry.detail,
        ])?;
    Ok(())
}

fn audited(row: &Row<'_>) -> rusqlite::Result<Audited> {
    let user_id: Option<_> = row.get("user_id")?;
    let conversation_id: Option<_> = row.get("conversation_id")?;
    Ok(Audited {
        position: row.get("position")?,
        entry: AuditEntry {
            at: time(row, "at")?,
            user_id: user_id.map(UserId),
            conversation_id: conversation_id.map(ConversationId),
            action: row.get("action")?,
            detail: row.get("detail")?,
        },
    })
}
