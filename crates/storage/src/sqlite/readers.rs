//! A few connections for reading, off the async threads.

use super::{SqliteOptions, SqliteStore, open};
use crate::error::Error;
use rusqlite::Connection;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

#[derive(Debug)]
pub(super) struct Readers {
    permits: Arc<Semaphore>,
    idle: Arc<Idle>,
}

#[derive(Debug)]
struct Idle {
    options: SqliteOptions,
    connections: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn open(options: &SqliteOptions) -> Result<Self, Error> {
        let count = options.readers.max(1);
        let connections = (0..count)
            .map(|_| open::for_reading(options))
            .collect::<Result<Vec<_>, _>>()?;
        let idle = Idle {
            options: options.clone(),
            connections: Mutex::new(connections),
        };
        Ok(Self {
            permits: Arc::new(Semaphore::new(count)),
            idle: Arc::new(idle),
        })
    }
}

impl Idle {
    fn take(&self) -> Result<Connection, Error> {
        let taken = self
            .connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        // One is missing after a read that panicked.
        taken.map_or_else(|| open::for_reading(&self.options), Ok)
    }

    fn put_back(&self, connection: Connection) {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(connection);
    }
}

impl SqliteStore {
    /// Runs `work` with a reading connection on a blocking thread, waiting for one to be free.
    pub(super) async fn read<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    {
        let permit = Arc::clone(&self.readers.permits)
            .acquire_owned()
            .await
            .map_err(|_| Error::Closed)?;
        let idle = Arc::clone(&self.readers.idle);
        let reading = tokio::task::spawn_blocking(move || {
            let connection = idle.take()?;
            let outcome = work(&connection);
            idle.put_back(connection);
            drop(permit);
            outcome
        });
        reading
            .await
            .map_err(|error| Error::Driver(format!("a read did not finish: {error}")))?
    }
}
