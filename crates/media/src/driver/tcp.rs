//! ICE over TCP (RFC 6544), for networks that block UDP: the same datagrams, each after its length (RFC 4571).

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use str0m::net::Protocol;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;

use super::registry::{Registry, lock};
use super::room_task::Packet;
use super::routes::{Addresses, Via, deliver};
use super::udp::LARGEST;

/// Connections at a time, and of one network: an office behind one address has its place, and one stranger cannot take all.
const MAX_CONNECTIONS: usize = 2_000;
const MAX_OF_ONE: usize = 100;

/// A connection must say whom it is for within this, and something at all within [`SILENCE`].
const FIRST_WORD: Duration = Duration::from_secs(10);
pub(super) const SILENCE: Duration = Duration::from_secs(60);

/// Datagrams that may wait for a connection; what does not fit is lost, so that a slow network holds nobody up.
const BACKLOG: usize = 256;

/// Connections by whom they are from.
#[derive(Default)]
pub(crate) struct Connections(Mutex<HashMap<SocketAddr, mpsc::Sender<Box<[u8]>>>>);

impl Connections {
    /// Whether this network has not taken its share yet.
    fn welcomes(&self, from: IpAddr) -> bool {
        let connections = lock(&self.0);
        let of_it = connections.keys().filter(|one| network(one.ip()) == from);
        of_it.count() < MAX_OF_ONE
    }

    /// Sends a datagram over an open connection.
    pub(super) fn send(&self, to: SocketAddr, datagram: &[u8]) {
        if let Some(outbox) = lock(&self.0).get(&to) {
            _ = outbox.try_send(datagram.into());
        }
    }
}

/// Takes connections.
pub(super) async fn accept(listener: TcpListener, registry: Arc<Registry>) {
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        // Without a free slot the next ones wait with the system.
        let Ok(slot) = slots.clone().acquire_owned().await else {
            return;
        };
        let Ok((stream, from)) = listener.accept().await else {
            // No file descriptors, most likely: trying at once would only spin.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let from = SocketAddr::new(from.ip().to_canonical(), from.port());
        let registry = registry.clone();
        if !registry.connections.welcomes(network(from.ip())) {
            continue;
        }
        tokio::spawn(async move {
            serve(stream, from, registry).await;
            drop(slot);
        });
    }
}

/// An IPv4 address, or an IPv6 /64: what one subscriber is given (RFC 6177).
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() >> 64 << 64).into()),
    }
}

async fn serve(stream: TcpStream, from: SocketAddr, registry: Arc<Registry>) {
    _ = stream.set_nodelay(true);
    let (reader, writer) = stream.into_split();
    let (outbox, waiting) = mpsc::channel(BACKLOG);
    lock(&registry.connections.0).insert(from, outbox);
    let writing = tokio::spawn(write(writer, waiting));
    _ = read(reader, from, &registry).await;
    lock(&registry.connections.0).remove(&from);
    writing.abort();
}

async fn read(mut reader: OwnedReadHalf, from: SocketAddr, registry: &Registry) -> Option<()> {
    let mut addresses = Addresses::default();
    let mut buffer = Vec::new();
    let mut patience = FIRST_WORD;
    loop {
        read_frame(&mut reader, &mut buffer, patience).await?;
        // A stranger who does not say whom it is for at once is no client.
        let route = addresses.find(&registry.routes, from, &buffer)?;
        let via = Via {
            protocol: Protocol::Tcp,
            from,
        };
        deliver(
            &route,
            Packet {
                peer: route.peer,
                via,
                at: Instant::now(),
                bytes: buffer.as_slice().into(),
            },
        );
        patience = SILENCE;
    }
}

/// Reads the next datagram into a buffer; `None` at the end of the stream, before one that is too large, or when nothing comes for
/// too long.
pub(super) async fn read_frame(
    reader: &mut (impl AsyncRead + Unpin),
    buffer: &mut Vec<u8>,
    patience: Duration,
) -> Option<()> {
    let length = timeout(patience, reader.read_u16()).await.ok()?.ok()?;
    // No more than over UDP: what waits for a room is counted in datagrams.
    if usize::from(length) > LARGEST {
        return None;
    }
    buffer.resize(usize::from(length), 0);
    timeout(patience, reader.read_exact(buffer))
        .await
        .ok()?
        .ok()?;
    Some(())
}

async fn write(mut writer: OwnedWriteHalf, mut waiting: mpsc::Receiver<Box<[u8]>>) {
    let mut framed = Vec::new();
    while let Some(datagram) = waiting.recv().await {
        framed.clear();
        framed.extend((datagram.len() as u16).to_be_bytes());
        framed.extend(&datagram);
        if writer.write_all(&framed).await.is_err() {
            return;
        }
    }
}
