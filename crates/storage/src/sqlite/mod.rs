//! The embedded store: one SQLite file in WAL mode with `synchronous=FULL`, one writer thread that commits in groups,
//! a few reading connections.

mod audit;
mod columns;
mod conversations;
mod effects;
mod errors;
mod handoffs;
mod health;
mod log;
mod mails;
mod open;
mod personas;
mod questions;
mod readers;
mod sessions;
mod sources;
mod tokens;
mod users;
mod visitors;
mod workspaces;
mod writer;
mod writes;

use crate::error::Error;
use readers::Readers;
use std::path::{Path, PathBuf};
use std::time::Duration;
use writer::Writer;

/// How a SQLite store is opened.
#[derive(Clone, Debug)]
pub struct SqliteOptions {
    /// The database file; made if it is not there. Its folder must exist.
    pub path: PathBuf,
    /// Connections for reading, each used by one blocking thread at a time.
    pub readers: usize,
    /// Writes that may wait; further callers wait to be let in.
    pub queue: usize,
    /// Writes that share one transaction at most.
    pub group: usize,
    /// Bounds the file, in pages of 4 KiB; None leaves that to the disk. Reaching it is a full disk.
    pub max_pages: Option<u32>,
    /// While the disk is full, how long to refuse before trying again whether there is room.
    pub probe_every: Duration,
}

impl SqliteOptions {
    /// The defaults for the file at `path`.
    pub fn at(path: impl AsRef<Path>) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            readers: 4,
            queue: 4_096,
            group: 512,
            max_pages: None,
            probe_every: Duration::from_secs(1),
        }
    }
}

/// The embedded [`Store`](crate::Store). Dropping it lets the writer finish what waits.
#[derive(Debug)]
pub struct SqliteStore {
    writer: Writer,
    readers: Readers,
}

impl SqliteStore {
    /// Opens the file, bringing its schema up to date. Blocks; for start-up. Fails for a file written by a newer version.
    pub fn open(options: SqliteOptions) -> Result<Self, Error> {
        let connection = open::for_writing(&options)?;
        let writer = Writer::start(connection, &options)?;
        let readers = Readers::open(&options)?;
        Ok(Self { writer, readers })
    }
}
