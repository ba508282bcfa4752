//! The one UDP socket.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use socket2::{Domain, Protocol as SocketProtocol, Socket, Type};
use str0m::net::Protocol;
use tokio::net::UdpSocket;

use super::registry::Registry;
use super::room_task::Packet;
use super::routes::{Addresses, Via, deliver};

/// What the system may hold for us, in bytes: about 100 ms of 300 Mbit/s.
const BUFFER: usize = 4 * 1024 * 1024;

/// No datagram of media is larger.
const LARGEST: usize = 2_048;

/// So many datagrams are read before other tasks get a turn.
const BATCH: usize = 64;

/// Opens the socket. On an unspecified IPv6 address it serves IPv4 too.
pub(super) fn bind(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::DGRAM,
        Some(SocketProtocol::UDP),
    )?;
    if address.is_ipv6() && address.ip().is_unspecified() {
        socket.set_only_v6(false)?;
    }
    // The system may grant less; then bursts are lost earlier, and repaired as any loss.
    _ = socket.set_recv_buffer_size(BUFFER);
    _ = socket.set_send_buffer_size(BUFFER);
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    UdpSocket::from_std(socket.into())
}

/// Reads datagrams and hands each to its room.
pub(super) async fn read(socket: Arc<UdpSocket>, registry: Arc<Registry>) {
    let mut addresses = Addresses::default();
    let mut buffer = [0; LARGEST];
    while socket.readable().await.is_ok() {
        for _ in 0..BATCH {
            match socket.try_recv_from(&mut buffer) {
                Ok((length, from)) => {
                    let from = SocketAddr::new(from.ip().to_canonical(), from.port());
                    let datagram = &buffer[..length];
                    if let Some(route) = addresses.find(&registry.routes, from, datagram) {
                        let via = Via {
                            protocol: Protocol::Udp,
                            from,
                        };
                        deliver(
                            &route,
                            Packet {
                                peer: route.peer,
                                via,
                                at: Instant::now(),
                                bytes: datagram.into(),
                            },
                        );
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                // Somebody's port is closed: says the system about a datagram sent earlier.
                Err(_) => {}
            }
        }
        tokio::task::yield_now().await;
    }
}

/// Sends a datagram. One that the system does not take at once is lost.
pub(super) fn send(socket: &UdpSocket, is_ipv6: bool, to: SocketAddr, datagram: &[u8]) {
    let ip = match to.ip() {
        IpAddr::V4(ip) if is_ipv6 => IpAddr::V6(ip.to_ipv6_mapped()),
        ip => ip,
    };
    _ = socket.try_send_to(datagram, SocketAddr::new(ip, to.port()));
}
