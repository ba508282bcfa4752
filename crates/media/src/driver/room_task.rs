//! A room's task: feeds the core and does what it says.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use livekit_protocol::SignalRequest;
use prost::Message as _;
use str0m::net::{Protocol, Receive};
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep_until;

use super::outbox::{Outbox, SessionEvent};
use super::registry::{Registry, ReserveError};
use super::routes::{Route, Via};
use super::run::Run;
use crate::ids::{PeerKey, SessionId};
use crate::room::{Entry, Output, Room, RoomSettings};

/// So many datagrams are handled before commands and timers get a turn.
const BATCH: usize = 64;

/// Alarms go off at multiples of this only, those of all rooms at the same time. Nothing that a room waits for is more urgent, and many peer connections
/// would otherwise wake it one after another.
const GRID: Duration = Duration::from_millis(5);

/// A datagram for a peer connection of this room.
pub(super) struct Packet {
    pub peer: PeerKey,
    pub via: Via,
    /// When it was read.
    pub at: Instant,
    pub bytes: Box<[u8]>,
}

/// Something to be asked of a room, in its own task.
pub(super) type Call = Box<dyn FnOnce(&mut Room, Instant) + Send>;

/// Somebody who wants in, and how to answer.
pub(super) struct Knock {
    pub entry: Entry,
    pub outbox: Outbox,
    pub reply: oneshot::Sender<Result<(), ReserveError>>,
}

/// What a room is told, other than datagrams.
pub(super) enum Command {
    Enter(Box<Knock>),
    /// As it came: a message takes many times its length once it is read, and many may wait.
    Request {
        session: SessionId,
        bytes: Bytes,
    },
    Closed(SessionId),
    Call(Call),
}

struct RoomTask {
    registry: Weak<Registry>,
    settings: Arc<RoomSettings>,
    room: Room,
    name: String,
    packets: mpsc::Sender<Packet>,
    sessions: HashMap<SessionId, Outbox>,
    /// Names under which each peer connection is addressed.
    ufrags: HashMap<PeerKey, (Arc<Route>, Vec<String>)>,
    /// What is being sent.
    run: Run,
    /// The core's time never goes back.
    now: Instant,
}

/// Runs a room until it is over or nobody can reach it any more.
pub(super) async fn run(
    registry: Weak<Registry>,
    room: Room,
    name: String,
    id: u64,
    mut commands: mpsc::Receiver<Command>,
    packets: mpsc::Sender<Packet>,
    mut arriving: mpsc::Receiver<Packet>,
) {
    let Some(settings) = registry.upgrade().map(|registry| registry.settings.clone()) else {
        return;
    };
    let mut task = RoomTask {
        registry,
        settings,
        room,
        name,
        packets,
        sessions: HashMap::new(),
        ufrags: HashMap::new(),
        run: Run::default(),
        now: Instant::now(),
    };
    // One alarm that is put off costs less than a new one each time round.
    let mut alarm = pin!(sleep_until(task.now.into()));
    loop {
        let Some(registry) = task.registry.upgrade() else {
            break;
        };
        task.perform(&registry);
        if task.room.is_over(task.now) && registry.close(&task.name, id, &mut commands) {
            break;
        }
        let wake = on_grid(registry.clock.start, task.room.next_wake());
        alarm.as_mut().reset(wake.into());
        drop(registry);
        // Whichever of the three is ready, by chance: nobody can keep the others waiting by talking without end.
        tokio::select! {
            command = commands.recv() => match command {
                Some(command) => task.take(command),
                None => break,
            },
            packet = arriving.recv() => {
                let mut next = packet;
                let mut left = BATCH;
                while let Some(packet) = next.take() {
                    task.receive(&packet);
                    left -= 1;
                    next = if left > 0 { arriving.try_recv().ok() } else { None };
                }
                task.room.flush(task.now);
            }
            () = &mut alarm => {
                let now = task.tell(Instant::now());
                task.room.handle_timeout(now);
            }
        }
    }
    task.forget_all();
}

impl RoomTask {
    fn tell(&mut self, now: Instant) -> Instant {
        self.now = self.now.max(now);
        self.now
    }

