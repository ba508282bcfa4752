//! The one UDP socket.

use std::io::{self, IoSliceMut};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use quinn_udp::{BATCH_SIZE, RecvMeta, Transmit, UdpSocketState};
use socket2::{Domain, Protocol as SocketProtocol, Socket, Type};
use str0m::net::Protocol;
use tokio::net::UdpSocket;
use tokio::time::sleep_until;

use super::registry::Registry;
use super::room_task::Packet;
use super::routes::{Addresses, Via, deliver};

/// How often the socket is read if it cannot be watched.
const PAUSE_UNWATCHED: Duration = Duration::from_millis(20);

/// What the system may hold for us, in bytes: about 100 ms of 300 Mbit/s.
const BUFFER: usize = 4 * 1024 * 1024;

/// No datagram of media is larger.
pub(super) const LARGEST: usize = 2_048;

/// The system hands over at most this much at once where it joins datagrams.
const LARGEST_JOINED: usize = 65_535;

/// After everything was read, the socket is not read again for so long: a picture comes as several datagrams within less, and handling them together costs
/// much less than one by one.
const PAUSE: Duration = Duration::from_millis(1);

/// The socket with what the system can do for it: take and give several datagrams at once, of equal length, from or for one address.
///
/// tokio watches it only while nothing comes: otherwise it would wake up for each datagram, only to note that there is one more.
pub(crate) struct Port {
    socket: Socket,
    state: UdpSocketState,
    /// IPv4 addresses are to be written as IPv6 ones.
    is_ipv6: bool,
}

impl Port {
    /// Opens the socket. On an unspecified IPv6 address it serves IPv4 too.
    pub(crate) fn bind(address: SocketAddr) -> io::Result<Self> {
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
        // Also forbids fragments. What is sent fits the 1,280 bytes that every IPv6 network carries, and IPv4 networks next to it.
        let state = UdpSocketState::new((&socket).into())?;
        socket.bind(&address.into())?;
        Ok(Self {
            socket,
            state,
            is_ipv6: address.is_ipv6(),
        })
    }

    pub(super) fn local_addr(&self) -> io::Result<SocketAddr> {
        let address = self.socket.local_addr()?;
        address.as_socket().ok_or(io::ErrorKind::Unsupported.into())
    }

    /// Waits until there is something to read.
    async fn readable(&self) -> io::Result<()> {
        let watched = UdpSocket::from_std(self.socket.try_clone()?.into())?;
        watched.readable().await
    }

    /// How many datagrams of equal length the system takes at once.
    pub(super) fn at_once(&self) -> usize {
        self.state.max_gso_segments()
    }

    /// Sends datagrams of `each` bytes that lie one after another; the last may be shorter. What the system does not take at once is lost.
    pub(super) fn send(&self, to: SocketAddr, each: usize, datagrams: &[u8]) {
        let sent = self.try_send(to, each, datagrams);
        let failed = sent.is_err_and(|error| error.kind() != io::ErrorKind::WouldBlock);
        if failed && datagrams.len() > each {
            // Some network cards do not cut; from now on the system is given one at a time.
            for datagram in datagrams.chunks(each) {
                _ = self.try_send(to, each, datagram);
            }
        }
    }

    fn try_send(&self, to: SocketAddr, each: usize, datagrams: &[u8]) -> io::Result<()> {
        let ip = match to.ip() {
            IpAddr::V4(ip) if self.is_ipv6 => IpAddr::V6(ip.to_ipv6_mapped()),
            ip => ip,
        };
        let transmit = Transmit {
            destination: SocketAddr::new(ip, to.port()),
            ecn: None,
            contents: datagrams,
            segment_size: (datagrams.len() > each).then_some(each),
            src_ip: None,
        };
        self.state.try_send((&self.socket).into(), &transmit)
    }
}

/// What was read last.
struct Inbox {
    /// Room for so many bytes each.
    each: usize,
    memory: Vec<u8>,
    found: [RecvMeta; BATCH_SIZE],
}

impl Inbox {
    fn new(port: &Port) -> Self {
        let each = if port.state.gro_segments() > 1 {
            LARGEST_JOINED
        } else {
            LARGEST
        };
        Self {
            each,
            // The system gives memory only as far as it is used.
            memory: vec![0; BATCH_SIZE * each],
            found: [RecvMeta::default(); BATCH_SIZE],
        }
    }

    /// Reads as many datagrams as the system hands over at once, and says whether more may wait, and whom each is from.
    fn read(
        &mut self,
        port: &Port,
    ) -> io::Result<(bool, impl Iterator<Item = (SocketAddr, &[u8])> + use<'_>)> {
        let buffers = self.memory.chunks_mut(self.each).map(IoSliceMut::new);
        let mut buffers: Vec<_> = buffers.collect();
        let socket = (&port.socket).into();
        let count = port.state.recv(socket, &mut buffers, &mut self.found)?;
        let filled = self.memory.chunks(self.each).zip(&self.found[..count]);
        let datagrams = filled.flat_map(|(buffer, found)| {
            let from = SocketAddr::new(found.addr.ip().to_canonical(), found.addr.port());
            buffer[..found.len]
                .chunks(found.stride.max(1))
                .filter(|datagram| datagram.len() <= LARGEST)
                .map(move |datagram| (from, datagram))
        });
        Ok((count == BATCH_SIZE, datagrams))
    }
}

/// Reads datagrams and hands each to its room.
pub(super) async fn read(port: Arc<Port>, registry: Arc<Registry>) {
    let mut addresses = Addresses::default();
    let mut inbox = Inbox::new(&port);
    loop {
        let now = Instant::now();
        let (more, arrived) = match inbox.read(&port) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                if let Err(error) = port.readable().await {
                    // No file descriptors, most likely: what arrives is read all the same, only later.
                    tracing::debug!(%error, "the media port cannot be watched");
                    tokio::time::sleep(PAUSE_UNWATCHED).await;
                }
                continue;
            }
            // Somebody's port is closed: says the system about a datagram sent earlier.
            Err(_) => {
                tokio::task::yield_now().await;
                continue;
            }
        };
        for (from, datagram) in arrived {
            if let Some(route) = addresses.find(&registry.routes, from, datagram) {
                let via = Via {
                    protocol: Protocol::Udp,
                    from,
                };
                let packet = Packet {
                    peer: route.peer,
                    via,
                    at: now,
                    bytes: datagram.into(),
                };
                deliver(&route, packet);
            }
        }
        if more {
            tokio::task::yield_now().await;
        } else {
            sleep_until((now + PAUSE).into()).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn datagrams_sent_together_arrive_one_by_one() {
        let bind = || Port::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let (sender, receiver) = (bind(), bind());
        let sent: Vec<_> = (0..6u8)
            .map(|number| vec![number; 1_200 - usize::from(number / 5) * 700])
            .collect();
        sender.send(receiver.local_addr().unwrap(), 1_200, &sent.concat());
        let mut inbox = Inbox::new(&receiver);
        let mut arrived = Vec::new();
        while arrived.len() < sent.len() {
            receiver.readable().await.unwrap();
            if let Ok((_, read)) = inbox.read(&receiver) {
                for (from, datagram) in read {
                    assert_eq!(from, sender.local_addr().unwrap());
                    arrived.push(datagram.to_vec());
                }
            }
        }
        assert_eq!(arrived, sent);
    }
}
