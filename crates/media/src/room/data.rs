//! Data packets among participants: messages, streams, remote calls.

use std::sync::Arc;
use std::time::Instant;

use livekit_protocol::{DataPacket, DisconnectReason, UserPacket, data_packet, leave_request};
use prost::Message;
use tracing::debug;

use super::Room;
use crate::ids::ParticipantKey;
use crate::peer::Lane;

/// Most participants that one packet may name.
const MAX_DESTINATIONS: usize = 1_000;

impl Room {
    /// A participant sent data.
    pub(crate) fn handle_data(
        &mut self,
        now: Instant,
        from: ParticipantKey,
        lane: Lane,
        bytes: &[u8],
    ) {
        let Some(sender) = self.participants.get_mut(&from) else {
            return;
        };
        if !sender.profile.permission.can_publish_data
            || bytes.len() > self.settings.limits.data_packet
        {
            return;
        }
        let Ok(mut packet) = DataPacket::decode(bytes) else {
            debug!(
                room = self.options.name,
                identity = sender.identity(),
                "data packet not understood"
            );
            return;
        };
        let is_numbered = lane == Lane::Reliable && packet.sequence > 0;
        if is_numbered && !sender.publications.take_data(packet.sequence) {
            return;
        }
        if !may_relay(&packet, sender.profile.is_agent()) {
            return;
        }
        // Whoever is hidden speaks without a name: others are not to know that it is there.
        let (sid, identity) = if sender.is_hidden() {
            Default::default()
        } else {
            (sender.sid().to_owned(), sender.identity().to_owned())
        };
        claim(&mut packet, sid, identity);
        self.relay(now, Some(from), lane, packet);
    }

    /// Sends data to those it names, or to everyone but its sender.
    pub(super) fn relay(
        &mut self,
        now: Instant,
        from: Option<ParticipantKey>,
        lane: Lane,
        mut packet: DataPacket,
    ) {
        let names = destinations(&mut packet);
        // The channel says how it travels; some clients set another kind.
        #[expect(deprecated, reason = "clients still read the kind")]
        {
            packet.kind = if lane == Lane::Reliable {
                data_packet::Kind::Reliable
            } else {
                data_packet::Kind::Lossy
            } as i32;
        }
        let bytes: Arc<[u8]> = packet.encode_to_vec().into();
        let is_meant = |identity: &str, sid: &str| {
            names.is_empty() || names.iter().any(|name| name == identity || name == sid)
        };
        let mut slow = Vec::new();
        for (key, participant) in &mut self.participants {
            if Some(*key) == from || !is_meant(participant.identity(), participant.sid()) {
                continue;
            }
            let receiver = participant.connections.receiver();
            if receiver.send_data(lane, bytes.clone()).is_err() {
                slow.push(*key);
            }
            self.dirty.insert(participant.receiver_key());
        }
        for key in slow {
            // It would miss something it was promised. Anew is better than with a gap.
            self.remove(
                now,
                key,
                DisconnectReason::StateMismatch,
                leave_request::Action::Reconnect,
            );
        }
    }

    /// Data from whoever runs the server, who is no participant.
    pub(crate) fn send_data(&mut self, now: Instant, request: livekit_protocol::SendDataRequest) {
        let lane = if request.kind() == data_packet::Kind::Lossy {
            Lane::Lossy
        } else {
            Lane::Reliable
        };
        #[expect(
            deprecated,
            reason = "older clients of the room service name participants by sid"
        )]
        let packet = DataPacket {
            destination_identities: request.destination_identities,
            value: Some(data_packet::Value::User(UserPacket {
                payload: request.data,
                topic: request.topic,
                destination_sids: request.destination_sids,
                nonce: request.nonce,
                ..Default::default()
            })),
            ..Default::default()
        };
        self.relay(now, None, lane, packet);
        self.settle(now);
    }
}

/// Whether participants may send such a packet.
#[expect(deprecated, reason = "names the kinds that are refused")]
fn may_relay(packet: &DataPacket, is_agent: bool) -> bool {
    use data_packet::Value;
    match &packet.value {
        // Says what somebody else said.
        Some(Value::Transcription(_)) => is_agent,
        // Only the server says who speaks; metrics are for nobody here.
        Some(Value::Speaker(_) | Value::Metrics(_)) | None => false,
        Some(_) => true,
    }
}

/// Puts the true sender's name on a packet, whatever it says.
fn claim(packet: &mut DataPacket, sid: String, identity: String) {
    #[expect(deprecated, reason = "older clients read the names inside")]
    if let Some(data_packet::Value::User(user)) = &mut packet.value {
        user.participant_sid.clone_from(&sid);
        user.participant_identity.clone_from(&identity);
    }
    packet.participant_sid = sid;
    packet.participant_identity = identity;
}

/// Takes out for whom a packet is; empty is for everyone.
fn destinations(packet: &mut DataPacket) -> Vec<String> {
    let mut names = std::mem::take(&mut packet.destination_identities);
    #[expect(deprecated, reason = "older clients name them inside")]
    if let Some(data_packet::Value::User(user)) = &mut packet.value {
        names.append(&mut user.destination_identities);
        names.append(&mut user.destination_sids);
    }
    names.truncate(MAX_DESTINATIONS);
    names
}
