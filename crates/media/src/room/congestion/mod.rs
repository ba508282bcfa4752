//! Whether a participant's network is the reason to send less.
//!
//! An estimate is only as high as what was sent and probed: below what one would like to send it says nothing, below what one sends it says that the
//! network may be full, and is if packets also get lost or take longer than they did: bursts on an idle network look full too. So this server sends what
//! is wanted until the estimate stays below that, then keeps within it for a while, and then tries again; each try that fails makes it wait longer.
//!
//! Losses and delays need not be this server's doing, though: a bad radio link loses a fifth of all packets, however few they are. Keeping within the
//! estimate is an experiment, too. If clearly less is sent and the same share gets lost, or packets take as long as before, then that is how this network
//! is: it is taken as usual from then on, until it gets better, and is no reason to send less.

mod hold;
mod symptoms;
#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use hold::Hold;
use symptoms::Symptoms;

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

/// A symptom that is this much of what it was has stayed the same, as far as so few looks can tell.
const SAME: RangeInclusive<f32> = 0.6..=1.6;

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
        let before = Symptoms {
            loss: self.last_loss,
            ..self.present
        };
        self.hold = Some(Hold::new(until, sending, before, self.is_severe()));
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
