//! One participant of a room.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Instant;

use livekit_protocol::{
    ClientInfo, ParticipantInfo, ParticipantPermission, SubscriptionPermission, participant_info,
};
use str0m::media::{MediaKind, Mid};
use str0m::rtp::Ssrc;

use super::quality::Quality;
use super::subscribing::Subscription;
use super::track::Track;
use crate::forward::Layer;
use crate::ids::{ParticipantKey, PeerKey, PeerRole, SessionId, TrackKey};
use crate::peer::Peer;
use crate::token::Claims;

/// One participant. It outlives its signalling connections, not its peer connections.
pub(super) struct Participant {
    pub key: ParticipantKey,
    pub sid: String,
    /// What the token says; renewed tokens are made from it.
    pub claims: Claims,
    pub name: String,
    pub metadata: String,
    pub attributes: HashMap<String, String>,
    pub permission: ParticipantPermission,
    pub client: ClientInfo,
    pub state: participant_info::State,
    pub joined_at: Instant,
    pub joined_at_ms: i64,
    /// When its token was last made, and lives how long.
    pub token_renewed_at: Instant,
    /// Counts changes; clients drop news that are older than what they know.
    pub version: u32,

    pub session: Option<SessionId>,
    pub signal_lost_at: Option<Instant>,
    pub heard_at: Instant,

    /// Carries what it publishes; in v1 also what it receives.
    pub publisher: Peer,
    /// Carries what it receives, in v0.
    pub subscriber: Option<Peer>,
    pub unreachable_since: Option<Instant>,

    /// What it publishes or is about to.
    pub published: Vec<TrackKey>,
    /// Sections that carried a track which has ended, as long as they go on sending it, and what they call it. A client that was told to stop
    /// may take its time, or not listen.
    pub ended: BTreeMap<Mid, Option<String>>,
    /// Which of its streams carries which layer of which track.
    pub streams: HashMap<Ssrc, (TrackKey, Layer)>,
    /// Whom it lets receive its tracks; `None` is everyone.
    pub audience: Option<SubscriptionPermission>,
    /// Last number of a reliable data packet, to know repeats after a resume.
    pub last_data: u32,

    pub auto_subscribe: bool,
    pub allow_pause: bool,
    /// What it asked for or declined track by track.
    pub choices: BTreeMap<TrackKey, bool>,
    pub subscriptions: BTreeMap<TrackKey, Subscription>,
    /// Which section carries which track to it.
    pub sent: BTreeMap<Mid, TrackKey>,
    /// v1: sections that its offers gave for receiving, and whether they have been used. None is used twice.
    pub sections: BTreeMap<Mid, Section>,
    /// v1: when sections were last asked for in vain.
    pub sections_asked_at: Option<Instant>,
    /// v0: sections that carry nothing any more.
    pub stopped: HashSet<Mid>,
    /// v0: whether an offer is due.
    pub offer_due: bool,
    pub quality: Quality,
}

/// A section in which a v1 client can receive.
#[derive(Debug, Clone, Copy)]
pub(super) struct Section {
    pub kind: MediaKind,
    pub used: bool,
}

impl Participant {
    pub(super) fn identity(&self) -> &str {
        &self.claims.sub
    }

    /// Whether media and data can flow.
    pub(super) fn is_active(&self) -> bool {
        self.state == participant_info::State::Active
    }

    /// Whether it publishes anything at present.
    pub(super) fn is_publisher(&self, tracks: &BTreeMap<TrackKey, Track>) -> bool {
        self.published
            .iter()
            .any(|key| tracks.get(key).is_some_and(Track::is_published))
    }

    pub(super) fn is_single_peer(&self) -> bool {
        self.subscriber.is_none()
    }

    /// The peer connection that decides whether it is connected.
    pub(super) fn primary_role(&self) -> PeerRole {
        if self.is_single_peer() {
            PeerRole::Publisher
        } else {
            PeerRole::Subscriber
        }
    }

    pub(super) fn peer_mut(&mut self, role: PeerRole) -> Option<&mut Peer> {
        match role {
            PeerRole::Publisher => Some(&mut self.publisher),
            PeerRole::Subscriber => self.subscriber.as_mut(),
        }
    }

    pub(super) fn peers(&self) -> impl Iterator<Item = (PeerKey, &Peer)> {
        let participant = self.key;
        let publisher = (
            PeerKey {
                participant,
                role: PeerRole::Publisher,
            },
            &self.publisher,
        );
        let subscriber = self.subscriber.as_ref().map(|peer| {
            (
                PeerKey {
                    participant,
                    role: PeerRole::Subscriber,
                },
                peer,
            )
        });
        std::iter::once(publisher).chain(subscriber)
    }

    /// The peer connection over which it receives.
    pub(super) fn receiver(&mut self) -> &mut Peer {
        match &mut self.subscriber {
            Some(peer) => peer,
            None => &mut self.publisher,
        }
    }

    /// Whether it lets another one receive a track of its.
    pub(super) fn admits(&self, subscriber: &Participant, track_sid: &str) -> bool {
        let Some(audience) = &self.audience else {
            return true;
        };
        audience.all_participants
            || audience.track_permissions.iter().any(|permission| {
                let is_meant = if permission.participant_identity.is_empty() {
                    permission.participant_sid == subscriber.sid
                } else {
                    permission.participant_identity == subscriber.identity()
                };
                is_meant
                    && (permission.all_tracks
                        || permission.track_sids.iter().any(|sid| sid == track_sid))
            })
    }

    /// Its attributes after changes; an empty value takes one away.
    pub(super) fn changed_attributes(
        &self,
        changes: &HashMap<String, String>,
    ) -> HashMap<String, String> {
        let mut attributes = self.attributes.clone();
        for (name, value) in changes {
            if value.is_empty() {
                attributes.remove(name);
            } else {
                attributes.insert(name.clone(), value.clone());
            }
        }
        attributes
    }

    /// The participant as others and the room service see it.
    pub(super) fn info(&self, tracks: &BTreeMap<TrackKey, Track>) -> ParticipantInfo {
        let published = self
            .published
            .iter()
            .filter_map(|key| tracks.get(key))
            .filter(|track| track.is_published());
        ParticipantInfo {
            sid: self.sid.clone(),
            identity: self.identity().to_owned(),
            state: self.state as i32,
            tracks: published.map(|track| track.info.clone()).collect(),
            metadata: self.metadata.clone(),
            joined_at: self.joined_at_ms / 1_000,
            joined_at_ms: self.joined_at_ms,
            name: self.name.clone(),
            version: self.version,
            permission: Some(self.permission.clone()),
            is_publisher: self.is_publisher(tracks),
            kind: kind_of(&self.claims.kind) as i32,
            attributes: self.attributes.clone(),
            client_protocol: self.client.client_protocol,
            ..Default::default()
        }
    }
}

fn kind_of(name: &str) -> participant_info::Kind {
    use participant_info::Kind;
    match name {
        "ingress" => Kind::Ingress,
        "egress" => Kind::Egress,
        "sip" => Kind::Sip,
        "agent" => Kind::Agent,
        _ => Kind::Standard,
    }
}
