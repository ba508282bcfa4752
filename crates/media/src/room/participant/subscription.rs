//! One participant receives one track.

use std::time::Instant;

use livekit_protocol::VideoQuality;
use str0m::media::{MediaKind, Mid};

use crate::forward::Forwarder;
use crate::room::track::Passage;

/// One participant receives one track.
#[derive(Debug)]
pub(in crate::room) struct Subscription {
    pub kind: MediaKind,
    /// The section that carries it; `None` until one has been agreed.
    pub mid: Option<Mid>,
    pub wish: Wish,
    pub forwarder: Forwarder,
    /// How packets go on, as far as that is known.
    pub passage: Option<Passage>,
    /// Since when the network does not carry it.
    pub starved_at: Option<Instant>,
    /// Since when the network seems too small for it, which may pass.
    pub short_since: Option<Instant>,
}

/// What a subscriber wants of a video track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::room) struct Wish {
    /// Nothing for now: it is not on screen.
    pub disabled: bool,
    /// The best layer, where no size is given.
    pub quality: VideoQuality,
    /// The size at which it is shown, in pixels; 0 if unknown.
    pub width: u32,
    pub height: u32,
    /// Which video to keep when the network does not carry all; higher is more important.
    pub priority: u32,
}

impl Default for Wish {
    fn default() -> Self {
        Self {
            disabled: false,
            quality: VideoQuality::High,
            width: 0,
            height: 0,
            priority: 0,
        }
    }
}

impl Subscription {
    pub(super) fn new(kind: MediaKind) -> Self {
        let clock_rate = if kind == MediaKind::Audio {
            48_000
        } else {
            90_000
        };
        Self {
            kind,
            mid: None,
            wish: Wish::default(),
            forwarder: Forwarder::new(clock_rate),
            passage: None,
            starved_at: None,
            short_since: None,
        }
    }
}
