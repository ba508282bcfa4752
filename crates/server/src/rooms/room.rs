//! One conversation at hand.

use super::delivery::{Durable, deliver_events, frame, seen_by, signal_frame, to_json};
use super::registry::RoomsContext;
use super::subscriber::{Outgoing, Subscriber, Subscription, Watcher, subscriber};
use crate::live::frames::{ByeCode, ServerFrame, Signal};
use crate::problem::Problem;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use trialogue_conversation::command::{Actor, Command};
use trialogue_conversation::event::{Event, Recorded};
use trialogue_conversation::ids::{ConversationId, ParticipantId, Seq, Timestamp};
use trialogue_conversation::{
    Decision, Refusal, State, Viewer, apply, decide, effects, next_wake, record, signal_visible_to, summary, view, waiting_view,
};
use trialogue_storage::{Append, AppendError, EffectLease, NewEffect, StoredEvent};

/// Inputs that may wait for one room. A sender waits when it is full: that is the back-pressure on sockets.
pub(super) const INBOX: usize = 256;
/// Commands that share one append at most.
const BATCH: usize = 128;
/// A fresh page is sent at most this many of the newest events; the older ones are fetched when scrolled to.
const BACKLOG: usize = 200;
/// A resuming page that missed more than this starts afresh.
const RESUME_AT_MOST: usize = 2_000;
/// A room that nobody uses is let go after this.
const IDLE: Duration = Duration::from_secs(60);

/// What a command led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// The first event that it caused, or the state's seq if it changed nothing.
    pub seq: Seq,
    /// Set when the actor was inside already, or came in without a knock.
    pub participant_id: Option<ParticipantId>,
}

/// Why a command led to nothing.
#[derive(Debug)]
pub enum NotDone {
    Refused(Refusal),
    /// Another worker holds the effect by now.
    LeaseLost,
    Storage(AppendError),
}

impl From<NotDone> for Problem {
    fn from(not_done: NotDone) -> Self {
        match not_done {
            NotDone::Refused(refusal) => refusal.into(),
            NotDone::LeaseLost => Self::internal("an effect's lease was lost"),
            NotDone::Storage(error) => error.into(),
        }
    }
}

pub(super) struct CommandInput {
    pub actor: Actor,
    pub command: Command,
    /// The effect whose outcome this is; it is completed together with the events.
    pub finishes: Option<EffectLease>,
    pub reply: Reply,
}

/// Who hears what a command led to.
pub(super) enum Reply {
    Caller(oneshot::Sender<Result<Done, NotDone>>),
    /// The server itself, on behalf of nobody who waits.
    Nobody,
    /// The connection it came from, by the client's own id for it. So a socket may send on without waiting.
    Connection { subscriber: u64, id: String },
}

pub(super) enum RoomInput {
    Command(CommandInput),
    Subscribe { watcher: Watcher, after: Option<Seq>, reply: oneshot::Sender<Result<Subscription, Problem>> },
    Unsubscribe { id: u64 },
    Signal { signal: Signal },
    Ask(Box<dyn FnOnce(&State) + Send>),
    /// Another node appended up to here.
    Announced(Seq),
    /// Say goodbye to everybody and stop.
    GoDown,
}

pub(super) struct Room {
    conversation_id: ConversationId,
    context: Arc<RoomsContext>,
    state: State,
    subscribers: Vec<Subscriber>,
    next_subscriber: u64,
}

impl Room {
    /// Reads the conversation's log. A conversation that does not exist yet has an empty one.
    pub(super) async fn load(conversation_id: ConversationId, context: Arc<RoomsContext>) -> Result<Self, trialogue_storage::Error> {
        let mut state = State::default();
        catch_up(&mut state, conversation_id, &context).await?;
        Ok(Self { conversation_id, context, state, subscribers: Vec::new(), next_subscriber: 1 })
    }

