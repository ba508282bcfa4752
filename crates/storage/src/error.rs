//! What can go wrong: one general [`Error`], and a small enum for each operation that can be refused.

use trialogue_conversation::ids::Seq;

/// A storage operation failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The database or its driver failed. Whether a write is durable is unknown.
    #[error("the database failed: {0}")]
    Driver(String),
    /// What is stored cannot be understood: written by something else, or damaged.
    #[error("a stored row makes no sense: {0}")]
    Row(String),
    /// The caller asked for something that can never be right.
    #[error("invalid call: {0}")]
    Call(String),
    /// A statement that must change exactly so many rows changed another number; it was undone.
    #[error("a write should have changed {expected} rows and would have changed {changed}")]
    Count { expected: usize, changed: usize },
    /// No room on the disk. Nothing was written; writes are refused until there is room again.
    #[error("the disk is full")]
    Full,
    /// The store was shut down.
    #[error("the store is closed")]
    Closed,
}

/// Why events were not appended. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The log has grown up to `last` meanwhile: catch up and decide again.
    #[error("the log has grown to seq {}", last.0)]
    Conflict { last: Seq },
    /// The effect whose outcome this is was given to another worker, or is finished.
    #[error("another worker has taken the effect over")]
    LeaseLost,
    #[error("the disk is full")]
    Full,
    #[error(transparent)]
    Storage(Error),
}

impl From<Error> for AppendError {
    fn from(error: Error) -> Self {
        match error {
            Error::Full => Self::Full,
            error => Self::Storage(error),
        }
    }
}

/// Why the first workspace and its admin were not created.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    #[error("there is a user already")]
    AlreadyDone,
    #[error(transparent)]
    Storage(#[from] Error),
}

/// Why a user was not created.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreateUserError {
    #[error("a user with this e-mail address exists")]
    EmailTaken,
    /// The token was used, revoked, has expired or never existed.
    #[error("the token is no longer good")]
    TokenSpent,
    #[error(transparent)]
    Storage(#[from] Error),
}

/// Why a user was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpdateUserError {
    #[error("there is no such user")]
    NotFound,
    /// Afterwards nobody could administer the workspace.
    #[error("this is the last admin")]
    LastAdmin,
    #[error(transparent)]
    Storage(#[from] Error),
}

/// Why a password was not set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    #[error("there is no such user")]
    NotFound,
    #[error("the token is no longer good")]
    TokenSpent,
    #[error(transparent)]
    Storage(#[from] Error),
}

/// Why a persona was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpdatePersonaError {
    #[error("there is no such persona")]
    NotFound,
    /// Somebody else changed it since it was read.
    #[error("the persona is at version {version} by now")]
    Stale { version: u64 },
    #[error(transparent)]
    Storage(#[from] Error),
}
