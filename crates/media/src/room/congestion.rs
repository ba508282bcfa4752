//! Whether a participant's network is the reason to send less.
//!
//! An estimate is only as high as what was sent and probed: below what one would like to send it says nothing, below what one sends it says that the
//! network may be full, and is if packets also get lost or take longer than they did: bursts on an idle network look full too. So this server sends what
//! is wanted until the estimate stays below that, then keeps within it for a while, and then tries again; each try that fails makes it wait longer.
//!
//! Losses and delays need not be this server's doing, though: a bad radio link loses a fifth of all packets, however few they are. Keeping within the
//! estimate is an experiment, too. If clearly less is sent and the same share gets lost, or packets take as long as before, then that is how this network
//! is: it is taken as usual from then on, until it gets better, and is no reason to send less.

use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

/// An estimate below this share of what is sent, in percent, for this long, is a full network. One that wavers on a busy machine is not.
const SHARE: u64 = 80;
const FULL_FOR: Duration = Duration::from_millis(500);

/// More loss than usual by this, or a round trip longer than usual by this, goes with a full network.
const LOSS: f32 = 0.03;
const LONGER: Duration = Duration::from_millis(80);

/// Usual losses come in better and worse half seconds; up to this multiple they are still usual.
const SPREAD: f32 = 1.5;

/// Losses up to this are mended by repeats, and a network that carries less than half of a picture loses more: they are no reason to pause it. Beyond, they
/// never count as usual. Packets that merely overtake each other are taken for lost, too: up to an eighth was seen with 200 ms of jitter.
const MENDABLE: f32 = 0.3;

/// A queue that never overflows delays without end; beyond this, people talk across each other.
const UNBEARABLE: Duration = Duration::from_millis(400);

/// How long it keeps within the estimate before it tries again: at first, and at most.
const FIRST_HOLD: Duration = Duration::from_secs(5);
const LONGEST_HOLD: Duration = Duration::from_secs(60);

/// The experiment runs while at most this share is sent of what was, in percent.
const LESS: u64 = 75;

/// What is seen of the network this long after less is sent still belongs to what was sent before.
const UNDER_WAY: Duration = Duration::from_secs(1);

/// So many looks at the network make a judgement; they come twice a second.
const LOOKS: u32 = 3;

/// A symptom that is this much of what it was has stayed the same, as far as so few looks can tell.
const SAME: RangeInclusive<f32> = 0.6..=1.6;

/// Weight of a new look at the network among those before.
const WEIGHT: f32 = 0.25;

/// What is known of a participant's network.
#[derive(Debug, Default)]
pub(super) struct Congestion {
    estimate: Option<u64>,
    /// As last looked at, and as it is on the whole.
    last_loss: f32,
    present: Symptoms,
    /// What happens to packets whatever is sent.
    usual: Symptoms,
    full_since: Option<Instant>,
    hold: Option<Hold>,
    /// When the last hold ends or ended, and how long it was.
    last: Option<(Instant, Duration)>,
}

/// What a full network, or a bad one, does to packets.
#[derive(Debug, Default, Clone, Copy)]
struct Symptoms {
    /// Share of packets that get lost.
    loss: f32,
    /// `None` as long as it is not known.
    round_trip: Option<Duration>,
}

/// A time in which it keeps within the estimate.
#[derive(Debug)]
struct Hold {
    until: Instant,
    /// What was sent when it began, in bits per second, and what happened to it.
    sending: u64,
    before: Symptoms,
    less_since: Option<Instant>,
    looks: u32,
    /// Sums over the looks while less is sent.
    loss: f32,
    round_trips: Duration,
    /// Bad enough at some time to go without a picture.
    severe: bool,
}

impl Congestion {
    /// The estimate changed; in bits per second.
    pub(super) fn handle_estimate(&mut self, bits_per_second: u64) {
        self.estimate = Some(bits_per_second);
    }

    /// Losses and round trips were looked at. What is not known stays as it was for round trips; nothing lost is no loss.
    pub(super) fn handle_network(
        &mut self,
        now: Instant,
        loss: Option<f32>,
        round_trip: Option<Duration>,
    ) {
        let look = Symptoms {
            loss: loss.unwrap_or(0.0),
            round_trip: round_trip.or(self.present.round_trip),
        };
        self.last_loss = look.loss;
        self.present = self.present.blend(look);
        self.usual = self.usual.better(self.present);
        if let Some(hold) = &mut self.hold {
            hold.look(now, look, self.present);
        }
    }

