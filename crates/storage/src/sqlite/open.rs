//! Opening connections and bringing the schema up to date.

use super::SqliteOptions;
use crate::error::Error;
use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};
use std::time::Duration;

/// Never edit one that was released: add the next.
const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!("../../migrations/0001_directory.sql")),
    M::up(include_str!("../../migrations/0002_log.sql")),
];

/// Another process (an admin's command beside a running server) may hold the write lock for a moment.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// More than the number of different statements, so that none is ever compiled twice.
const CACHED_STATEMENTS: usize = 160;

pub(super) fn for_writing(options: &SqliteOptions) -> Result<Connection, Error> {
    let mut connection = Connection::open(&options.path)?;
    prepare(&connection)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    // FULL syncs the WAL at every commit: what was answered survives a power cut. NORMAL would not.
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    Migrations::from_slice(MIGRATIONS)
        .to_latest(&mut connection)
        .map_err(|error| Error::Driver(error.to_string()))?;
    if let Some(pages) = options.max_pages {
        connection.pragma_update(None, "max_page_count", pages)?;
    }
    Ok(connection)
}

pub(super) fn for_reading(options: &SqliteOptions) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(&options.path, flags)?;
    prepare(&connection)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn prepare(connection: &Connection) -> Result<(), Error> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::MIGRATIONS;
    use rusqlite_migration::Migrations;

    #[test]
    fn the_migrations_apply_to_an_empty_database() {
        Migrations::from_slice(MIGRATIONS).validate().unwrap();
    }
}
