//! What the rules grant, as LiveKit's access tokens.

use super::{Media, Place, check_rooms};
use crate::app::App;
use crate::problem::Problem;
use livekit_api::access_token::{AccessToken, VideoGrants};
use serde::Serialize;
use std::time::Duration;
use trialogue_conversation::ids::{ConversationId, ParticipantId, Timestamp};
use trialogue_conversation::media::{MediaGrant, Sources};

/// A token lives this long; who stays longer is given a fresh one by the media server.
pub(super) const TOKEN_LIVES: Duration = Duration::from_secs(600);
/// To try a connection, before anybody is met.
const CHECK_LIVES: Duration = Duration::from_secs(60);

/// Where to connect to, and with what.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MediaToken {
    /// For `livekit-client`.
    url: String,
    token: String,
    #[schema(value_type = i64)]
    expires_at: Timestamp,
    /// Of this deployment's own. The built-in media server tells its clients by itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ice_servers: Vec<ToldIceServer>,
}

/// As `RTCPeerConnection` takes it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ToldIceServer {
    urls: Vec<String>,
    username: String,
    credential: String,
}

impl Media {
    /// The token of a participant, for their conversation's room alone.
    pub fn token_for(
        &self,
        app: &App,
        conversation_id: ConversationId,
        participant_id: ParticipantId,
        name: &str,
        grant: MediaGrant,
    ) -> Result<MediaToken, Problem> {
        let token = AccessToken::with_api_key(self.keys.key(), self.keys.secret())
            .with_identity(&participant_id.to_string())
            .with_name(fitting(name))
            .with_grants(grants(&conversation_id.to_string(), grant));
        self.finished(app, token, &participant_id.to_string(), TOKEN_LIVES)
    }

    /// The token of a room of one's own, in which a page tries whether sound and pictures get through.
    pub fn token_for_check(&self, app: &App) -> Result<MediaToken, Problem> {
        let everything_but_the_screen = MediaGrant {
            publish: Sources {
                camera: true,
                microphone: true,
                screen: false,
            },
            subscribe: true,
            hidden: false,
        };
        let room = check_rooms::new_name().map_err(Problem::internal)?;
        let token = AccessToken::with_api_key(self.keys.key(), self.keys.secret())
            .with_identity("check")
            .with_grants(grants(&room, everything_but_the_screen));
        self.finished(app, token, "check", CHECK_LIVES)
    }

    fn finished(
        &self,
        app: &App,
        token: AccessToken,
        user: &str,
        lives: Duration,
    ) -> Result<MediaToken, Problem> {
        let url = match &self.place {
            Place::BuiltIn(_) => websocket_address(&app.config.public_url),
            Place::Cluster { url } => websocket_address(url),
            Place::Off | Place::Missing(_) => return Err(unreachable()),
        };
        if self.state() == "unreachable" {
            return Err(unreachable());
        }
        let ice_servers = match &self.place {
            Place::Cluster { .. } => app.config.media.ice_servers.as_slice(),
            Place::BuiltIn(_) | Place::Off | Place::Missing(_) => &[],
        };
        let lives_ms = i64::try_from(lives.as_millis()).unwrap_or(i64::MAX);
        Ok(MediaToken {
            url,
            token: token.with_ttl(lives).to_jwt().map_err(Problem::internal)?,
            expires_at: app.now().plus_ms(lives_ms),
            ice_servers: ice_servers
                .iter()
                .map(|server| {
                    let (username, credential) = server.login().of(user, app.now().0 / 1_000);
                    ToldIceServer {
                        urls: server.urls.clone(),
                        username,
                        credential,
                    }
                })
                .collect(),
        })
    }
}

fn unreachable() -> Problem {
    Problem::unavailable(
        "media_unreachable",
        "The media server cannot be reached just now. The chat goes on; please try video again in a moment.",
    )
}

/// LiveKit's names of what may be published (`livekit_models.proto`, `TrackSource`, in lower case).
pub(super) fn source_names(sources: Sources) -> Vec<String> {
    let names = [
        (sources.camera, "camera"),
        (sources.microphone, "microphone"),
        (sources.screen, "screen_share"),
        (sources.screen, "screen_share_audio"),
    ];
    names
        .into_iter()
        .filter(|(may, _)| *may)
        .map(|(_, name)| name.to_owned())
        .collect()
}

/// Bytes of a name that media servers take (LiveKit's `limit.max_participant_name_length`).
const MAX_NAME_BYTES: usize = 256;

/// As much of a name as media servers take. Pages show the whole, which they have from the conversation.
pub(super) fn fitting(name: &str) -> &str {
    &name[..name.floor_char_boundary(MAX_NAME_BYTES)]
}

fn grants(room: &str, grant: MediaGrant) -> VideoGrants {
    VideoGrants {
        room_join: true,
        room: room.to_owned(),
        can_publish: Some(grant.publish.any()),
        can_publish_sources: source_names(grant.publish),
        can_subscribe: Some(grant.subscribe),
        // What is said goes through the conversation's log, where the rules see it.
        can_publish_data: Some(false),
        can_update_own_metadata: Some(false),
        hidden: grant.hidden,
        ..VideoGrants::default()
    }
}

fn websocket_address(url: &str) -> String {
    match url.split_once("://") {
        Some(("http", rest)) => format!("ws://{rest}"),
        Some(("https", rest)) => format!("wss://{rest}"),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_monitors_token_publishes_nothing_and_is_hidden() {
        let grant = MediaGrant {
            publish: Sources::NONE,
            subscribe: true,
            hidden: true,
        };
        let grants = grants("room", grant);
        assert_eq!(
            (grants.can_publish, grants.hidden, grants.can_subscribe),
            (Some(false), true, Some(true))
        );
        assert!(grants.can_publish_sources.is_empty());
        assert!(!grants.room_admin && !grants.room_create && !grants.room_list);
    }

    #[test]
    fn what_may_not_be_published_is_not_named() {
        let sources = Sources {
            camera: true,
            microphone: true,
            screen: false,
        };
        assert_eq!(source_names(sources), ["camera", "microphone"]);
        let screen = Sources {
            screen: true,
            ..Sources::NONE
        };
        assert_eq!(source_names(screen), ["screen_share", "screen_share_audio"]);
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        assert_eq!(fitting("Sam"), "Sam");
        let long = "a".to_owned() + &"𝄞".repeat(79);
        assert_eq!(fitting(&long).chars().count(), 64);
    }

    #[test]
    fn browsers_are_told_a_websocket_address() {
        assert_eq!(
            websocket_address("https://chat.example.org"),
            "wss://chat.example.org"
        );
        assert_eq!(
            websocket_address("http://localhost:8080"),
            "ws://localhost:8080"
        );
        assert_eq!(websocket_address("wss://lk.example"), "wss://lk.example");
    }
}
