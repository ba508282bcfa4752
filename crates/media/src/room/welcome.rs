//! What a client is told of the server when it comes in.

use std::time::Instant;

use livekit_protocol::{self as proto, Codec, JoinResponse, ServerInfo};

use super::Room;

/// The release of LiveKit whose behaviour clients may expect. Newer ones invite clients to use what this server does not have.
const SERVER_VERSION: &str = "1.9.0";

/// The version of the signalling protocol.
const PROTOCOL: i32 = 16;

/// How often clients send a ping, and how long they wait for its answer, in seconds.
const PING_INTERVAL: i32 = 5;
const PING_TIMEOUT: i32 = 15;

impl Room {
    pub(super) fn welcome(
        &self,
        now: Instant,
        participant: proto::ParticipantInfo,
        others: Vec<proto::ParticipantInfo>,
        subscriber_primary: bool,
    ) -> JoinResponse {
        let ice_servers = self.ice_servers(now, &participant.sid);
        JoinResponse {
            room: Some(self.info()),
            participant: Some(participant),
            other_participants: others,
            server_version: SERVER_VERSION.into(),
            server_info: Some(server_info()),
            ice_servers,
            subscriber_primary,
            ping_interval: PING_INTERVAL,
            ping_timeout: PING_TIMEOUT,
            enabled_publish_codecs: codecs(),
            ..Default::default()
        }
    }

    /// The STUN and TURN servers, with a participant's own login.
    pub(super) fn ice_servers(&self, now: Instant, sid: &str) -> Vec<proto::IceServer> {
        let unix_seconds = self.clock.unix_ms(now) / 1_000;
        let servers = self.settings.ice_servers.iter().map(|server| {
            let (username, credential) = server.login.of(sid, unix_seconds);
            proto::IceServer {
                urls: server.urls.clone(),
                username,
                credential,
            }
        });
        servers.collect()
    }
}

pub(super) fn server_info() -> ServerInfo {
    ServerInfo {
        version: SERVER_VERSION.into(),
        protocol: PROTOCOL,
        ..Default::default()
    }
}

/// The codecs that participants are invited to publish in.
pub(super) fn codecs() -> Vec<Codec> {
    let codec = |mime: &str| Codec {
        mime: mime.to_owned(),
        fmtp_line: String::new(),
    };
    [
        "audio/opus",
        "video/VP8",
        "video/H264",
        "video/VP9",
        "video/AV1",
        "video/rtx",
    ]
    .map(codec)
    .into()
}
