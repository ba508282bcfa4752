//! A hand in the database beside the running server: what goes wrong there, and is right again later.

use super::House;
use rusqlite::Connection;
use std::time::Duration;

pub struct Damage(Connection);

impl Damage {
    pub fn to(house: &House) -> Self {
        let database = house.app.config.data_dir.join("trialogue.db");
        let connection = Connection::open(database).unwrap();
        // The server may be writing at the same moment.
        connection.busy_timeout(Duration::from_secs(30)).unwrap();
        Self(connection)
    }

    pub fn runs(&self, sql: &str) {
        self.0.execute_batch(sql).unwrap();
    }

    /// Every append waits until [`Self::lets_write`], for a few seconds at most.
    pub fn holds_writes(&self) {
        self.runs("BEGIN IMMEDIATE");
    }

    pub fn lets_write(&self) {
        self.runs("COMMIT");
    }

    /// Every append fails until [`Self::takes_events`].
    pub fn refuses_events(&self) {
        self.runs("CREATE TRIGGER refuse_events BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'refused'); END");
    }

    pub fn takes_events(&self) {
        self.runs("DROP TRIGGER refuse_events");
    }

    /// No log can be written or read until [`Self::brings_the_log_back`].
    pub fn hides_the_log(&self) {
        self.runs("ALTER TABLE events RENAME TO hidden_events");
    }

    pub fn brings_the_log_back(&self) {
        self.runs("ALTER TABLE hidden_events RENAME TO events");
    }
}
