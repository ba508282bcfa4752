//! Which rooms there are, and who may not enter any more.

use std::collections::HashMap;
use std::collections::hash_map::Entry as MapEntry;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use axum::body::Bytes;
use livekit_protocol::{CreateRoomRequest, DisconnectReason};
use tokio::sync::{mpsc, oneshot};

use super::outbox::Outbox;
use super::revocations::Revocations;
use super::room_task::{self, Command, Knock, Packet};
use super::routes::Routes;
use super::tcp::Connections;
use super::udp::Port;
use crate::config::Door;
use crate::ids::SessionId;
use crate::room::{Clock, Entry, EntryError, Room, RoomOptions, RoomSettings};
use crate::token::{self, Claims, TokenError};

/// Commands that may wait for a room. Whoever sends one waits while there are more.
const COMMANDS: usize = 256;

/// Datagrams that may wait for a room: about 50 ms of a large one. Later ones are lost, as on a network that is too slow.
const PACKETS: usize = 4_096;

/// A room that is just ending is tried again so many times.
const ATTEMPTS: usize = 3;

/// All rooms of a server.
pub(crate) struct Registry {
    pub settings: Arc<RoomSettings>,
    pub routes: Routes,
    pub connections: Connections,
    pub port: Arc<Port>,
    pub door: Option<Arc<dyn Door>>,
    pub clock: Arc<Clock>,
    rooms: Mutex<HashMap<String, RoomHandle>>,
    revocations: Mutex<Revocations>,
    next_session: AtomicU64,
}

/// The way to a room's task.
#[derive(Clone)]
pub(crate) struct RoomHandle {
    commands: mpsc::Sender<Command>,
    id: u64,
}

/// No room could be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ReserveError {
    #[error("too many rooms")]
    TooManyRooms,
    #[error("the room is closing")]
    Closing,
    #[error("token was revoked")]
    Revoked,
    #[error(transparent)]
    Refused(#[from] EntryError),
}

/// A room could not be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CallError {
    #[error("requested room does not exist")]
    NoRoom,
}

impl Registry {
    pub(crate) fn new(
        settings: RoomSettings,
        door: Option<Arc<dyn Door>>,
        clock: Arc<Clock>,
        port: Arc<Port>,
    ) -> Self {
        Self {
            settings: Arc::new(settings),
            routes: Routes::default(),
            connections: Connections::default(),
            port,
            door,
            clock,
            rooms: Mutex::default(),
            revocations: Mutex::default(),
            next_session: AtomicU64::new(1),
        }
    }

    pub(crate) fn unix_now(&self) -> i64 {
        let unix = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        unix.as_secs() as i64
    }

    /// Checks a token's signature and time.
    pub(crate) fn verify(&self, token: &str) -> Result<Claims, TokenError> {
        token::verify(
            token,
            &self.settings.api_key,
            &self.settings.api_secret,
            self.unix_now(),
        )
    }

    /// Whether somebody was removed from a room after this token was made.
    pub(crate) fn is_revoked(&self, room: &str, claims: &Claims) -> bool {
        lock(&self.revocations).contains(self.unix_now(), room, &claims.sub, claims.issued_at())
    }

    /// Refuses tokens of a participant that were made up to a Unix second.
    pub(crate) fn revoke(&self, room: &str, identity: &str, up_to: i64) {
        lock(&self.revocations).add(self.unix_now(), room, identity, up_to);
    }

    pub(crate) fn new_session(&self) -> SessionId {
        SessionId(self.next_session.fetch_add(1, Ordering::Relaxed))
    }

    pub(crate) fn len(&self) -> usize {
        lock(&self.rooms).len()
    }

    pub(crate) fn names(&self) -> Vec<String> {
        lock(&self.rooms).keys().cloned().collect()
    }

    /// Brings somebody into a room, which is made if it does not exist.
    pub(crate) async fn enter(
        self: &Arc<Self>,
        room: &str,
        entry: Entry,
        outbox: Outbox,
    ) -> Result<RoomHandle, ReserveError> {
        let mut waiting = Some((entry, outbox));
        for _ in 0..ATTEMPTS {
            let handle = self.reserve(room, None)?;
            let Some((entry, outbox)) = waiting.take() else {
                break;
            };
            let (reply, answer) = oneshot::channel();
            let command = Command::Enter(Box::new(Knock {
                entry,
                outbox,
                reply,
            }));
            match handle.commands.send(command).await {
                Ok(()) => match answer.await {
                    Ok(result) => return result.map(|()| handle),
                    // The room ended between; who wanted in went with it.
                    Err(_) => return Err(ReserveError::Closing),
                },
                Err(mpsc::error::SendError(command)) => {
                    if let Command::Enter(unsent) = command {
                        waiting = Some((unsent.entry, unsent.outbox));
                    }
                    tokio::task::yield_now().await;
                }
            }
        }
        Err(ReserveError::Closing)
    }

