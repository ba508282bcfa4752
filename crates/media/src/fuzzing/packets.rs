//! What a participant sends over its peer connection: RTP and RTCP as they are once deciphered, SCTP, STUN, and what a
//! subscriber asks for meanwhile.

use std::time::Duration;

use livekit_protocol::{UpdateTrackSettings, signal_request};

use super::bytes::Bytes;
use super::descriptions::{AUDIO_SSRC, VIDEO_SSRC};
use super::plain::{APPLICATION_DATA, RTCP_TAG, RTP_TAG};
use super::stage::{Manner, Stage, binding};
use crate::ids::PeerRole;

const STEPS: usize = 128;

pub(super) const RTP: u8 = 0;
pub(super) const RAW: u8 = 1;
pub(super) const RTCP: u8 = 2;
pub(super) const SCTP: u8 = 3;
pub(super) const STUN: u8 = 4;
pub(super) const WAIT: u8 = 5;
pub(super) const ASK: u8 = 6;
pub(super) const ANSWER: u8 = 7;
const KINDS: u8 = 8;

/// An input: in which manner the attacker comes in, then packets, each with a byte that says of which kind it is.
pub(super) fn run(input: &[u8]) -> Option<Stage> {
    let mut input = Bytes(input);
    let mut stage = Stage::in_clear(Manner(input.byte()? & !Manner::UNCONNECTED));
    // The bystander takes what there is.
    stage.check();
    for _ in 0..STEPS {
        let Some(kind) = input.byte() else { break };
        match kind % KINDS {
            RTP => {
                let mut packet = header(&mut input)?;
                packet.extend(input.frame()?);
                send(&mut stage, packet, RTP_TAG);
            }
            RAW => {
                let packet = input.frame()?.to_vec();
                stage.packet("attacker", PeerRole::Publisher, &packet);
            }
            RTCP => {
                let mut packet = vec![0x80];
                packet.extend(input.frame()?);
                send(&mut stage, packet, RTCP_TAG);
            }
            SCTP => {
                let packet = sctp(input.frame()?);
                stage.packet("attacker", PeerRole::Publisher, &packet);
            }
            STUN => {
                let attributes = input.frame()?;
                let ufrag = stage.attacker.peers.values().next().cloned();
                let request = binding(&ufrag.unwrap_or_default(), 9_999, attributes);
                stage.packet("attacker", PeerRole::Publisher, &request);
            }
            WAIT => stage.pass(Duration::from_millis(u64::from(input.short()? % 1_000))),
            ASK => {
                let wish = input.byte()?;
                ask(&mut stage, wish);
            }
            _ => {
                // The bystander reports on what it received.
                let mut packet = vec![0x81];
                packet.extend(input.frame()?);
                packet.extend([0; RTCP_TAG]);
                stage.packet("bystander", PeerRole::Publisher, &packet);
            }
        }
        stage.check();
    }
    Some(stage)
}

fn send(stage: &mut Stage, mut packet: Vec<u8>, tag: usize) {
    packet.extend(std::iter::repeat_n(0, tag));
    stage.packet("attacker", PeerRole::Publisher, &packet);
}

/// An RTP header with choices in it, so that few bytes go a long way: flags, payload type, sequence number, timestamp, stream,
/// extensions.
fn header(input: &mut Bytes<'_>) -> Option<Vec<u8>> {
    let flags = input.byte()?;
    let payload_types = [111, 96, 97, 98, 102, 45, 63, 0];
    let payload_type = payload_types[usize::from(flags & 7)];
    let marker = (flags & 8) << 4;
    let has_extension = flags & 16;
    let ssrc = match input.byte()? {
        0 => AUDIO_SSRC,
        1 => VIDEO_SSRC,
        2 => VIDEO_SSRC + 1,
        other => u32::from(other),
    };
    let mut packet = vec![0x80 | has_extension, marker | payload_type];
    packet.extend(input.short()?.to_be_bytes());
    packet.extend(u32::from(input.short()?).wrapping_mul(40).to_be_bytes());
    packet.extend(ssrc.to_be_bytes());
    if has_extension != 0 {
        let length = usize::from(input.byte()? % 64);
        let mut extensions = input.take(length).to_vec();
        extensions.resize(extensions.len().next_multiple_of(4), 0);
        // The profiles of two-byte and of one-byte headers (RFC 8285 §4).
        let is_long = flags & 32 != 0;
        packet.extend(if is_long { [0x10, 0] } else { [0xbe, 0xde] });
        packet.extend(((extensions.len() / 4) as u16).to_be_bytes());
        packet.extend(extensions);
    }
    Some(packet)
}

/// A packet of SCTP with the checksum that makes it worth reading (RFC 9260 §6.8), inside of a DTLS record.
fn sctp(chunks: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x13, 0x88, 0x13, 0x88];
    let (tag, chunks) = chunks.split_at(chunks.len().min(4));
    packet.extend(tag);
    packet.resize(8, 0);
    packet.extend([0; 4]);
    packet.extend(chunks);
    let checksum = crc32c(&packet);
    packet[8..12].copy_from_slice(&checksum.to_le_bytes());
    packet.insert(0, APPLICATION_DATA);
    packet
}

fn crc32c(bytes: &[u8]) -> u32 {
    let mut remainder = !0u32;
    for byte in bytes {
        remainder ^= u32::from(*byte);
        for _ in 0..8 {
            let low = remainder & 1;
            remainder = (remainder >> 1) ^ (0x82f6_3b78 * low);
        }
    }
    !remainder
}

/// The bystander says how it shows what it receives.
fn ask(stage: &mut Stage, wish: u8) {
    let tracks = stage
        .look("attacker")
        .map(|info| info.tracks)
        .unwrap_or_default();
    let settings = UpdateTrackSettings {
        track_sids: tracks.into_iter().map(|track| track.sid).collect(),
        disabled: wish & 1 == 1,
        quality: i32::from(wish >> 1 & 3),
        width: u32::from(wish >> 3) * 60,
        height: u32::from(wish >> 3) * 40,
        ..Default::default()
    };
    stage.say("bystander", signal_request::Message::TrackSetting(settings));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        // RFC 3720 §B.4: 32 bytes of zeros.
        assert_eq!(crc32c(&[0; 32]), 0x8a91_36aa);
    }
}
