//! One participant of a room.

mod connections;
mod profile;
mod publications;
mod sections;
mod signalling;
mod subscriber;
mod subscription;
mod subscriptions;

use std::collections::BTreeMap;

pub(super) use connections::{Connections, Manner};
use livekit_protocol::{ParticipantInfo, participant_info};
pub(super) use profile::{Change, Profile, TooLarge};
pub(super) use publications::Publications;
pub(super) use signalling::Signalling;
pub(super) use subscription::{Subscription, Wish};
pub(super) use subscriptions::Subscriptions;

use super::quality::Quality;
use super::track::Track;
use crate::ids::{ParticipantKey, PeerKey, PeerRole, TrackKey};
use crate::peer::Peer;

/// One participant. It outlives its signalling connections, not its peer connections.
pub(super) struct Participant {
    pub key: ParticipantKey,
    pub profile: Profile,
    pub signalling: Signalling,
    pub connections: Connections,
    pub publications: Publications,
    pub subscriptions: Subscriptions,
    pub quality: Quality,
}

impl Participant {
    pub(super) fn sid(&self) -> &str {
        &self.profile.sid
    }

    pub(super) fn identity(&self) -> &str {
        self.profile.identity()
    }

    /// Whether others are not to know of it.
    pub(super) fn is_hidden(&self) -> bool {
        self.profile.permission.hidden
    }

    /// The peer connection over which it receives.
    pub(super) fn receiver_key(&self) -> PeerKey {
        self.peer_key(self.connections.primary_role())
    }

    pub(super) fn peers(&self) -> impl Iterator<Item = (PeerKey, &Peer)> {
        let peers = self.connections.peers();
        peers.map(move |(role, peer)| (self.peer_key(role), peer))
    }

    pub(super) fn peers_mut(&mut self) -> impl Iterator<Item = (PeerKey, &mut Peer)> {
        let participant = self.key;
        let peers = self.connections.peers_mut();
        peers.map(move |(role, peer)| (PeerKey { participant, role }, peer))
    }

    /// The participant as others and the room service see it.
    pub(super) fn info(&self, tracks: &BTreeMap<TrackKey, Track>) -> ParticipantInfo {
        let published: Vec<_> = self
            .publications
            .published(tracks)
            .map(|track| track.info.clone())
            .collect();
        ParticipantInfo {
            state: self.connections.state() as i32,
            is_publisher: !published.is_empty(),
            tracks: published,
            ..self.profile.info()
        }
    }

    /// The same for those who are told of a change.
    pub(super) fn changed_info(&mut self, tracks: &BTreeMap<TrackKey, Track>) -> ParticipantInfo {
        self.profile.count_change();
        self.info(tracks)
    }

    /// The same for those to whom it has left.
    pub(super) fn farewell_info(&mut self, tracks: &BTreeMap<TrackKey, Track>) -> ParticipantInfo {
        ParticipantInfo {
            state: participant_info::State::Disconnected as i32,
            ..self.changed_info(tracks)
        }
    }

    fn peer_key(&self, role: PeerRole) -> PeerKey {
        PeerKey {
            participant: self.key,
            role,
        }
    }
}
