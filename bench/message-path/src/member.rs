//! One member's socket: sends as it is told, books what it hears.

use crate::frames::{self, Kind};
use crate::room::Room;
use futures_util::{SinkExt, StreamExt};
use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

/// Frames taken at once, so that what they lead to goes out with one flush.
const AT_ONCE: usize = 128;

/// What a member is to do.
#[derive(Clone, Copy, Debug)]
pub enum Order {
    /// Say one thing.
    Say,
    /// Keep so many of one's own messages on the way; 0 stops.
    Window(usize),
}

/// Counted over all members.
#[derive(Debug, Default)]
pub struct Counts {
    pub acks: AtomicU64,
    pub refused: AtomicU64,
    pub closed: AtomicU64,
}

/// How a server wants to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Hub,
    Trialogue,
}

impl Dialect {
    fn post(self, id: &str, text: &str) -> String {
        let kind = match self {
            Self::Hub => "",
            Self::Trialogue => r#""type":"post","#,
        };
        // Neither ids nor texts of a benchmark need escaping.
        format!(r#"{{{kind}"id":"{id}","text":"{text}"}}"#)
    }
}

/// A member's task.
pub struct Member {
    pub index: usize,
    pub room: Arc<Mutex<Room>>,
    pub counts: Arc<Counts>,
    pub dialect: Dialect,
}

impl Member {
    pub async fn run(self, socket: WebSocketStream<TcpStream>, mut orders: mpsc::Receiver<Order>) {
        let (mut sink, stream) = socket.split();
        let mut frames = stream.ready_chunks(AT_ONCE);
        let mut window = 0;
        let mut on_the_way = HashSet::new();
        let mut posts = Vec::new();
        loop {
            tokio::select! {
                chunk = frames.next() => {
                    let Some(chunk) = chunk else { break };
                    for frame in chunk {
                        match frame {
                            Ok(Message::Text(text)) => self.read(&text, &mut on_the_way),
                            Ok(Message::Close(_)) | Err(_) => {
                                self.counts.closed.fetch_add(1, Ordering::Relaxed);
                                return;
                            }
                            Ok(_) => {}
                        }
                    }
                }
                order = orders.recv() => match order {
                    Some(Order::Say) => posts.push(self.say(&mut on_the_way)),
                    Some(Order::Window(size)) => window = size,
                    None => break,
                },
            }
            while on_the_way.len() < window {
                posts.push(self.say(&mut on_the_way));
            }
            for post in posts.drain(..) {
                if sink.feed(Message::text(post)).await.is_err() {
                    self.counts.closed.fetch_add(1, Ordering::Relaxed);
                    return;
                }
            }
            // Flushing also answers pings.
            if sink.flush().await.is_err() {
                self.counts.closed.fetch_add(1, Ordering::Relaxed);
                return;
            }
        }
    }

    fn say(&self, on_the_way: &mut HashSet<u32>) -> String {
        let number = self.room().say();
        on_the_way.insert(number);
        self.dialect
            .post(&number.to_string(), &frames::text(number))
    }

    fn read(&self, text: &str, on_the_way: &mut HashSet<u32>) {
        match frames::kind(text) {
            Kind::Events => {
                let mut room = self.room();
                for (number, seq) in frames::messages(text) {
                    room.hear(self.index, number, seq);
                    on_the_way.remove(&number);
                }
            }
            Kind::Ack => {
                self.counts.acks.fetch_add(1, Ordering::Relaxed);
            }
            Kind::Refused => {
                if self.counts.refused.fetch_add(1, Ordering::Relaxed) == 0 {
                    eprintln!("refused: {text}");
                }
            }
            Kind::Other => {}
        }
    }

    fn room(&self) -> MutexGuard<'_, Room> {
        self.room.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
