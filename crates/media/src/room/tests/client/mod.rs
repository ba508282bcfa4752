//! A test double of a browser with LiveKit's client: str0m and the signalling, nothing of this crate's own.

mod descriptors;
mod publishing;
mod received;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use descriptors::Descriptor;
use livekit_protocol::{
    self as proto, SessionDescription, SignalRequest, SignalResponse, TrackSource, signal_request,
    signal_response,
};
use publishing::{Publication, kind_of};
use received::Received;
use str0m::change::{SdpAnswer, SdpApi, SdpOffer, SdpPendingOffer};
use str0m::channel::{ChannelConfig, ChannelId, Reliability};
use str0m::crypto::from_feature_flags;
use str0m::media::{
    Direction, KeyframeRequestKind, MediaKind, Mid, Rid, Simulcast, SimulcastLayer,
};
use str0m::net::{Protocol, Receive, Transmit};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};

use super::screen::{Piece, Screen};
use crate::ids::SessionId;

/// What gets lost of the talk about an offer of the server's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::room::tests) enum Lost {
    Offer,
    Answer,
}

/// A peer connection of a client.
pub(in crate::room::tests) struct Pc {
    pub rtc: Rtc,
    pub address: SocketAddr,
    pub wake: Instant,
    pending: Option<SdpPendingOffer>,
}

pub(in crate::room::tests) struct Client {
    pub session: SessionId,
    pub identity: String,
    pub publisher: Pc,
    pub subscriber: Option<Pc>,
    pub outbox: VecDeque<SignalRequest>,
    pub inbox: Vec<signal_response::Message>,
    pub closed: bool,
    pub publications: Vec<Publication>,
    /// Packets by the id of their track.
    pub received: BTreeMap<String, Received>,
    pub data: Vec<proto::DataPacket>,
    channels: HashMap<ChannelId, String>,
    sections: Vec<Mid>,
    tracks: HashMap<String, String>,
    offer_due: bool,
    offers: u32,
    wanted_sections: (u32, u32),
    /// Does not answer what the server offers or asks.
    pub silent: bool,
    /// What never arrives of the talk about each offer of the server's.
    pub lost: Option<Lost>,
    /// Sends the pings by which a server knows that a client is there.
    pub pings: bool,
    pub connected: bool,
}

impl Pc {
    fn new(address: SocketAddr, now: Instant) -> Self {
        let mut rtc = RtcConfig::new()
            .set_crypto_provider(Arc::new(from_feature_flags()))
            .set_rtp_mode(true)
            .clear_codecs()
            .enable_opus(true, false)
            .enable_vp8(true)
            .enable_av1(true)
            .set_extension(9, descriptors::extension())
            .build(now);
        rtc.add_local_candidate(Candidate::host(address, "udp").unwrap());
        Self {
            rtc,
            address,
            wake: now,
            pending: None,
        }
    }
}

fn add_channels(changes: &mut SdpApi<'_>) {
    changes.add_channel_with_config(ChannelConfig {
        label: "_reliable".into(),
        ..Default::default()
    });
    let reliability = Reliability::MaxRetransmits { retransmits: 0 };
    changes.add_channel_with_config(ChannelConfig {
        label: "_lossy".into(),
        ordered: false,
        reliability,
        ..Default::default()
    });
}

impl Client {
    pub(in crate::room::tests) fn new(
        session: SessionId,
        identity: &str,
        number: u8,
        single_peer: bool,
        now: Instant,
    ) -> Self {
        let address = |port| SocketAddr::from(([10, 0, 0, number], port));
        Self {
            session,
            identity: identity.into(),
            publisher: Pc::new(address(5_000), now),
            subscriber: (!single_peer).then(|| Pc::new(address(5_001), now)),
            outbox: VecDeque::new(),
            inbox: Vec::new(),
            closed: false,
            publications: Vec::new(),
            received: BTreeMap::new(),
            data: Vec::new(),
            channels: HashMap::new(),
            sections: Vec::new(),
            tracks: HashMap::new(),
            offer_due: false,
            offers: 0,
            wanted_sections: (
                if single_peer { 3 } else { 0 },
                if single_peer { 3 } else { 0 },
            ),
            silent: false,
            lost: None,
            pings: true,
            connected: false,
        }
    }

