//! The peer connections of a participant.

use std::time::{Duration, Instant};

use livekit_protocol::participant_info::State;
use str0m::net::Protocol;

use super::sections::Sections;
use super::subscriber::Subscriber;
use crate::ids::PeerRole;
use crate::peer::{Peer, PeerSettings};

/// A participant whose media never came through is given up after this.
const CONNECT_WITHIN: Duration = Duration::from_secs(60);

/// A peer connection over which nothing comes through for this long is given up.
const UNREACHABLE: Duration = Duration::from_secs(30);

/// The peer connections of one participant, and whether anything comes through.
pub(in crate::room) struct Connections {
    /// Carries what it publishes; in v1 also what it receives.
    pub publisher: Peer,
    pub manner: Manner,
    begun_at: Instant,
    is_active: bool,
    unreachable_since: Option<Instant>,
}

/// How a participant receives.
#[expect(
    clippy::large_enum_variant,
    reason = "one for each participant, and in a box each packet would have a longer way"
)]
pub(in crate::room) enum Manner {
    /// Over the connection on which it publishes, in sections that the client offers.
    V1(Sections),
    /// Over a connection of its own, in sections that the server offers.
    V0(Subscriber),
}

impl Connections {
    /// Connections over the given protocol only, or over any that the server offers.
    pub(in crate::room) fn new(
        settings: &PeerSettings,
        single_peer: bool,
        only: Option<Protocol>,
        now: Instant,
    ) -> Self {
        Self {
            publisher: Peer::new(settings, only, now),
            manner: if single_peer {
                Manner::V1(Sections::default())
            } else {
                Manner::V0(Subscriber::new(Peer::new(settings, only, now)))
            },
            begun_at: now,
            is_active: false,
            unreachable_since: None,
        }
    }

    /// What the connection is for that decides whether the participant is connected, and over which it receives. In v0 that is not the publisher's, which may
    /// never be used.
    pub(in crate::room) fn primary_role(&self) -> PeerRole {
        match self.manner {
            Manner::V1(_) => PeerRole::Publisher,
            Manner::V0(_) => PeerRole::Subscriber,
        }
    }

    /// The connection over which it receives.
    pub(in crate::room) fn receiver(&mut self) -> &mut Peer {
        match &mut self.manner {
            Manner::V1(_) => &mut self.publisher,
            Manner::V0(subscriber) => &mut subscriber.peer,
        }
    }

    pub(in crate::room) fn peer_mut(&mut self, role: PeerRole) -> Option<&mut Peer> {
        match (role, &mut self.manner) {
            (PeerRole::Publisher, _) => Some(&mut self.publisher),
            (PeerRole::Subscriber, Manner::V0(subscriber)) => Some(&mut subscriber.peer),
            (PeerRole::Subscriber, Manner::V1(_)) => None,
        }
    }

    pub(super) fn peers(&self) -> impl Iterator<Item = (PeerRole, &Peer)> {
        let subscriber = match &self.manner {
            Manner::V1(_) => None,
            Manner::V0(subscriber) => Some((PeerRole::Subscriber, &subscriber.peer)),
        };
        std::iter::once((PeerRole::Publisher, &self.publisher)).chain(subscriber)
    }

    pub(super) fn peers_mut(&mut self) -> impl Iterator<Item = (PeerRole, &mut Peer)> {
        let subscriber = match &mut self.manner {
            Manner::V1(_) => None,
            Manner::V0(subscriber) => Some((PeerRole::Subscriber, &mut subscriber.peer)),
        };
        std::iter::once((PeerRole::Publisher, &mut self.publisher)).chain(subscriber)
    }

    /// Media and data can flow on a connection. Says whether they can for the participant, and could not before.
    pub(in crate::room) fn connect(&mut self, role: PeerRole) -> bool {
        let is_news = role == self.primary_role() && !self.is_active;
        if is_news {
            self.is_active = true;
            self.unreachable_since = None;
        }
        is_news
    }

    /// Packets come through on a connection, or no longer do.
    pub(in crate::room) fn set_reachable(&mut self, now: Instant, role: PeerRole, reachable: bool) {
        if role == self.primary_role() {
            self.unreachable_since = (!reachable).then_some(now);
        }
    }

    pub(in crate::room) fn is_reachable(&self) -> bool {
        self.unreachable_since.is_none()
    }

    /// Whether media and data can flow, or could.
    pub(in crate::room) fn is_active(&self) -> bool {
        self.is_active
    }

    /// Whether nothing has come through for so long, or ever, that nothing will.
    pub(in crate::room) fn is_given_up(&self, now: Instant) -> bool {
        let is_unreachable = self
            .unreachable_since
            .is_some_and(|since| now >= since + UNREACHABLE);
        is_unreachable || !self.is_active && now >= self.begun_at + CONNECT_WITHIN
    }

    pub(super) fn state(&self) -> State {
        if self.is_active {
            State::Active
        } else {
            State::Joined
        }
    }
}