    /// How much may be sent, in bits per second, given how much is; `None` for as much as one likes.
    pub(super) fn limit(&mut self, now: Instant, sending: u64) -> Option<u64> {
        let estimate = self.estimate?;
        self.judge(now, sending);
        let is_severe = self.is_severe_now();
        let seems_full = estimate * 100 < sending * SHARE
            && (self.is_lossy(self.present) || self.is_slow(self.present));
        if !seems_full {
            self.full_since = None;
        } else if now.saturating_duration_since(*self.full_since.get_or_insert(now)) >= FULL_FOR {
            self.full_since = None;
            self.hold(now, sending);
        }
        self.hold.take_if(|hold| now >= hold.until);
        let hold = self.hold.as_mut()?;
        hold.severe |= is_severe;
        Some(estimate)
    }

    /// Whether the network is bad enough to go without a picture.
    pub(super) fn is_severe(&self) -> bool {
        self.hold.as_ref().is_some_and(|hold| hold.severe)
    }

    fn is_severe_now(&self) -> bool {
        self.present.loss > MENDABLE || self.present.excess(self.usual) > UNBEARABLE
    }

    fn is_lossy(&self, seen: Symptoms) -> bool {
        seen.loss > (self.usual.loss * SPREAD).min(MENDABLE) + LOSS
    }

    fn is_slow(&self, seen: Symptoms) -> bool {
        seen.excess(self.usual) > LONGER
    }

    fn hold(&mut self, now: Instant, sending: u64) {
        let length = match (&self.hold, self.last) {
            // Held already: the network became narrower.
            (Some(_), Some((_, length))) => length,
            // The last try failed.
            (None, Some((end, length))) if now.saturating_duration_since(end) < LONGEST_HOLD => {
                (length * 2).min(LONGEST_HOLD)
            }
            _ => FIRST_HOLD,
        };
        let until = now + length;
        self.last = Some((until, length));
        self.hold = Some(Hold {
            until,
            sending,
            before: Symptoms {
                loss: self.last_loss,
                ..self.present
            },
            less_since: None,
            looks: 0,
            loss: 0.0,
            round_trips: Duration::ZERO,
            severe: self.is_severe(),
        });
    }

    /// Ends a hold that changed nothing.
    fn judge(&mut self, now: Instant, sending: u64) {
        let Some(hold) = &mut self.hold else { return };
        if sending * 100 > hold.sending * LESS {
            hold.forget();
            hold.less_since = None;
            return;
        }
        hold.less_since.get_or_insert(now);
        let before = hold.before;
        let Some(during) = hold.average() else { return };
        hold.forget();
        let loss_stays = if self.is_lossy(before) {
            SAME.contains(&(during.loss / before.loss))
        } else {
            !self.is_lossy(during)
        };
        let delay_stays = if self.is_slow(before) {
            let (then, since) = (before.excess(self.usual), during.excess(self.usual));
            SAME.contains(&since.div_duration_f32(then))
        } else {
            !self.is_slow(during)
        };
        if loss_stays && delay_stays {
            self.usual = Symptoms {
                loss: during.loss.min(MENDABLE),
                ..during
            };
            self.hold = None;
            self.last = None;
        }
    }
}

impl Symptoms {
    fn blend(self, look: Self) -> Self {
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

    fn better(self, other: Self) -> Self {
        Self {
            loss: self.loss.min(other.loss),
            round_trip: match (self.round_trip, other.round_trip) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            },
        }
    }

    /// How much longer packets take than usual.
    fn excess(self, usual: Self) -> Duration {
        match (self.round_trip, usual.round_trip) {
            (Some(now), Some(usual)) => now.saturating_sub(usual),
            _ => Duration::ZERO,
        }
    }
}

