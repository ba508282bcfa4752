//! Data channels: one that delivers in order and one that may lose, each way.

use std::collections::VecDeque;
use std::sync::Arc;

use str0m::Rtc;
use str0m::change::SdpApi;
use str0m::channel::{ChannelConfig, ChannelId, Reliability};
use tracing::debug;

const RELIABLE: &str = "_reliable";
const LOSSY: &str = "_lossy";

/// Most that waits for a slow reader, in bytes, beside what SCTP holds.
const MAX_BACKLOG: usize = 2 * 1024 * 1024;

/// Lossy data is worth nothing late: little of it waits.
const MAX_LOSSY_BACKLOG: usize = 64 * 1024;

/// Most channels that the other side may open; clients open three, and again after a reconnect.
const MAX_CHANNELS: usize = 16;

/// A channel that holds less than this, in bytes, has room for more.
const LOW_MARK: usize = 32 * 1024;

/// How data travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    Reliable,
    Lossy,
}

/// The reader is too slow to be served reliably.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Overflow;

/// The data channels of a peer connection.
#[derive(Debug)]
pub(crate) struct Channels {
    open: Vec<(ChannelId, Lane)>,
    reliable: Backlog,
    lossy: Backlog,
}

#[derive(Debug)]
struct Backlog {
    waiting: VecDeque<Arc<[u8]>>,
    bytes: usize,
    limit: usize,
}

impl Default for Channels {
    fn default() -> Self {
        Self {
            open: Vec::new(),
            reliable: Backlog::new(MAX_BACKLOG),
            lossy: Backlog::new(MAX_LOSSY_BACKLOG),
        }
    }
}

impl Channels {
    /// Adds the channels that the server opens to its first offer.
    pub(crate) fn add_to(changes: &mut SdpApi<'_>) {
        changes.add_channel_with_config(ChannelConfig {
            label: RELIABLE.into(),
            ..Default::default()
        });
        changes.add_channel_with_config(ChannelConfig {
            label: LOSSY.into(),
            ordered: false,
            reliability: Reliability::MaxRetransmits { retransmits: 0 },
            ..Default::default()
        });
    }

    pub(crate) fn opened(&mut self, rtc: &mut Rtc, id: ChannelId, label: &str) {
        let lane = match label {
            RELIABLE => Lane::Reliable,
            LOSSY => Lane::Lossy,
            _ => return,
        };
        if self.open.len() < MAX_CHANNELS {
            self.open.push((id, lane));
            if let Some(mut channel) = rtc.channel(id) {
                channel.set_buffered_amount_low_threshold(LOW_MARK);
            }
        }
        self.flush(rtc);
    }

    pub(crate) fn closed(&mut self, id: ChannelId) {
        self.open.retain(|(open, _)| *open != id);
    }

    /// How data on a channel travels; `None` for channels that are none of ours.
    pub(crate) fn lane(&self, id: ChannelId) -> Option<Lane> {
        self.open
            .iter()
            .find(|(open, _)| *open == id)
            .map(|(_, lane)| *lane)
    }

    /// Sends data, or keeps it until the channel is open and takes it.
    pub(crate) fn send(
        &mut self,
        rtc: &mut Rtc,
        lane: Lane,
        data: Arc<[u8]>,
    ) -> Result<(), Overflow> {
        let channel = self.channel(lane);
        if self.backlog(lane).waiting.is_empty() && channel.is_some_and(|id| write(rtc, id, &data))
        {
            return Ok(());
        }
        // Someone who never opened a channel cannot be too slow on it.
        match self.backlog(lane).keep(data) {
            false if lane == Lane::Reliable && channel.is_some() => Err(Overflow),
            _ => Ok(()),
        }
    }

    /// Sends what waits, as far as the channels take it.
    pub(crate) fn flush(&mut self, rtc: &mut Rtc) {
        for lane in [Lane::Reliable, Lane::Lossy] {
            let Some(id) = self.channel(lane) else {
                continue;
            };
            let backlog = self.backlog(lane);
            while backlog
                .waiting
                .front()
                .is_some_and(|data| write(rtc, id, data))
            {
                backlog.shift();
            }
        }
    }

    fn backlog(&mut self, lane: Lane) -> &mut Backlog {
        match lane {
            Lane::Reliable => &mut self.reliable,
            Lane::Lossy => &mut self.lossy,
        }
    }

    /// The newest channel of its kind: a client that reconnects its channels opens them again.
    fn channel(&self, lane: Lane) -> Option<ChannelId> {
        self.open
            .iter()
            .rev()
            .find(|(_, open)| *open == lane)
            .map(|(id, _)| *id)
    }
}

impl Backlog {
    fn new(limit: usize) -> Self {
        Self {
            waiting: VecDeque::new(),
            bytes: 0,
            limit,
        }
    }

    /// Keeps data for later; `false` if there is no room.
    fn keep(&mut self, data: Arc<[u8]>) -> bool {
        if self.bytes + data.len() > self.limit {
            return false;
        }
        self.bytes += data.len();
        self.waiting.push_back(data);
        true
    }

    fn shift(&mut self) {
        if let Some(data) = self.waiting.pop_front() {
            self.bytes -= data.len();
        }
    }
}

/// Writes to a channel; `false` if it has no room now.
fn write(rtc: &mut Rtc, id: ChannelId, data: &[u8]) -> bool {
    let Some(mut channel) = rtc.channel(id) else {
        return false;
    };
    channel.write(true, data).unwrap_or_else(|error| {
        // Too large for the other side, or the channel is closing: it will not get better by waiting.
        debug!(%error, bytes = data.len(), "data not written");
        true
    })
}
