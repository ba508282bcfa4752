//! Renewed tokens.

use std::time::{Duration, Instant};

use livekit_protocol::signal_response;

use super::Room;
use crate::token::{self, VideoGrants};

/// A token is renewed this often.
const RENEW_EVERY: Duration = Duration::from_secs(5 * 60);

/// How long a renewed token is good.
const RENEWED_FOR: Duration = Duration::from_secs(10 * 60);

impl Room {
    /// Gives those who stay long a token with what they may do now, so that they can come back after a lost connection.
    pub(super) fn refresh_tokens(&mut self, now: Instant) {
        let due = |then: Instant| now.saturating_duration_since(then) >= RENEW_EVERY;
        let keys: Vec<_> = self
            .participants
            .values()
            .filter(|participant| due(participant.token_renewed_at))
            .map(|inside| inside.key)
            .collect();
        for key in keys {
            let unix = self.clock.unix_ms(now) / 1_000;
            let Some(participant) = self.participants.get_mut(&key) else {
                continue;
            };
            participant.token_renewed_at = now;
            let mut claims = participant.claims.clone();
            claims.iss.clone_from(&self.settings.api_key);
            claims.nbf = Some(unix);
            claims.iat = None;
            claims.exp = unix + RENEWED_FOR.as_secs() as i64;
            claims.name.clone_from(&participant.name);
            claims.metadata.clone_from(&participant.metadata);
            claims.attributes.clone_from(&participant.attributes);
            let entered = VideoGrants {
                room_join: true,
                room: self.options.name.clone(),
                ..claims.video
            };
            claims.video = VideoGrants {
                room_admin: false,
                room_create: false,
                room_list: false,
                ..entered
            }
            .with_permission(&participant.permission);
            if let Some(token) = token::sign(&claims, &self.settings.api_secret) {
                self.send(key, signal_response::Message::RefreshToken(token));
            }
        }
    }
}
