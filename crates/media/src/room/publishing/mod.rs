//! What participants publish: announced by `AddTrack`, real once an offer carries it.

mod announcing;
mod changes;
mod offers;

use std::time::Instant;

use livekit_protocol::{TrackUnpublishedResponse, signal_response};

use super::Room;
use super::track::Track;
use crate::ids::{ParticipantKey, TrackKey};
use crate::token::may_publish;

impl Room {
    /// Takes from a participant what it may publish no more.
    pub(super) fn enforce_publishing(&mut self, now: Instant, key: ParticipantKey) {
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        let forbidden = |track: &&Track| {
            participant.permission.hidden
                || !may_publish(&participant.permission, track.info.source())
        };
        let own = participant
            .published
            .iter()
            .filter_map(|track| self.tracks.get(track));
        let lost: Vec<_> = own
            .filter(forbidden)
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
            publisher.published.retain(|published| *published != key);
            if let Some(mid) = track.mid {
                publisher.ended.insert(mid, track.msid);
            }
            publisher
                .streams
                .retain(|_, (published, _)| *published != key);
        }
    }

    pub(super) fn track_by_sid(&self, sid: &str) -> Option<TrackKey> {
        self.tracks
            .values()
            .find(|track| track.info.sid == sid)
            .map(|track| track.key)
    }
}
