//! Which simulcast layer each subscriber gets: as large as it is shown, as good as its network carries, and of those that arrive at all.

use std::time::{Duration, Instant};

use livekit_protocol::{
    StreamState, StreamStateInfo, StreamStateUpdate, SubscribedCodec, SubscribedQuality,
    SubscribedQualityUpdate, VideoQuality, signal_response,
};
use str0m::media::MediaKind;

use super::Room;
use super::subscribing::{Subscription, Wish};
use super::track::Track;
use crate::forward::{LAYERS, Layer};
use crate::ids::{ParticipantKey, TrackKey};

/// What an audio track takes, in bits per second, with headers.
const AUDIO: u64 = 48_000;

/// A better layer needs this much room beyond its own rate, in percent, so that it does not go and come.
const ROOM_TO_RISE: u64 = 125;

/// The present layer may take a little more than the estimate, in percent, before it is given up: estimates waver.
const ROOM_TO_STAY: u64 = 90;

/// The smallest picture may take twice the estimate before it is paused, and for this long: a picture that stutters says more than none.
const ROOM_TO_SHOW: u64 = 50;
const SHORT_FOR: Duration = Duration::from_secs(2);

/// After video was paused, it stays so for this long at least.
const PAUSED_FOR: Duration = Duration::from_secs(2);

/// A publisher is told that a layer is wanted at once, and that it is not after this: people scroll back.
const LOWER_AFTER: Duration = Duration::from_secs(3);

/// How many layers of a track are wanted by anyone, as its publisher was told.
#[derive(Debug, Default)]
pub(super) struct Demand {
    told: Option<u8>,
    lower_at: Option<Instant>,
}

