//! Tenants.

use super::columns::time;
use super::{SqliteStore, users};
use crate::error::{Error, SetupError};
use crate::users::NewUser;
use crate::workspaces::{Workspace, WorkspaceStore};
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, params};
use trialogue_conversation::ids::WorkspaceId;

#[async_trait]
impl WorkspaceStore for SqliteStore {
    async fn set_up(&self, workspace: Workspace, admin: NewUser) -> Result<(), SetupError> {
        self.write_job(move |connection| {
            if users::any(connection)? {
                return Err(SetupError::AlreadyDone);
            }
            add(connection, &workspace)?;
            users::add(connection, &admin)?;
            Ok(())
        })
        .await
    }

    async fn add_workspace(&self, workspace: Workspace) -> Result<(), Error> {
        self.write_job(move |connection| add(connection, &workspace))
            .await
    }

    async fn workspace(&self, workspace_id: WorkspaceId) -> Result<Option<Workspace>, Error> {
        self.read(move |connection| {
            let mut select = connection.prepare_cached(
                "SELECT id, name, settings, created_at FROM workspaces WHERE id = ?1",
            )?;
            Ok(select.query_row([workspace_id.0], workspace).optional()?)
        })
        .await
    }

    async fn update_workspace(
        &self,
        workspace_id: WorkspaceId,
        name: String,
        settings: String,
    ) -> Result<bool, Error> {
        self.write_job(move |connection| {
            let mut update = connection
                .prepare_cached("UPDATE workspaces SET name = ?2, settings = ?3 WHERE id = ?1")?;
            Ok(update.execute(params![workspace_id.0, name, settings])? == 1)
        })
        .await
    }

    async fn workspaces(&self) -> Result<Vec<Workspace>, Error> {
        self.read(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT id, name, settings, created_at FROM workspaces ORDER BY created_at",
            )?;
            let rows = select.query_map([], workspace)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }
}

fn add(connection: &Connection, workspace: &Workspace) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO workspaces (id, name, settings, created_at) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            workspace.workspace_id.0,
            workspace.name,
            workspace.settings,
            workspace.created_at.0
        ])?;
    Ok(())
}

fn workspace(row: &Row<'_>) -> rusqlite::Result<Workspace> {
    Ok(Workspace {
        workspace_id: WorkspaceId(row.get("id")?),
        name: row.get("name")?,
        settings: row.get("settings")?,
        created_at: time(row, "created_at")?,
    })
}