impl Hold {
    fn look(&mut self, now: Instant, seen: Symptoms, present: Symptoms) {
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
    fn average(&self) -> Option<Symptoms> {
        (self.looks >= LOOKS).then(|| Symptoms {
            loss: self.loss / self.looks as f32,
            round_trip: self
                .before
                .round_trip
                .map(|_| self.round_trips / self.looks),
        })
    }

    fn forget(&mut self) {
        self.looks = 0;
        self.loss = 0.0;
        self.round_trips = Duration::ZERO;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const LOOK: Duration = Duration::from_millis(500);

    /// A network as it behaves at what is sent: the estimate, the share that gets lost, the round trip.
    type Network = fn(sent: u64) -> (u64, f32, Duration);

    /// Sends a thousand bits a second, or what is allowed, for so long; says after each look how much was allowed.
    fn use_network(
        congestion: &mut Congestion,
        now: &mut Instant,
        for_: Duration,
        network: Network,
    ) -> Vec<Option<u64>> {
        let mut sent = 1_000;
        let end = *now + for_;
        let mut limits = Vec::new();
        while *now < end {
            let (estimate, loss, round_trip) = network(sent);
            congestion.handle_estimate(estimate);
            congestion.handle_network(*now, Some(loss), Some(round_trip));
            let limit = congestion.limit(*now, sent);
            sent = limit.unwrap_or(1_000);
            limits.push(limit);
            *now += LOOK;
        }
        limits
    }

    fn good(_: u64) -> (u64, f32, Duration) {
        (1_000, 0.0, SECOND / 50)
    }

    fn narrow(sent: u64) -> (u64, f32, Duration) {
        if sent > 500 {
            (450, 0.4, SECOND / 5)
        } else {
            (450, 0.0, SECOND / 50)
        }
    }

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
    fn a_low_estimate_limits_nothing_while_nothing_is_lost_or_late() {
        let (mut congestion, mut now) = (Congestion::default(), Instant::now());
        let limits = use_network(&mut congestion, &mut now, 10 * SECOND, |_| {
            (450, 0.0, SECOND / 50)
        });
        assert!(limits.iter().all(Option::is_none), "{limits:?}");
    }

    #[test]
    fn a_dip_limits_nothing() {
        let mut now = Instant::now();
        let mut congestion = Congestion::default();
        use_network(&mut congestion, &mut now, 5 * SECOND, good);
        congestion.handle_estimate(500);
        congestion.handle_network(now, Some(0.4), None);
        assert_eq!(congestion.limit(now, 1_000), None);
        congestion.handle_estimate(1_000);
        assert_eq!(congestion.limit(now + FULL_FOR / 2, 1_000), None);
        congestion.handle_estimate(500);
        assert_eq!(congestion.limit(now + FULL_FOR, 1_000), None);
    }

    #[test]
    fn a_narrow_network_is_kept_within_and_tried_again_ever_more_rarely() {
        let (mut congestion, mut now) = (Congestion::default(), Instant::now());
        use_network(&mut congestion, &mut now, 5 * SECOND, good);
        let limits = use_network(&mut congestion, &mut now, 300 * SECOND, narrow);
        let holds: Vec<_> = limits
            .chunk_by(|one, other| one.is_some() == other.is_some())
            .filter(|stretch| stretch[0].is_some())
            .map(|stretch| stretch.len() / 2)
            .collect();
        assert_eq!(holds[..5], [5, 10, 20, 40, 60], "{holds:?}");
    }

    #[test]
    fn losses_and_delays_that_stay_when_less_is_sent_limit_nothing_any_more() {
        let networks: [Network; 3] = [
            |_| (300, 0.2, SECOND / 50),
            |_| (300, 0.0, SECOND / 5),
            |_| (300, 0.2, SECOND / 5),
        ];
        for (number, network) in networks.into_iter().enumerate() {
            let (mut congestion, mut now) = (Congestion::default(), Instant::now());
            use_network(&mut congestion, &mut now, 5 * SECOND, good);
            let limits = use_network(&mut congestion, &mut now, 60 * SECOND, network);
            let held = limits.iter().filter(|limit| limit.is_some()).count();
            assert!(
                (1..=8).contains(&held),
                "network {number}: {held} half seconds"
            );
            // What is usual is forgotten with it.
            use_network(&mut congestion, &mut now, 10 * SECOND, good);
            let limits = use_network(&mut congestion, &mut now, 5 * SECOND, narrow);
            assert!(limits.last().unwrap().is_some(), "network {number}");
        }
    }

    #[test]
    fn losses_alone_are_severe_only_when_repeats_cannot_mend_them() {
        for (loss, severe) in [(0.2, false), (0.6, true)] {
            let mut now = Instant::now();
            let mut congestion = Congestion::default();
            use_network(&mut congestion, &mut now, 5 * SECOND, good);
            congestion.handle_estimate(300);
            let mut was_severe = false;
            for _ in 0..8 {
                congestion.handle_network(now, Some(loss), Some(SECOND / 50));
                congestion.limit(now, 1_000);
                was_severe |= congestion.is_severe();
                now += LOOK;
            }
            assert_eq!(was_severe, severe, "loss {loss}");
        }
    }
}