/// One video that a participant could be sent.
struct Candidate {
    track: TrackKey,
    priority: (bool, u32),
    current: Option<Layer>,
    /// Bits per second that are sent of it, as measured.
    sent: u64,
    /// Layers that arrive and are not larger than wanted, with their rates; ascending.
    layers: Vec<(Layer, u64)>,
    given: Option<Layer>,
}

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
        for (track_key, subscription) in &participant.subscriptions {
            let Some(track) = self.tracks.get(track_key) else {
                continue;
            };
            if subscription.kind == MediaKind::Audio {
                audios += 1;
            } else if subscription.mid.is_some() {
                candidates.push(Candidate {
                    track: *track_key,
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
        let allow_pause = participant.allow_pause && participant.quality.congestion.is_severe();
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
            let track = self.tracks.get(track).filter(|track| !track.info.muted)?;
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
            let Some(subscription) = participant.subscriptions.get_mut(&candidate.track) else {
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
                .values()
                .any(|one| one.starved_at.is_some()),
        );
        if participant.quality.desire(desired) {
            participant.receiver().set_desired_bitrate(desired);
            self.mark_receiver(key);
        }
        let stream_states: Vec<_> = states
            .into_iter()
            .filter_map(|(publisher, track_sid, state)| {
                let participant_sid = self.participants.get(&publisher)?.sid.clone();
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

    /// Tells publishers which layers somebody wants, so that they need not make the others.
    fn tell_demand(&mut self, now: Instant) {
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
        let subscriptions = track
            .subscribers
            .iter()
            .filter_map(|subscriber| self.participants.get(subscriber)?.subscriptions.get(&key));
        let wishes = subscriptions.filter(|one| !one.wish.disabled);
        wishes
            .map(|one| wanted_layer(track, &one.wish) + 1)
            .max()
            .unwrap_or(0)
    }

    /// Asks for the keyframes that forwarders wait for, again and again until they come.
    fn ask_for_keyframes(&mut self, now: Instant) {
        let mut wanted = Vec::new();
        for track in self.tracks.values() {
            let waiting = track.subscribers.iter().filter_map(|subscriber| {
                self.participants
                    .get(subscriber)?
                    .subscriptions
                    .get(&track.key)?
                    .forwarder
                    .wanted_keyframe()
            });
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

/// The largest layer that a subscriber has use for.
fn wanted_layer(track: &Track, wish: &Wish) -> Layer {
    let top = (LAYERS - 1) as Layer;
    // Clients that follow the size on screen send it with quality 0, which means nothing then.
    if wish.width == 0 || wish.height == 0 {
        return match wish.quality {
            VideoQuality::Low => 0,
            VideoQuality::Medium => 1,
            VideoQuality::High => top,
            VideoQuality::Off => 0,
        };
    }
    let enough = |layer: &Layer| {
        // A tenth too small is not seen. Either side may be the long one: phones turn.
        let fits = |declared: &livekit_protocol::VideoLayer| {
            let (long, short) = (
                declared.width.max(declared.height),
                declared.width.min(declared.height),
            );
            long * 11 >= wish.width.max(wish.height) * 10
                || short * 11 >= wish.width.min(wish.height) * 10
        };
        track.declared(*layer).is_some_and(fits)
    };
    (0..top).find(enough).unwrap_or(top)
}

/// The layers that may be sent, ascending, with their rates: those that arrive and are not larger than wanted, or else the smallest that arrives.
fn choices(track: &Track, wish: &Wish, now: Instant) -> Vec<(Layer, u64)> {
    let wanted = wanted_layer(track, wish);
    let alive = (0..LAYERS as Layer).filter(|layer| track.is_alive(*layer, now));
    let all: Vec<_> = alive.map(|layer| (layer, track.bitrate(layer))).collect();
    let small: Vec<_> = all
        .iter()
        .copied()
        .filter(|(layer, _)| *layer <= wanted)
        .collect();
    if !small.is_empty() {
        return small;
    }
    match all.first() {
        Some(first) => vec![*first],
        // Nothing arrives, or not yet: take whatever comes first.
        None => vec![(0, 0)],
    }
}

/// Shares out what the network carries: first a picture for each, then better ones, in order of importance.
fn give(candidates: &mut [Candidate], budget: Option<u64>, allow_pause: bool) {
    let Some(mut left) = budget else {
        for candidate in candidates {
            candidate.given = candidate.layers.last().map(|(layer, _)| *layer);
        }
        return;
    };
    for candidate in candidates.iter_mut() {
        let Some((layer, rate)) = candidate.layers.first().copied() else {
            continue;
        };
        let needed = if candidate.current.is_some() {
            rate * ROOM_TO_SHOW / 100
        } else {
            rate
        };
        if needed <= left || !allow_pause {
            candidate.given = Some(layer);
            left = left.saturating_sub(rate);
        }
    }
    for step in 1..LAYERS {
        for candidate in candidates.iter_mut() {
            let (Some(given), Some((layer, rate))) =
                (candidate.given, candidate.layers.get(step).copied())
            else {
                continue;
            };
            let Some((lower, lower_rate)) = candidate
                .layers
                .get(step - 1)
                .copied()
                .filter(|(lower, _)| *lower == given)
            else {
                continue;
            };
            let more = rate.saturating_sub(lower_rate);
            let factor = if candidate.current >= Some(layer) {
                ROOM_TO_STAY
            } else {
                ROOM_TO_RISE
            };
            if more * factor / 100 <= left {
                debug_assert!(lower < layer);
                candidate.given = Some(layer);
                left = left.saturating_sub(more);
            }
        }
    }
}

fn quality_update(track: &Track, wanted: u8) -> SubscribedQualityUpdate {
    let qualities: Vec<_> = (0..LAYERS as u8)
        .map(|layer| SubscribedQuality {
            quality: i32::from(layer),
            enabled: layer < wanted,
        })
        .collect();
    let codec = track
        .info
        .mime_type
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_lowercase();
    #[expect(deprecated, reason = "older clients read the list without codecs")]
    SubscribedQualityUpdate {
        track_sid: track.info.sid.clone(),
        subscribed_qualities: qualities.clone(),
        subscribed_codecs: vec![SubscribedCodec { codec, qualities }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(track: u32, current: Option<Layer>) -> Candidate {
        Candidate {
            track: TrackKey(track),
            priority: (false, 0),
            current,
            sent: 0,
            layers: vec![(0, 100), (1, 400), (2, 1_500)],
            given: None,
        }
    }

    fn given(
        budget: Option<u64>,
        currents: &[Option<Layer>],
        allow_pause: bool,
    ) -> Vec<Option<Layer>> {
        let mut candidates: Vec<_> = currents
            .iter()
            .zip(0..)
            .map(|(current, track)| candidate(track, *current))
            .collect();
        give(&mut candidates, budget, allow_pause);
        candidates
            .into_iter()
            .map(|candidate| candidate.given)
            .collect()
    }

    #[test]
    fn without_an_estimate_everyone_gets_the_best() {
        assert_eq!(given(None, &[None, None], true), [Some(2), Some(2)]);
    }

    #[test]
    fn a_small_picture_for_each_comes_before_a_large_one_for_any() {
        assert_eq!(given(Some(250), &[None, None], true), [Some(0), Some(0)]);
        assert_eq!(given(Some(900), &[None, None], true), [Some(1), Some(1)]);
        assert_eq!(given(Some(2_300), &[None, None], true), [Some(2), Some(1)]);
    }

    #[test]
    fn what_the_network_does_not_carry_is_paused_if_that_is_allowed() {
        assert_eq!(given(Some(150), &[None, None], true), [Some(0), None]);
        assert_eq!(given(Some(0), &[None, None], false), [Some(0), Some(0)]);
    }

    #[test]
    fn a_layer_is_kept_on_an_estimate_that_would_not_do_to_reach_it() {
        assert_eq!(given(Some(1_480), &[None], true), [Some(1)]);
        assert_eq!(given(Some(1_480), &[Some(2)], true), [Some(2)]);
        assert_eq!(given(Some(1_200), &[Some(2)], true), [Some(1)]);
    }

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
