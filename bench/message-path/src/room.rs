//! What was said in one room and who has heard it: latency, order and completeness are read off afterwards.

use std::time::{Duration, Instant};

/// Viewers of every message, the sender among them.
pub const MEMBERS: usize = 4;

/// One room's book.
#[derive(Debug)]
pub struct Room {
    started: Instant,
    said: Vec<Said>,
    heard: [Vec<u32>; MEMBERS],
    last_seq: [u64; MEMBERS],
    wrong: Vec<String>,
}

#[derive(Debug)]
struct Said {
    at: Duration,
    /// When the last viewer had it.
    delivered: Option<Duration>,
    viewers: u8,
}

impl Room {
    pub fn new(started: Instant) -> Self {
        Self {
            started,
            said: Vec::new(),
            heard: Default::default(),
            last_seq: [0; MEMBERS],
            wrong: Vec::new(),
        }
    }

    /// Notes that a message is sent now; its number is part of its text.
    pub fn say(&mut self) -> u32 {
        self.said.push(Said {
            at: self.started.elapsed(),
            delivered: None,
            viewers: 0,
        });
        u32::try_from(self.said.len() - 1)
            .expect("a benchmark sends fewer than four thousand million messages")
    }

    /// Notes that a member heard message `number` with this seq.
    pub fn hear(&mut self, member: usize, number: u32, seq: u64) {
        if seq <= self.last_seq[member] {
            self.wrong.push(format!(
                "member {member} heard seq {seq} after {}",
                self.last_seq[member]
            ));
        }
        self.last_seq[member] = seq;
        self.heard[member].push(number);
        let now = self.started.elapsed();
        match self.said.get_mut(number as usize) {
            Some(said) => {
                said.viewers += 1;
                if usize::from(said.viewers) == MEMBERS {
                    said.delivered = Some(now);
                }
            }
            None => self.wrong.push(format!(
                "member {member} heard message {number}, which nobody sent"
            )),
        }
    }

    pub fn is_settled(&self) -> bool {
        self.said
            .iter()
            .all(|said| usize::from(said.viewers) >= MEMBERS)
    }

    pub fn sent(&self) -> usize {
        self.said.len()
    }

    /// How long messages sent within this span took to the last viewer.
    pub fn latencies(&self, from: Instant, until: Instant) -> impl Iterator<Item = Duration> + '_ {
        let (from, until) = (from - self.started, until - self.started);
        let within = self
            .said
            .iter()
            .filter(move |said| from <= said.at && said.at < until);
        within.filter_map(|said| Some(said.delivered? - said.at))
    }

    /// Messages that the last viewer had within this span.
    pub fn delivered(&self, from: Instant, until: Instant) -> usize {
        let (from, until) = (from - self.started, until - self.started);
        self.said
            .iter()
            .filter_map(|said| said.delivered)
            .filter(|&at| from <= at && at < until)
            .count()
    }

    /// What was lost, doubled or out of order.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = self.wrong.clone();
        for (number, said) in self.said.iter().enumerate() {
            if usize::from(said.viewers) != MEMBERS {
                faults.push(format!(
                    "message {number} was heard {} times by {MEMBERS} members",
                    said.viewers
                ));
            }
        }
        for (member, heard) in self.heard.iter().enumerate().skip(1) {
            if *heard != self.heard[0] {
                faults.push(format!("member {member} heard another order than member 0"));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard_by(members: &[&[(u32, u64)]]) -> Vec<String> {
        let mut room = Room::new(Instant::now());
        room.say();
        room.say();
        for (member, heard) in members.iter().enumerate() {
            for &(number, seq) in *heard {
                room.hear(member, number, seq);
            }
        }
        room.faults()
    }

    #[test]
    fn loss_doubling_and_disorder_are_faults() {
        let sound: &[(u32, u64)] = &[(0, 5), (1, 7)];
        assert_eq!(heard_by(&[sound; 4]), [""; 0]);
        assert!(
            !heard_by(&[sound, sound, sound, &[(0, 5)]]).is_empty(),
            "lost"
        );
        assert!(
            !heard_by(&[sound, sound, sound, &[(0, 5), (1, 7), (1, 8)]]).is_empty(),
            "doubled"
        );
        assert!(
            !heard_by(&[sound, sound, sound, &[(1, 7), (0, 8)]]).is_empty(),
            "another order"
        );
        assert!(
            !heard_by(&[sound, sound, sound, &[(0, 7), (1, 7)]]).is_empty(),
            "a seq twice"
        );
        assert!(
            !heard_by(&[sound, sound, sound, &[(0, 5), (9, 7)]]).is_empty(),
            "never sent"
        );
    }
}
