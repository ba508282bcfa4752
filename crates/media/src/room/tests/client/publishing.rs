//! A client publishes: announces tracks, and sends pictures and sound.

use std::time::{Duration, Instant};

use livekit_protocol::{
    AddTrackRequest, SessionDescription, SimulcastCodec, TrackSource, TrackType, VideoLayer,
    signal_request,
};
use str0m::Rtc;
use str0m::format::Codec;
use str0m::media::{Direction, MediaKind, Mid, Rid};
use str0m::rtp::{ExtensionValues, RtpWrite, UserExtensionValues};

use super::Client;
use super::descriptors::Descriptor;

/// How much larger a keyframe is than another picture.
const KEYFRAME: usize = 6;

/// A track that a client publishes.
pub(in crate::room::tests) struct Publication {
    pub cid: String,
    pub source: TrackSource,
    pub codec: Codec,
    pub sid: Option<String>,
    pub mid: Option<Mid>,
    pub rids: Vec<&'static str>,
    pub next: Instant,
    pub count: u32,
    pub seqs: [u64; 3],
    pub keyframes: [bool; 3],
    pub picture: u16,
    /// Goes on sending although the server has muted it.
    pub deaf: bool,
    pub muted: bool,
}

impl Client {
    /// Announces a track; it is published once the server agrees.
    pub(in crate::room::tests) fn publish(
        &mut self,
        source: TrackSource,
        simulcast: bool,
        now: Instant,
    ) {
        let is_audio = kind_of(source) == MediaKind::Audio;
        let codec = if is_audio { Codec::Opus } else { Codec::Vp8 };
        self.publish_in(codec, source, simulcast, now);
    }

    pub(in crate::room::tests) fn publish_in(
        &mut self,
        codec: Codec,
        source: TrackSource,
        simulcast: bool,
        now: Instant,
    ) {
        let cid = format!(
            "{}-{}-{}",
            self.identity,
            source.as_str_name(),
            self.publications.len()
        );
        let rids = if simulcast {
            vec!["q", "h", "f"]
        } else {
            Vec::new()
        };
        let is_audio = kind_of(source) == MediaKind::Audio;
        let sizes = [
            (320, 180, 150_000),
            (640, 360, 450_000),
            (1_280, 720, 1_700_000),
        ];
        let layer = |quality: usize| {
            let (width, height, bitrate) = sizes[quality];
            VideoLayer {
                quality: quality as i32,
                width,
                height,
                bitrate,
                ..Default::default()
            }
        };
        let layers = if is_audio {
            Vec::new()
        } else if simulcast {
            (0..3).map(layer).collect()
        } else {
            vec![layer(2)]
        };
        let kind = if is_audio {
            TrackType::Audio
        } else {
            TrackType::Video
        };
        let request = AddTrackRequest {
            cid: cid.clone(),
            r#type: kind as i32,
            source: source as i32,
            layers,
            simulcast_codecs: if codec == Codec::Av1 {
                let (codec, cid) = ("av1".into(), cid.clone());
                vec![SimulcastCodec {
                    codec,
                    cid,
                    ..Default::default()
                }]
            } else {
                Vec::new()
            },
            ..Default::default()
        };
        self.say(signal_request::Message::AddTrack(request));
        self.publications.push(Publication {
            cid,
            source,
            codec,
            sid: None,
            mid: None,
            rids,
            next: now,
            count: 0,
            seqs: [0; 3],
            keyframes: [true; 3],
            picture: 0,
            deaf: false,
            muted: false,
        });
    }

    /// Publishes in the description what was never announced, or was refused.
    pub(in crate::room::tests) fn publish_regardless(&mut self) {
        for publication in &mut self.publications {
            publication.sid.get_or_insert_with(|| "TR_lie".into());
        }
        self.offer_due = true;
        self.offer_if_possible();
    }

    /// Takes its tracks out of the description, as an unpublish does.
    pub(in crate::room::tests) fn unpublish_all(&mut self) {
        let mut changes = self.publisher.rtc.sdp_api();
        for mid in self
            .publications
            .drain(..)
            .filter_map(|publication| publication.mid)
        {
            changes.set_direction(mid, Direction::Inactive);
        }
        let (offer, pending) = changes.apply().unwrap();
        self.offers += 1;
        self.publisher.pending = Some(pending);
        let sdp = offer.to_sdp_string();
        self.say(signal_request::Message::Offer(SessionDescription {
            r#type: "offer".into(),
            sdp,
            id: self.offers,
            ..Default::default()
        }));
    }

