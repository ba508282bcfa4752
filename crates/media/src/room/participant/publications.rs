//! What a participant publishes.

use std::collections::{BTreeMap, HashMap};

use livekit_protocol::SubscriptionPermission;
use str0m::media::Mid;
use str0m::rtp::Ssrc;

use super::Profile;
use crate::forward::Layer;
use crate::ids::TrackKey;
use crate::peer::Section;
use crate::room::track::Track;

/// Streams that one participant may send, layers and renewed streams included.
const MAX_STREAMS: usize = 128;

/// What one participant publishes.
#[derive(Debug, Default)]
pub(in crate::room) struct Publications {
    /// What it publishes or is about to.
    tracks: Vec<TrackKey>,
    /// Sections that carried a track which has ended, as long as they go on sending it, and what they call it. A client that was told to stop
    /// may take its time, or not listen.
    ended: BTreeMap<Mid, Option<String>>,
    /// Which of its streams carries which layer of which track.
    streams: HashMap<Ssrc, (TrackKey, Layer)>,
    /// Whom it lets receive its tracks; `None` is everyone.
    audience: Option<SubscriptionPermission>,
    /// Last number of a reliable data packet, to know repeats after a resume.
    last_data: u32,
}

impl Publications {
    /// What it publishes or is about to, in the order in which it was announced.
    pub(in crate::room) fn keys(&self) -> &[TrackKey] {
        &self.tracks
    }

    /// The same, as the room knows them.
    pub(in crate::room) fn tracks<'a>(
        &'a self,
        all: &'a BTreeMap<TrackKey, Track>,
    ) -> impl Iterator<Item = &'a Track> {
        self.tracks.iter().filter_map(|key| all.get(key))
    }

    /// What others may know of it.
    pub(in crate::room) fn published<'a>(
        &'a self,
        all: &'a BTreeMap<TrackKey, Track>,
    ) -> impl Iterator<Item = &'a Track> {
        self.tracks(all).filter(|track| track.is_published())
    }

    /// It is about to publish a track.
    pub(in crate::room) fn announce(&mut self, track: TrackKey) {
        self.tracks.push(track);
    }

    /// A section carries a track from now on.
    pub(in crate::room) fn carry_in(&mut self, mid: Mid) {
        self.ended.remove(&mid);
    }

    /// A track has ended.
    pub(in crate::room) fn end(&mut self, track: Track) {
        self.tracks.retain(|known| *known != track.key);
        self.streams.retain(|_, (known, _)| *known != track.key);
        if let Some(mid) = track.mid {
            self.ended.insert(mid, track.msid);
        }
    }

    /// Whether a section goes on sending a track that has ended.
    pub(in crate::room) fn has_ended(&self, mid: Mid) -> bool {
        self.ended.contains_key(&mid)
    }

    /// Sections of ended tracks that have stopped sending, or send something else, are like any other.
    pub(in crate::room) fn forget_ended(&mut self, sending: &HashMap<Mid, &Section>) {
        self.ended.retain(|mid, name| {
            sending
                .get(mid)
                .is_some_and(|section| section.track == *name)
        });
    }

    /// Which layer of which track a stream carries, if that is known.
    pub(in crate::room) fn stream(&self, ssrc: Ssrc) -> Option<(TrackKey, Layer)> {
        self.streams.get(&ssrc).copied()
    }

    /// Notes what a stream carries. `false` if there are too many already.
    pub(in crate::room) fn add_stream(&mut self, ssrc: Ssrc, of: (TrackKey, Layer)) -> bool {
        let has_room = self.streams.len() < MAX_STREAMS;
        if has_room {
            self.streams.insert(ssrc, of);
        }
        has_room
    }

    pub(in crate::room) fn set_audience(&mut self, audience: SubscriptionPermission) {
        self.audience = Some(audience);
    }

    /// Whether another participant may receive a track of its.
    pub(in crate::room) fn admits(&self, subscriber: &Profile, track_sid: &str) -> bool {
        let Some(audience) = &self.audience else {
            return true;
        };
        audience.all_participants
            || audience.track_permissions.iter().any(|permission| {
                let is_meant = if permission.participant_identity.is_empty() {
                    permission.participant_sid == subscriber.sid
                } else {
                    permission.participant_identity == subscriber.identity()
                };
                is_meant
                    && (permission.all_tracks
                        || permission.track_sids.iter().any(|sid| sid == track_sid))
            })
    }

    /// Takes the number of a reliable data packet. `false` if it is a repeat: after a resume a client sends again what may have been lost.
    pub(in crate::room) fn take_data(&mut self, number: u32) -> bool {
        let is_new = number > self.last_data;
        self.last_data = self.last_data.max(number);
        is_new
    }

    /// The number of the last reliable data packet.
    pub(in crate::room) fn last_data(&self) -> u32 {
        self.last_data
    }
}
