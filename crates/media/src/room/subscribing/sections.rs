//! v1: in which sections of a client's offers it receives what.

use std::collections::BTreeMap;
use std::time::Instant;

use livekit_protocol::signal_response;
use str0m::media::Mid;

use crate::ids::ParticipantKey;
use crate::peer::{Flow, Section};
use crate::room::Room;
use crate::room::participant::Manner;

impl Room {
    /// How many sections of an offer have carried something and never will again. Clients do not take them out, and do not use them again.
    pub(in crate::room) fn spent_sections(&self, key: ParticipantKey, found: &[Section]) -> usize {
        let Some(participant) = self.participants.get(&key) else {
            return 0;
        };
        let is_spent = |section: &&Section| match (section.flow, &participant.connections.manner) {
            (Flow::None, _) => true,
            (Flow::Receives, Manner::V1(sections)) => {
                sections.is_used(section.mid)
                    && !participant.subscriptions.sent().contains_key(&section.mid)
            }
            _ => false,
        };
        found.iter().filter(is_spent).count()
    }

    /// v1: gives each subscription that has none a section of an offer. Returns the stream and track names of what is sent by section; `None` in v0, where
    /// offers of clients say nothing of receiving.
    pub(in crate::room) fn assign_sections(
        &mut self,
        now: Instant,
        key: ParticipantKey,
        offered: &[Section],
    ) -> Option<BTreeMap<Mid, (String, String)>> {
        let participant = self.participants.get_mut(&key)?;
        let Manner::V1(sections) = &mut participant.connections.manner else {
            return None;
        };
        sections.note(offered);
        let waiting: Vec<_> = participant.subscriptions.waiting().collect();
        let mut assigned = false;
        for (track, kind) in waiting {
            if let Some(mid) = sections.take(kind) {
                participant.subscriptions.carry(track, mid);
                assigned = true;
            }
        }
        if assigned {
            self.refresh_layers(now);
        }
        Some(self.names_of_sent(key))
    }

    /// v1: asks a client for the sections it takes to send what it subscribed to. Only clients offer there.
    pub(in crate::room) fn ask_for_sections(&mut self, now: Instant, key: ParticipantKey) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let Manner::V1(sections) = &mut participant.connections.manner else {
            return;
        };
        let waiting = participant.subscriptions.waiting().map(|(_, kind)| kind);
        if let Some(requirement) = sections.ask(now, waiting) {
            self.send(
                key,
                signal_response::Message::MediaSectionsRequirement(requirement),
            );
        }
    }

    /// v1: asks those again who were asked and did not offer.
    pub(in crate::room) fn retry_sections(&mut self, now: Instant) {
        let mut late = Vec::new();
        for participant in self.participants.values_mut() {
            if let Manner::V1(sections) = &mut participant.connections.manner
                && sections.is_overdue(now)
            {
                sections.ask_anew();
                late.push(participant.key);
            }
        }
        for key in late {
            self.ask_for_sections(now, key);
        }
    }
}
