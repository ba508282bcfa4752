//! Sharing out what a network carries among the videos that one participant is sent.

use crate::forward::{LAYERS, Layer};
use crate::ids::TrackKey;

/// A better layer needs this much room beyond its own rate, in percent, so that it does not go and come.
pub(super) const ROOM_TO_RISE: u64 = 125;

/// The present layer may take a little more than the estimate, in percent, before it is given up: estimates waver.
const ROOM_TO_STAY: u64 = 90;

/// The smallest picture may take twice the estimate, in percent, before it is paused.
const ROOM_TO_SHOW: u64 = 50;

/// One video that a participant could be sent.
pub(super) struct Candidate {
    pub track: TrackKey,
    pub priority: (bool, u32),
    pub current: Option<Layer>,
    /// Bits per second that are sent of it, as measured.
    pub sent: u64,
    /// Layers that arrive and are not larger than wanted, with their rates; ascending.
    pub layers: Vec<(Layer, u64)>,
    pub given: Option<Layer>,
}

/// Shares out what the network carries: first a picture for each, then better ones, in order of importance.
pub(super) fn give(candidates: &mut [Candidate], budget: Option<u64>, allow_pause: bool) {
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
}
