//! Announcing a track: `AddTrack`.

use std::collections::BTreeSet;

use livekit_protocol::{
    AddTrackRequest, RequestResponse, SimulcastCodecInfo, TrackInfo, TrackPublishedResponse,
    TrackSource, TrackType, request_response, signal_response, video_layer,
};
use prost::Message as _;
use str0m::media::MediaKind;
use tracing::debug;

use crate::ids::ParticipantKey;
use crate::room::Room;
use crate::room::layers::demand::Demand;
use crate::room::speakers::Loudness;
use crate::room::track::Track;
use crate::sources::source_has_kind;

/// Bytes of a request for a track. Its content goes to everybody in the room, and again whenever the track changes.
const MAX_REQUEST: usize = 8 * 1024;

/// Bytes of a track's name, and of the name its publisher knows it by.
const MAX_NAME: usize = 256;

impl Room {
    /// A participant is about to publish a track.
    pub(in crate::room) fn add_track(&mut self, key: ParticipantKey, request: AddTrackRequest) {
        use request_response::{Reason, Request};
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        let allowed = participant.profile.may_publish(request.source());
        let refusal = if !allowed || request.r#type() == TrackType::Data {
            Some(Reason::NotAllowed)
        } else if participant.publications.keys().len() >= self.settings.limits.tracks {
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
            participant.publications.announce(track.key);
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
}
