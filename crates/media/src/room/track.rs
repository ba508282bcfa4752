//! One published track: its streams as they arrive.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use livekit_protocol::{TrackInfo, TrackSource};
use str0m::format::PayloadParams;
use str0m::media::{MediaKind, Mid};
use str0m::rtp::Ssrc;

use super::layers::Demand;
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

/// One simulcast layer of a track as it arrives.
#[derive(Debug, Default)]
pub(super) struct Stream {
    pub ssrc: Option<Ssrc>,
    pub last_packet: Option<Instant>,
    /// When a keyframe was last asked for.
    pub keyframe_asked_at: Option<Instant>,
    /// Somebody needs a keyframe, and asking was not due yet.
    pub keyframe_wanted: bool,
    pub rate: Rate,
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