    /// Makes an offer of all that is to change.
    pub(in crate::room::tests) fn offer(&mut self) -> SessionDescription {
        let mut changes = self.publisher.rtc.sdp_api();
        if self.offers == 0 {
            add_channels(&mut changes);
        }
        for section in &self.sections {
            // A browser's transceiver stays willing to receive whatever was answered.
            changes.set_direction(*section, Direction::RecvOnly);
        }
        let (audios, videos) = std::mem::take(&mut self.wanted_sections);
        for (count, kind) in [(audios, MediaKind::Audio), (videos, MediaKind::Video)] {
            for _ in 0..count {
                self.sections
                    .push(changes.add_media(kind, Direction::RecvOnly, None, None, None));
            }
        }
        for publication in self
            .publications
            .iter_mut()
            .filter(|one| one.mid.is_none() && one.sid.is_some())
        {
            let kind = kind_of(publication.source);
            let send = publication
                .rids
                .iter()
                .map(|rid| SimulcastLayer::new(rid))
                .collect();
            let simulcast = (!publication.rids.is_empty()).then_some(Simulcast {
                send,
                recv: Vec::new(),
            });
            publication.mid = Some(changes.add_media(
                kind,
                Direction::SendOnly,
                Some("stream".into()),
                Some(publication.cid.clone()),
                simulcast,
            ));
        }
        self.offer_due = false;
        self.offers += 1;
        let (offer, pending) = changes.apply().expect("there is something to offer");
        self.publisher.pending = Some(pending);
        SessionDescription {
            r#type: "offer".into(),
            sdp: offer.to_sdp_string(),
            id: self.offers,
            ..Default::default()
        }
    }

    pub(in crate::room::tests) fn say(&mut self, message: signal_request::Message) {
        self.outbox.push_back(SignalRequest {
            message: Some(message),
        });
    }

    fn offer_if_possible(&mut self) {
        if self.offer_due && self.publisher.pending.is_none() {
            let offer = self.offer();
            self.say(signal_request::Message::Offer(offer));
        }
    }

    pub(in crate::room::tests) fn handle_signal(&mut self, response: SignalResponse) {
        let Some(message) = response.message else {
            return;
        };
        self.inbox.push(message.clone());
        if self.silent {
            return;
        }
        use signal_response::Message;
        match message {
            Message::Answer(answer) => {
                let pending = self
                    .publisher
                    .pending
                    .take()
                    .expect("an answer to an offer");
                self.tracks.extend(answer.mid_to_track_id);
                let answer = SdpAnswer::from_sdp_string(&answer.sdp).unwrap();
                self.publisher
                    .rtc
                    .sdp_api()
                    .accept_answer(pending, answer)
                    .unwrap();
                self.offer_if_possible();
            }
            Message::Offer(_) if self.lost == Some(Lost::Offer) => {}
            Message::Offer(offer) => {
                self.tracks.extend(offer.mid_to_track_id);
                let subscriber = self
                    .subscriber
                    .as_mut()
                    .expect("only v0 clients are offered");
                let answer = subscriber
                    .rtc
                    .sdp_api()
                    .accept_offer(SdpOffer::from_sdp_string(&offer.sdp).unwrap())
                    .unwrap();
                if self.lost == Some(Lost::Answer) {
                    return;
                }
                let sdp = answer.to_sdp_string();
                self.say(signal_request::Message::Answer(SessionDescription {
                    r#type: "answer".into(),
                    sdp,
                    id: offer.id,
                    ..Default::default()
                }));
            }
            Message::MediaSectionsRequirement(requirement) => {
                self.wanted_sections.0 += requirement.num_audios;
                self.wanted_sections.1 += requirement.num_videos;
                self.offer_due = true;
                self.offer_if_possible();
            }
            Message::TrackPublished(published) => {
                if let Some(publication) = self
                    .publications
                    .iter_mut()
                    .find(|one| one.cid == published.cid)
                {
                    publication.sid = published.track.map(|track| track.sid);
                }
                self.offer_due = true;
                self.offer_if_possible();
            }
            Message::Mute(mute) => {
                if let Some(publication) = self
                    .publications
                    .iter_mut()
                    .find(|one| one.sid.as_ref() == Some(&mute.sid))
                {
                    publication.muted = mute.muted && !publication.deaf;
                }
            }
            Message::TrackUnpublished(gone) => self
                .publications
                .retain(|one| one.deaf || one.sid.as_ref() != Some(&gone.track_sid)),
            _ => {}
        }
    }

