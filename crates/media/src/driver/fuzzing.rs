//! The parts of the driver that read bytes of strangers, without their sockets.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::mpsc;

use super::room_task::Packet;
use super::routes::{Addresses, Route, Routes};
use super::tcp;
use crate::ids::PeerKey;

/// Which datagram is whose.
pub(crate) struct DatagramTable {
    routes: Routes,
    addresses: Addresses,
    packets: mpsc::Sender<Packet>,
}

impl Default for DatagramTable {
    fn default() -> Self {
        Self {
            routes: Routes::default(),
            addresses: Addresses::default(),
            packets: mpsc::channel(1).0,
        }
    }
}

impl DatagramTable {
    pub(crate) fn add(&self, name: String, peer: PeerKey) {
        let packets = self.packets.clone();
        self.routes.add(name, Arc::new(Route::new(packets, peer)));
    }

    pub(crate) fn remove(&self, name: &str) {
        self.routes.remove(name);
    }

    pub(crate) fn find(&mut self, from: SocketAddr, datagram: &[u8]) -> Option<PeerKey> {
        let route = self.addresses.find(&self.routes, from, datagram)?;
        Some(route.peer)
    }
}

/// The datagrams that a TCP stream carries, until it ends.
pub(crate) fn read_frames(mut stream: &[u8]) -> Vec<Vec<u8>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime without sockets can be made");
    runtime.block_on(async {
        let mut frames = Vec::new();
        let mut buffer = Vec::new();
        while tcp::read_frame(&mut stream, &mut buffer, tcp::SILENCE)
            .await
            .is_some()
        {
            frames.push(buffer.clone());
        }
        frames
    })
}
