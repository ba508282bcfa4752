//! Coming, coming back, and going.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::{Duration, Instant};

use livekit_protocol::{
    self as proto, Codec, DisconnectReason, JoinResponse, ParticipantUpdate, ReconnectResponse,
    ServerInfo, SessionDescription, leave_request, participant_info, signal_response,
};

use str0m::net::Protocol;

use super::participant::Participant;
use super::quality::Quality;
use super::{Output, Room};
use crate::ids::{ParticipantKey, PeerKey, PeerRole, SessionId};
use crate::peer::Peer;
use crate::signal::{Join, response};
use crate::token::Claims;

/// The release of LiveKit whose behaviour clients may expect. Newer ones invite clients to use what this server does not have.
const SERVER_VERSION: &str = "1.9.0";

/// The version of the signalling protocol.
const PROTOCOL: i32 = 16;

/// How often clients send a ping, and how long they wait for its answer, in seconds.
const PING_INTERVAL: i32 = 5;
const PING_TIMEOUT: i32 = 15;

/// A client that wants TCP comes back for it within this.
pub(super) const TCP_WITHIN: Duration = Duration::from_secs(30);

/// Somebody at the door.
pub(crate) struct Entry {
    pub session: SessionId,
    pub claims: Claims,
    pub join: Join,
}

/// Why somebody does not come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EntryError {
    #[error("room is full")]
    Full,
}

impl Room {
    /// Lets somebody in, or somebody back in.
    pub(crate) fn enter(&mut self, now: Instant, entry: Entry) -> Result<(), EntryError> {
        if let Some(sid) = &entry.join.resume {
            let found = self
                .participants
                .values()
                .find(|inside| inside.sid == *sid && inside.identity() == entry.claims.sub);
            match found.map(|inside| inside.key) {
                Some(key) => self.resume(now, key, entry),
                None => self.refuse_resume(&entry),
            }
        } else {
            self.join(now, entry)?;
        }
        self.settle(now);
        Ok(())
    }

    /// Somebody wants to go on with a stay that is over, or of which nothing is known here, maybe since a restart.
    fn refuse_resume(&mut self, entry: &Entry) {
        let is_elsewhere = self
            .participants
            .values()
            .any(|inside| inside.identity() == entry.claims.sub && inside.session.is_some());
        if !is_elsewhere {
            // Told so, a client joins anew and publishes again by itself.
            return self.dismiss(
                entry.session,
                DisconnectReason::StateMismatch,
                leave_request::Action::Reconnect,
            );
        }
        // A laptop that wakes up, while its owner went on with a phone. Joining anew would throw the phone out. Clients take every goodbye that comes first
        // for a reason to join anew, whatever it says; after a welcome they do what it says.
        let welcome = ReconnectResponse {
            server_info: Some(server_info()),
            ..Default::default()
        };
        self.outputs.push_back(Output::Signal {
            session: entry.session,
            response: Box::new(response(signal_response::Message::Reconnect(welcome))),
        });
        self.dismiss(
            entry.session,
            DisconnectReason::DuplicateIdentity,
            leave_request::Action::Disconnect,
        );
    }

    fn join(&mut self, now: Instant, entry: Entry) -> Result<(), EntryError> {
        let same = self
            .participants
            .values()
            .find(|inside| inside.identity() == entry.claims.sub)
            .map(|inside| inside.key);
        if let Some(key) = same {
            self.remove(
                now,
                key,
                DisconnectReason::DuplicateIdentity,
                leave_request::Action::Disconnect,
            );
        }
        if self.participants.len() >= self.options.max_participants {
            return Err(EntryError::Full);
        }
        let Entry {
            session,
            claims,
            join,
        } = entry;
        let key = self.ids.participant_key();
        let participant = self.newcomer(now, key, session, claims, &join);
        let hidden = participant.permission.hidden;
        let single_peer = participant.is_single_peer();
        let info = participant.info(&self.tracks);
        let others = self.visible_to(key);
        self.participants.insert(key, participant);
        self.sessions.insert(session, key);
        self.empty = None;
        self.send(
            key,
            signal_response::Message::Join(self.welcome(now, info, others, !single_peer)),
        );
        self.route(key);
        if !hidden {
            self.announce(key);
        }
        for request in join.add_tracks {
            self.add_track(key, request);
        }
        match join.offer {
            Some(offer) => self.handle_offer(now, key, &offer),
            None if !single_peer => self.offer_if_due(key),
            None => {}
        }
        self.reconcile(now, key);
        Ok(())
    }