    pub(in crate::room::tests) fn pcs(&mut self) -> impl Iterator<Item = &mut Pc> {
        std::iter::once(&mut self.publisher).chain(self.subscriber.as_mut())
    }

    pub(in crate::room::tests) fn owns(&self, address: SocketAddr) -> bool {
        self.publisher.address == address
            || self
                .subscriber
                .as_ref()
                .is_some_and(|pc| pc.address == address)
    }

    pub(in crate::room::tests) fn next_wake(&mut self) -> Instant {
        let media = self
            .publications
            .iter()
            .filter(|one| one.mid.is_some())
            .map(|one| one.next)
            .min();
        let pcs = self.pcs().map(|pc| pc.wake).min().unwrap();
        media
            .filter(|_| self.connected)
            .map_or(pcs, |media| media.min(pcs))
    }

    pub(in crate::room::tests) fn handle_datagram(
        &mut self,
        now: Instant,
        from: SocketAddr,
        to: SocketAddr,
        bytes: &[u8],
    ) {
        if let Some(pc) = self.pcs().find(|pc| pc.address == to) {
            let receive = Receive::new(Protocol::Udp, from, to, bytes).unwrap();
            pc.rtc.handle_input(Input::Receive(now, receive)).unwrap();
        }
    }

    pub(in crate::room::tests) fn handle_timeout(&mut self, now: Instant) {
        self.produce(now);
        for pc in self.pcs().filter(|pc| pc.wake <= now) {
            pc.rtc.handle_input(Input::Timeout(now)).unwrap();
        }
    }

    /// Does what its connections say; returns what they send.
    pub(in crate::room::tests) fn poll(&mut self, now: Instant) -> Vec<Transmit> {
        let mut sent = Vec::new();
        for publisher in [true, false] {
            loop {
                let pc = if publisher {
                    Some(&mut self.publisher)
                } else {
                    self.subscriber.as_mut()
                };
                let Some(pc) = pc else { break };
                match pc.rtc.poll_output() {
                    Ok(Output::Transmit(transmit)) => sent.push(transmit),
                    Ok(Output::Timeout(wake)) if wake <= now => {
                        pc.rtc.handle_input(Input::Timeout(now)).unwrap()
                    }
                    Ok(Output::Timeout(wake)) => {
                        pc.wake = wake;
                        break;
                    }
                    Ok(Output::Event(event)) => self.handle_event(now, publisher, event),
                    Err(error) => {
                        // Nobody answers: a browser gives up too.
                        assert!(self.silent, "{}: {error}", self.identity);
                        pc.wake = now + Duration::from_secs(3_600);
                        break;
                    }
                }
            }
        }
        sent
    }

