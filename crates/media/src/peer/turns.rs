//! When str0m is told the time, so that what was written goes out.
//!
//! str0m sends one packet each time that it is told the time and asks for that again after each, also after the last one. Asking first would cost a round
//! through all its parts for each packet, and doing as it asks after the last one another. So written packets are counted.

use std::mem;
use std::time::{Duration, Instant};

use str0m::media::Pt;
use str0m::{PacerReason, Reason};

/// How long str0m may be left alone where it wants to be called for nothing that matters: to look at an idle estimate, which it would do once per round
/// trip, on a short network each millisecond; or to see that nothing is left to be sent.
const PUT_OFF: Duration = Duration::from_millis(25);

/// RTP's version in the first two bits, and the bit that says a packet ends with padding (RFC 3550, 5.1).
const VERSION: u8 = 2 << 6;
const PADDING: u8 = 1 << 5;

/// The packets that wait in str0m.
#[derive(Debug, Default)]
pub(super) struct Turns {
    /// Packets written and not sent yet.
    unsent: usize,
    /// Payload types under which packets were written, one bit each.
    written_as: u128,
    /// Something else was sent than what was written: a repeat, or padding. More of it may wait.
    sent_other: bool,
    /// The network is being probed, with packets at times of their own, of which str0m does not tell right after a packet of ours.
    is_probing: bool,
}

/// What is to be done once str0m has nothing to say.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Tell it the time now: more waits to be sent.
    Now,
    /// Call it then.
    At(Instant),
}

impl Turns {
    /// A packet was written.
    pub(super) fn written(&mut self, payload_type: Pt) {
        self.unsent += 1;
        self.written_as |= 1 << (*payload_type & 0x7f);
    }

    /// Whether a written packet waits, so that the time is to be told before anything is asked.
    pub(super) fn is_due(&self) -> bool {
        self.unsent > 0
    }

    /// A datagram goes out.
    pub(super) fn sent(&mut self, datagram: &[u8]) {
        let [first, second, ..] = datagram else {
            return;
        };
        if first & 0xc0 != VERSION || is_rtcp(*second) {
            return;
        }
        if first & PADDING == 0 && self.written_as >> (second & 0x7f) & 1 == 1 {
            self.unsent = self.unsent.saturating_sub(1);
        } else {
            self.sent_other = true;
        }
    }

    /// str0m has nothing to say and wants to be called at `wake`.
    pub(super) fn next(&mut self, now: Instant, wake: Instant, reason: Reason) -> Turn {
        let is_after_sending = reason == Reason::Pacer(PacerReason::Immediate);
        if !is_after_sending {
            // What it holds back it sends when it sees fit.
            self.unsent = 0;
        }
        let may_hold_more = mem::take(&mut self.sent_other) | mem::take(&mut self.is_probing);
        if is_after_sending && (self.unsent > 0 || may_hold_more) {
            // One less, so that this ends even if nothing comes of it.
            self.unsent = self.unsent.saturating_sub(1);
            return Turn::Now;
        }
        self.is_probing = matches!(
            reason,
            Reason::Pacer(PacerReason::Probe1 | PacerReason::Probe2 | PacerReason::Padding)
        );
        let is_idle = is_after_sending || reason == Reason::BweDelayControl;
        Turn::At(if is_idle && wake > now {
            wake.max(now + PUT_OFF)
        } else {
            wake
        })
    }
}

/// Whether the second byte of a packet is that of a report (RFC 5761, 4).
fn is_rtcp(second: u8) -> bool {
    (192..=223).contains(&second)
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMMEDIATE: Reason = Reason::Pacer(PacerReason::Immediate);

    fn written(count: usize) -> Turns {
        let mut turns = Turns::default();
        for _ in 0..count {
            turns.written(96.into());
        }
        turns
    }

    #[test]
    fn nothing_is_asked_again_once_what_was_written_is_sent() {
        let (now, soon) = times();
        let mut turns = written(2);
        // The marker bit is no part of the payload type.
        turns.sent(&[0x90, 96]);
        assert!(turns.is_due());
        turns.sent(&[0x90, 0x80 | 96]);
        assert!(!turns.is_due());
        assert_eq!(turns.next(now, soon, IMMEDIATE), Turn::At(now + PUT_OFF));
    }

    #[test]
    fn reports_and_other_protocols_take_no_turn() {
        let mut turns = written(1);
        for datagram in [&[0x80, 200][..], &[0x81, 205], &[0, 1], &[22, 254], &[]] {
            turns.sent(datagram);
        }
        assert!(turns.is_due());
    }

    #[test]
    fn after_a_repeat_or_padding_the_next_is_sent_at_once() {
        let (now, soon) = times();
        for other in [[0x90, 97], [0xb0, 96]] {
            let mut turns = written(1);
            turns.sent(&other);
            assert!(turns.is_due(), "it took the turn of what was written");
            turns.sent(&[0x90, 96]);
            assert_eq!(turns.next(now, soon, IMMEDIATE), Turn::Now);
            assert_eq!(turns.next(now, soon, IMMEDIATE), Turn::At(now + PUT_OFF));
        }
    }

    #[test]
    fn a_probe_goes_on_at_its_own_times_while_packets_are_sent() {
        let (now, soon) = times();
        let probe = Reason::Pacer(PacerReason::Probe1);
        let mut turns = written(0);
        assert_eq!(turns.next(now, soon, probe), Turn::At(soon));
        turns.written(96.into());
        turns.sent(&[0x90, 96]);
        assert_eq!(turns.next(now, soon, IMMEDIATE), Turn::Now);
        assert_eq!(turns.next(now, soon, probe), Turn::At(soon));
        assert_eq!(turns.next(now, soon, Reason::Nack), Turn::At(soon));
        assert_eq!(turns.next(now, soon, IMMEDIATE), Turn::At(now + PUT_OFF));
    }

    #[test]
    fn what_is_held_back_is_left_to_str0m() {
        let (now, soon) = times();
        let mut turns = written(1);
        let paced = Reason::Pacer(PacerReason::Paced);
        assert_eq!(turns.next(now, soon, paced), Turn::At(soon));
        assert!(!turns.is_due());
    }

    #[test]
    fn packets_that_str0m_swallows_end_in_waiting() {
        let (now, soon) = times();
        let mut turns = written(3);
        let asked = std::iter::repeat_with(|| turns.next(now, soon, IMMEDIATE))
            .take_while(|turn| *turn == Turn::Now);
        assert_eq!(asked.count(), 3);
    }

    fn times() -> (Instant, Instant) {
        let now = Instant::now();
        (now, now + Duration::from_micros(1))
    }
}
