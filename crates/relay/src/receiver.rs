//! The receiving end of a subscription, the same for every relay.

use crate::Message;
use tokio::sync::broadcast;

/// Why there is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecvError {
    /// So many messages were lost, since this receiver was slow: catch up from the log, then go on receiving.
    #[error("{0} messages were lost")]
    Lagged(u64),
    /// The relay is gone: subscribe again.
    #[error("the relay is gone")]
    Closed,
}

/// A bounded queue of messages. Dropping it ends the subscription.
#[derive(Debug)]
pub struct Receiver {
    messages: broadcast::Receiver<Message>,
    _ends: Ends,
}

/// Called when a subscription ends, so that a relay can forget it.
pub(crate) struct Ends(pub(crate) Box<dyn Fn() + Send + Sync>);

impl std::fmt::Debug for Ends {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ends")
    }
}

impl Drop for Ends {
    fn drop(&mut self) {
        (self.0)();
    }
}

impl Receiver {
    // The fields drop in order: the queue is gone by the time the relay looks for who is left.
    pub(crate) fn new(messages: broadcast::Receiver<Message>, ends: Ends) -> Self {
        Self {
            messages,
            _ends: ends,
        }
    }

    /// Waits for the next message. Cancel safe: a dropped future loses nothing.
    pub async fn recv(&mut self) -> Result<Message, RecvError> {
        self.messages.recv().await.map_err(|error| match error {
            broadcast::error::RecvError::Lagged(missed) => RecvError::Lagged(missed),
            broadcast::error::RecvError::Closed => RecvError::Closed,
        })
    }
}
