//! What participants publish: announced by `AddTrack`, real once an offer carries it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Instant;

use livekit_protocol::{
    AddTrackRequest, DisconnectReason, MuteTrackRequest, RequestResponse, SessionDescription,
    SimulcastCodecInfo, TrackInfo, TrackPublishedResponse, TrackSource, TrackType,
    TrackUnpublishedResponse, leave_request, request_response, signal_response, video_layer,
};
use prost::Message as _;
use str0m::media::{MediaKind, Mid};
use tracing::debug;

use super::Room;
use super::joining::description;
use super::layers::Demand;
use super::speakers::Loudness;
use super::track::Track;
use crate::ids::{ParticipantKey, TrackKey};
use crate::peer::{Peer, Section, Sending, sections};
use crate::sources::source_has_kind;
use crate::token::may_publish;

/// Bytes of a request for a track. Its content goes to everybody in the room, and again whenever the track changes.
const MAX_REQUEST: usize = 8 * 1024;

/// Bytes of a track's name, and of the name its publisher knows it by.
const MAX_NAME: usize = 256;

/// With more spent sections than this in its offer a client is asked to begin again, with none. A section takes about 1.5 kB: were they to grow for ever, an
/// offer would one day be larger than a message may be. As many and 200 that are in use fit.
const MOST_SPENT: usize = 100;

impl Room {
    /// A participant is about to publish a track.
    pub(super) fn add_track(&mut self, key: ParticipantKey, request: AddTrackRequest) {
        use request_response::{Reason, Request};
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        // Whoever is hidden stays so: a track would give it away.
        let allowed = may_publish(&participant.permission, request.source())
            && !participant.permission.hidden;
        let refusal = if !allowed || request.r#type() == TrackType::Data {
            Some(Reason::NotAllowed)
        } else if participant.published.len() >= self.settings.limits.tracks {
            Some(Reason::LimitExceeded)
        } else if request.cid.is_empty()
            || self.has_cid(key, &request.cid)
            || request.cid.len() > MAX_NAME
            || request.name.len() > MAX_NAME
            || !source_has_kind(request.source(), request.r#type())
            || request.layers.len() > 8
            || request.encoded_len() > MAX_REQUEST
        {
            Some(Reason::InvalidRequest)
        } else {
            None
        };
        if let Some(reason) = refusal {
            debug!(room = self.options.name, identity = participant.identity(), source = ?request.source(), ?reason, "track refused");
            // Who asked knows it by its name; to say all of it again would make a small question a large answer.
            let cid = request.cid;
            let known = if cid.len() <= MAX_NAME {
                cid
            } else {
                String::new()
            };
            let response = RequestResponse {
                reason: reason as i32,
                request: Some(Request::AddTrack(AddTrackRequest {
                    cid: known,
                    ..Default::default()
                })),
                ..Default::default()
            };
            return self.send(key, signal_response::Message::RequestResponse(response));
        }
        let track = self.new_track(key, &request);
        let response = TrackPublishedResponse {
            cid: request.cid,
            track: Some(track.info.clone()),
        };
        if let Some(participant) = self.participants.get_mut(&key) {
            participant.published.push(track.key);
        }
        self.tracks.insert(track.key, track);
        self.send(key, signal_response::Message::TrackPublished(response));
    }

    fn has_cid(&self, key: ParticipantKey, cid: &str) -> bool {
        self.tracks
            .values()
            .any(|track| track.publisher == key && track.cids.iter().any(|known| known == cid))
    }

