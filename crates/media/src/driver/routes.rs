//! Which room a datagram is for.
//!
//! The first datagram from an address is a STUN request that names the peer connection it is for. After that the address stands for it.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};

use str0m::net::Protocol;
use tokio::sync::mpsc;

use super::registry::lock;
use super::room_task::Packet;
use crate::ids::PeerKey;

/// The way to one peer connection.
pub(super) struct Route {
    pub packets: mpsc::Sender<Packet>,
    pub peer: PeerKey,
    /// Where it was heard from, the oldest first.
    addresses: Mutex<VecDeque<SocketAddr>>,
}

/// Addresses of one peer connection: a few candidates, and those of networks it came through. Who speaks from more forgets its
/// own oldest ones, and nobody else's.
const ADDRESSES_EACH: usize = 32;

/// Peer connections by the names that STUN requests give them.
#[derive(Default)]
pub(crate) struct Routes(RwLock<HashMap<String, Arc<Route>>>);

/// Peer connections by where they were last heard from. One reader's own.
#[derive(Default)]
pub(super) struct Addresses {
    known: HashMap<SocketAddr, Weak<Route>>,
    sweep_at: usize,
}

/// How many addresses are known before dead ones are looked for.
const FIRST_SWEEP: usize = 1_024;

impl Route {
    pub(super) fn new(packets: mpsc::Sender<Packet>, peer: PeerKey) -> Self {
        Self {
            packets,
            peer,
            addresses: Mutex::default(),
        }
    }

    /// One more address; the one that has to go for it.
    fn heard_from(&self, address: SocketAddr) -> Option<SocketAddr> {
        let mut addresses = lock(&self.addresses);
        addresses.push_back(address);
        (addresses.len() > ADDRESSES_EACH)
            .then(|| addresses.pop_front())
            .flatten()
    }
}

impl Routes {
    pub(super) fn add(&self, ufrag: String, route: Arc<Route>) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(ufrag, route);
    }

    pub(super) fn remove(&self, ufrag: &str) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(ufrag);
    }

    pub(super) fn get(&self, ufrag: &str) -> Option<Arc<Route>> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(ufrag)
            .cloned()
    }
}

impl Addresses {
    /// The way that a datagram takes; `None` for strangers.
    pub(super) fn find(
        &mut self,
        routes: &Routes,
        from: SocketAddr,
        datagram: &[u8],
    ) -> Option<Arc<Route>> {
        let known = self.known.get(&from).and_then(Weak::upgrade);
        let Some(ufrag) = stun_recipient(datagram) else {
            return known;
        };
        let named = routes.get(ufrag)?;
        if known.is_none() {
            // An address that serves a living connection stays with it: somebody who forges it must not take it away.
            self.sweep();
            self.known.insert(from, Arc::downgrade(&named));
            if let Some(oldest) = named.heard_from(from) {
                self.known.remove(&oldest);
            }
        }
        Some(named)
    }

    fn sweep(&mut self) {
        if self.known.len() >= self.sweep_at.max(FIRST_SWEEP) {
            self.known.retain(|_, route| route.strong_count() > 0);
            self.sweep_at = self.known.len() * 2;
        }
    }
}

/// Hands a datagram to its room. A room that cannot keep up loses it.
pub(super) fn deliver(route: &Route, packet: Packet) {
    _ = route.packets.try_send(packet);
}

/// The peer connection that a STUN request is for: the first half of its USERNAME.
pub(crate) fn stun_recipient(datagram: &[u8]) -> Option<&str> {
    const HEADER: usize = 20;
    const USERNAME: u16 = 0x0006;
    const MAGIC: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
    if datagram.len() < HEADER || datagram[0] > 1 || datagram[4..8] != MAGIC {
        return None;
    }
    let mut rest = &datagram[HEADER..];
    while let [t0, t1, l0, l1, body @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*l0, *l1]));
        let value = body.get(..length)?;
        if u16::from_be_bytes([*t0, *t1]) == USERNAME {
            return std::str::from_utf8(value).ok()?.split(':').next();
        }
        // Attributes are padded to four bytes.
        rest = body.get(length.next_multiple_of(4)..)?;
    }
    None
}

/// Where a datagram came in and over what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Via {
    pub protocol: Protocol,
    pub from: SocketAddr,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(username: &str) -> Vec<u8> {
        let mut datagram = vec![0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42];
        datagram.extend([7; 12]);
        // PRIORITY before it, of an odd length, to see the padding skipped.
        datagram.extend([0, 0x24, 0, 3, 1, 2, 3, 0]);
        datagram.extend([0, 6, 0, username.len() as u8]);
        datagram.extend(username.as_bytes());
        datagram
    }

    #[test]
    fn a_stun_request_says_whom_it_is_for() {
        assert_eq!(stun_recipient(&request("ours:theirs")), Some("ours"));
    }

    #[test]
    fn anything_else_says_nothing() {
        for datagram in [
            &[][..],
            &[0; 19],
            &[0; 64],
            &[0x80; 40],
            &request("a:b")[..30],
        ] {
            assert_eq!(stun_recipient(datagram), None);
        }
        let mut long = request("a:b");
        long[31] = 200;
        assert_eq!(stun_recipient(&long), None);
    }

    #[test]
    fn a_forged_address_is_not_taken_from_its_owner() {
        let (packets, _arriving) = mpsc::channel(1);
        let route = |participant| {
            let peer = PeerKey {
                participant: crate::ids::ParticipantKey(participant),
                role: crate::ids::PeerRole::Publisher,
            };
            Arc::new(Route::new(packets.clone(), peer))
        };
        let routes = Routes::default();
        routes.add("one".into(), route(1));
        routes.add("two".into(), route(2));
        let mut addresses = Addresses::default();
        let from = "192.0.2.7:9".parse().unwrap();
        assert!(
            addresses.find(&routes, from, &[0x80; 40]).is_none(),
            "a stranger"
        );
        addresses.find(&routes, from, &request("one:x")).unwrap();
        addresses.find(&routes, from, &request("two:x")).unwrap();
        assert_eq!(
            addresses
                .find(&routes, from, &[0x80; 40])
                .unwrap()
                .peer
                .participant
                .0,
            1
        );
        routes.remove("one");
        addresses.find(&routes, from, &request("two:x")).unwrap();
        assert_eq!(
            addresses
                .find(&routes, from, &[0x80; 40])
                .unwrap()
                .peer
                .participant
                .0,
            2
        );
    }

    #[test]
    fn a_flood_of_addresses_is_its_own_ones_loss_alone() {
        let (packets, _arriving) = mpsc::channel(1);
        let route = |participant| {
            let peer = PeerKey {
                participant: crate::ids::ParticipantKey(participant),
                role: crate::ids::PeerRole::Publisher,
            };
            Arc::new(Route::new(packets.clone(), peer))
        };
        let routes = Routes::default();
        routes.add("one".into(), route(1));
        routes.add("two".into(), route(2));
        let mut addresses = Addresses::default();
        let quiet = "192.0.2.7:9".parse().unwrap();
        addresses.find(&routes, quiet, &request("two:x")).unwrap();
        for number in 0..300_000_u32 {
            let ip = std::net::Ipv4Addr::from(0x0a00_0000 + number);
            let from = SocketAddr::new(ip.into(), 9);
            addresses.find(&routes, from, &request("one:x")).unwrap();
            assert!(addresses.known.len() <= 1 + ADDRESSES_EACH);
        }
        assert!(addresses.find(&routes, quiet, &[0x80; 40]).is_some());
    }
}
