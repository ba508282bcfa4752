//! Secrets in links, as hashes: password resets, invitations, owner links.

use crate::error::Error;
use crate::words::stored_words;
use async_trait::async_trait;
use trialogue_conversation::ids::{Timestamp, WorkspaceId};

/// A cryptographic hash of a token of at least 256 random bits; the token itself is never stored.
pub type TokenHash = [u8; 32];

stored_words! {
    /// What a token opens.
    TokenKind {
        PasswordReset = "password_reset",
        WorkspaceInvitation = "workspace_invitation",
        GuestInvitation = "guest_invitation",
        /// What a guest's page keeps after knocking with an invitation.
        Guest = "guest",
        OwnerLink = "owner_link",
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    pub token_hash: TokenHash,
    pub kind: TokenKind,
    /// What the token is bound to, such as a user's id or `{conversation}/{invitation}`; tokens are revoked by it.
    pub about: String,
    pub subject: String,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub workspace_id: WorkspaceId,
    pub kind: TokenKind,
    pub about: String,
    pub subject: String,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub spent_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

impl Token {
    /// Neither spent, nor revoked, nor expired.
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.spent_at.is_none()
            && self.revoked_at.is_none()
            && self.expires_at.is_none_or(|at| now < at)
    }
}

/// Uses a token up as part of something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpendToken {
    pub token_hash: TokenHash,
    pub kind: TokenKind,
    pub now: Timestamp,
}

/// Tokens are added and revoked with [`Write`](crate::Write), mostly next to what they belong to.
#[async_trait]
pub trait TokenStore {
    /// The door of every link. Returns bad tokens too, so that a page can say what became of them.
    async fn token(&self, token_hash: &TokenHash) -> Result<Option<Token>, Error>;

    /// Uses a good token of this kind up and returns it; of two who try, one gets it.
    async fn spend_token(&self, spend: SpendToken) -> Result<Option<Token>, Error>;
}
