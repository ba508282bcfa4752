//! The live socket (docs/protocol.md) and the dashboard's small one.

pub mod dashboard;
pub mod frames;
mod socket;

pub use socket::connect;

use axum::extract::ws::{Message, WebSocket};
use std::time::Duration;
use tokio::time::timeout;

/// A client that is silent for so long, or takes nothing for so long, is gone.
const SILENT_AT_MOST: Duration = Duration::from_secs(60);

/// Sends a message. False when the connection is gone or did not take it in time: the client resumes by seq.
async fn sent(socket: &mut WebSocket, message: Message) -> bool {
    matches!(
        timeout(SILENT_AT_MOST, socket.send(message)).await,
        Ok(Ok(()))
    )
}

/// How often a client should expect to hear from the server at the latest, in milliseconds.
pub const HEARTBEAT_MS: u32 = 20_000;
