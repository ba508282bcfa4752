//! Calls of the room service, with whatever body, by somebody who may and by somebody who may not.

use std::sync::{Arc, LazyLock};
use std::time::Instant;

use axum::body::Bytes;
use livekit_protocol::ParticipantInfo;

use super::{Caller, Format, methods};
use crate::config::Limits;
use crate::driver::{Port, Registry, outbox};
use crate::ids::SessionId;
use crate::peer::PeerSettings;
use crate::room::{Clock, Entry, RoomSettings};
use crate::signal::Join;
use crate::token::{Claims, VideoGrants};

pub(crate) const METHODS: [&str; 15] = [
    "CreateRoom",
    "ListRooms",
    "DeleteRoom",
    "ListParticipants",
    "GetParticipant",
    "RemoveParticipant",
    "MutePublishedTrack",
    "UpdateParticipant",
    "UpdateSubscriptions",
    "SendData",
    "UpdateRoomMetadata",
    "ForwardParticipant",
    "MoveParticipant",
    "PerformRpc",
    "Nonsense",
];

/// One for all runs: nothing goes through it, and opening one took half of each run's time.
static PORT: LazyLock<Arc<Port>> =
    LazyLock::new(|| Arc::new(Port::bind(([127, 0, 0, 1], 0).into()).expect("a free port")));

/// One call.
pub(crate) struct Call<'a> {
    pub method: &'a str,
    pub is_json: bool,
    pub body: &'a [u8],
}

/// Makes calls against a server with one room, `room`, in which `somebody` is. Says which succeeded.
///
/// Who may steer another room only must see and change nothing of this one.
pub(crate) fn run(peer: &PeerSettings, may_steer: bool, calls: &[Call<'_>]) -> Vec<bool> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime can be made");
    runtime.block_on(async {
        let registry = registry(peer);
        enter(&registry).await;
        let before = inside(&registry, "room").await;
        let claims = Claims {
            video: VideoGrants {
                room_admin: true,
                room: if may_steer { "room" } else { "another" }.into(),
                room_create: may_steer,
                room_list: may_steer,
                ..Default::default()
            },
            ..Default::default()
        };
        let mut done = Vec::new();
        for call in calls {
            let caller = Caller {
                registry: registry.clone(),
                claims: claims.clone(),
                format: if call.is_json {
                    Format::Json
                } else {
                    Format::Protobuf
                },
                body: Bytes::copy_from_slice(call.body),
            };
            let answer = methods::dispatch(&caller, call.method).await;
            done.push(answer.is_ok());
        }
        assert!(registry.len() <= Limits::default().rooms);
        if !may_steer {
            assert_eq!(
                inside(&registry, "room").await,
                before,
                "a stranger changed the room"
            );
            assert_eq!(registry.len(), 1, "a stranger made a room");
        }
        done
    })
}

fn registry(peer: &PeerSettings) -> Arc<Registry> {
    let settings = RoomSettings {
        peer: peer.clone(),
        limits: Limits::default(),
        ice_servers: Vec::new(),
        api_key: "key".into(),
        api_secret: "secret".into(),
    };
    let clock = Arc::new(Clock::new(Instant::now(), 1_800_000_000_000));
    Arc::new(Registry::new(settings, None, clock, PORT.clone()))
}

async fn enter(registry: &Arc<Registry>) {
    let claims = Claims {
        sub: "somebody".into(),
        ..Default::default()
    };
    let entry = Entry {
        session: SessionId(1),
        claims,
        join: Join {
            single_peer: true,
            ..Default::default()
        },
    };
    let (outbox, mut waiting) = outbox();
    registry
        .enter("room", entry, outbox)
        .await
        .expect("an empty server has room");
    // Somebody reads what they are told.
    tokio::spawn(async move { while waiting.next().await.is_some() {} });
}

async fn inside(registry: &Registry, room: &str) -> Vec<ParticipantInfo> {
    let inside = registry
        .call(room, |room, _| room.participants())
        .await
        .unwrap_or_default();
    assert!(inside.len() <= 1);
    inside
}
