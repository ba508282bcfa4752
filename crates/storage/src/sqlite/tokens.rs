//! Tokens.

use super::SqliteStore;
use super::columns::{optional_time, time, word};
use crate::error::Error;
use crate::tokens::{NewToken, SpendToken, Token, TokenHash, TokenKind, TokenStore};
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, params};
use trialogue_conversation::ids::{Timestamp, WorkspaceId};

const COLUMNS: &str =
    "workspace_id, kind, about, subject, created_at, expires_at, spent_at, revoked_at";

#[async_trait]
impl TokenStore for SqliteStore {
    async fn token(&self, token_hash: &TokenHash) -> Result<Option<Token>, Error> {
        let token_hash = *token_hash;
        self.read(move |connection| {
            let mut select = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM tokens WHERE token_hash = ?1"
            ))?;
            Ok(select.query_row([token_hash], token).optional()?)
        })
        .await
    }

    async fn spend_token(&self, spend_token: SpendToken) -> Result<Option<Token>, Error> {
        self.write_job(move |connection| spend(connection, spend_token))
            .await
    }
}

pub(super) fn spend(connection: &Connection, spend: SpendToken) -> Result<Option<Token>, Error> {
    let sql = format!(
        "UPDATE tokens SET spent_at = ?3 WHERE token_hash = ?1 AND kind = ?2 AND spent_at IS NULL \
         AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?3) RETURNING {COLUMNS}"
    );
    let mut update = connection.prepare_cached(&sql)?;
    Ok(update
        .query_row(
            params![spend.token_hash, spend.kind.as_str(), spend.now.0],
            token,
        )
        .optional()?)
}

pub(super) fn add(
    connection: &Connection,
    workspace_id: WorkspaceId,
    token: &NewToken,
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO tokens (token_hash, workspace_id, kind, about, subject, created_at, expires_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            token.token_hash,
            workspace_id.0,
            token.kind.as_str(),
            token.about,
            token.subject,
            token.created_at.0,
            token.expires_at.map(|at| at.0),
        ])?;
    Ok(())
}

pub(super) fn revoke(
    connection: &Connection,
    workspace_id: WorkspaceId,
    kind: TokenKind,
    about: &str,
    now: Timestamp,
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "UPDATE tokens SET revoked_at = ?4 WHERE workspace_id = ?1 AND kind = ?2 AND about = ?3 AND revoked_at IS NULL",
        )?
        .execute(params![workspace_id.0, kind.as_str(), about, now.0])?;
    Ok(())
}

fn token(row: &Row<'_>) -> rusqlite::Result<Token> {
    Ok(Token {
        workspace_id: WorkspaceId(row.get("workspace_id")?),
        kind: word(row, "kind", TokenKind::from_word)?,
        about: row.get("about")?,
        subject: row.get("subject")?,
        created_at: time(row, "created_at")?,
        expires_at: optional_time(row, "expires_at")?,
        spent_at: optional_time(row, "spent_at")?,
        revoked_at: optional_time(row, "revoked_at")?,
    })
}
