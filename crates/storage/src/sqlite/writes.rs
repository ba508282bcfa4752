//! Writes that go along with others.

use super::{SqliteStore, audit, effects, mails, questions, sources, tokens};
use crate::error::Error;
use crate::writes::{Write, WriteStore};
use async_trait::async_trait;
use rusqlite::Connection;
use trialogue_conversation::ids::{ConversationId, WorkspaceId};

#[async_trait]
impl WriteStore for SqliteStore {
    async fn write(&self, workspace_id: WorkspaceId, writes: Vec<Write>) -> Result<(), Error> {
        self.write_job(move |connection| run(connection, workspace_id, None, &writes))
            .await
    }
}

pub(super) fn run(
    connection: &Connection,
    workspace_id: WorkspaceId,
    conversation_id: Option<ConversationId>,
    writes: &[Write],
) -> Result<(), Error> {
    for write in writes {
        match write {
            Write::Effect(effect) => {
                effects::add(connection, workspace_id, conversation_id, effect)?
            }
            Write::Token(token) => tokens::add(connection, workspace_id, token)?,
            Write::RevokeTokens { kind, about, now } => {
                tokens::revoke(connection, workspace_id, *kind, about, *now)?
            }
            Write::Question(question) => questions::put(connection, workspace_id, question)?,
            Write::Mail(mail) => mails::add(connection, workspace_id, mail)?,
            Write::MailStatus(status) => mails::set_status(connection, workspace_id, status)?,
            Write::MailOpened { mail_id, now } => {
                mails::open(connection, workspace_id, *mail_id, *now)?
            }
            Write::SourceProgress(progress) => {
                sources::set_progress(connection, workspace_id, progress)?
            }
            Write::Audit(entry) => audit::add(connection, workspace_id, entry)?,
        }
    }
    Ok(())
}
