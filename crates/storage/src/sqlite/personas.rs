//! Personas.

use super::SqliteStore;
use super::columns::{optional_time, time};
use crate::error::{Error, UpdatePersonaError};
use crate::personas::{NewPersona, Persona, PersonaCard, PersonaStore, PersonaUpdate, Picture};
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, params};
use trialogue_conversation::ids::{PersonaId, UserId, WorkspaceId};

const SELECT: &str = "SELECT id, workspace_id, owner_id, name, profile, version, created_at, updated_at, \
     (SELECT updated_at FROM persona_pictures WHERE persona_id = id) AS picture_at";

#[async_trait]
impl PersonaStore for SqliteStore {
    async fn add_persona(&self, persona: NewPersona) -> Result<(), Error> {
        self.write_job(move |connection| {
            connection
                .prepare_cached(
                    "INSERT INTO personas (id, workspace_id, owner_id, name, profile, version, created_at, updated_at) \
                     VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?6)",
                )?
                .execute(params![
                    persona.persona_id.0,
                    persona.workspace_id.0,
                    persona.owner_id.0,
                    persona.name,
                    persona.profile,
                    persona.created_at.0,
                ])?;
            Ok(())
        })
        .await
    }

    async fn persona(
        &self,
        workspace_id: WorkspaceId,
        persona_id: PersonaId,
    ) -> Result<Option<Persona>, Error> {
        let persona = self.find_persona(persona_id).await?;
        Ok(persona.filter(|persona| persona.workspace_id == workspace_id))
    }

    async fn find_persona(&self, persona_id: PersonaId) -> Result<Option<Persona>, Error> {
        self.read(move |connection| {
            let mut select =
                connection.prepare_cached(&format!("{SELECT} FROM personas WHERE id = ?1"))?;
            Ok(select.query_row([persona_id.0], persona).optional()?)
        })
        .await
    }

    async fn personas(&self, workspace_id: WorkspaceId) -> Result<Vec<PersonaCard>, Error> {
        self.read(move |connection| {
            let sql = format!(
                "{SELECT}, (SELECT count(*) FROM conversations WHERE persona_id = personas.id AND open = 1) AS open_conversations, \
                 (SELECT count(*) FROM sources WHERE persona_id = personas.id AND state = 'ready') AS sources_ready, \
                 (SELECT count(*) FROM sources WHERE persona_id = personas.id) AS sources_total \
                 FROM personas WHERE workspace_id = ?1 ORDER BY name, id"
            );
            let mut select = connection.prepare_cached(&sql)?;
            let rows = select.query_map([workspace_id.0], |row| {
                Ok(PersonaCard {
                    persona: persona(row)?,
                    open_conversations: row.get("open_conversations")?,
                    sources_ready: row.get("sources_ready")?,
                    sources_total: row.get("sources_total")?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn update_persona(
        &self,
        workspace_id: WorkspaceId,
        update: PersonaUpdate,
    ) -> Result<u64, UpdatePersonaError> {
        self.write_job(move |connection| {
            let version = version(connection, workspace_id, update.persona_id)?.ok_or(UpdatePersonaError::NotFound)?;
            if update.from_version.is_some_and(|from| from != version) {
                return Err(UpdatePersonaError::Stale { version });
            }
            connection
                .prepare_cached(
                    "UPDATE personas SET owner_id = ?2, name = ?3, profile = ?4, version = version + 1, updated_at = ?5 \
                     WHERE id = ?1",
                )?
                .execute(params![
                    update.persona_id.0,
                    update.owner_id.0,
                    update.name,
                    update.profile,
                    update.now.0
                ])?;
            Ok(version + 1)
        })
        .await
    }

    async fn delete_persona(
        &self,
        workspace_id: WorkspaceId,
        persona_id: PersonaId,
    ) -> Result<bool, Error> {
        self.write_job(move |connection| {
            let deleted = connection
                .prepare_cached("DELETE FROM personas WHERE id = ?1 AND workspace_id = ?2")?
                .execute([persona_id.0, workspace_id.0])?;
            Ok(deleted == 1)
        })
        .await
    }

    async fn set_picture(
        &self,
        workspace_id: WorkspaceId,
        persona_id: PersonaId,
        picture: Option<Picture>,
    ) -> Result<bool, Error> {
        self.write_job(move |connection| {
            if version(connection, workspace_id, persona_id)?.is_none() {
                return Ok(false);
            }
            match &picture {
                None => {
                    connection
                        .prepare_cached("DELETE FROM persona_pictures WHERE persona_id = ?1")?
                        .execute([persona_id.0])?;
                }
                Some(picture) => {
                    connection
                        .prepare_cached(
                            "INSERT INTO persona_pictures (persona_id, content_type, bytes, updated_at) \
                             VALUES (?1, ?2, ?3, ?4) ON CONFLICT (persona_id) DO UPDATE SET \
                             content_type = excluded.content_type, bytes = excluded.bytes, updated_at = excluded.updated_at",
                        )?
                        .execute(params![persona_id.0, picture.content_type, picture.bytes, picture.updated_at.0])?;
                }
            }
            Ok(true)
        })
        .await
    }

    async fn picture(&self, persona_id: PersonaId) -> Result<Option<Picture>, Error> {
        self.read(move |connection| {
            let mut select = connection.prepare_cached(
                "SELECT content_type, bytes, updated_at FROM persona_pictures WHERE persona_id = ?1",
            )?;
            let picture = select.query_row([persona_id.0], |row| {
                Ok(Picture {
                    content_type: row.get("content_type")?,
                    bytes: row.get("bytes")?,
                    updated_at: time(row, "updated_at")?,
                })
            });
            Ok(picture.optional()?)
        })
        .await
    }
}

/// The version of a persona of this workspace, if there is one.
pub(super) fn version(
    connection: &Connection,
    workspace_id: WorkspaceId,
    persona_id: PersonaId,
) -> Result<Option<u64>, Error> {
    let mut select = connection
        .prepare_cached("SELECT version FROM personas WHERE id = ?1 AND workspace_id = ?2")?;
    Ok(select
        .query_row([persona_id.0, workspace_id.0], |row| row.get(0))
        .optional()?)
}

fn persona(row: &Row<'_>) -> rusqlite::Result<Persona> {
    Ok(Persona {
        persona_id: PersonaId(row.get("id")?),
        workspace_id: WorkspaceId(row.get("workspace_id")?),
        owner_id: UserId(row.get("owner_id")?),
        name: row.get("name")?,
        profile: row.get("profile")?,
        version: row.get("version")?,
        created_at: time(row, "created_at")?,
        updated_at: time(row, "updated_at")?,
        picture_at: optional_time(row, "picture_at")?,
    })
}
