//! Going: with a word, without one, or sent away.

use std::time::{Duration, Instant};

use livekit_protocol::{
    DisconnectReason, ParticipantUpdate, leave_request, participant_info, signal_response,
};

use super::{Output, Room};
use crate::ids::{ParticipantKey, PeerKey, PeerRole, SessionId};

/// Someone whose signalling connection broke has this long to come back, in which media goes on.
const RESUME_WITHIN: Duration = Duration::from_secs(30);

/// A participant whose media never came through is given up after this.
const CONNECT_WITHIN: Duration = Duration::from_secs(60);

/// A peer connection over which nothing comes through for this long is given up.
const UNREACHABLE: Duration = Duration::from_secs(30);

/// A client sends a ping every five seconds; one that has been silent for this long has gone without a word.
const SILENCE: Duration = Duration::from_secs(25);

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
        for track in participant.published.clone() {
            self.drop_track(track);
        }
        let Some(mut participant) = self.participants.remove(&key) else {
            return;
        };
        for track in participant.subscriptions.keys() {
            if let Some(track) = self.tracks.get_mut(track) {
                track.subscribers.remove(&key);
            }
        }
        participant.state = participant_info::State::Disconnected;
        participant.version += 1;
        let mut info = participant.info(&self.tracks);
        info.disconnect_reason = reason as i32;
        for role in [PeerRole::Publisher, PeerRole::Subscriber] {
            if let Some(peer) = participant.peer_mut(role) {
                peer.close();
                let peer = PeerKey {
                    participant: key,
                    role,
                };
                self.dirty.remove(&peer);
                self.outputs.push_back(Output::Forget(peer));
            }
        }
        if let Some(session) = participant.session {
            if reason == DisconnectReason::ClientInitiated {
                self.sessions.remove(&session);
                self.outputs.push_back(Output::CloseSession(session));
            } else {
                self.dismiss(session, reason, action);
            }
        }
        self.speakers.forget(&participant.sid);
        if !participant.permission.hidden {
            self.send_all(&signal_response::Message::Update(ParticipantUpdate {
                participants: vec![info],
            }));
        }
        if self.participants.is_empty() {
            self.empty = Some((now, true));
        }
    }

    /// A signalling connection is gone, with or without a word.
    pub(crate) fn handle_session_closed(&mut self, now: Instant, session: SessionId) {
        let Some(key) = self.sessions.remove(&session) else {
            return;
        };
        if let Some(participant) = self.participants.get_mut(&key)
            && participant.session == Some(session)
        {
            participant.session = None;
            participant.signal_lost_at = Some(now);
        }
    }

    /// Ends the stay of those who went without a word.
    pub(super) fn end_absences(&mut self, now: Instant) {
        let since =
            |then: Option<Instant>, limit: Duration| then.is_some_and(|then| now >= then + limit);
        let mut gone = Vec::new();
        let mut silent = Vec::new();
        for participant in self.participants.values() {
            let lost = since(participant.signal_lost_at, RESUME_WITHIN);
            let unreachable = since(participant.unreachable_since, UNREACHABLE);
            let never_connected =
                !participant.is_active() && since(Some(participant.joined_at), CONNECT_WITHIN);
            if lost {
                gone.push((participant.key, DisconnectReason::SignalClose));
            } else if unreachable || never_connected {
                gone.push((participant.key, DisconnectReason::ConnectionTimeout));
            } else if let Some(session) = participant
                .session
                .filter(|_| since(Some(participant.heard_at), SILENCE))
            {
                silent.push(session);
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
