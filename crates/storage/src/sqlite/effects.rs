//! The outbox.

use super::columns::at_most;
use super::{SqliteStore, writes};
use crate::effects::{
    EffectCounts, EffectLease, EffectStore, LeaseRequest, LeasedEffect, NewEffect,
};
use crate::error::Error;
use crate::writes::Write;
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, params};
use trialogue_conversation::ids::{ConversationId, Timestamp, WorkspaceId};

/// Where an effect belongs.
type Home = (WorkspaceId, Option<ConversationId>);

#[async_trait]
impl EffectStore for SqliteStore {
    async fn lease_effects(&self, request: LeaseRequest) -> Result<Vec<LeasedEffect>, Error> {
        self.write_job(move |connection| lease(connection, &request))
            .await
    }

    async fn release_leases(&self, now: Timestamp) -> Result<u64, Error> {
        self.write_job(move |connection| {
            let released = connection
                .prepare_cached(
                    "UPDATE effects SET state = 'waiting', due_at = ?1 WHERE state = 'leased'",
                )?
                .execute([now.0])?;
            Ok(released as u64)
        })
        .await
    }

    async fn extend_lease(&self, lease: EffectLease, until: Timestamp) -> Result<bool, Error> {
        self.write_job(move |connection| {
            let changed = connection
                .prepare_cached("UPDATE effects SET due_at = ?3 WHERE id = ?1 AND attempt = ?2 AND state = 'leased'")?
                .execute(params![lease.effect_id, lease.attempt, until.0])?;
            Ok(changed == 1)
        })
        .await
    }

    async fn complete_effect(
        &self,
        lease: EffectLease,
        now: Timestamp,
        also: Vec<Write>,
    ) -> Result<bool, Error> {
        self.write_job(move |connection| {
            let home = finish(connection, lease, now)?;
            write_at(connection, home, &also)
        })
        .await
    }

    async fn fail_effect(
        &self,
        lease: EffectLease,
        retry_at: Timestamp,
        error: String,
        also: Vec<Write>,
    ) -> Result<bool, Error> {
        self.write_job(move |connection| {
            let home = connection
                .prepare_cached(
                    "UPDATE effects SET state = 'waiting', due_at = ?3, error = ?4 \
                     WHERE id = ?1 AND attempt = ?2 AND state = 'leased' RETURNING workspace_id, conversation_id",
                )?
                .query_row(params![lease.effect_id, lease.attempt, retry_at.0, error], home)
                .optional()?;
            write_at(connection, home, &also)
        })
        .await
    }

    async fn give_up_effect(
        &self,
        lease: EffectLease,
        now: Timestamp,
        error: String,
        also: Vec<Write>,
    ) -> Result<bool, Error> {
        self.write_job(move |connection| {
            // No `finished_at`: given-up effects are kept until somebody has looked at them.
            let home = connection
                .prepare_cached(
                    "UPDATE effects SET state = 'given_up', due_at = ?3, error = ?4 \
                     WHERE id = ?1 AND attempt = ?2 AND state = 'leased' RETURNING workspace_id, conversation_id",
                )?
                .query_row(params![lease.effect_id, lease.attempt, now.0, error], home)
                .optional()?;
            write_at(connection, home, &also)
        })
        .await
    }

    async fn first_effect_due(&self) -> Result<Option<Timestamp>, Error> {
        self.read(|connection| {
            let first: Option<i64> = connection
                .prepare_cached(
                    "SELECT min(due_at) FROM effects WHERE state IN ('waiting', 'leased')",
                )?
                .query_row([], |row| row.get(0))?;
            Ok(first.map(Timestamp))
        })
        .await
    }

    async fn effect_counts(&self) -> Result<EffectCounts, Error> {
        self.read(|connection| {
            let counts = connection
                .prepare_cached(
                    "SELECT count(*) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE state = 'leased'), \
                     (SELECT count(*) FROM effects WHERE state = 'given_up'), min(due_at) \
                     FROM effects WHERE state IN ('waiting', 'leased')",
                )?
                .query_row([], |row| {
                    let oldest_due: Option<i64> = row.get(3)?;
                    Ok(EffectCounts {
                        waiting: row.get(0)?,
                        leased: row.get(1)?,
                        given_up: row.get(2)?,
                        oldest_due: oldest_due.map(Timestamp),
                    })
                })?;
            Ok(counts)
        })
        .await
    }

