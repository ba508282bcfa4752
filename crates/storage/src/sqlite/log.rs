//! Appending is the hot path: one checked statement for the summary, one insert an event, and whatever else came along.

use super::columns::{at_most, time};
use super::{SqliteStore, effects, writes};
use crate::error::{AppendError, Error};
use crate::handoffs::HandoffRow;
use crate::log::{Append, LogStore, MAX_EVENT_BYTES, MAX_EVENTS_AN_APPEND, StoredEvent};
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::sync::Arc;
use trialogue_conversation::ids::{ConversationId, Seq, Timestamp, WorkspaceId};

#[async_trait]
impl LogStore for SqliteStore {
    async fn append(&self, append: Append) -> Result<(), AppendError> {
        check(&append)?;
        self.write_job(move |connection| run(connection, &append))
            .await
    }

    async fn events(
        &self,
        conversation_id: ConversationId,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, Error> {
        self.read(move |connection| {
            let mut select = connection.prepare_cached(
                "SELECT seq, at, v, json FROM events WHERE conversation_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
            )?;
            let events = select.query_map(params![conversation_id.0, in_column(after), at_most(limit)], event)?;
            Ok(events.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn events_before(
        &self,
        conversation_id: ConversationId,
        before: Seq,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, Error> {
        self.read(move |connection| {
            let mut select = connection.prepare_cached(
                "SELECT seq, at, v, json FROM events WHERE conversation_id = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3",
            )?;
            let events = select.query_map(params![conversation_id.0, in_column(before), at_most(limit)], event)?;
            let mut events: Vec<_> = events.collect::<Result<_, _>>()?;
            events.reverse();
            Ok(events)
        })
        .await
    }

    async fn last_seq(&self, conversation_id: ConversationId) -> Result<Seq, Error> {
        self.read(move |connection| {
            let mut select =
                connection.prepare_cached("SELECT last_seq FROM conversations WHERE id = ?1")?;
            let last = select
                .query_row([conversation_id.0], |row| row.get(0))
                .optional()?;
            Ok(Seq(last.unwrap_or(0)))
        })
        .await
    }

    async fn due_wakes(&self, now: Timestamp, limit: usize) -> Result<Vec<ConversationId>, Error> {
        self.read(move |connection| {
            let mut select = connection.prepare_cached(
                "SELECT id FROM conversations WHERE next_wake IS NOT NULL AND next_wake <= ?1 ORDER BY next_wake LIMIT ?2",
            )?;
            let due = select.query_map(params![now.0, at_most(limit)], |row| row.get(0).map(ConversationId))?;
            Ok(due.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn first_wake(&self) -> Result<Option<Timestamp>, Error> {
        self.read(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT min(next_wake) FROM conversations WHERE next_wake IS NOT NULL",
            )?;
            let first: Option<i64> = select.query_row([], |row| row.get(0))?;
            Ok(first.map(Timestamp))
        })
        .await
    }

    async fn set_next_wake(
        &self,
        conversation_id: ConversationId,
        last: Seq,
        next_wake: Option<Timestamp>,
    ) -> Result<bool, Error> {
        self.write_job(move |connection| {
            let mut update = connection.prepare_cached(
                "UPDATE conversations SET next_wake = ?3 WHERE id = ?1 AND last_seq = ?2",
            )?;
            Ok(update.execute(params![conversation_id.0, last.0, next_wake.map(|at| at.0)])? == 1)
        })
        .await
    }
}

/// A bound for reading. Beyond what a column holds lies no event, so the largest value says the same.
fn in_column(bound: Seq) -> u64 {
    bound.0.min(i64::MAX.cast_unsigned())
}

fn check(append: &Append) -> Result<(), Error> {
    let Append { after, events, .. } = append;
    if events.len() > MAX_EVENTS_AN_APPEND {
        return Err(Error::Call(format!(
            "{} events in one append",
            events.len()
        )));
    }
    if events.is_empty() && after.0 == 0 {
        return Err(Error::Call("the first append holds no event".to_owned()));
    }
    for (position, event) in (1u64..).zip(events) {
        if Some(event.seq.0) != after.0.checked_add(position) {
            return Err(Error::Call(format!(
                "event {} at position {position} after {}",
                event.seq, after
            )));
        }
        if event.json.len() > MAX_EVENT_BYTES {
            return Err(Error::Call(format!(
                "event {} has {} bytes",
                event.seq,
                event.json.len()
            )));
        }
    }
    Ok(())
}

fn run(connection: &Connection, append: &Append) -> Result<(), AppendError> {
    if let Some(lease) = append.finishes
        && effects::finish(connection, lease, append.summary.last_at)?.is_none()
    {
        return Err(AppendError::LeaseLost);
    }
    if append.after.0 == 0 {
        start(connection, append)?
    } else {
        go_on(connection, append)?
    }
    let conversation_id = append.conversation_id.0;
    for event in &append.events {
        connection
            .prepare_cached("INSERT INTO events (conversation_id, seq, at, v, json) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![conversation_id, event.seq.0, event.at.0, event.v, &*event.json])?;
    }
    for handoff in &append.handoffs {
        put_handoff(connection, append, handoff)?;
    }
    for reader in &append.readers {
        connection
            .prepare_cached("INSERT INTO conversation_readers (user_id, conversation_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
            .execute(params![reader.0, conversation_id])?;
    }
    for reader in &append.no_longer_readers {
        connection
            .prepare_cached(
                "DELETE FROM conversation_readers WHERE user_id = ?1 AND conversation_id = ?2",
            )?
            .execute(params![reader.0, conversation_id])?;
    }
    for effect in &append.effects {
        effects::add(
            connection,
            append.workspace_id,
            Some(append.conversation_id),
            effect,
        )?;
    }
    writes::run(
        connection,
        append.workspace_id,
        Some(append.conversation_id),
        &append.also,
    )?;
    Ok(())
}

fn start(connection: &Connection, append: &Append) -> Result<(), AppendError> {
    let summary = &append.summary;
    let started_at = append
        .events
        .first()
        .map_or(summary.last_at, |event| event.at);
    let added = connection
        .prepare_cached(
            "INSERT INTO conversations (id, workspace_id, persona_id, visitor_id, last_seq, open, needs_attention, \
             started_at, last_at, next_wake, summary) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            append.conversation_id.0,
            append.workspace_id.0,
            summary.persona_id.0,
            summary.visitor_id.0,
            last_after(append).0,
            summary.open,
            summary.needs_attention,
            started_at.0,
            summary.last_at.0,
            append.next_wake.map(|at| at.0),
            &*summary.json,
        ])?;
    if added == 1 {
        Ok(())
    } else {
        Err(conflict(connection, append))
    }
}

fn go_on(connection: &Connection, append: &Append) -> Result<(), AppendError> {
    let summary = &append.summary;
    let changed = connection
        .prepare_cached(
            "UPDATE conversations SET last_seq = ?4, open = ?5, needs_attention = ?6, last_at = ?7, next_wake = ?8, \
             summary = ?9 WHERE id = ?1 AND workspace_id = ?2 AND last_seq = ?3",
        )?
        .execute(params![
            append.conversation_id.0,
            append.workspace_id.0,
            append.after.0,
            last_after(append).0,
            summary.open,
            summary.needs_attention,
            summary.last_at.0,
            append.next_wake.map(|at| at.0),
            &*summary.json,
        ])?;
    if changed == 1 {
        Ok(())
    } else {
        Err(conflict(connection, append))
    }
}

/// Why the log does not end where the caller thought.
fn conflict(connection: &Connection, append: &Append) -> AppendError {
    let found = connection
        .prepare_cached("SELECT workspace_id, last_seq FROM conversations WHERE id = ?1")
        .and_then(|mut select| {
            let row = |row: &Row<'_>| Ok((WorkspaceId(row.get(0)?), Seq(row.get(1)?)));
            select.query_row([append.conversation_id.0], row).optional()
        });
    match found {
        Ok(Some((workspace_id, last))) if workspace_id == append.workspace_id => {
            AppendError::Conflict { last }
        }
        Ok(Some(_)) => {
            Error::Call("the conversation belongs to another workspace".to_owned()).into()
        }
        Ok(None) => AppendError::Conflict { last: Seq(0) },
        Err(error) => error.into(),
    }
}

fn last_after(append: &Append) -> Seq {
    append.events.last().map_or(append.after, |event| event.seq)
}

fn put_handoff(
    connection: &Connection,
    append: &Append,
    handoff: &HandoffRow,
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO handoffs (conversation_id, handoff_id, workspace_id, persona_id, assignee_id, open, raised_at, json) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (conversation_id, handoff_id) \
             DO UPDATE SET assignee_id = excluded.assignee_id, open = excluded.open, json = excluded.json",
        )?
        .execute(params![
            append.conversation_id.0,
            handoff.handoff_id.0,
            append.workspace_id.0,
            handoff.persona_id.0,
            handoff.assignee.map(|user| user.0),
            handoff.open,
            handoff.raised_at.0,
            handoff.json,
        ])?;
    Ok(())
}

fn event(row: &Row<'_>) -> rusqlite::Result<StoredEvent> {
    let json: String = row.get("json")?;
    Ok(StoredEvent {
        seq: Seq(row.get("seq")?),
        at: time(row, "at")?,
        v: row.get("v")?,
        json: Arc::from(json),
    })
}
