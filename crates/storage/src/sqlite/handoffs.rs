//! The inbox. Rows are written by appends.

use super::SqliteStore;
use super::columns::{at_most, time};
use crate::error::Error;
use crate::handoffs::{HandoffCursor, HandoffFilter, HandoffRow, HandoffStore, ListedHandoff};
use async_trait::async_trait;
use rusqlite::{OptionalExtension, Row, ToSql, params};
use trialogue_conversation::ids::{ConversationId, HandoffId, PersonaId, UserId, WorkspaceId};

const COLUMNS: &str = "conversation_id, handoff_id, persona_id, assignee_id, open, raised_at, json";

#[async_trait]
impl HandoffStore for SqliteStore {
    async fn handoffs(
        &self,
        workspace_id: WorkspaceId,
        filter: HandoffFilter,
        before: Option<HandoffCursor>,
        limit: usize,
    ) -> Result<Vec<ListedHandoff>, Error> {
        self.read(move |connection| {
            let user_id = filter.concerns.map(|id| id.0);
            let cursor = before.map(|cursor| (cursor.raised_at.0, cursor.conversation_id.0, cursor.handoff_id.0));
            let limit = at_most(limit);
            let mut sql = format!("SELECT {COLUMNS} FROM handoffs WHERE workspace_id = :workspace_id");
            let mut values: Vec<(&str, &dyn ToSql)> = vec![(":workspace_id", &workspace_id.0), (":limit", &limit)];
            if let Some(open) = &filter.open {
                sql.push_str(" AND open = :open");
                values.push((":open", open));
            }
            if let Some(user_id) = &user_id {
                sql.push_str(
                    " AND (assignee_id = :user_id OR persona_id IN (SELECT id FROM personas WHERE owner_id = :user_id))",
                );
                values.push((":user_id", user_id));
            }
            if let Some((raised_at, conversation_id, handoff_id)) = &cursor {
                sql.push_str(
                    " AND (raised_at, conversation_id, handoff_id) < (:raised_at, :conversation_id, :handoff_id)",
                );
                values.extend([
                    (":raised_at", raised_at as &dyn ToSql),
                    (":conversation_id", conversation_id),
                    (":handoff_id", handoff_id),
                ]);
            }
            sql.push_str(" ORDER BY raised_at DESC, conversation_id DESC, handoff_id DESC LIMIT :limit");
            let mut select = connection.prepare_cached(&sql)?;
            let rows = select.query_map(values.as_slice(), |row| {
                Ok(ListedHandoff { conversation_id: ConversationId(row.get("conversation_id")?), handoff: handoff(row)? })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn handoff(
        &self,
        workspace_id: WorkspaceId,
        conversation_id: ConversationId,
        handoff_id: HandoffId,
    ) -> Result<Option<HandoffRow>, Error> {
        self.read(move |connection| {
            let sql = format!(
                "SELECT {COLUMNS} FROM handoffs WHERE conversation_id = ?1 AND handoff_id = ?2 AND workspace_id = ?3"
            );
            let mut select = connection.prepare_cached(&sql)?;
            let values = params![conversation_id.0, handoff_id.0, workspace_id.0];
            Ok(select.query_row(values, handoff).optional()?)
        })
        .await
    }
}

fn handoff(row: &Row<'_>) -> rusqlite::Result<HandoffRow> {
    let assignee: Option<_> = row.get("assignee_id")?;
    Ok(HandoffRow {
        handoff_id: HandoffId(row.get("handoff_id")?),
        persona_id: PersonaId(row.get("persona_id")?),
        assignee: assignee.map(UserId),
        open: row.get("open")?,
        raised_at: time(row, "raised_at")?,
        json: row.get("json")?,
    })
}
