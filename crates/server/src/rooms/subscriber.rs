//! One connection that is shown a conversation, or waits at its door.

use crate::live::frames::ByeCode;
use axum::extract::ws::Utf8Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tokio::sync::mpsc;
use trialogue_conversation::Viewer;
use trialogue_conversation::ids::{JoinRequestId, ParticipantId};

/// Frames that may wait for one slow reader before it is cut off; it resumes by seq.
const OUTGOING_FRAMES: usize = 256;

/// What a connection's task sends to its client.
#[derive(Debug)]
pub enum Outgoing {
    Frame(Utf8Bytes),
    Bye(ByeCode),
}

/// As whom a connection watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watcher {
    Participant(ParticipantId),
    /// At the door or in the waiting room.
    Knock(JoinRequestId),
}

/// The room's end of a connection.
pub(super) struct Subscriber {
    pub id: u64,
    pub watcher: Watcher,
    /// None for those who wait outside.
    pub viewer: Option<Viewer>,
    outgoing: mpsc::Sender<Outgoing>,
    too_slow: Arc<AtomicBool>,
}

impl Subscriber {
    /// Hands a frame over without waiting. False when the reader is too slow or gone: forget it. Once a frame did not
    /// fit, no later one may pass it.
    pub(super) fn send(&self, outgoing: Outgoing) -> bool {
        if self.is_too_slow() {
            return false;
        }
        match self.outgoing.try_send(outgoing) {
            Ok(()) => true,
            Err(mpsc::error::TrySendError::Full(_)) => {
                self.too_slow.store(true, Ordering::Release);
                false
            }
            Err(mpsc::error::TrySendError::Closed(_)) => false,
        }
    }

    /// Hands over what may be lost, such as a signal.
    pub(super) fn offer(&self, text: Utf8Bytes) {
        let _ = self.outgoing.try_send(Outgoing::Frame(text));
    }

    /// A frame that had to arrive did not fit.
    pub(super) fn is_too_slow(&self) -> bool {
        self.too_slow.load(Ordering::Acquire)
    }
}

/// The connection's end.
pub struct OutgoingReceiver {
    receiver: mpsc::Receiver<Outgoing>,
    too_slow: Arc<AtomicBool>,
}

impl OutgoingReceiver {
    /// What waits already, without waiting.
    pub fn waiting(&mut self) -> Option<Outgoing> {
        self.receiver.try_recv().ok()
    }

    /// The next frame; a farewell when the room has let go of this connection.
    pub async fn next(&mut self) -> Outgoing {
        match self.receiver.recv().await {
            Some(outgoing) => outgoing,
            None if self.too_slow.load(Ordering::Acquire) => Outgoing::Bye(ByeCode::TooSlow),
            None => Outgoing::Bye(ByeCode::GoingDown),
        }
    }
}

/// What subscribing gave: the id to unsubscribe with and the frames to come.
pub struct Subscription {
    pub id: u64,
    pub outgoing: OutgoingReceiver,
}

pub(super) fn subscriber(watcher: Watcher, viewer: Option<Viewer>) -> (Subscriber, Subscription) {
    /// Of the process, not of a room: what is late for a connection of a room's former life must not meet another's.
    static NEXT_ID: AtomicU64 = AtomicU64::new(1);
    let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
    let (sender, receiver) = mpsc::channel(OUTGOING_FRAMES);
    let too_slow = Arc::new(AtomicBool::new(false));
    (
        Subscriber {
            id,
            watcher,
            viewer,
            outgoing: sender,
            too_slow: Arc::clone(&too_slow),
        },
        Subscription {
            id,
            outgoing: OutgoingReceiver { receiver, too_slow },
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_reader_that_does_not_read_is_told_it_was_too_slow() {
        let (room_end, mut connection_end) =
            subscriber(Watcher::Participant(ParticipantId(2)), None);
        for _ in 0..OUTGOING_FRAMES {
            assert!(room_end.send(Outgoing::Frame("{}".into())));
        }
        assert!(!room_end.send(Outgoing::Frame("{}".into())));
        drop(room_end);
        for _ in 0..OUTGOING_FRAMES {
            assert!(matches!(
                connection_end.outgoing.next().await,
                Outgoing::Frame(_)
            ));
        }
        assert!(matches!(
            connection_end.outgoing.next().await,
            Outgoing::Bye(ByeCode::TooSlow)
        ));
    }
}
