//! Which layers are large enough for how a video is shown.

use std::time::Instant;

use livekit_protocol::VideoQuality;

use crate::forward::{LAYERS, Layer};
use crate::room::participant::Wish;
use crate::room::track::Track;

/// The largest layer that a subscriber has use for.
pub(super) fn wanted_layer(track: &Track, wish: &Wish) -> Layer {
    let top = (LAYERS - 1) as Layer;
    // Clients that follow the size on screen send it with quality 0, which means nothing then.
    if wish.width == 0 || wish.height == 0 {
        return match wish.quality {
            VideoQuality::Low => 0,
            VideoQuality::Medium => 1,
            VideoQuality::High => top,
            VideoQuality::Off => 0,
        };
    }
    let enough = |layer: &Layer| {
        // A tenth too small is not seen. Either side may be the long one: phones turn.
        let fits = |declared: &livekit_protocol::VideoLayer| {
            let (long, short) = (
                declared.width.max(declared.height),
                declared.width.min(declared.height),
            );
            long * 11 >= wish.width.max(wish.height) * 10
                || short * 11 >= wish.width.min(wish.height) * 10
        };
        track.declared(*layer).is_some_and(fits)
    };
    (0..top).find(enough).unwrap_or(top)
}

/// The layers that may be sent, ascending, with their rates: those that arrive and are not larger than wanted, or else the smallest that arrives.
pub(super) fn choices(track: &Track, wish: &Wish, now: Instant) -> Vec<(Layer, u64)> {
    let wanted = wanted_layer(track, wish);
    let alive = (0..LAYERS as Layer).filter(|layer| track.is_alive(*layer, now));
    let all: Vec<_> = alive.map(|layer| (layer, track.bitrate(layer))).collect();
    let small: Vec<_> = all
        .iter()
        .copied()
        .filter(|(layer, _)| *layer <= wanted)
        .collect();
    if !small.is_empty() {
        return small;
    }
    match all.first() {
        Some(first) => vec![*first],
        // Nothing arrives, or not yet: take whatever comes first.
        None => vec![(0, 0)],
    }
}
