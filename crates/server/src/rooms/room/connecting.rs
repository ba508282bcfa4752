//! Connections that come and go.

use super::Room;
use super::catching_up::read_event;
use crate::live::frames::ServerFrame;
use crate::problem::Problem;
use crate::rooms::RoomGone;
use crate::rooms::delivery::{frame, seen_by};
use crate::rooms::input::{CommandInput, NotDone, Reply};
use crate::rooms::subscriber::{Outgoing, Subscription, Watcher, subscriber};
use axum::http::StatusCode;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;
use trialogue_conversation::command::{Actor, Command};
use trialogue_conversation::ids::{ParticipantId, Seq};
use trialogue_conversation::{Viewer, view, waiting_view};

/// A fresh page is sent at most this many of the newest events; the older ones are fetched when scrolled to.
const BACKLOG: usize = 200;
/// A resuming page that missed more than this starts afresh.
const RESUME_AT_MOST: usize = 2_000;
/// Tabs and devices of one person, or at one knock, in one conversation: each costs memory, and is sent everything.
const CONNECTIONS_EACH: usize = 32;
/// When the tab too many may try again, in seconds: by then a connection that died without a word is forgotten.
const TRY_AGAIN_S: u32 = 60;
/// When a drop that could not be recorded is tried again; twice as long after each further failure, up to 32 s, since
/// every failure has the log read again.
const RECORD_AGAIN: Duration = Duration::from_secs(2);
const DOUBLED_AT_MOST: u32 = 4;

impl Room {
    /// Lets a connection watch from now on: a participant gets the view and what it missed, one who waits their own card.
    pub(super) async fn subscribe(
        &mut self,
        watcher: Watcher,
        after: Option<Seq>,
    ) -> Result<Subscription, Problem> {
        let connections = self.subscribers.iter();
        if connections.filter(|one| one.watcher == watcher).count() >= CONNECTIONS_EACH {
            return Err(Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_connections",
                "This conversation is open in too many tabs or on too many devices. Please close some of them.",
            )
            .with_retry_after(TRY_AGAIN_S));
        }
        let Watcher::Participant(participant_id) = watcher else {
            return self.show_from_now_on(watcher, after).await;
        };
        self.connected(participant_id).await?;
        let shown = self.show_from_now_on(watcher, after).await;
        if shown.is_err() {
            self.note_dropped(&[participant_id]).await;
        }
        shown
    }

    async fn show_from_now_on(
        &mut self,
        watcher: Watcher,
        after: Option<Seq>,
    ) -> Result<Subscription, Problem> {
        if self.over {
            return Err(RoomGone.into());
        }
        let (viewer, first) = match watcher {
            Watcher::Participant(participant_id) => {
                let viewer = Viewer::participant(&self.state, participant_id)
                    .ok_or_else(|| Problem::not_found("participant"))?;
                let welcome = self.welcome(&viewer, after).await?;
                (Some(viewer), welcome)
            }
            Watcher::Knock(request_id) => {
                let waiting = waiting_view(&self.state, request_id, self.context.clock.now())
                    .ok_or_else(|| Problem::not_found("knock"))?;
                (None, ServerFrame::Waiting { waiting })
            }
        };
        let (subscriber, subscription) = subscriber(watcher, viewer);
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
        // The log may have grown on another node; what is beyond this state comes when this node hears of it.
        let known = stored
            .iter()
            .take_while(|event| event.seq <= self.state.seq());
        for event in known {
            events.extend(seen_by(
                &read_event(event).map_err(Problem::internal)?,
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
        let mut closed = Vec::new();
        self.subscribers.retain(|subscriber| {
            let stays = !ids.contains(&subscriber.id);
            if let (false, Watcher::Participant(participant_id)) = (stays, subscriber.watcher) {
                closed.push(participant_id);
            }
            stays
        });
        // Telling the others may find more connections gone; each round forgets some, so this ends.
        Box::pin(self.note_dropped(&closed)).await;
    }

    /// Records that these people have dropped out, unless they are connected here.
    pub(super) async fn note_dropped(&mut self, participants: &[ParticipantId]) {
        for participant_id in participants {
            if !self.dropped.contains(participant_id) {
                self.dropped.push(*participant_id);
            }
        }
        self.record_drops().await;
    }

    /// Records drops that are not recorded yet. Those that cannot be stored now are tried again later: whoever stays in the
    /// log as being here keeps their owner out, and notices from being mailed.
    pub(super) async fn record_drops(&mut self) {
        let mut dropped = std::mem::take(&mut self.dropped);
        dropped.retain(|participant_id| !self.is_connected(*participant_id));
        let mut outcomes = Vec::with_capacity(dropped.len());
        let commands = dropped
            .into_iter()
            .map(|participant_id| {
                let (reply, outcome) = oneshot::channel();
                outcomes.push((participant_id, outcome));
                CommandInput {
                    actor: Actor::System,
                    command: Command::Disconnected { participant_id },
                    finishes: None,
                    reply: Reply::Caller(reply),
                }
            })
            .collect();
        self.execute(commands).await;
        for (participant_id, mut outcome) in outcomes {
            // Everything has been answered by now, except by a room that is over.
            let settled = matches!(outcome.try_recv(), Ok(Ok(_) | Err(NotDone::Refused(_))));
            if !settled && !self.dropped.contains(&participant_id) {
                self.dropped.push(participant_id);
            }
        }
        if self.dropped.is_empty() {
            self.record_drops_at = None;
            self.failed_records = 0;
        } else {
            let wait = RECORD_AGAIN * 2_u32.pow(self.failed_records);
            self.record_drops_at = Some(Instant::now() + wait);
            self.failed_records = DOUBLED_AT_MOST.min(self.failed_records + 1);
        }
    }

    /// Whom the log has as here though no connection of theirs will be, now that this room is over.
    pub(super) fn left_behind(self) -> Vec<ParticipantId> {
        let connected = self
            .subscribers
            .iter()
            .filter_map(|subscriber| match subscriber.watcher {
                Watcher::Participant(participant_id) => Some(participant_id),
                Watcher::Knock(_) => None,
            });
        connected.chain(self.dropped.iter().copied()).collect()
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
