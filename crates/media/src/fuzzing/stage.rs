//! A room with two people in it: the attacker, who says whatever the input says, and a bystander, to whom nothing may happen.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use livekit_protocol::{
    AddTrackRequest, ParticipantInfo, Ping, SessionDescription, SignalRequest, SignalResponse,
    TrackSource, TrackType, signal_request, signal_response,
};
use prost::Message as _;
use str0m::crypto::CryptoProvider;
use str0m::net::{Protocol, Receive, Transmit};

use super::descriptions::{self, AUDIO_TRACK, VIDEO_TRACK};
use super::plain;
use crate::config::Limits;
use crate::ids::{ParticipantKey, PeerKey, PeerRole, SessionId};
use crate::peer::{Lane, PeerSettings};
use crate::room::{Clock, Entry, Output, Room, RoomOptions, RoomSettings};
use crate::signal::Join;
use crate::token::{Claims, VideoGrants};

pub(super) const SERVER: SocketAddr =
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 7_882);

const ATTACKER: &str = "attacker";
const BYSTANDER: &str = "bystander";

/// Most that one thing which the attacker does may make the room say to the bystander, in bytes: every track it may have, as often
/// as an offer can change them.
const MOST_TOLD: usize = 1024 * 1024;

/// Sections that the bystander adds to its offer; a description with more takes long to read.
const MOST_SECTIONS: u32 = 12;

/// Calls that letting time go on may take. A room that wants to be called again at once, for ever, would take all of a core.
const MOST_CALLS: usize = 20_000;

/// What the attacker is allowed, and how it comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Manner(pub u8);

impl Manner {
    pub(super) const V0: u8 = 1;
    pub(super) const MONITOR: u8 = 2;
    pub(super) const MAY_RENAME: u8 = 4;
    pub(super) const MICROPHONE_ONLY: u8 = 8;
    pub(super) const ONE_LAYER: u8 = 16;
    pub(super) const OFFERS_LATER: u8 = 32;
    pub(super) const UNCONNECTED: u8 = 64;
    pub(super) const ALL_CODECS: u8 = 128;

    pub(super) fn is(self, flag: u8) -> bool {
        self.0 & flag != 0
    }

    fn grants(self) -> VideoGrants {
        VideoGrants {
            hidden: self.is(Self::MONITOR),
            can_publish: Some(!self.is(Self::MONITOR)),
            can_publish_data: Some(!self.is(Self::MONITOR)),
            can_publish_sources: if self.is(Self::MICROPHONE_ONLY) {
                vec!["microphone".into()]
            } else {
                Vec::new()
            },
            can_update_own_metadata: Some(self.is(Self::MAY_RENAME)),
            ..Default::default()
        }
    }
}

/// One of the two.
pub(super) struct Seat {
    pub address: SocketAddr,
    pub session: SessionId,
    pub key: Option<ParticipantKey>,
    pub sid: String,
    /// Its peer connections and the names under which they are addressed.
    pub peers: BTreeMap<PeerRole, String>,
    /// What it last offered.
    pub offered: String,
    offers: u32,
    /// What the server last offered it, in v0.
    pub was_offered: Option<SessionDescription>,
    wants_sections: Option<(u32, u32)>,
    sections: u32,
}

pub(super) struct Stage {
    pub room: Room,
    pub now: Instant,
    pub attacker: Seat,
    pub bystander: Seat,
    manner: Manner,
    sessions: u64,
    transactions: u32,
    told: usize,
    before: ParticipantInfo,
    /// Packets of media that reached the bystander.
    pub forwarded: usize,
}

/// One start for all inputs, so that none depends on when it runs.
fn start() -> Instant {
    static START: OnceLock<Instant> = OnceLock::new();
    *START.get_or_init(Instant::now)
}

fn settings(crypto: Option<CryptoProvider>) -> Arc<RoomSettings> {
    let addresses = vec![(Protocol::Udp, SERVER)];
    // Making a certificate takes longer than all the rest.
    static REAL: OnceLock<Option<PeerSettings>> = OnceLock::new();
    let peer = match crypto {
        Some(crypto) => PeerSettings::with(crypto, plain::certificate(), addresses),
        None => REAL
            .get_or_init(|| PeerSettings::new(addresses))
            .clone()
            .expect("a certificate can be made"),
    };
    Arc::new(RoomSettings {
        peer,
        limits: Limits::default(),
        ice_servers: Vec::new(),
        api_key: "key".into(),
        api_secret: "secret".into(),
    })
}

impl Seat {
    fn new(last: u8) -> Self {
        Self {
            address: SocketAddr::from(([10, 0, 0, last], 5_000)),
            session: SessionId(0),
            key: None,
            sid: String::new(),
            peers: BTreeMap::new(),
            offered: String::new(),
            offers: 0,
            was_offered: None,
            wants_sections: None,
            sections: 0,
        }
    }

