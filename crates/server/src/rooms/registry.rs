//! Which rooms are at hand, and the way to talk to one: loaded when first used, let go when idle.

use super::input::{CommandInput, Done, NotDone, Reply, RoomInput};
use super::room::{INBOX, Room};
use super::subscriber::{Subscription, Watcher};
use crate::clock::Clock;
use crate::dashboard_changes::DashboardChanges;
use crate::problem::Problem;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, mpsc, oneshot};
use trialogue_conversation::command::{Actor, Command};
use trialogue_conversation::ids::{ConversationId, ParticipantId, Seq, TurnId};
use trialogue_conversation::{Signal, State};
use trialogue_relay::Relay;
use trialogue_storage::{EffectLease, Store};

/// What every room needs from the outside.
pub struct RoomsContext {
    pub store: Arc<dyn Store>,
    pub relay: Arc<dyn Relay>,
    pub clock: Arc<dyn Clock>,
    /// Wakes the effects worker when there is something to do.
    pub effects_due: Arc<Notify>,
    pub dashboard_changes: DashboardChanges,
}

/// The rooms of this node.
#[derive(Clone)]
pub struct Rooms {
    inner: Arc<Inner>,
}

struct Inner {
    context: Arc<RoomsContext>,
    at_hand: Mutex<HashMap<ConversationId, mpsc::Sender<RoomInput>>>,
}

/// The room could not be reached: it failed to load, or the server goes down.
#[derive(Debug, thiserror::Error)]
#[error("the conversation is not available just now")]
pub struct RoomGone;

impl From<RoomGone> for Problem {
    fn from(_: RoomGone) -> Self {
        Self::unavailable(
            "conversation_unavailable",
            "This conversation is not available just now. Please try again in a moment.",
        )
    }
}

impl Rooms {
    pub fn new(context: RoomsContext) -> Self {
        Self {
            inner: Arc::new(Inner {
                context: Arc::new(context),
                at_hand: Mutex::new(HashMap::new()),
            }),
        }
    }

    /// Gives a command and waits for what it led to.
    pub async fn command(
        &self,
        conversation_id: ConversationId,
        actor: Actor,
        command: Command,
    ) -> Result<Done, Problem> {
        self.command_finishing(conversation_id, actor, command, None)
            .await?
            .map_err(Problem::from)
    }

    /// The same, completing an effect in the transaction that records its outcome.
    pub async fn command_finishing(
        &self,
        conversation_id: ConversationId,
        actor: Actor,
        command: Command,
        finishes: Option<EffectLease>,
    ) -> Result<Result<Done, NotDone>, RoomGone> {
        let (reply, outcome) = oneshot::channel();
        self.send(
            conversation_id,
            RoomInput::Command(Box::new(CommandInput {
                actor,
                command,
                finishes,
                reply: Reply::Caller(reply),
            })),
        )
        .await?;
        outcome.await.map_err(|_| RoomGone)
    }

    /// Gives a command of a connection; what it led to is sent to that connection.
    pub async fn command_from(
        &self,
        conversation_id: ConversationId,
        actor: Actor,
        command: Command,
        subscriber: u64,
        id: String,
    ) -> Result<(), Problem> {
        let reply = Reply::Connection { subscriber, id };
        self.send(
            conversation_id,
            RoomInput::Command(Box::new(CommandInput {
                actor,
                command,
                finishes: None,
                reply,
            })),
        )
        .await?;
        Ok(())
    }

