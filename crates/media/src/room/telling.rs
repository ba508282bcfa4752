//! What clients are told.

use livekit_protocol::{
    self as proto, DisconnectReason, ParticipantUpdate, RoomUpdate, leave_request, signal_response,
};

use super::{Output, Room};
use crate::ids::{ParticipantKey, SessionId};
use crate::signal::{leave, response};

impl Room {
    /// Sends a message to a participant, if it is connected.
    pub(super) fn send(&mut self, key: ParticipantKey, message: signal_response::Message) {
        if let Some(session) = self
            .participants
            .get(&key)
            .and_then(|participant| participant.session)
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

    /// Tells everyone who may know how a participant is now.
    pub(super) fn announce(&mut self, key: ParticipantKey) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        participant.version += 1;
        let info = participant.info(&self.tracks);
        let hidden = participant.permission.hidden;
        let message = signal_response::Message::Update(ParticipantUpdate {
            participants: vec![info],
        });
        if hidden {
            self.send(key, message);
        } else {
            self.send_all(&message);
        }
    }

    pub(super) fn announce_room(&mut self) {
        let message = signal_response::Message::RoomUpdate(RoomUpdate {
            room: Some(self.info()),
        });
        self.send_all(&message);
    }

    pub(super) fn announce_room_to(&mut self, key: ParticipantKey) {
        let room = Some(self.info());
        self.send(
            key,
            signal_response::Message::RoomUpdate(proto::RoomUpdate { room }),
        );
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
