//! From decisions to log entries, and from stored entries back to events, whatever version wrote them.

use crate::event::{EVENT_VERSION, Event, Recorded};
use crate::ids::{Seq, Timestamp};
use serde::Deserialize;
use serde_json::Value;

/// Gives events their places in the log, after `after`.
pub fn record(after: Seq, now: Timestamp, events: Vec<Event>) -> Vec<Recorded> {
    let mut seq = after;
    let place = |event| {
        seq = seq.next();
        Recorded {
            seq,
            at: now,
            v: EVENT_VERSION,
            event,
        }
    };
    events.into_iter().map(place).collect()
}

/// A stored entry that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum StoredError {
    #[error("written by a newer version ({0}) of this program")]
    TooNew(u16),
    #[error("not an event: {0}")]
    Malformed(#[from] serde_json::Error),
}

/// Turns an entry of version `n` into one of version `n + 1`, at index `n - 1`. Grows by one function whenever
/// [`EVENT_VERSION`] does; recorded logs in tests/fixtures show that old entries still replay.
const UPGRADES: [fn(&mut Value); EVENT_VERSION as usize - 1] = [];

/// Reads an entry as it was stored.
pub fn read_stored(json: &str) -> Result<Recorded, StoredError> {
    #[derive(Deserialize)]
    struct Version {
        v: u16,
    }
    let Version { v } = serde_json::from_str(json)?;
    if v == EVENT_VERSION {
        return Ok(serde_json::from_str(json)?);
    }
    upgrade(serde_json::from_str(json)?, v)
}

fn upgrade(mut entry: Value, from: u16) -> Result<Recorded, StoredError> {
    if from > EVENT_VERSION {
        return Err(StoredError::TooNew(from));
    }
    for step in UPGRADES.iter().skip(usize::from(from).saturating_sub(1)) {
        step(&mut entry);
    }
    if let Some(version) = entry.get_mut("v") {
        *version = EVENT_VERSION.into();
    }
    Ok(serde_json::from_value(entry)?)
}
