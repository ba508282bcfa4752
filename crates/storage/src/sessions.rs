//! Who is signed in. Only the hash of a session's token is kept.

use crate::error::Error;
use crate::tokens::TokenHash;
use crate::users::User;
use async_trait::async_trait;
use trialogue_conversation::ids::{Timestamp, UserId, WorkspaceId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    pub token_hash: TokenHash,
    pub user_id: UserId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub user: User,
    pub workspace_name: String,
    pub expires_at: Timestamp,
}

#[async_trait]
pub trait SessionStore {
    async fn add_session(&self, session: NewSession) -> Result<(), Error>;

    /// The door of every signed-in request. None if the session has expired or its user is disabled.
    async fn session(
        &self,
        token_hash: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<Session>, Error>;

    /// Signs out. False where there was no such session.
    async fn end_session(&self, token_hash: &TokenHash) -> Result<bool, Error>;

    /// Signs a user out everywhere. Returns from how many sessions.
    async fn end_sessions_of(
        &self,
        workspace_id: WorkspaceId,
        user_id: UserId,
    ) -> Result<u64, Error>;

    /// Forgets sessions and tokens that expired before `before`. Returns how many.
    async fn forget_expired(&self, before: Timestamp) -> Result<u64, Error>;
}
