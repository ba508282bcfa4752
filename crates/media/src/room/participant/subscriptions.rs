//! What a participant receives.

use std::collections::BTreeMap;

use str0m::media::{MediaKind, Mid};

use super::Subscription;
use crate::ids::TrackKey;
use crate::signal::Join;

/// Choices about tracks that do not exist are remembered up to this many.
const MAX_CHOICES: usize = 4_096;

/// What one participant receives, or is about to.
#[derive(Debug)]
pub(in crate::room) struct Subscriptions {
    auto_subscribe: bool,
    allow_pause: bool,
    /// What it asked for or declined track by track.
    choices: BTreeMap<TrackKey, bool>,
    all: BTreeMap<TrackKey, Subscription>,
    /// Which section carries which track to it.
    sent: BTreeMap<Mid, TrackKey>,
}

impl Subscriptions {
    pub(in crate::room) fn new(join: &Join) -> Self {
        Self {
            auto_subscribe: join.auto_subscribe,
            allow_pause: join.allow_pause,
            choices: BTreeMap::new(),
            all: BTreeMap::new(),
            sent: BTreeMap::new(),
        }
    }

    /// It asks for a track or declines it.
    pub(in crate::room) fn choose(&mut self, track: TrackKey, subscribe: bool) {
        if self.choices.len() < MAX_CHOICES {
            self.choices.insert(track, subscribe);
        }
    }

    /// Whether it wants a track: as it chose, or as it does with all.
    pub(in crate::room) fn wants(&self, track: TrackKey) -> bool {
        let chosen = self.choices.get(&track).copied();
        chosen.unwrap_or(self.auto_subscribe)
    }

    /// Whether a picture may be paused that its network does not carry.
    pub(in crate::room) fn may_pause(&self) -> bool {
        self.allow_pause
    }

    pub(in crate::room) fn get(&self, track: TrackKey) -> Option<&Subscription> {
        self.all.get(&track)
    }

    pub(in crate::room) fn get_mut(&mut self, track: TrackKey) -> Option<&mut Subscription> {
        self.all.get_mut(&track)
    }

    pub(in crate::room) fn iter(&self) -> impl Iterator<Item = (TrackKey, &Subscription)> {
        self.all.iter().map(|(track, one)| (*track, one))
    }

    pub(in crate::room) fn values_mut(&mut self) -> impl Iterator<Item = &mut Subscription> {
        self.all.values_mut()
    }

    /// Begins a subscription, if there is none.
    pub(in crate::room) fn begin(&mut self, track: TrackKey, kind: MediaKind) {
        self.all
            .entry(track)
            .or_insert_with(|| Subscription::new(kind));
    }

    /// Ends a subscription. Returns the section that carried it.
    pub(in crate::room) fn end(&mut self, track: TrackKey) -> Option<Mid> {
        let mid = self.all.remove(&track)?.mid?;
        // A client that takes its sections back and offers them again may have got another track in this one.
        self.sent.get(&mid).filter(|sent| **sent == track)?;
        self.sent.remove(&mid);
        Some(mid)
    }

    /// What waits for a section.
    pub(in crate::room) fn waiting(&self) -> impl Iterator<Item = (TrackKey, MediaKind)> {
        self.iter()
            .filter(|(_, one)| one.mid.is_none())
            .map(|(track, one)| (track, one.kind))
    }

    /// A section carries a track from now on.
    pub(in crate::room) fn carry(&mut self, track: TrackKey, mid: Mid) {
        self.sent.insert(mid, track);
        if let Some(subscription) = self.all.get_mut(&track) {
            subscription.mid = Some(mid);
        }
    }

    /// Which section carries which track.
    pub(in crate::room) fn sent(&self) -> &BTreeMap<Mid, TrackKey> {
        &self.sent
    }
}