    fn new_track(&mut self, publisher: ParticipantKey, request: &AddTrackRequest) -> Track {
        let is_audio = request.r#type() == TrackType::Audio;
        let kind = if is_audio {
            MediaKind::Audio
        } else {
            MediaKind::Video
        };
        let prefix = match request.source() {
            TrackSource::Camera => "TR_VC",
            TrackSource::Microphone => "TR_AM",
            TrackSource::ScreenShare => "TR_VS",
            TrackSource::ScreenShareAudio => "TR_AS",
            TrackSource::Unknown if is_audio => "TR_A",
            TrackSource::Unknown => "TR_V",
        };
        let named = |name: &str| format!("{}/{}", if is_audio { "audio" } else { "video" }, name);
        let codecs: Vec<_> = request
            .simulcast_codecs
            .iter()
            .take(4)
            .filter(|codec| !codec.codec.is_empty())
            .map(|codec| SimulcastCodecInfo {
                mime_type: named(&codec.codec),
                cid: codec.cid.clone(),
                layers: if codec.layers.is_empty() {
                    request.layers.clone()
                } else {
                    codec.layers.clone()
                },
                video_layer_mode: video_layer::Mode::OneSpatialLayerPerStream as i32,
                ..Default::default()
            })
            .collect();
        let mime_type = codecs.first().map_or_else(
            || named(if is_audio { "opus" } else { "vp8" }),
            |codec| codec.mime_type.clone(),
        );
        let mut cids = vec![request.cid.clone()];
        cids.extend(
            codecs
                .iter()
                .map(|codec| codec.cid.clone())
                .filter(|cid| !cid.is_empty() && *cid != request.cid),
        );
        #[expect(deprecated, reason = "clients still read these")]
        let info = TrackInfo {
            sid: self.ids.sid(prefix),
            r#type: request.r#type,
            name: request.name.clone(),
            muted: request.muted,
            width: request.width,
            height: request.height,
            simulcast: request.layers.len() > 1,
            disable_dtx: request.disable_dtx,
            source: request.source,
            layers: request.layers.clone(),
            mime_type,
            codecs,
            stereo: request.stereo,
            disable_red: request.disable_red,
            encryption: request.encryption,
            stream: request.stream.clone(),
            audio_features: request.audio_features.iter().copied().take(16).collect(),
            backup_codec_policy: request.backup_codec_policy,
            ..Default::default()
        };
        Track {
            key: self.ids.track_key(),
            publisher,
            info,
            cids,
            kind,
            mid: None,
            msid: None,
            streams: Default::default(),
            subscribers: BTreeSet::new(),
            codec: None,
            loudness: Loudness::default(),
            demand: Demand::default(),
        }
    }

    /// A client offers: what it publishes from now on and, in v1, in which sections it can receive.
    pub(super) fn handle_offer(
        &mut self,
        now: Instant,
        key: ParticipantKey,
        offer: &SessionDescription,
    ) {
        let found = sections(&offer.sdp);
        if self.spent_sections(key, &found) > MOST_SPENT {
            return self.remove(
                now,
                key,
                DisconnectReason::StateMismatch,
                leave_request::Action::Reconnect,
            );
        }
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let answer = match participant.publisher.accept_offer(&offer.sdp) {
            Ok(answer) => answer,
            Err(error) => {
                debug!(room = self.options.name, identity = participant.identity(), %error, "offer not taken");
                return self.remove(
                    now,
                    key,
                    DisconnectReason::StateMismatch,
                    leave_request::Action::Disconnect,
                );
            }
        };
        let single_peer = participant.is_single_peer();
        self.mark_dirty(key);
        let changed = self.match_tracks(key, &found);
        let mut named = BTreeMap::new();
        if single_peer {
            self.note_sections(key, &found);
            self.assign_sections(now, key);
            named = self.names_of_sent(key);
        }
        let tracks = named
            .iter()
            .map(|(mid, (_, track))| (mid.to_string(), track.clone()))
            .collect();
        let answer = Peer::ask_for(&answer, &self.wanted_sending(key));
        let sdp = if single_peer {
            Peer::complete_answer(&answer, &named)
        } else {
            answer
        };
        self.send(
            key,
            signal_response::Message::Answer(description("answer", sdp, offer.id, tracks)),
        );
        self.route(key);
        if changed {
            self.announce(key);
            self.reconcile_all(now);
        }
        self.ask_for_sections(now, key);
    }