    /// Sends what is due of each track: audio every 20 ms, a picture every 40 ms.
    pub(super) fn produce(&mut self, now: Instant) {
        if !self.connected {
            return;
        }
        let Self {
            publications,
            publisher,
            ..
        } = self;
        for publication in publications
            .iter_mut()
            .filter(|one| one.mid.is_some() && one.next <= now)
        {
            let is_audio = kind_of(publication.source) == MediaKind::Audio;
            publication.next = now + Duration::from_millis(if is_audio { 20 } else { 40 });
            if publication.muted {
                continue;
            }
            publication.count += 1;
            if is_audio {
                publication.send(&mut publisher.rtc, now, None, 0, true, vec![0xa0]);
            } else {
                publication.picture += 1;
                for layer in 0..publication.rids.len().max(1) {
                    publication.send_picture(&mut publisher.rtc, now, layer);
                }
            }
            publisher.wake = now;
        }
    }
}

impl Publication {
    fn send_picture(&mut self, rtc: &mut Rtc, now: Instant, layer: usize) {
        // Packets per picture: 125, 375 and 1,250 kbit/s at 25 pictures.
        let packets = if self.rids.is_empty() {
            2
        } else {
            [1, 2, 6][layer]
        };
        let keyframe = std::mem::take(&mut self.keyframes[layer]);
        let packets = if keyframe {
            packets * KEYFRAME
        } else {
            packets
        };
        let rid = self.rids.get(layer).copied();
        let [high, low] = (self.picture | 0x4000).to_be_bytes();
        for packet in 0..packets {
            let start = packet == 0;
            // VP8: a descriptor with a picture id, which starts a partition. AV1: one element, the first of a video on keyframes, or the rest of one.
            let first = match (self.codec, start) {
                (_, false) => 0x80,
                (Codec::Av1, true) => 0x10 | u8::from(keyframe) << 3,
                (_, true) => 0x90,
            };
            let head = vec![
                first,
                0xe0,
                0x80 | high,
                low,
                self.picture as u8,
                0x20,
                u8::from(!keyframe),
            ];
            self.send(rtc, now, rid, layer, packet + 1 == packets, head);
        }
    }

    fn send(
        &mut self,
        rtc: &mut Rtc,
        now: Instant,
        rid: Option<&str>,
        layer: usize,
        marker: bool,
        head: Vec<u8>,
    ) {
        let is_audio = head[0] == 0xa0;
        let pt = rtc
            .codec_config()
            .find(|params| params.spec().codec == self.codec)
            .unwrap()
            .pt();
        let head_is_key = head[0] & 0x18 == 0x18;
        let mut payload = head;
        payload.push(layer as u8);
        payload.extend(self.count.to_be_bytes());
        payload.resize(if is_audio { 80 } else { 625 }, 7);
        self.seqs[layer] += 1;
        // Each layer starts from a time of its own, as browsers do.
        let time = self
            .count
            .wrapping_mul(if is_audio { 960 } else { 3_600 })
            .wrapping_add(layer as u32 * 1_000_000);
        let mut user_values = UserExtensionValues::default();
        if self.codec == Codec::Av1 {
            let [high, low] = self.picture.to_be_bytes();
            let mut bytes = vec![0x80, high, low];
            if head_is_key {
                bytes.resize(40, 5);
            }
            user_values.set(Descriptor(bytes));
        }
        let ext_vals = ExtensionValues {
            user_values,
            audio_level: is_audio.then_some(-20),
            voice_activity: is_audio.then_some(true),
            ..Default::default()
        };
        let write = RtpWrite::new(pt, self.seqs[layer].into(), time, now, payload)
            .marker(marker)
            .ext_vals(ext_vals)
            .nackable(!is_audio);
        if let Some(stream) = rtc
            .direct_api()
            .stream_tx_by_mid(self.mid.unwrap(), rid.map(Rid::from))
        {
            if self.seqs[layer] == 1 {
                // Browsers repeat what is asked for, however much that is.
                stream.set_rtx_cache(1_000, Duration::from_secs(3), None);
            }
            stream.write_rtp(write);
        }
    }
}

pub(super) fn kind_of(source: TrackSource) -> MediaKind {
    match source {
        TrackSource::Microphone | TrackSource::ScreenShareAudio => MediaKind::Audio,
        _ => MediaKind::Video,
    }
}
