//! Who receives what, and in which section of which description.
//!
//! Level-triggered: [`Room::reconcile`] makes the subscriptions of a participant what its permission, its choices and the publishers allow, however that came
//! to be.

mod audience;
mod choices;
mod offers;
mod sections;
mod subscription;

use std::collections::BTreeMap;
use std::time::Instant;

use livekit_protocol::{MediaSectionsRequirement, signal_response};
use str0m::media::Mid;
pub(super) use subscription::{Subscription, Wish};

use super::Room;
use crate::ids::{ParticipantKey, TrackKey};

impl Room {
    /// Makes everyone's subscriptions what they should be.
    pub(super) fn reconcile_all(&mut self, now: Instant) {
        let keys: Vec<_> = self.participants.keys().copied().collect();
        for key in keys {
            self.match_subscriptions(now, key);
        }
        // Once for all of them: it looks at everybody's tracks.
        self.refresh_layers(now);
    }

    /// Makes a participant's subscriptions what they should be.
    pub(super) fn reconcile(&mut self, now: Instant, key: ParticipantKey) {
        self.match_subscriptions(now, key);
        self.refresh_layers(now);
    }

    fn match_subscriptions(&mut self, now: Instant, key: ParticipantKey) {
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        let wanted: Vec<_> = self
            .tracks
            .values()
            .filter(|track| self.is_wanted(key, track.key))
            .map(|track| (track.key, track.kind))
            .collect();
        let unwanted: Vec<_> = participant
            .subscriptions
            .keys()
            .copied()
            .filter(|track| !wanted.iter().any(|(wanted, _)| wanted == track))
            .collect();
        for track in unwanted {
            self.end_subscription(key, track);
            if let Some(track) = self.tracks.get_mut(&track) {
                track.subscribers.remove(&key);
            }
        }
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        for (track, kind) in wanted {
            participant
                .subscriptions
                .entry(track)
                .or_insert_with(|| Subscription::new(kind));
            if let Some(track) = self.tracks.get_mut(&track) {
                track.subscribers.insert(key);
            }
        }
        if participant.is_single_peer() {
            self.ask_for_sections(now, key);
        } else {
            let due = participant
                .subscriptions
                .values()
                .any(|subscription| subscription.mid.is_none());
            participant.offer_due |= due;
            self.offer_if_due(key);
        }
    }

    fn is_wanted(&self, key: ParticipantKey, track: TrackKey) -> bool {
        let (Some(participant), Some(track)) =
            (self.participants.get(&key), self.tracks.get(&track))
        else {
            return false;
        };
        let Some(publisher) = self.participants.get(&track.publisher) else {
            return false;
        };
        track.publisher != key
            && track.is_published()
            && participant.permission.can_subscribe
            && participant
                .choices
                .get(&track.key)
                .copied()
                .unwrap_or(participant.auto_subscribe)
            && publisher.admits(participant, &track.info.sid)
    }

    /// Takes a subscription away from its subscriber. The track may be gone already.
    pub(super) fn end_subscription(&mut self, key: ParticipantKey, track: TrackKey) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        participant.subscriptions.remove(&track);
        let mids: Vec<_> = participant
            .sent
            .iter()
            .filter(|(_, sent)| **sent == track)
            .map(|(mid, _)| *mid)
            .collect();
        for mid in mids {
            participant.sent.remove(&mid);
            if participant.is_single_peer() {
                // The section stays in the client's description until it offers again, which it is asked to do.
                participant.sections_asked_at = None;
                self.send(
                    key,
                    signal_response::Message::MediaSectionsRequirement(
                        MediaSectionsRequirement::default(),
                    ),
                );
                return;
            }
            participant.stopped.insert(mid);
            participant.offer_due = true;
        }
    }

    /// The stream and track names of what a participant is sent, by section.
    pub(super) fn names_of_sent(&self, key: ParticipantKey) -> BTreeMap<Mid, (String, String)> {
        let Some(participant) = self.participants.get(&key) else {
            return BTreeMap::new();
        };
        participant
            .sent
            .iter()
            .filter_map(|(mid, track)| Some((*mid, self.names_of(*track)?)))
            .collect()
    }

    fn names_of(&self, track: TrackKey) -> Option<(String, String)> {
        let track = self.tracks.get(&track)?;
        let publisher = self.participants.get(&track.publisher)?;
        Some((
            format!("{}|{}", publisher.sid, track.info.sid),
            track.info.sid.clone(),
        ))
    }
}
