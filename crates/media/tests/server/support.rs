//! A running server and clients of its HTTP side.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use futures_util::{SinkExt, StreamExt};
use livekit_protocol::{
    SignalRequest, SignalResponse, WrappedJoinRequest, signal_request, signal_response,
};
use prost::Message as _;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use trialogue_media::{Config, Door, Limits, MediaServer};

pub const KEY: &str = "key";
pub const SECRET: &str = "a secret of the tests, thirty-two bytes";

/// A server on ports of its own.
pub struct TestServer {
    pub media: MediaServer,
    address: SocketAddr,
    http: reqwest::Client,
}

/// A signalling connection.
pub struct Signal(WebSocketStream<MaybeTlsStream<TcpStream>>);

pub fn now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs() as i64
}

/// Signs any claims.
pub fn signed(claims: &Value, secret: &str) -> String {
    let key = jsonwebtoken::EncodingKey::from_secret(secret.as_bytes());
    jsonwebtoken::encode(&jsonwebtoken::Header::default(), claims, &key).unwrap()
}

/// A token good for ten minutes.
pub fn token(identity: &str, video: Value) -> String {
    token_of(identity, video, now())
}

/// A token made at a Unix second.
pub fn token_of(identity: &str, video: Value, made: i64) -> String {
    signed(
        &json!({ "iss": KEY, "sub": identity, "nbf": made, "exp": made + 600, "video": video }),
        SECRET,
    )
}

/// What lets one into a room.
pub fn join(room: &str) -> Value {
    json!({ "roomJoin": true, "room": room })
}

impl TestServer {
    pub async fn start() -> Self {
        Self::with_limits(Limits::default()).await
    }

    pub async fn with_limits(limits: Limits) -> Self {
        Self::with(limits, None).await
    }

    pub async fn with_door(door: impl Door + 'static) -> Self {
        Self::with(Limits::default(), Some(Arc::new(door))).await
    }

    async fn with(limits: Limits, door: Option<Arc<dyn Door>>) -> Self {
        let local: SocketAddr = "127.0.0.1:0".parse().unwrap();
        Self::with_config(Config {
            udp: local,
            tcp: Some(local),
            limits,
            door,
            ..Config::new(KEY, SECRET)
        })
        .await
    }

    pub async fn with_config(config: Config) -> Self {
        let media = MediaServer::start(config).await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = media.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            media,
            address,
            http: reqwest::Client::new(),
        }
    }

    /// Calls the room service in JSON.
    pub async fn call(&self, method: &str, token: &str, body: Value) -> (u16, Value) {
        let url = format!("http://{}/twirp/livekit.RoomService/{method}", self.address);
        let response = self
            .http
            .post(url)
            .bearer_auth(token)
            .json(&body)
            .send()
            .await
            .unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// Calls the room service in protobuf.
    pub async fn call_protobuf(&self, method: &str, token: &str, body: Vec<u8>) -> Vec<u8> {
        let url = format!("http://{}/twirp/livekit.RoomService/{method}", self.address);
        let request = self
            .http
            .post(url)
            .bearer_auth(token)
            .header("content-type", "application/protobuf")
            .body(body);
        request
            .send()
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap()
            .to_vec()
    }

    pub async fn get(&self, path: &str) -> reqwest::Response {
        self.http
            .get(format!("http://{}{path}", self.address))
            .send()
            .await
            .unwrap()
    }

    /// Connects in the manner of v1, without an offer, as Firefox does.
    pub async fn connect(&self, token: &str) -> Result<Signal, u16> {
        self.connect_offering(token, "").await
    }

    /// Connects in the manner of v1 with an offer.
    pub async fn connect_offering(&self, token: &str, offer: &str) -> Result<Signal, u16> {
        let request = livekit_protocol::JoinRequest {
            connection_settings: Some(Default::default()),
            publisher_offer: (!offer.is_empty()).then(|| livekit_protocol::SessionDescription {
                r#type: "offer".into(),
                sdp: offer.into(),
                id: 1,
                ..Default::default()
            }),
            ..Default::default()
        };
        let wrapped = WrappedJoinRequest {
            compression: 0,
            join_request: request.encode_to_vec(),
        };
        let encoded = base64::Engine::encode(
            &base64::engine::general_purpose::URL_SAFE,
            wrapped.encode_to_vec(),
        );
        self.open(&format!(
            "/rtc/v1?access_token={token}&join_request={encoded}"
        ))
        .await
    }

    /// Opens a WebSocket; the status if that is refused.
    pub async fn open(&self, path: &str) -> Result<Signal, u16> {
        match connect_async(format!("ws://{}{path}", self.address)).await {
            Ok((socket, _)) => Ok(Signal(socket)),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }
}

impl Signal {
    /// The next message; `None` once the connection is closed.
    pub async fn next(&mut self) -> Option<signal_response::Message> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Binary(bytes))) => {
                    return SignalResponse::decode(bytes).unwrap().message;
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next message of a kind.
    pub async fn wait_for<T>(&mut self, pick: impl Fn(signal_response::Message) -> Option<T>) -> T {
        loop {
            let message = self.next().await.expect("the connection was closed");
            if let Some(found) = pick(message) {
                return found;
            }
        }
    }

    pub async fn say(&mut self, message: signal_request::Message) {
        let request = SignalRequest {
            message: Some(message),
        };
        self.0
            .send(Message::Binary(request.encode_to_vec().into()))
            .await
            .unwrap();
    }

    pub async fn send_raw(&mut self, bytes: Vec<u8>) {
        // The server may hang up while a large one is still being sent.
        _ = self.0.send(Message::Binary(bytes.into())).await;
    }
}
