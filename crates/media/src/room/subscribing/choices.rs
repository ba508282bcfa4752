//! What a participant wants to receive, and how it shows it.

use std::time::Instant;

use livekit_protocol::{UpdateSubscription, UpdateTrackSettings};

use crate::ids::ParticipantKey;
use crate::room::Room;
use crate::room::participant::Wish;

impl Room {
    /// A participant chooses what to receive, track by track.
    pub(in crate::room) fn choose(
        &mut self,
        now: Instant,
        key: ParticipantKey,
        update: &UpdateSubscription,
    ) {
        let sids = update.track_sids.iter().chain(
            update
                .participant_tracks
                .iter()
                .flat_map(|tracks| &tracks.track_sids),
        );
        let chosen: Vec<_> = sids.filter_map(|sid| self.track_by_sid(sid)).collect();
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        for track in chosen {
            participant.subscriptions.choose(track, update.subscribe);
        }
        self.reconcile(now, key);
    }

    /// A subscriber says how it shows what it receives.
    pub(in crate::room) fn set_track_settings(
        &mut self,
        now: Instant,
        key: ParticipantKey,
        settings: &UpdateTrackSettings,
    ) {
        let tracks: Vec<_> = settings
            .track_sids
            .iter()
            .filter_map(|sid| self.track_by_sid(sid))
            .collect();
        let wish = Wish {
            disabled: settings.disabled,
            quality: settings.quality(),
            width: settings.width,
            height: settings.height,
            priority: settings.priority,
        };
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        for track in tracks {
            if let Some(subscription) = participant.subscriptions.get_mut(track) {
                subscription.wish = wish;
            }
        }
        self.refresh_layers(now);
    }
}
