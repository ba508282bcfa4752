//! Live fan-out between nodes: what one node appended or signals, the others that serve the conversation hear of.
//!
//! The relay carries no truth. An announcement says how far a log has grown; who hears it reads the log. So it may lose
//! and repeat: a receiver that lost something is told so ([`RecvError::Lagged`]) and catches up from the log, and signals
//! are made to be lost. A node does not hear what it published itself.
//!
//! [`Hub`] is the embedded relay, for the nodes of one process.

mod hub;
mod receiver;

pub use hub::{Hub, HubRelay};
pub use receiver::{Receiver, RecvError};

use async_trait::async_trait;
use bytes::Bytes;
use trialogue_conversation::ids::{ConversationId, Seq};

/// What nodes tell one another of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// The log is durable up to `last`.
    Announced { last: Seq },
    /// Passing and never stored, such as typing; the bytes are the caller's.
    Signal(Bytes),
}

/// The relay cannot be reached just now. What is durable is not affected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the relay cannot be reached: {0}")]
pub struct Unreachable(pub String);

/// One node's way to the other nodes.
#[async_trait]
pub trait Relay: Send + Sync + 'static {
    /// Tells the other nodes that serve the conversation. Never waits for them.
    async fn publish(
        &self,
        conversation_id: ConversationId,
        message: Message,
    ) -> Result<(), Unreachable>;

    /// Hears what other nodes publish from now on. Whoever subscribes and then reads the log misses nothing.
    async fn subscribe(&self, conversation_id: ConversationId) -> Result<Receiver, Unreachable>;
}
