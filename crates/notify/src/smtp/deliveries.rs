use crate::{IdempotencyKey, Sent};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Remembers what this process has sent, so that an effect that is tried again although it succeeded sends nothing.
#[derive(Default)]
pub(super) struct Deliveries(Mutex<Memory>);

#[derive(Default)]
struct Memory {
    /// `None` while it is being sent.
    known: HashMap<IdempotencyKey, Option<Sent>>,
    delivered_in_order: VecDeque<IdempotencyKey>,
}

/// Enough for every mail of a busy day; some 2 MB at most.
const REMEMBERED: usize = 10_000;

pub(super) enum Begin<'a> {
    Delivered(Sent),
    UnderWay,
    Yours(Attempt<'a>),
}

/// The right to send one mail; given up when dropped.
pub(super) struct Attempt<'a> {
    deliveries: &'a Deliveries,
    key: IdempotencyKey,
}

impl Deliveries {
    pub(super) fn begin(&self, key: &IdempotencyKey) -> Begin<'_> {
        let mut memory = self.memory();
        match memory.known.get(key) {
            Some(Some(sent)) => Begin::Delivered(sent.clone()),
            Some(None) => Begin::UnderWay,
            None => {
                memory.known.insert(key.clone(), None);
                Begin::Yours(Attempt {
                    deliveries: self,
                    key: key.clone(),
                })
            }
        }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        // Nothing below can leave the maps half changed in a way that matters.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attempt<'_> {
    pub(super) fn delivered(self, sent: &Sent) {
        let mut memory = self.deliveries.memory();
        memory.known.insert(self.key.clone(), Some(sent.clone()));
        memory.delivered_in_order.push_back(self.key.clone());
        if memory.delivered_in_order.len() > REMEMBERED
            && let Some(oldest) = memory.delivered_in_order.pop_front()
        {
            memory.known.remove(&oldest);
        }
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let mut memory = self.deliveries.memory();
        if memory.known.get(&self.key).is_some_and(Option::is_none) {
            memory.known.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Begin, Deliveries, REMEMBERED};
    use crate::{IdempotencyKey, Sent};

    fn deliver(deliveries: &Deliveries, key: &str) {
        let Begin::Yours(attempt) = deliveries.begin(&IdempotencyKey::new(key)) else {
            panic!("{key} is not new")
        };
        attempt.delivered(&Sent {
            message_id: format!("<{key}>"),
        });
    }

    #[test]
    fn a_delivered_key_is_not_given_out_again() {
        let deliveries = Deliveries::default();
        deliver(&deliveries, "a");
        let Begin::Delivered(sent) = deliveries.begin(&IdempotencyKey::new("a")) else {
            panic!("sent twice")
        };
        assert_eq!(sent.message_id, "<a>");
    }

    #[test]
    fn a_key_is_held_while_it_is_being_sent_and_free_after_a_failure() {
        let deliveries = Deliveries::default();
        let key = IdempotencyKey::new("a");
        let first = deliveries.begin(&key);
        assert!(matches!(deliveries.begin(&key), Begin::UnderWay));
        drop(first);
        assert!(matches!(deliveries.begin(&key), Begin::Yours(_)));
    }

    #[test]
    fn memory_is_bounded() {
        let deliveries = Deliveries::default();
        for number in 0..REMEMBERED + 5 {
            deliver(&deliveries, &number.to_string());
        }
        assert_eq!(deliveries.memory().known.len(), REMEMBERED);
    }
}
