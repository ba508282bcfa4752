//! Tenants.

use crate::error::{Error, SetupError};
use crate::users::NewUser;
use async_trait::async_trait;
use trialogue_conversation::ids::{Timestamp, WorkspaceId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    pub workspace_id: WorkspaceId,
    pub name: String,
    pub settings: String,
    pub created_at: Timestamp,
}

#[async_trait]
pub trait WorkspaceStore {
    /// The deployment's first workspace with its first user; refused once there is any user.
    async fn set_up(&self, workspace: Workspace, admin: NewUser) -> Result<(), SetupError>;

    async fn add_workspace(&self, workspace: Workspace) -> Result<(), Error>;

    async fn workspace(&self, workspace_id: WorkspaceId) -> Result<Option<Workspace>, Error>;

    /// False if there is no such workspace.
    async fn update_workspace(
        &self,
        workspace_id: WorkspaceId,
        name: String,
        settings: String,
    ) -> Result<bool, Error>;

    async fn workspaces(&self) -> Result<Vec<Workspace>, Error>;
}
