//! Sources.

use super::columns::{time, word};
use super::errors::exactly_one;
use super::{SqliteStore, personas, writes};
use crate::error::Error;
use crate::sources::{NewSource, Source, SourceId, SourceProgress, SourceState, SourceStore};
use crate::writes::Write;
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, params};
use trialogue_conversation::ids::{PersonaId, WorkspaceId};

const COLUMNS: &str = "id, persona_id, title, kind, state, progress, passages, content_bytes, error, created_at, updated_at";

#[async_trait]
impl SourceStore for SqliteStore {
    async fn add_source(
        &self,
        workspace_id: WorkspaceId,
        source: NewSource,
        also: Vec<Write>,
    ) -> Result<bool, Error> {
        self.write_job(move |connection| {
            if personas::version(connection, workspace_id, source.persona_id)?.is_none() {
                return Ok(false);
            }
            add(connection, workspace_id, &source)?;
            writes::run(connection, workspace_id, None, &also)?;
            Ok(true)
        })
        .await
    }

    async fn sources(
        &self,
        workspace_id: WorkspaceId,
        persona_id: PersonaId,
    ) -> Result<Vec<Source>, Error> {
        self.read(move |connection| {
            let sql = format!(
                "SELECT {COLUMNS} FROM sources WHERE persona_id = ?1 AND workspace_id = ?2 ORDER BY created_at, id"
            );
            let mut select = connection.prepare_cached(&sql)?;
            let rows = select.query_map([persona_id.0, workspace_id.0], source)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn source(
        &self,
        workspace_id: WorkspaceId,
        source_id: SourceId,
    ) -> Result<Option<Source>, Error> {
        self.read(move |connection| {
            let sql = format!("SELECT {COLUMNS} FROM sources WHERE id = ?1 AND workspace_id = ?2");
            let mut select = connection.prepare_cached(&sql)?;
            Ok(select
                .query_row([source_id.0, workspace_id.0], source)
                .optional()?)
        })
        .await
    }

    async fn source_content(
        &self,
        workspace_id: WorkspaceId,
        source_id: SourceId,
    ) -> Result<Option<Vec<u8>>, Error> {
        self.read(move |connection| {
            let mut select = connection.prepare_cached(
                "SELECT bytes FROM source_contents JOIN sources ON sources.id = source_id \
                 WHERE source_id = ?1 AND workspace_id = ?2",
            )?;
            Ok(select
                .query_row([source_id.0, workspace_id.0], |row| row.get(0))
                .optional()?)
        })
        .await
    }

    async fn set_source_index(
        &self,
        workspace_id: WorkspaceId,
        source_id: SourceId,
        index: Vec<u8>,
    ) -> Result<bool, Error> {
        self.write_job(move |connection| {
            let written = connection
                .prepare_cached(
                    "INSERT INTO source_indexes (source_id, bytes) \
                     SELECT id, ?3 FROM sources WHERE id = ?1 AND workspace_id = ?2 \
                     ON CONFLICT (source_id) DO UPDATE SET bytes = excluded.bytes",
                )?
                .execute(params![source_id.0, workspace_id.0, index])?;
            Ok(written == 1)
        })
        .await
    }

    async fn source_indexes(
        &self,
        workspace_id: WorkspaceId,
        persona_id: PersonaId,
    ) -> Result<Vec<(SourceId, Vec<u8>)>, Error> {
        self.read(move |connection| {
            let mut select = connection.prepare_cached(
                "SELECT id, bytes FROM sources JOIN source_indexes ON source_id = id \
                 WHERE persona_id = ?1 AND workspace_id = ?2 AND state = 'ready' ORDER BY created_at, id",
            )?;
            let rows = select
                .query_map([persona_id.0, workspace_id.0], |row| Ok((SourceId(row.get("id")?), row.get("bytes")?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn delete_source(
        &self,
        workspace_id: WorkspaceId,
        source_id: SourceId,
    ) -> Result<bool, Error> {
        self.write_job(move |connection| {
            let deleted = connection
                .prepare_cached("DELETE FROM sources WHERE id = ?1 AND workspace_id = ?2")?
                .execute([source_id.0, workspace_id.0])?;
            Ok(deleted == 1)
        })
        .await
    }
}

pub(super) fn set_progress(
    connection: &Connection,
    workspace_id: WorkspaceId,
    progress: &SourceProgress,
) -> Result<(), Error> {
    if progress.progress > 100 {
        return Err(Error::Call(format!(
            "a progress of {} percent",
            progress.progress
        )));
    }
    connection
        .prepare_cached(
            "UPDATE sources SET state = ?3, progress = ?4, passages = coalesce(?5, passages), error = ?6, updated_at = ?7 \
             WHERE id = ?1 AND workspace_id = ?2",
        )?
        .execute(params![
            progress.source_id.0,
            workspace_id.0,
            progress.state.as_str(),
            progress.progress,
            progress.passages,
            progress.error,
            progress.now.0,
        ])?;
    Ok(())
}

fn add(
    connection: &Connection,
    workspace_id: WorkspaceId,
    source: &NewSource,
) -> Result<(), Error> {
    let added = connection
        .prepare_cached(
            "INSERT INTO sources (id, workspace_id, persona_id, title, kind, state, progress, passages, content_bytes, \
             created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, ?7, ?8, ?8)",
        )?
        .execute(params![
            source.source_id.0,
            workspace_id.0,
            source.persona_id.0,
            source.title,
            source.kind,
            SourceState::Queued.as_str(),
            source.content.len() as u64,
            source.created_at.0,
        ])?;
    exactly_one(added)?;
    connection
        .prepare_cached("INSERT INTO source_contents (source_id, bytes) VALUES (?1, ?2)")?
        .execute(params![source.source_id.0, source.content])?;
    Ok(())
}

fn source(row: &Row<'_>) -> rusqlite::Result<Source> {
    Ok(Source {
        source_id: SourceId(row.get("id")?),
        persona_id: PersonaId(row.get("persona_id")?),
        title: row.get("title")?,
        kind: row.get("kind")?,
        state: word(row, "state", SourceState::from_word)?,
        progress: row.get("progress")?,
        passages: row.get("passages")?,
        content_bytes: row.get("content_bytes")?,
        error: row.get("error")?,
        created_at: time(row, "created_at")?,
        updated_at: time(row, "updated_at")?,
    })
}
