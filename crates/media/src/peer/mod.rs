//! One peer connection: str0m in RTP mode, with what this server needs of it.

mod channels;
mod dependencies;
mod events;
mod negotiation;
mod sdp;
mod settings;
mod turns;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub(crate) use channels::{Channels, Lane, Overflow};
pub(crate) use dependencies::Dependencies;
pub(crate) use events::PeerEvent;
pub(crate) use negotiation::{NewSection, Offer};
pub(crate) use sdp::{Flow, Section, Sending, ask_for, complete_answer, sections};
pub(crate) use settings::PeerSettings;
use str0m::bwe::Bitrate;
use str0m::change::SdpPendingOffer;
use str0m::format::PayloadParams;
use str0m::media::{KeyframeRequestKind, Mid, Pt, Rid};
use str0m::net::{Protocol, Receive, TcpType, Transmit};
use str0m::rtp::{RtpWrite, Ssrc};
use str0m::{Candidate, Input, Output, Rtc, RtcConfig};
use tracing::debug;
use turns::{Turn, Turns};

/// What the estimate of a subscriber's network starts from, in bits per second. It limits nothing by itself;
/// see `room/congestion/`.
const FIRST_ESTIMATE: u64 = 2_000_000;

/// How often losses and round trips are looked at.
const STATS_EVERY: Duration = Duration::from_millis(500);

/// Packets of a stream that are kept to be repeated, at most and for how long: str0m's own numbers.
const REPEATABLE: usize = 1_000;
const REPEATABLE_FOR: Duration = Duration::from_secs(3);

/// Beyond this share of repeats in what is sent, no more are made. Where a fifth of all packets get lost, and so of the repeats and of the requests for them,
/// repeats are a fourth of what is sent; with str0m's 15 % a lost keyframe was never completed. Some bound there must be: a receiver could ask for everything,
/// again and again.
const MOST_REPEATS: f32 = 0.5;

/// What a peer connection yields when polled.
pub(crate) enum PeerOutput {
    Transmit(Transmit),
    Event(PeerEvent),
    /// Nothing more until this time.
    Wait(Instant),
    /// The connection is of no more use.
    Dead,
}

/// One peer connection.
pub(crate) struct Peer {
    rtc: Rtc,
    channels: Channels,
    pending_offer: Option<(u32, SdpPendingOffer)>,
    last_offer: u32,
    /// Whether an answer to an offer of ours was ever taken.
    is_answered: bool,
    /// When str0m wants to be called next.
    wake: Instant,
    /// str0m panicked; nothing of its state is to be relied on.
    is_broken: bool,
    turns: Turns,
}

impl Peer {
    /// A connection over the given protocol only, or over any that the server offers.
    pub(crate) fn new(settings: &PeerSettings, only: Option<Protocol>, now: Instant) -> Self {
        let mut rtc = RtcConfig::new()
            .set_crypto_provider(settings.crypto.clone())
            .set_dtls_cert(settings.certificate.clone())
            .set_ice_lite(true)
            .set_rtp_mode(true)
            .set_stats_interval(Some(STATS_EVERY))
            .clear_codecs()
            .enable_opus(true, true)
            .enable_vp8(true)
            .enable_h264(true)
            .enable_vp9(true)
            .enable_av1(true)
            .set_extension(dependencies::ID, dependencies::extension())
            .enable_bwe(Some(Bitrate::from(FIRST_ESTIMATE)))
            .build(now);
        let offered = |protocol: &Protocol| only.is_none_or(|only| only == *protocol);
        for (protocol, address) in settings
            .addresses
            .iter()
            .filter(|(protocol, _)| offered(protocol))
        {
            let candidate = match protocol {
                Protocol::Tcp => Candidate::builder()
                    .tcp()
                    .host(*address)
                    .tcptype(TcpType::Passive)
                    .build(),
                _ => Candidate::host(*address, "udp"),
            };
            match candidate {
                Ok(candidate) => _ = rtc.add_local_candidate(candidate),
                Err(error) => debug!(%address, %error, "address is no candidate"),
            }
        }
        Self {
            rtc,
            channels: Channels::default(),
            pending_offer: None,
            last_offer: 0,
            is_answered: false,
            wake: now,
            is_broken: false,
            turns: Turns::default(),
        }
    }

    /// Asks str0m something that depends on what the other side sent. `None` if it panicked: that costs this connection, which is dead from now on,
    /// and not the room. Fuzzing found an offer that does it: two sections that disagree on what a payload type stands for.
    fn contained<T>(&mut self, ask: impl FnOnce(&mut Rtc) -> T) -> Option<T> {
        if self.is_broken {
            return None;
        }
        #[cfg(any(test, feature = "fuzzing"))]
        let _contained = crate::fuzzing::Contained::begin();
        let answer = catch_unwind(AssertUnwindSafe(|| ask(&mut self.rtc))).ok();
        self.is_broken = answer.is_none();
        answer
    }

