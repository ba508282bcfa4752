//! Joining a room of Janus's `videoroom`: publishers offer, subscribers answer.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use str0m::media::Direction;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::load::Client;
use crate::session::Session;
use crate::stream::Kind;
use crate::target::{Server, Who};

struct Signal {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    session: u64,
    handle: u64,
}

impl Signal {
    async fn open(server: &Server) -> Result<Signal> {
        let mut request = format!("ws://{}/", server.address).into_client_request()?;
        request
            .headers_mut()
            .insert("sec-websocket-protocol", "janus-protocol".parse()?);
        let (socket, _) = tokio_tungstenite::connect_async(request)
            .await
            .context("Janus refused to signal")?;
        let mut signal = Signal {
            socket,
            session: 0,
            handle: 0,
        };
        signal.say(json!({ "janus": "create" })).await?;
        signal.session = signal.heard().await?["data"]["id"]
            .as_u64()
            .context("no session")?;
        signal
            .say(json!({ "janus": "attach", "plugin": "janus.plugin.videoroom" }))
            .await?;
        signal.handle = signal.heard().await?["data"]["id"]
            .as_u64()
            .context("no handle")?;
        Ok(signal)
    }

    async fn say(&mut self, mut message: Value) -> Result<()> {
        message["transaction"] = json!("t");
        if self.session != 0 {
            message["session_id"] = json!(self.session);
        }
        if self.handle != 0 {
            message["handle_id"] = json!(self.handle);
        }
        self.socket
            .send(Frame::Text(message.to_string().into()))
            .await?;
        Ok(())
    }

    async fn ask(&mut self, body: Value, jsep: Option<(&str, String)>) -> Result<()> {
        let mut message = json!({ "janus": "message", "body": body });
        if let Some((kind, sdp)) = jsep {
            // Without trickling, the server's candidates are in its description, as ours are.
            message["jsep"] = json!({ "type": kind, "sdp": sdp, "trickle": false });
        }
        self.say(message).await
    }

    /// The next message that says something.
    async fn heard(&mut self) -> Result<Value> {
        loop {
            let frame = self.socket.next().await.context("the signalling ended")??;
            let Frame::Text(text) = frame else { continue };
            let message: Value = serde_json::from_str(&text)?;
            match message["janus"].as_str() {
                Some("ack" | "media" | "slowlink" | "keepalive") => {}
                Some("error") => bail!("Janus: {}", message["error"]),
                _ if !message["plugindata"]["data"]["error"].is_null() => {
                    bail!("Janus: {}", message["plugindata"]["data"])
                }
                _ => return Ok(message),
            }
        }
    }
}

pub async fn join(server: &Server, who: &Who, feedback: bool) -> Result<(Client, Duration)> {
    let began = Instant::now();
    let mut session = Session::new(server.address.ip(), feedback).await?;
    let mut signal = Signal::open(server).await?;
    let room = who.room + 1;
    if let Some(place) = who.place {
        let create = json!({
            "request": "create", "room": room, "publishers": 8, "bitrate": 0, "audiocodec": "opus", "videocodec": "vp8", "fir_freq": 0,
        });
        signal.ask(create, None).await?;
        signal.heard().await?;
        let send = |kind| {
            (
                kind,
                Direction::SendOnly,
                format!("{kind:?}-{}", who.identity()),
            )
        };
        let offer = session
            .offer(&Kind::BOTH.map(send), false)
            .context("no offer")?;
        let body = json!({ "request": "joinandconfigure", "ptype": "publisher", "room": room, "id": place + 1 });
        signal.ask(body, Some(("offer", offer))).await?;
    } else {
        let body = json!({ "request": "join", "ptype": "subscriber", "room": room, "streams": [{ "feed": 1 }] });
        signal.ask(body, None).await?;
    }
    let mut up = false;
    loop {
        tokio::select! {
            step = session.step() => step?,
            message = signal.heard() => {
                let message = message?;
                // A feed exists for subscribers from here on, a little after its publisher is connected.
                up |= message["janus"] == "webrtcup";
                let sdp = message["jsep"]["sdp"].as_str().unwrap_or_default();
                match message["jsep"]["type"].as_str() {
                    Some("answer") => session.answered(sdp)?,
                    Some("offer") => {
                        let answer = session.answer(sdp)?;
                        signal.ask(json!({ "request": "start" }), Some(("answer", answer))).await?;
                    }
                    _ => {}
                }
            }
            () = tokio::time::sleep_until((began + Duration::from_secs(15)).into()) => {
                bail!("{} not ready after 15 s: connected {}", who.identity(), session.connected);
            }
        }
        if session.connected
            && if who.place.is_some() {
                up
            } else {
                session.first_media.is_some()
            }
        {
            break;
        }
    }
    let took = session.first_media.unwrap_or_else(Instant::now) - began;
    tokio::spawn(async move {
        let mut every = tokio::time::interval(Duration::from_secs(20));
        loop {
            tokio::select! {
                heard = signal.heard() => if heard.is_err() { break },
                _ = every.tick() => if signal.say(json!({ "janus": "keepalive" })).await.is_err() { break },
            }
        }
    });
    Ok((session.into_client(who.room, who.place, feedback)?, took))
}
