//! Visitors.

use super::SqliteStore;
use super::columns::time;
use crate::error::Error;
use crate::tokens::TokenHash;
use crate::visitors::{NewVisitor, Visitor, VisitorStore};
use async_trait::async_trait;
use rusqlite::{OptionalExtension, Row, params};
use trialogue_conversation::ids::{VisitorId, WorkspaceId};

const COLUMNS: &str = "id, workspace_id, name, email, created_at";

#[async_trait]
impl VisitorStore for SqliteStore {
    async fn add_visitor(&self, visitor: NewVisitor) -> Result<(), Error> {
        self.write_job(move |connection| {
            connection
                .prepare_cached("INSERT INTO visitors (id, workspace_id, token_hash, created_at) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![
                    visitor.visitor_id.0,
                    visitor.workspace_id.0,
                    visitor.token_hash,
                    visitor.created_at.0
                ])?;
            Ok(())
        })
        .await
    }

    async fn visitor_by_token(&self, token_hash: &TokenHash) -> Result<Option<Visitor>, Error> {
        let token_hash = *token_hash;
        self.read(move |connection| {
            let mut select = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM visitors WHERE token_hash = ?1"
            ))?;
            Ok(select.query_row([token_hash], visitor).optional()?)
        })
        .await
    }

    async fn visitor(
        &self,
        workspace_id: WorkspaceId,
        visitor_id: VisitorId,
    ) -> Result<Option<Visitor>, Error> {
        self.read(move |connection| {
            let sql = format!("SELECT {COLUMNS} FROM visitors WHERE id = ?1 AND workspace_id = ?2");
            let mut select = connection.prepare_cached(&sql)?;
            Ok(select
                .query_row([visitor_id.0, workspace_id.0], visitor)
                .optional()?)
        })
        .await
    }

    async fn identify_visitor(
        &self,
        workspace_id: WorkspaceId,
        visitor_id: VisitorId,
        name: Option<String>,
        email: Option<String>,
    ) -> Result<bool, Error> {
        self.write_job(move |connection| {
            let changed = connection
                .prepare_cached(
                    "UPDATE visitors SET name = coalesce(?3, name), email = coalesce(?4, email) \
                     WHERE id = ?1 AND workspace_id = ?2",
                )?
                .execute(params![visitor_id.0, workspace_id.0, name, email])?;
            Ok(changed == 1)
        })
        .await
    }
}

fn visitor(row: &Row<'_>) -> rusqlite::Result<Visitor> {
    Ok(Visitor {
        visitor_id: VisitorId(row.get("id")?),
        workspace_id: WorkspaceId(row.get("workspace_id")?),
        name: row.get("name")?,
        email: row.get("email")?,
        created_at: time(row, "created_at")?,
    })
}
