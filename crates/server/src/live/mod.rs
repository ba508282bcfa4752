//! The live socket (docs/protocol.md) and the dashboard's small one.

pub mod dashboard;
pub mod frames;
mod socket;

pub use socket::connect;

/// How often a client should expect to hear from the server at the latest, in milliseconds.
pub const HEARTBEAT_MS: u32 = 20_000;
