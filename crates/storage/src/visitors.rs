//! Whoever starts conversations from a page.

use crate::error::Error;
use crate::tokens::TokenHash;
use async_trait::async_trait;
use trialogue_conversation::ids::{Timestamp, VisitorId, WorkspaceId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewVisitor {
    pub visitor_id: VisitorId,
    pub workspace_id: WorkspaceId,
    pub token_hash: TokenHash,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    pub visitor_id: VisitorId,
    pub workspace_id: WorkspaceId,
    pub name: Option<String>,
    pub email: Option<String>,
    pub created_at: Timestamp,
}

#[async_trait]
pub trait VisitorStore {
    async fn add_visitor(&self, visitor: NewVisitor) -> Result<(), Error>;

    /// The door of every visitor's request.
    async fn visitor_by_token(&self, token_hash: &TokenHash) -> Result<Option<Visitor>, Error>;

    async fn visitor(
        &self,
        workspace_id: WorkspaceId,
        visitor_id: VisitorId,
    ) -> Result<Option<Visitor>, Error>;

    /// Remembers how a visitor wants to be called and reached; None leaves it as it was. False if there is no such visitor.
    async fn identify_visitor(
        &self,
        workspace_id: WorkspaceId,
        visitor_id: VisitorId,
        name: Option<String>,
        email: Option<String>,
    ) -> Result<bool, Error>;
}
