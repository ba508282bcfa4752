//! Coming in.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::{Duration, Instant};

use livekit_protocol::{
    self as proto, DisconnectReason, leave_request, participant_info, signal_response,
};
use str0m::net::Protocol;

use super::Room;
use super::participant::Participant;
use super::quality::Quality;
use crate::ids::{ParticipantKey, SessionId};
use crate::peer::Peer;
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
                .find(|inside| inside.sid == *sid && inside.identity() == entry.claims.sub);
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
        let hidden = participant.permission.hidden;
        let single_peer = participant.is_single_peer();
        let info = participant.info(&self.tracks);
        let others = self.visible_to(key);
        self.participants.insert(key, participant);
        self.sessions.insert(session, key);
        self.empty = None;
        self.send(
            key,
            signal_response::Message::Join(self.welcome(now, info, others, !single_peer)),
        );
        self.route(key);
        if !hidden {
            self.announce(key);
        }
        for request in join.add_tracks {
            self.add_track(key, request);
        }
        match join.offer {
            Some(offer) => self.handle_offer(now, key, &offer),
            None if !single_peer => self.offer_if_due(key),
            None => {}
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
        let permission = claims.video.permission();
        let only = self
            .tcp_next
            .remove(&claims.sub)
            .filter(|asked| now.saturating_duration_since(*asked) < TCP_WITHIN)
            .map(|_| Protocol::Tcp);
        let mut attributes = claims.attributes.clone();
        let mut metadata = claims.metadata.clone();
        if permission.can_update_metadata {
            let mut merged = attributes.clone();
            merged.extend(join.attributes.clone());
            if self.fits(&join.metadata, &merged) {
                attributes = merged;
                if !join.metadata.is_empty() {
                    metadata.clone_from(&join.metadata);
                }
            }
        }
        Participant {
            key,
            sid: self.ids.sid("PA_"),
            name: claims.name.clone(),
            metadata,
            attributes,
            permission,
            client: join.client.clone(),
            state: participant_info::State::Joined,
            joined_at: now,
            joined_at_ms: self.clock.unix_ms(now),
            token_renewed_at: now,
            version: 1,
            session: Some(session),
            signal_lost_at: None,
            heard_at: now,
            publisher: Peer::new(&self.settings.peer, only, now),
            subscriber: (!join.single_peer).then(|| Peer::new(&self.settings.peer, only, now)),
            unreachable_since: None,
            published: Vec::new(),
            ended: BTreeMap::new(),
            streams: HashMap::new(),
            audience: None,
            last_data: 0,
            auto_subscribe: join.auto_subscribe,
            allow_pause: join.allow_pause,
            choices: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
            sent: BTreeMap::new(),
            sections: BTreeMap::new(),
            sections_asked_at: None,
            stopped: HashSet::new(),
            offer_due: !join.single_peer,
            quality: Quality::new(now),
            claims,
        }
    }

    /// Everyone whom a participant may know of, but itself.
    pub(super) fn visible_to(&self, key: ParticipantKey) -> Vec<proto::ParticipantInfo> {
        let others = self
            .participants
            .values()
            .filter(|other| other.key != key && !other.permission.hidden);
        others.map(|other| other.info(&self.tracks)).collect()
    }

    /// Whether metadata and all attributes together stay within the limit.
    pub(super) fn fits(&self, metadata: &str, attributes: &HashMap<String, String>) -> bool {
        let attributes: usize = attributes
            .iter()
            .map(|(name, value)| name.len() + value.len())
            .sum();
        metadata.len() <= self.settings.limits.metadata
            && attributes <= self.settings.limits.metadata
    }
}
