//! Sound and pictures: the built-in media server or a LiveKit cluster, treated alike. Who may do what there is decided by the
//! rules of the conversation; here their answers become access tokens, and a steward keeps the media server's rooms to them.
//!
//! A media room bears the conversation's id, a participant's identity is their id in the conversation.

mod check_rooms;
mod door;
mod keys;
mod steward;
mod sweep;
mod tokens;

pub(crate) use steward::end_call_unless_here;
pub use steward::sync_media;
pub use sweep::run_sweep;
pub use tokens::MediaToken;

use crate::config::Config;
use crate::rooms::Rooms;
use anyhow::Context;
use axum::Router;
use door::AskTheRules;
use keys::Keys;
use livekit_api::services::room::RoomClient;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use trialogue_conversation::ids::ConversationId;
use trialogue_media::MediaServer;

/// A media server that takes longer to answer is treated as away.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// This deployment's media server.
pub struct Media {
    place: Place,
    keys: Keys,
    /// The room service, known once this server listens.
    rooms: OnceLock<RoomClient>,
    /// Whether the room service answered when it was last asked.
    answers: AtomicBool,
    /// One at a time sets a conversation's room right, so that an older look never overwrites a newer one.
    at_work: Mutex<HashMap<ConversationId, Arc<tokio::sync::Mutex<()>>>>,
}

enum Place {
    Off,
    BuiltIn(MediaServer),
    /// It should be there and is not, for this reason.
    Missing(String),
    Cluster {
        /// As browsers are told it.
        url: String,
    },
}

impl Media {
    /// Opens the built-in media server's ports, unless a cluster stands in its place. A port that is taken costs the video and
    /// not the conversations: the rest of the server runs, and says what is missing.
    pub async fn open(config: &Config, rooms: &Rooms) -> anyhow::Result<Self> {
        let media = &config.media;
        let keys = match (&media.api_key, &media.api_secret) {
            (Some(key), Some(secret)) => Keys::given(key, &secret.0),
            _ => {
                Keys::kept_in(&config.data_dir).context("the media server's key cannot be kept")?
            }
        };
        let place = if !media.enabled {
            Place::Off
        } else if let Some(url) = &media.url {
            Place::Cluster {
                url: url.trim_end_matches('/').to_owned(),
            }
        } else {
            match MediaServer::start(built_in(config, &keys, rooms)).await {
                Ok(server) => Place::BuiltIn(server),
                Err(error) => {
                    tracing::error!(%error, "there is no video: the built-in media server did not start");
                    Place::Missing(error.to_string())
                }
            }
        };
        let opened = Self {
            rooms: OnceLock::new(),
            answers: AtomicBool::new(true),
            at_work: Mutex::new(HashMap::new()),
            place,
            keys,
        };
        if let Place::Cluster { url } = &opened.place {
            opened.reach_rooms_at(url);
        }
        Ok(opened)
    }

    /// From here on the built-in media server can be steered: through the same address as browsers use.
    pub fn listening_at(&self, address: SocketAddr) {
        if let Place::BuiltIn(_) = self.place {
            self.reach_rooms_at(&format!("http://{}", reachable(address)));
        }
    }

    fn reach_rooms_at(&self, url: &str) {
        let client = RoomClient::with_api_key(url, self.keys.key(), self.keys.secret())
            .with_failover(false)
            .with_request_timeout(ANSWERS_WITHIN);
        // Set once: a server listens at one address.
        let _ = self.rooms.set(client);
    }

    /// The room service; none without a media server, or before this server listens.
    pub(crate) fn rooms(&self) -> Option<&RoomClient> {
        self.rooms.get()
    }

    /// What browsers and room services ask of the built-in media server; empty where there is none.
    pub fn router(&self) -> Router {
        match &self.place {
            Place::BuiltIn(server) => server.router(),
            Place::Off | Place::Missing(_) | Place::Cluster { .. } => Router::new(),
        }
    }

    /// The cluster's address for HTTP; none where the media server is built in.
    pub fn cluster(&self) -> Option<String> {
        match &self.place {
            Place::Cluster { url } => {
                Some(url.replacen("ws", "http", usize::from(url.starts_with("ws"))))
            }
            Place::Off | Place::Missing(_) | Place::BuiltIn(_) => None,
        }
    }

    /// Says goodbye, so that browsers come back to the next life of this server.
    pub async fn shutdown(&self) {
        if let Place::BuiltIn(server) = &self.place {
            server.shutdown().await;
        }
    }

    /// For `/healthz`: `off`, `built_in`, `cluster`, `missing`, `unreachable`.
    pub fn state(&self) -> &'static str {
        match &self.place {
            Place::Off => "off",
            Place::Missing(_) => "missing",
            Place::BuiltIn(_) | Place::Cluster { .. } if !self.is_there() => "unreachable",
            Place::BuiltIn(_) => "built_in",
            Place::Cluster { .. } => "cluster",
        }
    }

    /// Whether somebody who begins a call now would get into it.
    pub fn is_there(&self) -> bool {
        match &self.place {
            Place::BuiltIn(_) | Place::Cluster { .. } => self.answers.load(Ordering::Relaxed),
            Place::Off | Place::Missing(_) => false,
        }
    }

    /// Why there is no video, if there should be one.
    pub fn missing(&self) -> Option<&str> {
        match &self.place {
            Place::Missing(why) => Some(why),
            Place::Off | Place::BuiltIn(_) | Place::Cluster { .. } => None,
        }
    }

    pub(crate) fn note_answered(&self, answered: bool) {
        if self.answers.swap(answered, Ordering::Relaxed) && !answered {
            tracing::error!("the media server does not answer");
        }
    }

    fn turn_for(&self, conversation_id: ConversationId) -> Arc<tokio::sync::Mutex<()>> {
        // The map is whole at every moment, so a panic elsewhere does not spoil it.
        let mut at_work = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
        at_work.retain(|_, turn| Arc::strong_count(turn) > 1);
        Arc::clone(at_work.entry(conversation_id).or_default())
    }
}

fn built_in(config: &Config, keys: &Keys, rooms: &Rooms) -> trialogue_media::Config {
    let media = &config.media;
    // Whoever keeps the pages to this machine keeps sound and pictures there too, unless they say otherwise.
    let ip = media.listen.unwrap_or(config.listen.ip());
    trialogue_media::Config {
        udp: SocketAddr::new(ip, media.udp_port),
        tcp: (media.tcp_port != 0).then(|| SocketAddr::new(ip, media.tcp_port)),
        announced: media.announced_addresses.clone(),
        ice_servers: media
            .ice_servers
            .iter()
            .map(|server| trialogue_media::IceServer {
                urls: server.urls.clone(),
                login: server.login(),
            })
            .collect(),
        door: Some(Arc::new(AskTheRules {
            rooms: rooms.clone(),
        })),
        ..trialogue_media::Config::new(keys.key(), keys.secret())
    }
}

/// An address to connect to for one that is listened at.
fn reachable(listening: SocketAddr) -> SocketAddr {
    let ip = match listening.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listening.port())
}
