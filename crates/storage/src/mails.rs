//! The mailbox: every mail as rendered, and what became of it.

use crate::error::Error;
use crate::words::{row_id, stored_words};
use async_trait::async_trait;
use trialogue_conversation::ids::{Timestamp, WorkspaceId};

row_id! {
    /// A mail in the mailbox.
    MailId
}

stored_words! {
    MailState {
        /// To be sent.
        Queued = "queued",
        /// Accepted by the mail server.
        Sent = "sent",
        /// Only kept: no mail server is configured.
        Stored = "stored",
        /// Nobody tries any more.
        Failed = "failed",
    }
}

/// A rendered mail; a second one with the same key is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMail {
    pub mail_id: MailId,
    /// Unique in its workspace; the key of the effect that sends it.
    pub key: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub state: MailState,
    pub created_at: Timestamp,
}

/// What became of a mail; see [`Write::MailStatus`](crate::Write::MailStatus).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailStatus {
    pub mail_id: MailId,
    pub state: MailState,
    pub error: Option<String>,
    /// What is kept of its text and HTML from now on; None leaves both.
    pub body: Option<MailBody>,
    pub now: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailBody {
    pub text: String,
    pub html: String,
}

/// A mail in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailListing {
    pub mail_id: MailId,
    pub to: String,
    pub subject: String,
    pub state: MailState,
    pub error: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// When its link was first followed.
    pub opened_at: Option<Timestamp>,
}

impl MailListing {
    pub fn cursor(&self) -> MailCursor {
        MailCursor {
            created_at: self.created_at,
            mail_id: self.mail_id,
        }
    }
}

/// A place in the mailbox, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailCursor {
    pub created_at: Timestamp,
    pub mail_id: MailId,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub listing: MailListing,
    pub key: String,
    pub text: String,
    pub html: String,
}

/// Mails are added and follow their fate with [`Write`](crate::Write), together with the effect that sends them.
#[async_trait]
pub trait MailStore {
    /// Newest first, from after `before` on.
    async fn mails(
        &self,
        workspace_id: WorkspaceId,
        before: Option<MailCursor>,
        limit: usize,
    ) -> Result<Vec<MailListing>, Error>;

    async fn mail(&self, workspace_id: WorkspaceId, mail_id: MailId)
    -> Result<Option<Mail>, Error>;

    async fn mail_by_key(
        &self,
        workspace_id: WorkspaceId,
        key: &str,
    ) -> Result<Option<Mail>, Error>;
}
