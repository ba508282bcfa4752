//! The ways that media takes to the server: UDP and TCP, IPv4 and IPv6.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use livekit_protocol::signal_response::Message;
use str0m::change::SdpAnswer;
use str0m::channel::ChannelConfig;
use str0m::crypto::from_feature_flags;
use str0m::net::{Protocol, Receive, TcpType};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::{sleep_until, timeout};
use trialogue_media::Config;

use crate::support::{KEY, SECRET, TestServer, join, token};

/// A socket to the server, over either protocol.
enum Line {
    Udp(UdpSocket),
    /// With what was read and is no whole datagram yet.
    Tcp(TcpStream, Vec<u8>),
}

impl Line {
    async fn open(protocol: Protocol, to: SocketAddr) -> Self {
        if protocol == Protocol::Tcp {
            return Self::Tcp(TcpStream::connect(to).await.unwrap(), Vec::new());
        }
        let socket = UdpSocket::bind((to.ip(), 0)).await.unwrap();
        socket.connect(to).await.unwrap();
        Self::Udp(socket)
    }

    fn address(&self) -> SocketAddr {
        match self {
            Self::Udp(socket) => socket.local_addr().unwrap(),
            Self::Tcp(stream, _) => stream.local_addr().unwrap(),
        }
    }

    async fn send(&mut self, datagram: &[u8]) {
        match self {
            Self::Udp(socket) => _ = socket.send(datagram).await.unwrap(),
            Self::Tcp(stream, _) => {
                stream.write_u16(datagram.len() as u16).await.unwrap();
                stream.write_all(datagram).await.unwrap();
            }
        }
    }

    async fn receive(&mut self) -> Vec<u8> {
        match self {
            Self::Udp(socket) => {
                let mut bytes = vec![0; 2_048];
                let length = socket.recv(&mut bytes).await.unwrap();
                bytes.truncate(length);
                bytes
            }
            Self::Tcp(stream, read) => loop {
                if let [high, low, rest @ ..] = read.as_slice() {
                    let length = usize::from(u16::from_be_bytes([*high, *low]));
                    if let Some(datagram) = rest.get(..length) {
                        let datagram = datagram.to_vec();
                        read.drain(..2 + length);
                        return datagram;
                    }
                }
                assert_ne!(stream.read_buf(read).await.unwrap(), 0, "hung up");
            },
        }
    }
}

/// A client's side of a connection.
fn client(protocol: Protocol, own: SocketAddr) -> Rtc {
    let mut rtc = RtcConfig::new()
        .set_crypto_provider(Arc::new(from_feature_flags()))
        .build(Instant::now());
    let candidate = if protocol == Protocol::Tcp {
        Candidate::builder()
            .tcp()
            .host(own)
            .tcptype(TcpType::Active)
            .build()
    } else {
        Candidate::host(own, "udp")
    };
    rtc.add_local_candidate(candidate.unwrap());
    rtc
}

/// Lets a connection run until it stands.
async fn connected(mut rtc: Rtc, mut line: Line, protocol: Protocol, server: SocketAddr) {
    let own = line.address();
    loop {
        let wake = match rtc.poll_output().unwrap() {
            Output::Transmit(transmit) => {
                // A browser tries all candidates; here there is a line to one of them.
                if transmit.destination == server && transmit.proto == protocol {
                    line.send(&transmit.contents).await;
                }
                continue;
            }
            Output::Event(Event::Connected) => return,
            Output::Event(_) => continue,
            Output::Timeout(wake) => wake,
        };
        tokio::select! {
            bytes = line.receive() => {
                let receive = Receive::new(protocol, server, own, &bytes).unwrap();
                rtc.handle_input(Input::Receive(Instant::now(), receive)).unwrap();
            }
            () = sleep_until(wake.into()) => rtc.handle_input(Input::Timeout(Instant::now())).unwrap(),
        }
    }
}

/// Somebody comes in and connects over one of the ways that the server announces.
async fn comes_through(server: &TestServer, protocol: Protocol, to: SocketAddr) {
    let line = Line::open(protocol, to).await;
    let mut rtc = client(protocol, line.address());
    let mut changes = rtc.sdp_api();
    changes.add_channel_with_config(ChannelConfig {
        label: "_reliable".into(),
        ..Default::default()
    });
    let (offer, pending) = changes.apply().unwrap();
    let identity = format!("{protocol:?} {to}");
    let mut signal = server
        .connect_offering(&token(&identity, join("r")), &offer.to_sdp_string())
        .await
        .unwrap();
    let answer = signal
        .wait_for(|message| match message {
            Message::Answer(answer) => Some(answer.sdp),
            _ => None,
        })
        .await;
    let kind = if protocol == Protocol::Tcp {
        "tcp"
    } else {
        "udp"
    };
    assert!(
        answer.lines().any(|line| line.starts_with("a=candidate")
            && line.to_lowercase().contains(kind)
            && line.contains(&format!(" {} {} ", to.ip(), to.port()))),
        "{identity} is announced in\n{answer}"
    );
    let answer = SdpAnswer::from_sdp_string(&answer).unwrap();
    rtc.sdp_api().accept_answer(pending, answer).unwrap();
    timeout(Duration::from_secs(20), connected(rtc, line, protocol, to))
        .await
        .unwrap_or_else(|_| panic!("{identity} connects"));
}

#[tokio::test]
async fn media_comes_over_udp_and_tcp_by_ipv4_and_ipv6() {
    let config = |local: &str, announced: &[&str]| Config {
        udp: local.parse().unwrap(),
        tcp: Some(local.parse().unwrap()),
        announced: announced.iter().map(|ip| ip.parse().unwrap()).collect(),
        ..Config::new(KEY, SECRET)
    };
    // Each family on a socket of its own, and both on one.
    for (local, announced) in [
        ("127.0.0.1:0", &["127.0.0.1"][..]),
        ("[::1]:0", &["::1"]),
        ("[::]:0", &["127.0.0.1", "::1"]),
    ] {
        let server = TestServer::with_config(config(local, announced)).await;
        let (udp, tcp) = (
            server.media.udp_address(),
            server.media.tcp_address().unwrap(),
        );
        for ip in announced {
            let ip = ip.parse().unwrap();
            comes_through(&server, Protocol::Udp, SocketAddr::new(ip, udp.port())).await;
            comes_through(&server, Protocol::Tcp, SocketAddr::new(ip, tcp.port())).await;
        }
    }
}
