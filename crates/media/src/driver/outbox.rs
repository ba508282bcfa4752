//! What waits to be sent on a signalling connection: bounded in messages and in bytes, so that who does not read costs little.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Bytes;
use tokio::sync::mpsc;

/// Messages that may wait for a client; a joiner of a full room gets about two per participant.
const MESSAGES: usize = 1_024;

/// Bytes that may wait: several of the largest descriptions, far more than a client that reads ever leaves.
const BYTES: usize = 4 * 1024 * 1024;

/// What a room says on a signalling connection.
#[derive(Debug, PartialEq)]
pub(crate) enum SessionEvent {
    Message(Bytes),
    Close,
}

/// The room's end.
pub(crate) struct Outbox {
    sender: mpsc::Sender<SessionEvent>,
    waiting: Arc<AtomicUsize>,
}

/// The connection's end.
pub(crate) struct Waiting {
    receiver: mpsc::Receiver<SessionEvent>,
    waiting: Arc<AtomicUsize>,
}

pub(crate) fn outbox() -> (Outbox, Waiting) {
    let (sender, receiver) = mpsc::channel(MESSAGES);
    let waiting = Arc::new(AtomicUsize::new(0));
    (
        Outbox {
            sender,
            waiting: waiting.clone(),
        },
        Waiting { receiver, waiting },
    )
}

impl Outbox {
    /// Hands something over without waiting; false when the reader is too slow or gone.
    pub(crate) fn send(&self, event: SessionEvent) -> bool {
        let bytes = event.len();
        if self.waiting.load(Ordering::Relaxed) + bytes > BYTES {
            return false;
        }
        self.waiting.fetch_add(bytes, Ordering::Relaxed);
        self.sender.try_send(event).is_ok()
    }
}

impl Waiting {
    /// The next thing to send; `None` once the room has let go of this connection.
    pub(crate) async fn next(&mut self) -> Option<SessionEvent> {
        let event = self.receiver.recv().await?;
        self.waiting.fetch_sub(event.len(), Ordering::Relaxed);
        Some(event)
    }
}

impl SessionEvent {
    fn len(&self) -> usize {
        match self {
            Self::Message(bytes) => bytes.len(),
            Self::Close => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_does_not_read_is_cut_off_by_bytes_as_by_messages() {
        let large = || SessionEvent::Message(Bytes::from(vec![0; BYTES / 4]));
        let (outbox, mut waiting) = outbox();
        for _ in 0..4 {
            assert!(outbox.send(large()));
        }
        assert!(!outbox.send(large()), "no room for a fifth");
        assert_eq!(waiting.next().await, Some(large()));
        assert!(outbox.send(large()), "what was read makes room");
        let (outbox, _waiting) = super::outbox();
        for _ in 0..MESSAGES {
            assert!(outbox.send(SessionEvent::Close));
        }
        assert!(!outbox.send(SessionEvent::Close));
    }
}
