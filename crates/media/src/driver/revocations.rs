//! Tokens that are good no more, by whom they were made for and when.

use std::collections::{HashMap, VecDeque};

/// A removal is remembered this long, in seconds: longer than tokens should live.
const REMEMBERED: i64 = 24 * 3_600;

/// Most removals remembered; the oldest go first.
const MAX: usize = 100_000;

/// Who was removed from which room, and when.
#[derive(Debug, Default)]
pub(super) struct Revocations {
    latest: HashMap<(String, String), Revoked>,
    by_age: VecDeque<(i64, (String, String))>,
}

#[derive(Debug, Clone, Copy)]
struct Revoked {
    up_to: i64,
    /// When it was last noted; the entry in `by_age` of that second is the one that counts.
    noted: i64,
}

impl Revocations {
    /// Tokens of a participant made up to a Unix second are good no more.
    pub(super) fn add(&mut self, now: i64, room: &str, identity: &str, up_to: i64) {
        let key = (room.to_owned(), identity.to_owned());
        let known = self.latest.get(&key).copied();
        // The same removal is often asked for again.
        if known.is_some_and(|known| known.up_to >= up_to) {
            return;
        }

        self.latest
            .insert(key.clone(), Revoked { up_to, noted: now });
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
        self.latest
            .get(&(room.to_owned(), identity.to_owned()))
            .is_some_and(|revoked| issued_at <= revoked.up_to)
    }

    fn expire(&mut self, now: i64) {
        while self.by_age.len() > MAX
            || self
                .by_age
                .front()
                .is_some_and(|(then, _)| now - then > REMEMBERED)
        {
            let Some((noted, key)) = self.by_age.pop_front() else {
                return;
            };
            // Removed again later: that one still counts.
            if self.latest.get(&key).is_some_and(|one| one.noted == noted) {
                self.latest.remove(&key);
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

    #[test]
    fn the_same_removal_asked_for_again_takes_no_room() {
        let mut revocations = Revocations::default();
        for now in 100..200 {
            revocations.add(now, "room", "7", 100);
        }
        assert_eq!(revocations.by_age.len(), 1);
    }
}
