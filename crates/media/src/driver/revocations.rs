//! Tokens that are good no more, by whom they were made for and when.

use std::collections::{HashMap, VecDeque};

/// A removal is remembered this long, in seconds: longer than tokens should live.
const REMEMBERED: i64 = 24 * 3_600;

/// Most removals remembered; the oldest go first.
const MAX: usize = 100_000;

/// Who was removed from which room, and when.
#[derive(Debug, Default)]
pub(super) struct Revocations {
    up_to: HashMap<(String, String), i64>,
    by_age: VecDeque<(i64, (String, String))>,
}

impl Revocations {
    /// Tokens of a participant made up to a Unix second are good no more.
    pub(super) fn add(&mut self, now: i64, room: &str, identity: &str, up_to: i64) {
        let key = (room.to_owned(), identity.to_owned());
        let latest = self.up_to.entry(key.clone()).or_insert(up_to);
        *latest = up_to.max(*latest);
        self.by_age.push_back((now, key));
        self.expire(now);
    }

    /// Whether a token made at a Unix second is good no more.
    pub(super) fn contains(
        &mut self,
        now: i64,
        room: &str,
        identity: &str,
        issued_at: i64,
    ) -> bool {
        self.expire(now);
        self.up_to
            .get(&(room.to_owned(), identity.to_owned()))
            .is_some_and(|up_to| issued_at <= *up_to)
    }

    fn expire(&mut self, now: i64) {
        while self.by_age.len() > MAX
            || self
                .by_age
                .front()
                .is_some_and(|(then, _)| now - then > REMEMBERED)
        {
            let Some((_, key)) = self.by_age.pop_front() else {
                return;
            };
            // Removed again later: that one still counts.
            if !self.by_age.iter().any(|(_, other)| *other == key) {
                self.up_to.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_made_up_to_the_removal_die_and_later_ones_live() {
        let mut revocations = Revocations::default();
        revocations.add(100, "room", "7", 100);
        assert!(revocations.contains(101, "room", "7", 99));
        assert!(revocations.contains(101, "room", "7", 100));
        assert!(!revocations.contains(101, "room", "7", 101));
        assert!(!revocations.contains(101, "room", "8", 1));
        assert!(!revocations.contains(101, "other", "7", 1));
    }

    #[test]
    fn a_second_removal_outlives_the_memory_of_the_first() {
        let mut revocations = Revocations::default();
        revocations.add(100, "room", "7", 100);
        revocations.add(200, "room", "7", 200);
        assert!(revocations.contains(101 + REMEMBERED, "room", "7", 150));
        assert!(!revocations.contains(201 + REMEMBERED, "room", "7", 150));
    }
}
