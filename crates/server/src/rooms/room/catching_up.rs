//! Reading the log: at the start, after an append that failed, and when another node has appended.

use super::Room;
use crate::rooms::RoomsContext;
use crate::rooms::delivery::Durable;
use std::sync::Arc;
use trialogue_conversation::event::Recorded;
use trialogue_conversation::ids::{ConversationId, Seq};
use trialogue_conversation::{State, StoredError, apply, read_stored};
use trialogue_relay::{Message, RecvError};
use trialogue_storage::StoredEvent;

impl Room {
    pub(super) async fn hear_other_node(&mut self, heard: Result<Message, RecvError>) {
        match heard {
            Ok(Message::Announced { last }) if last <= self.state.seq() => {}
            Ok(Message::Announced { .. }) | Err(RecvError::Lagged(_)) => {
                self.catch_up_and_deliver().await
            }
            Ok(Message::Signal(bytes)) => {
                if let Ok(signal) = serde_json::from_slice(&bytes) {
                    self.show_signal(&signal);
                }
            }
            Err(RecvError::Closed) => {
                tracing::warn!(conversation = %self.conversation_id, "the relay has closed");
                // Loaded anew, the room listens anew.
                self.over = true;
            }
        }
    }

    /// Delivers what another node appended.
    pub(super) async fn catch_up_and_deliver(&mut self) {
        let mut folded = Vec::new();
        let read = fold_log(
            &mut self.state,
            self.conversation_id,
            &self.context,
            &mut folded,
        )
        .await;
        // What was folded is shown even if the rest could not be read: no page would notice that it is missing.
        self.deliver(&folded).await;
        if let Err(error) = read {
            tracing::error!(conversation = %self.conversation_id, %error, "could not catch up with the log");
        }
    }

    /// Whether another node has appended what this one has not heard of yet.
    pub(super) async fn is_behind(&self) -> bool {
        let last = self.context.store.last_seq(self.conversation_id).await;
        // Where the log cannot be asked, what is known has to do.
        last.is_ok_and(|last| last > self.state.seq())
    }

    /// The state as the log has it, after an append of ours failed: the events decided in vain are forgotten, and what
    /// another node appended is delivered.
    pub(super) async fn reload(&mut self, delivered: Seq) {
        let mut state = State::default();
        let mut events = Vec::new();
        match fold_log(&mut state, self.conversation_id, &self.context, &mut events).await {
            Ok(()) => {
                self.state = state;
                events.retain(|durable| durable.recorded.seq > delivered);
                self.deliver(&events).await;
            }
            Err(error) => {
                tracing::error!(conversation = %self.conversation_id, %error, "could not read the log again");
                // Nothing may be decided against a state that is not the log's. Whoever comes next has the room loaded.
                self.over = true;
            }
        }
    }
}

/// Folds what the log has beyond the state into it, and adds that to `folded`, up to where it could be read.
pub(super) async fn fold_log(
    state: &mut State,
    conversation_id: ConversationId,
    context: &RoomsContext,
    folded: &mut Vec<Durable>,
) -> Result<(), LogError> {
    /// Events read at a time.
    const PAGE: usize = 1_000;
    loop {
        let stored = context
            .store
            .events(conversation_id, state.seq(), PAGE)
            .await?;
        for event in &stored {
            let recorded = read_event(event)?;
            apply(state, &recorded);
            folded.push(Durable {
                recorded,
                json: Arc::clone(&event.json),
            });
        }
        if stored.len() < PAGE {
            return Ok(());
        }
    }
}

/// A log that cannot be folded into a state.
#[derive(Debug, thiserror::Error)]
pub(in crate::rooms) enum LogError {
    #[error(transparent)]
    Storage(#[from] trialogue_storage::Error),
    #[error("an event cannot be read: {0}")]
    Event(#[from] StoredError),
}

/// Reads a stored event, whatever version wrote it.
pub fn read_event(stored: &StoredEvent) -> Result<Recorded, StoredError> {
    read_stored(&stored.json)
}
