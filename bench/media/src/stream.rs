//! What one publisher sends, and how a packet is told from the rest at the other end.
//!
//! A video frame is five packets of 1,100 bytes thirty times a second (1.3 Mbit/s), audio one packet of 100 bytes every 20 ms. Payloads are
//! encrypted on the way and renumbered by the server, but keep their length: every 64th video packet and every 50th of audio is longer, and
//! how much longer tells whose it is. From when that one was sent, and when it arrives, comes the delay.

use std::time::{Duration, Instant};

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    Audio,
    Video,
}

impl Kind {
    pub const BOTH: [Kind; 2] = [Kind::Audio, Kind::Video];

    pub fn interval(self) -> Duration {
        match self {
            Kind::Audio => Duration::from_millis(20),
            Kind::Video => Duration::from_nanos(33_333_333),
        }
    }

    pub fn packets_at_once(self) -> u64 {
        match self {
            Kind::Audio => 1,
            Kind::Video => 5,
        }
    }

    fn payload(self) -> usize {
        match self {
            Kind::Audio => 100,
            Kind::Video => 1_100,
        }
    }

    fn marker_every(self) -> u64 {
        match self {
            Kind::Audio => 50,
            Kind::Video => 64,
        }
    }

    fn clock(self) -> u64 {
        match self {
            Kind::Audio => 48_000,
            Kind::Video => 90_000,
        }
    }
}

/// The length that a marked packet has beyond others, for the publisher with this place in its room. Servers add and drop header
/// extensions, so lengths count in steps of 40 bytes.
const STEP: usize = 40;
const PLACES: usize = 4;

/// One publisher's audio or video.
pub struct Stream {
    pub kind: Kind,
    place: usize,
    sent: u64,
    frame: u64,
    next: Instant,
    key_wanted: bool,
}

/// A packet to send.
pub struct Packet {
    pub sequence: u64,
    pub timestamp: u32,
    pub last_of_frame: bool,
    pub payload: Vec<u8>,
    /// Whether its arrival is to be timed.
    pub marked: bool,
}

impl Stream {
    pub fn new(kind: Kind, place: usize, start: Instant) -> Stream {
        Stream {
            kind,
            place: place % PLACES,
            sent: 0,
            frame: 0,
            next: start,
            key_wanted: true,
        }
    }

    pub fn next(&self) -> Instant {
        self.next
    }

    pub fn want_key_frame(&mut self) {
        self.key_wanted = true;
    }

    /// The packets of the next frame.
    pub fn frame(&mut self) -> Vec<Packet> {
        self.next += self.kind.interval();
        let key = self.key_wanted || self.frame.is_multiple_of(300);
        self.key_wanted = false;
        let of_frame = self.kind.packets_at_once();
        let timestamp = (self.frame * self.kind.clock() * self.kind.interval().as_nanos() as u64
            / 1_000_000_000) as u32;
        let packets = (0..of_frame)
            .map(|i| {
                // str0m takes a first sequence number of the first round only.
                let sequence = 1_000 + self.sent;
                let marked = self.sent % self.kind.marker_every() == self.kind.marker_every() - 1;
                self.sent += 1;
                let length = self.kind.payload() + if marked { STEP * (self.place + 1) } else { 0 };
                let mut payload = vec![0x55; length];
                if self.kind == Kind::Video {
                    vp8(&mut payload, self.frame as u16, i == 0, key);
                }
                Packet {
                    sequence,
                    timestamp,
                    last_of_frame: i + 1 == of_frame,
                    payload,
                    marked,
                }
            })
            .collect();
        self.frame += 1;
        packets
    }

    pub fn place(&self) -> usize {
        self.place
    }
}

/// RFC 7741: a payload descriptor with a 15-bit picture id, and the header of a key frame of 640×360 where one is wanted.
fn vp8(payload: &mut [u8], picture: u16, first: bool, key: bool) {
    payload[0] = 0x80 | if first { 0x10 } else { 0 };
    payload[1] = 0x80;
    payload[2..4].copy_from_slice(&(0x8000 | (picture & 0x7fff)).to_be_bytes());
    if first {
        payload[4] = if key { 0x10 } else { 0x11 };
        if key {
            payload[7..14].copy_from_slice(&[0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01]);
        }
    }
}

/// The publisher whose marked packet this is, told by how much longer it is than the shortest of its stream.
pub fn marked_by(length: usize, shortest: usize) -> Option<usize> {
    let steps = (length.saturating_sub(shortest) + STEP / 2) / STEP;
    (1..=PLACES).contains(&steps).then(|| steps - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_packet_tells_its_publisher_by_length_alone() {
        for place in 0..PLACES {
            let mut stream = Stream::new(Kind::Video, place, Instant::now());
            let packets: Vec<Packet> = (0..26).flat_map(|_| stream.frame()).collect();
            let shortest = packets.iter().map(|p| p.payload.len()).min().unwrap();
            for packet in packets {
                // A server may add a header extension of some bytes.
                assert_eq!(
                    marked_by(packet.payload.len() + 12, shortest),
                    packet.marked.then_some(place)
                );
            }
        }
    }

    #[test]
    fn a_stream_has_the_rate_it_says() {
        let start = Instant::now();
        let mut stream = Stream::new(Kind::Video, 0, start);
        while stream.next() < start + Duration::from_secs(10) {
            stream.frame();
        }
        assert!((stream.sent as f64 / 10.0 - 150.0).abs() < 2.0);
    }
}
