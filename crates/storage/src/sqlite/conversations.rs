//! Lists of conversations.

use super::SqliteStore;
use super::columns::{at_most, time};
use crate::conversations::{
    Conversation, ConversationCursor, ConversationFilter, ConversationStore,
};
use crate::error::Error;
use async_trait::async_trait;
use rusqlite::{OptionalExtension, Row, ToSql, named_params};
use trialogue_conversation::ids::{ConversationId, PersonaId, Seq, UserId, VisitorId, WorkspaceId};

const COLUMNS: &str =
    "id, persona_id, visitor_id, last_seq, open, needs_attention, started_at, last_at, summary";

const READABLE: &str = "(persona_id IN (SELECT id FROM personas WHERE owner_id = :reader) \
     OR id IN (SELECT conversation_id FROM conversation_readers WHERE user_id = :reader))";

#[async_trait]
impl ConversationStore for SqliteStore {
    async fn conversations(
        &self,
        workspace_id: WorkspaceId,
        filter: &ConversationFilter,
        before: Option<ConversationCursor>,
        limit: usize,
    ) -> Result<Vec<Conversation>, Error> {
        let filter = filter.clone();
        self.read(move |connection| {
            let persona_id = filter.persona_id.map(|id| id.0);
            let visitor_id = filter.visitor_id.map(|id| id.0);
            let reader = filter.reader.map(|id| id.0);
            let last_at = before.map(|cursor| cursor.last_at.0);
            let last_id = before.map(|cursor| cursor.conversation_id.0);
            let limit = at_most(limit);
            let mut sql =
                format!("SELECT {COLUMNS} FROM conversations WHERE workspace_id = :workspace_id");
            let mut values: Vec<(&str, &dyn ToSql)> =
                vec![(":workspace_id", &workspace_id.0), (":limit", &limit)];
            // Only the conditions that are set, so that each combination is planned for itself.
            let mut narrow = |condition: &str| {
                sql.push_str(" AND ");
                sql.push_str(condition);
            };
            if let Some(open) = &filter.open {
                narrow("open = :open");
                values.push((":open", open));
            }
            match &filter.needs_attention {
                // Spelt out, to be seen to imply the condition of the partial index.
                Some(true) => narrow("needs_attention = 1"),
                Some(false) => narrow("needs_attention = 0"),
                None => {}
            }
            if let Some(persona_id) = &persona_id {
                narrow("persona_id = :persona_id");
                values.push((":persona_id", persona_id));
            }
            if let Some(visitor_id) = &visitor_id {
                narrow("visitor_id = :visitor_id");
                values.push((":visitor_id", visitor_id));
            }
            if let Some(reader) = &reader {
                narrow(READABLE);
                values.push((":reader", reader));
            }
            if let (Some(last_at), Some(last_id)) = (&last_at, &last_id) {
                narrow("(last_at, id) < (:last_at, :last_id)");
                values.push((":last_at", last_at));
                values.push((":last_id", last_id));
            }
            sql.push_str(" ORDER BY last_at DESC, id DESC LIMIT :limit");
            let mut select = connection.prepare_cached(&sql)?;
            let rows = select.query_map(values.as_slice(), conversation)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn conversation(
        &self,
        workspace_id: WorkspaceId,
        conversation_id: ConversationId,
    ) -> Result<Option<Conversation>, Error> {
        self.read(move |connection| {
            let sql =
                format!("SELECT {COLUMNS} FROM conversations WHERE id = ?1 AND workspace_id = ?2");
            let mut select = connection.prepare_cached(&sql)?;
            Ok(select
                .query_row([conversation_id.0, workspace_id.0], conversation)
                .optional()?)
        })
        .await
    }

    async fn is_reader(
        &self,
        workspace_id: WorkspaceId,
        conversation_id: ConversationId,
        user_id: UserId,
    ) -> Result<bool, Error> {
        self.read(move |connection| {
            let sql = format!(
                "SELECT EXISTS (SELECT 1 FROM conversations WHERE id = :id AND workspace_id = :workspace_id AND {READABLE})"
            );
            let mut select = connection.prepare_cached(&sql)?;
            let values = named_params! {":id": conversation_id.0, ":workspace_id": workspace_id.0, ":reader": user_id.0};
            Ok(select.query_row(values, |row| row.get(0))?)
        })
        .await
    }

    async fn workspace_of(
        &self,
        conversation_id: ConversationId,
    ) -> Result<Option<WorkspaceId>, Error> {
        self.read(move |connection| {
            let mut select = connection
                .prepare_cached("SELECT workspace_id FROM conversations WHERE id = ?1")?;
            Ok(select
                .query_row([conversation_id.0], |row| row.get(0).map(WorkspaceId))
                .optional()?)
        })
        .await
    }

    async fn open_conversations_of(
        &self,
        workspace_id: WorkspaceId,
        persona_id: PersonaId,
    ) -> Result<Vec<ConversationId>, Error> {
        self.read(move |connection| {
            let mut select = connection
                .prepare_cached("SELECT id FROM conversations WHERE persona_id = ?1 AND open = 1 AND workspace_id = ?2")?;
            let ids = select.query_map([persona_id.0, workspace_id.0], |row| row.get(0).map(ConversationId))?;
            Ok(ids.collect::<Result<_, _>>()?)
        })
        .await
    }
}

fn conversation(row: &Row<'_>) -> rusqlite::Result<Conversation> {
    Ok(Conversation {
        conversation_id: ConversationId(row.get("id")?),
        persona_id: PersonaId(row.get("persona_id")?),
        visitor_id: VisitorId(row.get("visitor_id")?),
        last_seq: Seq(row.get("last_seq")?),
        open: row.get("open")?,
        needs_attention: row.get("needs_attention")?,
        started_at: time(row, "started_at")?,
        last_at: time(row, "last_at")?,
        summary: row.get("summary")?,
    })
}