    pub(super) fn describe(&mut self, sdp: String) -> SessionDescription {
        self.offers += 1;
        self.offered.clone_from(&sdp);
        SessionDescription {
            r#type: "offer".into(),
            sdp,
            id: self.offers,
            ..Default::default()
        }
    }
}

/// Announces what [`descriptions::offer`] carries.
fn tracks() -> Vec<AddTrackRequest> {
    let track = |cid: &str, source: TrackSource, kind: TrackType| AddTrackRequest {
        cid: cid.into(),
        source: source as i32,
        r#type: kind as i32,
        ..Default::default()
    };
    vec![
        track(AUDIO_TRACK, TrackSource::Microphone, TrackType::Audio),
        track(VIDEO_TRACK, TrackSource::Camera, TrackType::Video),
    ]
}

impl Stage {
    /// With packets in clear text, so that an input reaches what lies behind the authentication.
    pub(super) fn in_clear(manner: Manner) -> Self {
        Self::new(manner, Some(plain::provider()))
    }

    /// With packets as they are.
    pub(super) fn enciphered(manner: Manner) -> Self {
        Self::new(manner, None)
    }

    fn new(manner: Manner, crypto: Option<CryptoProvider>) -> Self {
        let now = start();
        let in_clear = crypto.is_some();
        let options = RoomOptions {
            name: "room".into(),
            metadata: String::new(),
            empty_timeout: Duration::from_secs(300),
            departure_timeout: Duration::from_secs(20),
            max_participants: 4,
        };
        let clock = Arc::new(Clock::new(now, 1_800_000_000_000));
        let mut stage = Self {
            room: Room::new(settings(crypto), options, clock, now, 7),
            now,
            attacker: Seat::new(1),
            bystander: Seat::new(2),
            manner,
            sessions: 0,
            transactions: 0,
            told: 0,
            before: ParticipantInfo::default(),
            forwarded: 0,
        };
        // Reading descriptions takes most of the time.
        let codecs = if manner.is(Manner::ALL_CODECS) {
            descriptions::ALL
        } else {
            1
        };
        let offer = stage.bystander.describe(descriptions::offer(false, codecs));
        stage.enter(
            BYSTANDER,
            Join {
                single_peer: true,
                auto_subscribe: true,
                allow_pause: true,
                offer: Some(offer),
                add_tracks: tracks(),
                ..Default::default()
            },
        );
        if in_clear {
            stage.connect(BYSTANDER);
        }
        stage.before = stage.look(BYSTANDER).expect("the bystander came in");
        let single_peer = !manner.is(Manner::V0);
        let later = manner.is(Manner::OFFERS_LATER);
        let offer = descriptions::offer(!manner.is(Manner::ONE_LAYER), codecs);
        let offer = (!later).then(|| stage.attacker.describe(offer));
        let mut join = Join {
            single_peer,
            auto_subscribe: true,
            allow_pause: true,
            ..Default::default()
        };
        if single_peer {
            join.add_tracks = tracks();
            join.offer.clone_from(&offer);
        }
        stage.enter(ATTACKER, join);
        if let Some(offer) = offer.filter(|_| !single_peer) {
            for track in tracks() {
                stage.say(ATTACKER, signal_request::Message::AddTrack(track));
            }
            stage.say(ATTACKER, signal_request::Message::Offer(offer));
        }
        if in_clear && !manner.is(Manner::UNCONNECTED) {
            stage.connect(ATTACKER);
        }
        stage
    }

    pub(super) fn seat(&mut self, identity: &str) -> &mut Seat {
        if identity == ATTACKER {
            &mut self.attacker
        } else {
            &mut self.bystander
        }
    }

    /// Somebody comes in, or comes in again.
    pub(super) fn enter(&mut self, identity: &'static str, join: Join) {
        self.sessions += 1;
        let session = SessionId(self.sessions);
        let video = if identity == ATTACKER {
            self.manner.grants()
        } else {
            VideoGrants::default()
        };
        let claims = Claims {
            iss: "key".into(),
            sub: identity.into(),
            name: identity.into(),
            video,
            ..Default::default()
        };
        let entry = Entry {
            session,
            claims,
            join,
        };
        self.seat(identity).session = session;
        // A full room is an answer like others.
        _ = self.room.enter(self.now, entry);
        self.perform();
        if let Some(info) = self.look(identity) {
            self.seat(identity).sid = info.sid;
        }
    }

    pub(super) fn attacker_enters(&mut self, join: Join) {
        self.enter(ATTACKER, join);
    }

    pub(super) fn say(&mut self, identity: &str, message: signal_request::Message) {
        let session = self.seat(identity).session;
        let request = SignalRequest {
            message: Some(message),
        };
        self.room.handle_request(self.now, session, request);
        self.perform();
    }

