//! How good each participant's connection is, as far as this server can tell: whether packets come through, and whether its network carries the video it
//! wants.

use std::time::{Duration, Instant};

use livekit_protocol::{
    ConnectionQuality, ConnectionQualityInfo, ConnectionQualityUpdate, signal_response,
};

use super::Room;
use super::congestion::Congestion;
use crate::ids::PeerKey;

/// How often quality is told.
const EVERY: Duration = Duration::from_secs(4);

/// The connection of one participant.
#[derive(Debug)]
pub(super) struct Quality {
    pub congestion: Congestion,
    /// What the server would like to send, as last told to the estimator.
    desired: u64,
    best_for_all: bool,
    starved: bool,
    told: Option<ConnectionQuality>,
    due: Instant,
}

impl Quality {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            congestion: Congestion::default(),
            desired: 0,
            best_for_all: true,
            starved: false,
            told: None,
            due: now + EVERY,
        }
    }

    /// Notes whether everything wanted is sent at its best, and whether something is not sent at all.
    pub(super) fn set_served(&mut self, best_for_all: bool, starved: bool) {
        (self.best_for_all, self.starved) = (best_for_all, starved);
    }

    /// Notes how much the server would like to send. Says whether that is news worth telling.
    pub(super) fn desire(&mut self, bits_per_second: u64) -> bool {
        let is_news = bits_per_second.abs_diff(self.desired) * 10 > self.desired;
        if is_news {
            self.desired = bits_per_second;
        }
        is_news
    }

    fn level(&self, reachable: bool) -> ConnectionQuality {
        match (reachable, self.starved, self.best_for_all) {
            (false, ..) => ConnectionQuality::Lost,
            (true, true, _) => ConnectionQuality::Poor,
            (true, false, false) => ConnectionQuality::Good,
            (true, false, true) => ConnectionQuality::Excellent,
        }
    }
}

impl Room {
    /// The estimate of a participant's network changed.
    pub(super) fn handle_estimate(&mut self, key: PeerKey, bits_per_second: u64) {
        let Some(participant) = self.participants.get_mut(&key.participant) else {
            return;
        };
        if key == participant.receiver_key() {
            // Layers follow at the next tick: estimates come many times a second.
            participant
                .quality
                .congestion
                .handle_estimate(bits_per_second);
        }
    }

    /// Losses and round trips of a participant's network were looked at.
    pub(super) fn handle_network(
        &mut self,
        now: Instant,
        key: PeerKey,
        loss: Option<f32>,
        round_trip: Option<Duration>,
    ) {
        let Some(participant) = self.participants.get_mut(&key.participant) else {
            return;
        };
        if key == participant.receiver_key() {
            participant
                .quality
                .congestion
                .handle_network(now, loss, round_trip);
        }
    }

    /// Tells everyone whose connection became better or worse.
    pub(super) fn publish_quality(&mut self, now: Instant) {
        let mut updates = Vec::new();
        for participant in self.participants.values_mut() {
            if now < participant.quality.due || !participant.connections.is_active() {
                continue;
            }
            participant.quality.due = now + EVERY;
            let level = participant
                .quality
                .level(participant.connections.is_reachable());
            if participant.quality.told.replace(level) != Some(level) {
                let score = match level {
                    ConnectionQuality::Excellent => 5.0,
                    ConnectionQuality::Good => 4.0,
                    ConnectionQuality::Poor => 2.0,
                    ConnectionQuality::Lost => 0.0,
                };
                let info = ConnectionQualityInfo {
                    participant_sid: participant.sid().to_owned(),
                    quality: level as i32,
                    score,
                };
                updates.push((participant.key, info));
            }
        }
        for (key, info) in updates {
            let message = signal_response::Message::ConnectionQuality(ConnectionQualityUpdate {
                updates: vec![info],
            });
            self.send_about(key, &message);
        }
    }
}