    /// The name under which the other side addresses this connection in its STUN requests. Changes with an ICE restart.
    pub(crate) fn ufrag(&mut self) -> String {
        self.rtc.direct_api().local_ice_credentials().ufrag
    }

    /// When it wants to be called, at the latest.
    pub(crate) fn wake(&self) -> Instant {
        self.wake
    }

    /// A datagram arrived.
    pub(crate) fn handle_packet(&mut self, now: Instant, receive: Receive<'_>) {
        let taken = self.contained(|rtc| rtc.handle_input(Input::Receive(now, receive)));
        if let Some(Err(error)) = taken {
            // Bytes from the network are no reason to end a call; str0m goes on with what comes next.
            debug!(%error, "packet not taken");
        }
    }

    /// Time went on.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        let taken = self.contained(|rtc| rtc.handle_input(Input::Timeout(now)));
        if let Some(Err(error)) = taken {
            debug!(%error, "time not taken");
        }
    }

    /// What is to be done; call until it says [`PeerOutput::Wait`].
    pub(crate) fn poll(&mut self, now: Instant) -> PeerOutput {
        if self.is_broken || !self.rtc.is_alive() {
            return PeerOutput::Dead;
        }
        if self.turns.is_due() {
            self.handle_timeout(now);
        }
        loop {
            let event = match self.contained(Rtc::poll_output) {
                Some(Ok(Output::Transmit(transmit))) => {
                    self.turns.sent(&transmit.contents);
                    return PeerOutput::Transmit(transmit);
                }
                Some(Ok(Output::Timeout(wake))) => {
                    let reason = self.rtc.last_timeout_reason();
                    match self.turns.next(now, wake, reason) {
                        Turn::Now => {
                            self.handle_timeout(now);
                            continue;
                        }
                        Turn::At(wake) => {
                            self.wake = wake;
                            return PeerOutput::Wait(wake);
                        }
                    }
                }
                Some(Ok(Output::Event(event))) => event,
                None => return PeerOutput::Dead,
                Some(Err(error)) => {
                    debug!(%error, "peer connection failed");
                    self.rtc.disconnect();
                    return PeerOutput::Dead;
                }
            };
            if let Some(event) = self.translate(event) {
                return PeerOutput::Event(event);
            }
        }
    }

    /// Sends data, now or as soon as the channel takes it.
    pub(crate) fn send_data(&mut self, lane: Lane, data: Arc<[u8]>) -> Result<(), Overflow> {
        self.channels.send(&mut self.rtc, lane, data)
    }

    /// The section and simulcast layer that a stream of the other side belongs to.
    pub(crate) fn stream_of(&mut self, ssrc: Ssrc) -> Option<(Mid, Option<Rid>)> {
        self.rtc
            .direct_api()
            .stream_rx(&ssrc)
            .map(|stream| (stream.mid(), stream.rid()))
    }

    /// The codec that a payload type stands for on this connection, plain or sent twice.
    pub(crate) fn params(&self, pt: Pt) -> Option<PayloadParams> {
        self.rtc
            .codec_config()
            .params()
            .iter()
            .find(|params| params.pt() == pt || params.red() == Some(pt))
            .copied()
    }

    /// How a codec of another connection is sent on this one, if the other side takes it in this section.
    pub(crate) fn matching_params(&self, mid: Mid, params: PayloadParams) -> Option<PayloadParams> {
        let found = *self.rtc.codec_config().match_params(params)?;
        let taken = self.rtc.media(mid)?.remote_pts().contains(&found.pt());
        taken.then_some(found)
    }

    /// Asks the other side for a keyframe.
    pub(crate) fn request_keyframe(&mut self, ssrc: Ssrc) {
        if let Some(stream) = self.rtc.direct_api().stream_rx(&ssrc) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
        }
    }

    /// Prepares a section for what will be written in it.
    pub(crate) fn prepare(&mut self, mid: Mid) {
        if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(mid, None) {
            // The publisher's browser has paced it. Pacing it again would only delay it: up to 400 ms were measured where the other side gives no
            // feedback to pace by. What the estimate is for is the choice of layers.
            stream.set_unpaced(true);
            stream.set_rtx_cache(REPEATABLE, REPEATABLE_FOR, Some(MOST_REPEATS));
        }
    }

    /// Sends a packet in a section, after [`Peer::prepare`].
    ///
    /// Packets only line up until the connection is polled, so that several may be written before that.
    pub(crate) fn write(&mut self, mid: Mid, payload_type: Pt, packet: RtpWrite) {
        if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(mid, None) {
            stream.write_rtp(packet);
            self.turns.written(payload_type);
        }
    }

    /// Says how much this server would like to send, in bits per second, so that the estimate is probed up to there.
    pub(crate) fn set_desired_bitrate(&mut self, bits_per_second: u64) {
        self.rtc
            .bwe()
            .set_desired_bitrate(Bitrate::from(bits_per_second));
    }

    /// Ends the connection.
    pub(crate) fn close(&mut self) {
        _ = self.contained(Rtc::disconnect);
    }
}