    /// Serves inputs until the room has been idle for long and `let_go` agrees, or it is told to go down.
    pub(super) async fn run(mut self, mut inbox: mpsc::Receiver<RoomInput>, let_go: impl Fn(&mpsc::Receiver<RoomInput>) -> bool) {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            let received = match tokio::time::timeout(IDLE, inbox.recv_many(&mut batch, BATCH)).await {
                Ok(received) => received,
                Err(_) if self.subscribers.is_empty() && let_go(&inbox) => return,
                Err(_) => continue,
            };
            if received == 0 {
                return;
            }
            if self.serve(&mut batch).await.is_break() {
                return;
            }
        }
    }

    async fn serve(&mut self, batch: &mut Vec<RoomInput>) -> std::ops::ControlFlow<()> {
        let mut commands = Vec::new();
        for input in batch.drain(..) {
            match input {
                // What completes an effect is appended alone: if its lease is lost, nobody else's command fails with it.
                RoomInput::Command(command) if command.finishes.is_some() => {
                    self.execute(std::mem::take(&mut commands)).await;
                    self.execute(vec![command]).await;
                }
                RoomInput::Command(command) => commands.push(command),
                other => {
                    self.execute(std::mem::take(&mut commands)).await;
                    if self.serve_other(other).await.is_break() {
                        return std::ops::ControlFlow::Break(());
                    }
                }
            }
        }
        self.execute(commands).await;
        std::ops::ControlFlow::Continue(())
    }

    async fn serve_other(&mut self, input: RoomInput) -> std::ops::ControlFlow<()> {
        match input {
            RoomInput::Command(command) => self.execute(vec![command]).await,
            RoomInput::Subscribe { watcher, after, reply } => {
                let outcome = self.subscribe(watcher, after).await;
                if let Err(Ok(subscription)) = reply.send(outcome) {
                    self.forget(&[subscription.id]).await;
                }
            }
            RoomInput::Unsubscribe { id } => self.forget(&[id]).await,
            RoomInput::Signal { signal } => self.pass_on(&signal).await,
            RoomInput::Ask(question) => question(&self.state),
            RoomInput::Announced(seq) if seq > self.state.seq() => self.reload().await,
            RoomInput::Announced(_) => {}
            RoomInput::GoDown => {
                for subscriber in &self.subscribers {
                    subscriber.send(Outgoing::Bye(ByeCode::GoingDown));
                }
                return std::ops::ControlFlow::Break(());
            }
        }
        std::ops::ControlFlow::Continue(())
    }

    /// Decides each command in turn against the state as it becomes, and appends all that follows at once.
    async fn execute(&mut self, mut commands: Vec<CommandInput>) {
        // A conflict means that another node appended; deciding again against the caught-up state settles it.
        for _ in 0..3 {
            if commands.is_empty() {
                return;
            }
            commands = self.try_execute(commands).await;
        }
        for command in commands {
            self.reply(command.reply, Err(NotDone::Storage(AppendError::Conflict { last: self.state.seq() })));
        }
    }

    /// Returns the commands to decide again after a conflict.
    async fn try_execute(&mut self, commands: Vec<CommandInput>) -> Vec<CommandInput> {
        let now = self.context.clock.now();
        let after = self.state.seq();
        let mut durable = Vec::new();
        let mut new_effects = Vec::new();
        let mut decided = Vec::new();
        let mut finishes = Vec::new();
        for command in commands {
            match decide(&self.state, &command.actor, &command.command, now) {
                Ok(Decision::Events(events)) => {
                    let first = Seq(self.state.seq().0 + 1);
                    let mut participant_id = None;
                    for recorded in record(self.state.seq(), now, events) {
                        apply(&mut self.state, &recorded);
                        if let Event::ParticipantJoined { .. } = recorded.event {
                            participant_id.get_or_insert(ParticipantId(recorded.seq.0));
                        }
                        new_effects.extend(effects(&self.state, &recorded));
                        durable.push(Durable { json: to_json(&recorded), recorded });
                    }
                    finishes.extend(command.finishes.clone());
                    decided.push((command, Done { seq: first, participant_id }));
                }
                Ok(Decision::Already { seq, participant_id }) => {
                    finishes.extend(command.finishes.clone());
                    decided.push((command, Done { seq, participant_id }));
                }
                Err(refusal) => {
                    self.reply(command.reply, Err(NotDone::Refused(refusal)));
                }
            }
        }
        if durable.is_empty() && finishes.is_empty() {
            for (command, done) in decided {
                self.reply(command.reply, Ok(done));
            }
            return Vec::new();
        }
        match self.append(after, &durable, new_effects, finishes).await {
            Ok(()) => {
                for (command, done) in decided {
                    self.reply(command.reply, Ok(done));
                }
                self.after_append(&durable, now).await;
                Vec::new()
            }
            Err(error) => {
                self.reload().await;
                match error {
                    AppendError::Conflict { .. } => decided.into_iter().map(|(command, _)| command).collect(),
                    error => {
                        for (command, _) in decided {
                            let lease_lost = command.finishes.is_some() && matches!(error, AppendError::LeaseLost);
                            let not_done = if lease_lost { NotDone::LeaseLost } else { NotDone::Storage(error.clone()) };
                            self.reply(command.reply, Err(not_done));
                        }
                        Vec::new()
                    }
                }
            }
        }
    }

    fn reply(&self, reply: Reply, outcome: Result<Done, NotDone>) {
        match reply {
            Reply::Nobody => {}
            Reply::Caller(caller) => {
                // A caller that no longer waits does not need to know.
                let _ = caller.send(outcome);
            }
            Reply::Connection { subscriber, id } => {
                let answer = match outcome {
                    Ok(done) => ServerFrame::Ack { id, seq: done.seq },
                    Err(not_done) => ServerFrame::Refused { id: Some(id), problem: not_done.into() },
                };
                if let Some(subscriber) = self.subscribers.iter().find(|candidate| candidate.id == subscriber) {
                    // A connection too slow for its own answers is cut off with the next delivery.
                    subscriber.send(Outgoing::Frame(frame(&answer)));
                }
            }
        }
    }

    async fn append(
        &self,
        after: Seq,
        durable: &[Durable],
        new_effects: Vec<NewEffect>,
        finishes: Option<EffectLease>,
    ) -> Result<(), AppendError> {
        todo!()
    }

    /// What is durable now: told to those who watch, to other nodes, to workers and dashboards.
    async fn after_append(&mut self, durable: &[Durable], now: Timestamp) {
        let gone = deliver_events(&self.state, durable, &self.subscribers, now);
        self.follow_joins_and_leaves(durable);
        self.tell_those_who_wait();
        self.context.announce(&self.state, durable).await;
        self.forget(&gone).await;
    }

    /// The state as the log has it, after another node appended or an append of ours failed.
    async fn reload(&mut self) {
        let mut state = State::default();
        match catch_up(&mut state, self.conversation_id, &self.context).await {
            Ok(()) => {}
            Err(error) => {
                tracing::error!(conversation = %self.conversation_id, %error, "could not read the log again; the room closes");
            }
        }
        self.state = state;
    }

    /// Lets a connection watch from now on: a participant gets the view and what it missed, one who waits their own card.
    async fn subscribe(&mut self, watcher: Watcher, after: Option<Seq>) -> Result<Subscription, Problem> {
        if let Watcher::Participant(participant_id) = watcher {
            self.connected(participant_id).await?;
        }
        let viewer = match watcher {
            Watcher::Participant(participant_id) => {
                Some(Viewer::participant(&self.state, participant_id).ok_or_else(|| Problem::not_found("participant"))?)
            }
            Watcher::Knock(_) => None,
        };
        let first = match (&viewer, watcher) {
            (Some(viewer), _) => self.welcome(viewer, after).await?,
            (None, Watcher::Knock(request_id)) => {
                let waiting = waiting_view(&self.state, request_id, self.context.clock.now()).ok_or_else(|| Problem::not_found("knock"))?;
                ServerFrame::Waiting { waiting }
            }
            (None, Watcher::Participant(_)) => return Err(Problem::not_found("participant")),
        };
        let id = self.next_subscriber;
        self.next_subscriber += 1;
        let (subscriber, subscription) = subscriber(id, watcher, viewer);
        subscriber.send(Outgoing::Frame(frame(&first)));
        self.subscribers.push(subscriber);
        Ok(subscription)
    }

    /// A participant's first connection, or one that came back, is an event; a further tab is not.
    async fn connected(&mut self, participant_id: ParticipantId) -> Result<(), Problem> {
        let (reply, outcome) = oneshot::channel();
        let command = Command::Connected { participant_id };
        self.execute(vec![CommandInput { actor: Actor::System, command, finishes: None, reply: Reply::Caller(reply) }]).await;
        match outcome.await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(not_done)) => Err(not_done.into()),
            Err(_) => Err(super::RoomGone.into()),
        }
    }

    async fn welcome(&self, viewer: &Viewer, after: Option<Seq>) -> Result<ServerFrame, Problem> {
        let store = &self.context.store;
        let known = after.filter(|after| *after <= self.state.seq() && self.state.seq().0 - after.0 <= RESUME_AT_MOST as u64);
        let complete_from = known.unwrap_or(Seq(self.state.seq().0.saturating_sub(BACKLOG as u64)));
        let stored = store.events(self.conversation_id, complete_from, RESUME_AT_MOST).await?;
        let mut events = Vec::with_capacity(stored.len());
        for event in stored {
            events.extend(seen_by(&read_event(&event)?, viewer));
        }
        Ok(ServerFrame::Welcome {
            view: Box::new(view(&self.state, viewer, self.context.clock.now())),
            events,
            complete_from,
            heartbeat_ms: crate::live::HEARTBEAT_MS,
        })
    }

    /// Forgets connections. Whose last one is gone has dropped out.
    async fn forget(&mut self, ids: &[u64]) {
        if ids.is_empty() {
            return;
        }
        let mut dropped = Vec::new();
        self.subscribers.retain(|subscriber| {
            let stays = !ids.contains(&subscriber.id);
            if let (false, Watcher::Participant(participant_id)) = (stays, subscriber.watcher) {
                dropped.push(participant_id);
            }
            stays
        });
        dropped.retain(|participant_id| !self.is_connected(*participant_id));
        dropped.dedup();
        let commands = dropped
            .into_iter()
            .map(|participant_id| CommandInput {
                actor: Actor::System,
                command: Command::Disconnected { participant_id },
                finishes: None,
                reply: Reply::Nobody,
            })
            .collect();
        // Telling the others may find more connections gone; each round forgets some, so this ends.
        Box::pin(self.execute(commands)).await;
    }

    fn is_connected(&self, participant_id: ParticipantId) -> bool {
        self.subscribers.iter().any(|subscriber| subscriber.watcher == Watcher::Participant(participant_id))
    }

    /// Connections of those who left or were removed end; what the others may see follows the state.
    fn follow_joins_and_leaves(&mut self, durable: &[Durable]) {
        for Durable { recorded, .. } in durable {
            let (participant_id, code) = match recorded.event {
                Event::ParticipantRemoved { participant_id, .. } => (participant_id, ByeCode::Removed),
                Event::ParticipantLeft { participant_id, .. } => (participant_id, ByeCode::Left),
                _ => continue,
            };
            self.subscribers.retain(|subscriber| {
                let ends = subscriber.watcher == Watcher::Participant(participant_id);
                if ends {
                    subscriber.send(Outgoing::Bye(code));
                }
                !ends
            });
        }
        for subscriber in &mut self.subscribers {
            if let Watcher::Participant(participant_id) = subscriber.watcher {
                subscriber.viewer = Viewer::participant(&self.state, participant_id);
            }
        }
    }

    /// The truth for everybody at the door, whenever something that is not just talk happened.
    fn tell_those_who_wait(&self) {
        let now = self.context.clock.now();
        for subscriber in &self.subscribers {
            if let Watcher::Knock(request_id) = subscriber.watcher
                && let Some(waiting) = waiting_view(&self.state, request_id, now)
            {
                subscriber.send(Outgoing::Frame(frame(&ServerFrame::Waiting { waiting })));
            }
        }
    }

    /// Passes a signal on to those who may see it, here and on other nodes.
    async fn pass_on(&mut self, signal: &Signal) {
        let text = signal_frame(signal);
        for subscriber in &self.subscribers {
            let Some(viewer) = &subscriber.viewer else { continue };
            if signal_visible_to(&self.state, signal, viewer) {
                subscriber.send(Outgoing::Frame(text.clone()));
            }
        }
    }
}

/// Folds what the log has beyond the state into it.
async fn catch_up(state: &mut State, conversation_id: ConversationId, context: &RoomsContext) -> Result<(), trialogue_storage::Error> {
    /// Events read at a time.
    const PAGE: usize = 1_000;
    loop {
        let stored = context.store.events(conversation_id, state.seq(), PAGE).await?;
        for event in &stored {
            apply(state, &read_event(event)?);
        }
        if stored.len() < PAGE {
            return Ok(());
        }
    }
}

