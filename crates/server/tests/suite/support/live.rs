//! A live socket as its page keeps it: every frame that came, the events, the newest view.

use super::{PATIENCE, Person};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

pub struct Live {
    pub name: String,
    /// Everything that came, as it came.
    pub raw: Vec<String>,
    /// `{seq, at, v, event}`, in the order of coming.
    pub events: Vec<Value>,
    /// What `welcome` held of the past.
    pub welcomed: Vec<Value>,
    pub complete_from: u64,
    pub view: Value,
    /// The newest truth for one who waits.
    pub waiting: Value,
    pub signals: Vec<Value>,
    pub refusals: Vec<Value>,
    pub bye: Option<String>,
    pub closed: bool,
    acks: Vec<Value>,
    changes: usize,
    socket: WebSocketStream<TcpStream>,
    posted: u32,
}

fn upgrade(person: &Person, path: &str, origin: Option<&str>) -> Request {
    let mut request = format!("ws://{}{path}", person.address)
        .into_client_request()
        .unwrap();
    if let Some(cookie) = &person.cookie {
        request
            .headers_mut()
            .insert("cookie", HeaderValue::from_str(cookie).unwrap());
    }
    if let Some(origin) = origin {
        request
            .headers_mut()
            .insert("origin", HeaderValue::from_str(origin).unwrap());
    }
    request
}

async fn connect(address: SocketAddr, receives_at_once: Option<u32>) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    if let Some(bytes) = receives_at_once {
        socket.set_recv_buffer_size(bytes).unwrap();
    }
    socket.connect(address).await.unwrap()
}

impl Live {
    /// The status that an upgrade from a page of `origin` is answered: 101 when it is taken.
    pub async fn upgrade_status(person: &Person, path: &str, origin: &str) -> u16 {
        let stream = connect(person.address, None).await;
        match client_async(upgrade(person, path, Some(origin)), stream).await {
            Ok((_, response)) => response.status().as_u16(),
            Err(Error::Http(response)) => response.status().as_u16(),
            Err(error) => panic!("{error}"),
        }
    }

    /// A socket that has said nothing yet.
    pub async fn silent(person: &Person) -> Self {
        Self::connected(person, "/api/v1/live", None).await
    }

    async fn connected(person: &Person, path: &str, receives_at_once: Option<u32>) -> Self {
        let stream = connect(person.address, receives_at_once).await;
        let (socket, _) = client_async(upgrade(person, path, None), stream)
            .await
            .unwrap();
        Self {
            name: person.name.clone(),
            raw: Vec::new(),
            events: Vec::new(),
            welcomed: Vec::new(),
            complete_from: 0,
            view: Value::Null,
            waiting: Value::Null,
            signals: Vec::new(),
            refusals: Vec::new(),
            bye: None,
            closed: false,
            acks: Vec::new(),
            changes: 0,
            socket,
            posted: 0,
        }
    }

    /// Connects, says hello, and waits for `welcome` or `waiting`.
    pub async fn open(person: &Person, hello: Value) -> Self {
        let mut live = Self::silent(person).await;
        live.hello(person, hello).await;
        live.until("a welcome", |live| {
            (!live.view.is_null() || !live.waiting.is_null()).then_some(())
        })
        .await;
        live
    }

    /// The same with room for few bytes on the way, which is soon full when nobody reads.
    pub async fn narrow(person: &Person, conversation: &str) -> Self {
        let mut live = Self::connected(person, "/api/v1/live", Some(64 * 1024)).await;
        live.hello(person, json!({"conversation_id": conversation}))
            .await;
        live.until("a welcome", |live| (!live.view.is_null()).then_some(()))
            .await;
        live
    }

    pub async fn dashboard(person: &Person) -> Self {
        Self::connected(person, "/api/v1/live/dashboard", None).await
    }

    /// Says hello with the person's token, if they have one, and does not wait.
    pub async fn hello(&mut self, person: &Person, mut hello: Value) {
        hello["type"] = json!("hello");
        if let Some(token) = &person.bearer {
            hello["token"] = json!(token);
        }
        self.sends(&hello.to_string()).await;
    }

