//! Health.

use super::SqliteStore;
use crate::error::Error;
use crate::health::{Health, HealthStore, Writes};
use async_trait::async_trait;

#[async_trait]
impl HealthStore for SqliteStore {
    async fn health(&self) -> Result<Health, Error> {
        self.read(|connection| {
            Ok(connection
                .prepare_cached("SELECT 1")?
                .query_row([], |_| Ok(()))?)
        })
        .await?;
        if self.writer.writes() == Writes::Full {
            // Any write makes the writer look for room again; what it finds is told below.
            let _ = self.write_job(|_| Ok::<_, Error>(())).await;
        }
        Ok(Health {
            writes: self.writer.writes(),
            commits: self.writer.commits(),
            jobs: self.writer.jobs(),
            queued: self.writer.queued(),
        })
    }
}
