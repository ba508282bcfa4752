//! Keeping within the estimate for a while, as an experiment: what happens to packets while less is sent?

use std::time::{Duration, Instant};

use super::symptoms::Symptoms;

/// What is seen of the network this long after less is sent still belongs to what was sent before.
const UNDER_WAY: Duration = Duration::from_secs(1);

/// So many looks at the network make a judgement; they come twice a second.
const LOOKS: u32 = 3;

/// A time in which it keeps within the estimate.
#[derive(Debug)]
pub(super) struct Hold {
    pub(super) until: Instant,
    /// What was sent when it began, in bits per second, and what happened to it.
    pub(super) sending: u64,
    pub(super) before: Symptoms,
    pub(super) less_since: Option<Instant>,
    looks: u32,
    /// Sums over the looks while less is sent.
    loss: f32,
    round_trips: Duration,
    /// Bad enough at some time to go without a picture.
    pub(super) severe: bool,
}

impl Hold {
    /// One that begins while so much is sent, in bits per second, and that happens to it.
    pub(super) fn new(until: Instant, sending: u64, before: Symptoms, severe: bool) -> Self {
        Self {
            until,
            sending,
            before,
            less_since: None,
            looks: 0,
            loss: 0.0,
            round_trips: Duration::ZERO,
            severe,
        }
    }

    pub(super) fn look(&mut self, now: Instant, seen: Symptoms, present: Symptoms) {
        let is_under_way = self
            .less_since
            .is_none_or(|since| now.saturating_duration_since(since) < UNDER_WAY);
        if is_under_way {
            // What the symptoms grow to until less is sent, they grew to from what was sent before.
            self.before.loss = (self.before.loss + seen.loss) / 2.0;
            self.before.round_trip = self.before.round_trip.max(present.round_trip);
            return;
        }
        self.looks += 1;
        self.loss += seen.loss;
        self.round_trips += seen.round_trip.unwrap_or_default();
    }

    /// What happened to packets while less was sent, once that can be told.
    pub(super) fn average(&self) -> Option<Symptoms> {
        (self.looks >= LOOKS).then(|| Symptoms {
            loss: self.loss / self.looks as f32,
            round_trip: self
                .before
                .round_trip
                .map(|_| self.round_trips / self.looks),
        })
    }

    pub(super) fn forget(&mut self) {
        self.looks = 0;
        self.loss = 0.0;
        self.round_trips = Duration::ZERO;
    }
}
