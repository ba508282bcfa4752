//! What happens on a peer connection, in the words of this server.

use std::time::Duration;

use str0m::bwe::BweKind;
use str0m::media::Mid;
use str0m::rtp::RtpPacket;
use str0m::{Event, IceConnectionState};

use super::{Lane, Peer};

/// What has happened on a peer connection.
pub(crate) enum PeerEvent {
    /// Media and data can flow.
    Connected,
    /// Packets come through, or no longer do.
    Reachable(bool),
    Packet(Box<RtpPacket>),
    /// The other side needs a keyframe of what it receives in this section.
    KeyframeWanted(Mid),
    /// What the network towards the other side carries, in bits per second.
    Estimate(u64),
    /// Share of packets lost on the way to the other side, and the round trip, as far as they are known.
    Network {
        loss: Option<f32>,
        round_trip: Option<Duration>,
    },
    Data(Lane, Vec<u8>),
}

impl Peer {
    /// What an event of str0m's means, if it is more than the business of the connection itself.
    pub(super) fn translate(&mut self, event: Event) -> Option<PeerEvent> {
        Some(match event {
            Event::Connected => PeerEvent::Connected,
            Event::IceConnectionStateChange(state) => {
                PeerEvent::Reachable(state != IceConnectionState::Disconnected)
            }
            Event::RtpPacket(packet) => PeerEvent::Packet(Box::new(packet)),
            Event::KeyframeRequest(request) => PeerEvent::KeyframeWanted(request.mid),
            Event::EgressBitrateEstimate(BweKind::Twcc { estimate, .. }) => {
                PeerEvent::Estimate(estimate.as_u64())
            }
            Event::PeerStats(stats) => PeerEvent::Network {
                loss: stats.egress_loss_fraction,
                round_trip: stats.rtt,
            },
            Event::ChannelOpen(id, label) => {
                self.channels.opened(&mut self.rtc, id, &label);
                return None;
            }
            Event::ChannelData(data) => PeerEvent::Data(self.channels.lane(data.id)?, data.data),
            Event::ChannelBufferedAmountLow(_) => {
                self.channels.flush(&mut self.rtc);
                return None;
            }
            Event::ChannelClose(id) => {
                self.channels.closed(id);
                return None;
            }
            _ => return None,
        })
    }
}
