//! What clients are told.

use livekit_protocol::{
    self as proto, DisconnectReason, ParticipantInfo, ParticipantUpdate, RoomUpdate, leave_request,
    signal_response,
};

use super::welcome::codecs;
use super::{Output, Room};
use crate::ids::{ParticipantKey, SessionId};
use crate::signal::{leave, response};

impl Room {
    /// The room as the room service and clients see it.
    pub(crate) fn info(&self) -> proto::Room {
        let visible = self
            .participants
            .values()
            .filter(|participant| !participant.is_hidden());
        let (participants, publishers) = visible.fold((0, 0), |(all, publishing), participant| {
            let is_publisher = participant
                .publications
                .published(&self.tracks)
                .next()
                .is_some();
            (all + 1, publishing + u32::from(is_publisher))
        });
        proto::Room {
            sid: self.sid.clone(),
            name: self.options.name.clone(),
            empty_timeout: self.options.empty_timeout.as_secs() as u32,
            departure_timeout: self.options.departure_timeout.as_secs() as u32,
            max_participants: self.options.max_participants as u32,
            creation_time: self.created_ms / 1_000,
            creation_time_ms: self.created_ms,
            metadata: self.options.metadata.clone(),
            num_participants: participants,
            num_publishers: publishers,
            enabled_codecs: codecs(),
            ..Default::default()
        }
    }

    /// Sends a message to a participant, if it is connected.
    pub(super) fn send(&mut self, key: ParticipantKey, message: signal_response::Message) {
        if let Some(session) = self
            .participants
            .get(&key)
            .and_then(|participant| participant.signalling.session())
        {
            self.outputs.push_back(Output::Signal {
                session,
                response: Box::new(response(message)),
            });
        }
    }

    /// Sends a message to everyone.
    pub(super) fn send_all(&mut self, message: &signal_response::Message) {
        let keys: Vec<_> = self.participants.keys().copied().collect();
        for key in keys {
            self.send(key, message.clone());
        }
    }

    /// Sends a message about a participant to everyone who may know of it.
    pub(super) fn send_about(&mut self, key: ParticipantKey, message: &signal_response::Message) {
        match self.participants.get(&key) {
            Some(participant) if participant.is_hidden() => self.send(key, message.clone()),
            Some(_) => self.send_all(message),
            None => {}
        }
    }

    /// Tells everyone who may know how a participant is now.
    pub(super) fn announce(&mut self, key: ParticipantKey) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let info = participant.changed_info(&self.tracks);
        self.send_about(key, &update(vec![info]));
    }

    /// Tells a participant of everyone it may know of, and of itself.
    pub(super) fn announce_all_to(&mut self, key: ParticipantKey) {
        let mut participants = self.visible_to(key);
        participants.extend(
            self.participants
                .get(&key)
                .map(|participant| participant.info(&self.tracks)),
        );
        self.send(key, update(participants));
    }

    pub(super) fn announce_room(&mut self) {
        let message = self.room_update();
        self.send_all(&message);
    }

    pub(super) fn announce_room_to(&mut self, key: ParticipantKey) {
        let message = self.room_update();
        self.send(key, message);
    }

    fn room_update(&self) -> signal_response::Message {
        let room = Some(self.info());
        signal_response::Message::RoomUpdate(RoomUpdate { room })
    }

    /// Everyone whom a participant may know of, but itself.
    pub(super) fn visible_to(&self, key: ParticipantKey) -> Vec<ParticipantInfo> {
        let others = self
            .participants
            .values()
            .filter(|other| other.key != key && !other.is_hidden());
        others.map(|other| other.info(&self.tracks)).collect()
    }

    /// Says goodbye on a session and closes it.
    pub(super) fn dismiss(
        &mut self,
        session: SessionId,
        reason: DisconnectReason,
        action: leave_request::Action,
    ) {
        self.outputs.push_back(Output::Signal {
            session,
            response: Box::new(leave(reason, action)),
        });
        self.outputs.push_back(Output::CloseSession(session));
        self.sessions.remove(&session);
    }
}

/// News of participants.
pub(super) fn update(participants: Vec<ParticipantInfo>) -> signal_response::Message {
    signal_response::Message::Update(ParticipantUpdate { participants })
}
