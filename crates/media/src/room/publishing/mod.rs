//! What participants publish: announced by `AddTrack`, real once an offer carries it.

mod announcing;
mod changes;
mod offers;

use std::time::Instant;

use livekit_protocol::{TrackUnpublishedResponse, signal_response};

use super::Room;
use super::track::Track;
use crate::ids::{ParticipantKey, TrackKey};

impl Room {
    /// Takes from a participant what it may publish no more.
    pub(super) fn enforce_publishing(&mut self, now: Instant, key: ParticipantKey) {
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        let own = participant.publications.tracks(&self.tracks);
        let lost: Vec<_> = own
            .filter(|track| !participant.profile.may_publish(track.info.source()))
            .map(|track| (track.key, track.info.sid.clone()))
            .collect();
        for (track, track_sid) in lost {
            self.drop_track(track);
            self.send(
                key,
                signal_response::Message::TrackUnpublished(TrackUnpublishedResponse { track_sid }),
            );
        }
        self.reconcile_all(now);
    }

    /// Ends a track. Its subscribers learn it from what is announced next.
    pub(super) fn drop_track(&mut self, key: TrackKey) {
        let Some(track) = self.tracks.remove(&key) else {
            return;
        };
        for subscriber in &track.subscribers {
            self.end_subscription(*subscriber, key);
        }
        if let Some(publisher) = self.participants.get_mut(&track.publisher) {
            publisher.publications.end(track);
        }
    }

    pub(super) fn track_by_sid(&self, sid: &str) -> Option<TrackKey> {
        self.tracks
            .values()
            .find(|track| track.info.sid == sid)
            .map(|track| track.key)
    }

    /// The track of that name, if it is this participant's.
    pub(super) fn own_track(&mut self, key: ParticipantKey, sid: &str) -> Option<&mut Track> {
        self.tracks
            .values_mut()
            .find(|track| track.info.sid == sid)
            .filter(|track| track.publisher == key)
    }
}
