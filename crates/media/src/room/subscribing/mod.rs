//! Who receives what, and in which section of which description.
//!
//! Level-triggered: [`Room::reconcile`] makes the subscriptions of a participant what its permission, its choices and the publishers allow, however that came
//! to be.

mod audience;
mod choices;
mod offers;
mod sections;

use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

use livekit_protocol::{MediaSectionsRequirement, signal_response};
use str0m::media::Mid;

use super::Room;
use super::participant::{Manner, Subscription};
use super::track::Track;
use crate::forward::Forwarder;
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
            .iter()
            .map(|(track, _)| track)
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
            participant.subscriptions.begin(track, kind);
            if let Some(track) = self.tracks.get_mut(&track) {
                track.subscribers.insert(key);
            }
        }
        let is_waiting = participant.subscriptions.waiting().next().is_some();
        match &mut participant.connections.manner {
            Manner::V1(_) => self.ask_for_sections(now, key),
            Manner::V0(subscriber) => {
                if is_waiting {
                    subscriber.want_offer();
                }
                self.offer_if_due(key);
            }
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
            && participant.profile.permission.can_subscribe
            && participant.subscriptions.wants(track.key)
            && publisher
                .publications
                .admits(&participant.profile, &track.info.sid)
    }

    /// Takes a subscription away from its subscriber. The track may be gone already.
    pub(super) fn end_subscription(&mut self, key: ParticipantKey, track: TrackKey) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let Some(mid) = participant.subscriptions.end(track) else {
            return;
        };
        match &mut participant.connections.manner {
            // The section stays in the client's description until it offers again, which it is asked to do.
            Manner::V1(sections) => {
                sections.ask_anew();
                self.send(
                    key,
                    signal_response::Message::MediaSectionsRequirement(
                        MediaSectionsRequirement::default(),
                    ),
                );
            }
            Manner::V0(subscriber) => subscriber.stop(mid),
        }
    }

    /// Changes how a track goes on to each of its subscribers.
    pub(super) fn each_forwarder(&mut self, key: TrackKey, change: impl Fn(&mut Forwarder)) {
        let Some(track) = self.tracks.get(&key) else {
            return;
        };
        for subscriber in &track.subscribers {
            let participant = self.participants.get_mut(subscriber);
            if let Some(subscription) = participant.and_then(|one| one.subscriptions.get_mut(key)) {
                change(&mut subscription.forwarder);
            }
        }
    }

    /// The subscriptions to a track.
    pub(super) fn subscriptions_to<'a>(
        &'a self,
        track: &'a Track,
    ) -> impl Iterator<Item = &'a Subscription> {
        let subscribers = track.subscribers.iter();
        subscribers.filter_map(move |key| self.participants.get(key)?.subscriptions.get(track.key))
    }

    /// The stream and track names of what a participant is sent, by section.
    pub(super) fn names_of_sent(&self, key: ParticipantKey) -> BTreeMap<Mid, (String, String)> {
        let Some(participant) = self.participants.get(&key) else {
            return BTreeMap::new();
        };
        participant
            .subscriptions
            .sent()
            .iter()
            .filter_map(|(mid, track)| Some((*mid, self.names_of(*track)?)))
            .collect()
    }

    fn names_of(&self, track: TrackKey) -> Option<(String, String)> {
        let track = self.tracks.get(&track)?;
        let publisher = self.participants.get(&track.publisher)?;
        Some((
            format!("{}|{}", publisher.sid(), track.info.sid),
            track.info.sid.clone(),
        ))
    }
}

/// The names of tracks by section, as descriptions carry them.
pub(super) fn track_names(sent: BTreeMap<Mid, (String, String)>) -> HashMap<String, String> {
    sent.into_iter()
        .map(|(mid, (_, track))| (mid.to_string(), track))
        .collect()
}