    /// Makes a room, or finds it.
    pub(crate) fn create(
        self: &Arc<Self>,
        request: CreateRoomRequest,
    ) -> Result<RoomHandle, ReserveError> {
        let name = request.name.clone();
        self.reserve(&name, Some(request))
    }

    /// Asks a room something, in its own task.
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        room: &str,
        ask: impl FnOnce(&mut Room, Instant) -> T + Send + 'static,
    ) -> Result<T, CallError> {
        let handle = lock(&self.rooms)
            .get(room)
            .cloned()
            .ok_or(CallError::NoRoom)?;
        let (reply, answer) = oneshot::channel();
        let call = Command::Call(Box::new(move |room, now| _ = reply.send(ask(room, now))));
        handle
            .commands
            .send(call)
            .await
            .map_err(|_| CallError::NoRoom)?;
        answer.await.map_err(|_| CallError::NoRoom)
    }

    /// Ends all rooms and waits until everyone was told.
    pub(super) async fn end_all(&self) {
        for name in self.names() {
            _ = self
                .call(&name, |room, now| {
                    room.end(now, DisconnectReason::ServerShutdown)
                })
                .await;
        }
    }

    /// Lets go of all rooms: their tasks end as nobody can reach them.
    pub(super) fn abandon(&self) {
        lock(&self.rooms).clear();
    }

    /// A room that has ended takes itself out. Says whether it is out: not if somebody knocked meanwhile.
    pub(super) fn close(
        &self,
        name: &str,
        id: u64,
        commands: &mut mpsc::Receiver<Command>,
    ) -> bool {
        let mut rooms = lock(&self.rooms);
        if !commands.is_empty() {
            return false;
        }
        if rooms.get(name).is_some_and(|handle| handle.id == id) {
            rooms.remove(name);
        }
        commands.close();
        true
    }

    fn reserve(
        self: &Arc<Self>,
        name: &str,
        request: Option<CreateRoomRequest>,
    ) -> Result<RoomHandle, ReserveError> {
        let mut rooms = lock(&self.rooms);
        let count = rooms.len();
        match rooms.entry(name.to_owned()) {
            MapEntry::Occupied(found) if !found.get().commands.is_closed() => {
                Ok(found.get().clone())
            }
            entry => {
                if count >= self.settings.limits.rooms {
                    return Err(ReserveError::TooManyRooms);
                }
                let handle = self.start(name, request.unwrap_or_default());
                match entry {
                    MapEntry::Occupied(mut ended) => _ = ended.insert(handle.clone()),
                    MapEntry::Vacant(vacant) => _ = vacant.insert(handle.clone()),
                }
                Ok(handle)
            }
        }
    }

    fn start(self: &Arc<Self>, name: &str, request: CreateRoomRequest) -> RoomHandle {
        let limits = &self.settings.limits;
        let seconds = |given: u32, default: Duration| {
            if given == 0 {
                default
            } else {
                Duration::from_secs(given.into())
            }
        };
        let max_participants = if request.max_participants == 0 {
            limits.participants
        } else {
            request.max_participants as usize
        };
        let options = RoomOptions {
            name: name.to_owned(),
            metadata: request.metadata,
            empty_timeout: seconds(request.empty_timeout, limits.empty_timeout),
            departure_timeout: seconds(request.departure_timeout, limits.departure_timeout),
            max_participants: max_participants.min(limits.participants),
        };
        let now = Instant::now();
        let seed = getrandom::u64().unwrap_or(now.elapsed().as_nanos() as u64);
        let room = Room::new(
            self.settings.clone(),
            options,
            self.clock.clone(),
            now,
            seed,
        );
        let (commands, inbox) = mpsc::channel(COMMANDS);
        let (packets, arriving) = mpsc::channel::<Packet>(PACKETS);
        let id = self.new_session().0;
        // The task does not keep the registry alive, nor itself: it ends once nobody holds a handle.
        tokio::spawn(room_task::run(
            Arc::downgrade(self),
            room,
            name.to_owned(),
            id,
            inbox,
            packets,
            arriving,
        ));
        RoomHandle { commands, id }
    }
}

impl RoomHandle {
    /// A client sent a message. Waits while the room has much to do, which slows down that client only.
    pub(crate) async fn request(&self, session: SessionId, bytes: Bytes) {
        _ = self
            .commands
            .send(Command::Request { session, bytes })
            .await;
    }

    /// A client's connection is gone.
    pub(crate) async fn session_closed(&self, session: SessionId) {
        _ = self.commands.send(Command::Closed(session)).await;
    }
}

/// A panic elsewhere left nothing half done under these locks: each change is one call.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
