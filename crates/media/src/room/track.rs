//! One published track: its streams as they arrive.

use std::collections::{BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use livekit_protocol::{TrackInfo, TrackSource};
use str0m::format::PayloadParams;
use str0m::media::{MediaKind, Mid, Pt};
use str0m::rtp::{RtpPacket, Ssrc};

use super::layers::demand::Demand;
use super::speakers::Loudness;
use crate::forward::{CodecKind, LAYERS, Layer};
use crate::ids::{ParticipantKey, TrackKey};

/// A layer of which nothing has come for this long is taken for switched off. Browsers leave less than 100 ms between pictures of a camera; the smallest
/// layer of a shared screen may stand still longer, see [`Track::is_alive`].
const ALIVE: Duration = Duration::from_millis(1_000);

/// Over which time the rate of a layer is measured.
const RATE_WINDOW: Duration = Duration::from_millis(500);

/// A published track.
pub(super) struct Track {
    pub key: TrackKey,
    pub publisher: ParticipantKey,
    pub info: TrackInfo,
    /// The client's own names for it, one per codec; they stand in its offers.
    pub cids: Vec<String>,
    pub kind: MediaKind,
    /// The section that carries it from its publisher; `None` until an offer has it.
    pub mid: Option<Mid>,
    /// What that section calls it.
    pub msid: Option<String>,
    pub streams: [Stream; LAYERS],
    pub subscribers: BTreeSet<ParticipantKey>,
    pub codec: Option<TrackCodec>,
    pub loudness: Loudness,
    /// How many of its layers are wanted, as its publisher knows.
    pub demand: Demand,
}

/// The codec that a track arrives in.
#[derive(Debug, Clone, Copy)]
pub(super) struct TrackCodec {
    pub params: PayloadParams,
    pub kind: CodecKind,
}

impl TrackCodec {
    /// Whether this payload type stands for it, plain or sent twice.
    pub(super) fn is_carried_as(&self, pt: Pt) -> bool {
        self.params.pt() == pt || self.params.red() == Some(pt)
    }
}

/// How packets of a payload type go on to a subscriber.
#[derive(Debug, Clone, Copy)]
pub(super) struct Passage {
    pub from: Pt,
    pub to: Pt,
    /// Without what is sent again: this subscriber does not know RED.
    pub only_primary: bool,
}

/// One simulcast layer of a track as it arrives.
#[derive(Debug, Default)]
pub(super) struct Stream {
    pub ssrc: Option<Ssrc>,
    pub last_packet: Option<Instant>,
    /// When a keyframe was last asked for.
    pub keyframe_asked_at: Option<Instant>,
    /// Somebody needs a keyframe, and asking was not due yet.
    pub keyframe_wanted: bool,
    pub held: Held,
    pub rate: Rate,
}

/// Packets of a layer of which somebody awaits a keyframe. Its first packet may come last: late, or repeated because it was lost. Then those that
/// overtook it are still needed, and no repeat of them would ever come, for they are here.
#[derive(Debug, Default)]
pub(super) struct Held(VecDeque<(Instant, RtpPacket)>);

/// Packets that are held back, at most and for how long: a large keyframe, and three repeats on a slow network.
const MOST_HELD: usize = 256;
const HELD_FOR: Duration = Duration::from_millis(600);

impl Held {
    pub(super) fn keep(&mut self, now: Instant, packet: RtpPacket) {
        let is_old =
            |(then, _): &(Instant, RtpPacket)| now.saturating_duration_since(*then) > HELD_FOR;
        while self.0.len() >= MOST_HELD || self.0.front().is_some_and(is_old) {
            self.0.pop_front();
        }
        self.0.push_back((now, packet));
    }

    /// Those that come after a packet, in order. The others are of no use any more.
    pub(super) fn take_after(&mut self, seq: u64) -> Vec<RtpPacket> {
        let all = self.0.drain(..).map(|(_, packet)| packet);
        let mut after: Vec<_> = all.filter(|packet| *packet.seq_no > seq).collect();
        after.sort_by_key(|packet| *packet.seq_no);
        after
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// How many bits arrive per second.
#[derive(Debug, Default)]
pub(super) struct Rate {
    window_start: Option<Instant>,
    bytes: usize,
    bits_per_second: u64,
}

impl Track {
    /// Whether its publisher has offered it, so that others may know.
    pub(super) fn is_published(&self) -> bool {
        self.mid.is_some()
    }

    /// The codec that its publisher announced, in lower case: `vp9`.
    pub(super) fn codec_name(&self) -> String {
        let name = self.info.mime_type.rsplit('/').next().unwrap_or_default();
        name.to_lowercase()
    }

    pub(super) fn is_screen(&self) -> bool {
        self.info.source() == TrackSource::ScreenShare
    }

    /// Whether a layer arrives at present. A shared screen that does not change sends next to nothing, so there a layer that ever came counts.
    pub(super) fn is_alive(&self, layer: Layer, now: Instant) -> bool {
        let stream = &self.streams[usize::from(layer)];
        stream
            .last_packet
            .is_some_and(|last| self.is_screen() || now.saturating_duration_since(last) < ALIVE)
    }

    /// Bits per second that forwarding a layer takes: measured, or as its publisher declared them.
    pub(super) fn bitrate(&self, layer: Layer) -> u64 {
        let measured = self.measured(layer);
        if measured > 0 {
            return measured;
        }
        self.declared(layer)
            .map_or(0, |layer| u64::from(layer.bitrate))
    }

    /// Bits per second of a layer, as measured; 0 while it is new.
    pub(super) fn measured(&self, layer: Layer) -> u64 {
        self.streams[usize::from(layer)].rate.bits_per_second
    }

    /// What the publisher said of a layer.
    pub(super) fn declared(&self, layer: Layer) -> Option<&livekit_protocol::VideoLayer> {
        #[expect(
            deprecated,
            reason = "clients fill and read this list, whatever the codec"
        )]
        self.info
            .layers
            .iter()
            .find(|declared| declared.quality == i32::from(layer))
    }
}

impl Rate {
    /// Counts a packet of so many bytes.
    pub(super) fn count(&mut self, now: Instant, bytes: usize) {
        let start = *self.window_start.get_or_insert(now);
        let elapsed = now.saturating_duration_since(start);
        if elapsed >= RATE_WINDOW {
            let bits = self.bytes as u64 * 8_000;
            let latest = bits / (elapsed.as_millis() as u64).max(1);
            // Half old, half new: key pictures would make it jump.
            self.bits_per_second = if self.bits_per_second == 0 {
                latest
            } else {
                (self.bits_per_second + latest) / 2
            };
            self.window_start = Some(now);
            self.bytes = 0;
        }
        self.bytes += bytes;
    }
}