    fn take(&mut self, command: Command) {
        let now = self.tell(Instant::now());
        match command {
            Command::Enter(knock) => {
                let Knock {
                    entry,
                    outbox,
                    reply,
                } = *knock;
                let session = entry.session;
                // Asked here again: a removal may have come between the door and this place.
                let revoked = self
                    .registry
                    .upgrade()
                    .is_none_or(|registry| registry.is_revoked(&self.name, &entry.claims));
                let result = if revoked {
                    Err(ReserveError::Revoked)
                } else {
                    self.sessions.insert(session, outbox);
                    self.room.enter(now, entry).map_err(ReserveError::from)
                };
                if result.is_err() {
                    self.sessions.remove(&session);
                }
                _ = reply.send(result);
            }
            Command::Request { session, bytes } => {
                // What is not understood is left out: a newer client may say more than this server knows.
                if let Ok(request) = SignalRequest::decode(bytes) {
                    self.room.handle_request(now, session, request);
                }
            }
            Command::Closed(session) => {
                self.sessions.remove(&session);
                self.room.handle_session_closed(now, session);
            }
            Command::Call(call) => call(&mut self.room, now),
        }
    }

    fn receive(&mut self, packet: &Packet) {
        let now = self.tell(packet.at);
        let is_ours = |(protocol, address): &&(Protocol, SocketAddr)| {
            *protocol == packet.via.protocol && address.is_ipv4() == packet.via.from.is_ipv4()
        };
        // All announced addresses are one socket; str0m wants to be told one of them.
        let addresses = &self.settings.peer.addresses;
        let Some((_, destination)) = addresses.iter().find(is_ours) else {
            return;
        };
        if let Ok(receive) = Receive::new(
            packet.via.protocol,
            packet.via.from,
            *destination,
            &packet.bytes,
        ) {
            self.room.handle_packet(now, packet.peer, receive);
        }
    }

    fn perform(&mut self, registry: &Registry) {
        while let Some(output) = self.room.poll_output() {
            match output {
                Output::Transmit(transmit) if transmit.proto == Protocol::Udp => {
                    self.run
                        .push(&registry.port, transmit.destination, &transmit.contents)
                }
                Output::Transmit(transmit) => registry
                    .connections
                    .send(transmit.destination, &transmit.contents),
                Output::Signal { session, response } => self.say(
                    session,
                    SessionEvent::Message(response.encode_to_vec().into()),
                ),
                Output::CloseSession(session) => {
                    self.say(session, SessionEvent::Close);
                    self.sessions.remove(&session);
                }
                Output::Route { ufrag, peer } => self.route(registry, ufrag, peer),
                Output::Forget(peer) => self.forget(registry, peer),
            }
        }
        self.run.send(&registry.port);
    }

    /// Somebody who reads too slowly is cut off, and comes back by a resume.
    fn say(&mut self, session: SessionId, event: SessionEvent) {
        let Some(outbox) = self.sessions.get(&session) else {
            return;
        };
        if !outbox.send(event) {
            self.sessions.remove(&session);
            self.room.handle_session_closed(self.now, session);
        }
    }

    fn route(&mut self, registry: &Registry, ufrag: String, peer: PeerKey) {
        let packets = self.packets.clone();
        let (route, ufrags) = self
            .ufrags
            .entry(peer)
            .or_insert_with(|| (Arc::new(Route::new(packets, peer)), Vec::new()));
        if ufrags.contains(&ufrag) {
            return;
        }
        // The last one stays good while an ICE restart is under way.
        if ufrags.len() == 2 {
            registry.routes.remove(&ufrags.remove(0));
        }
        registry.routes.add(ufrag.clone(), route.clone());
        ufrags.push(ufrag);
    }

    fn forget(&mut self, registry: &Registry, peer: PeerKey) {
        for ufrag in self
            .ufrags
            .remove(&peer)
            .into_iter()
            .flat_map(|(_, ufrags)| ufrags)
        {
            registry.routes.remove(&ufrag);
        }
    }

    fn forget_all(&mut self) {
        let Some(registry) = self.registry.upgrade() else {
            return;
        };
        let peers: Vec<_> = self.ufrags.keys().copied().collect();
        for peer in peers {
            self.forget(&registry, peer);
        }
    }
}

/// The next moment at or after `time` at which alarms go off.
fn on_grid(start: Instant, time: Instant) -> Instant {
    let since = time.saturating_duration_since(start).as_millis() as u64;
    let grid = GRID.as_millis() as u64;
    start + Duration::from_millis((since / grid + 1) * grid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_is_never_early_and_at_most_a_grid_late() {
        let start = Instant::now();
        for micros in [0, 1, 4_999, 5_000, 5_001, 123_456] {
            let time = start + Duration::from_micros(micros);
            let late = on_grid(start, time) - time;
            assert!(late <= GRID, "{micros} µs: {late:?} late");
            let since = on_grid(start, time) - start;
            assert_eq!(since.as_micros() % GRID.as_micros(), 0);
        }
    }
}
