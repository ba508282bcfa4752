//! Sessions.

use super::columns::time;
use super::{SqliteStore, users};
use crate::error::Error;
use crate::sessions::{NewSession, Session, SessionStore};
use crate::tokens::TokenHash;
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, params};
use trialogue_conversation::ids::{Timestamp, UserId, WorkspaceId};

#[async_trait]
impl SessionStore for SqliteStore {
    async fn add_session(&self, session: NewSession) -> Result<(), Error> {
        self.write_job(move |connection| {
            connection
                .prepare_cached("INSERT INTO sessions (token_hash, user_id, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![session.token_hash, session.user_id.0, session.created_at.0, session.expires_at.0])?;
            Ok(())
        })
        .await
    }

    async fn session(
        &self,
        token_hash: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<Session>, Error> {
        let token_hash = *token_hash;
        self.read(move |connection| {
            let sql = format!(
                "SELECT {}, workspaces.name AS workspace_name, sessions.expires_at FROM sessions \
                 JOIN users ON users.id = sessions.user_id JOIN workspaces ON workspaces.id = users.workspace_id \
                 WHERE sessions.token_hash = ?1 AND sessions.expires_at > ?2 AND users.disabled = 0",
                users::COLUMNS
            );
            let mut select = connection.prepare_cached(&sql)?;
            let session = select.query_row(params![token_hash, now.0], |row| {
                Ok(Session {
                    user: users::user(row)?,
                    workspace_name: row.get("workspace_name")?,
                    expires_at: time(row, "expires_at")?,
                })
            });
            Ok(session.optional()?)
        })
        .await
    }

    async fn end_session(&self, token_hash: &TokenHash) -> Result<bool, Error> {
        let token_hash = *token_hash;
        self.write_job(move |connection| {
            let ended = connection
                .prepare_cached("DELETE FROM sessions WHERE token_hash = ?1")?
                .execute([token_hash])?;
            Ok(ended > 0)
        })
        .await
    }

    async fn end_sessions_of(
        &self,
        workspace_id: WorkspaceId,
        user_id: UserId,
    ) -> Result<u64, Error> {
        self.write_job(move |connection| {
            let ended = connection
                .prepare_cached(
                    "DELETE FROM sessions WHERE user_id = (SELECT id FROM users WHERE id = ?1 AND workspace_id = ?2)",
                )?
                .execute([user_id.0, workspace_id.0])?;
            Ok(ended as u64)
        })
        .await
    }

    async fn forget_expired(&self, before: Timestamp) -> Result<u64, Error> {
        self.write_job(move |connection| {
            let sessions = connection
                .prepare_cached("DELETE FROM sessions WHERE expires_at < ?1")?
                .execute([before.0])?;
            let tokens = connection
                .prepare_cached(
                    "DELETE FROM tokens WHERE expires_at IS NOT NULL AND expires_at < ?1",
                )?
                .execute([before.0])?;
            Ok((sessions + tokens) as u64)
        })
        .await
    }
}

pub(super) fn end_all(connection: &Connection, user_id: UserId) -> Result<(), Error> {
    connection
        .prepare_cached("DELETE FROM sessions WHERE user_id = ?1")?
        .execute([user_id.0])?;
    Ok(())
}