    fn handle_event(&mut self, now: Instant, publisher: bool, event: Event) {
        match event {
            Event::Connected => self.connected |= publisher,
            Event::ChannelOpen(id, label) => _ = self.channels.insert(id, label),
            Event::ChannelData(data) => self
                .data
                .push(prost::Message::decode(data.data.as_slice()).unwrap()),
            Event::KeyframeRequest(request) => {
                let layer = request.rid.map_or(0, |rid| layer_of(&rid));
                for publication in self
                    .publications
                    .iter_mut()
                    .filter(|one| one.mid == Some(request.mid))
                {
                    publication.keyframes[layer] = true;
                }
            }
            Event::RtpPacket(packet) => {
                let pc = if publisher {
                    &mut self.publisher
                } else {
                    self.subscriber.as_mut().unwrap()
                };
                let mid = pc
                    .rtc
                    .direct_api()
                    .stream_rx(&packet.header.ssrc)
                    .unwrap()
                    .mid();
                let track = self
                    .tracks
                    .get(&mid.to_string())
                    .cloned()
                    .unwrap_or_default();
                let received = self.received.entry(track).or_default();
                let payload = &packet.payload;
                if payload.is_empty() {
                    return;
                }
                let body = if payload[0] == 0xa0 {
                    &payload[1..]
                } else {
                    &payload[7..]
                };
                // The bit stands for the beginning of a picture in the heads of both codecs; see `send_picture`.
                let starts = payload[0] & 0x10 != 0;
                received.keyframes += usize::from(starts && payload[6] == 0);
                if let Some(Descriptor(bytes)) = packet.header.ext_vals.user_values.get() {
                    received.descriptors.push(bytes.clone());
                }
                received.seqs.push(*packet.seq_no);
                received.times.push(packet.header.timestamp);
                received
                    .packets
                    .push((body[0], u32::from_be_bytes(body[1..5].try_into().unwrap())));
                received.last = Some(now);
                if payload[0] == 0xa0 {
                    return;
                }
                let piece = Piece {
                    starts,
                    keyframe: starts && payload[6] == 0,
                    ends: packet.header.marker,
                };
                received.screen.handle_packet(now, *packet.seq_no, piece);
                if received.screen.asks(now)
                    && let Some(stream) = pc.rtc.direct_api().stream_rx(&packet.header.ssrc)
                {
                    stream.request_keyframe(KeyframeRequestKind::Pli);
                }
            }
            _ => {}
        }
    }

    /// Sends a data packet on a channel.
    pub(in crate::room::tests) fn send_data(&mut self, label: &str, packet: &proto::DataPacket) {
        let bytes = prost::Message::encode_to_vec(packet);
        self.send_bytes(label, &bytes);
    }

    pub(in crate::room::tests) fn send_bytes(&mut self, label: &str, bytes: &[u8]) {
        let id = *self
            .channels
            .iter()
            .find(|(_, open)| *open == label)
            .expect("an open channel")
            .0;
        assert!(
            self.publisher
                .rtc
                .channel(id)
                .unwrap()
                .write(true, bytes)
                .unwrap()
        );
    }

    /// The last thing it was told about somebody.
    pub(in crate::room::tests) fn knows(&self, identity: &str) -> Option<proto::ParticipantInfo> {
        let infos = self.inbox.iter().flat_map(|message| match message {
            signal_response::Message::Join(join) => join.other_participants.clone(),
            signal_response::Message::Update(update) => update.participants.clone(),
            _ => Vec::new(),
        });
        infos.rev().find(|info| info.identity == identity)
    }

    /// What it received of a track of somebody's.
    pub(in crate::room::tests) fn of(&self, publisher: &Client, source: TrackSource) -> &Received {
        static NOTHING: Received = Received {
            seqs: Vec::new(),
            packets: Vec::new(),
            times: Vec::new(),
            keyframes: 0,
            last: None,
            screen: Screen::new(),
            descriptors: Vec::new(),
        };
        let publication = publisher
            .publications
            .iter()
            .find(|one| one.source == source);
        publication
            .and_then(|one| self.received.get(one.sid.as_ref()?))
            .unwrap_or(&NOTHING)
    }
}

fn layer_of(rid: &Rid) -> usize {
    match &**rid {
        "h" => 1,
        "f" => 2,
        _ => 0,
    }
}
