//! The live socket (docs/protocol.md) and the dashboard's small one.

pub mod dashboard;
pub mod frames;
mod socket;

pub use socket::connect;
