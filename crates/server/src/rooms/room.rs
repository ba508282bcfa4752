//! One conversation at hand.

use super::delivery::{Durable, deliver_events, frame, seen_by, signal_frame, to_json};
use super::inbox::{changed_handoffs, newcomers, removed};
use super::registry::RoomsContext;
use super::subscriber::{Outgoing, Subscriber, Subscription, Watcher, subscriber};
use super::turn_watch::TurnWatch;
use crate::dashboard_changes::ChangedList;
use crate::effects::Work;
use crate::live::frames::{ByeCode, ServerFrame};
use crate::problem::Problem;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use trialogue_conversation::command::{Actor, Command};
use trialogue_conversation::event::{Event, Recorded};
use trialogue_conversation::ids::{ConversationId, ParticipantId, Seq, Timestamp, TurnId};
use trialogue_conversation::{
    Decision, Effect, Refusal, Signal, State, StoredError, Viewer, apply, changes_view, decide,
    effects, next_wake, read_stored, record, signal_visible_to, summary, view, waiting_view,
};
use trialogue_relay::{Message, RecvError};
use trialogue_storage::{Append, AppendError, EffectLease, NewEffect, StoredEvent};

/// Inputs that may wait for one room. A sender waits when it is full: that is the back-pressure on sockets.
pub(super) const INBOX: usize = 256;
/// Commands that share one append at most.
const BATCH: usize = 128;
/// Appends tried for one batch. Each conflict means that another node got ahead, so somebody always does; so many in a
/// row only happen where nodes talk without pause.
const CONFLICTS_AT_MOST: usize = 20;
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
    Connection {
        subscriber: u64,
        id: String,
    },
}

#[expect(
    clippy::large_enum_variant,
    reason = "nearly every input is a command, the large one; the inbox is bounded"
)]
pub(super) enum RoomInput {
    Command(CommandInput),
    Subscribe {
        watcher: Watcher,
        after: Option<Seq>,
        reply: oneshot::Sender<Result<Subscription, Problem>>,
    },
    Unsubscribe {
        id: u64,
    },
    Signal {
        signal: Signal,
    },
    Ask(Box<dyn FnOnce(&State) + Send>),
    /// Told when this turn is over, by whatever.
    WatchTurn {
        turn_id: TurnId,
        over: oneshot::Sender<()>,
    },
    /// Who is here without a connection.
    Absent(oneshot::Sender<Vec<ParticipantId>>),
    /// Say goodbye to everybody and stop.
    GoDown,
}

pub(super) struct Room {
    conversation_id: ConversationId,
    context: Arc<RoomsContext>,
    state: State,
    subscribers: Vec<Subscriber>,
    next_subscriber: u64,
    turn_watch: TurnWatch,
}

impl Room {
    /// Reads the conversation's log. A conversation that does not exist yet has an empty one.
    pub(super) async fn load(
        conversation_id: ConversationId,
        context: Arc<RoomsContext>,
    ) -> Result<Self, LogError> {
        let mut state = State::default();
        fold_log(&mut state, conversation_id, &context).await?;
        Ok(Self {
            conversation_id,
            context,
            state,
            subscribers: Vec::new(),
            next_subscriber: 1,
            turn_watch: TurnWatch::default(),
        })
    }

