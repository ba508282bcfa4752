//! A media server that speaks LiveKit's protocol.
//!
//! It forwards audio, video and data among the participants of a room and knows nothing else: who may enter, publish or watch stands in the
//! access token that a participant brings, and is steered afterwards through LiveKit's room service.
//!
//! [`MediaServer::start`] opens the media ports; [`MediaServer::router`] is to be mounted on an HTTP server. Clients are those of LiveKit, unmodified.

mod config;
mod driver;
mod forward;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod ice_servers;
mod ids;
mod peer;
mod room;
mod service;
mod signal;
mod sources;
mod token;

pub use config::{Config, Door, Limits, Verdict};
pub use driver::{MediaServer, StartError};
pub use ice_servers::{IceLogin, IceServer};
pub use sources::source_has_kind;
