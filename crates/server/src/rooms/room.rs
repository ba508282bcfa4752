//! One conversation at hand.

mod catching_up;
mod connecting;
mod executing;
mod showing;

pub use catching_up::read_event;

use super::input::RoomInput;
use super::registry::RoomsContext;
use super::subscriber::{Outgoing, Subscriber};
use super::turn_watch::TurnWatch;
use crate::live::frames::ByeCode;
use catching_up::{LogError, fold_log};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use trialogue_conversation::State;
use trialogue_conversation::ids::{ConversationId, ParticipantId};

/// Inputs that may wait for one room. A sender waits when it is full: that is the back-pressure on sockets.
pub(super) const INBOX: usize = 256;
/// Commands that share one append at most.
const BATCH: usize = 128;
/// Room for so many inputs is kept between rounds.
const KEPT_BATCH: usize = 8;
/// A room that nobody uses is let go after this.
const IDLE: Duration = Duration::from_secs(60);

pub(super) struct Room {
    conversation_id: ConversationId,
    context: Arc<RoomsContext>,
    state: State,
    subscribers: Vec<Subscriber>,
    turn_watch: TurnWatch,
    /// Whose last connection here is gone, which is not in the log yet.
    dropped: Vec<ParticipantId>,
    /// When to try again to record that.
    record_drops_at: Option<Instant>,
    /// How often that failed in a row.
    failed_records: u32,
    /// The log cannot be followed any more: the room ends, and is loaded anew when somebody needs it.
    over: bool,
}

impl Room {
    /// Reads the conversation's log. A conversation that does not exist yet has an empty one.
    pub(super) async fn load(
        conversation_id: ConversationId,
        context: Arc<RoomsContext>,
    ) -> Result<Self, LogError> {
        let mut state = State::default();
        fold_log(&mut state, conversation_id, &context, &mut Vec::new()).await?;
        Ok(Self {
            conversation_id,
            context,
            state,
            subscribers: Vec::new(),
            turn_watch: TurnWatch::default(),
            dropped: Vec::new(),
            record_drops_at: None,
            failed_records: 0,
            over: false,
        })
    }

    /// Serves inputs until the room has been idle for long and `let_go` agrees, it is told to go down, or it is over.
    /// Returns whose connections ended without the log knowing.
    pub(super) async fn run(
        mut self,
        mut inbox: mpsc::Receiver<RoomInput>,
        mut other_nodes: trialogue_relay::Receiver,
        let_go: impl Fn(&mpsc::Receiver<RoomInput>) -> bool,
    ) -> Vec<ParticipantId> {
        let mut batch = Vec::new();
        while !self.over {
            tokio::select! {
                received = inbox.recv_many(&mut batch, BATCH) => {
                    if received == 0 || self.serve(&mut batch).await.is_break() {
                        return Vec::new();
                    }
                    batch.shrink_to(KEPT_BATCH);
                }
                heard = other_nodes.recv() => self.hear_other_node(heard).await,
                () = at(self.record_drops_at) => self.record_drops().await,
                () = tokio::time::sleep(IDLE) => {
                    if self.subscribers.is_empty() && self.dropped.is_empty() && let_go(&inbox) {
                        return Vec::new();
                    }
                }
            }
        }
        self.left_behind()
    }

    async fn serve(&mut self, batch: &mut Vec<RoomInput>) -> ControlFlow<()> {
        let mut commands = Vec::new();
        for input in batch.drain(..) {
            if self.over {
                break;
            }
            match input {
                // What completes an effect is appended alone: if its lease is lost, nobody else's command fails with it.
                RoomInput::Command(command) if command.finishes.is_some() => {
                    self.execute(std::mem::take(&mut commands)).await;
                    self.execute(vec![*command]).await;
                }
                RoomInput::Command(command) => commands.push(*command),
                other => {
                    self.execute(std::mem::take(&mut commands)).await;
                    if self.serve_other(other).await.is_break() {
                        return ControlFlow::Break(());
                    }
                }
            }
        }
        self.execute(commands).await;
        self.cut_off_the_slow().await;
        ControlFlow::Continue(())
    }

    async fn serve_other(&mut self, input: RoomInput) -> ControlFlow<()> {
        match input {
            RoomInput::Command(command) => self.execute(vec![*command]).await,
            RoomInput::Subscribe {
                watcher,
                after,
                reply,
            } => {
                let outcome = self.subscribe(watcher, after).await;
                if let Err(Ok(subscription)) = reply.send(outcome) {
                    self.forget(&[subscription.id]).await;
                }
            }
            RoomInput::Unsubscribe { id } => self.forget(&[id]).await,
            RoomInput::Signal { signal } => self.pass_on(&signal).await,
            RoomInput::Ask(question) => question(&self.state),
            RoomInput::WatchTurn { turn_id, over } => {
                self.turn_watch.add(&self.state, turn_id, over)
            }
            RoomInput::Absent(reply) => {
                let here = self
                    .state
                    .inside()
                    .filter(|one| one.is_human() && one.is_here())
                    .map(|one| one.id);
                let absent = here.filter(|id| !self.is_connected(*id)).collect();
                // The one who asked may have gone away meanwhile.
                let _ = reply.send(absent);
            }
            RoomInput::Dropped {
                participants,
                reply,
            } => {
                self.note_dropped(&participants).await;
                if !self.over {
                    // Fails when the server goes down meanwhile; the next one looks for the absent.
                    let _ = reply.send(());
                }
            }
            RoomInput::GoDown => {
                for subscriber in &self.subscribers {
                    subscriber.send(Outgoing::Bye(ByeCode::GoingDown));
                }
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }
}

/// Waits until then; for ever where there is no such time.
async fn at(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}
