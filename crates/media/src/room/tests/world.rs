//! A room, its clients, and the network between, in virtual time.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use livekit_protocol::{Ping, TrackSource, signal_request};
use str0m::net::{Protocol, Receive};

use super::client::{Client, Lost};
use super::link::{Air, Datagram, Link};
use crate::config::Limits;
use crate::driver::stun_recipient;
use crate::ids::{PeerKey, SessionId};
use crate::peer::PeerSettings;
use crate::room::{Clock, Entry, Output, Room, RoomOptions, RoomSettings};
use crate::signal::Join;
use crate::token::{Claims, VideoGrants};

pub(super) const SECOND: Duration = Duration::from_secs(1);

pub(super) const SERVER: SocketAddr = SocketAddr::new(
    std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)),
    7_882,
);

pub(super) struct World {
    pub now: Instant,
    pub room: Room,
    pub clock: Arc<Clock>,
    pub clients: Vec<Client>,
    /// Networks of the clients, upwards and downwards.
    pub links: Vec<(Link, Link)>,
    air: Air,
    random: fastrand::Rng,
    routes: HashMap<String, PeerKey>,
    addresses: HashMap<SocketAddr, PeerKey>,
    next_session: u64,
    /// For those who join from now on; see [`Client::lost`].
    pub lost: Option<Lost>,
    /// How long the room itself took, by the clock on the wall.
    pub spent: Duration,
}

