//! The thread that sends and receives for every client. A subscriber without feedback never decrypts: what it counts is in the clear.

use std::collections::{BinaryHeap, HashMap};
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token, Waker};
use str0m::media::{Mid, Pt};
use str0m::net::{Protocol, Receive};
use str0m::rtp::RtpWrite;
use str0m::{Event, Input, Output, Rtc};

use crate::count::{Counts, Header, Window};
use crate::stream::{Kind, Packet, Stream};

pub struct Send {
    pub kind: Kind,
    pub mid: Mid,
    pub pt: Pt,
}

pub enum Link {
    WebRtc {
        rtc: Box<Rtc>,
        local: SocketAddr,
        sends: Vec<Send>,
        feedback: bool,
    },
    Bare {
        server: SocketAddr,
        session: Option<crate::srtp::Session>,
    },
}

/// One participant, connected: a publisher if it has a place in its room, otherwise a subscriber.
pub struct Client {
    pub room: usize,
    pub place: Option<usize>,
    pub socket: UdpSocket,
    pub link: Link,
    /// Which payload type is which kind; others (repair) are not counted.
    pub kinds: Vec<(u8, Kind)>,
}

enum Order {
    Add(Box<Client>),
    Mark,
    Read(SyncSender<Reading>),
}

/// What happened since the last mark.
pub struct Reading {
    pub window: Window,
    /// Packets that publishers sent.
    pub sent: u64,
    pub delays: Vec<Duration>,
}

pub struct Load {
    orders: SyncSender<Order>,
    waker: Arc<Waker>,
}

const WAKE: Token = Token(usize::MAX);
/// How often timers of the sessions are looked at. ICE, DTLS and reports need no finer clock.
const SWEEP: Duration = Duration::from_millis(10);

impl Load {
    pub fn start() -> Result<Load> {
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKE)?);
        let (orders, inbox) = sync_channel(4_096);
        std::thread::Builder::new()
            .name("load".into())
            .spawn(move || {
                if let Err(error) = Running::new(poll).run(&inbox) {
                    eprintln!("the load ended: {error:#}");
                    std::process::exit(1);
                }
            })?;
        Ok(Load { orders, waker })
    }

    fn order(&self, order: Order) -> Result<()> {
        self.orders.send(order).ok().context("the load is gone")?;
        Ok(self.waker.wake()?)
    }

    pub fn add(&self, client: Client) -> Result<()> {
        self.order(Order::Add(Box::new(client)))
    }

    pub fn mark(&self) -> Result<()> {
        self.order(Order::Mark)
    }

    pub fn read(&self) -> Result<Reading> {
        let (answer, reading) = sync_channel(1);
        self.order(Order::Read(answer))?;
        Ok(reading.recv()?)
    }
}

struct Running {
    poll: Poll,
    clients: Vec<Client>,
    streams: Vec<(usize, Stream)>,
    due: BinaryHeap<std::cmp::Reverse<(Instant, usize)>>,
    timeouts: Vec<Instant>,
    marks: HashMap<(usize, usize, Kind), Instant>,
    counts: Counts,
    sent: u64,
}

impl Running {
    fn new(poll: Poll) -> Running {
        Running {
            poll,
            clients: Vec::new(),
            streams: Vec::new(),
            due: BinaryHeap::new(),
            timeouts: Vec::new(),
            marks: HashMap::new(),
            counts: Counts::default(),
            sent: 0,
        }
    }

    fn run(mut self, inbox: &Receiver<Order>) -> Result<()> {
        let mut events = Events::with_capacity(1_024);
        let mut sweep = Instant::now();
        loop {
            let now = Instant::now();
            let mut next = sweep;
            if let Some(std::cmp::Reverse((due, _))) = self.due.peek() {
                next = next.min(*due);
            }
            if let Err(error) = self
                .poll
                .poll(&mut events, Some(next.saturating_duration_since(now)))
                && error.kind() != std::io::ErrorKind::Interrupted
            {
                return Err(error.into());
            }
            for event in &events {
                if event.token() != WAKE {
                    self.receive(event.token().0)?;
                }
            }
            while let Ok(order) = inbox.try_recv() {
                self.obey(order)?;
            }
            let now = Instant::now();
            while let Some(&std::cmp::Reverse((due, stream))) = self.due.peek()
                && due <= now
            {
                self.due.pop();
                self.publish(stream)?;
            }
            if now >= sweep {
                sweep = now + SWEEP;
                for at in 0..self.clients.len() {
                    if self.timeouts[at] <= now {
                        self.wake(at, now)?;
                    }
                }
            }
        }
    }

    fn obey(&mut self, order: Order) -> Result<()> {
        match order {
            Order::Add(client) => self.add(*client)?,
            Order::Mark => {
                self.counts.mark();
                self.sent = 0;
            }
            Order::Read(answer) => {
                let reading = Reading {
                    window: self.counts.since_mark(),
                    sent: self.sent,
                    delays: std::mem::take(&mut self.counts.delays),
                };
                // Whoever asked may have given up.
                let _ = answer.send(reading);
            }
        }
        Ok(())
    }

