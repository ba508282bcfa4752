//! Showing everybody who is connected what happened.

use super::Room;
use crate::live::frames::{ByeCode, ServerFrame};
use crate::rooms::delivery::{Durable, deliver_events, frame, signal_frame, to_json};
use crate::rooms::subscriber::{Outgoing, Watcher};
use trialogue_conversation::event::Event;
use trialogue_conversation::ids::ParticipantId;
use trialogue_conversation::{Signal, Viewer, changes_view, signal_visible_to, waiting_view};
use trialogue_relay::Message;

impl Room {
    /// Shows durable events to everybody here who may see them.
    pub(super) async fn deliver(&mut self, durable: &[Durable]) {
        if durable.is_empty() {
            return;
        }
        self.turn_watch.notice(&self.state);
        let changes_view = durable
            .iter()
            .any(|durable| changes_view(&durable.recorded.event));
        if changes_view {
            self.renew_viewers();
        }
        let now = self.context.clock.now();
        let last = durable.last().map(|durable| durable.recorded.seq);
        let mut gone = Vec::new();
        // Whoever leaves or is removed sees that, and nothing of what was decided after it in the same go.
        for piece in durable.split_inclusive(|durable| farewell(&durable.recorded.event).is_some())
        {
            let is_last = piece.last().map(|durable| durable.recorded.seq) == last;
            gone.extend(deliver_events(
                &self.state,
                piece,
                &self.subscribers,
                changes_view && is_last,
                now,
            ));
            for (participant_id, code) in piece
                .iter()
                .filter_map(|durable| farewell(&durable.recorded.event))
            {
                self.end_connections(participant_id, code);
            }
        }
        if changes_view {
            self.tell_those_who_wait();
        }
        self.forget(&gone).await;
    }

    fn end_connections(&mut self, participant_id: ParticipantId, code: ByeCode) {
        self.subscribers.retain(|subscriber| {
            let ends = subscriber.watcher == Watcher::Participant(participant_id);
            if ends {
                subscriber.send(Outgoing::Bye(code));
            }
            !ends
        });
    }

    /// Whoever was just granted more is told so by a view that has it. Who is no longer inside keeps the old viewer until
    /// they were told that.
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
    pub(super) async fn pass_on(&self, signal: &Signal) {
        self.show_signal(signal);
        let message = Message::Signal(to_json(signal).into());
        // Signals may be lost.
        let _ = self
            .context
            .relay
            .publish(self.conversation_id, message)
            .await;
    }

    pub(super) fn show_signal(&self, signal: &Signal) {
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

/// Whose connections end with this event, and what they are told.
fn farewell(event: &Event) -> Option<(ParticipantId, ByeCode)> {
    match event {
        Event::ParticipantRemoved { participant_id, .. } => {
            Some((*participant_id, ByeCode::Removed))
        }
        Event::ParticipantLeft { participant_id, .. } => Some((*participant_id, ByeCode::Left)),
        _ => None,
    }
}