    /// How a participant is to send each of its tracks: as it said when it announced them.
    fn wanted_sending(&self, key: ParticipantKey) -> BTreeMap<Mid, Sending> {
        let own = self.tracks.values().filter(|track| track.publisher == key);
        let named = own.filter_map(|track| {
            let name = track.info.mime_type.rsplit('/').next().unwrap_or_default();
            let is_audio = track.kind == MediaKind::Audio;
            let codec = if is_audio && !track.info.disable_red {
                "red".to_owned()
            } else {
                name.to_lowercase()
            };
            #[expect(deprecated, reason = "clients still say it here")]
            let quiet = is_audio && !track.info.disable_dtx;
            Some((track.mid?, Sending { codec, quiet }))
        });
        named.collect()
    }

    fn mark_dirty(&mut self, key: ParticipantKey) {
        if let Some(participant) = self.participants.get(&key) {
            self.dirty.extend(participant.peers().map(|(peer, _)| peer));
        }
    }

    /// Finds which announced track each section carries, and which tracks are carried no more. Says whether anything changed.
    fn match_tracks(&mut self, key: ParticipantKey, found: &[Section]) -> bool {
        let mut changed = false;
        let sending: HashMap<_, _> = found
            .iter()
            .filter(|section| section.sends())
            .map(|section| (section.mid, section))
            .collect();
        let own: Vec<TrackKey> = self
            .participants
            .get(&key)
            .map(|participant| participant.published.clone())
            .unwrap_or_default();
        for track in &own {
            let gone = self
                .tracks
                .get(track)
                .and_then(|track| track.mid)
                .is_some_and(|mid| !sending.contains_key(&mid));
            if gone {
                // There is no message for this: a client just stops offering.
                self.drop_track(*track);
                changed = true;
            }
        }
        self.forget_ended(key, &sending);
        let carried: BTreeSet<_> = own
            .iter()
            .filter_map(|track| self.tracks.get(track)?.mid)
            .collect();
        let fresh = found
            .iter()
            .filter(|section| section.sends() && !carried.contains(&section.mid));
        let (named, unnamed): (Vec<_>, Vec<_>) =
            fresh.partition(|section| self.named_by(&own, section).is_some());
        // Names first, of all sections: an order that counts sections of tracks long ended would show a screen as somebody's camera.
        for section in named {
            if let Some(track) = self.named_by(&own, section) {
                changed |= self.carry(key, track, section);
            }
        }
        // Some browsers rename tracks in their offers; then the order of announcements decides.
        for section in unnamed {
            let ended = self
                .participants
                .get(&key)
                .is_some_and(|participant| participant.ended.contains_key(&section.mid));
            let next = own.iter().copied().find(|track| {
                self.tracks
                    .get(track)
                    .is_some_and(|track| track.mid.is_none() && track.kind == section.kind)
            });
            if let Some(track) = next.filter(|_| !ended) {
                changed |= self.carry(key, track, section);
            }
        }
        changed
    }

    /// The announced track that a section calls by its name, if no section carries it yet.
    fn named_by(&self, own: &[TrackKey], section: &Section) -> Option<TrackKey> {
        let name = section.track.as_deref()?;
        own.iter().copied().find(|track| {
            self.tracks.get(track).is_some_and(|track| {
                track.mid.is_none()
                    && track.kind == section.kind
                    && track.cids.iter().any(|cid| cid == name)
            })
        })
    }

    /// From now on a section carries a track.
    fn carry(&mut self, key: ParticipantKey, track: TrackKey, section: &Section) -> bool {
        let Some(track) = self.tracks.get_mut(&track) else {
            return false;
        };
        track.mid = Some(section.mid);
        track.msid.clone_from(&section.track);
        track.info.mid = section.mid.to_string();
        if let Some(participant) = self.participants.get_mut(&key) {
            participant.ended.remove(&section.mid);
        }
        true
    }

    /// Sections of ended tracks that have stopped sending, or send something else, are like any other.
    fn forget_ended(&mut self, key: ParticipantKey, sending: &HashMap<Mid, &Section>) {
        if let Some(participant) = self.participants.get_mut(&key) {
            participant.ended.retain(|mid, name| {
                sending
                    .get(mid)
                    .is_some_and(|section| section.track == *name)
            });
        }
    }

