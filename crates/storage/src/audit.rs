//! Who did and read what, for those who answer for it. Only ever added to.

use crate::error::Error;
use async_trait::async_trait;
use trialogue_conversation::ids::{ConversationId, Timestamp, UserId, WorkspaceId};

/// Added with [`Write::Audit`](crate::Write::Audit).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    pub at: Timestamp,
    /// None for the server itself.
    pub user_id: Option<UserId>,
    pub conversation_id: Option<ConversationId>,
    /// A word for what was done, such as `conversation_read`.
    pub action: String,
    pub detail: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audited {
    /// Grows with every entry; the cursor of the list.
    pub position: u64,
    pub entry: AuditEntry,
}

#[async_trait]
pub trait AuditStore {
    /// Newest first, from below position `before` on.
    async fn audit_log(
        &self,
        workspace_id: WorkspaceId,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Audited>, Error>;
}
