//! What whoever runs the server may do with a room: LiveKit's room service, as verbs.

use std::time::Instant;

use livekit_protocol::{
    self as proto, DisconnectReason, ParticipantInfo, TrackInfo, UpdateParticipantRequest,
    UpdateSubscription, leave_request,
};

use super::Room;
use super::participant::{Change, TooLarge};
use crate::ids::ParticipantKey;

/// Why a room could not be steered so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SteeringError {
    #[error("participant does not exist")]
    NoParticipant,
    #[error("track is not found")]
    NoTrack,
    #[error("remote unmute not enabled")]
    Unmute,
    #[error("metadata size exceeds limits")]
    TooLarge,
}

impl From<TooLarge> for SteeringError {
    fn from(_: TooLarge) -> Self {
        Self::TooLarge
    }
}

impl Room {
    /// Everyone in the room, the hidden too.
    pub(crate) fn participants(&self) -> Vec<ParticipantInfo> {
        self.participants
            .values()
            .map(|participant| participant.info(&self.tracks))
            .collect()
    }

    pub(crate) fn participant(&self, identity: &str) -> Result<ParticipantInfo, SteeringError> {
        let key = self.by_identity(identity)?;
        self.participants
            .get(&key)
            .map(|participant| participant.info(&self.tracks))
            .ok_or(SteeringError::NoParticipant)
    }

    pub(crate) fn remove_participant(
        &mut self,
        now: Instant,
        identity: &str,
    ) -> Result<(), SteeringError> {
        let key = self.by_identity(identity)?;
        self.remove(
            now,
            key,
            DisconnectReason::ParticipantRemoved,
            leave_request::Action::Disconnect,
        );
        self.settle(now);
        Ok(())
    }

    /// Mutes a track. Nobody can be made to speak, or be seen: unmuting is refused.
    pub(crate) fn mute_track(
        &mut self,
        now: Instant,
        identity: &str,
        track_sid: &str,
        muted: bool,
    ) -> Result<TrackInfo, SteeringError> {
        let key = self.by_identity(identity)?;
        let (track, info) = self
            .own_track(key, track_sid)
            .map(|track| (track.key, track.info.clone()))
            .ok_or(SteeringError::NoTrack)?;
        if !muted {
            return if info.muted {
                Err(SteeringError::Unmute)
            } else {
                Ok(info)
            };
        }
        let info = self.mute_other(track).ok_or(SteeringError::NoTrack)?;
        self.settle(now);
        Ok(info)
    }

    /// Changes what is said about a participant and what it may do. Absent and empty fields stay as they are.
    pub(crate) fn update_participant(
        &mut self,
        now: Instant,
        request: UpdateParticipantRequest,
    ) -> Result<ParticipantInfo, SteeringError> {
        let key = self.by_identity(&request.identity)?;
        let participant = self
            .participants
            .get_mut(&key)
            .ok_or(SteeringError::NoParticipant)?;
        let change = Change {
            name: request.name,
            metadata: request.metadata,
            attributes: request.attributes,
        };
        let profile = &mut participant.profile;
        profile.change(change, self.settings.limits.metadata)?;
        let permission = request.permission.filter(|new| *new != profile.permission);
        if let Some(permission) = permission {
            let hides = permission.hidden && !profile.permission.hidden;
            profile.permission = permission;
            self.enforce_publishing(now, key);
            if hides {
                self.vanish(key);
            }
        }
        self.announce(key);
        self.settle(now);
        self.participant(&request.identity)
    }

    /// Subscribes a participant to tracks, or takes them away.
    pub(crate) fn update_subscriptions(
        &mut self,
        now: Instant,
        request: proto::UpdateSubscriptionsRequest,
    ) -> Result<(), SteeringError> {
        let key = self.by_identity(&request.identity)?;
        let update = UpdateSubscription {
            track_sids: request.track_sids,
            subscribe: request.subscribe,
            participant_tracks: request.participant_tracks,
        };
        self.choose(now, key, &update);
        self.settle(now);
        Ok(())
    }

    pub(crate) fn set_metadata(
        &mut self,
        now: Instant,
        metadata: String,
    ) -> Result<proto::Room, SteeringError> {
        if metadata.len() > self.settings.limits.metadata {
            return Err(SteeringError::TooLarge);
        }
        self.options.metadata = metadata;
        self.announce_room();
        self.settle(now);
        Ok(self.info())
    }

    /// Ends the room for everyone in it.
    pub(crate) fn end(&mut self, now: Instant, reason: DisconnectReason) {
        // After a restart clients may come back by themselves; to a deleted room they may not.
        let action = if reason == DisconnectReason::ServerShutdown {
            leave_request::Action::Reconnect
        } else {
            leave_request::Action::Disconnect
        };
        let keys: Vec<_> = self.participants.keys().copied().collect();
        for key in keys {
            self.remove(now, key, reason, action);
        }
        self.deleted = true;
    }

    fn by_identity(&self, identity: &str) -> Result<ParticipantKey, SteeringError> {
        let found = self
            .participants
            .values()
            .find(|participant| participant.identity() == identity);
        found
            .map(|participant| participant.key)
            .ok_or(SteeringError::NoParticipant)
    }
}
