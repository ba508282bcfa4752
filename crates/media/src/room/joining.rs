//! Coming in.

use std::time::{Duration, Instant};

use livekit_protocol::{DisconnectReason, leave_request, signal_response};
use str0m::net::Protocol;

use super::Room;
use super::participant::{
    Connections, Participant, Profile, Publications, Signalling, Subscriptions,
};
use super::quality::Quality;
use crate::ids::{ParticipantKey, PeerRole, SessionId};
use crate::signal::Join;
use crate::token::Claims;

/// A client that wants TCP comes back for it within this.
pub(super) const TCP_WITHIN: Duration = Duration::from_secs(30);

/// Somebody at the door.
pub(crate) struct Entry {
    pub session: SessionId,
    pub claims: Claims,
    pub join: Join,
}

/// Why somebody does not come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EntryError {
    #[error("room is full")]
    Full,
}

impl Room {
    /// Lets somebody in, or somebody back in.
    pub(crate) fn enter(&mut self, now: Instant, entry: Entry) -> Result<(), EntryError> {
        if let Some(sid) = &entry.join.resume {
            let found = self
                .participants
                .values()
                .find(|inside| inside.sid() == sid && inside.identity() == entry.claims.sub);
            match found.map(|inside| inside.key) {
                Some(key) => self.resume(now, key, entry),
                None => self.refuse_resume(&entry),
            }
        } else {
            self.join(now, entry)?;
        }
        self.settle(now);
        Ok(())
    }

    fn join(&mut self, now: Instant, entry: Entry) -> Result<(), EntryError> {
        let same = self
            .participants
            .values()
            .find(|inside| inside.identity() == entry.claims.sub)
            .map(|inside| inside.key);
        if let Some(key) = same {
            self.remove(
                now,
                key,
                DisconnectReason::DuplicateIdentity,
                leave_request::Action::Disconnect,
            );
        }
        if self.participants.len() >= self.options.max_participants {
            return Err(EntryError::Full);
        }
        let Entry {
            session,
            claims,
            join,
        } = entry;
        let key = self.ids.participant_key();
        let participant = self.newcomer(now, key, session, claims, &join);
        let is_hidden = participant.is_hidden();
        let subscriber_primary = participant.connections.primary_role() == PeerRole::Subscriber;
        let info = participant.info(&self.tracks);
        let others = self.visible_to(key);
        self.participants.insert(key, participant);
        self.sessions.insert(session, key);
        self.empty = None;
        self.send(
            key,
            signal_response::Message::Join(self.welcome(now, info, others, subscriber_primary)),
        );
        self.route(key);
        if !is_hidden {
            self.announce(key);
        }
        for request in join.add_tracks {
            self.add_track(key, request);
        }
        match join.offer {
            Some(offer) => self.handle_offer(now, key, &offer),
            None => self.offer_if_due(key),
        }
        self.reconcile(now, key);
        Ok(())
    }

    fn newcomer(
        &mut self,
        now: Instant,
        key: ParticipantKey,
        session: SessionId,
        claims: Claims,
        join: &Join,
    ) -> Participant {
        let only = self
            .tcp_next
            .remove(&claims.sub)
            .filter(|asked| now.saturating_duration_since(*asked) < TCP_WITHIN)
            .map(|_| Protocol::Tcp);
        let profile = Profile::new(
            self.ids.sid("PA_"),
            claims,
            join,
            self.clock.unix_ms(now),
            self.settings.limits.metadata,
        );
        Participant {
            key,
            profile,
            signalling: Signalling::new(now, session),
            connections: Connections::new(&self.settings.peer, join.single_peer, only, now),
            publications: Publications::default(),
            subscriptions: Subscriptions::new(join),
            quality: Quality::new(now),
        }
    }
}