impl World {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        let settings = RoomSettings {
            peer: PeerSettings::new(vec![(Protocol::Udp, SERVER)]).unwrap(),
            limits: Limits::default(),
            ice_servers: Vec::new(),
            api_key: "key".into(),
            api_secret: "secret".into(),
        };
        let options = RoomOptions {
            name: "room".into(),
            metadata: String::new(),
            empty_timeout: Duration::from_secs(300),
            departure_timeout: Duration::from_secs(20),
            max_participants: 20,
        };
        let clock = Arc::new(Clock::new(now, 1_800_000_000_000));
        Self {
            now,
            room: Room::new(Arc::new(settings), options, clock.clone(), now, 7),
            clock,
            clients: Vec::new(),
            links: Vec::new(),
            air: Air::default(),
            random: fastrand::Rng::with_seed(7),
            routes: HashMap::new(),
            addresses: HashMap::new(),
            next_session: 1,
            lost: None,
            spent: Duration::ZERO,
        }
    }

    /// Other packets get lost from now on.
    pub(super) fn reseed(&mut self, seed: u64) {
        self.random = fastrand::Rng::with_seed(seed);
    }

    fn session(&mut self) -> SessionId {
        self.next_session += 1;
        SessionId(self.next_session)
    }

    /// Lets somebody in, over v1.
    pub(super) fn join(&mut self, identity: &str, video: VideoGrants) -> usize {
        self.enter(identity, video, true)
    }

    /// Lets somebody in, over v0.
    pub(super) fn join_v0(&mut self, identity: &str, video: VideoGrants) -> usize {
        self.enter(identity, video, false)
    }

    fn enter(&mut self, identity: &str, video: VideoGrants, single_peer: bool) -> usize {
        let session = self.session();
        let mut client = Client::new(
            session,
            identity,
            self.clients.len() as u8 + 1,
            single_peer,
            self.now,
        );
        client.lost = self.lost;
        let offer = single_peer.then(|| client.offer());
        let claims = Claims {
            iss: "key".into(),
            sub: identity.into(),
            name: identity.into(),
            video,
            ..Default::default()
        };
        let join = Join {
            single_peer,
            auto_subscribe: true,
            allow_pause: true,
            offer,
            ..Default::default()
        };
        self.clients.push(client);
        self.links.push((Link::default(), Link::default()));
        self.room
            .enter(
                self.now,
                Entry {
                    session,
                    claims,
                    join,
                },
            )
            .unwrap();
        self.pump();
        self.clients.len() - 1
    }

    /// A client comes back on a new signalling connection.
    pub(super) fn resume(&mut self, client: usize, sid: &str) {
        let session = self.session();
        let single_peer = self.clients[client].subscriber.is_none();
        self.clients[client].session = session;
        self.clients[client].closed = false;
        let claims = Claims {
            sub: self.clients[client].identity.clone(),
            ..Default::default()
        };
        let join = Join {
            single_peer,
            auto_subscribe: true,
            allow_pause: true,
            resume: Some(sid.into()),
            ..Default::default()
        };
        self.room
            .enter(
                self.now,
                Entry {
                    session,
                    claims,
                    join,
                },
            )
            .unwrap();
        self.pump();
    }

    pub(super) fn sid(&self, client: usize) -> String {
        let identity = &self.clients[client].identity;
        self.room.participant(identity).unwrap().sid
    }

    /// Lets time go on; clients send a ping every five seconds.
    pub(super) fn run(&mut self, duration: Duration) {
        let mut left = duration;
        while !left.is_zero() {
            for client in self.clients.iter_mut().filter(|client| client.pings) {
                client.say(signal_request::Message::PingReq(Ping::default()));
            }
            let step = left.min(Duration::from_secs(5));
            self.run_step(step);
            left -= step;
        }
    }

    fn run_step(&mut self, duration: Duration) {
        let end = self.now + duration;
        self.pump();
        loop {
            let clients = self
                .clients
                .iter_mut()
                .filter(|client| !client.closed)
                .map(Client::next_wake);
            let next = clients
                .chain([self.room.next_wake()])
                .chain(self.air.next())
                .min()
                .unwrap();
            if next > end {
                self.now = end;
                return;
            }
            self.now = self.now.max(next);
            while let Some(datagram) = self.air.take(self.now) {
                self.deliver(datagram);
                self.pump();
            }
            if self.room.next_wake() <= self.now {
                let began = Instant::now();
                self.room.handle_timeout(self.now);
                self.spent += began.elapsed();
            }
            for client in self.clients.iter_mut().filter(|client| !client.closed) {
                client.handle_timeout(self.now);
            }
            self.pump();
        }
    }

    fn deliver(&mut self, datagram: Datagram) {
        if datagram.to != SERVER {
            let mut present = self.clients.iter_mut().filter(|client| !client.closed);
            if let Some(client) = present.find(|client| client.owns(datagram.to)) {
                client.handle_datagram(self.now, datagram.from, datagram.to, &datagram.bytes);
            }
            return;
        }
        if let Some(peer) = stun_recipient(&datagram.bytes).and_then(|ufrag| self.routes.get(ufrag))
        {
            self.addresses.insert(datagram.from, *peer);
        }
        if let Some(peer) = self.addresses.get(&datagram.from)
            && let Ok(receive) = Receive::new(Protocol::Udp, datagram.from, SERVER, &datagram.bytes)
        {
            let began = Instant::now();
            self.room.handle_packet(self.now, *peer, receive);
            self.room.flush(self.now);
            self.spent += began.elapsed();
        }
    }

    /// Does everything that needs no time.
    pub(super) fn pump(&mut self) {
        loop {
            let mut quiet = true;
            for (client, (up, _)) in self
                .clients
                .iter_mut()
                .zip(&mut self.links)
                .filter(|(client, _)| !client.closed)
            {
                for transmit in client.poll(self.now) {
                    let datagram = Datagram {
                        from: transmit.source,
                        to: transmit.destination,
                        bytes: transmit.contents.to_vec(),
                    };
                    self.air.send(self.now, up, &mut self.random, datagram);
                }
                while let Some(request) = client.outbox.pop_front() {
                    let began = Instant::now();
                    self.room.handle_request(self.now, client.session, request);
                    self.spent += began.elapsed();
                    quiet = false;
                }
            }
            while let Some(output) = self.room.poll_output() {
                quiet = false;
                self.perform(output);
            }
            if quiet {
                return;
            }
        }
    }

    fn perform(&mut self, output: Output) {
        match output {
            Output::Transmit(transmit) => {
                let to = transmit.destination;
                let found = self
                    .clients
                    .iter_mut()
                    .position(|client| client.pcs().any(|pc| pc.address == to));
                if let Some(found) = found {
                    let datagram = Datagram {
                        from: SERVER,
                        to,
                        bytes: transmit.contents.to_vec(),
                    };
                    self.air.send(
                        self.now,
                        &mut self.links[found].1,
                        &mut self.random,
                        datagram,
                    );
                }
            }
            Output::Signal { session, response } => {
                if let Some(client) = self
                    .clients
                    .iter_mut()
                    .find(|client| client.session == session)
                {
                    client.handle_signal(*response);
                }
            }
            Output::CloseSession(session) => {
                if let Some(client) = self
                    .clients
                    .iter_mut()
                    .find(|client| client.session == session)
                {
                    client.closed = true;
                }
            }
            Output::Route { ufrag, peer } => _ = self.routes.insert(ufrag, peer),
            Output::Forget(peer) => self.routes.retain(|_, routed| *routed != peer),
        }
    }
}

pub(super) fn all() -> VideoGrants {
    VideoGrants::default()
}

pub(super) fn hidden() -> VideoGrants {
    VideoGrants {
        hidden: true,
        can_publish: Some(false),
        can_publish_data: Some(false),
        ..Default::default()
    }
}

pub(super) fn publish_both(world: &mut World, client: usize) {
    let now = world.now;
    world.clients[client].publish(TrackSource::Microphone, false, now);
    world.clients[client].publish(TrackSource::Camera, true, now);
}

/// Two who publish and receive each other, whatever versions they speak.
pub(super) fn two(first_v0: bool, second_v0: bool) -> World {
    let mut world = World::new();
    let mut join = |name, v0| {
        if v0 {
            world.join_v0(name, all())
        } else {
            world.join(name, all())
        }
    };
    join("a", first_v0);
    join("b", second_v0);
    publish_both(&mut world, 0);
    publish_both(&mut world, 1);
    world.run(4 * SECOND);
    world
}
