//! AI speakers as their owners edit them.

use crate::error::{Error, UpdatePersonaError};
use async_trait::async_trait;
use trialogue_conversation::ids::{PersonaId, Timestamp, UserId, WorkspaceId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPersona {
    pub persona_id: PersonaId,
    pub workspace_id: WorkspaceId,
    pub owner_id: UserId,
    pub name: String,
    /// Call names, greeting, instructions, backups, settings: the caller's JSON.
    pub profile: String,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Persona {
    pub persona_id: PersonaId,
    pub workspace_id: WorkspaceId,
    pub owner_id: UserId,
    pub name: String,
    pub profile: String,
    /// Counts its changes, from 1.
    pub version: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// When its picture was last set, if it has one; good for telling caches apart.
    pub picture_at: Option<Timestamp>,
}

/// A persona in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonaCard {
    pub persona: Persona,
    pub open_conversations: u64,
    pub sources_ready: u64,
    pub sources_total: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonaUpdate {
    pub persona_id: PersonaId,
    /// The version this change was made from; None overwrites whatever is there.
    pub from_version: Option<u64>,
    pub owner_id: UserId,
    pub name: String,
    pub profile: String,
    pub now: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    pub content_type: String,
    pub bytes: Vec<u8>,
    pub updated_at: Timestamp,
}

#[async_trait]
pub trait PersonaStore {
    async fn add_persona(&self, persona: NewPersona) -> Result<(), Error>;

    async fn persona(
        &self,
        workspace_id: WorkspaceId,
        persona_id: PersonaId,
    ) -> Result<Option<Persona>, Error>;

    /// The door of a persona's public page.
    async fn find_persona(&self, persona_id: PersonaId) -> Result<Option<Persona>, Error>;

    /// By name.
    async fn personas(&self, workspace_id: WorkspaceId) -> Result<Vec<PersonaCard>, Error>;

    /// Returns the new version.
    async fn update_persona(
        &self,
        workspace_id: WorkspaceId,
        update: PersonaUpdate,
    ) -> Result<u64, UpdatePersonaError>;

    /// Deletes a persona with all it knows. Its conversations stay. False if there is no such persona.
    async fn delete_persona(
        &self,
        workspace_id: WorkspaceId,
        persona_id: PersonaId,
    ) -> Result<bool, Error>;

    /// None takes the picture away. False if there is no such persona.
    async fn set_picture(
        &self,
        workspace_id: WorkspaceId,
        persona_id: PersonaId,
        picture: Option<Picture>,
    ) -> Result<bool, Error>;

    /// Public, like the page that shows it.
    async fn picture(&self, persona_id: PersonaId) -> Result<Option<Picture>, Error>;
}
