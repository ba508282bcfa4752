//! Documents a persona knows: the upload, how far reading it has come, and the index made of it.

use crate::error::Error;
use crate::words::{row_id, stored_words};
use crate::writes::Write;
use async_trait::async_trait;
use trialogue_conversation::ids::{PersonaId, Timestamp, WorkspaceId};

row_id! {
    /// A document of a persona.
    SourceId
}

stored_words! {
    SourceState { Queued = "queued", Reading = "reading", Indexing = "indexing", Ready = "ready", Failed = "failed" }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSource {
    pub source_id: SourceId,
    pub persona_id: PersonaId,
    pub title: String,
    /// The format: a word of the caller's.
    pub kind: String,
    pub content: Vec<u8>,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub source_id: SourceId,
    pub persona_id: PersonaId,
    pub title: String,
    pub kind: String,
    pub state: SourceState,
    /// 0 to 100.
    pub progress: u8,
    pub passages: u64,
    pub content_bytes: u64,
    /// In plain words, when `state` is failed.
    pub error: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// How far a source has come; see [`Write::SourceProgress`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceProgress {
    pub source_id: SourceId,
    pub state: SourceState,
    /// 0 to 100.
    pub progress: u8,
    /// None leaves the number as it was.
    pub passages: Option<u64>,
    pub error: Option<String>,
    pub now: Timestamp,
}

#[async_trait]
pub trait SourceStore {
    /// Adds a source, queued, together with `also`, such as the effect that reads it. False if there is no such persona.
    async fn add_source(
        &self,
        workspace_id: WorkspaceId,
        source: NewSource,
        also: Vec<Write>,
    ) -> Result<bool, Error>;

    /// Oldest first.
    async fn sources(
        &self,
        workspace_id: WorkspaceId,
        persona_id: PersonaId,
    ) -> Result<Vec<Source>, Error>;

    async fn source(
        &self,
        workspace_id: WorkspaceId,
        source_id: SourceId,
    ) -> Result<Option<Source>, Error>;

    /// The upload, byte for byte.
    async fn source_content(
        &self,
        workspace_id: WorkspaceId,
        source_id: SourceId,
    ) -> Result<Option<Vec<u8>>, Error>;

    /// Keeps what indexing made of a source. False if the source was deleted meanwhile.
    async fn set_source_index(
        &self,
        workspace_id: WorkspaceId,
        source_id: SourceId,
        index: Vec<u8>,
    ) -> Result<bool, Error>;

    /// The indexes of all ready sources of a persona, oldest source first.
    async fn source_indexes(
        &self,
        workspace_id: WorkspaceId,
        persona_id: PersonaId,
    ) -> Result<Vec<(SourceId, Vec<u8>)>, Error>;

    /// False if there is no such source.
    async fn delete_source(
        &self,
        workspace_id: WorkspaceId,
        source_id: SourceId,
    ) -> Result<bool, Error>;
}
