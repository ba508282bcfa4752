//! Who receives what, and in which section of which description.
//!
//! Level-triggered: [`Room::reconcile`] makes the subscriptions of a participant what its permission, its choices and the publishers allow, however that came
//! to be.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use livekit_protocol::{
    DisconnectReason, MediaSectionsRequirement, SessionDescription, SubscriptionPermission,
    SubscriptionPermissionUpdate, UpdateTrackSettings, VideoQuality, leave_request,
    signal_response,
};
use str0m::media::{MediaKind, Mid};
use tracing::debug;

use super::Room;
use super::joining::description;
use super::participant::Section as ReceiveSection;
use super::track::Passage;
use crate::forward::Forwarder;
use crate::ids::{ParticipantKey, TrackKey};
use crate::peer::{Flow, NewSection, Section};

/// A client that was asked for sections and does not offer them is asked again after this.
const ASK_AGAIN: Duration = Duration::from_secs(5);

/// One participant receives one track.
#[derive(Debug)]
pub(super) struct Subscription {
    pub kind: MediaKind,
    /// The section that carries it; `None` until one has been agreed.
    pub mid: Option<Mid>,
    pub wish: Wish,
    pub forwarder: Forwarder,
    /// How packets go on, as far as that is known.
    pub passage: Option<Passage>,
    /// Since when the network does not carry it.
    pub starved_at: Option<Instant>,
    /// Since when the network seems too small for it, which may pass.
    pub short_since: Option<Instant>,
}

/// What a subscriber wants of a video track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wish {
    /// Nothing for now: it is not on screen.
    pub disabled: bool,
    /// The best layer, where no size is given.
    pub quality: VideoQuality,
    /// The size at which it is shown, in pixels; 0 if unknown.
    pub width: u32,
    pub height: u32,
    /// Which video to keep when the network does not carry all; higher is more important.
    pub priority: u32,
}

impl Default for Wish {
    fn default() -> Self {
        Self {
            disabled: false,
            quality: VideoQuality::High,
            width: 0,
            height: 0,
            priority: 0,
        }
    }
}

impl Subscription {
    fn new(kind: MediaKind) -> Self {
        let clock_rate = if kind == MediaKind::Audio {
            48_000
        } else {
            90_000
        };
        Self {
            kind,
            mid: None,
            wish: Wish::default(),
            forwarder: Forwarder::new(clock_rate),
            passage: None,
            starved_at: None,
            short_since: None,
        }
    }
}

impl Room {
    /// Makes everyone's subscriptions what they should be.
    pub(super) fn reconcile_all(&mut self, now: Instant) {
        let keys: Vec<_> = self.participants.keys().copied().collect();
        for key in keys {
            self.match_subscriptions(now, key);
        }
        // Once for all of them: it looks at everybody's tracks.
        self.refresh_layers(now);
    }

    /// Makes a participant's subscriptions what they should be.
    pub(super) fn reconcile(&mut self, now: Instant, key: ParticipantKey) {
        self.match_subscriptions(now, key);
        self.refresh_layers(now);
    }

    fn match_subscriptions(&mut self, now: Instant, key: ParticipantKey) {
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        let wanted: Vec<_> = self
            .tracks
            .values()
            .filter(|track| self.is_wanted(key, track.key))
            .map(|track| (track.key, track.kind))
            .collect();
        let unwanted: Vec<_> = participant
            .subscriptions
            .keys()
            .copied()
            .filter(|track| !wanted.iter().any(|(wanted, _)| wanted == track))
            .collect();
        for track in unwanted {
            self.end_subscription(key, track);
            if let Some(track) = self.tracks.get_mut(&track) {
                track.subscribers.remove(&key);
            }
        }
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        for (track, kind) in wanted {
            participant
                .subscriptions
                .entry(track)
                .or_insert_with(|| Subscription::new(kind));
            if let Some(track) = self.tracks.get_mut(&track) {
                track.subscribers.insert(key);
            }
        }
        if participant.is_single_peer() {
            self.ask_for_sections(now, key);
        } else {
            let due = participant
                .subscriptions
                .values()
                .any(|subscription| subscription.mid.is_none());
            participant.offer_due |= due;
            self.offer_if_due(key);
        }
    }