    fn add(&mut self, client: Client) -> Result<()> {
        let at = self.clients.len();
        self.poll.registry().register(
            &mut SourceFd(&client.socket.as_raw_fd()),
            Token(at),
            Interest::READABLE,
        )?;
        if let Some(place) = client.place {
            for kind in Kind::BOTH {
                // Publishers start at different times, as people do.
                let offset = Duration::from_micros((at as u64 * 7_919) % 20_000);
                let stream = Stream::new(kind, place, Instant::now() + offset);
                self.due
                    .push(std::cmp::Reverse((stream.next(), self.streams.len())));
                self.streams.push((at, stream));
            }
        }
        self.clients.push(client);
        self.timeouts.push(Instant::now());
        // What came between the last step of its setting up and now has raised no event.
        self.receive(at)
    }

    /// Reads a socket until it is empty.
    fn receive(&mut self, at: usize) -> Result<()> {
        let mut buffer = [0u8; 2_000];
        loop {
            let client = &mut self.clients[at];
            let (length, source) = match client.socket.recv_from(&mut buffer) {
                Ok(received) => received,
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return Ok(()),
                // A refused packet of before comes back as an error of the next call.
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => continue,
                Err(error) => return Err(error.into()),
            };
            let packet = &buffer[..length];
            let mut media = false;
            if let Some(header) = Header::of(packet) {
                media = true;
                let kind = client
                    .kinds
                    .iter()
                    .find(|(pt, _)| *pt == header.payload_type)
                    .map(|(_, kind)| *kind);
                if let Some(kind) = kind {
                    let (room, marks) = (client.room, &self.marks);
                    let since = |place, kind| marks.get(&(room, place, kind)).map(Instant::elapsed);
                    self.counts.arrived(at, &header, length, kind, since);
                }
            }
            if let Link::WebRtc {
                rtc,
                local,
                feedback,
                ..
            } = &mut client.link
                && (!media || *feedback)
                && let Ok(contents) = packet.try_into()
            {
                let receive = Receive {
                    proto: Protocol::Udp,
                    source,
                    destination: *local,
                    contents,
                };
                rtc.handle_input(Input::Receive(Instant::now(), receive))?;
                self.flush(at)?;
            }
        }
    }

    fn wake(&mut self, at: usize, now: Instant) -> Result<()> {
        if let Link::WebRtc { rtc, .. } = &mut self.clients[at].link {
            rtc.handle_input(Input::Timeout(now))?;
            self.flush(at)
        } else {
            self.timeouts[at] = now + Duration::from_secs(3_600);
            Ok(())
        }
    }

    fn flush(&mut self, at: usize) -> Result<()> {
        let client = &mut self.clients[at];
        let Link::WebRtc { rtc, .. } = &mut client.link else {
            return Ok(());
        };
        loop {
            match rtc.poll_output()? {
                Output::Timeout(until) => {
                    let now = Instant::now();
                    if until > now {
                        self.timeouts[at] = until;
                        return Ok(());
                    }
                    // What was written leaves once the session is told the time; the sweep would come too late for that.
                    rtc.handle_input(Input::Timeout(now))?;
                }
                Output::Transmit(packet) => {
                    // Lost like any other packet if the socket is full; the counts show it.
                    let _ = client.socket.send_to(&packet.contents, packet.destination);
                }
                Output::Event(Event::KeyframeRequest(_)) => {
                    for (owner, stream) in &mut self.streams {
                        if *owner == at && stream.kind == Kind::Video {
                            stream.want_key_frame();
                        }
                    }
                }
                Output::Event(_) => {}
            }
        }
    }

    fn publish(&mut self, number: usize) -> Result<()> {
        let (at, stream) = &mut self.streams[number];
        let (at, kind, place) = (*at, stream.kind, stream.place());
        let packets = stream.frame();
        self.due.push(std::cmp::Reverse((stream.next(), number)));
        self.sent += packets.len() as u64;
        let room = self.clients[at].room;
        for packet in packets {
            let marked = packet.marked;
            self.send(at, kind, room, place, packet)?;
            if marked {
                self.marks.insert((room, place, kind), Instant::now());
            }
            self.flush(at)?;
        }
        Ok(())
    }

    fn send(
        &mut self,
        at: usize,
        kind: Kind,
        room: usize,
        place: usize,
        packet: Packet,
    ) -> Result<()> {
        let client = &mut self.clients[at];
        match &mut client.link {
            Link::Bare {
                server,
                session: Some(session),
            } => {
                let out = crate::limit::protected(session, kind, room, place, &packet)?;
                let _ = client.socket.send_to(&out, *server);
            }
            Link::Bare { session: None, .. } => {}
            Link::WebRtc { rtc, sends, .. } => {
                let Some(send) = sends.iter().find(|send| send.kind == kind) else {
                    return Ok(());
                };
                let (mid, pt) = (send.mid, send.pt);
                let mut direct = rtc.direct_api();
                let Some(out) = direct.stream_tx_by_mid(mid, None) else {
                    return Ok(());
                };
                let write = RtpWrite::new(
                    pt,
                    packet.sequence.into(),
                    packet.timestamp,
                    Instant::now(),
                    packet.payload,
                )
                .marker(packet.last_of_frame)
                .nackable(kind == Kind::Video);
                out.write_rtp(write);
            }
        }
        Ok(())
    }
}
