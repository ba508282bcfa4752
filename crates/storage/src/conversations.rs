//! Summary rows: what lists of conversations read.

use crate::error::Error;
use async_trait::async_trait;
use trialogue_conversation::ids::{
    ConversationId, PersonaId, Seq, Timestamp, UserId, VisitorId, WorkspaceId,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    pub conversation_id: ConversationId,
    pub persona_id: PersonaId,
    pub visitor_id: VisitorId,
    pub last_seq: Seq,
    pub open: bool,
    pub needs_attention: bool,
    pub started_at: Timestamp,
    pub last_at: Timestamp,
    /// As handed in with the last append.
    pub summary: String,
}

impl Conversation {
    pub fn cursor(&self) -> ConversationCursor {
        ConversationCursor {
            last_at: self.last_at,
            conversation_id: self.conversation_id,
        }
    }
}

/// A place in a list of conversations, newest first. Pages hold together while conversations move up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConversationCursor {
    pub last_at: Timestamp,
    pub conversation_id: ConversationId,
}

/// Which conversations; every condition that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConversationFilter {
    pub open: Option<bool>,
    pub needs_attention: Option<bool>,
    pub persona_id: Option<PersonaId>,
    pub visitor_id: Option<VisitorId>,
    /// Those this user may find: of personas they own, or named in [`Append::readers`](crate::Append::readers).
    pub reader: Option<UserId>,
}

#[async_trait]
pub trait ConversationStore {
    /// Newest first, from after `before` on.
    async fn conversations(
        &self,
        workspace_id: WorkspaceId,
        filter: &ConversationFilter,
        before: Option<ConversationCursor>,
        limit: usize,
    ) -> Result<Vec<Conversation>, Error>;

    async fn conversation(
        &self,
        workspace_id: WorkspaceId,
        conversation_id: ConversationId,
    ) -> Result<Option<Conversation>, Error>;

    /// Whether this user may find the conversation in their list.
    async fn is_reader(
        &self,
        workspace_id: WorkspaceId,
        conversation_id: ConversationId,
        user_id: UserId,
    ) -> Result<bool, Error>;

    /// The door from a conversation URL to its workspace.
    async fn workspace_of(
        &self,
        conversation_id: ConversationId,
    ) -> Result<Option<WorkspaceId>, Error>;

    /// All open conversations of a persona, for telling them of changed settings.
    async fn open_conversations_of(
        &self,
        workspace_id: WorkspaceId,
        persona_id: PersonaId,
    ) -> Result<Vec<ConversationId>, Error>;
}
