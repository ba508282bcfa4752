//! Time as the core knows it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

/// Time as the core knows it: instants, and what they are on the wall. The driver says so again and again: somebody may set the clock, and while a machine
/// sleeps only the wall's goes on.
#[derive(Debug)]
pub(crate) struct Clock {
    pub start: Instant,
    /// Unix time of `start`, in milliseconds, as the wall has it now.
    start_unix_ms: AtomicI64,
}

impl Clock {
    /// One that starts now, at this Unix time in milliseconds.
    pub(crate) fn new(now: Instant, unix_ms: i64) -> Self {
        Self {
            start: now,
            start_unix_ms: AtomicI64::new(unix_ms),
        }
    }

    /// The wall says that it is this Unix time now, in milliseconds.
    pub(crate) fn set(&self, now: Instant, unix_ms: i64) {
        self.start_unix_ms
            .store(unix_ms - self.since_start_ms(now), Ordering::Relaxed);
    }

    /// Unix milliseconds of an instant.
    pub(super) fn unix_ms(&self, now: Instant) -> i64 {
        self.start_unix_ms.load(Ordering::Relaxed) + self.since_start_ms(now)
    }

    fn since_start_ms(&self, now: Instant) -> i64 {
        now.saturating_duration_since(self.start).as_millis() as i64
    }
}
