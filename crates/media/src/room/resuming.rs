//! Coming back with a new signalling connection.

use std::time::Instant;

use livekit_protocol::{DisconnectReason, ReconnectResponse, leave_request, signal_response};

use super::joining::Entry;
use super::welcome::server_info;
use super::{Output, Room};
use crate::ids::ParticipantKey;
use crate::signal::response;

impl Room {
    /// A participant whose signalling connection broke has a new one. Its peer connections, and so its media, never stopped.
    pub(super) fn resume(&mut self, now: Instant, key: ParticipantKey, entry: Entry) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let last_message_seq = participant.publications.last_data();
        let sid = participant.sid().to_owned();
        if let Some(old) = participant.signalling.resume(now, entry.session) {
            self.sessions.remove(&old);
            self.outputs.push_back(Output::CloseSession(old));
        }
        self.sessions.insert(entry.session, key);
        let reconnect = ReconnectResponse {
            ice_servers: self.ice_servers(now, &sid),
            client_configuration: None,
            server_info: Some(server_info()),
            last_message_seq,
        };
        self.send(key, signal_response::Message::Reconnect(reconnect));
        self.announce_all_to(key);
        self.announce_room_to(key);
        self.restart_receiving(key);
        self.reconcile(now, key);
    }

    /// Somebody wants to go on with a stay that is over, or of which nothing is known here, maybe since a restart.
    pub(super) fn refuse_resume(&mut self, entry: &Entry) {
        let is_elsewhere = self.participants.values().any(|inside| {
            inside.identity() == entry.claims.sub && inside.signalling.session().is_some()
        });
        if !is_elsewhere {
            // Told so, a client joins anew and publishes again by itself.
            return self.dismiss(
                entry.session,
                DisconnectReason::StateMismatch,
                leave_request::Action::Reconnect,
            );
        }
        // A laptop that wakes up, while its owner went on with a phone. Joining anew would throw the phone out. Clients take every goodbye that comes first
        // for a reason to join anew, whatever it says; after a welcome they do what it says.
        let welcome = ReconnectResponse {
            server_info: Some(server_info()),
            ..Default::default()
        };
        self.outputs.push_back(Output::Signal {
            session: entry.session,
            response: Box::new(response(signal_response::Message::Reconnect(welcome))),
        });
        self.dismiss(
            entry.session,
            DisconnectReason::DuplicateIdentity,
            leave_request::Action::Disconnect,
        );
    }
}
