//! A room: participants, what they publish, who receives it.
//!
//! The core has no sockets, no clock and no tasks. It takes what arrived (`handle_*`, and the plain verbs of the room service), always with the time,
//! and yields what must happen ([`Room::poll_output`]) and when it wants to be called again ([`Room::next_wake`]). A driver does the rest.

mod congestion;
mod data;
mod joining;
mod layers;
mod media;
mod participant;
mod publishing;
mod quality;
mod requests;
mod speakers;
mod steering;
mod subscribing;
#[cfg(test)]
mod tests;
mod track;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

pub(crate) use joining::{Entry, EntryError};
use livekit_protocol::{
    self as proto, DisconnectReason, ParticipantUpdate, RoomUpdate, SignalResponse, leave_request,
    signal_response,
};
use participant::Participant;
pub(crate) use steering::SteeringError;
use str0m::net::{Receive, Transmit};
use track::Track;

use crate::config::Limits;
use crate::ice_servers::IceServer;
use crate::ids::{Ids, ParticipantKey, PeerKey, SessionId, TrackKey};
use crate::peer::{Peer, PeerEvent, PeerOutput, PeerSettings, UNREACHABLE};
use crate::signal::{leave, response};

/// How often a room with participants looks after what time alone changes.
const TICK: Duration = Duration::from_millis(200);

/// Someone whose signalling connection broke has this long to come back, in which media goes on.
const RESUME_WITHIN: Duration = Duration::from_secs(30);

/// A participant whose media never came through is given up after this.
const CONNECT_WITHIN: Duration = Duration::from_secs(60);

/// A client sends a ping every five seconds; one that has been silent for this long has gone without a word.
const SILENCE: Duration = Duration::from_secs(25);

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

/// Time as the core knows it: instants, and what they are on the wall. The driver says so again and again: somebody may set the clock, and while a machine
/// sleeps only the wall's goes on.
#[derive(Debug)]
pub(crate) struct Clock {
    pub start: Instant,
    /// Unix time of `start`, in milliseconds, as the wall has it now.
    start_unix_ms: AtomicI64,
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

impl Clock {
    /// One that starts now, at this Unix time in milliseconds.
    pub(crate) fn new(now: Instant, unix_ms: i64) -> Self {
        Self {
            start: now,
            start_unix_ms: AtomicI64::new(unix_ms),
        }
    }

    /// The wall says that it is this Unix time now, in milliseconds.
    pub(crate) fn set(&self, now: Instant, unix_ms: i64) {
        self.start_unix_ms
            .store(unix_ms - self.since_start_ms(now), Ordering::Relaxed);
    }

    /// Unix milliseconds of an instant.
    fn unix_ms(&self, now: Instant) -> i64 {
        self.start_unix_ms.load(Ordering::Relaxed) + self.since_start_ms(now)
    }

    fn since_start_ms(&self, now: Instant) -> i64 {
        now.saturating_duration_since(self.start).as_millis() as i64
    }
}

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

