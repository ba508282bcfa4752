//! Writes that often belong into one transaction with something else.

use crate::audit::AuditEntry;
use crate::effects::NewEffect;
use crate::error::Error;
use crate::mails::{MailId, MailStatus, NewMail};
use crate::questions::Question;
use crate::sources::SourceProgress;
use crate::tokens::{NewToken, TokenKind};
use async_trait::async_trait;
use trialogue_conversation::ids::{Timestamp, WorkspaceId};

/// One change. The workspace comes from the call it is part of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Left out if its key is known.
    Effect(NewEffect),
    Token(NewToken),
    /// Revokes the tokens of this kind that are bound to `about`.
    RevokeTokens {
        kind: TokenKind,
        about: String,
        now: Timestamp,
    },
    /// Adds a pair, or replaces the one with its id. Left out if the persona was deleted meanwhile.
    Question(Question),
    /// Left out if its key is known.
    Mail(NewMail),
    /// Unknown mails are left alone.
    MailStatus(MailStatus),
    /// Only the first opening counts. Unknown mails are left alone.
    MailOpened {
        mail_id: MailId,
        now: Timestamp,
    },
    /// Sources deleted meanwhile are left alone.
    SourceProgress(SourceProgress),
    Audit(AuditEntry),
}

#[async_trait]
pub trait WriteStore {
    /// All of these, or none.
    async fn write(&self, workspace_id: WorkspaceId, writes: Vec<Write>) -> Result<(), Error>;
}
