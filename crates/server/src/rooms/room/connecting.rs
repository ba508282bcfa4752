//! Connections that come and go.

use super::Room;
use super::catching_up::read_event;
use crate::live::frames::ServerFrame;
use crate::problem::Problem;
use crate::rooms::RoomGone;
use crate::rooms::delivery::{frame, seen_by};
use crate::rooms::input::{CommandInput, Reply};
use crate::rooms::subscriber::{Outgoing, Subscription, Watcher, subscriber};
use tokio::sync::oneshot;
use trialogue_conversation::command::{Actor, Command};
use trialogue_conversation::ids::{ParticipantId, Seq};
use trialogue_conversation::{Viewer, view, waiting_view};

/// A fresh page is sent at most this many of the newest events; the older ones are fetched when scrolled to.
const BACKLOG: usize = 200;
/// A resuming page that missed more than this starts afresh.
const RESUME_AT_MOST: usize = 2_000;

impl Room {
    /// Lets a connection watch from now on: a participant gets the view and what it missed, one who waits their own card.
    pub(super) async fn subscribe(
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
            Err(_) => Err(RoomGone.into()),
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
    pub(super) async fn forget(&mut self, ids: &[u64]) {
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

    /// Ends connections that an answer or a card did not fit: they resume, and are told all of it again.
    pub(super) async fn cut_off_the_slow(&mut self) {
        let slow: Vec<u64> = self
            .subscribers
            .iter()
            .filter(|one| one.is_too_slow())
            .map(|one| one.id)
            .collect();
        self.forget(&slow).await;
    }

    pub(super) fn is_connected(&self, participant_id: ParticipantId) -> bool {
        self.subscribers
            .iter()
            .any(|subscriber| subscriber.watcher == Watcher::Participant(participant_id))
    }
}
