//! Packets from publishers to subscribers.

use std::time::{Duration, Instant};

use str0m::media::{MediaKind, Mid, Pt};
use str0m::rtp::{ExtensionValues, RtpPacket, RtpWrite};

use super::Room;
use super::track::{Passage, TrackCodec};
use crate::forward::{CodecKind, Incoming, Layer, Payload, SenderClock, red};
use crate::ids::{ParticipantKey, PeerKey, PeerRole, TrackKey};
use crate::peer::{Dependencies, Peer};

/// What became of a packet.
#[derive(Default)]
struct Passed {
    /// Who can decode from this packet on.
    started: Vec<ParticipantKey>,
    /// Somebody waits for a keyframe of its layer, and this was not the beginning of one.
    is_awaited: bool,
}

/// Payloads that go on, in bytes: what an Ethernet frame carries, of which browsers use 1,200. str0m writes packets into 2,000 bytes (`DATAGRAM_MAX_PACKET_SIZE`)
/// and panics where headers and payload need more, which would cost each subscriber the connection.
const LARGEST_PAYLOAD: usize = 1_500;

impl Room {
    /// A packet of media arrived.
    pub(super) fn handle_media(&mut self, now: Instant, from: PeerKey, packet: RtpPacket) {
        if from.role != PeerRole::Publisher || packet.payload.len() > LARGEST_PAYLOAD {
            return;
        }
        let Some((key, layer)) = self.stream_of(from.participant, &packet) else {
            return;
        };
        if !self.count(now, key, layer, from.participant, &packet) {
            return;
        }
        let passed = self.pass_on(key, layer, &packet, &|_| true);
        for later in self.held_after(key, layer, *packet.seq_no, &passed) {
            let to = |subscriber| passed.started.contains(&subscriber);
            self.pass_on(key, layer, &later, &to);
        }
        if passed.is_awaited
            && let Some(track) = self.tracks.get_mut(&key)
        {
            track.streams[usize::from(layer)].held.keep(now, packet);
        }
    }

    /// What was held back of a layer and comes after a packet with which somebody has started.
    fn held_after(
        &mut self,
        key: TrackKey,
        layer: Layer,
        seq: u64,
        passed: &Passed,
    ) -> Vec<RtpPacket> {
        let Some(track) = self.tracks.get_mut(&key) else {
            return Vec::new();
        };
        let held = &mut track.streams[usize::from(layer)].held;
        if !passed.started.is_empty() {
            return held.take_after(seq);
        }
        if !passed.is_awaited {
            held.clear();
        }
        Vec::new()
    }

    /// Sends a packet on to those subscribers who are to have it.
    fn pass_on(
        &mut self,
        key: TrackKey,
        layer: Layer,
        packet: &RtpPacket,
        to: &dyn Fn(ParticipantKey) -> bool,
    ) -> Passed {
        let mut passed = Passed::default();
        let Some(track) = self.tracks.get(&key) else {
            return passed;
        };
        let Some(codec) = track.codec else {
            return passed;
        };
        let dependencies = if codec.kind == CodecKind::Av1 {
            Dependencies::of(&packet.header.ext_vals)
        } else {
            None
        };
        let incoming = Incoming {
            layer,
            seq: *packet.seq_no,
            time: packet.header.timestamp,
            clock: packet.last_sender_info.map(|info| SenderClock {
                wall: info.ntp_time,
                time: info.rtp_time.numer() as u32,
            }),
            arrived: packet.timestamp,
            payload: Payload::read(codec.kind, &packet.payload),
            number: dependencies.as_deref().map(Dependencies::number),
        };
        let ext_vals = extensions(&packet.header.ext_vals);
        for subscriber in track.subscribers.iter().filter(|one| to(**one)) {
            let Some(participant) = self.participants.get_mut(subscriber) else {
                continue;
            };
            let Some(subscription) = participant.subscriptions.get_mut(key) else {
                continue;
            };
            let Some(mid) = subscription.mid else {
                continue;
            };
            let was_awaited = subscription.forwarder.wanted_keyframe() == Some(layer);
            let forwarded = subscription.forwarder.forward(&incoming);
            let is_awaited = subscription.forwarder.wanted_keyframe() == Some(layer);
            passed.is_awaited |= is_awaited;
            if was_awaited && !is_awaited {
                passed.started.push(*subscriber);
            }
            let Some(outgoing) = forwarded else {
                continue;
            };
            let arrives_as = packet.header.payload_type;
            let receiver = participant.connections.receiver();
            let known = subscription.passage.filter(|one| one.from == arrives_as);
            let Some(passage) = known.or_else(|| passage(receiver, mid, codec, arrives_as)) else {
                continue;
            };
            if known.is_none() {
                receiver.prepare(mid);
                subscription.passage = Some(passage);
            }
            let payload = if passage.only_primary {
                match red::primary(&packet.payload) {
                    Some(primary) => primary.into(),
                    None => continue,
                }
            } else {
                packet.payload.clone()
            };
            let mut ext_vals = ext_vals.clone();
            if let (Some(dependencies), Some(number)) = (&dependencies, outgoing.number) {
                let numbered = dependencies.clone().numbered(number);
                ext_vals.user_values.set_arc(numbered);
            }
            let mut write = RtpWrite::new(
                passage.to,
                outgoing.seq.into(),
                outgoing.time,
                packet.timestamp,
                payload,
            )
            .marker(packet.header.marker)
            .ext_vals(ext_vals)
            .nackable(track.kind == MediaKind::Video);
            if let Some(patch) = outgoing
                .picture
                .and_then(|picture| incoming.payload.patch(picture))
            {
                write = write.vp8_patch(patch);
            }
            receiver.write(mid, passage.to, write);
            self.dirty.insert(participant.receiver_key());
        }
        passed
    }