    pub(super) fn attacker_says(&mut self, request: SignalRequest) {
        let session = self.attacker.session;
        self.room.handle_request(self.now, session, request);
        self.perform();
    }

    pub(super) fn attacker_hangs_up(&mut self) {
        let session = self.attacker.session;
        self.room.handle_session_closed(self.now, session);
        self.perform();
    }

    pub(super) fn attacker_sends_data(&mut self, lane: Lane, data: &[u8]) {
        if let Some(key) = self.attacker.key {
            self.room.handle_data(self.now, key, lane, data);
            self.room.flush(self.now);
            self.perform();
        }
    }

    /// What a browser does to open a path: a STUN request that says whom it is for, and that this path is the one.
    pub(super) fn connect(&mut self, identity: &str) {
        let names: Vec<_> = self
            .seat(identity)
            .peers
            .iter()
            .map(|(role, ufrag)| (*role, ufrag.clone()))
            .collect();
        for (role, ufrag) in names {
            self.transactions += 1;
            let request = binding(&ufrag, self.transactions, &[]);
            self.packet(identity, role, &request);
        }
    }

    /// A datagram arrives for a peer connection of somebody's, from where they are.
    pub(super) fn packet(&mut self, identity: &str, role: PeerRole, datagram: &[u8]) {
        let seat = self.seat(identity);
        let (address, key) = (seat.address, seat.key);
        if let (Some(participant), Ok(receive)) =
            (key, Receive::new(Protocol::Udp, address, SERVER, datagram))
        {
            let peer = PeerKey { participant, role };
            self.room.handle_packet(self.now, peer, receive);
            self.room.flush(self.now);
            self.perform();
        }
    }

    /// Time goes on, in which the bystander does what keeps a browser in a call, and the attacker its half of it.
    pub(super) fn pass(&mut self, duration: Duration) {
        self.say(BYSTANDER, signal_request::Message::PingReq(Ping::default()));
        self.connect(BYSTANDER);
        self.connect(ATTACKER);
        let end = self.now + duration;
        let mut calls = 0;
        while self.room.next_wake() <= end {
            self.now = self.now.max(self.room.next_wake());
            self.room.handle_timeout(self.now);
            self.perform();
            calls += 1;
            assert!(calls < MOST_CALLS, "the room wants to be called for ever");
            self.offer_again();
        }
        self.now = end;
    }

    /// The bystander offers the sections that it was asked for.
    fn offer_again(&mut self) {
        let Some((audios, videos)) = self.bystander.wants_sections.take() else {
            return;
        };
        self.bystander.sections += audios + videos;
        if self.bystander.sections > MOST_SECTIONS {
            return;
        }
        let offered = descriptions::with_sections(&self.bystander.offered, audios, videos);
        let offer = self.bystander.describe(offered);
        self.say(BYSTANDER, signal_request::Message::Offer(offer));
    }

    pub(super) fn look(&self, identity: &str) -> Option<ParticipantInfo> {
        self.room.participant(identity).ok()
    }

    fn perform(&mut self) {
        while let Some(output) = self.room.poll_output() {
            match output {
                Output::Transmit(transmit) => self.arrive(&transmit),
                Output::Signal { session, response } if session == self.bystander.session => {
                    self.hear(&response)
                }
                Output::Signal { session, response } if session == self.attacker.session => {
                    if let Some(signal_response::Message::Offer(offer)) = response.message {
                        self.attacker.was_offered = Some(offer);
                    }
                }
                Output::Signal { .. } => {}
                Output::CloseSession(session) => assert_ne!(
                    session, self.bystander.session,
                    "the bystander was hung up on"
                ),
                Output::Route { ufrag, peer } => self.route(ufrag, peer),
                Output::Forget(peer) => {
                    // The bystander's end is told, with the reason, right after this.
                    if Some(peer.participant) == self.attacker.key {
                        self.attacker.peers.remove(&peer.role);
                    }
                }
            }
        }
    }

    fn arrive(&mut self, transmit: &Transmit) {
        if transmit.destination == self.bystander.address {
            let is_media = matches!(transmit.contents[..], [first, kind, ..] if first & 0xc0 == 0x80 && !(64..96).contains(&(kind & 0x7f)));
            self.forwarded += usize::from(is_media);
        }
    }

    fn route(&mut self, ufrag: String, peer: PeerKey) {
        let is_bystander = *self.bystander.key.get_or_insert(peer.participant) == peer.participant;
        let seat = if is_bystander {
            &mut self.bystander
        } else {
            &mut self.attacker
        };
        if seat.key != Some(peer.participant) {
            seat.key = Some(peer.participant);
            seat.peers.clear();
        }
        seat.peers.insert(peer.role, ufrag);
    }

