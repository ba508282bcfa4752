//! The one thread that writes. Whatever waits is executed in one transaction and shares its one sync: while a sync runs,
//! the next group gathers by itself, so there is nothing to tune and no delay to add.

use super::errors::JobError;
use super::{SqliteOptions, SqliteStore};
use crate::error::Error;
use crate::health::Writes;
use rusqlite::Connection;
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// Room that must be there before writes are taken again: more than a group of ordinary size needs.
const PROBE_BYTES: u32 = 256 * 1024;
/// The WAL is carried over into the database once it has so many pages of 4 KiB: often enough to stay small, rarely enough
/// that pages written again and again are carried over once.
const CHECKPOINT_PAGES: i32 = 4_000;

thread_local! {
    /// How long the WAL was after this thread's last commit. The driver's hook takes a plain function, which can only
    /// reach what belongs to the thread that commits.
    static WAL_PAGES: Cell<i32> = const { Cell::new(0) };
}

/// The handle to the writing thread.
#[derive(Debug)]
pub(super) struct Writer {
    jobs: mpsc::Sender<Box<dyn Job>>,
    shared: Arc<Shared>,
}

/// What the thread tells of itself.
#[derive(Debug)]
struct Shared {
    commits: AtomicU64,
    jobs: AtomicU64,
    writes: Mutex<Writes>,
}

struct WriterThread {
    connection: Connection,
    shared: Arc<Shared>,
    probe_every: Duration,
    last_probe: Option<Instant>,
}

/// What is to become of a job's own writes.
enum Ran {
    Keep,
    /// It was refused.
    Undo,
    Failed(Error),
}

/// A write that waits.
trait Job: Send {
    fn run(&mut self, connection: &Connection) -> Ran;
    /// Called once the transaction is synced, or has failed.
    fn answer(self: Box<Self>, committed: Result<(), Error>);
}

struct Task<T, E, F> {
    work: Option<F>,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for Task<T, E, F>
where
    T: Send,
    E: JobError,
    F: FnOnce(&Connection) -> Result<T, E> + Send,
{
    fn run(&mut self, connection: &Connection) -> Ran {
        let Some(work) = self.work.take() else {
            return Ran::Keep;
        };
        let outcome = work(connection);
        let ran = match &outcome {
            Ok(_) => Ran::Keep,
            Err(error) => error
                .as_storage()
                .map_or(Ran::Undo, |error| Ran::Failed(error.clone())),
        };
        self.outcome = Some(outcome);
        ran
    }

    fn answer(self: Box<Self>, committed: Result<(), Error>) {
        // A refusal too is only true once the writes of its neighbours are: it may rest on them.
        let answer = match (committed, self.outcome) {
            (Ok(()), Some(outcome)) => outcome,
            (Ok(()), None) => Err(Error::Closed.into()),
            (Err(error), _) => Err(error.into()),
        };
        // The one who asked may have gone away; the write stands all the same.
        let _ = self.reply.send(answer);
    }
}

impl Writer {
    pub(super) fn start(connection: Connection, options: &SqliteOptions) -> Result<Self, Error> {
        let (jobs, queue) = mpsc::channel(options.queue.max(1));
        let shared = Arc::new(Shared {
            commits: AtomicU64::new(0),
            jobs: AtomicU64::new(0),
            writes: Mutex::new(Writes::Taken),
        });
        let thread = WriterThread {
            connection,
            shared: Arc::clone(&shared),
            probe_every: options.probe_every,
            last_probe: None,
        };
        let group = options.group.max(1);
        std::thread::Builder::new()
            .name("storage-writer".to_owned())
            .spawn(move || thread.run(queue, group))
            .map_err(|error| {
                Error::Driver(format!("could not start the writing thread: {error}"))
            })?;
        Ok(Self { jobs, shared })
    }

    pub(super) fn writes(&self) -> Writes {
        self.shared.writes()
    }

    pub(super) fn commits(&self) -> u64 {
        self.shared.commits.load(Ordering::Relaxed)
    }

    pub(super) fn jobs(&self) -> u64 {
        self.shared.jobs.load(Ordering::Relaxed)
    }

