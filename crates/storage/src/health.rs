//! How the store is.

use crate::error::Error;
use async_trait::async_trait;

/// Whether writes are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writes {
    Taken,
    /// The disk is full; refused until there is room.
    Full,
    /// The last transaction failed; each new write is tried all the same.
    Failing {
        error: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    pub writes: Writes,
    /// Transactions committed, each with one sync, since the store was opened.
    pub commits: u64,
    /// Writes answered since the store was opened. Their number per commit says how well commits are shared.
    pub jobs: u64,
    /// Writes that wait now.
    pub queued: usize,
}

#[async_trait]
pub trait HealthStore {
    /// Asks for a sign of life: reads once, and while the disk is full tries whether there is room again.
    async fn health(&self) -> Result<Health, Error>;
}
