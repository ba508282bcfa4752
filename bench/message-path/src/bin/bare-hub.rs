//! The limit to chase: rooms over WebSocket, every message in SQLite (WAL, `synchronous=FULL`, group commit) before it is
//! delivered, and nothing else. No rules, no audiences, no summaries, no sign-in.
//!
//! `ws://HOST/rooms/N`: a client sends `{"id":"…","text":"…"}`, everybody in the room is sent `{"seq":1,"id":"…","text":"…"}`.

use anyhow::Context;
use clap::Parser;
use futures_util::{SinkExt, StreamExt};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

/// Messages that wait for the writer; sockets wait when it is full.
const QUEUE: usize = 4_096;
/// Messages in one transaction at most.
const GROUP: usize = 512;
/// Frames that wait for one slow reader; it is cut off when there are more.
const OUTGOING: usize = 4_096;
/// Buffers of a socket; the library's defaults would be most of what an idle connection costs.
const SOCKET_BUFFER: usize = 4 * 1024;

#[derive(Parser)]
struct Arguments {
    #[arg(long)]
    listen: SocketAddr,
    /// The folder for the database.
    #[arg(long)]
    data: PathBuf,
}

#[derive(Deserialize)]
struct Posted {
    id: String,
    text: String,
}

#[derive(Serialize)]
struct Delivered<'a> {
    seq: u64,
    id: &'a str,
    text: &'a str,
}

struct Job {
    room: u64,
    posted: Posted,
}

#[derive(Default)]
struct Room {
    last: u64,
    members: Vec<mpsc::Sender<Utf8Bytes>>,
}

type Rooms = Arc<Mutex<HashMap<u64, Room>>>;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let connection = open(&arguments.data)?;
    let rooms = Rooms::default();
    let (jobs, queue) = mpsc::channel(QUEUE);
    let writing = Arc::clone(&rooms);
    std::thread::Builder::new()
        .name("hub-writer".to_owned())
        .spawn(move || {
            if let Err(error) = write(connection, queue, &writing) {
                eprintln!("bare-hub: {error:#}");
                std::process::exit(1);
            }
        })?;
    let listener = TcpListener::bind(arguments.listen)
        .await
        .context("cannot listen")?;
    loop {
        let (stream, _) = listener.accept().await?;
        let (rooms, jobs) = (Arc::clone(&rooms), jobs.clone());
        tokio::spawn(async move {
            // A connection that breaks is the client's to notice.
            let _ = serve(stream, rooms, jobs).await;
        });
    }
}

fn open(folder: &Path) -> anyhow::Result<Connection> {
    let connection = Connection::open(folder.join("hub.db"))?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.execute_batch(
        "CREATE TABLE events (room INTEGER NOT NULL, seq INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (room, seq)) \
         STRICT, WITHOUT ROWID",
    )?;
    Ok(connection)
}

async fn serve(stream: TcpStream, rooms: Rooms, jobs: mpsc::Sender<Job>) -> anyhow::Result<()> {
    stream.set_nodelay(true)?;
    let mut path = String::new();
    let config = WebSocketConfig::default()
        .read_buffer_size(SOCKET_BUFFER)
        .write_buffer_size(SOCKET_BUFFER);
    #[expect(
        clippy::result_large_err,
        reason = "the library's callback returns this"
    )]
    let read_path = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        request.uri().path().clone_into(&mut path);
        Ok(response)
    };
    let socket =
        tokio_tungstenite::accept_hdr_async_with_config(stream, read_path, Some(config)).await?;
    let room: u64 = path.strip_prefix("/rooms/").context("no room")?.parse()?;
    let (outgoing, mut frames) = mpsc::channel::<Utf8Bytes>(OUTGOING);
    lock(&rooms).entry(room).or_default().members.push(outgoing);
    let (mut sink, mut incoming) = socket.split();
    let deliver = async {
        // Whatever waits goes out with one flush.
        while let Some(frame) = frames.recv().await {
            sink.feed(Message::Text(frame)).await?;
            while let Ok(frame) = frames.try_recv() {
                sink.feed(Message::Text(frame)).await?;
            }
            sink.flush().await?;
        }
        anyhow::Ok(())
    };
    let accept = async {
        while let Some(message) = incoming.next().await {
            if let Message::Text(text) = message? {
                jobs.send(Job {
                    room,
                    posted: serde_json::from_str(&text)?,
                })
                .await?;
            }
        }
        anyhow::Ok(())
    };
    tokio::select! { ended = deliver => ended, ended = accept => ended }
}

/// Takes everything that waits, writes it in one transaction, and delivers it once that is synced.
fn write(
    connection: Connection,
    mut queue: mpsc::Receiver<Job>,
    rooms: &Rooms,
) -> anyhow::Result<()> {
    let mut insert =
        connection.prepare("INSERT INTO events (room, seq, json) VALUES (?1, ?2, ?3)")?;
    let mut durable: Vec<(u64, Utf8Bytes)> = Vec::with_capacity(GROUP);
    while let Some(first) = queue.blocking_recv() {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        let mut next = Some(first);
        while let Some(Job { room, posted }) = next {
            let seq = {
                let mut rooms = lock(rooms);
                let room = rooms.entry(room).or_default();
                room.last += 1;
                room.last
            };
            let json = serde_json::to_string(&Delivered {
                seq,
                id: &posted.id,
                text: &posted.text,
            })?;
            insert.execute((room.cast_signed(), seq.cast_signed(), &json))?;
            durable.push((room, json.into()));
            next = if durable.len() < GROUP {
                queue.try_recv().ok()
            } else {
                None
            };
        }
        connection.execute_batch("COMMIT")?;
        let mut rooms = lock(rooms);
        for (room, frame) in durable.drain(..) {
            if let Some(room) = rooms.get_mut(&room) {
                room.members
                    .retain(|member| member.try_send(frame.clone()).is_ok());
            }
        }
    }
    Ok(())
}

fn lock(rooms: &Rooms) -> std::sync::MutexGuard<'_, HashMap<u64, Room>> {
    rooms.lock().unwrap_or_else(PoisonError::into_inner)
}
