//! Which layers a publisher need not make, because nobody wants them.

use std::time::{Duration, Instant};

use livekit_protocol::{
    SubscribedCodec, SubscribedQuality, SubscribedQualityUpdate, signal_response,
};
use str0m::media::MediaKind;

use super::sizes::wanted_layer;
use crate::forward::LAYERS;
use crate::ids::TrackKey;
use crate::room::Room;
use crate::room::track::Track;

/// A publisher is told that a layer is wanted at once, and that it is not after this: people scroll back.
const LOWER_AFTER: Duration = Duration::from_secs(3);

/// How many layers of a track are wanted by anyone, as its publisher was told.
#[derive(Debug, Default)]
pub(in crate::room) struct Demand {
    told: Option<u8>,
    lower_at: Option<Instant>,
}

impl Room {
    /// Tells publishers which layers somebody wants, so that they need not make the others.
    pub(super) fn tell_demand(&mut self, now: Instant) {
        let mut updates = Vec::new();
        let video: Vec<_> = self
            .tracks
            .values()
            .filter(|track| track.kind == MediaKind::Video && track.is_published())
            .map(|track| track.key)
            .collect();
        for key in video {
            let wanted = self.wanted_layers(key);
            let Some(track) = self.tracks.get_mut(&key) else {
                continue;
            };
            if track.demand.change(now, wanted) {
                updates.push((track.publisher, quality_update(track, wanted)));
            }
        }
        for (publisher, update) in updates {
            self.send(
                publisher,
                signal_response::Message::SubscribedQualityUpdate(update),
            );
        }
    }

    /// How many layers of a track somebody wants, whatever their networks carry.
    fn wanted_layers(&self, key: TrackKey) -> u8 {
        let Some(track) = self.tracks.get(&key) else {
            return 0;
        };
        let enabled = self
            .subscriptions_to(track)
            .filter(|one| !one.wish.disabled);
        enabled
            .map(|one| wanted_layer(track, &one.wish) + 1)
            .max()
            .unwrap_or(0)
    }
}

impl Demand {
    /// Whether the publisher is to be told now that so many layers are wanted.
    fn change(&mut self, now: Instant, wanted: u8) -> bool {
        // A publisher makes all layers until told otherwise.
        let told = self.told.unwrap_or(LAYERS as u8);
        if wanted >= told {
            self.lower_at = None;
        }
        let is_due = wanted > told
            || (wanted < told && now >= *self.lower_at.get_or_insert(now + LOWER_AFTER));
        if is_due {
            self.told = Some(wanted);
            self.lower_at = None;
        }
        is_due
    }
}

fn quality_update(track: &Track, wanted: u8) -> SubscribedQualityUpdate {
    let qualities: Vec<_> = (0..LAYERS as u8)
        .map(|layer| SubscribedQuality {
            quality: i32::from(layer),
            enabled: layer < wanted,
        })
        .collect();
    #[expect(deprecated, reason = "older clients read the list without codecs")]
    SubscribedQualityUpdate {
        track_sid: track.info.sid.clone(),
        subscribed_qualities: qualities.clone(),
        subscribed_codecs: vec![SubscribedCodec {
            codec: track.codec_name(),
            qualities,
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn publishers_are_told_of_more_at_once_and_of_less_after_a_while() {
        let now = Instant::now();
        let mut demand = Demand::default();
        assert!(
            !demand.change(now, 3),
            "all is what a publisher makes anyway"
        );
        assert!(!demand.change(now, 1));
        assert!(!demand.change(now + LOWER_AFTER / 2, 1));
        assert!(demand.change(now + LOWER_AFTER, 1));
        assert!(!demand.change(now + LOWER_AFTER, 1));
        assert!(demand.change(now + LOWER_AFTER, 2));
    }
}
