//! Going: with a word, without one, or sent away.

use std::time::Instant;

use livekit_protocol::{DisconnectReason, leave_request};

use super::telling::update;
use super::{Output, Room};
use crate::ids::{ParticipantKey, SessionId};

impl Room {
    /// Ends somebody's stay. `action` tells the client whether to come back.
    pub(super) fn remove(
        &mut self,
        now: Instant,
        key: ParticipantKey,
        reason: DisconnectReason,
        action: leave_request::Action,
    ) {
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        for track in participant.publications.keys().to_vec() {
            self.drop_track(track);
        }
        let Some(mut participant) = self.participants.remove(&key) else {
            return;
        };
        for (track, _) in participant.subscriptions.iter() {
            if let Some(track) = self.tracks.get_mut(&track) {
                track.subscribers.remove(&key);
            }
        }
        for (peer_key, peer) in participant.peers_mut() {
            peer.close();
            self.dirty.remove(&peer_key);
            self.outputs.push_back(Output::Forget(peer_key));
        }
        if let Some(session) = participant.signalling.session() {
            if reason == DisconnectReason::ClientInitiated {
                self.sessions.remove(&session);
                self.outputs.push_back(Output::CloseSession(session));
            } else {
                self.dismiss(session, reason, action);
            }
        }
        self.speakers.forget(participant.sid());
        if !participant.is_hidden() {
            let mut info = participant.farewell_info(&self.tracks);
            info.disconnect_reason = reason as i32;
            self.send_all(&update(vec![info]));
        }
        if self.participants.is_empty() {
            self.empty = Some((now, true));
        }
    }

    /// For the others, somebody who hides has left.
    pub(super) fn vanish(&mut self, key: ParticipantKey) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let message = update(vec![participant.farewell_info(&self.tracks)]);
        let others: Vec<_> = self
            .participants
            .keys()
            .copied()
            .filter(|other| *other != key)
            .collect();
        for other in others {
            self.send(other, message.clone());
        }
    }

    /// A signalling connection is gone, with or without a word.
    pub(crate) fn handle_session_closed(&mut self, now: Instant, session: SessionId) {
        let Some(key) = self.sessions.remove(&session) else {
            return;
        };
        if let Some(participant) = self.participants.get_mut(&key) {
            participant.signalling.lose(now, session);
        }
    }

    /// Ends the stay of those who went without a word.
    pub(super) fn end_absences(&mut self, now: Instant) {
        let mut gone = Vec::new();
        let mut silent = Vec::new();
        for participant in self.participants.values() {
            if participant.signalling.is_over(now) {
                gone.push((participant.key, DisconnectReason::SignalClose));
            } else if participant.connections.is_given_up(now) {
                gone.push((participant.key, DisconnectReason::ConnectionTimeout));
            } else {
                silent.extend(participant.signalling.silent(now));
            }
        }
        for (key, reason) in gone {
            self.remove(now, key, reason, leave_request::Action::Reconnect);
        }
        for session in silent {
            self.outputs.push_back(Output::CloseSession(session));
            self.handle_session_closed(now, session);
        }
    }
}
