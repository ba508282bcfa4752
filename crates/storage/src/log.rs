//! The event log: appended to under a check of the last seq, read by seq.

use crate::effects::{EffectLease, NewEffect};
use crate::error::{AppendError, Error};
use crate::handoffs::HandoffRow;
use crate::writes::Write;
use async_trait::async_trait;
use std::sync::Arc;
use trialogue_conversation::ids::{
    ConversationId, PersonaId, Seq, Timestamp, UserId, VisitorId, WorkspaceId,
};

/// Events in one append at most; a caller with more appends twice.
pub const MAX_EVENTS_AN_APPEND: usize = 1_024;
/// Bytes of one event's JSON at most. Messages are bounded far below; this bounds what a bug could write.
pub const MAX_EVENT_BYTES: usize = 1024 * 1024;

/// One event as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    pub seq: Seq,
    pub at: Timestamp,
    /// The version of the event's format.
    pub v: u16,
    /// Exactly the text that was appended.
    pub json: Arc<str>,
}

/// What lists show of a conversation; replaced with every append.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Neither the persona nor the visitor of a conversation changes; only the first append writes them.
    pub persona_id: PersonaId,
    pub visitor_id: VisitorId,
    pub open: bool,
    pub needs_attention: bool,
    /// What lists are ordered by.
    pub last_at: Timestamp,
    /// Whatever else a list shows.
    pub json: Arc<str>,
}

/// Everything that one decision changes, in one transaction.
#[derive(Clone, Debug)]
pub struct Append {
    pub workspace_id: WorkspaceId,
    pub conversation_id: ConversationId,
    /// The last seq the caller knows. 0 starts the conversation.
    pub after: Seq,
    /// Numbered from `after` on without gaps. May be empty, except in the first append.
    pub events: Vec<StoredEvent>,
    pub summary: Summary,
    /// When time alone changes something in this conversation; see [`LogStore::due_wakes`].
    pub next_wake: Option<Timestamp>,
    pub effects: Vec<NewEffect>,
    /// The effect whose outcome this is: completed with it, and only if the lease still holds.
    pub finishes: Option<EffectLease>,
    /// Inbox rows that changed.
    pub handoffs: Vec<HandoffRow>,
    /// Users who from now on find the conversation in their list without owning its persona. Earlier ones stay.
    pub readers: Vec<UserId>,
    /// Users who find it there no longer, for having been removed.
    pub no_longer_readers: Vec<UserId>,
    /// What else must become true together with the events, such as an invitation's token.
    pub also: Vec<Write>,
}

#[async_trait]
pub trait LogStore {
    /// Appends events and all that goes with them, or changes nothing.
    async fn append(&self, append: Append) -> Result<(), AppendError>;

    /// The events after `after`, oldest first, at most `limit`. Unscoped: the one who reads a whole log is the
    /// conversation's own room, which finds the workspace in the first event.
    async fn events(
        &self,
        conversation_id: ConversationId,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, Error>;

    /// The newest events before `before`, oldest first, at most `limit`.
    async fn events_before(
        &self,
        conversation_id: ConversationId,
        before: Seq,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, Error>;

    /// The last seq of a conversation's log, 0 if there is none.
    async fn last_seq(&self, conversation_id: ConversationId) -> Result<Seq, Error>;

    /// Conversations whose `next_wake` has come, the longest due first. They stay due until an append or
    /// [`set_next_wake`](Self::set_next_wake) says otherwise.
    async fn due_wakes(&self, now: Timestamp, limit: usize) -> Result<Vec<ConversationId>, Error>;

    /// The earliest `next_wake` of all, for a worker that wants to sleep until then.
    async fn first_wake(&self) -> Result<Option<Timestamp>, Error>;

    /// Sets the wake of a conversation whose log still ends at `last`; false if it has grown, which set a wake of its own.
    async fn set_next_wake(
        &self,
        conversation_id: ConversationId,
        last: Seq,
        next_wake: Option<Timestamp>,
    ) -> Result<bool, Error>;
}
