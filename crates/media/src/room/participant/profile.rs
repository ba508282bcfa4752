//! Who a participant is: what its token and others say about it, and what it may do.

use std::collections::HashMap;
use std::time::Duration;

use livekit_protocol::{ParticipantInfo, ParticipantPermission, TrackSource, participant_info};

use crate::signal::Join;
use crate::token::{self, Claims, VideoGrants};

/// Bytes of a name.
const MAX_NAME: usize = 256;

/// How long a renewed token is good.
const RENEWED_FOR: Duration = Duration::from_secs(10 * 60);

/// Who one participant is.
pub(in crate::room) struct Profile {
    pub sid: String,
    pub permission: ParticipantPermission,
    /// What the token says; renewed tokens are made from it.
    claims: Claims,
    name: String,
    metadata: String,
    attributes: HashMap<String, String>,
    client_protocol: i32,
    joined_at_ms: i64,
    /// Counts changes; clients drop news that are older than what they know.
    version: u32,
}

/// What is to be said about a participant from now on. What is empty stays as it is; an empty value takes an attribute away.
pub(in crate::room) struct Change {
    pub name: String,
    pub metadata: String,
    pub attributes: HashMap<String, String>,
}

/// More was to be said about a participant than may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::room) struct TooLarge;

impl Profile {
    /// Somebody who comes in with a token, and says something about itself, as far as the token lets it. Metadata and all attributes together take at most
    /// `limit` bytes each.
    pub(in crate::room) fn new(
        sid: String,
        claims: Claims,
        join: &Join,
        joined_at_ms: i64,
        limit: usize,
    ) -> Self {
        let permission = claims.video.permission();
        let mut attributes = claims.attributes.clone();
        let mut metadata = claims.metadata.clone();
        if permission.can_update_metadata {
            let mut merged = attributes.clone();
            merged.extend(join.attributes.clone());
            if fit(&join.metadata, &merged, limit) {
                attributes = merged;
                if !join.metadata.is_empty() {
                    metadata.clone_from(&join.metadata);
                }
            }
        }
        Self {
            sid,
            permission,
            name: claims.name.clone(),
            claims,
            metadata,
            attributes,
            client_protocol: join.client.client_protocol,
            joined_at_ms,
            version: 1,
        }
    }

    pub(in crate::room) fn identity(&self) -> &str {
        &self.claims.sub
    }

    /// Whether it speaks for others, as transcribers do.
    pub(in crate::room) fn is_agent(&self) -> bool {
        self.claims.kind == "agent"
    }

    /// Whether it may publish from a source. Whoever is hidden stays so: a track would give it away.
    pub(in crate::room) fn may_publish(&self, source: TrackSource) -> bool {
        token::may_publish(&self.permission, source) && !self.permission.hidden
    }

    /// Changes what is said about it, all or nothing. Metadata and all attributes together take at most `limit` bytes each.
    pub(in crate::room) fn change(&mut self, change: Change, limit: usize) -> Result<(), TooLarge> {
        let mut attributes = self.attributes.clone();
        for (name, value) in change.attributes {
            if value.is_empty() {
                attributes.remove(&name);
            } else {
                attributes.insert(name, value);
            }
        }
        if !fit(&change.metadata, &attributes, limit) || change.name.len() > MAX_NAME {
            return Err(TooLarge);
        }
        if !change.metadata.is_empty() {
            self.metadata = change.metadata;
        }
        if !change.name.is_empty() {
            self.name = change.name;
        }
        self.attributes = attributes;
        Ok(())
    }

    /// What is told from now on is news.
    pub(in crate::room) fn count_change(&mut self) {
        self.version += 1;
    }

    /// What is said about it, without what only its connections and tracks know.
    pub(super) fn info(&self) -> ParticipantInfo {
        ParticipantInfo {
            sid: self.sid.clone(),
            identity: self.identity().to_owned(),
            metadata: self.metadata.clone(),
            joined_at: self.joined_at_ms / 1_000,
            joined_at_ms: self.joined_at_ms,
            name: self.name.clone(),
            version: self.version,
            permission: Some(self.permission.clone()),
            kind: kind_of(&self.claims.kind) as i32,
            attributes: self.attributes.clone(),
            client_protocol: self.client_protocol,
            ..Default::default()
        }
    }

    /// What a token must say with which it can come back to this room, and to no other: what it may do now, good from this Unix time on, in seconds.
    pub(in crate::room) fn renewed_claims(&self, room: &str, issuer: &str, unix: i64) -> Claims {
        let mut claims = self.claims.clone();
        claims.iss = issuer.to_owned();
        claims.nbf = Some(unix);
        claims.iat = None;
        claims.exp = unix + RENEWED_FOR.as_secs() as i64;
        claims.name.clone_from(&self.name);
        claims.metadata.clone_from(&self.metadata);
        claims.attributes.clone_from(&self.attributes);
        claims.video = VideoGrants {
            room_join: true,
            room: room.to_owned(),
            room_admin: false,
            room_create: false,
            room_list: false,
            ..claims.video
        }
        .with_permission(&self.permission);
        claims
    }
}

/// Whether metadata and all attributes together stay within a limit each.
fn fit(metadata: &str, attributes: &HashMap<String, String>, limit: usize) -> bool {
    let attributes: usize = attributes
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    metadata.len() <= limit && attributes <= limit
}

fn kind_of(name: &str) -> participant_info::Kind {
    use participant_info::Kind;
    match name {
        "ingress" => Kind::Ingress,
        "egress" => Kind::Egress,
        "sip" => Kind::Sip,
        "agent" => Kind::Agent,
        _ => Kind::Standard,
    }
}
