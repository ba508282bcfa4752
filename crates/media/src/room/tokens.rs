//! Renewed tokens.

use std::time::Instant;

use livekit_protocol::signal_response;

use super::Room;
use crate::token;

impl Room {
    /// Gives those who stay long a token with what they may do now, so that they can come back after a lost connection.
    pub(super) fn refresh_tokens(&mut self, now: Instant) {
        let settings = self.settings.clone();
        let unix = self.clock.unix_ms(now) / 1_000;
        let mut renewed = Vec::new();
        for participant in self.participants.values_mut() {
            if participant.signalling.take_renewal(now) {
                let claims =
                    participant
                        .profile
                        .renewed_claims(&self.options.name, &settings.api_key, unix);
                renewed.push((participant.key, token::sign(&claims, &settings.api_secret)));
            }
        }
        for (key, token) in renewed {
            if let Some(token) = token {
                self.send(key, signal_response::Message::RefreshToken(token));
            }
        }
    }
}
