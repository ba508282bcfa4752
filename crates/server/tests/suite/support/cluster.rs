//! The room service of a LiveKit cluster, acted: a test says who is there and what fails, and sees what was asked for.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use livekit_protocol::{
    ListParticipantsResponse, MuteRoomTrackRequest, MuteRoomTrackResponse, ParticipantInfo,
    RoomParticipantIdentity, TrackInfo, UpdateParticipantRequest,
};
use prost::Message;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use trialogue_server::config::{MediaConfig, Secret};

/// What the room service was asked for, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    Removed(String),
    Updated(String),
    /// A track, by its sid.
    Muted(String),
    RoomDeleted,
}

#[derive(Clone, Default)]
pub struct Cluster(Arc<Inner>);

#[derive(Default)]
struct Inner {
    address: Mutex<Option<SocketAddr>>,
    there: Mutex<Vec<ParticipantInfo>>,
    failing: Mutex<Vec<Asked>>,
    asked: Mutex<Vec<Asked>>,
    looks: Mutex<Option<mpsc::UnboundedSender<oneshot::Sender<()>>>>,
}

impl Cluster {
    pub async fn start() -> Self {
        let cluster = Self::default();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        *cluster.0.address.lock().unwrap() = listener.local_addr().ok();
        let router = Router::new()
            .route("/twirp/livekit.RoomService/{method}", post(call))
            .with_state(cluster.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        cluster
    }

    pub fn as_media(&self) -> MediaConfig {
        let address = self.0.address.lock().unwrap().unwrap();
        MediaConfig {
            url: Some(format!("ws://{address}")),
            api_key: Some("key".into()),
            api_secret: Some(Secret("s".repeat(40))),
            ..MediaConfig::default()
        }
    }

    /// Who is in every room from now on.
    pub fn holds(&self, there: Vec<ParticipantInfo>) {
        *self.0.there.lock().unwrap() = there;
    }

    /// What fails from now on.
    pub fn fails(&self, failing: Vec<Asked>) {
        *self.0.failing.lock().unwrap() = failing;
    }

    /// What was asked for since the last call.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.0.asked.lock().unwrap())
    }

    /// From now on nobody is told who is there before the test says so.
    pub fn holds_back(&self) -> Looks {
        let (told, looks) = mpsc::unbounded_channel();
        *self.0.looks.lock().unwrap() = Some(told);
        Looks(looks)
    }

    /// Nobody waits any more.
    pub fn answers_at_once(&self) {
        *self.0.looks.lock().unwrap() = None;
    }

    async fn wait_to_look(&self) {
        let looks = self.0.looks.lock().unwrap().clone();
        if let Some(looks) = looks {
            let (go_on, told) = oneshot::channel();
            if looks.send(go_on).is_ok() {
                // A test that has ended holds nobody back.
                let _ = told.await;
            }
        }
    }
}

/// Requests for who is there, each waiting for its answer.
pub struct Looks(mpsc::UnboundedReceiver<oneshot::Sender<()>>);

impl Looks {
    pub async fn next(&mut self) -> oneshot::Sender<()> {
        timeout(super::PATIENCE, self.0.recv())
            .await
            .expect("somebody looks")
            .unwrap()
    }
}

async fn call(State(cluster): State<Cluster>, Path(method): Path<String>, body: Bytes) -> Response {
    let asked = match method.as_str() {
        "ListParticipants" => {
            cluster.wait_to_look().await;
            let participants = cluster.0.there.lock().unwrap().clone();
            return answer(&ListParticipantsResponse { participants });
        }
        "RemoveParticipant" => {
            Asked::Removed(RoomParticipantIdentity::decode(body).unwrap().identity)
        }
        "UpdateParticipant" => {
            Asked::Updated(UpdateParticipantRequest::decode(body).unwrap().identity)
        }
        "MutePublishedTrack" => Asked::Muted(MuteRoomTrackRequest::decode(body).unwrap().track_sid),
        "DeleteRoom" => Asked::RoomDeleted,
        other => panic!("{other} is not acted"),
    };
    cluster.0.asked.lock().unwrap().push(asked.clone());
    if cluster.0.failing.lock().unwrap().contains(&asked) {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    match asked {
        Asked::Muted(_) => answer(&MuteRoomTrackResponse {
            track: Some(TrackInfo::default()),
        }),
        // Nobody reads these.
        _ => answer(&()),
    }
}

fn answer(message: &impl Message) -> Response {
    (
        [(CONTENT_TYPE, "application/protobuf")],
        message.encode_to_vec(),
    )
        .into_response()
}