    fn newcomer(
        &mut self,
        now: Instant,
        key: ParticipantKey,
        session: SessionId,
        claims: Claims,
        join: &Join,
    ) -> Participant {
        let permission = claims.video.permission();
        let only = self
            .tcp_next
            .remove(&claims.sub)
            .filter(|asked| now.saturating_duration_since(*asked) < TCP_WITHIN)
            .map(|_| Protocol::Tcp);
        let mut attributes = claims.attributes.clone();
        let mut metadata = claims.metadata.clone();
        if permission.can_update_metadata {
            let mut merged = attributes.clone();
            merged.extend(join.attributes.clone());
            if self.fits(&join.metadata, &merged) {
                attributes = merged;
                if !join.metadata.is_empty() {
                    metadata.clone_from(&join.metadata);
                }
            }
        }
        Participant {
            key,
            sid: self.ids.sid("PA_"),
            name: claims.name.clone(),
            metadata,
            attributes,
            permission,
            client: join.client.clone(),
            state: participant_info::State::Joined,
            joined_at: now,
            joined_at_ms: self.clock.unix_ms(now),
            token_renewed_at: now,
            version: 1,
            session: Some(session),
            signal_lost_at: None,
            heard_at: now,
            publisher: Peer::new(&self.settings.peer, only, now),
            subscriber: (!join.single_peer).then(|| Peer::new(&self.settings.peer, only, now)),
            unreachable_since: None,
            published: Vec::new(),
            ended: BTreeMap::new(),
            streams: HashMap::new(),
            audience: None,
            last_data: 0,
            auto_subscribe: join.auto_subscribe,
            allow_pause: join.allow_pause,
            choices: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
            sent: BTreeMap::new(),
            sections: BTreeMap::new(),
            sections_asked_at: None,
            stopped: HashSet::new(),
            offer_due: !join.single_peer,
            quality: Quality::new(now),
            claims,
        }
    }

    fn welcome(
        &self,
        now: Instant,
        participant: proto::ParticipantInfo,
        others: Vec<proto::ParticipantInfo>,
        subscriber_primary: bool,
    ) -> JoinResponse {
        let ice_servers = self.ice_servers(now, &participant.sid);
        JoinResponse {
            room: Some(self.info()),
            participant: Some(participant),
            other_participants: others,
            server_version: SERVER_VERSION.into(),
            server_info: Some(server_info()),
            ice_servers,
            subscriber_primary,
            ping_interval: PING_INTERVAL,
            ping_timeout: PING_TIMEOUT,
            enabled_publish_codecs: codecs(),
            ..Default::default()
        }
    }

    /// The STUN and TURN servers, with a participant's own login.
    fn ice_servers(&self, now: Instant, sid: &str) -> Vec<proto::IceServer> {
        let unix_seconds = self.clock.unix_ms(now) / 1_000;
        let servers = self.settings.ice_servers.iter().map(|server| {
            let (username, credential) = server.login.of(sid, unix_seconds);
            proto::IceServer {
                urls: server.urls.clone(),
                username,
                credential,
            }
        });
        servers.collect()
    }

