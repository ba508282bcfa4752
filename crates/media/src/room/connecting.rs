//! Peer connections: under which names they are addressed, which one counts, and whether anything comes through.

use std::time::Instant;

use livekit_protocol::participant_info;

use super::{Output, Room};
use crate::ids::{ParticipantKey, PeerKey, PeerRole};

impl Room {
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

    pub(super) fn handle_reachable(&mut self, now: Instant, key: PeerKey, reachable: bool) {
        let Some(participant) = self.participants.get_mut(&key.participant) else {
            return;
        };
        // In v0 the subscriber connection is the one that must hold: the other may never be used.
        let is_primary = key.role == participant.primary_role();
        if is_primary {
            participant.unreachable_since = (!reachable).then_some(now);
        }
    }

    /// The peer connection over which a participant receives has something to say.
    pub(super) fn mark_receiver(&mut self, key: ParticipantKey) {
        if let Some(participant) = self.participants.get(&key) {
            self.dirty.insert(PeerKey {
                participant: key,
                role: participant.primary_role(),
            });
        }
    }
}
