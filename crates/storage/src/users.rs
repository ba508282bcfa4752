//! People with a dashboard account.

use crate::error::{CreateUserError, Error, PasswordError, UpdateUserError};
use crate::tokens::SpendToken;
use crate::words::stored_words;
use async_trait::async_trait;
use trialogue_conversation::ids::{Timestamp, UserId, WorkspaceId};

stored_words! {
    /// What a user may be in a workspace; a user may hold several.
    UserRole { Admin = "admin", Owner = "owner", Agent = "agent", Supervisor = "supervisor" }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub user_id: UserId,
    pub workspace_id: WorkspaceId,
    /// In lower case; unique in the deployment.
    pub email: String,
    pub name: String,
    pub roles: Vec<UserRole>,
    pub disabled: bool,
    /// In PHC form. Never leaves the server.
    pub password_hash: String,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewUser {
    pub user_id: UserId,
    pub workspace_id: WorkspaceId,
    /// Any case; kept in lower case.
    pub email: String,
    pub name: String,
    pub roles: Vec<UserRole>,
    pub password_hash: String,
    pub created_at: Timestamp,
}

/// What changes of a user; what is not set stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserChange {
    pub name: Option<String>,
    pub roles: Option<Vec<UserRole>>,
    /// Disabling ends the user's sessions.
    pub disabled: Option<bool>,
}

#[async_trait]
pub trait UserStore {
    /// Whether the deployment has any user.
    async fn has_users(&self) -> Result<bool, Error>;

    /// With `spends`, the token is used up in the same transaction, or the user is not created.
    async fn create_user(
        &self,
        user: NewUser,
        spends: Option<SpendToken>,
    ) -> Result<(), CreateUserError>;

    async fn user(&self, workspace_id: WorkspaceId, user_id: UserId)
    -> Result<Option<User>, Error>;

    /// The door of sign-in: finds the user, and so the workspace, of an e-mail address.
    async fn user_by_email(&self, email: &str) -> Result<Option<User>, Error>;

    /// By name.
    async fn users(&self, workspace_id: WorkspaceId) -> Result<Vec<User>, Error>;

    async fn update_user(
        &self,
        workspace_id: WorkspaceId,
        user_id: UserId,
        change: UserChange,
    ) -> Result<(), UpdateUserError>;

    /// Sets a password and ends all of the user's sessions. With `spends`, the token is used up, or nothing changes.
    async fn set_password(
        &self,
        workspace_id: WorkspaceId,
        user_id: UserId,
        password_hash: String,
        spends: Option<SpendToken>,
    ) -> Result<(), PasswordError>;
}
