//! A room: participants, what they publish, who receives it.
//!
//! The core has no sockets, no clock and no tasks. It takes what arrived (`handle_*`, and the plain verbs of the room service), always with the time,
//! and yields what must happen ([`Room::poll_output`]) and when it wants to be called again ([`Room::next_wake`]). A driver does the rest.

mod clock;
mod congestion;
mod connecting;
mod data;
mod joining;
mod keyframes;
mod layers;
mod leaving;
mod media;
mod participant;
mod publishing;
mod quality;
mod requests;
mod resuming;
mod speakers;
mod steering;
mod subscribing;
mod telling;
#[cfg(test)]
mod tests;
mod tokens;
mod track;
mod welcome;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub(crate) use clock::Clock;
pub(crate) use joining::{Entry, EntryError};
use livekit_protocol::{DisconnectReason, SignalResponse, leave_request};
use participant::Participant;
pub(crate) use steering::SteeringError;
use str0m::net::{Receive, Transmit};
use track::Track;

use crate::config::Limits;
use crate::ice_servers::IceServer;
use crate::ids::{Ids, ParticipantKey, PeerKey, SessionId, TrackKey};
use crate::peer::{Peer, PeerEvent, PeerOutput, PeerSettings};

/// How often a room with participants looks after what time alone changes.
const TICK: Duration = Duration::from_millis(200);

/// What all rooms of a server share.
pub(crate) struct RoomSettings {
    pub peer: PeerSettings,
    pub limits: Limits,
    pub ice_servers: Vec<IceServer>,
    pub api_key: String,
    pub api_secret: String,
}

/// What one room is made with.
#[derive(Debug, Clone)]
pub(crate) struct RoomOptions {
    pub name: String,
    pub metadata: String,
    /// How long it stays without ever having been entered.
    pub empty_timeout: Duration,
    /// How long it stays after the last one has left.
    pub departure_timeout: Duration,
    pub max_participants: usize,
}

/// Something for the driver to do.
pub(crate) enum Output {
    /// Send a datagram.
    Transmit(Transmit),
    /// Send a message to a client.
    Signal {
        session: SessionId,
        response: Box<SignalResponse>,
    },
    /// Close a signalling connection, after what was sent on it.
    CloseSession(SessionId),
    /// Datagrams for this name are for this peer connection.
    Route { ufrag: String, peer: PeerKey },
    /// The peer connection is no more.
    Forget(PeerKey),
}

/// A room.
pub(crate) struct Room {
    settings: Arc<RoomSettings>,
    options: RoomOptions,
    sid: String,
    clock: Arc<Clock>,
    created_ms: i64,
    ids: Ids,
    participants: BTreeMap<ParticipantKey, Participant>,
    tracks: BTreeMap<TrackKey, Track>,
    sessions: BTreeMap<SessionId, ParticipantKey>,
    outputs: VecDeque<Output>,
    /// Peer connections that have something to say.
    dirty: BTreeSet<PeerKey>,
    /// Since when nobody is here, and whether somebody was.
    empty: Option<(Instant, bool)>,
    deleted: bool,
    next_tick: Instant,
    speakers: speakers::Speakers,
    /// Who asked, and when, to be reached over TCP only next time.
    tcp_next: BTreeMap<String, Instant>,
}

/// A peer connection is of no more use.
struct Dead;

impl Room {
    /// An empty room. `seed` makes its ids.
    pub(crate) fn new(
        settings: Arc<RoomSettings>,
        options: RoomOptions,
        clock: Arc<Clock>,
        now: Instant,
        seed: u64,
    ) -> Self {
        let mut ids = Ids::new(seed);
        Self {
            sid: ids.sid("RM_"),
            settings,
            options,
            created_ms: clock.unix_ms(now),
            clock,
            ids,
            participants: BTreeMap::new(),
            tracks: BTreeMap::new(),
            sessions: BTreeMap::new(),
            outputs: VecDeque::new(),
            dirty: BTreeSet::new(),
            empty: Some((now, false)),
            deleted: false,
            next_tick: now + TICK,
            speakers: speakers::Speakers::new(now),
            tcp_next: BTreeMap::new(),
        }
    }

    /// A datagram arrived for a peer connection. What follows for others is done by [`Room::flush`], so that packets that arrive together are sent on
    /// together.
    pub(crate) fn handle_packet(&mut self, now: Instant, peer: PeerKey, receive: Receive<'_>) {
        if self.dirty.contains(&peer) {
            // str0m wants its connection drained before it is told anything new.
            self.settle_peer(now, peer);
        }
        if let Some(found) = self.peer(peer) {
            found.handle_packet(now, receive);
            self.settle_peer(now, peer);
        }
    }