    /// A participant mutes or unmutes a track of its own.
    pub(super) fn mute_own(&mut self, key: ParticipantKey, sid: &str, muted: bool) {
        let found = self
            .track_by_sid(sid)
            .and_then(|track| self.tracks.get_mut(&track))
            .filter(|track| track.publisher == key);
        if let Some(track) = found
            && track.info.muted != muted
        {
            track.info.muted = muted;
            let track = track.key;
            self.interrupt(track);
            self.announce(key);
        }
    }

    /// Mutes somebody's track. Nothing of it is forwarded from now on, whatever its publisher does, until that one unmutes it.
    pub(super) fn mute_other(&mut self, track: TrackKey) -> Option<TrackInfo> {
        let track = self.tracks.get_mut(&track)?;
        let was_muted = std::mem::replace(&mut track.info.muted, true);
        let (key, publisher, info) = (track.key, track.publisher, track.info.clone());
        if !was_muted {
            self.interrupt(key);
            self.send(
                publisher,
                signal_response::Message::Mute(MuteTrackRequest {
                    sid: info.sid.clone(),
                    muted: true,
                }),
            );
            self.announce(publisher);
        }
        Some(info)
    }

    /// What follows of a track does not go on from what came before: packets were left out, which subscribers must not take for lost.
    fn interrupt(&mut self, key: TrackKey) {
        let Some(track) = self.tracks.get(&key) else {
            return;
        };
        for subscriber in &track.subscribers {
            if let Some(subscription) = self
                .participants
                .get_mut(subscriber)
                .and_then(|one| one.subscriptions.get_mut(&key))
            {
                subscription.forwarder.interrupt();
            }
        }
    }

    pub(super) fn update_audio_track(
        &mut self,
        key: ParticipantKey,
        sid: &str,
        mut features: Vec<i32>,
    ) {
        features.truncate(16);
        self.update_own_track(key, sid, |info| info.audio_features = features);
    }

    pub(super) fn update_video_track(
        &mut self,
        key: ParticipantKey,
        sid: &str,
        width: u32,
        height: u32,
    ) {
        self.update_own_track(key, sid, |info| (info.width, info.height) = (width, height));
    }

    fn update_own_track(
        &mut self,
        key: ParticipantKey,
        sid: &str,
        change: impl FnOnce(&mut TrackInfo),
    ) {
        let found = self
            .track_by_sid(sid)
            .and_then(|track| self.tracks.get_mut(&track))
            .filter(|track| track.publisher == key);
        if let Some(track) = found {
            change(&mut track.info);
            self.announce(key);
        }
    }

    /// Takes from a participant what it may publish no more.
    pub(super) fn enforce_publishing(&mut self, now: Instant, key: ParticipantKey) {
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        let forbidden = |track: &&Track| {
            participant.permission.hidden
                || !may_publish(&participant.permission, track.info.source())
        };
        let own = participant
            .published
            .iter()
            .filter_map(|track| self.tracks.get(track));
        let lost: Vec<_> = own
            .filter(forbidden)
            .map(|track| (track.key, track.info.sid.clone()))
            .collect();
        for (track, track_sid) in lost {
            self.drop_track(track);
            self.send(
                key,
                signal_response::Message::TrackUnpublished(TrackUnpublishedResponse { track_sid }),
            );
        }
        self.reconcile_all(now);
    }

    /// Ends a track. Its subscribers learn it from what is announced next.
    pub(super) fn drop_track(&mut self, key: TrackKey) {
        let Some(track) = self.tracks.remove(&key) else {
            return;
        };
        for subscriber in &track.subscribers {
            self.end_subscription(*subscriber, key);
        }
        if let Some(publisher) = self.participants.get_mut(&track.publisher) {
            publisher.published.retain(|published| *published != key);
            if let Some(mid) = track.mid {
                publisher.ended.insert(mid, track.msid);
            }
            publisher
                .streams
                .retain(|_, (published, _)| *published != key);
        }
    }

    pub(super) fn track_by_sid(&self, sid: &str) -> Option<TrackKey> {
        self.tracks
            .values()
            .find(|track| track.info.sid == sid)
            .map(|track| track.key)
    }
}
