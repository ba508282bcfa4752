//! Timestamps of the joined stream.

use std::time::{Duration, Instant, SystemTime};

use super::Incoming;

/// A point of a stream's clock, as the publisher's sender report gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SenderClock {
    pub wall: SystemTime,
    pub time: u32,
}

/// Maps timestamps of the present source to those of the joined stream.
///
/// Browsers give each simulcast layer an offset of its own. The layers of one publisher share a wall clock though, told by sender reports; where those
/// are missing, the time of arrival has to do.
#[derive(Debug)]
pub(crate) struct Timeline {
    clock_rate: u32,
    /// Added to the timestamps of the present source.
    offset: u32,
    /// The newest packet sent on.
    last: Option<Last>,
}

#[derive(Debug, Clone, Copy)]
struct Last {
    out: u32,
    arrived: Instant,
    wall: Option<SystemTime>,
}

impl Timeline {
    pub(crate) fn new(clock_rate: u32) -> Self {
        Self {
            clock_rate,
            offset: 0,
            last: None,
        }
    }

    /// From this packet on, another source goes on where the last one ended.
    pub(crate) fn splice(&mut self, packet: &Incoming<'_>) {
        let Some(last) = self.last else { return };
        let wall = self.wall_of(packet);
        let by_wall = wall
            .zip(last.wall)
            .and_then(|(now, then)| now.duration_since(then).ok());
        let by_arrival = packet.arrived.saturating_duration_since(last.arrived);
        // Reports of different layers may disagree, and a wall clock may be set; then arrival is the better guess.
        let elapsed = by_wall
            .filter(|elapsed| elapsed.abs_diff(by_arrival) < Duration::from_secs(1))
            .unwrap_or(by_arrival);
        let ticks = (elapsed.as_micros() * u128::from(self.clock_rate) / 1_000_000) as u32;
        // Two pictures must never share a timestamp.
        self.offset = last
            .out
            .wrapping_add(ticks.max(1))
            .wrapping_sub(packet.time);
    }

    /// The timestamp of a packet in the joined stream.
    pub(crate) fn map(&mut self, packet: &Incoming<'_>) -> u32 {
        let out = packet.time.wrapping_add(self.offset);
        let is_newer = self
            .last
            .is_none_or(|last| (out.wrapping_sub(last.out) as i32) >= 0);
        if is_newer {
            self.last = Some(Last {
                out,
                arrived: packet.arrived,
                wall: self.wall_of(packet),
            });
        }
        out
    }

    fn wall_of(&self, packet: &Incoming<'_>) -> Option<SystemTime> {
        let clock = packet.clock?;
        let ticks = packet.time.wrapping_sub(clock.time) as i32;
        let distance = Duration::from_micros(
            u64::from(ticks.unsigned_abs()) * 1_000_000 / u64::from(self.clock_rate.max(1)),
        );
        if ticks >= 0 {
            clock.wall.checked_add(distance)
        } else {
            clock.wall.checked_sub(distance)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forward::{CodecKind, Payload};

    fn packet(time: u32, clock: Option<SenderClock>, arrived: Instant) -> Incoming<'static> {
        Incoming {
            layer: 0,
            seq: 0,
            time,
            clock,
            arrived,
            payload: Payload::read(CodecKind::Other, &[1]),
            number: None,
        }
    }

    #[test]
    fn sender_reports_place_a_splice_better_than_arrival_does() {
        let start = Instant::now();
        let wall = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let mut timeline = Timeline::new(90_000);
        let first = timeline.map(&packet(900, Some(SenderClock { wall, time: 0 }), start));
        // 100 ms later by the publisher's clock, but the packet took 40 ms longer.
        let clock = SenderClock {
            wall: wall + Duration::from_millis(10),
            time: 500_000,
        };
        let late = packet(509_000, Some(clock), start + Duration::from_millis(140));
        timeline.splice(&late);
        assert_eq!(timeline.map(&late).wrapping_sub(first), 9_000);
    }

    #[test]
    fn a_wall_clock_that_was_set_is_not_believed() {
        let start = Instant::now();
        let wall = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let mut timeline = Timeline::new(90_000);
        let first = timeline.map(&packet(0, Some(SenderClock { wall, time: 0 }), start));
        let clock = SenderClock {
            wall: wall + Duration::from_secs(3_600),
            time: 0,
        };
        let next = packet(0, Some(clock), start + Duration::from_millis(100));
        timeline.splice(&next);
        assert_eq!(timeline.map(&next).wrapping_sub(first), 9_000);
    }
}
