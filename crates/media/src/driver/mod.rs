//! The thin part with sockets, clocks and tasks around the core.
//!
//! Each room is a task, so that all cores serve; one task reads the UDP socket and hands each datagram to its room.

#[cfg(any(test, feature = "fuzzing"))]
mod fuzzing;
mod outbox;
mod pace;
mod registry;
mod revocations;
mod room_task;
mod routes;
mod run;
mod socket;
mod tcp;
mod udp;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use axum::Router;
use axum::routing::{get, post};
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use fuzzing::{DatagramTable, read_frames};
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use outbox::outbox;
pub(crate) use registry::{CallError, Registry, ReserveError};
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use routes::stun_recipient;
use str0m::net::Protocol;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};
pub(crate) use udp::Port;

use crate::config::Config;
use crate::peer::PeerSettings;
use crate::room::{Clock, RoomSettings};
use crate::service;

/// Tokens and logins made in between may be off by a step of the wall clock; those who check them allow for some seconds.
const TELL_TIME_EVERY: Duration = Duration::from_secs(1);

/// A running media server. Dropping it ends all rooms at once; [`MediaServer::shutdown`] says goodbye first.
pub struct MediaServer {
    registry: Arc<Registry>,
    udp: SocketAddr,
    tcp: Option<SocketAddr>,
    tasks: Vec<JoinHandle<()>>,
}

/// Why a media server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("cannot open {protocol} port {address}: {source}")]
    Port {
        protocol: &'static str,
        address: SocketAddr,
        source: io::Error,
    },
    #[error("an API key and a secret are needed")]
    NoSecret,
    #[error("cannot make a DTLS certificate")]
    NoCertificate,
}

impl MediaServer {
    /// Opens the media ports. What arrives on the router's paths is served from then on; mount it where clients look for it.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        if config.api_key.is_empty() || config.api_secret.is_empty() {
            return Err(StartError::NoSecret);
        }
        let port = |protocol, address| {
            move |source| StartError::Port {
                protocol,
                address,
                source,
            }
        };
        let udp_port = Arc::new(Port::bind(config.udp).map_err(port("UDP", config.udp))?);
        let udp = udp_port.local_addr().map_err(port("UDP", config.udp))?;
        let listener = match config.tcp {
            Some(address) => Some(
                TcpListener::bind(address)
                    .await
                    .map_err(port("TCP", address))?,
            ),
            None => None,
        };
        let tcp = listener
            .as_ref()
            .and_then(|listener| listener.local_addr().ok());
        let announced = announced(&config, udp);
        let mut addresses: Vec<_> = announced
            .iter()
            .map(|ip| (Protocol::Udp, SocketAddr::new(*ip, udp.port())))
            .collect();
        addresses.extend(tcp.iter().flat_map(|tcp| {
            announced
                .iter()
                .map(|ip| (Protocol::Tcp, SocketAddr::new(*ip, tcp.port())))
        }));
        let peer = PeerSettings::new(addresses).ok_or(StartError::NoCertificate)?;
        let settings = RoomSettings {
            peer,
            limits: config.limits,
            ice_servers: config.ice_servers,
            api_key: config.api_key,
            api_secret: config.api_secret,
        };
        let clock = Arc::new(Clock::new(Instant::now(), unix_ms()));
        let registry = Arc::new(Registry::new(
            settings,
            config.door,
            clock.clone(),
            udp_port.clone(),
        ));
        let mut tasks = vec![
            tokio::spawn(udp::read(udp_port, registry.clone())),
            tokio::spawn(tell_time(clock)),
        ];
        if let Some(listener) = listener {
            tasks.push(tokio::spawn(tcp::accept(listener, registry.clone())));
        }
        tracing::info!(%udp, ?tcp, ?announced, "media server started");
        Ok(Self {
            registry,
            udp,
            tcp,
            tasks,
        })
    }

    /// The paths of LiveKit: `/rtc` and `/rtc/v1` for signalling, `/twirp/livekit.RoomService/…` for the room service.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/rtc", get(socket::v0))
            .route("/rtc/validate", get(socket::validate_v0))
            .route("/rtc/v1", get(socket::v1))
            .route("/rtc/v1/validate", get(socket::validate_v1))
            .route("/twirp/livekit.RoomService/{method}", post(service::call))
            .with_state(self.registry.clone())
    }

    /// Where media arrives over UDP.
    pub fn udp_address(&self) -> SocketAddr {
        self.udp
    }

    /// Where media arrives over TCP.
    pub fn tcp_address(&self) -> Option<SocketAddr> {
        self.tcp
    }

    /// How many rooms there are.
    pub fn rooms(&self) -> usize {
        self.registry.len()
    }

    /// Tells everyone that the server goes, so that clients come back once it is there again.
    pub async fn shutdown(&self) {
        self.registry.end_all().await;
    }
}

impl Drop for MediaServer {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
        self.registry.abandon();
    }
}

/// Keeps the rooms' clock to the wall's.
async fn tell_time(clock: Arc<Clock>) {
    let mut due = interval(TELL_TIME_EVERY);
    due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        due.tick().await;
        clock.set(Instant::now(), unix_ms());
    }
}

/// The time on the wall, in Unix milliseconds.
fn unix_ms() -> i64 {
    let unix = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    unix.as_millis() as i64
}

/// The addresses to tell clients.
fn announced(config: &Config, udp: SocketAddr) -> Vec<IpAddr> {
    if !config.announced.is_empty() {
        return config.announced.clone();
    }
    if !udp.ip().is_unspecified() {
        return vec![udp.ip()];
    }
    // Connecting a UDP socket sends nothing; it makes the machine choose the address it would use. These are addresses kept for documentation.
    let outward = |bind: IpAddr, towards: IpAddr| {
        let socket = std::net::UdpSocket::bind((bind, 0)).ok()?;
        socket.connect((towards, 9)).ok()?;
        Some(socket.local_addr().ok()?.ip()).filter(|ip| !ip.is_unspecified() && !ip.is_loopback())
    };
    let mut found: Vec<_> = outward(
        Ipv4Addr::UNSPECIFIED.into(),
        Ipv4Addr::new(192, 0, 2, 1).into(),
    )
    .into_iter()
    .collect();
    if udp.is_ipv6() {
        found.extend(outward(
            Ipv6Addr::UNSPECIFIED.into(),
            Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into(),
        ));
    }
    if found.is_empty() {
        found.push(Ipv4Addr::LOCALHOST.into());
    }
    found
}
