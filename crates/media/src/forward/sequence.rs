//! Sequence numbers of the joined stream.

use std::collections::VecDeque;

/// How many left-out packets are remembered, for packets that arrive late around them.
const REMEMBERED: usize = 64;

/// Maps sequence numbers of the present source to those of the joined stream.
#[derive(Debug, Default)]
pub(crate) struct Sequence {
    /// First number of the present source, and what it becomes.
    base: Option<(u64, u64)>,
    /// Numbers of the source that are not sent on and must leave no hole, ascending.
    left_out: VecDeque<u64>,
    /// Highest number of the source that was sent on or left out.
    highest_in: Option<u64>,
    /// Highest number given out.
    highest_out: Option<u64>,
}

impl Sequence {
    /// From the packet `seq` on, another source goes on where the last one ended.
    pub(crate) fn splice(&mut self, seq: u64) {
        let next = self.highest_out.map_or(1, |highest| highest + 1);
        self.base = Some((seq, next));
        self.left_out.clear();
        self.highest_in = None;
    }

    /// A packet will not be sent. Only the newest can vanish without a trace: those after it have their numbers already.
    pub(crate) fn leave_out(&mut self, seq: u64) {
        if self.highest_in.is_some_and(|highest| seq <= highest) {
            return;
        }
        self.highest_in = Some(seq);
        self.left_out.push_back(seq);
        if self.left_out.len() > REMEMBERED
            && let Some(oldest) = self.left_out.pop_front()
            && let Some((base_in, base_out)) = &mut self.base
        {
            // Everything up to the oldest one is settled: start counting behind it.
            let settled = oldest + 1 - *base_in;
            *base_in = oldest + 1;
            *base_out += settled - 1;
        }
    }

    /// The number of a packet in the joined stream; `None` for one from before the source was joined, and for one that was left out: its number
    /// is another's.
    pub(crate) fn map(&mut self, seq: u64) -> Option<u64> {
        let (base_in, base_out) = self.base?;
        let since = seq.checked_sub(base_in)?;
        if self.left_out.binary_search(&seq).is_ok() {
            return None;
        }
        let before = self.left_out.partition_point(|left| *left < seq) as u64;
        let out = base_out + since - before;
        self.highest_in = self.highest_in.max(Some(seq));
        self.highest_out = Some(self.highest_out.map_or(out, |highest| highest.max(out)));
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn left_out_packets_leave_no_hole_however_many() {
        let mut sequence = Sequence::default();
        sequence.splice(10);
        let mut expected = sequence.map(10).unwrap();
        let mut seq = 11;
        for round in 0..300u64 {
            for _ in 0..round % 3 {
                sequence.leave_out(seq);
                seq += 1;
            }
            expected += 1;
            assert_eq!(sequence.map(seq), Some(expected));
            seq += 1;
        }
    }

    #[test]
    fn a_late_packet_keeps_its_place_among_left_out_ones() {
        let mut sequence = Sequence::default();
        sequence.splice(1);
        assert_eq!(sequence.map(1), Some(1));
        // 2 is late.
        sequence.leave_out(3);
        assert_eq!(sequence.map(4), Some(3));
        assert_eq!(sequence.map(2), Some(2));
    }

    #[test]
    fn a_packet_that_was_left_out_and_comes_again_takes_nobodys_number() {
        let mut sequence = Sequence::default();
        sequence.splice(10);
        assert_eq!(sequence.map(10), Some(1));
        sequence.leave_out(11);
        assert_eq!(sequence.map(12), Some(2));
        assert_eq!(sequence.map(11), None);
        // The first one again, empty now: what comes after keeps counting.
        sequence.leave_out(10);
        assert_eq!(sequence.map(13), Some(3));
    }

    #[test]
    fn the_first_packet_left_out_a_hundred_times_counts_once() {
        let mut sequence = Sequence::default();
        sequence.splice(5);
        for _ in 0..2 * REMEMBERED {
            sequence.leave_out(5);
        }
        assert_eq!(sequence.map(6), Some(1));
    }

    #[test]
    fn a_source_that_starts_with_a_left_out_packet_is_joined_all_the_same() {
        let mut sequence = Sequence::default();
        sequence.splice(5);
        sequence.leave_out(5);
        assert_eq!(sequence.map(6), Some(1));
    }
}
