//! What arrived: loss by gaps in the sequence numbers, delays by marked packets.

use std::collections::HashMap;
use std::time::Duration;

use crate::stream::{Kind, marked_by};

/// What arrived of one stream at one subscriber.
#[derive(Default)]
struct Arrivals {
    highest: u64,
    received: u64,
    shortest: usize,
    started: bool,
    at_mark: (u64, u64),
}

/// The clear part of a packet, as far as it is looked at.
pub struct Header {
    pub payload_type: u8,
    pub ssrc: u32,
    pub sequence: u16,
}

impl Header {
    /// The header of an RTP packet, or nothing for STUN, DTLS, RTCP and rubbish.
    pub fn of(packet: &[u8]) -> Option<Header> {
        if packet.len() < 12 || packet[0] >> 6 != 2 || (64..96).contains(&(packet[1] & 0x7f)) {
            return None;
        }
        Some(Header {
            payload_type: packet[1] & 0x7f,
            ssrc: u32::from_be_bytes([packet[8], packet[9], packet[10], packet[11]]),
            sequence: u16::from_be_bytes([packet[2], packet[3]]),
        })
    }
}

#[derive(Default)]
pub struct Counts {
    streams: HashMap<(usize, u32), Arrivals>,
    pub delays: Vec<Duration>,
}

/// What happened between two marks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Window {
    pub streams: usize,
    pub received: u64,
    pub lost: u64,
}

impl Counts {
    /// Counts one packet of a subscriber. `marked` answers when the last marked packet of a publisher was sent, as the time since then.
    pub fn arrived(
        &mut self,
        client: usize,
        header: &Header,
        length: usize,
        kind: Kind,
        marked: impl Fn(usize, Kind) -> Option<Duration>,
    ) {
        let arrivals = self.streams.entry((client, header.ssrc)).or_default();
        if !arrivals.started {
            *arrivals = Arrivals {
                highest: u64::from(header.sequence) + 0x1_0000,
                shortest: length,
                started: true,
                ..Arrivals::default()
            };
        }
        arrivals.received += 1;
        arrivals.shortest = arrivals.shortest.min(length);
        let step = header.sequence.wrapping_sub(arrivals.highest as u16) as i16;
        if step > 0 {
            arrivals.highest += step as u64;
        }
        if let Some(delay) =
            marked_by(length, arrivals.shortest).and_then(|place| marked(place, kind))
        {
            self.delays.push(delay);
        }
    }

    /// Starts a window.
    pub fn mark(&mut self) {
        self.delays.clear();
        for arrivals in self.streams.values_mut() {
            arrivals.at_mark = (arrivals.highest, arrivals.received);
        }
    }

    pub fn since_mark(&self) -> Window {
        let mut window = Window::default();
        for arrivals in self.streams.values() {
            let received = arrivals.received - arrivals.at_mark.1;
            // A stream that was renumbered or replaced stands still; it is no stream of this window.
            if received == 0 {
                continue;
            }
            window.streams += 1;
            window.received += received;
            window.lost += (arrivals.highest - arrivals.at_mark.0).saturating_sub(received);
        }
        window
    }
}

/// The value that this share of the samples does not exceed.
pub fn percentile(samples: &mut [Duration], share: f64) -> Duration {
    samples.sort_unstable();
    let at = ((samples.len() as f64 * share) as usize).min(samples.len().saturating_sub(1));
    samples.get(at).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(sequence: u16) -> Header {
        Header {
            payload_type: 96,
            ssrc: 7,
            sequence,
        }
    }

    #[test]
    fn gaps_are_losses_and_late_packets_are_not() {
        let mut counts = Counts::default();
        let never = |_, _| None;
        counts.arrived(0, &header(65_534), 100, Kind::Audio, never);
        counts.mark();
        for sequence in [65_535, 1, 0, 2, 5] {
            counts.arrived(0, &header(sequence), 100, Kind::Audio, never);
        }
        let window = counts.since_mark();
        assert_eq!((window.streams, window.received, window.lost), (1, 5, 2));
    }

    #[test]
    fn neither_stun_nor_rtcp_counts_as_media() {
        assert!(Header::of(&[0x80, 200, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).is_none());
        assert!(Header::of(&[0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).is_none());
        assert!(Header::of(&[0x80, 96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).is_some());
    }
}