    fn hear(&mut self, response: &SignalResponse) {
        self.told += response.encoded_len();
        match &response.message {
            Some(signal_response::Message::Leave(leave)) => {
                panic!("the bystander was told to leave: {:?}", leave.reason())
            }
            Some(signal_response::Message::Update(update)) if self.manner.is(Manner::MONITOR) => {
                let seen = update
                    .participants
                    .iter()
                    .any(|one| one.identity == ATTACKER);
                assert!(!seen, "a monitor was seen");
            }
            Some(signal_response::Message::MediaSectionsRequirement(wanted)) => {
                self.bystander.wants_sections = Some((wanted.num_audios, wanted.num_videos))
            }
            _ => {}
        }
    }

    /// What must hold whatever the attacker did.
    pub(super) fn check(&mut self) {
        self.offer_again();
        let told = std::mem::take(&mut self.told);
        assert!(told <= MOST_TOLD, "the bystander was told {told} bytes");
        let inside: HashMap<_, _> = self
            .room
            .participants()
            .into_iter()
            .map(|info| (info.identity.clone(), info))
            .collect();
        assert!(inside.len() <= 2, "somebody else came in");
        assert_eq!(
            self.room.participants().len(),
            inside.len(),
            "somebody is there twice"
        );
        let bystander = inside.get(BYSTANDER).expect("the bystander was removed");
        let as_shown = |info: &ParticipantInfo| {
            (
                info.name.clone(),
                info.metadata.clone(),
                info.attributes.clone(),
                info.permission.clone(),
                info.tracks.clone(),
            )
        };
        assert_eq!(
            as_shown(bystander),
            as_shown(&self.before),
            "the bystander was changed"
        );
        if let Some(attacker) = inside.get(ATTACKER) {
            self.check_attacker(attacker);
        }
    }

    fn check_attacker(&self, attacker: &ParticipantInfo) {
        let limits = Limits::default();
        assert!(attacker.tracks.len() <= limits.tracks);
        let attributes: usize = attacker
            .attributes
            .iter()
            .map(|(name, value)| name.len() + value.len())
            .sum();
        assert!(
            attributes <= limits.metadata,
            "{attributes} bytes of attributes"
        );
        assert!(attacker.metadata.len() <= limits.metadata);
        assert!(attacker.name.len() <= 256);
        if self.manner.is(Manner::MONITOR) {
            assert!(attacker.tracks.is_empty(), "a monitor publishes");
        }
        if self.manner.is(Manner::MICROPHONE_ONLY) {
            let other = attacker
                .tracks
                .iter()
                .find(|track| track.source() != TrackSource::Microphone);
            assert!(other.is_none(), "a source that was not granted: {other:?}");
        }
        if !self.manner.is(Manner::MAY_RENAME) {
            assert!(attacker.attributes.is_empty() && attacker.metadata.is_empty());
        }
        let granted = self.manner.grants().permission();
        assert_eq!(attacker.permission.as_ref(), Some(&granted));
    }
}

/// A STUN binding request for the peer connection of this name, with these attributes before its end.
pub(super) fn binding(ufrag: &str, transaction: u32, attributes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    let username = format!("{ufrag}:them");
    let mut attribute = |kind: u16, value: &[u8]| {
        body.extend(kind.to_be_bytes());
        body.extend((value.len() as u16).to_be_bytes());
        body.extend(value);
        body.resize(body.len().next_multiple_of(4), 0);
    };
    // USERNAME, PRIORITY, ICE-CONTROLLING, USE-CANDIDATE (RFC 8445 §7.1).
    attribute(0x0006, username.as_bytes());
    attribute(0x0024, &0x6e00_1eff_u32.to_be_bytes());
    attribute(0x802a, &[1; 8]);
    attribute(0x0025, &[]);
    body.extend(attributes);
    // MESSAGE-INTEGRITY, as `plain` has it.
    body.extend([0, 8, 0, 20]);
    body.extend([0; 20]);
    let mut datagram = vec![0, 1];
    datagram.extend((body.len() as u16).to_be_bytes());
    datagram.extend([0x21, 0x12, 0xa4, 0x42]);
    datagram.extend([0; 8]);
    datagram.extend(transaction.to_be_bytes());
    datagram.extend(body);
    datagram
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_that_makes_str0m_panic_ends_its_senders_stay_only() {
        let mut stage = Stage::in_clear(Manner(Manner::OFFERS_LATER));
        assert!(stage.look(ATTACKER).is_some());
        // Two sections that disagree on what a payload type stands for.
        let sdp = descriptions::offer(false, descriptions::ALL).replacen(
            "profile-level-id=42e01f",
            "profile-level-id=none",
            1,
        );
        let offer = stage.attacker.describe(sdp);
        stage.say(ATTACKER, signal_request::Message::Offer(offer));
        stage.check();
        assert!(stage.look(ATTACKER).is_none());
    }
}
