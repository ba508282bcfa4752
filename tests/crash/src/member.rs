//! One client that keeps its promises: it repeats what was not acknowledged, resumes after the last seq it saw, and writes
//! down everything it was told.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use trialogue_driver::{Api, Seat, connect};

/// How the ids of commands begin that invite somebody.
const INVITE: &str = "invite-";

/// What one client knows of its conversation, over all lives of the server.
#[derive(Debug)]
pub struct Member {
    pub seat: Seat,
    /// Tells the ids of clients in one conversation apart.
    pub name: String,
    pace: Pace,
    posted: u64,
    /// Client id and text of what was sent and not acknowledged.
    pub unacknowledged: BTreeMap<String, String>,
    /// Client id and seq of what was acknowledged.
    pub acknowledged: BTreeMap<String, u64>,
    /// Invites a guest at the beginning of some lives.
    invites: bool,
    /// Where the invitations lie in the log.
    pub invited: Vec<u64>,
    lives: u64,
    pub seen: BTreeMap<u64, Value>,
    /// The server sent the newest events only, as the protocol lets it after a long absence.
    pub started_afresh: u64,
    pub resent: u64,
    pub faults: Vec<String>,
}

/// How a member speaks.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    pub every: Duration,
    /// Messages on the way at most.
    pub window: usize,
    /// What is said; numbered.
    pub text: &'static str,
}

impl Member {
    pub fn new(seat: Seat, name: String, pace: Pace, invites: bool) -> Self {
        Self {
            seat,
            name,
            pace,
            invites,
            invited: Vec::new(),
            lives: 0,
            posted: 0,
            unacknowledged: BTreeMap::new(),
            acknowledged: BTreeMap::new(),
            seen: BTreeMap::new(),
            started_afresh: 0,
            resent: 0,
            faults: Vec::new(),
        }
    }

    /// Lives through one life of the server: until the socket breaks, or, with `until`, until then.
    pub async fn live(&mut self, api: &Api, until: Option<Instant>) {
        let after = self.seen.last_key_value().map(|(seq, _)| *seq);
        // The server may be killed at any moment, also at this one.
        let Ok((mut socket, welcome)) = connect(api, &self.seat, after).await else {
            return;
        };
        self.welcome(after, &welcome);
        for (id, text) in self.unacknowledged.clone() {
            self.resent += 1;
            if post(&mut socket, &id, &text).await.is_err() {
                return;
            }
        }
        self.lives += 1;
        // Not in every life: a conversation has at most twenty open invitations.
        if self.invites && until.is_none() && self.lives % 4 == 1 && self.lives < 4 * 18 {
            let email = format!("guest{}@{}.example", self.lives, self.name);
            let command = json!({ "do": "invite_guest", "email": email, "note": "" });
            let frame = json!({ "type": "command", "id": format!("{INVITE}{}", self.lives), "command": command });
            if socket.send(Message::text(frame.to_string())).await.is_err() {
                return;
            }
        }
        let mut ticks = interval(self.pace.every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // Without an end, one that no life of a server reaches.
        let end = until.unwrap_or_else(|| Instant::now() + Duration::from_secs(3_600));
        loop {
            tokio::select! {
                frame = socket.next() => match frame {
                    Some(Ok(Message::Text(text))) => self.read(&text),
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return,
                },
                _ = ticks.tick(), if until.is_none() && self.unacknowledged.len() < self.pace.window => {
                    self.posted += 1;
                    let id = format!("{}-{}", self.name, self.posted);
                    let text = format!("{} {} ({id})", self.pace.text, self.posted);
                    self.unacknowledged.insert(id.clone(), text.clone());
                    if post(&mut socket, &id, &text).await.is_err() {
                        return;
                    }
                }
                () = sleep_until(end) => return,
            }
        }
    }

    fn welcome(&mut self, after: Option<u64>, welcome: &Value) {
        let complete_from = welcome["complete_from"].as_u64().unwrap_or(0);
        if complete_from > after.unwrap_or(0) {
            self.started_afresh += 1;
        }
        self.hear(&welcome["events"], after.unwrap_or(0));
    }

    fn read(&mut self, text: &str) {
        let Ok(frame) = serde_json::from_str::<Value>(text) else {
            self.faults.push(format!("not JSON: {text}"));
            return;
        };
        match frame["type"].as_str() {
            Some("events") => {
                let last = self.seen.last_key_value().map_or(0, |(seq, _)| *seq);
                self.hear(&frame["events"], last);
            }
            Some("ack") => self.acknowledge(&frame),
            Some("refused") => self.faults.push(format!("refused: {text}")),
            _ => {}
        }
    }

    fn acknowledge(&mut self, frame: &Value) {
        let (Some(id), Some(seq)) = (frame["id"].as_str(), frame["seq"].as_u64()) else {
            self.faults
                .push(format!("an ack without id and seq: {frame}"));
            return;
        };
        if id.starts_with(INVITE) {
            self.invited.push(seq);
            return;
        }
        self.unacknowledged.remove(id);
        if let Some(before) = self.acknowledged.insert(id.to_owned(), seq)
            && before != seq
        {
            self.faults.push(format!(
                "{id} was acknowledged as {before} and then as {seq}"
            ));
        }
    }

    /// Books events, which must rise after `last`.
    fn hear(&mut self, events: &Value, mut last: u64) {
        for event in events.as_array().into_iter().flatten() {
            let seq = event["seq"].as_u64().unwrap_or(0);
            if seq <= last {
                self.faults
                    .push(format!("{} was sent seq {seq} after {last}", self.name));
            }
            last = last.max(seq);
            if self.seen.insert(seq, event.clone()).is_some() {
                self.faults
                    .push(format!("{} was sent seq {seq} twice", self.name));
            }
        }
    }
}

async fn post(socket: &mut WebSocketStream<TcpStream>, id: &str, text: &str) -> anyhow::Result<()> {
    let frame = json!({ "type": "post", "id": id, "text": text });
    Ok(socket.send(Message::text(frame.to_string())).await?)
}
