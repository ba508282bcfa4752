//! Deciding commands and appending what follows, several in one go.

use super::Room;
use crate::dashboard_changes::ChangedList;
use crate::effects::Work;
use crate::live::frames::ServerFrame;
use crate::rooms::delivery::{Durable, frame, to_json};
use crate::rooms::inbox::{changed_handoffs, is_of_handoff, newcomers, removed};
use crate::rooms::input::{CommandInput, Done, NotDone, Reply};
use crate::rooms::subscriber::Outgoing;
use std::sync::Arc;
use trialogue_conversation::event::Event;
use trialogue_conversation::ids::{ParticipantId, Seq, Timestamp};
use trialogue_conversation::{
    Decision, Effect, Refusal, apply, decide, effects, next_wake, record, summary,
};
use trialogue_relay::Message;
use trialogue_storage::{Append, AppendError, EffectLease, NewEffect, StoredEvent};

/// Appends tried for one batch. Each conflict means that another node got ahead, so somebody always does; so many in a
/// row only happen where nodes talk without pause.
const CONFLICTS_AT_MOST: usize = 100;

/// A command and what was decided of it.
struct Decided {
    command: CommandInput,
    outcome: Result<Done, Refusal>,
    /// Decided against the log itself, not against events of earlier commands that are not durable yet.
    rests_on_log: bool,
}

impl Room {
    /// Decides each command in turn against the state as it becomes, and appends all that follows at once.
    pub(super) async fn execute(&mut self, mut commands: Vec<CommandInput>) {
        // A conflict means that another node appended; deciding again against the caught-up state settles it.
        for _ in 0..CONFLICTS_AT_MOST {
            // Commands of a room that is over are let fall: whoever waits hears that it is gone, and may ask again.
            if commands.is_empty() || self.over {
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

    /// Returns the commands to decide again, since another node got ahead.
    async fn try_execute(&mut self, commands: Vec<CommandInput>) -> Vec<CommandInput> {
        let now = self.context.clock.now();
        let after = self.state.seq();
        let mut durable = Vec::new();
        let mut new_effects = Vec::new();
        let mut decided = Vec::new();
        let mut finishes = None;
        for command in commands {
            let rests_on_log = durable.is_empty();
            let outcome = match decide(&self.state, &command.actor, &command.command, now) {
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
                    Ok(Done {
                        seq: first,
                        participant_id,
                    })
                }
                Ok(Decision::Already {
                    seq,
                    participant_id,
                }) => Ok(Done {
                    seq,
                    participant_id,
                }),
                Err(refusal) => Err(refusal),
            };
            if outcome.is_ok() {
                finishes = finishes.or(command.finishes);
            }
            decided.push(Decided {
                command,
                outcome,
                rests_on_log,
            });
        }
        if durable.is_empty() && finishes.is_none() {
            // What was refused may be allowed by now, by what another node appended.
            if decided.iter().any(|one| one.outcome.is_err()) && self.is_behind().await {
                self.catch_up_and_deliver().await;
                return decided.into_iter().map(|one| one.command).collect();
            }
            self.answer(decided);
            return Vec::new();
        }
        let has_effects = !new_effects.is_empty();
        match self.append(after, &durable, new_effects, finishes).await {
            Ok(()) => {
                if has_effects {
                    self.context.effects_due.notify_waiters();
                }
                self.answer(decided);
                self.announce(&durable).await;
                self.deliver(&durable).await;
                Vec::new()
            }
            Err(AppendError::Conflict { .. }) => {
                self.reload(after).await;
                decided.into_iter().map(|one| one.command).collect()
            }
            Err(error) => {
                self.answer_failed(decided, &error);
                self.reload(after).await;
                Vec::new()
            }
        }
    }

    /// Tells what commands led to, once all that it rests on is durable. A refusal too may rest on an earlier command.
    fn answer(&self, decided: Vec<Decided>) {
        for one in decided {
            self.reply(one.command.reply, one.outcome.map_err(NotDone::Refused));
        }
    }

    /// The same where the append failed: what rests on it did not happen.
    fn answer_failed(&self, decided: Vec<Decided>, error: &AppendError) {
        for one in decided {
            let not_done = match (one.outcome, error) {
                (Err(refusal), _) if one.rests_on_log => NotDone::Refused(refusal),
                (_, AppendError::LeaseLost) if one.command.finishes.is_some() => NotDone::LeaseLost,
                (_, error) => NotDone::Storage(error.clone()),
            };
            self.reply(one.command.reply, Err(not_done));
        }
    }

    fn reply(&self, reply: Reply, outcome: Result<Done, NotDone>) {
        match reply {
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
    pub(super) async fn announce(&self, durable: &[Durable]) {
        let Some(about) = self.state.about() else {
            return;
        };
        self.context
            .dashboard_changes
            .tell(about.workspace_id, ChangedList::Conversations);
        if durable
            .iter()
            .any(|durable| is_of_handoff(&durable.recorded.event))
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
}
