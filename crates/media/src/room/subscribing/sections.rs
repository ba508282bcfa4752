//! v1: in which sections of a client's offers it receives what.

use std::time::{Duration, Instant};

use livekit_protocol::{MediaSectionsRequirement, signal_response};
use str0m::media::{MediaKind, Mid};

use crate::ids::ParticipantKey;
use crate::peer::{Flow, Section};
use crate::room::Room;
use crate::room::participant::Section as ReceiveSection;

/// A client that was asked for sections and does not offer them is asked again after this.
const ASK_AGAIN: Duration = Duration::from_secs(5);

impl Room {
    /// How many sections of an offer have carried something and never will again. Clients do not take them out, and do not use them again.
    pub(in crate::room) fn spent_sections(&self, key: ParticipantKey, found: &[Section]) -> usize {
        let Some(participant) = self.participants.get(&key) else {
            return 0;
        };
        let is_spent = |section: &&Section| match section.flow {
            Flow::None => true,
            Flow::Receives => {
                let known = participant.sections.get(&section.mid);
                known.is_some_and(|known| known.used)
                    && !participant.sent.contains_key(&section.mid)
            }
            Flow::Sends | Flow::Both => false,
        };
        found.iter().filter(is_spent).count()
    }

    /// v1: remembers in which sections of its offer a client can receive.
    pub(in crate::room) fn note_sections(&mut self, key: ParticipantKey, found: &[Section]) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        participant.sections_asked_at = None;
        for section in found
            .iter()
            .filter(|section| section.flow == Flow::Receives)
        {
            participant
                .sections
                .entry(section.mid)
                .or_insert(ReceiveSection {
                    kind: section.kind,
                    used: false,
                });
        }
        let receivable = |mid: &Mid| {
            found
                .iter()
                .any(|section| section.mid == *mid && section.flow == Flow::Receives)
        };
        participant.sections.retain(|mid, _| receivable(mid));
    }

    /// v1: gives each subscription that has none a fresh section.
    ///
    /// Never a used one: Chromium then decodes, but the element on the page stays blank.
    pub(in crate::room) fn assign_sections(&mut self, now: Instant, key: ParticipantKey) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let mut assigned = false;
        for (track, subscription) in &mut participant.subscriptions {
            if subscription.mid.is_some() {
                continue;
            }
            let fresh = participant
                .sections
                .iter_mut()
                .find(|(_, section)| !section.used && section.kind == subscription.kind);
            let Some((mid, section)) = fresh else {
                continue;
            };
            section.used = true;
            subscription.mid = Some(*mid);
            participant.sent.insert(*mid, *track);
            assigned = true;
        }
        if assigned {
            self.refresh_layers(now);
        }
    }

    /// v1: asks a client for the sections it takes to send what it subscribed to. Only clients offer there.
    pub(in crate::room) fn ask_for_sections(&mut self, now: Instant, key: ParticipantKey) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let waiting = |kind: MediaKind| {
            participant
                .subscriptions
                .values()
                .filter(|one| one.mid.is_none() && one.kind == kind)
                .count() as u32
        };
        let fresh = |kind: MediaKind| {
            participant
                .sections
                .values()
                .filter(|section| !section.used && section.kind == kind)
                .count() as u32
        };
        let (audios, videos) = (waiting(MediaKind::Audio), waiting(MediaKind::Video));
        if !participant.is_single_peer()
            || audios + videos == 0
            || participant.sections_asked_at.is_some()
        {
            return;
        }
        let requirement = MediaSectionsRequirement {
            num_audios: audios.saturating_sub(fresh(MediaKind::Audio)),
            num_videos: videos.saturating_sub(fresh(MediaKind::Video)),
        };
        participant.sections_asked_at = Some(now);
        self.send(
            key,
            signal_response::Message::MediaSectionsRequirement(requirement),
        );
    }

    /// v1: asks those again who were asked and did not offer.
    pub(in crate::room) fn retry_sections(&mut self, now: Instant) {
        let overdue = |then: Option<Instant>| {
            then.is_some_and(|then| now.saturating_duration_since(then) >= ASK_AGAIN)
        };
        let late: Vec<_> = self
            .participants
            .values()
            .filter(|inside| overdue(inside.sections_asked_at))
            .map(|inside| inside.key)
            .collect();
        for key in late {
            if let Some(participant) = self.participants.get_mut(&key) {
                participant.sections_asked_at = None;
            }
            self.ask_for_sections(now, key);
        }
    }
}
