//! Work that events cause outside of the log: recorded together with them, done under a lease, unique by key.

use crate::error::Error;
use crate::writes::Write;
use async_trait::async_trait;
use trialogue_conversation::ids::{ConversationId, Timestamp, WorkspaceId};

/// An effect to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEffect {
    /// Unique in its workspace for as long as effects are kept: a second one with the same key is left out.
    pub key: String,
    /// Which worker does it.
    pub kind: String,
    pub payload: String,
    pub due_at: Timestamp,
}

/// A worker's hold on an effect. It is lost once another worker has taken the effect over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EffectLease {
    pub effect_id: u64,
    /// Counts the leases ever given for this effect, from 1.
    pub attempt: u32,
}

/// An effect in a worker's hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeasedEffect {
    pub lease: EffectLease,
    pub workspace_id: WorkspaceId,
    pub conversation_id: Option<ConversationId>,
    pub key: String,
    pub kind: String,
    pub payload: String,
    /// How the last attempt failed, if one did.
    pub last_error: Option<String>,
}

/// What a worker asks for.
#[derive(Clone, Debug)]
pub struct LeaseRequest {
    pub now: Timestamp,
    /// Who asks, for people who look.
    pub worker: String,
    /// After this many milliseconds another worker may take over.
    pub lease_ms: i64,
    pub limit: usize,
    /// Only effects of these kinds; empty for all.
    pub kinds: Vec<String>,
}

/// How the outbox is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EffectCounts {
    /// Waiting for their time or for a worker.
    pub waiting: u64,
    /// In a worker's hands.
    pub leased: u64,
    /// Kept for people to look at.
    pub given_up: u64,
    /// When the one that has waited longest was due.
    pub oldest_due: Option<Timestamp>,
}

#[async_trait]
pub trait EffectStore {
    /// Hands out effects that are due, the longest due first, counting one attempt each. Includes those whose lease ran out.
    async fn lease_effects(&self, request: LeaseRequest) -> Result<Vec<LeasedEffect>, Error>;

    /// Ends every lease at once. For the only node of a deployment, as it starts: what its former life had in hand when it
    /// was killed is due now, not when the lease runs out. Returns how many.
    async fn release_leases(&self, now: Timestamp) -> Result<u64, Error>;

    /// Holds an effect until `until`. False if the lease was lost.
    async fn extend_lease(&self, lease: EffectLease, until: Timestamp) -> Result<bool, Error>;

    /// Records that an effect is done, together with `also` (in the effect's workspace). False if the lease was lost;
    /// then nothing is written.
    async fn complete_effect(
        &self,
        lease: EffectLease,
        now: Timestamp,
        also: Vec<Write>,
    ) -> Result<bool, Error>;

    /// Records that an attempt failed; the next is due at `retry_at`. False if the lease was lost.
    async fn fail_effect(
        &self,
        lease: EffectLease,
        retry_at: Timestamp,
        error: String,
        also: Vec<Write>,
    ) -> Result<bool, Error>;

    /// Records that nobody is to try again. False if the lease was lost.
    async fn give_up_effect(
        &self,
        lease: EffectLease,
        now: Timestamp,
        error: String,
        also: Vec<Write>,
    ) -> Result<bool, Error>;

    /// When the next effect is due or a lease runs out, for a worker that wants to sleep until then.
    async fn first_effect_due(&self) -> Result<Option<Timestamp>, Error>;

    async fn effect_counts(&self) -> Result<EffectCounts, Error>;

    /// Forgets effects done before `before`, and with them their keys. Returns how many.
    async fn forget_done_effects(&self, before: Timestamp) -> Result<u64, Error>;
}