    /// A signalling connection is gone, with or without a word.
    pub(crate) fn handle_session_closed(&mut self, now: Instant, session: SessionId) {
        let Some(key) = self.sessions.remove(&session) else {
            return;
        };
        if let Some(participant) = self.participants.get_mut(&key)
            && participant.session == Some(session)
        {
            participant.session = None;
            participant.signal_lost_at = Some(now);
        }
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

    /// The room as the room service and clients see it.
    pub(crate) fn info(&self) -> proto::Room {
        let visible = self
            .participants
            .values()
            .filter(|participant| !participant.permission.hidden);
        let (participants, publishers) = visible.fold((0, 0), |(all, publishing), participant| {
            (
                all + 1,
                publishing + u32::from(participant.is_publisher(&self.tracks)),
            )
        });
        proto::Room {
            sid: self.sid.clone(),
            name: self.options.name.clone(),
            empty_timeout: self.options.empty_timeout.as_secs() as u32,
            departure_timeout: self.options.departure_timeout.as_secs() as u32,
            max_participants: self.options.max_participants as u32,
            creation_time: self.created_ms / 1_000,
            creation_time_ms: self.created_ms,
            metadata: self.options.metadata.clone(),
            num_participants: participants,
            num_publishers: publishers,
            enabled_codecs: joining::codecs(),
            ..Default::default()
        }
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

    /// Ends the stay of those who went without a word.
    fn end_absences(&mut self, now: Instant) {
        let since =
            |then: Option<Instant>, limit: Duration| then.is_some_and(|then| now >= then + limit);
        let mut gone = Vec::new();
        let mut silent = Vec::new();
        for participant in self.participants.values() {
            let lost = since(participant.signal_lost_at, RESUME_WITHIN);
            let unreachable = since(participant.unreachable_since, UNREACHABLE);
            let never_connected =
                !participant.is_active() && since(Some(participant.joined_at), CONNECT_WITHIN);
            if lost {
                gone.push((participant.key, DisconnectReason::SignalClose));
            } else if unreachable || never_connected {
                gone.push((participant.key, DisconnectReason::ConnectionTimeout));
            } else if let Some(session) = participant
                .session
                .filter(|_| since(Some(participant.heard_at), SILENCE))
            {
                silent.push(session);
            }
        }
        for (key, reason) in gone {
            self.remove(now, key, reason, leave_request::Action::Reconnect);
        }
        for session in silent {
            self.outputs.push_back(Output::CloseSession(session));
            self.handle_session_closed(now, session);
        }
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
        let participant = self.participants.get_mut(&key.participant);
        let Some(peer) = participant.and_then(|participant| participant.peer_mut(key.role)) else {
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

    fn handle_reachable(&mut self, now: Instant, key: PeerKey, reachable: bool) {
        let Some(participant) = self.participants.get_mut(&key.participant) else {
            return;
        };
        // In v0 the subscriber connection is the one that must hold: the other may never be used.
        let is_primary = key.role == participant.primary_role();
        if is_primary {
            participant.unreachable_since = (!reachable).then_some(now);
        }
    }

    /// Sends a message to a participant, if it is connected.
    fn send(&mut self, key: ParticipantKey, message: signal_response::Message) {
        if let Some(session) = self
            .participants
            .get(&key)
            .and_then(|participant| participant.session)
        {
            self.outputs.push_back(Output::Signal {
                session,
                response: Box::new(response(message)),
            });
        }
    }

    /// Sends a message to everyone.
    fn send_all(&mut self, message: &signal_response::Message) {
        let keys: Vec<_> = self.participants.keys().copied().collect();
        for key in keys {
            self.send(key, message.clone());
        }
    }

    /// Tells everyone who may know how a participant is now.
    fn announce(&mut self, key: ParticipantKey) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        participant.version += 1;
        let info = participant.info(&self.tracks);
        let hidden = participant.permission.hidden;
        let message = signal_response::Message::Update(ParticipantUpdate {
            participants: vec![info],
        });
        if hidden {
            self.send(key, message);
        } else {
            self.send_all(&message);
        }
    }

    fn announce_room(&mut self) {
        let message = signal_response::Message::RoomUpdate(RoomUpdate {
            room: Some(self.info()),
        });
        self.send_all(&message);
    }

    /// Says goodbye on a session and closes it.
    fn dismiss(
        &mut self,
        session: SessionId,
        reason: DisconnectReason,
        action: leave_request::Action,
    ) {
        self.outputs.push_back(Output::Signal {
            session,
            response: Box::new(leave(reason, action)),
        });
        self.outputs.push_back(Output::CloseSession(session));
        self.sessions.remove(&session);
    }

    /// The peer connection over which a participant receives has something to say.
    fn mark_receiver(&mut self, key: ParticipantKey) {
        if let Some(participant) = self.participants.get(&key) {
            self.dirty.insert(PeerKey {
                participant: key,
                role: participant.primary_role(),
            });
        }
    }
}
