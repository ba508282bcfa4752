//! A media client as far as the room service and the rules see one: it joins by LiveKit's signalling (v0, protobuf over a
//! WebSocket), keeps what it was told, and sends no sound or pictures.

use super::PATIENCE;
use futures_util::StreamExt;
use livekit_protocol::signal_response::Message as Told;
use livekit_protocol::{
    DisconnectReason, JoinResponse, ParticipantInfo, SignalResponse, TrackSource,
};
use prost::Message as _;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

pub struct Call {
    pub joined: JoinResponse,
    /// Everybody this client knows of, by identity; itself too.
    pub people: BTreeMap<String, ParticipantInfo>,
    /// Why it was sent away.
    pub sent_away: Option<DisconnectReason>,
    pub closed: bool,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Call {
    /// Joins with what `media-token` answered.
    pub async fn joins(token: &Value) -> Self {
        match Self::tries(token).await {
            Ok(call) => call,
            Err(status) => panic!("a good token was answered {status}"),
        }
    }

    /// Joins, or is told an HTTP status.
    pub async fn tries(token: &Value) -> Result<Self, u16> {
        let address = format!(
            "{}/rtc?access_token={}&auto_subscribe=1&sdk=js&version=2.23.0&protocol=16",
            token["url"].as_str().unwrap(),
            token["token"].as_str().unwrap()
        );
        let socket = match connect_async(address).await {
            Ok((socket, _)) => socket,
            Err(Error::Http(response)) => return Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        };
        let mut call = Self {
            joined: JoinResponse::default(),
            people: BTreeMap::new(),
            sent_away: None,
            closed: false,
            socket,
        };
        call.until("the welcome", |call| call.joined.room.is_some())
            .await;
        Ok(call)
    }

    pub fn identity(&self) -> &str {
        &self.joined.participant.as_ref().unwrap().identity
    }

    /// What this client may publish now, by LiveKit's names.
    pub fn may_publish(&self) -> BTreeSet<&'static str> {
        let own = &self.people[self.identity()];
        let permission = own.permission.clone().unwrap_or_default();
        if !permission.can_publish {
            return BTreeSet::new();
        }
        permission
            .can_publish_sources()
            .map(|source: TrackSource| source.as_str_name())
            .collect()
    }

    /// Takes what comes until `like_this`.
    pub async fn until(&mut self, what: &str, like_this: impl Fn(&Self) -> bool) {
        let waiting = async {
            while !like_this(self) {
                assert!(
                    !self.closed,
                    "the call ended before {what} (sent away: {:?})",
                    self.sent_away
                );
                self.step().await;
            }
        };
        timeout(PATIENCE, waiting)
            .await
            .unwrap_or_else(|_| panic!("no {what} came"));
    }

    pub async fn until_sent_away(&mut self) -> DisconnectReason {
        self.until("a farewell", |call| call.sent_away.is_some())
            .await;
        self.sent_away.unwrap()
    }

    async fn step(&mut self) {
        match self.socket.next().await {
            Some(Ok(Message::Binary(bytes))) => {
                let response = SignalResponse::decode(bytes).expect("LiveKit's protocol");
                if let Some(told) = response.message {
                    self.take(told);
                }
            }
            Some(Ok(Message::Close(_)) | Err(_)) | None => self.closed = true,
            Some(Ok(_)) => {}
        }
    }

    fn take(&mut self, told: Told) {
        match told {
            Told::Join(joined) => {
                self.knows(joined.other_participants.clone());
                self.knows(joined.participant.clone());
                self.joined = joined;
            }
            Told::Update(update) => self.knows(update.participants),
            Told::Leave(leave) => self.sent_away = Some(leave.reason()),
            _ => {}
        }
    }

    fn knows(&mut self, people: impl IntoIterator<Item = ParticipantInfo>) {
        for person in people {
            self.people.insert(person.identity.clone(), person);
        }
    }
}
