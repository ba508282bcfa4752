//! What a network does to packets.

use std::time::Duration;

/// Weight of a new look at the network among those before.
const WEIGHT: f32 = 0.25;

/// What a full network, or a bad one, does to packets.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Symptoms {
    /// Share of packets that get lost.
    pub loss: f32,
    /// `None` as long as it is not known.
    pub round_trip: Option<Duration>,
}

impl Symptoms {
    pub(super) fn blend(self, look: Self) -> Self {
        let mixed =
            |before: Duration, now: Duration| before.mul_f32(1.0 - WEIGHT) + now.mul_f32(WEIGHT);
        Self {
            loss: self.loss + (look.loss - self.loss) * WEIGHT,
            round_trip: match (self.round_trip, look.round_trip) {
                (Some(before), Some(now)) => Some(mixed(before, now)),
                (before, now) => now.or(before),
            },
        }
    }

    pub(super) fn better(self, other: Self) -> Self {
        Self {
            loss: self.loss.min(other.loss),
            round_trip: match (self.round_trip, other.round_trip) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            },
        }
    }

    /// How much longer packets take than usual.
    pub(super) fn excess(self, usual: Self) -> Duration {
        match (self.round_trip, usual.round_trip) {
            (Some(now), Some(usual)) => now.saturating_sub(usual),
            _ => Duration::ZERO,
        }
    }
}
