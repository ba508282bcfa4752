//! What somebody sees of a stream of pictures: a decoder that needs every packet of every picture since the last keyframe.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// A decoder that has stood still for this long asks for a keyframe, and again after as long.
const ASK_AFTER: Duration = Duration::from_millis(500);

/// Packets that may wait for missing ones.
const MOST: usize = 2_000;

/// What a packet says of the picture it is part of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub starts: bool,
    pub keyframe: bool,
    pub ends: bool,
}

#[derive(Debug)]
pub(super) struct Screen {
    /// Packets by their numbers, from the next one that is needed.
    waiting: BTreeMap<u64, Piece>,
    next: u64,
    /// When each picture was shown.
    pub shown: Vec<Instant>,
    asked: Option<Instant>,
}

impl Screen {
    pub(super) const fn new() -> Self {
        Self {
            waiting: BTreeMap::new(),
            next: 0,
            shown: Vec::new(),
            asked: None,
        }
    }

    pub(super) fn handle_packet(&mut self, now: Instant, seq: u64, piece: Piece) {
        if seq < self.next {
            return;
        }
        self.waiting.insert(seq, piece);
        while self.waiting.len() > MOST {
            self.waiting.pop_first();
        }
        loop {
            let keyframes = self
                .waiting
                .iter()
                .filter(|(_, piece)| piece.starts && piece.keyframe);
            let starts = (!self.shown.is_empty())
                .then_some(self.next)
                .into_iter()
                .chain(keyframes.map(|(seq, _)| *seq));
            let Some(end) = starts.filter_map(|start| self.picture(start)).next() else {
                return;
            };
            self.next = end;
            self.waiting = self.waiting.split_off(&end);
            self.shown.push(now);
        }
    }

    /// The number after the picture that starts here, if it is complete.
    fn picture(&self, start: u64) -> Option<u64> {
        let mut next = start;
        for (seq, piece) in self.waiting.range(start..) {
            if *seq != next {
                return None;
            }
            next += 1;
            if piece.ends {
                return Some(next);
            }
        }
        None
    }

    /// Whether it is time to ask for a keyframe.
    pub(super) fn asks(&mut self, now: Instant) -> bool {
        let since = self.shown.last().copied().max(self.asked);
        let asks = !self.waiting.is_empty() && since.is_none_or(|since| now >= since + ASK_AFTER);
        if asks {
            self.asked = Some(now);
        }
        asks
    }

    /// The longest time within this one in which nothing new was shown.
    pub(super) fn longest_freeze(&self, from: Instant, to: Instant) -> Duration {
        let within = self
            .shown
            .iter()
            .copied()
            .filter(|at| (from..to).contains(at));
        let moments: Vec<_> = std::iter::once(from).chain(within).chain([to]).collect();
        moments
            .windows(2)
            .map(|pair| pair[1] - pair[0])
            .max()
            .unwrap_or_default()
    }
}

impl Default for Screen {
    fn default() -> Self {
        Self::new()
    }
}