    /// Asks the state a question.
    pub async fn ask<Answer: Send + 'static>(
        &self,
        conversation_id: ConversationId,
        question: impl FnOnce(&State) -> Answer + Send + 'static,
    ) -> Result<Answer, RoomGone> {
        let (reply, answer) = oneshot::channel();
        let question = Box::new(move |state: &State| {
            // The one who asked may have gone away meanwhile.
            let _ = reply.send(question(state));
        });
        self.send(conversation_id, RoomInput::Ask(question)).await?;
        answer.await.map_err(|_| RoomGone)
    }

    /// Resolves when a turn is over: finished, or outdated by whatever. Fails when the room is let go before.
    pub async fn turn_over(
        &self,
        conversation_id: ConversationId,
        turn_id: TurnId,
    ) -> Result<oneshot::Receiver<()>, RoomGone> {
        let (over, is_over) = oneshot::channel();
        self.send(conversation_id, RoomInput::WatchTurn { turn_id, over })
            .await?;
        Ok(is_over)
    }

    pub async fn subscribe(
        &self,
        conversation_id: ConversationId,
        watcher: Watcher,
        after: Option<Seq>,
    ) -> Result<Subscription, Problem> {
        let (reply, outcome) = oneshot::channel();
        self.send(
            conversation_id,
            RoomInput::Subscribe {
                watcher,
                after,
                reply,
            },
        )
        .await?;
        outcome.await.map_err(|_| RoomGone)?
    }

    pub async fn unsubscribe(&self, conversation_id: ConversationId, id: u64) {
        // Without a room there is nothing to unsubscribe from.
        let _ = self
            .send(conversation_id, RoomInput::Unsubscribe { id })
            .await;
    }

    pub async fn signal(&self, conversation_id: ConversationId, signal: Signal) {
        // Signals may be lost.
        let _ = self
            .send(conversation_id, RoomInput::Signal { signal })
            .await;
    }

    /// Participants whom the log has as here, though no connection of theirs is open.
    pub async fn absent(
        &self,
        conversation_id: ConversationId,
    ) -> Result<Vec<ParticipantId>, RoomGone> {
        let (reply, answer) = oneshot::channel();
        self.send(conversation_id, RoomInput::Absent(reply)).await?;
        answer.await.map_err(|_| RoomGone)
    }

    /// Says goodbye on every connection, so that pages reconnect elsewhere or later.
    pub async fn go_down(&self) {
        let rooms: Vec<_> = self
            .inner
            .lock()
            .drain()
            .map(|(_, sender)| sender)
            .collect();
        for room in rooms {
            let _ = room.send(RoomInput::GoDown).await;
        }
    }

    /// After a room that was over: those who do not come back have dropped out.
    async fn note_dropped(
        &self,
        conversation_id: ConversationId,
        participants: Vec<ParticipantId>,
    ) {
        /// Pages reconnect within a few seconds.
        const GRACE: Duration = Duration::from_secs(10);
        loop {
            tokio::time::sleep(GRACE).await;
            let (reply, taken_over) = oneshot::channel();
            let dropped = RoomInput::Dropped {
                participants: participants.clone(),
                reply,
            };
            // A room that cannot be loaded, or is over again, does not answer.
            if self.send(conversation_id, dropped).await.is_ok() && taken_over.await.is_ok() {
                return;
            }
        }
    }

    async fn send(
        &self,
        conversation_id: ConversationId,
        input: RoomInput,
    ) -> Result<(), RoomGone> {
        let mut input = input;
        // A room may be let go between looking it up and sending; the second look starts it anew.
        for _ in 0..3 {
            match self.room(conversation_id).send(input).await {
                Ok(()) => return Ok(()),
                Err(mpsc::error::SendError(returned)) => input = returned,
            }
        }
        Err(RoomGone)
    }

    fn room(&self, conversation_id: ConversationId) -> mpsc::Sender<RoomInput> {
        let mut at_hand = self.inner.lock();
        if let Some(sender) = at_hand.get(&conversation_id)
            && !sender.is_closed()
        {
            return sender.clone();
        }
        let (sender, inbox) = mpsc::channel(INBOX);
        at_hand.insert(conversation_id, sender.clone());
        let rooms = self.clone();
        tokio::spawn(async move {
            let left_behind = serve_room(&rooms.inner, conversation_id, inbox).await;
            rooms.inner.forget_ended(conversation_id);
            if !left_behind.is_empty() {
                rooms.note_dropped(conversation_id, left_behind).await;
            }
        });
        sender
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, HashMap<ConversationId, mpsc::Sender<RoomInput>>> {
        // The map is whole at every moment, so a panic elsewhere does not spoil it.
        self.at_hand.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A room that ended by itself, and was not started anew meanwhile.
    fn forget_ended(&self, conversation_id: ConversationId) {
        let mut at_hand = self.lock();
        if at_hand
            .get(&conversation_id)
            .is_some_and(mpsc::Sender::is_closed)
        {
            at_hand.remove(&conversation_id);
        }
    }
}

/// Returns whose connections ended without the log knowing.
async fn serve_room(
    inner: &Inner,
    conversation_id: ConversationId,
    inbox: mpsc::Receiver<RoomInput>,
) -> Vec<ParticipantId> {
    // Listening begins before the log is read: what is appended in between is heard of.
    let other_nodes = match inner.context.relay.subscribe(conversation_id).await {
        Ok(other_nodes) => other_nodes,
        Err(error) => {
            tracing::error!(conversation = %conversation_id, %error, "could not listen to other nodes");
            return Vec::new();
        }
    };
    match Room::load(conversation_id, Arc::clone(&inner.context)).await {
        Ok(room) => {
            let let_go = |inbox: &mpsc::Receiver<RoomInput>| {
                let mut at_hand = inner.lock();
                // Checked under the lock that every sender takes first: nothing can slip in between.
                let unused = inbox.is_empty() && inbox.sender_strong_count() == 1;
                if unused {
                    at_hand.remove(&conversation_id);
                }
                unused
            };
            room.run(inbox, other_nodes, let_go).await
        }
        // The senders see their replies dropped and say that the conversation is not available.
        Err(error) => {
            tracing::error!(conversation = %conversation_id, %error, "could not load a conversation");
            Vec::new()
        }
    }
}