    pub(super) fn queued(&self) -> usize {
        self.jobs.max_capacity() - self.jobs.capacity()
    }
}

impl Shared {
    fn writes(&self) -> Writes {
        self.writes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set_writes(&self, writes: Writes) {
        let mut now = self.writes.lock().unwrap_or_else(PoisonError::into_inner);
        if *now == writes {
            return;
        }
        match &writes {
            Writes::Taken => tracing::info!("writing again"),
            Writes::Full => {
                tracing::error!("the disk is full: writes are refused until there is room")
            }
            Writes::Failing { error } => tracing::error!(%error, "a transaction failed"),
        }
        *now = writes;
    }
}

impl SqliteStore {
    /// Queues `work` for the writing thread and waits until it is durable. `work` runs in a savepoint: when it returns an
    /// error, what it wrote is undone.
    pub(super) async fn write_job<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: JobError,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let task = Task {
            work: Some(work),
            outcome: None,
            reply,
        };
        self.writer
            .jobs
            .send(Box::new(task))
            .await
            .map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)?
    }
}

impl WriterThread {
    fn run(mut self, mut queue: mpsc::Receiver<Box<dyn Job>>, most: usize) {
        // Instead of SQLite's own rule, by which a commit that fills the WAL is answered only after it was carried over.
        self.connection.wal_hook(Some(|_, pages| {
            WAL_PAGES.set(pages);
            Ok(())
        }));
        let mut group = Vec::with_capacity(most);
        while let Some(first) = queue.blocking_recv() {
            group.push(first);
            while group.len() < most
                && let Ok(next) = queue.try_recv()
            {
                group.push(next);
            }
            let committed = self.commit(&mut group);
            self.shared
                .jobs
                .fetch_add(group.len() as u64, Ordering::Relaxed);
            for job in group.drain(..) {
                job.answer(committed.clone());
            }
            if WAL_PAGES.get() >= CHECKPOINT_PAGES {
                self.checkpoint();
            }
        }
    }

    /// Nothing is lost if this fails or a reader holds a part back: the WAL is whole, and the next commit tries again.
    fn checkpoint(&self) {
        WAL_PAGES.set(0);
        if let Err(error) = self
            .connection
            .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
        {
            tracing::warn!(%error, "the write-ahead log could not be carried over");
        }
    }

    fn commit(&mut self, group: &mut [Box<dyn Job>]) -> Result<(), Error> {
        if self.shared.writes() == Writes::Full && !self.has_room_again() {
            return Err(Error::Full);
        }
        let changes_before = self.connection.total_changes();
        let mut full = false;
        let committed = self.execute(group, &mut full);
        if committed.is_err() && !self.connection.is_autocommit() {
            // Should this fail too, the next BEGIN does, and says so.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        let wrote = self.connection.total_changes() > changes_before;
        match &committed {
            Ok(()) if full => self.shared.set_writes(Writes::Full),
            Ok(()) if wrote => self.shared.set_writes(Writes::Taken),
            // A transaction that wrote nothing says nothing about writing.
            Ok(()) => {}
            Err(Error::Full) => self.shared.set_writes(Writes::Full),
            Err(error) => self.shared.set_writes(Writes::Failing {
                error: error.to_string(),
            }),
        }
        if committed.is_ok() && wrote {
            self.shared.commits.fetch_add(1, Ordering::Relaxed);
        }
        committed
    }

    fn execute(&self, group: &mut [Box<dyn Job>], full: &mut bool) -> Result<(), Error> {
        self.step("BEGIN IMMEDIATE")?;
        for job in group {
            self.step("SAVEPOINT job")?;
            match job.run(&self.connection) {
                Ran::Keep => {}
                Ran::Undo => self.step("ROLLBACK TO job")?,
                // Some failures, a full disk among them, may end the whole transaction.
                Ran::Failed(error) if self.connection.is_autocommit() => return Err(error),
                Ran::Failed(error) => {
                    *full |= error == Error::Full;
                    self.step("ROLLBACK TO job")?;
                }
            }
            self.step("RELEASE job")?;
        }
        self.step("COMMIT")
    }

    fn step(&self, sql: &str) -> Result<(), Error> {
        self.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    }

    fn has_room_again(&mut self) -> bool {
        if self
            .last_probe
            .is_some_and(|at| at.elapsed() < self.probe_every)
        {
            return false;
        }
        self.last_probe = Some(Instant::now());
        let probed = self.probe();
        if probed.is_err() && !self.connection.is_autocommit() {
            // Should this fail too, the next probe does.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        if probed.is_ok() {
            self.shared.set_writes(Writes::Taken);
        }
        probed.is_ok()
    }

    /// Writes into the file and the WAL, and gives the file's pages back for the writes to come.
    fn probe(&self) -> Result<(), Error> {
        self.step("BEGIN IMMEDIATE")?;
        self.connection
            .prepare_cached("INSERT INTO room_probe (bytes) VALUES (zeroblob(?1))")?
            .execute([PROBE_BYTES])?;
        self.step("COMMIT")?;
        self.step("DELETE FROM room_probe")
    }
}