    pub async fn sends(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// Takes the next frame.
    pub async fn step(&mut self) {
        match self.socket.next().await {
            Some(Ok(Message::Text(text))) => self.take(&text),
            Some(Ok(Message::Close(_)) | Err(_)) | None => self.closed = true,
            Some(Ok(_)) => {}
        }
    }

    fn take(&mut self, text: &str) {
        self.raw.push(text.to_owned());
        let mut frame: Value = serde_json::from_str(text).unwrap();
        let kind = frame["type"].as_str().unwrap().to_owned();
        match kind.as_str() {
            "welcome" => {
                self.view = frame["view"].take();
                self.welcomed = frame["events"].as_array().unwrap().clone();
                self.complete_from = frame["complete_from"].as_u64().unwrap();
                self.events.extend(self.welcomed.clone());
            }
            "events" => {
                self.events
                    .extend(frame["events"].as_array().unwrap().iter().cloned());
                if !frame["view"].is_null() {
                    self.view = frame["view"].take();
                }
            }
            "waiting" => self.waiting = frame["waiting"].take(),
            "signal" => self.signals.push(frame["signal"].take()),
            "ack" => self.acks.push(frame),
            "refused" => self.refusals.push(frame),
            "bye" => self.bye = frame["code"].as_str().map(str::to_owned),
            "changed" => self.changes += 1,
            "pong" => {}
            other => panic!("an undocumented frame {other}: {text}"),
        }
    }

    /// Takes frames until `found` finds something among what came.
    pub async fn until<T>(&mut self, what: &str, found: impl Fn(&Self) -> Option<T>) -> T {
        let searching = async {
            loop {
                if let Some(found) = found(self) {
                    return Some(found);
                }
                if self.closed {
                    return None;
                }
                self.step().await;
            }
        };
        let outcome = timeout(PATIENCE, searching).await;
        outcome.ok().flatten().unwrap_or_else(|| {
            let last: Vec<_> = self.raw.iter().rev().take(6).rev().collect();
            panic!(
                "{} did not see {what}{}; the last frames: {last:#?}",
                self.name,
                if self.closed {
                    ", and the socket is closed"
                } else {
                    ""
                }
            )
        })
    }

    pub async fn until_closed(&mut self) {
        self.until("the end of the socket", |live| live.closed.then_some(()))
            .await;
    }

    pub async fn hears_of_change(&mut self) {
        let known = self.changes;
        self.until("a change", |live| (live.changes > known).then_some(()))
            .await;
    }

    /// Waits for an event of this kind that fits.
    pub async fn sees_event(&mut self, kind: &str, fits: impl Fn(&Value) -> bool) -> Value {
        self.until(kind, |live| {
            let fitting =
                |recorded: &&Value| recorded["event"]["type"] == kind && fits(&recorded["event"]);
            live.events.iter().find(fitting).cloned()
        })
        .await
    }

    /// Waits for a message whose text holds these words.
    pub async fn sees_message(&mut self, text: &str) -> Value {
        self.until(&format!("the message “{text}”"), |live| {
            live.message(text).cloned()
        })
        .await
    }

    pub fn message(&self, text: &str) -> Option<&Value> {
        self.messages().find(|recorded| {
            recorded["event"]["text"]
                .as_str()
                .is_some_and(|said| said.contains(text))
        })
    }

    pub fn messages(&self) -> impl Iterator<Item = &Value> {
        self.events
            .iter()
            .filter(|recorded| recorded["event"]["type"] == "message_posted")
    }

    /// Waits until the view is like this.
    pub async fn sees(&mut self, what: &str, like_this: impl Fn(&Value) -> bool) -> Value {
        self.until(what, |live| {
            like_this(&live.view).then(|| live.view.clone())
        })
        .await
    }

    pub async fn sees_knock(&mut self, request_id: u64) -> Value {
        self.until("the knock", |live| {
            let knocks = live.view["knocks"].as_array()?;
            knocks
                .iter()
                .find(|knock| knock["request_id"] == request_id)
                .cloned()
        })
        .await
    }

    pub async fn waiting_is(&mut self, kind: &str) -> Value {
        self.until(&format!("that the knock is {kind}"), |live| {
            (live.waiting["state"]["kind"] == kind).then(|| live.waiting.clone())
        })
        .await
    }

    /// Whether these words came in any frame.
    pub fn heard(&self, words: &str) -> bool {
        self.raw.iter().any(|frame| frame.contains(words))
    }

    pub fn seqs(&self) -> Vec<u64> {
        seqs(&self.events)
    }

    pub fn last_seq(&self) -> u64 {
        self.seqs().into_iter().max().unwrap_or(self.complete_from)
    }

    fn fresh_id(&mut self) -> String {
        self.posted += 1;
        format!("{}-{}", self.name, self.posted)
    }

    /// Posts a message to everybody and waits until it is durable; returns its seq.
    pub async fn says(&mut self, text: &str) -> u64 {
        let id = self.fresh_id();
        self.posts(&id, json!({"text": text})).await
    }

    pub async fn whispers(&mut self, text: &str) -> u64 {
        let id = self.fresh_id();
        self.posts(&id, json!({"text": text, "audience": "staff"}))
            .await
    }

    /// Posts under an id of the client's own choice.
    pub async fn posts(&mut self, id: &str, mut message: Value) -> u64 {
        message["type"] = json!("post");
        message["id"] = json!(id);
        self.answered(id, &message.to_string())
            .await
            .unwrap_or_else(|problem| panic!("{} may not post: {problem}", self.name))
    }

    /// Gives a command and waits for its ack; returns its seq.
    pub async fn does(&mut self, command: Value) -> u64 {
        self.tries(command.clone())
            .await
            .unwrap_or_else(|problem| panic!("{} may not {command}: {problem}", self.name))
    }

    /// Gives a command; its seq, or the problem with it.
    pub async fn tries(&mut self, command: Value) -> Result<u64, Value> {
        let id = self.fresh_id();
        let frame = json!({"type": "command", "id": id, "command": command});
        self.answered(&id, &frame.to_string()).await
    }

    async fn answered(&mut self, id: &str, frame: &str) -> Result<u64, Value> {
        let (acks, refusals) = (self.acks.len(), self.refusals.len());
        self.sends(frame).await;
        self.until(&format!("an answer to {id}"), |live| {
            let ack = live.acks[acks..].iter().find(|ack| ack["id"] == id);
            let refusal = live.refusals[refusals..]
                .iter()
                .find(|refused| refused["id"] == id);
            match (ack, refusal) {
                (Some(ack), _) => Some(Ok(ack["seq"].as_u64().unwrap())),
                (None, Some(refused)) => Some(Err(refused["problem"].clone())),
                (None, None) => None,
            }
        })
        .await
    }

    pub async fn lets_in(&mut self, request_id: u64, history: &str) -> u64 {
        self.does(json!({"do": "admit", "request_id": request_id, "history": history}))
            .await
    }
}

pub fn seqs(events: &[Value]) -> Vec<u64> {
    events
        .iter()
        .map(|recorded| recorded["seq"].as_u64().unwrap())
        .collect()
}
