//! v0: the connection over which a participant receives, and what is to be offered on it.

use std::collections::HashSet;

use str0m::media::Mid;

use crate::peer::{NewSection, Offer, Peer};

/// The subscriber connection of one participant.
pub(in crate::room) struct Subscriber {
    pub peer: Peer,
    /// Sections that carry nothing any more, of which the client has not been told.
    stopped: HashSet<Mid>,
    /// Whether an offer is due.
    due: bool,
}

impl Subscriber {
    pub(super) fn new(peer: Peer) -> Self {
        Self {
            peer,
            stopped: HashSet::new(),
            due: true,
        }
    }

    /// A section carries nothing any more.
    pub(in crate::room) fn stop(&mut self, mid: Mid) {
        self.stopped.insert(mid);
        self.due = true;
    }

    /// Something waits for a section.
    pub(in crate::room) fn want_offer(&mut self) {
        self.due = true;
    }

    /// Whether an offer is due, and none is on its way already.
    pub(in crate::room) fn is_due(&self) -> bool {
        self.due && !self.peer.has_pending_offer()
    }

    /// Offers new sections, and tells which are stopped.
    pub(in crate::room) fn offer(&mut self, added: &[NewSection]) -> Option<Offer> {
        self.due = false;
        let stopped: Vec<_> = self.stopped.drain().collect();
        self.peer.offer(added, &stopped, false)
    }

    /// Offers a new network under what is there. What is new comes with the next offer.
    pub(in crate::room) fn restart(&mut self) -> Option<Offer> {
        let offer = self.peer.offer(&[], &[], true)?;
        self.due = true;
        Some(offer)
    }
}