    /// Which layer of which track a packet belongs to. Packets of no announced track are nobody's.
    fn stream_of(&mut self, from: ParticipantKey, packet: &RtpPacket) -> Option<(TrackKey, Layer)> {
        let participant = self.participants.get_mut(&from)?;
        let ssrc = packet.header.ssrc;
        if let Some(known) = participant.publications.stream(ssrc) {
            return Some(known);
        }
        let (mid, rid) = participant.connections.publisher.stream_of(ssrc)?;
        let key = participant
            .publications
            .tracks(&self.tracks)
            .find(|track| track.mid == Some(mid))?
            .key;
        let layer = match rid.as_deref() {
            Some("h") => 1,
            Some("f") => 2,
            _ => 0,
        };
        if !participant.publications.add_stream(ssrc, (key, layer)) {
            return None;
        }
        let track = self.tracks.get_mut(&key)?;
        let stream = &mut track.streams[usize::from(layer)];
        if stream.ssrc.replace(ssrc).is_some() {
            // The publisher began anew: other numbers from here on.
            self.each_forwarder(key, |forwarder| forwarder.restart(layer));
        }
        Some((key, layer))
    }

    /// Notes that a packet came. Says whether it may go on.
    fn count(
        &mut self,
        now: Instant,
        key: TrackKey,
        layer: Layer,
        from: ParticipantKey,
        packet: &RtpPacket,
    ) -> bool {
        let Some(track) = self.tracks.get_mut(&key) else {
            return false;
        };
        if track.info.muted {
            return false;
        }
        let pt = packet.header.payload_type;
        if track.codec.is_none_or(|codec| !codec.is_carried_as(pt)) {
            let params = self
                .participants
                .get(&from)
                .and_then(|participant| participant.connections.publisher.params(pt));
            let Some(params) = params else { return false };
            track.codec = Some(TrackCodec {
                params,
                kind: CodecKind::from(params.spec().codec),
            });
        }
        let stream = &mut track.streams[usize::from(layer)];
        let began = stream
            .last_packet
            .is_none_or(|last| now.saturating_duration_since(last) > Duration::from_secs(1));
        stream.last_packet = Some(now);
        stream.rate.count(now, packet.payload.len());
        if let Some(level) = packet.header.ext_vals.audio_level {
            track
                .loudness
                .count(level, packet.header.ext_vals.voice_activity);
        }
        if began {
            self.refresh_layers(now);
        }
        true
    }
}

/// How packets of this payload type go on over a subscriber's connection; `None` if the other side does not take the codec.
fn passage(receiver: &Peer, mid: Mid, codec: TrackCodec, from: Pt) -> Option<Passage> {
    let found = receiver.matching_params(mid, codec.params)?;
    // The blocks of RED name the plain payload type too, so it must be the same on both sides.
    let red = found
        .red()
        .filter(|_| codec.params.red() == Some(from) && found.pt() == codec.params.pt());
    Some(Passage {
        from,
        to: red.unwrap_or(found.pt()),
        only_primary: codec.params.red() == Some(from) && red.is_none(),
    })
}

/// What of a packet's header extensions is for subscribers. The others belong to the connection that they came over.
fn extensions(values: &ExtensionValues) -> ExtensionValues {
    ExtensionValues {
        audio_level: values.audio_level,
        voice_activity: values.voice_activity,
        video_orientation: values.video_orientation,
        video_content_type: values.video_content_type,
        play_delay_min: values.play_delay_min,
        play_delay_max: values.play_delay_max,
        ..Default::default()
    }
}