    /// Does what the datagrams since the last call have led to.
    pub(crate) fn flush(&mut self, now: Instant) {
        self.settle(now);
    }

    /// Time went on.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        let due: Vec<_> = self
            .participants
            .values()
            .flat_map(|participant| {
                participant
                    .peers()
                    .filter(|(_, peer)| peer.wake() <= now)
                    .map(|(key, _)| key)
            })
            .collect();
        for key in due {
            if let Some(peer) = self.peer(key) {
                peer.handle_timeout(now);
                self.dirty.insert(key);
            }
        }
        if now >= self.next_tick {
            self.next_tick = now + TICK;
            self.tick(now);
        }
        self.settle(now);
    }

    /// When the room wants to be called at the latest.
    pub(crate) fn next_wake(&self) -> Instant {
        if let Some((since, was_entered)) = self.empty {
            return since + self.timeout(was_entered);
        }
        let peers = self
            .participants
            .values()
            .flat_map(|participant| participant.peers().map(|(_, peer)| peer.wake()));
        peers
            .min()
            .map_or(self.next_tick, |wake| wake.min(self.next_tick))
    }

    /// What is to be done.
    pub(crate) fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Whether the room has come to its end.
    pub(crate) fn is_over(&self, now: Instant) -> bool {
        self.deleted
            || self
                .empty
                .is_some_and(|(since, was_entered)| now >= since + self.timeout(was_entered))
    }

    fn timeout(&self, was_entered: bool) -> Duration {
        if was_entered {
            self.options.departure_timeout
        } else {
            self.options.empty_timeout
        }
    }

    fn peer(&mut self, key: PeerKey) -> Option<&mut Peer> {
        self.participants
            .get_mut(&key.participant)?
            .connections
            .peer_mut(key.role)
    }

    /// What time alone changes.
    fn tick(&mut self, now: Instant) {
        self.end_absences(now);
        self.refresh_layers(now);
        self.retry_sections(now);
        self.publish_speakers(now);
        self.publish_quality(now);
        self.refresh_tokens(now);
    }

    /// Polls the peer connections that have something to say until none has.
    fn settle(&mut self, now: Instant) {
        while let Some(key) = self.dirty.first().copied() {
            self.settle_peer(now, key);
        }
    }

    /// Polls a peer connection until it has nothing to say.
    fn settle_peer(&mut self, now: Instant, key: PeerKey) {
        self.dirty.remove(&key);
        loop {
            match self.poll_peer(now, key) {
                Ok(Some(event)) => self.handle_event(now, key, event),
                Ok(None) => break,
                Err(Dead) => {
                    self.remove(
                        now,
                        key.participant,
                        DisconnectReason::ConnectionTimeout,
                        leave_request::Action::Reconnect,
                    );
                    break;
                }
            }
        }
    }

    /// Polls a peer connection up to its next event, and sends what it has to send on the way.
    fn poll_peer(&mut self, now: Instant, key: PeerKey) -> Result<Option<PeerEvent>, Dead> {
        let Some(participant) = self.participants.get_mut(&key.participant) else {
            return Ok(None);
        };
        let Some(peer) = participant.connections.peer_mut(key.role) else {
            return Ok(None);
        };
        loop {
            match peer.poll(now) {
                PeerOutput::Transmit(transmit) => {
                    self.outputs.push_back(Output::Transmit(transmit))
                }
                // What was written is sent once time is told.
                PeerOutput::Wait(wake) if wake <= now => peer.handle_timeout(now),
                PeerOutput::Wait(_) => return Ok(None),
                PeerOutput::Event(event) => return Ok(Some(event)),
                PeerOutput::Dead => return Err(Dead),
            }
        }
    }

    fn handle_event(&mut self, now: Instant, key: PeerKey, event: PeerEvent) {
        match event {
            PeerEvent::Packet(packet) => self.handle_media(now, key, *packet),
            PeerEvent::KeyframeWanted(mid) => {
                self.handle_keyframe_wanted(now, key.participant, mid)
            }
            PeerEvent::Data(lane, data) => self.handle_data(now, key.participant, lane, &data),
            PeerEvent::Estimate(bits_per_second) => self.handle_estimate(key, bits_per_second),
            PeerEvent::Connected => self.handle_connected(now, key),
            PeerEvent::Reachable(reachable) => self.handle_reachable(now, key, reachable),
            PeerEvent::Network { loss, round_trip } => {
                self.handle_network(now, key, loss, round_trip)
            }
        }
    }
}