    async fn forget_done_effects(&self, before: Timestamp) -> Result<u64, Error> {
        self.write_job(move |connection| {
            let forgotten = connection
                .prepare_cached(
                    "DELETE FROM effects WHERE finished_at IS NOT NULL AND finished_at < ?1",
                )?
                .execute([before.0])?;
            Ok(forgotten as u64)
        })
        .await
    }
}

/// Adds an effect unless its key is known.
pub(super) fn add(
    connection: &Connection,
    workspace_id: WorkspaceId,
    conversation_id: Option<ConversationId>,
    effect: &NewEffect,
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO effects (workspace_id, conversation_id, key, kind, payload, state, due_at, attempt) \
             VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', ?6, 0) ON CONFLICT (workspace_id, key) DO NOTHING",
        )?
        .execute(params![
            workspace_id.0,
            conversation_id.map(|id| id.0),
            effect.key,
            effect.kind,
            effect.payload,
            effect.due_at.0
        ])?;
    Ok(())
}

/// Marks an effect as done. None if the lease was lost.
pub(super) fn finish(
    connection: &Connection,
    lease: EffectLease,
    now: Timestamp,
) -> Result<Option<Home>, Error> {
    let home = connection
        .prepare_cached(
            "UPDATE effects SET state = 'done', finished_at = ?3, error = NULL \
             WHERE id = ?1 AND attempt = ?2 AND state = 'leased' RETURNING workspace_id, conversation_id",
        )?
        .query_row(params![lease.effect_id, lease.attempt, now.0], home)
        .optional()?;
    Ok(home)
}

fn write_at(connection: &Connection, home: Option<Home>, also: &[Write]) -> Result<bool, Error> {
    let Some((workspace_id, conversation_id)) = home else {
        return Ok(false);
    };
    writes::run(connection, workspace_id, conversation_id, also)?;
    Ok(true)
}

fn lease(connection: &Connection, request: &LeaseRequest) -> Result<Vec<LeasedEffect>, Error> {
    let kinds = super::columns::list_text(&request.kinds);
    let until = request.now.plus_ms(request.lease_ms);
    // Leased ones are due once their lease has run out.
    let mut select = connection.prepare_cached(
        "SELECT id FROM effects WHERE state IN ('waiting', 'leased') AND due_at <= ?1 \
         AND (?2 = '[]' OR kind IN (SELECT value FROM json_each(?2))) ORDER BY due_at, id LIMIT ?3",
    )?;
    let due = select.query_map(
        params![request.now.0, kinds, at_most(request.limit)],
        |row| row.get(0),
    )?;
    let due: Vec<u64> = due.collect::<Result<_, _>>()?;
    let mut take = connection.prepare_cached(
        "UPDATE effects SET state = 'leased', attempt = attempt + 1, worker = ?2, due_at = ?3 WHERE id = ?1 \
         RETURNING id, attempt, workspace_id, conversation_id, key, kind, payload, error",
    )?;
    let leased = due
        .iter()
        .map(|id| take.query_row(params![id, request.worker, until.0], leased));
    Ok(leased.collect::<Result<_, _>>()?)
}

fn leased(row: &Row<'_>) -> rusqlite::Result<LeasedEffect> {
    let (workspace_id, conversation_id) = home(row)?;
    Ok(LeasedEffect {
        lease: EffectLease {
            effect_id: row.get("id")?,
            attempt: row.get("attempt")?,
        },
        workspace_id,
        conversation_id,
        key: row.get("key")?,
        kind: row.get("kind")?,
        payload: row.get("payload")?,
        last_error: row.get("error")?,
    })
}

fn home(row: &Row<'_>) -> rusqlite::Result<Home> {
    let conversation_id: Option<_> = row.get("conversation_id")?;
    Ok((
        WorkspaceId(row.get("workspace_id")?),
        conversation_id.map(ConversationId),
    ))
}
