//! Forwarding one track to one subscriber: which packets go on, and what their numbers become.
//!
//! A subscriber sees one continuous stream although it may come from several simulcast layers, with pauses in between, each with sequence
//! numbers, timestamps and picture ids of its own. A [`Forwarder`] joins them: it changes layers at keyframes only, and rewrites the numbers so
//! that a decoder notices neither the seam nor the pause.

mod codec;
pub(crate) mod red;
mod sequence;
#[cfg(test)]
mod tests;
mod timeline;

use std::time::Instant;

pub(crate) use codec::{CodecKind, Payload};
use sequence::Sequence;
pub(crate) use timeline::SenderClock;
use timeline::Timeline;

/// Index of a simulcast layer, 0 the smallest.
pub(crate) type Layer = u8;

/// How many simulcast layers a track can have.
pub(crate) const LAYERS: usize = 3;

/// Extended sequence numbers stay below this: SRTP counts 2^48 packets (RFC 3711 §3.3.1). What lies above came before a stream's first packet: str0m
/// counts it backwards over zero.
const LARGEST: u64 = 1 << 48;

/// A packet as it came from the publisher.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Incoming<'a> {
    pub layer: Layer,
    /// Extended sequence number of its stream.
    pub seq: u64,
    /// RTP timestamp of its stream.
    pub time: u32,
    /// What the publisher's last sender report said of this stream's clock.
    pub clock: Option<SenderClock>,
    pub arrived: Instant,
    pub payload: Payload<'a>,
    /// The number of its picture, where AV1's dependency descriptor came with it.
    pub number: Option<u16>,
}

/// The numbers that the packet carries to the subscriber.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outgoing {
    pub seq: u64,
    pub time: u32,
    /// VP8 picture id and TL0PICIDX, where the packet has them.
    pub picture: Option<(u16, Option<u8>)>,
    /// The number of the picture for its dependency descriptor, where it has one.
    pub number: Option<u16>,
}

/// Joins the layers of one track into one stream for one subscriber.
#[derive(Debug)]
pub(crate) struct Forwarder {
    /// The layer that is wanted; `None` while nothing is to be forwarded.
    target: Option<Layer>,
    /// The layer that is being forwarded.
    current: Option<Layer>,
    sequence: Sequence,
    timeline: Timeline,
    picture: codec::Pictures,
    numbers: codec::Numbers,
}

impl Forwarder {
    /// A forwarder that forwards nothing yet. `clock_rate` is that of the codec, in hertz.
    pub(crate) fn new(clock_rate: u32) -> Self {
        Self {
            target: None,
            current: None,
            sequence: Sequence::default(),
            timeline: Timeline::new(clock_rate),
            picture: codec::Pictures::default(),
            numbers: codec::Numbers::default(),
        }
    }

    /// Says which layer is wanted from now on.
    ///
    /// The present layer goes on until the keyframe of the other is there, so that the picture never stands still for the sake of a better one.
    pub(crate) fn set_target(&mut self, target: Option<Layer>) {
        self.target = target;
        if target.is_none() {
            self.current = None;
        }
    }

    /// The layer of which a keyframe is awaited.
    pub(crate) fn wanted_keyframe(&self) -> Option<Layer> {
        self.target.filter(|target| self.current != Some(*target))
    }

    /// The layer that is wanted.
    pub(crate) fn target(&self) -> Option<Layer> {
        self.target
    }

    /// The layer that is being forwarded.
    pub(crate) fn current(&self) -> Option<Layer> {
        self.current
    }

    /// The publisher's stream of a layer has been replaced by another; what follows has other numbers.
    pub(crate) fn restart(&mut self, layer: Layer) {
        if self.current == Some(layer) {
            self.current = None;
        }
    }

    /// What follows does not go on from what came before.
    pub(crate) fn interrupt(&mut self) {
        self.current = None;
    }

    /// Takes a packet of the publisher and says with which numbers it goes on, or `None` if it does not.
    pub(crate) fn forward(&mut self, packet: &Incoming<'_>) -> Option<Outgoing> {
        if packet.seq >= LARGEST {
            return None;
        }
        let starts = self.wanted_keyframe() == Some(packet.layer) && packet.payload.starts_stream();
        if starts {
            self.current = Some(packet.layer);
            self.sequence.splice(packet.seq);
            self.timeline.splice(packet);
            self.picture.splice(&packet.payload);
            self.numbers.splice(packet.number);
        } else if self.current != Some(packet.layer) {
            return None;
        }
        if packet.payload.is_padding() {
            self.sequence.leave_out(packet.seq);
            return None;
        }
        let seq = self.sequence.map(packet.seq)?;
        Some(Outgoing {
            seq,
            time: self.timeline.map(packet),
            picture: self.picture.map(&packet.payload),
            number: self.numbers.map(packet.number),
        })
    }
}
