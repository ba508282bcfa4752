//! The phases of a run, each against a server of its own.

use crate::member::{Counts, Member, Order};
use crate::room::{MEMBERS, Room};
use crate::shim::Shim;
use crate::target::{Running, Target};
use anyhow::{Context, bail, ensure};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, sleep};

/// What is measured and for how long.
#[derive(Clone, Debug)]
pub struct Plan {
    pub rooms: usize,
    /// Messages that each member keeps on the way at saturation.
    pub window: usize,
    pub warm_up: Duration,
    pub saturated: Duration,
    pub quiet: Duration,
    pub quiet_per_second: u32,
    pub idle_sockets: usize,
    /// Added to each sync in one of the phases.
    pub sync_delay: Duration,
    /// Conversations that lie there while others talk.
    pub idle_conversations: usize,
    /// How long the logs grow before the load is measured on long ones.
    pub growing: Duration,
}

/// One server under one kind of load.
#[derive(Clone, Debug, Default)]
pub struct Load {
    pub messages_per_second: f64,
    pub cpu_us_per_message: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub syncs_per_message: f64,
    /// Share of the server's processor time by the name of the thread, in microseconds per message.
    pub cpu_us_by_thread: BTreeMap<String, f64>,
}

/// Everything measured of one server in one run.
#[derive(Clone, Debug, Default)]
pub struct Run {
    pub saturated: Load,
    pub quiet: Load,
    pub slow_sync: Load,
    /// Saturated among many idle conversations.
    pub among_idle: Load,
    /// The same, after the logs have grown.
    pub long_logs: Load,
    /// Messages in a room's log when `long_logs` begins, times those when `among_idle` ended.
    pub grown: f64,
    pub idle_mb_per_1000: f64,
}

pub async fn run(target: &Target, plan: &Plan, folder: &Path) -> anyhow::Result<Run> {
    let slow = Plan {
        quiet: Duration::ZERO,
        ..plan.clone()
    };
    let idle_mb_per_1000 = idle(target, plan, folder).await.context("idle sockets")?;
    let (quiet, saturated) = loads(target, plan, folder, Duration::ZERO).await?;
    let (_, slow_sync) = loads(target, &slow, folder, plan.sync_delay).await?;
    let (among_idle, long_logs, grown) = growing(target, plan, folder)
        .await
        .context("growing logs")?;
    Ok(Run {
        saturated,
        quiet,
        slow_sync,
        among_idle,
        long_logs,
        grown,
        idle_mb_per_1000,
    })
}

/// Saturation among many idle conversations, with short logs and then with long ones, and how much longer these were.
async fn growing(target: &Target, plan: &Plan, folder: &Path) -> anyhow::Result<(Load, Load, f64)> {
    let folder = tempfile::tempdir_in(folder)?;
    let shim = Shim::build(folder.path(), Duration::ZERO)?;
    let mut running = target.start(folder.path(), &shim).await?;
    for _ in 0..plan.idle_conversations {
        running.idle_conversation().await?;
    }
    let crowd = Crowd::gather(target, &mut running, plan.rooms).await?;
    let among_idle = crowd.saturate(&running, &shim, plan).await?;
    let short = crowd.said();
    crowd.tell(Order::Window(plan.window)).await?;
    sleep(plan.growing).await;
    crowd.tell(Order::Window(0)).await?;
    crowd.settle().await?;
    let long = crowd.said();
    let long_logs = crowd.saturate(&running, &shim, plan).await?;
    crowd.check(target)?;
    Ok((among_idle, long_logs, long as f64 / short as f64))
}

