//! The handoffs' inbox: one row a handoff, written with the events that change it.

use crate::error::Error;
use async_trait::async_trait;
use trialogue_conversation::ids::{
    ConversationId, HandoffId, PersonaId, Timestamp, UserId, WorkspaceId,
};

/// As handed in with an append; replaces the row of the same handoff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoffRow {
    pub handoff_id: HandoffId,
    pub persona_id: PersonaId,
    /// Whose turn it is now: asked, has taken it, or owes the answer.
    pub assignee: Option<UserId>,
    pub open: bool,
    pub raised_at: Timestamp,
    /// Whatever else the inbox shows.
    pub json: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedHandoff {
    pub conversation_id: ConversationId,
    pub handoff: HandoffRow,
}

impl ListedHandoff {
    pub fn cursor(&self) -> HandoffCursor {
        HandoffCursor {
            raised_at: self.handoff.raised_at,
            conversation_id: self.conversation_id,
            handoff_id: self.handoff.handoff_id,
        }
    }
}

/// A place in the inbox, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandoffCursor {
    pub raised_at: Timestamp,
    pub conversation_id: ConversationId,
    pub handoff_id: HandoffId,
}

/// Which handoffs; every condition that is set must hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HandoffFilter {
    pub open: Option<bool>,
    /// Those of personas this user owns, or assigned to them.
    pub concerns: Option<UserId>,
}

#[async_trait]
pub trait HandoffStore {
    /// Newest first, from after `before` on.
    async fn handoffs(
        &self,
        workspace_id: WorkspaceId,
        filter: HandoffFilter,
        before: Option<HandoffCursor>,
        limit: usize,
    ) -> Result<Vec<ListedHandoff>, Error>;

    async fn handoff(
        &self,
        workspace_id: WorkspaceId,
        conversation_id: ConversationId,
        handoff_id: HandoffId,
    ) -> Result<Option<HandoffRow>, Error>;
}
