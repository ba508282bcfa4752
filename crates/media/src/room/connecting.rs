//! Peer connections: under which names they are addressed, and whether anything comes through.

use std::time::Instant;

use super::{Output, Room};
use crate::ids::{ParticipantKey, PeerKey};

impl Room {
    /// Tells the driver under which names the peer connections of a participant are addressed.
    pub(super) fn route(&mut self, key: ParticipantKey) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        for (key, peer) in participant.peers_mut() {
            let ufrag = peer.ufrag();
            self.outputs.push_back(Output::Route { ufrag, peer: key });
        }
    }

    /// Media and data can flow on a peer connection.
    pub(super) fn handle_connected(&mut self, now: Instant, key: PeerKey) {
        let Some(participant) = self.participants.get_mut(&key.participant) else {
            return;
        };
        if participant.connections.connect(key.role) {
            self.announce(key.participant);
        }
        self.reconcile(now, key.participant);
    }

    /// Packets come through on a peer connection, or no longer do.
    pub(super) fn handle_reachable(&mut self, now: Instant, key: PeerKey, reachable: bool) {
        if let Some(participant) = self.participants.get_mut(&key.participant) {
            participant
                .connections
                .set_reachable(now, key.role, reachable);
        }
    }

    /// The peer connection over which a participant receives has something to say.
    pub(super) fn mark_receiver(&mut self, key: ParticipantKey) {
        if let Some(participant) = self.participants.get(&key) {
            self.dirty.insert(participant.receiver_key());
        }
    }

    /// All peer connections of a participant have something to say.
    pub(super) fn mark_all(&mut self, key: ParticipantKey) {
        if let Some(participant) = self.participants.get(&key) {
            self.dirty.extend(participant.peers().map(|(peer, _)| peer));
        }
    }
}