    /// A participant whose signalling connection broke has a new one. Its peer connections, and so its media, never stopped.
    fn resume(&mut self, now: Instant, key: ParticipantKey, entry: Entry) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let old = participant.session.replace(entry.session);
        participant.signal_lost_at = None;
        participant.heard_at = now;
        participant.sections_asked_at = None;
        let last_message_seq = participant.last_data;
        if let Some(old) = old {
            self.sessions.remove(&old);
            self.outputs.push_back(Output::CloseSession(old));
        }
        self.sessions.insert(entry.session, key);
        let sid = participant.sid.clone();
        let reconnect = ReconnectResponse {
            ice_servers: self.ice_servers(now, &sid),
            client_configuration: None,
            server_info: Some(server_info()),
            last_message_seq,
        };
        self.send(key, signal_response::Message::Reconnect(reconnect));
        let mut participants = self.visible_to(key);
        participants.extend(
            self.participants
                .get(&key)
                .map(|participant| participant.info(&self.tracks)),
        );
        self.send(
            key,
            signal_response::Message::Update(ParticipantUpdate { participants }),
        );
        self.announce_room_to(key);
        self.restart_receiving(key);
        self.reconcile(now, key);
    }

    fn announce_room_to(&mut self, key: ParticipantKey) {
        let room = Some(self.info());
        self.send(
            key,
            signal_response::Message::RoomUpdate(proto::RoomUpdate { room }),
        );
    }

    /// Everyone whom a participant may know of, but itself.
    fn visible_to(&self, key: ParticipantKey) -> Vec<proto::ParticipantInfo> {
        let others = self
            .participants
            .values()
            .filter(|other| other.key != key && !other.permission.hidden);
        others.map(|other| other.info(&self.tracks)).collect()
    }

    /// Media and data can flow on a peer connection.
    pub(super) fn handle_connected(&mut self, now: Instant, key: PeerKey) {
        let Some(participant) = self.participants.get_mut(&key.participant) else {
            return;
        };
        if key.role == participant.primary_role() && !participant.is_active() {
            participant.state = participant_info::State::Active;
            participant.unreachable_since = None;
            self.announce(key.participant);
        }
        self.reconcile(now, key.participant);
    }

    /// Ends somebody's stay. `action` tells the client whether to come back.
    pub(super) fn remove(
        &mut self,
        now: Instant,
        key: ParticipantKey,
        reason: DisconnectReason,
        action: leave_request::Action,
    ) {
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        for track in participant.published.clone() {
            self.drop_track(track);
        }
        let Some(mut participant) = self.participants.remove(&key) else {
            return;
        };
        for track in participant.subscriptions.keys() {
            if let Some(track) = self.tracks.get_mut(track) {
                track.subscribers.remove(&key);
            }
        }
        participant.state = participant_info::State::Disconnected;
        participant.version += 1;
        let mut info = participant.info(&self.tracks);
        info.disconnect_reason = reason as i32;
        for role in [PeerRole::Publisher, PeerRole::Subscriber] {
            if let Some(peer) = participant.peer_mut(role) {
                peer.close();
                let peer = PeerKey {
                    participant: key,
                    role,
                };
                self.dirty.remove(&peer);
                self.outputs.push_back(Output::Forget(peer));
            }
        }
        if let Some(session) = participant.session {
            if reason == DisconnectReason::ClientInitiated {
                self.sessions.remove(&session);
                self.outputs.push_back(Output::CloseSession(session));
            } else {
                self.dismiss(session, reason, action);
            }
        }
        self.speakers.forget(&participant.sid);
        if !participant.permission.hidden {
            self.send_all(&signal_response::Message::Update(ParticipantUpdate {
                participants: vec![info],
            }));
        }
        if self.participants.is_empty() {
            self.empty = Some((now, true));
        }
    }

    /// Tells the driver under which names the peer connections of a participant are addressed.
    pub(super) fn route(&mut self, key: ParticipantKey) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        for role in [PeerRole::Publisher, PeerRole::Subscriber] {
            if let Some(peer) = participant.peer_mut(role) {
                let ufrag = peer.ufrag();
                self.outputs.push_back(Output::Route {
                    ufrag,
                    peer: PeerKey {
                        participant: key,
                        role,
                    },
                });
            }
        }
    }

    /// Whether metadata and all attributes together stay within the limit.
    pub(super) fn fits(&self, metadata: &str, attributes: &HashMap<String, String>) -> bool {
        let attributes: usize = attributes
            .iter()
            .map(|(name, value)| name.len() + value.len())
            .sum();
        metadata.len() <= self.settings.limits.metadata
            && attributes <= self.settings.limits.metadata
    }
}

fn server_info() -> ServerInfo {
    ServerInfo {
        version: SERVER_VERSION.into(),
        protocol: PROTOCOL,
        ..Default::default()
    }
}

/// The codecs that participants are invited to publish in.
pub(super) fn codecs() -> Vec<Codec> {
    let codec = |mime: &str| Codec {
        mime: mime.to_owned(),
        fmtp_line: String::new(),
    };
    [
        "audio/opus",
        "video/VP8",
        "video/H264",
        "video/VP9",
        "video/AV1",
        "video/rtx",
    ]
    .map(codec)
    .into()
}

/// A session description of the server's.
pub(super) fn description(
    kind: &str,
    sdp: String,
    id: u32,
    tracks: HashMap<String, String>,
) -> SessionDescription {
    SessionDescription {
        r#type: kind.to_owned(),
        sdp,
        id,
        mid_to_track_id: tracks,
    }
}
