//! Which simulcast layer each subscriber gets: as large as it is shown, as good as its network carries, and of those that arrive at all.

pub(super) mod demand;
mod sharing;
mod sizes;

use std::time::{Duration, Instant};

use livekit_protocol::{StreamState, StreamStateInfo, StreamStateUpdate, signal_response};
use sharing::{Candidate, ROOM_TO_RISE, give};
use sizes::{choices, wanted_layer};
use str0m::media::MediaKind;

use super::Room;
use super::participant::Subscription;
use crate::forward::Layer;
use crate::ids::ParticipantKey;

/// What an audio track takes, in bits per second, with headers.
const AUDIO: u64 = 48_000;

/// A picture is paused only if the network is too small for it for this long: a picture that stutters says more than none.
const SHORT_FOR: Duration = Duration::from_secs(2);

/// After video was paused, it stays so for this long at least.
const PAUSED_FOR: Duration = Duration::from_secs(2);

impl Room {
    /// Chooses the layers of all subscriptions anew.
    pub(super) fn refresh_layers(&mut self, now: Instant) {
        let keys: Vec<_> = self.participants.keys().copied().collect();
        for key in keys {
            self.choose_layers(now, key);
        }
        self.tell_demand(now);
        self.ask_for_keyframes(now);
    }

    fn choose_layers(&mut self, now: Instant, key: ParticipantKey) {
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        let mut audios = 0;
        let mut candidates = Vec::new();
        for (track_key, subscription) in participant.subscriptions.iter() {
            let Some(track) = self.tracks.get(&track_key) else {
                continue;
            };
            if subscription.kind == MediaKind::Audio {
                audios += 1;
            } else if subscription.mid.is_some() {
                candidates.push(Candidate {
                    track: track_key,
                    priority: (track.is_screen(), subscription.wish.priority),
                    current: subscription.forwarder.current(),
                    sent: subscription
                        .forwarder
                        .current()
                        .map_or(0, |layer| track.measured(layer)),
                    layers: if subscription.wish.disabled {
                        Vec::new()
                    } else {
                        choices(track, &subscription.wish, now)
                    },
                    given: None,
                });
            }
        }
        candidates.sort_by(|one, other| {
            other
                .priority
                .cmp(&one.priority)
                .then(one.track.cmp(&other.track))
        });
        let desired = self.desired(key) + audios * AUDIO;
        let sending = candidates.iter().map(|one| one.sent).sum::<u64>() + audios * AUDIO;
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let limit = participant.quality.congestion.limit(now, sending);
        let budget = limit.map(|limit| limit.saturating_sub(audios * AUDIO));
        let allow_pause =
            participant.subscriptions.may_pause() && participant.quality.congestion.is_severe();
        give(&mut candidates, budget, allow_pause);
        self.apply_choices(now, key, candidates, desired);
    }

    /// What the video that a participant wants takes at its best, in bits per second, whether or not it arrives yet: the estimate is to be
    /// there when it does.
    fn desired(&self, key: ParticipantKey) -> u64 {
        let Some(participant) = self.participants.get(&key) else {
            return 0;
        };
        let wanted = participant
            .subscriptions
            .iter()
            .filter(|(_, one)| one.kind == MediaKind::Video && !one.wish.disabled);
        let rates = wanted.filter_map(|(track, one)| {
            let track = self.tracks.get(&track).filter(|track| !track.info.muted)?;
            let best = wanted_layer(track, &one.wish);
            let declared = (0..=best)
                .rev()
                .find_map(|layer| Some(u64::from(track.declared(layer)?.bitrate)));
            Some(declared.unwrap_or_default().max(track.bitrate(best)))
        });
        rates.sum::<u64>() * ROOM_TO_RISE / 100
    }

    fn apply_choices(
        &mut self,
        now: Instant,
        key: ParticipantKey,
        candidates: Vec<Candidate>,
        desired: u64,
    ) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let mut states = Vec::new();
        let mut best_for_all = true;
        for subscription in participant
            .subscriptions
            .values_mut()
            .filter(|one| one.kind == MediaKind::Audio && one.mid.is_some())
        {
            subscription.forwarder.set_target(Some(0));
        }
        for candidate in candidates {
            let Some(subscription) = participant.subscriptions.get_mut(candidate.track) else {
                continue;
            };
            let wanted = candidate.layers.last().map(|(layer, _)| *layer);
            let given = subscription.hold(now, &candidate.layers, candidate.given);
            best_for_all &= given >= wanted;
            subscription.forwarder.set_target(given);
            let starved = wanted.is_some() && given.is_none();
            if starved == subscription.starved_at.is_some() {
                continue;
            }
            subscription.starved_at = starved.then_some(now);
            if let Some(track) = self.tracks.get(&candidate.track) {
                let state = if starved {
                    StreamState::Paused
                } else {
                    StreamState::Active
                };
                states.push((track.publisher, track.info.sid.clone(), state));
            }
        }
        participant.quality.set_served(
            best_for_all,
            participant
                .subscriptions
                .iter()
                .any(|(_, one)| one.starved_at.is_some()),
        );
        if participant.quality.desire(desired) {
            participant
                .connections
                .receiver()
                .set_desired_bitrate(desired);
            self.mark_receiver(key);
        }
        let stream_states: Vec<_> = states
            .into_iter()
            .filter_map(|(publisher, track_sid, state)| {
                let participant_sid = self.participants.get(&publisher)?.sid().to_owned();
                Some(StreamStateInfo {
                    participant_sid,
                    track_sid,
                    state: state as i32,
                })
            })
            .collect();
        if !stream_states.is_empty() {
            self.send(
                key,
                signal_response::Message::StreamStateUpdate(StreamStateUpdate { stream_states }),
            );
        }
    }
}

impl Subscription {
    /// Steadies a choice: a picture is paused only if the network is short for a while, and then stays so for a while.
    fn hold(
        &mut self,
        now: Instant,
        layers: &[(Layer, u64)],
        given: Option<Layer>,
    ) -> Option<Layer> {
        let since = |then: Option<Instant>, limit: Duration| {
            then.is_some_and(|then| now.saturating_duration_since(then) < limit)
        };
        let smallest = layers.first().map(|(layer, _)| *layer);
        if smallest.is_none() || given.is_some() {
            self.short_since = None;
            let is_held = smallest.is_some() && since(self.starved_at, PAUSED_FOR);
            return given.filter(|_| !is_held);
        }
        let short_since = *self.short_since.get_or_insert(now);
        let may_pass = since(Some(short_since), SHORT_FOR) && self.starved_at.is_none();
        smallest.filter(|_| may_pass)
    }
}