async fn idle(target: &Target, plan: &Plan, folder: &Path) -> anyhow::Result<f64> {
    let folder = tempfile::tempdir_in(folder)?;
    let shim = Shim::build(folder.path(), Duration::ZERO)?;
    let mut running = target.start(folder.path(), &shim).await?;
    // The first of everything is made before, so that only sockets are counted.
    let _first = running.idle_room().await?;
    sleep(Duration::from_millis(500)).await;
    let before = running.server.memory()?;
    let mut sockets = Vec::new();
    while sockets.len() < plan.idle_sockets {
        sockets.extend(running.idle_room().await?);
    }
    sleep(Duration::from_secs(1)).await;
    let grown = running.server.memory()?.saturating_sub(before);
    let per_thousand = 1_000.0 / f64::from(u32::try_from(sockets.len())?);
    Ok(grown as f64 / 1e6 * per_thousand)
}

/// The quiet load (none if it has no time) and then the saturating one.
async fn loads(
    target: &Target,
    plan: &Plan,
    folder: &Path,
    delay: Duration,
) -> anyhow::Result<(Load, Load)> {
    let folder = tempfile::tempdir_in(folder)?;
    let shim = Shim::build(folder.path(), delay)?;
    let mut running = target.start(folder.path(), &shim).await?;
    let crowd = Crowd::gather(target, &mut running, plan.rooms).await?;
    let quiet = if plan.quiet.is_zero() {
        Load::default()
    } else {
        crowd.quiet(&running, &shim, plan).await?
    };
    let saturated = crowd.saturate(&running, &shim, plan).await?;
    crowd.check(target)?;
    Ok((quiet, saturated))
}

/// Everybody who sends and hears.
struct Crowd {
    rooms: Vec<Arc<Mutex<Room>>>,
    members: Vec<mpsc::Sender<Order>>,
    counts: Arc<Counts>,
}

struct Reading {
    at: Instant,
    cpu: Duration,
    by_thread: BTreeMap<String, Duration>,
    syncs: u64,
}

impl Reading {
    fn take(running: &Running, shim: &Shim) -> anyhow::Result<Self> {
        let (cpu, by_thread) = (running.server.cpu()?, running.server.cpu_by_thread()?);
        Ok(Self {
            at: Instant::now(),
            cpu,
            by_thread,
            syncs: shim.count()?,
        })
    }
}

impl Crowd {
    async fn gather(target: &Target, running: &mut Running, rooms: usize) -> anyhow::Result<Self> {
        let started = Instant::now();
        let mut crowd = Self {
            rooms: Vec::new(),
            members: Vec::new(),
            counts: Arc::default(),
        };
        for _ in 0..rooms {
            let room = Arc::new(Mutex::new(Room::new(started)));
            for (index, socket) in running.room().await?.into_iter().enumerate() {
                let (orders, receiver) = mpsc::channel(16);
                let (room, counts) = (Arc::clone(&room), Arc::clone(&crowd.counts));
                let member = Member {
                    index,
                    room,
                    counts,
                    dialect: target.dialect(),
                };
                tokio::spawn(member.run(socket, receiver));
                crowd.members.push(orders);
            }
            crowd.rooms.push(room);
        }
        // What seating led to is over before anything is measured.
        sleep(Duration::from_secs(1)).await;
        Ok(crowd)
    }

    async fn quiet(&self, running: &Running, shim: &Shim, plan: &Plan) -> anyhow::Result<Load> {
        let mut ticks = interval(Duration::from_secs(1) / plan.quiet_per_second);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let before = Reading::take(running, shim)?;
        // A stride without a common factor goes through all rooms before a second member of one speaks.
        let turns = (0..self.members.len())
            .map(|turn| (turn * (MEMBERS + 1)) % self.members.len())
            .cycle();
        for turn in turns {
            ticks.tick().await;
            if before.at.elapsed() >= plan.quiet {
                break;
            }
            self.members[turn]
                .send(Order::Say)
                .await
                .context("a member is gone")?;
        }
        self.settle().await?;
        let after = Reading::take(running, shim)?;
        self.load(&before, &after)
    }

