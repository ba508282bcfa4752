//! The limit: what forwarding costs when nothing else is done. One thread, one socket: receive, unprotect with the publisher's key, then for
//! each subscriber of the room copy, renumber, protect with their key, send. No signalling, no ICE, no feedback, no rules.

use std::collections::HashMap;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::load::{Client, Link};
use crate::srtp::{Session, TAG};
use crate::stream::Kind;
use crate::target::{Server, Who};

pub const AUDIO: u8 = 111;
pub const VIDEO: u8 = 96;
const HEADER: usize = 12;

struct Subscriber {
    address: SocketAddr,
    session: Session,
}

struct Publisher {
    room: u32,
    session: Session,
}

fn number_of(room: u32, place: u32) -> u32 {
    room * 16 + place
}

/// Serves until killed. A packet `[1, room, place]` (u32 each) makes its sender a publisher, `[2, room]` a subscriber; it is sent back.
pub fn serve(address: SocketAddr) -> Result<()> {
    let socket = UdpSocket::bind(address)?;
    let mut publishers: HashMap<SocketAddr, Publisher> = HashMap::new();
    let mut rooms: HashMap<u32, Vec<Subscriber>> = HashMap::new();
    let mut buffer = [0u8; 2_000];
    let mut out = Vec::with_capacity(2_000);
    loop {
        let (length, from) = socket.recv_from(&mut buffer)?;
        let Some(packet) = buffer.get_mut(..length) else {
            continue;
        };
        if packet.first().is_some_and(|first| first >> 6 != 2) {
            let word = |at: usize| {
                packet
                    .get(at * 4..at * 4 + 4)
                    .map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]))
            };
            match (word(0), word(1), word(2)) {
                (Some(1), Some(room), Some(place)) => {
                    let session = Session::numbered(number_of(room, place))?;
                    publishers.insert(from, Publisher { room, session });
                }
                (Some(2), Some(room), None) => {
                    let all = rooms.entry(room).or_default();
                    if all.iter().all(|s| s.address != from) {
                        all.push(Subscriber {
                            address: from,
                            session: Session::numbered(u32::from(from.port()))?,
                        });
                    }
                }
                _ => continue,
            }
            socket.send_to(packet, from)?;
            continue;
        }
        let Some(publisher) = publishers.get(&from) else {
            continue;
        };
        // Runs end before a sequence number comes round, so the roll-over counter stays at nought.
        let Ok(open) = publisher.session.unprotect(packet, HEADER, 0) else {
            continue;
        };
        for subscriber in rooms
            .get(&publisher.room)
            .map(Vec::as_slice)
            .unwrap_or_default()
        {
            out.clear();
            out.extend_from_slice(&packet[..open]);
            subscriber.session.protect(&mut out, HEADER, 0)?;
            // A full socket loses the packet, as a network would; the generator counts it.
            let _ = socket.send_to(&out, subscriber.address);
        }
    }
}

pub fn join(server: &Server, who: &Who) -> Result<(Client, Duration)> {
    let began = Instant::now();
    let socket = UdpSocket::bind((server.address.ip(), 0))?;
    socket.set_read_timeout(Some(Duration::from_secs(5)))?;
    let room = who.room as u32;
    let mut hello = Vec::new();
    match who.place {
        Some(place) => {
            for word in [1, room, place as u32] {
                hello.extend_from_slice(&u32::to_be_bytes(word));
            }
        }
        None => {
            for word in [2, room] {
                hello.extend_from_slice(&u32::to_be_bytes(word));
            }
        }
    }
    socket.send_to(&hello, server.address)?;
    socket
        .recv(&mut [0u8; 2_000])
        .context("the limit does not answer")?;
    let session = who
        .place
        .map(|place| Session::numbered(number_of(room, place as u32)))
        .transpose()?;
    socket.set_nonblocking(true)?;
    let link = Link::Bare {
        server: server.address,
        session,
    };
    let kinds = vec![(AUDIO, Kind::Audio), (VIDEO, Kind::Video)];
    Ok((
        Client {
            room: who.room,
            place: who.place,
            socket,
            link,
            kinds,
        },
        began.elapsed(),
    ))
}

/// The packet of a publisher, protected.
pub fn protected(
    session: &Session,
    kind: Kind,
    room: usize,
    place: usize,
    packet: &crate::stream::Packet,
) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(HEADER + packet.payload.len() + TAG);
    let (number, of_kind) = match kind {
        Kind::Audio => (AUDIO, 0),
        Kind::Video => (VIDEO, 1),
    };
    out.push(0x80);
    out.push(number | if packet.last_of_frame { 0x80 } else { 0 });
    out.extend_from_slice(&(packet.sequence as u16).to_be_bytes());
    out.extend_from_slice(&packet.timestamp.to_be_bytes());
    out.extend_from_slice(&((room as u32) << 8 | (place as u32) << 1 | of_kind).to_be_bytes());
    out.extend_from_slice(&packet.payload);
    session.protect(&mut out, HEADER, 0)?;
    Ok(out)
}
