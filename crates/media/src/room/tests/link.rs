//! An emulated network between clients and the room, in virtual time.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// One direction of a client's network.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    pub delay: Duration,
    /// Each datagram takes up to this much longer, so that they overtake each other.
    pub jitter: Duration,
    /// Share of datagrams that get lost.
    pub loss: f64,
    /// Bits per second that it carries; more waits in a queue of 200 ms, and is lost beyond.
    pub rate: Option<u64>,
    pub busy_until: Option<Instant>,
}

impl Default for Link {
    fn default() -> Self {
        Self {
            delay: Duration::from_millis(15),
            jitter: Duration::ZERO,
            loss: 0.0,
            rate: None,
            busy_until: None,
        }
    }
}

const QUEUE: Duration = Duration::from_millis(200);

/// A datagram on its way.
#[derive(Debug)]
pub(super) struct Datagram {
    pub from: SocketAddr,
    pub to: SocketAddr,
    pub bytes: Vec<u8>,
}

/// Datagrams on their way, by when they arrive.
#[derive(Default)]
pub(super) struct Air {
    flying: BTreeMap<(Instant, u64), Datagram>,
    count: u64,
}

impl Air {
    pub(super) fn send(
        &mut self,
        now: Instant,
        link: &mut Link,
        random: &mut fastrand::Rng,
        datagram: Datagram,
    ) {
        if random.f64() < link.loss {
            return;
        }
        let mut leaves = now;
        if let Some(rate) = link.rate {
            let free = link.busy_until.unwrap_or(now).max(now);
            if free > now + QUEUE {
                return;
            }
            leaves =
                free + Duration::from_secs_f64(datagram.bytes.len() as f64 * 8.0 / rate as f64);
            link.busy_until = Some(leaves);
        }
        let arrives = leaves + link.delay + link.jitter.mul_f64(random.f64());
        self.count += 1;
        self.flying.insert((arrives, self.count), datagram);
    }

    pub(super) fn next(&self) -> Option<Instant> {
        self.flying.keys().next().map(|(arrives, _)| *arrives)
    }

    pub(super) fn take(&mut self, now: Instant) -> Option<Datagram> {
        let first = self
            .flying
            .first_entry()
            .filter(|first| first.key().0 <= now)?;
        Some(first.remove())
    }
}