    /// Serves inputs until the room has been idle for long and `let_go` agrees, or it is told to go down.
    pub(super) async fn run(
        mut self,
        mut inbox: mpsc::Receiver<RoomInput>,
        mut other_nodes: trialogue_relay::Receiver,
        let_go: impl Fn(&mpsc::Receiver<RoomInput>) -> bool,
    ) {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            tokio::select! {
                received = inbox.recv_many(&mut batch, BATCH) => {
                    if received == 0 || self.serve(&mut batch).await.is_break() {
                        return;
                    }
                }
                heard = other_nodes.recv() => self.hear_other_node(heard).await,
                () = tokio::time::sleep(IDLE) => {
                    if self.subscribers.is_empty() && let_go(&inbox) {
                        return;
                    }
                }
            }
        }
    }

    async fn hear_other_node(&mut self, heard: Result<Message, RecvError>) {
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
                tracing::warn!(conversation = %self.conversation_id, "the relay has closed")
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
        self.cut_off_the_slow().await;
        std::ops::ControlFlow::Continue(())
    }

    /// Ends connections that an answer or a card did not fit: they resume, and are told all of it again.
    async fn cut_off_the_slow(&mut self) {
        let slow: Vec<u64> = self
            .subscribers
            .iter()
            .filter(|one| one.is_too_slow())
            .map(|one| one.id)
            .collect();
        self.forget(&slow).await;
    }

    async fn serve_other(&mut self, input: RoomInput) -> std::ops::ControlFlow<()> {
        match input {
            RoomInput::Command(command) => self.execute(vec![command]).await,
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
        for _ in 0..CONFLICTS_AT_MOST {
            if commands.is_empty() {
                return;
            }
            commands = self.try_execute(commands).await;
        }
        for command in commands {
            self.reply(
                command.reply,
                Err(NotDone::Storage(AppendError::Conflict {
                    last: self.state.seq(),
                })),
            );
        }
    }

    /// Returns the commands to decide again after a conflict.
    async fn try_execute(&mut self, commands: Vec<CommandInput>) -> Vec<CommandInput> {
        let now = self.context.clock.now();
        let after = self.state.seq();
        let mut durable = Vec::new();
        let mut new_effects = Vec::new();
        let mut decided = Vec::new();
        let mut finishes = None;
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
                        durable.push(Durable {
                            json: to_json(&recorded).into(),
                            recorded,
                        });
                    }
                    finishes = finishes.or(command.finishes);
                    decided.push((
                        command,
                        Done {
                            seq: first,
                            participant_id,
                        },
                    ));
                }
                Ok(Decision::Already {
                    seq,
                    participant_id,
                }) => {
                    finishes = finishes.or(command.finishes);
                    decided.push((
                        command,
                        Done {
                            seq,
                            participant_id,
                        },
                    ));
                }
                Err(refusal) => {
                    self.reply(command.reply, Err(NotDone::Refused(refusal)));
                }
            }
        }
        if durable.is_empty() && finishes.is_none() {
            for (command, done) in decided {
                self.reply(command.reply, Ok(done));
            }
            return Vec::new();
        }
        let has_effects = !new_effects.is_empty();
        match self.append(after, &durable, new_effects, finishes).await {
            Ok(()) => {
                if has_effects {
                    self.context.effects_due.notify_waiters();
                }
                for (command, done) in decided {
                    self.reply(command.reply, Ok(done));
                }
                self.announce(&durable).await;
                self.deliver(&durable).await;
                Vec::new()
            }
            Err(error) => {
                self.reload(after).await;
                match error {
                    AppendError::Conflict { .. } => {
                        decided.into_iter().map(|(command, _)| command).collect()
                    }
                    error => {
                        for (command, _) in decided {
                            let lease_lost = command.finishes.is_some()
                                && matches!(error, AppendError::LeaseLost);
                            let not_done = if lease_lost {
                                NotDone::LeaseLost
                            } else {
                                NotDone::Storage(error.clone())
                            };
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
                    Err(not_done) => ServerFrame::Refused {
                        id: Some(id),
                        problem: not_done.into(),
                    },
                };
                if let Some(subscriber) = self
                    .subscribers
                    .iter()
                    .find(|candidate| candidate.id == subscriber)
                {
                    // A connection too slow for its own answers is cut off at the end of the round.
                    subscriber.send(Outgoing::Frame(frame(&answer)));
                }
            }
        }
    }

    async fn append(
        &self,
        after: Seq,
        durable: &[Durable],
        wanted: Vec<Effect>,
        finishes: Option<EffectLease>,
    ) -> Result<(), AppendError> {
        let Some(summary) = summary(&self.state) else {
            return Err(AppendError::Storage(trialogue_storage::Error::Call(
                "a conversation begins with its start".into(),
            )));
        };
        let Some(about) = self.state.about() else {
            return Err(AppendError::Storage(trialogue_storage::Error::Call(
                "a conversation begins with its start".into(),
            )));
        };
        let now = self.context.clock.now();
        let append = Append {
            workspace_id: about.workspace_id,
            conversation_id: self.conversation_id,
            after,
            events: durable
                .iter()
                .map(|Durable { recorded, json }| StoredEvent {
                    seq: recorded.seq,
                    at: recorded.at,
                    v: recorded.v,
                    json: Arc::clone(json),
                })
                .collect(),
            summary: trialogue_storage::Summary {
                persona_id: about.persona.persona_id,
                visitor_id: about.visitor_id,
                open: summary.open,
                needs_attention: summary.needs_attention,
                last_at: summary.last_at,
                json: to_json(&summary).into(),
            },
            next_wake: next_wake(&self.state),
            effects: wanted
                .into_iter()
                .map(|effect| self.new_effect(effect, now))
                .collect(),
            finishes,
            handoffs: changed_handoffs(&self.state, durable),
            readers: newcomers(durable),
            no_longer_readers: removed(&self.state, durable),
            also: Vec::new(),
        };
        self.context.store.append(append).await
    }

    /// Keys are unique in a workspace, those of the core in a conversation.
    fn new_effect(&self, effect: Effect, now: Timestamp) -> NewEffect {
        let key = format!("{}/{}", self.conversation_id, effect.key());
        let work = Work::Conversation { effect };
        NewEffect {
            key,
            kind: work.kind().to_owned(),
            payload: to_json(&work),
            due_at: now,
        }
    }

    /// Tells workers, dashboards and other nodes.
    async fn announce(&self, durable: &[Durable]) {
        let Some(about) = self.state.about() else {
            return;
        };
        self.context
            .dashboard_changes
            .tell(about.workspace_id, ChangedList::Conversations);
        if durable
            .iter()
            .any(|durable| super::inbox::is_of_handoff(&durable.recorded.event))
        {
            self.context
                .dashboard_changes
                .tell(about.workspace_id, ChangedList::Handoffs);
        }
        let announced = Message::Announced {
            last: self.state.seq(),
        };
        if let Err(error) = self
            .context
            .relay
            .publish(self.conversation_id, announced)
            .await
        {
            // Other nodes find out when they next look at the log.
            tracing::warn!(conversation = %self.conversation_id, %error, "other nodes could not be told");
        }
    }

    /// The state as the log has it, after an append of ours failed: the events decided in vain are forgotten, and what
    /// another node appended is delivered.
    async fn reload(&mut self, delivered: Seq) {
        let mut state = State::default();
        match fold_log(&mut state, self.conversation_id, &self.context).await {
            Ok(events) => {
                self.state = state;
                let missed: Vec<_> = events
                    .into_iter()
                    .filter(|durable| durable.recorded.seq > delivered)
                    .collect();
                self.deliver(&missed).await;
            }
            Err(error) => {
                tracing::error!(conversation = %self.conversation_id, %error, "could not read the log again");
                // Nothing may be decided against a state that is not the log's.
                self.state = State::default();
            }
        }
    }

    /// Delivers what another node appended.
    async fn catch_up_and_deliver(&mut self) {
        match fold_log(&mut self.state, self.conversation_id, &self.context).await {
            Ok(events) => self.deliver(&events).await,
            Err(error) => {
                tracing::error!(conversation = %self.conversation_id, %error, "could not catch up with the log");
            }
        }
    }

    /// Shows durable events to everybody here who may see them.
    async fn deliver(&mut self, durable: &[Durable]) {
        if durable.is_empty() {
            return;
        }
        self.turn_watch.notice(&self.state);
        let view_changes = durable
            .iter()
            .any(|durable| changes_view(&durable.recorded.event));
        if view_changes {
            self.renew_viewers();
        }
        let gone = deliver_events(
            &self.state,
            durable,
            &self.subscribers,
            self.context.clock.now(),
        );
        if view_changes {
            self.follow_joins_and_leaves(durable);
            self.tell_those_who_wait();
        }
        self.forget(&gone).await;
    }

    /// Lets a connection watch from now on: a participant gets the view and what it missed, one who waits their own card.
    async fn subscribe(
        &mut self,
        watcher: Watcher,
        after: Option<Seq>,
    ) -> Result<Subscription, Problem> {
        if let Watcher::Participant(participant_id) = watcher {
            self.connected(participant_id).await?;
        }
        let viewer = match watcher {
            Watcher::Participant(participant_id) => Some(
                Viewer::participant(&self.state, participant_id)
                    .ok_or_else(|| Problem::not_found("participant"))?,
            ),
            Watcher::Knock(_) => None,
        };
        let first = match (&viewer, watcher) {
            (Some(viewer), _) => self.welcome(viewer, after).await?,
            (None, Watcher::Knock(request_id)) => {
                let waiting = waiting_view(&self.state, request_id, self.context.clock.now())
                    .ok_or_else(|| Problem::not_found("knock"))?;
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
        self.execute(vec![CommandInput {
            actor: Actor::System,
            command,
            finishes: None,
            reply: Reply::Caller(reply),
        }])
        .await;
        match outcome.await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(not_done)) => Err(not_done.into()),
            Err(_) => Err(super::RoomGone.into()),
        }
    }

    async fn welcome(&self, viewer: &Viewer, after: Option<Seq>) -> Result<ServerFrame, Problem> {
        let store = &self.context.store;
        let known = after.filter(|after| {
            *after <= self.state.seq() && self.state.seq().0 - after.0 <= RESUME_AT_MOST as u64
        });
        let complete_from = known.unwrap_or(Seq(self.state.seq().0.saturating_sub(BACKLOG as u64)));
        let stored = store
            .events(self.conversation_id, complete_from, RESUME_AT_MOST)
            .await?;
        let mut events = Vec::with_capacity(stored.len());
        for event in stored {
            events.extend(seen_by(
                &read_event(&event).map_err(Problem::internal)?,
                viewer,
            ));
        }
        Ok(ServerFrame::Welcome {
            view: Box::new(
                view(&self.state, viewer, self.context.clock.now())
                    .ok_or_else(|| Problem::not_found("conversation"))?,
            ),
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
        self.subscribers
            .iter()
            .any(|subscriber| subscriber.watcher == Watcher::Participant(participant_id))
    }

    /// Connections of those who left or were removed end; what the others may see follows the state.
    fn follow_joins_and_leaves(&mut self, durable: &[Durable]) {
        for Durable { recorded, .. } in durable {
            let (participant_id, code) = match recorded.event {
                Event::ParticipantRemoved { participant_id, .. } => {
                    (participant_id, ByeCode::Removed)
                }
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

    /// Whoever was just granted more is told so by a view that has it. Who is no longer inside keeps the old viewer until
    /// these events are sent.
    fn renew_viewers(&mut self) {
        for subscriber in &mut self.subscribers {
            if let Watcher::Participant(participant_id) = subscriber.watcher
                && let Some(viewer) = Viewer::participant(&self.state, participant_id)
            {
                subscriber.viewer = Some(viewer);
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
    async fn pass_on(&self, signal: &Signal) {
        self.show_signal(signal);
        let message = Message::Signal(to_json(signal).into());
        // Signals may be lost.
        let _ = self
            .context
            .relay
            .publish(self.conversation_id, message)
            .await;
    }

    fn show_signal(&self, signal: &Signal) {
        let text = signal_frame(signal);
        for subscriber in &self.subscribers {
            let Some(viewer) = &subscriber.viewer else {
                continue;
            };
            if signal_visible_to(&self.state, signal, viewer) {
                subscriber.offer(text.clone());
            }
        }
    }
}

/// Folds what the log has beyond the state into it, and returns that.
async fn fold_log(
    state: &mut State,
    conversation_id: ConversationId,
    context: &RoomsContext,
) -> Result<Vec<Durable>, LogError> {
    /// Events read at a time.
    const PAGE: usize = 1_000;
    let mut folded = Vec::new();
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
            return Ok(folded);
        }
    }
}

/// A log that cannot be folded into a state.
#[derive(Debug, thiserror::Error)]
pub(super) enum LogError {
    #[error(transparent)]
    Storage(#[from] trialogue_storage::Error),
    #[error("an event cannot be read: {0}")]
    Event(#[from] StoredError),
}

/// Reads a stored event, whatever version wrote it.
pub fn read_event(stored: &StoredEvent) -> Result<Recorded, StoredError> {
    read_stored(&stored.json)
}
