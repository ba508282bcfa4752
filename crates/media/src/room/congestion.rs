//! Whether a participant's network is the reason to send less.
//!
//! An estimate is only as high as what was sent and probed: below what one would like to send it says nothing, below what one sends it says that the
//! network may be full, and is if packets also get lost or take longer than they did: bursts on an idle network look full too. So this server sends what is wanted until the estimate stays below that, then keeps within it for a while, and then tries again;
//! each try that fails makes it wait longer.

use std::time::{Duration, Instant};

/// An estimate below this share of what is sent, in percent, for this long, is a full network. One that wavers on a busy machine is not.
const SHARE: u64 = 80;
const FULL_FOR: Duration = Duration::from_millis(500);

/// More loss than this, or a round trip longer by this than the shortest, goes with a full network.
const LOSS: f32 = 0.03;
const LONGER: Duration = Duration::from_millis(80);

/// How long it keeps within the estimate before it tries again: at first, and at most.
const FIRST_HOLD: Duration = Duration::from_secs(5);
const LONGEST_HOLD: Duration = Duration::from_secs(60);

/// What is known of a participant's network.
#[derive(Debug)]
pub(super) struct Congestion {
    estimate: Option<u64>,
    lossy: bool,
    slow: bool,
    shortest_round_trip: Option<Duration>,
    full_since: Option<Instant>,
    held_until: Option<Instant>,
    hold: Duration,
}

impl Default for Congestion {
    fn default() -> Self {
        Self {
            estimate: None,
            lossy: false,
            slow: false,
            shortest_round_trip: None,
            full_since: None,
            held_until: None,
            hold: FIRST_HOLD,
        }
    }
}

impl Congestion {
    /// The estimate changed; in bits per second.
    pub(super) fn handle_estimate(&mut self, bits_per_second: u64) {
        self.estimate = Some(bits_per_second);
    }

    /// Losses and round trips were looked at. What is not known stays as it was for round trips; nothing lost is no loss.
    pub(super) fn handle_network(&mut self, loss: Option<f32>, round_trip: Option<Duration>) {
        self.lossy = loss.is_some_and(|loss| loss > LOSS);
        if let Some(round_trip) = round_trip {
            let shortest = self
                .shortest_round_trip
                .map_or(round_trip, |shortest| shortest.min(round_trip));
            self.shortest_round_trip = Some(shortest);
            self.slow = round_trip > shortest + LONGER;
        }
    }

    /// How much may be sent, in bits per second, given how much is; `None` for as much as one likes.
    pub(super) fn limit(&mut self, now: Instant, sending: u64) -> Option<u64> {
        let estimate = self.estimate?;
        let seems_full = estimate * 100 < sending * SHARE;
        if !seems_full || !(self.lossy || self.slow) {
            self.full_since = None;
        } else if now.saturating_duration_since(*self.full_since.get_or_insert(now)) >= FULL_FOR {
            self.full_since = None;
            let since_hold = self
                .held_until
                .map(|until| now.saturating_duration_since(until));
            self.hold = match since_hold {
                // Still held: the network became narrower.
                Some(Duration::ZERO) => self.hold,
                // The last try failed.
                Some(since) if since < LONGEST_HOLD => (self.hold * 2).min(LONGEST_HOLD),
                _ => FIRST_HOLD,
            };
            self.held_until = Some(now + self.hold);
        }
        self.held_until
            .filter(|until| now < *until)
            .map(|_| estimate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn an_estimate_that_nothing_was_sent_to_raise_limits_nothing() {
        let now = Instant::now();
        let mut congestion = Congestion::default();
        assert_eq!(congestion.limit(now, 5_000), None);
        congestion.handle_estimate(40);
        assert_eq!(congestion.limit(now, 48), None);
        assert_eq!(congestion.limit(now + SECOND, 48), None);
    }

    #[test]
    fn a_dip_limits_nothing_and_a_full_network_does_until_it_is_tried_again() {
        let now = Instant::now();
        let mut congestion = Congestion::default();
        congestion.handle_estimate(500);
        assert_eq!(congestion.limit(now, 1_000), None);
        assert_eq!(
            congestion.limit(now + FULL_FOR, 1_000),
            None,
            "nothing is lost or late"
        );
        congestion.handle_network(None, Some(SECOND / 100));
        congestion.handle_network(None, Some(SECOND / 5));
        assert_eq!(congestion.limit(now, 1_000), None);
        congestion.handle_estimate(1_000);
        assert_eq!(
            congestion.limit(now + FULL_FOR, 1_000),
            None,
            "it was a dip"
        );
        congestion.handle_estimate(500);
        assert_eq!(congestion.limit(now + SECOND, 1_000), None);
        assert_eq!(congestion.limit(now + SECOND + FULL_FOR, 1_000), Some(500));
        assert_eq!(congestion.limit(now + 3 * SECOND, 400), Some(500));
        assert_eq!(
            congestion.limit(now + SECOND + FULL_FOR + FIRST_HOLD, 400),
            None
        );
    }

    #[test]
    fn tries_that_fail_become_rarer() {
        let mut now = Instant::now();
        let mut congestion = Congestion::default();
        congestion.handle_estimate(500);
        congestion.handle_network(Some(0.2), None);
        let mut holds = Vec::new();
        for _ in 0..6 {
            while congestion.limit(now, 1_000).is_none() {
                now += SECOND / 10;
            }
            let began = now;
            while congestion.limit(now, 400).is_some() {
                now += SECOND / 10;
            }
            holds.push((now - began).as_secs());
        }
        assert_eq!(holds, [5, 10, 20, 40, 60, 60]);
    }
}