    fn is_wanted(&self, key: ParticipantKey, track: TrackKey) -> bool {
        let (Some(participant), Some(track)) =
            (self.participants.get(&key), self.tracks.get(&track))
        else {
            return false;
        };
        let Some(publisher) = self.participants.get(&track.publisher) else {
            return false;
        };
        track.publisher != key
            && track.is_published()
            && participant.permission.can_subscribe
            && participant
                .choices
                .get(&track.key)
                .copied()
                .unwrap_or(participant.auto_subscribe)
            && publisher.admits(participant, &track.info.sid)
    }

    /// Takes a subscription away from its subscriber. The track may be gone already.
    pub(super) fn end_subscription(&mut self, key: ParticipantKey, track: TrackKey) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        participant.subscriptions.remove(&track);
        let mids: Vec<_> = participant
            .sent
            .iter()
            .filter(|(_, sent)| **sent == track)
            .map(|(mid, _)| *mid)
            .collect();
        for mid in mids {
            participant.sent.remove(&mid);
            if participant.is_single_peer() {
                // The section stays in the client's description until it offers again, which it is asked to do.
                participant.sections_asked_at = None;
                self.send(
                    key,
                    signal_response::Message::MediaSectionsRequirement(
                        MediaSectionsRequirement::default(),
                    ),
                );
                return;
            }
            participant.stopped.insert(mid);
            participant.offer_due = true;
        }
    }

    /// How many sections of an offer have carried something and never will again. Clients do not take them out, and do not use them again.
    pub(super) fn spent_sections(&self, key: ParticipantKey, found: &[Section]) -> usize {
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
    pub(super) fn note_sections(&mut self, key: ParticipantKey, found: &[Section]) {
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
    pub(super) fn assign_sections(&mut self, now: Instant, key: ParticipantKey) {
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

    /// The stream and track names of what a participant is sent, by section.
    pub(super) fn names_of_sent(&self, key: ParticipantKey) -> BTreeMap<Mid, (String, String)> {
        let Some(participant) = self.participants.get(&key) else {
            return BTreeMap::new();
        };
        participant
            .sent
            .iter()
            .filter_map(|(mid, track)| Some((*mid, self.names_of(*track)?)))
            .collect()
    }

    fn names_of(&self, track: TrackKey) -> Option<(String, String)> {
        let track = self.tracks.get(&track)?;
        let publisher = self.participants.get(&track.publisher)?;
        Some((
            format!("{}|{}", publisher.sid, track.info.sid),
            track.info.sid.clone(),
        ))
    }

    /// v1: asks a client for the sections it takes to send what it subscribed to. Only clients offer there.
    pub(super) fn ask_for_sections(&mut self, now: Instant, key: ParticipantKey) {
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
    pub(super) fn retry_sections(&mut self, now: Instant) {
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

    /// v0: offers what is to be sent, unless an offer is on its way already; then after its answer.
    pub(super) fn offer_if_due(&mut self, key: ParticipantKey) {
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        let waiting: Vec<_> = participant
            .subscriptions
            .iter()
            .filter(|(_, one)| one.mid.is_none())
            .map(|(track, one)| (*track, one.kind))
            .collect();
        let added: Vec<_> = waiting
            .into_iter()
            .filter_map(|(track, kind)| Some((track, self.names_of(track)?, kind)))
            .map(|(track_key, (stream, track), kind)| {
                (
                    track_key,
                    NewSection {
                        kind,
                        stream,
                        track,
                    },
                )
            })
            .collect();
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let Some(subscriber) = &mut participant.subscriber else {
            return;
        };
        if !participant.offer_due || subscriber.has_pending_offer() || participant.session.is_none()
        {
            return;
        }
        participant.offer_due = false;
        let (tracks, sections): (Vec<_>, Vec<_>) = added.into_iter().unzip();
        let stopped: Vec<_> = participant.stopped.drain().collect();
        let Some((id, sdp, mids)) = subscriber.offer(&sections, &stopped, false) else {
            return;
        };
        for (track, mid) in tracks.into_iter().zip(mids) {
            participant.sent.insert(mid, track);
            if let Some(subscription) = participant.subscriptions.get_mut(&track) {
                subscription.mid = Some(mid);
            }
        }
        self.send_offer(key, id, sdp);
    }

    fn send_offer(&mut self, key: ParticipantKey, id: u32, sdp: String) {
        let tracks: HashMap<_, _> = self
            .names_of_sent(key)
            .into_iter()
            .map(|(mid, (_, track))| (mid.to_string(), track))
            .collect();
        self.mark_receiver(key);
        self.route(key);
        self.send(
            key,
            signal_response::Message::Offer(description("offer", sdp, id, tracks)),
        );
    }

    /// v0: a client that comes back has a new network under its subscriber connection, which only the server can offer anew.
    pub(super) fn restart_receiving(&mut self, key: ParticipantKey) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let Some(subscriber) = &mut participant.subscriber else {
            return;
        };
        if let Some((id, sdp, _)) = subscriber.offer(&[], &[], true) {
            participant.offer_due = true;
            self.send_offer(key, id, sdp);
        }
    }

    /// v0: a client answered.
    pub(super) fn handle_answer(
        &mut self,
        now: Instant,
        key: ParticipantKey,
        answer: &SessionDescription,
    ) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let Some(subscriber) = &mut participant.subscriber else {
            return;
        };
        if let Err(error) = subscriber.accept_answer(answer.id, &answer.sdp) {
            debug!(room = self.options.name, identity = participant.identity(), %error, "answer not taken");
            return self.remove(
                now,
                key,
                DisconnectReason::StateMismatch,
                leave_request::Action::Reconnect,
            );
        }
        self.mark_receiver(key);
        self.route(key);
        self.offer_if_due(key);
        self.refresh_layers(now);
    }

    /// A subscriber says how it shows what it receives.
    pub(super) fn set_track_settings(
        &mut self,
        now: Instant,
        key: ParticipantKey,
        settings: &UpdateTrackSettings,
    ) {
        let tracks: Vec<_> = settings
            .track_sids
            .iter()
            .filter_map(|sid| self.track_by_sid(sid))
            .collect();
        let wish = Wish {
            disabled: settings.disabled,
            quality: settings.quality(),
            width: settings.width,
            height: settings.height,
            priority: settings.priority,
        };
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        for track in tracks {
            if let Some(subscription) = participant.subscriptions.get_mut(&track) {
                subscription.wish = wish;
            }
        }
        self.refresh_layers(now);
    }

    /// A publisher says who may receive its tracks.
    pub(super) fn set_audience(
        &mut self,
        now: Instant,
        key: ParticipantKey,
        permission: SubscriptionPermission,
    ) {
        if permission.track_permissions.len() > 1_000 {
            return;
        }
        let before = self.admitted(key);
        let Some(publisher) = self.participants.get_mut(&key) else {
            return;
        };
        publisher.audience = Some(permission);
        let publisher_sid = publisher.sid.clone();
        for ((subscriber, track), allowed) in self.admitted(key) {
            if before.get(&(subscriber, track)) != Some(&allowed) {
                let Some(track_sid) = self.tracks.get(&track).map(|track| track.info.sid.clone())
                else {
                    continue;
                };
                let update = SubscriptionPermissionUpdate {
                    participant_sid: publisher_sid.clone(),
                    track_sid,
                    allowed,
                };
                self.send(
                    subscriber,
                    signal_response::Message::SubscriptionPermissionUpdate(update),
                );
            }
        }
        self.reconcile_all(now);
    }

    fn admitted(&self, key: ParticipantKey) -> BTreeMap<(ParticipantKey, TrackKey), bool> {
        let Some(publisher) = self.participants.get(&key) else {
            return BTreeMap::new();
        };
        let tracks = || {
            publisher
                .published
                .iter()
                .filter_map(|track| self.tracks.get(track))
        };
        let others = self.participants.values().filter(|other| other.key != key);
        others
            .flat_map(|other| {
                tracks().map(move |track| {
                    (
                        (other.key, track.key),
                        publisher.admits(other, &track.info.sid),
                    )
                })
            })
            .collect()
    }
}