    async fn saturate(&self, running: &Running, shim: &Shim, plan: &Plan) -> anyhow::Result<Load> {
        self.tell(Order::Window(plan.window)).await?;
        sleep(plan.warm_up).await;
        let before = Reading::take(running, shim)?;
        sleep(plan.saturated).await;
        let after = Reading::take(running, shim)?;
        self.tell(Order::Window(0)).await?;
        self.settle().await?;
        self.load(&before, &after)
    }

    async fn tell(&self, order: Order) -> anyhow::Result<()> {
        for member in &self.members {
            member.send(order).await.context("a member is gone")?;
        }
        Ok(())
    }

    /// Waits until everybody has heard everything.
    async fn settle(&self) -> anyhow::Result<()> {
        let deadline = Instant::now() + Duration::from_secs(60);
        while !self.rooms.iter().all(|room| lock(room).is_settled()) {
            ensure!(
                Instant::now() < deadline,
                "messages were not delivered within a minute: {}",
                self.outcome()
            );
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    fn load(&self, before: &Reading, after: &Reading) -> anyhow::Result<Load> {
        let (from, until) = (before.at, after.at);
        let delivered: usize = self
            .rooms
            .iter()
            .map(|room| lock(room).delivered(from, until))
            .sum();
        ensure!(delivered > 0, "nothing was delivered: {}", self.outcome());
        let mut latencies = Vec::with_capacity(delivered);
        for room in &self.rooms {
            latencies.extend(lock(room).latencies(from, until));
        }
        latencies.sort_unstable();
        let messages = f64::from(u32::try_from(delivered)?);
        let micros = |span: Duration| span.as_secs_f64() * 1e6 / messages;
        let mut cpu_us_by_thread = BTreeMap::new();
        for (name, &used) in &after.by_thread {
            let earlier = before.by_thread.get(name).copied().unwrap_or_default();
            cpu_us_by_thread.insert(name.clone(), micros(used.saturating_sub(earlier)));
        }
        Ok(Load {
            messages_per_second: messages / (until - from).as_secs_f64(),
            cpu_us_per_message: micros(after.cpu - before.cpu),
            p50_ms: percentile(&latencies, 50),
            p99_ms: percentile(&latencies, 99),
            syncs_per_message: (after.syncs - before.syncs) as f64 / messages,
            cpu_us_by_thread,
        })
    }

    /// Messages so far, in all rooms.
    fn said(&self) -> usize {
        self.rooms.iter().map(|room| lock(room).sent()).sum()
    }

    /// Everything sent was delivered to everybody once and in one order, and nothing was refused.
    fn check(&self, target: &Target) -> anyhow::Result<()> {
        let faults: Vec<String> = self
            .rooms
            .iter()
            .flat_map(|room| lock(room).faults())
            .collect();
        let sent = self.said();
        let acks = self.counts.acks.load(Ordering::Relaxed);
        if let Some(first) = faults.first() {
            bail!(
                "{} delivered wrongly, {} faults, the first: {first}",
                target.name(),
                faults.len()
            );
        }
        if matches!(target, Target::Trialogue { .. }) {
            ensure!(
                acks == sent as u64,
                "{sent} messages were sent and {acks} acknowledged"
            );
        }
        ensure!(
            self.counts.refused.load(Ordering::Relaxed) == 0
                && self.counts.closed.load(Ordering::Relaxed) == 0,
            "{}",
            self.outcome()
        );
        Ok(())
    }

    fn outcome(&self) -> String {
        let count = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
        let counts = &self.counts;
        format!(
            "{} refused, {} sockets closed",
            count(&counts.refused),
            count(&counts.closed)
        )
    }
}

fn lock(room: &Mutex<Room>) -> MutexGuard<'_, Room> {
    room.lock().unwrap_or_else(PoisonError::into_inner)
}

fn percentile(sorted: &[Duration], percent: usize) -> f64 {
    let index = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted
        .get(index)
        .map_or(f64::NAN, |latency| latency.as_secs_f64() * 1e3)
}
