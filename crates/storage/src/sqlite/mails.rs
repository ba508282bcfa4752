//! The mailbox.

use super::SqliteStore;
use super::columns::{at_most, optional_time, time, word};
use crate::error::Error;
use crate::mails::{
    Mail, MailCursor, MailId, MailListing, MailState, MailStatus, MailStore, NewMail,
};
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, params};
use trialogue_conversation::ids::{Timestamp, WorkspaceId};

const LISTED: &str = "id, recipient, subject, state, error, created_at, updated_at, opened_at";
const WHOLE: &str =
    "id, recipient, subject, state, error, created_at, updated_at, opened_at, key, text, html";

#[async_trait]
impl MailStore for SqliteStore {
    async fn mails(
        &self,
        workspace_id: WorkspaceId,
        before: Option<MailCursor>,
        limit: usize,
    ) -> Result<Vec<MailListing>, Error> {
        self.read(move |connection| {
            let (created_at, id) = match before {
                Some(cursor) => (cursor.created_at.0, Some(cursor.mail_id.0)),
                None => (i64::MAX, None),
            };
            // Without a cursor the second half of the pair is NULL, and no time reaches the first.
            let sql = format!(
                "SELECT {LISTED} FROM mails WHERE workspace_id = ?1 AND (created_at, id) < (?2, ?3) \
                 ORDER BY created_at DESC, id DESC LIMIT ?4"
            );
            let mut select = connection.prepare_cached(&sql)?;
            let rows = select.query_map(params![workspace_id.0, created_at, id, at_most(limit)], listing)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn mail(
        &self,
        workspace_id: WorkspaceId,
        mail_id: MailId,
    ) -> Result<Option<Mail>, Error> {
        self.read(move |connection| {
            let sql = format!("SELECT {WHOLE} FROM mails WHERE id = ?1 AND workspace_id = ?2");
            let mut select = connection.prepare_cached(&sql)?;
            Ok(select
                .query_row([mail_id.0, workspace_id.0], mail)
                .optional()?)
        })
        .await
    }

    async fn mail_by_key(
        &self,
        workspace_id: WorkspaceId,
        key: &str,
    ) -> Result<Option<Mail>, Error> {
        let key = key.to_owned();
        self.read(move |connection| {
            let sql = format!("SELECT {WHOLE} FROM mails WHERE workspace_id = ?1 AND key = ?2");
            let mut select = connection.prepare_cached(&sql)?;
            Ok(select
                .query_row(params![workspace_id.0, key], mail)
                .optional()?)
        })
        .await
    }
}

pub(super) fn add(
    connection: &Connection,
    workspace_id: WorkspaceId,
    mail: &NewMail,
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO mails (id, workspace_id, key, recipient, subject, text, html, state, created_at, updated_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9) ON CONFLICT (workspace_id, key) DO NOTHING",
        )?
        .execute(params![
            mail.mail_id.0,
            workspace_id.0,
            mail.key,
            mail.to,
            mail.subject,
            mail.text,
            mail.html,
            mail.state.as_str(),
            mail.created_at.0,
        ])?;
    Ok(())
}

pub(super) fn set_status(
    connection: &Connection,
    workspace_id: WorkspaceId,
    status: &MailStatus,
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "UPDATE mails SET state = ?3, error = ?4, updated_at = ?5, text = COALESCE(?6, text), html = COALESCE(?7, html) \
             WHERE id = ?1 AND workspace_id = ?2",
        )?
        .execute(params![
            status.mail_id.0,
            workspace_id.0,
            status.state.as_str(),
            status.error,
            status.now.0,
            status.body.as_ref().map(|body| &body.text),
            status.body.as_ref().map(|body| &body.html),
        ])?;
    Ok(())
}

pub(super) fn open(
    connection: &Connection,
    workspace_id: WorkspaceId,
    mail_id: MailId,
    now: Timestamp,
) -> Result<(), Error> {
    connection
        .prepare_cached("UPDATE mails SET opened_at = ?3 WHERE id = ?1 AND workspace_id = ?2 AND opened_at IS NULL")?
        .execute(params![mail_id.0, workspace_id.0, now.0])?;
    Ok(())
}

fn mail(row: &Row<'_>) -> rusqlite::Result<Mail> {
    Ok(Mail {
        listing: listing(row)?,
        key: row.get("key")?,
        text: row.get("text")?,
        html: row.get("html")?,
    })
}

fn listing(row: &Row<'_>) -> rusqlite::Result<MailListing> {
    Ok(MailListing {
        mail_id: MailId(row.get("id")?),
        to: row.get("recipient")?,
        subject: row.get("subject")?,
        state: word(row, "state", MailState::from_word)?,
        error: row.get("error")?,
        created_at: time(row, "created_at")?,
        updated_at: time(row, "updated_at")?,
        opened_at: optional_time(row, "opened_at")?,
    })
}
