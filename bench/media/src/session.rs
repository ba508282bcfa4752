//! One WebRTC session over its own UDP socket, while it is being set up; afterwards the load takes it over.

use std::net::{IpAddr, SocketAddr};
use std::sync::OnceLock;
use std::time::Instant;

use anyhow::{Context, Result, anyhow};
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::config::DtlsCert;
use str0m::format::Codec;
use str0m::media::{Direction, MediaKind, Mid, Pt};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{Extension, ExtensionMap};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};
use tokio::net::UdpSocket;

use crate::count::Header;
use crate::load::{Client, Link, Send};
use crate::stream::Kind;

pub struct Session {
    rtc: Rtc,
    socket: UdpSocket,
    local: SocketAddr,
    pending: Option<SdpPendingOffer>,
    sections: Vec<(Kind, Mid)>,
    pub connected: bool,
    /// When the first media packet came.
    pub first_media: Option<Instant>,
}

/// One certificate for all: making one costs more than a join.
fn certificate() -> Result<DtlsCert> {
    static CERTIFICATE: OnceLock<DtlsCert> = OnceLock::new();
    if let Some(certificate) = CERTIFICATE.get() {
        return Ok(certificate.clone());
    }
    let made = str0m::crypto::from_feature_flags()
        .dtls_provider
        .generate_certificate()
        .context("no certificate")?;
    Ok(CERTIFICATE.get_or_init(|| made).clone())
}

impl Session {
    /// `feedback`: whether the session will tell the server about every packet (transport-wide congestion control), as a browser does.
    pub async fn new(address: IpAddr, feedback: bool) -> Result<Session> {
        let socket = UdpSocket::bind((address, 0)).await?;
        let local = socket.local_addr()?;
        let mut extensions = ExtensionMap::empty();
        extensions.set(1, Extension::AudioLevel);
        extensions.set(2, Extension::AbsoluteSendTime);
        if feedback {
            extensions.set(3, Extension::TransportSequenceNumber);
        }
        extensions.set(4, Extension::RtpMid);
        let mut rtc = RtcConfig::new()
            .set_dtls_cert(certificate()?)
            .set_rtp_mode(true)
            .clear_codecs()
            .enable_opus(true, false)
            .enable_vp8(true)
            .set_extension_map(extensions)
            .build(Instant::now());
        rtc.add_local_candidate(Candidate::host(local, "udp")?);
        Ok(Session {
            rtc,
            socket,
            local,
            pending: None,
            sections: Vec::new(),
            connected: false,
            first_media: None,
        })
    }

    /// An offer with these sections added; `channel` also opens the data channels that LiveKit's clients open.
    pub fn offer(
        &mut self,
        sections: &[(Kind, Direction, String)],
        channel: bool,
    ) -> Option<String> {
        let mut changes = self.rtc.sdp_api();
        if channel {
            changes.add_channel("_reliable".to_owned());
        }
        for (kind, direction, name) in sections {
            let media = match kind {
                Kind::Audio => MediaKind::Audio,
                Kind::Video => MediaKind::Video,
            };
            let track = (*direction == Direction::SendOnly).then(|| name.clone());
            let mid = changes.add_media(media, *direction, track.clone(), track, None);
            if *direction == Direction::SendOnly {
                self.sections.push((*kind, mid));
            }
        }
        let (offer, pending) = changes.apply()?;
        // An offer replaces one that is not answered yet.
        self.pending = Some(pending);
        Some(offer.to_sdp_string())
    }

    pub fn answered(&mut self, sdp: &str) -> Result<()> {
        let pending = self.pending.take().context("an answer to no offer")?;
        self.rtc
            .sdp_api()
            .accept_answer(pending, SdpAnswer::from_sdp_string(sdp)?)?;
        Ok(())
    }

    pub fn answer(&mut self, sdp: &str) -> Result<String> {
        Ok(self
            .rtc
            .sdp_api()
            .accept_offer(SdpOffer::from_sdp_string(sdp)?)?
            .to_sdp_string())
    }

    pub fn remote_candidate(&mut self, text: &str) -> Result<()> {
        // Candidates over TCP and IPv6 are of no use to a UDP socket on IPv4.
        if let Ok(candidate) = Candidate::from_sdp_string(text)
            && candidate.proto() == Protocol::Udp
            && candidate.addr().is_ipv4() == self.local.is_ipv4()
        {
            self.rtc.add_remote_candidate(candidate);
        }
        Ok(())
    }

    /// Runs the session until something happened that setting up may depend on. May be dropped at any time.
    pub async fn step(&mut self) -> Result<()> {
        let mut buffer = [0u8; 2_000];
        loop {
            let until = loop {
                match self.rtc.poll_output()? {
                    Output::Timeout(until) => break until,
                    Output::Transmit(packet) => {
                        // A full or refused send is a lost packet, which every part of this survives.
                        let _ = self
                            .socket
                            .try_send_to(&packet.contents, packet.destination);
                    }
                    Output::Event(Event::Connected) => {
                        self.connected = true;
                        return Ok(());
                    }
                    Output::Event(_) => {}
                }
            };
            let received =
                tokio::time::timeout_at(until.into(), self.socket.recv_from(&mut buffer)).await;
            let now = Instant::now();
            let Ok(received) = received else {
                self.rtc.handle_input(Input::Timeout(now))?;
                continue;
            };
            let (length, source) = received?;
            let Some(packet) = buffer.get(..length) else {
                continue;
            };
            if Header::of(packet).is_some() && self.first_media.is_none() {
                self.first_media = Some(now);
                return Ok(());
            }
            if let Ok(contents) = packet.try_into() {
                let receive = Receive {
                    proto: Protocol::Udp,
                    source,
                    destination: self.local,
                    contents,
                };
                self.rtc.handle_input(Input::Receive(now, receive))?;
            }
        }
    }

    /// Hands the session over to the load, as subscriber or as the publisher with this place in the room.
    pub fn into_client(self, room: usize, place: Option<usize>, feedback: bool) -> Result<Client> {
        let number = |codec: Codec| -> Option<Pt> {
            self.rtc
                .codec_config()
                .params()
                .iter()
                .find(|p| p.spec().codec == codec)
                .map(|p| p.pt())
        };
        let (audio, video) = (number(Codec::Opus), number(Codec::Vp8));
        let mut sends = Vec::new();
        for &(kind, mid) in &self.sections {
            let pt = match kind {
                Kind::Audio => audio,
                Kind::Video => video,
            };
            sends.push(Send {
                kind,
                mid,
                pt: pt.ok_or_else(|| anyhow!("no codec for {kind:?}"))?,
            });
        }
        let kinds = [(audio, Kind::Audio), (video, Kind::Video)];
        let kinds = kinds
            .into_iter()
            .filter_map(|(pt, kind)| pt.map(|pt| (*pt, kind)))
            .collect();
        let socket = self.socket.into_std()?;
        let link = Link::WebRtc {
            rtc: Box::new(self.rtc),
            local: self.local,
            sends,
            feedback,
        };
        Ok(Client {
            room,
            place,
            socket,
            link,
            kinds,
        })
    }
}
