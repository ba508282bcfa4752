//! What a media server is started with.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crate::ice_servers::IceServer;
use livekit_protocol::ParticipantPermission;

/// Settings of a [`MediaServer`](crate::MediaServer).
#[derive(Clone)]
pub struct Config {
    /// Name of the key that signs access tokens; their `iss`.
    pub api_key: String,
    /// The secret shared with whoever makes access tokens. HS256, so at least 32 bytes are advisable.
    pub api_secret: String,
    /// Where media arrives. One UDP port serves all participants; port 0 takes any free one.
    pub udp: SocketAddr,
    /// Where media arrives over TCP, for networks that block UDP; `None` offers no TCP.
    pub tcp: Option<SocketAddr>,
    /// Addresses that participants reach this server at. Empty: the address the machine would use to reach others, or loopback.
    pub announced: Vec<IpAddr>,
    /// STUN and TURN servers told to every participant.
    pub ice_servers: Vec<IceServer>,
    pub limits: Limits,
    /// Asked about everybody who comes with a good token; `None`: tokens say all there is to say.
    pub door: Option<Arc<dyn Door>>,
}

/// Who runs the server and may know better than a token: it lives on after what it grants has been taken away, and after a restart this server
/// remembers no removal.
#[async_trait::async_trait]
pub trait Door: Send + Sync {
    /// Whether a participant may come into a room now, and to do what. Asked each time, before the room knows of them.
    async fn ask(&self, room: &str, identity: &str) -> Verdict;
}

/// What is to become of somebody who wants in.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// They come in, with what their token grants.
    AsGranted,
    /// They come in, with this in place of what their token grants.
    With(Box<ParticipantPermission>),
    /// They do not come in.
    Refused,
    /// It cannot be found out now; they may try again.
    Unknown,
}

/// Bounds of everything that participants could make grow.
#[derive(Debug, Clone)]
pub struct Limits {
    pub rooms: usize,
    /// Participants of one room, unless the room was created with its own limit.
    pub participants: usize,
    /// Tracks that one participant may have published at a time.
    pub tracks: usize,
    /// Largest signalling message in bytes. An offer with a hundred sections takes about 150 kB.
    pub signal_message: usize,
    /// Largest data packet in bytes, envelope included; above what `livekit-client` sends (15 kB payloads).
    pub data_packet: usize,
    /// Largest metadata, and largest sum of attributes, in bytes. LiveKit's own default for both (`MaxMetadataSize`, `MaxAttributesSize`).
    pub metadata: usize,
    /// How long a room that nobody has entered yet stays.
    pub empty_timeout: Duration,
    /// How long a room stays after the last participant has left.
    pub departure_timeout: Duration,
}

impl Config {
    /// Settings for one machine: LiveKit's usual ports, any address.
    pub fn new(api_key: impl Into<String>, api_secret: impl Into<String>) -> Self {
        Self {
            api_key: api_key.into(),
            api_secret: api_secret.into(),
            udp: SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), 7882),
            tcp: Some(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), 7881)),
            announced: Vec::new(),
            ice_servers: Vec::new(),
            limits: Limits::default(),
            door: None,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rooms: 10_000,
            participants: 200,
            tracks: 16,
            signal_message: 512 * 1024,
            data_packet: 64 * 1024,
            metadata: 64_000,
            empty_timeout: Duration::from_secs(300),
            departure_timeout: Duration::from_secs(20),
        }
    }
}

// The secret must not reach a log by way of `{:?}`.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("api_key", &self.api_key)
            .field("udp", &self.udp)
            .field("tcp", &self.tcp)
            .field("announced", &self.announced)
            .field("ice_servers", &self.ice_servers)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
