//! Keyframes: who needs one, and asking for it not too often.

use std::time::{Duration, Instant};

use str0m::media::{MediaKind, Mid};

use super::Room;
use crate::forward::Layer;
use crate::ids::{ParticipantKey, PeerKey, PeerRole, TrackKey};

/// Keyframes are asked for at most this often: they are large, and several subscribers want them at once.
const KEYFRAME_EVERY: Duration = Duration::from_millis(500);

impl Room {
    /// A subscriber cannot decode and needs a keyframe.
    pub(super) fn handle_keyframe_wanted(
        &mut self,
        now: Instant,
        subscriber: ParticipantKey,
        mid: Mid,
    ) {
        let Some(participant) = self.participants.get(&subscriber) else {
            return;
        };
        let Some(key) = participant.subscriptions.sent().get(&mid).copied() else {
            return;
        };
        let layer = participant
            .subscriptions
            .get(key)
            .and_then(|one| one.forwarder.current().or(one.forwarder.target()));
        if let Some(layer) = layer {
            self.want_keyframe(now, key, layer);
        }
    }

    /// Asks for the keyframes that forwarders wait for, again and again until they come.
    pub(super) fn ask_for_keyframes(&mut self, now: Instant) {
        let mut wanted = Vec::new();
        for track in self.tracks.values() {
            let waiting = self
                .subscriptions_to(track)
                .filter_map(|one| one.forwarder.wanted_keyframe());
            wanted.extend(waiting.map(|layer| (track.key, layer)));
            wanted.extend(
                track
                    .streams
                    .iter()
                    .enumerate()
                    .filter(|(_, stream)| stream.keyframe_wanted)
                    .map(|(layer, _)| (track.key, layer as Layer)),
            );
        }
        wanted.sort_unstable();
        wanted.dedup();
        for (track, layer) in wanted {
            self.want_keyframe(now, track, layer);
        }
    }

    /// Asks a publisher for a keyframe, now or as soon as that is due.
    fn want_keyframe(&mut self, now: Instant, key: TrackKey, layer: Layer) {
        let Some(track) = self.tracks.get_mut(&key) else {
            return;
        };
        if track.kind == MediaKind::Audio {
            return;
        }
        let stream = &mut track.streams[usize::from(layer)];
        let Some(ssrc) = stream.ssrc else { return };
        let due = stream
            .keyframe_asked_at
            .is_none_or(|asked| now.saturating_duration_since(asked) >= KEYFRAME_EVERY);
        stream.keyframe_wanted = !due;
        if due {
            stream.keyframe_asked_at = Some(now);
            let publisher = track.publisher;
            if let Some(participant) = self.participants.get_mut(&publisher) {
                participant.connections.publisher.request_keyframe(ssrc);
                self.dirty.insert(PeerKey {
                    participant: publisher,
                    role: PeerRole::Publisher,
                });
            }
        }
    }
}
